/*
 * Ending moves: one that is called off before the target has taken over, and what the source has left behind that.
 */
#include "error.h"
#include "vault_advice.h"
#include "vault_move_private.h"

static enum hansard_status already_moved(const struct move *move, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "already_moved",
			  "\"" ERROR_TEXT "\" has been moved: there is nothing to call off", ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "to move it back: %s", vault_advice_fetch(move->moving->source, move->dialogue_id).text);
	return HANSARD_CONFLICT;
}

/* Forbids the copy in the target, as that was judged. Where the target has another dialogue of that id none can be published there. */
static enum hansard_status forbid_copy(struct move *move, struct hansard_error *error)
{
	for (int attempt = 0; attempt < VAULT_MOVE_ATTEMPTS; attempt++) {
		struct store_occupant found;
		struct hansard_error cause = {.status = HANSARD_OK};
		bool done = false, forbidden = false;
		enum hansard_status status = vault_move_look_at_target(move, &found, &done, &cause);
		const bool other = status == HANSARD_CONFLICT && strcmp(cause.kind, "dialogue_exists") == 0;
		if (other)
			status = HANSARD_OK;
		else if (status != HANSARD_OK && error != NULL)
			*error = cause;
		if (status == HANSARD_OK && done)
			return already_moved(move, error);
		if (status == HANSARD_OK && move->behind) /* it says what that means */
			status = vault_move_reload(move, error);
		if (status == HANSARD_OK && !other &&
			found.what == STORE_PUBLISHED) /* what was left there goes, and may be all that is good */
			status = vault_move_check_whole(move, move->moving->source, error);
		if (status != HANSARD_OK || other || move->moving->dry_run)
			return status;
		vault_move_writes(move);
		status = vault_move_forbid(move, &found, move->state->rev, &forbidden, error);
		if (status != HANSARD_OK || forbidden)
			return status;
	}
	return vault_move_taken_over(move, error);
}

static enum hansard_status call_off(struct move *move, int64_t *ret_rev, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	const struct vault_commit commit = {.operation = "migrate-cancel"};
	*ret_rev = 0;
	enum hansard_status status = vault_move_load_source(move, error);
	if (status != HANSARD_OK)
		return status;
	const bool ended = text_is(move->state->newest.operation, "migrate-cancel");
	if (!vault_move_sent(move)) /* one that was killed behind its commit is completed */
		return ended && !move->moving->dry_run ? vault_tidy(source, move->dialogue_id, error) : HANSARD_OK;
	status = forbid_copy(move, error);
	if (status == HANSARD_OK && move->moving->dry_run)
		*ret_rev = move->state->rev + 1;
	if (status != HANSARD_OK || move->moving->dry_run)
		return status;
	vault_move_writes(move);
	status = vault_append(source, move->state, &commit, ret_rev, error);
	return status == HANSARD_OK ? vault_tidy(source, move->dialogue_id, error) : status;
}

enum hansard_status vault_move_called_off(const struct move *move, enum hansard_status status,
										  struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	const struct store_partition partition = vault_partition(target, move->dialogue_id);
	struct store_occupant found;
	if (target->engine->copying->occupant(&partition, &found, NULL) != HANSARD_OK || found.what != STORE_RESERVED ||
		!found.reservation.called_off || found.reservation.source_rev != move->state->rev)
		return status;
	error_set(error, HANSARD_CONFLICT, "move_called_off",
			  "the move of \"" ERROR_TEXT "\" was called off while it was copied: it stays where it was",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "to move it all the same: %s",
			   vault_advice_migrate(move->moving->source, move->dialogue_id, "").text);
	return HANSARD_CONFLICT;
}

enum hansard_status vault_move_cancel(const struct vault_moving *moving, struct text dialogue_id, int64_t *ret_rev,
									  struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = vault_move_begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = call_off(&move, ret_rev, error);
	return vault_move_end(&move, status, error);
}

static enum hansard_status not_moved(const struct move *move, struct hansard_error *error)
{
	const struct text target = vault_move_identity(move->moving->target);
	error_set(error, HANSARD_INVALID, "not_moved",
			  "\"" ERROR_TEXT "\" was not moved to " ERROR_TEXT ": nothing of it is released",
			  ERROR_TEXT_ARGS(move->dialogue_id), ERROR_TEXT_ARGS(target));
	error_hint(error, "move it first: %s", vault_advice_migrate(move->moving->source, move->dialogue_id, "").text);
	return HANSARD_INVALID;
}

/* Whether the target has taken over, or what it was sent on to: any store will do whose history the source's end is in. */
static enum hansard_status look_for_later(struct move *move, bool *ret_done, struct hansard_error *error)
{
	struct store_occupant found;
	struct hansard_error sent_elsewhere = {.status = HANSARD_OK};
	const enum hansard_status named = vault_move_check_target(move, &sent_elsewhere);
	const enum hansard_status status = vault_move_look_at_target(move, &found, ret_done, error);
	const bool lacking = status == HANSARD_CONFLICT || (status == HANSARD_OK && !*ret_done);
	if (named == HANSARD_OK || !lacking)
		return status;
	if (error != NULL)
		*error = sent_elsewhere;
	return named;
}

/* The target's is loaded, and what was seen of it reached, before the source's goes. Of that the end alone counts: a release that was
   killed has left a part of the rest, and of one without items and other commits perhaps parts. */
static enum hansard_status release(struct move *move, bool *ret_released, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	const struct store_partition partition = vault_partition(source, move->dialogue_id);
	enum store_result result = STORE_UNKNOWN;
	bool done = false, alone = false;
	*ret_released = false;
	enum hansard_status status = vault_move_load_end(move, &alone, error);
	if (status == HANSARD_OK && !vault_move_sent(move))
		return not_moved(move, error);
	if (status == HANSARD_OK && !alone)
		status = look_for_later(move, &done, error);
	if (status == HANSARD_OK && !alone && !done)
		return not_moved(move, error);
	if (status == HANSARD_OK && !alone)
		status = vault_move_see(move, error);
	if (status == HANSARD_OK && !alone)
		status = vault_move_check_whole(move, move->moving->target, error);
	*ret_released = status == HANSARD_OK && !alone;
	if (status != HANSARD_OK || move->moving->dry_run)
		return status;
	const struct store_tidy_request request = {.rev = move->state->rev, .hash = move->state->hash};
	vault_move_writes(move);
	for (int attempt = 0; status == HANSARD_OK && result == STORE_UNKNOWN && attempt < VAULT_MOVE_ATTEMPTS; attempt++)
		status = source->engine->copying->release(&partition, &request, &result, error);
	*ret_released = status == HANSARD_OK && result == STORE_DONE && !alone;
	return status != HANSARD_OK || result == STORE_DONE ? status : vault_move_ended(move, source, result, error);
}

enum hansard_status vault_move_release(const struct vault_moving *moving, struct text dialogue_id, bool *ret_released,
									   struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = vault_move_begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = release(&move, ret_released, error);
	return vault_move_end(&move, status, error);
}
