/*
 * Registering a round as one atomic operation: everything is checked first and every problem is returned; then one
 * commit.
 */
#ifndef REGISTER_H
#define REGISTER_H

#include "batch.h"

/* A local id and the display id it was given. */
struct register_assignment {
	struct text local_id; /* as written; absent when the batch gave none */
	struct text display_id;
	struct text label;
};

struct register_result {
	bool unchanged; /* the same batch was registered before: nothing was written */
	int round;
	int64_t rev;
	struct register_assignment *assigned; /* in the order of the batch */
	size_t assigned_count;
};

/* register_round(dialogue, batch, problems, ret_result, error): checks the batch against the loaded record (in the
   order of record.md) and commits it. Problems that are no warnings: HANSARD_INVALID "batch_refused" and nothing
   is written. Another batch of the same round: HANSARD_CONFLICT "round_exists". Errors also those of
   dialogue_commit. */
enum hansard_status register_round(struct dialogue *dialogue, const struct batch *batch, struct problem_list *problems,
								   struct register_result *ret_result, struct hansard_error *error);

#endif
