/*
 * Names that stand in addresses: tenants, dialogue ids, expert slugs, verdict ids: [a-z0-9]+(-[a-z0-9]+)*.
 */
#ifndef SLUG_H
#define SLUG_H

#include "arena.h"

/* slug_valid(text, limit): text has the grammar above and at most `limit` bytes. */
bool slug_valid(struct text text, size_t limit);

/* slug_make(arena, text, limit, ret_slug): the slug of a title or name: lower case, Latin letters with marks folded to
   ASCII, every other run of characters one '-', cut to `limit` at a word where there is one. "" when nothing usable is
   left. False when memory is exhausted. */
bool slug_make(struct arena *arena, struct text text, size_t limit, struct text *ret_slug);

/* slug_of_expert(arena, name, ret_slug): as slug_make with LIMIT_SLUG; a bare number n becomes `expert-n`. */
bool slug_of_expert(struct arena *arena, struct text name, struct text *ret_slug);

#endif
