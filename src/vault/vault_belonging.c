/*
 * Finding the commit that says whose a dialogue is, and refusing what it forbids.
 */
#include "vault_belonging.h"

#include "commit_detail.h"
#include "error.h"
#include "limits.h"
#include "vault_advice.h"
#include "vault_verify.h"

bool vault_belonging_free(struct text operation)
{
	return text_is(operation, "erase") || text_is(operation, "restore") ||
		   text_starts_with(operation, TEXT("migrate-"));
}

/* Whether a commit says whose the dialogue is, wherever it stands. */
static bool decides(struct text operation)
{
	return vault_belonging_free(operation) && !text_is(operation, "erase");
}

/* The newest of the commits that does. Every chain begins with rev 1, which does, too. */
static const struct commit *find_deciding(const struct commit *commits, size_t count)
{
	while (count > 1 && !decides(commits[count - 1].operation))
		count--;
	return &commits[count - 1];
}

bool vault_belonging_states(struct text operation)
{
	return decides(operation) && !text_is(operation, "migrate-out");
}

/* "sqlite" of "sqlite:00…" */
static struct text backend_of(struct text store)
{
	return text_slice(store, 0, text_find(store, TEXT(":"), 0));
}

bool vault_belonging_elsewhere(const struct vault *vault, const struct commit *commits, size_t count)
{
	struct commit_detail detail;
	while (count > 1 && !vault_belonging_states(commits[count - 1].operation))
		count--;
	const struct commit *stating = &commits[count - 1];
	const struct commit_detail_place place = {.operation = stating->operation, .rev = stating->rev};
	return commit_detail_read(place, stating->detail, &detail) && text_present(detail.store) &&
		   !text_equal(backend_of(detail.store), backend_of(vault->engine->ops->identity(vault->engine)));
}

/* What that commit says, as views into it. */
static enum hansard_status read_deciding(const struct vault *vault, const struct commit *commit,
										 struct vault_belonging *ret_belonging, struct hansard_error *error)
{
	struct commit_detail detail;
	const struct commit_detail_place place = {.operation = commit->operation, .rev = commit->rev};
	if (!commit_detail_read(place, commit->detail, &detail))
		return error_set(error, HANSARD_VIOLATED, "invalid_commit", "commit %" PRId64 " does not say its store",
						 commit->rev);
	*ret_belonging = vault_belonging_after((struct vault_belonging){.kind = VAULT_BELONGING_HERE}, commit->operation);
	ret_belonging->store = detail.target;
	if (ret_belonging->kind == VAULT_BELONGING_HERE &&
		!text_equal(detail.store, vault->engine->ops->identity(vault->engine)))
		*ret_belonging = (struct vault_belonging){.kind = VAULT_BELONGING_OTHER, .store = detail.store};
	return HANSARD_OK;
}

enum hansard_status vault_belonging_stated(struct vault *vault, const struct vault_state *state, struct arena *arena,
										   struct vault_belonging *ret_belonging, struct hansard_error *error)
{
	struct commit newest = state->newest;
	struct commit *commits = &newest;
	size_t count = 1;
	enum hansard_status status = HANSARD_OK;
	if (state->rev > 1 && !decides(newest.operation))
		status = vault_history(vault, state, 1, state->rev, arena, &commits, &count, error);
	if (status == HANSARD_OK)
		status = read_deciding(vault, find_deciding(commits, count), ret_belonging, error);
	if (status != HANSARD_OK)
		return status;
	return arena_copy_text(arena, ret_belonging->store, &ret_belonging->store) ? HANSARD_OK : error_memory(error);
}

enum hansard_status vault_belonging_of(struct vault *vault, const struct vault_state *state, struct arena *arena,
									   struct vault_belonging *ret_belonging, struct hansard_error *error)
{
	if (state->wrap_count > 0)
		return vault_belonging_stated(vault, state, arena, ret_belonging, error);
	*ret_belonging = (struct vault_belonging){.kind = VAULT_BELONGING_ERASED};
	return HANSARD_OK;
}

bool vault_verify_elsewhere(const struct vault *vault, const struct vault_report *report)
{
	return report->commits > 0 && vault_belonging_elsewhere(vault, report->chain, report->commits);
}

enum hansard_status vault_verify_other(const struct vault *vault, const struct vault_report *report,
									   struct text *ret_store, struct hansard_error *error)
{
	struct vault_belonging belonging = {.kind = VAULT_BELONGING_ERASED};
	enum hansard_status status = HANSARD_OK;
	if (!report->erased && report->commits > 0)
		status = read_deciding(vault, find_deciding(report->chain, report->commits), &belonging, error);
	if (status == HANSARD_OK)
		*ret_store = belonging.kind == VAULT_BELONGING_OTHER ? belonging.store : TEXT_ABSENT;
	return status;
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

enum hansard_status vault_belonging_check(const struct vault *vault, const struct vault_belonging *belonging,
										  struct text dialogue_id, struct hansard_error *error)
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
				  "\"" ERROR_TEXT "\" was moved to another store, " ERROR_TEXT ": nothing is written to it here",
				  ERROR_TEXT_ARGS(dialogue_id), ERROR_TEXT_ARGS(belonging->store));
		error_hint(error, "%s; a move that did not reach its end is ended by %s, or called off by %s",
				   vault_advice_read(vault, belonging->store, dialogue_id).text,
				   vault_advice_migrate(vault, dialogue_id, "").text,
				   vault_advice_migrate(vault, dialogue_id, " --cancel").text);
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
