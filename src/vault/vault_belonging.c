/*
 * Finding the commit that says whose a dialogue is, and refusing what it forbids.
 */
#include "vault_belonging.h"

#include "commit_detail.h"
#include "error.h"
#include "limits.h"

bool vault_belonging_free(struct text operation)
{
	return text_is(operation, "erase") || text_is(operation, "restore") ||
		   text_starts_with(operation, TEXT("migrate-"));
}

/* The newest commit that says whose the dialogue is. Every chain ends in rev 1, which does. */
static enum hansard_status find_deciding(struct vault *vault, const struct vault_state *state, struct arena *arena,
										 struct commit *ret_commit, struct hansard_error *error)
{
	struct commit *commits;
	size_t count;
	*ret_commit = state->newest;
	if (state->rev == 1 || vault_belonging_free(state->newest.operation))
		return HANSARD_OK;
	const enum hansard_status status = vault_history(vault, state, 1, state->rev, arena, &commits, &count, error);
	if (status != HANSARD_OK)
		return status;
	while (count > 0 && ret_commit->rev > 1 && !vault_belonging_free(ret_commit->operation))
		*ret_commit = commits[--count];
	return HANSARD_OK;
}

enum hansard_status vault_belonging_of(struct vault *vault, const struct vault_state *state, struct arena *arena,
									   struct vault_belonging *ret_belonging, struct hansard_error *error)
{
	struct commit commit;
	struct commit_detail detail;
	*ret_belonging = (struct vault_belonging){.kind = VAULT_BELONGING_ERASED};
	if (state->wrap_count == 0)
		return HANSARD_OK;
	const enum hansard_status status = find_deciding(vault, state, arena, &commit, error);
	if (status != HANSARD_OK)
		return status;
	const struct commit_detail_place place = {.operation = commit.operation, .rev = commit.rev};
	if (!commit_detail_read(place, commit.detail, &detail))
		return error_set(error, HANSARD_VIOLATED, "invalid_commit", "commit %" PRId64 " does not say its store",
						 commit.rev);
	*ret_belonging = vault_belonging_after((struct vault_belonging){.kind = VAULT_BELONGING_HERE}, commit.operation);
	ret_belonging->store = detail.target;
	if (ret_belonging->kind == VAULT_BELONGING_HERE &&
		!text_equal(detail.store, vault->engine->ops->identity(vault->engine)))
		*ret_belonging = (struct vault_belonging){.kind = VAULT_BELONGING_OTHER, .store = detail.store};
	return arena_copy_text(arena, ret_belonging->store, &ret_belonging->store) ? HANSARD_OK : error_memory(error);
}

struct vault_belonging vault_belonging_after(struct vault_belonging belonging, struct text operation)
{
	if (belonging.kind == VAULT_BELONGING_ERASED || !vault_belonging_free(operation))
		return belonging;
	if (text_is(operation, "erase"))
		return (struct vault_belonging){.kind = VAULT_BELONGING_ERASED};
	return (struct vault_belonging){.kind = text_is(operation, "migrate-out") ? VAULT_BELONGING_MOVED
																			  : VAULT_BELONGING_HERE};
}

enum hansard_status vault_belonging_check(const struct vault_belonging *belonging, struct text dialogue_id,
										  struct hansard_error *error)
{
	switch (belonging->kind) {
	case VAULT_BELONGING_UNKNOWN:
	case VAULT_BELONGING_HERE:
		break;
	case VAULT_BELONGING_ERASED:
		return error_set(error, HANSARD_INVALID, "erased",
						 "this dialogue was erased: nothing is written to it any more");
	case VAULT_BELONGING_MOVED:
		error_set(error, HANSARD_INVALID, "migrated",
				  "this dialogue was moved to another store, " ERROR_TEXT ": nothing is written to it here",
				  ERROR_TEXT_ARGS(belonging->store));
		error_hint(error, "write to it there; hansard log tells when it was moved");
		return HANSARD_INVALID;
	case VAULT_BELONGING_OTHER:
		error_set(error, HANSARD_INVALID, "other_store",
				  "\"" ERROR_TEXT "\" belongs to another store, " ERROR_TEXT
				  ": this is a copy, and nothing is written to it",
				  ERROR_TEXT_ARGS(dialogue_id), ERROR_TEXT_ARGS(belonging->store));
		error_hint(error, "if this copy takes the place of that store, say so: hansard backup --restored");
		return HANSARD_INVALID;
	}
	return HANSARD_OK;
}
