/*
 * From all that was said of a tension to its events: what the Judge states last stands, what markers did before is
 * history (import.md, Status of a tension; record.md, Lifecycles).
 */
#include "derive_rules.h"
#include "lifecycle.h"

/* The changes of one tension, in order of round, experts before the Judge. */
struct story {
	struct work_change *changes;
	size_t count;
	bool *told;     /* which of them become events */
	bool *repeated; /* which of them the same file states again further down */
	size_t stands;  /* the statement that says how the tension stands in the end; SIZE_MAX without one */
};

static struct text status_word(const struct work_change *change)
{
	return change->accepted ? TEXT("accepted") : vocabulary_word(&vocabulary_tension_status, change->status);
}

static bool open_state(enum tension_status status)
{
	return status == TENSION_OPEN || status == TENSION_ADDRESSED || status == TENSION_REOPENED;
}

static bool judges(const struct work_change *change)
{
	return !text_present(change->actor) && !change->comment;
}

static void report_loser(struct derive_work *work, size_t tension, const struct work_change *loser,
						 const struct work_change *winner)
{
	char spelled[DISPLAY_ID_SIZE];
	struct text id = display_id_format(work->tensions[tension].id, spelled), what;
	bool same = loser->status == winner->status && loser->accepted == winner->accepted;
	if (same || !derive_work_done(work, arena_format(work->arena, &what, "status of %.*s", (int)id.size, id.data)))
		return;
	derive_work_differ(work, what, (struct work_said){status_word(loser), loser->place},
					   (struct work_said){status_word(winner), winner->place});
}

/* Two wordings of the same resolution. */
static void report_wording(struct derive_work *work, size_t tension, const struct work_change *loser,
						   const struct work_change *winner)
{
	char spelled[DISPLAY_ID_SIZE];
	struct text id = display_id_format(work->tensions[tension].id, spelled), what;
	if (loser->status != winner->status || !text_present(loser->reason) || !text_present(winner->reason) ||
		loser->place.file == winner->place.file ||
		text_equal(derive_work_label(work, loser->reason), derive_work_label(work, winner->reason)))
		return;
	if (derive_work_done(work,
						 arena_format(work->arena, &what, "wording of the resolution of %.*s", (int)id.size, id.data)))
		derive_work_differ(work, what, (struct work_said){loser->reason, loser->place},
						   (struct work_said){winner->reason, winner->place});
}

/* Marks the statements that the same file makes again further down: within a file the later statement stands. */
static bool find_repeated(struct derive_work *work, struct story *story)
{
	story->repeated = derive_work_take(work, story->count + 1);
	if (work->last_said == NULL)
		work->last_said = derive_work_take(work, (work->file_count + 1) * sizeof(*work->last_said));
	if (story->repeated == NULL || work->last_said == NULL)
		return false;
	for (size_t i = 0; i < story->count; i++) {
		const struct work_place *place = &story->changes[i].place;
		size_t *last = &work->last_said[place->file - work->files];
		if (judges(&story->changes[i]) && !story->changes[i].bound && place->offset > *last)
			*last = place->offset;
	}
	for (size_t i = 0; i < story->count; i++) {
		const struct work_place *place = &story->changes[i].place;
		story->repeated[i] = work->last_said[place->file - work->files] > place->offset;
	}
	for (size_t i = 0; i < story->count; i++)
		work->last_said[story->changes[i].place.file - work->files] = 0;
	return true;
}

/* Of the statements that are bound to no round the one of highest rank stands. */
static void settle_final(struct derive_work *work, size_t tension, struct story *story)
{
	story->stands = SIZE_MAX;
	for (size_t i = 0; i < story->count; i++) {
		const struct work_change *change = &story->changes[i];
		if (!judges(change) || change->bound)
			continue;
		if (story->stands == SIZE_MAX || derive_work_before(story->changes[story->stands].place, change->place) < 0)
			story->stands = i;
	}
	for (size_t i = 0; i < story->count && story->stands != SIZE_MAX; i++) {
		const struct work_change *change = &story->changes[i];
		if (!judges(change) || change->bound || i == story->stands)
			continue;
		/* "Resolved in R1" is how it stood then, and no contradiction to what a later round says. */
		if (change->named && change->round < story->changes[story->stands].round)
			continue;
		story->told[i] = false;
		/* Of a file that loses as a whole, its last word is reported. */
		if (story->repeated[i] && change->place.file != story->changes[story->stands].place.file)
			continue;
		report_loser(work, tension, change, &story->changes[story->stands]);
		report_wording(work, tension, change, &story->changes[story->stands]);
	}
}

/* Of the statements of one round the last stands; one that says again what stands anyway is no event. */
static void settle_bound(struct derive_work *work, size_t tension, struct story *story)
{
	const struct work_change *final = story->stands != SIZE_MAX ? &story->changes[story->stands] : NULL;
	size_t last = SIZE_MAX; /* of the statements of the round at hand */
	for (size_t i = 0; i < story->count; i++) {
		const struct work_change *change = &story->changes[i];
		if (!judges(change) || !change->bound)
			continue;
		if (last == SIZE_MAX || last < i)
			for (size_t j = i; j < story->count && story->changes[j].round == change->round; j++)
				if (judges(&story->changes[j]) && story->changes[j].bound)
					last = j;
		story->told[i] = last == i;
		if (last != i) {
			report_loser(work, tension, change, &story->changes[last]);
			continue;
		}
		if (final == NULL || change->round < final->round)
			continue;
		bool same = final->status == change->status && final->accepted == change->accepted;
		if (!same)
			report_loser(work, tension, change, final);
		story->told[i] = same && change->round > final->round;
	}
}

