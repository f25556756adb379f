/*
 * A commit put into the chain, and handed to the engine once. All of it is computed from a base in memory before the
 * first byte is written.
 */
#include "commit_detail.h"
#include "error.h"
#include "limits.h"
#include "note.h"
#include "vault_advice.h"
#include "vault_making.h"

/* Takes one item over into the next base, under a key whose texts it keeps itself unless they are those of the base
   before. */
static bool keep_leaf(struct vault_making *making, struct item_key key, const struct digest *leaf, bool kept)
{
	struct vault_base *next = &making->next;
	struct item_key *own = &next->keys[next->count];
	*own = key;
	next->leaves[next->count++] = *leaf;
	return kept || (arena_copy_text(making->texts, key.type, &own->type) &&
					arena_copy_text(making->texts, key.subkey, &own->subkey));
}

/* Keys and leaves after the changes: those of the base with the changed ones put in. */
static bool merge_leaves(struct vault_making *making)
{
	const struct vault_base *base = making->base;
	const size_t change_count = making->order_count;
	struct vault_base *next = &making->next;
	next->keys = arena_allocate_array(making->arrays, base->count + change_count, sizeof(*next->keys));
	next->leaves = arena_allocate_array(making->arrays, base->count + change_count, sizeof(*next->leaves));
	if (next->keys == NULL || next->leaves == NULL)
		return false;
	size_t at = 0;
	for (size_t i = 0; i < change_count; i++) {
		const struct item_key key = making->order[i].key;
		int order = 1;
		for (; at < base->count && (order = item_key_compare(base->keys[at], key)) < 0; at++)
			(void)keep_leaf(making, base->keys[at], &base->leaves[at], true);
		const bool there = at < base->count && order == 0;
		if (!making->changes[i].removed &&
			!keep_leaf(making, there ? base->keys[at] : key, &making->changes[i].leaf, there))
			return false;
		at += there ? 1 : 0;
	}
	for (; at < base->count; at++)
		(void)keep_leaf(making, base->keys[at], &base->leaves[at], true);
	return true;
}

/* Root and count after the changes. */
static enum hansard_status compute_root(struct vault_making *making, struct commit *commit, struct hansard_error *error)
{
	if (!merge_leaves(making))
		return error_memory(error);
	const struct vault_base *next = &making->next;
	commit->count = (int64_t)next->count;
	return hash_root(making->vault->hash, next->leaves, next->count, &commit->root) ? HANSARD_OK
																					: vault_crypto_failed(error);
}

/* The later of the time given, or the clock's, and the previous commit's. */
static enum hansard_status choose_time(const struct vault_making *making, struct text *ret_time,
									   struct hansard_error *error)
{
	const struct moment_clock clock = making->vault->clock;
	struct text time = making->commit->time;
	int64_t micros;
	if (text_present(time) && !moment_parse(time, &micros))
		return error_set(error, HANSARD_INVALID, "invalid_time", "\"" ERROR_TEXT "\" is not a moment",
						 ERROR_TEXT_ARGS(time));
	if (!text_present(time)) {
		char *now = arena_allocate(making->arena, MOMENT_SIZE);
		if (now == NULL)
			return error_memory(error);
		if (!moment_format(clock.now(clock.context), now))
			return error_set(error, HANSARD_FAILED, "clock_failed", "the clock shows no moment of the calendar");
		time = (struct text){.data = now, .size = MOMENT_SIZE};
	}
	if (making->base->rev > 0 && text_compare(time, making->base->time) < 0)
		time = making->base->time;
	*ret_time = time;
	return HANSARD_OK;
}

/* What the operation says of stores and of what was lost. */
static bool write_detail(struct vault_making *making, struct bytes *ret_detail)
{
	const struct commit_detail_place place = {.operation = text_of_string(making->commit->operation),
											  .rev = making->request.rev};
	struct commit_detail detail = making->commit->detail != NULL ? *making->commit->detail : (struct commit_detail){0};
	detail.store = making->vault->engine->ops->identity(making->vault->engine);
	making->scratch.size = 0;
	return commit_detail_write(place, &detail, &making->scratch) &&
		   arena_copy(making->arena, buffer_view(&making->scratch), ret_detail);
}

