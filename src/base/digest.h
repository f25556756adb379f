/*
 * A SHA-256 value, as the rooms pass it on; only crypto computes one.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include "bytes.h"

enum { DIGEST_SIZE = 32 };

struct digest {
	uint8_t bytes[DIGEST_SIZE];
};

/* digest_equal(a, b): in constant time. */
bool digest_equal(const struct digest *a, const struct digest *b);

/* digest_view(digest): its 32 bytes. */
struct bytes digest_view(const struct digest *digest);

#endif
