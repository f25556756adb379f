/*
 * Bundles: filled to the brim in address order, nothing left out; read strictly.
 */
#include "cbor_write.h"
#include "draft.h"
#include "dynamodb_bundle.h"
#include "dynamodb_row.h"
#include "expect.h"
#include "limits.h"

enum { BUNDLES = 200 };

static struct arena *arena;

/* All bundles of a change, in turn. */
static struct bytes filled[BUNDLES];
static size_t filled_count;

static void fill_all(const struct store_change *change, bool parts)
{
	struct dynamodb_bundle_filling filling = {.change = change};
	struct buffer out;
	filled_count = 0;
	for (;;) {
		buffer_init(&out, DYNAMODB_BUNDLE_MAX);
		expect(parts ? dynamodb_bundle_fill_parts(&filling, &out) : dynamodb_bundle_fill(&filling, &out));
		if (out.size == 0)
			break;
		expect(filled_count < BUNDLES && out.size <= DYNAMODB_BUNDLE_MAX);
		expect_integer((int64_t)out.capacity, (int64_t)out.size);
		expect(arena_copy(arena, buffer_view(&out), &filled[filled_count++]));
		buffer_finish(&out);
	}
	buffer_finish(&out);
}

static struct item_key file_key(size_t n)
{
	struct item_key key = {.type = TEXT("file")};
	expect(arena_format(arena, &key.subkey, "%05zu", n));
	return key;
}

static struct draft begin(void)
{
	return draft_begin(arena, (struct store_partition){.tenant = TEXT("t"), .dialogue_id = TEXT("d")});
}

static const struct store_change *make(struct draft *draft)
{
	return draft_make(draft, &(struct draft_head){.rev = 0});
}

/* Reads one bundle, which must be good, and returns its entries. */
static size_t read_all(struct bytes bytes, bool parts, struct dynamodb_bundle_entry *entries, size_t room)
{
	struct dynamodb_bundle_reading reading;
	size_t count = 0;
	dynamodb_bundle_read(&reading, bytes, parts);
	while (dynamodb_bundle_next(&reading, &entries[count]))
		expect(++count < room);
	expect(dynamodb_bundle_good(&reading));
	return count;
}

/* Puts and removals, every third one removed, with rows of their own in between: each appears where it belongs, once. */
static void everything_once(void)
{
	static struct dynamodb_bundle_entry entries[1000];
	static const char *const own[] = {"0001", "0002", "0003"};
	struct draft draft = begin();
	enum { FILES = 300 };
	for (size_t i = 0; i < FILES; i++)
		if (i % 3 == 0)
			draft_remove(&draft, file_key(i));
		else
			draft_put(&draft, file_key(i), NULL, 3000 + i);
	draft_put(&draft, draft_key("meta", ""), NULL, 0);
	draft_put(&draft, draft_key("claim", "00#01"), NULL, 0);
	draft_put(&draft, draft_key("verdict", "final"), NULL, 0);
	draft_remove(&draft, draft_key("tension", "00#01"));
	for (size_t i = 0; i < 3; i++)
		draft_put(&draft, draft_key("dek", own[i]), NULL, 0);
	const struct store_change *change = make(&draft);
	fill_all(change, false);
	expect(filled_count == 2 || filled_count == 3);
	size_t count = 0;
	for (size_t i = 0; i < filled_count; i++)
		count += read_all(filled[i], false, entries + count, 1000 - count);
	expect_integer(count, FILES + 2);
	expect_text(entries[0].key.type, "claim");
	expect_text(entries[count - 1].key.type, "verdict");
	for (size_t i = 0; i < FILES; i++) {
		const struct dynamodb_bundle_entry *entry = &entries[1 + i];
		const struct store_item *put = item_key_find(file_key(i), change->puts, change->put_count, sizeof(*put));
		expect(item_key_compare(entry->key, file_key(i)) == 0);
		expect_integer(entry->n, 0);
		expect_integer(put == NULL, i % 3 == 0);
		expect(put == NULL ? entry->stored.bytes.size == 0 : bytes_equal(entry->stored.bytes, put->stored.bytes));
	}
}

static void parts_once(void)
{
	static struct dynamodb_bundle_entry entries[1000];
	struct draft draft = begin();
	for (size_t i = 1; i <= 3; i++) {
		draft_put(&draft, file_key(i), NULL, 0);
		for (int n = 1; n <= 40; n++)
			draft_part(&draft, file_key(i), n, (size_t)(5000 + n));
	}
	const struct store_change *change = make(&draft);
	fill_all(change, true);
	expect_integer(filled_count, 2);
	size_t count = 0;
	for (size_t i = 0; i < filled_count; i++)
		count += read_all(filled[i], true, entries + count, 1000 - count);
	expect_integer(count, change->part_count);
	for (size_t i = 0; i < count; i++) {
		struct item_key key;
		expect(item_key_part(arena, entries[i].key, entries[i].n, &key));
		expect(item_key_compare(key, change->parts[i].key) == 0);
		expect(bytes_equal(entries[i].stored.bytes, change->parts[i].stored.bytes));
	}
}

