/*
 * Commits on the keys themselves: wrapping them anew, adding one, removing them.
 */
#include "error.h"
#include "limits.h"
#include "vault_keys.h"
#include "vault_making.h"

/* A commit on the newest state of one dialogue. */
struct rotation {
	struct vault *vault;
	struct text dialogue_id;
	struct arena *arena;
	const struct vault_state *state;
	struct vault_chain *chain;
	bool retired; /* a head that a retired key alone has signed will do */
};

static enum hansard_status begin(struct rotation *rotation, struct hansard_error *error)
{
	rotation->arena = arena_create(LIMIT_ARENA);
	if (rotation->arena == NULL)
		return error_memory(error);
	struct vault_state *state;
	const enum hansard_status status =
		vault_load_so(rotation->vault, rotation->dialogue_id, rotation->retired ? VAULT_LOAD_RETIRED : 0,
					  rotation->arena, &state, error);
	if (status != HANSARD_OK)
		return status;
	rotation->state = state;
	return vault_chain_of(rotation->vault, state, &rotation->chain, error);
}

static void finish(struct rotation *rotation)
{
	vault_chain_destroy(rotation->chain);
	arena_destroy(rotation->arena);
}

static enum hansard_status erased(const struct rotation *rotation, struct hansard_error *error)
{
	return error_set(error, HANSARD_INVALID, "erased", "the keys of \"" ERROR_TEXT "\" were erased",
					 ERROR_TEXT_ARGS(rotation->dialogue_id));
}

/* The key of a generation's wrap, in the arena. */
static bool key_of(struct rotation *rotation, int64_t generation, struct item_key *ret_key)
{
	*ret_key = (struct item_key){.type = TEXT("dek")};
	return arena_format(rotation->arena, &ret_key->subkey, "%04d", (int)generation);
}

/* Whether every wrap is under the KEK that new ones are made under. */
static enum hansard_status wrapped_so(const struct rotation *rotation, bool *ret_so, struct hansard_error *error)
{
	struct key_kek kek;
	struct key_kek_id id;
	enum hansard_status status = keyring_kek(rotation->vault->keyring, &kek, error);
	if (status == HANSARD_OK)
		status = key_kek_identify(kek, &id, error);
	if (status == HANSARD_OK)
		status = vault_tell_derived(rotation->vault, error);
	if (status != HANSARD_OK)
		return status;
	*ret_so = true;
	for (size_t i = 0; i < rotation->state->wrap_count; i++)
		*ret_so = *ret_so && memcmp(rotation->state->wraps[i].kek.hex, id.hex, KEY_ID_SIZE) == 0;
	return HANSARD_OK;
}

/* Opens every wrap and commits them under the new KEK. */
static enum hansard_status rewrap(struct rotation *rotation, bool again, int64_t *ret_rev, struct hansard_error *error)
{
	struct vault_wrapping wrappings[LIMIT_GENERATIONS];
	const struct vault_state *state = rotation->state;
	const struct vault_commit commit = {.operation = "rewrap"};
	size_t count = 0;
	enum hansard_status status = HANSARD_OK;
	for (; again && status == HANSARD_OK && count < state->wrap_count && count < LIMIT_GENERATIONS; count++) {
		const struct vault_wrap *wrap = &state->wraps[count];
		wrappings[count] = (struct vault_wrapping){.generation = wrap->generation, .since = wrap->since};
		status = key_of(rotation, wrap->generation, &wrappings[count].key)
					 ? vault_keys_open(rotation->vault, rotation->dialogue_id, wrap, &wrappings[count].dek, error)
					 : error_memory(error);
	}
	if (status == HANSARD_OK)
		status = vault_chain_append_wrapped(
			rotation->chain, &commit, (struct vault_wrappings){.items = wrappings, .count = count}, ret_rev, error);
	for (size_t i = 0; i < count; i++)
		secret_give(keyring_pool(rotation->vault->keyring), wrappings[i].dek.slot);
	return status;
}

enum hansard_status vault_rewrap(struct vault *vault, struct text dialogue_id, bool always, int64_t *ret_rev,
								 struct hansard_error *error)
{
	struct rotation rotation = {.vault = vault, .dialogue_id = dialogue_id};
	bool so = false;
	*ret_rev = 0;
	enum hansard_status status = begin(&rotation, error);
	if (status == HANSARD_OK && rotation.state->wrap_count == 0)
		status = erased(&rotation, error);
	if (status == HANSARD_OK)
		status = wrapped_so(&rotation, &so, error);
	if (status == HANSARD_OK && (!so || always))
		status = rewrap(&rotation, !so, ret_rev, error);
	finish(&rotation);
	return status;
}

enum hansard_status vault_wrapped(struct vault *vault, struct text dialogue_id, enum vault_wrapped *ret_wrapped,
								  struct hansard_error *error)
{
	struct rotation rotation = {.vault = vault, .dialogue_id = dialogue_id};
	bool current = false;
	enum hansard_status status = begin(&rotation, error);
	if (status == HANSARD_OK)
		status = wrapped_so(&rotation, &current, error);
	if (status == HANSARD_OK && rotation.state->wrap_count == 0)
		*ret_wrapped = VAULT_WRAPPED_NONE;
	else if (status == HANSARD_OK)
		*ret_wrapped = current ? VAULT_WRAPPED_CURRENT : VAULT_WRAPPED_OLDER;
	finish(&rotation);
	return status;
}

