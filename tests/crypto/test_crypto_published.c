/*
 * Published vectors, every one that applies (tests/vectors/published/ORIGIN.md): NIST CAVP and Wycheproof for AES-256-GCM,
 * RFC 4231 and Wycheproof for HMAC-SHA-256, RFC 5869 and Wycheproof for EXPAND, RFC 6962's trees, RFC 8032 and Wycheproof for Ed25519.
 */
#include "aead.h"
#include "base64.h"
#include "hash.h"
#include "limits.h"
#include "mac.h"
#include "sign.h"
#include "vectors.h"

static struct arena *arena;

/* What the cases of the running test came out as. */
static struct {
	int good;
	int refused;
} seen;

static struct text file_path(const char *name)
{
	struct text path;
	expect(arena_format(arena, &path, "%s/%s.json%c", PUBLISHED_VECTORS, name, '\0'));
	return path;
}

/* Runs `run` on each case of a file, of which there must be `count`. */
static void each(const char *name, int count, void (*run)(const json_t *row))
{
	size_t at;
	json_t *row;
	seen.good = seen.refused = 0;
	arena_destroy(arena);
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	json_t *rows = vectors_load(file_path(name).data);
	json_array_foreach(rows, at, row) run(row);
	json_decref(rows);
	arena_destroy(arena);
	arena = NULL;
	expect_integer((int64_t)at, count);
	expect_integer(seen.good + seen.refused, count);
}

static struct bytes joined(struct bytes a, struct bytes b)
{
	uint8_t *data = arena_allocate(arena, a.size + b.size);
	expect(data != NULL);
	memcpy(data, a.data, a.size);
	memcpy(data + a.size, b.data, b.size);
	return (struct bytes){.data = data, .size = a.size + b.size};
}

static struct aead *aead_of(struct bytes key)
{
	expect_integer((int64_t)key.size, AEAD_KEY_SIZE);
	struct aead *aead = aead_create(key.data);
	expect(aead != NULL);
	return aead;
}

static void expect_sealed(const json_t *row, const char *const names[6])
{
	const struct bytes nonce = vectors_hex(arena, row, names[1]);
	const struct bytes plain = vectors_hex(arena, row, names[3]);
	const struct bytes wanted = joined(vectors_hex(arena, row, names[4]), vectors_hex(arena, row, names[5]));
	uint8_t *box = arena_allocate(arena, plain.size + AEAD_TAG_SIZE);
	struct aead *aead = aead_of(vectors_hex(arena, row, names[0]));
	expect_integer((int64_t)nonce.size, AEAD_NONCE_SIZE);
	expect(aead_seal(aead, nonce.data, vectors_hex(arena, row, names[2]), plain, box));
	expect(bytes_equal((struct bytes){.data = box, .size = plain.size + AEAD_TAG_SIZE}, wanted));
	aead_destroy(aead);
}

/* Opens the box of a row; where it is none, what was to hold the plaintext is zeros. */
static void expect_opened(const json_t *row, const char *const names[6], bool good)
{
	const struct bytes nonce = vectors_hex(arena, row, names[1]);
	const struct bytes box = joined(vectors_hex(arena, row, names[4]), vectors_hex(arena, row, names[5]));
	const size_t size = box.size - AEAD_TAG_SIZE;
	uint8_t *plain = arena_allocate(arena, size);
	struct aead *aead = aead_of(vectors_hex(arena, row, names[0]));
	memset(plain, 0xaa, size);
	expect(aead_open(aead, nonce.data, vectors_hex(arena, row, names[2]), box, plain) ==
		   (good ? GENUINE_GOOD : GENUINE_FORGED));
	for (size_t i = 0; !good && i < size; i++)
		expect_integer(plain[i], 0);
	if (good)
		expect(bytes_equal((struct bytes){.data = plain, .size = size}, vectors_hex(arena, row, names[3])));
	seen.good += good;
	seen.refused += !good;
	aead_destroy(aead);
}

static const char *const nist_names[] = {"Key", "IV", "AAD", "PT", "CT", "Tag"};
static const char *const wycheproof_names[] = {"key", "iv", "aad", "msg", "ct", "tag"};

