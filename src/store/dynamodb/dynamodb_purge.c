/*
 * What is to go, by the versions of every address.
 */
#include "dynamodb_purge.h"

#include "dynamodb_bundle.h"
#include "dynamodb_cost.h"
#include "dynamodb_fenced.h"
#include "error.h"
#include "limits.h"

/* All that bundles hold of one address. */
struct address {
	int64_t newest;
	bool removed; /* by the newest */
	bool shown;   /* by the newest in bundles before that stay */
};

/* One version of an address. */
struct version {
	struct item_key key;
	int64_t rev;
	bool removed;
	struct address *address;
};

/* A row, a bundle with so many versions or one of parts. */
struct row {
	struct text sort;
	size_t bytes;
	int64_t rev;
	size_t first, count;
};

struct rows {
	struct row *items;
	size_t count;
	size_t capacity;
};

/* A look at all that may go. */
struct purge {
	const struct store_partition *partition;
	const struct store_occupant *head;
	struct arena *arena;
	struct dynamodb_row_text key; /* PK */
	bool conflict;                /* the head is another one */
	struct rows bundles;          /* by revision */
	struct version *versions;
	size_t version_count, version_capacity;
	int64_t *needed; /* revisions that wrote what is there */
	size_t needed_count, needed_capacity;
	struct rows gone; /* what is to go, in this order */
};

static bool append(struct arena *arena, struct rows *rows, struct row row)
{
	if (!arena_grow(arena, &rows->items, rows->count, &rows->capacity, sizeof(*rows->items)))
		return false;
	rows->items[rows->count++] = row;
	return true;
}

/* Keeps what is known of a row. */
static bool add_row(struct purge *purge, struct rows *rows, const json_t *found, struct row row)
{
	row.bytes = dynamodb_cost_row(found);
	return arena_copy_text(purge->arena, dynamodb_answer_text(found, "SK"), &row.sort) &&
		   append(purge->arena, rows, row);
}

static bool need(struct purge *purge, int64_t rev)
{
	if (!arena_grow(purge->arena, &purge->needed, purge->needed_count, &purge->needed_capacity, sizeof(*purge->needed)))
		return false;
	purge->needed[purge->needed_count++] = rev;
	return true;
}

/* ---- reading ---- */

static enum hansard_status add_bundle(struct purge *purge, const json_t *found, int64_t rev,
									  struct hansard_error *error)
{
	struct dynamodb_bundle_reading reading;
	struct dynamodb_bundle_entry entry;
	struct bytes bytes;
	struct row row = {.rev = rev, .first = purge->version_count};
	const enum hansard_status status = dynamodb_db_bytes(found, "c", purge->arena, &bytes, error);
	if (status != HANSARD_OK)
		return status;
	dynamodb_bundle_read(&reading, bytes, false);
	while (dynamodb_bundle_next(&reading, &entry)) {
		if (!arena_grow(purge->arena, &purge->versions, purge->version_count, &purge->version_capacity,
						sizeof(*purge->versions)))
			return error_memory(error);
		purge->versions[purge->version_count++] =
			(struct version){.key = entry.key, .rev = rev, .removed = entry.stored.bytes.size == 0};
	}
	if (!dynamodb_bundle_good(&reading))
		return dynamodb_db_invalid(found, "is no bundle", error);
	row.count = purge->version_count - row.first;
	return add_row(purge, &purge->bundles, found, row) ? HANSARD_OK : error_memory(error);
}

