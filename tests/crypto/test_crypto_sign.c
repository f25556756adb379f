/*
 * Signatures, names, ids and lines of trusted keys against those of an independent program; every change refused or named.
 */
#include "sign.h"

#include "limits.h"
#include "vectors.h"

/* Of <openssl/err.h>, as openssl_queue.h says. */
unsigned long ERR_peek_error(void);

enum { LINE_LIMIT = 256 };

static struct arena *arena;
static json_t *vectors;

static void begin(void)
{
	arena_destroy(arena);
	json_decref(vectors);
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	vectors = vectors_load(ENVELOPE_KEYS);
}

static void finish(void)
{
	arena_destroy(arena);
	json_decref(vectors);
	arena = NULL;
	vectors = NULL;
}

static struct sign_key *key_of(const json_t *row)
{
	struct sign_key *key = NULL;
	const struct bytes seed = vectors_hex(arena, row, "seed");
	expect_integer((int64_t)seed.size, SECRET_SIZE);
	expect_integer(sign_key_create(vectors_text(row, "name"), seed.data, &key, NULL), HANSARD_OK);
	return key;
}

static void expect_public(const struct sign_public *public, const json_t *row)
{
	const struct text name = {.data = public->name, .size = public->name_size};
	struct buffer line = {.ceiling = LINE_LIMIT};
	expect(text_equal(name, vectors_text(row, "name")));
	expect(
		bytes_equal((struct bytes){.data = public->key, .size = SIGN_PUBLIC_SIZE}, vectors_hex(arena, row, "public")));
	expect(bytes_equal((struct bytes){.data = public->id, .size = SIGN_ID_SIZE}, vectors_hex(arena, row, "id")));
	expect(sign_public_write(public, &line));
	expect(text_equal(buffer_text(&line), vectors_text(row, "trusted")));
	buffer_finish(&line);
}

/* Each signature verifies with the key of its line; with any other key of the vectors it does not. */
static void expect_signatures(struct sign_key *key, const struct sign_public *public, const json_t *row)
{
	size_t at;
	json_t *signed_row;
	json_array_foreach(json_object_get(row, "signatures"), at, signed_row)
	{
		const struct bytes message = vectors_hex(arena, signed_row, "message");
		const struct bytes wanted = vectors_hex(arena, signed_row, "signature");
		uint8_t signature[SIGN_SIGNATURE_SIZE];
		expect(sign_message(key, message, signature));
		expect(bytes_equal((struct bytes){.data = signature, .size = sizeof(signature)}, wanted));
		expect(sign_verify(public, message, wanted) == GENUINE_GOOD);
		struct sign_public other = *public;
		other.key[0] ^= 1;
		expect(sign_verify(&other, message, wanted) == GENUINE_FORGED);
	}
	expect_integer((int64_t)at, 4);
}

static void signers(void)
{
	size_t at;
	json_t *row;
	begin();
	json_array_foreach(json_object_get(vectors, "signers"), at, row)
	{
		struct sign_key *key = key_of(row);
		struct sign_public read = {0};
		expect_public(sign_key_public(key), row);
		expect_integer(sign_public_read(vectors_text(row, "trusted"), &read, NULL), HANSARD_OK);
		expect_public(&read, row);
		expect_signatures(key, &read, row);
		sign_key_destroy(key);
	}
	expect_integer((int64_t)at, 8);
	finish();
}

static const json_t *first(void)
{
	return json_array_get(json_object_get(vectors, "signers"), 0);
}

