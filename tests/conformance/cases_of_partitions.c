/*
 * What a partition is: what it holds, in which order, and that nothing of another shows in it.
 */
#include "conformance.h"
#include "limits.h"

static const struct draft_attrs open_meta = {.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"};

static void capabilities_are_as_listed(struct subject *subject)
{
	const struct store_capabilities *claimed = &subject->engine->capabilities;
	const struct store_capabilities *wanted = &subject->kind->capabilities;
	expect_string(subject->engine->ops->name, subject->kind->name);
	expect_integer(claimed->load_is_snapshot, wanted->load_is_snapshot);
	expect_integer(claimed->durable, wanted->durable);
	expect_integer(claimed->outcome_definite, wanted->outcome_definite);
	expect_integer(claimed->concurrent, wanted->concurrent);
	expect_integer(claimed->backup, wanted->backup);
	expect_integer(claimed->old_parts_go, wanted->old_parts_go);
	expect_integer(claimed->lists_current, wanted->lists_current);
}

static void nothing_is_there(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "nothing");
	struct hansard_error error = {.status = HANSARD_OK};
	const struct store_view view = subject_load(subject, partition);
	expect(!view.exists);
	expect_integer(view.item_count, 0);
	expect_integer(view.note.size, 0);
	expect_integer(view.commit.size, 0);

	struct store_history history;
	const struct store_history_request all = {.from = 1, .to = 100};
	expect_good(partition.store->history(&partition, &all, subject->arena, &history, &error), &error);
	expect_integer(history.count, 0);
	struct store_parts parts;
	const struct store_parts_request first = {.rev = 1};
	expect_good(partition.store->parts(&partition, &first, subject->arena, &parts, &error), &error);
	expect_integer(parts.count, 0);
}

static void create_if_absent(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "one");
	struct draft first = draft_begin(subject->arena, partition);
	struct draft second = draft_begin(subject->arena, partition);
	struct draft_head head = {.rev = 0};
	struct draft_head absent = {.rev = 0};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result;
	draft_put(&first, draft_key("meta", ""), &open_meta, 0);
	draft_send(&first, &head);

	second.salt = 1;
	draft_put(&second, draft_key("meta", ""), &open_meta, 200);
	expect_good(draft_try(&second, &absent, &result, &error), &error);
	expect_integer(result, STORE_CONFLICT);
	const struct store_view view = subject_load(subject, partition);
	expect(view.exists);
	expect_integer(view.item_count, 1);
	expect(bytes_equal(view.commit, first.change.commit));
	expect(bytes_equal(view.note, first.change.note));
	expect(bytes_equal(view.items[0].stored.bytes, first.puts[0].stored.bytes));
}

/* Keys in address order: a prefix first, '#' before '-' before digits and letters. */
static const char *const ordered[][2] = {
	{"claim", "00#01"},
	{"dek", "0001"},
	{"event", "commented#P0001#20260101T000000000000Z#0001"},
	{"event", "commented#P0001#20260101T000000000000Z#0002"},
	{"event", "commented#meta#20260101T000000000000Z#0001"},
	{"evidence", "00#01"},
	{"expert", "a"},
	{"expert", "a-b"},
	{"expert", "a-b-c"},
	{"expert", "a1"},
	{"expert", "ab"},
	{"expert", "b"},
	{"file", "00001"},
	{"file", "00010"},
	{"meta", ""},
	{"move", "00#a#01"},
	{"move", "00#a-b#01"},
	{"move", "00#a1#01"},
	{"perspective", "00#01"},
	{"perspective", "00#10"},
	{"perspective", "00#100"},
	{"perspective", "00#11"},
	{"perspective", "01#01"},
	{"recommendation", "00#01"},
	{"ref", "P0001#support#P0002"},
	{"round", "00"},
	{"tension", "00#01"},
	{"verdict", "final"},
};
enum { ORDERED = sizeof(ordered) / sizeof(ordered[0]) };