/* A row of its own says in its item which revision wrote it. */
static enum hansard_status add_item(struct purge *purge, const json_t *found, struct item_key key,
									struct hansard_error *error)
{
	struct store_item item = {.key = key};
	struct store_index index;
	const enum hansard_status status = dynamodb_db_bytes(found, "c", purge->arena, &item.stored.bytes, error);
	if (status != HANSARD_OK)
		return status;
	if (!store_index_of(&item, false, &index))
		return dynamodb_db_invalid(found, "holds no item", error);
	return need(purge, index.rev) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status take(struct purge *purge, const json_t *found, struct hansard_error *error)
{
	const struct text sort = dynamodb_answer_text(found, "SK");
	struct store_occupant there;
	struct item_key key;
	int64_t rev;
	unsigned n;
	if (text_is(sort, DYNAMODB_ROW_HEAD_SORT)) {
		const enum hansard_status status = dynamodb_occupant_read(found, &there, error);
		purge->conflict = status == HANSARD_OK && !store_occupant_equal(&there, purge->head);
		return status;
	}
	if (dynamodb_row_read_item(sort, &key))
		return add_item(purge, found, key, error);
	if (!dynamodb_row_read_numbered(sort, DYNAMODB_ROW_BUNDLE, &rev, &n))
		return dynamodb_db_invalid(found, "is none that hansard writes", error);
	return rev <= purge->head->rev ? add_bundle(purge, found, rev, error) : HANSARD_OK;
}

/* Every row of a range is taken, or is one of parts that is to go. */
static enum hansard_status walk(struct purge *purge, const struct dynamodb_message_query *query, bool parts,
								struct hansard_error *error)
{
	struct dynamodb_db_walk rows = dynamodb_db_walk(dynamodb_db_of(purge->partition->engine), query);
	const json_t *found = NULL;
	enum hansard_status status;
	while ((status = dynamodb_db_walk_next(&rows, &found, error)) == HANSARD_OK && found != NULL && !purge->conflict) {
		if (!parts)
			status = take(purge, found, error);
		else if (!add_row(purge, &purge->gone, found, (struct row){.count = 0}))
			status = error_memory(error);
		if (status != HANSARD_OK)
			break;
	}
	dynamodb_db_walk_end(&rows);
	return status;
}

/* ---- choosing ---- */

static int compare_versions(const void *a, const void *b)
{
	const struct version *left = *(const struct version *const *)a;
	const struct version *right = *(const struct version *const *)b;
	const int order = item_key_compare(left->key, right->key);
	return order != 0 ? order : (left->rev > right->rev) - (left->rev < right->rev);
}

/* Gives every version its address. */
static bool gather(struct purge *purge)
{
	const size_t count = purge->version_count;
	struct version **sorted = arena_allocate_array(purge->arena, count + 1, sizeof(struct version *));
	struct address *addresses = arena_allocate_array(purge->arena, count + 1, sizeof(*addresses));
	if (sorted == NULL || addresses == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &purge->versions[i];
	if (count > 1)
		qsort(sorted, count, sizeof(struct version *), compare_versions);
	struct address *address = addresses;
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && item_key_compare(sorted[i - 1]->key, sorted[i]->key) != 0)
			address++;
		address->newest = sorted[i]->rev;
		address->removed = sorted[i]->removed;
		sorted[i]->address = address;
	}
	return true;
}

/* Whether a version is the newest of its address: of an item that is there, or that it takes away from bundles that stay. */
static bool is_needed(const struct version *version)
{
	return version->rev == version->address->newest && (!version->removed || version->address->shown);
}

/* Bundles, older ones first: what stays of those before is known. */
static bool choose_bundles(struct purge *purge)
{
	bool good = gather(purge);
	for (size_t i = 0; good && i < purge->bundles.count; i++) {
		const struct row *row = &purge->bundles.items[i];
		struct version *versions = purge->versions + row->first;
		bool kept = row->rev >= purge->head->rev;
		for (size_t k = 0; k < row->count; k++) {
			kept = kept || is_needed(&versions[k]);
			if (!versions[k].removed && versions[k].rev == versions[k].address->newest)
				good = good && need(purge, row->rev);
		}
		for (size_t k = 0; kept && k < row->count; k++)
			versions[k].address->shown = !versions[k].removed;
		good = good && (kept || append(purge->arena, &purge->gone, *row));
	}
	return good;
}