static void nist_encrypt(const json_t *row)
{
	expect_sealed(row, nist_names);
	expect_opened(row, nist_names, true);
}

static void nist_decrypt(const json_t *row)
{
	expect_opened(row, nist_names, json_object_get(row, "result") == NULL);
}

static bool valid(const json_t *row)
{
	const struct text result = vectors_text(row, "result");
	expect(text_is(result, "valid") || text_is(result, "invalid"));
	return text_is(result, "valid");
}

static void wycheproof_gcm(const json_t *row)
{
	if (valid(row))
		expect_sealed(row, wycheproof_names);
	expect_opened(row, wycheproof_names, valid(row));
}

static struct digest hmac(struct bytes key, struct bytes message)
{
	struct digest digest;
	struct mac *mac = mac_create(key);
	expect(mac != NULL);
	expect(mac_of(mac, &message, 1, &digest));
	mac_destroy(mac);
	return digest;
}

/* Whether the HMAC begins with this tag, of 16 or 32 bytes. */
static bool begins(const struct digest *digest, struct bytes tag)
{
	expect(tag.size == 16 || tag.size == DIGEST_SIZE);
	return memcmp(digest->bytes, tag.data, tag.size) == 0;
}

static void rfc_hmac(const json_t *row)
{
	const struct digest digest = hmac(vectors_hex(arena, row, "Key"), vectors_hex(arena, row, "Msg"));
	expect(begins(&digest, vectors_hex(arena, row, "MD")));
	seen.good++;
}

static void wycheproof_hmac(const json_t *row)
{
	const struct digest digest = hmac(vectors_hex(arena, row, "key"), vectors_hex(arena, row, "msg"));
	const struct bytes tag = vectors_hex(arena, row, "tag");
	expect_integer((int64_t)tag.size * 8, vectors_integer(row, "tagSize"));
	expect(begins(&digest, tag) == valid(row));
	seen.good += valid(row);
	seen.refused += !valid(row);
}

/* EXPAND(Extract(salt, ikm), info) against as much of the output as one block gives. */
static struct digest expect_expanded(struct bytes salt, struct bytes ikm, struct bytes info, struct bytes okm)
{
	static const uint8_t zeros[DIGEST_SIZE];
	const struct bytes key = salt.size > 0 ? salt : (struct bytes){.data = zeros, .size = DIGEST_SIZE};
	const struct digest prk = hmac(key, ikm);
	uint8_t out[MAC_SIZE];
	struct mac *mac = mac_create(digest_view(&prk));
	expect(mac != NULL && okm.size >= 20);
	expect(mac_expand(mac, info, out));
	expect(memcmp(out, okm.data, okm.size < MAC_SIZE ? okm.size : MAC_SIZE) == 0);
	mac_destroy(mac);
	seen.good++;
	return prk;
}

static void rfc_hkdf(const json_t *row)
{
	const struct digest prk = expect_expanded(vectors_hex(arena, row, "salt"), vectors_hex(arena, row, "IKM"),
											  vectors_hex(arena, row, "info"), vectors_hex(arena, row, "OKM"));
	expect(bytes_equal(digest_view(&prk), vectors_hex(arena, row, "PRK")));
}

static void wycheproof_hkdf(const json_t *row)
{
	expect(valid(row));
	expect_expanded(vectors_hex(arena, row, "salt"), vectors_hex(arena, row, "ikm"), vectors_hex(arena, row, "info"),
					vectors_hex(arena, row, "okm"));
}

static void rfc_ed25519(const json_t *row)
{
	uint8_t signature[SIGN_SIGNATURE_SIZE];
	const struct bytes made = {.data = signature, .size = sizeof(signature)};
	const struct bytes seed = vectors_hex(arena, row, "secret");
	const struct bytes message = vectors_hex(arena, row, "message");
	const struct bytes wanted = vectors_hex(arena, row, "public");
	struct sign_key *key = NULL;
	expect_integer((int64_t)seed.size, SECRET_SIZE);
	expect_integer(sign_key_create(TEXT("rfc8032"), seed.data, &key, NULL), HANSARD_OK);
	expect(bytes_equal((struct bytes){.data = sign_key_public(key)->key, .size = SIGN_PUBLIC_SIZE}, wanted));
	expect(sign_message(key, message, signature));
	expect(bytes_equal(made, vectors_hex(arena, row, "signature")));
	expect(sign_verify(sign_key_public(key), message, made) == GENUINE_GOOD);
	sign_key_destroy(key);
	seen.good++;
}

