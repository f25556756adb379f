/*
 * Loads, history and parts: what of the rows counts, page by page, and rows that hansard does not write.
 */
#include "cbor_write.h"
#include "dynamodb_db.h"
#include "dynamodb_engine.h"
#include "service.h"

static struct store_view view;
static struct hansard_error error;

static enum hansard_status load(void)
{
	view = (struct store_view){.item_count = 99};
	error = (struct hansard_error){.status = HANSARD_OK};
	return service.partition.store->load(&service.partition, service.arena, &view, &error);
}

static void expect_loaded(size_t items)
{
	expect_good(load(), &error);
	expect(view.exists);
	expect_integer(view.item_count, items);
	for (size_t i = 1; i < items; i++)
		expect(item_key_compare(view.items[i - 1].key, view.items[i].key) < 0);
	service_left();
}

static struct draft begin(void)
{
	service_begin(1);
	return draft_begin(service.arena, service.partition);
}

/* The change that a draft is at a revision. */
static const struct store_change *at(struct draft *draft, int64_t rev)
{
	return draft_make(draft, &(struct draft_head){.rev = rev - 1});
}

static void absent(void)
{
	begin();
	service_lists(NULL, 0, NULL);
	expect_good(load(), &error);
	expect(!view.exists);
	expect_integer(view.item_count, 0);
	expect(strstr(service_body(0), "\"KeyConditionExpression\":\"#p = :p AND #s < :to\"") != NULL);
	expect(strstr(service_body(0), "\":p\":{\"S\":\"t#dialogue#d\"},\":to\":{\"S\":\"~\"}") != NULL);
	expect(strstr(service_body(0), "\"ConsistentRead\":true") != NULL);

	/* A reservation; rows of a creation whose head is not visible yet, or of a dialogue without one: nothing more is read. */
	static const struct service_row reservation = {.sort = "!head", .attempt = "i", .more = ",\"m\":{\"N\":\"7\"}"};
	static const struct service_row early = {.sort = "+bundle#0000000001#00"};
	const struct service_row *const firsts[] = {&reservation, &early};
	for (size_t i = 0; i < 2; i++) {
		begin();
		service_lists(firsts[i], 1, firsts[i]);
		if (i == 0) {
			expect_good(load(), &error);
			expect(!view.exists);
		} else {
			expect_integer(load(), HANSARD_VIOLATED);
			expect_string(error.kind, STORE_HEAD_MISSING);
			expect(strstr(error.message, "\"d\" is missing, and of it there is the row +bundle#0000000001#00") != NULL);
		}
		expect_integer(service_asked(), 1);
	}
	begin();
	service.partition.dialogue_id = TEXT("No id");
	expect_good(load(), &error);
	expect(!view.exists);
	expect_integer(service_asked(), 0);
}

static void of_several_versions_the_highest_counts(void)
{
	struct draft draft = begin();
	struct draft second = draft_begin(service.arena, service.partition);
	struct draft third = draft_begin(service.arena, service.partition);
	struct draft fourth = draft_begin(service.arena, service.partition);
	draft_put(&draft, draft_key("claim", "00#01"), NULL, 100);
	draft_put(&draft, draft_key("file", "00001"), NULL, 101);
	draft_put(&draft, draft_key("file", "00002"), NULL, 102);
	draft_put(&draft, draft_key("file", "00003"), NULL, 103);
	draft_put(&draft, draft_key("meta", ""), NULL, 104);
	draft_put(&second, draft_key("file", "00001"), NULL, 201);
	draft_remove(&second, draft_key("file", "00002"));
	draft_remove(&second, draft_key("file", "00003"));
	draft_remove(&second, draft_key("round", "07")); /* which was never there */
	draft_put(&third, draft_key("file", "00003"), NULL, 301);
	draft_put(&fourth, draft_key("claim", "00#01"), NULL, 401); /* not yet: above the head */
	const struct service_row meta = {.sort = "meta#", .p1 = "t#status#", .s1 = "#d"};
	struct service_row rows[] = {
		service_head(at(&third, 3)),
		service_bundle(at(&draft, 1), false, 0),
		service_bundle(at(&second, 2), false, 0),
		service_bundle(at(&third, 3), false, 0),
		service_bundle(at(&fourth, 4), false, 0),
		meta,
	};
	for (size_t i = 0; i < draft.put_count; i++)
		if (text_is(draft.puts[i].key.type, "meta"))
			rows[5].c = draft.puts[i].stored.bytes;
	service_lists(rows, 6, NULL);
	expect_loaded(4);
	static const size_t sizes[] = {100, 201, 301, 104};
	for (size_t i = 0; i < 4; i++)
		expect_integer(view.items[i].stored.bytes.size, sizes[i]);
	expect(bytes_equal(view.commit, third.change.commit));
	expect(bytes_equal(view.note, third.change.note));
	expect_integer(view.stale_indexes, 0);
	expect_integer(service_asked(), 1);
	expect_integer(dynamodb_engine_capacity(service.engine).read, 500);
}

