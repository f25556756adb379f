/*
 * Keys against those that an independent program derived, and what is refused.
 */
#include "key.h"

#include "key_vectors.h"

static const uint8_t *secret_hex(const json_t *row, const char *name)
{
	const struct bytes bytes = vectors_hex(arena, row, name);
	expect_integer((int64_t)bytes.size, SECRET_SIZE);
	return bytes.data;
}

static void expect_key(const uint8_t *slot, const json_t *row, const char *name)
{
	expect(slot != NULL);
	expect(memcmp(slot, secret_hex(row, name), SECRET_SIZE) == 0);
}

static void expect_children_of_kek(const json_t *row, struct key_kek kek)
{
	struct key_kek_id id;
	struct key_wrap wrap = {0};
	struct key_nonce nonce = {0};
	expect_key(kek.slot, row, "kek");
	expect_integer(key_kek_identify(kek, &id, NULL), HANSARD_OK);
	expect(text_equal((struct text){.data = id.hex, .size = KEY_ID_SIZE}, vectors_text(row, "id")));
	expect_integer(key_wrap_of_kek(pool, kek, &wrap, NULL), HANSARD_OK);
	expect_key(wrap.slot, row, "wrap");
	expect_integer(key_nonce_of_kek(pool, kek, &nonce, NULL), HANSARD_OK);
	expect_key(nonce.slot, row, "nonce");
	secret_give(pool, nonce.slot);
	secret_give(pool, wrap.slot);
}

static void expect_kek(const json_t *row)
{
	struct key_kek_message message;
	struct key_umk umk = {0};
	struct key_kek kek = {0};
	expect(key_kek_message(vectors_text(row, "tenant"), vectors_integer(row, "epoch"), &message));
	expect(bytes_equal((struct bytes){.data = message.data, .size = message.size}, vectors_hex(arena, row, "message")));
	expect_integer(key_umk_of_bytes(pool, secret_hex(row, "umk"), &umk, NULL), HANSARD_OK);
	expect_key(umk.slot, row, "umk");
	expect_integer(key_kek_of_umk(pool, umk, &message, &kek, NULL), HANSARD_OK);
	expect_children_of_kek(row, kek);
	secret_give(pool, kek.slot);
	secret_give(pool, umk.slot);
}

static void keks(void)
{
	size_t at;
	json_t *row;
	begin();
	json_array_foreach(json_object_get(vectors, "keks"), at, row) expect_kek(row);
	expect_integer((int64_t)at, 56);
	finish();
}

/* What KMS GenerateMac gives for the message is the KEK. */
static void keks_of_mac(void)
{
	size_t at;
	json_t *row;
	begin();
	json_array_foreach(json_object_get(vectors, "keks"), at, row)
	{
		const struct bytes message = vectors_hex(arena, row, "message");
		struct digest digest;
		struct key_kek kek = {0};
		struct mac *mac = mac_create(vectors_hex(arena, row, "umk"));
		expect(mac != NULL);
		expect(mac_of(mac, &message, 1, &digest));
		mac_destroy(mac);
		expect_integer(key_kek_of_mac(pool, digest.bytes, &kek, NULL), HANSARD_OK);
		expect_children_of_kek(row, kek);
		secret_give(pool, kek.slot);
	}
	finish();
}

static void deks(void)
{
	size_t at;
	json_t *row;
	begin();
	json_array_foreach(json_object_get(vectors, "deks"), at, row)
	{
		struct key_dek dek = {0};
		struct key_seal seal = {0};
		struct key_tag tag = {0};
		struct key_nonce nonce = {0};
		expect_integer(key_dek_of_bytes(pool, secret_hex(row, "dek"), &dek, NULL), HANSARD_OK);
		expect_key(dek.slot, row, "dek");
		expect_integer(key_seal_of_dek(pool, dek, &seal, NULL), HANSARD_OK);
		expect_key(seal.slot, row, "seal");
		expect_integer(key_tag_of_dek(pool, dek, &tag, NULL), HANSARD_OK);
		expect_key(tag.slot, row, "tag");
		expect_integer(key_nonce_of_dek(pool, dek, &nonce, NULL), HANSARD_OK);
		expect_key(nonce.slot, row, "nonce");
		uint8_t *const slots[] = {nonce.slot, tag.slot, seal.slot, dek.slot};
		for (size_t i = 0; i < 4; i++)
			secret_give(pool, slots[i]);
	}
	expect_integer((int64_t)at, 4);
	finish();
}

