/*
 * Keys of rows and index keys.
 */
#include "draft.h"
#include "dynamodb_row.h"
#include "entity.h"
#include "expect.h"
#include "limits.h"

static struct arena *arena;

static struct text name_of(char c, size_t size)
{
	static char names[2][LIMIT_DIALOGUE_ID + 2];
	char *name = names[c == 'i'];
	memset(name, c, size);
	return (struct text){.data = name, .size = size};
}

static void partitions(void)
{
	static const char *const wrong[] = {"", "A", "a#b", "a/b", "a--b", "-a", "a-", "a b", "\xc3\xa4"};
	struct dynamodb_row_text key;
	struct text tenant;
	struct text id;
	expect(dynamodb_row_partition(TEXT("acme"), TEXT("rfc-0058"), &key));
	expect_text(dynamodb_row_view(&key), "acme#dialogue#rfc-0058");
	expect(dynamodb_row_read_partition(dynamodb_row_view(&key), &tenant, &id));
	expect_text(tenant, "acme");
	expect_text(id, "rfc-0058");
	expect(dynamodb_row_partition(name_of('t', LIMIT_TENANT), name_of('i', LIMIT_DIALOGUE_ID), &key));
	expect_integer(key.size, LIMIT_TENANT + 10 + LIMIT_DIALOGUE_ID);
	expect(key.size <= DYNAMODB_ROW_PARTITION_MAX);
	expect(dynamodb_row_read_partition(dynamodb_row_view(&key), &tenant, &id));
	expect_integer(tenant.size, LIMIT_TENANT);
	expect_integer(id.size, LIMIT_DIALOGUE_ID);
	expect(!dynamodb_row_partition(name_of('t', LIMIT_TENANT + 1), TEXT("a"), &key));
	expect(!dynamodb_row_partition(TEXT("a"), name_of('i', LIMIT_DIALOGUE_ID + 1), &key));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		expect(!dynamodb_row_partition(text_of_string(wrong[i]), TEXT("a"), &key));
		expect(!dynamodb_row_partition(TEXT("a"), text_of_string(wrong[i]), &key));
	}
}

static void partitions_that_are_none(void)
{
	static const char *const wrong[] = {"",
										"acme",
										"acme#dialogue#",
										"#dialogue#a",
										"acme#dialogue#A",
										"acme#dialogue#a#b",
										"acme#dialogue#a#dialogue#b",
										"Acme#dialogue#a",
										"acme#Dialogue#a",
										"acme#dialogue#a ",
										" acme#dialogue#a",
										"acme#head",
										"#table"};
	struct text tenant;
	struct text id;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect(!dynamodb_row_read_partition(text_of_string(wrong[i]), &tenant, &id));
}

static const struct {
	enum dynamodb_row_numbered kind;
	int64_t rev;
	unsigned n;
	const char *sort;
} numbered[] = {
	{DYNAMODB_ROW_BUNDLE, 1, 0, "+bundle#0000000001#00"},
	{DYNAMODB_ROW_BUNDLE, LIMIT_REV, DYNAMODB_ROW_N_MAX, "+bundle#9999999999#99"},
	{DYNAMODB_ROW_COMMIT, 42, 0, "~commit#0000000042"},
	{DYNAMODB_ROW_COMMIT, LIMIT_REV, 0, "~commit#9999999999"},
	{DYNAMODB_ROW_PARTS, 7, 3, "~parts#0000000007#03"},
	{DYNAMODB_ROW_PARTS, LIMIT_REV, DYNAMODB_ROW_N_MAX, "~parts#9999999999#99"},
};
enum { NUMBERED = sizeof(numbered) / sizeof(numbered[0]) };

static void numbered_rows(void)
{
	for (size_t i = 0; i < NUMBERED; i++) {
		const struct dynamodb_row_text sort = dynamodb_row_numbered(numbered[i].kind, numbered[i].rev, numbered[i].n);
		int64_t rev;
		unsigned n;
		expect_text(dynamodb_row_view(&sort), numbered[i].sort);
		expect(sort.size <= DYNAMODB_ROW_SORT_MAX);
		expect(dynamodb_row_read_numbered(dynamodb_row_view(&sort), numbered[i].kind, &rev, &n));
		expect_integer(rev, numbered[i].rev);
		expect_integer(n, numbered[i].n);
	}
}