/* Every cut of the rows into three pages, an empty one among them, gives the same view. */
static void pages(void)
{
	enum { COUNT = 5 };
	for (size_t first = 1; first <= COUNT; first++)
		for (size_t second = first; second <= COUNT; second++) {
			struct draft draft = begin();
			struct draft next = draft_begin(service.arena, service.partition);
			draft_put(&draft, draft_key("file", "00001"), NULL, 100);
			draft_put(&next, draft_key("round", "00"), NULL, 101);
			const struct service_row rows[COUNT] = {
				service_head(at(&next, 2)),
				service_bundle(at(&draft, 1), false, 0),
				service_bundle(at(&next, 2), false, 0),
				{.sort = "dek#0001", .c = draft_item(service.arena, 1, NULL, 0).bytes},
				{.sort = "dek#0002", .c = draft_item(service.arena, 1, NULL, 0).bytes}};
			const struct service_row cut = {.sort = service_text("%s", rows[first - 1].sort)};
			const struct service_row cut_again = {
				.sort = service_text("%s%s", rows[second - 1].sort, second == first ? "." : "")};
			service_lists(rows, first, &cut);
			service_lists(rows + first, second - first, &cut_again);
			service_lists(rows + second, COUNT - second, NULL);
			expect_loaded(4);
			expect_integer(service_asked(), 3);
			expect(strstr(service_body(0), "ExclusiveStartKey") == NULL);
			expect(strstr(service_body(1),
						  service_text("\"ExclusiveStartKey\":{\"PK\":{\"S\":\"t#dialogue#d\"},\"SK\":{\"S\":\"%s\"}}",
									   cut.sort)) != NULL);
		}
}

static void bundles_of_one_revision(void)
{
	struct draft draft = begin();
	for (size_t i = 1; i <= 6; i++)
		draft_put(&draft, (struct item_key){.type = TEXT("file"), .subkey = text_of_string(service_text("%05zu", i))},
				  NULL, 139000);
	const struct store_change *change = at(&draft, 1);
	const struct service_row rows[] = {service_head(change), service_bundle(change, false, 0),
									   service_bundle(change, false, 1), service_bundle(change, false, 2)};
	service_lists(rows, 4, NULL);
	expect_loaded(6);
	/* One of them is not visible yet: what is there is given as it is, for the root to be held against. */
	const struct service_row torn[] = {rows[0], rows[1], rows[3]};
	service_lists(torn, 3, NULL);
	expect_loaded(4);
}

#define TIME "2026-01-01T00:00:00.000000Z"