static void messages_refused(void)
{
	static const char *const tenants[] = {"",     "-",      "a-",     "-a",     "a--b",
										  "Acme", "acme/1", "acme 1", "ac:me",  "ä",
										  "a\n",  "a_b",    "acme+1", "acme#1", "abcdefghijklmnopqrstuvwxyz-012345"};
	const int64_t epochs[] = {0, -1, INT64_MIN, LIMIT_INTEGER + 1, INT64_MAX};
	struct key_kek_message message = {.size = 7};
	for (size_t i = 0; i < sizeof(tenants) / sizeof(tenants[0]); i++)
		expect(!key_kek_message(text_of_string(tenants[i]), 1, &message));
	for (size_t i = 0; i < sizeof(epochs) / sizeof(epochs[0]); i++)
		expect(!key_kek_message(TEXT("acme"), epochs[i], &message));
	expect(!key_kek_message(TEXT_ABSENT, 1, &message));
	expect(!key_kek_message(TEXT("a\0b"), 1, &message));
	expect_integer((int64_t)message.size, 7);
	expect(key_kek_message(TEXT("abcdefghijklmnopqrstuvwxyz-01234"), LIMIT_INTEGER, &message));
	expect(message.size < KEY_KEK_MESSAGE_SIZE);
}

/* The nine ways to make a key when no slot is free: each says so, and gives none. */
static enum hansard_status make(int way, const uint8_t *bytes, struct hansard_error *error)
{
	struct key_kek_message message;
	uint8_t parent[SECRET_SIZE] = {1};
	struct key_umk umk = {.slot = parent};
	struct key_kek kek = {.slot = parent};
	struct key_dek dek = {.slot = parent};
	struct key_wrap wrap = {0};
	struct key_seal seal = {0};
	struct key_tag tag = {0};
	struct key_nonce nonce = {0};
	expect(key_kek_message(TEXT("acme"), 1, &message));
	switch (way) {
	case 0:
		return key_umk_of_bytes(pool, bytes, &umk, error);
	case 1:
		return key_kek_of_umk(pool, umk, &message, &kek, error);
	case 2:
		return key_kek_of_mac(pool, bytes, &kek, error);
	case 3:
		return key_wrap_of_kek(pool, kek, &wrap, error);
	case 4:
		return key_nonce_of_kek(pool, kek, &nonce, error);
	case 5:
		return key_dek_of_bytes(pool, bytes, &dek, error);
	case 6:
		return key_seal_of_dek(pool, dek, &seal, error);
	case 7:
		return key_tag_of_dek(pool, dek, &tag, error);
	default:
		return key_nonce_of_dek(pool, dek, &nonce, error);
	}
}

static void full_pool(void)
{
	static const uint8_t bytes[SECRET_SIZE] = {2};
	uint8_t *slots[SLOTS];
	begin();
	for (size_t i = 0; i < SLOTS; i++)
		expect((slots[i] = secret_take(pool)) != NULL);
	for (int way = 0; way < 9; way++) {
		struct hansard_error error = {0};
		expect_integer(make(way, bytes, &error), HANSARD_FAILED);
		expect_string(error.kind, "no_slot");
	}
	for (size_t i = 0; i < SLOTS; i++)
		secret_give(pool, slots[i]);
	finish();
}

static void no_key_is_given_back(void)
{
	const struct key_seal none = {0};
	begin();
	secret_give(pool, none.slot);
	finish();
}

static void bytes_are_copied(void)
{
	uint8_t bytes[SECRET_SIZE] = {3};
	struct key_umk umk = {0};
	begin();
	expect_integer(key_umk_of_bytes(pool, bytes, &umk, NULL), HANSARD_OK);
	secret_wipe(bytes, sizeof(bytes));
	expect_integer(umk.slot[0], 3);
	secret_give(pool, umk.slot);
	expect_integer(umk.slot[0], 0);
	finish();
}

static const struct tap_test tests[] = {
	{"KEKs of four UMKs, 14 tenants and epochs, their ids and children are those of the vectors", keks},
	{"the HMAC of the message, computed elsewhere, is the same KEK", keks_of_mac},
	{"SEAL, TAG and NONCE of four DEKs are those of the vectors", deks},
	{"what is no tenant and no epoch gives no message", messages_refused},
	{"with a full pool no key is made, and the error is no_slot", full_pool},
	{"a key that is none is given back without harm", no_key_is_given_back},
	{"a key is a copy of the bytes it was made of, wiped when it is given back", bytes_are_copied},
};

TAP_MAIN(tests)
