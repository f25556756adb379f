/*
 * Ed25519 over EVP_PKEY.
 */
#include "sign.h"

#include <openssl/evp.h>

#include "base64.h"
#include "error.h"
#include "openssl_queue.h"

bool sign_public_equal(const struct sign_public *a, const struct sign_public *b)
{
	return text_equal(sign_public_name(a), sign_public_name(b)) && memcmp(a->id, b->id, SIGN_ID_SIZE) == 0 &&
		   memcmp(a->key, b->key, SIGN_PUBLIC_SIZE) == 0;
}

/* The signature type of Ed25519 in a signed note. */
enum { ALGORITHM = 0x01 };
enum { HEX_ID_SIZE = 2 * SIGN_ID_SIZE, TYPED_SIZE = 1 + SIGN_PUBLIC_SIZE };

struct sign_key {
	struct sign_public public;
	EVP_PKEY *key;
};

static enum hansard_status crypto_failed(struct hansard_error *error)
{
	ERR_clear_error();
	return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library took no signing key");
}

bool sign_name_valid(struct text name)
{
	for (size_t i = 0; i < name.size; i++) {
		const char c = name.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '/' && c != '-')
			return false;
	}
	return name.size > 0 && name.size <= SIGN_NAME_LIMIT;
}

struct text sign_public_name(const struct sign_public *public)
{
	return (struct text){.data = public->name, .size = public->name_size};
}

/* The public key with its name and the id that follows from both. */
static bool identify(struct text name, const uint8_t *key, struct sign_public *ret_public)
{
	static const uint8_t between[] = {'\n', ALGORITHM};
	const struct bytes pieces[] = {
		bytes_of_text(name),
		{.data = between, .size = sizeof(between)},
		{.data = key, .size = SIGN_PUBLIC_SIZE},
	};
	struct sign_public public = {.name_size = name.size};
	struct digest digest;
	struct hash_context *hash = hash_create();
	const bool good = hash != NULL && hash_of(hash, pieces, 3, &digest);
	hash_destroy(hash);
	if (!good)
		return false;
	memcpy(public.name, name.data, name.size);
	memcpy(public.id, digest.bytes, SIGN_ID_SIZE);
	memcpy(public.key, key, SIGN_PUBLIC_SIZE);
	*ret_public = public;
	return true;
}

enum hansard_status sign_key_create(struct text name, const uint8_t seed[static SECRET_SIZE], struct sign_key **ret_key,
									struct hansard_error *error)
{
	if (!sign_name_valid(name))
		return error_set(error, HANSARD_INVALID, "invalid_key_name",
						 "\"" ERROR_TEXT "\" names no key: 1 to %d of a-z, 0-9, '.', '/', '-'", ERROR_TEXT_ARGS(name),
						 SIGN_NAME_LIMIT);
	struct sign_key *key = calloc(1, sizeof(*key));
	if (key == NULL)
		return error_memory(error);
	uint8_t public[SIGN_PUBLIC_SIZE];
	size_t size = sizeof(public);
	key->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SECRET_SIZE);
	if (key->key == NULL || EVP_PKEY_get_raw_public_key(key->key, public, &size) != 1 || size != sizeof(public) ||
		!identify(name, public, &key->public)) {
		sign_key_destroy(key);
		return crypto_failed(error);
	}
	*ret_key = key;
	return HANSARD_OK;
}

void sign_key_destroy(struct sign_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	free(key);
}

const struct sign_public *sign_key_public(const struct sign_key *key)
{
	return &key->public;
}

bool sign_message(struct sign_key *key, struct bytes message, uint8_t signature[static SIGN_SIGNATURE_SIZE])
{
	size_t size = SIGN_SIGNATURE_SIZE;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool good = context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key->key) == 1 &&
					  EVP_DigestSign(context, signature, &size, message.data, message.size) == 1 &&
					  size == SIGN_SIGNATURE_SIZE;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return good;
}

static bool verify_once(const uint8_t public[static SIGN_PUBLIC_SIZE], struct bytes message, const uint8_t *signature)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public, SIGN_PUBLIC_SIZE);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool good = key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
					  EVP_DigestVerify(context, signature, SIGN_SIGNATURE_SIZE, message.data, message.size) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