/* Index keys of meta, of a tension, of the head; which of them lie is counted. */
static void stale_indexes(void)
{
	static const struct {
		bool unlisted;
		const char *p1, *s1, *p2, *s2, *head;
		size_t stale;
	} table[] = {
		{false, "t#status#open", TIME "#d", "t#tension#open", "d#T0001", "d", 0},
		{false, "t#status#open", TIME "#d", NULL, NULL, "d", 1},
		{false, "t#status#open", TIME "#d", "t#tension#open", NULL, "d", 1},
		{false, "t#status#converged", TIME "#d", "t#tension#addressed", "d#T0001", "d", 2},
		{false, "u#status#open", TIME "#d", "t#tension#open", "d#T0001", NULL, 2},
		{false, NULL, NULL, NULL, NULL, NULL, 3},
		{true, NULL, NULL, NULL, NULL, "d", 0},
		{true, "t#status#open", TIME "#d", NULL, NULL, "d", 1},
		{true, "t#status#open", TIME "#d", "t#tension#open", "d#T0001", "d", 2},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct draft draft = begin();
		draft.unlisted = table[i].unlisted;
		const struct draft_attrs open = {.status = "open", .created_at = TIME};
		struct service_row rows[] = {
			service_head(at(&draft, 1)),
			{.sort = "dek#0001", .c = draft_item(service.arena, 1, &open, 0).bytes},
			{.sort = "meta#", .c = draft_item(service.arena, 1, &open, 0).bytes, .p1 = table[i].p1, .s1 = table[i].s1},
			{.sort = "tension#00#01",
			 .c = draft_item(service.arena, 1, &open, 0).bytes,
			 .p2 = table[i].p2,
			 .s2 = table[i].s2},
		};
		rows[0].s2 = table[i].head;
		service_lists(rows, 4, NULL);
		expect_loaded(3);
		expect_integer(view.stale_indexes, table[i].stale);
		expect_integer(view.listed, table[i].unlisted ? STORE_VIEW_UNLISTED : STORE_VIEW_LISTED);
	}
	/* Bytes that are no item give no index keys: none can be right. */
	struct draft draft = begin();
	const struct service_row rows[] = {service_head(at(&draft, 1)),
									   {.sort = "meta#", .c = bytes_of_text(TEXT("no item"))}};
	service_lists(rows, 2, NULL);
	expect_loaded(1);
	expect_integer(view.stale_indexes, 1);
	expect_text(text_of_bytes(view.items[0].stored.bytes), "no item");
}

/* The revision beside a note is a copy of the note's: one that lies is counted, and hides nothing that was committed. */
static void stale_revisions(void)
{
	static const struct {
		int64_t rev;
		size_t stale, items;
	} table[] = {{2, 0, 2}, {1, 1, 2}, {3, 1, 3}, {LIMIT_REV, 1, 3}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct draft draft = begin();
		struct draft second = draft_begin(service.arena, service.partition);
		struct draft third = draft_begin(service.arena, service.partition);
		draft_put(&draft, draft_key("file", "00001"), NULL, 101);
		draft_put(&second, draft_key("file", "00002"), NULL, 102);
		draft_put(&third, draft_key("file", "00003"), NULL, 103); /* planted: above the head */
		struct service_row rows[] = {
			service_head(at(&second, 2)),
			service_bundle(at(&draft, 1), false, 0),
			service_bundle(at(&second, 2), false, 0),
			service_bundle(at(&third, 3), false, 0),
		};
		rows[0].rev = table[i].rev;
		service_lists(rows, 4, NULL);
		expect_loaded(table[i].items);
		expect_integer(view.stale_indexes, table[i].stale);
	}
}

/* ---- hostile rows ---- */

static struct bytes bundle_of(const char *type, const char *subkey)
{
	struct buffer out;
	struct cbor_writer writer;
	struct bytes bytes;
	buffer_init(&out, 1000);
	cbor_write_begin(&writer, &out);
	cbor_write_array(&writer, 1);
	cbor_write_array(&writer, 3);
	cbor_write_text(&writer, text_of_string(type));
	cbor_write_text(&writer, text_of_string(subkey));
	cbor_write_bytes(&writer, bytes_of_text(TEXT("x")));
	expect(cbor_write_finish(&writer) && arena_copy(service.arena, buffer_view(&out), &bytes));
	buffer_finish(&out);
	return bytes;
}

static void expect_invalid(enum hansard_status status, const char *sort)
{
	if (status != HANSARD_VIOLATED)
		printf("# %s: %d %s\n", sort, (int)status, error.message);
	expect_integer(status, HANSARD_VIOLATED);
	expect_string(error.kind, "invalid_row");
	expect(strstr(error.message, sort) != NULL);
	expect_integer(view.item_count, 99);
}

