/*
 * Moves between stores, step by step. Each step looks at what there is, so that one that was done is not done again.
 */
#include "commit_detail.h"
#include "error.h"
#include "limits.h"
#include "vault_belonging.h"
#include "vault_copy.h"
#include "vault_move_private.h"
#include "vault_verify.h"

static struct text identity_of(const struct vault *vault)
{
	return vault->engine->ops->identity(vault->engine);
}

static bool is_newest(const struct vault_state *state, const char *operation)
{
	return text_is(state->newest.operation, operation);
}

static enum hansard_status check_stores(const struct vault_moving *moving, struct hansard_error *error)
{
	if (!text_equal(identity_of(moving->source), identity_of(moving->target)))
		return HANSARD_OK;
	return error_set(error, HANSARD_INVALID, "same_store", "source and target are one store, " ERROR_TEXT,
					 ERROR_TEXT_ARGS(identity_of(moving->source)));
}

/* A commit `migrate-out` is the newest: it has to name the target. */
static enum hansard_status check_target(const struct move *move, struct hansard_error *error)
{
	const struct commit *newest = &move->state->newest;
	const struct commit_detail_place place = {.operation = newest->operation, .rev = newest->rev};
	struct commit_detail detail;
	if (!commit_detail_read(place, newest->detail, &detail))
		return error_set(error, HANSARD_VIOLATED, "invalid_commit", "commit %" PRId64 " does not say its store",
						 newest->rev);
	if (text_equal(detail.target, identity_of(move->moving->target)))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "migrated",
			  "\"" ERROR_TEXT "\" is on its way to another store, " ERROR_TEXT ", by its commit %" PRId64,
			  ERROR_TEXT_ARGS(move->dialogue_id), ERROR_TEXT_ARGS(detail.target), newest->rev);
	error_hint(error, "move it there, or call that off first");
	return HANSARD_INVALID;
}

/* The source, whatever its mark says: the target may have taken over from it, and more been seen there. */
static enum hansard_status load_source(struct move *move, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	struct vault_mark mark;
	enum vault_standing standing = VAULT_REACHED;
	enum hansard_status status = vault_read_mark(source, move->dialogue_id, &mark, error);
	if (status == HANSARD_OK)
		status = vault_load_so(source, move->dialogue_id, VAULT_LOAD_UNMARKED, move->arena, &move->state, error);
	if (status == HANSARD_OK && mark.rev > 0)
		status = vault_standing(source, move->state, &mark, &standing, error);
	if (status != HANSARD_OK)
		return status;
	move->behind = standing == VAULT_ROLLED_BACK && is_newest(move->state, "migrate-out");
	if (!move->behind && standing != VAULT_REACHED) /* it says what that means */
		status = vault_load(source, move->dialogue_id, move->arena, &move->state, error);
	if (status == HANSARD_OK && is_newest(move->state, "migrate-out"))
		status = check_target(move, error);
	return status;
}

static enum hansard_status exists(const struct move *move, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "dialogue_exists",
			  "the target has a dialogue \"" ERROR_TEXT "\" that this one did not come from",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "nothing was copied: an id is never used again");
	return HANSARD_CONFLICT;
}

enum hansard_status vault_move_taken_over(const struct move *move, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "move_taken_over", "another process moves \"" ERROR_TEXT "\" there",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "let it end, and run it again: what is done already is not done again");
	return HANSARD_CONFLICT;
}

/* What has no items any more, and is released. */
static bool is_released(const struct hansard_error *error)
{
	return error->status == HANSARD_INVALID && strcmp(error->kind, VAULT_RELEASED) == 0;
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
	*ret_done = standing == VAULT_REACHED && is_newest(move->state, "migrate-out");
	move->moved.in_rev = move->state->rev + 1;
	return *ret_done ? HANSARD_OK : exists(move, error);
}

/* What there is of it in the target. *ret_done: it has taken over from the newest commit of the source. A dialogue that moved away from
   there once, and that the source goes on from, makes room; any other does not. */
