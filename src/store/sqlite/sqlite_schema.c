/*
 * Migrations, and telling our files from others. Why pages of 16,384 bytes: docs/decisions/0001-sqlite-layout.md.
 */
#include "sqlite_schema.h"

#include "error.h"
#include "sqlite_objects.h"

/* The first version: the numbers of the file, and its objects. */
static enum hansard_status make_first(struct sqlite_db *db, struct hansard_error *error)
{
	const enum hansard_status status =
		sqlite_db_execute(db, "PRAGMA application_id = 0x68616e73; PRAGMA user_version = 1", error);
	return status == HANSARD_OK ? sqlite_objects_make(db, error) : status;
}

/* Migration i leads from version i to version i + 1. Each sets user_version itself, so that both happen or neither. The
   last one leaves the objects of sqlite_objects.h, text by text. */
static enum hansard_status (*const migrations[SQLITE_SCHEMA_VERSION])(struct sqlite_db *db,
																	  struct hansard_error *error) = {make_first};

bool sqlite_schema_wal_safe(void)
{
	return sqlite3_libversion_number() >= 3051003;
}

enum hansard_status sqlite_schema_touch(struct sqlite_db *db, struct hansard_error *error)
{
	return sqlite_db_execute(db, "PRAGMA application_id = 0x68616e73", error);
}

enum hansard_status sqlite_schema_integer(struct sqlite_db *db, const char *sql, int64_t *ret_value,
										  struct hansard_error *error)
{
	int64_t value = *ret_value;
	struct sqlite_query query = sqlite_query_once(db, sql);
	if (sqlite_query_row(&query))
		value = sqlite_query_column_integer(&query, 0);
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK)
		*ret_value = value;
	return status;
}

/* Applies every migration from `version` on, in one transaction. */
static enum hansard_status migrate(struct sqlite_db *db, int64_t version, struct hansard_error *error)
{
	enum hansard_status status = sqlite_db_execute(db, "BEGIN IMMEDIATE", error);
	for (int64_t i = version; status == HANSARD_OK && i < SQLITE_SCHEMA_VERSION; i++)
		status = migrations[i](db, error);
	if (status == HANSARD_OK)
		status = sqlite_db_execute(db, "COMMIT", error);
	if (!sqlite3_get_autocommit(db->handle))
		sqlite_db_execute(db, "ROLLBACK", NULL);
	return status;
}

enum hansard_status sqlite_schema_create(struct sqlite_db *db, struct hansard_error *error)
{
	const enum hansard_status status = sqlite_db_execute(db, "PRAGMA page_size = 16384", error);
	return status != HANSARD_OK ? status : migrate(db, 0, error);
}

static enum hansard_status not_a_store(const struct sqlite_db *db, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "not_a_store", "%s: this is no store of hansard", (const char *)db->path.data);
	error_hint(
		error,
		"Keep the file, and put the newest backup in its place: hansard backup --put FILE; where the store's database is elsewhere, name "
		"it: sqlite.path, which hansard doctor shows; without either begin anew: move the file and config away, then hansard init. The "
		"file was not touched.");
	return HANSARD_INVALID;
}

/* The numbers by which a file is known are not a store's. With all the tables of one it is a store, of which they were changed: no release
   wrote it so. */
static enum hansard_status refuse_header(struct sqlite_db *db, const char *what, struct hansard_error *error)
{
	int64_t tables = 0;
	const enum hansard_status status = sqlite_schema_integer(
		db,
		"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('store_meta', 'heads', 'items', 'parts', 'commits')",
		&tables, error);
	if (status != HANSARD_OK)
		return status;
	if (tables < 5)
		return not_a_store(db, error);
	error_set(error, HANSARD_VIOLATED, "header_altered",
			  "%s: the tables are those of a store, and its %s in the head of the file was changed",
			  (const char *)db->path.data, what);
	error_hint(error,
			   "whoever can write the file did that: put the newest backup in its place, which keeps the file: hansard "
			   "backup --put FILE");
	return HANSARD_VIOLATED;
}