/* A head, then rows that hansard does not write. */
static void rows_that_are_none(void)
{
	enum { VARIANTS = 22 };
	for (size_t i = 0; i < VARIANTS; i++) {
		struct draft draft = begin();
		const struct bytes good = bundle_of("claim", "00#01"), later = bundle_of("file", "00001");
		const struct service_row variants[VARIANTS][2] = {
			{{.sort = "", .c = good}},
			{{.sort = "+bundle#0000000001", .c = good}},
			{{.sort = "+bundle#0000000000#00", .c = good}},
			{{.sort = "+bundle#1#00", .c = good}},
			{{.sort = "+bundle#0000000001#00"}},
			{{.sort = "+bundle#0000000001#00", .c = {good.data, 0}}},
			{{.sort = "+bundle#0000000001#00", .c = {good.data, good.size - 1}}},
			{{.sort = "+bundle#0000000001#00", .c = bundle_of("meta", "")}},
			{{.sort = "+bundle#0000000001#00", .c = bundle_of("claim", "1")}},
			{{.sort = "+bundle#0000000001#00", .c = bytes_of_text(TEXT("\x80"))}},
			{{.sort = "+bundle#0000000001#00", .c = later}, {.sort = "+bundle#0000000001#01", .c = good}},
			{{.sort = "+bundle#0000000001#00", .c = good}, {.sort = "+bundle#0000000001#01", .c = good}},
			{{.sort = "meta"}, {.sort = "", .c = good}},
			{{.sort = "meta#"}},
			{{.sort = "meta#", .c = {good.data, 0}}},
			{{.sort = "claim#00#01", .c = good}},
			{{.sort = "tension#0#1", .c = good}},
			{{.sort = "!headless", .c = good}},
			{{.sort = "!head", .c = good}},
			{{.sort = "unheard-of", .c = good}},
			{{.sort = "part#file#00001#0001", .c = good}},
			{{.sort = "meta#", .more = ",\"c\":{\"S\":\"text\"}"}},
		};
		const size_t count = variants[i][1].sort == NULL ? 1 : 2;
		const struct service_row rows[] = {service_head(at(&draft, 1)), variants[i][0], variants[i][1]};
		service_lists(rows, 1 + count, NULL);
		expect_invalid(load(), i == 12 ? "meta" : variants[i][count - 1].sort);
	}
}

static void heads_that_are_none(void)
{
	static const char *const revs[] = {
		",\"r\":{\"N\":\"0\"}",  ",\"r\":{\"S\":\"1\"}",           ",\"r\":{\"N\":\"10000000000\"}",
		",\"r\":{\"N\":\"-1\"}", ",\"r\":{\"N\":\"1.0\"}",         ",\"r\":{}",
		",\"r\":null",           ",\"r\":{\"N\":\"1\",\"S\":\"\"}"};
	for (size_t i = 0; i < sizeof(revs) / sizeof(revs[0]); i++) {
		struct draft draft = begin();
		struct service_row head = service_head(at(&draft, 1));
		head.rev = 0;
		head.more = revs[i];
		service_lists(&head, 1, NULL);
		expect_invalid(load(), "!head");
	}
	for (size_t i = 0; i < 4; i++) {
		struct draft draft = begin();
		struct service_row head = service_head(at(&draft, 1));
		head.c.data = i == 0 ? NULL : head.c.data;
		head.s.data = i == 1 ? NULL : head.s.data;
		head.more = i == 2 ? ",\"u\":{\"N\":\"2\"}" : i == 3 ? ",\"u\":{\"S\":\"1\"}" : NULL;
		service_lists(&head, 1, NULL);
		expect_invalid(load(), "!head");
	}
}

/* What is no answer of DynamoDB's, and errors of the service. */
static void answers_that_are_none(void)
{
	static const struct {
		const char *body;
		const char *kind;
	} table[] = {
		{"<html>", "invalid_answer"},
		{"{}", "invalid_answer"},
		{"{\"Items\":{}}", "invalid_answer"},
		{"{\"Items\":[7]}", "invalid_row"},
		{"{\"Items\":[{\"SK\":{\"N\":\"1\"}}]}", "invalid_row"},
		{"{\"Items\":[],\"LastEvaluatedKey\":{\"PK\":{\"S\":\"a\"}}}", "invalid_answer"},
		{"{\"Items\":[],\"LastEvaluatedKey\":{\"PK\":{\"N\":\"1\"},\"SK\":{\"S\":\"a\"}}}", "invalid_answer"},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		begin();
		service_says(200, table[i].body);
		const enum hansard_status status = load();
		expect_integer(status, strcmp(table[i].kind, "invalid_row") == 0 ? HANSARD_VIOLATED : HANSARD_FAILED);
		expect_string(error.kind, table[i].kind);
	}
	begin();
	service_refuses("ResourceNotFoundException");
	expect_integer(load(), HANSARD_NO_STORE);
	begin();
	for (int i = 0; i < 4; i++)
		service_says(503, "");
	expect_integer(load(), HANSARD_UNREACHABLE);
	expect_integer(view.item_count, 99);
}

