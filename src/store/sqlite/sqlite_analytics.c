/*
 * Pages and counts from the partial indices.
 */
#include "sqlite_analytics.h"

#include "error.h"
#include "sqlite_db.h"
#include "store_cursor.h"
#include "vocabulary.h"

/* Sorts behind every time: where the first page begins. */
#define BEHIND_TIMES TEXT("~")

static int64_t now(const struct sqlite_engine *engine)
{
	return engine->base.clock.now(engine->base.clock.context);
}

static bool copy_text_column(const struct sqlite_query *query, int column, struct arena *arena, struct text *ret_text)
{
	const struct text text = text_of_bytes(sqlite_query_column(query, column));
	return arena_copy_text(arena, text_present(text) ? text : TEXT(""), ret_text);
}

/* The current row: dialogue, type, subkey, status and, of a dialogue, time and item. */
static bool copy_found(const struct sqlite_query *query, bool of_dialogue, struct arena *arena,
					   struct analytics_item *ret_item)
{
	struct analytics_item item = {.status = TEXT_ABSENT};
	if (!copy_text_column(query, 0, arena, &item.dialogue_id) || !copy_text_column(query, 1, arena, &item.key.type) ||
		!copy_text_column(query, 2, arena, &item.key.subkey) ||
		!arena_copy_text(arena, text_of_bytes(sqlite_query_column(query, 3)), &item.status))
		return false;
	if (of_dialogue && (!arena_copy_text(arena, text_of_bytes(sqlite_query_column(query, 4)), &item.updated_at) ||
						!arena_copy(arena, sqlite_query_column(query, 5), &item.stored.bytes)))
		return false;
	*ret_item = item;
	return true;
}

/* Reads rows up to the limit and ends the query; one more row means that there is another page. */
static enum hansard_status read_page(struct sqlite_query *query, bool of_dialogues, size_t limit, struct arena *arena,
									 struct analytics_page *page, struct hansard_error *error)
{
	bool copied = true;
	bool more = false;
	size_t capacity = 0;
	while (copied && !more && sqlite_query_row(query)) {
		more = page->count == limit;
		if (more)
			break;
		copied = arena_grow(arena, &page->items, page->count, &capacity, sizeof(*page->items)) &&
				 copy_found(query, of_dialogues, arena, &page->items[page->count]);
		page->count++;
	}
	const enum hansard_status status = sqlite_query_end(query, error);
	if (status != HANSARD_OK)
		return status;
	if (copied && more) {
		const struct analytics_item *last = &page->items[page->count - 1];
		const struct text time = text_present(last->updated_at) ? last->updated_at : TEXT("");
		const struct store_cursor cursor = {.first = of_dialogues ? time : last->dialogue_id,
											.second = of_dialogues ? last->dialogue_id : last->key.subkey};
		copied = store_cursor_write(arena, cursor, &page->next);
	}
	return copied ? HANSARD_OK : error_memory(error);
}

static enum hansard_status dialogues(struct store_engine *base, const struct analytics_request *request,
									 struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct sqlite_engine *engine = (struct sqlite_engine *)base;
	struct store_cursor cursor;
	if (store_cursor_of_dialogues(request, &cursor, error) != HANSARD_OK)
		return HANSARD_USAGE;
	const bool any = request->status == DIALOGUE_ABSENT;
	const bool first = !text_present(cursor.first);
	struct analytics_page page = {.as_of = now(engine)};
	struct sqlite_query query =
		sqlite_query_begin(&engine->db, any ? SQLITE_DB_DIALOGUES : SQLITE_DB_DIALOGUES_OF_STATUS);
	sqlite_query_text(&query, request->tenant);
	sqlite_query_text(&query, first ? BEHIND_TIMES : cursor.first);
	sqlite_query_text(&query, first ? TEXT("") : cursor.second);
	sqlite_query_integer(&query, (int64_t)request->limit + 1);
	if (!any)
		sqlite_query_text(&query, vocabulary_word(&vocabulary_dialogue_status, request->status));
	const enum hansard_status status = read_page(&query, true, request->limit, arena, &page, error);
	if (status == HANSARD_OK)
		*ret_page = page;
	return status;
}