static void expect_ordered(const struct store_view *view)
{
	expect_integer(view->item_count, ORDERED);
	for (size_t i = 0; i < ORDERED; i++) {
		expect_text(view->items[i].key.type, ordered[i][0]);
		expect_text(view->items[i].key.subkey, ordered[i][1]);
	}
}

static void load_is_in_address_order(struct subject *subject)
{
	const struct store_partition at_once = subject_partition(subject, "default", "at-once");
	const struct store_partition one_by_one = subject_partition(subject, "default", "one-by-one");
	struct draft draft = draft_begin(subject->arena, at_once);
	struct draft_head head = {.rev = 0};
	for (size_t i = 0; i < ORDERED; i++)
		draft_put(&draft, draft_key(ordered[i][0], ordered[i][1]), NULL, 0);
	draft_send(&draft, &head);
	const struct store_view view = subject_load(subject, at_once);
	expect_ordered(&view);

	struct draft_head slow_head = {.rev = 0};
	for (size_t i = 0; i < ORDERED; i++) {
		const size_t scattered = (i * 11) % ORDERED; /* 11 and 28 have no common divisor */
		struct draft step = draft_begin(subject->arena, one_by_one);
		draft_put(&step, draft_key(ordered[scattered][0], ordered[scattered][1]), NULL, 0);
		draft_send(&step, &slow_head);
	}
	const struct store_view slow_view = subject_load(subject, one_by_one);
	expect_ordered(&slow_view);
}

static void stored_bytes_are_kept_as_given(struct subject *subject)
{
	static const size_t sizes[] = {64, 100, 1000, 2000, 4000, 8000, 16000, 20000, 65536, LIMIT_STORED_ITEM};
	const struct store_partition partition = subject_partition(subject, "default", "bytes");
	struct draft draft = draft_begin(subject->arena, partition);
	struct draft_head head = {.rev = 0};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i] > LIMIT_STORED_ITEM)
			continue;
		struct text subkey;
		expect(arena_format(subject->arena, &subkey, "%05zu", i));
		const struct item_key key = {.type = TEXT("file"), .subkey = subkey};
		draft_put(&draft, key, NULL, sizes[i]);
		draft_part(&draft, key, 1, sizes[i]);
	}
	draft_send(&draft, &head);

	const struct store_view view = subject_load(subject, partition);
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_parts parts;
	const struct store_parts_request request = {.rev = 1};
	expect_good(partition.store->parts(&partition, &request, subject->arena, &parts, &error), &error);
	expect_integer(view.item_count, draft.put_count);
	expect_integer(parts.count, draft.part_count);
	for (size_t i = 0; i < view.item_count; i++) {
		expect(bytes_equal(view.items[i].stored.bytes, draft.puts[i].stored.bytes));
		expect(bytes_equal(parts.items[i].stored.bytes, draft.parts[i].stored.bytes));
		expect(item_key_compare(parts.items[i].key, draft.parts[i].key) == 0);
	}
}

/* The same ids under two tenants, ids that begin alike. Each partition holds one item that names it. */
static void partitions_are_isolated(struct subject *subject)
{
	static const char *const places[][2] = {
		{"t", "a"}, {"t", "a-b"}, {"t", "ab"}, {"t", "a-b-c"}, {"u", "a"}, {"u", "a-b"}, {"t-u", "a"}, {"tu", "a"},
	};
	enum { PLACES = sizeof(places) / sizeof(places[0]) };
	struct draft_head heads[PLACES] = {{.rev = 0}};
	for (size_t i = 0; i < PLACES; i++) {
		struct draft draft = draft_begin(subject->arena, subject_partition(subject, places[i][0], places[i][1]));
		draft.salt = i;
		draft_put(&draft, draft_key("meta", ""), &open_meta, 100 + i);
		draft_put(&draft, draft_key("file", "00001"), NULL, 0);
		draft_part(&draft, draft_key("file", "00001"), 1, 200 + i);
		draft_send(&draft, &heads[i]);
	}
	/* Removing from one leaves the others as they are. */
	struct draft removal = draft_begin(subject->arena, subject_partition(subject, "t", "a"));
	draft_remove(&removal, draft_key("file", "00001"));
	draft_send(&removal, &heads[0]);

	for (size_t i = 0; i < PLACES; i++) {
		const struct store_partition partition = subject_partition(subject, places[i][0], places[i][1]);
		struct hansard_error error = {.status = HANSARD_OK};
		const struct store_view view = subject_load(subject, partition);
		struct store_parts parts;
		struct store_history history;
		const struct store_parts_request first = {.rev = 1};
		const struct store_history_request all = {.from = 1, .to = 9};
		expect_good(partition.store->parts(&partition, &first, subject->arena, &parts, &error), &error);
		expect_good(partition.store->history(&partition, &all, subject->arena, &history, &error), &error);
		expect_integer(view.item_count, i == 0 ? 1 : 2);
		expect_integer(view.items[view.item_count - 1].stored.bytes.size, 100 + i);
		expect(parts.count == 1 || (i == 0 && parts.count == 0)); /* of the file that was removed: as it was, or gone */
		expect_integer(history.count, i == 0 ? 2 : 1);
		expect(parts.count == 0 || parts.items[0].stored.bytes.size == 200 + i);
	}
}