/* Pages have to lead on: what names the same place again and again, one before it, one of another partition, or none, is refused at once. */
static void pages_that_do_not_lead_on(void)
{
	static const char *const lasts[] = {"{\"PK\":{\"S\":\"t#dialogue#d\"},\"SK\":{\"S\":\"+b\"}}",
										"{\"PK\":{\"S\":\"t#dialogue#d\"},\"SK\":{\"S\":\"+a\"}}",
										"{\"PK\":{\"S\":\"t#dialogue#e\"},\"SK\":{\"S\":\"+c\"}}", "\"x\"", "7"};
	const struct service_row cut = {.sort = "+b"};
	for (size_t i = 0; i <= sizeof(lasts) / sizeof(lasts[0]); i++) {
		struct draft draft = begin();
		const struct service_row head = service_head(at(&draft, 1));
		service_lists(&head, 1, &cut);
		service_says(200, i < sizeof(lasts) / sizeof(lasts[0])
							  ? service_text("{\"Items\":[],\"LastEvaluatedKey\":%s}", lasts[i])
							  : service_text("{\"Items\":[],\"LastEvaluatedKey\":{\"PK\":{\"S\":\"t#dialogue#d\"},"
											 "\"SK\":{\"S\":\"+c%01024d\"}}}",
											 0));
		expect_integer(load(), HANSARD_FAILED);
		expect_string(error.kind, "invalid_answer");
		expect(strstr(error.message, "its pages do not lead on") != NULL && strstr(error.hint, "endpoint") != NULL);
		expect_integer(service_asked(), 2);
	}
}

/* Pages that lead on for ever end all the same. */
static void pages_without_an_end(void)
{
	const struct service_row head = {.sort = "!head", .rev = 1}, cut = {.sort = "+b"};
	static const int64_t passed_s[] = {600, 601};
	for (size_t i = 0; i < 2; i++) {
		begin();
		struct dynamodb_message_query query = {
			.partition_name = "PK", .sort_name = "SK", .partition = TEXT("t#dialogue#d")};
		struct dynamodb_db_walk walk = dynamodb_db_walk(dynamodb_db_of(service.engine), &query);
		const json_t *row = NULL;
		error = (struct hansard_error){.status = HANSARD_OK};
		service_lists(&head, 1, &cut);
		service_lists(NULL, 0, NULL);
		expect_good(dynamodb_db_walk_next(&walk, &row, &error), &error);
		scripted_edge_pass(passed_s[i]);
		const enum hansard_status status = dynamodb_db_walk_next(&walk, &row, &error);
		expect_integer(status, i == 0 ? HANSARD_OK : HANSARD_UNREACHABLE);
		expect(i == 0 || strstr(error.message, "no end of its pages in time, after 1 of them") != NULL);
		dynamodb_db_walk_end(&walk);
	}
}

/* ---- history and parts ---- */

static enum hansard_status read_history(int64_t from, int64_t to, struct store_history *ret_history)
{
	const struct store_history_request request = {.from = from, .to = to};
	return service.partition.store->history(&service.partition, &request, service.arena, ret_history, &error);
}

