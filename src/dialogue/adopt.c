/*
 * Committing the difference, cut into commits that keep the ceilings.
 */
#include "adopt.h"

#include "adopt_diff.h"
#include "count.h"
#include "error.h"
#include "limits.h"
#include "vault_imports.h"

/* What one change adds to the commit itself besides its key: the leaf and the heads of its array. */
enum { COMMIT_ENTRY = 64, COMMIT_FRAME = 4096 };

/* The way of one import. */
struct adoption {
	struct vault *vault;
	const struct adopt_request *request;
	struct arena *arena;
	struct dialogue *dialogue; /* NULL: it does not exist yet */
	struct vault_chain *chain;
	struct adopt_diff diff;
	int64_t part_rev; /* as of vault_imports_part(): an import that this one ends */
	struct adopt_result result;
};

/* How much of the ceilings a commit has used. */
struct load {
	size_t changes, bytes, commit_bytes, indexed;
};

/* Which commits are of others: a rotation of keys, a restore or a move changes nothing of the record, and is of nobody. */
static enum hansard_status find_foreign(struct adoption *adoption, struct hansard_error *error)
{
	const struct vault_state *state = adoption->dialogue != NULL ? adoption->dialogue->state : NULL;
	struct adopt_diff *diff = &adoption->diff;
	struct commit *commits;
	size_t count;
	if (state == NULL)
		return HANSARD_OK;
	const enum hansard_status status =
		vault_history(adoption->vault, state, 1, state->rev, adoption->arena, &commits, &count, error);
	if (status != HANSARD_OK)
		return status;
	int64_t *foreign = arena_allocate_array(adoption->arena, count, sizeof(*foreign));
	if (foreign == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++)
		if (!vault_imports_operation(commits[i].operation) && !vault_imports_behind(commits[i].operation))
			foreign[diff->foreign_count++] = commits[i].rev;
	diff->foreign = foreign;
	diff->frozen = diff->foreign_count > 0;
	adoption->part_rev = vault_imports_part(commits, count);
	return HANSARD_OK;
}

static enum hansard_status compare(struct adoption *adoption, struct hansard_error *error)
{
	struct adopt_diff *diff = &adoption->diff;
	struct record *empty = arena_allocate(adoption->arena, sizeof(*empty));
	if (empty == NULL)
		return error_memory(error);
	record_begin(empty, adoption->arena, adoption->request->wanted->dialogue_id);
	diff->vault = adoption->vault;
	diff->arena = adoption->arena;
	diff->request = adoption->request;
	diff->stored = adoption->dialogue != NULL ? &adoption->dialogue->record : empty;
	enum hansard_status status = find_foreign(adoption, error);
	if (status == HANSARD_OK)
		status = adopt_diff_run(diff, error);
	return status;
}

/* The changes of one commit as the vault takes them, encoded once. */
struct pending {
	struct arena *arena;
	size_t from, to; /* which of the difference; `to` is the index behind the last */
	struct vault_change *changes;
	size_t count, capacity;
	struct load load;
};

/* What the ceilings say of a change. */
static struct load load_of(const struct vault_change *change)
{
	return (struct load){
		.changes = 1,
		.bytes = vault_change_size(change),
		.commit_bytes = change->key.type.size + change->key.subkey.size + COMMIT_ENTRY,
		.indexed = text_is(change->key.type, "meta") || text_is(change->key.type, "tension"),
	};
}

static struct load sum(struct load a, struct load b)
{
	return (struct load){.changes = a.changes + b.changes,
						 .bytes = a.bytes + b.bytes,
						 .commit_bytes = a.commit_bytes + b.commit_bytes,
						 .indexed = a.indexed + b.indexed};
}

static bool fits(const struct load *load)
{
	return load->changes <= LIMIT_COMMIT_CHANGES && load->bytes <= LIMIT_IMPORT_COMMIT &&
		   load->commit_bytes <= LIMIT_COMMIT_BYTES - COMMIT_FRAME && load->indexed <= LIMIT_COMMIT_INDEXED;
}

/* A file comes to the number that the change before has just left: both are one change. */
static bool follows(const struct pending *pending, const struct vault_change *change)
{
	return pending->count > 0 && item_key_compare(pending->changes[pending->count - 1].key, change->key) == 0;
}

static enum hansard_status encode(struct pending *pending, struct entity_head *entity, bool remove,
								  struct hansard_error *error)
{
	const struct dialogue_change change = {.entity = entity, .remove = remove};
	struct vault_change encoded;
	const enum hansard_status status = dialogue_encode(pending->arena, &change, &encoded, error);
	if (status != HANSARD_OK)
		return status;
	if (follows(pending, &encoded))
		pending->count--;
	else if (!arena_grow(pending->arena, &pending->changes, pending->count, &pending->capacity,
						 sizeof(*pending->changes)))
		return error_memory(error);
	pending->changes[pending->count++] = encoded;
	pending->load = sum(pending->load, load_of(&encoded));
	return HANSARD_OK;
}

/* Adds a change, with what goes in the same commit; ret_fits is false, and nothing is added, when it would be too much
   for one. */
