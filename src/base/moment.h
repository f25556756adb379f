/*
 * Moments: UTC with microseconds, as text `YYYY-MM-DDThh:mm:ss.ffffffZ` (MOMENT_SIZE bytes) wherever they are stored,
 * as microseconds since 1970-01-01T00:00:00Z (POSIX, no leap seconds) where they are computed.
 */
#ifndef MOMENT_H
#define MOMENT_H

#include "bytes.h"

enum { MOMENT_SIZE = 27, MOMENT_COMPACT_SIZE = 22 };

/* A clock, passed in: now(context) gives microseconds since 1970. */
struct moment_clock {
	int64_t (*now)(void *context);
	void *context;
};

/* Randomness, passed in: fill(context, data, size) gives `size` uniformly random bytes, or false. */
struct moment_entropy {
	bool (*fill)(void *context, uint8_t *data, size_t size);
	void *context;
};

/* A pause, passed in: wait(context, micros) lets that time pass. */
struct moment_pause {
	void (*wait)(void *context, int64_t micros);
	void *context;
};

/* moment_format(micros, ret_text): writes the MOMENT_SIZE bytes; false outside the years 0001 to 9999. */
bool moment_format(int64_t micros, char ret_text[static MOMENT_SIZE]);

/* moment_parse(text, ret_micros): reads exactly the stored form; false for anything that is not a moment of the
   calendar, seconds 00 to 59. */
bool moment_parse(struct text text, int64_t *ret_micros);

/* moment_compact(text, ret_text): the form of event subkeys, `YYYYMMDDThhmmssffffffZ` (MOMENT_COMPACT_SIZE bytes), of a
   stored moment. moment_compact_valid(text): whether it is one; moment_compact_digits(text): whether it has digits where one has them, of the
   calendar or not. */
void moment_compact(const char text[static MOMENT_SIZE], char ret_text[static MOMENT_COMPACT_SIZE]);
bool moment_compact_digits(struct text text);
bool moment_compact_valid(struct text text);

#endif
