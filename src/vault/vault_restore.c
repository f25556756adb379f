/*
 * Declaring what was lost, and looking at what a restore would stand on.
 */
#include "error.h"
#include "limits.h"
#include "vault_belonging.h"
#include "vault_marks_private.h"

/* Where nothing was lost, a restore is for a dialogue that belongs to another store, or that was sealed for one that is lost. */
static enum hansard_status check_other(struct vault *vault, const struct vault_state *state, bool moved,
									   struct hansard_error *error)
{
	struct vault_belonging belonging;
	struct text target;
	if (moved && vault_moves_target(&state->newest, &target)) /* erased or not */
		return HANSARD_OK;
	struct arena *arena = arena_create(LIMIT_ARENA);
	enum hansard_status status =
		arena == NULL ? error_memory(error) : vault_belonging_of(vault, state, arena, &belonging, error);
	if (status == HANSARD_OK && belonging.kind != VAULT_BELONGING_OTHER) {
		status = error_set(error, HANSARD_INVALID, "nothing_lost",
						   "\"" ERROR_TEXT "\" reaches everything that was seen of it here",
						   ERROR_TEXT_ARGS(state->dialogue_id));
		error_hint(error, "nothing is to be declared: hansard verify says how it is");
	}
	arena_destroy(arena);
	return status;
}

/* A mark that is far above what survived is more likely to be none of this dialogue, and above the highest rev nothing can be written. */
static enum hansard_status check_distance(const struct vault_state *state, const struct vault_mark *mark,
										  int64_t furthest, struct hansard_error *error)
{
	if (mark->rev < LIMIT_REV - 1 && mark->rev - state->rev <= furthest)
		return HANSARD_OK;
	error_set(error, HANSARD_VIOLATED, "mark_too_far",
			  "\"" ERROR_TEXT "\" ends with commit %" PRId64 ", and commit %" PRId64 " was seen here: %s",
			  ERROR_TEXT_ARGS(state->dialogue_id), state->rev, mark->rev,
			  mark->rev < LIMIT_REV - 1 ? "it would have to have lost more than there ever are in a dialogue"
										: "a restore above it would be the last commit that a dialogue can have");
	if (mark->rev < LIMIT_REV - 1)
		error_hint(
			error,
			"look at its mark, and put that back from a backup; if it is right: hansard backup --restored " ERROR_TEXT,
			ERROR_TEXT_ARGS(state->dialogue_id));
	else
		error_hint(error, "its mark is hardly one of this dialogue: put the mark back from a backup, or take it away");
	return HANSARD_VIOLATED;
}

/* Where a migrate-in was seen that a restore would lose, the dialogue goes on elsewhere: then there would be two of it. */
static enum hansard_status refuse_moved(const struct vault *vault, const struct vault_state *state,
										const struct vault_mark *mark, struct hansard_error *error)
{
	if (vault_mark_moved(vault, mark, state))
		return vault_moves_migrated(vault, state, error);
	error_set(error, HANSARD_INVALID, VAULT_MIGRATED,
			  "\"" ERROR_TEXT "\" was moved to another store behind commit %" PRId64
			  ", as was seen here: a restore of commit %" PRId64 " would have it go on in two",
			  ERROR_TEXT_ARGS(state->dialogue_id), mark->moved_rev, state->rev);
	error_hint(error,
			   "only where the store is lost that it was moved to: hansard backup --restored --moved " ERROR_TEXT,
			   ERROR_TEXT_ARGS(state->dialogue_id));
	return HANSARD_INVALID;
}

