/*
 * The verified load.
 */
#include "error.h"
#include "limits.h"
#include "slug.h"
#include "vault_keys.h"
#include "vault_looks.h"
#include "vault_marks_private.h"
#include "vault_parts.h"

/* One load under way. */
struct load {
	struct vault *vault;
	struct arena *arena;
	struct store_view view;
	struct vault_state *state;
	struct item_place *places; /* of the items */
	struct item_proof *proofs;
	struct vault_parts_cache parts;
	struct vault_opening opening;
	int64_t highest_rev; /* that an item may carry */
	bool marked;         /* the mark counts */
	bool retired;        /* a head that a retired key alone has signed will do */
	bool proved;         /* what is proved without a UMK will do where there is none */
	bool unbelieved;     /* that is all that is wrong with the head so far: who signed it */
	bool last;           /* no further look is taken */
};

/* Note and newest commit: what the rest is held against. */
static enum hansard_status read_head(struct load *load, struct hansard_error *error)
{
	struct vault_state *state = load->state;
	struct note note;
	struct digest hash;
	struct hansard_error fault = {0};
	enum hansard_status status = vault_read_note(load->vault, state->dialogue_id, load->view.note, &note, &fault);
	state->retired = load->retired && status == HANSARD_VIOLATED && strcmp(fault.kind, VAULT_RETIRED_KEY) == 0;
	load->unbelieved = status != HANSARD_OK && !state->retired && vault_unbelieved(&fault);
	if (status != HANSARD_OK && !state->retired) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	if (!commit_hash(load->vault->hash, load->view.commit, &hash))
		return vault_crypto_failed(error);
	if (!digest_equal(&hash, &note.hash))
		return error_set(error, HANSARD_VIOLATED, "invalid_head",
						 "the newest commit is not the one that the head names");
	const struct vault_commit_place place = {.arena = load->arena, .dialogue_id = state->dialogue_id, .rev = note.rev};
	status = vault_read_commit(load->vault, &place, load->view.commit, &state->newest, error);
	if (status != HANSARD_OK)
		return status;
	state->rev = note.rev;
	load->highest_rev = note.rev;
	state->hash = hash;
	state->note = load->view.note;
	state->moved_rev = text_is(state->newest.operation, "migrate-in") ? note.rev - 1 : 0;
	return HANSARD_OK;
}

/* The address of an item as it was asked for. ret_good is false when it is none that a leaf can have. */
static enum hansard_status place_item(struct load *load, size_t at, bool *ret_good, struct hansard_error *error)
{
	const struct item_key key = load->view.items[at].key;
	uint8_t data[LIMIT_ADDRESS];
	struct buffer address = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	*ret_good = !text_is(key.type, "part") && item_key_address(load->state->dialogue_id, key, &address);
	load->places[at].tenant = load->vault->tenant;
	return !*ret_good || arena_copy_text(load->arena, buffer_text(&address), &load->places[at].address)
			   ? HANSARD_OK
			   : error_memory(error);
}

/* The leaves of all items. ret_whole is false when an item has no leaf or does not stand in its order. */
static enum hansard_status compute_leaves(struct load *load, bool *ret_whole, struct hansard_error *error)
{
	const struct store_view *view = &load->view;
	struct vault_state *state = load->state;
	state->leaves = arena_allocate_array(load->arena, view->item_count, sizeof(*state->leaves));
	load->places = arena_allocate_array(load->arena, view->item_count, sizeof(*load->places));
	load->proofs = arena_allocate_array(load->arena, view->item_count, sizeof(*load->proofs));
	if (state->leaves == NULL || load->places == NULL || load->proofs == NULL)
		return error_memory(error);
	*ret_whole = true;
	for (size_t i = 0; *ret_whole && i < view->item_count; i++) {
		const struct store_item *item = &view->items[i];
		const enum hansard_status status = place_item(load, i, ret_whole, error);
		if (status != HANSARD_OK)
			return status;
		*ret_whole = *ret_whole && (i == 0 || item_key_compare(item[-1].key, item->key) < 0) &&
					 item_prove(load->vault->hash, load->places[i], item->stored, &load->proofs[i]);
		if (*ret_whole)
			state->leaves[i] = load->proofs[i].leaf;
	}
	return HANSARD_OK;
}

