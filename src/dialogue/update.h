/*
 * Single changes outside a round: registering one statement, reference or move, changing a status, scoring an expert,
 * abandoning.
 */
#ifndef UPDATE_H
#define UPDATE_H

#include "batch.h"

/* update_apply(dialogue, json, problems, ret_result, error): one JSON object of the same members as a batch
   (docs/batch.md) for entities of rounds that exist: statements, refs, moves, updates, scores, experts; and edits of
   what is there. Each statement names its round. Checked like a batch; one commit `update`. The same update again writes nothing: a change
   of status counts as made when the state is there and the newest event of the entity has the same actors, reason and
   reference. Problems that are no warnings:
   HANSARD_INVALID "update_refused". Errors also those of dialogue_commit. */
struct update_result {
	bool unchanged; /* it brought nothing new, word for word what the record has: nothing was written */
	int64_t rev;
	struct update_change {
		struct text id;       /* display id, two-digit round, or meta */
		struct text from, to; /* states before and after the whole update */
	} * changes;              /* what has another state, in the order of the update */
	size_t change_count;
	struct update_edit {
		struct text id; /* likewise */
		struct text_list fields;
	} * edits; /* what says something else now, in the order of the update */
	size_t edit_count;
	struct text *assigned; /* display ids of its statements, in order: given now, or had already */
	size_t assigned_count;
};
enum hansard_status update_apply(struct dialogue *dialogue, const json_t *json, struct problem_list *problems,
								 struct update_result *ret_result, struct hansard_error *error);

/* A change of status, with who asks for it and why. */
struct update_status {
	struct text id; /* display id, two-digit round, or "meta" */
	struct text status;
	struct text_list actors; /* slugs or judge; none: the Judge */
	struct text reason;
	struct text reference;
	int round;        /* event_round; -1: the latest */
	struct text path; /* for problems */
	bool verdict;     /* a final verdict asks for it: only that converges a dialogue */
	bool once;        /* a comment that only repeats the newest event of the entity is not written */
};

/* update_plan_status(record, changes, update, time, problems): checks lifecycle and authority (a tension resolved
   by one who is neither contributor nor Judge becomes addressed, with a warning) and adds the change and its
   event. The state an entity has already: a `commented` event. False only when memory is exhausted. */
bool update_plan_status(const struct record *record, struct dialogue_changes *changes,
						const struct update_status *update, struct text time, struct problem_list *problems);

/* update_status(dialogue, update, problems, ret_rev, error): the same as one commit `update`. Errors as
   update_apply. */
enum hansard_status update_status(struct dialogue *dialogue, const struct update_status *update,
								  struct problem_list *problems, int64_t *ret_rev, struct hansard_error *error);

/* update_abandon(dialogue, reason, ret_rev, error): abandons it as one commit `update`, whose event carries the reason.
   Errors: HANSARD_INVALID "invalid_value" of a reason that is there and blank; "invalid_status_transition" when it has converged or is abandoned, the hint saying what may
   be done instead. */
enum hansard_status update_abandon(struct dialogue *dialogue, struct text reason, int64_t *ret_rev,
								   struct hansard_error *error);

#endif
