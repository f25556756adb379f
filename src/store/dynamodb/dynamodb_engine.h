/*
 * Dialogues in one table of DynamoDB, which dynamodb_table.h makes; rows as dynamodb_row.h has them.
 */
#ifndef DYNAMODB_ENGINE_H
#define DYNAMODB_ENGINE_H

#include "aws_client.h"
#include "store_engine.h"

/* Views, all of which must outlive the engine. */
struct dynamodb_engine_options {
	struct aws_edge edge;
	struct aws_credentials *credentials; /* borrowed */
	struct aws_endpoint endpoint;
	struct text region;
	struct text table;
	struct moment_clock clock;
	struct moment_entropy entropy;
	bool read_only; /* every commit is refused: HANSARD_FAILED "store_read_only" */
};

/* dynamodb_engine_open(options, ret_engine, error): looks up the table and its identity in one request. Used by one thread at a
   time. Errors: HANSARD_NO_STORE "no_table" (or the table is none of ours: "not_a_store"), HANSARD_VIOLATED "invalid_row",
   those of aws_client_send(). */
enum hansard_status dynamodb_engine_open(const struct dynamodb_engine_options *options,
										 struct store_engine **ret_engine, struct hansard_error *error);

/* What an engine has asked for since it was opened, by what the service reports: units in thousandths. */
struct dynamodb_engine_capacity {
	int64_t requests; /* that were answered, without those sent again */
	int64_t read;
	int64_t written;
};

/* dynamodb_engine_capacity(engine): of an engine that dynamodb_engine_open() has given. */
struct dynamodb_engine_capacity dynamodb_engine_capacity(const struct store_engine *engine);

#endif
