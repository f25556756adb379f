/*
 * Index keys that follow a commit.
 */
#include "dynamodb_listing.h"

#include "dynamodb_cost.h"
#include "dynamodb_fenced.h"
#include "dynamodb_load.h"
#include "error.h"
#include "limits.h"

/* Rows that are being set right. */
struct following {
	const struct dynamodb_listing_revision *revision;
	struct dynamodb_row_place place;
	struct arena *arena;
	struct dynamodb_fenced fenced;
};

bool dynamodb_listing_agrees(const json_t *row, const struct dynamodb_row_index *index)
{
	struct dynamodb_message_field fields[DYNAMODB_CHANGE_INDEX_FIELDS];
	bool good = true;
	dynamodb_change_index_fields(index, fields);
	for (size_t i = 0; i < DYNAMODB_CHANGE_INDEX_FIELDS; i++)
		good = good && (fields[i].kind == DYNAMODB_MESSAGE_NOTHING
							? !dynamodb_answer_has(row, fields[i].name)
							: text_equal(dynamodb_answer_text(row, fields[i].name), fields[i].text));
	return good;
}

/* Gives one row its index keys, while it holds what they were made of: a commit becomes visible item by item, so that the row that was read
   may be one of before it. It counts in a transaction with all that it holds. */
static enum hansard_status set(struct following *following, const json_t *row, const struct store_item *item,
							   const struct dynamodb_row_index *index, struct hansard_error *error)
{
	const struct dynamodb_message_clause as_read = {
		.holds = DYNAMODB_MESSAGE_EQUAL,
		.field = {.name = "c", .kind = DYNAMODB_MESSAGE_BYTES, .bytes = item->stored.bytes}};
	struct dynamodb_message_field fields[DYNAMODB_CHANGE_INDEX_FIELDS];
	dynamodb_change_index_fields(index, fields);
	return dynamodb_fenced_act(&following->fenced,
							   &(struct dynamodb_message_action){
								   .what = DYNAMODB_MESSAGE_UPDATE,
								   .key = {dynamodb_row_view(&following->fenced.key), dynamodb_answer_text(row, "SK")},
								   .fields = DYNAMODB_MESSAGE_FIELDS(fields),
								   .condition = {.clauses = &as_read, .count = 1}},
							   dynamodb_cost_row(row), error);
}

static enum hansard_status look_at(struct following *following, const json_t *row, struct hansard_error *error)
{
	struct store_item item;
	struct dynamodb_row_index index;
	if (!dynamodb_row_read_item(dynamodb_answer_text(row, "SK"), &item.key))
		return dynamodb_db_invalid(row, "is none of an item", error);
	const enum hansard_status status = dynamodb_db_bytes(row, "c", following->arena, &item.stored.bytes, error);
	if (status != HANSARD_OK)
		return status;
	if (!dynamodb_row_index(&following->place, &item, following->revision->listed, &index))
		return dynamodb_db_invalid(row, "holds no item", error);
	return dynamodb_listing_agrees(row, &index) ? HANSARD_OK : set(following, row, &item, &index, error);
}

/* Looks at every row. */
static enum hansard_status follow(struct following *following, struct hansard_error *error)
{
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(&following->fenced.key),
												 .range = DYNAMODB_MESSAGE_BETWEEN,
												 .from = TEXT("meta#"),
												 .to = TEXT("tension#~")};
	struct dynamodb_db_walk walk = dynamodb_db_walk(dynamodb_db_of(following->fenced.partition->engine), &query);
	const json_t *row = NULL;
	enum hansard_status status = following->arena == NULL ? error_memory(error) : HANSARD_OK;
	while (status == HANSARD_OK && (status = dynamodb_db_walk_next(&walk, &row, error)) == HANSARD_OK && row != NULL)
		status = look_at(following, row, error);
	dynamodb_db_walk_end(&walk);
	return status == HANSARD_OK ? dynamodb_fenced_send(&following->fenced, error) : status;
}

/* Whether the head is still that of the revision, so that a row has failed the condition. */
static bool stands(const struct store_partition *partition, const struct dynamodb_listing_revision *revision)
{
	struct dynamodb_load_head head;
	return dynamodb_load_head(partition, &head, NULL) == HANSARD_OK && head.exists && head.rev == revision->rev &&
		   digest_equal(&head.hash, &revision->hash);
}

enum hansard_status dynamodb_listing_follow(const struct store_partition *partition,
											const struct dynamodb_listing_revision *revision,
											enum store_result *ret_result, struct hansard_error *error)
{
	const struct store_occupant head = {.what = STORE_PUBLISHED, .rev = revision->rev, .hash = revision->hash};
	struct hansard_error fault = {.status = HANSARD_OK};
	struct following following = {
		.revision = revision, .place = dynamodb_db_place(partition), .arena = arena_create(LIMIT_ARENA)};
	dynamodb_fenced_init(&following.fenced, partition, &head);
	enum hansard_status status = follow(&following, &fault);
	status = dynamodb_fenced_result(&following.fenced, status, &fault, ret_result, error);
	dynamodb_fenced_finish(&following.fenced);
	if (status == HANSARD_OK && *ret_result == STORE_CONFLICT && stands(partition, revision))
		*ret_result = STORE_UNKNOWN;
	arena_destroy(following.arena);
	return status;
}
