/*
 * Two writers over a network that loses requests and answers, holds requests and delivers them later, delivers them twice, and
 * is away for a while, before a service that forgets tokens: against an emulator, from a seed that is printed (HANSARD_TEST_SEED, HANSARD_TEST_STEPS). In the end all is
 * quiet and what was held has arrived: what was acknowledged is there, what was refused is not, and what is there is one chain of
 * whole changes.
 */
#include <time.h>
#include <unistd.h>

#include "aws_credentials.h"
#include "aws_world.h"
#include "draft.h"
#include "dynamodb_engine.h"
#include "dynamodb_table.h"
#include "emulator.h"
#include "error.h"
#include "expect.h"

enum { STEPS = 120, WRITERS = 2, HELD = 64, TRIED_MAX = 100000, FILES = 6, PERCENT = 100 };

static const char *const environment[] = {"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
										  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL};

/* A request that is on its way. */
struct held {
	struct http_request request;
	bool there;
};

static struct arena *arena;
static struct aws_world *world;
static struct aws_edge real;
static struct aws_credentials *credentials;
static struct aws_endpoint endpoint;
static struct held held[HELD];
static bool faulty; /* the network is */
static bool away;   /* nothing gets through, for as long as a commit takes */
static int64_t hurried_us;
static uint64_t state;
static char table[64];

static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static int64_t now(void *context)
{
	struct timespec time;
	(void)context;
	expect(clock_gettime(CLOCK_REALTIME, &time) == 0);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* What names a transaction is like no other's; how long is waited is by the seed. */
static bool fill(void *context, uint8_t *data, size_t size)
{
	static uint64_t drawn;
	(void)context;
	if (size < STORE_ATTEMPT_SIZE) {
		for (size_t i = 0; i < size; i++)
			data[i] = (uint8_t)draw(256);
		return true;
	}
	if (drawn == 0)
		drawn = ((uint64_t)getpid() << 40) ^ (uint64_t)now(NULL);
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)((++drawn * UINT64_C(0x9e3779b97f4a7c15)) >> 56);
	return true;
}

/* ---- the network ---- */

/* Time passes by waiting alone. */
static int64_t steady(void *context)
{
	(void)context;
	return hurried_us;
}

static void pause_for(void *context, int64_t micros)
{
	(void)context;
	hurried_us += micros;
}

/* A writer, and the head as it saw it last. */
struct writer {
	struct store_engine *engine;
	struct draft_head head;
};
static struct writer writers[WRITERS];
static bool nested; /* one commits in between two requests of the other */

static void write_once(struct writer *writer);

static void copy_text(struct text *text)
{
	expect(arena_copy_text(arena, *text, text));
}

/* Keeps a copy of a request, unless too many are on their way. */
static void hold(const struct http_request *request)
{
	for (size_t i = 0; i < HELD; i++) {
		if (held[i].there)
			continue;
		struct http_field *headers = arena_allocate_array(arena, request->header_count, sizeof(*headers));
		expect(headers != NULL);
		held[i] = (struct held){.request = *request, .there = true};
		for (size_t k = 0; k < request->header_count; k++) {
			headers[k] = request->headers[k];
			copy_text(&headers[k].name);
			copy_text(&headers[k].value);
		}
		copy_text(&held[i].request.url);
		held[i].request.headers = headers;
		expect(arena_copy(arena, request->body, &held[i].request.body));
		return;
	}
}

/* Delivers one request that was held; nobody waits for its answer. */
static void deliver(size_t i)
{
	struct http_answer answer;
	struct hansard_error error;
	if (!held[i].there)
		return;
	held[i].there = false;
	held[i].request.deadline = now(NULL) + 10000000;
	http_answer_init(&answer, 1 << 24);
	(void)real.functions->send(real.context, &held[i].request, &answer, &error);
	http_answer_finish(&answer);
}

