/*
 * Items, wraps, commits and heads against bytes that an independent program made.
 */
#include "commit.h"
#include "item.h"
#include "limits.h"
#include "note.h"
#include "vectors.h"
#include "wrap.h"

enum { GENERATIONS = 2 };

static struct arena *arena;
static json_t *vectors;
static struct hash_context *context;
static struct secret_pool *pool;
static struct item_keys *keys[GENERATIONS];

static void finish(void)
{
	for (size_t i = 0; i < GENERATIONS; i++)
		item_keys_destroy(keys[i]);
	secret_pool_destroy(pool);
	arena_destroy(arena);
	json_decref(vectors);
	hash_destroy(context);
}

static void begin(void)
{
	size_t at;
	json_t *hex;
	arena = arena_create(LIMIT_ARENA);
	context = hash_create();
	expect(arena != NULL && context != NULL);
	expect_integer(secret_pool_create(16, &pool, NULL), HANSARD_OK);
	vectors = vectors_load(VECTOR_FILE);
	json_array_foreach(json_object_get(vectors, "deks"), at, hex)
	{
		uint8_t bytes[SECRET_SIZE];
		struct key_dek dek;
		expect(at < GENERATIONS && base64_hex_decode(text_of_string(json_string_value(hex)), bytes, sizeof(bytes)));
		expect_integer(key_dek_of_bytes(pool, bytes, &dek, NULL), HANSARD_OK);
		expect_integer(item_keys_create(pool, dek, &keys[at], NULL), HANSARD_OK);
		secret_give(pool, dek.slot);
	}
	expect_integer((int64_t)at, GENERATIONS);
}

/* The KEK of an epoch, from the UMK of the vectors. */
static struct key_kek kek_of(int64_t epoch)
{
	struct key_umk umk;
	struct key_kek kek;
	struct key_kek_message message;
	expect(key_kek_message(vectors_text(vectors, "tenant"), epoch, &message));
	expect_integer(key_umk_of_bytes(pool, vectors_hex(arena, vectors, "umk").data, &umk, NULL), HANSARD_OK);
	expect_integer(key_kek_of_umk(pool, umk, &message, &kek, NULL), HANSARD_OK);
	secret_give(pool, umk.slot);
	return kek;
}

static void check_wrap(struct item_place place, const struct item *item, const struct digest *digest)
{
	struct wrap_attrs attrs;
	struct key_dek dek;
	expect(wrap_attrs_read(item, &attrs));
	struct key_kek kek = kek_of(attrs.epoch);
	const struct wrap_opening opening = {
		.place = place, .item = item, .digest = digest, .generation = item->generation};
	expect_integer(wrap_open(pool, kek, &opening, &dek, NULL), HANSARD_OK);
	const char *hex = json_string_value(json_array_get(json_object_get(vectors, "deks"), (size_t)item->generation - 1));
	uint8_t bytes[SECRET_SIZE];
	expect(base64_hex_decode(text_of_string(hex), bytes, sizeof(bytes)));
	expect(memcmp(bytes, dek.slot, SECRET_SIZE) == 0);
	secret_give(pool, dek.slot);
	secret_give(pool, kek.slot);
	kek = kek_of(attrs.epoch + 1);
	expect_integer(wrap_open(pool, kek, &opening, &dek, NULL), HANSARD_WRONG_KEY);
	secret_give(pool, kek.slot);
}

static void check_item(const json_t *commit, const json_t *row)
{
	const struct stored_bytes stored = {.bytes = vectors_hex(arena, row, "stored")};
	const struct item_place place = {.tenant = vectors_text(vectors, "tenant"),
									 .address = vectors_text(row, "address")};
	struct item item;
	struct item_proof proof;
	uint8_t plain[1024];
	expect_integer(item_read(stored, &item, NULL), HANSARD_OK);
	expect_integer(item.rev, vectors_integer(commit, "rev"));
	expect(item_prove(context, place, stored, &proof));
	expect(bytes_equal(digest_view(&proof.leaf), vectors_hex(arena, row, "leaf")));
	if (text_is(vectors_text(row, "type"), "dek"))
		check_wrap(place, &item, &proof.digest);
	else
		expect_integer(item_open(keys[item.generation - 1], place, &item, &proof.digest, plain), GENUINE_GOOD);
}

static void items(void)
{
	size_t commit_at, at, checked = 0;
	json_t *commit, *row;
	begin();
	json_array_foreach(json_object_get(vectors, "commits"), commit_at, commit)
		json_array_foreach(json_object_get(commit, "items"), at, row)
	{
		if (json_object_get(row, "stored") == NULL)
			continue;
		check_item(commit, row);
		checked++;
	}
	expect(checked >= 16);
	finish();
}

static void check_head(struct sign_key *key, const json_t *row, const struct digest *hash)
{
	struct buffer again = {.ceiling = LIMIT_NOTE};
	struct note note;
	const struct text text = vectors_text(row, "note");
	const struct note_trust trust = {.keys = sign_key_public(key), .count = 1};
	expect_integer(note_read(bytes_of_text(text), &note, NULL), HANSARD_OK);
	expect(digest_equal(&note.hash, hash));
	expect_integer(note_verify(&note, trust, NULL), HANSARD_OK);
	expect(note_write(&note, (struct note_signers){.keys = &key, .count = 1}, &again));
	expect(text_equal(buffer_text(&again), text));
	buffer_finish(&again);
}

static void commits_and_heads(void)
{
	size_t at;
	json_t *row;
	struct sign_key *key;
	begin();
	expect_integer(
		sign_key_create(vectors_text(vectors, "signer"), vectors_hex(arena, vectors, "seed").data, &key, NULL),
		HANSARD_OK);
	json_array_foreach(json_object_get(vectors, "commits"), at, row)
	{
		const struct bytes stored = vectors_hex(arena, row, "commit");
		struct buffer again = {.ceiling = LIMIT_DOCUMENT};
		struct commit commit;
		struct digest hash;
		expect_integer(commit_read(arena, stored, &commit, NULL), HANSARD_OK);
		expect_integer(commit.rev, vectors_integer(row, "rev"));
		expect_integer(commit.count, vectors_integer(row, "count"));
		expect(bytes_equal(digest_view(&commit.root), vectors_hex(arena, row, "root")));
		expect(commit_hash(context, stored, &hash));
		expect(bytes_equal(digest_view(&hash), vectors_hex(arena, row, "hash")));
		expect_integer(commit_write(&commit, &again, NULL), HANSARD_OK);
		expect(bytes_equal(buffer_view(&again), stored));
		buffer_finish(&again);
		check_head(key, row, &hash);
	}
	expect_integer((int64_t)at, 9);
	sign_key_destroy(key);
	finish();
}

static const struct tap_test tests[] = {
	{"items and wraps of the vectors are read, proved and opened", items},
	{"commits and heads of the vectors are read, verified and written the same", commits_and_heads},
};

TAP_MAIN(tests)
