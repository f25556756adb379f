/*
 * Committing the difference, cut into commits that keep the ceilings.
 */
#include "adopt.h"

#include "adopt_diff.h"
#include "error.h"
#include "limits.h"

/* What one change adds to the commit itself besides its key: the leaf and the heads of its array. */
enum { COMMIT_ENTRY = 64, COMMIT_FRAME = 4096 };

/* The way of one import. */
struct adoption {
	struct vault *vault;
	const struct adopt_request *request;
	struct arena *arena;
	struct dialogue *dialogue; /* NULL: it does not exist yet */
	struct adopt_diff diff;
	struct adopt_result result;
	size_t done;
};

/* How much of the ceilings a commit has used. */
struct load {
	size_t changes, bytes, commit_bytes, indexed;
};

static bool *foreign_commits(struct adoption *adoption, struct hansard_error *error, enum hansard_status *ret_status)
{
	const struct vault_state *state = adoption->dialogue != NULL ? adoption->dialogue->state : NULL;
	size_t count = state != NULL ? (size_t)state->rev + 1 : 1;
	bool *foreign = arena_allocate_array(adoption->arena, count, sizeof(*foreign));
	*ret_status = foreign == NULL ? error_memory(error) : HANSARD_OK;
	if (foreign == NULL || state == NULL)
		return foreign;
	struct commit *commits;
	size_t commit_count;
	*ret_status = vault_history(adoption->vault, state, 1, state->rev, adoption->arena, &commits, &commit_count, error);
	for (size_t i = 0; *ret_status == HANSARD_OK && i < commit_count; i++) {
		foreign[commits[i].rev] = !text_is(commits[i].operation, "import");
		adoption->diff.frozen |= foreign[commits[i].rev];
	}
	return foreign;
}

static enum hansard_status compare(struct adoption *adoption, struct hansard_error *error)
{
	struct adopt_diff *diff = &adoption->diff;
	enum hansard_status status;
	struct record *empty = arena_allocate(adoption->arena, sizeof(*empty));
	if (empty == NULL)
		return error_memory(error);
	record_begin(empty, adoption->arena, adoption->request->wanted->dialogue_id);
	diff->vault = adoption->vault;
	diff->arena = adoption->arena;
	diff->request = adoption->request;
	diff->stored = adoption->dialogue != NULL ? &adoption->dialogue->record : empty;
	diff->foreign = foreign_commits(adoption, error, &status);
	if (status == HANSARD_OK)
		status = adopt_diff_run(diff, error);
	return status;
}

/* What a change will use. It is encoded into scratch, which is thrown away. */
static enum hansard_status measure(const struct dialogue_change *change, struct load *ret_load,
								   struct hansard_error *error)
{
	struct arena *scratch = arena_create(LIMIT_ARENA);
	struct vault_change encoded;
	if (scratch == NULL)
		return error_memory(error);
	enum hansard_status status = dialogue_encode(scratch, change, &encoded, error);
	if (status == HANSARD_OK) {
		const enum entity_type type = change->entity->type;
		*ret_load = (struct load){
			.changes = 1,
			.bytes = vault_change_size(&encoded),
			.commit_bytes = encoded.key.type.size + encoded.key.subkey.size + COMMIT_ENTRY,
			.indexed = type == ENTITY_META || type == ENTITY_TENSION,
		};
	}
	arena_destroy(scratch);
	return status;
}

static enum hansard_status measure_whole(const struct adopt_diff_change *change, struct load *ret_load,
										 struct hansard_error *error)
{
	const struct dialogue_change first = {.entity = change->entity, .remove = change->remove};
	enum hansard_status status = measure(&first, ret_load, error);
	if (status != HANSARD_OK || change->leaves == NULL)
		return status;
	const struct dialogue_change second = {.entity = change->leaves, .remove = true};
	struct load more;
	status = measure(&second, &more, error);
	if (status != HANSARD_OK)
		return status;
	ret_load->changes += more.changes;
	ret_load->bytes += more.bytes;
	ret_load->commit_bytes += more.commit_bytes;
	return HANSARD_OK;
}

static bool fits(const struct load *load, const struct load *more)
{
	return load->changes + more->changes <= LIMIT_COMMIT_CHANGES && load->bytes + more->bytes <= LIMIT_IMPORT_COMMIT &&
		   load->commit_bytes + more->commit_bytes <= LIMIT_COMMIT_BYTES - COMMIT_FRAME &&
		   load->indexed + more->indexed <= LIMIT_COMMIT_INDEXED;
}

