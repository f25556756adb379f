/*
 * What requests should consume: the examples of the Developer Guide and the page of prices, and rows as a change sends them.
 */
#include "draft.h"
#include "dynamodb_answer.h"
#include "dynamodb_change.h"
#include "dynamodb_cost.h"
#include "expect.h"

enum { KB = 1024 };

static struct arena *arena;
static struct dynamodb_message message;
static json_t *parsed;

/* A row in DynamoDB's JSON, until the next one. */
static const json_t *row(const char *json)
{
	json_decref(parsed);
	parsed = json_loads(json, JSON_DECODE_ANY, NULL);
	expect(parsed != NULL);
	return parsed;
}

/* "Item sizes and formats". */
static void attributes(void)
{
	static const struct {
		const char *json;
		size_t bytes;
	} table[] = {
		{"{}", 0},
		{"{\"ab\":{\"S\":\"\"}}", 2},
		{"{\"ab\":{\"S\":\"x\"}}", 3},
		{"{\"ab\":{\"S\":\"\u00e9\u20ac\"}}", 2 + 2 + 3}, /* bytes in UTF-8, not letters */
		{"{\"\u00e9\":{\"S\":\"x\"}}", 3},
		{"{\"ab\":{\"B\":\"\"}}", 2}, /* raw bytes, not those of base64 */
		{"{\"ab\":{\"B\":\"YQ==\"}}", 3},
		{"{\"ab\":{\"B\":\"YWI=\"}}", 4},
		{"{\"ab\":{\"B\":\"YWJj\"}}", 5},
		{"{\"ab\":{\"B\":\"YWJjZA==\"}}", 6},
		{"{\"a\":{\"N\":\"0\"}}", 2},
		{"{\"a\":{\"N\":\"7\"}}", 3},
		{"{\"a\":{\"N\":\"12\"}}", 3},
		{"{\"a\":{\"N\":\"123\"}}", 4},
		{"{\"a\":{\"N\":\"1200000\"}}", 3}, /* zeroes at the end are no significant digits */
		{"{\"a\":{\"N\":\"9007199254740991\"}}", 10},
		{"{\"PK\":{\"S\":\"t\"},\"SK\":{\"S\":\"!head\"},\"r\":{\"N\":\"7\"}}", 3 + 7 + 3},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		expect_integer(dynamodb_cost_row(row(table[i].json)), table[i].bytes);
}

static void rows_that_are_none(void)
{
	static const char *const table[] = {"[]",
										"7",
										"{\"a\":7}",
										"{\"a\":{}}",
										"{\"a\":{\"S\":7}}",
										"{\"a\":{\"BOOL\":true}}",
										"{\"a\":{\"S\":\"x\",\"N\":\"7\"}}",
										"{\"b\":{\"S\":\"x\"},\"a\":{\"L\":[]}}"};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		expect(dynamodb_cost_row(row(table[i])) == SIZE_MAX);
	expect(dynamodb_cost_row(NULL) == SIZE_MAX);
}

/* "Capacity unit consumption for read operations": in parentheses, what is read. */
static void published_reads(void)
{
	static const struct {
		size_t bytes;
		int64_t units;
	} table[] = {
		{3500, 1},                   /* a row of 3,500 bytes consumes what one of 4 KB does */
		{8 * KB, 2},                 /* one of 8 KB requires two units */
		{KB * 7 / 2, 1},             /* one of 3.5 KB is rounded to 4 KB */
		{10 * KB, 3},                /* one of 10 KB to 12 KB */
		{KB * 408 / 10, 44 / 4},     /* a Query of ten rows of 40.8 KB together to 44 KB */
		{(size_t)1500 * 64, 96 / 4}, /* one of 1,500 rows of 64 bytes each is 96 KB */
		{0, 1},                      /* what is not there is paid for */
		{1, 1},
		{4 * KB, 1},
		{4 * KB + 1, 2},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		expect_integer(dynamodb_cost_read(table[i].bytes), table[i].units);
	/* Rows of 1.5 and 6.5 KB that are read one by one are 12 KB, not 8. */
	expect_integer(dynamodb_cost_read(KB * 3 / 2) + dynamodb_cost_read(KB * 13 / 2), 12 / 4);
}

/* "Capacity unit consumption for write operations" and the page of prices; twice as much in a transaction. */
static void published_writes(void)
{
	static const struct {
		size_t before, after;
		int64_t units;
	} table[] = {
		{0, 500, 2},                          /* a row of 500 bytes consumes what one of 1 KB does */
		{0, KB, 2},                           /* a transactional write of 1 KB takes two units */
		{0, 2 * KB, 4},                       /* of 2 KB four */
		{0, 3 * KB, 6},                       /* of 3 KB six */
		{0, KB * 7 / 2, 8},                   /* 3.5 KB are rounded up to 4 KB */
		{0, KB + 1, 4},     {3 * KB, 500, 6}, /* of a row that replaces one the greater counts */
		{500, 3 * KB, 6},   {5 * KB, 0, 10},  /* deleting takes the size of what is deleted */
		{0, 0, 2},                            /* which may not be there */
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		expect_integer(dynamodb_cost_write(table[i].before, table[i].after), table[i].units);
	/* Rows of 500 bytes and 3.5 KB are 5 KB: each is rounded for itself. */
	expect_integer(dynamodb_cost_write(0, 500) + dynamodb_cost_write(0, KB * 7 / 2), 2 * 5);
}

/* "Global Secondary Indexes", "Write capacity units": the five cases, and entries greater than 1 KB. */
static void published_indexes(void)
{
	static const struct {
		struct dynamodb_cost_entries entries;
		int64_t units;
	} table[] = {
		{{0, 100, false, false}, 1},        /* an entry is put */
		{{100, 100, true, false}, 2},       /* its key changes: it is deleted and put */
		{{100, 0, false, false}, 1},        /* it is deleted */
		{{0, 0, false, false}, 0},          /* there is none before or after */
		{{100, 100, false, true}, 1},       /* what it projects changes */
		{{100, 100, false, false}, 0},      /* or does not */
		{{0, KB + 1, false, false}, 2},     /* greater ones need more */
		{{3 * KB, 500, true, true}, 3 + 1}, /* each of the two its own */
		{{3 * KB, 500, false, true}, 3},    /* the greater */
		{{2 * KB + 1, 0, false, false}, 3},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		expect_integer(dynamodb_cost_index(&table[i].entries), table[i].units);
}

/* ---- rows as they are sent ---- */

static json_t *send(const struct store_change *change)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct dynamodb_change_request request = {
		.table = TEXT("table"),
		.place = {.tenant = TEXT("t"), .dialogue_id = TEXT("d"), .shards = 1},
		.partition = TEXT("t#dialogue#d"),
		.change = change,
	};
	expect_good(dynamodb_change_write(&request, &message, &error), &error);
	json_t *body = json_loadb((const char *)message.body.data, message.body.size, 0, NULL);
	expect(body != NULL);
	return body;
}

static const json_t *sent(const json_t *body, const char *sort)
{
	const json_t *actions = json_object_get(body, "TransactItems");
	for (size_t i = 0; i < json_array_size(actions); i++) {
		const json_t *item = json_object_get(json_object_get(json_array_get(actions, i), "Put"), "Item");
		if (text_equal(dynamodb_answer_text(item, "SK"), text_of_string(sort)))
			return item;
	}
	expect_fail(__FILE__, __LINE__, sort);
}

static json_t *make(const char *meta_status, const char *tension_status, size_t meta_size)
{
	struct draft draft = draft_begin(arena, (struct store_partition){.tenant = TEXT("t"), .dialogue_id = TEXT("d")});
	const struct draft_attrs meta = {.status = meta_status, .created_at = "2026-01-01T00:00:00.000000Z"};
	draft_put(&draft, draft_key("meta", ""), &meta, meta_size);
	draft_put(&draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = tension_status}, 0);
	draft_put(&draft, draft_key("file", "00001"), NULL, 5000);
	return send(draft_make(&draft, &(struct draft_head){.rev = 0}));
}

static void rows_that_are_sent(void)
{
	struct draft draft = draft_begin(arena, (struct store_partition){.tenant = TEXT("t"), .dialogue_id = TEXT("d")});
	const struct draft_attrs meta = {.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"};
	draft_put(&draft, draft_key("meta", ""), &meta, 3000);
	draft_put(&draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
	draft_put(&draft, draft_key("file", "00001"), NULL, 5000);
	const struct store_change *change = draft_make(&draft, &(struct draft_head){.rev = 0});
	json_t *body = send(change);
	/* Names and values, written out: PK and SK are two bytes each, and so are p1, s1, p2, s2; all others have one. */
	const size_t keys = 2 + strlen("t#dialogue#d") + 2;
	const size_t head = keys + strlen("!head") + (1 + 2) + 1 + change->commit.size + 1 + change->note.size + 1 +
						DYNAMODB_CHANGE_ID_SIZE + 2 + strlen("t#head") + 2 + strlen("d");
	const size_t commit = keys + strlen("~commit#0000000001") + 1 + change->commit.size + 1 + DYNAMODB_CHANGE_ID_SIZE;
	const size_t meta_row =
		keys + strlen("meta#") + 1 + 3000 + 2 + strlen("t#status#open") + 2 + strlen("2026-01-01T00:00:00.000000Z#d");
	/* An array of one array of three: heads of 1 + 1 + 1 + 1 + 3 bytes. */
	const size_t bundle = keys + strlen("+bundle#0000000001#00") + 1 + 7 + strlen("file") + strlen("00001") + 5000;
	expect_integer(dynamodb_cost_row(sent(body, "!head")), head);
	expect_integer(dynamodb_cost_row(sent(body, "~commit#0000000001")), commit);
	expect_integer(dynamodb_cost_row(sent(body, "meta#")), meta_row);
	expect_integer(dynamodb_cost_row(sent(body, "+bundle#0000000001#00")), bundle);
	/* The whole of meta, keys alone of others. */
	const size_t head_entry = keys + strlen("!head") + 2 + strlen("t#head") + 2 + strlen("d");
	expect_integer(dynamodb_cost_entry(sent(body, "meta#"), DYNAMODB_ROW_BY_STATUS), meta_row);
	expect_integer(dynamodb_cost_entry(sent(body, "meta#"), DYNAMODB_ROW_BY_TENSION_STATUS), 0);
	expect_integer(dynamodb_cost_entry(sent(body, "!head"), DYNAMODB_ROW_BY_TENSION_STATUS), head_entry);
	expect_integer(dynamodb_cost_entry(sent(body, "tension#00#01"), DYNAMODB_ROW_BY_TENSION_STATUS),
				   keys + strlen("tension#00#01") + 2 + strlen("t#tension#open") + 2 + strlen("d#T0001"));
	expect_integer(dynamodb_cost_entry(sent(body, "+bundle#0000000001#00"), DYNAMODB_ROW_BY_STATUS), 0);
	expect_integer(dynamodb_cost_entry(sent(body, "meta#"), DYNAMODB_ROW_NO_INDEX), 0);
	expect_integer(dynamodb_cost_entry(NULL, DYNAMODB_ROW_BY_STATUS), 0);
	/* Where they are stored each takes a hundred bytes more. */
	expect_integer(dynamodb_cost_stored(sent(body, "+bundle#0000000001#00")), bundle + 100);
	expect_integer(dynamodb_cost_stored(sent(body, "meta#")), meta_row + 100 + meta_row + 100);
	expect_integer(dynamodb_cost_stored(sent(body, "!head")), head + 100 + head_entry + 100);
	json_decref(body);
}

/* What indexes do when a row follows another: meta by its status and by whatever it says, tensions by their status alone. */
static void indexes_that_follow(void)
{
	json_t *first = make("open", "open", 3000);
	json_t *same = make("open", "addressed", 1000);
	json_t *closed = make("converged", "resolved", 1000);
	const json_t *meta[] = {sent(first, "meta#"), sent(same, "meta#"), sent(closed, "meta#")};
	const json_t *tension[] = {sent(first, "tension#00#01"), sent(same, "tension#00#01"),
							   sent(closed, "tension#00#01")};
	static const struct {
		int before, after; /* -1: there is none */
		int64_t by_status, by_tension_status;
	} table[] = {
		{-1, 0, 3, 1},    /* both are put */
		{0, 0, 0, 0},     /* written again as they are */
		{0, 1, 3, 2},     /* meta says something else, the tension is under another status */
		{0, 2, 3 + 2, 1}, /* meta is under another status, the tension has left */
		{2, 1, 2 + 2, 1}, /* and both come back */
		{2, -1, 2, 0},    /* deleted: meta has an entry, the tension has none */
		{-1, -1, 0, 0},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const int b = table[i].before, a = table[i].after;
		expect_integer(dynamodb_cost_follow(b < 0 ? NULL : meta[b], a < 0 ? NULL : meta[a], DYNAMODB_ROW_BY_STATUS),
					   table[i].by_status);
		expect_integer(
			dynamodb_cost_follow(b < 0 ? NULL : tension[b], a < 0 ? NULL : tension[a], DYNAMODB_ROW_BY_TENSION_STATUS),
			table[i].by_tension_status);
	}
	/* A head is found from its creation on and never again written there. */
	expect_integer(dynamodb_cost_follow(NULL, sent(first, "!head"), DYNAMODB_ROW_BY_TENSION_STATUS), 1);
	expect_integer(dynamodb_cost_follow(sent(first, "!head"), sent(same, "!head"), DYNAMODB_ROW_BY_TENSION_STATUS), 0);
	json_decref(first);
	json_decref(same);
	json_decref(closed);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"attributes have the bytes of their names and values", attributes},
		{"what is no row has no size", rows_that_are_none},
		{"AWS's examples of reads", published_reads},
		{"AWS's examples of writes, in a transaction", published_writes},
		{"AWS's cases of indexes", published_indexes},
		{"rows of a change are as large as what is sent", rows_that_are_sent},
		{"indexes follow rows by as few writes as AWS says", indexes_that_follow},
	};
	arena = arena_create(1 << 24);
	dynamodb_message_init(&message);
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	dynamodb_message_finish(&message);
	json_decref(parsed);
	arena_destroy(arena);
	return code;
}
