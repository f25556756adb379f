/*
 * Copying what a dialogue consists of, as it is stored: revision by revision, several at once.
 */
#include "error.h"
#include "limits.h"
#include "vault_move_private.h"

enum {
	BATCH_BYTES = 2500000, /* put at once, where more than one revision is */
	BATCH_REVISIONS = 64,
};

/* What is put at once. */
struct batch {
	struct arena *arena;
	struct store_copy_revision revisions[BATCH_REVISIONS];
	size_t count;
	size_t bytes;
};

static enum hansard_status send(const struct move *move, const struct batch *batch, enum store_result *ret_result,
								struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	const struct store_partition partition = vault_partition(target, move->dialogue_id);
	const struct store_put_request request = {.mine = move->mine, .revisions = batch->revisions, .count = batch->count};
	enum hansard_status status = HANSARD_OK;
	*ret_result = STORE_UNKNOWN;
	for (int i = 0; status == HANSARD_OK && *ret_result == STORE_UNKNOWN && i < VAULT_MOVE_ATTEMPTS; i++)
		status = target->engine->copying->put(&partition, &request, ret_result, error);
	return status;
}

static enum hansard_status put(struct move *move, struct batch *batch, struct hansard_error *error)
{
	enum store_result result = STORE_DONE;
	enum hansard_status status = HANSARD_OK;
	if (batch->count > 0 && !move->moving->dry_run)
		status = send(move, batch, &result, error);
	arena_destroy(batch->arena);
	*batch = (struct batch){.arena = NULL};
	if (status != HANSARD_OK || result == STORE_DONE)
		return status;
	if (result == STORE_CONFLICT)
		return vault_move_taken_over(move, error);
	error_set(error, HANSARD_UNREACHABLE, "not_copied", "the target did not say whether it took a part of the copy");
	error_hint(error, "run the same again: what was copied and not published is copied anew, and it ends the same");
	return HANSARD_UNREACHABLE;
}

/* The items of one revision that are still there, in address order. */
static bool pick_items(const struct move *move, int64_t rev, struct arena *arena, struct store_copy_revision *revision)
{
	const struct vault_state *state = move->state;
	size_t count = 0;
	for (size_t i = 0; i < state->item_count; i++)
		count += state->items[i].rev == rev;
	struct store_item *items = arena_allocate_array(arena, count, sizeof(*items));
	for (size_t i = 0; items != NULL && i < state->item_count; i++)
		if (state->items[i].rev == rev)
			items[revision->item_count++] = state->stored[i];
	revision->items = items;
	return items != NULL;
}

/* Their parts: what the engine has under that revision besides is of items that are gone. */
static enum hansard_status pick_parts(const struct move *move, struct arena *arena,
									  struct store_copy_revision *revision, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(move->moving->source, move->dialogue_id);
	const struct store_parts_request request = {.rev = revision->rev};
	struct store_parts found;
	const enum hansard_status status = partition.store->parts(&partition, &request, arena, &found, error);
	if (status != HANSARD_OK)
		return status;
	struct store_item *parts = arena_allocate_array(arena, found.count, sizeof(*parts));
	if (parts == NULL)
		return error_memory(error);
	for (size_t i = 0; i < found.count; i++) {
		struct item_key owner;
		int n;
		if (item_key_owner(found.items[i].key, &owner, &n) &&
			item_key_find(owner, revision->items, revision->item_count, sizeof(*revision->items)) != NULL)
			parts[revision->part_count++] = found.items[i];
	}
	revision->parts = parts;
	return HANSARD_OK;
}

static size_t weigh(const struct store_copy_revision *revision)
{
	size_t bytes = revision->commit.size;
	for (size_t i = 0; i < revision->item_count; i++)
		bytes += revision->items[i].stored.bytes.size;
	for (size_t i = 0; i < revision->part_count; i++)
		bytes += revision->parts[i].stored.bytes.size;
	return bytes;
}

/* Adds one revision of the source to what is put next. */
static enum hansard_status add(struct move *move, struct batch *batch, const struct store_commit *commit,
							   struct hansard_error *error)
{
	struct store_copy_revision revision = {.rev = commit->rev, .commit = commit->stored};
	if (batch->arena == NULL)
		batch->arena = arena_create(LIMIT_ARENA);
	if (batch->arena == NULL || !pick_items(move, commit->rev, batch->arena, &revision))
		return error_memory(error);
	if (revision.item_count > 0) {
		const enum hansard_status status = pick_parts(move, batch->arena, &revision, error);
		if (status != HANSARD_OK)
			return status;
	}
	const size_t bytes = weigh(&revision);
	batch->revisions[batch->count++] = revision;
	batch->bytes += bytes;
	move->moved.items += (int64_t)(1 + revision.item_count + revision.part_count);
	move->moved.bytes += (int64_t)bytes;
	return batch->count == BATCH_REVISIONS || batch->bytes >= BATCH_BYTES ? put(move, batch, error) : HANSARD_OK;
}

/* Counts the commit that would seal the source: all of it but its hashes and its time is known, and these have one size. */
static enum hansard_status count_seal(struct move *move, struct hansard_error *error)
{
	const struct vault *source = move->moving->source;
	const struct vault_state *state = move->state;
	struct commit commit = state->newest;
	struct commit_detail detail = {.store = vault_move_identity(source),
								   .target = move->moving->target != NULL
												 ? vault_move_identity(move->moving->target)
												 : TEXT("sqlite:00000000000000000000000000000000")};
	struct buffer written;
	buffer_init(&written, LIMIT_COMMIT_BYTES);
	commit.rev = state->rev + 1;
	commit.previous = state->hash;
	commit.actor = source->actor;
	commit.operation = TEXT("migrate-out");
	commit.changes = NULL;
	commit.change_count = 0;
	const struct commit_detail_place place = {.operation = commit.operation, .rev = commit.rev};
	enum hansard_status status = HANSARD_OK;
	if (!commit_detail_write(place, &detail, &written) ||
		!arena_copy(move->arena, buffer_view(&written), &commit.detail))
		status = error_memory(error);
	written.size = 0;
	if (status == HANSARD_OK)
		status = commit_write(&commit, &written, error);
	move->moved.items++;
	move->moved.bytes += (int64_t)written.size;
	buffer_finish(&written);
	return status;
}

enum hansard_status vault_move_copy(struct move *move, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(move->moving->source, move->dialogue_id);
	const struct store_history_request request = {.from = 1, .to = move->state->rev};
	struct store_history history;
	struct batch batch = {.arena = NULL};
	struct arena *arena = vault_move_arena(move);
	if (arena == NULL)
		return error_memory(error);
	move->moved.items = move->moved.bytes = 0;
	enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	for (size_t i = 0; status == HANSARD_OK && i < history.count; i++)
		status = add(move, &batch, &history.commits[i], error);
	if (status == HANSARD_OK)
		status = put(move, &batch, error);
	if (status == HANSARD_OK && move->moving->dry_run && !vault_move_sent(move))
		status = count_seal(move, error);
	arena_destroy(batch.arena);
	arena_destroy(arena);
	return status;
}
