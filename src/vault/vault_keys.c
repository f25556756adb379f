/*
 * Keys of generations. What is kept is found again by the leaf of the wrap: the same proved bytes hold the same DEK.
 */
#include "vault_keys.h"

#include "error.h"
#include "limits.h"

/* Keys kept at once: a few dialogues, or all the generations of one. */
enum { KEPT = 80 };

struct entry {
	struct digest leaf;
	struct item_keys *keys; /* NULL: free */
	size_t users;
	uint64_t used_at; /* by the cache's own count */
};

struct vault_keys_cache {
	struct entry entries[KEPT];
	uint64_t count;
};

struct vault_keys_cache *vault_keys_cache_create(void)
{
	return calloc(1, sizeof(struct vault_keys_cache));
}

void vault_keys_cache_destroy(struct vault_keys_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < KEPT; i++)
		item_keys_destroy(cache->entries[i].keys);
	free(cache);
}

/* Four digits, as subkeys of type dek are written. */
static int64_t generation_of(struct text subkey)
{
	int64_t generation = 0;
	for (size_t i = 0; i < subkey.size; i++)
		generation = generation * 10 + (subkey.data[i] - '0');
	return generation;
}

/* Takes a dek item apart. */
static bool read_wrap(struct item_key key, struct stored_bytes stored, const struct item_proof *proof,
					  struct vault_wrap *ret_wrap)
{
	struct vault_wrap wrap = {.generation = generation_of(key.subkey), .proof = *proof};
	struct wrap_attrs attrs;
	if (item_read(stored, &wrap.item, NULL) != HANSARD_OK || !wrap_attrs_read(&wrap.item, &attrs) ||
		wrap.item.generation != wrap.generation || item_plain_size(&wrap.item) != SECRET_SIZE)
		return false;
	wrap.since = attrs.since;
	wrap.epoch = attrs.epoch;
	wrap.kek = attrs.kek;
	*ret_wrap = wrap;
	return true;
}

static struct entry *find(struct vault_keys_cache *cache, const struct digest *leaf)
{
	for (size_t i = 0; i < KEPT; i++)
		if (cache->entries[i].keys != NULL && digest_equal(&cache->entries[i].leaf, leaf))
			return &cache->entries[i];
	return NULL;
}

/* A place for other keys: a free one, or that of those longest unused. NULL when all are in use. */
static struct entry *make_room(struct vault_keys_cache *cache)
{
	struct entry *oldest = NULL;
	for (size_t i = 0; i < KEPT; i++) {
		struct entry *entry = &cache->entries[i];
		if (entry->keys == NULL)
			return entry;
		if (entry->users == 0 && (oldest == NULL || entry->used_at < oldest->used_at))
			oldest = entry;
	}
	if (oldest != NULL) {
		item_keys_destroy(oldest->keys);
		*oldest = (struct entry){.keys = NULL};
	}
	return oldest;
}

/* The address of the wrap of a generation, into room for any. */
static bool wrap_address(struct text dialogue_id, int64_t generation, struct buffer *out)
{
	char subkey[8];
	snprintf(subkey, sizeof(subkey), "%04d", (int)generation);
	const struct item_key key = {.type = TEXT("dek"), .subkey = text_of_string(subkey)};
	return item_key_address(dialogue_id, key, out);
}

enum hansard_status vault_keys_tell(const struct vault *vault, struct text dialogue_id, int64_t generation,
									struct vault_audit_event event, struct hansard_error *error)
{
	uint8_t data[LIMIT_ADDRESS];
	struct buffer address = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (!wrap_address(dialogue_id, generation, &address))
		return error_memory(error);
	event.key_id = buffer_text(&address);
	return vault_tell(vault, &event, error);
}