static int compare_revs(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a;
	const int64_t right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* Parts of earlier revisions between two that are needed. */
static enum hansard_status choose_parts(struct purge *purge, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	if (!need(purge, purge->head->rev))
		return error_memory(error);
	qsort(purge->needed, purge->needed_count, sizeof(*purge->needed), compare_revs);
	int64_t from = 1;
	for (size_t i = 0; status == HANSARD_OK && i < purge->needed_count && from < purge->head->rev; i++) {
		const int64_t next = purge->needed[i];
		if (next > from) {
			const struct dynamodb_row_text first = dynamodb_row_numbered(DYNAMODB_ROW_PARTS, from, 0);
			const struct dynamodb_row_text last =
				dynamodb_row_numbered(DYNAMODB_ROW_PARTS, next - 1, DYNAMODB_ROW_N_MAX);
			const struct dynamodb_message_query query = {.partition_name = "PK",
														 .sort_name = "SK",
														 .partition = dynamodb_row_view(&purge->key),
														 .range = DYNAMODB_MESSAGE_BETWEEN,
														 .from = dynamodb_row_view(&first),
														 .to = dynamodb_row_view(&last)};
			status = walk(purge, &query, true, error);
		}
		from = next >= from ? next + 1 : from;
	}
	return status;
}

/* One look. */
static enum hansard_status look(struct purge *purge, struct hansard_error *error)
{
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(&purge->key),
												 .range = DYNAMODB_MESSAGE_BELOW,
												 .to = TEXT(DYNAMODB_ROW_BEHIND_LOAD)};
	if (purge->arena == NULL)
		return error_memory(error);
	const enum hansard_status status = walk(purge, &query, false, error);
	if (status != HANSARD_OK || purge->conflict)
		return status;
	return choose_bundles(purge) ? choose_parts(purge, error) : error_memory(error);
}

/* ---- deleting ---- */

static enum hansard_status delete_all(const struct purge *purge, enum store_result *ret_result,
									  struct hansard_error *error)
{
	struct hansard_error fault = {.status = HANSARD_OK};
	struct dynamodb_fenced fenced;
	enum hansard_status status = HANSARD_OK;
	dynamodb_fenced_init(&fenced, purge->partition, purge->head);
	for (size_t i = 0; status == HANSARD_OK && i < purge->gone.count; i++)
		status = dynamodb_fenced_delete(&fenced, purge->gone.items[i].sort, purge->gone.items[i].bytes, &fault);
	if (status == HANSARD_OK)
		status = dynamodb_fenced_send(&fenced, &fault);
	status = dynamodb_fenced_result(&fenced, status, &fault, ret_result, error);
	dynamodb_fenced_finish(&fenced);
	return status;
}

enum hansard_status dynamodb_purge_run(const struct store_partition *partition, const struct store_occupant *head,
									   enum store_result *ret_result, struct hansard_error *error)
{
	const struct moment_pause *pause = &partition->engine->pause;
	enum hansard_status status = HANSARD_OK;
	bool done = false;
	for (int looks = 0; status == HANSARD_OK && !done; looks++) {
		struct purge purge = {.partition = partition, .head = head, .arena = arena_create(LIMIT_ARENA)};
		(void)dynamodb_row_partition(partition->tenant, partition->dialogue_id, &purge.key); /* there is a head */
		status = look(&purge, error);
		done = purge.conflict || purge.gone.count == 0 || looks > 0;
		if (status == HANSARD_OK && purge.conflict)
			*ret_result = STORE_CONFLICT;
		else if (status == HANSARD_OK && done)
			status = delete_all(&purge, ret_result, error);
		else if (status == HANSARD_OK)
			pause->wait(pause->context, DYNAMODB_OCCUPANT_VISIBLE_US);
		arena_destroy(purge.arena);
	}
	return status;
}
