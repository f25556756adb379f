/*
 * One commit: checked, sealed into stored items and parts, put into the chain, and handed to the engine once. All of it
 * is computed from a verified state in memory before the first byte is written.
 */
#include "cbor_read.h"
#include "cbor_write.h"
#include "error.h"
#include "note.h"
#include "slug.h"
#include "vault_parts.h"

/* What the frame of a stored item, and the reserved pairs of attrs, take at most. */
enum { FRAME_SIZE = 32, RESERVED_SIZE = 96 };

/* One commit being made. */
struct making {
	struct vault *vault;
	struct arena *arena;
	struct text dialogue_id;
	const struct vault_state *state; /* NULL: the first commit */
	const struct vault_commit *commit;
	const struct vault_change **order; /* the changes in address order */
	struct buffer scratch;
	struct commit_change *changes;
	struct store_item *puts;
	struct item_key *removals;
	struct store_item *parts;
	size_t put_count, removal_count, part_count, part_capacity;
	size_t stored_bytes;
	struct store_change request;
};

/* What of a change goes into parts: the content, or what of the sealed fields does not fit into the item. */
static struct bytes cut_of(const struct vault_change *change)
{
	const struct bytes whole = change->plain.bytes;
	if (change->has_content)
		return change->content.bytes;
	if (whole.size <= LIMIT_PIECE)
		return (struct bytes){0};
	return (struct bytes){.data = whole.data + LIMIT_PIECE, .size = whole.size - LIMIT_PIECE};
}

/* What of a change goes into the item's own box. An empty map of sealed fields is no box. */
static struct bytes box_of(const struct vault_change *change)
{
	struct bytes box = change->plain.bytes;
	if (!change->has_content && box.size > LIMIT_PIECE)
		box.size = LIMIT_PIECE;
	return box.size == 1 ? (struct bytes){0} : box;
}

static size_t part_count_of(const struct vault_change *change)
{
	return (cut_of(change).size + LIMIT_PIECE - 1) / LIMIT_PIECE;
}

size_t vault_change_size(const struct vault_change *change)
{
	if (change->remove)
		return 0;
	const size_t parts = part_count_of(change);
	const size_t reserved = parts > 0 || change->has_content ? RESERVED_SIZE : 0;
	return FRAME_SIZE + change->attrs.size + reserved + change->plain.bytes.size + parts * FRAME_SIZE +
		   (change->has_content ? change->content.bytes.size : 0);
}

static enum hansard_status too_large(struct hansard_error *error, const char *what, size_t limit)
{
	return error_set(error, HANSARD_INVALID, "commit_too_large", "one commit holds at most %zu %s", limit, what);
}

static enum hansard_status invalid(const struct making *making, const struct vault_change *change, const char *what,
								   struct hansard_error *error)
{
	struct text address;
	if (!vault_address(making->arena, making->dialogue_id, change->key, &address))
		return error_memory(error);
	return error_set(error, HANSARD_INVALID, "invalid_change", ERROR_TEXT " %s", ERROR_TEXT_ARGS(address), what);
}

static bool is_map(struct bytes encoded)
{
	struct cbor_reader reader;
	enum cbor_kind kind;
	cbor_read_begin(&reader, encoded);
	return cbor_read_kind(&reader, &kind) && kind == CBOR_MAP && cbor_read_skip(&reader, NULL) &&
		   cbor_read_finish(&reader);
}

/* Index of an item in the state, or SIZE_MAX. */
static size_t find_item(const struct vault_state *state, struct item_key key)
{
	size_t from = 0;
	size_t to = state == NULL ? 0 : state->item_count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		const int order = item_key_compare(state->items[middle].key, key);
		if (order == 0)
			return middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return SIZE_MAX;
}

/* What is wrong with a change, or NULL. */
static const char *fault_of(const struct making *making, const struct vault_change *change)
{
	/* There are no keys in this version, so there is nothing that a wrapped one could open. */
	if (!item_key_leaf(change->key) || text_is(change->key.type, "dek"))
		return "is no address of an item";
	if (change->remove)
		return find_item(making->state, change->key) == SIZE_MAX ? "is to be removed, but is not there" : NULL;
	if (text_is(change->key.type, "file") != change->has_content)
		return change->has_content ? "may have no content" : "has no content";
	if (!is_map(change->attrs))
		return "has attrs that are no map";
	if (vault_parts_reserved(change->attrs))
		return "has a field of a reserved name";
	if (change->plain.bytes.size > 0 && !is_map(change->plain.bytes))
		return "has sealed fields that are no map";
	return NULL;
}

static int compare_changes(const void *a, const void *b)
{
	const struct vault_change *const *left = a;
	const struct vault_change *const *right = b;
	return item_key_compare((*left)->key, (*right)->key);
}

