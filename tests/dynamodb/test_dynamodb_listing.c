/*
 * Index keys that follow a commit, and pages and counts from the two indexes, which lag.
 */
#include "service.h"
#include "vocabulary.h"

static struct hansard_error error;

#define TIME(seconds) "2026-01-01T00:00:" seconds ".000000Z"

static struct bytes item_of(int64_t rev, const char *status, const char *time, size_t size)
{
	const struct draft_attrs attrs = {.status = status, .created_at = time};
	return draft_item(service.arena, rev, &attrs, size).bytes;
}

/* ---- following ---- */

/* A commit after which the partition is not listed, then its rows on two pages. */
static void follow(const struct service_row *rows, size_t count, int transactions)
{
	struct draft draft = draft_begin(service.arena, service.partition);
	struct draft_head head = {.rev = 6};
	draft.unlisted = true;
	draft_put(&draft, draft_key("round", "00"), NULL, 0);
	service_acknowledges();
	service_lists(rows, count / 2, &rows[count / 2 - 1]);
	service_lists(rows + count / 2, count - count / 2, NULL);
	for (int i = 0; i < transactions; i++)
		service_acknowledges();
	draft_send(&draft, &head);
	service_left();
	expect_integer(service_asked(), (size_t)(3 + transactions));
}

static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;
	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		count++;
	}
	return count;
}

/* Of 121 rows 1 is right: the other 120 take two transactions of at most 100 actions, the check of the head among them. */
static void many_rows(void)
{
	enum { ROWS = 121 };
	struct service_row rows[ROWS] = {{.sort = "meta#"}};
	service_begin(1);
	const struct bytes item = item_of(1, "open", NULL, 0);
	for (size_t i = 0; i < ROWS; i++) {
		rows[i].c = item;
		if (i > 0) {
			rows[i].sort = service_text("tension#%02zu#%02zu", i / 50, i % 50);
			rows[i].p2 = "t#tension#open";
			rows[i].s2 = service_text("d#T%02zu%02zu", i / 50, i % 50);
		}
	}
	follow(rows, ROWS, 2);
	const size_t updated[] = {99, 21};
	for (size_t i = 0; i < 2; i++) {
		const char *body = service_body(4 - (1 - i));
		expect_integer(occurrences(body, "\"Update\":"), updated[i]);
		expect_integer(occurrences(body, "\"ConditionCheck\":"), 1);
		expect_integer(occurrences(body, "\"REMOVE #0, #1, #2, #3\""), updated[i]);
		expect_integer(occurrences(body, "\"ConditionExpression\":\"#4 = :4\""), updated[i]); /* c, as it was read */
	}
	expect(strstr(service_body(3), "\"meta#\"") == NULL);
	/* Each has a token of its own body: whichever randomness, both were drawn. */
	expect(strstr(service_body(3), "\"ClientRequestToken\":\"80808080-8080-8080-8080-808080808080\"") != NULL);
}

/* Rows count with all that they hold: 31 of 140,000 bytes are more than one transaction may have. */
static void large_rows(void)
{
	enum { ROWS = 31 };
	struct service_row rows[ROWS];
	service_begin(1);
	const struct bytes item = item_of(1, "open", NULL, 140000);
	for (size_t i = 0; i < ROWS; i++)
		rows[i] = (struct service_row){.sort = service_text("tension#00#%02zu", i + 1),
									   .c = item,
									   .p2 = "t#tension#open",
									   .s2 = service_text("d#T00%02zu", i + 1)};
	follow(rows, ROWS, 2);
	expect_integer(occurrences(service_body(3), "\"Update\":") + occurrences(service_body(4), "\"Update\":"), ROWS);
	expect(occurrences(service_body(3), "\"Update\":") * 140000 < 4 * 1024 * 1024);
}

static void nothing_to_follow(void)
{
	service_begin(1);
	const struct service_row rows[] = {{.sort = "meta#", .c = item_of(1, "open", TIME("01"), 0)},
									   {.sort = "tension#00#01", .c = item_of(1, "open", NULL, 0)}};
	follow(rows, 2, 0);
}

/* ---- pages ---- */

static struct analytics_page page;

