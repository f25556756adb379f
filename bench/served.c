/*
 * Requests answered from a JSON object of rows.
 */
#include "served.h"

#include "aws_credentials.h"
#include "aws_url.h"
#include "dynamodb_cost.h"
#include "dynamodb_engine.h"
#include "measure.h"

#define TABLE "hansard_dialogues"
#define URL "https://dynamodb.us-east-1.amazonaws.com"
#define TARGET "DynamoDB_20120810."

struct served {
	const struct hansard_platform *platform;
	struct served_watch watch;
	struct aws_credentials *credentials;
	struct store_engine *engine;
	json_t *rows;
	struct served_count count;
};

/* As in AWS's documentation. */
static const char *const environment[] = {"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
										  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL};

static void must(bool good, const char *what)
{
	if (!good)
		measure_die("the table in this process: %s", what);
}

static const char *value_of(const json_t *row, const char *name)
{
	const char *value = json_string_value(json_object_get(json_object_get(row, name), "S"));
	return value == NULL ? "" : value;
}

/* ---- requests ---- */

/* The only row that is asked for by its key is the store's own. */
static json_t *get_row(const json_t *request)
{
	must(strcmp(value_of(json_object_get(request, "Key"), "SK"), DYNAMODB_ROW_CONFIG_SORT) == 0, "an unknown GetItem");
	return json_pack("{s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}}", "Item", "PK", "S",
					 DYNAMODB_ROW_CONFIG_PARTITION, "SK", "S", DYNAMODB_ROW_CONFIG_SORT, "n", "S",
					 "dynamodb:0123456789abcdef0123456789abcdef", "k", "N", "1", "v", "N", "1");
}

static void carry_out(struct served *served, const json_t *action)
{
	const json_t *put = json_object_get(json_object_get(action, "Put"), "Item");
	const json_t *key = put != NULL ? put : json_object_get(json_object_get(action, "Delete"), "Key");
	must(key != NULL, "an action that no commit has");
	const char *sort = value_of(key, "SK");
	const json_t *before = json_object_get(served->rows, sort);
	const size_t size = put != NULL ? dynamodb_cost_row(put) : 0;
	served->count.rows++;
	served->count.bytes += size;
	served->count.written += dynamodb_cost_write(before != NULL ? dynamodb_cost_row(before) : 0, size);
	served->count.by_status += dynamodb_cost_follow(before, put, DYNAMODB_ROW_BY_STATUS);
	served->count.by_tension_status += dynamodb_cost_follow(before, put, DYNAMODB_ROW_BY_TENSION_STATUS);
	if (put == NULL)
		json_object_del(served->rows, sort);
	else
		must(json_object_set_new(served->rows, sort, json_deep_copy(put)) == 0, "no memory");
}

static json_t *transact(struct served *served, const json_t *request)
{
	const json_t *actions = json_object_get(request, "TransactItems");
	served->count.transactions++;
	served->watch.transaction(served->watch.context, actions);
	for (size_t i = 0; i < json_array_size(actions); i++)
		carry_out(served, json_array_get(actions, i));
	return json_object();
}

static int compare_names(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;
	return strcmp(*left, *right);
}

/* The sort keys of all rows in order; freed by the caller. */
static const char **sorted(json_t *rows)
{
	const char **names = malloc((json_object_size(rows) + 1) * sizeof(*names));
	size_t count = 0;
	must(names != NULL, "no memory");
	for (void *at = json_object_iter(rows); at != NULL; at = json_object_iter_next(rows, at))
		names[count++] = json_object_iter_key(at);
	qsort(names, count, sizeof(*names), compare_names);
	return names;
}

/* Rows whose sort keys are below or between what is asked for, a page of them. */
static json_t *query(struct served *served, const json_t *request)
{
	const json_t *values = json_object_get(request, "ExpressionAttributeValues");
	const char *from = value_of(values, ":from"), *to = value_of(values, ":to");
	const char *after = value_of(json_object_get(request, "ExclusiveStartKey"), "SK");
	const bool below = strstr(json_string_value(json_object_get(request, "KeyConditionExpression")), " < ") != NULL;
	const char **names = sorted(served->rows);
	json_t *answer = json_object(), *items = json_array();
	size_t page = 0;
	must(to[0] != '\0' && json_object_get(request, "IndexName") == NULL, "an unknown Query");
	for (size_t i = 0; i < json_object_size(served->rows); i++) {
		const int order = strcmp(names[i], to);
		if (strcmp(names[i], from) < 0 || (below ? order >= 0 : order > 0) || strcmp(names[i], after) <= 0)
			continue;
		json_t *row = json_object_get(served->rows, names[i]);
		const json_t *last = json_array_get(items, json_array_size(items) - 1);
		if (last != NULL && page + dynamodb_cost_row(row) > DYNAMODB_COST_PAGE_BYTES) {
			json_object_set_new(
				answer, "LastEvaluatedKey",
				json_pack("{s:O, s:O}", "PK", json_object_get(last, "PK"), "SK", json_object_get(last, "SK")));
			break;
		}
		page += dynamodb_cost_row(row);
		json_array_append(items, row);
	}
	free(names);
	served->count.queries++;
	served->count.read += dynamodb_cost_read(page);
	json_object_set_new(answer, "Items", items);
	return answer;
}

