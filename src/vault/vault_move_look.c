/*
 * What the target of a move has of the dialogue, and how that stands to the source.
 */
#include "error.h"
#include "vault_advice.h"
#include "vault_belonging.h"
#include "vault_move_private.h"
#include "vault_moves.h"

static enum hansard_status exists(const struct move *move, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "dialogue_exists",
			  "the target has a dialogue \"" ERROR_TEXT "\" that this one did not come from",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(
		error,
		"nothing was copied: an id is never used again. Under another id it can go there, where its history begins "
		"anew: %s",
		vault_advice_anew(move->moving->source, move->dialogue_id).text);
	return HANSARD_CONFLICT;
}

/* An older state of this very dialogue, not sealed, so that it could be written to there, too. */
static enum hansard_status put_back(const struct move *move, int64_t rev, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "dialogue_exists",
			  "the target has \"" ERROR_TEXT "\" as of its commit %" PRId64
			  ", %s: it was put back to that, or is a copy",
			  ERROR_TEXT_ARGS(move->dialogue_id), rev,
			  rev < move->state->rev ? "from which it has gone on here" : "which is the newest one here, too");
	error_hint(
		error,
		"nothing was copied. Bring that store back to what it had later: hansard backup --put FILE there, or a copy "
		"of the table of a later time; or move it to another file or table, which has nothing of it");
	return HANSARD_CONFLICT;
}

/* The other way round. */
static enum hansard_status source_put_back(const struct move *move, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "dialogue_exists",
			  "the target has \"" ERROR_TEXT "\" itself, which has gone on there from commit %" PRId64
			  ", the newest one here: what is here was put back to that, or is a copy",
			  ERROR_TEXT_ARGS(move->dialogue_id), move->state->rev);
	error_hint(error,
			   "nothing was copied: go on with what the target has, and bring this store back to what it had later: "
			   "hansard backup --put FILE, or a copy of the table of a later time");
	return HANSARD_CONFLICT;
}

/* Of what went further there its end alone is left: whatever it came from, it is proved where it went. */
static enum hansard_status moved_on(const struct move *move, const struct commit *newest, struct text on,
									struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "moved_on",
			  "the target has nothing of \"" ERROR_TEXT "\" any more but that its commit %" PRId64
			  " sent it on to another store, " ERROR_TEXT,
			  ERROR_TEXT_ARGS(move->dialogue_id), newest->rev, ERROR_TEXT_ARGS(on));
	const char *colon = memchr(on.data, ':', on.size);
	error_hint(error,
			   "with that store configured: hansard show " ERROR_TEXT
			   "; what is here is released with it as the target: hansard migrate --to %.*s " ERROR_TEXT
			   " --release --yes",
			   ERROR_TEXT_ARGS(move->dialogue_id), colon != NULL ? (int)(colon - on.data) : (int)on.size, on.data,
			   ERROR_TEXT_ARGS(move->dialogue_id));
	return HANSARD_CONFLICT;
}

/* Whether what the target has, which goes further, has taken over from the newest commit of the source. */
static enum hansard_status has_taken_over(struct move *move, struct vault_state *there, bool *ret_done,
										  struct hansard_error *error)
{
	const struct vault_mark left = {.rev = move->state->rev, .hash = move->state->hash};
	enum vault_standing standing;
	const enum hansard_status status = vault_standing(move->moving->target, there, &left, &standing, error);
	if (status != HANSARD_OK)
		return status;
	*ret_done = standing == VAULT_REACHED && vault_move_sent(move);
	move->moved.in_rev = move->state->rev + 1;
	if (*ret_done)
		return HANSARD_OK;
	return standing == VAULT_REACHED ? source_put_back(move, error) : exists(move, error);
}

/* What goes further is believed by its head, and that is to be signed by a key that is trusted. */
static enum hansard_status check_signed(const struct move *move, const struct vault_state *there,
										struct hansard_error *error)
{
	struct note note;
	if (!there->retired)
		return HANSARD_OK;
	const enum hansard_status status = note_read(there->note, &note, error);
	return status == HANSARD_OK ? vault_retired_key(move->moving->target, &note, error) : status;
}

/* How what the target has published stands to the source. */
static enum hansard_status look_at_published(struct move *move, struct arena *arena, bool *ret_done,
											 struct hansard_error *error)
{
	const struct vault_state *state = move->state;
	struct vault_moves_end there;
	struct text on;
	enum vault_standing standing;
	enum hansard_status status = vault_moves_end(move->moving->target, move->dialogue_id, arena, &there, error);
	if (status == HANSARD_OK && there.state->rev > state->rev)
		status = check_signed(move, there.state, error);
	if (status != HANSARD_OK)
		return status;
	if (there.state->rev > state->rev && !there.alone)
		return has_taken_over(move, there.state, ret_done, error);
	const bool left = vault_moves_target(&there.state->newest, &on);
	if (there.state->rev > state->rev && left && vault_move_sent(move))
		return moved_on(move, &there.state->newest, on, error);
	const struct vault_mark end = {.rev = there.state->rev, .hash = there.state->hash};
	status = vault_standing(move->moving->source, state, &end, &standing, error);
	if (status != HANSARD_OK || (standing == VAULT_REACHED && left))
		return status;
	return standing == VAULT_REACHED ? put_back(move, end.rev, error) : exists(move, error);
}

enum hansard_status vault_move_look_at_target(struct move *move, struct store_occupant *ret_occupant, bool *ret_done,
											  struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	const struct store_partition partition = vault_partition(target, move->dialogue_id);
	*ret_done = false;
	enum hansard_status status = target->engine->copying->occupant(&partition, ret_occupant, error);
	if (status != HANSARD_OK || ret_occupant->what != STORE_PUBLISHED)
		return status;
	struct arena *arena = vault_move_arena(move);
	status = arena == NULL ? error_memory(error) : look_at_published(move, arena, ret_done, error);
	arena_destroy(arena);
	return status;
}

/* A copy of that store, such as a backup, is not where the dialogue goes on. */
static enum hansard_status check_canonical(const struct move *move, struct vault_state *there, struct arena *arena,
										   struct hansard_error *error)
{
	struct vault_belonging belonging;
	const enum hansard_status status = vault_belonging_of(move->moving->target, there, arena, &belonging, error);
	if (status != HANSARD_OK || belonging.kind != VAULT_BELONGING_OTHER)
		return status;
	return vault_belonging_check(move->moving->target, &belonging, move->dialogue_id, error);
}

enum hansard_status vault_move_see(const struct move *move, struct hansard_error *error)
{
	struct vault_state *there;
	struct hansard_error cause = {.status = HANSARD_OK};
	struct arena *arena = vault_move_arena(move);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status = vault_load(move->moving->target, move->dialogue_id, arena, &there, &cause);
	if (status == HANSARD_OK)
		status = check_canonical(move, there, arena, &cause);
	else if (vault_elsewhere(&cause))
		status = HANSARD_OK;
	arena_destroy(arena);
	if (status == HANSARD_OK)
		return HANSARD_OK;
	if (error != NULL)
		*error = cause;
	return status;
}