static enum hansard_status ask(bool tensions, struct analytics_request request)
{
	const struct analytics_store *analytics = service.engine->analytics;
	request.tenant = text_present(request.tenant) ? request.tenant : TEXT("t");
	page = (struct analytics_page){.count = 99};
	return tensions ? analytics->tensions(service.engine, &request, service.arena, &page, &error)
					: analytics->dialogues(service.engine, &request, service.arena, &page, &error);
}

/* A meta row in the index. */
static struct service_row meta_row(const char *id, const char *status, const char *time, int64_t rev)
{
	return (struct service_row){.partition = service_text("t#dialogue#%s", id),
								.sort = "meta#",
								.c = item_of(rev, status, time, 0),
								.p1 = service_text("t#status#%s", status),
								.s1 = service_text("%s#%s", time, id)};
}

static void expect_ids(const char *const *ids, size_t count, const char *next)
{
	expect_integer(page.count, count);
	for (size_t i = 0; i < count; i++)
		expect_text(page.items[i].dialogue_id, ids[i]);
	expect(text_equal(page.next, text_of_string(next)));
	service_left();
}

/* One request for each status and one for what is of none; merged, the newest first. */
static void shelves_are_merged(void)
{
	static const char *const ids[] = {"c", "b", "a"};
	service_begin(1);
	const struct service_row a = meta_row("a", "open", TIME("01"), 1), b = meta_row("b", "converged", TIME("02"), 1);
	struct service_row c = meta_row("c", "elsewhere", TIME("03"), 1);
	c.p1 = "t#status#";
	service_lists(&a, 1, NULL);
	service_lists(NULL, 0, NULL);
	service_lists(&b, 1, NULL);
	service_lists(NULL, 0, NULL);
	service_lists(&c, 1, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 10}), &error);
	expect_ids(ids, 3, NULL);
	expect_text(page.items[0].status, "elsewhere");
	expect_text(page.items[2].updated_at, TIME("01"));
	static const char *const shelves[] = {"open", "converging", "converged", "abandoned", ""};
	for (size_t i = 0; i < 5; i++)
		expect(strstr(service_body(i), service_text("\":p\":{\"S\":\"t#status#%s\"}", shelves[i])) != NULL);
	expect(strstr(service_body(0), "\"IndexName\":\"ByStatus\"") != NULL);
	expect(strstr(service_body(0), "\"ScanIndexForward\":false,\"Limit\":11") != NULL);
	expect(strstr(service_body(0), "ConsistentRead") == NULL);
}

/* A dialogue that has just changed its status stands on two shelves: the higher revision counts, in either order. */
static void found_twice(void)
{
	static const char *const ids[] = {"a"};
	for (int newer_first = 0; newer_first <= 1; newer_first++) {
		service_begin(1);
		const struct service_row old = meta_row("a", "open", TIME("01"), 4),
								 new = meta_row("a", "converged", TIME("02"), 5);
		const struct service_row swapped = meta_row("a", "open", TIME("02"), 5),
								 other = meta_row("a", "converged", TIME("01"), 4);
		service_lists(newer_first ? &swapped : &old, 1, NULL);
		service_lists(NULL, 0, NULL);
		service_lists(newer_first ? &other : &new, 1, NULL);
		service_lists(NULL, 0, NULL);
		service_lists(NULL, 0, NULL);
		expect_good(ask(false, (struct analytics_request){.limit = 10}), &error);
		expect_ids(ids, 1, NULL);
		expect_text(page.items[0].updated_at, TIME("02"));
		expect_text(page.items[0].status, newer_first ? "open" : "converged");
	}
}

/* Copies that are dropped make room, but what lies behind what was read of a shelf is not shown before the rest of it is: the page ends
   there, and goes on from there. */