/* Puts the changes into address order and checks each. */
static enum hansard_status order_changes(struct making *making, struct hansard_error *error)
{
	const size_t count = making->commit->change_count;
	if (count > LIMIT_COMMIT_CHANGES)
		return too_large(error, "changes", LIMIT_COMMIT_CHANGES);
	making->order = arena_allocate_array(making->arena, count, sizeof(*making->order));
	if (making->order == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		making->order[i] = &making->commit->changes[i];
		const char *fault = fault_of(making, making->order[i]);
		if (fault != NULL)
			return invalid(making, making->order[i], fault, error);
	}
	qsort(making->order, count, sizeof(*making->order), compare_changes);
	for (size_t i = 1; i < count; i++)
		if (item_key_compare(making->order[i - 1]->key, making->order[i]->key) == 0)
			return invalid(making, making->order[i], "is changed twice in one commit", error);
	return HANSARD_OK;
}

/* The ceilings that can be told before anything is sealed. */
static enum hansard_status check_ceilings(const struct making *making, struct hansard_error *error)
{
	size_t indexed = 0;
	size_t size = 0;
	for (size_t i = 0; i < making->commit->change_count; i++) {
		const struct vault_change *change = making->order[i];
		indexed += text_is(change->key.type, "meta") || text_is(change->key.type, "tension") ? 1 : 0;
		if (change->remove)
			continue;
		size += change->plain.bytes.size + (change->has_content ? change->content.bytes.size : 0);
		if (size > LIMIT_COMMIT_STORED_BYTES)
			return too_large(error, "bytes of items and parts", LIMIT_COMMIT_STORED_BYTES);
	}
	if (indexed > LIMIT_COMMIT_INDEXED)
		return too_large(error, "items of types meta, tension and dek", LIMIT_COMMIT_INDEXED);
	return HANSARD_OK;
}

/* What item_write() makes of a key, its attrs and its content. */
struct sealing {
	struct item_key key;
	struct bytes attrs;
	struct plain_bytes plain;
};

/* Seals one item or part of the new rev into the arena. */
static enum hansard_status seal(struct making *making, const struct sealing *sealing, struct store_item *ret_item,
								struct digest *ret_leaf, struct hansard_error *error)
{
	struct text address;
	struct hansard_error fault = {0};
	if (!vault_address(making->arena, making->dialogue_id, sealing->key, &address))
		return error_memory(error);
	making->scratch.size = 0;
	const enum hansard_status status =
		item_write(making->request.rev, sealing->attrs, sealing->plain, &making->scratch, &fault);
	if (status != HANSARD_OK)
		return error_set(error, status, fault.kind, ERROR_TEXT ": %s", ERROR_TEXT_ARGS(address), fault.message);
	struct store_item item = {.key = sealing->key};
	if (!arena_copy(making->arena, buffer_view(&making->scratch), &item.stored.bytes))
		return error_memory(error);
	making->stored_bytes += item.stored.bytes.size;
	if (making->stored_bytes > LIMIT_COMMIT_STORED_BYTES)
		return too_large(error, "bytes of items and parts", LIMIT_COMMIT_STORED_BYTES);
	const struct item_place place = {.tenant = making->vault->tenant, .address = address};
	if (!item_leaf(making->vault->hash, place, item.stored, ret_leaf))
		return vault_crypto_failed(error);
	*ret_item = item;
	return HANSARD_OK;
}

/* Seals the parts of a change. Parts of owners in address order are in address order themselves. */
static enum hansard_status seal_parts(struct making *making, const struct vault_change *change, struct digest *ret_root,
									  struct hansard_error *error)
{
	static const uint8_t empty_map[] = {0xa0};
	const struct bytes cut = cut_of(change);
	const size_t count = part_count_of(change);
	struct digest *leaves = arena_allocate_array(making->arena, count, sizeof(*leaves));
	if (leaves == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const size_t at = i * LIMIT_PIECE;
		const size_t left = cut.size - at;
		struct sealing part = {
			.attrs = {.data = empty_map, .size = sizeof(empty_map)},
			.plain = {.bytes = {.data = cut.data + at, .size = left < LIMIT_PIECE ? left : LIMIT_PIECE}},
		};
		if (!item_key_part(making->arena, change->key, (int)i + 1, &part.key) ||
			!arena_grow(making->arena, &making->parts, making->part_count, &making->part_capacity,
						sizeof(*making->parts)))
			return error_memory(error);
		const enum hansard_status status = seal(making, &part, &making->parts[making->part_count], &leaves[i], error);
		if (status != HANSARD_OK)
			return status;
		making->part_count++;
	}
	return hash_root(making->vault->hash, leaves, count, ret_root) ? HANSARD_OK : vault_crypto_failed(error);
}

