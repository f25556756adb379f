/*
 * Transactions that are filled one after the other.
 */
#include "dynamodb_fenced.h"

#include "dynamodb_cost.h"
#include "error.h"
#include "limits.h"

/* Of a transaction, beside the head that it checks, which may count with all that it holds. */
enum { ROOM_BYTES = DYNAMODB_MESSAGE_ITEM_BYTES - LIMIT_COMMIT_BYTES - LIMIT_NOTE - 1024 };
_Static_assert((int)ROOM_BYTES > LIMIT_BUNDLE + 1024, "every row has room beside the head");

void dynamodb_fenced_init(struct dynamodb_fenced *fenced, const struct store_partition *partition,
						  const struct store_occupant *occupant)
{
	const struct dynamodb_row_place place = dynamodb_db_place(partition);
	*fenced = (struct dynamodb_fenced){.partition = partition};
	(void)dynamodb_row_partition(partition->tenant, partition->dialogue_id, &fenced->key); /* they are good */
	fenced->condition = dynamodb_occupant_condition(&place, occupant, &fenced->check);
	dynamodb_message_init(&fenced->message);
}

void dynamodb_fenced_finish(struct dynamodb_fenced *fenced)
{
	dynamodb_message_finish(&fenced->message);
}

enum hansard_status dynamodb_fenced_token(const struct store_engine *engine, struct dynamodb_change_id *ret_token,
										  struct hansard_error *error)
{
	struct store_attempt drawn = {.rev = 0};
	if (!engine->entropy.fill(engine->entropy.context, drawn.id, sizeof(drawn.id)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no random bytes");
	*ret_token = dynamodb_change_id(&drawn);
	return HANSARD_OK;
}

/* Begins a transaction by checking the head. */
static enum hansard_status begin(struct dynamodb_fenced *fenced, struct hansard_error *error)
{
	struct dynamodb_change_id token;
	const enum hansard_status status = dynamodb_fenced_token(fenced->partition->engine, &token, error);
	if (status != HANSARD_OK)
		return status;
	dynamodb_message_transaction(&fenced->message, (struct text){.data = token.data, .size = sizeof(token.data)});
	dynamodb_message_act(
		&fenced->message, dynamodb_db_of(fenced->partition->engine)->table,
		&(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_CHECK,
										  .key = {dynamodb_row_view(&fenced->key), TEXT(DYNAMODB_ROW_HEAD_SORT)},
										  .condition = fenced->condition});
	fenced->bytes = 0;
	return HANSARD_OK;
}

enum hansard_status dynamodb_fenced_send(struct dynamodb_fenced *fenced, struct hansard_error *error)
{
	if (fenced->message.actions == 0)
		return HANSARD_OK;
	if (!dynamodb_message_transaction_end(&fenced->message))
		return error_memory(error);
	const enum hansard_status status =
		dynamodb_db_transact(dynamodb_db_of(fenced->partition->engine), &fenced->message, &fenced->failure, error);
	fenced->message.actions = 0;
	return status;
}

enum hansard_status dynamodb_fenced_room(struct dynamodb_fenced *fenced, size_t actions, size_t bytes,
										 struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	const size_t counted = bytes < ROOM_BYTES ? bytes : ROOM_BYTES;
	if (fenced->message.actions + actions > DYNAMODB_MESSAGE_ACTIONS || fenced->bytes + counted > ROOM_BYTES)
		status = dynamodb_fenced_send(fenced, error);
	if (status == HANSARD_OK && fenced->message.actions == 0)
		status = begin(fenced, error);
	if (status == HANSARD_OK)
		fenced->bytes += counted;
	return status;
}

enum hansard_status dynamodb_fenced_act(struct dynamodb_fenced *fenced, const struct dynamodb_message_action *action,
										size_t bytes, struct hansard_error *error)
{
	const enum hansard_status status = dynamodb_fenced_room(fenced, 1, bytes, error);
	if (status == HANSARD_OK)
		dynamodb_message_act(&fenced->message, dynamodb_db_of(fenced->partition->engine)->table, action);
	return status;
}

enum hansard_status dynamodb_fenced_delete(struct dynamodb_fenced *fenced, struct text sort, size_t bytes,
										   struct hansard_error *error)
{
	const struct dynamodb_message_action action = {.what = DYNAMODB_MESSAGE_DELETE,
												   .key = {dynamodb_row_view(&fenced->key), sort}};
	return dynamodb_fenced_act(fenced, &action, bytes, error);
}

enum hansard_status dynamodb_fenced_result(const struct dynamodb_fenced *fenced, enum hansard_status status,
										   const struct hansard_error *fault, enum store_result *ret_result,
										   struct hansard_error *error)
{
	if (status != HANSARD_OK && !fenced->failure.condition && !fenced->failure.unheard) {
		if (error != NULL)
			*error = *fault;
		return status;
	}
	*ret_result = status == HANSARD_OK ? STORE_DONE : fenced->failure.condition ? STORE_CONFLICT : STORE_UNKNOWN;
	return HANSARD_OK;
}
