/*
 * Reading all that the store holds of a dialogue. History and parts are read after the items; both are proved by them.
 */
#include "vault_stored.h"

#include "error.h"
#include "limits.h"
#include "vault_looks.h"
#include "vault_parts.h"
#include "vault_private.h"

/* One reading under way. */
struct reading {
	struct vault *vault;
	struct arena *arena;
	struct vault_stored stored;
	size_t part_capacity;
};

static enum hansard_status read_history(struct reading *reading, struct hansard_error *error)
{
	struct vault_stored *stored = &reading->stored;
	const struct store_partition partition = vault_partition(reading->vault, stored->state->dialogue_id);
	const struct store_history_request request = {.from = 1, .to = stored->state->rev};
	struct store_history history;
	const enum hansard_status status = partition.store->history(&partition, &request, reading->arena, &history, error);
	if (status != HANSARD_OK)
		return status;
	stored->commits = arena_allocate_array(reading->arena, history.count + 1, sizeof(*stored->commits));
	if (stored->commits == NULL)
		return error_memory(error);
	struct vault_walk walk = vault_walk_of(reading->vault, stored->state, &history);
	while (walk.rev >= 1) {
		struct vault_stored_commit commit;
		const enum hansard_status next = vault_walk_next(&walk, reading->arena, &commit.commit, error);
		if (next != HANSARD_OK)
			return next;
		commit.size = history.commits[walk.left].stored.size;
		stored->commits[walk.left] = commit;
	}
	stored->commits += walk.left;
	stored->commit_count = history.count - walk.left;
	return HANSARD_OK;
}

/* Holds the parts of one rev against the items that it wrote. */
static enum hansard_status prove_parts(struct reading *reading, const struct store_parts *parts, int64_t rev,
									   struct arena *scratch, struct hansard_error *error)
{
	const struct vault_state *state = reading->stored.state;
	for (size_t i = 0; i < state->item_count; i++) {
		const struct vault_item *item = &state->items[i];
		if (item->rev != rev || item->parts == 0)
			continue;
		const struct vault_parts_owner owner = {.dialogue_id = state->dialogue_id,
												.key = item->key,
												.rev = rev,
												.generation = item->generation,
												.attrs = item->attrs};
		struct vault_parts_proof proof;
		const enum hansard_status status = vault_parts_prove(reading->vault, &owner, parts, scratch, &proof, error);
		if (status != HANSARD_OK)
			return status;
		if (proof.what != NULL)
			return vault_violated(error, proof.address, proof.what);
	}
	return HANSARD_OK;
}

static enum hansard_status keep_part(struct reading *reading, const struct store_item *part, int64_t rev,
									 struct hansard_error *error)
{
	struct vault_stored *stored = &reading->stored;
	struct vault_stored_part kept = {.rev = rev, .size = part->stored.bytes.size};
	struct item item;
	if (!vault_address(reading->arena, stored->state->dialogue_id, part->key, &kept.address) ||
		!arena_grow(reading->arena, &stored->parts, stored->part_count, &reading->part_capacity, sizeof(kept)))
		return error_memory(error);
	if (item_read(part->stored, &item, NULL) == HANSARD_OK)
		kept.sealed = item_plain_size(&item);
	stored->parts[stored->part_count++] = kept;
	return HANSARD_OK;
}

/* The parts under every rev of the chain. Their bytes are kept no longer than it takes to prove them. */
static enum hansard_status read_parts(struct reading *reading, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(reading->vault, reading->stored.state->dialogue_id);
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < reading->stored.commit_count; i++) {
		const struct store_parts_request request = {.rev = reading->stored.commits[i].commit.rev};
		struct store_parts parts = {.count = 0};
		struct arena *scratch = arena_create(LIMIT_ARENA);
		status = scratch == NULL ? error_memory(error)
								 : partition.store->parts(&partition, &request, scratch, &parts, error);
		if (status == HANSARD_OK)
			status = prove_parts(reading, &parts, request.rev, scratch, error);
		for (size_t k = 0; status == HANSARD_OK && k < parts.count; k++)
			status = keep_part(reading, &parts.items[k], request.rev, error);
		arena_destroy(scratch);
	}
	return status;
}

static enum hansard_status read_all(struct reading *reading, struct text dialogue_id, struct hansard_error *error)
{
	struct vault_stored *stored = &reading->stored;
	enum hansard_status status =
		vault_load_so(reading->vault, dialogue_id, VAULT_LOAD_PROVED, reading->arena, &stored->state, error);
	if (status == HANSARD_OK)
		status = note_read(stored->state->note, &stored->head, error);
	if (status == HANSARD_OK)
		status = read_history(reading, error);
	return status == HANSARD_OK ? read_parts(reading, error) : status;
}

enum hansard_status vault_stored(struct vault *vault, struct text dialogue_id, struct arena *arena,
								 struct vault_stored *ret_stored, struct hansard_error *error)
{
	struct hansard_error fault = {0};
	struct vault_looks looks = {.vault = vault, .dialogue_id = dialogue_id};
	for (;;) {
		struct reading reading = {.vault = vault, .arena = arena};
		enum hansard_status status = read_all(&reading, dialogue_id, &fault);
		if (status == HANSARD_OK) {
			*ret_stored = reading.stored;
			return HANSARD_OK;
		}
		/* A commit that arrives after the load may take the parts of what it replaces with it. */
		if (status == HANSARD_VIOLATED && reading.stored.state != NULL) {
			const struct store_view view = {.note = reading.stored.state->note};
			enum vault_looked looked;
			const enum hansard_status added = vault_looks_add(&looks, &view, &looked, &fault);
			if (added == HANSARD_OK && looked != VAULT_STANDS)
				continue;
			status = added == HANSARD_OK ? status : added;
		}
		if (error != NULL)
			*error = fault;
		return status;
	}
}
