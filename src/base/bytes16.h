/*
 * Sixteen bytes side by side, for loops over long texts. A comparison of them gives 0xff where it holds and 0 where not.
 */
#ifndef BYTES16_H
#define BYTES16_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* bytes16_at(data): the sixteen from data on, wherever that is. */
static inline bytes16 bytes16_at(const void *data)
{
	bytes16 bytes;
	memcpy(&bytes, data, sizeof(bytes));
	return bytes;
}

/* bytes16_any(set): whether one of them is not 0. */
static inline bool bytes16_any(bytes16 set)
{
	uint64_t halves[2];
	memcpy(halves, &set, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

#endif
