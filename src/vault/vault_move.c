/*
 * Moves between stores, step by step. Each step looks at what there is, so that one that was done is not done again.
 */
#include "error.h"
#include "limits.h"
#include "vault_advice.h"
#include "vault_belonging.h"
#include "vault_copy.h"
#include "vault_move_private.h"
#include "vault_moves.h"
#include "vault_verify.h"

struct text vault_move_identity(const struct vault *vault)
{
	return vault->engine->ops->identity(vault->engine);
}

static enum hansard_status check_stores(const struct vault_moving *moving, struct hansard_error *error)
{
	if (moving->target == NULL || !text_equal(vault_move_identity(moving->source), vault_move_identity(moving->target)))
		return HANSARD_OK;
	return error_set(error, HANSARD_INVALID, "same_store", "source and target are one store, " ERROR_TEXT,
					 ERROR_TEXT_ARGS(vault_move_identity(moving->source)));
}

bool vault_move_sent(const struct move *move)
{
	return text_is(move->state->newest.operation, "migrate-out");
}

enum hansard_status vault_move_check_target(const struct move *move, struct hansard_error *error)
{
	const struct vault *target = move->moving->target;
	const struct commit *newest = &move->state->newest;
	struct text named;
	if (!vault_move_sent(move))
		return HANSARD_OK;
	if (!vault_moves_target(newest, &named))
		return error_set(error, HANSARD_VIOLATED, "invalid_commit", "commit %" PRId64 " does not say its store",
						 newest->rev);
	if (target != NULL && text_equal(named, vault_move_identity(target)))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, VAULT_MIGRATED,
			  "\"" ERROR_TEXT "\" was sent to another store than that, " ERROR_TEXT ", by its commit %" PRId64,
			  ERROR_TEXT_ARGS(move->dialogue_id), ERROR_TEXT_ARGS(named), newest->rev);
	error_hint(error,
			   "name that store in the configuration, and move it there, or call that off first: %s; where that store "
			   "is lost: hansard backup --restored --moved " ERROR_TEXT,
			   vault_advice_migrate(move->moving->source, move->dialogue_id, " --cancel").text,
			   ERROR_TEXT_ARGS(move->dialogue_id));
	return HANSARD_INVALID;
}

struct arena *vault_move_arena(const struct move *move)
{
	const size_t most = move->moving->memory > 0 ? move->moving->memory : LIMIT_ARENA;
	return arena_create(move->sealed ? most : most - most / 16);
}

/* Memory for a state of the source in the place of the one before. */
static enum hansard_status begin_state(struct move *move, struct hansard_error *error)
{
	arena_destroy(move->arena);
	move->state = NULL;
	move->arena = vault_move_arena(move);
	return move->arena == NULL ? error_memory(error) : HANSARD_OK;
}

enum hansard_status vault_move_reload(struct move *move, struct hansard_error *error)
{
	const enum hansard_status status = begin_state(move, error);
	return status == HANSARD_OK ? vault_load(move->moving->source, move->dialogue_id, move->arena, &move->state, error)
								: status;
}

/* Of a source that is not there: whether it was seen here. */
static enum hansard_status check_missing(const struct move *move, enum hansard_status status,
										 struct hansard_error *error)
{
	if (status != HANSARD_NOT_FOUND)
		return status;
	struct hansard_error cause = {.status = HANSARD_OK};
	const enum hansard_status seen = vault_check_unmarked(move->moving->source, move->dialogue_id, &cause);
	if (seen != HANSARD_OK && error != NULL)
		*error = cause;
	return seen == HANSARD_OK ? status : seen;
}

/* Loads the source, whatever the mark says of one that was sent. */
static enum hansard_status load_state(struct move *move, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	struct vault_mark mark;
	enum vault_standing standing = VAULT_REACHED;
	enum hansard_status status = begin_state(move, error);
	if (status == HANSARD_OK)
		status = vault_read_mark(source, move->dialogue_id, &mark, error);
	if (status == HANSARD_OK)
		status = vault_load_so(source, move->dialogue_id, VAULT_LOAD_UNMARKED, move->arena, &move->state, error);
	status = check_missing(move, status, error);
	if (status == HANSARD_OK && mark.rev > 0)
		status = vault_standing(source, move->state, &mark, &standing, error);
	if (status != HANSARD_OK)
		return status;
	move->behind = standing == VAULT_ROLLED_BACK && vault_move_sent(move);
	if (!move->behind && standing != VAULT_REACHED) /* it says what that means */
		status = vault_move_reload(move, error);
	return status;
}

