/*
 * Passing on, and changing what comes back.
 */
#include "tampered_engine.h"

#include "error.h"
#include "passing_copying.h"

static struct tampered_engine *of(const struct store_partition *partition)
{
	return (struct tampered_engine *)partition->engine;
}

static struct store_partition inner_of(const struct store_partition *partition)
{
	const struct tampered_engine *tampered = of(partition);
	struct text dialogue_id = partition->dialogue_id;
	for (size_t i = 0; i < 2; i++)
		if (tampered->swapped[i] != NULL && text_is(partition->dialogue_id, tampered->swapped[i]))
			dialogue_id = text_of_string(tampered->swapped[1 - i]);
	return store_engine_partition(
		tampered->inner, tampered->tenant != NULL ? text_of_string(tampered->tenant) : partition->tenant, dialogue_id);
}

static enum hansard_status load(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error)
{
	struct tampered_engine *tampered = of(partition);
	tampered->reads++;
	const struct store_partition inner = inner_of(partition);
	if (tampered->lacks_head != NULL && tampered->lacks_head(tampered))
		return error_set(error, HANSARD_VIOLATED, STORE_HEAD_MISSING, "this head is told to be missing");
	const enum hansard_status status = inner.store->load(&inner, arena, ret_view, error);
	if (status == HANSARD_OK && tampered->on_load != NULL)
		tampered->on_load(tampered, arena, ret_view);
	if (status == HANSARD_OK && tampered->after_load != NULL)
		tampered->after_load(tampered);
	return status;
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	struct tampered_engine *tampered = of(partition);
	tampered->reads++;
	tampered->history_asked = *request;
	const struct store_partition inner = inner_of(partition);
	if (tampered->history_answer != HANSARD_OK)
		return error_set(error, tampered->history_answer,
						 tampered->history_kind != NULL ? tampered->history_kind : "told_to",
						 "this history is told to fail");
	const enum hansard_status status = inner.store->history(&inner, request, arena, ret_history, error);
	if (status == HANSARD_OK && tampered->on_history != NULL)
		tampered->on_history(tampered, arena, ret_history);
	return status;
}

static enum hansard_status parts(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error)
{
	struct tampered_engine *tampered = of(partition);
	tampered->reads++;
	tampered->parts_asked = *request;
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.store->parts(&inner, request, arena, ret_parts, error);
	if (status == HANSARD_OK && tampered->on_parts != NULL)
		tampered->on_parts(tampered, arena, ret_parts);
	return status;
}

static enum hansard_status commit(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	struct tampered_engine *tampered = of(partition);
	const struct store_partition inner = inner_of(partition);
	tampered->commits++;
	if (tampered->commit == TAMPERED_UNKNOWN_BEFORE) {
		*ret_result = STORE_UNKNOWN;
		return HANSARD_OK;
	}
	const enum hansard_status status = inner.store->commit(&inner, change, ret_result, error);
	if (status == HANSARD_OK && tampered->commit == TAMPERED_UNKNOWN_AFTER)
		*ret_result = STORE_UNKNOWN;
	return status;
}

static enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	const struct store_partition inner = inner_of(partition);
	if (of(partition)->settle_forgets) {
		*ret_settled = STORE_STILL_UNKNOWN;
		return HANSARD_OK;
	}
	return inner.store->settle(&inner, attempt, ret_settled, error);
}

static struct text identity(struct store_engine *engine)
{
	const struct tampered_engine *tampered = (struct tampered_engine *)engine;
	struct store_engine *inner = tampered->inner;
	if (tampered->identity != NULL)
		return text_of_string(tampered->identity);
	return inner->ops->identity(inner);
}

static const struct dialogue_store tampered_dialogues = {
	.load = load, .history = history, .parts = parts, .commit = commit, .settle = settle};
PASSING_COPYING(tampered_copying)

static const struct store_engine_ops tampered_ops = {.name = "tampered", .identity = identity};

void tampered_engine_init(struct tampered_engine *tampered, struct store_engine *inner)
{
	*tampered = (struct tampered_engine){
		.engine = {.ops = &tampered_ops,
				   .dialogues = &tampered_dialogues,
				   .analytics = inner->analytics,
				   .copying = &tampered_copying,
				   .capabilities = inner->capabilities,
				   .remedies = inner->remedies,
				   .clock = inner->clock,
				   .entropy = inner->entropy,
				   .pause = inner->pause},
		.inner = inner,
	};
}
