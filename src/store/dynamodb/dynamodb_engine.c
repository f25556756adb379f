/*
 * Opening and closing, and the third interface.
 */
#include "dynamodb_engine.h"

#include "dynamodb_analytics.h"
#include "dynamodb_check.h"
#include "dynamodb_copying.h"
#include "dynamodb_db.h"
#include "dynamodb_dialogues.h"
#include "dynamodb_table.h"
#include "error.h"

static void close_engine(struct store_engine *base)
{
	dynamodb_db_close(dynamodb_db_of(base));
}

static struct text identity(struct store_engine *base)
{
	return buffer_text(&dynamodb_db_of(base)->identity);
}

static enum hansard_status check(struct store_engine *base, bool deep, struct arena *arena,
								 struct store_findings *ret_findings, struct hansard_error *error)
{
	return dynamodb_check_run(dynamodb_db_of(base), deep, arena, ret_findings, error);
}

static enum hansard_status backup(struct store_engine *base, struct text path, struct hansard_error *error)
{
	(void)base;
	(void)path;
	error_set(error, HANSARD_USAGE, "unsupported", "a store in DynamoDB has no backup to a file");
	error_hint(error, "use point-in-time recovery or the backups of AWS");
	return HANSARD_USAGE;
}

/* AWS restores a table as another one, which gets an identity of its own by `table create`. */
static const struct store_remedies remedies = {
	.put_back =
		"restore the table in AWS to a moment when it was good, name the new one as dynamodb.table, hansard table create",
	.keep = "keep the table, or a backup of it in AWS",
	.copied = "; of a table that was restored in AWS: first hansard table create; another table than was used "
			  "before has marks of its own: marks = NAME in the configuration",
};
static const struct store_engine_ops ops = {
	.name = "dynamodb", .close = close_engine, .identity = identity, .check = check, .backup = backup};

enum hansard_status dynamodb_engine_open(const struct dynamodb_engine_options *options,
										 struct store_engine **ret_engine, struct hansard_error *error)
{
	struct dynamodb_engine *engine;
	enum hansard_status status = dynamodb_db_open(options, &engine, error);
	if (status != HANSARD_OK)
		return status;
	engine->base.ops = &ops;
	engine->base.dialogues = &dynamodb_dialogues_store;
	engine->base.analytics = &dynamodb_analytics_store;
	engine->base.copying = &dynamodb_copying_store;
	engine->base.pause = (struct moment_pause){.wait = engine->edge.functions->pause, .context = engine->edge.context};
	engine->base.remedies = &remedies;
	engine->base.capabilities = (struct store_capabilities){.durable = true, .concurrent = true};
	status = dynamodb_table_read_config(engine, error);
	if (status != HANSARD_OK) {
		dynamodb_db_close(engine);
		return status;
	}
	*ret_engine = &engine->base;
	return HANSARD_OK;
}

struct dynamodb_engine_capacity dynamodb_engine_capacity(const struct store_engine *engine)
{
	return ((const struct dynamodb_engine *)engine)->capacity;
}
