/*
 * Holding histories against marks, and declaring what was lost.
 */
#include "vault_marks.h"

#include "error.h"
#include "limits.h"
#include "vault_advice.h"
#include "vault_belonging.h"
#include "vault_looks.h"
#include "vault_marks_private.h"

/* The newest commit of the chain that is not above rev `to`, which the head is, and the newest move that is seen on the way. */
static enum hansard_status walk_back(struct vault *vault, const struct vault_state *state, int64_t to,
									 struct vault_mark *ret_at, struct hansard_error *error)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const struct store_partition partition = vault_partition(vault, state->dialogue_id);
	/* From the beginning: what a restore stands on may lie below `to`. */
	const struct store_history_request request = {.from = 1, .to = state->rev};
	struct store_history history = {.count = 0};
	struct vault_mark at = {.rev = INT64_MAX};
	enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	struct vault_walk walk = vault_walk_of(vault, state, &history);
	while (status == HANSARD_OK && at.rev > to) {
		struct commit commit;
		at.hash = walk.hash;
		status = vault_walk_next(&walk, arena, &commit, error);
		at.rev = walk.rev + 1;
		if (status == HANSARD_OK && at.moved_rev == 0 && text_is(commit.operation, "migrate-in"))
			at.moved_rev = walk.rev;
	}
	arena_destroy(arena);
	if (status == HANSARD_OK)
		*ret_at = at;
	return status;
}

enum hansard_status vault_marks_hold(struct vault *vault, const struct vault_state *state,
									 const struct vault_mark *mark, struct vault_mark *ret_at,
									 enum vault_standing *ret_standing, struct hansard_error *error)
{
	struct vault_mark at = {.rev = state->rev, .hash = state->hash};
	*ret_at = at;
	if (mark->rev > state->rev) {
		*ret_standing = VAULT_ROLLED_BACK;
		return HANSARD_OK;
	}
	if (mark->rev < state->rev) {
		const enum hansard_status status = walk_back(vault, state, mark->rev, &at, error);
		if (status != HANSARD_OK)
			return status;
	}
	*ret_standing = at.rev < mark->rev                    ? VAULT_DECLARED_LOST
					: digest_equal(&at.hash, &mark->hash) ? VAULT_REACHED
														  : VAULT_REPLACED;
	*ret_at = at;
	return HANSARD_OK;
}

enum hansard_status vault_standing(struct vault *vault, const struct vault_state *state, const struct vault_mark *mark,
								   enum vault_standing *ret_standing, struct hansard_error *error)
{
	struct vault_mark at;
	return vault_marks_hold(vault, state, mark, &at, ret_standing, error);
}

/* Behind the migrate-out that it ends with it may have gone on elsewhere, as far as was seen; that the mark does not say. */
static enum hansard_status behind_move(const struct vault *vault, const struct vault_state *state,
									   const struct vault_mark *mark, struct text target, struct hansard_error *error)
{
	error_set(error, HANSARD_VIOLATED, "rolled_back",
			  "\"" ERROR_TEXT "\" ends with commit %" PRId64 ", which sent it to " ERROR_TEXT ", and commit %" PRId64
			  " was seen here",
			  ERROR_TEXT_ARGS(state->dialogue_id), state->rev, ERROR_TEXT_ARGS(target), mark->rev);
	error_hint(
		error,
		"if it goes on there, this remembers that: %s; if not, what is stored here was put back to an older state: %s",
		vault_advice_verify(vault, target, state->dialogue_id).text, vault_remedies(vault)->put_back);
	return HANSARD_VIOLATED;
}

