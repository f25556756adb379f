/*
 * An empty store, or a copy of one, in a draft.
 */
#include "sqlite_draft.h"

#include "error.h"
#include "sqlite_objects.h"
#include "sqlite_schema.h"

/* Draws an identity and gives it to the store in db. */
static enum hansard_status draw_identity(struct sqlite_db *db, struct moment_entropy entropy,
										 struct hansard_error *error)
{
	struct buffer identity;
	buffer_init(&identity, STORE_ENGINE_IDENTITY_MAX);
	enum hansard_status status = store_engine_draw_identity("sqlite", entropy, &identity, error);
	if (status == HANSARD_OK)
		status = sqlite_schema_set_identity(db, buffer_text(&identity), error);
	buffer_finish(&identity);
	return status;
}

/* What failed in a copy is the new file; the one that is copied is only read. */
static bool of_writing(int code)
{
	return code == SQLITE_FULL || code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC ||
		   code == SQLITE_IOERR_DIR_FSYNC || code == SQLITE_IOERR_TRUNCATE || code == SQLITE_IOERR_DELETE;
}

/* Copies the store in `from` to `db`. The copy is another store: two of one identity would both take writes. */
static enum hansard_status copy_store(struct sqlite_db *from, struct sqlite_db *db, struct hansard_error *error)
{
	sqlite3_backup *copy = sqlite3_backup_init(db->handle, "main", from->handle, "main");
	if (copy == NULL)
		return sqlite_db_failure(db, sqlite3_extended_errcode(db->handle), error);
	const int code = sqlite3_backup_step(copy, -1);
	sqlite3_backup_finish(copy);
	if (code != SQLITE_DONE)
		return sqlite_db_failure(of_writing(code) ? db : from, code, error);
	const enum hansard_status status = sqlite_objects_refuse_copy(db, from, error);
	return status == HANSARD_OK ? sqlite_db_execute(db, "PRAGMA journal_mode = DELETE", error) : status;
}

enum hansard_status sqlite_draft_fill(const struct sqlite_file *file, struct sqlite_db *from,
									  struct moment_entropy entropy, struct hansard_error *error)
{
	struct sqlite_db db = {.handle = NULL};
	const struct sqlite_db_options options = {
		.path = text_of_string(file->draft), .no_link = true, .busy_timeout_ms = SQLITE_DB_BUSY_TIMEOUT_MS};
	enum hansard_status status = sqlite_file_check_draft(file, error);
	if (status == HANSARD_OK)
		status = sqlite_db_open(&db, &options, error);
	if (status == HANSARD_OK)
		status = sqlite_file_check_draft(file, error);
	if (status == HANSARD_OK)
		status = from == NULL ? sqlite_schema_create(&db, error) : copy_store(from, &db, error);
	if (status == HANSARD_OK)
		status = draw_identity(&db, entropy, error);
	sqlite_db_close(&db);
	return status;
}
