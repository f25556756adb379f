/*
 * Statements of a batch: local ids, places, contributors (plan.h).
 */
#ifndef PLAN_STATEMENTS_H
#define PLAN_STATEMENTS_H

#include "plan.h"

/* plan_statements(plan): puts the statements at their places; unknown contributors are problems. False when memory is
   exhausted. */
bool plan_statements(struct plan *plan);

/* plan_statements_round(plan, round, path): the round of something in the batch exists; else a problem and false. */
bool plan_statements_round(struct plan *plan, int round, struct text path);

#endif