enum hansard_status vault_marks_rolled_back(const struct vault *vault, const struct vault_state *state,
											const struct vault_mark *mark, enum vault_standing standing,
											struct hansard_error *error)
{
	struct text target;
	if (standing == VAULT_REPLACED) {
		error_set(error, HANSARD_VIOLATED, "rolled_back",
				  "\"" ERROR_TEXT "\" has another commit %" PRId64 " than the one that was seen here",
				  ERROR_TEXT_ARGS(state->dialogue_id), mark->rev);
		error_hint(error,
				   "what is stored was put back and went on otherwise: compare it with receipts and backups; no "
				   "restore declares that%s",
				   vault_remedies(vault)->copied);
		return HANSARD_VIOLATED;
	}
	if (vault_moves_target(&state->newest, &target))
		return behind_move(vault, state, mark, target, error);
	error_set(error, HANSARD_VIOLATED, "rolled_back",
			  "\"" ERROR_TEXT "\" ends before commit %" PRId64 ", which was seen here",
			  ERROR_TEXT_ARGS(state->dialogue_id), mark->rev);
	error_hint(
		error,
		"what is stored was put back to an older state: %s; where no backup is newer, hansard backup --restored --dry-run says what would be lost, and "
		"without --dry-run declares that",
		vault_remedies(vault)->put_back);
	return HANSARD_VIOLATED;
}

struct vault_mark vault_mark_of(const struct vault_state *state, int64_t passed_rev)
{
	return (struct vault_mark){
		.rev = state->rev,
		.hash = state->hash,
		.erased_rev = state->erased ? state->rev : 0,
		.passed_rev = passed_rev,
		.moved_rev = state->moved_rev,
		.undoes_move = state->undoes_move,
	};
}

bool vault_mark_says(const struct vault_mark *mark, const struct vault_state *state)
{
	return mark->rev == state->rev && digest_equal(&mark->hash, &state->hash) &&
		   (mark->erased_rev > 0 || !state->erased) && mark->moved_rev >= state->moved_rev && !mark->lost;
}

bool vault_mark_moved(const struct vault *vault, const struct vault_mark *mark, const struct vault_state *state)
{
	struct text target;
	return mark->moved_rev > 0 && mark->moved_rev == state->rev && vault_moves_target(&state->newest, &target) &&
		   !text_equal(target, vault->engine->ops->identity(vault->engine));
}

enum hansard_status vault_marks_check_jump(const struct vault *vault, const struct vault_state *state,
										   const struct vault_mark *mark, struct hansard_error *error)
{
	const bool far = mark->rev > 0 && state->rev - mark->rev > LIMIT_RESTORE_REVS;
	if (state->rev <= LIMIT_REV - LIMIT_RESTORE_REVS && !far)
		return HANSARD_OK;
	if (far)
		error_set(error, HANSARD_VIOLATED, "mark_too_far",
				  "\"" ERROR_TEXT "\" is at commit %" PRId64
				  ", signed by a key alone that is retired, and commit %" PRId64
				  " was seen here last: there never are so many in between",
				  ERROR_TEXT_ARGS(state->dialogue_id), state->rev, mark->rev);
	else
		error_set(error, HANSARD_VIOLATED, "mark_too_far",
				  "\"" ERROR_TEXT "\" is at commit %" PRId64
				  ", signed by a key alone that is retired: no dialogue ever has so many",
				  ERROR_TEXT_ARGS(state->dialogue_id), state->rev);
	error_hint(error, "whoever has the retired key has put it there: %s", vault_remedies(vault)->put_back);
	return HANSARD_VIOLATED;
}

enum hansard_status vault_read_mark(struct vault *vault, struct text dialogue_id, struct vault_mark *ret_mark,
									struct hansard_error *error)
{
	const struct vault_mark_place place = {.tenant = vault->tenant, .dialogue_id = dialogue_id};
	*ret_mark = (struct vault_mark){.rev = 0};
	return vault->marks == NULL ? HANSARD_OK : vault->marks->read(vault->marks->context, place, ret_mark, error);
}

static bool is_last(const struct vault *vault, struct text dialogue_id)
{
	return vault->unmarked.last.status != HANSARD_OK && text_is(dialogue_id, vault->unmarked.last_id);
}

/* Says all that a mark of an earlier commit would have. */
static enum hansard_status write_mark(struct vault *vault, struct text dialogue_id, const struct vault_mark *mark,
									  struct hansard_error *error)
{
	const struct vault_mark_place place = {.tenant = vault->tenant, .dialogue_id = dialogue_id};
	const enum hansard_status status = vault->marks->write(vault->marks->context, place, mark, error);
	if (status == HANSARD_OK && is_last(vault, dialogue_id))
		vault->unmarked.last = (struct hansard_error){.status = HANSARD_OK};
	return status;
}

