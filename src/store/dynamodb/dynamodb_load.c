/*
 * Rows put together to a view.
 */
#include "dynamodb_load.h"

#include "dynamodb_bundle.h"
#include "dynamodb_db.h"
#include "dynamodb_listing.h"
#include "dynamodb_occupant.h"
#include "error.h"
#include "limits.h"

enum { HEAD_MAX = 1 << 20 }; /* memory for what is read of a head alone */

/* One version of an address. */
struct version {
	struct store_item item; /* stored is empty: it was removed */
	int64_t rev;            /* of its bundle; of a row of its own, the head's */
};

/* A look under way. */
struct look {
	const struct store_partition *partition;
	const struct store_reservation *mine; /* of a look at what was copied under it; else NULL */
	struct arena *arena;
	struct dynamodb_row_place place;
	struct dynamodb_load_head head;
	struct store_view view;
	struct version *versions;
	size_t count;
	size_t capacity;
	int64_t bundle_rev; /* of the bundle before, and the last key in it */
	struct item_key bundle_key;
};

/* ---- the head ---- */

/* All but the hash. */
static enum hansard_status read_head(const json_t *row, struct dynamodb_load_head *ret_head,
									 struct hansard_error *error)
{
	int64_t unlisted = 0;
	*ret_head = (struct dynamodb_load_head){.exists = dynamodb_answer_has(row, "r")};
	if (!ret_head->exists)
		return HANSARD_OK;
	if (!dynamodb_answer_number(row, "r", &ret_head->rev) || ret_head->rev < 1 || ret_head->rev > LIMIT_REV ||
		(dynamodb_answer_has(row, "u") && (!dynamodb_answer_number(row, "u", &unlisted) || unlisted != 1)))
		return dynamodb_db_invalid(row, "is no head", error);
	ret_head->listed = unlisted == 0;
	return HANSARD_OK;
}

/* The hash that the note says; a note that names no commit of that revision has none that any change can expect. */
static enum hansard_status read_hash(const json_t *row, struct dynamodb_load_head *head, struct hansard_error *error)
{
	struct store_head named;
	struct bytes note;
	struct arena *arena = arena_create(HEAD_MAX);
	const enum hansard_status status =
		arena == NULL ? error_memory(error) : dynamodb_db_bytes(row, "s", arena, &note, error);
	if (status == HANSARD_OK && store_head_read(note, &named))
		head->named = named;
	if (head->named.rev == head->rev)
		head->hash = head->named.hash;
	arena_destroy(arena);
	return status;
}

enum hansard_status dynamodb_load_read_head(const json_t *row, struct dynamodb_load_head *ret_head,
											struct hansard_error *error)
{
	const enum hansard_status status = read_head(row, ret_head, error);
	return status == HANSARD_OK && ret_head->exists ? read_hash(row, ret_head, error) : status;
}

enum hansard_status dynamodb_load_head(const struct store_partition *partition, struct dynamodb_load_head *ret_head,
									   struct hansard_error *error)
{
	struct dynamodb_row_text key;
	struct dynamodb_answer answer = {.root = NULL};
	if (!dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key)) {
		*ret_head = (struct dynamodb_load_head){.exists = false};
		return HANSARD_OK;
	}
	const struct dynamodb_message_key row = {dynamodb_row_view(&key), TEXT(DYNAMODB_ROW_HEAD_SORT)};
	enum hansard_status status = dynamodb_db_get(dynamodb_db_of(partition->engine), row, &answer, error);
	if (status == HANSARD_OK)
		status = dynamodb_load_read_head(dynamodb_answer_item(&answer), ret_head, error);
	dynamodb_answer_finish(&answer);
	return status;
}

/* ---- versions ---- */

static enum hansard_status add(struct look *look, struct store_item item, int64_t rev, struct hansard_error *error)
{
	if (!arena_grow(look->arena, &look->versions, look->count, &look->capacity, sizeof(*look->versions)))
		return error_memory(error);
	look->versions[look->count++] = (struct version){.item = item, .rev = rev};
	return HANSARD_OK;
}