/* Whatever is read is written back the same: every change of one byte, every cut, every byte more. */
static void numbered_rows_have_one_spelling(void)
{
	for (size_t i = 0; i < NUMBERED; i++) {
		const struct text sort = text_of_string(numbered[i].sort);
		for (size_t at = 0; at < sort.size; at++)
			for (int byte = 0; byte < 256; byte++) {
				char changed[DYNAMODB_ROW_SORT_MAX];
				memcpy(changed, sort.data, sort.size);
				changed[at] = (char)byte;
				const struct text text = {.data = changed, .size = sort.size};
				for (int kind = DYNAMODB_ROW_BUNDLE; kind <= DYNAMODB_ROW_PARTS; kind++) {
					int64_t rev;
					unsigned n;
					if (!dynamodb_row_read_numbered(text, (enum dynamodb_row_numbered)kind, &rev, &n))
						continue;
					const struct dynamodb_row_text again = dynamodb_row_numbered(kind, rev, n);
					expect(rev >= 1 && rev <= LIMIT_REV && n <= DYNAMODB_ROW_N_MAX);
					expect(text_equal(dynamodb_row_view(&again), text));
				}
			}
		for (size_t size = 0; size <= sort.size + 1; size++) {
			char cut[DYNAMODB_ROW_SORT_MAX + 1] = "";
			int64_t rev;
			unsigned n;
			memcpy(cut, sort.data, sort.size);
			cut[sort.size] = '0';
			const struct text text = {.data = cut, .size = size};
			expect_integer(dynamodb_row_read_numbered(text, numbered[i].kind, &rev, &n), size == sort.size);
		}
	}
	int64_t rev;
	unsigned n;
	expect(!dynamodb_row_read_numbered(TEXT("~commit#0000000000"), DYNAMODB_ROW_COMMIT, &rev, &n));
}

/* A load is what sorts before "~", and its head comes first. */
static void rows_sort(void)
{
	static const char *const order[] = {"!head",
										"+bundle#0000000001#00",
										"+bundle#0000000001#01",
										"+bundle#0000000002#00",
										"dek#0001",
										"meta#",
										"tension#00#01",
										"~",
										"~commit#0000000001",
										"~parts#0000000001#00"};
	for (size_t i = 1; i < sizeof(order) / sizeof(order[0]); i++)
		expect(text_compare(text_of_string(order[i - 1]), text_of_string(order[i])) < 0);
	expect_string(DYNAMODB_ROW_HEAD_SORT, order[0]);
	expect_string(DYNAMODB_ROW_BEHIND_LOAD, order[7]);
}

static void item_rows(void)
{
	static const char *const rows[] = {"meta#", "dek#0001", "dek#9999", "tension#00#01", "tension#99#9999"};
	static const char *const none[] = {"",
									   "meta",
									   "meta#a",
									   "Meta#",
									   "tension#",
									   "tension#0#01",
									   "tension#00#1",
									   "claim#00#01",
									   "!head",
									   "!config",
									   "dek#1",
									   "#",
									   "dek#00001",
									   "tension#00#00001",
									   "file#00001",
									   "part#file#00001#0001",
									   "~commit#0000000001",
									   "+bundle#0000000001#00"};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct item_key key;
		expect(dynamodb_row_read_item(text_of_string(rows[i]), &key));
		expect(dynamodb_row_of_its_own(key));
		const struct dynamodb_row_text again = dynamodb_row_item(key);
		expect_text(dynamodb_row_view(&again), rows[i]);
		expect(again.size <= DYNAMODB_ROW_SORT_MAX);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct item_key key;
		expect(!dynamodb_row_read_item(text_of_string(none[i]), &key));
	}
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
		const char *name = entity_shape((enum entity_type)type)->name;
		const struct item_key key = {.type = text_of_string(name), .subkey = TEXT("")};
		expect_integer(dynamodb_row_of_its_own(key), strcmp(name, "meta") == 0 || strcmp(name, "tension") == 0);
	}
}

