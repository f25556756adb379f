/*
 * What every reader asks of a record, looked up once: the verdict that counts, totals, the facts of each round; and how
 * a claim and the record's own value are said in one breath: `17/17 (record: 18/18)`. Of a claim that is absent a
 * document keeps `(record: 18/18)`, so that reading it again cannot take it for a claim; a view shows `18/18`.
 */
#ifndef SURVEY_H
#define SURVEY_H

#include "draft.h"
#include "record.h"
#include "tally.h"

/* Whether a page shows values that were computed and not stated, and says so. */
enum survey_computed { SURVEY_STATED, SURVEY_COMPUTED, SURVEY_SAID };

struct survey {
	const struct record *record;
	const struct entity_meta *meta;       /* NULL when the record has none */
	const struct entity_verdict *verdict; /* the final one, else the latest interim one; NULL when there is neither */
	struct tally tally;
	const struct tally_round *rounds; /* facts of each round held, in order of record->lists[ENTITY_ROUND] */
	enum survey_computed
		*computed; /* NULL: for a document; else for a view: SURVEY_COMPUTED once a computed value is shown alone */
};

/* survey_of(arena, record, ret_survey, error): looks a record over for a document; it must live as long as the survey.
   Errors: HANSARD_FAILED (memory). */
enum hansard_status survey_of(struct arena *arena, const struct record *record, struct survey *ret_survey,
							  struct hansard_error *error);

/* survey_round(survey, index): the round at an index of record->lists[ENTITY_ROUND]. */
const struct entity_round *survey_round(const struct survey *survey, size_t index);

/* survey_round_number(head): the round that a round's, statement's or move's subkey names, or -1. */
int survey_round_number(const struct entity_head *head);

/* survey_title(survey): the title, or the dialogue's id when the record has no meta. */
struct text survey_title(const struct survey *survey);

/* survey_name(record, slug): the expert's name, `Judge` for the judge, else the slug itself. */
struct text survey_name(const struct record *record, struct text slug);

/* survey_names(draft, record, slugs): names with commas; "" for none. */
struct text survey_names(struct draft *draft, const struct record *record, const struct text_list *slugs);

/* survey_score(expert, round): the expert's score of a round (-1: of the whole dialogue), or NULL. */
const struct record_expert_score *survey_score(const struct entity_expert *expert, int round);

/* survey_seats(round, ret_count), survey_scores(expert, ret_count), survey_links, survey_members: the GROUPS as
   arrays. */
const struct record_seat *survey_seats(const struct entity_round *round, size_t *ret_count);
const struct record_expert_score *survey_scores(const struct entity_expert *expert, size_t *ret_count);
const struct record_link *survey_links(const struct entity_meta *meta, size_t *ret_count);
const struct record_pool_member *survey_members(const struct entity_meta *meta, size_t *ret_count);

/* The sum of W, C, T and R of a round, absent unless all four are known. */
struct schema_integer survey_sum(const struct entity_round *round);

/* survey_claim(draft, survey, said, record): a number as said, and the record's beside it where they differ: `16
   (record: 17)`. */
struct text survey_claim(struct draft *draft, const struct survey *survey, struct schema_integer said, int64_t record);

/* survey_converge(draft, survey, index): the converge % of the round at an index likewise; a claim in whole per cent
   agrees with every share that it rounds or cuts. */
struct text survey_converge(struct draft *draft, const struct survey *survey, size_t index);

/* survey_total(draft, survey): ALIGNMENT with its split, "415 (W:135 C:104 T:92 R:84)"; "" when none is known. */
struct text survey_total(struct draft *draft, const struct survey *survey);

/* survey_round_count(draft, survey): "4 (R0-R3)", "1 (R0)", as said beside the record. */
struct text survey_round_count(struct draft *draft, const struct survey *survey);

/* survey_convergence(draft, survey): the Judge's words, and the record's share of the last round beside them where a
   percentage or a fraction in them differs: "100% (6/6 unanimous, Round 3)". */
struct text survey_convergence(struct draft *draft, const struct survey *survey);

/* survey_resolved(draft, survey): tensions resolved: "17/17 (record: 18/18)". */
struct text survey_resolved(struct draft *draft, const struct survey *survey);

/* survey_moment(draft, moment): "2026-02-06 18:39Z", to the second where the rest of the minute is not zero; "" for an
   absent one. survey_moment_whole() has microseconds too where they are not zero. */
struct text survey_moment(struct draft *draft, struct text moment);
struct text survey_moment_whole(struct draft *draft, struct text moment);

/* survey_word(draft, vocabulary, value): the word with its first letter large and blanks for '_': "In progress"; "" for
   absent. */
struct text survey_word(struct draft *draft, const struct vocabulary *vocabulary, unsigned value);

/* survey_relevance(draft, relevance): millionths as a decimal: "0.95"; "" for absent. */
struct text survey_relevance(struct draft *draft, struct schema_integer relevance);

/* survey_id(draft, head): display id of a statement. */
struct text survey_id(struct draft *draft, const struct entity_head *head);

/* survey_fate(record, tension): why the tension is as it is: the reason of its last resolving event when it is
   resolved, else of the last event that changed it; absent when there is none. */
struct text survey_fate(const struct record *record, const struct entity_tension *tension);

#endif
