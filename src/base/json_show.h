/*
 * Showing a JSON value that may be of any size: a piece of it, for a problem that quotes it.
 */
#ifndef JSON_SHOW_H
#define JSON_SHOW_H

#include <jansson.h>

#include "arena.h"

/* json_show(arena, value, limit, ret_shown): value as compact JSON in at most limit bytes, limit at least 3; what is
   longer is cut between two characters and ends in an ellipsis. False when memory is exhausted. */
bool json_show(struct arena *arena, const json_t *value, size_t limit, struct text *ret_shown);

/* json_show_plain(arena, value, limit, ret_shown): as json_show, but a string without quotes and escapes. */
bool json_show_plain(struct arena *arena, const json_t *value, size_t limit, struct text *ret_shown);

#endif
