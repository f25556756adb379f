/*
 * A change as one transaction: every row of it accounted for, each under its condition.
 */
#include <jansson.h>

#include "draft.h"
#include "dynamodb_answer.h"
#include "dynamodb_bundle.h"
#include "dynamodb_change.h"
#include "expect.h"
#include "limits.h"

static struct arena *arena;
static struct dynamodb_message message;
static struct hansard_error error;
static json_t *body;

static struct draft begin(void)
{
	return draft_begin(arena, (struct store_partition){.tenant = TEXT("t"), .dialogue_id = TEXT("d")});
}

static enum hansard_status write_change(const struct store_change *change, enum dynamodb_change_stand stand)
{
	const struct dynamodb_change_request request = {
		.table = TEXT("table"),
		.place = {.tenant = TEXT("t"), .dialogue_id = TEXT("d"), .shards = 1},
		.partition = TEXT("t#dialogue#d"),
		.change = change,
		.stand = stand,
	};
	error = (struct hansard_error){.status = HANSARD_OK};
	json_decref(body);
	body = NULL;
	const enum hansard_status status = dynamodb_change_write(&request, &message, &error);
	if (status == HANSARD_OK) {
		body = json_loadb((const char *)message.body.data, message.body.size, 0, NULL);
		expect(body != NULL);
	}
	return status;
}

/* The i-th action, which must be of this kind. */
static const json_t *action(size_t i, const char *what)
{
	const json_t *found = json_object_get(json_array_get(json_object_get(body, "TransactItems"), i), what);
	expect(json_object_size(json_array_get(json_object_get(body, "TransactItems"), i)) == 1 && found != NULL);
	expect_string(json_string_value(json_object_get(found, "TableName")), "table");
	return found;
}

static size_t actions(void)
{
	return json_array_size(json_object_get(body, "TransactItems"));
}

/* The row that the i-th action puts, which has this sort key and so many attributes. */
static const json_t *put(size_t i, const char *sort, size_t fields)
{
	const json_t *item = json_object_get(action(i, "Put"), "Item");
	expect_text(dynamodb_answer_text(item, "PK"), "t#dialogue#d");
	expect_text(dynamodb_answer_text(item, "SK"), sort);
	expect_integer(json_object_size(item), fields);
	return item;
}

static struct bytes bytes_of(const json_t *item, const char *name)
{
	struct bytes bytes = {.data = NULL};
	expect_integer(dynamodb_answer_bytes(item, name, arena, &bytes), HANSARD_OK);
	return bytes;
}

static const char *condition_of(const json_t *of)
{
	const char *condition = json_string_value(json_object_get(of, "ConditionExpression"));
	return condition == NULL ? "" : condition;
}

#define TIME "2026-01-01T00:00:00.000000Z"
static const struct draft_attrs open_meta = {.status = "open", .created_at = TIME};

