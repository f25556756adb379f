/*
 * Holding histories against marks, and declaring what was lost.
 */
#include "vault_marks.h"

#include "error.h"
#include "limits.h"
#include "vault_belonging.h"
#include "vault_looks.h"

/* The newest commit of the chain that is not above rev `to`, which the head is. */
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
	}
	arena_destroy(arena);
	if (status == HANSARD_OK)
		*ret_at = at;
	return status;
}

enum hansard_status vault_standing(struct vault *vault, const struct vault_state *state, const struct vault_mark *mark,
								   enum vault_standing *ret_standing, struct hansard_error *error)
{
	struct vault_mark at = {.rev = state->rev, .hash = state->hash};
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
	return HANSARD_OK;
}

static enum hansard_status rolled_back(const struct vault_state *state, const struct vault_mark *mark,
									   enum vault_standing standing, struct hansard_error *error)
{
	if (standing == VAULT_REPLACED) {
		error_set(error, HANSARD_VIOLATED, "rolled_back",
				  "\"" ERROR_TEXT "\" has another commit %" PRId64 " than the one that was seen here",
				  ERROR_TEXT_ARGS(state->dialogue_id), mark->rev);
		error_hint(error, "what is stored was put back and went on otherwise: compare it with receipts and backups; no "
						  "restore declares that" VAULT_COPIED);
		return HANSARD_VIOLATED;
	}
	error_set(error, HANSARD_VIOLATED, "rolled_back",
			  "\"" ERROR_TEXT "\" ends before commit %" PRId64 ", which was seen here",
			  ERROR_TEXT_ARGS(state->dialogue_id), mark->rev);
	error_hint(
		error,
		"what is stored was put back to an older state: put the newest good backup in its place (hansard backup --put FILE); where "
		"none is newer, hansard backup --restored --dry-run says what would be lost, and without --dry-run declares that");
	return HANSARD_VIOLATED;
}

struct vault_mark vault_mark_of(const struct vault_state *state, int64_t passed_rev)
{
	return (struct vault_mark){
		.rev = state->rev, .hash = state->hash, .erased_rev = state->erased ? state->rev : 0, .passed_rev = passed_rev};
}

bool vault_mark_says(const struct vault_mark *mark, const struct vault_state *state)
{
	return mark->rev == state->rev && digest_equal(&mark->hash, &state->hash) &&
		   (mark->erased_rev > 0 || !state->erased) && !mark->lost;
}

/* A head that a retired key alone has signed and that is far above what was seen, or near the highest rev: whoever has that key leaves no
   room for another commit. */
static enum hansard_status check_jump(const struct vault_state *state, const struct vault_mark *mark,
									  struct hansard_error *error)
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
	error_hint(
		error,
		"whoever has the retired key has put it there: put a good backup in its place: hansard backup --put FILE");
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

enum hansard_status vault_check_mark(struct vault *vault, struct vault_state *state, const struct vault_mark *mark,
									 struct hansard_error *error)
{
	enum vault_standing standing = VAULT_REACHED;
	if (vault->marks == NULL || vault_mark_says(mark, state))
		return HANSARD_OK;
	if (mark->rev > 0) {
		const enum hansard_status status = vault_standing(vault, state, mark, &standing, error);
		if (status != HANSARD_OK)
			return status;
		if (standing == VAULT_ROLLED_BACK || standing == VAULT_REPLACED)
			return rolled_back(state, mark, standing, error);
	}
	if (standing == VAULT_DECLARED_LOST)
		state->passed_rev = mark->rev;
	if (state->retired) /* what is committed on it moves the mark, and only that */
		return check_jump(state, mark, error);
	const struct vault_mark next = vault_mark_of(state, state->passed_rev);
	return write_mark(vault, state->dialogue_id, &next, error);
}