/* Opens the wrap under the KEK of its id. */
static enum hansard_status open_wrap(struct vault *vault, struct text dialogue_id, const struct vault_wrap *wrap,
									 struct key_dek *ret_dek, struct hansard_error *error)
{
	uint8_t data[LIMIT_ADDRESS];
	struct buffer address = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct key_kek kek;
	if (!wrap_address(dialogue_id, wrap->generation, &address))
		return error_memory(error);
	const enum hansard_status status = keyring_find_kek(vault->keyring, &wrap->kek, &kek, error);
	if (status != HANSARD_OK)
		return status;
	const struct wrap_opening opening = {
		.place = {.tenant = vault->tenant, .address = buffer_text(&address)},
		.item = &wrap->item,
		.digest = &wrap->proof.digest,
		.generation = wrap->generation,
	};
	return wrap_open(keyring_pool(vault->keyring), kek, &opening, ret_dek, error);
}

enum hansard_status vault_keys_open(struct vault *vault, struct text dialogue_id, const struct vault_wrap *wrap,
									struct key_dek *ret_dek, struct hansard_error *error)
{
	const enum hansard_status status = open_wrap(vault, dialogue_id, wrap, ret_dek, error);
	const struct vault_audit_event unwrap = {
		.use = VAULT_USE_UNWRAP,
		.key_id = {.data = wrap->kek.hex, .size = KEY_ID_SIZE},
		.count = 1,
		.outcome = status == HANSARD_OK          ? VAULT_OUTCOME_SUCCESS
				   : status == HANSARD_WRONG_KEY ? VAULT_OUTCOME_DENIED
												 : VAULT_OUTCOME_FAILURE,
	};
	struct hansard_error *why = status == HANSARD_OK ? error : NULL;
	enum hansard_status told = vault_tell_derived(vault, why);
	if (told == HANSARD_OK)
		told = vault_tell(vault, &unwrap, why);
	if (told == HANSARD_OK || status != HANSARD_OK)
		return status;
	secret_give(keyring_pool(vault->keyring), ret_dek->slot);
	return told;
}

static enum hansard_status open_keys(struct vault *vault, struct text dialogue_id, const struct vault_wrap *wrap,
									 struct item_keys **ret_keys, struct hansard_error *error)
{
	struct key_dek dek = {0};
	enum hansard_status status = vault_keys_open(vault, dialogue_id, wrap, &dek, error);
	if (status == HANSARD_OK)
		status = item_keys_create(keyring_pool(vault->keyring), dek, ret_keys, error);
	secret_give(keyring_pool(vault->keyring), dek.slot);
	return status;
}

enum hansard_status vault_keys_acquire(struct vault *vault, struct text dialogue_id, const struct vault_wrap *wrap,
									   struct item_keys **ret_keys, struct hansard_error *error)
{
	struct vault_keys_cache *cache = vault->keys;
	struct entry *entry = find(cache, &wrap->proof.leaf);
	if (entry == NULL) {
		struct item_keys *keys;
		entry = make_room(cache);
		if (entry == NULL)
			return error_set(error, HANSARD_FAILED, "no_slot", "too many dialogues are written at once");
		const enum hansard_status status = open_keys(vault, dialogue_id, wrap, &keys, error);
		if (status != HANSARD_OK)
			return status;
		*entry = (struct entry){.leaf = wrap->proof.leaf, .keys = keys};
	}
	entry->users++;
	entry->used_at = ++cache->count;
	*ret_keys = entry->keys;
	return HANSARD_OK;
}

enum hansard_status vault_keys_of_state(struct vault *vault, const struct vault_state *state, int64_t generation,
										struct item_keys **ret_keys, struct hansard_error *error)
{
	for (size_t i = 0; i < state->wrap_count; i++)
		if (state->wraps[i].generation == generation)
			return vault_keys_acquire(vault, state->dialogue_id, &state->wraps[i], ret_keys, error);
	return error_set(error, HANSARD_INVALID, "erased",
					 "the keys of \"" ERROR_TEXT "\" were erased: it can be verified, not read",
					 ERROR_TEXT_ARGS(state->dialogue_id));
}

