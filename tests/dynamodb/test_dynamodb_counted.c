/*
 * What requests should consume against what an emulator says of them, which counts by itself: a partition is made, changed and read. And how many
 * go out: one for a commit, one for each megabyte of a load.
 */
#include <time.h>
#include <unistd.h>

#include "aws_credentials.h"
#include "aws_world.h"
#include "draft.h"
#include "dynamodb_answer.h"
#include "dynamodb_cost.h"
#include "dynamodb_engine.h"
#include "dynamodb_table.h"
#include "emulator.h"
#include "expect.h"

enum { THOUSANDTHS = 1000, ARENA = 1 << 28, MEGABYTE = 1 << 20 };

static const char *const environment[] = {"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
										  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL};

static struct arena *arena;
static struct aws_world *world;
static struct aws_edge real;
static struct aws_credentials *credentials;
static struct store_engine *engine;
static json_t *rows; /* by their sort keys, as they were sent */
static int64_t written;
static size_t sent; /* requests */

static int64_t now(void *context)
{
	struct timespec time;
	(void)context;
	expect(clock_gettime(CLOCK_REALTIME, &time) == 0);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static bool fill(void *context, uint8_t *data, size_t size)
{
	static uint64_t drawn;
	(void)context;
	if (drawn == 0)
		drawn = ((uint64_t)getpid() << 40) ^ (uint64_t)now(NULL);
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)((++drawn * UINT64_C(0x9e3779b97f4a7c15)) >> 56);
	return true;
}

/* ---- what is sent ---- */

static void count(const json_t *action)
{
	const json_t *put = json_object_get(json_object_get(action, "Put"), "Item");
	const json_t *key = put != NULL ? put : json_object_get(json_object_get(action, "Delete"), "Key");
	const char *sort = json_string_value(json_object_get(json_object_get(key, "SK"), "S"));
	expect(sort != NULL);
	const json_t *before = json_object_get(rows, sort);
	written +=
		dynamodb_cost_write(before == NULL ? 0 : dynamodb_cost_row(before), put == NULL ? 0 : dynamodb_cost_row(put)) +
		dynamodb_cost_follow(before, put, DYNAMODB_ROW_BY_STATUS) +
		dynamodb_cost_follow(before, put, DYNAMODB_ROW_BY_TENSION_STATUS);
	if (put != NULL)
		json_object_set_new(rows, sort, json_deep_copy(put));
	else
		json_object_del(rows, sort);
}

static enum hansard_status send_counted(void *context, const struct http_request *request, struct http_answer *answer,
										struct hansard_error *error)
{
	json_t *body = json_loadb((const char *)request->body.data, request->body.size, 0, NULL);
	const json_t *actions = json_object_get(body, "TransactItems");
	for (size_t i = 0; i < json_array_size(actions); i++)
		count(json_array_get(actions, i));
	json_decref(body);
	sent++;
	return real.functions->send(context, request, answer, error);
}

/* Of all rows that a load brings. */
static size_t load_bytes(void)
{
	size_t bytes = 0;
	for (void *at = json_object_iter(rows); at != NULL; at = json_object_iter_next(rows, at))
		if (strcmp(json_object_iter_key(at), DYNAMODB_ROW_BEHIND_LOAD) < 0)
			bytes += dynamodb_cost_row(json_object_iter_value(at));
	return bytes;
}

/* Sends a change, as one request. */
static void send_once(struct draft *draft, struct draft_head *head)
{
	const size_t before = sent;
	draft_send(draft, head);
	expect_integer(sent - before, 1);
	expect_integer(dynamodb_engine_capacity(engine).written, written * THOUSANDTHS);
}

/* A load of all rows that were written: their units, and a request for each megabyte. */
static void expect_load(const struct store_partition *partition)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	const int64_t units = dynamodb_engine_capacity(engine).read;
	const size_t before = sent, bytes = load_bytes();
	expect_good(partition->store->load(partition, arena, &view, &error), &error);
	const size_t pages = sent - before;
	const int64_t more = dynamodb_engine_capacity(engine).read - units - dynamodb_cost_read(bytes) * THOUSANDTHS;
	expect(more >= 0 && more < (int64_t)pages * THOUSANDTHS); /* each page is rounded up by itself */
	expect_integer(pages, bytes / MEGABYTE + (bytes % MEGABYTE > 0));
}

/* ---- */

