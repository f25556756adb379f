/*
 * Making and looking at the table that the configuration names.
 */
#include "cost.h"
#include "dynamodb_table.h"
#include "error.h"
#include "session.h"

struct tabling {
	struct session_request *request;
	struct backend backend;
	struct dynamodb_engine_options options;
	struct dynamodb_table_status status;
	bool created; /* it was asked for, and is there */
	struct dynamodb_table_made made;
	struct store_engine *engine; /* NULL: the table holds no store */
};

static void tell_progress(void *context, struct text state, int64_t seconds)
{
	const struct hansard_options *options = context;
	(void)state;
	if (options->progress != NULL)
		options->progress(options->progress_context, "waiting for the table, seconds", (size_t)seconds,
						  DYNAMODB_TABLE_WAIT_S);
}

static const char *recovery_words(enum dynamodb_table_recovery recovery)
{
	switch (recovery) {
	case DYNAMODB_TABLE_RECOVERY_OFF:
		return "off: what is deleted is gone";
	case DYNAMODB_TABLE_RECOVERY_ON:
		return "on";
	case DYNAMODB_TABLE_RECOVERY_UNSUPPORTED:
		break;
	}
	return "not supported by this endpoint";
}

/* The store that is in it, and whether it came there with a restore. */
static bool say_store(struct tabling *run)
{
	struct session_request *request = run->request;
	if (run->engine == NULL)
		return session_say(request, "  %-24s%s\n", "store", "none yet: hansard table create");
	const struct text identity = run->engine->ops->identity(run->engine);
	return session_say(request, "  %-24s%.*s\n", "store", (int)identity.size, identity.data) &&
		   (run->made.former[0] == '\0' ||
			session_say(request, "  %-24s%s, of the table that this one was restored from\n", "was",
						run->made.former)) &&
		   (!dynamodb_table_is_restored(run->engine, &run->status) ||
			session_say(
				request, "  %-24s%s\n", "restored",
				"from another table, whose store's identity it has: hansard table create gives it one of its own"));
}

static bool say(struct tabling *run)
{
	struct session_request *request = run->request;
	const struct dynamodb_table_status *table = &run->status;
	const struct text url = session_clean(request, run->options.endpoint.url),
					  from = session_clean(request, run->options.endpoint.from);
	const char *came = !run->created ? "" : run->made.made ? ", made now" : ", which was there already";
	bool good = session_say(request, "Table %.*s in %.*s%s\n  %-24s%.*s (%.*s)\n  %-24s%s\n",
							(int)run->options.table.size, run->options.table.data, (int)run->options.region.size,
							run->options.region.data, came, "endpoint", (int)url.size, url.data, (int)from.size,
							from.data, "state", table->active ? "active" : "not ready yet");
	return good && say_store(run) &&
		   session_say(request,
					   "  %-24s%s\n  %-24s%s\n  %-24s%s\n  %-24s%" PRId64 ", %" PRId64
					   " bytes: counted by DynamoDB every six hours\n",
					   "billing", table->on_demand ? "on demand" : "by provisioned capacity: a burst may be refused",
					   "deletion protection", table->protected ? "on" : "off", "point-in-time recovery",
					   recovery_words(table->recovery), "rows", table->rows, table->bytes);
}

static struct dynamodb_engine_capacity sum_of(struct dynamodb_engine_capacity a, struct dynamodb_engine_capacity b)
{
	return (struct dynamodb_engine_capacity){
		.requests = a.requests + b.requests, .read = a.read + b.read, .written = a.written + b.written};
}

