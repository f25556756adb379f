/*
 * DynamoDB under test: a table of its own in an emulator for each store.
 */
#ifndef SUBJECT_DYNAMODB_H
#define SUBJECT_DYNAMODB_H

#include "subject.h"

/* subject_dynamodb_lacking(): why there is no emulator here, or NULL. */
const char *subject_dynamodb_lacking(void);

/* As `open` and `lose_answer` of struct subject_kind. */
enum hansard_status subject_dynamodb_open(struct subject *subject, bool create, struct store_engine **ret_engine,
										  struct hansard_error *error);
bool subject_dynamodb_lose_answer(struct subject *subject);

#endif
