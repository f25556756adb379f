/*
 * What makes two batches the same: the deterministic CBOR of the JSON, keys in CBOR's order. Order of members, blanks,
 * escapes and the spelling of a number (1, 1.0) make no difference.
 */
#ifndef BATCH_CANONICAL_H
#define BATCH_CANONICAL_H

#include "arena.h"
#include "json_read.h"

/* batch_canonical(arena, json, ret_canonical, error): a number that is no integer counts as the array of its millionths,
   null as the empty map. Errors: HANSARD_INVALID for a value that CBOR does not admit, HANSARD_FAILED. */
enum hansard_status batch_canonical(struct arena *arena, const json_t *json, struct bytes *ret_canonical,
									struct hansard_error *error);

#endif
