/*
 * Connections, statements and errors.
 */
#include "sqlite_db.h"

#include <sys/stat.h>

#include "error.h"
#include "limits.h"
#include "sqlite_file.h"

enum {
	PATH_CEILING = SQLITE_FILE_PATH_MAX + 64,
	ROW_CEILING = 1 << 20, /* of a row as read; none that a store writes comes near */
};
_Static_assert((int)ROW_CEILING > 2 * (LIMIT_COMMIT_BYTES + LIMIT_ATTRS), "every row can be read");
_Static_assert((int)ROW_CEILING > 2 * (LIMIT_STORED_ITEM + LIMIT_ATTRS), "every row can be read");

/* What is not read by its primary key names its index: left alone, the planner takes the primary key for as good as a
   longer index and scans the partition, or the tenant. */
static const char *const statements[SQLITE_DB_STATEMENT_COUNT] = {
	[SQLITE_DB_BEGIN] = "BEGIN IMMEDIATE",
	[SQLITE_DB_COMMIT] = "COMMIT",
	[SQLITE_DB_ROLLBACK] = "ROLLBACK",
	[SQLITE_DB_HEAD] = "SELECT note, listed FROM heads WHERE tenant = ? AND dialogue = ?",
	[SQLITE_DB_HEADLESS] = "SELECT EXISTS (SELECT 1 FROM items WHERE tenant = ?1 AND dialogue = ?2), "
						   "EXISTS (SELECT 1 FROM parts WHERE tenant = ?1 AND dialogue = ?2), "
						   "EXISTS (SELECT 1 FROM commits WHERE tenant = ?1 AND dialogue = ?2) "
						   "WHERE NOT EXISTS (SELECT 1 FROM heads WHERE tenant = ?1 AND dialogue = ?2)",
	[SQLITE_DB_ITEMS] = "SELECT type, subkey, stored, status, updated_at, open_tension FROM items "
						"WHERE tenant = ? AND dialogue = ? ORDER BY type, subkey",
	[SQLITE_DB_HISTORY] = "SELECT rev, stored FROM commits WHERE tenant = ? AND dialogue = ? AND rev BETWEEN ? AND ? "
						  "ORDER BY rev",
	[SQLITE_DB_PARTS] = "SELECT 'part', type || '#' || subkey || '#' || printf('%04d', n), stored FROM parts "
						"INDEXED BY parts_by_rev WHERE tenant = ? AND dialogue = ? AND rev = ? "
						"ORDER BY type, subkey, n",
	[SQLITE_DB_ONE_COMMIT] = "SELECT attempt, stored FROM commits WHERE tenant = ? AND dialogue = ? AND rev = ?",
	[SQLITE_DB_PUT_HEAD] = "INSERT INTO heads (tenant, dialogue, rev, hash, note, listed) VALUES (?, ?, ?, ?, ?, ?) "
						   "ON CONFLICT DO UPDATE SET rev = excluded.rev, hash = excluded.hash, note = excluded.note, "
						   "listed = excluded.listed",
	[SQLITE_DB_PUT_COMMIT] = "INSERT INTO commits (tenant, dialogue, rev, attempt, stored) VALUES (?, ?, ?, ?, ?)",
	[SQLITE_DB_REMOVE_ITEM] = "DELETE FROM items WHERE tenant = ? AND dialogue = ? AND type = ? AND subkey = ?",
	[SQLITE_DB_PUT_ITEM] = "INSERT INTO items (tenant, dialogue, type, subkey, status, updated_at, open_tension, rev, "
						   "stored) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
						   "status = excluded.status, updated_at = excluded.updated_at, "
						   "open_tension = excluded.open_tension, rev = excluded.rev, stored = excluded.stored",
	[SQLITE_DB_PUT_COPIES] = "UPDATE items SET status = ?5, updated_at = ?6, open_tension = ?7, rev = ?8 "
							 "WHERE tenant = ?1 AND dialogue = ?2 AND type = ?3 AND subkey = ?4",
	[SQLITE_DB_REMOVE_PARTS] = "DELETE FROM parts WHERE tenant = ? AND dialogue = ? AND type = ? AND subkey = ?",
	[SQLITE_DB_REMOVE_REVISION] = "DELETE FROM items WHERE tenant = ? AND dialogue = ? AND rev = ?",
	[SQLITE_DB_REMOVE_COMMIT] = "DELETE FROM commits WHERE tenant = ? AND dialogue = ? AND rev = ?",
	[SQLITE_DB_REMOVE_ALL_PARTS] = "DELETE FROM parts WHERE tenant = ? AND dialogue = ?",
	[SQLITE_DB_REMOVE_ALL_ITEMS] = "DELETE FROM items WHERE tenant = ? AND dialogue = ?",
	[SQLITE_DB_REMOVE_OTHER_COMMITS] = "DELETE FROM commits WHERE tenant = ? AND dialogue = ? AND rev <> ?",
	[SQLITE_DB_PUT_PART] = "INSERT INTO parts (tenant, dialogue, type, subkey, n, rev, stored) "
						   "VALUES (?, ?, ?, ?, ?, ?, ?)",
	[SQLITE_DB_DIALOGUES] = "SELECT dialogue, type, subkey, status, nullif(updated_at, ''), stored FROM items "
							"INDEXED BY dialogues_by_time WHERE tenant = ?1 AND type = 'meta' "
							"AND (updated_at, dialogue) < (?2, ?3) "
							"ORDER BY updated_at DESC, dialogue DESC LIMIT ?4",
	[SQLITE_DB_DIALOGUES_OF_STATUS] = "SELECT dialogue, type, subkey, status, nullif(updated_at, ''), stored "
									  "FROM items INDEXED BY dialogues_by_status WHERE tenant = ?1 AND type = 'meta' "
									  "AND status = ?5 AND (updated_at, dialogue) < (?2, ?3) "
									  "ORDER BY updated_at DESC, dialogue DESC LIMIT ?4",
	[SQLITE_DB_TENSIONS] = "SELECT dialogue, type, subkey, status, NULL, NULL FROM items INDEXED BY open_tensions "
						   "WHERE tenant = ?1 AND open_tension = 1 AND (dialogue, subkey) > (?2, ?3) "
						   "ORDER BY dialogue, subkey LIMIT ?4",
	[SQLITE_DB_PARTITIONS] = "SELECT dialogue, note FROM heads WHERE tenant = ?1 "
							 "AND dialogue >= ?2 AND dialogue < ?3 ORDER BY dialogue",
	[SQLITE_DB_COUNTS] = "SELECT status, count(*), 0 FROM items INDEXED BY dialogues_by_status "
						 "WHERE tenant = ?1 AND type = 'meta' GROUP BY status UNION ALL "
						 "SELECT NULL, 0, count(*) FROM items INDEXED BY open_tensions "
						 "WHERE tenant = ?1 AND open_tension = 1",
	[SQLITE_DB_OBJECTS] = "SELECT type, name, tbl_name, sql FROM sqlite_schema",
};