static enum hansard_status look_at_target(struct move *move, struct store_occupant *ret_occupant, bool *ret_done,
										  struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	const struct vault_state *state = move->state;
	const struct store_partition partition = vault_partition(target, move->dialogue_id);
	struct vault_state *there;
	enum vault_standing standing;
	*ret_done = false;
	enum hansard_status status = target->engine->copying->occupant(&partition, ret_occupant, error);
	if (status != HANSARD_OK || ret_occupant->what != STORE_PUBLISHED)
		return status;
	struct hansard_error cause = {0};
	status = vault_load_so(target, move->dialogue_id, VAULT_LOAD_UNMARKED, move->arena, &there, &cause);
	const bool left = is_released(&cause) || (status == HANSARD_OK && is_newest(there, "migrate-out"));
	if (status != HANSARD_OK && !left) {
		if (error != NULL)
			*error = cause;
		return status;
	}
	if (ret_occupant->rev > state->rev && status == HANSARD_OK)
		return has_taken_over(move, there, ret_done, error);
	const struct vault_mark end = {.rev = ret_occupant->rev, .hash = ret_occupant->hash};
	status = vault_standing(move->moving->source, state, &end, &standing, error);
	return status == HANSARD_OK && (standing != VAULT_REACHED || !left) ? exists(move, error) : status;
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

/* Forbids every copy up to a revision of the source, and takes away what the target has. */
static enum hansard_status forbid(struct move *move, int64_t source_rev, struct hansard_error *error)
{
	struct vault *target = move->moving->target;
	const struct store_partition partition = vault_partition(target, move->dialogue_id);
	const struct store_reservation forbidden = {.source_rev = source_rev, .called_off = true};
	for (int attempt = 0; attempt < VAULT_MOVE_ATTEMPTS; attempt++) {
		struct store_occupant found;
		enum store_result result = STORE_CONFLICT;
		enum hansard_status status = target->engine->copying->occupant(&partition, &found, error);
		if (status == HANSARD_OK && found.what == STORE_RESERVED && found.reservation.source_rev > source_rev)
			return vault_move_taken_over(move, error);
		if (status == HANSARD_OK && !is_mine(move, &found))
			status = reserve(move, &found, &forbidden, &result, error);
		else
			result = STORE_DONE;
		if (status == HANSARD_OK && result == STORE_DONE)
			status = target->engine->copying->clear(&partition, &move->mine, &result, error);
		if (status != HANSARD_OK || result == STORE_DONE)
			return status;
	}
	return vault_move_taken_over(move, error);
}

/* Takes the target for this copy. */
static enum hansard_status take_target(struct move *move, bool *ret_done, struct hansard_error *error)
{
	const struct store_reservation wanted = {.source_rev = move->state->rev};
	int64_t cleared = 0;
	for (int attempt = 0; attempt < VAULT_MOVE_ATTEMPTS; attempt++) {
		struct store_occupant found;
		enum store_result result;
		enum hansard_status status = look_at_target(move, &found, ret_done, error);
		if (status != HANSARD_OK || *ret_done || (attempt > 0 && is_mine(move, &found) && !move->mine.called_off))
			return status;
		const int64_t rev = found.what == STORE_PUBLISHED ? found.rev : found.reservation.source_rev;
		if (found.what != STORE_FREE && rev > wanted.source_rev)
			return vault_move_taken_over(move, error);
		if (found.what == STORE_RESERVED && rev == wanted.source_rev && found.reservation.called_off) {
			error_set(error, HANSARD_CONFLICT, "move_called_off",
					  "the move of \"" ERROR_TEXT "\" was called off, and that is not ended",
					  ERROR_TEXT_ARGS(move->dialogue_id));
			error_hint(error, "end it: hansard migrate --cancel; then move it anew");
			return HANSARD_CONFLICT;
		}
		if ((found.what == STORE_PUBLISHED || (found.what == STORE_RESERVED && rev < wanted.source_rev)) &&
			cleared != rev) {
			status = forbid(move, rev, error);
			cleared = rev;
			if (status != HANSARD_OK)
				return status;
			attempt--;
			continue;
		}
		status = reserve(move, &found, &wanted, &result, error);
		if (status != HANSARD_OK || result == STORE_DONE)
			return status;
	}
	return vault_move_taken_over(move, error);
}

/* The source still ends as it was copied. */
static enum hansard_status check_source(const struct move *move, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(move->moving->source, move->dialogue_id);
	struct store_view view;
	const enum hansard_status status = partition.store->load(&partition, move->arena, &view, error);
	if (status != HANSARD_OK || (view.exists && bytes_equal(view.note, move->state->note)))
		return status;
	error_set(error, HANSARD_CONFLICT, "head_moved",
			  "\"" ERROR_TEXT "\" was written to while it was copied: it is not moved",
			  ERROR_TEXT_ARGS(move->dialogue_id));
	error_hint(error, "look at it, and run it again");
	return HANSARD_CONFLICT;
}

/* Of the copy as the target holds it. */
static enum hansard_status check_copy(const struct move *move, struct vault *vault, struct hansard_error *error)
{
	struct vault_report report;
	const enum hansard_status status = vault_verify(vault, move->dialogue_id, move->arena, &report, error);
	if (status != HANSARD_OK || report.good)
		return status;
	error_set(error, HANSARD_VIOLATED, "copy_broken",
			  "what was copied of \"" ERROR_TEXT "\" is not what was committed: " ERROR_TEXT " " ERROR_TEXT,
			  ERROR_TEXT_ARGS(move->dialogue_id), ERROR_TEXT_ARGS(report.faults[0].address),
			  ERROR_TEXT_ARGS(report.faults[0].what));
	error_hint(
		error,
		"the source is as it was: hansard verify says whether it is whole; then call this move off, or run it again");
	return HANSARD_VIOLATED;
}

/* Verifies the copy and publishes it. */
static enum hansard_status take_over(struct move *move, struct hansard_error *error)
{
	const struct vault *target = move->moving->target;
	struct vault_copy copy;
	struct vault_state *copied;
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
	};
	enum hansard_status status = vault_create(&options, &vault, error);
	if (status != HANSARD_OK)
		return status;
	const struct commit_detail detail = {
		.source = identity_of(move->moving->source), .items = move->moved.items, .bytes = move->moved.bytes};
	const struct vault_commit commit = {.operation = "migrate-in", .detail = &detail};
	status = check_copy(move, vault, error);
	if (status == HANSARD_OK)
		status = vault_load_so(vault, move->dialogue_id, VAULT_LOAD_UNMARKED, move->arena, &copied, error);
	if (status == HANSARD_OK)
		status = check_source(move, error);
	if (status == HANSARD_OK)
		status = vault_append(vault, copied, &commit, &move->moved.in_rev, error);
	vault_destroy(vault);
	return status;
}

