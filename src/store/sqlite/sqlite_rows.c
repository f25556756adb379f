/*
 * Rows. The items of a partition are one range of adjacent rows; parts go with their item by a foreign key.
 */
#include "sqlite_rows.h"

#include "error.h"
#include "limits.h"
#include "store_head.h"
#include "store_index.h"

struct sqlite_db *sqlite_rows_db(const struct store_partition *partition)
{
	return &((struct sqlite_engine *)partition->engine)->db;
}

struct sqlite_query sqlite_rows_begin(const struct store_partition *partition, enum sqlite_db_statement statement)
{
	struct sqlite_query query = sqlite_query_begin(sqlite_rows_db(partition), statement);
	sqlite_query_text(&query, partition->tenant);
	sqlite_query_text(&query, partition->dialogue_id);
	return query;
}

bool sqlite_rows_add(struct sqlite_query *query, struct arena *arena, struct sqlite_rows *rows)
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

bool sqlite_rows_copies_agree(const struct sqlite_query *query, int column, bool listed)
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

enum hansard_status sqlite_rows_items(const struct store_partition *partition, bool listed, struct arena *arena,
									  struct store_view *view, struct hansard_error *error)
{
	struct sqlite_rows rows = {.count = 0};
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_ITEMS);
	while (sqlite_query_row(&query) && sqlite_rows_add(&query, arena, &rows))
		if (store_index_listed(rows.items[rows.count - 1].key))
			view->stale_indexes += !sqlite_rows_copies_agree(&query, 0, listed);
	view->items = rows.items;
	view->item_count = rows.count;
	return sqlite_query_end(&query, error);
}

enum hansard_status sqlite_rows_read_commit(const struct store_partition *partition, int64_t rev, struct arena *arena,
											struct bytes *ret_stored, struct hansard_error *error)
{
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_ONE_COMMIT);
	sqlite_query_integer(&query, rev);
	if (sqlite_query_row(&query))
		*ret_stored = sqlite_query_copy(&query, 1, arena);
	return sqlite_query_end(&query, error);
}

struct sqlite_rows_head sqlite_rows_read_head(const struct store_partition *partition, struct bytes note, bool listed)
{
	struct sqlite_rows_head head = {.is = {.what = STORE_PUBLISHED}, .listed = listed};
	struct store_head read;
	if (store_head_read(note, &read)) {
		head.is.rev = read.rev;
		head.is.hash = read.hash;
	} else if (store_reservation_read(partition, note, &head.is.reservation)) {
		head.is.what = STORE_RESERVED;
	} else {
		head.unreadable = true;
	}
	return head;
}

enum hansard_status sqlite_rows_head(const struct store_partition *partition, struct sqlite_rows_head *ret_head,
									 struct hansard_error *error)
{
	struct sqlite_rows_head head = {.is = {.what = STORE_FREE}};
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_HEAD);
	if (sqlite_query_row(&query))
		head = sqlite_rows_read_head(partition, sqlite_query_column(&query, 0),
									 sqlite_query_column_integer(&query, 1) != 0);
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK)
		*ret_head = head;
	return status;
}

/* What no head vouches for belongs to a dialogue that was damaged. One statement looks at head and rest: another process may
   make the dialogue meanwhile. */
enum hansard_status sqlite_rows_refuse_headless(const struct store_partition *partition, struct hansard_error *error)
{
	static const char *const tables[] = {"items", "parts", "commits"};
	char there[32] = "";
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_HEADLESS);
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

enum hansard_status sqlite_rows_put_head(const struct store_partition *partition, const struct store_change *change,
										 struct hansard_error *error)
{
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_PUT_HEAD);
	sqlite_query_integer(&query, change->rev);
	sqlite_query_bytes(&query, digest_view(&change->hash));
	sqlite_query_bytes(&query, change->note);
	sqlite_query_integer(&query, change->listed);
	return sqlite_query_write(&query, error);
}

enum hansard_status sqlite_rows_put_reservation(const struct store_partition *partition,
												const struct store_reservation *reservation,
												struct hansard_error *error)
{
	uint8_t data[STORE_RESERVATION_TEXT];
	struct buffer note = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (!store_reservation_write(partition, reservation, &note))
		return error_memory(error);
	const struct store_change row = {.rev = reservation->source_rev, .note = buffer_view(&note)};
	return sqlite_rows_put_head(partition, &row, error);
}

static enum hansard_status put_commit(const struct store_partition *partition, const struct store_change *change,
									  struct hansard_error *error)
{
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_PUT_COMMIT);
	sqlite_query_integer(&query, change->rev);
	sqlite_query_bytes(&query, (struct bytes){.data = change->attempt.id, .size = sizeof(change->attempt.id)});
	sqlite_query_bytes(&query, change->commit);
	return sqlite_query_write(&query, error);
}

/* Removes the item of a key with its parts, by the foreign key, or its parts alone. */
static enum hansard_status remove_of(const struct store_partition *partition, enum sqlite_db_statement statement,
									 struct item_key key, struct hansard_error *error)
{
	struct sqlite_query query = sqlite_rows_begin(partition, statement);
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
	struct sqlite_query query = sqlite_rows_begin(partition, statement);
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
enum hansard_status sqlite_rows_relist(const struct store_partition *partition, bool listed,
									   struct hansard_error *error)
{
	struct store_view view = {.item_count = 0};
	struct arena *arena = arena_create(LIMIT_ARENA);
	enum hansard_status status =
		arena == NULL ? error_memory(error) : sqlite_rows_items(partition, listed, arena, &view, error);
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
	struct sqlite_query query = sqlite_rows_begin(partition, SQLITE_DB_PUT_PART);
	sqlite_query_text(&query, owner.type);
	sqlite_query_text(&query, owner.subkey);
	sqlite_query_integer(&query, n);
	sqlite_query_integer(&query, rev);
	sqlite_query_bytes(&query, part->stored.bytes);
	return sqlite_query_write(&query, error);
}

enum hansard_status sqlite_rows_put_contents(const struct store_partition *partition, const struct store_change *change,
											 struct hansard_error *error)
{
	enum hansard_status status = put_commit(partition, change, error);
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