/* Whether the items are exactly those that the newest commit vouches for. */
static enum hansard_status prove_root(struct load *load, bool *ret_proved, struct hansard_error *error)
{
	struct vault_state *state = load->state;
	struct digest root;
	bool whole;
	const enum hansard_status status = compute_leaves(load, &whole, error);
	if (status != HANSARD_OK)
		return status;
	*ret_proved = false;
	if (!whole || (uint64_t)state->newest.count != load->view.item_count)
		return HANSARD_OK;
	if (!hash_root(load->vault->hash, state->leaves, load->view.item_count, &root))
		return vault_crypto_failed(error);
	*ret_proved = digest_equal(&root, &state->newest.root);
	return HANSARD_OK;
}

/* One address of the state is at fault. */
static enum hansard_status blame(const struct load *load, struct item_key key, const char *what,
								 struct hansard_error *error)
{
	struct text address;
	return vault_address(load->arena, load->state->dialogue_id, key, &address) ? vault_violated(error, address, what)
																			   : error_memory(error);
}

/* What is sealed of an item that has parts: its box and theirs in one. */
static enum hansard_status join_sealed(struct load *load, struct vault_item *item, struct item_keys *keys,
									   struct hansard_error *error)
{
	const struct vault_parts_owner owner = {
		.dialogue_id = load->state->dialogue_id,
		.key = item->key,
		.rev = item->rev,
		.generation = item->generation,
		.attrs = item->attrs,
	};
	struct vault_parts_proof proof;
	const enum hansard_status status = vault_parts_load(load->vault, &owner, &load->parts, load->arena, &proof, error);
	if (status != HANSARD_OK)
		return status;
	const struct vault_parts_joining joining = {.keys = keys, .first = item->plain.bytes, .proof = &proof};
	return vault_parts_join(load->vault, &joining, load->arena, &item->plain.bytes, error);
}

/* What is wrong with a proved item as an item of this state, or NULL. */
static const char *fault_of_item(const struct load *load, struct item_key key, const struct item *item,
								 const struct vault_parts *parts)
{
	if (item->rev > load->highest_rev)
		return "carries a rev above the head's";
	if (!vault_parts_cut(key, item, parts))
		return "is not cut where it must be";
	return NULL;
}

/* Compares the tag and opens the box. */
static enum hansard_status open_box(struct load *load, size_t at, const struct item *item, struct item_keys *keys,
									struct hansard_error *error)
{
	const size_t size = item_plain_size(item);
	uint8_t *plain = arena_allocate(load->arena, size);
	if (plain == NULL)
		return error_memory(error);
	const enum genuine genuine = item_open(keys, load->places[at], item, &load->proofs[at].digest, plain);
	if (genuine == GENUINE_UNKNOWN)
		return vault_crypto_failed(error);
	if (genuine == GENUINE_FORGED)
		return blame(load, load->view.items[at].key, "was not sealed with the key of its generation", error);
	load->state->items[at].plain.bytes = (struct bytes){.data = plain, .size = size};
	return HANSARD_OK;
}

/* Opens an item whose leaf has been proved. */
static enum hansard_status open_item(struct load *load, size_t at, struct hansard_error *error)
{
	const struct store_item *stored = &load->view.items[at];
	struct vault_item *opened = &load->state->items[at];
	struct vault_parts parts;
	struct item item;
	struct item_keys *keys;
	enum hansard_status status = item_read(stored->stored, &item, error);
	if (status == HANSARD_VIOLATED || status == HANSARD_INVALID)
		return blame(load, stored->key, "cannot be read", error);
	if (status != HANSARD_OK)
		return status;
	if (!vault_parts_of(stored->key, item.attrs, &parts))
		return blame(load, stored->key, "says nothing readable about its parts", error);
	const char *what = fault_of_item(load, stored->key, &item, &parts);
	if (what != NULL)
		return blame(load, stored->key, what, error);
	*opened = (struct vault_item){.key = stored->key,
								  .rev = item.rev,
								  .generation = item.generation,
								  .attrs = item.attrs,
								  .parts = (size_t)parts.count};
	if (load->state->wrap_count == 0 || text_is(stored->key.type, "dek"))
		return HANSARD_OK;
	status = vault_opening_keys(&load->opening, item.generation, &keys, error);
	if (status == HANSARD_OK && keys == NULL)
		status = blame(load, stored->key, "is of a generation without a key", error);
	if (status == HANSARD_OK)
		status = open_box(load, at, &item, keys, error);
	if (status == HANSARD_OK && parts.count > 0 && !text_is(stored->key.type, "file"))
		status = join_sealed(load, opened, keys, error);
	return status;
}