/* Whether the history says that it lies in a store of another backend. */
static enum hansard_status find_elsewhere(struct vault *vault, const struct vault_state *state, bool *ret_elsewhere,
										  struct hansard_error *error)
{
	struct commit newest = state->newest;
	struct commit *commits = &newest;
	size_t count = 1;
	enum hansard_status status = HANSARD_OK;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	if (state->rev > 1 && !vault_belonging_states(newest.operation))
		status = vault_history(vault, state, 1, state->rev, arena, &commits, &count, error);
	if (status == HANSARD_OK)
		*ret_elsewhere = vault_belonging_elsewhere(vault, commits, count);
	arena_destroy(arena);
	return status;
}

enum hansard_status vault_check_mark(struct vault *vault, struct vault_state *state, const struct vault_mark *mark,
									 struct hansard_error *error)
{
	enum vault_standing standing = VAULT_REACHED;
	struct vault_mark at = {.rev = 0};
	if (vault->marks == NULL || vault_mark_says(mark, state))
		return HANSARD_OK;
	if (mark->rev > 0) {
		const enum hansard_status status = vault_marks_hold(vault, state, mark, &at, &standing, error);
		if (status != HANSARD_OK)
			return status;
		if (vault_mark_moved(vault, mark, state))
			return vault_moves_migrated(vault, state, error);
		if (standing == VAULT_ROLLED_BACK || standing == VAULT_REPLACED)
			return vault_marks_rolled_back(vault, state, mark, standing, error);
	}
	if (state->moved_rev == 0)
		state->moved_rev = at.moved_rev;
	if (standing == VAULT_DECLARED_LOST) {
		state->passed_rev = mark->rev;
		state->undoes_move = at.rev <= mark->moved_rev;
	}
	if (state->retired) /* what is committed on it moves the mark, and only that */
		return vault_marks_check_jump(vault, state, mark, error);
	struct vault_mark next = vault_mark_of(state, state->passed_rev);
	enum hansard_status status = HANSARD_OK;
	/* From a mark of this backend on nothing but these leads to another one. */
	if (mark->rev == 0 || mark->elsewhere || at.moved_rev > 0 || standing == VAULT_DECLARED_LOST)
		status = find_elsewhere(vault, state, &next.elsewhere, error);
	return status == HANSARD_OK ? write_mark(vault, state->dialogue_id, &next, error) : status;
}

enum hansard_status vault_marks_check_seen(const struct vault *vault, struct text dialogue_id,
										   const struct vault_mark *mark, struct hansard_error *error)
{
	if (mark->rev == 0)
		return HANSARD_OK;
	if (mark->lost) {
		error_set(error, HANSARD_NOT_FOUND, VAULT_LOST,
				  "\"" ERROR_TEXT "\" was declared lost as a whole, after rev %" PRId64 ": the store has nothing of it",
				  ERROR_TEXT_ARGS(dialogue_id), mark->rev);
		error_hint(error, "where a backup has it: %s; its id stays taken", vault_remedies(vault)->put_back);
		return HANSARD_NOT_FOUND;
	}
	if (mark->elsewhere) {
		error_set(
			error, HANSARD_INVALID, VAULT_SEEN_ELSEWHERE,
			"\"" ERROR_TEXT
			"\" is not in this store: it was seen last in another store of this configuration, at commit %" PRId64,
			ERROR_TEXT_ARGS(dialogue_id), mark->rev);
		error_hint(error, "%s; to move it here: %s", vault_advice_read(vault, TEXT_ABSENT, dialogue_id).text,
				   vault_advice_fetch(vault, dialogue_id).text);
		return HANSARD_INVALID;
	}
	error_set(error, HANSARD_VIOLATED, VAULT_HEAD_MISSING,
			  "the head of \"" ERROR_TEXT "\" is missing: it was seen here at commit %" PRId64
			  ", and the store does not have it any more",
			  ERROR_TEXT_ARGS(dialogue_id), mark->rev);
	error_hint(error, "%s; then declare that: hansard backup --restored%s", vault_remedies(vault)->put_back,
			   vault_remedies(vault)->copied);
	return HANSARD_VIOLATED;
}