/* ---- what went wrong ---- */

#define PUT_BACKUP "Put the newest backup in its place, which keeps the file: hansard backup --put FILE"

/* SQLite's primary result codes as statuses, kinds, words and remedies. The path stands in front of the words. */
static const struct failure {
	int code;
	enum hansard_status status;
	const char *kind;
	const char *what;
	const char *hint;
} failures[] = {
	{SQLITE_BUSY, HANSARD_BUSY, "store_busy", "another process holds the store", "Try again when it has finished."},
	{SQLITE_LOCKED, HANSARD_BUSY, "store_busy", "another use of the store is in the way", "Try again."},
	{SQLITE_FULL, HANSARD_FAILED, "disk_full", "the disk is full",
	 "Nothing was written. Free some space and try again."},
	{SQLITE_CORRUPT, HANSARD_VIOLATED, "database_corrupt", "the database is damaged",
	 PUT_BACKUP ". Look for a failing disk."},
	{SQLITE_NOTADB, HANSARD_VIOLATED, "database_corrupt", "the file is no SQLite database any more",
	 PUT_BACKUP ". Look for a failing disk."},
	{SQLITE_CONSTRAINT, HANSARD_VIOLATED, "database_corrupt", "the tables contradict each other", PUT_BACKUP "."},
	{SQLITE_TOOBIG, HANSARD_VIOLATED, "database_corrupt", "a row is larger than any that a store has", PUT_BACKUP "."},
	{SQLITE_ERROR, HANSARD_VIOLATED, "database_corrupt", "its tables are not those of a store", PUT_BACKUP "."},
	{SQLITE_READONLY, HANSARD_FAILED, "store_read_only", "the store cannot be written",
	 "Make the file and its folder writable: a journal is written beside it. Or open it read-only."},
	{SQLITE_CANTOPEN, HANSARD_FAILED, "store_unopenable", "the file, or the journal beside it, cannot be opened",
	 "Make the file and its folder readable and writable: a journal is written beside it."},
	{SQLITE_PERM, HANSARD_FAILED, "store_unopenable", "access to the file is denied",
	 "Look at the file's owner and mode."},
	{SQLITE_IOERR, HANSARD_FAILED, "store_io", "reading or writing the file failed", "Look for a failing disk."},
};