/* Seals the source, unless it is. */
static enum hansard_status seal_source(struct move *move, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	const struct commit_detail detail = {.target = identity_of(move->moving->target)};
	const struct vault_commit commit = {.operation = "migrate-out", .detail = &detail};
	struct vault_belonging belonging;
	int64_t rev;
	enum hansard_status status = HANSARD_OK;
	if (is_newest(move->state, "migrate-out"))
		return vault_tidy(source, move->dialogue_id, error);
	status = vault_belonging_of(source, move->state, move->arena, &belonging, error);
	if (status == HANSARD_OK && belonging.kind != VAULT_BELONGING_ERASED)
		status = vault_belonging_check(&belonging, move->dialogue_id, error);
	if (status != HANSARD_OK || move->moving->dry_run)
		return status;
	status = vault_append(source, move->state, &commit, &rev, error);
	if (status == HANSARD_OK)
		status = vault_tidy(source, move->dialogue_id, error);
	return status == HANSARD_OK ? load_source(move, error) : status;
}

static enum hansard_status run(struct move *move, struct hansard_error *error)
{
	struct store_occupant found;
	bool done = false;
	enum hansard_status status = load_source(move, error);
	if (status == HANSARD_OK)
		status = look_at_target(move, &found, &done, error);
	if (status == HANSARD_OK && !done && move->behind) /* it says what that means */
		status = vault_load(move->moving->source, move->dialogue_id, move->arena, &move->state, error);
	if (status == HANSARD_OK && !done)
		status = seal_source(move, error);
	if (status != HANSARD_OK)
		return status;
	move->moved.out_rev = is_newest(move->state, "migrate-out") ? move->state->rev : 0;
	if (move->moving->dry_run && !done)
		return vault_move_copy(move, error);
	if (!done)
		status = take_target(move, &done, error);
	move->moved.before = done;
	if (status == HANSARD_OK && !done)
		status = vault_move_copy(move, error);
	if (status == HANSARD_OK && !done)
		status = take_over(move, error);
	return status == HANSARD_OK && !move->moving->dry_run ? vault_tidy(move->moving->target, move->dialogue_id, error)
														  : status;
}

