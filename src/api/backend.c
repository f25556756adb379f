/*
 * The factory.
 */
#include "backend.h"

#include "disk.h"
#include "error.h"
#include "sqlite_engine.h"

struct moment_clock backend_clock(const struct hansard_platform *platform)
{
	return (struct moment_clock){.now = platform->now, .context = platform->context};
}

struct moment_entropy backend_entropy(const struct hansard_platform *platform)
{
	return (struct moment_entropy){.fill = platform->entropy, .context = platform->context};
}

bool backend_is(const struct settings *settings, const char *name)
{
	return text_is(settings->values[SETTINGS_BACKEND].value, name);
}

const char *backend_other(const struct settings *settings)
{
	return backend_is(settings, "dynamodb") ? "sqlite" : "dynamodb";
}

/* ---- SQLite ---- */

bool backend_database(struct arena *arena, const struct settings *settings, struct text *ret_path)
{
	struct text name = settings->values[SETTINGS_SQLITE_PATH].value;
	if (name.size > 0 && name.data[0] == '/')
		return arena_copy_text(arena, name, ret_path);
	return arena_format(arena, ret_path, "%.*s/%.*s", (int)settings->folder.size, settings->folder.data, (int)name.size,
						name.data);
}

static enum hansard_status open_file(struct backend *backend, const struct backend_request *request, struct text path,
									 enum sqlite_engine_mode mode, struct hansard_error *error)
{
	const struct sqlite_engine_options options = {
		.path = path,
		.mode = mode,
		.clock = backend_clock(request->options->platform),
		.entropy = backend_entropy(request->options->platform),
	};
	return sqlite_engine_open(&options, &backend->engine, error);
}

static enum hansard_status open_database(struct backend *backend, const struct backend_request *request,
										 enum sqlite_engine_mode mode, struct hansard_error *error)
{
	struct text path;
	if (!backend_database(request->arena, request->settings, &path))
		return error_memory(error);
	return open_file(backend, request, path, mode, error);
}

enum hansard_status backend_open_copy(struct backend *backend, const struct backend_request *request, struct text path,
									  struct hansard_error *error)
{
	return open_file(backend, request, path, SQLITE_ENGINE_READ_ONLY, error);
}

/* A database that is not there. The configuration is, so init would leave everything alone. */
static enum hansard_status refuse_missing(const struct settings *settings, struct hansard_error *error)
{
	const struct settings_value *backend = &settings->values[SETTINGS_BACKEND], *written = &settings->written;
	const bool given = backend->line == 0 && !text_equal(backend->from, written->from);
	if (!given || text_equal(backend->value, written->value) || error == NULL) {
		error_hint(error,
				   "put a backup there: hansard backup --put FILE; without one begin anew: remove " ERROR_TEXT
				   "/config, then hansard init",
				   ERROR_TEXT_ARGS(settings->folder));
		return HANSARD_NO_STORE;
	}
	error_set(error, HANSARD_NO_STORE, "no_store",
			  "%s: " ERROR_TEXT " names the backend " ERROR_TEXT ", and the configuration, " ERROR_TEXT ", " ERROR_TEXT,
			  error->message, ERROR_TEXT_ARGS(text_is(backend->from, "flag") ? TEXT("a flag") : backend->from),
			  ERROR_TEXT_ARGS(backend->value), ERROR_TEXT_ARGS(written->from), ERROR_TEXT_ARGS(written->value));
	error_hint(error, "leave that away; dialogues are moved to " ERROR_TEXT " by hansard migrate --to " ERROR_TEXT,
			   ERROR_TEXT_ARGS(backend->value), ERROR_TEXT_ARGS(backend->value));
	return HANSARD_NO_STORE;
}

/* A database that may not be written is opened to read, and a write then says that it cannot. */
static enum hansard_status open_sqlite(struct backend *backend, const struct backend_request *request,
									   struct hansard_error *error)
{
	if (request->options->read_only)
		return open_database(backend, request, SQLITE_ENGINE_READ_ONLY, error);
	struct hansard_error failure = {.status = HANSARD_OK};
	const enum hansard_status status = open_database(backend, request, SQLITE_ENGINE_OPEN, &failure);
	if (status == HANSARD_FAILED && strcmp(failure.kind, "store_read_only") == 0 &&
		open_database(backend, request, SQLITE_ENGINE_READ_ONLY, NULL) == HANSARD_OK)
		return HANSARD_OK;
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	return status == HANSARD_NO_STORE ? refuse_missing(request->settings, error) : status;
}