static enum hansard_status open_items(struct load *load, struct hansard_error *error)
{
	struct vault_state *state = load->state;
	state->item_count = load->view.item_count;
	state->stale_indexes = vault_stale_indexes(&load->view, state->newest.operation);
	state->stored = load->view.items;
	state->items = arena_allocate_array(load->arena, state->item_count, sizeof(*state->items));
	if (state->items == NULL)
		return error_memory(error);
	const struct vault_opening_items items = {
		.items = load->view.items, .proofs = load->proofs, .count = load->view.item_count};
	const struct store_item *surplus = vault_keys_surplus(items.items, items.count);
	if (surplus != NULL)
		return blame(load, surplus->key, "is a key more than a dialogue has", error);
	struct item_key fault;
	load->opening = (struct vault_opening){.vault = load->vault, .dialogue_id = state->dialogue_id};
	enum hansard_status status = HANSARD_OK;
	if (!load->proved || keyring_can_open(load->vault->keyring))
		status = vault_opening_begin(&load->opening, &items, load->arena, &fault, error);
	if (status == HANSARD_VIOLATED)
		status = blame(load, fault, "is no wrap of a key", error);
	state->wraps = load->opening.wraps;
	state->wrap_count = load->opening.wrap_count;
	for (size_t i = 0; status == HANSARD_OK && i < state->item_count; i++)
		status = open_item(load, i, error);
	if (status == HANSARD_OK)
		return vault_opening_finish(&load->opening, VAULT_OUTCOME_SUCCESS, error);
	(void)vault_opening_finish(&load->opening, VAULT_OUTCOME_FAILURE, NULL);
	return status;
}

static enum hansard_status not_found(struct text dialogue_id, struct hansard_error *error)
{
	return error_set(error, HANSARD_NOT_FOUND, "dialogue_not_found", "no dialogue \"" ERROR_TEXT "\"",
					 ERROR_TEXT_ARGS(dialogue_id));
}

/* The head or the root does not hold: says what is at fault. Where a load may see half a commit, a look that is not the last
   proves nothing yet. */
static enum hansard_status name_faults(struct load *load, struct hansard_error *error)
{
	if (!load->vault->engine->capabilities.load_is_snapshot && !load->last)
		return error_set(error, HANSARD_VIOLATED, "integrity_violated", "what was read is not one state");
	return vault_verify_name(load->vault, load->state->dialogue_id, &load->view, load->arena, error);
}

/* What was moved away and released has no items: its newest commit says where it is. Of its history nothing can be held against the mark
   but its end. */
static enum hansard_status released(const struct load *load, const struct vault_mark *mark, struct hansard_error *error)
{
	const struct vault_state *state = load->state;
	const struct commit *newest = &state->newest;
	struct text target;
	bool alone = newest->count > 0; /* of an erased one without items the history tells */
	if (load->view.item_count > 0 || !vault_moves_target(newest, &target))
		return HANSARD_OK;
	const enum hansard_status status =
		alone ? HANSARD_OK : vault_moves_alone(load->vault, state, load->arena, &alone, error);
	if (status != HANSARD_OK || !alone)
		return status;
	if (mark->rev > state->rev && !vault_mark_moved(load->vault, mark, state))
		return vault_marks_rolled_back(load->vault, state, mark, VAULT_ROLLED_BACK, error);
	if (mark->rev == state->rev && !digest_equal(&mark->hash, &state->hash))
		return vault_marks_rolled_back(load->vault, state, mark, VAULT_REPLACED, error);
	return vault_moves_released(load->vault, state, vault_mark_moved(load->vault, mark, state), error);
}

/* Whether it was seen that another store has taken over, and a part of what was here is gone, as by a release that was killed. */
static bool in_release(const struct load *load, const struct vault_mark *mark)
{
	return (uint64_t)load->state->newest.count > load->view.item_count &&
		   vault_mark_moved(load->vault, mark, load->state);
}