/* Whether a head has a line of every key that signs here. */
static bool signed_by_all(const struct vault *vault, const struct note *note)
{
	const struct note_signers signers = keyring_signers(vault->keyring);
	bool all = true;
	for (size_t i = 0; i < signers.count; i++) {
		const struct sign_public *public = sign_key_public(signers.keys[i]);
		bool found = false;
		for (size_t j = 0; j < note->line_count; j++)
			found = found || (text_equal(note->lines[j].name, sign_public_name(public)) &&
							  memcmp(note->lines[j].id, public->id, SIGN_ID_SIZE) == 0);
		all = all && found;
	}
	return all;
}

enum hansard_status vault_signature_lacks(struct vault *vault, struct text dialogue_id, bool *ret_lacks,
										  struct hansard_error *error)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	struct store_view view;
	struct note note;
	enum hansard_status status = partition.store->load(&partition, arena, &view, error);
	if (status == HANSARD_OK)
		*ret_lacks = view.exists && vault_read_note(vault, dialogue_id, view.note, &note, NULL) == HANSARD_OK &&
					 !signed_by_all(vault, &note);
	arena_destroy(arena);
	return status;
}

enum hansard_status vault_resign(struct vault *vault, struct text dialogue_id, bool retired,
								 struct vault_resigned *ret_resigned, struct hansard_error *error)
{
	struct rotation rotation = {.vault = vault, .dialogue_id = dialogue_id, .retired = retired};
	struct note note;
	*ret_resigned = (struct vault_resigned){.rev = 0};
	enum hansard_status status = begin(&rotation, error);
	if (status == HANSARD_OK)
		status = note_read(rotation.state->note, &note, error);
	if (status == HANSARD_OK)
		ret_resigned->retired = rotation.state->retired;
	if (status == HANSARD_OK && !signed_by_all(vault, &note)) {
		const struct vault_commit commit = {.operation = rotation.state->wrap_count > 0 ? "rewrap" : "erase"};
		status = vault_chain_append(rotation.chain, &commit, &ret_resigned->rev, error);
	}
	finish(&rotation);
	return status;
}

enum hansard_status vault_rewrap_chain(struct vault *vault, const struct vault_state *state, struct vault_chain *chain,
									   struct hansard_error *error)
{
	struct rotation rotation = {.vault = vault,
								.dialogue_id = state->dialogue_id,
								.arena = arena_create(LIMIT_ARENA),
								.state = state,
								.chain = chain};
	bool so = false;
	int64_t rev;
	enum hansard_status status = rotation.arena != NULL ? wrapped_so(&rotation, &so, error) : error_memory(error);
	if (status == HANSARD_OK && !so)
		status = rewrap(&rotation, true, &rev, error);
	arena_destroy(rotation.arena);
	return status;
}

enum hansard_status vault_renew(struct vault *vault, struct text dialogue_id, int64_t *ret_rev,
								struct hansard_error *error)
{
	struct rotation rotation = {.vault = vault, .dialogue_id = dialogue_id};
	enum hansard_status status = begin(&rotation, error);
	if (status == HANSARD_OK && rotation.state->wrap_count == 0)
		status = erased(&rotation, error);
	if (status == HANSARD_OK)
		status = vault_rewrap_chain(vault, rotation.state, rotation.chain, error);
	if (status == HANSARD_OK)
		status = vault_chain_renew(rotation.chain, ret_rev, error);
	finish(&rotation);
	return status;
}

static bool is_indexed(struct text type)
{
	return text_is(type, "meta") || text_is(type, "tension") || text_is(type, "dek");
}

/* Removes the wraps, or items from *at on, as many as one commit takes. */
static enum hansard_status remove_some(struct rotation *rotation, bool wraps, size_t *at, int64_t *ret_rev,
									   struct hansard_error *error)
{
	const struct vault_state *state = rotation->state;
	struct vault_change *changes = arena_allocate_array(rotation->arena, LIMIT_COMMIT_CHANGES, sizeof(*changes));
	struct vault_commit commit = {.operation = "erase", .changes = changes};
	size_t indexed = 0, size = 0;
	if (changes == NULL)
		return error_memory(error);
	for (; *at < state->item_count && commit.change_count < LIMIT_COMMIT_CHANGES; (*at)++) {
		const struct item_key key = state->items[*at].key;
		if (text_is(key.type, "dek") != wraps)
			continue;
		indexed += is_indexed(key.type) ? 1 : 0;
		size += key.type.size + key.subkey.size + 8;
		if (indexed > LIMIT_COMMIT_INDEXED || size > LIMIT_COMMIT_BYTES / 2)
			break;
		changes[commit.change_count++] = (struct vault_change){.key = key, .remove = true};
	}
	return commit.change_count > 0 ? vault_chain_append(rotation->chain, &commit, ret_rev, error) : HANSARD_OK;
}

enum hansard_status vault_erase(struct vault *vault, struct text dialogue_id, bool everything, int64_t *ret_rev,
								struct hansard_error *error)
{
	struct rotation rotation = {.vault = vault, .dialogue_id = dialogue_id};
	size_t at = 0;
	enum hansard_status status = begin(&rotation, error);
	if (status == HANSARD_OK)
		*ret_rev = rotation.state->rev;
	if (status == HANSARD_OK && rotation.state->wrap_count > 0)
		status = remove_some(&rotation, true, &at, ret_rev, error);
	at = 0;
	while (everything && status == HANSARD_OK && at < rotation.state->item_count)
		status = remove_some(&rotation, false, &at, ret_rev, error);
	if (status == HANSARD_OK) /* of one that was erased before, too: that may have ended here */
		status = vault_tidy(vault, dialogue_id, error);
	finish(&rotation);
	return status;
}
