/*
 * Reading ends of dialogues, and what is said of those that go on elsewhere.
 */
#include "vault_moves.h"

#include "error.h"
#include "limits.h"
#include "slug.h"

bool vault_elsewhere(const struct hansard_error *error)
{
	return error->status == HANSARD_INVALID &&
		   (strcmp(error->kind, VAULT_MIGRATED) == 0 || strcmp(error->kind, VAULT_RELEASED) == 0);
}

bool vault_seen_elsewhere(const struct hansard_error *error)
{
	return error->status == HANSARD_INVALID && strcmp(error->kind, VAULT_SEEN_ELSEWHERE) == 0;
}

bool vault_moves_target(const struct commit *newest, struct text *ret_target)
{
	const struct commit_detail_place place = {.operation = newest->operation, .rev = newest->rev};
	struct commit_detail detail;
	if (!text_is(newest->operation, "migrate-out") || !commit_detail_read(place, newest->detail, &detail))
		return false;
	*ret_target = detail.target;
	return true;
}

enum hansard_status vault_moves_migrated(struct text dialogue_id, const struct commit *newest,
										 struct hansard_error *error)
{
	struct text target = TEXT("another one");
	(void)vault_moves_target(newest, &target);
	error_set(error, HANSARD_INVALID, VAULT_MIGRATED,
			  "\"" ERROR_TEXT "\" was moved to another store, " ERROR_TEXT ", by commit %" PRId64 ", and goes on there",
			  ERROR_TEXT_ARGS(dialogue_id), ERROR_TEXT_ARGS(target), newest->rev);
	error_hint(
		error,
		"name that store in the configuration: hansard migrate says how; what is still here shows hansard log " ERROR_TEXT
		" --restored; only where that store is lost: hansard backup --restored --moved " ERROR_TEXT,
		ERROR_TEXT_ARGS(dialogue_id), ERROR_TEXT_ARGS(dialogue_id));
	return HANSARD_INVALID;
}

enum hansard_status vault_moves_released(const struct vault_state *state, bool seen, struct hansard_error *error)
{
	struct text target = TEXT("another one");
	(void)vault_moves_target(&state->newest, &target);
	if (seen) {
		error_set(error, HANSARD_INVALID, VAULT_RELEASED,
				  "\"" ERROR_TEXT "\" was moved to another store, " ERROR_TEXT ", and is kept there alone",
				  ERROR_TEXT_ARGS(state->dialogue_id), ERROR_TEXT_ARGS(target));
		error_hint(error, "read it there: name that store in the configuration");
		return HANSARD_INVALID;
	}
	error_set(error, HANSARD_INVALID, VAULT_RELEASED,
			  "\"" ERROR_TEXT "\" was sent to another store, " ERROR_TEXT ", by commit %" PRId64
			  ", of which nothing but that commit is here; whether that store has taken over was not seen here",
			  ERROR_TEXT_ARGS(state->dialogue_id), ERROR_TEXT_ARGS(target), state->newest.rev);
	error_hint(error, "look there: name that store in the configuration; where it has nothing of it, what was here was "
					  "deleted by no release: put back a backup that has it");
	return HANSARD_INVALID;
}

enum hansard_status vault_moves_in_release(struct text dialogue_id, const struct commit *newest,
										   struct hansard_error *error)
{
	struct text target = TEXT("another one");
	(void)vault_moves_target(newest, &target);
	error_set(error, HANSARD_INVALID, VAULT_RELEASED,
			  "\"" ERROR_TEXT "\" was moved to another store, " ERROR_TEXT ", and a part of it alone is left here",
			  ERROR_TEXT_ARGS(dialogue_id), ERROR_TEXT_ARGS(target));
	error_hint(error,
			   "read it there; if it is being released, that was not ended: run hansard migrate --release again");
	return HANSARD_INVALID;
}

enum hansard_status vault_moves_alone(struct vault *vault, const struct vault_state *state, struct arena *arena,
									  bool *ret_alone, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, state->dialogue_id);
	const struct store_history_request request = {.from = 1, .to = LIMIT_REV};
	struct store_history history;
	const enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	if (status == HANSARD_OK)
		*ret_alone = history.count == 1 && history.commits[0].rev == state->rev;
	return status;
}

static enum hansard_status read_end(struct vault *vault, const struct store_view *view, struct arena *arena,
									struct vault_state *state, struct hansard_error *error)
{
	struct note note;
	struct digest hash;
	struct hansard_error fault = {.status = HANSARD_OK};
	enum hansard_status status = vault_read_note(vault, state->dialogue_id, view->note, &note, &fault);
	state->retired = status == HANSARD_VIOLATED && strcmp(fault.kind, VAULT_RETIRED_KEY) == 0;
	if (status != HANSARD_OK && !state->retired) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	if (!commit_hash(vault->hash, view->commit, &hash))
		return vault_crypto_failed(error);
	if (!digest_equal(&hash, &note.hash))
		return vault_violated(error, TEXT("head"), "names another commit than the newest");
	const struct vault_commit_place place = {.arena = arena, .dialogue_id = state->dialogue_id, .rev = note.rev};
	status = vault_read_commit(vault, &place, view->commit, &state->newest, error);
	state->rev = note.rev;
	state->hash = hash;
	state->note = view->note;
	return status;
}

enum hansard_status vault_moves_end(struct vault *vault, struct text dialogue_id, struct arena *arena,
									struct vault_moves_end *ret_end, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	struct store_view view = {.exists = false};
	struct vault_moves_end end = {.state = arena_allocate(arena, sizeof(*end.state))};
	bool changed;
	if (end.state == NULL || !arena_copy_text(arena, dialogue_id, &end.state->dialogue_id))
		return error_memory(error);
	enum hansard_status status = vault_refresh(vault, &changed, error);
	if (status == HANSARD_OK && slug_valid(dialogue_id, LIMIT_DIALOGUE_ID))
		status = partition.store->load(&partition, arena, &view, error);
	if (status != HANSARD_OK)
		return status;
	if (!view.exists)
		return error_set(error, HANSARD_NOT_FOUND, "dialogue_not_found", "no dialogue \"" ERROR_TEXT "\"",
						 ERROR_TEXT_ARGS(dialogue_id));
	status = read_end(vault, &view, arena, end.state, error);
	if (status == HANSARD_OK && view.item_count == 0)
		status = vault_moves_alone(vault, end.state, arena, &end.alone, error);
	if (status == HANSARD_OK)
		*ret_end = end;
	return status;
}