/* Of a dialogue that has no head: what its mark says, which was read before. Nothing where there was none. */
static enum hansard_status check_seen(struct text dialogue_id, const struct vault_mark *mark,
									  struct hansard_error *error)
{
	if (mark->rev == 0)
		return HANSARD_OK;
	if (mark->lost) {
		error_set(error, HANSARD_NOT_FOUND, VAULT_LOST,
				  "\"" ERROR_TEXT "\" was declared lost as a whole, after rev %" PRId64 ": the store has nothing of it",
				  ERROR_TEXT_ARGS(dialogue_id), mark->rev);
		error_hint(
			error,
			"a backup that has it may still be put in the store's place (hansard backup --put FILE); its id stays taken");
		return HANSARD_NOT_FOUND;
	}
	error_set(error, HANSARD_VIOLATED, VAULT_HEAD_MISSING,
			  "the head of \"" ERROR_TEXT "\" is missing: it was seen here at commit %" PRId64
			  ", and the store does not have it any more",
			  ERROR_TEXT_ARGS(dialogue_id), mark->rev);
	error_hint(error,
			   "put the newest good backup in its place, which keeps what is there: hansard backup --put FILE; then "
			   "declare that: hansard backup --restored" VAULT_COPIED);
	return HANSARD_VIOLATED;
}

enum hansard_status vault_check_unmarked(struct vault *vault, struct text dialogue_id, struct hansard_error *error)
{
	struct vault_mark mark;
	const enum hansard_status status = vault_read_mark(vault, dialogue_id, &mark, error);
	return status == HANSARD_OK ? check_seen(dialogue_id, &mark, error) : status;
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
		const enum hansard_status gone = check_seen(dialogue_id, seen, &missing);
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
	error_hint(error, "that is no loss as a whole: put a backup in its place that has it: hansard backup --put FILE");
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

enum hansard_status vault_mark_found(struct vault *vault, struct text dialogue_id, const struct vault_mark *mark,
									 bool *ret_found, struct hansard_error *error)
{
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
		*ret_found = history.count > 0 ? digest_equal(&hash, &mark->hash) : later.count > 0;
	if (status == HANSARD_OK && !*ret_found && mark->lost) { /* then there is to be nothing of it */
		const struct store_history_request below = {.from = 1, .to = mark->rev};
		status = partition.store->history(&partition, &below, arena, &later, error);
		*ret_found = status == HANSARD_OK && later.count == 0;
	}
	arena_destroy(arena);
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

/* Where nothing was lost, a restore is for a dialogue that belongs to another store. */
static enum hansard_status check_other(struct vault *vault, const struct vault_state *state,
									   struct hansard_error *error)
{
	struct vault_belonging belonging;
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

/* Makes the commit on a state that was loaded whatever its mark, which was read before, says. */
static enum hansard_status declare(struct vault *vault, struct vault_state *state, struct vault_mark mark,
								   const struct vault_restoring *asked, struct vault_restored *ret_restored,
								   struct hansard_error *error)
{
	struct note note;
	enum vault_standing standing = VAULT_REACHED;
	enum hansard_status status = HANSARD_OK;
	if (mark.rev > 0)
		status = vault_standing(vault, state, &mark, &standing, error);
	if (status != HANSARD_OK)
		return status;
	struct vault_restored restored = {.survived_rev = state->rev, .seen = mark};
	if (state->retired) {
		status = note_read(state->note, &note, error);
		if (status != HANSARD_OK)
			return status;
		vault_signers(&note, restored.retired);
		status = check_jump(state, &mark, error);
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
		return rolled_back(state, &mark, standing, error);
	case VAULT_ROLLED_BACK:
		status = check_distance(state, &mark, asked->furthest, error);
		break;
	case VAULT_REACHED:
	case VAULT_DECLARED_LOST:
		mark = (struct vault_mark){.rev = state->rev, .hash = state->hash};
		status = check_other(vault, state, error);
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
		const enum hansard_status gone = check_seen(dialogue_id, &outlook.seen, error);
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
	*ret_state = state;
	*ret_outlook = outlook;
	return HANSARD_OK;
}