/* The token of a transaction, as if the service had forgotten the one before: it is kept for ten minutes, and no longer. */
static void forget(struct http_request *request)
{
	static const char before[] = "{\"ClientRequestToken\":\"";
	if (request->body.size < sizeof(before) || memcmp(request->body.data, before, sizeof(before) - 1) != 0)
		return;
	uint8_t *changed = arena_allocate(arena, request->body.size);
	expect(changed != NULL);
	memcpy(changed, request->body.data, request->body.size);
	for (size_t i = 0; i < 8; i++)
		changed[sizeof(before) - 1 + i] = (uint8_t)('g' + draw(20));
	request->body.data = changed;
}

static enum hansard_status lose(struct http_answer *answer, struct hansard_error *error)
{
	answer->status = 0;
	answer->sendings = 1;
	answer->body.size = 0;
	return error_set(error, HANSARD_UNREACHABLE, "connection_lost", "it got lost");
}

static enum hansard_status send_faultily(void *context, const struct http_request *request, struct http_answer *answer,
										 struct hansard_error *error)
{
	const uint64_t fate = faulty ? draw(PERCENT) : PERCENT;
	if (faulty && !away && !nested && draw(12) == 0) {
		nested = true;
		write_once(&writers[draw(WRITERS)]);
		nested = away = false;
	}
	if (faulty && draw(8) == 0)
		deliver((size_t)draw(HELD));
	if (away || fate < 10) {
		if (draw(4) == 0)
			hold(request);
		return lose(answer, error);
	}
	if (fate < 15)
		hold(request); /* it will be delivered once more */
	struct http_request sent = *request;
	if (faulty && draw(2) == 0)
		forget(&sent);
	const enum hansard_status status = real.functions->send(context, &sent, answer, error);
	return status == HANSARD_OK && fate >= 15 && fate < 25 ? lose(answer, error) : status;
}

static struct aws_edge_functions functions;

static struct dynamodb_engine_options options(void)
{
	struct dynamodb_engine_options all = {.edge = real,
										  .credentials = credentials,
										  .endpoint = endpoint,
										  .region = TEXT("us-east-1"),
										  .table = text_of_string(table),
										  .clock = {.now = now},
										  .entropy = {.fill = fill}};
	all.edge.functions = &functions;
	all.edge.steady = (struct moment_clock){.now = steady};
	return all;
}

static void begin(const char *url)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct aws_world_options of_world = {
		.environment = environment, .clock = {.now = now}, .steady = {.now = steady}};
	arena = arena_create((size_t)1 << 30);
	expect(arena != NULL);
	expect_good(aws_world_create(&of_world, &world, &error), &error);
	real = aws_world_edge(world);
	functions = *real.functions;
	functions.send = send_faultily;
	functions.pause = pause_for;
	const struct aws_credentials_options keys = {.edge = real, .region = TEXT("us-east-1")};
	expect_good(aws_credentials_create(&keys, &credentials, &error), &error);
	endpoint = (struct aws_endpoint){.url = text_of_string(url), .from = TEXT("configured")};
	expect(aws_url_parse(endpoint.url, &endpoint.parts));
	snprintf(table, sizeof(table), "hansard-network-%d-%lld", (int)getpid(), (long long)now(NULL));
	const struct dynamodb_engine_options all = options();
	const struct dynamodb_table_creation creation = {.shards = 2, .local = true};
	expect_good(dynamodb_table_create(&all, &creation, NULL, &error), &error);
}

/* ---- writers ---- */

/* What a writer has tried, and what it was told. */
struct tried {
	struct draft draft;
	enum store_result result;
	bool error; /* nothing was written, and nothing can arrive */
};
static struct tried tried[TRIED_MAX];
static size_t tried_count;