/* One look at the store. */
static enum hansard_status look(struct load *load, struct text dialogue_id, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(load->vault, dialogue_id);
	struct vault_mark mark = {.rev = 0};
	struct hansard_error unread = {0}; /* that the mark was not; what is wrong with the dialogue itself comes first */
	const enum hansard_status marked =
		load->marked ? vault_read_mark(load->vault, dialogue_id, &mark, &unread) : HANSARD_OK;
	enum hansard_status status = partition.store->load(&partition, load->arena, &load->view, error);
	if (status != HANSARD_OK)
		return status;
	if (!load->view.exists) {
		status = load->marked ? vault_check_unmarked(load->vault, dialogue_id, error) : HANSARD_OK;
		return status == HANSARD_OK ? not_found(dialogue_id, error) : status;
	}
	load->state = arena_allocate(load->arena, sizeof(*load->state));
	if (load->state == NULL || !arena_copy_text(load->arena, dialogue_id, &load->state->dialogue_id))
		return error_memory(error);
	bool proved;
	load->state->erased = true;
	for (size_t i = 0; i < load->view.item_count; i++)
		load->state->erased = load->state->erased && !text_is(load->view.items[i].key.type, "dek");
	status = read_head(load, error);
	if (status == HANSARD_VIOLATED && !load->unbelieved)
		return name_faults(load, error);
	if (status == HANSARD_OK)
		status = released(load, &mark, error);
	if (status != HANSARD_OK)
		return status;
	status = prove_root(load, &proved, error);
	if (status != HANSARD_OK)
		return status;
	if (!proved)
		return in_release(load, &mark) ? vault_moves_in_release(load->vault, load->state, error)
									   : name_faults(load, error);
	if (marked != HANSARD_OK) {
		if (error != NULL)
			*error = unread;
		return marked;
	}
	if (load->marked)
		status = vault_check_mark(load->vault, load->state, &mark, error);
	return status == HANSARD_OK ? open_items(load, error) : status;
}

/* Looks until one is of one state; of `asked` it is set what is wanted. */
static enum hansard_status run(const struct load *asked, struct text dialogue_id, struct vault_state **ret_state,
							   struct hansard_error *error)
{
	struct vault *vault = asked->vault;
	if (!slug_valid(dialogue_id, LIMIT_DIALOGUE_ID))
		return not_found(dialogue_id, error);
	struct hansard_error fault = {0};
	struct vault_looks looks = {.vault = vault, .dialogue_id = dialogue_id};
	bool changed;
	enum hansard_status status = vault_refresh(vault, &changed, error);
	if (status != HANSARD_OK)
		return status;
	for (int refreshed = 0;;) {
		struct load load = *asked;
		load.last = vault_looks_last(&looks);
		status = look(&load, dialogue_id, &fault);
		if (status == HANSARD_OK) {
			*ret_state = load.state;
			return HANSARD_OK;
		}
		/* A commit under keys that are newer than ours looks like a fault, or like a wrong key. */
		if ((status == HANSARD_VIOLATED || status == HANSARD_WRONG_KEY) && refreshed++ < VAULT_LOOKS &&
			vault_refresh(vault, &changed, NULL) == HANSARD_OK && changed)
			continue;
		if (status != HANSARD_VIOLATED)
			break;
		enum vault_looked looked;
		const enum hansard_status added = vault_looks_add(&looks, &load.view, &looked, &fault);
		if (added == HANSARD_OK && looked != VAULT_STANDS)
			continue;
		status = added == HANSARD_OK ? status : added;
		break;
	}
	if (error != NULL)
		*error = fault;
	return status;
}

enum hansard_status vault_load_so(struct vault *vault, struct text dialogue_id, unsigned how, struct arena *arena,
								  struct vault_state **ret_state, struct hansard_error *error)
{
	const struct load asked = {.vault = vault,
							   .arena = arena,
							   .marked = (how & VAULT_LOAD_UNMARKED) == 0,
							   .retired = (how & VAULT_LOAD_RETIRED) != 0,
							   .proved = (how & VAULT_LOAD_PROVED) != 0};
	return run(&asked, dialogue_id, ret_state, error);
}

enum hansard_status vault_load(struct vault *vault, struct text dialogue_id, struct arena *arena,
							   struct vault_state **ret_state, struct hansard_error *error)
{
	return vault_load_so(vault, dialogue_id, 0, arena, ret_state, error);
}

enum hansard_status vault_open_found(struct vault *vault, const struct analytics_item *found, struct arena *arena,
									 struct vault_state **ret_state, struct vault_item *ret_item,
									 struct hansard_error *error)
{
	struct vault_state *state;
	const enum hansard_status status = vault_load(vault, found->dialogue_id, arena, &state, error);
	if (status != HANSARD_OK)
		return status;
	if (state->wrap_count == 0)
		return error_set(error, HANSARD_INVALID, "erased", "the keys of \"" ERROR_TEXT "\" were erased",
						 ERROR_TEXT_ARGS(found->dialogue_id));
	for (size_t i = 0; i < state->item_count; i++) {
		if (item_key_compare(state->items[i].key, found->key) == 0) {
			*ret_item = state->items[i];
			*ret_state = state;
			return HANSARD_OK;
		}
	}
	return error_set(error, HANSARD_CONFLICT, "index_lags", "the index names an item that is not there");
}