static void history(void)
{
	static const struct service_row rows[] = {{.sort = "~commit#0000000003", .c = {(const uint8_t *)"abc", 3}},
											  {.sort = "~commit#0000000007", .c = {(const uint8_t *)"x", 1}}};
	struct store_history found = {.count = 0};
	begin();
	service_lists(rows, 1, &rows[0]);
	service_lists(rows + 1, 1, NULL);
	expect_good(read_history(-5, INT64_MAX, &found), &error);
	expect_integer(found.count, 2);
	expect_integer(found.commits[0].rev, 3);
	expect_text(text_of_bytes(found.commits[0].stored), "abc");
	expect_integer(found.commits[1].rev, 7);
	expect(strstr(service_body(0), "\":from\":{\"S\":\"~commit#0000000001\"},\":to\":{\"S\":\"~commit#9999999999\"}") !=
		   NULL);
	expect_good(read_history(3, 2, &found), &error);
	expect_good(read_history(INT64_MIN, 0, &found), &error);
	expect_integer(found.count, 0);
	expect_integer(service_asked(), 2);
	static const struct service_row wrong[] = {{.sort = "~commit#0000000003"},
											   {.sort = "~commit#3", .c = {(const uint8_t *)"x", 1}},
											   {.sort = "~parts#0000000003#00", .c = {(const uint8_t *)"x", 1}}};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin();
		view.item_count = 99;
		service_lists(&wrong[i], 1, NULL);
		expect_invalid(read_history(1, 9, &found), wrong[i].sort);
	}
}

static enum hansard_status read_parts(int64_t rev, struct store_parts *ret_parts)
{
	const struct store_parts_request request = {.rev = rev};
	return service.partition.store->parts(&service.partition, &request, service.arena, ret_parts, &error);
}

static void parts(void)
{
	static const int64_t none[] = {0, -1, INT64_MAX};
	struct store_parts found = {.count = 0};
	struct draft draft = begin();
	draft_put(&draft, draft_key("file", "00001"), NULL, 0);
	for (int n = 1; n <= 5; n++)
		draft_part(&draft, draft_key("file", "00001"), n, 100000);
	const struct store_change *change = at(&draft, 4);
	const struct service_row rows[] = {service_bundle(change, true, 0), service_bundle(change, true, 1)};
	service_lists(rows, 1, &rows[0]);
	service_lists(rows + 1, 1, NULL);
	expect_good(read_parts(4, &found), &error);
	expect_integer(found.count, 5);
	for (size_t i = 0; i < 5; i++) {
		expect(item_key_compare(found.items[i].key, change->parts[i].key) == 0);
		expect(bytes_equal(found.items[i].stored.bytes, change->parts[i].stored.bytes));
	}
	expect(strstr(service_body(0),
				  "\":from\":{\"S\":\"~parts#0000000004#00\"},\":to\":{\"S\":\"~parts#0000000004#99\"}") != NULL);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		expect_good(read_parts(none[i], &found), &error);
	expect_integer(service_asked(), 2);

	/* Out of order, twice, not a row of parts. */
	const struct bytes no_parts = bundle_of("claim", "00#01");
	const struct service_row swapped[] = {{.sort = "~parts#0000000004#00", .c = rows[1].c},
										  {.sort = "~parts#0000000004#01", .c = rows[0].c}};
	const struct service_row twice[] = {rows[0], {.sort = "~parts#0000000004#01", .c = rows[0].c}};
	const struct service_row other[] = {rows[0], {.sort = "~parts#0000000004#01", .c = no_parts}};
	const struct service_row empty[] = {rows[0], {.sort = "~parts#0000000004#01"}};
	const struct service_row *const wrong[] = {swapped, twice, other, empty};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		view.item_count = 99;
		service_lists(wrong[i], 2, NULL);
		expect_invalid(read_parts(4, &found), "~parts#0000000004#01");
	}
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"where there is no head with a revision there is no dialogue", absent},
		{"of several versions the highest counts that is not above the head", of_several_versions_the_highest_counts},
		{"pages are put together, empty ones too", pages},
		{"the bundles of one revision are put together", bundles_of_one_revision},
		{"index keys that lie are counted", stale_indexes},
		{"a revision beside the head that lies is counted, and hides nothing", stale_revisions},
		{"rows that hansard does not write are refused", rows_that_are_none},
		{"heads that hansard does not write are refused", heads_that_are_none},
		{"answers that are none are refused, and errors are passed on", answers_that_are_none},
		{"pages that do not lead on are refused at once, with what to look at", pages_that_do_not_lead_on},
		{"pages that lead on without an end are read for ten minutes", pages_without_an_end},
		{"history is a range, page by page", history},
		{"parts are those of one revision, page by page", parts},
	};
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	service_end();
	return code;
}
