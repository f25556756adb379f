/*
 * Verification of items: each against the newest commit's root and against the replayed history.
 */
#include "error.h"
#include "vault_verify_private.h"

/* Whether an item stands in its order under a key that an item may have. */
static bool in_order(const struct verify *verify, size_t at)
{
	const struct store_item *items = verify->view->items;
	return item_key_leaf(items[at].key) && (at == 0 || item_key_compare(items[at - 1].key, items[at].key) < 0);
}

/* Reads and hashes every item; what stands where none may stand, or cannot be read, is blamed. */
static enum hansard_status read_items(struct verify *verify, struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	const size_t count = verify->view->item_count;
	verify->leaves = arena_allocate_array(replay->arena, count, sizeof(*verify->leaves));
	verify->items = arena_allocate_array(replay->arena, count, sizeof(*verify->items));
	verify->proofs = arena_allocate_array(replay->arena, count, sizeof(*verify->proofs));
	verify->altered = arena_allocate_array(replay->arena, count, sizeof(*verify->altered));
	if (verify->leaves == NULL || verify->items == NULL || verify->proofs == NULL || verify->altered == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const struct store_item *stored = &verify->view->items[i];
		const char *what = !in_order(verify, i) ? "stands where no item may stand" : NULL;
		if (what == NULL && item_read(stored->stored, &verify->items[i], NULL) != HANSARD_OK)
			what = "cannot be read";
		if (what != NULL) {
			const enum hansard_status status = vault_verify_blame_key(verify, stored->key, what, error);
			if (status != HANSARD_OK)
				return status;
			continue;
		}
		struct item_place place = {.tenant = replay->vault->tenant};
		if (!vault_address(replay->arena, replay->dialogue_id, stored->key, &place.address))
			return error_memory(error);
		if (!item_prove(replay->vault->hash, place, stored->stored, &verify->proofs[i]))
			return vault_crypto_failed(error);
		verify->leaves[i] = verify->proofs[i].leaf;
	}
	return HANSARD_OK;
}

/* A dialogue has no more wraps than a writer may give it. */
static enum hansard_status count_wraps(struct verify *verify, struct hansard_error *error)
{
	const struct store_item *surplus = vault_keys_surplus(verify->view->items, verify->view->item_count);
	return surplus == NULL ? HANSARD_OK
						   : vault_verify_blame_key(verify, surplus->key, "is a key more than a dialogue has", error);
}

/* Whether the items are those of the newest commit, whatever the history says. */
static enum hansard_status prove_root(const struct verify *verify, bool *ret_proved, struct hansard_error *error)
{
	struct digest root;
	*ret_proved = false;
	if (!verify->newest_proved || (uint64_t)verify->newest.count != verify->view->item_count)
		return HANSARD_OK;
	for (size_t i = 0; i < verify->view->item_count; i++)
		if (verify->items[i].rev == 0)
			return HANSARD_OK;
	if (!hash_root(verify->replay.vault->hash, verify->leaves, verify->view->item_count, &root))
		return vault_crypto_failed(error);
	*ret_proved = digest_equal(&root, &verify->newest.root);
	return HANSARD_OK;
}

/* One item that can be read against its entry. */
static enum hansard_status compare_item(struct verify *verify, size_t at, const struct vault_replay_entry *entry,
										struct hansard_error *error)
{
	struct text address;
	if (!vault_address(verify->replay.arena, verify->replay.dialogue_id, entry->key, &address))
		return error_memory(error);
	bool kept = true;
	if (!digest_equal(&verify->leaves[at], &entry->leaf))
		kept = vault_replay_blame(&verify->replay, address, "is not what commit %" PRId64 " wrote", entry->rev);
	else if (verify->items[at].rev != entry->rev)
		kept = vault_replay_blame(&verify->replay, address,
								  "carries another rev than commit %" PRId64 ", which wrote it", entry->rev);
	else
		return HANSARD_OK;
	verify->altered[at] = true;
	return kept ? HANSARD_OK : error_memory(error);
}

static enum hansard_status blame_missing(struct verify *verify, const struct vault_replay_entry *entry,
										 struct hansard_error *error)
{
	struct text address;
	if (vault_address(verify->replay.arena, verify->replay.dialogue_id, entry->key, &address) &&
		vault_replay_blame(&verify->replay, address, "is missing: commit %" PRId64 " wrote it", entry->rev))
		return HANSARD_OK;
	return error_memory(error);
}

/* Whether the history says for certain what this entry was last: no commit from then on is missing or altered. */
static bool is_certain(const struct vault_replay *replay, size_t entry)
{
	return !replay->broken || (entry < replay->entry_count && replay->entries[entry].rev >= replay->proved_from);
}

/* Every item against the replayed history, both in address order. A broken history accuses none but of what it says for
   certain. */
