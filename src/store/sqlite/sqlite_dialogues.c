/*
 * The five slots. A load is one read transaction: the head by its key, then one range of adjacent rows. A commit is one
 * write transaction; parts go with their item by a foreign key.
 */
#include "sqlite_dialogues.h"

#include "error.h"
#include "limits.h"
#include "sqlite_objects.h"
#include "sqlite_schema.h"
#include "store_head.h"
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

/* Items or parts that are being read. */
struct rows {
	struct store_item *items;
	size_t count;
	size_t capacity;
};

/* Adds the current row: type, subkey and stored. */
static bool add_row(struct sqlite_query *query, struct arena *arena, struct rows *rows)
{
	if (!sqlite_query_enough(query,
							 arena_grow(arena, &rows->items, rows->count, &rows->capacity, sizeof(*rows->items))))
		return false;
	rows->items[rows->count++] = (struct store_item){
		.key = {.type = text_of_bytes(sqlite_query_copy(query, 0, arena)),
				.subkey = text_of_bytes(sqlite_query_copy(query, 1, arena))},
		.stored = {.bytes = sqlite_query_copy(query, 2, arena)},
	};
	return query->code == SQLITE_OK;
}

bool sqlite_dialogues_copies_agree(const struct sqlite_query *query, int column, bool listed)
{
	const struct store_item item = {
		.key = {.type = sqlite_query_column_text(query, column), .subkey = sqlite_query_column_text(query, column + 1)},
		.stored = {.bytes = sqlite_query_column(query, column + 2)},
	};
	const struct store_index kept = {
		.status = sqlite_query_column_text(query, column + 3),
		.updated_at = sqlite_query_column_text(query, column + 4),
		.open_tension = sqlite_query_column_integer(query, column + 5) != 0,
	};
	return store_index_agrees(&item, listed, &kept);
}

/* Items in address order, from one range of rows side by side. */
static enum hansard_status read_items(const struct store_partition *partition, bool listed, struct arena *arena,
									  struct store_view *view, struct hansard_error *error)
{
	struct rows rows = {.count = 0};
	struct sqlite_query query = begin(partition, SQLITE_DB_ITEMS);
	while (sqlite_query_row(&query) && add_row(&query, arena, &rows))
		if (store_index_listed(rows.items[rows.count - 1].key))
			view->stale_indexes += !sqlite_dialogues_copies_agree(&query, 0, listed);
	view->items = rows.items;
	view->item_count = rows.count;
	return sqlite_query_end(&query, error);
}

/* The commit that a note names. A note that names none, or a commit that is not there, is for the vault to find. */
static enum hansard_status read_newest(const struct store_partition *partition, struct bytes note, struct arena *arena,
									   struct bytes *ret_commit, struct hansard_error *error)
{
	struct store_head head;
	if (!store_head_read(note, &head))
		return HANSARD_OK;
	struct sqlite_query query = begin(partition, SQLITE_DB_ONE_COMMIT);
	sqlite_query_integer(&query, head.rev);
	if (sqlite_query_row(&query))
		*ret_commit = sqlite_query_copy(&query, 1, arena);
	return sqlite_query_end(&query, error);
}

/* What no head vouches for belongs to a dialogue that was damaged. One statement looks at head and rest: another process may
   make the dialogue meanwhile. */
static enum hansard_status refuse_headless(const struct store_partition *partition, struct hansard_error *error)
{
	static const char *const tables[] = {"items", "parts", "commits"};
	char there[32] = "";
	struct sqlite_query query = begin(partition, SQLITE_DB_HEADLESS);
	if (sqlite_query_row(&query))
		for (int i = 0; i < 3; i++)
			if (sqlite_query_column_integer(&query, i) != 0)
				snprintf(there + strlen(there), sizeof(there) - strlen(there), "%s%s", there[0] == '\0' ? "" : ", ",
						 tables[i]);
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK || there[0] == '\0')
		return status;
	error_set(error, HANSARD_VIOLATED, STORE_HEAD_MISSING,
			  "the head of \"" ERROR_TEXT "\" is missing, and of it there are: %s",
			  ERROR_TEXT_ARGS(partition->dialogue_id), there);
	error_hint(error,
			   "that is no loss as a whole: put a backup in its place that has it, which keeps what is there: hansard "
			   "backup --put FILE; then declare that: hansard backup --restored");
	return HANSARD_VIOLATED;
}

