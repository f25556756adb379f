/*
 * Every allocation fails in turn: an error and no crash, no leak, no wrong answer; a commit that went out is never an error.
 */
#include "allocations.h"
#include "dynamodb_table.h"
#include "service.h"

#define TIME "2026-01-01T00:00:00.000000Z"

static const struct draft_attrs open_meta = {.status = "open", .created_at = TIME};
static const struct store_change *change;
static struct service_row rows[8];

/* Rows of a partition of two revisions, and the change that made the second one. */
static void make_rows(bool unlisted)
{
	static struct draft first, second;
	service_begin(2);
	first = draft_begin(service.arena, service.partition);
	second = draft_begin(service.arena, service.partition);
	second.unlisted = unlisted;
	draft_put(&first, draft_key("file", "00001"), NULL, 0);
	draft_part(&first, draft_key("file", "00001"), 1, 1000);
	draft_put(&second, draft_key("meta", ""), &open_meta, 0);
	draft_put(&second, draft_key("round", "00"), NULL, 0);
	draft_part(&second, draft_key("round", "00"), 1, 1000);
	const struct store_change *old = draft_make(&first, &(struct draft_head){.rev = 0});
	change = draft_make(&second, &(struct draft_head){.rev = 1, .hash = old->hash});
	const struct service_row made[] = {
		service_head(change),
		service_bundle(old, false, 0),
		service_bundle(change, false, 0),
		{.sort = "dek#0001", .c = draft_item(service.arena, 1, NULL, 0).bytes},
		{.sort = "meta#",
		 .c = draft_item(service.arena, 2, &open_meta, 0).bytes,
		 .p1 = "t#status#open#1",
		 .s1 = TIME "#d"},
		{.sort = "tension#00#01", .c = draft_item(service.arena, 2, &open_meta, 0).bytes},
		{.sort = "~commit#0000000002", .c = change->commit, .attempt = service_head(change).attempt},
		service_bundle(change, true, 0),
	};
	memcpy(rows, made, sizeof(rows));
	scripted_edge_begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AKID");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SECRET");
}

/* ---- operations: each with its script ---- */

static enum hansard_status load(struct arena *arena)
{
	struct store_view view = {.item_count = 99};
	const enum hansard_status status = service.partition.store->load(&service.partition, arena, &view, &service.error);
	expect_integer(view.item_count, status == HANSARD_OK ? 5 : 99);
	return status;
}

static void script_load(void)
{
	make_rows(false);
	service_lists(rows, 3, &rows[2]);
	service_lists(rows + 3, 3, NULL);
}

static enum hansard_status history(struct arena *arena)
{
	struct store_history found = {.count = 99};
	const struct store_history_request request = {.from = 1, .to = 9};
	const enum hansard_status status =
		service.partition.store->history(&service.partition, &request, arena, &found, &service.error);
	expect_integer(found.count, status == HANSARD_OK ? 1 : 99);
	return status;
}

static void script_history(void)
{
	make_rows(false);
	service_lists(rows + 6, 1, NULL);
}

static enum hansard_status parts(struct arena *arena)
{
	struct store_parts found = {.count = 99};
	const struct store_parts_request request = {.rev = 2};
	const enum hansard_status status =
		service.partition.store->parts(&service.partition, &request, arena, &found, &service.error);
	expect_integer(found.count, status == HANSARD_OK ? 1 : 99);
	return status;
}

static void script_parts(void)
{
	make_rows(false);
	service_lists(rows + 7, 1, NULL);
}

/* What went out was carried out, and is told so. */
static enum hansard_status commit(struct arena *arena)
{
	enum store_result result = STORE_UNKNOWN;
	(void)arena;
	const enum hansard_status status =
		service.partition.store->commit(&service.partition, change, &result, &service.error);
	const bool sent = strstr(scripted_edge_log(), "TransactWriteItems") != NULL;
	expect_integer(status == HANSARD_OK, sent);
	expect_integer(result, sent ? STORE_DONE : STORE_UNKNOWN);
	return status;
}

