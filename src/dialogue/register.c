/*
 * A round becomes one commit.
 */
#include "register.h"

#include "complain.h"
#include "entity_codec.h"
#include "error.h"
#include "limits.h"
#include "members.h"
#include "plan.h"

/* A round registered before: by this batch, which changes nothing, or otherwise, which is a conflict. */
static enum hansard_status check_registered(const struct plan *plan, const struct entity_round *round,
											struct hansard_error *error)
{
	struct digest digest;
	if (!vault_sha256(plan->vault, plan->batch->canonical, &digest))
		return error_memory(error);
	if (bytes_equal(round->batch_sha256, digest_view(&digest)))
		return HANSARD_OK;
	enum hansard_status status = error_set(error, HANSARD_CONFLICT, "round_exists",
										   "round %d is there already, with other content", plan->batch->round);
	error_hint(
		error,
		"a round is registered once: change statuses and add statements with update, or register the next round");
	return status;
}

static void check_order(const struct plan *plan)
{
	const struct entity_meta *meta = record_meta(plan->record);
	int next = record_last_round(plan->record) + 1;
	if (plan->batch->round >= 0 && plan->batch->round != next) {
		struct text valid = TEXT_ABSENT, value = TEXT_ABSENT;
		if (!arena_format(plan->arena, &valid, "%d", next) ||
			!arena_format(plan->arena, &value, "%d", plan->batch->round))
			plan->problems->exhausted = true;
		complain_with(plan->problems,
					  &(struct problem){.code = PROBLEM_ROUND_OUT_OF_ORDER,
										.path = TEXT("round"),
										.value = value,
										.constraint = TEXT("rounds follow one another from 0"),
										.valid = valid},
					  "the next round is %d, not %d", next, plan->batch->round);
	}
	if (meta == NULL || meta->status == DIALOGUE_OPEN || meta->status == DIALOGUE_CONVERGING)
		return;
	struct text state = vocabulary_word(&vocabulary_dialogue_status, meta->status);
	complain_with(plan->problems,
				  &(struct problem){.code = PROBLEM_INVALID_STATUS_TRANSITION,
									.path = TEXT("round"),
									.value = state,
									.constraint = TEXT("rounds are held while a dialogue is open or converging")},
				  "the dialogue is " ERROR_TEXT ": it takes no further round", ERROR_TEXT_ARGS(state));
}

static bool put_round(struct plan *plan)
{
	const struct batch *batch = plan->batch;
	struct entity_round *round = batch->claims;
	struct record_seat *seats = arena_allocate_array(plan->arena, batch->panel_count, sizeof(*seats));
	struct digest digest;
	if (seats == NULL || !item_key_round_subkey(plan->arena, batch->round, &round->head.subkey) ||
		!vault_sha256(plan->vault, batch->canonical, &digest) ||
		!arena_copy(plan->arena, digest_view(&digest), &round->batch_sha256))
		return false;
	for (size_t i = 0; i < batch->panel_count; i++) {
		seats[i] = batch->panel[i].seat;
		if (seats[i].tier == TIER_ABSENT) {
			const struct entity_expert *expert = (const struct entity_expert *)dialogue_changes_current(
				plan->changes, plan->record, ENTITY_EXPERT, seats[i].expert);
			seats[i].tier = expert != NULL ? expert->tier : TIER_ABSENT;
		}
	}
	round->panel = (struct schema_groups){.items = seats, .count = batch->panel_count, .present = true};
	round->panel_size = (struct schema_integer){.value = (int64_t)batch->panel_count, .present = true};
	round->status = ROUND_COMPLETED;
	round->created_at = plan->time;
	round->completed_at = plan->time;
	return dialogue_changes_put(plan->changes, &round->head);
}