/* ---- DynamoDB ---- */

/* A setting that may be left to AWS's own. */
static struct text given(const struct settings *settings, enum settings_key key)
{
	const struct text value = settings->values[key].value;
	return value.size > 0 ? value : TEXT_ABSENT;
}

enum hansard_status backend_dynamodb(struct backend *backend, const struct backend_request *request,
									 struct dynamodb_engine_options *ret_options, struct hansard_error *error)
{
	const struct hansard_platform *platform = request->options->platform;
	const struct settings *settings = request->settings;
	const struct aws_world_options world = {.environment = platform->environment, .clock = backend_clock(platform)};
	struct dynamodb_engine_options options = {.table = settings->values[SETTINGS_DYNAMODB_TABLE].value,
											  .clock = backend_clock(platform),
											  .entropy = backend_entropy(platform)};
	enum hansard_status status = aws_world_create(&world, &backend->world, error);
	if (status != HANSARD_OK)
		return status;
	options.edge = aws_world_edge(backend->world);
	aws_settings_init(&backend->aws);
	status = aws_settings_load(&options.edge, TEXT_ABSENT, &backend->aws, error);
	if (status == HANSARD_OK)
		status = aws_settings_region(&backend->aws, given(settings, SETTINGS_DYNAMODB_REGION), &options.region, error);
	const struct aws_endpoint_request endpoint = {.service = AWS_ENDPOINT_DYNAMODB,
												  .configured = given(settings, SETTINGS_DYNAMODB_ENDPOINT),
												  .by = settings->values[SETTINGS_DYNAMODB_ENDPOINT].from,
												  .region = options.region};
	if (status == HANSARD_OK)
		status = aws_endpoint_find(request->arena, &backend->aws, &endpoint, &options.endpoint, error);
	const struct aws_credentials_options keys = {
		.edge = options.edge, .region = options.region, .local = aws_url_is_loopback(&options.endpoint.parts)};
	if (status == HANSARD_OK)
		status = aws_credentials_create(&keys, &backend->credentials, error);
	if (status != HANSARD_OK)
		return status;
	options.credentials = backend->credentials;
	*ret_options = options;
	return HANSARD_OK;
}

static enum hansard_status open_dynamodb(struct backend *backend, const struct backend_request *request,
										 struct hansard_error *error)
{
	struct dynamodb_engine_options options;
	const enum hansard_status status = backend_dynamodb(backend, request, &options, error);
	if (status != HANSARD_OK)
		return status;
	options.read_only = request->options->read_only;
	return dynamodb_engine_open(&options, &backend->engine, error);
}

/* ---- both ---- */

enum hansard_status backend_open(struct backend *backend, const struct backend_request *request,
								 struct hansard_error *error)
{
	return backend_is(request->settings, "dynamodb") ? open_dynamodb(backend, request, error)
													 : open_sqlite(backend, request, error);
}

enum hansard_status backend_create(struct backend *backend, const struct backend_request *request,
								   struct hansard_error *error)
{
	if (backend_is(request->settings, "dynamodb"))
		return HANSARD_OK;
	struct hansard_error failure = {.status = HANSARD_OK};
	struct text path;
	enum hansard_status status = open_database(backend, request, SQLITE_ENGINE_CREATE, &failure);
	if (status == HANSARD_CONFLICT && !backend_database(request->arena, request->settings, &path))
		return error_memory(error);
	if (status == HANSARD_CONFLICT &&
		disk_kind(path) != DISK_NOTHING) /* left by an init that was killed; never one that a configuration names */
		return open_database(backend, request, SQLITE_ENGINE_OPEN, error);
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	return status;
}

bool backend_capacity(const struct backend *backend, struct dynamodb_engine_capacity *ret_capacity)
{
	if (backend->engine == NULL || backend->world == NULL)
		return false;
	*ret_capacity = dynamodb_engine_capacity(backend->engine);
	return true;
}

void backend_close(struct backend *backend)
{
	if (backend->engine != NULL)
		backend->engine->ops->close(backend->engine);
	aws_credentials_destroy(backend->credentials);
	if (backend->world != NULL)
		aws_settings_finish(&backend->aws);
	aws_world_destroy(backend->world);
	*backend = (struct backend){.engine = NULL};
}