/* The entries of one bundle, in whose revision no key may come twice. */
static enum hansard_status add_bundle(struct look *look, const json_t *row, int64_t rev, struct hansard_error *error)
{
	struct dynamodb_bundle_reading reading;
	struct dynamodb_bundle_entry entry;
	struct bytes bytes;
	enum hansard_status status = dynamodb_db_bytes(row, "c", look->arena, &bytes, error);
	if (status != HANSARD_OK)
		return status;
	const bool first = rev != look->bundle_rev;
	bool ordered = true;
	dynamodb_bundle_read(&reading, bytes, false);
	for (size_t i = 0; status == HANSARD_OK && dynamodb_bundle_next(&reading, &entry); i++) {
		ordered = ordered && (i > 0 || first || item_key_compare(look->bundle_key, entry.key) < 0);
		look->bundle_key = entry.key;
		status = add(look, (struct store_item){.key = entry.key, .stored = entry.stored}, rev, error);
	}
	look->bundle_rev = rev;
	if (status == HANSARD_OK && !(ordered && dynamodb_bundle_good(&reading)))
		status = dynamodb_db_invalid(row, "is no bundle", error);
	return status;
}

/* A row of its own. Its key is taken out of the answer, which does not last. */
static enum hansard_status add_row(struct look *look, const json_t *row, struct item_key key,
								   struct hansard_error *error)
{
	struct store_item item;
	struct dynamodb_row_index index;
	if (!arena_copy_text(look->arena, key.type, &item.key.type) ||
		!arena_copy_text(look->arena, key.subkey, &item.key.subkey))
		return error_memory(error);
	const enum hansard_status status = dynamodb_db_bytes(row, "c", look->arena, &item.stored.bytes, error);
	if (status != HANSARD_OK)
		return status;
	const bool agrees =
		dynamodb_row_index(&look->place, &item, look->head.listed, &index) && dynamodb_listing_agrees(row, &index);
	look->view.stale_indexes += store_index_listed(key) && !agrees;
	return add(look, item, look->head.rev, error);
}

/* ---- rows ---- */

/* The revision beside the note is a copy of the one that the note names: of two that differ the later one counts, so that nothing which
   was committed is passed over. */
static void agree_on_rev(struct look *look)
{
	struct store_head named;
	if (!store_head_read(look->view.note, &named) || named.rev == look->head.rev)
		return;
	look->view.stale_indexes++;
	if (named.rev > look->head.rev)
		look->head.rev = named.rev;
}

/* What is copied up to the revision of the source is there, and no more; its rows have no index keys. */
static void begin_copy(struct look *look, const json_t *row)
{
	struct store_reservation there;
	if (!dynamodb_occupant_read_reservation(row, &there) || !store_reservation_equal(&there, look->mine))
		return;
	look->head = (struct dynamodb_load_head){.rev = there.source_rev};
	look->view.exists = true;
}

static enum hansard_status begin(struct look *look, const json_t *row, struct hansard_error *error)
{
	struct dynamodb_row_index index;
	enum hansard_status status = read_head(row, &look->head, error);
	look->view.exists = status == HANSARD_OK && look->head.exists;
	if (!look->view.exists)
		return status;
	look->view.listed = look->head.listed ? STORE_VIEW_LISTED : STORE_VIEW_UNLISTED;
	dynamodb_row_head_index(&look->place, &index);
	look->view.stale_indexes += !dynamodb_listing_agrees(row, &index);
	status = dynamodb_db_bytes(row, "c", look->arena, &look->view.commit, error);
	if (status == HANSARD_OK)
		status = dynamodb_db_bytes(row, "s", look->arena, &look->view.note, error);
	if (status == HANSARD_OK)
		agree_on_rev(look);
	return status;
}

static enum hansard_status take(struct look *look, const json_t *row, struct hansard_error *error)
{
	const struct text sort = dynamodb_answer_text(row, "SK");
	struct item_key key;
	int64_t rev;
	unsigned n;
	if (dynamodb_row_read_item(sort, &key))
		return add_row(look, row, key, error);
	if (!dynamodb_row_read_numbered(sort, DYNAMODB_ROW_BUNDLE, &rev, &n))
		return dynamodb_db_invalid(row, "is none that hansard writes", error);
	return rev <= look->head.rev ? add_bundle(look, row, rev, error) : HANSARD_OK;
}

/* Of a dialogue that was damaged, or whose creation is half visible, which looking again tells. */
enum hansard_status dynamodb_load_headless(const struct store_partition *partition, struct text first,
										   struct hansard_error *error)
{
	error_set(error, HANSARD_VIOLATED, STORE_HEAD_MISSING,
			  "the head of \"" ERROR_TEXT "\" is missing, and of it there is the row " ERROR_TEXT,
			  ERROR_TEXT_ARGS(partition->dialogue_id), ERROR_TEXT_ARGS(first));
	error_hint(error, "that is no loss as a whole: bring back a copy of the table that has it");
	return HANSARD_VIOLATED;
}

