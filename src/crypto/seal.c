/*
 * Boxes: an AEAD under SEAL or WRAP, and the HMAC that hedges its nonces.
 */
#include "seal.h"

#include "cbor_write.h"
#include "error.h"
#include "hash.h"
#include "limits.h"

struct seal {
	struct aead *aead;
	struct mac *nonce;
	struct hash_context *hash;
};

/* What seals under `key` and hedges its nonces under `nonce`. */
static enum hansard_status create(const uint8_t *key, struct key_nonce nonce, struct seal **ret_seal,
								  struct hansard_error *error)
{
	struct seal *seal = calloc(1, sizeof(*seal));
	if (seal == NULL)
		return error_memory(error);
	seal->aead = aead_create(key);
	seal->nonce = mac_create((struct bytes){.data = nonce.slot, .size = SECRET_SIZE});
	seal->hash = hash_create();
	if (seal->aead == NULL || seal->nonce == NULL || seal->hash == NULL) {
		seal_destroy(seal);
		return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library gave no cipher");
	}
	*ret_seal = seal;
	return HANSARD_OK;
}

enum hansard_status seal_create_of_dek(struct secret_pool *pool, struct key_dek dek, struct seal **ret_seal,
									   struct hansard_error *error)
{
	struct key_seal key = {0};
	struct key_nonce nonce = {0};
	enum hansard_status status = key_seal_of_dek(pool, dek, &key, error);
	if (status == HANSARD_OK)
		status = key_nonce_of_dek(pool, dek, &nonce, error);
	if (status == HANSARD_OK)
		status = create(key.slot, nonce, ret_seal, error);
	secret_give(pool, nonce.slot);
	secret_give(pool, key.slot);
	return status;
}

enum hansard_status seal_create_of_kek(struct secret_pool *pool, struct key_kek kek, struct seal **ret_seal,
									   struct hansard_error *error)
{
	struct key_wrap key = {0};
	struct key_nonce nonce = {0};
	enum hansard_status status = key_wrap_of_kek(pool, kek, &key, error);
	if (status == HANSARD_OK)
		status = key_nonce_of_kek(pool, kek, &nonce, error);
	if (status == HANSARD_OK)
		status = create(key.slot, nonce, ret_seal, error);
	secret_give(pool, nonce.slot);
	secret_give(pool, key.slot);
	return status;
}

void seal_destroy(struct seal *seal)
{
	if (seal == NULL)
		return;
	hash_destroy(seal->hash);
	mac_destroy(seal->nonce);
	aead_destroy(seal->aead);
	free(seal);
}

/* The associated data of a box: SHA(address). */
static bool bind(struct seal *seal, struct text address, struct digest *ret_aad)
{
	const struct bytes piece = bytes_of_text(address);
	return hash_of(seal->hash, &piece, 1, ret_aad);
}

/* The hedged nonce. cbor([random, address, plaintext]) ends in the plaintext itself, which is not copied. */
static bool hedge(struct seal *seal, const struct seal_request *request, uint8_t *nonce)
{
	uint8_t data[LIMIT_ADDRESS + SEAL_ENTROPY_SIZE + 16];
	struct buffer front = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct cbor_writer writer;
	struct digest hedged;
	cbor_write_begin(&writer, &front);
	cbor_write_array(&writer, 3);
	cbor_write_bytes(&writer, (struct bytes){.data = request->entropy, .size = SEAL_ENTROPY_SIZE});
	cbor_write_text(&writer, request->address);
	cbor_write_bytes_head(&writer, request->plain.bytes.size);
	if (!cbor_write_finish(&writer))
		return false;
	const struct bytes pieces[] = {buffer_view(&front), request->plain.bytes};
	if (!mac_of(seal->nonce, pieces, 2, &hedged))
		return false;
	memcpy(nonce, hedged.bytes, SEAL_NONCE_SIZE);
	return true;
}

bool seal_box(struct seal *seal, const struct seal_request *request, uint8_t nonce[static SEAL_NONCE_SIZE],
			  uint8_t *box)
{
	const struct bytes plain = request->plain.bytes;
	struct digest aad;
	return plain.size > 0 && plain.size <= LIMIT_PIECE && bind(seal, request->address, &aad) &&
		   hedge(seal, request, nonce) && aead_seal(seal->aead, nonce, digest_view(&aad), plain, box);
}

enum hansard_status seal_unbox(struct seal *seal, const struct seal_opening *opening, uint8_t *plain)
{
	struct digest aad;
	if (opening->nonce.size != SEAL_NONCE_SIZE || opening->box.size <= SEAL_TAG_SIZE)
		return HANSARD_VIOLATED;
	if (!bind(seal, opening->address, &aad))
		return HANSARD_FAILED;
	return aead_open(seal->aead, opening->nonce.data, digest_view(&aad), opening->box, plain) ? HANSARD_OK
																							  : HANSARD_VIOLATED;
}
