/*
 * Writing on: keys and leaves of the newest state in memory, commit after commit. What begins with a verified state
 * stays one: each root was computed here, and the store takes a commit only on top of the one before it.
 */
#include "error.h"
#include "limits.h"
#include "slug.h"
#include "vault_belonging.h"
#include "vault_keys.h"
#include "vault_making.h"
#include "vault_moves.h"

struct vault_chain {
	struct vault *vault;
	struct text dialogue_id;
	struct arena *texts;  /* of the chain and the keys */
	struct arena *arrays; /* of the base; each commit brings its own */
	struct vault_base base;
	struct item_keys *keys;   /* of the newest generation, acquired; NULL: none, or fresh */
	struct vault_fresh fresh; /* of a generation that this chain began */
	int64_t generation;
	int64_t since;                   /* rev that began it */
	const struct vault_state *state; /* that it goes on from; NULL: it created the dialogue */
	struct vault_belonging belonging;
};

/* An empty chain. NULL when memory is exhausted. */
static struct vault_chain *create(struct vault *vault, struct text dialogue_id)
{
	struct arena *texts = arena_create(LIMIT_ARENA);
	if (texts == NULL)
		return NULL;
	struct vault_chain *chain = arena_allocate(texts, sizeof(*chain));
	if (chain == NULL || !arena_copy_text(texts, dialogue_id, &chain->dialogue_id)) {
		arena_destroy(texts);
		return NULL;
	}
	chain->vault = vault;
	chain->texts = texts;
	return chain;
}

enum hansard_status vault_chain_new(struct vault *vault, struct text dialogue_id, struct vault_chain **ret_chain,
									struct hansard_error *error)
{
	if (!slug_valid(dialogue_id, LIMIT_DIALOGUE_ID))
		return error_set(error, HANSARD_INVALID, "invalid_dialogue_id", "\"" ERROR_TEXT "\" is not an id of a dialogue",
						 ERROR_TEXT_ARGS(dialogue_id));
	struct vault_chain *chain = create(vault, dialogue_id);
	if (chain == NULL)
		return error_memory(error);
	chain->belonging.kind = VAULT_BELONGING_HERE;
	*ret_chain = chain;
	return HANSARD_OK;
}

/* The state without its contents. The leaves are its own. */
static bool copy_base(const struct vault_state *state, struct vault_chain *chain)
{
	chain->arrays = arena_create(LIMIT_ARENA);
	if (chain->arrays == NULL)
		return false;
	struct vault_base *base = &chain->base;
	*base = (struct vault_base){
		.rev = state->rev,
		.hash = state->hash,
		.passed_rev = state->passed_rev,
		.moved_rev = state->moved_rev,
		.undoes_move = state->undoes_move,
		.time = state->newest.time,
		.operation = state->newest.operation,
		.leaves = state->leaves,
		.count = state->item_count,
		.keys = arena_allocate_array(chain->arrays, state->item_count, sizeof(*base->keys)),
	};
	for (size_t i = 0; base->keys != NULL && i < base->count; i++)
		base->keys[i] = state->items[i].key;
	return base->keys != NULL;
}

enum hansard_status vault_chain_of(struct vault *vault, const struct vault_state *state, struct vault_chain **ret_chain,
								   struct hansard_error *error)
{
	struct vault_chain *chain = create(vault, state->dialogue_id);
	if (chain == NULL || !copy_base(state, chain)) {
		vault_chain_destroy(chain);
		return error_memory(error);
	}
	enum hansard_status status = HANSARD_OK;
	chain->state = state;
	if (state->wrap_count > 0) {
		chain->generation = state->wraps[state->wrap_count - 1].generation;
		chain->since = state->wraps[state->wrap_count - 1].since;
		status = vault_keys_of_state(vault, state, chain->generation, &chain->keys, error);
	}
	if (status == HANSARD_OK)
		*ret_chain = chain;
	else
		vault_chain_destroy(chain);
	return status;
}

void vault_chain_destroy(struct vault_chain *chain)
{
	if (chain == NULL)
		return;
	vault_keys_release(chain->vault, chain->keys);
	vault_keys_discard(chain->vault, &chain->fresh);
	arena_destroy(chain->arrays);
	arena_destroy(chain->texts);
}

/* Only what this release writes may be written, and only on top of what it knows. */
static enum hansard_status check_operation(const struct vault_chain *chain, struct text operation,
										   struct hansard_error *error)
{
	if (commit_detail_known(operation))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "unknown_operation",
			  "nothing is written by, or on top of, an operation \"" ERROR_TEXT "\" that is not known here",
			  ERROR_TEXT_ARGS(operation));
	error_hint(error, "a newer release of hansard writes on top of it, and signs it anew; where none knows it, %s",
			   vault_remedies(chain->vault)->put_back);
	return HANSARD_INVALID;
}

