/*
 * Answers as text.
 */
#include "service.h"

#include <stdarg.h>

#include "aws_credentials.h"
#include "base64.h"
#include "dynamodb_bundle.h"
#include "dynamodb_change.h"
#include "dynamodb_engine.h"

enum { BODIES = 64 };

struct service service;

static struct aws_credentials *credentials;
static struct aws_endpoint endpoint;
static size_t asked_before;
static const char *bodies[BODIES];

static bool half(void *context, uint8_t *data, size_t size)
{
	(void)context;
	memset(data, 0x80, size);
	return true;
}

static int64_t now(void *context)
{
	(void)context;
	return scripted_edge_now();
}

const char *service_text(const char *format, ...)
{
	va_list arguments;
	expect(format != NULL);
	va_start(arguments, format);
	const int size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	char *text = arena_allocate(service.arena, (size_t)size + 1);
	expect(text != NULL);
	va_start(arguments, format);
	vsnprintf(text, (size_t)size + 1, format, arguments);
	va_end(arguments);
	return text;
}

void service_end(void)
{
	if (service.engine != NULL)
		service.engine->ops->close(service.engine);
	aws_credentials_destroy(credentials);
	arena_destroy(service.arena);
	service = (struct service){.engine = NULL};
	credentials = NULL;
}

void service_script(void)
{
	service_end();
	service.arena = arena_create((size_t)1 << 28);
	expect(service.arena != NULL);
	scripted_edge_begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AKID");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SECRET");
	const struct aws_credentials_options options = {.edge = scripted_edge(), .region = TEXT("eu-west-1")};
	expect_good(aws_credentials_create(&options, &credentials, &service.error), &service.error);
	endpoint = (struct aws_endpoint){.url = TEXT("https://dynamodb.eu-west-1.amazonaws.com"), .from = TEXT("region")};
	expect(aws_url_parse(endpoint.url, &endpoint.parts));
	asked_before = 0;
}

struct dynamodb_engine_options service_options(void)
{
	return (struct dynamodb_engine_options){
		.edge = scripted_edge(),
		.credentials = credentials,
		.endpoint = endpoint,
		.region = TEXT("eu-west-1"),
		.table = TEXT("dialogues"),
		.clock = {.now = now},
		.entropy = {.fill = half},
	};
}

enum hansard_status service_open(struct store_engine **ret_engine)
{
	const struct dynamodb_engine_options options = service_options();
	service.error = (struct hansard_error){.status = HANSARD_OK};
	return dynamodb_engine_open(&options, ret_engine, &service.error);
}

void service_begin(unsigned shards)
{
	service_script();
	service_says(
		200,
		service_text("{\"Item\":{\"PK\":{\"S\":\"#table\"},\"SK\":{\"S\":\"!config\"},\"n\":{\"S\":\"" SERVICE_IDENTITY
					 "\"},\"k\":{\"N\":\"%u\"},\"v\":{\"N\":\"1\"}}}",
					 shards));
	expect_good(service_open(&service.engine), &service.error);
	service.partition = store_engine_partition(service.engine, TEXT("t"), TEXT("d"));
	asked_before = service_asked();
}

/* ---- answers ---- */

void service_says(int status, const char *body)
{
	scripted_edge_answer(SERVICE_URL, status, body);
}

void service_is_lost(void)
{
	scripted_edge_lost(SERVICE_URL);
}

void service_is_away(void)
{
	scripted_edge_answer(SERVICE_URL, 0, "");
}

void service_refuses(const char *name)
{
	service_says(400, service_text("{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"so\"}", name));
}

void service_cancels(const char *code)
{
	service_says(400, service_text("{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
								   "\"CancellationReasons\":[{\"Code\":\"%s\"},{\"Code\":\"None\"}]}",
								   code));
}

static const char *base64(struct bytes bytes)
{
	struct buffer out;
	buffer_init(&out, (size_t)1 << 26);
	expect(base64_append(&out, bytes));
	const char *text = service_text("%.*s", (int)out.size, (const char *)out.data);
	buffer_finish(&out);
	return text;
}