static void nothing_to_fill(void)
{
	struct draft draft = begin();
	draft_put(&draft, draft_key("meta", ""), NULL, 0);
	draft_remove(&draft, draft_key("dek", "0001"));
	fill_all(make(&draft), false);
	expect_integer(filled_count, 0);
	fill_all(make(&draft), true);
	expect_integer(filled_count, 0);
}

/* Two items of 140,000 bytes and one that ends the bundle one byte below, at and above its limit. Around the items: the head of
   the array, and of each entry 1 + 5 + 6 bytes and the head of its bytes, 5 or 3. */
static void filled_to_the_brim(void)
{
	const size_t rest = DYNAMODB_BUNDLE_MAX - 1 - 2 * (12 + 5 + 140000) - (12 + 5);
	for (int off = -1; off <= 1; off++) {
		struct draft draft = begin();
		draft_put(&draft, file_key(1), NULL, 140000);
		draft_put(&draft, file_key(2), NULL, 140000);
		draft_put(&draft, file_key(3), NULL, rest + (size_t)(off + 1) - 1);
		fill_all(make(&draft), false);
		expect_integer(filled_count, off <= 0 ? 1 : 2);
		if (off <= 0)
			expect_integer(filled[0].size, DYNAMODB_BUNDLE_MAX + off);
	}
}

/* Each bundle is so full that the first entry of the next one has no room in it. */
static void filled_until_the_next_does_not_fit(void)
{
	static struct dynamodb_bundle_entry entries[5000];
	struct draft draft = begin();
	uint64_t state = 7;
	size_t total = 0;
	for (size_t i = 0; i < 1200; i++) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
		const size_t size = (i % 50 == 0 ? 70000 : 400) + (size_t)(state >> 40) % 2000;
		if (total + size > 2900000)
			continue;
		draft_put(&draft, file_key(i), NULL, size);
		total += size;
	}
	fill_all(make(&draft), false);
	expect(filled_count > 3);
	for (size_t i = 0; i + 1 < filled_count; i++) {
		expect(read_all(filled[i + 1], false, entries, 5000) > 0);
		/* An entry takes at most 17 bytes around its item; another digit of the count two. */
		expect(filled[i].size + entries[0].stored.bytes.size + 19 > DYNAMODB_BUNDLE_MAX);
	}
}

/* ---- hostile ---- */

/* A row of what a test wants in it. */
static struct bytes row_of(size_t count, const struct dynamodb_bundle_entry *entries, size_t entry_count, bool parts)
{
	struct buffer out;
	struct cbor_writer writer;
	struct bytes bytes;
	buffer_init(&out, 1 << 20);
	cbor_write_begin(&writer, &out);
	cbor_write_array(&writer, count);
	for (size_t i = 0; i < entry_count; i++) {
		cbor_write_array(&writer, parts ? 4 : 3);
		cbor_write_text(&writer, entries[i].key.type);
		cbor_write_text(&writer, entries[i].key.subkey);
		if (parts)
			cbor_write_integer(&writer, entries[i].n);
		cbor_write_bytes(&writer, entries[i].stored.bytes);
	}
	expect(arena_copy(arena, buffer_view(&out), &bytes));
	buffer_finish(&out);
	return bytes;
}

static bool is_good(struct bytes bytes, bool parts)
{
	struct dynamodb_bundle_reading reading;
	struct dynamodb_bundle_entry entry;
	dynamodb_bundle_read(&reading, bytes, parts);
	while (dynamodb_bundle_next(&reading, &entry))
		;
	return dynamodb_bundle_good(&reading);
}

static const uint8_t many[LIMIT_STORED_ITEM + 1];
#define STORED(count)                                                                                                  \
	{                                                                                                                  \
		.bytes = { many, count }                                                                                       \
	}
#define KEY(a, b)                                                                                                      \
	{                                                                                                                  \
		.type = {a, sizeof(a) - 1}, .subkey = { b, sizeof(b) - 1 }                                                     \
	}