/* Reads all rows, the head first; where that is a reservation, whatever else is there belongs to no dialogue yet. */
static enum hansard_status read_rows(struct look *look, struct dynamodb_db_walk *walk, struct hansard_error *error)
{
	const json_t *row;
	enum hansard_status status = dynamodb_db_walk_next(walk, &row, error);
	if (status != HANSARD_OK || row == NULL)
		return status;
	const struct text first = dynamodb_answer_text(row, "SK");
	if (!text_is(first, DYNAMODB_ROW_HEAD_SORT))
		return text_present(first) ? dynamodb_load_headless(look->partition, first, error)
								   : dynamodb_db_invalid(row, "has no keys", error);
	if (look->mine != NULL)
		begin_copy(look, row);
	else
		status = begin(look, row, error);
	while (status == HANSARD_OK && look->view.exists &&
		   (status = dynamodb_db_walk_next(walk, &row, error)) == HANSARD_OK && row != NULL)
		status = take(look, row, error);
	return status;
}

/* By key, the newest version first. */
static int compare_versions(const void *a, const void *b)
{
	const struct version *left = a;
	const struct version *right = b;
	const int order = item_key_compare(left->item.key, right->item.key);
	return order != 0 ? order : (left->rev < right->rev) - (left->rev > right->rev);
}

/* Keeps the newest version of each address, unless that is its removal. */
static enum hansard_status choose(struct look *look, struct hansard_error *error)
{
	struct store_view *view = &look->view;
	view->items = arena_allocate_array(look->arena, look->count, sizeof(*view->items));
	if (view->items == NULL)
		return error_memory(error);
	if (look->count > 1)
		qsort(look->versions, look->count, sizeof(*look->versions), compare_versions);
	for (size_t i = 0; i < look->count; i++) {
		const struct version *version = &look->versions[i];
		const bool newest = i == 0 || item_key_compare(version[-1].item.key, version->item.key) != 0;
		if (newest && version->item.stored.bytes.size > 0)
			view->items[view->item_count++] = version->item;
	}
	return HANSARD_OK;
}

static enum hansard_status look_at(struct look *look, const struct dynamodb_row_text *key, struct hansard_error *error)
{
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(key),
												 .range = DYNAMODB_MESSAGE_BELOW,
												 .to = TEXT(DYNAMODB_ROW_BEHIND_LOAD)};
	struct dynamodb_db_walk walk = dynamodb_db_walk(dynamodb_db_of(look->partition->engine), &query);
	const enum hansard_status status = read_rows(look, &walk, error);
	dynamodb_db_walk_end(&walk);
	return status == HANSARD_OK && look->view.exists ? choose(look, error) : status;
}

enum hansard_status dynamodb_load_look(const struct store_partition *partition, struct arena *arena,
									   struct store_view *ret_view, struct hansard_error *error)
{
	struct dynamodb_row_text key;
	struct look look = {.partition = partition, .arena = arena, .place = dynamodb_db_place(partition)};
	enum hansard_status status = HANSARD_OK;
	if (dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key))
		status = look_at(&look, &key, error);
	if (status == HANSARD_OK)
		*ret_view = look.view;
	return status;
}

/* The commit of the source's revision, once it was put. */
static enum hansard_status read_commit(struct look *look, const struct dynamodb_row_text *key,
									   struct hansard_error *error)
{
	struct dynamodb_answer answer = {.root = NULL};
	const struct dynamodb_row_text sort = dynamodb_row_numbered(DYNAMODB_ROW_COMMIT, look->mine->source_rev, 0);
	const struct dynamodb_message_key row = {dynamodb_row_view(key), dynamodb_row_view(&sort)};
	enum hansard_status status = dynamodb_db_get(dynamodb_db_of(look->partition->engine), row, &answer, error);
	const json_t *found = status == HANSARD_OK ? dynamodb_answer_item(&answer) : NULL;
	if (found != NULL)
		status = dynamodb_db_bytes(found, "c", look->arena, &look->view.commit, error);
	dynamodb_answer_finish(&answer);
	return status;
}

enum hansard_status dynamodb_load_copy(const struct store_partition *partition, const struct store_reservation *mine,
									   struct arena *arena, struct store_view *ret_view, struct hansard_error *error)
{
	struct dynamodb_row_text key;
	struct look look = {.partition = partition, .mine = mine, .arena = arena, .place = dynamodb_db_place(partition)};
	enum hansard_status status = HANSARD_OK;
	if (dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key))
		status = look_at(&look, &key, error);
	if (status == HANSARD_OK && look.view.exists)
		status = read_commit(&look, &key, error);
	if (status == HANSARD_OK)
		*ret_view = look.view;
	return status;
}