void vault_keys_release(struct vault *vault, struct item_keys *keys)
{
	for (size_t i = 0; keys != NULL && i < KEPT; i++)
		if (vault->keys->entries[i].keys == keys)
			vault->keys->entries[i].users--;
}

const struct store_item *vault_keys_surplus(const struct store_item *items, size_t count)
{
	size_t wraps = 0;
	for (size_t i = 0; i < count; i++)
		if (text_is(items[i].key.type, "dek") && ++wraps > LIMIT_GENERATIONS)
			return &items[i];
	return NULL;
}

enum hansard_status vault_opening_begin(struct vault_opening *opening, const struct vault_opening_items *items,
										struct arena *arena, struct item_key *ret_fault, struct hansard_error *error)
{
	size_t count = 0;
	for (size_t i = 0; i < items->count; i++)
		count += text_is(items->items[i].key.type, "dek");
	opening->wraps = arena_allocate_array(arena, count, sizeof(*opening->wraps));
	opening->keys = arena_allocate_array(arena, count, sizeof(*opening->keys));
	opening->opened = arena_allocate_array(arena, count, sizeof(*opening->opened));
	if (opening->wraps == NULL || opening->keys == NULL || opening->opened == NULL)
		return error_memory(error);
	for (size_t i = 0; i < items->count; i++) {
		const struct store_item *item = &items->items[i];
		if (!text_is(item->key.type, "dek"))
			continue;
		if (!read_wrap(item->key, item->stored, &items->proofs[i], &opening->wraps[opening->wrap_count])) {
			*ret_fault = item->key;
			return HANSARD_VIOLATED;
		}
		opening->wrap_count++;
	}
	return HANSARD_OK;
}

enum hansard_status vault_opening_keys(struct vault_opening *opening, int64_t generation, struct item_keys **ret_keys,
									   struct hansard_error *error)
{
	*ret_keys = NULL;
	for (size_t i = 0; i < opening->wrap_count; i++) {
		if (opening->wraps[i].generation != generation)
			continue;
		enum hansard_status status = HANSARD_OK;
		if (opening->keys[i] == NULL)
			status =
				vault_keys_acquire(opening->vault, opening->dialogue_id, &opening->wraps[i], &opening->keys[i], error);
		opening->opened[i] += status == HANSARD_OK;
		*ret_keys = opening->keys[i];
		return status;
	}
	return HANSARD_OK;
}

enum hansard_status vault_opening_finish(struct vault_opening *opening, enum vault_outcome outcome,
										 struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; i < opening->wrap_count; i++) {
		const struct vault_audit_event event = {.use = VAULT_USE_OPEN, .count = opening->opened[i], .outcome = outcome};
		vault_keys_release(opening->vault, opening->keys[i]);
		if (status == HANSARD_OK)
			status = vault_keys_tell(opening->vault, opening->dialogue_id, opening->wraps[i].generation, event, error);
	}
	*opening = (struct vault_opening){0};
	return status;
}

enum hansard_status vault_keys_draw(struct vault *vault, struct vault_fresh *ret_fresh, struct hansard_error *error)
{
	struct secret_pool *pool = keyring_pool(vault->keyring);
	struct vault_fresh fresh = {0};
	uint8_t bytes[SECRET_SIZE];
	if (!vault->entropy.fill(vault->entropy.context, bytes, sizeof(bytes)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	enum hansard_status status = key_dek_of_bytes(pool, bytes, &fresh.dek, error);
	secret_wipe(bytes, sizeof(bytes));
	if (status == HANSARD_OK)
		status = item_keys_create(pool, fresh.dek, &fresh.keys, error);
	if (status == HANSARD_OK)
		*ret_fresh = fresh;
	else
		vault_keys_discard(vault, &fresh);
	return status;
}

void vault_keys_discard(struct vault *vault, struct vault_fresh *fresh)
{
	item_keys_destroy(fresh->keys);
	secret_give(keyring_pool(vault->keyring), fresh->dek.slot);
	*fresh = (struct vault_fresh){0};
}
