/*
 * From a batch to changes: every check of record.md in its order, and the entities, ids and events that it brings. A
 * plan with problems is not to be committed.
 */
#ifndef PLAN_H
#define PLAN_H

#include "batch.h"
#include "local_id.h"

/* Where a statement of the batch comes to stand. */
struct plan_place {
	bool local_known; /* `local` was written and is one */
	struct local_id local;
	bool placed;
	struct display_id id;
	struct text shown; /* id as text */
	bool repeated;     /* an update brings what the record has under this id, word for word: nothing is put */
};

struct plan {
	struct vault *vault; /* hashes files and rounds; NULL where a plan brings neither */
	const struct record *record;
	const struct batch *batch;
	struct dialogue_changes *changes;
	struct problem_list *problems;
	struct arena *arena;
	struct text time;
	struct plan_place *places; /* of the statements of the batch, same order */
};

/* plan_run(plan): checks everything and fills changes and places; every fault is a problem. `changes` may hold
   entities already. What an update brings and the record has word for word brings no change, so that the same update
   again is nothing. False when memory is exhausted. */
bool plan_run(struct plan *plan);

/* plan_places(plan): places alone, in the order of the batch; the round must be new, or the one this batch made.
   Faults are problems. False when memory is exhausted. */
bool plan_places(struct plan *plan);

/* plan_resolve(plan, written, path, ret_id): the display id that a local or global id names; *ret_id is absent, and a
   problem was added, when it names none. False when memory is exhausted. */
bool plan_resolve(struct plan *plan, struct text written, struct text path, struct text *ret_id);

/* plan_round(plan, given): the round of something in the batch: the batch's own, in an update the one given. -1: none. */
int plan_round(const struct plan *plan, int given);

/* plan_knows(plan, slug): slug is an expert of the dialogue or of the batch. */
bool plan_knows(const struct plan *plan, struct text slug);

/* plan_same_texts(a, b): the same texts in the same order. */
bool plan_same_texts(struct text_list a, struct text_list b);

#endif