/* Makes the commit on a state that was loaded whatever its mark, which was read before, says. */
static enum hansard_status declare(struct vault *vault, struct vault_state *state, struct vault_mark mark,
								   const struct vault_restoring *asked, struct vault_restored *ret_restored,
								   struct hansard_error *error)
{
	struct note note;
	struct text target;
	struct vault_mark at = {.rev = state->rev};
	enum vault_standing standing = VAULT_REACHED;
	enum hansard_status status = HANSARD_OK;
	if (mark.rev > 0)
		status = vault_marks_hold(vault, state, &mark, &at, &standing, error);
	if (status != HANSARD_OK)
		return status;
	if (standing == VAULT_DECLARED_LOST || standing == VAULT_ROLLED_BACK)
		state->undoes_move = at.rev <= mark.moved_rev;
	if (standing == VAULT_ROLLED_BACK && state->undoes_move && !asked->moved)
		return refuse_moved(vault, state, &mark, error);
	struct vault_restored restored = {.survived_rev = state->rev,
									  .seen = mark,
									  .moved = (standing == VAULT_ROLLED_BACK && state->undoes_move) ||
											   vault_moves_target(&state->newest, &target)};
	if (state->retired) {
		status = note_read(state->note, &note, error);
		if (status != HANSARD_OK)
			return status;
		vault_signers(&note, restored.retired);
		status = vault_marks_check_jump(vault, state, &mark, error);
		if (status != HANSARD_OK)
			return status;
	}
	if (standing == VAULT_DECLARED_LOST)
		restored.passed_rev = mark.rev;
	if (standing == VAULT_DECLARED_LOST || standing == VAULT_ROLLED_BACK)
		state->passed_rev = mark.rev;
	restored.unerased = mark.erased_rev > 0 && !state->erased;
	switch (standing) {
	case VAULT_REPLACED:
		return vault_marks_rolled_back(vault, state, &mark, standing, error);
	case VAULT_ROLLED_BACK:
		status = check_distance(state, &mark, asked->furthest, error);
		break;
	case VAULT_REACHED:
	case VAULT_DECLARED_LOST:
		mark = (struct vault_mark){.rev = state->rev, .hash = state->hash};
		status = check_other(vault, state, asked->moved, error);
		if (status == HANSARD_INVALID && state->retired) /* it is for vault_resign to take */
			status = vault_retired_key(vault, &note, error);
		break;
	}
	if (status != HANSARD_OK)
		return status;
	const struct commit_detail detail = {.lost_rev = mark.rev, .lost_hash = mark.hash};
	const struct vault_commit commit = {.operation = "restore", .detail = &detail};
	restored.rev = mark.rev + 1;
	if (!asked->dry_run)
		status = vault_append(vault, state, &commit, &restored.rev, error);
	if (status == HANSARD_OK)
		*ret_restored = restored;
	return status;
}

enum hansard_status vault_restore(struct vault *vault, struct text dialogue_id, const struct vault_restoring *asked,
								  struct vault_restored *ret_restored, struct hansard_error *error)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct vault_state *state;
	struct vault_mark mark;
	struct hansard_error unread = {0}; /* that the mark was not; what is wrong with the dialogue itself comes first */
	if (arena == NULL)
		return error_memory(error);
	const enum hansard_status marked = vault_read_mark(vault, dialogue_id, &mark, &unread);
	enum hansard_status status = vault_load_so(
		vault, dialogue_id, VAULT_LOAD_UNMARKED | (asked->retired ? VAULT_LOAD_RETIRED : 0), arena, &state, error);
	if (status == HANSARD_OK && marked != HANSARD_OK) {
		status = marked;
		if (error != NULL)
			*error = unread;
	}
	if (status == HANSARD_OK)
		status = declare(vault, state, mark, asked, ret_restored, error);
	arena_destroy(arena);
	return status;
}

enum hansard_status vault_look(struct vault *vault, struct text dialogue_id, struct arena *arena,
							   struct vault_state **ret_state, struct vault_outlook *ret_outlook,
							   struct hansard_error *error)
{
	struct vault_outlook outlook = {.standing = VAULT_REACHED};
	struct vault_state *state;
	struct note note;
	enum hansard_status status = vault_read_mark(vault, dialogue_id, &outlook.seen, error);
	if (status == HANSARD_OK)
		status = vault_load_so(vault, dialogue_id, VAULT_LOAD_UNMARKED | VAULT_LOAD_RETIRED, arena, &state, error);
	if (status == HANSARD_NOT_FOUND) { /* one that was seen is missing, and not unknown */
		const enum hansard_status gone = vault_marks_check_seen(vault, dialogue_id, &outlook.seen, error);
		return gone == HANSARD_OK ? status : gone;
	}
	if (status == HANSARD_OK && outlook.seen.rev > 0)
		status = vault_standing(vault, state, &outlook.seen, &outlook.standing, error);
	if (status == HANSARD_OK && state->retired)
		status = note_read(state->note, &note, error);
	if (status != HANSARD_OK)
		return status;
	if (state->retired)
		vault_signers(&note, outlook.retired);
	outlook.rev = state->rev;
	outlook.moved = vault_mark_moved(vault, &outlook.seen, state);
	*ret_state = state;
	*ret_outlook = outlook;
	return HANSARD_OK;
}
