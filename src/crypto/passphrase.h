/*
 * Secrets behind a passphrase: AES-256-GCM under scrypt (RFC 7914) of the passphrase. A passphrase is never a key itself,
 * and a UMK is never made from one.
 */
#ifndef PASSPHRASE_H
#define PASSPHRASE_H

#include "aead.h"
#include "secret.h"

enum {
	PASSPHRASE_SALT_SIZE = 16,
	PASSPHRASE_BOX_MORE =
		AEAD_NONCE_SIZE + AEAD_TAG_SIZE, /* what a box has more than what is in it: nonce, ciphertext, tag */
	PASSPHRASE_BOX_SIZE = SECRET_SIZE + PASSPHRASE_BOX_MORE, /* of one key */
	PASSPHRASE_COST = 17,                                    /* N = 2^17: 128 MiB */
	PASSPHRASE_COST_LEAST = 14,
	PASSPHRASE_COST_LIMIT = 20,
};

/* How a passphrase is stretched. r = 8, p = 1. */
struct passphrase_stretch {
	int cost; /* log2 of N, PASSPHRASE_COST_LEAST to PASSPHRASE_COST_LIMIT */
	uint8_t salt[PASSPHRASE_SALT_SIZE];
};

/* What one passphrase was stretched to last: boxes that were made together have one salt, and cost the time of scrypt once. Zeroed at
   first; wiped by whoever has it. */
struct passphrase_kept {
	bool there;
	struct passphrase_stretch stretch;
	uint8_t key[AEAD_KEY_SIZE];
};

/* What is wrapped: the passphrase, and what stands in clear beside the box and is bound to it. */
struct passphrase_binding {
	struct bytes passphrase; /* not empty */
	struct passphrase_stretch stretch;
	struct bytes aad;
	struct passphrase_kept *kept; /* of this passphrase alone; NULL: it is stretched anew */
};

/* passphrase_wrap(binding, nonce, secret, box): writes the nonce and the sealed secret, secret.size + PASSPHRASE_BOX_MORE bytes. The
   nonce is uniformly random. False when memory is exhausted or OpenSSL fails. */
bool passphrase_wrap(const struct passphrase_binding *binding, const uint8_t nonce[static AEAD_NONCE_SIZE],
					 struct bytes secret, uint8_t *box);

/* passphrase_unwrap(binding, box, secret): box.size - PASSPHRASE_BOX_MORE bytes, a box having at least PASSPHRASE_BOX_MORE. Forged when
   the passphrase is another or anything was changed; unknown when the 128 MiB that it takes are not there. Unless it is good secret is
   wiped. */
enum genuine passphrase_unwrap(const struct passphrase_binding *binding, struct bytes box, uint8_t *secret);

#endif