/* Seals an item behind its parts, whose number and root its attrs carry. */
static enum hansard_status seal_item(struct making *making, const struct vault_change *change, struct digest *ret_leaf,
									 struct hansard_error *error)
{
	struct sealing item = {.key = change->key, .attrs = change->attrs, .plain = {.bytes = box_of(change)}};
	if (change->has_content || part_count_of(change) > 0) {
		struct digest root;
		const enum hansard_status status = seal_parts(making, change, &root, error);
		if (status != HANSARD_OK)
			return status;
		making->scratch.size = 0;
		if (!vault_parts_attrs(change->attrs, part_count_of(change), &root, &making->scratch) ||
			!arena_copy(making->arena, buffer_view(&making->scratch), &item.attrs))
			return error_memory(error);
	}
	const enum hansard_status status = seal(making, &item, &making->puts[making->put_count], ret_leaf, error);
	if (status == HANSARD_OK)
		making->put_count++;
	return status;
}

/* Every change sealed, and as the commit lists it. */
static enum hansard_status seal_changes(struct making *making, struct hansard_error *error)
{
	const size_t count = making->commit->change_count;
	making->changes = arena_allocate_array(making->arena, count, sizeof(*making->changes));
	making->puts = arena_allocate_array(making->arena, count, sizeof(*making->puts));
	making->removals = arena_allocate_array(making->arena, count, sizeof(*making->removals));
	if (making->changes == NULL || making->puts == NULL || making->removals == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const struct vault_change *change = making->order[i];
		struct commit_change *listed = &making->changes[i];
		*listed =
			(struct commit_change){.type = change->key.type, .subkey = change->key.subkey, .removed = change->remove};
		if (change->remove) {
			making->removals[making->removal_count++] = change->key;
			continue;
		}
		const enum hansard_status status = seal_item(making, change, &listed->leaf, error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

/* Root and count after the changes: the state's leaves with the changed ones put in. */
static enum hansard_status compute_root(struct making *making, struct commit *commit, struct hansard_error *error)
{
	const struct vault_state *state = making->state;
	const size_t before = state == NULL ? 0 : state->item_count;
	struct digest *leaves = arena_allocate_array(making->arena, before + commit->change_count, sizeof(*leaves));
	if (leaves == NULL)
		return error_memory(error);
	size_t count = 0;
	size_t at = 0;
	for (size_t i = 0; i < commit->change_count; i++) {
		const struct item_key key = making->order[i]->key;
		int order = 1;
		while (at < before && (order = item_key_compare(state->items[at].key, key)) < 0)
			leaves[count++] = state->leaves[at++];
		if (at < before && order == 0)
			at++;
		if (!commit->changes[i].removed)
			leaves[count++] = commit->changes[i].leaf;
	}
	while (at < before)
		leaves[count++] = state->leaves[at++];
	commit->count = (int64_t)count;
	return hash_root(making->vault->hash, leaves, count, &commit->root) ? HANSARD_OK : vault_crypto_failed(error);
}

/* The later of the time given, or the clock's, and the previous commit's. */
static enum hansard_status choose_time(const struct making *making, struct text *ret_time, struct hansard_error *error)
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
	if (making->state != NULL && text_compare(time, making->state->newest.time) < 0)
		time = making->state->newest.time;
	*ret_time = time;
	return HANSARD_OK;
}

/* The detail: the first commit names the store, others have none. */
static bool write_detail(struct making *making, struct bytes *ret_detail)
{
	struct cbor_writer writer;
	making->scratch.size = 0;
	cbor_write_begin(&writer, &making->scratch);
	cbor_write_map(&writer, making->state == NULL ? 1 : 0);
	if (making->state == NULL) {
		cbor_write_text(&writer, TEXT("store"));
		cbor_write_text(&writer, making->vault->engine->ops->identity(making->vault->engine));
	}
	return cbor_write_finish(&writer) && arena_copy(making->arena, buffer_view(&making->scratch), ret_detail);
}

/* The commit, its hash, and the head that names it. */
static enum hansard_status write_commit(struct making *making, struct hansard_error *error)
{
	struct store_change *request = &making->request;
	struct commit commit = {
		.tenant = making->vault->tenant,
		.dialogue_id = making->dialogue_id,
		.rev = request->rev,
		.actor = making->vault->actor,
		.operation = text_of_string(making->commit->operation),
		.changes = making->changes,
		.change_count = making->commit->change_count,
		.previous = request->expected_hash,
	};
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
	if (!note_write(&note, &making->scratch) ||
		!arena_copy(making->arena, buffer_view(&making->scratch), &request->note))
		return error_memory(error);
	return HANSARD_OK;
}

/* Everything that will be sent, complete. */
static enum hansard_status prepare(struct making *making, struct hansard_error *error)
{
	struct store_change *request = &making->request;
	request->rev = 1;
	if (making->state != NULL) {
		request->expected_rev = making->state->rev;
		request->expected_hash = making->state->hash;
		request->rev = making->state->rev + 1;
	}
	enum hansard_status status = order_changes(making, error);
	if (status == HANSARD_OK)
		status = check_ceilings(making, error);
	if (status == HANSARD_OK)
		status = seal_changes(making, error);
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
	request->listed = true;
	request->attempt.rev = request->rev;
	const struct moment_entropy entropy = making->vault->entropy;
	if (!entropy.fill(entropy.context, request->attempt.id, sizeof(request->attempt.id)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	return HANSARD_OK;
}

static enum hansard_status conflict(const struct making *making, struct hansard_error *error)
{
	if (making->state == NULL)
		return error_set(error, HANSARD_CONFLICT, "dialogue_exists", "a dialogue \"" ERROR_TEXT "\" exists already",
						 ERROR_TEXT_ARGS(making->dialogue_id));
	error_set(error, HANSARD_CONFLICT, "head_moved",
			  "another commit arrived on \"" ERROR_TEXT "\" since it was read: nothing was written",
			  ERROR_TEXT_ARGS(making->dialogue_id));
	error_hint(error, "run it again: it will start from the new state");
	return HANSARD_CONFLICT;
}

/* The answer was lost: asks once what became of the attempt. */
static enum hansard_status settle(const struct making *making, const struct store_partition *partition,
								  struct hansard_error *error)
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
	error_set(error, HANSARD_UNKNOWN, "outcome_unknown",
			  "whether commit %" PRId64 " of \"" ERROR_TEXT "\" was written could not be learnt%s%s", making->request.rev,
			  ERROR_TEXT_ARGS(making->dialogue_id), fault.message[0] != '\0' ? ": " : "", fault.message);
	error_hint(error, "run it again: what was written already changes nothing");
	return HANSARD_UNKNOWN;
}

static enum hansard_status send(const struct making *making, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(making->vault, making->dialogue_id);
	enum store_result result;
	const enum hansard_status status = partition.store->commit(&partition, &making->request, &result, error);
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
	return settle(making, &partition, error);
}

static enum hansard_status make(struct making *making, int64_t *ret_rev, struct hansard_error *error)
{
	making->arena = arena_create(LIMIT_ARENA);
	if (making->arena == NULL)
		return error_memory(error);
	buffer_init(&making->scratch, LIMIT_DOCUMENT);
	enum hansard_status status = prepare(making, error);
	if (status == HANSARD_OK)
		status = send(making, error);
	if (status == HANSARD_OK)
		*ret_rev = making->request.rev;
	buffer_finish(&making->scratch);
	arena_destroy(making->arena);
	return status;
}

/* Only what this release writes may be written, and only on top of what it knows. */
static enum hansard_status check_operation(struct text operation, struct hansard_error *error)
{
	return commit_operation_known(operation)
			   ? HANSARD_OK
			   : error_set(error, HANSARD_INVALID, "unknown_operation",
						   "nothing is written by, or on top of, an operation \"" ERROR_TEXT
						   "\" that is not known here",
						   ERROR_TEXT_ARGS(operation));
}

enum hansard_status vault_create_dialogue(struct vault *vault, struct text dialogue_id,
										  const struct vault_commit *commit, int64_t *ret_rev,
										  struct hansard_error *error)
{
	if (!slug_valid(dialogue_id, LIMIT_DIALOGUE_ID))
		return error_set(error, HANSARD_INVALID, "invalid_dialogue_id", "\"" ERROR_TEXT "\" is not an id of a dialogue",
						 ERROR_TEXT_ARGS(dialogue_id));
	const enum hansard_status status = check_operation(text_of_string(commit->operation), error);
	if (status != HANSARD_OK)
		return status;
	struct making making = {.vault = vault, .dialogue_id = dialogue_id, .commit = commit};
	return make(&making, ret_rev, error);
}

enum hansard_status vault_append(struct vault *vault, const struct vault_state *state,
								 const struct vault_commit *commit, int64_t *ret_rev, struct hansard_error *error)
{
	enum hansard_status status = check_operation(state->newest.operation, error);
	if (status == HANSARD_OK)
		status = check_operation(text_of_string(commit->operation), error);
	if (status != HANSARD_OK)
		return status;
	if (state->rev >= LIMIT_REV)
		return error_set(error, HANSARD_INVALID, "too_many_commits", "a dialogue takes no more commits than it has");
	struct making making = {.vault = vault, .dialogue_id = state->dialogue_id, .state = state, .commit = commit};
	return make(&making, ret_rev, error);
}
