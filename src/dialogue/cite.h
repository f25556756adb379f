/*
 * Expanding citations: what a display id stands for.
 */
#ifndef CITE_H
#define CITE_H

#include "dialogue.h"

/* One citation expanded, or why not. */
struct cite_expansion {
	struct text written; /* as asked for */
	bool found;
	struct text why; /* when not found: a sentence */
	struct display_id id;
	const struct entity_head *entity;
	struct record_statement statement;
	struct text status;
};

/* cite_expand(record, ids, count, arena, ret_expansions): one expansion per id, in order. False when memory is
   exhausted. */
bool cite_expand(const struct record *record, const struct text *ids, size_t count, struct arena *arena,
				 struct cite_expansion **ret_expansions);

/* cite_next_seq(record, type, round): the next free sequence number of a type in a round. */
int cite_next_seq(const struct record *record, enum entity_type type, int round);

#endif