static void wycheproof_ed25519(const json_t *row)
{
	const struct bytes key = vectors_hex(arena, row, "pk");
	struct sign_public public = {.name = "wycheproof", .name_size = 10};
	expect_integer((int64_t)key.size, SIGN_PUBLIC_SIZE);
	memcpy(public.key, key.data, SIGN_PUBLIC_SIZE);
	expect(sign_verify(&public, vectors_hex(arena, row, "msg"), vectors_hex(arena, row, "sig")) ==
		   (valid(row) ? GENUINE_GOOD : GENUINE_FORGED));
	seen.good += valid(row);
	seen.refused += !valid(row);
}

static void gcm_of_nist(void)
{
	each("nist_gcm_encrypt_256", 375, nist_encrypt);
	each("nist_gcm_decrypt_256", 375, nist_decrypt);
	expect_integer(seen.refused, 191);
}

static void gcm_of_wycheproof(void)
{
	each("wycheproof_aes_gcm", 66, wycheproof_gcm);
	expect_integer(seen.refused, 27);
}

static void hmac_of_rfc(void)
{
	each("rfc_4231", 7, rfc_hmac);
}

static void hmac_of_wycheproof(void)
{
	each("wycheproof_hmac_sha256", 174, wycheproof_hmac);
	expect_integer(seen.refused, 108);
}

static void expand_of_rfc(void)
{
	each("rfc_5869", 3, rfc_hkdf);
}

static void expand_of_wycheproof(void)
{
	each("wycheproof_hkdf_sha256", 83, wycheproof_hkdf);
}

static void rfc_tree(const json_t *row)
{
	struct digest leaves[8], root;
	const json_t *inputs = json_object_get(row, "leaf_inputs");
	const size_t count = json_array_size(inputs);
	struct hash_context *context = hash_create();
	expect(context != NULL && count <= 8);
	for (size_t i = 0; i < count; i++) {
		const struct text hex = text_of_string(json_string_value(json_array_get(inputs, i)));
		uint8_t data[16];
		expect(hex.size <= 2 * sizeof(data) && base64_hex_decode(hex, data, hex.size / 2));
		expect(hash_leaf(context, (struct bytes){.data = data, .size = hex.size / 2}, &leaves[i]));
	}
	expect(hash_root(context, leaves, count, &root));
	expect(bytes_equal(digest_view(&root), vectors_hex(arena, row, "root_hash")));
	hash_destroy(context);
	seen.good++;
}

static void trees_of_rfc(void)
{
	each("rfc_6962", 9, rfc_tree);
}

static void ed25519_of_rfc(void)
{
	each("rfc_8032", 5, rfc_ed25519);
}

static void ed25519_of_wycheproof(void)
{
	each("wycheproof_ed25519", 151, wycheproof_ed25519);
	expect_integer(seen.refused, 63);
}

static const struct tap_test tests[] = {
	{"AES-256-GCM seals and opens the 375 of NIST, and opens or refuses the other 375", gcm_of_nist},
	{"AES-256-GCM seals and opens the 39 valid ones of Wycheproof and refuses 27", gcm_of_wycheproof},
	{"HMAC-SHA-256 gives the seven of RFC 4231", hmac_of_rfc},
	{"HMAC-SHA-256 gives the 66 valid tags of Wycheproof and none of the 108 invalid ones", hmac_of_wycheproof},
	{"EXPAND gives the first block of the three of RFC 5869", expand_of_rfc},
	{"EXPAND gives the first block of the 83 of Wycheproof", expand_of_wycheproof},
	{"tree hashes of none to eight leaves are the nine published for RFC 6962", trees_of_rfc},
	{"Ed25519 gives the keys and signatures of the five of RFC 8032", ed25519_of_rfc},
	{"Ed25519 believes the 88 valid signatures of Wycheproof and refuses 63", ed25519_of_wycheproof},
};

TAP_MAIN(tests)
