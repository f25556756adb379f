/*
 * The tables of a store and the numbers by which its file is known.
 */
#ifndef SQLITE_SCHEMA_H
#define SQLITE_SCHEMA_H

#include "sqlite_db.h"

enum {
	SQLITE_SCHEMA_APPLICATION_ID = 0x68616e73, /* "hans" */
	SQLITE_SCHEMA_VERSION = 1,                 /* user_version: of the tables */
	SQLITE_SCHEMA_STORED_FORMAT = 1,           /* version of the stored items and commits in them */
	SQLITE_SCHEMA_IDENTITY_SIZE = 39,          /* sqlite:{32 hex digits} */
};

/* sqlite_schema_create(db, error): makes the tables in an empty file. */
enum hansard_status sqlite_schema_create(struct sqlite_db *db, struct hansard_error *error);

/* sqlite_schema_check(db, error): the file is a store of ours that this release can use. Errors: HANSARD_INVALID
   ("not_a_store", "store_newer", "store_format"), HANSARD_VIOLATED, "header_altered" of a store of which its numbers were changed among them,
   HANSARD_BUSY. */
enum hansard_status sqlite_schema_check(struct sqlite_db *db, struct hansard_error *error);

/* sqlite_schema_journal(db, error): sets the journal mode that this release of SQLite is safe with, and that a
   commit waits for the disk. */
enum hansard_status sqlite_schema_journal(struct sqlite_db *db, struct hansard_error *error);

/* sqlite_schema_wal_safe(): whether the SQLite at hand is one whose WAL mode does not corrupt (3.51.3 and later). */
bool sqlite_schema_wal_safe(void);

/* sqlite_schema_touch(db, error): writes what is there already, so that the transaction that is open has something to
   commit. */
enum hansard_status sqlite_schema_touch(struct sqlite_db *db, struct hansard_error *error);

/* sqlite_schema_integer(db, sql, ret_value, error): the first column of the only row of a constant query; where there is no
   row *ret_value stays. */
enum hansard_status sqlite_schema_integer(struct sqlite_db *db, const char *sql, int64_t *ret_value,
										  struct hansard_error *error);

/* sqlite_schema_set_identity(db, identity, error): names the store. */
enum hansard_status sqlite_schema_set_identity(struct sqlite_db *db, struct text identity, struct hansard_error *error);

/* sqlite_schema_identity(db, identity, error): its name, into an empty buffer. Errors: HANSARD_VIOLATED when it has
   none. */
enum hansard_status sqlite_schema_identity(struct sqlite_db *db, struct buffer *identity, struct hansard_error *error);

#endif
