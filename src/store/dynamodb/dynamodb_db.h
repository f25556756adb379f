/*
 * One table as the engine asks it: requests one by one, and pages of rows as if they were one.
 */
#ifndef DYNAMODB_DB_H
#define DYNAMODB_DB_H

#include "dynamodb_answer.h"
#include "dynamodb_engine.h"
#include "dynamodb_message.h"
#include "dynamodb_row.h"

/* The engine behind `engine` of a partition and of the analytics slots. */
struct dynamodb_engine {
	struct store_engine base;
	struct aws_client *client;
	struct aws_edge edge;
	struct text table; /* as in the options */
	struct text region;
	unsigned shards;
	bool read_only;
	bool local; /* the endpoint is on this machine */
	struct buffer identity;
	struct buffer table_id; /* of the table that the identity was drawn for; empty where that is not known */
	struct dynamodb_engine_capacity capacity;
};

/* dynamodb_db_open(options, ret_engine, error): what an engine asks with, its identity still unknown and its vtables empty.
   Asks for nothing. Errors: HANSARD_FAILED. dynamodb_db_close(engine): takes NULL and one that is half open. */
enum hansard_status dynamodb_db_open(const struct dynamodb_engine_options *options, struct dynamodb_engine **ret_engine,
									 struct hansard_error *error);
void dynamodb_db_close(struct dynamodb_engine *engine);

/* dynamodb_db_of(engine): the engine behind a handle. */
struct dynamodb_engine *dynamodb_db_of(struct store_engine *engine);

/* dynamodb_db_place(partition): its place in the table. */
struct dynamodb_row_place dynamodb_db_place(const struct store_partition *partition);

/* dynamodb_db_may_write(partition, error): refuses where the store was opened to be read alone: HANSARD_FAILED "store_read_only". */
enum hansard_status dynamodb_db_may_write(const struct store_partition *partition, struct hansard_error *error);

/* dynamodb_db_ask(engine, operation, message, ret_answer, error): a request that may be repeated. The caller finishes the answer.
   Errors: HANSARD_NO_STORE "no_table", HANSARD_FAILED "invalid_answer", those of aws_client_send(); of requests about the table
   itself HANSARD_CONFLICT "table_exists", HANSARD_BUSY "not_ready", HANSARD_USAGE "unsupported". */
enum hansard_status dynamodb_db_ask(struct dynamodb_engine *engine, const char *operation,
									const struct dynamodb_message *message, struct dynamodb_answer *ret_answer,
									struct hansard_error *error);

/* dynamodb_db_get(engine, key, ret_answer, error): GetItem of a row; errors as dynamodb_db_ask(). */
enum hansard_status dynamodb_db_get(struct dynamodb_engine *engine, struct dynamodb_message_key key,
									struct dynamodb_answer *ret_answer, struct hansard_error *error);

/* What became of a transaction that was not acknowledged. */
struct dynamodb_db_failure {
	bool unheard;   /* it may have been carried out, or may be yet */
	bool condition; /* the last answer: a condition does not hold */
};

/* dynamodb_db_transact(engine, message, ret_failure, error): TransactWriteItems, the same bytes until the answer is definite or the
   deadline has passed. HANSARD_OK: it was carried out. Else *ret_failure is set too; errors as dynamodb_db_ask(). */
enum hansard_status dynamodb_db_transact(struct dynamodb_engine *engine, const struct dynamodb_message *message,
										 struct dynamodb_db_failure *ret_failure, struct hansard_error *error);

/* Rows that are read one after the other, page by page. */
struct dynamodb_db_walk {
	struct dynamodb_engine *engine;
	struct dynamodb_message_query query; /* its table and start are the walk's; without a partition, the whole table */
	struct dynamodb_answer answer;
	size_t at;
	size_t count;
	const json_t *last; /* behind which the next page begins; NULL: there is none, or none was asked for yet */
	int pages;
	int64_t began; /* by the steady clock */
};

/* dynamodb_db_walk(engine, query): a walk over the rows of a query, or over all of the table (NULL). Asks for nothing yet. */
struct dynamodb_db_walk dynamodb_db_walk(struct dynamodb_engine *engine, const struct dynamodb_message_query *query);

/* dynamodb_db_walk_next(walk, ret_row, error): the next row, valid until the next call; NULL behind the last. Errors: as
   dynamodb_db_ask(), HANSARD_FAILED "invalid_answer" for pages that do not lead on, too; HANSARD_UNREACHABLE "timed_out" where they
   have come for ten minutes, of a whole table for an hour, without an end. */
enum hansard_status dynamodb_db_walk_next(struct dynamodb_db_walk *walk, const json_t **ret_row,
										  struct hansard_error *error);

/* dynamodb_db_walk_total(walk, ret_total, error): of a query that counts: goes all pages and adds them up. */
enum hansard_status dynamodb_db_walk_total(struct dynamodb_db_walk *walk, int64_t *ret_total,
										   struct hansard_error *error);

/* dynamodb_db_walk_end(walk): frees what it holds, at any time. */
void dynamodb_db_walk_end(struct dynamodb_db_walk *walk);

/* dynamodb_db_bytes(row, name, arena, ret_bytes, error): bytes of a row that must be there, not empty. Errors: HANSARD_VIOLATED
   "invalid_row", HANSARD_FAILED. */
enum hansard_status dynamodb_db_bytes(const json_t *row, const char *name, struct arena *arena, struct bytes *ret_bytes,
									  struct hansard_error *error);

/* dynamodb_db_invalid(row, what, error): a row is not as it was written: HANSARD_VIOLATED "invalid_row", naming it. */
enum hansard_status dynamodb_db_invalid(const json_t *row, const char *what, struct hansard_error *error);

#endif
