/*
 * Making and looking at the table of a store, apart from dialogues.
 */
#ifndef DYNAMODB_TABLE_H
#define DYNAMODB_TABLE_H

#include "dynamodb_db.h"

enum { DYNAMODB_TABLE_ID = 36 };

/* Whether point-in-time recovery is on. An endpoint of this machine may not know it, and no other. */
enum dynamodb_table_recovery {
	DYNAMODB_TABLE_RECOVERY_OFF,
	DYNAMODB_TABLE_RECOVERY_ON,
	DYNAMODB_TABLE_RECOVERY_UNSUPPORTED,
};

struct dynamodb_table_status {
	bool exists; /* else all else is empty */
	bool active; /* the table and its indexes */
	bool on_demand;
	bool protected; /* from deletion */
	enum dynamodb_table_recovery recovery;
	int64_t rows; /* as DynamoDB counts them every six hours */
	int64_t bytes;
	char id[DYNAMODB_TABLE_ID + 1];        /* that AWS gave it; "" where it says none */
	struct dynamodb_engine_capacity spent; /* on dynamodb_table_status() */
};

/* dynamodb_table_look(engine, ret_status, error): what the table is; asks twice. Errors: HANSARD_INVALID "not_a_store" when it has
   other keys or indexes, those of dynamodb_db_ask(). */
enum hansard_status dynamodb_table_look(struct dynamodb_engine *engine, struct dynamodb_table_status *ret_status,
										struct hansard_error *error);

/* dynamodb_table_is_restored(engine, status): whether the store's row was made for another table than the one that was looked at: it
   came here with a restore, and two tables have one identity. False where either id is not known. */
bool dynamodb_table_is_restored(const struct store_engine *engine, const struct dynamodb_table_status *status);

/* dynamodb_table_check_own(engine, error): asks for the table, and refuses one whose store has the identity of another that it was restored
   from: what is sealed for that one is not taken over here. Where the table is not told, nobody knows. Errors: HANSARD_INVALID "table_restored". */
enum hansard_status dynamodb_table_check_own(struct store_engine *engine, struct hansard_error *error);

/* dynamodb_table_read_config(engine, error): reads the store's identity and shards into the engine. Errors: HANSARD_NO_STORE
   "no_table", "not_a_store" where the row is missing, HANSARD_INVALID "store_newer", HANSARD_VIOLATED "invalid_row". */
enum hansard_status dynamodb_table_read_config(struct dynamodb_engine *engine, struct hansard_error *error);

/* How long the creation is waited for. */
enum { DYNAMODB_TABLE_WAIT_S = 600 };

struct dynamodb_table_creation {
	unsigned shards; /* 1..DYNAMODB_ROW_SHARDS_MAX, for good */
	bool local;      /* the endpoint is on this machine: it may lack point-in-time recovery */
	/* progress: called while it is waited for, with the state of the table and the seconds so far; may be NULL. */
	void (*progress)(void *context, struct text state, int64_t seconds);
	void *context;
};

/* What a creation did. */
struct dynamodb_table_made {
	bool made; /* the table; false: it was there */
	char former[STORE_ENGINE_IDENTITY_MAX +
				1]; /* the identity that was replaced, of a table that was restored; "": none was */
	struct dynamodb_engine_capacity spent;
};

/* dynamodb_table_create(options, creation, ret_made, error): makes the table, waits until it can be used, turns deletion
   protection and point-in-time recovery on, and gives the store its identity, beside which the id of the table is kept. What is there
   already is otherwise left as it is, so that it may be run again; but a store whose table was restored gets an identity of its own. ret_made may be NULL. Errors: HANSARD_USAGE
   "invalid_value" for shards; HANSARD_INVALID "not_a_store"; HANSARD_CONFLICT "shards_fixed" when the store has others;
   HANSARD_UNREACHABLE "not_active" when it takes longer than ten minutes; those of dynamodb_db_ask(). */
enum hansard_status dynamodb_table_create(const struct dynamodb_engine_options *options,
										  const struct dynamodb_table_creation *creation,
										  struct dynamodb_table_made *ret_made, struct hansard_error *error);

/* dynamodb_table_status(options, ret_status, error): as dynamodb_table_look(), without an open engine. */
enum hansard_status dynamodb_table_status(const struct dynamodb_engine_options *options,
										  struct dynamodb_table_status *ret_status, struct hansard_error *error);

#endif
