/*
 * Local ids: {EXPERT}-{P|R|T|E|C}{round:02d}{seq:02d} (MUFFIN-P0101), read without regard to case and inner blanks.
 */
#ifndef LOCAL_ID_H
#define LOCAL_ID_H

#include "display_id.h"

struct local_id {
	struct text expert; /* slug, or judge */
	struct display_id id;
};

/* local_id_parse(arena, text, ret_id, ret_good): *ret_good tells whether text is one. False when memory is
   exhausted. */
bool local_id_parse(struct arena *arena, struct text text, struct local_id *ret_id, bool *ret_good);

/* local_id_equal(a, b): the same expert, type, round and number. */
bool local_id_equal(const struct local_id *a, const struct local_id *b);

#endif