static struct item_key draw_key(void)
{
	static const char *const kinds[][2] = {{"file", "%05llu"}, {"tension", "00#%02llu"}, {"dek", "%04llu"}};
	const char *const *kind = kinds[draw(3)];
	struct item_key key = {.type = text_of_string(kind[0])};
	char subkey[32];
	if (draw(7) == 0)
		return draft_key("meta", "");
	const unsigned long long n = 1 + (unsigned long long)draw(FILES);
	const int width = kind[0][0] == 'f' ? 5 : kind[0][0] == 't' ? 2 : 4;
	snprintf(subkey, sizeof(subkey), "%s%0*llu", kind[0][0] == 't' ? "00#" : "", width, n);
	expect(arena_copy_text(arena, text_of_string(subkey), &key.subkey));
	return key;
}

static void draw_changes(struct draft *draft)
{
	struct item_key used[8];
	const size_t count = 1 + (size_t)draw(7);
	for (size_t i = 0; i < count; i++) {
		bool again = false;
		used[i] = draw_key();
		for (size_t k = 0; k < i; k++)
			again = again || item_key_compare(used[k], used[i]) == 0;
		if (again)
			continue;
		const struct draft_attrs attrs = {.status = draw(2) ? "open" : "resolved",
										  .created_at = "2026-01-01T00:00:00.000000Z"};
		if (draw(4) == 0)
			draft_remove(draft, used[i]);
		else
			draft_put(draft, used[i], &attrs, 400 + draw(3000));
	}
}

/* The head as a writer sees it; the drafts' commits say which revision they are. */
static bool look(const struct store_partition *partition, struct draft_head *ret_head)
{
	struct hansard_error error;
	struct store_view view;
	long long rev;
	char text[64] = "";
	*ret_head = (struct draft_head){.rev = 0};
	if (partition->store->load(partition, arena, &view, &error) != HANSARD_OK)
		return false;
	if (!view.exists)
		return true;
	memcpy(text, view.commit.data, view.commit.size < 63 ? view.commit.size : 63);
	expect(sscanf(text, "commit t/d %lld", &rev) == 1);
	*ret_head = (struct draft_head){.rev = rev, .hash = draft_digest(view.commit)};
	return true;
}

/* One commit, on the head as it is or as this writer saw it last; the other one may commit in between two requests of it. */
static void write_once(struct writer *writer)
{
	const struct store_partition partition = store_engine_partition(writer->engine, TEXT("t"), TEXT("d"));
	struct hansard_error error = {.status = HANSARD_OK};
	expect(tried_count < TRIED_MAX);
	if (draw(4) != 0 && !look(&partition, &writer->head))
		return;
	struct tried *entry = &tried[tried_count++];
	entry->draft = draft_begin(arena, partition);
	entry->draft.salt = tried_count;
	entry->draft.unlisted = draw(6) == 0;
	draw_changes(&entry->draft);
	const struct store_change *change = draft_make(&entry->draft, &writer->head);
	away = draw(12) == 0; /* nobody can be reached for as long as it takes */
	entry->error = partition.store->commit(&partition, change, &entry->result, &error) != HANSARD_OK;
	away = false;
}

/* ---- what must hold ---- */

static const struct tried *find(struct bytes commit)
{
	for (size_t i = 0; i < tried_count; i++)
		if (bytes_equal(tried[i].draft.change.commit, commit))
			return &tried[i];
	return NULL;
}

static bool has_key(const struct item_key *keys, size_t count, struct item_key key)
{
	for (size_t i = 0; i < count; i++)
		if (item_key_compare(keys[i], key) == 0)
			return true;
	return false;
}

/* The item of an address by the chain: of the last change that puts or removes it; NULL: it is not there. */
static const struct store_item *replay(const struct store_history *history, struct item_key key)
{
	for (size_t i = history->count; i-- > 0;) {
		const struct store_change *change = &find(history->commits[i].stored)->draft.change;
		const struct store_item *put = item_key_find(key, change->puts, change->put_count, sizeof(*put));
		if (put != NULL || has_key(change->removals, change->removal_count, key))
			return put;
	}
	return NULL;
}