static void dropped_copies_do_not_hide_others(void)
{
	static const char *const first[] = {"x", "y"};
	service_begin(1);
	/* Of "open", pages of 2, so 3 rows are read: x, and old copies of y and z. Of "converged": y and z as they are now, and w; w is
	   older than an unread row of "open" may be. */
	const struct service_row open[] = {meta_row("x", "open", TIME("09"), 1), meta_row("z", "open", TIME("08"), 1),
									   meta_row("y", "open", TIME("07"), 1)};
	const struct service_row converged[] = {meta_row("y", "converged", TIME("08"), 2),
											meta_row("z", "converged", TIME("03"), 2),
											meta_row("w", "converged", TIME("02"), 1)};
	service_lists(open, 3, &open[2]);
	service_lists(NULL, 0, NULL);
	service_lists(converged, 3, NULL);
	service_lists(NULL, 0, NULL);
	service_lists(NULL, 0, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 2}), &error);
	expect_ids(first, 2, TIME("07") "/y");
	/* The next page begins behind it on every shelf. */
	for (int i = 0; i < 5; i++)
		service_lists(NULL, 0, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 2, .cursor = TEXT(TIME("07") "/y")}), &error);
	for (size_t i = 5; i < 10; i++)
		expect(strstr(service_body(i), "\"#p = :p AND #s < :to\"") != NULL &&
			   strstr(service_body(i), "\":to\":{\"S\":\"" TIME("07") "#y\"}") != NULL);
}

/* All that was read of a page are copies of what comes later: the page is empty and not the last. */
static void an_empty_page_goes_on(void)
{
	service_begin(1);
	const struct service_row open[] = {meta_row("y", "open", TIME("08"), 1), meta_row("z", "open", TIME("07"), 1)};
	const struct service_row converged[] = {meta_row("y", "converged", TIME("02"), 2),
											meta_row("z", "converged", TIME("01"), 2)};
	service_lists(open, 2, &open[1]);
	service_lists(NULL, 0, NULL);
	service_lists(converged, 2, NULL);
	service_lists(NULL, 0, NULL);
	service_lists(NULL, 0, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 1}), &error);
	expect_ids(NULL, 0, TIME("07") "/z");
}

static void open_tensions(void)
{
	static const char *const ids[] = {"a", "b", "b"};
	service_begin(1);
	const struct service_row open[] = {
		{.partition = "t#dialogue#a", .sort = "tension#00#01", .p2 = "t#tension#open", .s2 = "a#T0001"},
		{.partition = "t#dialogue#b", .sort = "tension#00#02", .p2 = "t#tension#open", .s2 = "b#T0002"}};
	const struct service_row addressed[] = {
		{.partition = "t#dialogue#a", .sort = "tension#00#01", .p2 = "t#tension#addressed", .s2 = "a#T0001"},
		{.partition = "t#dialogue#b", .sort = "tension#00#01", .p2 = "t#tension#addressed", .s2 = "b#T0001"}};
	service_lists(open, 2, NULL);
	service_lists(addressed, 2, NULL);
	service_lists(NULL, 0, NULL);
	expect_good(ask(true, (struct analytics_request){.limit = 5}), &error);
	expect_ids(ids, 3, NULL);
	expect_text(page.items[1].key.subkey, "00#01");
	expect_text(page.items[1].status, "addressed");
	expect_text(page.items[2].status, "open");
	expect(strstr(service_body(2), "\":p\":{\"S\":\"t#tension#reopened\"}") != NULL);
	for (int i = 0; i < 3; i++)
		service_lists(NULL, 0, NULL);
	expect_good(ask(true, (struct analytics_request){.limit = 5, .cursor = TEXT("b/00#01")}), &error);
	expect(strstr(service_body(3), "\"#p = :p AND #s > :from\"") != NULL);
	expect(strstr(service_body(3), "\":from\":{\"S\":\"b#T0001\"}") != NULL);
}

/* Every shelf of every shard is asked for. */
static void shards_are_merged(void)
{
	static const char *const ids[] = {"b", "a"};
	service_begin(3);
	const struct service_row a = meta_row("a", "open", TIME("01"), 1), b = meta_row("b", "open", TIME("02"), 1);
	service_lists(&a, 1, NULL);
	service_lists(NULL, 0, NULL);
	service_lists(&b, 1, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 10, .status = DIALOGUE_OPEN}), &error);
	expect_ids(ids, 2, NULL);
	for (size_t i = 0; i < 3; i++)
		expect(strstr(service_body(i), service_text("\"t#status#open#%zu\"", i)) != NULL);
}

