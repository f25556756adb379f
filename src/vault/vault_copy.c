/*
 * The slots of the boundary over a copy. What is asked of it goes on to the real engine, under the same names.
 */
#include "vault_copy.h"

#include "error.h"

static const struct vault_copy *copy_of(const struct store_partition *partition)
{
	return (const struct vault_copy *)partition->engine;
}

static struct store_partition real_of(const struct store_partition *partition)
{
	return store_engine_partition(copy_of(partition)->real, partition->tenant, partition->dialogue_id);
}

static enum hansard_status load(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error)
{
	const struct vault_copy *copy = copy_of(partition);
	const struct store_partition real = real_of(partition);
	struct store_view view = {.exists = false};
	const enum hansard_status status = copy->real->copying->look(&real, &copy->mine, arena, &view, error);
	if (status != HANSARD_OK)
		return status;
	if (view.exists)
		view.note = copy->note;
	*ret_view = view;
	return HANSARD_OK;
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	const struct store_partition real = real_of(partition);
	return real.store->history(&real, request, arena, ret_history, error);
}

static enum hansard_status parts(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error)
{
	const struct store_partition real = real_of(partition);
	return real.store->parts(&real, request, arena, ret_parts, error);
}

static enum hansard_status commit(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	const struct vault_copy *copy = copy_of(partition);
	const struct store_partition real = real_of(partition);
	const struct store_publish_request request = {.mine = copy->mine, .change = *change};
	return copy->real->copying->publish(&real, &request, ret_result, error);
}

static enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	const struct store_partition real = real_of(partition);
	return real.store->settle(&real, attempt, ret_settled, error);
}

static const struct dialogue_store copy_dialogues = {
	.load = load, .history = history, .parts = parts, .commit = commit, .settle = settle};

static struct text identity(struct store_engine *engine)
{
	struct store_engine *real = ((struct vault_copy *)engine)->real;
	return real->ops->identity(real);
}

static void close_nothing(struct store_engine *engine)
{
	(void)engine;
}

static enum hansard_status check(struct store_engine *engine, bool deep, struct arena *arena,
								 struct store_findings *ret_findings, struct hansard_error *error)
{
	struct store_engine *real = ((struct vault_copy *)engine)->real;
	return real->ops->check(real, deep, arena, ret_findings, error);
}

static enum hansard_status backup(struct store_engine *engine, struct text path, struct hansard_error *error)
{
	struct store_engine *real = ((struct vault_copy *)engine)->real;
	return real->ops->backup(real, path, error);
}

static const struct store_engine_ops copy_ops = {
	.name = "copy", .close = close_nothing, .identity = identity, .check = check, .backup = backup};

void vault_copy_begin(struct vault_copy *copy, struct store_engine *real, const struct store_reservation *mine,
					  struct bytes note)
{
	*copy = (struct vault_copy){.base = *real, .real = real, .mine = *mine, .note = note};
	copy->base.ops = &copy_ops;
	copy->base.dialogues = &copy_dialogues;
}
