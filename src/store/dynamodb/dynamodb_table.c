/*
 * The table, and the row in it that names the store:
 *
 *     #table / !config    n S identity, k N shards, v N version of the rows' format, t S id of the table that it was drawn for
 *
 * A restore of the table brings that row along into another table, which AWS gives another id. Without `t` nobody knows.
 */
#include "dynamodb_table.h"

#include "dynamodb_change.h"
#include "dynamodb_schema.h"
#include "error.h"

enum { FORMAT_VERSION = 1, PAUSE_US = 1000000, IDENTITY_SIZE = 41 };

#define CONFIG_KEY ((struct dynamodb_message_key){TEXT(DYNAMODB_ROW_CONFIG_PARTITION), TEXT(DYNAMODB_ROW_CONFIG_SORT)})

static enum hansard_status not_a_store(const struct dynamodb_engine *engine, enum hansard_status status,
									   const char *what, struct hansard_error *error)
{
	error_set(error, status, "not_a_store", "table \"" ERROR_TEXT "\": %s", ERROR_TEXT_ARGS(engine->table), what);
	error_hint(error, "look at the configured table; it was not touched");
	return status;
}

/* ---- looking ---- */

/* A request about the table that names it alone, or what `write` writes. */
static enum hansard_status ask(struct dynamodb_engine *engine, const char *operation,
							   bool (*write)(struct dynamodb_message *message, struct text table),
							   struct dynamodb_answer *ret_answer, struct hansard_error *error)
{
	struct dynamodb_message message;
	dynamodb_message_init(&message);
	const enum hansard_status status = write(&message, engine->table)
										   ? dynamodb_db_ask(engine, operation, &message, ret_answer, error)
										   : error_memory(error);
	dynamodb_message_finish(&message);
	return status;
}

/* The table as it is; ret_answer owns what the status views. Absent: not an error. */
static enum hansard_status describe(struct dynamodb_engine *engine, struct dynamodb_answer *ret_answer,
									bool *ret_exists, struct dynamodb_schema_status *ret_status,
									struct hansard_error *error)
{
	struct hansard_error fault = {.status = HANSARD_OK};
	const enum hansard_status status = ask(engine, "DescribeTable", dynamodb_message_table, ret_answer, &fault);
	*ret_exists = status == HANSARD_OK;
	if (status == HANSARD_NO_STORE)
		return HANSARD_OK;
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	if (!dynamodb_schema_read(ret_answer, ret_status))
		return error_set(error, HANSARD_FAILED, "invalid_answer", "what answers is no DynamoDB: it describes no table");
	return ret_status->ours
			   ? HANSARD_OK
			   : not_a_store(engine, HANSARD_INVALID, "its keys or indexes are not those of hansard", error);
}

static enum hansard_status look_at_recovery(struct dynamodb_engine *engine, enum dynamodb_table_recovery *ret_recovery,
											struct hansard_error *error)
{
	struct hansard_error fault = {.status = HANSARD_OK};
	struct dynamodb_answer answer = {.root = NULL};
	const enum hansard_status status =
		ask(engine, "DescribeContinuousBackups", dynamodb_message_table, &answer, &fault);
	if (status == HANSARD_OK)
		*ret_recovery = dynamodb_schema_recovers(&answer) ? DYNAMODB_TABLE_RECOVERY_ON : DYNAMODB_TABLE_RECOVERY_OFF;
	dynamodb_answer_finish(&answer);
	if (status == HANSARD_USAGE && engine->local) {
		*ret_recovery = DYNAMODB_TABLE_RECOVERY_UNSUPPORTED;
		return HANSARD_OK;
	}
	if (status != HANSARD_OK && error != NULL)
		*error = fault;
	return status;
}

static bool is_id(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!isxdigit((unsigned char)text.data[i]) && text.data[i] != '-')
			return false;
	return text.size == DYNAMODB_TABLE_ID;
}