static enum hansard_status tensions(struct store_engine *base, const struct analytics_request *request,
									struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct sqlite_engine *engine = (struct sqlite_engine *)base;
	struct store_cursor cursor;
	if (store_cursor_of_tensions(request, &cursor, error) != HANSARD_OK)
		return HANSARD_USAGE;
	const bool first = !text_present(cursor.first);
	struct analytics_page page = {.as_of = now(engine)};
	struct sqlite_query query = sqlite_query_begin(&engine->db, SQLITE_DB_TENSIONS);
	sqlite_query_text(&query, request->tenant);
	sqlite_query_text(&query, first ? TEXT("") : cursor.first);
	sqlite_query_text(&query, first ? TEXT("") : cursor.second);
	sqlite_query_integer(&query, (int64_t)request->limit + 1);
	const enum hansard_status status = read_page(&query, false, request->limit, arena, &page, error);
	if (status == HANSARD_OK)
		*ret_page = page;
	return status;
}

/* The first text behind all that begin with a prefix of a slug; behind all texts when there is none. */
static bool end_of_prefix(struct arena *arena, struct text prefix, struct text *ret_end)
{
	return arena_format(arena, ret_end, "%.*s%s", (int)prefix.size, prefix.size > 0 ? prefix.data : "",
						prefix.size > 0 ? "~" : "\xff");
}

static enum hansard_status partitions(struct store_engine *base, const struct analytics_request *request,
									  struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct sqlite_engine *engine = (struct sqlite_engine *)base;
	const struct text prefix = text_present(request->prefix) ? request->prefix : TEXT("");
	struct text end;
	size_t capacity = 0;
	bool copied = true, more = false;
	if (request->limit == 0)
		return error_set(error, HANSARD_USAGE, "invalid_limit", "a page has at least one item");
	if (!end_of_prefix(arena, prefix, &end))
		return error_memory(error);
	struct analytics_page page = {.next = TEXT_ABSENT, .as_of = now(engine)};
	struct sqlite_query query = sqlite_query_begin(&engine->db, SQLITE_DB_PARTITIONS);
	sqlite_query_text(&query, request->tenant);
	sqlite_query_text(&query, text_present(request->cursor) ? request->cursor : TEXT(""));
	sqlite_query_text(&query, prefix);
	sqlite_query_text(&query, end);
	sqlite_query_integer(&query, (int64_t)request->limit + 1);
	while (copied && !more && sqlite_query_row(&query)) {
		more = page.count == request->limit;
		if (more)
			break;
		copied = arena_grow(arena, &page.items, page.count, &capacity, sizeof(*page.items)) &&
				 copy_text_column(&query, 0, arena, &page.items[page.count].dialogue_id);
		page.count += copied;
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK)
		return status;
	if (!copied)
		return error_memory(error);
	if (more)
		page.next = page.items[page.count - 1].dialogue_id;
	*ret_page = page;
	return HANSARD_OK;
}

static enum hansard_status count_dialogues(struct sqlite_engine *engine, struct text tenant,
										   struct analytics_counts *counts, struct hansard_error *error)
{
	struct sqlite_query query = sqlite_query_begin(&engine->db, SQLITE_DB_COUNT_DIALOGUES);
	sqlite_query_text(&query, tenant);
	while (sqlite_query_row(&query)) {
		const struct text status = text_of_bytes(sqlite_query_column(&query, 0));
		unsigned word;
		if (!text_present(status) || !vocabulary_find(&vocabulary_dialogue_status, status, &word))
			continue;
		counts->dialogues[word] += sqlite_query_column_integer(&query, 1);
		counts->dialogues[0] += sqlite_query_column_integer(&query, 1);
	}
	return sqlite_query_end(&query, error);
}

static enum hansard_status count_tensions(struct sqlite_engine *engine, struct text tenant,
										  struct analytics_counts *counts, struct hansard_error *error)
{
	struct sqlite_query query = sqlite_query_begin(&engine->db, SQLITE_DB_COUNT_TENSIONS);
	sqlite_query_text(&query, tenant);
	if (sqlite_query_row(&query))
		counts->tensions_open = sqlite_query_column_integer(&query, 0);
	return sqlite_query_end(&query, error);
}

/* Both counts in one read transaction, so that they are of one moment. */
static enum hansard_status counts(struct store_engine *base, struct text tenant, struct analytics_counts *ret_counts,
								  struct hansard_error *error)
{
	struct sqlite_engine *engine = (struct sqlite_engine *)base;
	struct analytics_counts found = {.as_of = now(engine)};
	enum hansard_status status = sqlite_db_run(&engine->db, SQLITE_DB_BEGIN_READ, error);
	if (status == HANSARD_OK)
		status = count_dialogues(engine, tenant, &found, error);
	if (status == HANSARD_OK)
		status = count_tensions(engine, tenant, &found, error);
	sqlite_db_rollback(&engine->db);
	if (status == HANSARD_OK)
		*ret_counts = found;
	return status;
}

const struct analytics_store sqlite_analytics_store = {
	.dialogues = dialogues, .tensions = tensions, .partitions = partitions, .counts = counts};