#define TIME "2026-01-01T00:00:00.000000Z"
#define LATER "2026-02-02T00:00:00.000000Z"

/* What an item gives; NULL: no index keys. */
static const struct {
	const char *type, *subkey;
	struct draft_attrs attrs;
	bool unlisted;
	const char *partition, *sort;
} indexed[] = {
	{"meta", "", {.status = "open", .created_at = TIME}, false, "t#status#open", TIME "#d"},
	{"meta",
	 "",
	 {.status = "converging", .created_at = TIME, .updated_at = LATER},
	 false,
	 "t#status#converging",
	 LATER "#d"},
	{"meta", "", {.status = "converged", .updated_at = "no time"}, false, "t#status#converged", "#d"},
	{"meta", "", {.status = "abandoned"}, false, "t#status#abandoned", "#d"},
	{"meta", "", {.status = "elsewhere", .created_at = TIME}, false, "t#status#", TIME "#d"},
	{"meta", "", {.status = ""}, false, "t#status#", "#d"},
	{"meta", "", {.created_at = TIME}, false, "t#status#", TIME "#d"},
	{"meta", "", {.status = "open", .created_at = TIME}, true, NULL, NULL},
	{"tension", "00#01", {.status = "open"}, false, "t#tension#open", "d#T0001"},
	{"tension", "03#12", {.status = "addressed"}, false, "t#tension#addressed", "d#T0312"},
	{"tension", "99#9999", {.status = "reopened"}, false, "t#tension#reopened", "d#T999999"},
	{"tension", "00#100", {.status = "open"}, false, "t#tension#open", "d#T00100"},
	{"tension", "00#01", {.status = "open"}, true, NULL, NULL},
	{"tension", "00#01", {.status = "open", .accepted_by = "final"}, false, NULL, NULL},
	{"tension", "00#01", {.status = "resolved"}, false, NULL, NULL},
	{"tension", "00#01", {.status = "deferred"}, false, NULL, NULL},
	{"tension", "00#01", {.status = "merged"}, false, NULL, NULL},
	{"tension", "00#01", {.status = "unheard-of"}, false, NULL, NULL},
	{"tension", "00#01", {.status = NULL}, false, NULL, NULL},
	{"dek", "0001", {.status = "open"}, false, NULL, NULL},
};

static void index_keys(void)
{
	const struct dynamodb_row_place place = {.tenant = TEXT("t"), .dialogue_id = TEXT("d"), .shards = 1};
	for (size_t i = 0; i < sizeof(indexed) / sizeof(indexed[0]); i++) {
		const struct store_item item = {.key = draft_key(indexed[i].type, indexed[i].subkey),
										.stored = draft_item(arena, 1, &indexed[i].attrs, 0)};
		struct dynamodb_row_index index;
		expect(dynamodb_row_index(&place, &item, !indexed[i].unlisted, &index));
		if (indexed[i].partition == NULL) {
			expect_integer(index.name, DYNAMODB_ROW_NO_INDEX);
			expect_integer(index.partition.size + index.sort.size, 0);
			continue;
		}
		expect_integer(index.name,
					   strcmp(indexed[i].type, "meta") == 0 ? DYNAMODB_ROW_BY_STATUS : DYNAMODB_ROW_BY_TENSION_STATUS);
		expect_text(dynamodb_row_view(&index.partition), indexed[i].partition);
		expect_text(dynamodb_row_view(&index.sort), indexed[i].sort);
	}
	struct dynamodb_row_index index;
	const struct store_item none = {.key = draft_key("meta", ""), .stored = {.bytes = bytes_of_text(TEXT("none"))}};
	expect(!dynamodb_row_index(&place, &none, true, &index));
	dynamodb_row_head_index(&place, &index);
	expect_integer(index.name, DYNAMODB_ROW_BY_TENSION_STATUS);
	expect_text(dynamodb_row_view(&index.partition), "t#head");
	expect_text(dynamodb_row_view(&index.sort), "d");
}

