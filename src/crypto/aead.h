/*
 * AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag behind the ciphertext, over OpenSSL's EVP with key
 * schedules that are kept.
 */
#ifndef AEAD_H
#define AEAD_H

#include "bytes.h"
#include "genuine.h"

enum { AEAD_KEY_SIZE = 32, AEAD_NONCE_SIZE = 12, AEAD_TAG_SIZE = 16 };

/* A key, ready to seal and to open; one per thread. OpenSSL wipes what it keeps of it when it is destroyed. */
struct aead;

/* aead_create(key): NULL when memory is exhausted or the algorithm is not there. The key itself is not kept. */
struct aead *aead_create(const uint8_t key[static AEAD_KEY_SIZE]);

/* aead_destroy(aead): takes NULL. */
void aead_destroy(struct aead *aead);

/* aead_seal(aead, nonce, aad, plain, box): writes plain.size + AEAD_TAG_SIZE bytes to box, which is not plain. At most
   LIMIT_PIECE bytes of plain and of aad. False when they are more or OpenSSL fails. */
bool aead_seal(struct aead *aead, const uint8_t nonce[static AEAD_NONCE_SIZE], struct bytes aad, struct bytes plain,
			   uint8_t *box);

/* aead_open(aead, nonce, aad, box, plain): writes box.size - AEAD_TAG_SIZE bytes to plain, which is not box. Forged when the
   box is not what was sealed under this key, nonce and aad, or is too short or too long. Unless it is good nothing of its
   content stays in plain. */
enum genuine aead_open(struct aead *aead, const uint8_t nonce[static AEAD_NONCE_SIZE], struct bytes aad,
					   struct bytes box, uint8_t *plain);

#endif
