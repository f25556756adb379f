/*
 * A stored item opens under one key only: boxes that were made to open under two, as AES-GCM lets whoever knows both, are
 * the item of one of them.
 */
#include "wrap.h"

#include "limits.h"
#include "vectors.h"

enum { SLOTS = 8, KEYS = 2 };

static struct arena *arena;
static json_t *vectors;
static struct secret_pool *pool;
static struct hash_context *hash;

static void begin(void)
{
	arena = arena_create(LIMIT_ARENA);
	hash = hash_create();
	vectors = vectors_load(TWO_KEYS);
	expect(arena != NULL && hash != NULL);
	expect_integer(secret_pool_create(SLOTS, &pool, NULL), HANSARD_OK);
}

static void finish(void)
{
	secret_pool_destroy(pool);
	json_decref(vectors);
	hash_destroy(hash);
	arena_destroy(arena);
}

/* The bytes at a place of an array of hex. */
static struct bytes bytes_at(const json_t *object, const char *name, size_t at)
{
	json_t *row = json_pack("{sO}", "at", json_array_get(json_object_get(object, name), at));
	const struct bytes bytes = vectors_hex(arena, row, "at");
	json_decref(row);
	return bytes;
}

/* An item as it was stored, taken apart and proved. */
struct proved {
	struct item_place place;
	struct item item;
	struct item_proof proof;
};

static struct proved prove(const json_t *object, size_t at)
{
	const struct stored_bytes stored = {.bytes = bytes_at(object, "stored", at)};
	struct proved proved = {
		.place = {.tenant = vectors_text(vectors, "tenant"), .address = vectors_text(object, "address")}};
	expect_integer(item_read(stored, &proved.item, NULL), HANSARD_OK);
	expect(item_prove(hash, proved.place, stored, &proved.proof));
	return proved;
}

static struct key_dek dek_of(struct bytes bytes)
{
	struct key_dek dek = {0};
	expect_integer((int64_t)bytes.size, SECRET_SIZE);
	expect_integer(key_dek_of_bytes(pool, bytes.data, &dek, NULL), HANSARD_OK);
	return dek;
}

static struct key_kek kek_of(struct bytes bytes)
{
	struct key_kek kek = {0};
	expect_integer((int64_t)bytes.size, SECRET_SIZE);
	expect_integer(key_kek_of_mac(pool, bytes.data, &kek, NULL), HANSARD_OK);
	return kek;
}

static bool all_zero(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] != 0)
			return false;
	return true;
}

/* The attack is real: the one box opens under each key, to another content. */
static void expect_box_of(struct seal *seal, const json_t *object, struct bytes content)
{
	uint8_t plain[64];
	const struct seal_opening opening = {.address = vectors_text(object, "address"),
										 .nonce = vectors_hex(arena, object, "nonce"),
										 .box = vectors_hex(arena, object, "box")};
	expect(opening.box.size <= sizeof(plain));
	expect(seal_open(seal, &opening, plain) == GENUINE_GOOD);
	expect(bytes_equal((struct bytes){.data = plain, .size = opening.box.size - SEAL_TAG_SIZE}, content));
	seal_destroy(seal);
}

static void item_of_two(void)
{
	begin();
	const json_t *object = json_object_get(vectors, "item");
	for (size_t key = 0; key < KEYS; key++) {
		const struct key_dek dek = dek_of(bytes_at(object, "deks", key));
		const struct bytes content = bytes_at(object, "plains", key);
		struct seal *seal;
		struct item_keys *keys;
		expect_integer(seal_create_of_dek(pool, dek, &seal, NULL), HANSARD_OK);
		expect_box_of(seal, object, content);
		expect_integer(item_keys_create(pool, dek, &keys, NULL), HANSARD_OK);
		for (size_t tagged = 0; tagged < KEYS; tagged++) {
			const struct proved proved = prove(object, tagged);
			uint8_t plain[64] = {0};
			const enum genuine genuine = item_open(keys, proved.place, &proved.item, &proved.proof.digest, plain);
			expect(genuine == (tagged == key ? GENUINE_GOOD : GENUINE_FORGED));
			if (tagged == key)
				expect(memcmp(plain, content.data, content.size) == 0);
			else
				expect(all_zero(plain, sizeof(plain)));
		}
		item_keys_destroy(keys);
		secret_give(pool, dek.slot);
	}
	finish();
}

static void wrap_of_two(void)
{
	begin();
	const json_t *object = json_object_get(vectors, "wrap");
	/* The wraps name the second KEK: only to it they are tried at all. */
	const enum hansard_status wanted[KEYS][KEYS] = {{HANSARD_WRONG_KEY, HANSARD_WRONG_KEY},
													{HANSARD_VIOLATED, HANSARD_OK}};
	for (size_t key = 0; key < KEYS; key++) {
		const struct key_kek kek = kek_of(bytes_at(object, "keks", key));
		struct seal *seal;
		expect_integer(seal_create_of_kek(pool, kek, &seal, NULL), HANSARD_OK);
		expect_box_of(seal, object, bytes_at(object, "deks", key));
		for (size_t tagged = 0; tagged < KEYS; tagged++) {
			const struct proved proved = prove(object, tagged);
			const struct wrap_opening opening = {
				.place = proved.place, .item = &proved.item, .digest = &proved.proof.digest, .generation = 1};
			struct key_dek dek = {0};
			expect_integer(wrap_open(pool, kek, &opening, &dek, NULL), wanted[key][tagged]);
			expect((dek.slot != NULL) == (wanted[key][tagged] == HANSARD_OK));
			if (dek.slot != NULL)
				secret_give(pool, dek.slot);
		}
		secret_give(pool, kek.slot);
	}
	finish();
}

static const struct tap_test tests[] = {
	{"a box that opens under two keys is the item of one only: its tag refuses the other", item_of_two},
	{"a wrap that opens under two keys, to two DEKs, is the wrap of one only", wrap_of_two},
};

TAP_MAIN(tests)
