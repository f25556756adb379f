/*
 * Parts that several views share: the tables of rounds and experts as text and as JSON, and statements in a line.
 */
#ifndef VIEW_PRIVATE_H
#define VIEW_PRIVATE_H

#include "answer.h"
#include "page.h"
#include "survey.h"

/* view_tables_scores(page, survey): rounds with panel, W, C, T, R, score and the running total. */
void view_tables_scores(struct page *page, const struct survey *survey);

/* view_tables_work(page, survey): rounds with what remained open, as said beside the record. */
void view_tables_work(struct page *page, const struct survey *survey);

/* view_tables_experts(page, survey): experts by total, with their rounds and scores. */
void view_tables_experts(struct page *page, const struct survey *survey);

/* view_tables_answer_rounds, view_tables_answer_experts, view_tables_answer_totals: the same as members of an open
   object: "rounds", "experts", "scores". */
void view_tables_answer_rounds(struct answer *answer, const struct survey *survey);
enum hansard_status view_tables_answer_experts(struct arena *arena, struct answer *answer, const struct survey *survey,
											   struct hansard_error *error);
void view_tables_answer_totals(struct answer *answer, const struct survey *survey);

/* view_tables_answer_tension(answer, record, tension): one tension with id, round and resolution, as an element. */
void view_tables_answer_tension(struct answer *answer, const struct record *record,
								const struct entity_tension *tension);

/* view_tables_tension(page, record, tension): one tension: id, label, who raised it, status and the reason of its
   last change. */
void view_tables_tension(struct page *page, const struct record *record, const struct entity_tension *tension);

/* view_tables_rank(arena, record, ret_experts, error): the experts by total, those without a score last, then by
   slug. */
enum hansard_status view_tables_rank(struct arena *arena, const struct record *record,
									 const struct entity_expert *const **ret_experts, struct hansard_error *error);

#endif