static void expect_chain(struct store_engine *engine)
{
	const struct store_partition partition = store_engine_partition(engine, TEXT("t"), TEXT("d"));
	const struct store_history_request all = {.from = 1, .to = TRIED_MAX};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_history history;
	struct store_view view;
	size_t unknown = 0, conflicts = 0;
	bool present;
	expect_good(partition.store->load(&partition, arena, &view, &error), &error);
	expect_good(partition.store->history(&partition, &all, arena, &history, &error), &error);
	for (size_t i = 0; i < history.count; i++) {
		const struct tried *entry = find(history.commits[i].stored);
		expect_integer(history.commits[i].rev, i + 1);
		expect(entry != NULL && !entry->error && entry->result != STORE_CONFLICT);
	}
	for (size_t i = 0; i < tried_count; i++) {
		const struct store_change *change = &tried[i].draft.change;
		const bool there = change->rev <= (int64_t)history.count &&
						   bytes_equal(history.commits[change->rev - 1].stored, change->commit);
		enum store_settled settled;
		expect(tried[i].error || tried[i].result != STORE_DONE || there);
		expect_good(partition.store->settle(&partition, &change->attempt, &settled, &error), &error);
		expect_integer(settled, there                                   ? STORE_COMMITTED
								: change->rev <= (int64_t)history.count ? STORE_NOT_COMMITTED
																		: STORE_STILL_UNKNOWN);
		unknown += !tried[i].error && tried[i].result == STORE_UNKNOWN;
		conflicts += !tried[i].error && tried[i].result == STORE_CONFLICT;
	}
	expect(bytes_equal(view.commit, history.commits[history.count - 1].stored));
	/* Whoever settles the newest attempt lets the index keys follow it. */
	expect_good(partition.store->load(&partition, arena, &view, &error), &error);
	expect_integer(view.stale_indexes, 0);
	for (size_t i = 0; i < view.item_count; i++) {
		const struct store_item *wanted = replay(&history, view.items[i].key);
		expect(wanted != NULL && bytes_equal(wanted->stored.bytes, view.items[i].stored.bytes));
	}
	for (size_t i = 0; i < tried_count; i++)
		for (size_t k = 0; k < tried[i].draft.change.put_count; k++) {
			const struct item_key key = tried[i].draft.change.puts[k].key;
			present = replay(&history, key) != NULL;
			expect_integer(item_key_find(key, view.items, view.item_count, sizeof(*view.items)) != NULL, present);
		}
	printf("# %zu attempts, %zu conflicts, %zu of unknown outcome, %zu revisions\n", tried_count, conflicts, unknown,
		   history.count);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);
	return value == NULL ? otherwise : strtoull(value, NULL, 0);
}

static void chain_holds(void)
{
	const char *reason;
	const char *url = emulator_endpoint(&reason);
	const uint64_t seed = setting("HANSARD_TEST_SEED", UINT64_C(20260101));
	const uint64_t steps = setting("HANSARD_TEST_STEPS", STEPS * 25) / 25;
	struct hansard_error error = {.status = HANSARD_OK};
	if (url == NULL)
		expect_skip(reason);
	state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	printf("# HANSARD_TEST_SEED=%llu, %llu steps\n", (unsigned long long)seed, (unsigned long long)steps);
	begin(url);
	const struct dynamodb_engine_options all = options();
	for (size_t i = 0; i < WRITERS; i++)
		expect_good(dynamodb_engine_open(&all, &writers[i].engine, &error), &error);
	faulty = true;
	for (uint64_t i = 0; i < steps; i++)
		write_once(&writers[draw(WRITERS)]);
	faulty = false;
	for (size_t i = 0; i < HELD; i++)
		deliver(i);
	expect_chain(writers[0].engine);
	for (size_t i = 0; i < WRITERS; i++)
		writers[i].engine->ops->close(writers[i].engine);
	aws_credentials_destroy(credentials);
	aws_world_destroy(world);
	arena_destroy(arena);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"over a network that fails, what was acknowledged is there and what was refused is not", chain_holds}};
	return expect_run(tests, 1);
}