/* A store that says nothing lacks its identity, too, and is refused for that. */
static enum hansard_status check_format(struct sqlite_db *db, struct hansard_error *error)
{
	int64_t format = SQLITE_SCHEMA_STORED_FORMAT;
	const enum hansard_status status =
		sqlite_schema_integer(db, "SELECT coalesce(max(stored_format), -1) FROM store_meta", &format, error);
	/* A row that is missing is no other format: the look at the identity finds it. */
	if (status != HANSARD_OK || format == SQLITE_SCHEMA_STORED_FORMAT || format < 0)
		return status;
	error_set(error, HANSARD_INVALID, "store_format", "%s: this store was written by another format (%lld, not %d)",
			  (const char *)db->path.data, (long long)format, (int)SQLITE_SCHEMA_STORED_FORMAT);
	error_hint(error,
			   "Export each dialogue with the release that wrote it (hansard export ID > ID.json), make a new store "
			   "elsewhere with hansard init, and import them there. This file was not touched.");
	return HANSARD_INVALID;
}

enum hansard_status sqlite_schema_check(struct sqlite_db *db, struct hansard_error *error)
{
	int64_t application = 0;
	int64_t version = 0;
	/* The first look at the file: what is no database shows here. */
	struct sqlite_query query = sqlite_query_once(db, "PRAGMA application_id");
	if (sqlite_query_row(&query))
		application = sqlite_query_column_integer(&query, 0);
	enum hansard_status status = sqlite_query_end(&query, error);
	if (query.code == SQLITE_NOTADB)
		return not_a_store(db, error);
	if (status == HANSARD_OK)
		status = sqlite_schema_integer(db, "PRAGMA user_version", &version, error);
	if (status != HANSARD_OK)
		return status;
	if (application != SQLITE_SCHEMA_APPLICATION_ID)
		return refuse_header(db, "application id", error);
	if (version < 1)
		return refuse_header(db, "version", error);
	if (version > SQLITE_SCHEMA_VERSION) {
		error_set(error, HANSARD_INVALID, "store_newer",
				  "%s: written by a newer release (version %lld; this one knows %d)", (const char *)db->path.data,
				  (long long)version, (int)SQLITE_SCHEMA_VERSION);
		error_hint(error, "Use that release or a later one. The file was not touched.");
		return HANSARD_INVALID;
	}
	if (version < SQLITE_SCHEMA_VERSION)
		status = migrate(db, version, error);
	return status == HANSARD_OK ? check_format(db, error) : status;
}

/* EXTRA is FULL and, with a rollback journal, a sync of the folder after the journal's deletion: without that, a power
   failure can bring the journal back and undo a commit that was acknowledged. */
enum hansard_status sqlite_schema_journal(struct sqlite_db *db, struct hansard_error *error)
{
	return sqlite_db_execute(db,
							 sqlite_schema_wal_safe() ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = EXTRA"
													  : "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA",
							 error);
}

enum hansard_status sqlite_schema_set_identity(struct sqlite_db *db, struct text identity, struct hansard_error *error)
{
	struct sqlite_query query =
		sqlite_query_once(db, "INSERT INTO store_meta (only_row, stored_format, identity) VALUES (1, ?, ?) "
							  "ON CONFLICT DO UPDATE SET identity = excluded.identity");
	sqlite_query_integer(&query, SQLITE_SCHEMA_STORED_FORMAT);
	sqlite_query_text(&query, identity);
	return sqlite_query_write(&query, error);
}

enum hansard_status sqlite_schema_identity(struct sqlite_db *db, struct buffer *identity, struct hansard_error *error)
{
	struct sqlite_query query = sqlite_query_once(db, "SELECT identity FROM store_meta");
	if (sqlite_query_row(&query) && sqlite_query_column(&query, 0).size == SQLITE_SCHEMA_IDENTITY_SIZE)
		sqlite_query_enough(&query, buffer_append(identity, sqlite_query_column(&query, 0)));
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status == HANSARD_OK && identity->size == 0)
		return error_set(error, HANSARD_VIOLATED, "database_corrupt", "%s: the store has no identity",
						 (const char *)db->path.data);
	return status;
}
