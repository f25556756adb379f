/*
 * Opening, creating, closing and backing up a SQLite store.
 */
#include "sqlite_engine.h"

#include "error.h"
#include "sqlite_analytics.h"
#include "sqlite_check.h"
#include "sqlite_copying.h"
#include "sqlite_db.h"
#include "sqlite_dialogues.h"
#include "sqlite_draft.h"
#include "sqlite_file.h"
#include "sqlite_schema.h"

/* Makes a new store at a path: an empty one, or a copy of `from`. */
static enum hansard_status make_store(struct sqlite_db *from, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error)
{
	struct sqlite_file file;
	enum hansard_status status = sqlite_file_begin(&file, path, entropy, error);
	if (status == HANSARD_OK)
		status = sqlite_draft_fill(&file, from, entropy, error);
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

static const struct store_remedies remedies = {
	.put_back = "put the newest good backup in its place, which keeps what is there: hansard backup --put FILE",
	.keep = "keep a copy of the store's folder",
	.copied = "; of a folder that was copied with cp, and written to: hansard help backup",
};
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
		.busy_timeout_ms = options->busy_timeout_ms == 0 ? SQLITE_DB_BUSY_TIMEOUT_MS : options->busy_timeout_ms,
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
		.copying = &sqlite_copying_store,
		.capabilities = {.load_is_snapshot = true,
						 .durable = true,
						 .outcome_definite = true,
						 .concurrent = true,
						 .backup = true,
						 .old_parts_go = true,
						 .lists_current = true},
		.remedies = &remedies,
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