static void items_that_are_none(void)
{
	static const struct {
		struct dynamodb_bundle_entry entries[2];
		size_t count;
		bool good;
	} rows[] = {
		{{{.key = KEY("claim", "00#01"), .stored = STORED(1)}}, 1, true},
		{{{.key = KEY("claim", "00#01"), .stored = STORED(0)}}, 1, true},
		{{{.key = KEY("file", "00001"), .stored = STORED(LIMIT_STORED_ITEM)}}, 1, true},
		{{{.key = KEY("file", "00001"), .stored = STORED(LIMIT_STORED_ITEM + 1)}}, 1, false},
		{{{.key = KEY("claim", "00#01")}, {.key = KEY("claim", "00#02")}}, 2, true},
		{{{.key = KEY("claim", "00#02")}, {.key = KEY("claim", "00#01")}}, 2, false},
		{{{.key = KEY("claim", "00#01")}, {.key = KEY("claim", "00#01")}}, 2, false},
		{{{.key = KEY("file", "00001")}, {.key = KEY("claim", "00#01")}}, 2, false},
		{{{.key = KEY("meta", "")}}, 1, false},
		{{{.key = KEY("dek", "0001")}}, 1, false},
		{{{.key = KEY("tension", "00#01")}}, 1, false},
		{{{.key = KEY("part", "file#00001#0001")}}, 1, false},
		{{{.key = KEY("head", "")}}, 1, false},
		{{{.key = KEY("", "")}}, 1, false},
		{{{.key = KEY("claim", "1")}}, 1, false},
		{{{.key = KEY("Claim", "00#01")}}, 1, false},
		{{{.key = KEY("claim", "00#01")}}, 0, false},
		{{{.key = KEY("claim", "00#01")}}, 2, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const size_t written = rows[i].count < 2 || rows[i].entries[1].key.type.size > 0 ? rows[i].count : 1;
		const struct bytes row = row_of(rows[i].count, rows[i].entries, written, false);
		expect_integer(is_good(row, false), rows[i].good);
		expect(!is_good(row, true));
	}
}

static void parts_that_are_none(void)
{
	static const struct {
		struct dynamodb_bundle_entry entry;
		bool good;
	} rows[] = {
		{{.key = KEY("file", "00001"), .n = 1, .stored = STORED(1)}, true},
		{{.key = KEY("tension", "00#01"), .n = LIMIT_PARTS, .stored = STORED(LIMIT_STORED_ITEM)}, true},
		{{.key = KEY("file", "00001"), .n = 0, .stored = STORED(1)}, false},
		{{.key = KEY("file", "00001"), .n = -1, .stored = STORED(1)}, false},
		{{.key = KEY("file", "00001"), .n = LIMIT_PARTS + 1, .stored = STORED(1)}, false},
		{{.key = KEY("file", "00001"), .n = 1, .stored = STORED(0)}, false},
		{{.key = KEY("file", "00001"), .n = 1, .stored = STORED(LIMIT_STORED_ITEM + 1)}, false},
		{{.key = KEY("part", "file#00001#0001"), .n = 1, .stored = STORED(1)}, false},
		{{.key = KEY("file", "1"), .n = 1, .stored = STORED(1)}, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bytes row = row_of(1, &rows[i].entry, 1, true);
		expect_integer(is_good(row, true), rows[i].good);
		expect(!is_good(row, false));
	}
}

/* Whatever bytes come: no entry that could not have been written, and none but whole rows are good. */
static void any_bytes(void)
{
	struct draft draft = begin();
	draft_put(&draft, draft_key("claim", "00#01"), NULL, 0);
	draft_put(&draft, draft_key("expert", "a"), NULL, 0);
	draft_remove(&draft, draft_key("round", "00"));
	fill_all(make(&draft), false);
	expect_integer(filled_count, 1);
	const struct bytes good = filled[0];
	uint8_t *changed;
	for (size_t size = 0; size < good.size; size++)
		expect(!is_good((struct bytes){.data = good.data, .size = size}, false));
	expect((changed = arena_allocate(arena, good.size + 1)) != NULL);
	memcpy(changed, good.data, good.size);
	expect(!is_good((struct bytes){.data = changed, .size = good.size + 1}, false));
	for (size_t at = 0; at < good.size; at++) {
		for (int byte = 0; byte < 256; byte++) {
			struct dynamodb_bundle_reading reading;
			struct dynamodb_bundle_entry entry;
			struct dynamodb_bundle_entry last = {.n = 0};
			changed[at] = (uint8_t)byte;
			dynamodb_bundle_read(&reading, (struct bytes){.data = changed, .size = good.size}, false);
			while (dynamodb_bundle_next(&reading, &entry)) {
				expect(item_key_leaf(entry.key) && !dynamodb_row_of_its_own(entry.key));
				expect(last.key.type.size == 0 || item_key_compare(last.key, entry.key) < 0);
				last = entry;
			}
		}
		changed[at] = good.data[at];
	}
	/* A row that is longer than any that is written is not looked at. */
	uint8_t *large = arena_allocate(arena, DYNAMODB_BUNDLE_MAX + 1);
	expect(large != NULL);
	memcpy(large, good.data, good.size);
	expect(!is_good((struct bytes){.data = large, .size = DYNAMODB_BUNDLE_MAX + 1}, false));
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"every put and removal is written once, in address order, but those with rows of their own", everything_once},
		{"every part is written once, in address order", parts_once},
		{"where there is nothing to write no row is written", nothing_to_fill},
		{"a bundle is filled up to its last byte and not beyond", filled_to_the_brim},
		{"a bundle ends only where the next entry does not fit", filled_until_the_next_does_not_fit},
		{"entries of items that could not have been written are refused", items_that_are_none},
		{"entries of parts that could not have been written are refused", parts_that_are_none},
		{"bytes of any kind give no entry that is none", any_bytes},
	};
	arena = arena_create((size_t)1 << 28);
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	arena_destroy(arena);
	return code;
}