static void script_commit(void)
{
	make_rows(false);
	service_acknowledges();
	service_gives(&rows[6]); /* for when the answer could not be read */
}

/* Index keys follow as far as memory goes; the commit is done in any case. */
static enum hansard_status commit_unlisted(struct arena *arena)
{
	enum store_result result = STORE_UNKNOWN;
	(void)arena;
	const enum hansard_status status =
		service.partition.store->commit(&service.partition, change, &result, &service.error);
	const bool sent = strstr(scripted_edge_log(), "TransactWriteItems") != NULL;
	expect_integer(status == HANSARD_OK, sent);
	expect(!sent || result == STORE_DONE || result == STORE_UNKNOWN);
	return status;
}

static void script_commit_unlisted(void)
{
	make_rows(true);
	service_acknowledges();
	service_lists(rows + 4, 2, NULL);
	service_acknowledges();
}

static enum hansard_status settle(struct arena *arena)
{
	enum store_settled settled = (enum store_settled)9;
	(void)arena;
	const enum hansard_status status =
		service.partition.store->settle(&service.partition, &change->attempt, &settled, &service.error);
	expect_integer(settled, status == HANSARD_OK ? STORE_COMMITTED : 9);
	return status;
}

static void script_settle(void)
{
	make_rows(false);
	service_gives(&rows[6]);
	service_gives(&rows[0]);
	service_lists(rows + 4, 2, NULL);
	service_acknowledges();
}

static enum hansard_status dialogues(struct arena *arena)
{
	struct analytics_page page = {.count = 99};
	const struct analytics_request request = {.tenant = TEXT("t"), .limit = 1, .status = 1};
	const enum hansard_status status =
		service.engine->analytics->dialogues(service.engine, &request, arena, &page, &service.error);
	expect_integer(page.count, status == HANSARD_OK ? 1 : 99);
	return status;
}

static void script_dialogues(void)
{
	make_rows(false);
	const struct service_row found[] = {rows[4], rows[4]};
	struct service_row last = rows[4];
	last.p1 = "t#status#open#0"; /* the shelf that is asked for first */
	service_lists(found, 2, &last);
	service_lists(NULL, 0, NULL);
}

static enum hansard_status tensions(struct arena *arena)
{
	struct analytics_page page = {.count = 99};
	const struct analytics_request request = {.tenant = TEXT("t"), .limit = 5, .cursor = TEXT("a/00#01")};
	const enum hansard_status status =
		service.engine->analytics->tensions(service.engine, &request, arena, &page, &service.error);
	expect_integer(page.count, status == HANSARD_OK ? 1 : 99);
	return status;
}

static void script_tensions(void)
{
	make_rows(false);
	service_lists(rows + 5, 1, NULL);
	for (int i = 0; i < 5; i++)
		service_lists(NULL, 0, NULL);
}

static enum hansard_status partitions(struct arena *arena)
{
	struct analytics_page page = {.count = 99};
	const struct analytics_request request = {
		.tenant = TEXT("t"), .limit = 5, .cursor = TEXT("dd"), .prefix = TEXT("d")};
	const enum hansard_status status =
		service.engine->analytics->partitions(service.engine, &request, arena, &page, &service.error);
	expect_integer(page.count, status == HANSARD_OK ? 0 : 99); /* it does not lie behind the cursor */
	return status;
}

static void script_partitions(void)
{
	make_rows(false);
	service_lists(rows, 1, NULL);
	service_lists(NULL, 0, NULL);
}

static enum hansard_status counts(struct arena *arena)
{
	struct analytics_counts found = {.tensions_open = 99};
	(void)arena;
	const enum hansard_status status =
		service.engine->analytics->counts(service.engine, TEXT("t"), &found, &service.error);
	expect_integer(found.tensions_open, status == HANSARD_OK ? 6 : 99);
	return status;
}