/* SQLite knows a full disk only by ENOSPC; quotas and limits on the size of files say the same in other words. Of a write
   to a write-ahead log it does not keep the system's reason; errno, cleared before each step, still has it. */
static int primary_code(const struct sqlite_db *db, int code)
{
	const int now = errno;
	if (code == SQLITE_IOERR_SHMSIZE) /* no room for the index of the log */
		return SQLITE_FULL;
	if (code != SQLITE_IOERR_WRITE || db->handle == NULL)
		return code & 0xff;
	const int kept = sqlite3_system_errno(db->handle);
	const int reason = kept != 0 ? kept : now;
	return reason == EFBIG || reason == EDQUOT || reason == ENOSPC ? SQLITE_FULL : code & 0xff;
}

/* The file was moved away from under this connection, which goes on seeing it, and nothing of the one that has its name. */
static enum hansard_status replaced(const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_FAILED, STORE_REPLACED, "%s: the file of that name is not the one that was opened", path);
	error_hint(error, "another was put in its place meanwhile: run it again, or open the store again");
	return HANSARD_FAILED;
}

enum hansard_status sqlite_db_failure(const struct sqlite_db *db, int code, struct hansard_error *error)
{
	const int primary = primary_code(db, code);
	const char *path = (const char *)db->path.data;
	if (sqlite_vfs_take_strange(db->vfs)) {
		error_set(error, HANSARD_VIOLATED, "journal_forged",
				  "%s-journal names another file to be deleted, which no journal of a store does", path);
		error_hint(error, "nothing was deleted; somebody put it there: move it away and run hansard verify");
		return HANSARD_VIOLATED;
	}
	if (sqlite_vfs_take_replaced(db->vfs) || code == SQLITE_READONLY_DBMOVED)
		return replaced(path, error);
	if (code == SQLITE_READONLY_ROLLBACK) {
		error_set(error, HANSARD_FAILED, "journal_left",
				  "%s: a writer was killed, and what it left half done has to be taken back first", path);
		error_hint(
			error,
			"%s-journal does that: run any command once without --read-only, where the file and its folder may be written",
			path);
		return HANSARD_FAILED;
	}
	if (code == SQLITE_READONLY_DIRECTORY && db->only_read) {
		error_set(error, HANSARD_FAILED, "store_read_only",
				  "%s: a store with a write-ahead log cannot be read in a folder that cannot be written", path);
		error_hint(
			error,
			"SQLite makes files beside it to read it: make the folder writable, or copy the store into one that is");
		return HANSARD_FAILED;
	}
	if (primary == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM)
		return error_memory(error);
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct failure *failure = &failures[i];
		if (failure->code != primary)
			continue;
		/* What is not there or not as a statement wants it has a name, which the code has not. */
		error_set(error, failure->status, failure->kind, "%s: %s (SQLite %d: %s)", path, failure->what, code,
				  primary == SQLITE_ERROR ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code));
		error_hint(error, "%s", failure->hint);
		return failure->status;
	}
	error_set(error, HANSARD_FAILED, "store_failed", "%s: %s (SQLite %d)", path, sqlite3_errstr(code), code);
	error_hint(error, "hansard doctor looks at the file; copy it before anything else");
	return HANSARD_FAILED;
}

