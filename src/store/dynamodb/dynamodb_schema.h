/*
 * The table as CreateTable makes it and DescribeTable tells it: keys, two indexes, on demand, deletion protection. Pure.
 */
#ifndef DYNAMODB_SCHEMA_H
#define DYNAMODB_SCHEMA_H

#include "dynamodb_answer.h"
#include "dynamodb_message.h"

#define DYNAMODB_SCHEMA_BY_STATUS "ByStatus"
#define DYNAMODB_SCHEMA_BY_TENSION_STATUS "ByTensionStatus"

/* dynamodb_schema_create(message, table): the body of CreateTable. False when memory is exhausted, here and below. */
bool dynamodb_schema_create(struct dynamodb_message *message, struct text table);

/* dynamodb_schema_recovery(message, table): the body of UpdateContinuousBackups that turns point-in-time recovery on. */
bool dynamodb_schema_recovery(struct dynamodb_message *message, struct text table);

/* dynamodb_schema_protection(message, table): the body of UpdateTable that turns deletion protection on. */
bool dynamodb_schema_protection(struct dynamodb_message *message, struct text table);

/* What a table says of itself. */
struct dynamodb_schema_status {
	bool ours;         /* it has our keys and our indexes */
	bool active;       /* it and its indexes can be used */
	bool on_demand;    /* billed by the request */
	bool protected;    /* from deletion */
	struct text state; /* of the table, for people ("ACTIVE"); absent where it says nothing. A view into the answer */
	int64_t rows;      /* and bytes, as DynamoDB counts them every six hours; 0 where it says nothing */
	int64_t bytes;
	struct text
		id; /* that AWS gave it, as it gives another to a table that is restored; absent where it says none. A view */
};

/* dynamodb_schema_read(answer, ret_status): an answer of DescribeTable. False when it is none. */
bool dynamodb_schema_read(const struct dynamodb_answer *answer, struct dynamodb_schema_status *ret_status);

/* dynamodb_schema_recovers(answer): whether an answer of DescribeContinuousBackups says that point-in-time recovery is on. */
bool dynamodb_schema_recovers(const struct dynamodb_answer *answer);

#endif