/* The seed of the draw is kept with the pool, so that the draw can be repeated. */
static bool put_seed(struct plan *plan, struct entity_meta *meta)
{
	if (!text_present(plan->batch->panel_seed))
		return true;
	struct record_pool *pool = arena_allocate(plan->arena, sizeof(*pool));
	if (pool == NULL)
		return false;
	if (meta->pool != NULL)
		*pool = *meta->pool;
	pool->seed = plan->batch->panel_seed;
	meta->pool = pool;
	return true;
}

/* Rounds held, and the sum of what the Judge said of each. An import's own total of rounds it gives no score for
   stays. */
static bool put_meta(struct plan *plan)
{
	struct entity_head *current = dialogue_changes_current(plan->changes, plan->record, ENTITY_META, TEXT(""));
	struct entity_meta *meta =
		current != NULL ? (struct entity_meta *)dialogue_changes_edit(plan->changes, current) : NULL;
	if (meta == NULL)
		return current == NULL;
	const struct record_list *rounds = &plan->record->lists[ENTITY_ROUND];
	struct schema_integer sum = plan->batch->claims->score;
	for (size_t i = 0; i < rounds->count; i++) {
		const struct schema_integer score = ((const struct entity_round *)rounds->items[i])->score;
		if (score.present)
			sum = (struct schema_integer){.value = sum.value + score.value, .present = true};
	}
	if (sum.present && (sum.value > LIMIT_INTEGER || sum.value < -LIMIT_INTEGER))
		complain(plan->problems, PROBLEM_INVALID_VALUE, TEXT("score"), TEXT_ABSENT,
				 "the sum over all rounds is too large");
	meta->total_rounds = (struct schema_integer){.value = (int64_t)rounds->count + 1, .present = true};
	if (sum.present)
		meta->total_alignment = sum;
	meta->updated_at = plan->time;
	return put_seed(plan, meta);
}

static enum hansard_status collect_assigned(const struct plan *plan, struct register_result *result,
											struct hansard_error *error)
{
	size_t count = plan->batch->statement_count;
	result->assigned = arena_allocate_array(plan->arena, count, sizeof(*result->assigned));
	if (result->assigned == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		struct record_statement statement = {0};
		(void)record_statement(plan->batch->statements[i].entity, &statement);
		result->assigned[i] = (struct register_assignment){.local_id = plan->batch->statements[i].local_id,
														   .display_id = plan->places[i].shown,
														   .label = statement.label};
	}
	result->assigned_count = count;
	return HANSARD_OK;
}

enum hansard_status register_round(struct dialogue *dialogue, const struct batch *batch, struct problem_list *problems,
								   struct register_result *ret_result, struct hansard_error *error)
{
	struct dialogue_changes changes;
	struct register_result result = {.round = batch->round, .rev = dialogue->record.rev};
	struct plan plan = {.vault = dialogue->vault,
						.record = &dialogue->record,
						.batch = batch,
						.changes = &changes,
						.problems = problems,
						.arena = dialogue->arena};
	dialogue_changes_begin(&changes, dialogue->arena);
	const struct entity_round *registered = batch->round >= 0 ? record_round(&dialogue->record, batch->round) : NULL;
	enum hansard_status status = HANSARD_OK;
	if (registered != NULL) {
		status = problem_errors(problems) > 0 ? complain_refusal(problems, "batch_refused", error)
											  : check_registered(&plan, registered, error);
		result.unchanged = true;
	}
	if (status != HANSARD_OK)
		return status;
	if (!dialogue_time(dialogue, &plan.time))
		return error_memory(error);
	if (result.unchanged) {
		if (!plan_places(&plan))
			return error_memory(error);
	} else {
		check_order(&plan);
		if (!plan_run(&plan) || !put_round(&plan) || !put_meta(&plan))
			return error_memory(error);
		status = complain_refusal(problems, "batch_refused", error);
	}
	if (status == HANSARD_OK)
		status = collect_assigned(&plan, &result, error);
	if (status == HANSARD_OK && !result.unchanged)
		status = dialogue_commit(dialogue, "register", &changes, plan.time, &result.rev, error);
	if (status == HANSARD_OK)
		*ret_result = result;
	return status;
}