static enum hansard_status compare_items(struct verify *verify, struct hansard_error *error)
{
	const struct vault_replay *replay = &verify->replay;
	size_t at = 0;
	size_t entry = 0;
	enum hansard_status status = HANSARD_OK;
	while (status == HANSARD_OK && (at < verify->view->item_count || entry < replay->entry_count)) {
		if (at < verify->view->item_count && !in_order(verify, at)) {
			at++;
			continue;
		}
		const int order = at == verify->view->item_count ? 1
						  : entry == replay->entry_count
							  ? -1
							  : item_key_compare(verify->view->items[at].key, replay->entries[entry].key);
		if (order < 0 && !replay->broken)
			status =
				vault_verify_blame_key(verify, verify->view->items[at].key, "was added: no commit wrote it", error);
		else if (order > 0 && is_certain(replay, entry))
			status = blame_missing(verify, &replay->entries[entry], error);
		else if (order == 0 && verify->items[at].rev != 0 && is_certain(replay, entry))
			status = compare_item(verify, at, &replay->entries[entry], error);
		at += order <= 0 ? 1 : 0;
		entry += order >= 0 ? 1 : 0;
	}
	return status;
}

size_t vault_verify_items_find(const struct verify *verify, struct item_key key)
{
	size_t from = 0;
	size_t to = verify->view->item_count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		const int order = item_key_compare(verify->view->items[middle].key, key);
		if (order == 0)
			return middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return SIZE_MAX;
}

static enum hansard_status prove_items(struct verify *verify, struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	const size_t before = replay->fault_count;
	bool proved = false;
	enum hansard_status status = read_items(verify, error);
	if (status == HANSARD_OK)
		status = count_wraps(verify, error);
	/* A whole history says of every item what it is, and has the newest commit's root. Items under a good root are what was committed,
	   even where the history that led there is broken. Without the newest commit there is nothing to hold them against, which the chain
	   has said. */
	if (status == HANSARD_OK && replay->broken)
		status = prove_root(verify, &proved, error);
	if (status != HANSARD_OK || proved)
		return status;
	if (verify->anchored && !verify->newest_proved)
		return verify->view->item_count > 0 || replay->commit_count > 0
				   ? HANSARD_OK
				   : vault_verify_blame(verify, TEXT("head"), "stands alone: no item and no commit is there", error);
	status = compare_items(verify, error);
	if (status != HANSARD_OK || !replay->broken || !verify->newest_proved || replay->fault_count > before)
		return status;
	return vault_verify_blame(
		verify, TEXT("head"),
		verify->view->item_count == 0 && verify->newest.count > 0
			? "stands alone: every item of its newest commit is missing"
			: "is not of these items; which of them are at fault the history cannot say, being broken",
		error);
}

/* Whether one of the wraps is of this generation. */
static bool has_generation(const struct vault_opening *opening, int64_t generation)
{
	for (size_t i = 0; i < opening->wrap_count; i++)
		if (opening->wraps[i].generation == generation)
			return true;
	return false;
}

/* Wraps and generations of items that are those of a whole history, whose entries stand in the same order. Where no wrap is left the
   dialogue was erased. */
static enum hansard_status check_generations(struct verify *verify, struct hansard_error *error)
{
	const struct vault_replay *replay = &verify->replay;
	struct vault_opening *opening = &verify->opening;
	const struct vault_opening_items items = {
		.items = verify->view->items, .proofs = verify->proofs, .count = verify->view->item_count};
	struct item_key fault;
	*opening = (struct vault_opening){.vault = replay->vault, .dialogue_id = replay->dialogue_id};
	enum hansard_status status = vault_opening_begin(opening, &items, replay->arena, &fault, error);
	if (status == HANSARD_VIOLATED)
		return vault_verify_blame_key(verify, fault, "is no wrap of a key", error);
	size_t wraps = 0;
	for (size_t i = 0; status == HANSARD_OK && i < items.count; i++) {
		const char *what = NULL;
		if (text_is(items.items[i].key.type, "dek"))
			what = opening->wraps[wraps++].since == replay->entries[i].added
					   ? NULL
					   : "does not say which commit added its generation";
		else if (opening->wrap_count > 0 && !has_generation(opening, verify->items[i].generation))
			what = "is of a generation without a key";
		if (what != NULL)
			status = vault_verify_blame_key(verify, items.items[i].key, what, error);
	}
	return status;
}

enum hansard_status vault_verify_items_check(struct verify *verify, struct hansard_error *error)
{
	const size_t before = verify->replay.fault_count;
	const enum hansard_status status = prove_items(verify, error);
	const bool held = !verify->replay.broken && !(verify->anchored && !verify->newest_proved);
	return status == HANSARD_OK && held && verify->replay.fault_count == before ? check_generations(verify, error)
																				: status;
}