static void every_bit_of_a_signature(void)
{
	begin();
	struct sign_key *key = key_of(first());
	uint8_t message[] = "hansard head v1\nacme/d\n1\n", signature[SIGN_SIGNATURE_SIZE + 1] = {0};
	const struct bytes signed_bytes = {.data = message, .size = sizeof(message) - 1};
	const struct bytes whole = {.data = signature, .size = SIGN_SIGNATURE_SIZE};
	const struct sign_public *public = sign_key_public(key);
	expect(sign_message(key, signed_bytes, signature));
	for (size_t bit = 0; bit < SIGN_SIGNATURE_SIZE * 8; bit++) {
		signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
		expect(sign_verify(public, signed_bytes, whole) == GENUINE_FORGED);
		expect(ERR_peek_error() == 0);
		signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	for (size_t bit = 0; bit < signed_bytes.size * 8; bit++) {
		message[bit / 8] ^= (uint8_t)(1U << bit % 8);
		expect(sign_verify(public, signed_bytes, whole) == GENUINE_FORGED);
		message[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	for (size_t size = 0; size < SIGN_SIGNATURE_SIZE + 2; size++)
		expect(sign_verify(public, signed_bytes, (struct bytes){.data = signature, .size = size}) ==
			   (size == SIGN_SIGNATURE_SIZE ? GENUINE_GOOD : GENUINE_FORGED));
	for (size_t size = 0; size < signed_bytes.size; size++)
		expect(sign_verify(public, (struct bytes){.data = message, .size = size}, whole) == GENUINE_FORGED);
	sign_key_destroy(key);
	finish();
}

static bool is_same(const struct sign_public *a, const struct sign_public *b)
{
	return a->name_size == b->name_size && memcmp(a->name, b->name, a->name_size) == 0 &&
		   memcmp(a->id, b->id, SIGN_ID_SIZE) == 0 && memcmp(a->key, b->key, SIGN_PUBLIC_SIZE) == 0;
}

/* A changed line is refused and changes nothing, or is the line of another key, which would be written just so. */
static bool expect_refused_or_other(struct text line, const struct sign_public *original)
{
	struct sign_public read = *original;
	struct hansard_error error = {0};
	if (sign_public_read(line, &read, &error) != HANSARD_OK) {
		expect_integer(error.status, HANSARD_INVALID);
		expect_string(error.kind, "invalid_trusted_key");
		expect(is_same(&read, original));
		return true;
	}
	struct buffer again = {.ceiling = LINE_LIMIT};
	expect(!is_same(&read, original));
	expect(sign_public_write(&read, &again));
	expect(text_equal(buffer_text(&again), line));
	buffer_finish(&again);
	return false;
}

static void every_byte_of_a_line(void)
{
	begin();
	const json_t *row = first();
	const struct text good = vectors_text(row, "trusted");
	struct sign_key *key = key_of(row);
	char line[LINE_LIMIT];
	long refused = 0;
	expect(good.size < sizeof(line));
	for (size_t at = 0; at < good.size; at++) {
		memcpy(line, good.data, good.size);
		for (int byte = 0; byte < 256; byte++) {
			line[at] = (char)byte;
			if (line[at] != good.data[at])
				refused +=
					expect_refused_or_other((struct text){.data = line, .size = good.size}, sign_key_public(key));
		}
	}
	/* 32 bits tie the line together: that one of these changes hits another key has a chance of one in 300,000. */
	expect_integer(refused, (int64_t)good.size * 255);
	sign_key_destroy(key);
	finish();
}

static void every_length_of_a_line(void)
{
	static const char *const others[] = {"",
										 "+",
										 "++",
										 "judge",
										 "judge+",
										 "judge++",
										 "judge+00000000+",
										 "+00000000+",
										 "judge+0000000+AQ==",
										 "judge+00000000+AQ=="};
	begin();
	const json_t *row = first();
	const struct text good = vectors_text(row, "trusted");
	struct sign_key *key = key_of(row);
	char line[LINE_LIMIT];
	for (size_t size = 0; size < good.size; size++) {
		expect(expect_refused_or_other(text_slice(good, 0, size), sign_key_public(key)));
		expect(expect_refused_or_other(text_slice(good, size + 1, good.size), sign_key_public(key)));
	}
	/* One byte more, anywhere. */
	for (size_t at = 0; at <= good.size; at++) {
		for (int byte = 0; byte < 256; byte++) {
			memcpy(line, good.data, at);
			line[at] = (char)byte;
			memcpy(line + at + 1, good.data + at, good.size - at);
			expect(expect_refused_or_other((struct text){.data = line, .size = good.size + 1}, sign_key_public(key)));
		}
	}
	/* A key that goes on, the first 33 bytes of it right. */
	static const char *const more[] = {"AA==", "AAA=", "AAAA", "AAAAAA=="};
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		memcpy(line, good.data, good.size);
		memcpy(line + good.size, more[i], strlen(more[i]));
		expect(expect_refused_or_other((struct text){.data = line, .size = good.size + strlen(more[i])},
									   sign_key_public(key)));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		expect(expect_refused_or_other(text_of_string(others[i]), sign_key_public(key)));
	expect(expect_refused_or_other(TEXT_ABSENT, sign_key_public(key)));
	sign_key_destroy(key);
	finish();
}

static void names(void)
{
	static const char *const good[] = {"a",
									   "0",
									   ".",
									   "/",
									   "-",
									   "acme.example/ledger-1",
									   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	static const char *const bad[] = {
		"",         "A",   "a b",
		"a+b",      "a\n", "a_b",
		"\xc3\xa4", "a:b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	static const uint8_t seed[SECRET_SIZE] = {1};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		expect(sign_name_valid(text_of_string(good[i])));
	expect(!sign_name_valid(TEXT_ABSENT));
	expect(!sign_name_valid(TEXT("a\0b")));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct hansard_error error = {0};
		struct sign_key *key = NULL;
		expect(!sign_name_valid(text_of_string(bad[i])));
		expect_integer(sign_key_create(text_of_string(bad[i]), seed, &key, &error), HANSARD_INVALID);
		expect_string(error.kind, "invalid_key_name");
		expect(key == NULL);
	}
}

static void line_that_does_not_fit(void)
{
	begin();
	const json_t *row = first();
	struct sign_key *key = key_of(row);
	const size_t size = vectors_text(row, "trusted").size;
	for (size_t ceiling = 1; ceiling <= size + 1; ceiling++) {
		struct buffer out = {.ceiling = ceiling};
		expect(buffer_append_byte(&out, '#'));
		expect(sign_public_write(sign_key_public(key), &out) == (ceiling == size + 1));
		expect_integer((int64_t)out.size, ceiling == size + 1 ? (int64_t)size + 1 : 1);
		buffer_finish(&out);
	}
	sign_key_destroy(key);
	sign_key_destroy(NULL);
	finish();
}

/* A line of this name and key whose id is right. */
static struct buffer line_of(struct text name, const uint8_t key[static SIGN_PUBLIC_SIZE])
{
	uint8_t typed[1 + SIGN_PUBLIC_SIZE] = {1};
	memcpy(typed + 1, key, SIGN_PUBLIC_SIZE);
	const struct bytes typed_key = {.data = typed, .size = sizeof(typed)};
	const struct bytes pieces[] = {bytes_of_text(name), bytes_of_text(TEXT("\n")), typed_key};
	struct buffer line = {.ceiling = LINE_LIMIT};
	struct digest digest;
	struct hash_context *hash = hash_create();
	expect(hash != NULL);
	expect(hash_of(hash, pieces, 3, &digest));
	hash_destroy(hash);
	expect(buffer_append_text(&line, name) && buffer_append_byte(&line, '+') &&
		   base64_hex_append(&line, (struct bytes){.data = digest.bytes, .size = SIGN_ID_SIZE}) &&
		   buffer_append_byte(&line, '+') && base64_append(&line, typed_key));
	return line;
}

static void lines_of_bad_names(void)
{
	static const char *const bad[] = {"",       "Judge",
									  "jud ge", "judge\n",
									  "jud_ge", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	begin();
	struct sign_key *key = key_of(first());
	const struct sign_public *public = sign_key_public(key);
	struct buffer line = line_of(TEXT("judge"), public->key);
	expect(text_equal(buffer_text(&line), vectors_text(first(), "trusted")));
	buffer_finish(&line);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		line = line_of(text_of_string(bad[i]), public->key);
		expect(expect_refused_or_other(buffer_text(&line), public));
		buffer_finish(&line);
	}
	sign_key_destroy(key);
	finish();
}

/* The same public key under another name is another key. */
static void name_is_part_of_the_id(void)
{
	static const uint8_t seed[SECRET_SIZE] = {2};
	struct sign_key *a = NULL, *b = NULL;
	expect_integer(sign_key_create(TEXT("judge"), seed, &a, NULL), HANSARD_OK);
	expect_integer(sign_key_create(TEXT("judge2"), seed, &b, NULL), HANSARD_OK);
	expect(memcmp(sign_key_public(a)->key, sign_key_public(b)->key, SIGN_PUBLIC_SIZE) == 0);
	expect(memcmp(sign_key_public(a)->id, sign_key_public(b)->id, SIGN_ID_SIZE) != 0);
	sign_key_destroy(a);
	sign_key_destroy(b);
}

static const struct tap_test tests[] = {
	{"keys, ids, trusted lines and signatures of eight names are those of the vectors", signers},
	{"a changed signature or message is not believed, for every bit and every length", every_bit_of_a_signature},
	{"a changed byte of a trusted line is refused, or names another key", every_byte_of_a_line},
	{"a trusted line that is cut, or has a byte more, is refused", every_length_of_a_line},
	{"a trusted line of a name that is none is refused, its id being right", lines_of_bad_names},
	{"names are a-z, 0-9, '.', '/', '-', 1 to 64 bytes; others have no key", names},
	{"a trusted line that does not fit leaves its buffer as it was", line_that_does_not_fit},
	{"the name is part of the id", name_is_part_of_the_id},
};

TAP_MAIN(tests)
