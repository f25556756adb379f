/*
 * Ending moves: one that is called off before the target has taken over, and what the source has left behind that.
 */
#include "error.h"
#include "vault_move_private.h"

static enum hansard_status call_off(struct move *move, int64_t *ret_rev, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	const struct vault_commit commit = {.operation = "migrate-cancel"};
	struct store_occupant found;
	bool done = false;
	*ret_rev = 0;
	enum hansard_status status = vault_move_load_source(move, error);
	if (status != HANSARD_OK || !vault_move_sent(move))
		return status;
	status = vault_move_look_at_target(move, &found, &done, error);
	if (status == HANSARD_OK && done) {
		error_set(error, HANSARD_CONFLICT, "already_moved",
				  "\"" ERROR_TEXT "\" has been moved: there is nothing to call off",
				  ERROR_TEXT_ARGS(move->dialogue_id));
		error_hint(error, "move it back, from there");
		return HANSARD_CONFLICT;
	}
	if (status == HANSARD_OK && move->behind) /* it says what that means */
		status = vault_load(source, move->dialogue_id, move->arena, &move->state, error);
	if (status != HANSARD_OK || move->moving->dry_run) {
		*ret_rev = status == HANSARD_OK ? move->state->rev + 1 : 0;
		return status;
	}
	status = vault_move_forbid(move, move->state->rev, error);
	if (status == HANSARD_OK)
		status = vault_append(source, move->state, &commit, ret_rev, error);
	return status == HANSARD_OK ? vault_tidy(source, move->dialogue_id, error) : status;
}

enum hansard_status vault_move_cancel(const struct vault_moving *moving, struct text dialogue_id, int64_t *ret_rev,
									  struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = vault_move_begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = call_off(&move, ret_rev, error);
	arena_destroy(move.arena);
	return status;
}

static enum hansard_status not_moved(const struct move *move, struct hansard_error *error)
{
	const struct text target = vault_move_identity(move->moving->target);
	error_set(error, HANSARD_INVALID, "not_moved",
			  "\"" ERROR_TEXT "\" was not moved to " ERROR_TEXT ": nothing of it is released",
			  ERROR_TEXT_ARGS(move->dialogue_id), ERROR_TEXT_ARGS(target));
	error_hint(error, "move it first: hansard migrate --to BACKEND");
	return HANSARD_INVALID;
}

/* The target's is loaded, and what was seen of it reached, before the source's goes. Of that the end alone counts: a release that was
   killed has left a part of the rest. */
static enum hansard_status release(struct move *move, bool *ret_released, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	const struct store_partition partition = vault_partition(source, move->dialogue_id);
	struct store_occupant found;
	enum store_result result = STORE_UNKNOWN;
	bool done = false, alone = false;
	*ret_released = false;
	enum hansard_status status = vault_move_load_end(move, &alone, error);
	if (status == HANSARD_OK && !vault_move_sent(move))
		return not_moved(move, error);
	if (status == HANSARD_OK && !alone)
		status = vault_move_look_at_target(move, &found, &done, error);
	if (status != HANSARD_OK || alone)
		return status;
	if (!done)
		return not_moved(move, error);
	status = vault_move_see(move, error);
	*ret_released = status == HANSARD_OK;
	if (status != HANSARD_OK || move->moving->dry_run)
		return status;
	const struct store_tidy_request request = {.rev = move->state->rev, .hash = move->state->hash};
	for (int attempt = 0; status == HANSARD_OK && result == STORE_UNKNOWN && attempt < VAULT_MOVE_ATTEMPTS; attempt++)
		status = source->engine->copying->release(&partition, &request, &result, error);
	*ret_released = status == HANSARD_OK && result == STORE_DONE;
	return status != HANSARD_OK || *ret_released ? status : vault_move_taken_over(move, error);
}

enum hansard_status vault_move_release(const struct vault_moving *moving, struct text dialogue_id, bool *ret_released,
									   struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = vault_move_begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = release(&move, ret_released, error);
	arena_destroy(move.arena);
	return status;
}