/* What one change makes of a state: the event, or none. */
static bool step(const struct work_change *change, enum tension_status *state, enum event_type *ret_event)
{
	enum tension_status to = change->status;
	bool expert = text_present(change->actor);
	*ret_event = EVENT_COMMENTED;
	if (change->comment)
		return true;
	if (change->refinement) {
		if (*state != TENSION_OPEN && *state != TENSION_REOPENED)
			return false;
	} else if (to == TENSION_OPEN) {
		if (open_state(*state))
			return false;
		to = TENSION_REOPENED;
	} else if (to == TENSION_REOPENED) {
		if (open_state(*state))
			return false;
	} else if (expert && *state == TENSION_MERGED) {
		return true;
	}
	/* The last reason to resolve is the resolution: who only says again that it is resolved does not take it away. */
	bool again = to == *state;
	if (again && (expert || to != TENSION_RESOLVED || !text_present(change->reason)))
		return true;
	*state = to;
	*ret_event = lifecycle_event(ENTITY_TENSION, to);
	return true;
}

static void report_history(struct derive_work *work, size_t tension, const struct work_change *change,
						   enum tension_status from, enum tension_status to)
{
	const struct work_tension *of = &work->tensions[tension];
	char spelled[DISPLAY_ID_SIZE];
	struct text id = display_id_format(of->id, spelled), word = status_word(change);
	struct text was = vocabulary_word(&vocabulary_tension_status, from);
	if (from != to && !lifecycle_allows(ENTITY_TENSION, from, to))
		derive_work_tell(work, PROBLEM_HISTORY, change->place,
						 "%.*s goes from %.*s to %.*s, which registering refuses: written as it was", (int)id.size,
						 id.data, (int)was.size, was.data, (int)word.size, word.data);
	bool contributes = !text_present(change->actor);
	for (size_t i = 0; i < of->contributor_count; i++)
		contributes |= text_equal(of->contributors[i], change->actor);
	if (from != to && to == TENSION_RESOLVED && !contributes && !of->judge)
		derive_work_tell(
			work, PROBLEM_HISTORY, change->place,
			"%.*s resolves %.*s, which %.*s raised: registering would make it addressed, here it is written "
			"as it was",
			(int)change->actor.size, change->actor.data, (int)id.size, id.data,
			of->contributor_count > 0 ? (int)of->contributors[0].size : 12,
			of->contributor_count > 0 ? of->contributors[0].data : "someone else");
}

static size_t tell(struct derive_work *work, size_t tension, const struct story *story, struct work_event *events)
{
	struct work_tension *of = &work->tensions[tension];
	enum tension_status state = of->merged ? TENSION_MERGED : TENSION_OPEN;
	size_t count = 0;
	for (size_t i = 0; i < story->count; i++) {
		const struct work_change *change = &story->changes[i];
		enum tension_status from = state;
		enum event_type type;
		if (!story->told[i])
			continue;
		if (change->accepted && work->verdict.present) {
			of->accepted = true;
			continue;
		}
		struct work_change as = *change;
		if (change->accepted)
			as.status = TENSION_RESOLVED;
		if (!step(&as, &state, &type))
			continue;
		report_history(work, tension, change, from, state);
		events[count++] =
			(struct work_event){.type = type, .round = change->round, .actor = change->actor, .reason = change->reason};
	}
	of->status = state;
	return count;
}

/* The state that all told changes lead to, without telling. */
static enum tension_status outcome(const struct derive_work *work, size_t tension, const struct story *story)
{
	enum tension_status state = work->tensions[tension].merged ? TENSION_MERGED : TENSION_OPEN;
	for (size_t i = 0; i < story->count; i++) {
		enum event_type type;
		if (story->told[i] && !story->changes[i].accepted)
			step(&story->changes[i], &state, &type);
	}
	return state;
}

/* A Status cell decides how a tension stands in the end: where later markers say otherwise, it is told after them. */
static void move_to_end(struct story *story)
{
	struct work_change stands = story->changes[story->stands];
	for (size_t i = story->stands; i + 1 < story->count; i++) {
		story->changes[i] = story->changes[i + 1];
		story->told[i] = story->told[i + 1];
	}
	size_t last = story->count - 1;
	for (size_t i = 0; i < last; i++)
		if (story->told[i] && story->changes[i].round > stands.round)
			stands.round = story->changes[i].round;
	story->changes[last] = stands;
	story->told[last] = true;
	story->stands = last;
}

struct work_event *derive_history_tell(struct derive_work *work, size_t tension, size_t *ret_count)
{
	size_t low = 0, high = work->change_count;
	*ret_count = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (work->changes[middle].tension < tension)
			low = middle + 1;
		else
			high = middle;
	}
	struct story story = {.changes = work->change_count > 0 ? work->changes + low : NULL, .stands = SIZE_MAX};
	while (low + story.count < work->change_count && work->changes[low + story.count].tension == tension)
		story.count++;
	struct work_event *events = derive_work_take(work, (story.count + 1) * sizeof(*events));
	story.told = derive_work_take(work, story.count + 1);
	if (events == NULL || story.told == NULL || !find_repeated(work, &story))
		return NULL;
	for (size_t i = 0; i < story.count; i++)
		story.told[i] = true;
	settle_final(work, tension, &story);
	settle_bound(work, tension, &story);
	if (story.stands != SIZE_MAX && !story.changes[story.stands].accepted) {
		enum tension_status wanted = story.changes[story.stands].status, reached = outcome(work, tension, &story);
		if (wanted != reached && !(wanted == TENSION_OPEN && open_state(reached)))
			move_to_end(&story);
	}
	*ret_count = tell(work, tension, &story, events);
	return events;
}