static void script_counts(void)
{
	make_rows(false);
	for (int i = 0; i < 14; i++)
		service_says(200, "{\"Count\":1}");
}

/* ---- copying ---- */

static const struct store_reservation off = {.id = {0xc0}, .source_rev = 2, .called_off = true};
static const struct store_reservation mine = {.id = {0xc0}, .source_rev = 2};

/* The reservation, as the service shows it. */
static struct service_row reserved(bool called_off)
{
	return (struct service_row){.sort = "!head",
								.attempt = "c0000000-0000-0000-0000-000000000000",
								.more =
									called_off ? ",\"m\":{\"N\":\"2\"},\"x\":{\"S\":\"1\"}" : ",\"m\":{\"N\":\"2\"}"};
}

/* What went out may have been carried out, and is no error. */
static enum hansard_status expect_told(enum hansard_status status, enum store_result result)
{
	const bool sent = strstr(scripted_edge_log(), "TransactWriteItems") != NULL;
	expect_integer(status == HANSARD_OK, sent);
	expect(sent ? result == STORE_DONE || result == STORE_UNKNOWN : result == STORE_CONFLICT);
	return status;
}

static enum hansard_status reserve(struct arena *arena)
{
	const struct store_reserve_request request = {.found = {.what = STORE_FREE}, .mine = mine};
	enum store_result result = STORE_CONFLICT;
	(void)arena;
	const enum hansard_status status =
		service.engine->copying->reserve(&service.partition, &request, &result, &service.error);
	return expect_told(status, result);
}

static void script_reserve(void)
{
	make_rows(false);
	const struct service_row there = reserved(false);
	service_lists(NULL, 0, NULL);
	service_acknowledges();
	service_lists(&there, 1, NULL); /* for when the answer could not be read */
}

static enum hansard_status put(struct arena *arena)
{
	const struct store_copy_revision revision = {.rev = change->rev,
												 .items = change->puts,
												 .item_count = change->put_count,
												 .parts = change->parts,
												 .part_count = change->part_count,
												 .commit = change->commit};
	const struct store_put_request request = {.mine = mine, .revisions = &revision, .count = 1};
	enum store_result result = STORE_CONFLICT;
	(void)arena;
	const enum hansard_status status =
		service.engine->copying->put(&service.partition, &request, &result, &service.error);
	return expect_told(status, result);
}

static void script_put(void)
{
	make_rows(false);
	service_acknowledges();
}

static enum hansard_status look(struct arena *arena)
{
	struct store_view view = {.item_count = 99};
	const enum hansard_status status =
		service.engine->copying->look(&service.partition, &mine, arena, &view, &service.error);
	expect_integer(view.item_count, status == HANSARD_OK ? 5 : 99);
	return status;
}

static void script_look(void)
{
	make_rows(false);
	rows[0] = reserved(false);
	service_lists(rows, 6, NULL);
	service_gives(&rows[6]);
}

static enum hansard_status publish(struct arena *arena)
{
	const struct store_publish_request request = {.mine = mine, .change = *change};
	enum store_result result = STORE_CONFLICT;
	(void)arena;
	const enum hansard_status status =
		service.engine->copying->publish(&service.partition, &request, &result, &service.error);
	return expect_told(status, result);
}

static void script_publish(void)
{
	static struct draft boundary;
	make_rows(false);
	boundary = draft_begin(service.arena, service.partition);
	change = draft_make(&boundary, &(struct draft_head){.rev = 2, .hash = change->hash});
	service_acknowledges();
	service_lists(rows + 4, 2, NULL);
	service_acknowledges();
}

/* Of what takes several transactions some may have been carried out where the rest is an error. */
static enum hansard_status expect_some(enum hansard_status status, enum store_result result)
{
	expect(status == HANSARD_OK ? result == STORE_DONE || result == STORE_UNKNOWN : result == STORE_CONFLICT);
	return status;
}