/* An id as AWS writes it, or "". */
static void copy_id(struct text from, char id[DYNAMODB_TABLE_ID + 1])
{
	const bool good = text_present(from) && is_id(from);
	snprintf(id, DYNAMODB_TABLE_ID + 1, "%.*s", good ? (int)from.size : 0, good ? from.data : "");
}

bool dynamodb_table_is_restored(const struct store_engine *engine, const struct dynamodb_table_status *status)
{
	const struct buffer *kept = &((const struct dynamodb_engine *)engine)->table_id;
	return kept->size > 0 && status->id[0] != '\0' && !text_is(buffer_text(kept), status->id);
}

enum hansard_status dynamodb_table_look(struct dynamodb_engine *engine, struct dynamodb_table_status *ret_status,
										struct hansard_error *error)
{
	struct dynamodb_answer answer = {.root = NULL};
	struct dynamodb_schema_status schema = {.ours = false};
	struct dynamodb_table_status found = {.exists = false};
	enum hansard_status status = describe(engine, &answer, &found.exists, &schema, error);
	if (status == HANSARD_OK && found.exists) {
		found.active = schema.active;
		found.on_demand = schema.on_demand;
		found.protected = schema.protected;
		found.rows = schema.rows;
		found.bytes = schema.bytes;
		copy_id(schema.id, found.id);
		status = look_at_recovery(engine, &found.recovery, error);
	}
	dynamodb_answer_finish(&answer);
	if (status == HANSARD_OK)
		*ret_status = found;
	return status;
}

enum hansard_status dynamodb_table_check_own(struct store_engine *base, struct hansard_error *error)
{
	struct dynamodb_engine *engine = dynamodb_db_of(base);
	struct dynamodb_answer answer = {.root = NULL};
	struct dynamodb_schema_status schema = {.ours = false};
	struct dynamodb_table_status found = {.exists = false};
	struct hansard_error unknown = {.status = HANSARD_OK};
	const enum hansard_status status = describe(engine, &answer, &found.exists, &schema, &unknown);
	if (status == HANSARD_OK && found.exists)
		copy_id(schema.id, found.id);
	dynamodb_answer_finish(&answer);
	if (error_of_memory(&unknown))
		return error_memory(error);
	if (!dynamodb_table_is_restored(base, &found))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "table_restored",
			  "table \"" ERROR_TEXT "\" was restored from another, whose store's identity it has",
			  ERROR_TEXT_ARGS(engine->table));
	error_hint(error,
			   "look which of the two goes on; where it is this one, give it an identity of its own: hansard table "
			   "create; then run it again");
	return HANSARD_INVALID;
}

/* ---- the row that names the store ---- */

static bool is_identity(struct text text)
{
	const struct text name = TEXT("dynamodb:");
	if (text.size != IDENTITY_SIZE || !text_starts_with(text, name))
		return false;
	for (size_t i = name.size; i < text.size; i++)
		if (strchr("0123456789abcdef", text.data[i]) == NULL || text.data[i] == '\0')
			return false;
	return true;
}

