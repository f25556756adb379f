/*
 * The eight slots of copying. A reservation stands in the place of a head; what is put under it are ordinary rows of a partition that is not
 * listed. Each slot that writes is one transaction, which looks at what stands there first: nothing is half done, and nothing arrives that
 * was sent under what is gone.
 */
#include "sqlite_copying.h"

#include "error.h"
#include "sqlite_dialogues.h"
#include "sqlite_objects.h"
#include "sqlite_rows.h"

/* What stands there, where it is whole. */
static enum hansard_status find(const struct store_partition *partition, struct sqlite_rows_head *ret_head,
								struct hansard_error *error)
{
	struct sqlite_rows_head head;
	enum hansard_status status = sqlite_rows_head(partition, &head, error);
	if (status == HANSARD_OK && head.is.what == STORE_FREE)
		status = sqlite_rows_refuse_headless(partition, error);
	if (status == HANSARD_OK && head.unreadable)
		status = error_set(error, HANSARD_VIOLATED, "head_unreadable", "the head of \"" ERROR_TEXT "\" names no commit",
						   ERROR_TEXT_ARGS(partition->dialogue_id));
	if (status == HANSARD_OK)
		*ret_head = head;
	return status;
}

static bool is_reserved(const struct sqlite_rows_head *head, const struct store_reservation *mine)
{
	const struct store_occupant wanted = {.what = STORE_RESERVED, .reservation = *mine};
	return store_occupant_equal(&head->is, &wanted);
}

/* Begins a transaction that writes, and finds what stands there. Where it fails none is open. */
static enum hansard_status begin(const struct store_partition *partition, struct sqlite_rows_head *ret_head,
								 struct hansard_error *error)
{
	struct sqlite_db *db = sqlite_rows_db(partition);
	if (((const struct sqlite_engine *)partition->engine)->read_only)
		return sqlite_db_failure(db, SQLITE_READONLY, error);
	enum hansard_status status = sqlite_db_begin(db, error);
	if (status != HANSARD_OK)
		return status;
	status = sqlite_objects_refuse(db, error);
	if (status == HANSARD_OK)
		status = find(partition, ret_head, error);
	if (status != HANSARD_OK)
		sqlite_db_rollback(db);
	return status;
}

/* Ends the transaction with what was found, or what writing came to. What fails while SQLite commits may be there or not: it is asked for
   again in either case, and written again. */
static enum hansard_status end(const struct store_partition *partition, bool expected, enum hansard_status status,
							   enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_db *db = sqlite_rows_db(partition);
	if (status == HANSARD_OK && expected)
		status = sqlite_db_run(db, SQLITE_DB_COMMIT, error);
	sqlite_db_rollback(db);
	if (status == HANSARD_OK)
		*ret_result = expected ? STORE_DONE : STORE_CONFLICT;
	return status;
}

/* A statement that removes what it names of the partition: of a rev, or all. */
static enum hansard_status remove_of(const struct store_partition *partition, enum sqlite_db_statement statement,
									 int64_t rev, struct hansard_error *error)
{
	struct sqlite_query query = sqlite_rows_begin(partition, statement);
	if (rev != 0)
		sqlite_query_integer(&query, rev);
	return sqlite_query_write(&query, error);
}

/* Removes everything but what stands in the place of the head, and the commit of a rev. No commit has a negative one. */
static enum hansard_status remove_all_but(const struct store_partition *partition, int64_t rev,
										  struct hansard_error *error)
{
	enum hansard_status status = remove_of(partition, SQLITE_DB_REMOVE_ALL_PARTS, 0, error);
	if (status == HANSARD_OK)
		status = remove_of(partition, SQLITE_DB_REMOVE_ALL_ITEMS, 0, error);
	if (status == HANSARD_OK)
		status = remove_of(partition, SQLITE_DB_REMOVE_OTHER_COMMITS, rev, error);
	return status;
}

/* ---- the slots ---- */

/* Two looks: where a head comes between them, there was nothing at the first. */
static enum hansard_status occupant(const struct store_partition *partition, struct store_occupant *ret_occupant,
									struct hansard_error *error)
{
	struct sqlite_rows_head head;
	const enum hansard_status status = find(partition, &head, error);
	if (status == HANSARD_OK)
		*ret_occupant = head.is;
	return status;
}

/* What is there already is written again: that makes it durable, should it have been left by a commit that failed. */
static enum hansard_status reserve(const struct store_partition *partition, const struct store_reserve_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_rows_head head;
	enum hansard_status status = store_copy_check_reserve(partition, request, error);
	if (status == HANSARD_OK)
		status = begin(partition, &head, error);
	if (status != HANSARD_OK)
		return status;
	const bool expected = is_reserved(&head, &request->mine) || (store_occupant_equal(&head.is, &request->found) &&
																 store_copy_may_reserve(&head.is, &request->mine));
	if (expected)
		status = sqlite_rows_put_reservation(partition, &request->mine, error);
	if (status == HANSARD_OK && expected && head.listed)
		status = sqlite_rows_relist(partition, false, error);
	return end(partition, expected, status, ret_result, error);
}