static enum hansard_status report(struct tabling *run, struct hansard_error *error)
{
	const struct dynamodb_table_status *table = &run->status;
	struct dynamodb_engine_capacity spent = {.requests = 0};
	struct answer answer;
	if (run->engine != NULL)
		spent = dynamodb_engine_capacity(run->engine);
	spent = sum_of(spent, sum_of(run->made.spent, table->spent));
	if (run->request->store->options.format != HANSARD_JSON)
		return say(run) ? HANSARD_OK : error_memory(error);
	answer_begin(&answer, &run->request->out, "table");
	answer_text(&answer, "table", run->options.table);
	answer_text(&answer, "region", run->options.region);
	answer_text(&answer, "endpoint", run->options.endpoint.url);
	answer_text(&answer, "endpoint_from", run->options.endpoint.from);
	answer_boolean(&answer, "active", table->active);
	answer_text(&answer, "identity", run->engine != NULL ? run->engine->ops->identity(run->engine) : TEXT_ABSENT);
	if (run->created)
		answer_boolean(&answer, "made", run->made.made);
	if (run->made.former[0] != '\0')
		answer_string(&answer, "former_identity", run->made.former);
	if (run->engine != NULL)
		answer_boolean(&answer, "restored", dynamodb_table_is_restored(run->engine, table));
	answer_boolean(&answer, "on_demand", table->on_demand);
	answer_boolean(&answer, "deletion_protection", table->protected);
	if (table->recovery != DYNAMODB_TABLE_RECOVERY_UNSUPPORTED)
		answer_boolean(&answer, "point_in_time_recovery", table->recovery == DYNAMODB_TABLE_RECOVERY_ON);
	answer_integer(&answer, "rows", table->rows);
	answer_integer(&answer, "bytes", table->bytes);
	cost_write(&answer, &spent);
	return answer_finish(&answer, error);
}

/* What is there now, of which a store is one that can be opened. */
static enum hansard_status look(struct tabling *run, struct hansard_error *error)
{
	struct hansard_error none = {.status = HANSARD_OK};
	enum hansard_status status = dynamodb_table_status(&run->options, &run->status, error);
	if (status != HANSARD_OK)
		return status;
	if (!run->status.exists) {
		error_set(error, HANSARD_NO_STORE, "no_table", "there is no table \"" ERROR_TEXT "\" in " ERROR_TEXT,
				  ERROR_TEXT_ARGS(run->options.table), ERROR_TEXT_ARGS(run->options.region));
		error_hint(error, "make it: hansard table create");
		return HANSARD_NO_STORE;
	}
	status = dynamodb_engine_open(&run->options, &run->engine, &none);
	if (status == HANSARD_NO_STORE)
		return HANSARD_OK;
	if (status != HANSARD_OK && error != NULL)
		*error = none;
	return status;
}

static enum hansard_status run_table(struct tabling *run, const struct hansard_table_request *asked,
									 struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct backend_request request = {
		.arena = store->arena, .options = &store->options, .settings = &store->settings};
	enum hansard_status status = settings_locate(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = settings_read(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = backend_dynamodb(&run->backend, &request, &run->options, error);
	if (status == HANSARD_OK && asked->create) {
		const struct dynamodb_table_creation creation = {.shards = asked->shards,
														 .local = aws_url_is_loopback(&run->options.endpoint.parts),
														 .progress = tell_progress,
														 .context = &store->options};
		status = store->options.read_only
					 ? error_set(error, HANSARD_USAGE, "usage", "making a table writes: it cannot be read-only")
					 : dynamodb_table_create(&run->options, &creation, &run->made, error);
		run->request->written = run->created = status == HANSARD_OK;
	}
	if (status == HANSARD_OK)
		status = look(run, error);
	return status == HANSARD_OK ? report(run, error) : status;
}

enum hansard_status hansard_table(const struct hansard_options *options, const struct hansard_table_request *asked,
								  struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	struct tabling run = {.request = &request};
	enum hansard_status status = session_options(options, error);
	if (status != HANSARD_OK)
		return status;
	struct hansard *store = session_make(options);
	if (store == NULL)
		return error_memory(error);
	status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = run_table(&run, asked, error);
	if (run.engine != NULL)
		run.engine->ops->close(run.engine);
	status = session_finish(&request, status, ret_out, error);
	backend_close(&run.backend);
	hansard_close(store);
	return status;
}
