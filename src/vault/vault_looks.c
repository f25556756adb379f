/*
 * Looking again.
 */
#include "vault_looks.h"

#include "error.h"
#include "limits.h"

/* Milliseconds before each further look. No transaction is taken to stay half visible for a second. */
static const int64_t pauses[VAULT_LOOKS - 1] = {50, 200, 800, 3200};

bool vault_looks_last(const struct vault_looks *looks)
{
	return looks->taken == VAULT_LOOKS - 1;
}

/* One digest of all that a view shows. */
static bool digest_of(struct vault *vault, const struct store_view *view, struct digest *ret_seen)
{
	const struct bytes head[] = {view->note, view->commit};
	bool good = hash_of(vault->hash, head, sizeof(head) / sizeof(head[0]), ret_seen);
	for (size_t i = 0; good && i < view->item_count; i++) {
		const struct digest before = *ret_seen;
		const struct store_item *item = &view->items[i];
		const struct bytes pieces[] = {digest_view(&before), bytes_of_text(item->key.type),
									   bytes_of_text(item->key.subkey), item->stored.bytes};
		good = hash_of(vault->hash, pieces, sizeof(pieces) / sizeof(pieces[0]), ret_seen);
	}
	return good;
}

static enum hansard_status not_settled(const struct vault_looks *looks, struct hansard_error *error)
{
	error_set(error, HANSARD_BUSY, "not_settled",
			  "what was read of \"" ERROR_TEXT "\" was never one state: others are writing to it",
			  ERROR_TEXT_ARGS(looks->dialogue_id));
	error_hint(error, "run it again");
	return HANSARD_BUSY;
}

/* Where loads are snapshots, only another commit asks for another look; nothing is said of a state that has moved. */
static enum hansard_status add_of_snapshot(struct vault_looks *looks, const struct store_view *view,
										   enum vault_looked *ret_looked, struct hansard_error *error)
{
	bool moved;
	const enum hansard_status status = vault_looks_moved(looks->vault, looks->dialogue_id, view->note, &moved, error);
	if (status != HANSARD_OK)
		return status;
	if (moved && looks->taken == VAULT_MOVES)
		return not_settled(looks, error);
	*ret_looked = moved ? VAULT_MOVED : VAULT_STANDS;
	return HANSARD_OK;
}

enum hansard_status vault_looks_add(struct vault_looks *looks, const struct store_view *view,
									enum vault_looked *ret_looked, struct hansard_error *error)
{
	const struct store_engine *engine = looks->vault->engine;
	struct digest seen;
	looks->taken++;
	if (engine->capabilities.load_is_snapshot)
		return add_of_snapshot(looks, view, ret_looked, error);
	if (!digest_of(looks->vault, view, &seen))
		return vault_crypto_failed(error);
	if (looks->taken == 1)
		looks->seen = seen;
	looks->differed = looks->differed || !digest_equal(&looks->seen, &seen);
	if (looks->taken < VAULT_LOOKS) {
		engine->pause.wait(engine->pause.context, pauses[looks->taken - 1] * 1000);
		*ret_looked = VAULT_UNSETTLED;
		return HANSARD_OK;
	}
	if (looks->differed)
		return not_settled(looks, error);
	*ret_looked = VAULT_STANDS;
	return HANSARD_OK;
}

enum hansard_status vault_looks_moved(struct vault *vault, struct text dialogue_id, struct bytes note, bool *ret_moved,
									  struct hansard_error *error)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	struct store_view view;
	const enum hansard_status status = partition.store->load(&partition, arena, &view, error);
	if (status == HANSARD_OK)
		*ret_moved = view.exists ? !bytes_equal(view.note, note) : note.size > 0;
	arena_destroy(arena);
	return status;
}
