/*
 * The statements and references of a batch.
 */
#ifndef BATCH_STATEMENTS_H
#define BATCH_STATEMENTS_H

#include "batch.h"

enum { BATCH_STATEMENTS_TYPES = 5 };

/* The lists as read; NULL where absent. */
struct batch_statements_lists {
	const json_t *by_type[BATCH_STATEMENTS_TYPES]; /* P, R, T, E, C */
	const json_t *refs;
};

/* batch_statements_read(arena, lists, update, problems, batch): fills statements and refs of the batch. False when
   memory is exhausted. */
bool batch_statements_read(struct arena *arena, const struct batch_statements_lists *lists, bool update,
						   struct problem_list *problems, struct batch *batch);

/* batch_statements_parameters(json, path, problems, ret_groups): the parameters of the recommendation at `path`. False
   when memory is exhausted. */
bool batch_statements_parameters(const json_t *json, struct text path, struct problem_list *problems,
								 struct schema_groups *ret_groups);

#endif
