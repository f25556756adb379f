/*
 * Rows that hold many items, each at most DYNAMODB_BUNDLE_MAX bytes of deterministic CBOR, in address order. Pure.
 *
 *     +bundle    [[type, subkey, stored], ...]                   items without a row of their own; stored is empty for a
 *                                                                removal
 *     ~parts     [[owner type, owner subkey, n, stored], ...]
 *
 * Every row is filled until the next entry does not fit. What is written is never changed.
 */
#ifndef DYNAMODB_BUNDLE_H
#define DYNAMODB_BUNDLE_H

#include "cbor_read.h"
#include "limits.h"
#include "store_requests.h"

enum { DYNAMODB_BUNDLE_MAX = LIMIT_BUNDLE };

/* One entry. */
struct dynamodb_bundle_entry {
	struct item_key key; /* of the item; of a part, that of its owner */
	int n;               /* of a part; 0: an item */
	struct stored_bytes stored;
};

/* Bundles of a change that are being filled: zeroed but for the change, which is one that store_engine_check_change() lets
   pass. */
struct dynamodb_bundle_filling {
	const struct store_change *change;
	size_t put, removal, part; /* so many were written or have rows of their own */
};

/* dynamodb_bundle_fill(filling, out): writes the next bundle of the change's puts and removals to an empty buffer that may
   hold DYNAMODB_BUNDLE_MAX bytes, and nothing when there are no more. dynamodb_bundle_fill_parts(filling, out): the same of
   its parts. False when memory is exhausted. */
bool dynamodb_bundle_fill(struct dynamodb_bundle_filling *filling, struct buffer *out);
bool dynamodb_bundle_fill_parts(struct dynamodb_bundle_filling *filling, struct buffer *out);

/* A bundle that is being read. */
struct dynamodb_bundle_reading {
	struct cbor_reader cbor;
	size_t left;
	bool parts;
	bool good;
	struct dynamodb_bundle_entry last; /* the entry before; without a type there is none yet */
};

/* dynamodb_bundle_read(reading, bytes, parts): reads a row of items, or of parts, from its beginning. */
void dynamodb_bundle_read(struct dynamodb_bundle_reading *reading, struct bytes bytes, bool parts);

/* dynamodb_bundle_next(reading, ret_entry): the next entry, views into the row. False at the end and at the first fault: an entry
   that could not have been written there; an item out of order, or of a type with rows of its own; a row without entries. The
   order of parts is that of their own keys, which is for the caller to check. */
bool dynamodb_bundle_next(struct dynamodb_bundle_reading *reading, struct dynamodb_bundle_entry *ret_entry);

/* dynamodb_bundle_good(reading): whether the row was read to its end without a fault. */
bool dynamodb_bundle_good(struct dynamodb_bundle_reading *reading);

#endif
