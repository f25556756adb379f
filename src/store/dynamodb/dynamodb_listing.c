/*
 * Index keys that follow a commit.
 */
#include "dynamodb_listing.h"

#include "dynamodb_change.h"
#include "error.h"
#include "limits.h"

/* Rows count in a transaction with all that they hold: this much is begun with, so that one row more still fits. */
enum { FOLLOW_BYTES = DYNAMODB_MESSAGE_ITEM_BYTES - 2 * LIMIT_STORED_ITEM };

/* Rows that are being set right. */
struct following {
	const struct store_partition *partition;
	const struct dynamodb_listing_revision *revision;
	struct dynamodb_row_place place;
	struct text key; /* PK */
	struct arena *arena;
	struct dynamodb_message message;
	size_t bytes; /* of the rows in it */
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

/* Begins a transaction by checking the head. */
static enum hansard_status begin(struct following *following, struct hansard_error *error)
{
	struct dynamodb_change_check check;
	struct store_attempt drawn = {.rev = 0};
	const struct moment_entropy *entropy = &following->partition->engine->entropy;
	if (!entropy->fill(entropy->context, drawn.id, sizeof(drawn.id)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no random bytes");
	const struct dynamodb_change_id id = dynamodb_change_id(&drawn);
	dynamodb_change_on_head(&following->place,
							(struct dynamodb_change_named){following->revision->rev, &following->revision->hash},
							&check);
	dynamodb_message_transaction(&following->message, (struct text){.data = id.data, .size = sizeof(id.data)});
	dynamodb_message_act(
		&following->message, dynamodb_db_of(following->partition->engine)->table,
		&(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_CHECK,
										  .key = {following->key, TEXT(DYNAMODB_ROW_HEAD_SORT)},
										  .condition = {.clauses = check.clauses, .count = check.count}});
	following->bytes = 0;
	return HANSARD_OK;
}

/* Sends what was gathered, if there is any. */
static enum hansard_status flush(struct following *following, struct hansard_error *error)
{
	struct dynamodb_db_failure failure;
	if (following->message.actions == 0)
		return HANSARD_OK;
	if (!dynamodb_message_transaction_end(&following->message))
		return error_memory(error);
	const enum hansard_status status =
		dynamodb_db_transact(dynamodb_db_of(following->partition->engine), &following->message, &failure, error);
	following->message.actions = 0;
	return status;
}

/* One row more: sends what was gathered where there is no more room. */
static enum hansard_status add(struct following *following, struct text sort, const struct dynamodb_row_index *index,
							   struct hansard_error *error)
{
	static const struct dynamodb_message_clause there = {.holds = DYNAMODB_MESSAGE_PRESENT, .field = {.name = "PK"}};
	struct dynamodb_message_field fields[DYNAMODB_CHANGE_INDEX_FIELDS];
	enum hansard_status status = HANSARD_OK;
	if (following->message.actions == DYNAMODB_MESSAGE_ACTIONS || following->bytes > FOLLOW_BYTES)
		status = flush(following, error);
	if (status == HANSARD_OK && following->message.actions == 0)
		status = begin(following, error);
	if (status != HANSARD_OK)
		return status;
	dynamodb_change_index_fields(index, fields);
	dynamodb_message_act(&following->message, dynamodb_db_of(following->partition->engine)->table,
						 &(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_UPDATE,
														   .key = {following->key, sort},
														   .fields = DYNAMODB_MESSAGE_FIELDS(fields),
														   .condition = {.clauses = &there, .count = 1}});
	return HANSARD_OK;
}

static enum hansard_status look_at(struct following *following, const json_t *row, struct hansard_error *error)
{
	const struct text sort = dynamodb_answer_text(row, "SK");
	struct store_item item;
	struct dynamodb_row_index index;
	if (!dynamodb_row_read_item(sort, &item.key))
		return dynamodb_db_invalid(row, "is none of an item", error);
	enum hansard_status status = dynamodb_db_bytes(row, "c", following->arena, &item.stored.bytes, error);
	if (status != HANSARD_OK)
		return status;
	if (!dynamodb_row_index(&following->place, &item, following->revision->listed, &index))
		return dynamodb_db_invalid(row, "holds no item", error);
	if (dynamodb_listing_agrees(row, &index))
		return HANSARD_OK;
	status = add(following, sort, &index, error);
	following->bytes += item.stored.bytes.size;
	return status;
}

enum hansard_status dynamodb_listing_follow(const struct store_partition *partition,
											const struct dynamodb_listing_revision *revision,
											struct hansard_error *error)
{
	struct dynamodb_row_text key;
	struct following following = {.partition = partition, .revision = revision, .place = dynamodb_db_place(partition)};
	if (!dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key))
		return HANSARD_OK; /* nothing is stored there */
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(&key),
												 .range = DYNAMODB_MESSAGE_BETWEEN,
												 .from = TEXT("meta#"),
												 .to = TEXT("tension#~")};
	struct dynamodb_db_walk walk = dynamodb_db_walk(dynamodb_db_of(partition->engine), &query);
	const json_t *row = NULL;
	following.key = dynamodb_row_view(&key);
	following.arena = arena_create(LIMIT_ARENA);
	dynamodb_message_init(&following.message);
	enum hansard_status status = following.arena == NULL ? error_memory(error) : HANSARD_OK;
	while (status == HANSARD_OK && (status = dynamodb_db_walk_next(&walk, &row, error)) == HANSARD_OK && row != NULL)
		status = look_at(&following, row, error);
	if (status == HANSARD_OK)
		status = flush(&following, error);
	dynamodb_db_walk_end(&walk);
	dynamodb_message_finish(&following.message);
	arena_destroy(following.arena);
	return status;
}
