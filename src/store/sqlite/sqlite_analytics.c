/*
 * Pages and counts, each one range of one partial index, or of the heads.
 */
#include "sqlite_analytics.h"

#include "error.h"
#include "sqlite_rows.h"
#include "store_page.h"
#include "vocabulary.h"

static struct sqlite_db *db_of(struct store_engine *engine)
{
	return &((struct sqlite_engine *)engine)->db;
}

static struct text or_empty(struct text text)
{
	return text_present(text) ? text : TEXT("");
}

/* Every statement of a page begins with the tenant, two values of its own, and how many rows; its rows have the same
   columns, NULL where a listing has none. */
static struct sqlite_query begin(struct store_engine *engine, enum sqlite_db_statement statement,
								 const struct store_page *page, const struct text values[static 2])
{
	struct sqlite_query query = sqlite_query_begin(db_of(engine), statement);
	sqlite_query_text(&query, page->request->tenant);
	sqlite_query_text(&query, values[0]);
	sqlite_query_text(&query, values[1]);
	sqlite_query_integer(&query, (int64_t)page->request->limit + 1);
	return query;
}

static enum hansard_status fill_page(struct sqlite_query *query, struct store_page *page,
									 struct analytics_page *ret_page, struct hansard_error *error)
{
	struct analytics_item *item;
	while (sqlite_query_row(query) && sqlite_query_enough(query, (item = store_page_add(page)) != NULL))
		*item = (struct analytics_item){
			.dialogue_id = sqlite_query_copy_text(query, 0, page->arena),
			.key = {.type = sqlite_query_copy_text(query, 1, page->arena),
					.subkey = sqlite_query_copy_text(query, 2, page->arena)},
			.status = sqlite_query_copy_text(query, 3, page->arena),
			.updated_at = sqlite_query_copy_text(query, 4, page->arena),
			.stored = {.bytes = sqlite_query_copy(query, 5, page->arena)},
		};
	const enum hansard_status status = sqlite_query_end(query, error);
	return status == HANSARD_OK ? store_page_end(page, ret_page, error) : status;
}

static enum hansard_status dialogues(struct store_engine *engine, const struct analytics_request *request,
									 struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_page page = {.listing = STORE_DIALOGUES, .request = request, .arena = arena};
	if (store_page_begin(&page, engine, error) != HANSARD_OK)
		return HANSARD_USAGE;
	const bool any = request->status == DIALOGUE_ABSENT;
	const bool first = !text_present(page.last.dialogue_id); /* "~" stands behind every time */
	const struct text last[] = {first ? TEXT("~") : or_empty(page.last.updated_at), or_empty(page.last.dialogue_id)};
	struct sqlite_query query = begin(engine, any ? SQLITE_DB_DIALOGUES : SQLITE_DB_DIALOGUES_OF_STATUS, &page, last);
	if (!any)
		sqlite_query_text(&query, vocabulary_word(&vocabulary_dialogue_status, request->status));
	return fill_page(&query, &page, ret_page, error);
}

static enum hansard_status tensions(struct store_engine *engine, const struct analytics_request *request,
									struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_page page = {.listing = STORE_TENSIONS, .request = request, .arena = arena};
	if (store_page_begin(&page, engine, error) != HANSARD_OK)
		return HANSARD_USAGE;
	const struct text last[] = {or_empty(page.last.dialogue_id), or_empty(page.last.key.subkey)};
	struct sqlite_query query = begin(engine, SQLITE_DB_TENSIONS, &page, last);
	return fill_page(&query, &page, ret_page, error);
}

/* Of the rows those that are no reservations, until the page has one more than it asks for. */
static enum hansard_status fill_partitions(struct sqlite_query *query, struct store_page *page,
										   struct analytics_page *ret_page, struct hansard_error *error)
{
	struct analytics_item *item;
	size_t left = page->request->limit + 1;
	while (left > 0 && sqlite_query_row(query)) {
		const struct store_partition partition = {.tenant = page->request->tenant,
												  .dialogue_id = sqlite_query_column_text(query, 0)};
		if (sqlite_rows_read_head(&partition, sqlite_query_column(query, 1), false).is.what == STORE_RESERVED)
			continue;
		if (!sqlite_query_enough(query, (item = store_page_add(page)) != NULL))
			break;
		*item = (struct analytics_item){.dialogue_id = sqlite_query_copy_text(query, 0, page->arena),
										.key = {.type = TEXT_ABSENT, .subkey = TEXT_ABSENT},
										.status = TEXT_ABSENT,
										.updated_at = TEXT_ABSENT};
		left--;
	}
	const enum hansard_status status = sqlite_query_end(query, error);
	return status == HANSARD_OK ? store_page_end(page, ret_page, error) : status;
}

/* One range: from the prefix on, or from right behind the last id, to what stands behind all that begins so. */
static enum hansard_status partitions(struct store_engine *engine, const struct analytics_request *request,
									  struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_page page = {.listing = STORE_PARTITIONS, .request = request, .arena = arena};
	if (store_page_begin(&page, engine, error) != HANSARD_OK)
		return HANSARD_USAGE;
	const struct text prefix = or_empty(request->prefix);
	const struct text last = page.last.dialogue_id;
	struct text from = prefix, to = TEXT_ABSENT;
	if (prefix.size > 0 && !arena_format(arena, &to, "%.*s~", (int)prefix.size, prefix.data))
		return error_memory(error);
	if (text_compare(last, prefix) >= 0) {
		char *behind = arena_allocate(arena, last.size + 1);
		if (behind == NULL)
			return error_memory(error);
		if (last.size > 0)
			memcpy(behind, last.data, last.size);
		behind[last.size] = '\0';
		from = (struct text){.data = behind, .size = last.size + 1};
	}
	struct sqlite_query query = sqlite_query_begin(db_of(engine), SQLITE_DB_PARTITIONS);
	sqlite_query_text(&query, request->tenant);
	sqlite_query_text(&query, from);
	if (text_present(to))
		sqlite_query_text(&query, to);
	else
		sqlite_query_bytes(&query, (struct bytes){.data = (const uint8_t *)"", .size = 0}); /* behind every text */
	return fill_partitions(&query, &page, ret_page, error);
}

/* One statement, so that all are of one moment. */
static enum hansard_status counts(struct store_engine *engine, struct text tenant, struct analytics_counts *ret_counts,
								  struct hansard_error *error)
{
	struct analytics_counts found = {.as_of = store_engine_now(engine)};
	struct sqlite_query query = sqlite_query_begin(db_of(engine), SQLITE_DB_COUNTS);
	sqlite_query_text(&query, tenant);
	while (sqlite_query_row(&query)) {
		store_page_count(&found, sqlite_query_column_text(&query, 0), sqlite_query_column_integer(&query, 1));
		found.tensions_open += sqlite_query_column_integer(&query, 2);
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK)
		*ret_counts = found;
	return status;
}

const struct analytics_store sqlite_analytics_store = {
	.dialogues = dialogues, .tensions = tensions, .partitions = partitions, .counts = counts};