static void partitions(void)
{
	static const struct {
		const char *prefix, *cursor, *condition, *values;
	} table[] = {
		{NULL, NULL, "#p = :p\"", "\"t#head\"}}"},
		{"", NULL, "#p = :p\"", "\"t#head\"}}"},
		{NULL, "b", "#p = :p AND #s > :from", "\":from\":{\"S\":\"b\"}"},
		{"ab", NULL, "BETWEEN", "\":from\":{\"S\":\"ab\"},\":to\":{\"S\":\"ab~\"}"},
		{"ab", "a", "BETWEEN", "\":from\":{\"S\":\"ab\"},\":to\":{\"S\":\"ab~\"}"},
		{"ab", "abc", "BETWEEN", "\":from\":{\"S\":\"abc\\u0001\"},\":to\":{\"S\":\"ab~\"}"},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		static const struct service_row rows[] = {
			{.partition = "t#dialogue#x", .sort = "!head", .p2 = "t#head", .s2 = "x"}};
		service_begin(1);
		const struct analytics_request request = {.tenant = TEXT("t"),
												  .limit = 5,
												  .cursor = text_of_string(table[i].cursor),
												  .prefix = text_of_string(table[i].prefix)};
		service_lists(rows, 1, NULL);
		expect_good(service.engine->analytics->partitions(service.engine, &request, service.arena, &page, &error),
					&error);
		expect_integer(page.count, 1);
		expect_text(page.items[0].dialogue_id, "x");
		expect(strstr(service_body(0), table[i].condition) != NULL);
		expect(strstr(service_body(0), table[i].values) != NULL);
	}
}

/* Nothing is asked for where nothing can be; a cursor that cannot be sent is none. */
static void what_cannot_be_is_not_asked_for(void)
{
	static const char *const wrong[] = {"a b", "\xff", "a~", "\x01"};
	service_begin(1);
	struct analytics_counts counts = {.tensions_open = 99};
	expect_good(ask(false, (struct analytics_request){.tenant = TEXT("T#x"), .limit = 5}), &error);
	expect_integer(page.count, 0);
	expect_good(service.engine->analytics->counts(service.engine, TEXT("T#x"), &counts, &error), &error);
	expect_integer(counts.tensions_open, 0);
	/* A cursor behind all that begins so: DynamoDB takes no range that ends before it begins. */
	const struct analytics_request beyond = {
		.tenant = TEXT("t"), .limit = 5, .cursor = TEXT("b"), .prefix = TEXT("ab")};
	expect_good(service.engine->analytics->partitions(service.engine, &beyond, service.arena, &page, &error), &error);
	expect_integer(page.count, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct analytics_request request = {.tenant = TEXT("t"), .limit = 5, .prefix = text_of_string(wrong[i])};
		expect_good(service.engine->analytics->partitions(service.engine, &request, service.arena, &page, &error),
					&error);
		expect_integer(page.count, 0);
		request.cursor = request.prefix;
		expect_integer(service.engine->analytics->partitions(service.engine, &request, service.arena, &page, &error),
					   HANSARD_USAGE);
		expect_string(error.kind, "invalid_cursor");
	}
	expect_integer(service_asked(), 0);
}

/* Rows in an index where none of ours can be hide nothing of what stands beside them, and are named. */
static void rows_that_are_none(void)
{
	static const char *const ids[] = {"b"}, *const kept[] = {"w", "y"};
	service_begin(1);
	const struct service_row rows[] = {{.partition = "u#dialogue#a", .sort = "meta#", .c = item_of(1, "open", NULL, 0)},
									   {.partition = "t#status#a", .sort = "meta#", .c = item_of(1, "open", NULL, 0)},
									   meta_row("b", "open", TIME("01"), 1)};
	service_lists(rows, 3, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 1, .status = DIALOGUE_OPEN}), &error);
	expect_ids(ids, 1, NULL);
	expect(strstr(page.stray.data, "the row u#dialogue#a / meta# is in an index where it cannot be") != NULL);
	const struct service_row tensions[] = {{.partition = "t#dialogue#a", .sort = "meta#"},
										   {.partition = "t#dialogue#a", .sort = "tension#1"}};
	service_lists(tensions, 2, NULL);
	service_lists(NULL, 0, NULL);
	service_lists(NULL, 0, NULL);
	expect_good(ask(true, (struct analytics_request){.limit = 5}), &error);
	expect_ids(NULL, 0, NULL);
	expect(strstr(page.stray.data, "the row t#dialogue#a / meta# is in the index of tensions") != NULL);
	/* They take no place of a page. */
	const struct service_row heads[] = {{.partition = "t#dialogue#w", .sort = "!head", .p2 = "t#head", .s2 = "w"},
										{.partition = "u#dialogue#w", .sort = "!head", .p2 = "t#head", .s2 = "w"},
										{.partition = "u#dialogue#x", .sort = "!head", .p2 = "t#head", .s2 = "x"},
										{.partition = "t#dialogue#y", .sort = "!head", .p2 = "t#head", .s2 = "y"}};
	const struct analytics_request all = {.tenant = TEXT("t"), .limit = 2};
	service_lists(heads, 3, &heads[2]);
	service_lists(heads + 3, 1, NULL);
	expect_good(service.engine->analytics->partitions(service.engine, &all, service.arena, &page, &error), &error);
	expect_ids(kept, 2, NULL);
	expect(text_present(page.stray));
}