static void open_engine(const char *url)
{
	static struct aws_edge_functions functions;
	static char table[64];
	struct hansard_error error = {.status = HANSARD_OK};
	struct aws_endpoint endpoint = {.url = text_of_string(url), .from = TEXT("configured")};
	const struct aws_world_options options = {.environment = environment, .clock = {.now = now}};
	expect_good(aws_world_create(&options, &world, &error), &error);
	real = aws_world_edge(world);
	functions = *real.functions;
	functions.send = send_counted;
	struct aws_edge edge = real;
	edge.functions = &functions;
	const struct aws_credentials_options keys = {.edge = edge, .region = TEXT("us-east-1")};
	expect_good(aws_credentials_create(&keys, &credentials, &error), &error);
	expect(aws_url_parse(endpoint.url, &endpoint.parts));
	snprintf(table, sizeof(table), "counted-%ld-%lld", (long)getpid(), (long long)now(NULL));
	const struct dynamodb_engine_options all = {.edge = edge,
												.credentials = credentials,
												.endpoint = endpoint,
												.region = TEXT("us-east-1"),
												.table = text_of_string(table),
												.clock = {.now = now},
												.entropy = {.fill = fill}};
	const struct dynamodb_table_creation creation = {.shards = 1, .local = true};
	expect_good(dynamodb_table_create(&all, &creation, NULL, &error), &error);
	expect_good(dynamodb_engine_open(&all, &engine, &error), &error);
	written = 0; /* the store's own row was put before */
	json_object_clear(rows);
}

static void close_engine(void)
{
	if (engine != NULL)
		engine->ops->close(engine);
	aws_credentials_destroy(credentials);
	aws_world_destroy(world);
	engine = NULL;
	credentials = NULL;
	world = NULL;
}

static void add(struct draft *draft, const char *status, const char *tension, size_t size)
{
	draft_put(draft, draft_key("meta", ""),
			  &(struct draft_attrs){.status = status, .created_at = "2026-01-01T00:00:00.000000Z"}, size);
	draft_put(draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = tension}, 0);
	draft_put(draft, draft_key("file", "00001"), NULL, size);
}

/* Rows of all kinds come, grow, shrink, change their index keys and go. */
static void as_counted(void)
{
	static const struct {
		const char *status, *tension;
		size_t size;
	} changes[] = {
		{"open", "open", 900},                                          /* everything comes */
		{"open", "open", 9000},                                         /* meta and the head grow */
		{"open", "addressed", 9000},                                    /* the tension has another key */
		{"converging", "open", 3000},                                   /* both do, and meta shrinks */
		{"converged", "resolved", 700}, {"converged", "resolved", 700}, /* nothing of the indexes but what meta says */
	};
	const char *reason;
	const char *url = emulator_endpoint(&reason);
	if (url == NULL)
		expect_skip(reason);
	open_engine(url);
	const struct store_partition partition = store_engine_partition(engine, TEXT("t"), TEXT("d"));
	struct draft_head head = {.rev = 0};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct draft draft = draft_begin(arena, partition);
		draft.commit_size = 100 + (i % 3) * 3000;
		add(&draft, changes[i].status, changes[i].tension, changes[i].size);
		draft_part(&draft, draft_key("file", "00001"), 1, 5000);
		send_once(&draft, &head);
	}
	struct draft last = draft_begin(arena, partition);
	draft_remove(&last, draft_key("tension", "00#01"));
	draft_remove(&last, draft_key("meta", ""));
	send_once(&last, &head);
	expect_load(&partition);
}

/* Revisions of 100,000 bytes, of which ten fit into a megabyte. */
static void by_megabytes(void)
{
	enum { REVISIONS = 25, SIZE = 100000 };
	const char *reason;
	const char *url = emulator_endpoint(&reason);
	if (url == NULL)
		expect_skip(reason);
	close_engine();
	open_engine(url);
	const struct store_partition partition = store_engine_partition(engine, TEXT("t"), TEXT("d"));
	struct draft_head head = {.rev = 0};
	for (int i = 0; i < REVISIONS; i++) {
		struct draft draft = draft_begin(arena, partition);
		draft_put(&draft, draft_key("file", "00001"), NULL, SIZE);
		send_once(&draft, &head);
		if (i % 4 == 0)
			expect_load(&partition);
	}
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"an emulator counts writes, writes of indexes and a load as they should be", as_counted},
		{"a commit is one request, a load one for each megabyte", by_megabytes},
	};
	arena = arena_create(ARENA);
	rows = json_object();
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	close_engine();
	json_decref(rows);
	arena_destroy(arena);
	return code;
}