enum hansard_status vault_move_load_source(struct move *move, struct hansard_error *error)
{
	struct hansard_error cause = {.status = HANSARD_OK};
	const bool kept_back = !move->sealed;
	enum hansard_status status = load_state(move, &cause);
	if (status == HANSARD_FAILED && error_of_memory(&cause) && kept_back) {
		move->sealed = true; /* if it is */
		status = load_state(move, &cause);
		if (status == HANSARD_OK && !vault_move_sent(move))
			status = error_memory(&cause);
	}
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = cause;
		return status;
	}
	move->found = true;
	move->sealed = vault_move_sent(move);
	return vault_move_check_target(move, error);
}

enum hansard_status vault_move_load_end(struct move *move, bool *ret_alone, struct hansard_error *error)
{
	struct vault_moves_end end;
	enum hansard_status status = begin_state(move, error);
	if (status == HANSARD_OK)
		status = vault_moves_end(move->moving->source, move->dialogue_id, move->arena, &end, error);
	status = check_missing(move, status, error);
	if (status != HANSARD_OK)
		return status;
	move->state = end.state;
	move->found = true;
	*ret_alone = end.alone;
	return HANSARD_OK;
}

enum hansard_status vault_move_taken_over(const struct move *move, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "move_taken_over", "another process moves \"" ERROR_TEXT "\" there",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "let it end, and run it again: what is done already is not done again");
	return HANSARD_CONFLICT;
}

enum hansard_status vault_move_ended(const struct move *move, const struct vault *vault, enum store_result result,
									 struct hansard_error *error)
{
	if (result != STORE_UNKNOWN)
		return vault_move_taken_over(move, error);
	error_set(error, HANSARD_UNKNOWN, "outcome_unknown",
			  "what " ERROR_TEXT " has done for the move of \"" ERROR_TEXT "\" could not be learnt",
			  ERROR_TEXT_ARGS(vault_move_identity(vault)), ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "run the same again: it looks at what was done, and ends the same");
	return HANSARD_UNKNOWN;
}

