/*
 * Passphrases over EVP_KDF's scrypt.
 */
#include "passphrase.h"

#include <openssl/evp.h>

#include "openssl_queue.h"

enum { BLOCK_SIZE = 8, PARALLEL = 1 };

/* scrypt's memory is 128 * N * r bytes, and a little. */
static bool stretch(const struct passphrase_binding *binding, uint8_t key[static AEAD_KEY_SIZE])
{
	const struct passphrase_stretch *how = &binding->stretch;
	if (how->cost < PASSPHRASE_COST_LEAST || how->cost > PASSPHRASE_COST_LIMIT || binding->passphrase.size == 0)
		return false;
	const uint64_t n = UINT64_C(1) << how->cost;
	const uint64_t memory = 128 * n * BLOCK_SIZE + (UINT64_C(1) << 20);
	return EVP_PBE_scrypt((const char *)binding->passphrase.data, binding->passphrase.size, how->salt,
						  PASSPHRASE_SALT_SIZE, n, BLOCK_SIZE, PARALLEL, memory, key, AEAD_KEY_SIZE) == 1 ||
		   openssl_queue_fail();
}

static bool is_stretched(const struct passphrase_kept *kept, const struct passphrase_stretch *how)
{
	return kept != NULL && kept->there && kept->stretch.cost == how->cost &&
		   memcmp(kept->stretch.salt, how->salt, PASSPHRASE_SALT_SIZE) == 0;
}

/* Stretches, unless that was done, and keeps it where it is kept. */
static bool stretch_once(const struct passphrase_binding *binding, uint8_t key[static AEAD_KEY_SIZE])
{
	struct passphrase_kept *kept = binding->kept;
	if (is_stretched(kept, &binding->stretch)) {
		memcpy(key, kept->key, AEAD_KEY_SIZE);
		return true;
	}
	if (!stretch(binding, key))
		return false;
	if (kept != NULL) {
		*kept = (struct passphrase_kept){.there = true, .stretch = binding->stretch};
		memcpy(kept->key, key, AEAD_KEY_SIZE);
	}
	return true;
}

/* The AEAD of the stretched passphrase, or NULL. */
static struct aead *open_binding(const struct passphrase_binding *binding)
{
	uint8_t key[AEAD_KEY_SIZE];
	struct aead *aead = stretch_once(binding, key) ? aead_create(key) : NULL;
	secret_wipe(key, sizeof(key));
	return aead;
}

bool passphrase_wrap(const struct passphrase_binding *binding, const uint8_t nonce[static AEAD_NONCE_SIZE],
					 struct bytes secret, uint8_t *box)
{
	struct aead *aead = open_binding(binding);
	memcpy(box, nonce, AEAD_NONCE_SIZE);
	const bool good = aead != NULL && aead_seal(aead, nonce, binding->aad, secret, box + AEAD_NONCE_SIZE);
	aead_destroy(aead);
	return good;
}

enum genuine passphrase_unwrap(const struct passphrase_binding *binding, struct bytes box, uint8_t *secret)
{
	struct aead *aead = open_binding(binding);
	const struct bytes sealed = {.data = box.data + AEAD_NONCE_SIZE, .size = box.size - AEAD_NONCE_SIZE};
	const enum genuine genuine =
		aead != NULL ? aead_open(aead, box.data, binding->aad, sealed, secret) : GENUINE_UNKNOWN;
	aead_destroy(aead);
	if (genuine != GENUINE_GOOD)
		secret_wipe(secret, box.size - PASSPHRASE_BOX_MORE);
	return genuine;
}