/* The longest that there can be. */
static void index_keys_fit(void)
{
	const struct dynamodb_row_place place = {
		.tenant = name_of('t', LIMIT_TENANT), .dialogue_id = name_of('i', LIMIT_DIALOGUE_ID), .shards = 64};
	const struct draft_attrs attrs = {.status = "converging", .updated_at = TIME};
	const struct store_item item = {.key = draft_key("meta", ""), .stored = draft_item(arena, 1, &attrs, 0)};
	struct dynamodb_row_index index;
	expect(dynamodb_row_index(&place, &item, true, &index));
	expect(index.partition.size >= LIMIT_TENANT + 8 + 10 + 2);
	expect_integer(index.sort.size, 27 + 1 + LIMIT_DIALOGUE_ID);
}

/* By the CRC-32 of the id; "123456789" has 0xcbf43926. */
static void shards(void)
{
	static const struct {
		unsigned shards;
		const char *partition;
	} rows[] = {{1, "t#head"}, {2, "t#head#0"}, {7, "t#head#5"}, {64, "t#head#38"}};
	struct dynamodb_row_index index;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dynamodb_row_place place = {
			.tenant = TEXT("t"), .dialogue_id = TEXT("123456789"), .shards = rows[i].shards};
		dynamodb_row_head_index(&place, &index);
		expect_text(dynamodb_row_view(&index.partition), rows[i].partition);
	}
	const struct dynamodb_row_shelf_request request = {
		.shelf = DYNAMODB_ROW_TENSIONS, .tenant = TEXT("t"), .status = TEXT("open"), .shard = 3, .shards = 4};
	const struct dynamodb_row_text shelf = dynamodb_row_shelf(&request);
	expect_text(dynamodb_row_view(&shelf), "t#tension#open#3");
}

/* Sort keys of an index order as pages do: by time and id; by id and subkey. */
static void index_order(void)
{
	static const char *const ids[] = {"a", "a-b", "a1", "ab", "b"};
	static const char *const subkeys[] = {"00#01", "00#10", "00#100", "00#11", "01#01"};
	static const char *const times[] = {NULL, TIME, LATER};
	struct dynamodb_row_text before = {.size = 0};
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		for (size_t k = 0; k < sizeof(subkeys) / sizeof(subkeys[0]); k++) {
			struct dynamodb_row_text sort;
			expect(dynamodb_row_tension_sort(text_of_string(ids[i]), draft_key("tension", subkeys[k]), &sort));
			expect(text_compare(dynamodb_row_view(&before), dynamodb_row_view(&sort)) < 0);
			before = sort;
		}
	before.size = 0;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		for (size_t k = 0; k < sizeof(ids) / sizeof(ids[0]); k++) {
			const struct dynamodb_row_text sort =
				dynamodb_row_dialogue_sort(text_of_string(times[i]), text_of_string(ids[k]));
			expect(text_compare(dynamodb_row_view(&before), dynamodb_row_view(&sort)) < 0);
			before = sort;
		}
	struct dynamodb_row_text sort;
	expect(!dynamodb_row_tension_sort(TEXT("a"), draft_key("claim", "00#01"), &sort));
	expect(!dynamodb_row_tension_sort(TEXT("a"), draft_key("tension", "00"), &sort));
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a partition's key holds tenant and id, and nothing that is none", partitions},
		{"keys that are none of a partition are refused", partitions_that_are_none},
		{"numbered rows are written and read, the greatest numbers too", numbered_rows},
		{"numbered rows have one spelling", numbered_rows_have_one_spelling},
		{"rows sort with the head first and history last", rows_sort},
		{"items with rows of their own are meta, tensions and deks", item_rows},
		{"index keys are a function of address, attributes and being listed", index_keys},
		{"the longest index keys fit", index_keys_fit},
		{"shards are counted by the CRC-32 of the id", shards},
		{"index keys sort as pages do", index_order},
	};
	arena = arena_create(1 << 24);
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	arena_destroy(arena);
	return code;
}