enum hansard_status vault_check_unmarked(struct vault *vault, struct text dialogue_id, struct hansard_error *error)
{
	struct vault_mark mark;
	const enum hansard_status status = vault_read_mark(vault, dialogue_id, &mark, error);
	return status == HANSARD_OK ? vault_marks_check_seen(vault, dialogue_id, &mark, error) : status;
}

/* Whether the store has nothing of a dialogue that was seen: HANSARD_OK. Whatever is left of it is a fault of its own. */
static enum hansard_status check_nothing_left(struct vault *vault, struct text dialogue_id,
											  const struct vault_mark *seen, struct arena *arena,
											  struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	const struct store_history_request request = {.from = 1, .to = LIMIT_REV};
	struct store_history history = {.count = 0};
	struct hansard_error missing = {0};
	struct vault_state *state;
	enum hansard_status status = vault_load_so(vault, dialogue_id, VAULT_LOAD_UNMARKED, arena, &state, &missing);
	const bool nothing = status == HANSARD_NOT_FOUND;
	if (nothing) {
		const enum hansard_status gone = vault_marks_check_seen(vault, dialogue_id, seen, &missing);
		status = gone == HANSARD_OK ? HANSARD_NOT_FOUND : gone;
	}
	const enum hansard_status looked = partition.store->history(&partition, &request, arena, &history, error);
	if (looked != HANSARD_OK)
		return looked;
	if (status == HANSARD_OK)
		return error_set(error, HANSARD_INVALID, "nothing_lost", "\"" ERROR_TEXT "\" is there",
						 ERROR_TEXT_ARGS(dialogue_id));
	if (!nothing || status != HANSARD_VIOLATED) {
		if (error != NULL)
			*error = missing;
		return status;
	}
	if (history.count == 0)
		return HANSARD_OK;
	error_set(error, HANSARD_VIOLATED, VAULT_HEAD_MISSING,
			  "the head of \"" ERROR_TEXT "\" is missing, and %zu of its commits are there",
			  ERROR_TEXT_ARGS(dialogue_id), history.count);
	error_hint(error, "that is no loss as a whole: %s", vault_remedies(vault)->put_back);
	return HANSARD_VIOLATED;
}

/* A load of what came since takes the word off the mark again; there is none of what is lost. */
static enum hansard_status check_still_lost(struct vault *vault, struct text dialogue_id, struct arena *arena,
											struct hansard_error *error)
{
	struct hansard_error failure = {0};
	struct vault_state *state;
	const enum hansard_status status = vault_load(vault, dialogue_id, arena, &state, &failure);
	if (status == HANSARD_NOT_FOUND && strcmp(failure.kind, VAULT_LOST) == 0)
		return HANSARD_OK;
	if (status == HANSARD_OK) {
		error_set(error, HANSARD_CONFLICT, "dialogue_came",
				  "\"" ERROR_TEXT "\" came back while it was declared lost: nothing is declared",
				  ERROR_TEXT_ARGS(dialogue_id));
		error_hint(error, "look at what is there: hansard verify");
		return HANSARD_CONFLICT;
	}
	if (error != NULL)
		*error = failure;
	return status;
}

enum hansard_status vault_declare_lost(struct vault *vault, struct text dialogue_id, bool dry_run, int64_t *ret_rev,
									   struct hansard_error *error)
{
	const struct vault_mark_place place = {.tenant = vault->tenant, .dialogue_id = dialogue_id};
	const struct vault_marks *marks = vault->marks;
	struct vault_mark seen = {0};
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	/* Before the store is looked at: whoever sees more of it from then on moves the mark. */
	enum hansard_status status = marks != NULL ? marks->read(marks->context, place, &seen, error) : HANSARD_OK;
	if (status == HANSARD_OK)
		status = check_nothing_left(vault, dialogue_id, &seen, arena, error);
	if (status == HANSARD_OK && !dry_run)
		status = marks->lose(marks->context, place, &seen, error);
	if (status == HANSARD_OK && !dry_run)
		status = check_still_lost(vault, dialogue_id, arena, error);
	arena_destroy(arena);
	if (status == HANSARD_OK)
		*ret_rev = seen.rev;
	return status;
}