/* Puts a reservation in the place of what was found; UNKNOWN and CONFLICT are for the next look. */
static enum hansard_status reserve(struct move *move, const struct store_occupant *found,
								   const struct store_reservation *reservation, enum store_result *ret_result,
								   struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	const struct store_partition partition = vault_partition(target, move->dialogue_id);
	struct store_reserve_request request = {.found = *found, .mine = *reservation};
	const struct moment_entropy entropy = target->entropy;
	if (!entropy.fill(entropy.context, request.mine.id, sizeof(request.mine.id)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	move->mine = request.mine;
	return target->engine->copying->reserve(&partition, &request, ret_result, error);
}

static bool is_mine(const struct move *move, const struct store_occupant *found)
{
	return found->what == STORE_RESERVED && memcmp(found->reservation.id, move->mine.id, sizeof(move->mine.id)) == 0;
}

enum hansard_status vault_move_forbid(struct move *move, const struct store_occupant *judged, int64_t source_rev,
									  bool *ret_forbidden, struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	const struct store_partition partition = vault_partition(target, move->dialogue_id);
	const struct store_reservation forbidden = {.source_rev = source_rev, .called_off = true};
	enum store_result result = STORE_DONE;
	*ret_forbidden = false;
	for (int attempt = 0; attempt < VAULT_MOVE_ATTEMPTS; attempt++) {
		struct store_occupant found;
		result = STORE_DONE;
		enum hansard_status status = target->engine->copying->occupant(&partition, &found, error);
		if (status == HANSARD_OK && found.what == STORE_RESERVED && found.reservation.source_rev > source_rev)
			return vault_move_taken_over(move, error);
		if (status == HANSARD_OK && !is_mine(move, &found)) {
			if (!store_occupant_equal(&found, judged))
				return HANSARD_OK;
			status = reserve(move, &found, &forbidden, &result, error);
		}
		if (status == HANSARD_OK && result == STORE_DONE)
			status = target->engine->copying->clear(&partition, &move->mine, &result, error);
		*ret_forbidden = status == HANSARD_OK && result == STORE_DONE;
		if (status != HANSARD_OK || *ret_forbidden)
			return status;
	}
	return vault_move_ended(move, target, result, error);
}

/* Whether a copy of this revision of the source may come there, as for what is reserved. */
static enum hansard_status check_reserved(const struct move *move, const struct store_occupant *found,
										  int64_t source_rev, struct hansard_error *error)
{
	const struct store_reservation *there = &found->reservation;
	if (found->what != STORE_RESERVED || there->source_rev < source_rev)
		return HANSARD_OK;
	if (there->source_rev > source_rev)
		return vault_move_taken_over(move, error);
	if (!there->called_off)
		return HANSARD_OK;
	if (!vault_move_sent(move)) {
		error_set(error, HANSARD_CONFLICT, "move_called_off",
				  "where \"" ERROR_TEXT "\" would go, a move as of commit %" PRId64
				  " is marked as called off, and this store, which ends with commit %" PRId64 ", has made none",
				  ERROR_TEXT_ARGS(move->dialogue_id), there->source_rev, move->state->rev);
		error_hint(error,
				   "somebody else wrote that, or this store was put back; a commit more of it gets past that, such as "
				   "hansard keys rotate --dialogue " ERROR_TEXT "; then move it",
				   ERROR_TEXT_ARGS(move->dialogue_id));
		return HANSARD_CONFLICT;
	}
	error_set(error, HANSARD_CONFLICT, "move_called_off",
			  "the move of \"" ERROR_TEXT "\" was called off, and that is not ended",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "end it: %s; then move it anew",
			   vault_advice_migrate(move->moving->source, move->dialogue_id, " --cancel").text);
	return HANSARD_CONFLICT;
}

/* Takes the target for this copy. */
static enum hansard_status take_target(struct move *move, bool *ret_done, struct hansard_error *error)
{
	const struct store_reservation wanted = {.source_rev = move->state->rev};
	int64_t cleared = 0;
	enum store_result result = STORE_CONFLICT;
	for (int attempt = 0; attempt < VAULT_MOVE_ATTEMPTS; attempt++) {
		struct store_occupant found;
		enum hansard_status status = vault_move_look_at_target(move, &found, ret_done, error);
		if (status != HANSARD_OK || *ret_done || (attempt > 0 && is_mine(move, &found) && !move->mine.called_off))
			return status;
		const int64_t rev = found.what == STORE_PUBLISHED ? found.rev : found.reservation.source_rev;
		status = check_reserved(move, &found, wanted.source_rev, error);
		if (status != HANSARD_OK)
			return status;
		if ((found.what == STORE_PUBLISHED || (found.what == STORE_RESERVED && rev < wanted.source_rev)) &&
			cleared != rev) {
			bool forbidden;
			status = vault_move_forbid(move, &found, rev, &forbidden, error);
			if (status != HANSARD_OK)
				return status;
			if (forbidden) {
				cleared = rev;
				attempt--;
			}
			continue;
		}
		status = reserve(move, &found, &wanted, &result, error);
		if (status != HANSARD_OK || result == STORE_DONE)
			return status;
	}
	return vault_move_ended(move, move->moving->target, result, error);
}

/* The source still ends as it was copied. */
static enum hansard_status check_source(const struct move *move, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(move->moving->source, move->dialogue_id);
	struct store_view view;
	struct arena *arena = vault_move_arena(move);
	if (arena == NULL)
		return error_memory(error);
	const enum hansard_status status = partition.store->load(&partition, arena, &view, error);
	const bool stands = status == HANSARD_OK && view.exists && bytes_equal(view.note, move->state->note);
	arena_destroy(arena);
	if (status != HANSARD_OK || stands)
		return status;
	error_set(error, HANSARD_CONFLICT, "head_moved",
			  "\"" ERROR_TEXT "\" was written to while it was copied: it is not moved",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "look at it, and run it again");
	return HANSARD_CONFLICT;
}

enum hansard_status vault_move_check_whole(const struct move *move, struct vault *vault, struct hansard_error *error)
{
	struct vault_report report;
	struct arena *arena = vault_move_arena(move);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status = vault_verify(vault, move->dialogue_id, arena, &report, error);
	if (status == HANSARD_OK && !report.good) {
		status = error_set(error, HANSARD_VIOLATED, "copy_broken",
						   "what " ERROR_TEXT " has of \"" ERROR_TEXT "\" is not what was committed: " ERROR_TEXT
						   " " ERROR_TEXT,
						   ERROR_TEXT_ARGS(vault_move_identity(vault)), ERROR_TEXT_ARGS(move->dialogue_id),
						   ERROR_TEXT_ARGS(report.faults[0].address), ERROR_TEXT_ARGS(report.faults[0].what));
		error_hint(error, "nothing was taken away by it: hansard verify, over that store, names everything; %s",
				   vault_remedies(vault)->put_back);
	}
	arena_destroy(arena);
	return status;
}

/* Appends the commit that publishes the copy, which was verified, in the copy's own vault. */
static enum hansard_status publish(struct move *move, struct vault *vault, struct hansard_error *error)
{
	const struct commit_detail detail = {
		.source = vault_move_identity(move->moving->source), .items = move->moved.items, .bytes = move->moved.bytes};
	const struct vault_commit commit = {.operation = "migrate-in", .detail = &detail};
	struct vault_state *copied;
	struct arena *arena = vault_move_arena(move);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status = vault_load_so(vault, move->dialogue_id, VAULT_LOAD_UNMARKED, arena, &copied, error);
	if (status == HANSARD_OK)
		status = check_source(move, error);
	if (status == HANSARD_OK)
		status = vault_append(vault, copied, &commit, &move->moved.in_rev, error);
	arena_destroy(arena);
	return status;
}

/* Verifies the copy and publishes it. */
static enum hansard_status take_over(struct move *move, struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	struct vault_copy copy;
	struct hansard_error unmarked;
	struct vault *vault;
	vault_copy_begin(&copy, target->engine, &move->mine, move->state->note);
	const struct vault_options options = {
		.engine = &copy.base,
		.keyring = target->keyring,
		.audit = target->audit,
		.marks = target->marks,
		.guard = target->guard,
		.actor = target->actor,
		.generation_revs = target->generation_revs,
		.clock = target->clock,
		.entropy = target->entropy,
		.advice = target->advice,
	};
	enum hansard_status status = vault_create(&options, &vault, error);
	if (status != HANSARD_OK)
		return status;
	status = vault_move_check_whole(move, vault, error);
	if (status == HANSARD_VIOLATED) /* what lies there under the same revision is not copied anew */
		error_hint(error,
				   "nothing was taken away by it; call the move off, which clears the copy: %s; then move it anew",
				   vault_advice_migrate(move->moving->source, move->dialogue_id, " --cancel").text);
	if (status == HANSARD_OK)
		status = publish(move, vault, error);
	if (vault_take_unmarked(vault, &unmarked) && target->unmarked.before.status == HANSARD_OK)
		target->unmarked.before = unmarked;
	vault_destroy(vault);
	return status == HANSARD_NOT_FOUND ? vault_move_taken_over(move, error) : status; /* the reservation is another's */
}

/* Seals the source, unless it is. */
static enum hansard_status seal_source(struct move *move, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	struct vault_belonging belonging;
	int64_t rev;
	enum hansard_status status = HANSARD_OK;
	if (vault_move_sent(move))
		return move->moving->dry_run ? HANSARD_OK : vault_tidy(source, move->dialogue_id, error);
	struct arena *arena = vault_move_arena(move);
	if (arena == NULL)
		return error_memory(error);
	status = vault_belonging_stated(source, move->state, arena, &belonging, error);
	if (status == HANSARD_OK)
		status = vault_belonging_check(source, &belonging, move->dialogue_id, error);
	arena_destroy(arena);
	if (status != HANSARD_OK || move->moving->dry_run)
		return status;
	const struct commit_detail detail = {.target = vault_move_identity(move->moving->target)};
	const struct vault_commit commit = {.operation = "migrate-out", .detail = &detail};
	vault_move_writes(move);
	status = vault_append(source, move->state, &commit, &rev, error);
	if (status == HANSARD_OK)
		status = vault_tidy(source, move->dialogue_id, error);
	return status == HANSARD_OK ? vault_move_load_source(move, error) : status;
}

/* The source, of which, once it was released, nothing but the end is there; and of one whose last key was retired behind its move nothing
   but the end will do. Both are proved by the target's history alone. */
static enum hansard_status load_left(struct move *move, struct hansard_error *error)
{
	struct hansard_error cause = {.status = HANSARD_OK};
	bool alone;
	enum hansard_status status = vault_move_load_source(move, &cause);
	const bool retired = cause.status == HANSARD_VIOLATED && strcmp(cause.kind, VAULT_RETIRED_KEY) == 0;
	move->released = cause.status == HANSARD_INVALID && strcmp(cause.kind, VAULT_RELEASED) == 0;
	if (move->released || retired) {
		const enum hansard_status read = vault_move_load_end(move, &alone, error);
		if (read != HANSARD_OK)
			return read;
		move->released = vault_move_sent(move);
		if (move->released)
			return vault_move_check_target(move, error);
	}
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

static enum hansard_status run(struct move *move, struct hansard_error *error)
{
	struct store_occupant found = {.what = STORE_FREE};
	bool done = false;
	enum hansard_status status = load_left(move, error);
	if (status == HANSARD_OK && move->moving->target != NULL)
		status = vault_move_look_at_target(move, &found, &done, error);
	if (status == HANSARD_OK && !done && (move->behind || move->released)) /* it says what that means */
		status = vault_move_reload(move, error);
	if (status == HANSARD_OK && !done)
		status = check_reserved(move, &found, move->state->rev + (vault_move_sent(move) ? 0 : 1), error);
	if (status == HANSARD_OK && !done) /* before it is sealed, and before the target gives up what it may have of it */
		status = vault_move_check_whole(move, move->moving->source, error);
	if (status == HANSARD_OK && !done)
		status = seal_source(move, error);
	if (status == HANSARD_OK && done && !move->moving->dry_run)
		status = vault_move_see(move, error);
	if (status != HANSARD_OK)
		return status;
	move->moved.out_rev = vault_move_sent(move) ? move->state->rev : 0;
	if (move->moving->dry_run && !done)
		return vault_move_copy(move, error);
	if (!done)
		vault_move_writes(move);
	if (!done)
		status = take_target(move, &done, error);
	move->moved.before = done;
	const bool copies = status == HANSARD_OK && !done;
	if (copies)
		status = vault_move_copy(move, error);
	if (status == HANSARD_OK && !done)
		status = take_over(move, error);
	if (copies && status != HANSARD_OK)
		status = vault_move_called_off(move, status, error);
	return status == HANSARD_OK && !move->moving->dry_run ? vault_tidy(move->moving->target, move->dialogue_id, error)
														  : status;
}

void vault_move_writes(const struct move *move)
{
	if (move->moving->ret_begun != NULL)
		*move->moving->ret_begun = true;
}

enum hansard_status vault_move_begin(struct move *move, const struct vault_moving *moving, struct text dialogue_id,
									 struct hansard_error *error)
{
	*move = (struct move){.moving = moving, .dialogue_id = dialogue_id};
	return check_stores(moving, error);
}

enum hansard_status vault_move_end(struct move *move, enum hansard_status status, struct hansard_error *error)
{
	arena_destroy(move->arena);
	if (status != HANSARD_NOT_FOUND || !move->found)
		return status;
	error_set(error, HANSARD_BUSY, "not_shown",
			  "one of the two stores has \"" ERROR_TEXT "\", and did not show it when it was asked again",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(
		error,
		"run it again: what is done already is not done again; if it stays so, look at each with hansard verify, and at "
		"the endpoint that is configured");
	return HANSARD_BUSY;
}

enum hansard_status vault_move(const struct vault_moving *moving, struct text dialogue_id,
							   struct vault_moved *ret_moved, struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = vault_move_begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = run(&move, error);
	if (status == HANSARD_OK)
		*ret_moved = move.moved;
	return vault_move_end(&move, status, error);
}
