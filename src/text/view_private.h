/*
 * Parts that several views share: the tables of rounds and experts as text and as JSON, and statements in a line.
 */
#ifndef VIEW_PRIVATE_H
#define VIEW_PRIVATE_H

#include "answer.h"
#include "page.h"
#include "survey.h"

/* view_tables_survey(arena, record, computed, ret_survey, error): a survey for a view; computed as there,
   SURVEY_STATED at first. */
enum hansard_status view_tables_survey(struct arena *arena, const struct record *record, enum survey_computed *computed,
									   struct survey *ret_survey, struct hansard_error *error);

/* view_tables_note(page, survey): says once on a page, under the first table or group that shows one, that values were computed. */
void view_tables_note(struct page *page, const struct survey *survey);

/* view_tables_text(table, text), view_tables_integer(table, value): a cell; "—" for what is missing. */
void view_tables_integer(struct page_table *table, struct schema_integer value);
void view_tables_text(struct page_table *table, struct text text);

/* view_tables_statement_id(draft, head): "P0101", or "P0101 (merged)" where the status is not the initial one. */
struct text view_tables_statement_id(struct draft *draft, const struct entity_head *head);

/* view_tables_by(draft, record, slugs): "by Muffin, Scone", or "by nobody named". */
struct text view_tables_by(struct draft *draft, const struct record *record, const struct text_list *slugs);

/* view_expert_find(record, asked): the expert of that slug or name, without regard to case; NULL when there is none or
   the name is that of several. */
const struct entity_expert *view_expert_find(const struct record *record, struct text asked);

/* view_expert_show(page, record, expert): what the expert said: scores, statements, moves. */
void view_expert_show(struct page *page, const struct record *record, const struct entity_expert *expert);

/* view_expert_answer(answer, record, expert): the same as an element of an open array. */
void view_expert_answer(struct answer *answer, const struct record *record, const struct entity_expert *expert);

/* view_show_find_verdict(record, asked): the verdict of that id, without regard to case, or NULL. */
const struct entity_verdict *view_show_find_verdict(const struct record *record, struct text asked);

/* view_show_verdict(page, record, verdict): one verdict in full. view_show_answer_verdict: the same as an element of an
   open array. */
void view_show_verdict(struct page *page, const struct record *record, const struct entity_verdict *verdict);
void view_show_answer_verdict(struct answer *answer, const struct entity_verdict *verdict);

/* view_tables_scores(page, survey): rounds with panel, W, C, T, R, score and the running total. */
void view_tables_scores(struct page *page, const struct survey *survey);

/* view_tables_so_far(page, survey): rounds with the running totals of W, C, T and R. */
void view_tables_so_far(struct page *page, const struct survey *survey);

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

/* view_progress_blockers(page, survey): what blocks a final verdict, by the record, under a heading. */
void view_progress_blockers(struct page *page, const struct survey *survey);

#endif
