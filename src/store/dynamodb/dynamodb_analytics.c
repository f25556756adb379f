/*
 * Pages and counts.
 */
#include "dynamodb_analytics.h"

#include "dynamodb_db.h"
#include "dynamodb_schema.h"
#include "error.h"
#include "limits.h"
#include "slug.h"
#include "store_page.h"
#include "vocabulary.h"

enum { SHELVES = 5 }; /* words of one listing, at most */

_Static_assert((int)DIALOGUE_ABANDONED < (int)SHELVES, "every status of a dialogue has a shelf, and what is none");

/* What a listing is read from. */
static const struct source {
	enum dynamodb_row_shelf shelf;
	const char *index, *partition_name, *sort_name;
	bool backward;
} sources[] = {
	[STORE_DIALOGUES] = {DYNAMODB_ROW_DIALOGUES, DYNAMODB_SCHEMA_BY_STATUS, "p1", "s1", true},
	[STORE_TENSIONS] = {DYNAMODB_ROW_TENSIONS, DYNAMODB_SCHEMA_BY_TENSION_STATUS, "p2", "s2", false},
	[STORE_PARTITIONS] = {DYNAMODB_ROW_HEADS, DYNAMODB_SCHEMA_BY_TENSION_STATUS, "p2", "s2", false},
};

/* The words under which a listing has its shelves: statuses, or "" where there is none or one that is no word. */
struct words {
	struct text items[SHELVES];
	size_t count;
};

static struct words words_of(enum store_listing listing, unsigned status)
{
	static const unsigned open[] = {TENSION_OPEN, TENSION_ADDRESSED, TENSION_REOPENED};
	struct words words = {.count = 0};
	switch (listing) {
	case STORE_DIALOGUES:
		for (unsigned word = 1; word <= vocabulary_dialogue_status.count; word++)
			if (status == DIALOGUE_ABSENT || status == word)
				words.items[words.count++] = vocabulary_word(&vocabulary_dialogue_status, word);
		if (status == DIALOGUE_ABSENT)
			words.items[words.count++] = TEXT("");
		break;
	case STORE_TENSIONS:
		for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
			words.items[words.count++] = vocabulary_word(&vocabulary_tension_status, open[i]);
		break;
	case STORE_PARTITIONS:
		words.items[words.count++] = TEXT("");
		break;
	}
	return words;
}

/* One row of an index. */
struct found {
	struct analytics_item item;
	struct dynamodb_row_text sort; /* its place on the shelf */
	int64_t rev;
};

/* A page that is being gathered. */
struct gathering {
	struct dynamodb_engine *engine;
	struct store_page page;
	struct arena *arena;
	enum dynamodb_message_range range; /* which part of each shelf */
	struct text from, to;
	struct found *found;
	size_t count, capacity;
	/* Of the shelves that hold more than was read of them, the last row that was read which comes first: what lies behind it may
	   not be all there is. */
	bool cut;
	struct found frontier;
};

/* ---- where a page begins ---- */

static bool copy_sort(struct arena *arena, const struct dynamodb_row_text *sort, struct text *ret_text)
{
	return arena_copy_text(arena, dynamodb_row_view(sort), ret_text);
}

