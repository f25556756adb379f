/*
 * The operations of imports.
 */
#include "vault_imports.h"

#include "error.h"
#include "limits.h"
#include "vault_private.h"

bool vault_imports_operation(struct text operation)
{
	return text_is(operation, VAULT_IMPORTS_LAST) || text_is(operation, VAULT_IMPORTS_PART);
}

bool vault_imports_behind(struct text operation)
{
	return text_is(operation, "generation") || text_is(operation, "rewrap") || text_is(operation, "restore") ||
		   text_starts_with(operation, TEXT("migrate-"));
}

/* Whether no commit before this one is asked. */
static bool decides(struct text operation)
{
	return vault_imports_operation(operation) || text_is(operation, "erase");
}

static int64_t part_rev(const struct commit *commit)
{
	return text_is(commit->operation, VAULT_IMPORTS_PART) ? commit->rev : 0;
}

int64_t vault_imports_part(const struct commit *commits, size_t count)
{
	while (count > 0 && !decides(commits[count - 1].operation))
		count--;
	return count > 0 ? part_rev(&commits[count - 1]) : 0;
}

enum hansard_status vault_imports_part_of(struct vault *vault, const struct vault_state *state, struct arena *arena,
										  int64_t *ret_rev, struct hansard_error *error)
{
	struct commit newest = state->newest;
	struct commit *commits = &newest;
	size_t count = 1;
	enum hansard_status status = HANSARD_OK;
	if (!decides(newest.operation))
		status = vault_history(vault, state, 1, state->rev, arena, &commits, &count, error);
	if (status == HANSARD_OK)
		*ret_rev = vault_imports_part(commits, count);
	return status;
}

enum hansard_status vault_imports_part_found(struct vault *vault, struct text dialogue_id, int64_t *ret_rev,
											 struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	const struct store_history_request request = {.from = 1, .to = LIMIT_REV};
	struct store_history history = {.count = 0};
	struct commit commit = {.rev = 0};
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	bool decided = false;
	enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	for (size_t i = history.count; status == HANSARD_OK && !decided && i > 0; i--) {
		const struct store_commit *found = &history.commits[i - 1];
		const struct vault_commit_place place = {.arena = arena, .dialogue_id = dialogue_id, .rev = found->rev};
		struct hansard_error fault = {.status = HANSARD_OK};
		status = vault_read_commit(vault, &place, found->stored, &commit, &fault);
		decided = status == HANSARD_OK && decides(commit.operation);
		if (status == HANSARD_VIOLATED)
			status = HANSARD_OK;
		else if (status != HANSARD_OK && error != NULL)
			*error = fault;
	}
	if (status == HANSARD_OK)
		*ret_rev = decided ? part_rev(&commit) : 0;
	arena_destroy(arena);
	return status;
}