/* What a row of ours lacks is asked of its dialogue. */
static void rows_that_lack_something(void)
{
	service_begin(1);
	const struct service_row bare = {.partition = "t#dialogue#a", .sort = "meta#"};
	service_lists(&bare, 1, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 5, .status = DIALOGUE_OPEN}), &error);
	expect_integer(page.count, 1);
	expect_integer(page.items[0].stored.bytes.size, 0);
	expect(!text_present(page.stray));
	/* Bytes that are no item: the status of the shelf. */
	struct service_row damaged = meta_row("a", "open", TIME("01"), 1);
	damaged.c = bytes_of_text(TEXT("no item"));
	service_lists(&damaged, 1, NULL);
	expect_good(ask(false, (struct analytics_request){.limit = 5, .status = DIALOGUE_OPEN}), &error);
	expect_text(page.items[0].status, "open");
	expect_text(page.items[0].updated_at, TIME("01"));
}

static void counts(void)
{
	struct analytics_counts counts = {.tensions_open = 99};
	service_begin(1);
	service_says(
		200,
		"{\"Count\":3,\"LastEvaluatedKey\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"},\"p1\":{\"S\":\"t#status#open\"},"
		"\"s1\":{\"S\":\"d\"}}}");
	for (int i = 2; i <= 8; i++)
		service_says(200, service_text("{\"Count\":%d}", i * 10));
	expect_good(service.engine->analytics->counts(service.engine, TEXT("t"), &counts, &error), &error);
	service_left();
	static const int64_t wanted[] = {23 + 30 + 40 + 50, 23, 30, 40, 50};
	for (size_t i = 0; i < 5; i++)
		expect_integer(counts.dialogues[i], wanted[i]);
	expect_integer(counts.tensions_open, 60 + 70 + 80);
	expect(strstr(service_body(0), "\"Select\":\"COUNT\"") != NULL);
	expect(strstr(service_body(1),
				  "\"ExclusiveStartKey\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"},\"p1\":{\"S\":\"t#status#open\"},"
				  "\"s1\":{\"S\":\"d\"}}") != NULL);
	counts.tensions_open = 99;
	service_says(200, "{\"Count\":-1}");
	expect_integer(service.engine->analytics->counts(service.engine, TEXT("t"), &counts, &error), HANSARD_FAILED);
	expect_integer(counts.tensions_open, 99);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"index keys of many rows follow in transactions that check the head", many_rows},
		{"index keys of large rows follow in transactions that are small enough", large_rows},
		{"index keys that are right are left alone", nothing_to_follow},
		{"a page is the beginning of every shelf, merged", shelves_are_merged},
		{"of a dialogue that is found twice the higher revision counts", found_twice},
		{"copies that are dropped do not hide what was not read", dropped_copies_do_not_hide_others},
		{"a page of copies alone is empty, and the next one goes on", an_empty_page_goes_on},
		{"open tensions are merged, each once", open_tensions},
		{"every shard is asked", shards_are_merged},
		{"partitions are a range of ids", partitions},
		{"what cannot be there is not asked for", what_cannot_be_is_not_asked_for},
		{"rows where none can be are passed over and named, and hide nothing", rows_that_are_none},
		{"a row of the index that lacks its item, or holds none, is one all the same", rows_that_lack_something},
		{"counts are added up, page by page", counts},
	};
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	service_end();
	return code;
}