static enum hansard_status clear(const struct store_partition *partition, const struct store_reservation *mine,
								 enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_rows_head head;
	enum hansard_status status = begin(partition, &head, error);
	if (status != HANSARD_OK)
		return status;
	const bool expected = mine->called_off && is_reserved(&head, mine);
	if (expected)
		status = remove_all_but(partition, -1, error);
	return end(partition, expected, status, ret_result, error);
}

/* Items of a revision are there only with its commit: where that is not, nothing is searched for. */
static enum hansard_status put_revision(const struct store_partition *partition,
										const struct store_copy_revision *revision, struct hansard_error *error)
{
	const struct store_change change = {
		.expected_rev = revision->rev,
		.puts = revision->items,
		.put_count = revision->item_count,
		.parts = revision->parts,
		.part_count = revision->part_count,
		.rev = revision->rev,
		.commit = revision->commit,
	};
	enum hansard_status status = remove_of(partition, SQLITE_DB_REMOVE_COMMIT, revision->rev, error);
	if (status == HANSARD_OK && sqlite3_changes(sqlite_rows_db(partition)->handle) > 0)
		status = remove_of(partition, SQLITE_DB_REMOVE_REVISION, revision->rev, error);
	return status == HANSARD_OK ? sqlite_rows_put_contents(partition, &change, error) : status;
}

static enum hansard_status put(const struct store_partition *partition, const struct store_put_request *request,
							   enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_rows_head head;
	enum hansard_status status = store_copy_check_put(partition, request, error);
	if (status == HANSARD_OK)
		status = begin(partition, &head, error);
	if (status != HANSARD_OK)
		return status;
	const bool expected = !request->mine.called_off && is_reserved(&head, &request->mine);
	for (size_t i = 0; status == HANSARD_OK && expected && i < request->count; i++)
		status = put_revision(partition, &request->revisions[i], error);
	return end(partition, expected, status, ret_result, error);
}

/* The reservation's row stays open until the items are read, which makes of all one read transaction. */
static enum hansard_status look(const struct store_partition *partition, const struct store_reservation *mine,
								struct arena *arena, struct store_view *ret_view, struct hansard_error *error)
{
	struct store_view view = {.exists = false};
	enum hansard_status status = HANSARD_OK;
	struct sqlite_query row = sqlite_rows_begin(partition, SQLITE_DB_HEAD);
	if (sqlite_query_row(&row)) {
		const struct sqlite_rows_head head = sqlite_rows_read_head(partition, sqlite_query_column(&row, 0), false);
		view.exists = is_reserved(&head, mine);
		if (view.exists)
			status = sqlite_rows_read_commit(partition, mine->source_rev, arena, &view.commit, error);
		if (view.exists && status == HANSARD_OK)
			status = sqlite_rows_items(partition, false, arena, &view, error);
	}
	const enum hansard_status row_status = sqlite_query_end(&row, status == HANSARD_OK ? error : NULL);
	status = status == HANSARD_OK ? row_status : status;
	if (status == HANSARD_OK)
		*ret_view = view;
	return status;
}

static enum hansard_status publish(const struct store_partition *partition, const struct store_publish_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_rows_head head;
	enum hansard_status status = store_copy_check_publish(partition, request, error);
	if (status == HANSARD_OK)
		status = begin(partition, &head, error);
	if (status != HANSARD_OK)
		return status;
	const bool expected = !request->mine.called_off && is_reserved(&head, &request->mine);
	if (expected)
		status = sqlite_rows_put_head(partition, &request->change, error);
	if (status == HANSARD_OK && expected)
		status = sqlite_rows_put_contents(partition, &request->change, error);
	if (status == HANSARD_OK && expected)
		status = sqlite_rows_relist(partition, true, error);
	if (status != HANSARD_OK || !expected)
		return end(partition, false, status, ret_result, error);
	return sqlite_dialogues_finish(partition, &request->change, ret_result, error);
}

static bool is_head(const struct sqlite_rows_head *head, const struct store_tidy_request *request)
{
	const struct store_occupant wanted = {.what = STORE_PUBLISHED, .rev = request->rev, .hash = request->hash};
	return store_occupant_equal(&head->is, &wanted);
}

/* A commit leaves nothing behind. */
static enum hansard_status tidy(const struct store_partition *partition, const struct store_tidy_request *request,
								enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_rows_head head;
	const enum hansard_status status = find(partition, &head, error);
	if (status == HANSARD_OK)
		*ret_result = is_head(&head, request) ? STORE_DONE : STORE_CONFLICT;
	return status;
}

static enum hansard_status release(const struct store_partition *partition, const struct store_tidy_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	struct sqlite_rows_head head;
	enum hansard_status status = begin(partition, &head, error);
	if (status != HANSARD_OK)
		return status;
	const bool expected = is_head(&head, request);
	if (expected)
		status = remove_all_but(partition, request->rev, error);
	return end(partition, expected, status, ret_result, error);
}

const struct copying_store sqlite_copying_store = {
	.occupant = occupant,
	.reserve = reserve,
	.clear = clear,
	.put = put,
	.look = look,
	.publish = publish,
	.tidy = tidy,
	.release = release,
};
