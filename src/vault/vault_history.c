/*
 * The history of a verified state: read back from its head, so that every commit is proved by the one after it.
 */
#include "error.h"
#include "vault_private.h"

static enum hansard_status blame(int64_t rev, struct hansard_error *error)
{
	char name[32];
	snprintf(name, sizeof(name), "commit %" PRId64, rev);
	return vault_violated(error, text_of_string(name), "is missing, or is not the one that was committed");
}

/* Reads the commit of this rev and checks it against the hash that its successor has of it. */
static enum hansard_status read_linked(const struct vault *vault, const struct vault_commit_place *place,
									   const struct store_commit *found, const struct digest *expected,
									   struct commit *ret_commit, struct hansard_error *error)
{
	struct digest hash;
	if (!commit_hash(vault->hash, found->stored, &hash))
		return vault_crypto_failed(error);
	if (found->rev != place->rev || !digest_equal(&hash, expected))
		return blame(place->rev, error);
	return vault_read_commit(vault, place, found->stored, ret_commit, error);
}

enum hansard_status vault_history(struct vault *vault, const struct vault_state *state, int64_t from, int64_t to,
								  struct arena *arena, struct commit **ret_commits, size_t *ret_count,
								  struct hansard_error *error)
{
	const int64_t first = from < 1 ? 1 : from;
	const int64_t last = to > state->rev ? state->rev : to;
	if (first > last) {
		*ret_commits = NULL;
		*ret_count = 0;
		return HANSARD_OK;
	}
	const struct store_partition partition = vault_partition(vault, state->dialogue_id);
	const struct store_history_request request = {.from = first, .to = state->rev};
	struct store_history history;
	enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	if (status != HANSARD_OK)
		return status;
	struct commit *commits = arena_allocate_array(arena, history.count, sizeof(*commits));
	if (commits == NULL)
		return error_memory(error);
	struct digest expected = state->hash;
	int64_t rev = state->rev;
	size_t unread = history.count;
	while (unread > 0 && rev >= first) {
		struct commit *commit = &commits[--unread];
		const struct vault_commit_place place = {.arena = arena, .dialogue_id = state->dialogue_id, .rev = rev};
		status = read_linked(vault, &place, &history.commits[unread], &expected, commit, error);
		if (status != HANSARD_OK)
			return status;
		expected = commit->previous;
		/* A restore stands on the newest commit that survived. */
		const bool passed = text_is(commit->operation, "restore");
		rev = !passed ? rev - 1 : unread > 0 ? history.commits[unread - 1].rev : first - 1;
	}
	if (rev >= first || unread > 0)
		return blame(rev >= first ? rev : first, error);
	*ret_commits = commits;
	*ret_count = 0;
	while (*ret_count < history.count && commits[*ret_count].rev <= last)
		*ret_count += 1;
	return HANSARD_OK;
}
