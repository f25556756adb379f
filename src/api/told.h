/*
 * What a verification or a restore said of commits that restores declared lost. The marks remember that it is to be told until whoever asked
 * says that the answer was taken.
 */
#ifndef TOLD_H
#define TOLD_H

#include "arena.h"

struct told_item {
	struct text id;
	int64_t rev; /* that the mark had passed */
};

/* Of the last of these of a store; zeroed: of none. */
struct told {
	struct arena *arena; /* everything lies there; NULL: nothing does */
	struct told_item *items;
	size_t count, capacity;
};

/* told_add(told, id, rev): one more; the id is copied. False when memory is exhausted. */
bool told_add(struct told *told, struct text id, int64_t rev);

/* told_clear(told): nothing was said. */
void told_clear(struct told *told);

#endif
