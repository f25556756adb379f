/*
 * Changes of status, and updates made of a batch's parts.
 */
#include "update.h"

#include "complain.h"
#include "edit.h"
#include "error.h"
#include "lifecycle.h"
#include "members.h"
#include "nearest.h"
#include "plan.h"
#include "tally.h"

enum { WORDS_MAX = 16 };

/* One change of status being checked. */
struct step {
	const struct record *record;
	struct dialogue_changes *changes;
	const struct update_status *update;
	struct text time;
	struct problem_list *problems;
	struct entity_head *entity;
	struct text target; /* as events name it */
	unsigned from, to;
};

/* What is asked for by the whole object, "(verdict)", has no member to name. */
static struct text below(const struct step *step, const char *name)
{
	if (text_starts_with(step->update->path, TEXT("(")))
		return step->update->path;
	return members_path(step->problems->arena, step->update->path, name);
}

/* The entity that the id names, or a problem. */
static bool find_entity(struct step *step)
{
	const struct update_status *update = step->update;
	struct arena *arena = step->problems->arena;
	struct text trimmed = text_trim(update->id);
	struct display_id id;
	int round;
	char shown[DISPLAY_ID_SIZE];
	struct text subkey = TEXT("");
	enum entity_type type = ENTITY_META;
	step->target = TEXT("meta");
	if (item_key_read_round(trimmed, &round)) {
		type = ENTITY_ROUND;
		subkey = trimmed;
		step->target = trimmed;
	} else if (display_id_parse(trimmed, &id)) {
		type = id.type;
		if (!display_id_subkey(arena, id, &subkey) ||
			!arena_copy_text(arena, display_id_format(id, shown), &step->target))
			return false;
	} else if (!text_equal_ignoring_case(trimmed, TEXT("meta"))) {
		complain_with(step->problems,
					  &(struct problem){.code = PROBLEM_INVALID_DISPLAY_ID,
										.path = below(step, "id"),
										.value = update->id,
										.constraint = TEXT("an id like T0103, two digits of a round, or meta")},
					  "\"" ERROR_TEXT "\" is no id", ERROR_TEXT_ARGS(update->id));
		return true;
	}
	step->entity = dialogue_changes_current(step->changes, step->record, type, subkey);
	if (step->entity == NULL)
		complain_target(step->problems, step->record, below(step, "id"), update->id);
	return true;
}

static bool find_status(struct step *step)
{
	const struct vocabulary *words = lifecycle_vocabulary(step->entity->type);
	if (vocabulary_find_relaxed(words, step->update->status, &step->to))
		return true;
	struct text options[WORDS_MAX];
	size_t count = 0;
	for (; count < words->count && count < WORDS_MAX; count++)
		options[count] = vocabulary_word(words, (unsigned)count + 1);
	struct text valid, suggestion = TEXT_ABSENT;
	struct text nearest = nearest_of(step->update->status, options, count);
	if (!nearest_list(step->problems->arena, options, count, &valid) ||
		(text_present(nearest) &&
		 !arena_format(step->problems->arena, &suggestion, "did you mean \"%.*s\"?", (int)nearest.size, nearest.data)))
		return false;
	complain_with(step->problems,
				  &(struct problem){.code = PROBLEM_INVALID_VALUE,
									.path = below(step, "status"),
									.value = step->update->status,
									.constraint = text_of_string(words->what),
									.valid = valid,
									.suggestion = suggestion},
				  "\"" ERROR_TEXT "\" is no state of a %s", ERROR_TEXT_ARGS(step->update->status),
				  entity_shape(step->entity->type)->name);
	step->to = 0;
	return true;
}

static bool check_actors(struct step *step)
{
	const struct text_list *actors = &step->update->actors;
	for (size_t i = 0; i < actors->count; i++) {
		if (text_is(actors->items[i], "judge") ||
			dialogue_changes_current(step->changes, step->record, ENTITY_EXPERT, actors->items[i]) != NULL)
			continue;
		struct text path = members_index(step->problems->arena, below(step, "actors"), i);
		if (!text_present(path))
			return false;
		complain_expert(step->problems, step->changes, step->record, path, actors->items[i]);
	}
	return true;
}

/* The Judge, whom no actors mean too, or a contributor of the statement. */
static bool has_authority(const struct step *step)
{
	const struct text_list *actors = &step->update->actors;
	struct record_statement statement;
	if (actors->count == 0 || !record_statement(step->entity, &statement))
		return true;
	for (size_t i = 0; i < actors->count; i++) {
		if (text_is(actors->items[i], "judge"))
			return true;
		for (size_t k = 0; k < statement.contributors.count; k++) {
			if (text_equal(statement.contributors.items[k], actors->items[i]))
				return true;
		}
	}
	return false;
}