static void history_is_a_range(struct subject *subject)
{
	static const struct {
		int64_t from, to, first, count;
	} ranges[] = {{1, 5, 1, 5}, {1, 1, 1, 1}, {5, 5, 5, 1}, {2, 4, 2, 3},          {4, 99, 4, 2},
				  {0, 2, 1, 2}, {6, 9, 0, 0}, {3, 2, 0, 0}, {-5, INT64_MAX, 1, 5}, {INT64_MIN, 0, 0, 0}};
	const struct store_partition partition = subject_partition(subject, "default", "history");
	struct draft_head head = {.rev = 0};
	struct bytes commits[5];
	for (size_t i = 0; i < 5; i++) {
		struct draft draft = draft_begin(subject->arena, partition);
		draft.salt = i * 17;
		draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
		draft_send(&draft, &head);
		commits[i] = draft.change.commit;
	}
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_history history;
		const struct store_history_request request = {.from = ranges[i].from, .to = ranges[i].to};
		expect_good(partition.store->history(&partition, &request, subject->arena, &history, &error), &error);
		expect_integer(history.count, ranges[i].count);
		for (size_t k = 0; k < history.count; k++) {
			expect_integer(history.commits[k].rev, ranges[i].first + (int64_t)k);
			expect(bytes_equal(history.commits[k].stored, commits[history.commits[k].rev - 1]));
		}
	}
}

static void names_that_are_none_hold_nothing(struct subject *subject)
{
	static const char *const names[][2] = {{"", "a"},          {"default", ""},    {"Default", "a"},
										   {"default", "a/b"}, {"default", "a#b"}, {"default", "a'--"},
										   {"%", "%"}};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct store_partition partition = subject_partition(subject, names[i][0], names[i][1]);
		struct draft draft = draft_begin(subject->arena, partition);
		struct draft_head head = {.rev = 0};
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_result result;
		draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
		expect_integer(draft_try(&draft, &head, &result, &error), HANSARD_INVALID);
		expect(!subject_load(subject, partition).exists);
	}
}

static const struct conformance_case cases[] = {
	{"capabilities and name are as listed", NEEDS_NOTHING, capabilities_are_as_listed, NULL},
	{"what was never written loads as absent", NEEDS_NOTHING, nothing_is_there, NULL},
	{"a dialogue is created only where there is none", NEEDS_NOTHING, create_if_absent, NULL},
	{"a load is in address order", NEEDS_NOTHING, load_is_in_address_order, NULL},
	{"stored bytes of every size come back as given", NEEDS_NOTHING, stored_bytes_are_kept_as_given, NULL},
	{"partitions are isolated", NEEDS_NOTHING, partitions_are_isolated, NULL},
	{"history gives the commits of a range", NEEDS_NOTHING, history_is_a_range, NULL},
	{"names that are none are refused and hold nothing", NEEDS_NOTHING, names_that_are_none_hold_nothing, NULL},
};
const struct conformance_cases cases_of_partitions = CONFORMANCE_CASES(cases);
