/*
 * Bytes in clear and bytes as an engine keeps them are different types: what may be stored is made by crypto alone, and
 * nothing else fits where an engine takes it.
 */
#ifndef STORED_H
#define STORED_H

#include "bytes.h"

/* Bytes in clear: cbor of the sealed fields, or a piece of content. */
struct plain_bytes {
	struct bytes bytes;
};

/* A stored item or part, opaque below the vault. */
struct stored_bytes {
	struct bytes bytes;
};

#endif