/* Index behind the last change that goes into the commit that begins at `from`. */
static enum hansard_status cut(struct adoption *adoption, size_t from, size_t *ret_to, struct hansard_error *error)
{
	const struct adopt_diff *diff = &adoption->diff;
	struct load load = {0};
	size_t to = from;
	for (; to < diff->count && diff->changes[to].group == diff->changes[from].group; to++) {
		struct load more = {0};
		enum hansard_status status = measure_whole(&diff->changes[to], &more, error);
		if (status != HANSARD_OK)
			return status;
		if (to > from && !fits(&load, &more))
			break;
		load.changes += more.changes;
		load.bytes += more.bytes;
		load.commit_bytes += more.commit_bytes;
		load.indexed += more.indexed;
	}
	*ret_to = to;
	return HANSARD_OK;
}

static enum hansard_status write_commit(struct adoption *adoption, const struct vault_state *state, size_t from,
										size_t to, struct hansard_error *error)
{
	struct dialogue_changes changes;
	dialogue_changes_begin(&changes, adoption->arena);
	for (size_t i = from; i < to; i++) {
		const struct adopt_diff_change *change = &adoption->diff.changes[i];
		bool good = change->remove ? dialogue_changes_remove(&changes, change->entity)
								   : dialogue_changes_put(&changes, change->entity);
		if (!good || (change->leaves != NULL && !dialogue_changes_remove(&changes, change->leaves)))
			return error_memory(error);
	}
	const struct dialogue_write write = {
		.id = adoption->request->wanted->dialogue_id, .state = state, .operation = "import", .changes = &changes};
	return dialogue_write(adoption->vault, &write, &adoption->result.rev, error);
}

/* The next commit stands on the state that the one before it left, and on no other. */
static enum hansard_status write_next(struct adoption *adoption, size_t from, size_t to, struct hansard_error *error)
{
	if (adoption->result.commits == 0)
		return write_commit(adoption, adoption->dialogue != NULL ? adoption->dialogue->state : NULL, from, to, error);
	struct arena *scratch = arena_create(LIMIT_ARENA);
	if (scratch == NULL)
		return error_memory(error);
	struct vault_state *state;
	enum hansard_status status =
		vault_load(adoption->vault, adoption->request->wanted->dialogue_id, scratch, &state, error);
	if (status == HANSARD_OK && state->rev != adoption->result.rev)
		status = error_set(error, HANSARD_CONFLICT, "head_moved",
						   "another writer committed rev %" PRId64 " during the import", state->rev);
	if (status == HANSARD_OK)
		status = write_commit(adoption, state, from, to, error);
	arena_destroy(scratch);
	return status;
}

static enum hansard_status write_all(struct adoption *adoption, struct hansard_error *error)
{
	const struct adopt_request *request = adoption->request;
	const struct adopt_diff *diff = &adoption->diff;
	for (size_t from = 0, to = 0; from < diff->count; from = to) {
		enum hansard_status status = cut(adoption, from, &to, error);
		if (status == HANSARD_OK && !request->dry_run)
			status = write_next(adoption, from, to, error);
		if (status != HANSARD_OK)
			return status;
		adoption->result.commits++;
		if (request->progress != NULL && !request->dry_run)
			request->progress(request->progress_context, to, diff->count);
	}
	return HANSARD_OK;
}

enum hansard_status adopt_record(struct vault *vault, const struct adopt_request *request, struct arena *arena,
								 struct adopt_result *ret_result, struct hansard_error *error)
{
	struct adoption adoption = {.vault = vault, .request = request, .arena = arena};
	struct hansard_error cause = {0};
	if (record_meta(request->wanted) == NULL)
		return error_set(error, HANSARD_INVALID, "missing_field", "a dialogue without meta cannot be taken in");
	enum hansard_status status = dialogue_open(vault, request->wanted->dialogue_id, arena, &adoption.dialogue, &cause);
	if (status != HANSARD_OK && status != HANSARD_NOT_FOUND) {
		if (error != NULL)
			*error = cause;
		return status;
	}
	adoption.result.created = status == HANSARD_NOT_FOUND;
	adoption.result.rev = adoption.dialogue != NULL ? adoption.dialogue->record.rev : 0;
	status = compare(&adoption, error);
	if (status == HANSARD_OK)
		status = write_all(&adoption, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < adoption.diff.count; i++) {
		adoption.result.put += !adoption.diff.changes[i].remove;
		adoption.result.removed += adoption.diff.changes[i].remove;
	}
	adoption.result.unchanged = adoption.diff.count == 0;
	adoption.result.moved = adoption.diff.moved;
	adoption.result.moved_count = adoption.diff.moved_count;
	*ret_result = adoption.result;
	return HANSARD_OK;
}
