/*
 * One connection to a SQLite file: its settings, its prepared statements, and what SQLite's errors mean to a person.
 * All SQL stands in constant strings; values are bound.
 */
#ifndef SQLITE_DB_H
#define SQLITE_DB_H

#include <sqlite3.h>

#include "sqlite_vfs.h"
#include "store_engine.h"

enum { SQLITE_DB_BUSY_TIMEOUT_MS = 5000 }; /* how long one waits for another process unless told otherwise */

/* What is prepared at its first use and kept. */
enum sqlite_db_statement {
	SQLITE_DB_BEGIN,
	SQLITE_DB_COMMIT,
	SQLITE_DB_ROLLBACK,
	SQLITE_DB_HEAD,
	SQLITE_DB_HEADLESS,
	SQLITE_DB_ITEMS,
	SQLITE_DB_HISTORY,
	SQLITE_DB_PARTS,
	SQLITE_DB_ONE_COMMIT,
	SQLITE_DB_PUT_HEAD,
	SQLITE_DB_PUT_COMMIT,
	SQLITE_DB_REMOVE_ITEM,
	SQLITE_DB_REMOVE_PARTS,
	SQLITE_DB_REMOVE_REVISION,
	SQLITE_DB_REMOVE_COMMIT,
	SQLITE_DB_REMOVE_ALL_PARTS,
	SQLITE_DB_REMOVE_ALL_ITEMS,
	SQLITE_DB_REMOVE_OTHER_COMMITS,
	SQLITE_DB_PUT_ITEM,
	SQLITE_DB_PUT_COPIES,
	SQLITE_DB_PUT_PART,
	SQLITE_DB_DIALOGUES,
	SQLITE_DB_DIALOGUES_OF_STATUS,
	SQLITE_DB_TENSIONS,
	SQLITE_DB_PARTITIONS,
	SQLITE_DB_COUNTS,
	SQLITE_DB_OBJECTS,
	SQLITE_DB_STATEMENT_COUNT,
};

/* A connection. Used by one thread at a time. */
struct sqlite_db {
	sqlite3 *handle;
	sqlite3_vfs *vfs;   /* this connection's own */
	struct buffer path; /* NUL-terminated, for messages and for the system; what a link leads to */
	bool only_read;     /* though it is open for writing, so that the log that it makes to read goes again */
	sqlite3_stmt *statements[SQLITE_DB_STATEMENT_COUNT];
};

/* The engine behind `engine` of a partition and of the analytics slots. */
struct sqlite_engine {
	struct store_engine base;
	struct sqlite_db db;
	bool read_only;
	struct buffer identity;
};

struct sqlite_db_options {
	struct text path;
	bool read_only; /* and nothing is left beside the file that was not there */
	bool untouched; /* nobody writes it meanwhile, and nothing is made beside it: of a copy, with read_only */
	bool no_link;   /* a link in its place is not followed: of a file that was made just now */
	int busy_timeout_ms;
};

/* sqlite_db_open(db, options, error): a connection to a file that exists, with its settings; nothing of the file
   has been looked at. Errors: HANSARD_NO_STORE, HANSARD_FAILED. */
enum hansard_status sqlite_db_open(struct sqlite_db *db, const struct sqlite_db_options *options,
								   struct hansard_error *error);

/* sqlite_db_prepare(db, statement): the code with which SQLite prepares a statement, unless that was done before:
   db->statements[statement] is there if it is SQLITE_OK. */
int sqlite_db_prepare(struct sqlite_db *db, enum sqlite_db_statement statement);

/* sqlite_db_close(db): releases everything. Takes one that is zeroed or half open. A log that others wrote beside a file that is only read stays. */
void sqlite_db_close(struct sqlite_db *db);

/* sqlite_db_failure(db, code, error): what SQLite's result code means, with path and remedy; returns the status. */
enum hansard_status sqlite_db_failure(const struct sqlite_db *db, int code, struct hansard_error *error);

/* sqlite_db_execute(db, sql, error): constant SQL without values or rows. */
enum hansard_status sqlite_db_execute(struct sqlite_db *db, const char *sql, struct hansard_error *error);

/* sqlite_db_run(db, statement, error): a kept statement without values or rows. */
enum hansard_status sqlite_db_run(struct sqlite_db *db, enum sqlite_db_statement statement,
								  struct hansard_error *error);

/* sqlite_db_begin(db, error): begins a transaction that writes, once what takes it back is prepared: that must not fail
   for want of memory. */
enum hansard_status sqlite_db_begin(struct sqlite_db *db, struct hansard_error *error);

/* sqlite_db_rollback(db): ends the transaction that is open, if one is. */
void sqlite_db_rollback(struct sqlite_db *db);

/*
 * One use of a statement: begin, values in order, rows, end. The first failure is remembered and returned by the end,
 * which makes the statement ready for its next use.
 */
struct sqlite_query {
	const struct sqlite_db *db;
	sqlite3_stmt *statement;
	int bound;
	int code;
	bool finalize; /* prepared for this use alone */
};

/* sqlite_query_begin(db, statement): uses a kept statement. One that cannot be prepared, as where its table is missing,
   has no rows, and fails at its end. */
struct sqlite_query sqlite_query_begin(struct sqlite_db *db, enum sqlite_db_statement statement);

/* sqlite_query_once(db, sql): constant SQL that is not worth keeping. */
struct sqlite_query sqlite_query_once(const struct sqlite_db *db, const char *sql);

/* The next value. An absent text is NULL; what is bound must live until the end. */
void sqlite_query_text(struct sqlite_query *query, struct text text);
void sqlite_query_bytes(struct sqlite_query *query, struct bytes bytes);
void sqlite_query_integer(struct sqlite_query *query, int64_t value);

/* sqlite_query_row(query): moves to the next row; false at the end or on failure. */
bool sqlite_query_row(struct sqlite_query *query);

/* sqlite_query_column(query, column): bytes of a text or blob, valid until the next row; empty for NULL. */
struct bytes sqlite_query_column(const struct sqlite_query *query, int column);

/* sqlite_query_column_integer(query, column): an integer. */
int64_t sqlite_query_column_integer(const struct sqlite_query *query, int column);

/* sqlite_query_column_text(query, column): as sqlite_query_column; absent for NULL. */
struct text sqlite_query_column_text(const struct sqlite_query *query, int column);

/* sqlite_query_copy(query, column, arena), sqlite_query_copy_text(query, column, arena): the column, copied into the
   arena. When memory is short the query has failed and has no more rows. */
struct bytes sqlite_query_copy(struct sqlite_query *query, int column, struct arena *arena);
struct text sqlite_query_copy_text(struct sqlite_query *query, int column, struct arena *arena);

/* sqlite_query_enough(query, enough): passes on whether memory was enough; where it was not, the query has failed. */
bool sqlite_query_enough(struct sqlite_query *query, bool enough);

/* sqlite_query_end(query, error): HANSARD_OK, or what went wrong first. */
enum hansard_status sqlite_query_end(struct sqlite_query *query, struct hansard_error *error);

/* sqlite_query_write(query, error): a statement without rows: one step and the end. */
enum hansard_status sqlite_query_write(struct sqlite_query *query, struct hansard_error *error);

#endif
