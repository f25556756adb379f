/*
 * Opening, creating, closing and backing up a SQLite store.
 */
#include "sqlite_engine.h"

#include "error.h"
#include "sqlite_analytics.h"
#include "sqlite_check.h"
#include "sqlite_db.h"
#include "sqlite_dialogues.h"
#include "sqlite_file.h"
#include "sqlite_objects.h"
#include "sqlite_schema.h"

enum { BUSY_TIMEOUT_MS = 5000 };

/* ---- making a file ---- */

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
		   code == SQLITE_IOERR_DIR_FSYNC || code == SQLITE_IOERR_TRUNCATE;
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

/* Makes a new store at a path: an empty one, or a copy of `from`. */
static enum hansard_status make_store(struct sqlite_db *from, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error)
{
	struct sqlite_file file;
	struct sqlite_db db = {.handle = NULL};
	enum hansard_status status = sqlite_file_begin(&file, path, entropy, error);
	if (status == HANSARD_OK) {
		const struct sqlite_db_options options = {.path = text_of_string(file.draft),
												  .busy_timeout_ms = BUSY_TIMEOUT_MS};
		status = sqlite_db_open(&db, &options, error);
	}
	if (status == HANSARD_OK)
		status = from == NULL ? sqlite_schema_create(&db, error) : copy_store(from, &db, error);
	if (status == HANSARD_OK)
		status = draw_identity(&db, entropy, error);
	sqlite_db_close(&db);
	if (status == HANSARD_OK)
		status = sqlite_file_publish(&file, error);
	sqlite_file_finish(&file);
	return status;
}

/* ---- the third interface ---- */

static void close_engine(struct store_engine *base)
{
	struct sqlite_engine *engine = (struct sqlite_engine *)base;
	if (engine == NULL)
		return;
	sqlite_db_close(&engine->db);
	buffer_finish(&engine->identity);
	free(engine);
}

static struct text identity(struct store_engine *base)
{
	return buffer_text(&((struct sqlite_engine *)base)->identity);
}

static enum hansard_status check(struct store_engine *base, bool deep, struct arena *arena,
								 struct store_findings *ret_findings, struct hansard_error *error)
{
	return sqlite_check_run((struct sqlite_engine *)base, deep, arena, ret_findings, error);
}

static enum hansard_status backup(struct store_engine *base, struct text path, struct hansard_error *error)
{
	return make_store(&((struct sqlite_engine *)base)->db, path, base->entropy, error);
}

static const struct store_engine_ops sqlite_ops = {
	.name = "sqlite", .close = close_engine, .identity = identity, .check = check, .backup = backup};

/* ---- opening ---- */

/* SQLite opens a file that it may not write as one to read. */
static enum hansard_status check_writable(const struct sqlite_db *db, struct hansard_error *error)
{
	return sqlite3_db_readonly(db->handle, "main") == 1 ? sqlite_db_failure(db, SQLITE_READONLY, error) : HANSARD_OK;
}

static enum hansard_status open_file(struct sqlite_engine *engine, const struct sqlite_engine_options *options,
									 struct hansard_error *error)
{
	const struct sqlite_db_options db_options = {
		.path = options->path,
		.read_only = engine->read_only,
		.busy_timeout_ms = options->busy_timeout_ms == 0 ? BUSY_TIMEOUT_MS : options->busy_timeout_ms,
	};
	enum hansard_status status = sqlite_db_open(&engine->db, &db_options, error);
	if (status == HANSARD_OK)
		status = sqlite_schema_check(&engine->db, error);
	if (status == HANSARD_OK && !engine->read_only)
		status = check_writable(&engine->db, error);
	if (status == HANSARD_OK && !engine->read_only)
		status = sqlite_schema_journal(&engine->db, error);
	if (status == HANSARD_OK)
		status = sqlite_schema_identity(&engine->db, &engine->identity, error);
	return status;
}

enum hansard_status sqlite_engine_open(const struct sqlite_engine_options *options, struct store_engine **ret_engine,
									   struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	if (options->mode == SQLITE_ENGINE_CREATE)
		status = make_store(NULL, options->path, options->entropy, error);
	if (status != HANSARD_OK)
		return status;
	struct sqlite_engine *engine = calloc(1, sizeof(*engine));
	if (engine == NULL)
		return error_memory(error);
	engine->base = (struct store_engine){
		.ops = &sqlite_ops,
		.dialogues = &sqlite_dialogues_store,
		.analytics = &sqlite_analytics_store,
		.capabilities = {.load_is_snapshot = true,
						 .durable = true,
						 .outcome_definite = true,
						 .concurrent = true,
						 .backup = true,
						 .old_parts_go = true},
		.clock = options->clock,
		.entropy = options->entropy,
	};
	buffer_init(&engine->identity, STORE_ENGINE_IDENTITY_MAX);
	engine->read_only = options->mode == SQLITE_ENGINE_READ_ONLY;
	status = open_file(engine, options, error);
	if (status != HANSARD_OK) {
		close_engine(&engine->base);
		return status;
	}
	*ret_engine = &engine->base;
	return HANSARD_OK;
}