static const char *text_member(const char *name, const char *kind, const char *value)
{
	return value == NULL ? "" : service_text(",\"%s\":{\"%s\":\"%s\"}", name, kind, value);
}

static const char *bytes_member(const char *name, struct bytes bytes)
{
	return text_member(name, "B", bytes.data == NULL ? NULL : base64(bytes));
}

static const char *show(const struct service_row *row)
{
	return service_text("{\"PK\":{\"S\":\"%s\"}%s%s%s%s%s%s%s%s%s%s%s}",
						row->partition == NULL ? "t#dialogue#d" : row->partition, text_member("SK", "S", row->sort),
						text_member("r", "N", row->rev == 0 ? NULL : service_text("%lld", (long long)row->rev)),
						bytes_member("c", row->c), bytes_member("s", row->s), text_member("i", "S", row->attempt),
						text_member("u", "N", row->unlisted ? "1" : NULL), text_member("p1", "S", row->p1),
						text_member("s1", "S", row->s1), text_member("p2", "S", row->p2),
						text_member("s2", "S", row->s2), row->more == NULL ? "" : row->more);
}

void service_gives(const struct service_row *row)
{
	service_says(200, row == NULL ? "{}" : service_text("{\"Item\":%s}", show(row)));
}

void service_lists(const struct service_row *rows, size_t count, const struct service_row *last)
{
	const char *items = "";
	for (size_t i = 0; i < count; i++)
		items = service_text("%s%s%s", items, i > 0 ? "," : "", show(&rows[i]));
	service_says(200,
				 service_text("{\"Items\":[%s],\"Count\":%zu%s%s,\"ConsumedCapacity\":{\"CapacityUnits\":0.5}}", items,
							  count, last == NULL ? "" : ",\"LastEvaluatedKey\":", last == NULL ? "" : show(last)));
}

void service_acknowledges(void)
{
	service_says(200, "{\"ConsumedCapacity\":[{\"TableName\":\"dialogues\",\"CapacityUnits\":3.0}]}");
}

/* ---- what was asked ---- */

size_t service_asked(void)
{
	size_t count = 0;
	for (const char *at = scripted_edge_log(); (at = strstr(at, "\nbody ")) != NULL && count < BODIES; count++) {
		at += strlen("\nbody ");
		bodies[count] = at;
	}
	return count - asked_before;
}

const char *service_body(size_t i)
{
	expect(i < service_asked());
	const char *body = bodies[asked_before + i];
	return service_text("%.*s", (int)strcspn(body, "\n"), body);
}

void service_left(void)
{
	expect_integer(scripted_edge_answers_left(), 0);
}

/* ---- rows ---- */

struct service_row service_head(const struct store_change *change)
{
	const struct dynamodb_change_id id = dynamodb_change_id(&change->attempt);
	return (struct service_row){.sort = "!head",
								.rev = change->rev,
								.c = change->commit,
								.s = change->note,
								.attempt = service_text("%.*s", (int)sizeof(id.data), id.data),
								.unlisted = !change->listed,
								.p2 = "t#head",
								.s2 = "d"};
}

struct service_row service_bundle(const struct store_change *change, bool parts, unsigned n)
{
	struct dynamodb_bundle_filling filling = {.change = change};
	struct service_row row = {
		.sort = service_text("%s#%010lld#%02u", parts ? "~parts" : "+bundle", (long long)change->rev, n)};
	struct buffer out;
	buffer_init(&out, DYNAMODB_BUNDLE_MAX);
	for (unsigned i = 0; i <= n; i++) {
		out.size = 0;
		expect(parts ? dynamodb_bundle_fill_parts(&filling, &out) : dynamodb_bundle_fill(&filling, &out));
	}
	expect(out.size > 0 && arena_copy(service.arena, buffer_view(&out), &row.c));
	buffer_finish(&out);
	return row;
}