/* The range of a shelf that lies behind the page before. */
static bool find_range(struct gathering *gathering)
{
	const struct analytics_item *last = &gathering->page.last;
	const struct text prefix = gathering->page.request->prefix;
	const bool first = !text_present(last->dialogue_id);
	struct dynamodb_row_text sort;
	gathering->range = first ? DYNAMODB_MESSAGE_ALL : DYNAMODB_MESSAGE_ABOVE;
	switch (gathering->page.listing) {
	case STORE_DIALOGUES:
		sort = dynamodb_row_dialogue_sort(last->updated_at, last->dialogue_id);
		gathering->range = first ? DYNAMODB_MESSAGE_ALL : DYNAMODB_MESSAGE_BELOW;
		return first || copy_sort(gathering->arena, &sort, &gathering->to);
	case STORE_TENSIONS:
		return first || (dynamodb_row_tension_sort(last->dialogue_id, last->key, &sort) &&
						 copy_sort(gathering->arena, &sort, &gathering->from));
	case STORE_PARTITIONS:
		break;
	}
	gathering->from = last->dialogue_id;
	if (first || last->dialogue_id.size == 0)
		gathering->range = DYNAMODB_MESSAGE_ALL;
	if (!text_present(prefix) || prefix.size == 0)
		return true;
	/* From the prefix on, or from right behind the last id, to what stands behind all that begins so. */
	gathering->range = DYNAMODB_MESSAGE_BETWEEN;
	const bool behind = !first && text_compare(last->dialogue_id, prefix) >= 0;
	if (!behind)
		gathering->from = prefix;
	return arena_format(gathering->arena, &gathering->to, "%.*s~", (int)prefix.size, prefix.data) &&
		   (!behind || arena_format(gathering->arena, &gathering->from, "%.*s\x01", (int)last->dialogue_id.size,
									last->dialogue_id.data));
}

/* Whether a text can be compared with ids: what else is asked for is not sent. */
static bool is_plain(struct text text)
{
	bool plain = text.size <= LIMIT_DIALOGUE_ID;
	for (size_t i = 0; plain && i < text.size; i++)
		plain = text.data[i] > ' ' && text.data[i] < '~';
	return plain;
}

/* ---- what is found ---- */

