/*
 * Verdicts and the gate before a final one.
 */
#ifndef DECIDE_H
#define DECIDE_H

#include "batch.h"

/* What stands between the record and a final verdict, computed from the record, never from claims. */
struct decide_blockers {
	bool can_converge;
	int round;            /* the latest */
	size_t open_tensions; /* not settled by the verdict itself */
	const struct entity_tension **tensions;
	size_t new_perspectives;
	const struct entity_perspective **perspectives;
	size_t panel_size;
	size_t silent; /* experts of the latest panel without a converge move */
	struct text *silent_slugs;
	int64_t max_rounds;
	bool may_force; /* so many rounds were held */
};

/* decide_blockers(record, settled, arena, ret_blockers): what blocks; tensions whose display ids are in `settled`,
   which may be NULL, count as settled. False when memory is exhausted. */
bool decide_blockers(const struct record *record, const struct text_list *settled, struct arena *arena,
					 struct decide_blockers *ret_blockers);

/* decide_max_rounds(record): after how many rounds a verdict may be forced: as said, else 10. */
int64_t decide_max_rounds(const struct record *record);

/* decide_verdict(dialogue, json, problems, ret_verdict_id, ret_rev, error): registers one verdict (docs/batch.md,
   Verdict) with the status changes it brings: tensions_resolved, tensions_accepted, recommendations_adopted; a
   final one converges the dialogue. Refusals are problems (velocity_not_zero, convergence_not_unanimous,
   forced_convergence_no_warning, verdict_exists): HANSARD_INVALID "verdict_refused". The same verdict again with the same status
   changes: nothing is written and the result's rev is the present one; with others, the problem duplicate_entity names
   each that differs. */
struct decide_result {
	struct text verdict_id;
	int64_t rev;
	bool unchanged;
};
enum hansard_status decide_verdict(struct dialogue *dialogue, const json_t *json, struct problem_list *problems,
								   struct decide_result *ret_result, struct hansard_error *error);

#endif
