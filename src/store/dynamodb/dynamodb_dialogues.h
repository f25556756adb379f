/*
 * DialogueStore over DynamoDB.
 */
#ifndef DYNAMODB_DIALOGUES_H
#define DYNAMODB_DIALOGUES_H

#include "dynamodb_message.h"
#include "store_engine.h"

extern const struct dialogue_store dynamodb_dialogues_store;

/* dynamodb_dialogues_publish(partition, change, on, ret_result, error): as `commit` of a change that was checked, on what this condition
   says of the head in place of the one that it expects. */
enum hansard_status dynamodb_dialogues_publish(const struct store_partition *partition,
											   const struct store_change *change, struct dynamodb_message_condition on,
											   enum store_result *ret_result, struct hansard_error *error);

#endif
