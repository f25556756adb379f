/*
 * Facts: what can be stated once for a dialogue, a round or an expert, and is often stated more than once. All statements
 * are collected; where they differ one stands by rank and place, and the others are reported.
 */
#ifndef DERIVE_FACT_H
#define DERIVE_FACT_H

#include "derive_work.h"

/* derive_fact_state(work, fact): adds a statement. A text that is a placeholder is none. */
void derive_fact_state(struct derive_work *work, const struct work_fact *fact);

/* derive_fact_settle(work): decides which statements stand, and reports those that do not. */
void derive_fact_settle(struct derive_work *work);

/* derive_fact_find(work, kind, round, key): the statement that stands, or NULL. After derive_fact_settle(). */
const struct work_fact *derive_fact_find(const struct derive_work *work, enum fact_kind kind, int round,
										 struct text key);

/* derive_fact_number(work, kind, round, key): its number, or absent. */
struct schema_integer derive_fact_number(const struct derive_work *work, enum fact_kind kind, int round,
										 struct text key);

/* derive_fact_text(work, kind, round, key): its text, or absent. */
struct text derive_fact_text(const struct derive_work *work, enum fact_kind kind, int round, struct text key);

#endif