/* ---- one use of a statement ---- */

int sqlite_db_prepare(struct sqlite_db *db, enum sqlite_db_statement statement)
{
	if (db->statements[statement] != NULL)
		return SQLITE_OK;
	errno = 0;
	return sqlite3_prepare_v3(db->handle, statements[statement], -1, SQLITE_PREPARE_PERSISTENT,
							  &db->statements[statement], NULL);
}

struct sqlite_query sqlite_query_begin(struct sqlite_db *db, enum sqlite_db_statement statement)
{
	const int code = sqlite_db_prepare(db, statement);
	return (struct sqlite_query){.db = db, .statement = db->statements[statement], .code = code};
}

struct sqlite_query sqlite_query_once(const struct sqlite_db *db, const char *sql)
{
	struct sqlite_query query = {.db = db, .finalize = true};
	query.code = sqlite3_prepare_v2(db->handle, sql, -1, &query.statement, NULL);
	return query;
}

void sqlite_query_text(struct sqlite_query *query, struct text text)
{
	if (query->code == SQLITE_OK)
		query->code =
			sqlite3_bind_text64(query->statement, ++query->bound, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8);
}

void sqlite_query_bytes(struct sqlite_query *query, struct bytes bytes)
{
	const void *data = bytes.size == 0 ? "" : (const void *)bytes.data; /* NULL would be no value */
	if (query->code == SQLITE_OK)
		query->code = sqlite3_bind_blob64(query->statement, ++query->bound, data, bytes.size, SQLITE_STATIC);
}

void sqlite_query_integer(struct sqlite_query *query, int64_t value)
{
	if (query->code == SQLITE_OK)
		query->code = sqlite3_bind_int64(query->statement, ++query->bound, value);
}