static enum hansard_status clear(struct arena *arena)
{
	enum store_result result = STORE_CONFLICT;
	(void)arena;
	const enum hansard_status status =
		service.engine->copying->clear(&service.partition, &off, &result, &service.error);
	return expect_some(status, result);
}

static void script_clear(void)
{
	make_rows(false);
	rows[0] = reserved(true);
	service_lists(rows, 8, NULL);
	service_acknowledges();
	service_lists(rows, 1, NULL);
}

static enum hansard_status tidy(struct arena *arena)
{
	const struct store_tidy_request request = {.rev = change->rev, .hash = change->hash};
	enum store_result result = STORE_CONFLICT;
	(void)arena;
	const enum hansard_status status =
		service.engine->copying->tidy(&service.partition, &request, &result, &service.error);
	return expect_some(status, result);
}

/* The file of the first revision is removed by the second: its bundle goes, and its parts. */
static void script_tidy(void)
{
	static struct draft last;
	make_rows(true);
	last = draft_begin(service.arena, service.partition);
	draft_remove(&last, draft_key("file", "00001"));
	rows[2] = service_bundle(draft_make(&last, &(struct draft_head){.rev = 1}), false, 0);
	rows[3] = rows[5]; /* without an index key, as it should be */
	service_gives(&rows[0]);
	service_lists(&rows[3], 1, NULL);
	for (int i = 0; i < 2; i++) {
		const struct service_row parts_row = {.sort = "~parts#0000000001#00"};
		service_lists(rows, 4, NULL);
		service_lists(&parts_row, 1, NULL);
	}
	service_acknowledges();
}

#define TABLE_WITH(more)                                                                                                   \
	"{\"Table\":{\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"PK\",\"KeyType\":\"HASH\"},{"              \
	"\"AttributeName\":\"SK\",\"KeyType\":\"RANGE\"}],\"GlobalSecondaryIndexes\":[{\"IndexName\":\"ByStatus\","            \
	"\"IndexStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"p1\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"s1\"," \
	"\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"ALL\"}},{\"IndexName\":\"ByTensionStatus\","             \
	"\"IndexStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"p2\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"s2\"," \
	"\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}]" more "}}"
#define TABLE TABLE_WITH("")
#define RESTORED TABLE_WITH(",\"TableId\":\"47139228-cbbf-47ab-9145-813bbad8386c\"")

static enum hansard_status check(struct arena *arena)
{
	struct store_findings findings = {.count = 99};
	const enum hansard_status status =
		service.engine->ops->check(service.engine, true, arena, &findings, &service.error);
	expect_integer(findings.count, status == HANSARD_OK ? 5 : 99);
	return status;
}

static void script_check(void)
{
	make_rows(false);
	service_says(200, TABLE);
	service_says(200, "{}");
	service_lists(rows, 8, NULL);
	service_gives(&rows[0]);
}

#define CONFIG_WITH(more)                                                                                              \
	"{\"Item\":{\"PK\":{\"S\":\"#table\"},\"SK\":{\"S\":\"!config\"},\"n\":{\"S\":\"" SERVICE_IDENTITY                 \
	"\"},\"k\":{\"N\":\"1\"},\"v\":{\"N\":\"1\"}" more "}}"
#define CONFIG CONFIG_WITH("")
#define CONFIG_OF(id) CONFIG_WITH(",\"t\":{\"S\":\"" id "\"}")

static enum hansard_status open_engine(struct arena *arena)
{
	struct store_engine *engine = NULL;
	(void)arena;
	const enum hansard_status status = service_open(&engine);
	expect_integer(engine != NULL, status == HANSARD_OK);
	if (engine != NULL)
		engine->ops->close(engine);
	return status;
}

static void script_open(void)
{
	make_rows(false);
	service_says(200, CONFIG);
}

