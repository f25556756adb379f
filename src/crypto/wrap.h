/*
 * Wrapped DEKs (envelope.md, Keys): items of type dek, whose box holds the key of their own tag:
 *
 *     attrs = {"epoch", "kek", "since"};   box = AES-256-GCM(WRAP, nonce, aad = SHA(address), DEK)
 *
 * One is opened only after note, newest commit, root and mark have been verified.
 */
#ifndef WRAP_H
#define WRAP_H

#include "item.h"

struct wrap_request {
	struct item_place place;
	int64_t generation; /* its subkey too */
	int64_t rev;
	int64_t epoch;
	int64_t since; /* rev of the commit that added the generation */
	uint8_t entropy[SEAL_ENTROPY_SIZE];
};

struct wrap_keys {
	struct key_kek kek;
	struct key_dek dek; /* that is wrapped */
};

/* wrap_seal(pool, keys, request, out, ret_leaf, error): appends the stored form of a DEK wrapped under a KEK. Errors: as
   item_seal. */
enum hansard_status wrap_seal(struct secret_pool *pool, struct wrap_keys keys, const struct wrap_request *request,
							  struct buffer *out, struct digest *ret_leaf, struct hansard_error *error);

/* What a wrap says of itself, in clear. */
struct wrap_attrs {
	int64_t epoch;
	int64_t since;
	struct key_kek_id kek;
};

/* wrap_attrs_read(item, ret_attrs): False when they are not exactly those of a wrap. */
bool wrap_attrs_read(const struct item *item, struct wrap_attrs *ret_attrs);

/* A wrap as it was proved. */
struct wrap_opening {
	struct item_place place;
	const struct item *item;
	const struct digest *digest; /* of its proof */
	int64_t generation;          /* that its subkey says */
};

/* wrap_open(pool, kek, opening, ret_dek, error): the DEK, in a slot of the pool. Errors: HANSARD_WRONG_KEY "wrong_key" when
   it says that it is wrapped under another KEK; HANSARD_VIOLATED when it is wrapped under this one and box, tag, attrs or
   generation do not hold; HANSARD_FAILED. */
enum hansard_status wrap_open(struct secret_pool *pool, struct key_kek kek, const struct wrap_opening *opening,
							  struct key_dek *ret_dek, struct hansard_error *error);

#endif
