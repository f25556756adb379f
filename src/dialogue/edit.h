/*
 * Other words for what is there: an update may change what a statement, a round or the dialogue itself says. States,
 * ids, times and where something was read are no words.
 */
#ifndef EDIT_H
#define EDIT_H

#include "plan.h"
#include "update.h"

/* edit_read(json, problems, batch): fills the edits of an update. False when memory is exhausted. */
bool edit_read(const json_t *json, struct problem_list *problems, struct batch *batch);

/* edit_plan(plan, result): checks the edits of plan->batch against the record, adds what they change and an event
   `commented` for each to plan->changes, and fills result->edits. What is there word for word is no change. False when
   memory is exhausted. */
bool edit_plan(struct plan *plan, struct update_result *result);

#endif
