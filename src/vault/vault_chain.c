/*
 * Writing on: keys and leaves of the newest state in memory, commit after commit. What begins with a verified state
 * stays one: each root was computed here, and the store takes a commit only on top of the one before it.
 */
#include "error.h"
#include "limits.h"
#include "slug.h"
#include "vault_making.h"

struct vault_chain {
	struct vault *vault;
	struct text dialogue_id;
	struct arena *texts;  /* of the chain and the keys */
	struct arena *arrays; /* of the base; each commit brings its own */
	struct vault_base base;
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
	*ret_chain = chain;
	return HANSARD_OK;
}

void vault_chain_destroy(struct vault_chain *chain)
{
	if (chain == NULL)
		return;
	arena_destroy(chain->arrays);
	arena_destroy(chain->texts);
}

/* Only what this release writes may be written, and only on top of what it knows. */
static enum hansard_status check_operation(struct text operation, struct hansard_error *error)
{
	return commit_operation_known(operation)
			   ? HANSARD_OK
			   : error_set(error, HANSARD_INVALID, "unknown_operation",
						   "nothing is written by, or on top of, an operation \"" ERROR_TEXT
						   "\" that is not known here",
						   ERROR_TEXT_ARGS(operation));
}

static enum hansard_status check_commit(const struct vault_base *base, const struct vault_commit *commit,
										struct hansard_error *error)
{
	const enum hansard_status status = base->rev > 0 ? check_operation(base->operation, error) : HANSARD_OK;
	if (status != HANSARD_OK)
		return status;
	if (base->rev >= LIMIT_REV)
		return error_set(error, HANSARD_INVALID, "too_many_commits", "a dialogue takes no more commits than it has");
	return check_operation(text_of_string(commit->operation), error);
}

enum hansard_status vault_chain_append(struct vault_chain *chain, const struct vault_commit *commit, int64_t *ret_rev,
									   struct hansard_error *error)
{
	enum hansard_status status = check_commit(&chain->base, commit, error);
	if (status != HANSARD_OK)
		return status;
	struct vault_making making = {.vault = chain->vault,
								  .arena = arena_create(LIMIT_ARENA),
								  .texts = chain->texts,
								  .arrays = arena_create(LIMIT_ARENA),
								  .dialogue_id = chain->dialogue_id,
								  .base = &chain->base,
								  .commit = commit};
	status = making.arena != NULL && making.arrays != NULL ? vault_commit_make(&making, error) : error_memory(error);
	if (status == HANSARD_OK) {
		struct arena *before = chain->arrays;
		chain->base = making.next;
		chain->arrays = making.arrays;
		making.arrays = before;
		*ret_rev = chain->base.rev;
	}
	arena_destroy(making.arrays);
	arena_destroy(making.arena);
	return status;
}

enum hansard_status vault_create_dialogue(struct vault *vault, struct text dialogue_id,
										  const struct vault_commit *commit, int64_t *ret_rev,
										  struct hansard_error *error)
{
	struct vault_chain *chain;
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