bool sqlite_query_row(struct sqlite_query *query)
{
	if (query->code != SQLITE_OK)
		return false;
	errno = 0;
	const int code = sqlite3_step(query->statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		query->code = code;
	return code == SQLITE_ROW;
}

struct bytes sqlite_query_column(const struct sqlite_query *query, int column)
{
	const void *data = sqlite3_column_blob(query->statement, column);
	return (struct bytes){.data = data,
						  .size = data == NULL ? 0 : (size_t)sqlite3_column_bytes(query->statement, column)};
}

int64_t sqlite_query_column_integer(const struct sqlite_query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

struct text sqlite_query_column_text(const struct sqlite_query *query, int column)
{
	const struct bytes bytes = sqlite_query_column(query, column);
	if (sqlite3_column_type(query->statement, column) == SQLITE_NULL)
		return TEXT_ABSENT;
	return bytes.size == 0 ? TEXT("") : text_of_bytes(bytes);
}

bool sqlite_query_enough(struct sqlite_query *query, bool enough)
{
	if (!enough && query->code == SQLITE_OK)
		query->code = SQLITE_NOMEM;
	return enough;
}

struct bytes sqlite_query_copy(struct sqlite_query *query, int column, struct arena *arena)
{
	struct bytes copy = {.size = 0};
	sqlite_query_enough(query, arena_copy(arena, sqlite_query_column(query, column), &copy));
	return copy;
}

struct text sqlite_query_copy_text(struct sqlite_query *query, int column, struct arena *arena)
{
	struct text copy = TEXT_ABSENT;
	sqlite_query_enough(query, arena_copy_text(arena, sqlite_query_column_text(query, column), &copy));
	return copy;
}

enum hansard_status sqlite_query_end(struct sqlite_query *query, struct hansard_error *error)
{
	if (query->finalize) {
		sqlite3_finalize(query->statement);
	} else if (query->statement != NULL) {
		sqlite3_reset(query->statement);
		sqlite3_clear_bindings(query->statement);
	}
	return query->code == SQLITE_OK ? HANSARD_OK : sqlite_db_failure(query->db, query->code, error);
}

enum hansard_status sqlite_query_write(struct sqlite_query *query, struct hansard_error *error)
{
	sqlite_query_row(query);
	return sqlite_query_end(query, error);
}

/* ---- connections ---- */

enum hansard_status sqlite_db_execute(struct sqlite_db *db, const char *sql, struct hansard_error *error)
{
	errno = 0;
	const int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? HANSARD_OK : sqlite_db_failure(db, sqlite3_extended_errcode(db->handle), error);
}

enum hansard_status sqlite_db_run(struct sqlite_db *db, enum sqlite_db_statement statement, struct hansard_error *error)
{
	struct sqlite_query query = sqlite_query_begin(db, statement);
	return sqlite_query_write(&query, error);
}

enum hansard_status sqlite_db_begin(struct sqlite_db *db, struct hansard_error *error)
{
	const int code = sqlite_db_prepare(db, SQLITE_DB_ROLLBACK);
	return code == SQLITE_OK ? sqlite_db_run(db, SQLITE_DB_BEGIN, error) : sqlite_db_failure(db, code, error);
}

void sqlite_db_rollback(struct sqlite_db *db)
{
	if (!sqlite3_get_autocommit(db->handle))
		sqlite_db_run(db, SQLITE_DB_ROLLBACK, NULL);
}

/* A relative path gets "./" in front, so that SQLite sees neither a URI nor ":memory:" in it. */
static bool set_path(struct sqlite_db *db, struct text path)
{
	buffer_init(&db->path, PATH_CEILING);
	return (text_starts_with(path, TEXT("/")) || buffer_append_string(&db->path, "./")) &&
		   buffer_append_text(&db->path, path) && buffer_append_byte(&db->path, 0);
}

/* Where the path is a link, what it leads to takes its place: SQLite keeps its files beside that. A link that leads nowhere stays,
   and is not opened. */
static enum hansard_status follow_link(struct sqlite_db *db, struct hansard_error *error)
{
	const char *path = (const char *)db->path.data;
	struct stat status;
	if (lstat(path, &status) != 0 || !S_ISLNK(status.st_mode))
		return HANSARD_OK;
	char *real = realpath(path, NULL);
	if (real == NULL && (errno == ENOENT || errno == ENOTDIR))
		return HANSARD_OK;
	if (real == NULL && errno == ENOMEM)
		return error_memory(error);
	if (real == NULL) {
		error_set(error, HANSARD_FAILED, "store_unopenable", "%s is a link that cannot be followed: %s", path,
				  strerror(errno));
		error_hint(error, "put the database in its place, or mend the link");
		return HANSARD_FAILED;
	}
	buffer_finish(&db->path);
	const bool set = set_path(db, text_of_string(real));
	free(real);
	return set ? HANSARD_OK : error_memory(error);
}

/* Switches that a schema from elsewhere can do nothing against; a ceiling for rows; and plans that do not depend on what is bound, without
   which a kept statement is compiled anew whenever a value of a partial index's condition is bound. */
static int configure(sqlite3 *handle)
{
	static const struct {
		int option;
		int value;
	} options[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},     {SQLITE_DBCONFIG_ENABLE_QPSG, 1},
	};
	int code = sqlite3_extended_result_codes(handle, 1);
	sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, ROW_CEILING);
	for (size_t i = 0; code == SQLITE_OK && i < sizeof(options) / sizeof(options[0]); i++)
		code = sqlite3_db_config(handle, options[i].option, options[i].value, (int *)NULL);
	return code;
}

/* The path as a URI that says that nothing changes the file: SQLite then makes nothing beside it. */
static bool set_uri(struct buffer *uri, const char *path)
{
	bool good = buffer_append_string(uri, path[0] == '/' ? "file://" : "file:");
	for (const char *at = path; good && *at != '\0'; at++) {
		char escaped[4];
		snprintf(escaped, sizeof(escaped), strchr("%?#", *at) != NULL ? "%%%02x" : "%c", (unsigned char)*at);
		good = buffer_append_string(uri, escaped);
	}
	return good && buffer_append_string(uri, "?immutable=1") && buffer_append_byte(uri, 0);
}

