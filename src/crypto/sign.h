/*
 * Ed25519 (RFC 8032) and the names of its keys in a C2SP signed note:
 *
 *     key id  = first 4 bytes of SHA(key name || 0x0A || 0x01 || public key)
 *     trusted = {name}+{hex key id}+{base64(0x01 || public key)}
 */
#ifndef SIGN_H
#define SIGN_H

#include "genuine.h"
#include "hash.h"
#include "secret.h"

enum { SIGN_PUBLIC_SIZE = 32, SIGN_SIGNATURE_SIZE = 64, SIGN_ID_SIZE = 4, SIGN_NAME_LIMIT = 64 };

/* A public key with its name: whom a head is believed from. Plain data. */
struct sign_public {
	char name[SIGN_NAME_LIMIT];
	size_t name_size;
	uint8_t id[SIGN_ID_SIZE];
	uint8_t key[SIGN_PUBLIC_SIZE];
};

/* sign_public_equal(a, b): whether name, id and key are the same. */
bool sign_public_equal(const struct sign_public *a, const struct sign_public *b);

/* A signing key with its name. It lies in OpenSSL's memory, which is wiped with it. */
struct sign_key;

/* sign_public_name(public): its name, a view into it. */
struct text sign_public_name(const struct sign_public *public);

/* sign_name_valid(name): [a-z0-9./-], 1 to SIGN_NAME_LIMIT bytes. */
bool sign_name_valid(struct text name);

/* sign_key_create(name, seed, ret_key, error): from the 32 bytes of a private key; the caller wipes them. Errors:
   HANSARD_INVALID "invalid_key_name"; HANSARD_FAILED. */
enum hansard_status sign_key_create(struct text name, const uint8_t seed[static SECRET_SIZE], struct sign_key **ret_key,
									struct hansard_error *error);

/* sign_key_destroy(key): wipes and frees it. Takes NULL. */
void sign_key_destroy(struct sign_key *key);

/* sign_key_public(key): its public half, alive as long as the key. */
const struct sign_public *sign_key_public(const struct sign_key *key);

/* sign_message(key, message, signature): signs. False when OpenSSL fails. */
bool sign_message(struct sign_key *key, struct bytes message, uint8_t signature[static SIGN_SIGNATURE_SIZE]);

/* sign_verify(public, message, signature): whether the signature is good; one of another size than SIGN_SIGNATURE_SIZE is
   forged. */
enum genuine sign_verify(const struct sign_public *public, struct bytes message, struct bytes signature);

/* sign_works(): whether OpenSSL finds a signature good that is: it does not tell a bad one from exhausted memory. */
bool sign_works(void);

/* sign_public_write(public, out): appends the trusted form. False when out cannot grow. */
bool sign_public_write(const struct sign_public *public, struct buffer *out);

/* sign_public_read(text, ret_public, error): strictly reads the trusted form; an id that is not the key's is refused.
   Points of small order, for which signatures can be made without a key, are refused. Errors: HANSARD_INVALID
   "invalid_trusted_key"; HANSARD_FAILED. */
enum hansard_status sign_public_read(struct text text, struct sign_public *ret_public, struct hansard_error *error);

#endif
