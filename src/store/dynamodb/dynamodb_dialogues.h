/*
 * DialogueStore over DynamoDB.
 */
#ifndef DYNAMODB_DIALOGUES_H
#define DYNAMODB_DIALOGUES_H

#include "dialogue_store.h"

extern const struct dialogue_store dynamodb_dialogues_store;

#endif
