/*
 * Boxes: what is sealed of an item or part, bound to its address.
 *
 *     box   = AES-256-GCM(SEAL or WRAP, nonce, aad = SHA(address), plaintext)
 *     nonce = first 12 bytes of HMAC(NONCE, cbor([random, address, plaintext]))
 *
 * The nonce is hedged: where the system's generator repeats itself, what repeats is at worst a whole box.
 */
#ifndef SEAL_H
#define SEAL_H

#include "aead.h"
#include "key.h"
#include "stored.h"

enum { SEAL_NONCE_SIZE = AEAD_NONCE_SIZE, SEAL_TAG_SIZE = AEAD_TAG_SIZE, SEAL_ENTROPY_SIZE = 32 };

/* The keys of one DEK or KEK, ready to seal and to open; one per thread. */
struct seal;

/* seal_create_of_dek(pool, dek, ret_seal, error), seal_create_of_kek(...): what seals and opens under SEAL of the DEK, or
   under WRAP of the KEK. The pool lends two slots for the time of the call. Errors: HANSARD_FAILED. */
enum hansard_status seal_create_of_dek(struct secret_pool *pool, struct key_dek dek, struct seal **ret_seal,
									   struct hansard_error *error);
enum hansard_status seal_create_of_kek(struct secret_pool *pool, struct key_kek kek, struct seal **ret_seal,
									   struct hansard_error *error);

/* seal_destroy(seal): wipes the keys. Takes NULL. */
void seal_destroy(struct seal *seal);

/* What a box is bound to, and its plaintext. */
struct seal_request {
	struct text address;
	struct plain_bytes plain;           /* 1 to LIMIT_PIECE bytes */
	uint8_t entropy[SEAL_ENTROPY_SIZE]; /* from the system's generator, new for each box */
};

/* seal_box(seal, request, nonce, box): writes the nonce, and plain.size + SEAL_TAG_SIZE bytes to box. False for a plaintext
   of another size, or when OpenSSL fails. */
bool seal_box(struct seal *seal, const struct seal_request *request, uint8_t nonce[static SEAL_NONCE_SIZE],
			  uint8_t *box);

/* A box as stored. */
struct seal_opening {
	struct text address;
	struct bytes nonce;
	struct bytes box;
};

/* seal_unbox(seal, opening, plain): decrypts to `plain`, box.size - SEAL_TAG_SIZE bytes. HANSARD_VIOLATED when nonce or box
   have not the size of one or do not belong to this key and address: plain is then wiped. HANSARD_FAILED when OpenSSL
   fails, as it does where memory is exhausted: that is no fault of the box. */
enum hansard_status seal_unbox(struct seal *seal, const struct seal_opening *opening, uint8_t *plain);

#endif