/* The commit, its hash, and the head that names it. */
static enum hansard_status write_commit(struct vault_making *making, struct hansard_error *error)
{
	struct store_change *request = &making->request;
	struct commit commit = {
		.tenant = making->vault->tenant,
		.dialogue_id = making->dialogue_id,
		.rev = request->rev,
		.actor = making->vault->actor,
		.operation = text_of_string(making->commit->operation),
		.changes = making->changes,
		.change_count = making->order_count,
		.previous = request->expected_hash,
	};
	struct vault_base *next = &making->next;
	enum hansard_status status = choose_time(making, &commit.time, error);
	if (status == HANSARD_OK)
		status = compute_root(making, &commit, error);
	if (status != HANSARD_OK)
		return status;
	if (!write_detail(making, &commit.detail))
		return error_memory(error);
	making->scratch.size = 0;
	status = commit_write(&commit, &making->scratch, error);
	if (status != HANSARD_OK)
		return status;
	if (!arena_copy(making->arena, buffer_view(&making->scratch), &request->commit))
		return error_memory(error);
	if (!commit_hash(making->vault->hash, request->commit, &request->hash))
		return vault_crypto_failed(error);
	const struct note note = {
		.tenant = commit.tenant, .dialogue_id = commit.dialogue_id, .rev = commit.rev, .hash = request->hash};
	making->scratch.size = 0;
	if (!note_write(&note, keyring_signers(making->vault->keyring), &making->scratch))
		return vault_crypto_failed(error);
	if (!arena_copy(making->arena, buffer_view(&making->scratch), &request->note))
		return error_memory(error);
	next->rev = commit.rev;
	next->hash = request->hash;
	return arena_copy_text(making->arrays, commit.time, &next->time) &&
				   arena_copy_text(making->arrays, commit.operation, &next->operation)
			   ? HANSARD_OK
			   : error_memory(error);
}

/* What the keys were used for. */
static enum hansard_status tell(const struct vault_making *making, struct hansard_error *error)
{
	const size_t sealed = making->put_count + making->part_count - making->wrapping_count;
	const struct vault_audit_event seal = {
		.use = VAULT_USE_SEAL, .count = (int64_t)sealed, .outcome = VAULT_OUTCOME_SUCCESS};
	enum hansard_status status = HANSARD_OK;
	if (sealed > 0)
		status = vault_keys_tell(making->vault, making->dialogue_id, making->generation, seal, error);
	struct key_kek kek;
	struct key_kek_id id;
	if (status == HANSARD_OK && making->wrapping_count > 0) {
		status = keyring_kek(making->vault->keyring, &kek, error);
		if (status == HANSARD_OK)
			status = key_kek_identify(kek, &id, error);
		if (status == HANSARD_OK)
			status = vault_tell_derived(making->vault, error);
		const struct vault_audit_event wrap = {.use = VAULT_USE_WRAP,
											   .key_id = {.data = id.hex, .size = KEY_ID_SIZE},
											   .count = (int64_t)making->wrapping_count,
											   .outcome = VAULT_OUTCOME_SUCCESS};
		if (status == HANSARD_OK)
			status = vault_tell(making->vault, &wrap, error);
	}
	return status;
}