/* ---- the edge ---- */

static const char *operation_of(const struct http_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (text_is(request->headers[i].name, "x-amz-target") && request->headers[i].value.size > strlen(TARGET))
			return request->headers[i].value.data + strlen(TARGET);
	return "";
}

static enum hansard_status serve(void *context, const struct http_request *request, struct http_answer *answer,
								 struct hansard_error *error)
{
	struct served *served = context;
	const char *operation = operation_of(request);
	json_t *asked = json_loadb((const char *)request->body.data, request->body.size, 0, NULL);
	json_t *given = NULL;
	(void)error;
	must(asked != NULL, "a body that is no JSON");
	if (strncmp(operation, "GetItem", strlen("GetItem")) == 0)
		given = get_row(asked);
	else if (strncmp(operation, "Query", strlen("Query")) == 0)
		given = query(served, asked);
	else if (strncmp(operation, "TransactWriteItems", strlen("TransactWriteItems")) == 0)
		given = transact(served, asked);
	must(given != NULL, "an unknown operation");
	char *text = json_dumps(given, JSON_COMPACT);
	answer->status = 200;
	answer->sendings = 1;
	answer->fields.size = answer->body.size = 0;
	must(text != NULL && buffer_append_string(&answer->body, text), "no memory");
	free(text);
	json_decref(given);
	json_decref(asked);
	return HANSARD_OK;
}

static enum hansard_status read_nothing(void *context, struct text path, struct buffer *out,
										struct hansard_error *error)
{
	(void)context;
	(void)path;
	(void)out;
	(void)error;
	return HANSARD_NOT_FOUND;
}

static enum hansard_status run_nothing(void *context, struct text command, struct buffer *out,
									   struct hansard_error *error)
{
	(void)context;
	(void)command;
	(void)out;
	(void)error;
	return HANSARD_FAILED;
}

static void pause_never(void *context, int64_t micros)
{
	(void)context;
	(void)micros;
	measure_die("the table in this process was asked twice");
}

struct served *served_make(const struct hansard_platform *platform, struct served_watch watch)
{
	static const struct aws_edge_functions functions = {
		.read = read_nothing, .run = run_nothing, .send = serve, .pause = pause_never};
	struct hansard_error error = {.status = HANSARD_OK};
	struct served *served = calloc(1, sizeof(*served));
	must(served != NULL, "no memory");
	*served = (struct served){.platform = platform, .watch = watch, .rows = json_object()};
	const struct moment_clock clock = {.now = platform->now, .context = platform->context};
	struct dynamodb_engine_options options = {
		.edge =
			{.functions = &functions, .context = served, .environment = environment, .clock = clock, .steady = clock},
		.endpoint = {.url = TEXT(URL), .from = TEXT("region")},
		.region = TEXT("us-east-1"),
		.table = TEXT(TABLE),
		.clock = clock,
		.entropy = {.fill = platform->entropy, .context = platform->context},
	};
	const struct aws_credentials_options keys = {.edge = options.edge, .region = options.region};
	if (!aws_url_parse(options.endpoint.url, &options.endpoint.parts) ||
		aws_credentials_create(&keys, &served->credentials, &error) != HANSARD_OK)
		measure_die("%s", error.message);
	options.credentials = served->credentials;
	if (dynamodb_engine_open(&options, &served->engine, &error) != HANSARD_OK)
		measure_die("%s", error.message);
	return served;
}

void served_destroy(struct served *served)
{
	if (served == NULL)
		return;
	served->engine->ops->close(served->engine);
	aws_credentials_destroy(served->credentials);
	json_decref(served->rows);
	free(served);
}

struct store_engine *served_engine(struct served *served)
{
	return served->engine;
}

const struct served_count *served_count(const struct served *served)
{
	return &served->count;
}

size_t served_stored(const struct served *served)
{
	size_t bytes = 0;
	for (void *at = json_object_iter(served->rows); at != NULL; at = json_object_iter_next(served->rows, at))
		bytes += dynamodb_cost_stored(json_object_iter_value(at));
	return bytes;
}
