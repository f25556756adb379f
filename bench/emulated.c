/*
 * The world as it is, with an ear at its requests.
 */
#include "emulated.h"

#include <unistd.h>

#include "aws_credentials.h"
#include "aws_url.h"
#include "aws_world.h"
#include "dynamodb_engine.h"
#include "dynamodb_table.h"
#include "emulator.h"
#include "measure.h"

enum { REQUEST_MAX = 1 << 24 };

#define TARGET "DynamoDB_20120810."

struct emulated {
	struct aws_world *world;
	struct aws_edge edge; /* of the world */
	struct aws_credentials *credentials;
	struct store_engine *engine;
	struct emulated_log log;
	bool listening;
	const char *endpoint;
	char table[64];
};

/* As in AWS's documentation. */
static const char *const environment[] = {"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
										  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
										  "AWS_EC2_METADATA_DISABLED=true", NULL};

static void must(bool good, const char *what)
{
	if (!good)
		measure_die("the table in the emulator: %s", what);
}

/* ---- the log ---- */

static void append(struct buffer *buffer, const char *before, struct text text, const char *behind)
{
	must(buffer_append_string(buffer, before) && buffer_append_text(buffer, text) &&
			 buffer_append_string(buffer, behind),
		 "no memory");
}

static void record(struct emulated *emulated, const struct http_request *request)
{
	struct emulated_request *kept = &emulated->log.requests[emulated->log.count];
	char length[32];
	if (emulated->log.count == EMULATED_REQUESTS)
		return;
	kept->bytes.size = 0;
	append(&kept->bytes, "POST / HTTP/1.1", TEXT(""), "\r\n");
	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_field *header = &request->headers[i];
		append(&kept->bytes, "", header->name, ": ");
		append(&kept->bytes, "", header->value, "\r\n");
		if (text_is(header->name, "x-amz-target"))
			snprintf(kept->operation, sizeof(kept->operation), "%.*s", (int)(header->value.size - strlen(TARGET)),
					 header->value.data + strlen(TARGET));
	}
	const int size = snprintf(length, sizeof(length), "%zu", request->body.size);
	append(&kept->bytes, "Content-Length: ", (struct text){.data = length, .size = (size_t)size}, "\r\n\r\n");
	kept->body = kept->bytes.size;
	append(&kept->bytes, "", (struct text){.data = (const char *)request->body.data, .size = request->body.size}, "");
	emulated->log.count++;
}

/* ---- the edge ---- */

static enum hansard_status send_and_record(void *context, const struct http_request *request,
										   struct http_answer *answer, struct hansard_error *error)
{
	struct emulated *emulated = context;
	const enum hansard_status status = emulated->edge.functions->send(emulated->edge.context, request, answer, error);
	if (status == HANSARD_OK && answer->status == 200 && emulated->listening)
		record(emulated, request);
	return status;
}

static enum hansard_status read_file(void *context, struct text path, struct buffer *out, struct hansard_error *error)
{
	const struct emulated *emulated = context;
	return emulated->edge.functions->read(emulated->edge.context, path, out, error);
}

static enum hansard_status run(void *context, struct text command, struct buffer *out, struct hansard_error *error)
{
	const struct emulated *emulated = context;
	return emulated->edge.functions->run(emulated->edge.context, command, out, error);
}

static void pause_for(void *context, int64_t micros)
{
	const struct emulated *emulated = context;
	emulated->edge.functions->pause(emulated->edge.context, micros);
}

static enum hansard_status open_engine(struct emulated *emulated, const struct hansard_platform *platform,
									   struct hansard_error *error)
{
	static const struct aws_edge_functions functions = {
		.read = read_file, .run = run, .send = send_and_record, .pause = pause_for};
	const struct moment_clock clock = {.now = platform->now, .context = platform->context};
	struct dynamodb_engine_options options = {
		.edge = emulated->edge,
		.endpoint = {.url = text_of_string(emulated->endpoint), .from = TEXT("configured")},
		.region = TEXT("us-east-1"),
		.table = text_of_string(emulated->table),
		.clock = clock,
		.entropy = {.fill = platform->entropy, .context = platform->context}};
	options.edge.functions = &functions;
	options.edge.context = emulated;
	const struct aws_credentials_options keys = {.edge = emulated->edge, .region = options.region};
	const struct dynamodb_table_creation creation = {.shards = 1, .local = true};
	must(aws_url_parse(options.endpoint.url, &options.endpoint.parts), "no URL");
	enum hansard_status status = aws_credentials_create(&keys, &emulated->credentials, error);
	options.credentials = emulated->credentials;
	if (status == HANSARD_OK)
		status = dynamodb_table_create(&options, &creation, NULL, error);
	return status == HANSARD_OK ? dynamodb_engine_open(&options, &emulated->engine, error) : status;
}

struct emulated *emulated_make(const struct hansard_platform *platform, const char **ret_reason)
{
	static unsigned tables;
	struct hansard_error error = {.status = HANSARD_OK};
	const char *endpoint = emulator_endpoint(ret_reason);
	if (endpoint == NULL)
		return NULL;
	struct emulated *emulated = calloc(1, sizeof(*emulated));
	must(emulated != NULL, "no memory");
	const struct aws_world_options world = {.environment = environment,
											.clock = {.now = platform->now, .context = platform->context}};
	emulated->endpoint = endpoint;
	for (size_t i = 0; i < EMULATED_REQUESTS; i++)
		buffer_init(&emulated->log.requests[i].bytes, REQUEST_MAX);
	snprintf(emulated->table, sizeof(emulated->table), "hansard-bench-%d-%u", (int)getpid(), tables++);
	if (aws_world_create(&world, &emulated->world, &error) != HANSARD_OK)
		measure_die("%s", error.message);
	emulated->edge = aws_world_edge(emulated->world);
	if (open_engine(emulated, platform, &error) != HANSARD_OK)
		measure_die("%s", error.message);
	return emulated;
}

void emulated_destroy(struct emulated *emulated)
{
	if (emulated == NULL)
		return;
	emulated->engine->ops->close(emulated->engine);
	aws_credentials_destroy(emulated->credentials);
	aws_world_destroy(emulated->world);
	for (size_t i = 0; i < EMULATED_REQUESTS; i++)
		buffer_finish(&emulated->log.requests[i].bytes);
	free(emulated);
}

struct store_engine *emulated_engine(struct emulated *emulated)
{
	return emulated->engine;
}

void emulated_listen(struct emulated *emulated)
{
	emulated->log.count = 0;
	emulated->listening = true;
}

const struct emulated_log *emulated_log(struct emulated *emulated)
{
	emulated->listening = false;
	return &emulated->log;
}

const char *emulated_endpoint(const struct emulated *emulated)
{
	return emulated->endpoint;
}

int emulated_port(const struct emulated *emulated)
{
	return (int)strtol(strrchr(emulated->endpoint, ':') + 1, NULL, 10);
}