/* Everything that will be sent, complete. */
static enum hansard_status prepare(struct vault_making *making, struct hansard_error *error)
{
	struct store_change *request = &making->request;
	request->expected_rev = making->base->rev;
	request->expected_hash = making->base->hash;
	request->restore = strcmp(making->commit->operation, "restore") == 0;
	request->rev = (request->restore ? making->commit->detail->lost_rev : making->base->rev) + 1;
	enum hansard_status status = vault_changes_order(making, error);
	if (status == HANSARD_OK)
		status = vault_seal_changes(making, error);
	if (status == HANSARD_OK)
		status = tell(making, error);
	if (status == HANSARD_OK)
		status = write_commit(making, error);
	if (status != HANSARD_OK)
		return status;
	request->puts = making->puts;
	request->put_count = making->put_count;
	request->removals = making->removals;
	request->removal_count = making->removal_count;
	request->parts = making->parts;
	request->part_count = making->part_count;
	request->listed = vault_listed(text_of_string(making->commit->operation));
	request->attempt.rev = request->rev;
	const struct moment_entropy entropy = making->vault->entropy;
	if (!entropy.fill(entropy.context, request->attempt.id, sizeof(request->attempt.id)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	return HANSARD_OK;
}

/* What has a mark is not begun anew: where it is there, that is the conflict of any taken id. */
static enum hansard_status check_new(const struct vault_making *making, const struct store_partition *partition,
									 struct hansard_error *error)
{
	struct store_view view = {.exists = false};
	struct hansard_error fault = {0};
	enum hansard_status status = vault_check_unmarked(making->vault, making->dialogue_id, &fault);
	const bool elsewhere = vault_seen_elsewhere(&fault);
	if (status == HANSARD_VIOLATED || status == HANSARD_NOT_FOUND || elsewhere) {
		struct arena *arena = arena_create(LIMIT_ARENA);
		if (arena == NULL || partition->store->load(partition, arena, &view, NULL) != HANSARD_OK)
			view.exists = false;
		arena_destroy(arena);
		error_hint(&fault, "an id is never used again: take another one, or %s%s",
				   elsewhere ? vault_advice_read(making->vault, TEXT_ABSENT, making->dialogue_id).text
							 : vault_remedies(making->vault)->put_back,
				   elsewhere ? "" : vault_remedies(making->vault)->copied);
	}
	if (status == HANSARD_OK || view.exists)
		return HANSARD_OK;
	if (status == HANSARD_NOT_FOUND) /* it was lost, and its id stays taken */
		status = fault.status = HANSARD_CONFLICT;
	if (error != NULL)
		*error = fault;
	return status;
}

static enum hansard_status conflict(const struct vault_making *making, struct hansard_error *error)
{
	if (making->base->rev == 0)
		return error_set(error, HANSARD_CONFLICT, "dialogue_exists", "a dialogue \"" ERROR_TEXT "\" exists already",
						 ERROR_TEXT_ARGS(making->dialogue_id));
	error_set(error, HANSARD_CONFLICT, "head_moved",
			  "another commit arrived on \"" ERROR_TEXT "\" since it was read: nothing was written",
			  ERROR_TEXT_ARGS(making->dialogue_id));
	error_hint(error, "run it again: it will start from the new state");
	return HANSARD_CONFLICT;
}

/* The answer was lost, or is none, as `cause` may say: asks once what became of the attempt. */
static enum hansard_status settle(const struct vault_making *making, const struct store_partition *partition,
								  const struct hansard_error *cause, struct hansard_error *error)
{
	enum store_settled settled = STORE_STILL_UNKNOWN;
	struct hansard_error fault = {0};
	if (partition->store->settle(partition, &making->request.attempt, &settled, &fault) != HANSARD_OK)
		settled = STORE_STILL_UNKNOWN;
	switch (settled) {
	case STORE_COMMITTED:
		return HANSARD_OK;
	case STORE_NOT_COMMITTED:
		error_set(error, HANSARD_UNREACHABLE, "not_committed",
				  "the store did not take commit %" PRId64 " of \"" ERROR_TEXT "\": nothing was written",
				  making->request.rev, ERROR_TEXT_ARGS(making->dialogue_id));
		error_hint(error, "run it again");
		return HANSARD_UNREACHABLE;
	case STORE_STILL_UNKNOWN:
		break;
	}
	const char *why = fault.message[0] != '\0' ? fault.message : cause->message;
	error_set(error, HANSARD_UNKNOWN, "outcome_unknown",
			  "whether commit %" PRId64 " of \"" ERROR_TEXT "\" was written could not be learnt%s%s",
			  making->request.rev, ERROR_TEXT_ARGS(making->dialogue_id), why[0] != '\0' ? ": " : "", why);
	error_hint(error, "run it again: what was written already changes nothing%s%s", cause->hint[0] != '\0' ? "; " : "",
			   cause->hint);
	return HANSARD_UNKNOWN;
}

static enum hansard_status send(const struct vault_making *making, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(making->vault, making->dialogue_id);
	enum store_result result;
	struct hansard_error cause = {.status = HANSARD_OK};
	enum hansard_status status = HANSARD_OK;
	if (making->base->rev == 0)
		status = check_new(making, &partition, error);
	if (status != HANSARD_OK)
		return status;
	status = partition.store->commit(&partition, &making->request, &result, &cause);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	if (status != HANSARD_OK)
		return status;
	switch (result) {
	case STORE_DONE:
		return HANSARD_OK;
	case STORE_CONFLICT:
		return conflict(making, error);
	case STORE_UNKNOWN:
		break;
	}
	return settle(making, &partition, &cause, error);
}

enum hansard_status vault_commit_make(struct vault_making *making, struct hansard_error *error)
{
	buffer_init(&making->scratch, LIMIT_DOCUMENT);
	enum hansard_status status = vault_begin_commit(making->vault, error);
	if (status == HANSARD_OK) {
		status = vault_check_signer(making->vault, error);
		if (status == HANSARD_OK)
			status = prepare(making, error);
		if (status == HANSARD_OK)
			status = send(making, error);
		vault_end_commit(making->vault);
	}
	buffer_finish(&making->scratch);
	if (status != HANSARD_OK)
		return status;
	struct vault_mark made = {
		.rev = making->request.rev,
		.hash = making->request.hash,
		.erased_rev = making->request.rev,
		.passed_rev = making->base->passed_rev,
		.moved_rev = strcmp(making->commit->operation, "migrate-in") == 0 ? making->base->rev : making->base->moved_rev,
		.undoes_move = making->base->undoes_move,
	};
	for (size_t i = 0; i < making->next.count; i++)
		if (text_is(making->next.keys[i].type, "dek"))
			made.erased_rev = 0;
	return vault_mark_commit(making->vault, making->dialogue_id, &made, error);
}
