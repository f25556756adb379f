/*
 * Steps that are no commit: rows changed in transactions that each check the head, as many in one as there is room for. They may be
 * repeated. Where the head is another one nothing more is carried out, however late it arrives.
 */
#ifndef DYNAMODB_FENCED_H
#define DYNAMODB_FENCED_H

#include "dynamodb_occupant.h"

/* What is being gathered. It points into itself: it is not copied. */
struct dynamodb_fenced {
	const struct store_partition *partition;
	struct dynamodb_row_text key; /* PK */
	struct dynamodb_occupant_check check;
	struct dynamodb_message_condition condition; /* of the head */
	struct dynamodb_message message;
	size_t bytes;                       /* of the rows in it */
	struct dynamodb_db_failure failure; /* of the transaction that was not acknowledged, if one was not */
};

/* dynamodb_fenced_init(fenced, partition, occupant): of a partition whose names are good, under a check that its head is this occupant.
   dynamodb_fenced_finish(fenced): frees what it holds; what was not sent is not. */
void dynamodb_fenced_init(struct dynamodb_fenced *fenced, const struct store_partition *partition,
						  const struct store_occupant *occupant);
void dynamodb_fenced_finish(struct dynamodb_fenced *fenced);

/* dynamodb_fenced_room(fenced, actions, bytes, error): sends what was gathered where there is no room for so many actions more, on rows
   that have so many bytes together (SIZE_MAX: nobody knows); then a transaction is open that they can be added to. What is too large for any is alone in
   its own. Errors: as dynamodb_db_transact(); HANSARD_FAILED "no_entropy". */
enum hansard_status dynamodb_fenced_room(struct dynamodb_fenced *fenced, size_t actions, size_t bytes,
										 struct hansard_error *error);

/* dynamodb_fenced_act(fenced, action, bytes, error): one action more, on a row of so many bytes. Errors: as above. */
enum hansard_status dynamodb_fenced_act(struct dynamodb_fenced *fenced, const struct dynamodb_message_action *action,
										size_t bytes, struct hansard_error *error);

/* dynamodb_fenced_delete(fenced, sort, bytes, error): takes a row away. Errors: as above. */
enum hansard_status dynamodb_fenced_delete(struct dynamodb_fenced *fenced, struct text sort, size_t bytes,
										   struct hansard_error *error);

/* dynamodb_fenced_send(fenced, error): sends what was gathered, if there is any. Errors: as above. */
enum hansard_status dynamodb_fenced_send(struct dynamodb_fenced *fenced, struct hansard_error *error);

/* dynamodb_fenced_result(fenced, status, fault, ret_result, error): what became of all that was sent, by the status with which it ended
   and its fault: done; a conflict, where the condition of a transaction did not hold; unknown, where one may have been carried out;
   or that status. */
enum hansard_status dynamodb_fenced_result(const struct dynamodb_fenced *fenced, enum hansard_status status,
										   const struct hansard_error *fault, enum store_result *ret_result,
										   struct hansard_error *error);

/* dynamodb_fenced_token(engine, ret_token, error): a new name of a transaction. Errors: HANSARD_FAILED "no_entropy". */
enum hansard_status dynamodb_fenced_token(const struct store_engine *engine, struct dynamodb_change_id *ret_token,
										  struct hansard_error *error);

#endif