static enum hansard_status add(struct pending *pending, const struct adopt_diff_change *change, bool *ret_fits,
							   struct hansard_error *error)
{
	const struct load load = pending->load;
	const size_t count = pending->count;
	const struct vault_change last = count > 0 ? pending->changes[count - 1] : (struct vault_change){0};
	enum hansard_status status = encode(pending, change->entity, change->remove, error);
	if (status == HANSARD_OK && change->leaves != NULL)
		status = encode(pending, change->leaves, true, error);
	if (status != HANSARD_OK)
		return status;
	*ret_fits = count == 0 || fits(&pending->load);
	if (!*ret_fits) {
		pending->changes[count - 1] = last;
		pending->count = count;
		pending->load = load;
	}
	return HANSARD_OK;
}

/* Takes the changes from pending->from on, as many of one group as fit. */
static enum hansard_status take(const struct adopt_diff *diff, struct pending *pending, struct hansard_error *error)
{
	const int group = diff->changes[pending->from].group;
	bool fitting = true;
	pending->to = pending->from;
	while (fitting && pending->to < diff->count && diff->changes[pending->to].group == group) {
		const enum hansard_status status = add(pending, &diff->changes[pending->to], &fitting, error);
		if (status != HANSARD_OK)
			return status;
		pending->to += fitting ? 1 : 0;
	}
	return HANSARD_OK;
}

/* The next commit, of the changes from `from` on: of none, where it only ends an import. The last one says that it is. In a dry
   run: everything but the writing. */
static enum hansard_status write_next(struct adoption *adoption, size_t from, size_t *ret_to,
									  struct hansard_error *error)
{
	struct pending pending = {.arena = arena_create(LIMIT_ARENA), .from = from};
	if (pending.arena == NULL)
		return error_memory(error);
	const size_t all = adoption->diff.count;
	enum hansard_status status = from < all ? take(&adoption->diff, &pending, error) : HANSARD_OK;
	const struct vault_commit commit = {.operation = pending.to < all ? VAULT_IMPORTS_PART : VAULT_IMPORTS_LAST,
										.changes = pending.changes,
										.change_count = pending.count};
	if (status == HANSARD_OK && !adoption->request->dry_run)
		status = vault_chain_append(adoption->chain, &commit, &adoption->result.rev, error);
	if (status == HANSARD_OK)
		*ret_to = pending.to;
	arena_destroy(pending.arena);
	return status;
}

/* What the import wrote before it failed, or another writer came in between, stays written. */
static enum hansard_status explain(const struct adoption *adoption, enum hansard_status status,
								   struct hansard_error *error)
{
	const struct text id = adoption->request->wanted->dialogue_id;
	if (adoption->request->dry_run || error == NULL)
		return status;
	if (adoption->result.commits == 0 && strcmp(error->kind, "dialogue_exists") == 0)
		error_hint(error, "another writer began it meanwhile: run it again: it goes on from what is there");
	if (adoption->result.commits == 0)
		return status;
	if (status != HANSARD_CONFLICT) {
		const struct hansard_error cause = *error;
		error_set(error, status, cause.kind,
				  "\"" ERROR_TEXT "\" is imported in part: %zu of its commits %s written; then: %.300s",
				  ERROR_TEXT_ARGS(id), adoption->result.commits, count_are(adoption->result.commits), cause.message);
		error_hint(error, "mend that and import it again: it goes on from there");
		return status;
	}
	error_set(error, status, "head_moved",
			  "another writer committed behind rev %" PRId64 " of \"" ERROR_TEXT
			  "\" during the import: commits written by then: %zu",
			  adoption->result.rev, ERROR_TEXT_ARGS(id), adoption->result.commits);
	error_hint(error, "run it again: it goes on from the new state");
	return status;
}

static enum hansard_status write_all(struct adoption *adoption, struct hansard_error *error)
{
	const struct adopt_request *request = adoption->request;
	const size_t all = adoption->diff.count;
	if (all == 0 && adoption->part_rev == 0)
		return HANSARD_OK;
	size_t done = 0;
	do {
		const enum hansard_status status = write_next(adoption, done, &done, error);
		if (status != HANSARD_OK)
			return explain(adoption, status, error);
		adoption->result.commits++;
		if (request->progress != NULL && !request->dry_run && all > 0)
			request->progress(request->progress_context, done, all);
	} while (done < all);
	return HANSARD_OK;
}

/* Each commit stands on what the one before it left. */
static enum hansard_status write_difference(struct adoption *adoption, struct hansard_error *error)
{
	enum hansard_status status =
		adoption->dialogue == NULL
			? vault_chain_new(adoption->vault, adoption->request->wanted->dialogue_id, &adoption->chain, error)
			: vault_chain_of(adoption->vault, adoption->dialogue->state, &adoption->chain, error);
	if (status != HANSARD_OK)
		return status;
	status = write_all(adoption, error);
	vault_chain_destroy(adoption->chain);
	return status;
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
		status = write_difference(&adoption, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < adoption.diff.count; i++) {
		adoption.result.put += !adoption.diff.changes[i].remove;
		adoption.result.removed += adoption.diff.changes[i].remove;
	}
	adoption.result.unchanged = adoption.result.commits == 0;
	adoption.result.moved = adoption.diff.moved;
	adoption.result.moved_count = adoption.diff.moved_count;
	*ret_result = adoption.result;
	return HANSARD_OK;
}
