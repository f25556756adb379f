/*
 * The history of a verified state: read back from its head, so that every commit is proved by the one after it.
 */
#include "error.h"
#include "vault_looks.h"

/* The next commit of a walk is not there, or is another one. Behind a restore nothing but its hash is known. */
static enum hansard_status blame(const struct vault_walk *walk, struct hansard_error *error)
{
	char name[32];
	snprintf(name, sizeof(name), "commit %" PRId64, walk->passed ? walk->rev + 1 : walk->rev);
	return vault_violated(error, text_of_string(name),
						  walk->passed ? "stands on a commit that is missing, or is not the one that was committed"
									   : "is missing, or is not the one that was committed");
}

struct vault_walk vault_walk_of(struct vault *vault, const struct vault_state *state)
{
	return (struct vault_walk){
		.vault = vault, .dialogue_id = state->dialogue_id, .rev = state->rev, .hash = state->hash};
}

enum hansard_status vault_walk_next(struct vault_walk *walk, const struct store_commit *found, struct arena *arena,
									struct commit *ret_commit, struct hansard_error *error)
{
	struct digest hash;
	if (found == NULL || found->rev > walk->rev || (!walk->passed && found->rev < walk->rev))
		return blame(walk, error);
	if (!commit_hash(walk->vault->hash, found->stored, &hash))
		return vault_crypto_failed(error);
	if (!digest_equal(&hash, &walk->hash))
		return blame(walk, error);
	const struct vault_commit_place place = {.arena = arena, .dialogue_id = walk->dialogue_id, .rev = found->rev};
	const enum hansard_status status = vault_read_commit(walk->vault, &place, found->stored, ret_commit, error);
	if (status != HANSARD_OK)
		return status;
	walk->hash = ret_commit->previous;
	walk->rev = found->rev - 1;
	walk->passed = text_is(ret_commit->operation, "restore");
	return HANSARD_OK;
}

/* One look at the history, from the newest commit down to `first`, as far as the store shows it. */
static enum hansard_status look(struct vault *vault, const struct vault_state *state, int64_t first,
								struct arena *arena, struct commit **ret_commits, size_t *ret_count,
								struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, state->dialogue_id);
	/* From the beginning: what a restore stands on may lie below `first`. */
	const struct store_history_request request = {.from = 1, .to = state->rev};
	struct store_history history;
	enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	if (status != HANSARD_OK)
		return status;
	struct commit *commits = arena_allocate_array(arena, history.count, sizeof(*commits));
	if (commits == NULL)
		return error_memory(error);
	struct vault_walk walk = vault_walk_of(vault, state);
	size_t begin = history.count;
	while (walk.rev >= first) {
		const struct store_commit *found = begin > 0 ? &history.commits[--begin] : NULL;
		status = vault_walk_next(&walk, found, arena, &commits[begin], error);
		if (status != HANSARD_OK)
			return status;
	}
	*ret_commits = commits + begin;
	*ret_count = history.count - begin;
	return HANSARD_OK;
}

enum hansard_status vault_history(struct vault *vault, const struct vault_state *state, int64_t from, int64_t to,
								  struct arena *arena, struct commit **ret_commits, size_t *ret_count,
								  struct hansard_error *error)
{
	const int64_t first = from < 1 ? 1 : from;
	const int64_t last = to > state->rev ? state->rev : to;
	const struct store_view view = {.note = state->note};
	struct vault_looks looks = {.vault = vault, .dialogue_id = state->dialogue_id};
	struct commit *commits = NULL;
	size_t count = 0;
	while (first <= last) {
		enum vault_looked looked = VAULT_STANDS;
		enum hansard_status added = HANSARD_OK;
		const enum hansard_status status = look(vault, state, first, arena, &commits, &count, error);
		if (status == HANSARD_OK)
			break;
		if (status == HANSARD_VIOLATED)
			added = vault_looks_add(&looks, &view, &looked, error);
		if (added != HANSARD_OK || looked != VAULT_UNSETTLED)
			return added == HANSARD_OK ? status : added;
	}
	for (; count > 0 && commits->rev < first; count--)
		commits++;
	for (; count > 0 && commits[count - 1].rev > last; count--)
		continue;
	*ret_commits = commits;
	*ret_count = count;
	return HANSARD_OK;
}