/* What was sent to another store is erased, and sent on, there: here it would be undone by that store's taking over. */
static enum hansard_status refuse_sealed(const struct vault_chain *chain, struct hansard_error *error)
{
	struct vault_belonging sealed = {.kind = VAULT_BELONGING_MOVED, .store = TEXT("another store")};
	if (chain->state != NULL)
		(void)vault_moves_target(&chain->state->newest, &sealed.store);
	return vault_belonging_check(chain->vault, &sealed, chain->dialogue_id, error);
}

/* Ordinary commits are made only where the dialogue belongs. */
static enum hansard_status check_belonging(struct vault_chain *chain, struct text operation,
										   struct hansard_error *error)
{
	const bool sealed = text_is(chain->base.operation, "migrate-out");
	if (sealed && (text_is(operation, "erase") || text_is(operation, "migrate-out")))
		return refuse_sealed(chain, error);
	if (!sealed && (text_is(operation, "migrate-in") || text_is(operation, "migrate-cancel")))
		return error_set(error, HANSARD_INVALID, "not_moved",
						 "no move of \"" ERROR_TEXT "\" is under way: none is ended",
						 ERROR_TEXT_ARGS(chain->dialogue_id));
	if (vault_belonging_free(operation))
		return HANSARD_OK;
	enum hansard_status status = HANSARD_OK;
	if (chain->belonging.kind == VAULT_BELONGING_UNKNOWN) {
		struct arena *arena = arena_create(LIMIT_ARENA);
		struct vault_belonging found;
		status =
			arena == NULL ? error_memory(error) : vault_belonging_of(chain->vault, chain->state, arena, &found, error);
		if (status == HANSARD_OK && !arena_copy_text(chain->texts, found.store, &found.store))
			status = error_memory(error);
		if (status == HANSARD_OK)
			chain->belonging = found;
		arena_destroy(arena);
	}
	return status == HANSARD_OK ? vault_belonging_check(chain->vault, &chain->belonging, chain->dialogue_id, error)
								: status;
}

static enum hansard_status check_commit(struct vault_chain *chain, const struct vault_commit *commit,
										struct hansard_error *error)
{
	const struct vault_base *base = &chain->base;
	enum hansard_status status = base->rev > 0 ? check_operation(chain, base->operation, error) : HANSARD_OK;
	if (status == HANSARD_OK && base->rev > 0)
		status = check_belonging(chain, text_of_string(commit->operation), error);
	if (status != HANSARD_OK)
		return status;
	if (base->rev >= LIMIT_REV)
		return error_set(error, HANSARD_INVALID, "too_many_commits", "a dialogue takes no more commits than it has");
	if (strcmp(commit->operation, "restore") == 0 && commit->detail == NULL)
		return error_set(error, HANSARD_INVALID, "invalid_detail", "a restore says what was lost");
	return check_operation(chain, text_of_string(commit->operation), error);
}

/* A dialogue begins with a DEK of its own, wrapped by its first commit. */
static enum hansard_status begin_keys(struct vault_chain *chain, struct vault_wrapping *wrapping,
									  struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	if (chain->fresh.keys == NULL)
		status = vault_keys_draw(chain->vault, &chain->fresh, error);
	chain->generation = 1;
	chain->since = 1;
	*wrapping = (struct vault_wrapping){
		.key = {.type = TEXT("dek"), .subkey = TEXT("0001")}, .generation = 1, .since = 1, .dek = chain->fresh.dek};
	return status;
}

/* Makes one commit and moves the chain onto it. */
static enum hansard_status append(struct vault_chain *chain, struct vault_making *making, int64_t *ret_rev,
								  struct hansard_error *error)
{
	making->vault = chain->vault;
	making->texts = chain->texts;
	making->dialogue_id = chain->dialogue_id;
	making->base = &chain->base;
	making->keys = chain->keys != NULL ? chain->keys : chain->fresh.keys;
	making->generation = chain->generation;
	making->arena = arena_create(LIMIT_ARENA);
	making->arrays = arena_create(LIMIT_ARENA);
	const enum hansard_status status =
		making->arena != NULL && making->arrays != NULL ? vault_commit_make(making, error) : error_memory(error);
	if (status == HANSARD_OK) {
		struct arena *before = chain->arrays;
		chain->base = making->next;
		chain->arrays = making->arrays;
		making->arrays = before;
		*ret_rev = chain->base.rev;
		chain->belonging = vault_belonging_after(
			chain->generation > 0 ? chain->belonging : (struct vault_belonging){.kind = VAULT_BELONGING_ERASED},
			text_of_string(making->commit->operation));
	}
	arena_destroy(making->arrays);
	arena_destroy(making->arena);
	return status;
}