/* The head's row stays open until the items are read, which makes of all one read transaction. */
static enum hansard_status load(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error)
{
	struct store_view view = {.exists = false};
	enum hansard_status status = HANSARD_OK;
	struct sqlite_query head = begin(partition, SQLITE_DB_HEAD);
	if (sqlite_query_row(&head)) {
		view.exists = true;
		const bool listed = sqlite_query_column_integer(&head, 1) != 0;
		view.listed = listed ? STORE_VIEW_LISTED : STORE_VIEW_UNLISTED;
		view.note = sqlite_query_copy(&head, 0, arena);
		status = read_newest(partition, view.note, arena, &view.commit, error);
		if (status == HANSARD_OK)
			status = read_items(partition, listed, arena, &view, error);
	}
	const enum hansard_status head_status = sqlite_query_end(&head, status == HANSARD_OK ? error : NULL);
	status = status == HANSARD_OK ? head_status : status;
	if (status == HANSARD_OK && !view.exists)
		status = refuse_headless(partition, error);
	if (status == HANSARD_OK)
		*ret_view = view;
	return status;
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	struct store_history found = {.count = 0};
	size_t capacity = 0;
	struct sqlite_query query = begin(partition, SQLITE_DB_HISTORY);
	sqlite_query_integer(&query, request->from);
	sqlite_query_integer(&query, request->to);
	while (sqlite_query_row(&query) && sqlite_query_enough(&query, arena_grow(arena, &found.commits, found.count,
																			  &capacity, sizeof(*found.commits))))
		found.commits[found.count++] = (struct store_commit){
			.rev = sqlite_query_column_integer(&query, 0),
			.stored = sqlite_query_copy(&query, 1, arena),
		};
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK)
		*ret_history = found;
	return status;
}

static enum hansard_status parts(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error)
{
	struct rows found = {.count = 0};
	struct sqlite_query query = begin(partition, SQLITE_DB_PARTS);
	sqlite_query_integer(&query, request->rev);
	while (sqlite_query_row(&query))
		add_row(&query, arena, &found);
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK)
		*ret_parts = (struct store_parts){.items = found.items, .count = found.count};
	return status;
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
	struct store_head head;
	struct sqlite_query query = begin(partition, SQLITE_DB_HEAD);
	*ret_head = (struct found_head){.expected = change->expected_rev == 0, .listed = change->listed};
	if (sqlite_query_row(&query))
		*ret_head = (struct found_head){
			.expected = store_head_read(sqlite_query_column(&query, 0), &head) && head.rev == change->expected_rev &&
						digest_equal(&head.hash, &change->expected_hash),
			.listed = sqlite_query_column_integer(&query, 1) != 0,
		};
	return sqlite_query_end(&query, error);
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

/* Binds an item's key and its copies. A dialogue without a time is listed last: "" sorts there and can be compared,
   NULL cannot. What is put was checked to be an item: what is none here was damaged in the file. */
static struct sqlite_query begin_item(const struct store_partition *partition, enum sqlite_db_statement statement,
									  const struct store_item *item, bool listed)
{
	struct store_index index = {.status = TEXT_ABSENT};
	const bool good = store_index_of(item, listed, &index);
	struct sqlite_query query = begin(partition, statement);
	sqlite_query_text(&query, item->key.type);
	sqlite_query_text(&query, item->key.subkey);
	sqlite_query_text(&query, index.status);
	sqlite_query_text(&query, index.dialogue && !text_present(index.updated_at) ? TEXT("") : index.updated_at);
	sqlite_query_integer(&query, index.open_tension);
	sqlite_query_integer(&query, index.rev);
	query.code = good ? query.code : SQLITE_CORRUPT;
	return query;
}

