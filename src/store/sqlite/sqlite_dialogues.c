/*
 * The five slots. A load is one read transaction: the head by its key, then one range of adjacent rows. A commit is one
 * write transaction; parts go with their item by a foreign key.
 */
#include "sqlite_dialogues.h"

#include "error.h"
#include "sqlite_objects.h"
#include "sqlite_rows.h"
#include "sqlite_schema.h"

/* What a head stands before. One that names no commit, or a commit that is not there, is for the vault to find. */
static enum hansard_status read_view(const struct store_partition *partition, const struct sqlite_rows_head *head,
									 struct arena *arena, struct store_view *view, struct hansard_error *error)
{
	view->listed = head->listed ? STORE_VIEW_LISTED : STORE_VIEW_UNLISTED;
	const enum hansard_status status = sqlite_rows_read_commit(partition, head->is.rev, arena, &view->commit, error);
	return status == HANSARD_OK ? sqlite_rows_items(partition, head->listed, arena, view, error) : status;
}

/* The head's row stays open until the items are read, which makes of all one read transaction. */
static enum hansard_status load(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error)
{
	struct store_view view = {.exists = false};
	enum hansard_status status = HANSARD_OK;
	struct sqlite_query head = sqlite_rows_begin(partition, SQLITE_DB_HEAD);
	if (sqlite_query_row(&head)) {
		const struct sqlite_rows_head found =
			sqlite_rows_read_head(partition, sqlite_query_column(&head, 0), sqlite_query_column_integer(&head, 1) != 0);
		view.exists = found.is.what == STORE_PUBLISHED;
		if (view.exists)
			status = read_view(partition, &found, arena, &view, error);
		if (view.exists)
			view.note = sqlite_query_copy(&head, 0, arena);
	}
	const enum hansard_status head_status = sqlite_query_end(&head, status == HANSARD_OK ? error : NULL);
	status = status == HANSARD_OK ? head_status : status;
	if (status == HANSARD_OK && !view.exists)
		status = sqlite_rows_refuse_headless(partition, error);
	if (status == HANSARD_OK)
		*ret_view = view;
	return status;
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	struct store_history found = {.count = 0};
	size_t capacity = 0;
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_HISTORY);
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
	struct sqlite_rows found = {.count = 0};
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_PARTS);
	sqlite_query_integer(&query, request->rev);
	while (sqlite_query_row(&query))
		sqlite_rows_add(&query, arena, &found);
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK)
		*ret_parts = (struct store_parts){.items = found.items, .count = found.count};
	return status;
}

/* ---- commit ---- */

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
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_ONE_COMMIT);
	sqlite_query_integer(&query, attempt->rev);
	const bool found = sqlite_query_row(&query);
	const bool ours = found && bytes_equal(sqlite_query_column(&query, 0), id);
	enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK && (ours || (!found && sqlite_schema_wal_safe())))
		status = commit_nothing(sqlite_rows_db(partition), error);
	if (status == HANSARD_OK)
		*ret_settled = ours ? STORE_COMMITTED : STORE_NOT_COMMITTED;
	return status;
}

/*
 * Ends the write transaction. A store that is busy has not begun to commit. Where the system fails while SQLite commits,
 * what is on disk may be the old revision or the new one: if it settles as the old one the change has not happened and
 * cannot any more, and as the new one it is durable; if it cannot be settled its durability is not known.
 */
enum hansard_status sqlite_dialogues_finish(const struct store_partition *partition, const struct store_change *change,
											enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_db *db = sqlite_rows_db(partition);
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

/* A change of rev 1 stands on nothing. */
static bool stands_on(const struct store_change *change, const struct sqlite_rows_head *head)
{
	const struct store_occupant expected = {.what = change->expected_rev == 0 ? STORE_FREE : STORE_PUBLISHED,
											.rev = change->expected_rev,
											.hash = change->expected_hash};
	return store_occupant_equal(&head->is, &expected);
}

static enum hansard_status commit(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	const struct sqlite_engine *engine = (const struct sqlite_engine *)partition->engine;
	struct sqlite_db *db = sqlite_rows_db(partition);
	struct sqlite_rows_head head = {.listed = false};
	bool expected = false;
	if (engine->read_only)
		return sqlite_db_failure(db, SQLITE_READONLY, error);
	enum hansard_status status = store_engine_check_change(partition, change, error);
	if (status == HANSARD_OK)
		status = sqlite_db_begin(db, error);
	if (status != HANSARD_OK)
		return status;
	status = sqlite_objects_refuse(db, error);
	if (status == HANSARD_OK)
		status = sqlite_rows_head(partition, &head, error);
	if (status == HANSARD_OK)
		expected = stands_on(change, &head);
	if (status == HANSARD_OK && expected && change->expected_rev == 0)
		status = sqlite_rows_refuse_headless(partition, error);
	if (status == HANSARD_OK && expected)
		status = sqlite_rows_put_head(partition, change, error);
	if (status == HANSARD_OK && expected)
		status = sqlite_rows_put_contents(partition, change, error);
	if (status == HANSARD_OK && expected && change->expected_rev != 0 && head.listed != change->listed)
		status = sqlite_rows_relist(partition, change->listed, error);
	if (status != HANSARD_OK || !expected) {
		sqlite_db_rollback(db);
		if (status == HANSARD_OK)
			*ret_result = STORE_CONFLICT;
		return status;
	}
	return sqlite_dialogues_finish(partition, change, ret_result, error);
}

const struct dialogue_store sqlite_dialogues_store = {
	.load = load, .history = history, .parts = parts, .commit = commit, .settle = settle};
