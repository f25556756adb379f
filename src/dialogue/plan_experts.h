/*
 * Experts of a batch: seats, scores, responses and prompts (plan.h).
 */
#ifndef PLAN_EXPERTS_H
#define PLAN_EXPERTS_H

#include "plan.h"

/* plan_experts(plan): puts newcomers, and what is new about those who are known. False when memory is exhausted. */
bool plan_experts(struct plan *plan);

/* plan_experts_scores(plan): puts the scores of experts. False when memory is exhausted. */
bool plan_experts_scores(struct plan *plan);

/* plan_experts_files(plan): puts responses and prompts as files. False when memory or SHA-256 fails. */
bool plan_experts_files(struct plan *plan);

#endif