/* Whether a signature that is known to be good (RFC 8032 section 7.1, TEST 1) is found so. */
static bool can_verify(void)
{
	static const uint8_t public[SIGN_PUBLIC_SIZE] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
													 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
													 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
	static const uint8_t signature[SIGN_SIGNATURE_SIZE] = {
		0xe5, 0x56, 0x43, 0x00, 0xc3, 0x60, 0xac, 0x72, 0x90, 0x86, 0xe2, 0xcc, 0x80, 0x6e, 0x82, 0x8a,
		0x84, 0x87, 0x7f, 0x1e, 0xb8, 0xe5, 0xd9, 0x74, 0xd8, 0x73, 0xe0, 0x65, 0x22, 0x49, 0x01, 0x55,
		0x5f, 0xb8, 0x82, 0x15, 0x90, 0xa3, 0x3b, 0xac, 0xc6, 0x1e, 0x39, 0x70, 0x1c, 0xf9, 0xb4, 0x6b,
		0xd2, 0x5b, 0xf5, 0xf0, 0x59, 0x5b, 0xbe, 0x24, 0x65, 0x51, 0x41, 0x43, 0x8e, 0x7a, 0x10, 0x0b};
	return verify_once(public, (struct bytes){.data = public, .size = 0}, signature);
}

/* OpenSSL says of a signature that is not good and of memory that ran out the same. So a refusal counts when it is repeated,
   and when a good signature is still found so. */
enum genuine sign_verify(const struct sign_public *public, struct bytes message, struct bytes signature)
{
	if (signature.size != SIGN_SIGNATURE_SIZE)
		return GENUINE_FORGED;
	if (verify_once(public->key, message, signature.data) || verify_once(public->key, message, signature.data))
		return GENUINE_GOOD;
	return can_verify() ? GENUINE_FORGED : GENUINE_UNKNOWN;
}

/* Encodings of y, the sign of x left out, whose point has a small order, or which is no canonical y of such a point. */
static const uint8_t small_order[][SIGN_PUBLIC_SIZE] = {
	{0},
	{1},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	{0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	{0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
	 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
	 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
};

static bool has_small_order(const uint8_t key[static SIGN_PUBLIC_SIZE])
{
	uint8_t y[SIGN_PUBLIC_SIZE];
	memcpy(y, key, sizeof(y));
	y[SIGN_PUBLIC_SIZE - 1] &= 0x7f;
	for (size_t i = 0; i < sizeof(small_order) / sizeof(small_order[0]); i++)
		if (memcmp(y, small_order[i], sizeof(y)) == 0)
			return true;
	return false;
}

bool sign_public_write(const struct sign_public *public, struct buffer *out)
{
	const size_t size_before = out->size;
	uint8_t typed[TYPED_SIZE] = {ALGORITHM};
	memcpy(typed + 1, public->key, SIGN_PUBLIC_SIZE);
	if (buffer_append_text(out, sign_public_name(public)) && buffer_append_byte(out, '+') &&
		base64_hex_append(out, (struct bytes){.data = public->id, .size = SIGN_ID_SIZE}) &&
		buffer_append_byte(out, '+') && base64_append(out, (struct bytes){.data = typed, .size = sizeof(typed)}))
		return true;
	out->size = size_before;
	return false;
}

/* Takes name, id and typed key apart. A plus sign also stands inside of base64, so only the first two divide. */
static bool take_apart(struct text text, struct text *ret_name, uint8_t *id, struct buffer *typed)
{
	const size_t first = text_find(text, TEXT("+"), 0);
	const size_t second = first != SIZE_MAX ? text_find(text, TEXT("+"), first + 1) : SIZE_MAX;
	if (second == SIZE_MAX)
		return false;
	*ret_name = text_slice(text, 0, first);
	const struct text hex = text_slice(text, first + 1, second);
	return sign_name_valid(*ret_name) && hex.size == HEX_ID_SIZE && base64_hex_decode(hex, id, SIGN_ID_SIZE) &&
		   base64_decode(text_slice(text, second + 1, text.size), typed) && typed->size == TYPED_SIZE &&
		   typed->data[0] == ALGORITHM;
}

enum hansard_status sign_public_read(struct text text, struct sign_public *ret_public, struct hansard_error *error)
{
	/* Lies on the stack: its capacity is its ceiling, so it never grows. */
	uint8_t data[TYPED_SIZE + 2];
	struct buffer typed = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	uint8_t id[SIGN_ID_SIZE];
	struct sign_public public;
	struct text name;
	if (!take_apart(text, &name, id, &typed) || has_small_order(data + 1))
		return error_set(error, HANSARD_INVALID, "invalid_trusted_key",
						 "\"" ERROR_TEXT "\" is no trusted key: NAME+ID+KEY, as `hansard keys show` prints it",
						 ERROR_TEXT_ARGS(text));
	if (!identify(name, data + 1, &public))
		return crypto_failed(error);
	if (memcmp(public.id, id, SIGN_ID_SIZE) != 0)
		return error_set(error, HANSARD_INVALID, "invalid_trusted_key",
						 "the id in \"" ERROR_TEXT "\" is not that of its name and key", ERROR_TEXT_ARGS(text));
	*ret_public = public;
	return HANSARD_OK;
}
