/*
 * The five slots. A load is one read transaction: the head by its key, then one range of adjacent rows. A commit is one
 * write transaction; parts go with their item by a foreign key.
 */
#include "sqlite_dialogues.h"

#include "error.h"
#include "limits.h"
#include "sqlite_schema.h"
#include "store_index.h"

static struct sqlite_db *db_of(const struct store_partition *partition)
{
	return &((struct sqlite_engine *)partition->engine)->db;
}

/* A query whose first two values are the partition: every statement of this file begins so. */
static struct sqlite_query begin(const struct store_partition *partition, enum sqlite_db_statement statement)
{
	struct sqlite_query query = sqlite_query_begin(db_of(partition), statement);
	sqlite_query_text(&query, partition->tenant);
	sqlite_query_text(&query, partition->dialogue_id);
	return query;
}

/* Copies the current row's type, subkey and stored, side by side, in one piece of the arena. */
static bool copy_row(const struct sqlite_query *query, struct arena *arena, struct store_item *ret_item)
{
	const struct bytes type = sqlite_query_column(query, 0);
	const struct bytes subkey = sqlite_query_column(query, 1);
	const struct bytes stored = sqlite_query_column(query, 2);
	uint8_t *copy = arena_allocate(arena, type.size + subkey.size + stored.size);
	if (copy == NULL)
		return false;
	if (type.size > 0)
		memcpy(copy, type.data, type.size);
	if (subkey.size > 0)
		memcpy(copy + type.size, subkey.data, subkey.size);
	if (stored.size > 0)
		memcpy(copy + type.size + subkey.size, stored.data, stored.size);
	*ret_item = (struct store_item){
		.key = {.type = {.data = (const char *)copy, .size = type.size},
				.subkey = {.data = (const char *)copy + type.size, .size = subkey.size}},
		.stored = {.bytes = {.data = copy + type.size + subkey.size, .size = stored.size}},
	};
	return true;
}

bool sqlite_dialogues_copies_agree(const struct sqlite_query *query, int column, const struct store_item *item,
								   bool listed)
{
	struct store_index index;
	if (!store_index_of(item, listed, &index))
		return false;
	return bytes_equal(sqlite_query_column(query, column), bytes_of_text(index.status)) &&
		   bytes_equal(sqlite_query_column(query, column + 1), bytes_of_text(index.updated_at)) &&
		   sqlite_query_column_integer(query, column + 2) == index.open_tension;
}

/* One load under way. */
struct loading {
	struct arena *arena;
	struct store_view view;
	bool listed;
};