/* A meta row: its status by what is stored, which knows words that are none; its time as the index orders by. */
static enum hansard_status read_dialogue(const struct gathering *gathering, const json_t *row, struct text word,
										 struct found *found, struct hansard_error *error)
{
	struct analytics_item *item = &found->item;
	struct store_index copies;
	const struct text sort = dynamodb_answer_text(row, "s1");
	const size_t hash = text_find(sort, TEXT("#"), 0);
	const enum hansard_status status = dynamodb_db_bytes(row, "c", gathering->arena, &item->stored.bytes, NULL);
	if (status == HANSARD_FAILED)
		return error_memory(error);
	item->key = (struct item_key){.type = TEXT("meta"), .subkey = TEXT("")};
	const struct store_item stored = {.key = item->key, .stored = item->stored};
	const bool good = store_index_of(&stored, true, &copies);
	item->status = good ? copies.status : word.size > 0 ? word : TEXT_ABSENT;
	found->rev = good ? copies.rev : 0;
	item->updated_at = hash == SIZE_MAX || hash == 0 ? TEXT_ABSENT : text_slice(sort, 0, hash);
	return arena_copy_text(gathering->arena, item->updated_at, &item->updated_at) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status read_tension(const struct gathering *gathering, const json_t *row, struct text word,
										struct found *found, struct hansard_error *error)
{
	struct analytics_item *item = &found->item;
	struct item_key key;
	if (!dynamodb_row_read_item(dynamodb_answer_text(row, "SK"), &key) || !text_is(key.type, "tension"))
		return dynamodb_db_invalid(row, "is in the index of tensions, but none", error);
	item->key.type = TEXT("tension");
	item->status = word;
	item->updated_at = TEXT_ABSENT;
	return arena_copy_text(gathering->arena, key.subkey, &item->key.subkey) ? HANSARD_OK : error_memory(error);
}

/* Where an item stands on its shelf. */
static struct dynamodb_row_text sort_of(const struct analytics_item *item, enum store_listing listing)
{
	struct dynamodb_row_text sort = {.size = 0};
	switch (listing) {
	case STORE_DIALOGUES:
		return dynamodb_row_dialogue_sort(item->updated_at, item->dialogue_id);
	case STORE_TENSIONS:
		(void)dynamodb_row_tension_sort(item->dialogue_id, item->key, &sort);
		break;
	case STORE_PARTITIONS:
		return dynamodb_row_dialogue_sort(TEXT_ABSENT, item->dialogue_id);
	}
	return sort;
}

static enum hansard_status read_found(struct gathering *gathering, const json_t *row, struct text word,
									  struct hansard_error *error)
{
	struct found found = {.item = {.dialogue_id = TEXT_ABSENT,
								   .key = {.type = TEXT_ABSENT, .subkey = TEXT_ABSENT},
								   .status = TEXT_ABSENT,
								   .updated_at = TEXT_ABSENT}};
	struct text tenant;
	struct text id;
	enum hansard_status status = HANSARD_OK;
	if (!dynamodb_row_read_partition(dynamodb_answer_text(row, "PK"), &tenant, &id) ||
		!text_equal(tenant, gathering->page.request->tenant))
		return dynamodb_db_invalid(row, "is in an index where it cannot be", error);
	if (!arena_copy_text(gathering->arena, id, &found.item.dialogue_id))
		return error_memory(error);
	switch (gathering->page.listing) {
	case STORE_DIALOGUES:
		status = read_dialogue(gathering, row, word, &found, error);
		break;
	case STORE_TENSIONS:
		status = read_tension(gathering, row, word, &found, error);
		break;
	case STORE_PARTITIONS:
		break;
	}
	if (status != HANSARD_OK)
		return status;
	if (!arena_grow(gathering->arena, &gathering->found, gathering->count, &gathering->capacity,
					sizeof(*gathering->found)))
		return error_memory(error);
	found.sort = sort_of(&found.item, gathering->page.listing);
	gathering->found[gathering->count++] = found;
	return HANSARD_OK;
}

/* Whether one place on a shelf comes before another. */
static bool is_before(const struct gathering *gathering, const struct found *a, const struct found *b)
{
	const int order = text_compare(dynamodb_row_view(&a->sort), dynamodb_row_view(&b->sort));
	return sources[gathering->page.listing].backward ? order > 0 : order < 0;
}

/* A row that can be none of the listing hides nothing of what stands beside it. */
static enum hansard_status pass_over(struct gathering *gathering, const struct hansard_error *cause,
									 struct hansard_error *error)
{
	struct text *stray = &gathering->page.found.stray;
	if (!text_present(*stray) && !arena_copy_text(gathering->arena, text_of_string(cause->message), stray))
		return error_memory(error);
	return HANSARD_OK;
}

/* The beginning of one shelf: one row more than a page has. */
static enum hansard_status read_shelf(struct gathering *gathering, struct text word, unsigned shard,
									  struct hansard_error *error)
{
	const struct source *source = &sources[gathering->page.listing];
	const size_t enough = gathering->page.request->limit + 1;
	const struct dynamodb_row_shelf_request shelf = {.shelf = source->shelf,
													 .tenant = gathering->page.request->tenant,
													 .status = word,
													 .shard = shard,
													 .shards = gathering->engine->shards};
	const struct dynamodb_row_text key = dynamodb_row_shelf(&shelf);
	const struct dynamodb_message_query query = {.index = source->index,
												 .partition_name = source->partition_name,
												 .sort_name = source->sort_name,
												 .partition = dynamodb_row_view(&key),
												 .range = gathering->range,
												 .from = gathering->from,
												 .to = gathering->to,
												 .backward = source->backward,
												 .limit = enough};
	struct dynamodb_db_walk walk = dynamodb_db_walk(gathering->engine, &query);
	enum hansard_status status = HANSARD_OK;
	const json_t *row = NULL;
	size_t count = 0;
	while (status == HANSARD_OK && count < enough) {
		struct hansard_error cause = {.status = HANSARD_OK};
		status = dynamodb_db_walk_next(&walk, &row, error);
		if (status != HANSARD_OK || row == NULL)
			break;
		status = read_found(gathering, row, word, &cause);
		count += status == HANSARD_OK;
		if (status == HANSARD_VIOLATED)
			status = pass_over(gathering, &cause, error);
		else if (status != HANSARD_OK && error != NULL)
			*error = cause;
	}
	dynamodb_db_walk_end(&walk);
	if (count == enough) {
		const struct found *last = &gathering->found[gathering->count - 1];
		if (!gathering->cut || is_before(gathering, last, &gathering->frontier))
			gathering->frontier = *last;
		gathering->cut = true;
	}
	return status;
}

/* ---- pages ---- */

/* By address, the higher revision first. */
static int compare_found(const void *a, const void *b)
{
	const struct found *left = a;
	const struct found *right = b;
	int order = text_compare(left->item.dialogue_id, right->item.dialogue_id);
	order = order != 0 ? order : text_compare(left->item.key.subkey, right->item.key.subkey);
	return order != 0 ? order : (left->rev < right->rev) - (left->rev > right->rev);
}

/* Adds to the page what was found, each address once, as far as nothing unread can lie in between. */
static bool choose(struct gathering *gathering)
{
	if (gathering->count > 1)
		qsort(gathering->found, gathering->count, sizeof(*gathering->found), compare_found);
	for (size_t i = 0; i < gathering->count; i++) {
		const struct found *found = &gathering->found[i];
		const bool again = i > 0 && text_equal(found[-1].item.dialogue_id, found->item.dialogue_id) &&
						   text_equal(found[-1].item.key.subkey, found->item.key.subkey);
		if (again || (gathering->cut && is_before(gathering, &gathering->frontier, found)))
			continue;
		struct analytics_item *item = store_page_add(&gathering->page);
		if (item == NULL)
			return false;
		*item = found->item;
	}
	return true;
}

/* The cursor of the frontier: of a page of one item, that there is another one behind. */
static enum hansard_status write_frontier(const struct gathering *gathering, struct text *ret_cursor,
										  struct hansard_error *error)
{
	const struct analytics_request one = {.limit = 1};
	struct store_page page = {.listing = gathering->page.listing, .request = &one, .arena = gathering->arena};
	struct analytics_page ended;
	for (int i = 0; i < 2; i++) {
		struct analytics_item *item = store_page_add(&page);
		if (item == NULL)
			return error_memory(error);
		*item = gathering->frontier.item;
	}
	const enum hansard_status status = store_page_end(&page, &ended, error);
	if (status == HANSARD_OK)
		*ret_cursor = ended.next;
	return status;
}

/* Ends a page. Where rows were dropped for others it may be shorter than its limit and not the last. */
static enum hansard_status end_page(struct gathering *gathering, struct analytics_page *ret_page,
									struct hansard_error *error)
{
	struct store_page *page = &gathering->page;
	if (!choose(gathering))
		return error_memory(error);
	store_page_sort(page);
	if (gathering->cut && page->found.count <= page->request->limit) {
		const enum hansard_status status = write_frontier(gathering, &page->found.next, error);
		if (status != HANSARD_OK)
			return status;
	}
	return store_page_end(page, ret_page, error);
}

/* A page whose first three members are given. */
static enum hansard_status gather(struct store_engine *engine, struct store_page page, struct analytics_page *ret_page,
								  struct hansard_error *error)
{
	struct gathering gathering = {.engine = dynamodb_db_of(engine), .page = page, .arena = page.arena};
	const struct analytics_request *request = page.request;
	const struct words words = words_of(page.listing, request->status);
	enum hansard_status status = store_page_begin(&gathering.page, engine, error);
	if (status != HANSARD_OK)
		return status;
	if (!is_plain(gathering.page.last.dialogue_id))
		return error_set(error, HANSARD_USAGE, "invalid_cursor", "\"" ERROR_TEXT "\" is no cursor",
						 ERROR_TEXT_ARGS(request->cursor));
	if (!find_range(&gathering))
		return error_memory(error);
	const bool is_empty = gathering.range == DYNAMODB_MESSAGE_BETWEEN && text_compare(gathering.from, gathering.to) > 0;
	const bool possible = slug_valid(request->tenant, LIMIT_TENANT) && is_plain(request->prefix) && !is_empty;
	for (size_t i = 0; possible && i < words.count; i++)
		for (unsigned shard = 0; status == HANSARD_OK && shard < gathering.engine->shards; shard++)
			status = read_shelf(&gathering, words.items[i], shard, error);
	return status == HANSARD_OK ? end_page(&gathering, ret_page, error) : status;
}

static enum hansard_status dialogues(struct store_engine *engine, const struct analytics_request *request,
									 struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	const struct store_page page = {.listing = STORE_DIALOGUES, .request = request, .arena = arena};
	return gather(engine, page, ret_page, error);
}

static enum hansard_status tensions(struct store_engine *engine, const struct analytics_request *request,
									struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	const struct store_page page = {.listing = STORE_TENSIONS, .request = request, .arena = arena};
	return gather(engine, page, ret_page, error);
}

static enum hansard_status partitions(struct store_engine *engine, const struct analytics_request *request,
									  struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	const struct store_page page = {.listing = STORE_PARTITIONS, .request = request, .arena = arena};
	return gather(engine, page, ret_page, error);
}

/* ---- counts ---- */

static enum hansard_status count_shelf(struct dynamodb_engine *engine, enum store_listing listing,
									   struct dynamodb_row_shelf_request *shelf, int64_t *ret_count,
									   struct hansard_error *error)
{
	const struct source *source = &sources[listing];
	int64_t sum = 0;
	enum hansard_status status = HANSARD_OK;
	for (shelf->shard = 0; status == HANSARD_OK && shelf->shard < engine->shards; shelf->shard++) {
		const struct dynamodb_row_text key = dynamodb_row_shelf(shelf);
		const struct dynamodb_message_query query = {.index = source->index,
													 .partition_name = source->partition_name,
													 .sort_name = source->sort_name,
													 .partition = dynamodb_row_view(&key),
													 .count = true};
		struct dynamodb_db_walk walk = dynamodb_db_walk(engine, &query);
		int64_t count = 0;
		status = dynamodb_db_walk_total(&walk, &count, error);
		dynamodb_db_walk_end(&walk);
		sum += count;
	}
	*ret_count = sum;
	return status;
}

static enum hansard_status counts(struct store_engine *base, struct text tenant, struct analytics_counts *ret_counts,
								  struct hansard_error *error)
{
	static const enum store_listing listings[] = {STORE_DIALOGUES, STORE_TENSIONS};
	struct dynamodb_engine *engine = dynamodb_db_of(base);
	struct analytics_counts found = {.as_of = store_engine_now(base)};
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; i < sizeof(listings) / sizeof(listings[0]); i++) {
		const struct words words = words_of(listings[i], DIALOGUE_ABSENT);
		for (size_t k = 0; status == HANSARD_OK && k < words.count; k++) {
			int64_t count = 0;
			struct dynamodb_row_shelf_request shelf = {.shelf = sources[listings[i]].shelf,
													   .tenant = tenant,
													   .status = words.items[k],
													   .shards = engine->shards};
			/* What is of no status is not counted. */
			if (words.items[k].size == 0 || !slug_valid(tenant, LIMIT_TENANT))
				continue;
			status = count_shelf(engine, listings[i], &shelf, &count, error);
			if (listings[i] == STORE_DIALOGUES)
				store_page_count(&found, words.items[k], count);
			else
				found.tensions_open += count;
		}
	}
	if (status == HANSARD_OK)
		*ret_counts = found;
	return status;
}

const struct analytics_store dynamodb_analytics_store = {
	.dialogues = dialogues, .tensions = tensions, .partitions = partitions, .counts = counts};
