/*
 * Stored items (envelope.md, A stored item), in version 0: nonce and tag are empty and the box holds the content in
 * clear.
 *
 *     body   = [0, tenant, address, generation, rev, attrs, nonce, box]
 *     digest = SHA(cbor(body));   d = digest || tag;   leaf = SHA(0x00 || d)
 *     stored = cbor([0, generation, rev, attrs, nonce, box, tag])
 */
#ifndef ITEM_H
#define ITEM_H

#include "hash.h"
#include "stored.h"

/* A stored item taken apart; views point into it. */
struct item {
	int64_t generation;
	int64_t rev;
	struct bytes attrs; /* cbor map of text to text, integer or boolean, at most LIMIT_ATTRS bytes */
	struct bytes nonce;
	struct bytes box;
	struct bytes tag;
};

/* What a body is bound to besides its own bytes. */
struct item_place {
	struct text tenant;
	struct text address;
};

/* item_write(rev, attrs, plain, out, error): appends the stored form of version 0, generation 1. Errors:
   HANSARD_INVALID "attrs_too_large", "item_too_large"; HANSARD_FAILED. */
enum hansard_status item_write(int64_t rev, struct bytes attrs, struct plain_bytes plain, struct buffer *out,
							   struct hansard_error *error);

/* item_read(stored, ret_item, error): strictly reads one, attrs included. Errors: HANSARD_VIOLATED; HANSARD_INVALID
   "store_format" for another version. */
enum hansard_status item_read(struct stored_bytes stored, struct item *ret_item, struct hansard_error *error);

/* item_open(item): its plain content. Only after the root over its leaf has been verified. */
struct plain_bytes item_open(const struct item *item);

/* item_leaf(context, place, stored, ret_leaf): the leaf hash. The body is not encoded anew: it is the stored bytes
   between their version and their tag, behind the encoded place. False when OpenSSL fails or stored is not an item.
   */
bool item_leaf(struct hash_context *context, struct item_place place, struct stored_bytes stored,
			   struct digest *ret_leaf);

#endif