/* Whether the commits end with the migrate-out that a mark knows of. */
static enum hansard_status ends_moved(struct vault *vault, struct text dialogue_id, const struct vault_mark *mark,
									  struct arena *arena, bool *ret_moved, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	const struct store_history_request request = {.from = mark->moved_rev, .to = LIMIT_REV};
	const struct vault_commit_place place = {.arena = arena, .dialogue_id = dialogue_id, .rev = mark->moved_rev};
	struct store_history history = {.count = 0};
	struct commit commit;
	*ret_moved = false;
	if (mark->moved_rev == 0)
		return HANSARD_OK;
	const enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	if (status == HANSARD_OK && history.count == 1 && history.commits[0].rev == mark->moved_rev)
		*ret_moved = vault_read_commit(vault, &place, history.commits[0].stored, &commit, NULL) == HANSARD_OK &&
					 vault_mark_moved(vault, mark, &(struct vault_state){.rev = commit.rev, .newest = commit});
	return status;
}

/* Whether the commit that a mark names, as it is stored, is a migrate-out, and the newest. */
static enum hansard_status ends_sealed(struct vault *vault, struct text dialogue_id, const struct vault_mark *mark,
									   struct bytes stored, struct arena *arena, bool *ret_sealed,
									   struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	const struct store_history_request above = {.from = mark->rev + 1, .to = LIMIT_REV};
	const struct vault_commit_place place = {.arena = arena, .dialogue_id = dialogue_id, .rev = mark->rev};
	struct store_history later = {.count = 0};
	struct commit commit;
	*ret_sealed = false;
	if (vault_read_commit(vault, &place, stored, &commit, NULL) != HANSARD_OK ||
		!text_is(commit.operation, "migrate-out"))
		return HANSARD_OK;
	const enum hansard_status status = partition.store->history(&partition, &above, arena, &later, error);
	*ret_sealed = status == HANSARD_OK && later.count == 0;
	return status;
}

enum hansard_status vault_mark_found(struct vault *vault, struct text dialogue_id, const struct vault_mark *mark,
									 enum vault_mark_found *ret_found, struct hansard_error *error)
{
	bool found = false, moved = false, sealed = false;
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	const struct store_history_request at = {.from = mark->rev, .to = mark->rev};
	const struct store_history_request above = {.from = mark->rev + 1, .to = LIMIT_REV};
	struct store_history history = {.count = 0}, later = {.count = 0};
	struct digest hash;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status = partition.store->history(&partition, &at, arena, &history, error);
	if (status == HANSARD_OK && history.count == 0)
		status = partition.store->history(&partition, &above, arena, &later, error);
	if (status == HANSARD_OK && history.count > 0 && !commit_hash(vault->hash, history.commits[0].stored, &hash))
		status = vault_crypto_failed(error);
	if (status == HANSARD_OK)
		found = history.count > 0 ? digest_equal(&hash, &mark->hash) : later.count > 0;
	if (status == HANSARD_OK && found && history.count > 0)
		status = ends_sealed(vault, dialogue_id, mark, history.commits[0].stored, arena, &sealed, error);
	if (status == HANSARD_OK && !found)
		status = ends_moved(vault, dialogue_id, mark, arena, &moved, error);
	if (status == HANSARD_OK && !found && !moved &&
		(mark->lost || mark->elsewhere)) { /* then there is to be nothing of it */
		const struct store_history_request below = {.from = 1, .to = mark->rev};
		status = partition.store->history(&partition, &below, arena, &later, error);
		const bool nothing = status == HANSARD_OK && later.count == 0;
		found = nothing && mark->lost;
		moved = nothing && !mark->lost;
	}
	arena_destroy(arena);
	if (status == HANSARD_OK)
		*ret_found = moved    ? VAULT_MARK_MOVED
					 : sealed ? VAULT_MARK_SEALED
					 : found  ? VAULT_MARK_THERE
							  : VAULT_MARK_LACKING;
	return status;
}

