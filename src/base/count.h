/*
 * Words that go with a number of things: "1 dialogue was", "2 dialogues were".
 */
#ifndef COUNT_H
#define COUNT_H

#include <stddef.h>

/* count_word(count, one, many): `one` for 1, else `many`. count_s(count): the ending of a plural. count_were(count), count_are(count):
   the verbs. */
static inline const char *count_word(size_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

static inline const char *count_s(size_t count)
{
	return count_word(count, "", "s");
}

static inline const char *count_were(size_t count)
{
	return count_word(count, "was", "were");
}

static inline const char *count_are(size_t count)
{
	return count_word(count, "is", "are");
}

#endif