/* Anybody else's resolution of a tension makes it addressed. */
static bool weigh_authority(struct step *step)
{
	if (step->entity->type != ENTITY_TENSION || step->to != TENSION_RESOLVED || step->from == TENSION_RESOLVED ||
		has_authority(step))
		return true;
	step->to = TENSION_ADDRESSED;
	struct text actors;
	if (!nearest_list(step->problems->arena, step->update->actors.items, step->update->actors.count, &actors))
		return false;
	complain_with(step->problems,
				  &(struct problem){.code = PROBLEM_INVALID_STATUS_TRANSITION,
									.warning = true,
									.path = below(step, "status"),
									.value = step->update->status,
									.constraint = TEXT("a contributor of the tension or the Judge resolves it"),
									.suggestion = TEXT("let a contributor or the Judge resolve it")},
				  ERROR_TEXT " becomes addressed, not resolved: " ERROR_TEXT
							 " neither contributed to it nor is the Judge",
				  ERROR_TEXT_ARGS(step->target), ERROR_TEXT_ARGS(actors));
	return true;
}

static bool has_final_verdict(const struct record *record)
{
	const struct record_list *verdicts = &record->lists[ENTITY_VERDICT];
	for (size_t i = 0; i < verdicts->count; i++) {
		if (((const struct entity_verdict *)verdicts->items[i])->verdict_type == VERDICT_FINAL)
			return true;
	}
	return false;
}

static bool check_transition(struct step *step, bool *ret_good)
{
	const struct vocabulary *words = lifecycle_vocabulary(step->entity->type);
	*ret_good = true;
	if (step->from == step->to)
		return true;
	bool ungated = step->entity->type == ENTITY_META && step->to == DIALOGUE_CONVERGED && !step->update->verdict &&
				   !has_final_verdict(step->record);
	if (!ungated && lifecycle_allows(step->entity->type, step->from, step->to))
		return true;
	*ret_good = false;
	struct text valid;
	if (!lifecycle_options(step->problems->arena, step->entity->type, step->from, &valid))
		return false;
	struct text from = vocabulary_word(words, step->from);
	struct text to = vocabulary_word(words, step->to);
	complain_with(
		step->problems,
		&(struct problem){.code = PROBLEM_INVALID_STATUS_TRANSITION,
						  .path = below(step, "status"),
						  .value = step->update->status,
						  .valid = valid,
						  .constraint =
							  ungated ? TEXT("a final verdict converges a dialogue") : text_of_string(words->what),
						  .suggestion = ungated ? TEXT("register a final verdict")
												: (valid.size == 0 ? TEXT("this state is the last") : TEXT_ABSENT)},
		ERROR_TEXT " is " ERROR_TEXT " and cannot become " ERROR_TEXT, ERROR_TEXT_ARGS(step->target),
		ERROR_TEXT_ARGS(from), ERROR_TEXT_ARGS(to));
	return true;
}

static bool enter_state(struct step *step)
{
	struct entity_head *entity = dialogue_changes_edit(step->changes, step->entity);
	if (entity == NULL)
		return false;
	lifecycle_set_status(entity, step->to);
	if (entity->type == ENTITY_META) {
		((struct entity_meta *)entity)->updated_at = step->time;
		if (step->to == DIALOGUE_CONVERGED)
			((struct entity_meta *)entity)->converged_at = step->time;
	}
	if (entity->type == ENTITY_TENSION && step->to == TENSION_REOPENED)
		((struct entity_tension *)entity)->accepted_by = TEXT_ABSENT;
	if (entity->type == ENTITY_ROUND && step->to == ROUND_COMPLETED)
		((struct entity_round *)entity)->completed_at = step->time;
	return true;
}

static bool add_event(struct step *step)
{
	const struct update_status *update = step->update;
	bool comment = step->from == step->to;
	const struct dialogue_event event = {
		.type = comment ? EVENT_COMMENTED : lifecycle_event(step->entity->type, step->to),
		.target = step->target,
		.round = update->round >= 0 ? update->round : record_last_round(step->record),
		.time = step->time,
		.actors = update->actors,
		.reason = update->reason,
		.reference = update->reference,
	};
	struct hansard_error error = {0};
	enum hansard_status status = dialogue_changes_event(step->changes, step->record, &event, &error);
	if (status == HANSARD_INVALID)
		complain(step->problems, PROBLEM_INVALID_VALUE, below(step, "id"), update->id, "%s", error.message);
	return status == HANSARD_OK || status == HANSARD_INVALID;
}

/* The newest event of the entity has the same actors, reason and reference. Events of one instant are one as new as the
   other. */