enum hansard_status vault_chain_append_wrapped(struct vault_chain *chain, const struct vault_commit *commit,
											   struct vault_wrappings wrappings, int64_t *ret_rev,
											   struct hansard_error *error)
{
	struct vault_wrapping wrapping;
	struct vault_making making = {.commit = commit, .wrappings = wrappings.items, .wrapping_count = wrappings.count};
	enum hansard_status status = check_commit(chain, commit, error);
	if (status == HANSARD_OK)
		status = vault_check_signer(chain->vault, error);
	if (status == HANSARD_OK && chain->base.rev == 0) {
		status = begin_keys(chain, &wrapping, error);
		making.wrappings = &wrapping;
		making.wrapping_count = 1;
	}
	return status == HANSARD_OK ? append(chain, &making, ret_rev, error) : status;
}

enum hansard_status vault_chain_renew(struct vault_chain *chain, int64_t *ret_rev, struct hansard_error *error)
{
	const struct vault_commit commit = {.operation = "generation"};
	if (chain->generation >= LIMIT_GENERATIONS)
		return error_set(error, HANSARD_INVALID, "too_many_generations", "a dialogue has at most %d keys",
						 LIMIT_GENERATIONS);
	struct vault_fresh fresh = {0};
	struct vault_wrapping wrapping = {
		.key = {.type = TEXT("dek")}, .generation = chain->generation + 1, .since = chain->base.rev + 1};
	if (!arena_format(chain->texts, &wrapping.key.subkey, "%04d", (int)wrapping.generation))
		return error_memory(error);
	enum hansard_status status = vault_keys_draw(chain->vault, &fresh, error);
	wrapping.dek = fresh.dek;
	if (status == HANSARD_OK)
		status = vault_chain_append_wrapped(chain, &commit, (struct vault_wrappings){.items = &wrapping, .count = 1},
											ret_rev, error);
	if (status != HANSARD_OK) {
		vault_keys_discard(chain->vault, &fresh);
		return status;
	}
	vault_keys_release(chain->vault, chain->keys);
	vault_keys_discard(chain->vault, &chain->fresh);
	chain->keys = NULL;
	chain->fresh = fresh;
	chain->generation = wrapping.generation;
	chain->since = wrapping.since;
	return HANSARD_OK;
}

/* Begins a new generation where one is due. All wraps of a dialogue are under one epoch at any time: those that are not under
   the one of the configuration are wrapped anew before. */
static enum hansard_status renew_if_due(struct vault_chain *chain, const struct vault_commit *commit,
										struct hansard_error *error)
{
	int64_t rev;
	const struct text operation = text_of_string(commit->operation);
	if (chain->base.rev - chain->since < chain->vault->generation_revs || chain->generation == 0 ||
		commit->change_count == 0 || vault_belonging_free(operation))
		return HANSARD_OK;
	enum hansard_status status = check_commit(chain, commit, error);
	if (status == HANSARD_OK && chain->state != NULL &&
		chain->generation == chain->state->wraps[chain->state->wrap_count - 1].generation)
		status = vault_rewrap_chain(chain->vault, chain->state, chain, error);
	return status == HANSARD_OK ? vault_chain_renew(chain, &rev, error) : status;
}

enum hansard_status vault_chain_append(struct vault_chain *chain, const struct vault_commit *commit, int64_t *ret_rev,
									   struct hansard_error *error)
{
	const enum hansard_status status = chain->base.rev > 0 ? renew_if_due(chain, commit, error) : HANSARD_OK;
	return status == HANSARD_OK ? vault_chain_append_wrapped(chain, commit, (struct vault_wrappings){0}, ret_rev, error)
								: status;
}

enum hansard_status vault_create_dialogue(struct vault *vault, struct text dialogue_id,
										  const struct vault_commit *commit, int64_t *ret_rev,
										  struct hansard_error *error)
{
	struct vault_chain *chain = NULL;
	enum hansard_status status = vault_chain_new(vault, dialogue_id, &chain, error);
	if (status != HANSARD_OK)
		return status;
	status = vault_chain_append(chain, commit, ret_rev, error);
	vault_chain_destroy(chain);
	return status;
}

enum hansard_status vault_append(struct vault *vault, const struct vault_state *state,
								 const struct vault_commit *commit, int64_t *ret_rev, struct hansard_error *error)
{
	struct vault_chain *chain;
	enum hansard_status status = vault_chain_of(vault, state, &chain, error);
	if (status != HANSARD_OK)
		return status;
	status = vault_chain_append(chain, commit, ret_rev, error);
	vault_chain_destroy(chain);
	return status;
}