static enum hansard_status read_head(const struct store_partition *partition, struct loading *loading,
									 struct hansard_error *error)
{
	bool copied = true;
	struct sqlite_query query = begin(partition, SQLITE_DB_HEAD);
	if (sqlite_query_row(&query)) {
		loading->view.exists = true;
		copied = arena_copy(loading->arena, sqlite_query_column(&query, 2), &loading->view.note) &&
				 arena_copy(loading->arena, sqlite_query_column(&query, 3), &loading->view.commit);
		loading->listed = sqlite_query_column_integer(&query, 4) != 0;
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	return status == HANSARD_OK && !copied ? error_memory(error) : status;
}

static enum hansard_status read_items(const struct store_partition *partition, struct loading *loading,
									  struct hansard_error *error)
{
	struct store_view *view = &loading->view;
	bool copied = true;
	size_t capacity = 0;
	struct sqlite_query query = begin(partition, SQLITE_DB_ITEMS);
	while (copied && sqlite_query_row(&query)) {
		copied = arena_grow(loading->arena, &view->items, view->item_count, &capacity, sizeof(*view->items)) &&
				 copy_row(&query, loading->arena, &view->items[view->item_count]);
		if (copied && store_index_listed(view->items[view->item_count].key))
			view->stale_indexes +=
				!sqlite_dialogues_copies_agree(&query, 3, &view->items[view->item_count], loading->listed);
		view->item_count++;
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	return status == HANSARD_OK && !copied ? error_memory(error) : status;
}

static enum hansard_status load(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error)
{
	struct sqlite_db *db = db_of(partition);
	struct loading loading = {.arena = arena};
	enum hansard_status status = sqlite_db_run(db, SQLITE_DB_BEGIN_READ, error);
	if (status == HANSARD_OK)
		status = read_head(partition, &loading, error);
	if (status == HANSARD_OK && loading.view.exists)
		status = read_items(partition, &loading, error);
	sqlite_db_rollback(db);
	if (status == HANSARD_OK)
		*ret_view = loading.view;
	return status;
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	struct store_history found = {.count = 0};
	bool copied = true;
	size_t capacity = 0;
	struct sqlite_query query = begin(partition, SQLITE_DB_HISTORY);
	sqlite_query_integer(&query, request->from);
	sqlite_query_integer(&query, request->to);
	while (copied && sqlite_query_row(&query)) {
		copied = arena_grow(arena, &found.commits, found.count, &capacity, sizeof(*found.commits)) &&
				 arena_copy(arena, sqlite_query_column(&query, 1), &found.commits[found.count].stored);
		if (copied)
			found.commits[found.count++].rev = sqlite_query_column_integer(&query, 0);
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK)
		return status;
	if (!copied)
		return error_memory(error);
	*ret_history = found;
	return HANSARD_OK;
}

static enum hansard_status parts(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error)
{
	struct store_parts found = {.count = 0};
	bool copied = true;
	size_t capacity = 0;
	struct sqlite_query query = begin(partition, SQLITE_DB_PARTS);
	sqlite_query_integer(&query, request->rev);
	while (copied && sqlite_query_row(&query)) {
		copied = arena_grow(arena, &found.items, found.count, &capacity, sizeof(*found.items)) &&
				 copy_row(&query, arena, &found.items[found.count]);
		found.count++;
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK)
		return status;
	if (!copied)
		return error_memory(error);
	*ret_parts = found;
	return HANSARD_OK;
}

/* ---- commit ---- */

/* The head that a commit finds. */
struct found_head {
	bool expected;
	bool listed;
};

static enum hansard_status find_head(const struct store_partition *partition, const struct store_change *change,
									 struct found_head *ret_head, struct hansard_error *error)
{
	int64_t rev = 0;
	struct digest hash = {.bytes = {0}};
	bool whole = true;
	struct sqlite_query query = begin(partition, SQLITE_DB_HEAD);
	*ret_head = (struct found_head){.listed = false};
	if (sqlite_query_row(&query)) {
		const struct bytes stored = sqlite_query_column(&query, 1);
		rev = sqlite_query_column_integer(&query, 0);
		whole = stored.size == sizeof(hash.bytes);
		if (whole)
			memcpy(hash.bytes, stored.data, sizeof(hash.bytes));
		ret_head->listed = sqlite_query_column_integer(&query, 4) != 0;
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	ret_head->expected = whole && rev == change->expected_rev && digest_equal(&hash, &change->expected_hash);
	return status;
}

static enum hansard_status put_head(const struct store_partition *partition, const struct store_change *change,
									struct hansard_error *error)
{
	struct sqlite_query query = begin(partition, SQLITE_DB_PUT_HEAD);
	sqlite_query_integer(&query, change->rev);
	sqlite_query_bytes(&query, digest_view(&change->hash));
	sqlite_query_bytes(&query, change->note);
	sqlite_query_integer(&query, change->listed);
	return sqlite_query_write(&query, error);
}

static enum hansard_status put_commit(const struct store_partition *partition, const struct store_change *change,
									  struct hansard_error *error)
{
	struct sqlite_query query = begin(partition, SQLITE_DB_PUT_COMMIT);
	sqlite_query_integer(&query, change->rev);
	sqlite_query_bytes(&query, (struct bytes){.data = change->attempt.id, .size = sizeof(change->attempt.id)});
	sqlite_query_bytes(&query, change->commit);
	return sqlite_query_write(&query, error);
}

/* Removes the item of a key with its parts, by the foreign key, or its parts alone. */
static enum hansard_status remove_of(const struct store_partition *partition, enum sqlite_db_statement statement,
									 struct item_key key, struct hansard_error *error)
{
	struct sqlite_query query = begin(partition, statement);
	sqlite_query_text(&query, key.type);
	sqlite_query_text(&query, key.subkey);
	return sqlite_query_write(&query, error);
}

/* A dialogue without a time is listed last: "" sorts there and can be compared, NULL cannot. */
static bool copies_of(const struct store_item *item, bool listed, struct store_index *ret_index)
{
	if (!store_index_of(item, listed, ret_index))
		return false;
	if (ret_index->dialogue && !text_present(ret_index->updated_at))
		ret_index->updated_at = TEXT("");
	return true;
}

static enum hansard_status put_item(const struct store_partition *partition, const struct store_item *item,
									const struct store_change *change, struct hansard_error *error)
{
	struct store_index index;
	if (!copies_of(item, change->listed, &index))
		return error_set(error, HANSARD_INVALID, "invalid_change", "what is put is no stored item");
	struct sqlite_query query = begin(partition, SQLITE_DB_PUT_ITEM);
	sqlite_query_text(&query, item->key.type);
	sqlite_query_text(&query, item->key.subkey);
	sqlite_query_integer(&query, change->rev);
	sqlite_query_text(&query, index.status);
	sqlite_query_text(&query, index.updated_at);
	sqlite_query_integer(&query, index.open_tension);
	sqlite_query_bytes(&query, item->stored.bytes);
	return sqlite_query_write(&query, error);
}

static enum hansard_status put_copies(const struct store_partition *partition, const struct store_item *item,
									  bool listed, struct hansard_error *error)
{
	struct store_index index;
	if (!copies_of(item, listed, &index))
		return error_set(error, HANSARD_VIOLATED, "database_corrupt", "what is kept there is no stored item");
	struct sqlite_query query = begin(partition, SQLITE_DB_PUT_COPIES);
	sqlite_query_text(&query, item->key.type);
	sqlite_query_text(&query, item->key.subkey);
	sqlite_query_text(&query, index.status);
	sqlite_query_text(&query, index.updated_at);
	sqlite_query_integer(&query, index.open_tension);
	return sqlite_query_write(&query, error);
}

/* The partition begins or ceases to be listed: the copies of everything in it follow. */
static enum hansard_status relist(const struct store_partition *partition, bool listed, struct hansard_error *error)
{
	struct loading loading = {.arena = arena_create(LIMIT_ARENA), .listed = listed};
	enum hansard_status status = loading.arena == NULL ? error_memory(error) : read_items(partition, &loading, error);
	for (size_t i = 0; status == HANSARD_OK && i < loading.view.item_count; i++)
		if (store_index_listed(loading.view.items[i].key))
			status = put_copies(partition, &loading.view.items[i], listed, error);
	arena_destroy(loading.arena);
	return status;
}

static enum hansard_status put_part(const struct store_partition *partition, const struct store_item *part, int64_t rev,
									struct hansard_error *error)
{
	struct item_key owner;
	int n;
	if (!item_key_owner(part->key, &owner, &n))
		return error_set(error, HANSARD_INVALID, "invalid_change", "what is put is no part");
	struct sqlite_query query = begin(partition, SQLITE_DB_PUT_PART);
	sqlite_query_text(&query, owner.type);
	sqlite_query_text(&query, owner.subkey);
	sqlite_query_integer(&query, n);
	sqlite_query_integer(&query, rev);
	sqlite_query_bytes(&query, part->stored.bytes);
	return sqlite_query_write(&query, error);
}

/* Everything of a change, inside the transaction. The head comes first: items refer to it. */
static enum hansard_status write_change(const struct store_partition *partition, const struct store_change *change,
										struct hansard_error *error)
{
	enum hansard_status status = put_head(partition, change, error);
	if (status == HANSARD_OK)
		status = put_commit(partition, change, error);
	for (size_t i = 0; status == HANSARD_OK && i < change->removal_count; i++)
		status = remove_of(partition, SQLITE_DB_REMOVE_ITEM, change->removals[i], error);
	for (size_t i = 0; status == HANSARD_OK && i < change->put_count; i++) {
		if (change->expected_rev > 0)
			status = remove_of(partition, SQLITE_DB_REMOVE_PARTS, change->puts[i].key, error);
		if (status == HANSARD_OK)
			status = put_item(partition, &change->puts[i], change, error);
	}
	for (size_t i = 0; status == HANSARD_OK && i < change->part_count; i++)
		status = put_part(partition, &change->parts[i], change->rev, error);
	return status;
}

/*
 * With a write-ahead log, the frames of a commit that failed, or whose process was killed, may lie whole behind the end
 * of the log, where the recovery after a crash would take them for committed: a commit of nothing takes their place.
 */
static enum hansard_status bury(struct sqlite_db *db, struct hansard_error *error)
{
	enum hansard_status status = sqlite_db_run(db, SQLITE_DB_BEGIN_WRITE, error);
	if (status == HANSARD_OK)
		status = sqlite_schema_touch(db, error);
	if (status == HANSARD_OK)
		status = sqlite_db_run(db, SQLITE_DB_COMMIT, error);
	sqlite_db_rollback(db);
	return status;
}

/* With a rollback journal the look itself undoes what was left half done: what it does not find cannot arrive. */
static enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	const struct bytes id = {.data = attempt->id, .size = sizeof(attempt->id)};
	struct sqlite_query query = begin(partition, SQLITE_DB_ATTEMPT);
	sqlite_query_integer(&query, attempt->rev);
	const bool found = sqlite_query_row(&query);
	const bool ours = found && bytes_equal(sqlite_query_column(&query, 0), id);
	enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK && !found && sqlite_schema_wal_safe())
		status = bury(db_of(partition), error);
	if (status == HANSARD_OK)
		*ret_settled = ours ? STORE_COMMITTED : STORE_NOT_COMMITTED;
	return status;
}

/*
 * Ends the write transaction. A store that is busy has not begun to commit. Where the system fails while SQLite commits,
 * what is on disk may be the old revision or the new one: if it settles as the old one the change has not happened and
 * cannot any more; if it reads as the new one, or cannot be settled, its durability is not known.
 */
static enum hansard_status finish(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_db *db = db_of(partition);
	const enum hansard_status status = sqlite_db_run(db, SQLITE_DB_COMMIT, error);
	if (status == HANSARD_OK) {
		*ret_result = STORE_DONE;
		return HANSARD_OK;
	}
	sqlite_db_rollback(db);
	enum store_settled settled = STORE_STILL_UNKNOWN;
	if (status == HANSARD_BUSY ||
		(settle(partition, &change->attempt, &settled, NULL) == HANSARD_OK && settled == STORE_NOT_COMMITTED))
		return status;
	*ret_result = STORE_UNKNOWN;
	return HANSARD_OK;
}

static enum hansard_status commit(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	const struct sqlite_engine *engine = (const struct sqlite_engine *)partition->engine;
	struct sqlite_db *db = db_of(partition);
	struct found_head head = {.expected = false};
	if (engine->read_only)
		return sqlite_db_failure(db, SQLITE_READONLY, error);
	enum hansard_status status = store_engine_check_change(partition, change, error);
	if (status == HANSARD_OK)
		status = sqlite_db_run(db, SQLITE_DB_BEGIN_WRITE, error);
	if (status != HANSARD_OK)
		return status;
	status = find_head(partition, change, &head, error);
	if (status == HANSARD_OK && head.expected)
		status = write_change(partition, change, error);
	if (status == HANSARD_OK && head.expected && change->expected_rev > 0 && head.listed != change->listed)
		status = relist(partition, change->listed, error);
	if (status != HANSARD_OK || !head.expected) {
		sqlite_db_rollback(db);
		if (status == HANSARD_OK)
			*ret_result = STORE_CONFLICT;
		return status;
	}
	return finish(partition, change, ret_result, error);
}

const struct dialogue_store sqlite_dialogues_store = {
	.load = load, .history = history, .parts = parts, .commit = commit, .settle = settle};
