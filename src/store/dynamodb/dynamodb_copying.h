/*
 * CopyingStore over DynamoDB.
 */
#ifndef DYNAMODB_COPYING_H
#define DYNAMODB_COPYING_H

#include "copying_store.h"

extern const struct copying_store dynamodb_copying_store;

#endif
