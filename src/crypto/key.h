/*
 * The keys of envelope.md, each a type of its own, so that a wrong derivation does not compile:
 *
 *     UMK   32 uniformly random bytes, or a key inside KMS
 *     KEK   = EXPAND(UMK, "hansard/kek/v1" || cbor([tenant, epoch]))
 *     kek   = hex of the first 8 bytes of EXPAND(KEK, "hansard/kek-id/v1")
 *     WRAP  = EXPAND(KEK, "hansard/wrap/v1")
 *     DEK   32 random bytes, one per dialogue and generation
 *     SEAL  = EXPAND(DEK, "hansard/seal/v1")      TAG = EXPAND(DEK, "hansard/tag/v1")
 *     NONCE = EXPAND(KEK or DEK, "hansard/nonce/v1")
 *
 * A key lies in a slot of the pool that it was made in; secret_give() wipes it. Copies of the struct name the same slot:
 * one of them is given back. A key that is zeroed is none, and giving it back does nothing.
 */
#ifndef KEY_H
#define KEY_H

#include "mac.h"
#include "secret.h"

/* Made by no function but the ones below. */
struct key_umk {
	uint8_t *slot;
};
struct key_kek {
	uint8_t *slot;
};
struct key_wrap {
	uint8_t *slot;
};
struct key_dek {
	uint8_t *slot;
};
struct key_seal {
	uint8_t *slot;
};
struct key_tag {
	uint8_t *slot;
};
struct key_nonce {
	uint8_t *slot;
};

/* What tells a wrong KEK from a tampered item. */
enum { KEY_ID_SIZE = 16 };
struct key_kek_id {
	char hex[KEY_ID_SIZE];
};

/* What the HMAC under the UMK is computed of, here or by KMS GenerateMac: info || 0x01. */
enum { KEY_KEK_MESSAGE_SIZE = 64 };
struct key_kek_message {
	uint8_t data[KEY_KEK_MESSAGE_SIZE];
	size_t size;
};

/* Errors of all that return a status: HANSARD_FAILED "crypto_failed" (of exhausted memory, too), "no_slot" (the pool
   is full, or is that of the process that this one was forked from). */

/* key_umk_of_bytes(pool, bytes, ret_umk, error): a UMK from 32 uniformly random bytes, which the caller wipes. */
enum hansard_status key_umk_of_bytes(struct secret_pool *pool, const uint8_t bytes[static SECRET_SIZE],
									 struct key_umk *ret_umk, struct hansard_error *error);

/* key_kek_message(tenant, epoch, ret_message): the message of a tenant's KEK. False for what is no tenant or an epoch
   below 1. */
bool key_kek_message(struct text tenant, int64_t epoch, struct key_kek_message *ret_message);

/* key_kek_of_umk(pool, umk, message, ret_kek, error): the HMAC of the message under the UMK, computed here. */
enum hansard_status key_kek_of_umk(struct secret_pool *pool, struct key_umk umk, const struct key_kek_message *message,
								   struct key_kek *ret_kek, struct hansard_error *error);

/* key_kek_of_mac(pool, mac, ret_kek, error): the same HMAC, computed elsewhere; the caller wipes it. */
enum hansard_status key_kek_of_mac(struct secret_pool *pool, const uint8_t mac[static SECRET_SIZE],
								   struct key_kek *ret_kek, struct hansard_error *error);

/* key_kek_identify(kek, ret_id, error): its id, which is no secret. */
enum hansard_status key_kek_identify(struct key_kek kek, struct key_kek_id *ret_id, struct hansard_error *error);

enum hansard_status key_wrap_of_kek(struct secret_pool *pool, struct key_kek kek, struct key_wrap *ret_wrap,
									struct hansard_error *error);
enum hansard_status key_nonce_of_kek(struct secret_pool *pool, struct key_kek kek, struct key_nonce *ret_nonce,
									 struct hansard_error *error);

/* key_dek_of_bytes(pool, bytes, ret_dek, error): a DEK from what the system's generator or an opened wrap gave; the
   caller wipes it. */
enum hansard_status key_dek_of_bytes(struct secret_pool *pool, const uint8_t bytes[static SECRET_SIZE],
									 struct key_dek *ret_dek, struct hansard_error *error);

enum hansard_status key_seal_of_dek(struct secret_pool *pool, struct key_dek dek, struct key_seal *ret_seal,
									struct hansard_error *error);
enum hansard_status key_tag_of_dek(struct secret_pool *pool, struct key_dek dek, struct key_tag *ret_tag,
								   struct hansard_error *error);
enum hansard_status key_nonce_of_dek(struct secret_pool *pool, struct key_dek dek, struct key_nonce *ret_nonce,
									 struct hansard_error *error);

#endif
