/*
 * What can be computed from a record: counts, velocity, convergence. Computed values never overwrite what the Judge
 * said; they stand beside it (record.md, Claims and facts).
 */
#ifndef TALLY_H
#define TALLY_H

#include "record.h"

/* Scores as the rounds state them, added up; each absent when no round states it. */
struct tally_scores {
	struct schema_integer score, wisdom, consistency, truth, relationships;
};

/* The facts of one round as the record has them now. */
struct tally_round {
	size_t perspectives;     /* of that round */
	size_t new_perspectives; /* of that round, open at its end */
	size_t tensions_raised;  /* of that round, merged ones not counted */
	size_t open_tensions;    /* of all rounds up to this one, open at the end of this round */
	size_t panel_size;
	size_t converge_signals;    /* experts of the panel with a converge move in this round, each once */
	size_t velocity;            /* open_tensions + new_perspectives */
	int64_t converge_permille;  /* to the nearest; 0 when the panel is empty */
	struct tally_scores so_far; /* of all rounds up to this one */
};

/* The facts of the whole dialogue. */
struct tally {
	size_t rounds;
	size_t experts;
	/* All of them, merged ones included. */
	size_t perspectives, recommendations, evidence, claims, moves, refs, events, files, verdicts;
	size_t tensions;          /* merged ones not counted */
	size_t tensions_settled;  /* of these: resolved, deferred or accepted */
	size_t tensions_resolved; /* of these: resolved */
	size_t tensions_open;     /* open, addressed or reopened, and not accepted by a verdict */
	size_t tensions_merged;
	struct tally_scores scores;
	struct schema_integer experts_score; /* the experts' totals added up; absent unless each has one */
};

/* tally_round(record, round, ret_tally): facts of one round; zeros when the record has no such round. The state of
   a tension or perspective at the end of an earlier round is that of its last status event with event_round at or before
   it, of the last round as it is now; one that no event ever moved is as it was registered, and a tension that a verdict
   of that round or before accepted, and that was not reopened after it by then, is not open. */
void tally_round(const struct record *record, int round, struct tally_round *ret_tally);

/* tally_whole(record, ret_tally): facts of the dialogue. */
void tally_whole(const struct record *record, struct tally *ret_tally);

/* tally_tension_open(tension): open, addressed or reopened, and accepted by no verdict. */
bool tally_tension_open(const struct entity_tension *tension);

/* tally_raised_round(tension): the round in which it was raised: as said, else that of its id; -1 without either. */
int tally_raised_round(const struct entity_tension *tension);

/* tally_compare_events(a, b): order in which two events on one target happened: by time, within one instant by `n`, which
   counts across types. Stores written when registering still counted `n` per type hold ties: these fall to the round,
   then to the type, so that the order is total. */
int tally_compare_events(const struct entity_event *a, const struct entity_event *b);

/* tally_last_event(record, id, round): the last event (comments excluded) on a statement with event_round at or before
   `round` (-1: any), or NULL. */
const struct entity_event *tally_last_event(const struct record *record, struct display_id id, int round);

/* tally_last_resolution(record, id): reason of the last `resolved` event on a tension; where that gives none, of the last
   of the same round that does. Absent when there is none. */
struct text tally_last_resolution(const struct record *record, struct display_id id);

/* tally_signals(record, round, slug): this expert has a converge move in this round. */
bool tally_signals(const struct record *record, int round, struct text slug);

/* tally_expert_total(expert): sum of the scores of rounds, or the whole-dialogue score where only that is known; absent
   when no score is known. */
struct schema_integer tally_expert_total(const struct entity_expert *expert);

#endif
