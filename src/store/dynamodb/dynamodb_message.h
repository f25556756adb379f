/*
 * Bodies of requests in DynamoDB's JSON (DynamoDB API Reference, version 2012-08-10), the same bytes for the same calls. Pure.
 * Names of attributes always stand behind #placeholders, values behind :placeholders; every request asks for the capacity
 * that it consumes.
 */
#ifndef DYNAMODB_MESSAGE_H
#define DYNAMODB_MESSAGE_H

#include "json_write.h"
#include "limits.h"

enum {
	DYNAMODB_MESSAGE_MAX = 16 * 1024 * 1024, /* bytes of a body, DynamoDB's limit */
	DYNAMODB_MESSAGE_ACTIONS = LIMIT_TRANSACTION_ROWS,
	DYNAMODB_MESSAGE_ITEM_BYTES = LIMIT_TRANSACTION_BYTES
};

/* A body that is being written. Its memory is its own. */
struct dynamodb_message {
	struct buffer body;
	struct buffer scratch;
	struct json_writer json;
	bool short_of_memory;
	size_t actions;    /* of a transaction, so far */
	size_t item_bytes; /* of what it puts, as DynamoDB counts them: names and values */
};

/* dynamodb_message_init(message), dynamodb_message_finish(message): allocates nothing; frees what it holds. */
void dynamodb_message_init(struct dynamodb_message *message);
void dynamodb_message_finish(struct dynamodb_message *message);

/* The kinds of values that rows have. A number is 0..2^53 - 1: DynamoDB writes others in its own way. */
enum dynamodb_message_kind {
	DYNAMODB_MESSAGE_NOTHING, /* no such attribute */
	DYNAMODB_MESSAGE_TEXT,
	DYNAMODB_MESSAGE_NUMBER,
	DYNAMODB_MESSAGE_BYTES,
};

/* An attribute. Views. */
struct dynamodb_message_field {
	const char *name;
	enum dynamodb_message_kind kind;
	struct text text;
	int64_t number;
	struct bytes bytes;
};

struct dynamodb_message_fields {
	const struct dynamodb_message_field *items;
	size_t count;
};

/* The fields of an array. */
#define DYNAMODB_MESSAGE_FIELDS(array)                                                                                 \
	((struct dynamodb_message_fields){.items = (array), .count = sizeof(array) / sizeof((array)[0])})

/* A row by its keys, named PK and SK. */
struct dynamodb_message_key {
	struct text partition;
	struct text sort;
};

/* dynamodb_message_get(message, table, key): GetItem, strongly consistent. False when memory is exhausted, here and below. */
bool dynamodb_message_get(struct dynamodb_message *message, struct text table, struct dynamodb_message_key key);

/* Which rows of a partition, by their sort key. */
enum dynamodb_message_range {
	DYNAMODB_MESSAGE_ALL,
	DYNAMODB_MESSAGE_BELOW,   /* to */
	DYNAMODB_MESSAGE_ABOVE,   /* from */
	DYNAMODB_MESSAGE_BETWEEN, /* from and to, both included */
};

/* Query of the table, strongly consistent, or of an index. Views. */
struct dynamodb_message_query {
	struct text table;
	const char *index; /* NULL: the table itself */
	const char *partition_name;
	const char *sort_name;
	struct text partition;
	enum dynamodb_message_range range;
	struct text from;
	struct text to;
	bool backward; /* greatest sort key first */
	bool count;    /* no rows, only how many */
	size_t limit;  /* rows of a page; 0: as many as 1 MB holds */
	/* Where the page before ended, as its answer says; none at first. */
	struct dynamodb_message_fields start;
};
bool dynamodb_message_query(struct dynamodb_message *message, const struct dynamodb_message_query *query);

/* dynamodb_message_scan(message, query): Scan, strongly consistent, of the whole table: of the query its table, limit and start count. */
bool dynamodb_message_scan(struct dynamodb_message *message, const struct dynamodb_message_query *query);

/* What must hold of a row for a transaction to be carried out: all of these. */
struct dynamodb_message_clause {
	enum {
		DYNAMODB_MESSAGE_EQUAL,
		DYNAMODB_MESSAGE_AT_LEAST,
		DYNAMODB_MESSAGE_LESS,
		DYNAMODB_MESSAGE_ABSENT,
		DYNAMODB_MESSAGE_PRESENT,
	} holds;
	struct dynamodb_message_field field; /* its name alone, where it is to be absent or present */
};

/* The condition of one action; count 0: none. */
struct dynamodb_message_condition {
	const struct dynamodb_message_clause *clauses;
	size_t count;
};

/* One action of a transaction. */
struct dynamodb_message_action {
	enum {
		DYNAMODB_MESSAGE_PUT,    /* fields: all, keys among them */
		DYNAMODB_MESSAGE_DELETE, /* key */
		DYNAMODB_MESSAGE_UPDATE, /* key; fields: what is set, and of kind NOTHING what is removed */
		DYNAMODB_MESSAGE_CHECK,  /* key */
	} what;
	struct dynamodb_message_key key;
	struct dynamodb_message_fields fields;
	struct dynamodb_message_condition condition;
};

/* dynamodb_message_transaction(message, token), dynamodb_message_act(message, table, action),
   dynamodb_message_transaction_end(message): TransactWriteItems. `token` names this body, 1..36 characters; the limits on
   actions and bytes are for the caller to look at. */
void dynamodb_message_transaction(struct dynamodb_message *message, struct text token);
void dynamodb_message_act(struct dynamodb_message *message, struct text table,
						  const struct dynamodb_message_action *action);
bool dynamodb_message_transaction_end(struct dynamodb_message *message);

/* dynamodb_message_table(message, table): a request about a table that names it and nothing else (DescribeTable and others). */
bool dynamodb_message_table(struct dynamodb_message *message, struct text table);

/* dynamodb_message_begin(message), dynamodb_message_end(message): a body whose members the caller writes to message->json in
   between; an object is open. */
void dynamodb_message_begin(struct dynamodb_message *message);
bool dynamodb_message_end(struct dynamodb_message *message);

#endif