static bool repeats_newest(const struct step *step)
{
	const struct update_status *update = step->update;
	const struct record_list *events = &step->record->lists[ENTITY_EVENT];
	struct text newest = TEXT_ABSENT;
	bool same = false;
	for (size_t i = 0; i < events->count; i++) {
		const struct entity_event *event = (const struct entity_event *)events->items[i];
		struct item_key_event key;
		if (!item_key_read_event(event->head.subkey, &key) || !text_equal(key.target, step->target) ||
			text_compare(key.time, newest) < 0)
			continue;
		if (text_compare(key.time, newest) > 0)
			same = false;
		newest = key.time;
		same |= plan_same_texts(event->actors, update->actors) && text_equal(event->reason, update->reason) &&
				text_equal(event->reference, update->reference);
	}
	return same;
}

bool update_plan_status(const struct record *record, struct dialogue_changes *changes,
						const struct update_status *update, struct text time, struct problem_list *problems)
{
	struct step step = {.record = record, .changes = changes, .update = update, .time = time, .problems = problems};
	size_t before = problem_errors(problems);
	bool good;
	if (!find_entity(&step))
		return false;
	if (step.entity == NULL)
		return !problems->exhausted;
	step.from = lifecycle_status(step.entity);
	if (!find_status(&step) || !check_actors(&step))
		return false;
	if (step.to == 0)
		return !problems->exhausted;
	if (!weigh_authority(&step) || !check_transition(&step, &good))
		return false;
	if (!good || problem_errors(problems) > before)
		return !problems->exhausted;
	if (step.from == step.to && update->once && repeats_newest(&step))
		return true;
	return (step.from == step.to || enter_state(&step)) && add_event(&step) && !problems->exhausted;
}

enum hansard_status update_status(struct dialogue *dialogue, const struct update_status *update,
								  struct problem_list *problems, int64_t *ret_rev, struct hansard_error *error)
{
	struct dialogue_changes changes;
	struct text time;
	struct update_status kept = *update;
	dialogue_changes_begin(&changes, dialogue->arena);
	complain_abandoned(problems, &dialogue->record, TEXT("(update)"));
	if (!dialogue_time(dialogue, &time) || !batch_slugs(dialogue->arena, update->actors, &kept.actors) ||
		!update_plan_status(&dialogue->record, &changes, &kept, time, problems))
		return error_memory(error);
	enum hansard_status status = complain_refusal(problems, "update_refused", error);
	if (status != HANSARD_OK)
		return status;
	return dialogue_commit(dialogue, "update", &changes, time, ret_rev, error);
}

static enum hansard_status refuse_abandon(const struct dialogue *dialogue, const struct entity_meta *meta,
										  struct hansard_error *error)
{
	bool converged = meta != NULL && meta->status == DIALOGUE_CONVERGED;
	struct text state = vocabulary_word(&vocabulary_dialogue_status, meta != NULL ? meta->status : 0);
	enum hansard_status status = error_set(error, HANSARD_INVALID, "invalid_status_transition",
										   "dialogue " ERROR_TEXT " is " ERROR_TEXT " and cannot be abandoned%s",
										   ERROR_TEXT_ARGS(dialogue->record.dialogue_id), ERROR_TEXT_ARGS(state),
										   meta != NULL && meta->status == DIALOGUE_ABANDONED ? " again" : "");
	error_hint(error, converged
						  ? "its verdict stands: add a dissent with hansard verdict, or take the question up again "
							"in a new dialogue with hansard create"
						  : "it stays as it is and can be read: take the question up again in a new dialogue with "
							"hansard create");
	return status;
}

enum hansard_status update_abandon(struct dialogue *dialogue, struct text reason, int64_t *ret_rev,
								   struct hansard_error *error)
{
	const struct entity_meta *meta = record_meta(&dialogue->record);
	if (meta == NULL || meta->status == DIALOGUE_ABANDONED ||
		!lifecycle_allows(ENTITY_META, meta->status, DIALOGUE_ABANDONED))
		return refuse_abandon(dialogue, meta, error);
	if (text_present(reason) && text_trim(reason).size == 0) {
		error_set(error, HANSARD_INVALID, "invalid_value", "the reason is refused: a text that is not blank");
		error_hint(error, "say why it is abandoned: that stays in the record");
		return HANSARD_INVALID;
	}
	struct problem_list problems;
	problem_begin(&problems, dialogue->arena);
	const struct update_status update = {
		.id = TEXT("meta"), .status = TEXT("abandoned"), .reason = reason, .round = -1};
	return update_status(dialogue, &update, &problems, ret_rev, error);
}

static enum hansard_status collect_assigned(const struct plan *plan, struct update_result *result,
											struct hansard_error *error)
{
	size_t count = plan->batch->statement_count;
	result->assigned = arena_allocate_array(plan->arena, count, sizeof(*result->assigned));
	if (result->assigned == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++)
		result->assigned[i] = plan->places[i].shown;
	result->assigned_count = count;
	return HANSARD_OK;
}