/* SQLite makes a log beside a file in write-ahead mode to read it, and only a connection that could write takes it away again: it is
   opened as one, and every statement that would write is refused. SQLite's code. */
static int open_handle(struct sqlite_db *db, const struct sqlite_db_options *options)
{
	const char *path = (const char *)db->path.data;
	const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	const bool logs = options->read_only && sqlite_vfs_logs(db->vfs, path);
	if (!logs || !options->untouched) {
		const int mode = options->read_only && !logs ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
		const int code = sqlite3_open_v2(path, &db->handle, mode | flags, db->vfs->zName);
		db->only_read = logs && code == SQLITE_OK;
		return db->only_read ? sqlite3_exec(db->handle, "PRAGMA query_only = ON", NULL, NULL, NULL) : code;
	}
	struct buffer uri;
	buffer_init(&uri, 3 * PATH_CEILING);
	const int code = set_uri(&uri, path)
						 ? sqlite3_open_v2((const char *)uri.data, &db->handle,
										   SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | flags, db->vfs->zName)
						 : SQLITE_NOMEM;
	buffer_finish(&uri);
	return code;
}

enum hansard_status sqlite_db_open(struct sqlite_db *db, const struct sqlite_db_options *options,
								   struct hansard_error *error)
{
	*db = (struct sqlite_db){.handle = NULL};
	if (options->path.size == 0 || memchr(options->path.data, 0, options->path.size) != NULL)
		return error_set(error, HANSARD_NO_STORE, "no_store", "\"" ERROR_TEXT "\" is no path",
						 ERROR_TEXT_ARGS(options->path));
	if (options->path.size > SQLITE_FILE_PATH_MAX) {
		error_set(error, HANSARD_FAILED, "store_unopenable", "the path of the database has %zu bytes, more than %d",
				  options->path.size, SQLITE_FILE_PATH_MAX);
		error_hint(error, "look at sqlite.path and HANSARD_SQLITE_PATH: hansard doctor");
		return HANSARD_FAILED;
	}
	if (!set_path(db, options->path))
		return error_memory(error);
	enum hansard_status status = options->no_link ? HANSARD_OK : follow_link(db, error);
	const char *path = (const char *)db->path.data;
	if (status == HANSARD_OK)
		status = sqlite_file_check(path, error);
	if (status != HANSARD_OK)
		return status;
	int code = sqlite3_initialize(); /* the default VFS is there from then on */
	db->vfs = code == SQLITE_OK ? sqlite_vfs_create() : NULL;
	if (db->vfs == NULL)
		return error_memory(error);
	code = open_handle(db, options);
	if (code != SQLITE_OK && db->handle != NULL && (code & 0xff) == SQLITE_CANTOPEN &&
		(sqlite3_system_errno(db->handle) == ENOENT || sqlite3_system_errno(db->handle) == ELOOP)) {
		error_set(error, HANSARD_NO_STORE, "no_store", "%s: the store's database is not there", path);
		error_hint(
			error,
			"put a backup there, hansard backup --put FILE, or look at sqlite.path and HANSARD_SQLITE_PATH; to begin anew move the "
			"store's folder away and run: hansard init");
		return HANSARD_NO_STORE;
	}
	if (code == SQLITE_OK)
		code = configure(db->handle);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(db->handle, options->busy_timeout_ms);
	if (code != SQLITE_OK)
		return sqlite_db_failure(db, code, error);
	return sqlite_db_execute(db, "PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON", error);
}

/* Whoever closes last writes the log into the database: not one that only reads, where others have written there meanwhile. */
static void keep_log(struct sqlite_db *db)
{
	struct stat log;
	char name[PATH_CEILING + sizeof("-wal")];
	snprintf(name, sizeof(name), "%s-wal", (const char *)db->path.data);
	if (stat(name, &log) == 0 && log.st_size > 0)
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
}

void sqlite_db_close(struct sqlite_db *db)
{
	if (db->only_read)
		keep_log(db);
	for (size_t i = 0; i < SQLITE_DB_STATEMENT_COUNT; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->handle);
	sqlite_vfs_destroy(db->vfs);
	buffer_finish(&db->path);
	*db = (struct sqlite_db){.handle = NULL};
}
