/*
 * Comparing digests.
 */
#include "digest.h"

bool digest_equal(const struct digest *a, const struct digest *b)
{
	uint8_t difference = 0;
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		difference |= (uint8_t)(a->bytes[i] ^ b->bytes[i]);
	return difference == 0;
}

struct bytes digest_view(const struct digest *digest)
{
	return (struct bytes){.data = digest->bytes, .size = DIGEST_SIZE};
}
