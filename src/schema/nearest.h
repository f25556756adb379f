/*
 * "Did you mean": the word of a list that is nearest to what was written.
 */
#ifndef NEAREST_H
#define NEAREST_H

#include "arena.h"

/* nearest_distance(a, b): how many characters must be put in, taken out or exchanged to make b of a, ASCII letters
   without regard to case; only the first 80 bytes of each count. */
size_t nearest_distance(struct text a, struct text b);

/* nearest_of(text, options, count): the option that stands behind a dot at the end of the text, as in "keys.tenant"; else that with the
   smallest distance, or absent when none is near enough to be meant. */
struct text nearest_of(struct text text, const struct text *options, size_t count);

/* nearest_list(arena, options, count, ret_list): the options, comma separated, for messages. False when memory is
   exhausted. */
bool nearest_list(struct arena *arena, const struct text *options, size_t count, struct text *ret_list);

#endif
