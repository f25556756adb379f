/*
 * What makes two batches the same: SHA-256 of the deterministic CBOR of the JSON, keys in CBOR's order. Order of
 * members, blanks, escapes and the spelling of a number (1, 1.0) make no difference.
 */
#ifndef BATCH_DIGEST_H
#define BATCH_DIGEST_H

#include "arena.h"
#include "digest.h"
#include "json_read.h"

/* batch_digest(arena, json, ret_digest, error): a number that is no integer counts as the array of its millionths,
   null as the empty map. Errors: HANSARD_INVALID for a value that CBOR does not admit, HANSARD_FAILED. */
enum hansard_status batch_digest(struct arena *arena, const json_t *json, struct digest *ret_digest,
								 struct hansard_error *error);

#endif
