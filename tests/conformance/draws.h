/*
 * Random drafts, the same for the same state: ordinary ones, and such as come close to one of the ceilings of a commit, or pass it.
 */
#ifndef DRAWS_H
#define DRAWS_H

#include "draft.h"
#include "limits.h"

/* What everything is drawn from; whoever keeps it draws the same again. */
extern uint64_t draws_state;

/* draws_below(below): a number from 0 on, below it. */
uint64_t draws_below(uint64_t below);

/* What a draft comes close to. The words of the ceilings are those of their refusals (store_engine.c). */
enum draws_edge {
	DRAWS_ORDINARY,
	DRAWS_HEAVY, /* items and parts as large as they may be, or a byte larger */
	DRAWS_FULL,
	DRAWS_CHANGES,
	DRAWS_INDEXED,
	DRAWS_COMMIT,
	DRAWS_NOTE,
	DRAWS_EDGES
};

/* draws_edge(): which, most of the time none. */
enum draws_edge draws_edge(void);

/* draws_ceiling(edge): how a refusal at this edge names the ceiling; NULL: there is none. */
const char *draws_ceiling(enum draws_edge edge);

/* draws_draft(draft, edge): puts, parts and removals, each key once. */
void draws_draft(struct draft *draft, enum draws_edge edge);

#endif