/* What has another state than in the record, and is not new. */
static enum hansard_status collect_changes(const struct plan *plan, struct update_result *result,
										   struct hansard_error *error)
{
	const struct dialogue_changes *changes = plan->changes;
	result->changes = arena_allocate_array(plan->arena, changes->count, sizeof(*result->changes));
	if (result->changes == NULL)
		return error_memory(error);
	for (size_t i = 0; i < changes->count; i++) {
		const struct entity_head *now = changes->items[i].entity;
		const struct vocabulary *words = lifecycle_vocabulary(now->type);
		const struct entity_head *old = words != NULL ? record_find(plan->record, now->type, now->subkey) : NULL;
		if (old == NULL || lifecycle_status(old) == lifecycle_status(now))
			continue;
		struct update_change *change = &result->changes[result->change_count++];
		change->from = vocabulary_word(words, lifecycle_status(old));
		change->to = vocabulary_word(words, lifecycle_status(now));
		struct display_id id;
		char shown[DISPLAY_ID_SIZE];
		change->id = now->type == ENTITY_META ? TEXT("meta") : now->subkey;
		if (display_id_of(now, &id) && !arena_copy_text(plan->arena, display_id_format(id, shown), &change->id))
			return error_memory(error);
	}
	return HANSARD_OK;
}

/* A tension that was not open before and is now. */
static bool becomes_open(const struct record *record, const struct entity_head *now)
{
	const struct entity_head *old = record_find(record, now->type, now->subkey);
	return now->type == ENTITY_TENSION && tally_tension_open((const struct entity_tension *)now) &&
		   (old == NULL || !tally_tension_open((const struct entity_tension *)old));
}

/* A converged dialogue may have its tensions opened: its verdict stands, and the answer says that they are open. */
static bool warn_converged(const struct plan *plan)
{
	const struct entity_meta *meta = record_meta(plan->record);
	const struct dialogue_changes *changes = plan->changes;
	struct text open = TEXT_ABSENT;
	size_t count = 0;
	if (meta == NULL || meta->status != DIALOGUE_CONVERGED)
		return true;
	for (size_t i = 0; i < changes->count; i++) {
		struct display_id id;
		char shown[DISPLAY_ID_SIZE];
		if (!becomes_open(plan->record, changes->items[i].entity) || !display_id_of(changes->items[i].entity, &id))
			continue;
		const struct text text = display_id_format(id, shown);
		if (!arena_format(plan->arena, &open, "%.*s%s%.*s", (int)open.size, count > 0 ? open.data : "",
						  count > 0 ? ", " : "", (int)text.size, text.data))
			return false;
		count++;
	}
	if (count > 0)
		complain_with(plan->problems,
					  &(struct problem){.code = PROBLEM_VELOCITY_NOT_ZERO,
										.warning = true,
										.path = TEXT("(update)"),
										.value = open,
										.constraint = TEXT("a converged dialogue has no open tension"),
										.suggestion = TEXT("settle it by another update, add a dissent with hansard "
														   "verdict, or take it up in a new dialogue")},
					  "the dialogue has converged and its verdict stands, but " ERROR_TEXT " %s open now",
					  ERROR_TEXT_ARGS(open), count == 1 ? "is" : "are");
	return !plan->problems->exhausted;
}

enum hansard_status update_apply(struct dialogue *dialogue, const json_t *json, struct problem_list *problems,
								 struct update_result *ret_result, struct hansard_error *error)
{
	struct dialogue_changes changes;
	struct batch *batch;
	struct update_result result = {.rev = dialogue->record.rev};
	struct plan plan = {.vault = dialogue->vault,
						.record = &dialogue->record,
						.changes = &changes,
						.problems = problems,
						.arena = dialogue->arena};
	dialogue_changes_begin(&changes, dialogue->arena);
	enum hansard_status status = batch_read_update(dialogue->arena, json, problems, &batch, error);
	if (status != HANSARD_OK)
		return status;
	plan.batch = batch;
	if (!dialogue_time(dialogue, &plan.time) || !plan_run(&plan) || !edit_plan(&plan, &result) ||
		!warn_converged(&plan))
		return error_memory(error);
	if (changes.count > 0)
		complain_abandoned(problems, plan.record, TEXT("(update)"));
	status = complain_refusal(problems, "update_refused", error);
	if (status == HANSARD_OK)
		status = collect_assigned(&plan, &result, error);
	if (status == HANSARD_OK)
		status = collect_changes(&plan, &result, error);
	if (status == HANSARD_OK && changes.count > 0)
		status = dialogue_commit(dialogue, "update", &changes, plan.time, &result.rev, error);
	result.unchanged = changes.count == 0;
	if (status == HANSARD_OK)
		*ret_result = result;
	return status;
}