static void creation(void)
{
	struct draft draft = begin();
	draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
	draft_put(&draft, draft_key("dek", "0001"), NULL, 0);
	draft_put(&draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
	draft_put(&draft, draft_key("file", "00001"), NULL, 0);
	draft_part(&draft, draft_key("file", "00001"), 1, 100);
	const struct store_change *change = draft_make(&draft, &(struct draft_head){.rev = 0});
	expect_integer(write_change(change, DYNAMODB_CHANGE_ON_ANY), HANSARD_OK);
	expect_integer(actions(), 7);

	const struct dynamodb_change_id id = dynamodb_change_id(&change->attempt);
	struct text id_text;
	expect(arena_format(arena, &id_text, "%.*s%c", (int)sizeof(id.data), id.data, 0));
	expect_string(json_string_value(json_object_get(body, "ClientRequestToken")), id_text.data);
	const json_t *head = put(0, "!head", 8);
	int64_t rev;
	expect(dynamodb_answer_number(head, "r", &rev));
	expect_integer(rev, 1);
	expect(bytes_equal(bytes_of(head, "c"), change->commit));
	expect(bytes_equal(bytes_of(head, "s"), change->note));
	expect_text(dynamodb_answer_text(head, "i"), id_text.data);
	expect_text(dynamodb_answer_text(head, "p2"), "t#head");
	expect_text(dynamodb_answer_text(head, "s2"), "d");
	expect_string(condition_of(action(0, "Put")), "attribute_not_exists(#0)");
	const json_t *commit = put(1, "~commit#0000000001", 4);
	expect(bytes_equal(bytes_of(commit, "c"), change->commit));
	expect_text(dynamodb_answer_text(commit, "i"), id_text.data);
	expect_string(condition_of(action(1, "Put")), "attribute_not_exists(#0)");
	/* Rows in address order, then bundles, then parts. */
	expect(bytes_equal(bytes_of(put(2, "dek#0001", 3), "c"), change->puts[0].stored.bytes));
	const json_t *meta = put(3, "meta#", 5);
	expect(bytes_equal(bytes_of(meta, "c"), change->puts[2].stored.bytes));
	expect_text(dynamodb_answer_text(meta, "p1"), "t#status#open");
	expect_text(dynamodb_answer_text(meta, "s1"), TIME "#d");
	const json_t *tension = put(4, "tension#00#01", 5);
	expect_text(dynamodb_answer_text(tension, "p2"), "t#tension#open");
	expect_text(dynamodb_answer_text(tension, "s2"), "d#T0001");
	put(5, "+bundle#0000000001#00", 3);
	put(6, "~parts#0000000001#00", 3);
	for (size_t i = 2; i < 7; i++)
		expect_string(condition_of(action(i, "Put")), "");
}

static void conditions(void)
{
	static const struct {
		enum dynamodb_change_stand stand;
		bool unlisted;
		const char *condition;
	} rows[] = {
		{DYNAMODB_CHANGE_ON_ANY, true, "#0 = :0 AND #1 >= :1 AND #2 < :2"},
		{DYNAMODB_CHANGE_ON_LISTED, false, "#0 = :0 AND #1 >= :1 AND #2 < :2 AND attribute_not_exists(#3)"},
		{DYNAMODB_CHANGE_ON_UNLISTED, false, "#0 = :0 AND #1 >= :1 AND #2 < :2 AND attribute_exists(#3)"},
	};
	for (size_t i = 0; i < 3; i++) {
		struct draft draft = begin();
		struct draft_head head = {.rev = 41, .hash = {.bytes = {1, 2, 3}}};
		draft.unlisted = rows[i].unlisted;
		draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
		draft_remove(&draft, draft_key("tension", "00#01"));
		const struct store_change *change = draft_make(&draft, &head);
		expect_integer(write_change(change, rows[i].stand), HANSARD_OK);
		expect_integer(actions(), 4);
		const json_t *of_head = action(0, "Put");
		expect_string(condition_of(of_head), rows[i].condition);
		const json_t *names = json_object_get(of_head, "ExpressionAttributeNames");
		expect_string(json_string_value(json_object_get(names, "#0")), "r");
		expect_string(json_string_value(json_object_get(names, "#1")), "s");
		expect_string(json_string_value(json_object_get(names, "#2")), "s");
		int64_t rev;
		const json_t *values = json_object_get(of_head, "ExpressionAttributeValues");
		expect(dynamodb_answer_number(values, ":0", &rev));
		expect_integer(rev, 41);
		/* What a note begins with that names the commit, and what sorts right behind all that begin so. */
		const struct text lines = text_of_bytes(bytes_of(values, ":1")), behind = text_of_bytes(bytes_of(values, ":2"));
		expect(bytes_equal(bytes_of_text(lines), draft_note(&draft, 41, &head.hash)));
		expect(text_equal(text_slice(lines, 0, lines.size - 1), text_slice(behind, 0, behind.size - 1)));
		expect(lines.data[lines.size - 1] == '\n' && behind.data[behind.size - 1] == '\n' + 1);
		expect_integer(json_object_size(values), 3);
		const json_t *item = json_object_get(of_head, "Item");
		expect_integer(dynamodb_answer_has(item, "u"), rows[i].unlisted);
		expect_text(dynamodb_answer_text(item, "p2"), "t#head");
		expect_integer(dynamodb_answer_has(json_object_get(action(2, "Put"), "Item"), "p1"), !rows[i].unlisted);
		expect_text(dynamodb_answer_text(json_object_get(action(3, "Delete"), "Key"), "SK"), "tension#00#01");
	}
	/* The two bodies that one change may be sent in have tokens of their own. */
	struct draft draft = begin();
	draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
	const struct store_change *change = draft_make(&draft, &(struct draft_head){.rev = 41});
	char tokens[2][40];
	for (size_t i = 0; i < 2; i++) {
		expect_integer(write_change(change, rows[1 + i].stand), HANSARD_OK);
		snprintf(tokens[i], sizeof(tokens[i]), "%s", json_string_value(json_object_get(body, "ClientRequestToken")));
	}
	expect(strcmp(tokens[0], tokens[1]) != 0);
	expect_integer(strlen(tokens[0]), 36);
}

static void attempts_are_uuids(void)
{
	struct store_attempt attempt = {.rev = 1};
	for (size_t i = 0; i < sizeof(attempt.id); i++)
		attempt.id[i] = (uint8_t)(0x10 * i + 15 - i);
	const struct dynamodb_change_id id = dynamodb_change_id(&attempt);
	expect_text(((struct text){.data = id.data, .size = sizeof(id.data)}), "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
}

/* Rows, bundles and parts of the transaction are the change, all of it, once. */
static void expect_accounted(const struct store_change *change)
{
	size_t puts = 0, removals = 0, parts = 0;
	for (size_t i = 2; i < actions(); i++) {
		const json_t *wrapped = json_array_get(json_object_get(body, "TransactItems"), i);
		struct item_key key;
		if (json_object_get(wrapped, "Delete") != NULL) {
			const struct text sort = dynamodb_answer_text(json_object_get(action(i, "Delete"), "Key"), "SK");
			expect(dynamodb_row_read_item(sort, &key));
			expect(item_key_find(key, change->removals, change->removal_count, sizeof(key)) != NULL);
			removals++;
			continue;
		}
		const json_t *item = json_object_get(action(i, "Put"), "Item");
		const struct text sort = dynamodb_answer_text(item, "SK");
		const struct bytes bytes = bytes_of(item, "c");
		if (dynamodb_row_read_item(sort, &key)) {
			const struct store_item *wanted = item_key_find(key, change->puts, change->put_count, sizeof(*wanted));
			expect(wanted != NULL && bytes_equal(bytes, wanted->stored.bytes));
			puts++;
			continue;
		}
		struct dynamodb_bundle_reading reading;
		struct dynamodb_bundle_entry entry;
		int64_t rev;
		unsigned n;
		const bool of_parts = text_starts_with(sort, TEXT("~"));
		expect(dynamodb_row_read_numbered(sort, of_parts ? DYNAMODB_ROW_PARTS : DYNAMODB_ROW_BUNDLE, &rev, &n));
		expect_integer(rev, change->rev);
		dynamodb_bundle_read(&reading, bytes, of_parts);
		while (dynamodb_bundle_next(&reading, &entry)) {
			if (of_parts) {
				expect(bytes_equal(entry.stored.bytes, change->parts[parts++].stored.bytes));
			} else if (entry.stored.bytes.size == 0) {
				expect(item_key_find(entry.key, change->removals, change->removal_count, sizeof(key)) != NULL);
				removals++;
			} else {
				const struct store_item *wanted =
					item_key_find(entry.key, change->puts, change->put_count, sizeof(*wanted));
				expect(wanted != NULL && bytes_equal(entry.stored.bytes, wanted->stored.bytes));
				puts++;
			}
		}
		expect(dynamodb_bundle_good(&reading));
	}
	expect_integer(puts, change->put_count);
	expect_integer(removals, change->removal_count);
	expect_integer(parts, change->part_count);
}

static struct item_key file_key(size_t n)
{
	struct item_key key = {.type = TEXT("file")};
	expect(arena_format(arena, &key.subkey, "%05zu", n));
	return key;
}

static void a_body_takes_no_more_memory_than_it_needs(void)
{
	struct draft draft = begin();
	draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
	for (size_t i = 0; i < 100; i++)
		draft_put(&draft, file_key(i), NULL, 1000);
	dynamodb_message_finish(&message);
	expect_integer(write_change(draft_make(&draft, &(struct draft_head){.rev = 0}), DYNAMODB_CHANGE_ON_ANY),
				   HANSARD_OK);
	expect(message.body.size > 130000 && message.body.capacity < message.body.size + 2000);
}

/* As many rows and bytes as the ceilings of the boundary allow at once. */
static void the_largest_change_is_one_transaction(void)
{
	struct draft draft = begin();
	draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
	for (size_t i = 1; i < LIMIT_COMMIT_INDEXED; i++) {
		struct item_key key = {.type = TEXT("tension")};
		expect(arena_format(arena, &key.subkey, "%02zu#01", i));
		if (i % 2 == 0)
			draft_put(&draft, key, &(struct draft_attrs){.status = "open"}, 200);
		else
			draft_remove(&draft, key);
	}
	size_t left = LIMIT_COMMIT_STORED_BYTES - 40 * 200 - 200;
	for (size_t i = 0; left > 0; i++) {
		const size_t size = left > LIMIT_STORED_ITEM + 400 ? LIMIT_STORED_ITEM : left / 2;
		draft_put(&draft, file_key(i), NULL, size);
		left -= size;
		if (left > 0 && left < LIMIT_STORED_ITEM) {
			draft_part(&draft, file_key(i), 1, left);
			left = 0;
		}
	}
	for (size_t i = 1000; draft.put_count + draft.removal_count < LIMIT_COMMIT_CHANGES; i++)
		draft_remove(&draft, file_key(i));
	draft.commit_size = LIMIT_COMMIT_BYTES;
	draft.note_size = LIMIT_NOTE;
	const struct store_change *change = draft_make(&draft, &(struct draft_head){.rev = 0});
	const struct store_partition partition = {.tenant = TEXT("t"), .dialogue_id = TEXT("d")};
	expect_good(store_engine_check_change(&partition, change, &error), &error);
	expect_integer(write_change(change, DYNAMODB_CHANGE_ON_ANY), HANSARD_OK);
	expect(actions() <= DYNAMODB_MESSAGE_ACTIONS);
	expect(message.item_bytes <= DYNAMODB_MESSAGE_ITEM_BYTES);
	expect(message.body.size <= DYNAMODB_MESSAGE_MAX);
	expect_integer(actions(), message.actions);
	expect_accounted(change);
}

/* The longest address that an item has: of a move. */
static struct item_key move_key(size_t n)
{
	struct item_key key = {.type = TEXT("move")};
	expect(arena_format(arena, &key.subkey, "%02zu#%040d#%02zu", n / 90, 0, 10 + n % 90));
	return key;
}

/* Rows that are cut as early as they can be, long addresses between them, and everything else at its ceiling. Each of two rows that is cut
   has 210,000 bytes: the next entry, of 140,000, does not fit. */
static void the_worst_packing_is_one_transaction(void)
{
	enum { CUT = 350000 - 2 * LIMIT_STORED_ITEM + 1, ADDRESS = 55, PARTS = 4, BESIDE = 4 + 15 + 16, KEY_MAX = 125 };
	struct draft draft = begin();
	size_t left = LIMIT_COMMIT_STORED_BYTES, n = 0;
	for (size_t i = 1; i <= LIMIT_COMMIT_INDEXED; i++) {
		struct item_key key = {.type = TEXT("tension")};
		expect(arena_format(arena, &key.subkey, "%02zu#01", i));
		draft_put(&draft, key, &(struct draft_attrs){.status = "open"}, 200);
		left -= 200;
	}
	for (int i = 1; i <= PARTS; i++) {
		const size_t size = i % 2 == 1 ? LIMIT_STORED_ITEM : CUT;
		draft_part(&draft, file_key(1), i, size);
		left -= size + BESIDE;
	}
	draft_put(&draft, file_key(1), NULL, 200);
	left -= 200;
	while (left > 1000) {
		size_t size = left < LIMIT_STORED_ITEM ? left : LIMIT_STORED_ITEM;
		draft_put(&draft, move_key(n++), NULL, size);
		left -= size;
		if (draft.put_count + draft.removal_count + CUT / ADDRESS + 100 < LIMIT_COMMIT_CHANGES) {
			for (size_t i = 0; i <= CUT / ADDRESS; i++)
				draft_remove(&draft, move_key(n++));
			continue;
		}
		if (left <= 1000)
			break;
		size = left < CUT ? left : CUT;
		draft_put(&draft, move_key(n++), NULL, size);
		left -= size;
	}
	while (draft.put_count + draft.removal_count < LIMIT_COMMIT_CHANGES)
		draft_remove(&draft, move_key(n++));
	draft.commit_size = LIMIT_COMMIT_BYTES;
	draft.note_size = LIMIT_NOTE;
	const struct store_change *change = draft_make(&draft, &(struct draft_head){.rev = 0});
	const struct store_partition partition = {.tenant = TEXT("t"), .dialogue_id = TEXT("d")};
	expect_good(store_engine_check_change(&partition, change, &error), &error);
	expect_integer(write_change(change, DYNAMODB_CHANGE_ON_ANY), HANSARD_OK);
	printf("# %zu rows, %zu bytes\n", actions(), message.item_bytes);
	expect(actions() > 95 && actions() <= DYNAMODB_MESSAGE_ACTIONS);
	expect(message.item_bytes + actions() * KEY_MAX <= DYNAMODB_MESSAGE_ITEM_BYTES);
	expect_accounted(change);
}

/* Above the ceilings of the boundary, thousands of parts of a few bytes: refused before anything is sent, whoever sends them. */
static void what_does_not_fit_is_refused(void)
{
	static struct store_item parts[100000];
	struct draft draft = begin();
	draft_put(&draft, draft_key("event", "commented#meta#20260101T000000000000Z#0001"), NULL, 0);
	draft_put(&draft, file_key(1), NULL, 0);
	struct store_change change = *draft_make(&draft, &(struct draft_head){.rev = 0});
	size_t count = 0;
	for (size_t owner = 0; owner < change.put_count; owner++)
		for (int n = 1; n <= LIMIT_PARTS; n++, count++) {
			expect(item_key_part(arena, change.puts[owner].key, n, &parts[count].key));
			parts[count].stored.bytes = (struct bytes){.data = change.commit.data, .size = 1};
		}
	change.parts = parts;
	change.part_count = count;
	expect_integer(write_change(&change, DYNAMODB_CHANGE_ON_ANY), HANSARD_OK); /* 20,000 of them still fit */
	expect_accounted(&change);
	for (size_t i = 0; i < count; i++)
		parts[i].stored.bytes = (struct bytes){.data = change.puts[0].stored.bytes.data, .size = 200};
	uint8_t *many = arena_allocate(arena, 200);
	expect(many != NULL);
	for (size_t i = 0; i < count; i++)
		parts[i].stored.bytes = (struct bytes){.data = many, .size = 200};
	expect_integer(write_change(&change, DYNAMODB_CHANGE_ON_ANY), HANSARD_INVALID);
	expect_string(error.kind, "commit_too_large");
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a creation puts its rows where there is no head", creation},
		{"a change stands on its head, listed or not", conditions},
		{"an attempt is written as a UUID", attempts_are_uuids},
		{"a body takes no more memory than it needs", a_body_takes_no_more_memory_than_it_needs},
		{"a change at every ceiling is one transaction, all of it accounted for",
		 the_largest_change_is_one_transaction},
		{"so is one whose rows are cut as early as they can be", the_worst_packing_is_one_transaction},
		{"what DynamoDB has no room for is refused", what_does_not_fit_is_refused},
	};
	arena = arena_create((size_t)1 << 30);
	dynamodb_message_init(&message);
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	dynamodb_message_finish(&message);
	json_decref(body);
	arena_destroy(arena);
	return code;
}
