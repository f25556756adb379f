/*
 * The history of a verified state: read back from its head, so that every commit is proved by the one after it.
 */
#include "error.h"
#include "vault_looks.h"

static enum hansard_status blame(const char *address, int64_t rev, const char *what, struct hansard_error *error)
{
	char name[48];
	snprintf(name, sizeof(name), "%s%" PRId64, address, rev);
	return vault_violated(error, text_of_string(name), what);
}

enum hansard_status vault_survivor(struct vault *vault, const struct vault_below *below, struct arena *arena,
								   size_t *ret_count, struct hansard_error *error)
{
	size_t count = below->count;
	for (; count > 0 && below->commits[count - 1].rev >= 1; count--) {
		const struct store_commit *found = &below->commits[count - 1];
		const struct vault_commit_place place = {.arena = arena, .dialogue_id = below->dialogue_id, .rev = found->rev};
		struct digest hash;
		struct commit commit;
		if (!commit_hash(vault->hash, found->stored, &hash))
			return vault_crypto_failed(error);
		if (!digest_equal(&hash, &below->hash))
			continue;
		struct hansard_error fault = {0};
		const enum hansard_status status = vault_read_commit(vault, &place, found->stored, &commit, &fault);
		if (status == HANSARD_FAILED)
			return error_set(error, status, fault.kind, "%s", fault.message);
		if (status == HANSARD_OK) {
			*ret_count = count;
			return HANSARD_OK;
		}
	}
	*ret_count = 0;
	return HANSARD_OK;
}

/* Behind a restore the commit that comes next is the newest, and the one that the restore names. */
static enum hansard_status check_survivor(const struct vault_walk *walk, struct arena *arena,
										  struct hansard_error *error)
{
	const struct store_commit *commits = walk->history->commits;
	const struct vault_below below = {
		.dialogue_id = walk->dialogue_id, .commits = commits, .count = walk->left, .hash = walk->hash};
	size_t count;
	const enum hansard_status status = vault_survivor(walk->vault, &below, arena, &count, error);
	if (status != HANSARD_OK)
		return status;
	if (count == 0)
		return blame("commit before ", walk->rev + 1, VAULT_SURVIVOR_MISSING, error);
	return count == walk->left ? HANSARD_OK
							   : blame("commit ", commits[walk->left - 1].rev, VAULT_COMMIT_OUTSIDE, error);
}

struct vault_walk vault_walk_of(struct vault *vault, const struct vault_state *state,
								const struct store_history *history)
{
	return (struct vault_walk){.vault = vault,
							   .dialogue_id = state->dialogue_id,
							   .history = history,
							   .left = history->count,
							   .rev = state->rev,
							   .hash = state->hash};
}

enum hansard_status vault_walk_next(struct vault_walk *walk, struct arena *arena, struct commit *ret_commit,
									struct hansard_error *error)
{
	static const char missing[] = "is missing, or is not the one that was committed";
	struct digest hash;
	enum hansard_status status = walk->passed ? check_survivor(walk, arena, error) : HANSARD_OK;
	if (status != HANSARD_OK)
		return status;
	const struct store_commit *found = walk->left > 0 ? &walk->history->commits[walk->left - 1] : NULL;
	if (found == NULL || found->rev > walk->rev || (!walk->passed && found->rev < walk->rev))
		return blame("commit ", walk->rev, missing, error);
	if (!commit_hash(walk->vault->hash, found->stored, &hash))
		return vault_crypto_failed(error);
	if (!digest_equal(&hash, &walk->hash))
		return blame("commit ", walk->rev, missing, error);
	const struct vault_commit_place place = {.arena = arena, .dialogue_id = walk->dialogue_id, .rev = found->rev};
	status = vault_read_commit(walk->vault, &place, found->stored, ret_commit, error);
	if (status != HANSARD_OK)
		return status;
	walk->left--;
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
	struct vault_walk walk = vault_walk_of(vault, state, &history);
	size_t begin = history.count;
	while (walk.rev >= first) {
		struct commit commit;
		status = vault_walk_next(&walk, arena, &commit, error);
		if (status != HANSARD_OK)
			return status;
		begin = walk.left;
		commits[begin] = commit;
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