/* Whether the store shows the commit as it was made. */
static enum hansard_status read_back(struct vault *vault, struct text dialogue_id, const struct vault_mark *made,
									 bool *ret_kept, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	const struct store_history_request request = {.from = made->rev, .to = made->rev};
	struct store_history history;
	struct digest hash;
	struct arena *arena = arena_create(LIMIT_ARENA);
	enum hansard_status status =
		arena == NULL ? error_memory(error) : partition.store->history(&partition, &request, arena, &history, error);
	if (status == HANSARD_OK && history.count == 1 && !commit_hash(vault->hash, history.commits[0].stored, &hash))
		status = vault_crypto_failed(error);
	if (status == HANSARD_OK)
		*ret_kept = history.count == 1 && digest_equal(&hash, &made->hash);
	arena_destroy(arena);
	return status;
}

/* The first reason is told. */
static void keep_unmarked(struct vault *vault, struct text dialogue_id, const struct hansard_error *why)
{
	if (is_last(vault, dialogue_id))
		return;
	if (vault->unmarked.before.status == HANSARD_OK)
		vault->unmarked.before = vault->unmarked.last;
	vault->unmarked.last = *why;
	snprintf(vault->unmarked.last_id, sizeof(vault->unmarked.last_id), ERROR_TEXT, ERROR_TEXT_ARGS(dialogue_id));
}

/* The commit could not be read back. It stands, but for one in a store whose place another has taken meanwhile. */
static enum hansard_status not_read_back(struct vault *vault, struct text dialogue_id, const struct vault_mark *made,
										 const struct hansard_error *why, struct hansard_error *error)
{
	if (strcmp(why->kind, STORE_REPLACED) != 0) {
		keep_unmarked(vault, dialogue_id, why);
		return HANSARD_OK;
	}
	error_set(error, HANSARD_UNKNOWN, STORE_REPLACED,
			  "commit %" PRId64 " of \"" ERROR_TEXT
			  "\" was written to a store whose place another took at that moment: %s",
			  made->rev, ERROR_TEXT_ARGS(dialogue_id), why->message);
	error_hint(error,
			   "look whether it is there, hansard log " ERROR_TEXT
			   ", and run it again where it is not; what was moved aside has it",
			   ERROR_TEXT_ARGS(dialogue_id));
	return HANSARD_UNKNOWN;
}

enum hansard_status vault_mark_commit(struct vault *vault, struct text dialogue_id, const struct vault_mark *made,
									  struct hansard_error *error)
{
	const struct store_view nothing = {.exists = false};
	struct vault_looks looks = {.vault = vault, .dialogue_id = dialogue_id};
	enum vault_looked looked = VAULT_UNSETTLED;
	bool kept = false;
	if (vault->marks == NULL)
		return HANSARD_OK;
	struct hansard_error failure = {.status = HANSARD_OK};
	while (!kept && looked == VAULT_UNSETTLED)
		if (read_back(vault, dialogue_id, made, &kept, &failure) != HANSARD_OK ||
			(!kept && vault_looks_add(&looks, &nothing, &looked, &failure) != HANSARD_OK))
			return not_read_back(vault, dialogue_id, made, &failure, error);
	if (!kept) {
		error_set(error, HANSARD_VIOLATED, "not_kept",
				  "the store took commit %" PRId64 " of \"" ERROR_TEXT "\" and does not show it", made->rev,
				  ERROR_TEXT_ARGS(dialogue_id));
		error_hint(error, "look at what is there before anything is written again: hansard verify");
		return HANSARD_VIOLATED;
	}
	if (write_mark(vault, dialogue_id, made, &failure) != HANSARD_OK)
		keep_unmarked(vault, dialogue_id, &failure);
	return HANSARD_OK;
}

bool vault_take_unmarked(struct vault *vault, struct hansard_error *ret_why)
{
	const struct hansard_error none = {.status = HANSARD_OK};
	const struct hansard_error found =
		vault->unmarked.before.status != HANSARD_OK ? vault->unmarked.before : vault->unmarked.last;
	vault->unmarked.before = vault->unmarked.last = none;
	if (found.status == HANSARD_OK)
		return false;
	*ret_why = found;
	return true;
}