/* A move of one dialogue between two stores that are not the same. */
static enum hansard_status begin(struct move *move, const struct vault_moving *moving, struct text dialogue_id,
								 struct hansard_error *error)
{
	*move = (struct move){.moving = moving, .dialogue_id = dialogue_id};
	const enum hansard_status status = check_stores(moving, error);
	if (status != HANSARD_OK)
		return status;
	move->arena = arena_create(LIMIT_ARENA);
	return move->arena == NULL ? error_memory(error) : HANSARD_OK;
}

enum hansard_status vault_move(const struct vault_moving *moving, struct text dialogue_id,
							   struct vault_moved *ret_moved, struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = run(&move, error);
	if (status == HANSARD_OK)
		*ret_moved = move.moved;
	arena_destroy(move.arena);
	return status;
}

static enum hansard_status call_off(struct move *move, int64_t *ret_rev, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	const struct vault_commit commit = {.operation = "migrate-cancel"};
	struct store_occupant found;
	bool done = false;
	*ret_rev = 0;
	enum hansard_status status = load_source(move, error);
	if (status != HANSARD_OK || !is_newest(move->state, "migrate-out"))
		return status;
	status = look_at_target(move, &found, &done, error);
	if (status == HANSARD_OK && done) {
		error_set(error, HANSARD_CONFLICT, "already_moved",
				  "\"" ERROR_TEXT "\" has been moved: there is nothing to call off",
				  ERROR_TEXT_ARGS(move->dialogue_id));
		error_hint(error, "move it back, from there");
		return HANSARD_CONFLICT;
	}
	if (status == HANSARD_OK)
		status = forbid(move, move->state->rev, error);
	if (status == HANSARD_OK)
		status = vault_append(source, move->state, &commit, ret_rev, error);
	return status == HANSARD_OK ? vault_tidy(source, move->dialogue_id, error) : status;
}

enum hansard_status vault_move_cancel(const struct vault_moving *moving, struct text dialogue_id, int64_t *ret_rev,
									  struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = call_off(&move, ret_rev, error);
	arena_destroy(move.arena);
	return status;
}

static enum hansard_status release(struct move *move, bool *ret_released, struct hansard_error *error)
{
	struct vault *source = move->moving->source;
	const struct store_partition partition = vault_partition(source, move->dialogue_id);
	struct hansard_error cause = {0};
	struct store_occupant found;
	enum store_result result = STORE_UNKNOWN;
	bool done = false;
	*ret_released = false;
	enum hansard_status status = load_source(move, &cause);
	if (status != HANSARD_OK && is_released(&cause))
		return HANSARD_OK;
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	if (status == HANSARD_OK)
		status = look_at_target(move, &found, &done, error);
	if (status == HANSARD_OK && !done) {
		error_set(error, HANSARD_INVALID, "not_moved",
				  "\"" ERROR_TEXT "\" was not moved to " ERROR_TEXT ": nothing of it is released",
				  ERROR_TEXT_ARGS(move->dialogue_id), ERROR_TEXT_ARGS(identity_of(move->moving->target)));
		error_hint(error, "move it first: hansard migrate --to BACKEND");
		return HANSARD_INVALID;
	}
	if (status != HANSARD_OK)
		return status;
	const struct store_tidy_request request = {.rev = move->state->rev, .hash = move->state->hash};
	for (int attempt = 0; status == HANSARD_OK && result == STORE_UNKNOWN && attempt < VAULT_MOVE_ATTEMPTS; attempt++)
		status = source->engine->copying->release(&partition, &request, &result, error);
	if (status != HANSARD_OK)
		return status;
	*ret_released = result == STORE_DONE;
	return *ret_released ? HANSARD_OK : vault_move_taken_over(move, error);
}

enum hansard_status vault_move_release(const struct vault_moving *moving, struct text dialogue_id, bool *ret_released,
									   struct hansard_error *error)
{
	struct move move;
	enum hansard_status status = begin(&move, moving, dialogue_id, error);
	if (status == HANSARD_OK)
		status = release(&move, ret_released, error);
	arena_destroy(move.arena);
	return status;
}
