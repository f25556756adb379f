/*
 * Stored items (envelope.md, A stored item):
 *
 *     body   = [1, tenant, address, generation, rev, attrs, nonce, box]
 *     digest = SHA(cbor(body));   tag = HMAC(TAG of that generation, digest)
 *     d      = digest || tag;     leaf = SHA(0x00 || d)
 *     stored = cbor([1, generation, rev, attrs, nonce, box, tag])
 *
 * An item is proved first (its leaf stands under a signed root), then its tag is compared, then its box is opened.
 */
#ifndef ITEM_H
#define ITEM_H

#include "hash.h"
#include "seal.h"
#include "stored.h"

enum { ITEM_TAG_SIZE = DIGEST_SIZE };

/* A stored item taken apart; views point into it. */
struct item {
	int64_t generation;
	int64_t rev;
	struct bytes attrs; /* cbor map of text to text, integer or boolean, at most LIMIT_ATTRS bytes */
	struct bytes nonce; /* empty where nothing is sealed, and then so is the box */
	struct bytes box;
	struct bytes tag;
};

/* What a body is bound to besides its own bytes: rebuilt from what was asked for, never read from the store. */
struct item_place {
	struct text tenant;
	struct text address;
};

/* The keys of one generation of a dialogue, ready for use; one per thread. */
struct item_keys;

/* item_keys_create(pool, dek, ret_keys, error): SEAL and TAG of a DEK. The pool lends slots for the time of the call. */
enum hansard_status item_keys_create(struct secret_pool *pool, struct key_dek dek, struct item_keys **ret_keys,
									 struct hansard_error *error);

/* item_keys_create_of_wrap(pool, kek, dek, ret_keys, error): WRAP of a KEK and TAG of the DEK that it wraps. */
enum hansard_status item_keys_create_of_wrap(struct secret_pool *pool, struct key_kek kek, struct key_dek dek,
											 struct item_keys **ret_keys, struct hansard_error *error);

/* item_keys_destroy(keys): takes NULL. */
void item_keys_destroy(struct item_keys *keys);

/* What is to be stored. */
struct item_request {
	struct item_place place;
	int64_t generation; /* of the keys */
	int64_t rev;
	struct bytes attrs;
	struct plain_bytes plain; /* empty: nothing is sealed, and no entropy used */
	uint8_t entropy[SEAL_ENTROPY_SIZE];
};

/* item_seal(keys, request, out, ret_leaf, error): appends the stored form. Errors: HANSARD_INVALID "attrs_too_large",
   "item_too_large", "invalid_item"; HANSARD_FAILED. */
enum hansard_status item_seal(struct item_keys *keys, const struct item_request *request, struct buffer *out,
							  struct digest *ret_leaf, struct hansard_error *error);

/* item_read(stored, ret_item, error): strictly reads one, attrs included. Errors: HANSARD_VIOLATED; HANSARD_INVALID
   "store_format" for another version. */
enum hansard_status item_read(struct stored_bytes stored, struct item *ret_item, struct hansard_error *error);

/* The hashes of an item in its place. */
struct item_proof {
	struct digest digest;
	struct digest leaf;
};

/* item_prove(context, place, stored, ret_proof): hashes every byte once. The body is not encoded anew: it is the stored
   bytes between their version and their tag, behind the encoded place. False when OpenSSL fails or stored is not an item
   of this version. */
bool item_prove(struct hash_context *context, struct item_place place, struct stored_bytes stored,
				struct item_proof *ret_proof);

/* item_unseal(keys, place, item, digest, plain): compares the tag in constant time, then opens the box to `plain`, which has
   room for item_plain_size(item) bytes. HANSARD_VIOLATED when either does not belong to these keys and this place;
   HANSARD_FAILED when OpenSSL fails, as it does where memory is exhausted: that is no fault of the item. Unless it is
   HANSARD_OK plain is wiped. */
enum hansard_status item_unseal(struct item_keys *keys, struct item_place place, const struct item *item,
								const struct digest *digest, uint8_t *plain);

/* item_check_tag(keys, item, digest): whether the tag is that of these keys; in constant time. HANSARD_VIOLATED and
   HANSARD_FAILED as item_unseal. */
enum hansard_status item_check_tag(struct item_keys *keys, const struct item *item, const struct digest *digest);

/* item_plain_size(item): bytes of its content in clear. */
size_t item_plain_size(const struct item *item);

#endif