static enum hansard_status create(struct arena *arena)
{
	const struct dynamodb_engine_options options = service_options();
	const struct dynamodb_table_creation creation = {.shards = 1};
	(void)arena;
	return dynamodb_table_create(&options, &creation, NULL, &service.error);
}

/* Of a table that was restored, so that there is most to do. */
static void script_create(void)
{
	make_rows(false);
	service_says(200, RESTORED);
	service_says(200, "{}");
	service_says(200, "{}");
	service_acknowledges();
	service_says(200, CONFIG_OF("00000000-cbbf-47ab-9145-813bbad8386c"));
	service_acknowledges();
	service_says(200, CONFIG_OF("47139228-cbbf-47ab-9145-813bbad8386c"));
}

/* ---- each of them, with each allocation failing ---- */

static void fail_each(void (*script)(void), enum hansard_status (*operation)(struct arena *arena))
{
	int failed = 0;
	script();
	if (!allocations_counted())
		expect_skip("sanitizers and valgrind have an allocator of their own");
	/* Once with all the memory: credentials are fetched, and what stays is there. */
	struct arena *first = arena_create((size_t)1 << 26);
	expect_good(operation(first), &service.error);
	arena_destroy(first);
	const long live = allocations_live();
	for (int n = 1;; n++) {
		scripted_edge_rewind();
		service.error = (struct hansard_error){.status = HANSARD_OK};
		allocations_fail_at(n);
		struct arena *arena = arena_create((size_t)1 << 26);
		const enum hansard_status status = arena == NULL ? HANSARD_FAILED : operation(arena);
		arena_destroy(arena);
		const int made = allocations_stop();
		expect(allocations_live() <= live); /* who gave the keys may have been forgotten */
		if (made < n)
			break;
		if (status != HANSARD_OK && arena != NULL) {
			failed++;
			expect_integer(status, HANSARD_FAILED);
			if (strcmp(service.error.kind, "out_of_memory") != 0 && strcmp(service.error.kind, "crypto_failed") != 0)
				printf("# allocation %d: %s: %s\n", n, service.error.kind, service.error.message);
			expect(strcmp(service.error.kind, "out_of_memory") == 0 ||
				   strcmp(service.error.kind, "crypto_failed") == 0);
		}
		expect(n < 100000);
	}
	expect(failed > 0);
}

#define FAILING(name)                                                                                                  \
	static void name##_short(void)                                                                                     \
	{                                                                                                                  \
		fail_each(script_##name, name);                                                                                \
	}
FAILING(load)
FAILING(history)
FAILING(parts)
FAILING(commit)
FAILING(commit_unlisted)
FAILING(settle)
FAILING(dialogues)
FAILING(tensions)
FAILING(partitions)
FAILING(counts)
FAILING(check)
FAILING(reserve)
FAILING(put)
FAILING(look)
FAILING(publish)
FAILING(clear)
FAILING(tidy)
#undef FAILING

static void opening_short(void)
{
	fail_each(script_open, open_engine);
}

static void creation_short(void)
{
	fail_each(script_create, create);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"loading", load_short},
		{"history", history_short},
		{"parts", parts_short},
		{"a commit that went out is told as it went", commit_short},
		{"a commit is done even where its index keys could not follow", commit_unlisted_short},
		{"settling", settle_short},
		{"listing dialogues", dialogues_short},
		{"listing tensions", tensions_short},
		{"listing partitions", partitions_short},
		{"counting", counts_short},
		{"checking", check_short},
		{"a reservation that went out is told as it went", reserve_short},
		{"so is a revision", put_short},
		{"looking at what was copied", look_short},
		{"a publication is done even where index keys could not follow", publish_short},
		{"clearing", clear_short},
		{"tidying", tidy_short},
		{"opening", opening_short},
		{"making a table", creation_short},
	};
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	service_end();
	return code;
}