static enum hansard_status read_config(struct dynamodb_engine *engine, const json_t *row, struct hansard_error *error)
{
	const struct text identity = dynamodb_answer_text(row, "n"), id = dynamodb_answer_text(row, "t");
	int64_t shards;
	int64_t version;
	if (row == NULL)
		return not_a_store(engine, HANSARD_NO_STORE, "it holds no store yet", error);
	if (!dynamodb_answer_number(row, "v", &version) || version < 1)
		return dynamodb_db_invalid(row, "names no version", error);
	if (version > FORMAT_VERSION) {
		error_set(error, HANSARD_INVALID, "store_newer",
				  "table \"" ERROR_TEXT "\" was made by a newer release: its rows are of version %lld, not %d",
				  ERROR_TEXT_ARGS(engine->table), (long long)version, (int)FORMAT_VERSION);
		error_hint(error, "use that release");
		return HANSARD_INVALID;
	}
	if (!is_identity(identity) || !dynamodb_answer_number(row, "k", &shards) || shards < 1 ||
		shards > DYNAMODB_ROW_SHARDS_MAX)
		return dynamodb_db_invalid(row, "names no store", error);
	if (dynamodb_answer_has(row, "t") && !(text_present(id) && is_id(id)))
		return dynamodb_db_invalid(row, "names no table", error);
	engine->shards = (unsigned)shards;
	engine->identity.size = engine->table_id.size = 0;
	return buffer_append_text(&engine->identity, identity) &&
				   (!text_present(id) || buffer_append_text(&engine->table_id, id))
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status dynamodb_table_read_config(struct dynamodb_engine *engine, struct hansard_error *error)
{
	struct dynamodb_answer answer = {.root = NULL};
	enum hansard_status status = dynamodb_db_get(engine, CONFIG_KEY, &answer, error);
	if (status == HANSARD_OK)
		status = read_config(engine, dynamodb_answer_item(&answer), error);
	dynamodb_answer_finish(&answer);
	return status;
}

/* ---- creating ---- */

/* What the row is to say. */
struct config {
	struct text identity;
	unsigned shards;
	const char *id; /* "": of the table nothing is known */
};

/* Puts the row under a condition; what another one has put meanwhile is no error, and is read next. Token and, where none is given,
   identity are drawn. Its end names the transaction too. */
static enum hansard_status put_row(struct dynamodb_engine *engine, const struct config *config,
								   struct dynamodb_message_condition condition, struct hansard_error *error)
{
	struct dynamodb_db_failure failure = {.unheard = false};
	struct dynamodb_message message;
	struct buffer identity;
	buffer_init(&identity, STORE_ENGINE_IDENTITY_MAX);
	dynamodb_message_init(&message);
	enum hansard_status status = store_engine_draw_identity("dynamodb", engine->base.entropy, &identity, error);
	if (status == HANSARD_OK) {
		const struct text drawn = buffer_text(&identity);
		const struct dynamodb_message_field fields[] = {
			{.name = "PK", .kind = DYNAMODB_MESSAGE_TEXT, .text = CONFIG_KEY.partition},
			{.name = "SK", .kind = DYNAMODB_MESSAGE_TEXT, .text = CONFIG_KEY.sort},
			{.name = "n",
			 .kind = DYNAMODB_MESSAGE_TEXT,
			 .text = text_present(config->identity) ? config->identity : drawn},
			{.name = "k", .kind = DYNAMODB_MESSAGE_NUMBER, .number = config->shards},
			{.name = "v", .kind = DYNAMODB_MESSAGE_NUMBER, .number = FORMAT_VERSION},
			{.name = "t",
			 .kind = config->id[0] != '\0' ? DYNAMODB_MESSAGE_TEXT : DYNAMODB_MESSAGE_NOTHING,
			 .text = text_of_string(config->id)}};
		dynamodb_message_transaction(&message, text_slice(drawn, drawn.size - 32, drawn.size));
		dynamodb_message_act(&message, engine->table,
							 &(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_PUT,
															   .fields = DYNAMODB_MESSAGE_FIELDS(fields),
															   .condition = condition});
		status = dynamodb_message_transaction_end(&message) ? dynamodb_db_transact(engine, &message, &failure, error)
															: error_memory(error);
	}
	dynamodb_message_finish(&message);
	buffer_finish(&identity);
	return failure.condition ? HANSARD_OK : status;
}

/* Puts the row if there is none: the identity of a store is drawn once. */
static enum hansard_status put_config(struct dynamodb_engine *engine, unsigned shards, const char *id,
									  struct hansard_error *error)
{
	static const struct dynamodb_message_clause absent = {.holds = DYNAMODB_MESSAGE_ABSENT, .field = {.name = "PK"}};
	const struct config config = {.identity = TEXT_ABSENT, .shards = shards, .id = id};
	return put_row(engine, &config, (struct dynamodb_message_condition){.clauses = &absent, .count = 1}, error);
}

/* Once the row was read: keeps the id of the table in one that has none, and gives a store that came with a restore its own identity. */
static enum hansard_status own(struct dynamodb_engine *engine, const char *id, struct dynamodb_table_made *made,
							   struct hansard_error *error)
{
	const struct text kept = buffer_text(&engine->table_id), before = buffer_text(&engine->identity);
	const bool restored = kept.size > 0;
	char former[STORE_ENGINE_IDENTITY_MAX + 1];
	if (id[0] == '\0' || text_is(kept, id))
		return HANSARD_OK;
	snprintf(former, sizeof(former), "%.*s", (int)before.size, before.data);
	const struct config config = {.identity = restored ? TEXT_ABSENT : before, .shards = engine->shards, .id = id};
	const struct dynamodb_message_clause clauses[] = {
		{.holds = DYNAMODB_MESSAGE_EQUAL, .field = {.name = "n", .kind = DYNAMODB_MESSAGE_TEXT, .text = before}},
		{.holds = restored ? DYNAMODB_MESSAGE_EQUAL : DYNAMODB_MESSAGE_ABSENT,
		 .field = {.name = "t", .kind = restored ? DYNAMODB_MESSAGE_TEXT : DYNAMODB_MESSAGE_NOTHING, .text = kept}}};
	enum hansard_status status =
		put_row(engine, &config, (struct dynamodb_message_condition){.clauses = clauses, .count = 2}, error);
	if (status == HANSARD_OK)
		status = dynamodb_table_read_config(engine, error);
	if (status == HANSARD_OK && !text_is(buffer_text(&engine->identity), former))
		memcpy(made->former, former, sizeof(former));
	return status;
}

static enum hansard_status make(struct dynamodb_engine *engine, struct hansard_error *error)
{
	struct dynamodb_answer answer = {.root = NULL};
	const enum hansard_status status = ask(engine, "CreateTable", dynamodb_schema_create, &answer, error);
	dynamodb_answer_finish(&answer);
	return status == HANSARD_CONFLICT ? HANSARD_OK : status; /* another one was faster */
}

/* What is waited for, and since when by the steady clock. */
struct waiting {
	struct dynamodb_engine *engine;
	const struct dynamodb_table_creation *creation;
	int64_t since;
};

static enum hansard_status wait_a_while(const struct waiting *waiting, struct text state, struct hansard_error *error)
{
	const struct aws_edge *edge = &waiting->engine->edge;
	const int64_t seconds = (edge->steady.now(edge->steady.context) - waiting->since) / 1000000;
	if (seconds >= DYNAMODB_TABLE_WAIT_S) {
		error_set(error, HANSARD_UNREACHABLE, "not_active", "table \"" ERROR_TEXT "\" is not ready after %lld s",
				  ERROR_TEXT_ARGS(waiting->engine->table), (long long)seconds);
		error_hint(error, "run it again: it goes on where it stands");
		return HANSARD_UNREACHABLE;
	}
	if (waiting->creation->progress != NULL)
		waiting->creation->progress(waiting->creation->context, state, seconds);
	edge->functions->pause(edge->context, PAUSE_US);
	return HANSARD_OK;
}

/* What is there once it can be used. */
struct found {
	char id[DYNAMODB_TABLE_ID + 1];
	bool protected;
	bool made; /* by this run */
};

/* Until the table and its indexes can be used; makes it where it is not there. */
static enum hansard_status await_table(const struct waiting *waiting, struct found *found, struct hansard_error *error)
{
	for (;;) {
		struct dynamodb_answer answer = {.root = NULL};
		struct dynamodb_schema_status schema = {.active = false};
		bool exists;
		enum hansard_status status = describe(waiting->engine, &answer, &exists, &schema, error);
		const bool ready = status == HANSARD_OK && exists && schema.active;
		if (status == HANSARD_OK && !exists && !found->made) {
			found->made = true; /* for a moment after that it may still not be found */
			status = make(waiting->engine, error);
		}
		if (ready) {
			copy_id(schema.id, found->id);
			found->protected = schema.protected;
		}
		if (status == HANSARD_OK && !ready)
			status = wait_a_while(waiting, exists ? schema.state : TEXT("CREATING"), error);
		dynamodb_answer_finish(&answer);
		if (status != HANSARD_OK || ready)
			return status;
	}
}

/* What a table that is there already may lack: one that was restored has neither. */
static const struct setting {
	const char *operation;
	bool (*write)(struct dynamodb_message *message, struct text table);
	const char *state; /* while it is waited for */
	bool optional;     /* on this machine */
} protection = {"UpdateTable", dynamodb_schema_protection, "PROTECTING", false},
  recovery = {"UpdateContinuousBackups", dynamodb_schema_recovery, "ENABLING RECOVERY", true};

static enum hansard_status turn_on(const struct waiting *waiting, const struct setting *setting,
								   struct hansard_error *error)
{
	for (;;) {
		struct dynamodb_answer answer = {.root = NULL};
		enum hansard_status status = ask(waiting->engine, setting->operation, setting->write, &answer, error);
		dynamodb_answer_finish(&answer);
		if (status == HANSARD_USAGE && setting->optional && waiting->creation->local)
			return HANSARD_OK;
		if (status != HANSARD_BUSY && status != HANSARD_CONFLICT) /* it is being changed */
			return status;
		status = wait_a_while(waiting, text_of_string(setting->state), error);
		if (status != HANSARD_OK)
			return status;
	}
}

static enum hansard_status create(struct dynamodb_engine *engine, const struct dynamodb_table_creation *creation,
								  struct dynamodb_table_made *made, struct hansard_error *error)
{
	struct found found = {.id = ""};
	const struct waiting waiting = {
		.engine = engine, .creation = creation, .since = engine->edge.steady.now(engine->edge.steady.context)};
	enum hansard_status status = await_table(&waiting, &found, error);
	made->made = found.made;
	if (status == HANSARD_OK && !found.protected)
		status = turn_on(&waiting, &protection, error);
	if (status == HANSARD_OK)
		status = turn_on(&waiting, &recovery, error);
	if (status == HANSARD_OK)
		status = put_config(engine, creation->shards, found.id, error);
	if (status == HANSARD_OK)
		status = dynamodb_table_read_config(engine, error);
	if (status == HANSARD_OK && engine->shards != creation->shards) {
		error_set(error, HANSARD_CONFLICT, "shards_fixed", "table \"" ERROR_TEXT "\" has %u shards, for good",
				  ERROR_TEXT_ARGS(engine->table), engine->shards);
		error_hint(error, "say %u, or make another table", engine->shards);
		return HANSARD_CONFLICT;
	}
	return status == HANSARD_OK ? own(engine, found.id, made, error) : status;
}

enum hansard_status dynamodb_table_create(const struct dynamodb_engine_options *options,
										  const struct dynamodb_table_creation *creation,
										  struct dynamodb_table_made *ret_made, struct hansard_error *error)
{
	struct dynamodb_engine *engine;
	struct dynamodb_table_made made = {.former = ""};
	if (creation->shards < 1 || creation->shards > DYNAMODB_ROW_SHARDS_MAX)
		return error_set(error, HANSARD_USAGE, "invalid_value", "a table has 1 to %d shards, not %u",
						 (int)DYNAMODB_ROW_SHARDS_MAX, creation->shards);
	enum hansard_status status = dynamodb_db_open(options, &engine, error);
	if (status != HANSARD_OK)
		return status;
	status = create(engine, creation, &made, error);
	made.spent = engine->capacity;
	dynamodb_db_close(engine);
	if (status == HANSARD_OK && ret_made != NULL)
		*ret_made = made;
	return status;
}

enum hansard_status dynamodb_table_status(const struct dynamodb_engine_options *options,
										  struct dynamodb_table_status *ret_status, struct hansard_error *error)
{
	struct dynamodb_engine *engine;
	enum hansard_status status = dynamodb_db_open(options, &engine, error);
	if (status != HANSARD_OK)
		return status;
	status = dynamodb_table_look(engine, ret_status, error);
	if (status == HANSARD_OK)
		ret_status->spent = engine->capacity;
	dynamodb_db_close(engine);
	return status;
}