static enum hansard_status put_item(const struct store_partition *partition, const struct store_item *item, bool listed,
									struct hansard_error *error)
{
	struct sqlite_query query = begin_item(partition, SQLITE_DB_PUT_ITEM, item, listed);
	sqlite_query_bytes(&query, item->stored.bytes);
	return sqlite_query_write(&query, error);
}

/* The partition begins or ceases to be listed: the copies of everything in it follow. */
static enum hansard_status relist(const struct store_partition *partition, bool listed, struct hansard_error *error)
{
	struct store_view view = {.item_count = 0};
	struct arena *arena = arena_create(LIMIT_ARENA);
	enum hansard_status status =
		arena == NULL ? error_memory(error) : read_items(partition, listed, arena, &view, error);
	for (size_t i = 0; status == HANSARD_OK && i < view.item_count; i++) {
		if (!store_index_listed(view.items[i].key))
			continue;
		struct sqlite_query query = begin_item(partition, SQLITE_DB_PUT_COPIES, &view.items[i], listed);
		status = sqlite_query_write(&query, error);
	}
	arena_destroy(arena);
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
			status = put_item(partition, &change->puts[i], change->listed, error);
	}
	for (size_t i = 0; status == HANSARD_OK && i < change->part_count; i++)
		status = put_part(partition, &change->parts[i], change->rev, error);
	return status;
}

/*
 * A commit of nothing. With a write-ahead log, the frames of a commit that failed, or whose process was killed, may lie whole behind the
 * end of the log, where the recovery after a crash would take them for committed: this one takes their place. With a rollback journal,
 * that of a commit that reads as made may come back after a crash, as long as its removal is not on disk: the removal of this one's is
 * made durable in the same folder.
 */
static enum hansard_status commit_nothing(struct sqlite_db *db, struct hansard_error *error)
{
	enum hansard_status status = sqlite_db_begin(db, error);
	if (status == HANSARD_OK)
		status = sqlite_schema_touch(db, error);
	if (status == HANSARD_OK)
		status = sqlite_db_run(db, SQLITE_DB_COMMIT, error);
	sqlite_db_rollback(db);
	return status;
}

/* With a rollback journal the look itself undoes what was left half done: what it does not find cannot arrive. What it finds is
   committed once it is durable. */
static enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	const struct bytes id = {.data = attempt->id, .size = sizeof(attempt->id)};
	struct sqlite_query query = begin(partition, SQLITE_DB_ONE_COMMIT);
	sqlite_query_integer(&query, attempt->rev);
	const bool found = sqlite_query_row(&query);
	const bool ours = found && bytes_equal(sqlite_query_column(&query, 0), id);
	enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK && (ours || (!found && sqlite_schema_wal_safe())))
		status = commit_nothing(db_of(partition), error);
	if (status == HANSARD_OK)
		*ret_settled = ours ? STORE_COMMITTED : STORE_NOT_COMMITTED;
	return status;
}

/*
 * Ends the write transaction. A store that is busy has not begun to commit. Where the system fails while SQLite commits,
 * what is on disk may be the old revision or the new one: if it settles as the old one the change has not happened and
 * cannot any more, and as the new one it is durable; if it cannot be settled its durability is not known.
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
	if (status == HANSARD_BUSY)
		return status;
	if (settle(partition, &change->attempt, &settled, NULL) != HANSARD_OK)
		settled = STORE_STILL_UNKNOWN;
	if (settled == STORE_NOT_COMMITTED)
		return status;
	*ret_result = settled == STORE_COMMITTED ? STORE_DONE : STORE_UNKNOWN;
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
		status = sqlite_db_begin(db, error);
	if (status != HANSARD_OK)
		return status;
	status = sqlite_objects_refuse(db, error);
	if (status == HANSARD_OK)
		status = find_head(partition, change, &head, error);
	if (status == HANSARD_OK && head.expected && change->expected_rev == 0)
		status = refuse_headless(partition, error);
	if (status == HANSARD_OK && head.expected)
		status = write_change(partition, change, error);
	if (status == HANSARD_OK && head.expected && head.listed != change->listed)
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
