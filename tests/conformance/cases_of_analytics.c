/*
 * Questions across partitions: what is listed, in which order, page by page, and what is counted.
 */
#include "conformance.h"
#include "limits.h"
#include "walked.h"

/* Dialogues of tenant "t": id, status, created_at, updated_at (both of one day, as seconds; 0: absent). */
static const struct listed {
	const char *id, *status;
	int created, updated;
} listed[] = {
	{"d-a", "open", 10, 50}, {"d-b", "converging", 20, 0}, {"d-c", "converged", 30, 0}, {"d-d", "abandoned", 5, 60},
	{"d-e", "open", 30, 0},  {"d-f", "open", 0, 0},        {"d-g", "open", 0, 0},       {"d-h", "elsewhere", 1, 70},
};
enum { LISTED = sizeof(listed) / sizeof(listed[0]) };

static const char *time_text(struct subject *subject, int seconds)
{
	struct text text;
	if (seconds == 0)
		return NULL;
	expect(arena_format(subject->arena, &text, "2026-01-01T00:%02d:%02d.000000Z%c", seconds / 60, seconds % 60, 0));
	return text.data;
}

static void write_listed(struct subject *subject)
{
	for (size_t i = 0; i < LISTED; i++) {
		struct draft draft = draft_begin(subject->arena, subject_partition(subject, "t", listed[i].id));
		struct draft_head head = {.rev = 0};
		const struct draft_attrs attrs = {.status = listed[i].status,
										  .created_at = time_text(subject, listed[i].created),
										  .updated_at = time_text(subject, listed[i].updated)};
		draft_put(&draft, draft_key("meta", ""), &attrs, 200 + i);
		draft_put(&draft, draft_key("round", "00"), &attrs, 0);
		draft_send(&draft, &head);
	}
	struct draft other = draft_begin(subject->arena, subject_partition(subject, "u", "d-a"));
	struct draft_head head = {.rev = 0};
	draft_put(&other, draft_key("meta", ""), &(struct draft_attrs){.status = "open"}, 0);
	draft_send(&other, &head);
}

/* Reads all pages of `limit` and checks ids, in order; `wanted` ends with NULL. */
static void expect_pages(struct subject *subject, unsigned status, size_t limit, const char *const *wanted)
{
	struct analytics_request request = {.tenant = TEXT("t"), .status = status, .limit = limit, .cursor = TEXT_ABSENT};
	size_t seen = 0;
	do {
		struct hansard_error error = {.status = HANSARD_OK};
		struct analytics_page page;
		expect_good(subject->engine->analytics->dialogues(subject->engine, &request, subject->arena, &page, &error),
					&error);
		expect_integer(page.as_of, SUBJECT_NOW);
		expect(page.count <= limit);
		expect(page.count == limit || !text_present(page.next));
		for (size_t i = 0; i < page.count; i++) {
			expect(wanted[seen] != NULL);
			expect_text(page.items[i].dialogue_id, wanted[seen++]);
			expect_text(page.items[i].key.type, "meta");
			expect_text(page.items[i].key.subkey, "");
			const struct listed *row = &listed[page.items[i].dialogue_id.data[2] - 'a'];
			expect_text(page.items[i].status, row->status);
			expect_integer(page.items[i].stored.bytes.size, 200 + (row - listed));
			const char *time = time_text(subject, row->updated != 0 ? row->updated : row->created);
			expect(text_equal(page.items[i].updated_at, text_of_string(time)));
		}
		request.cursor = page.next;
	} while (text_present(request.cursor));
	expect(wanted[seen] == NULL);
}

static void dialogues_are_listed_newest_first(struct subject *subject)
{
	static const char *const none[] = {NULL};
	static const char *const all[] = {"d-h", "d-d", "d-a", "d-e", "d-c", "d-b", "d-g", "d-f", NULL};
	static const char *const open[] = {"d-a", "d-e", "d-g", "d-f", NULL};
	static const char *const converged[] = {"d-c", NULL};
	expect_pages(subject, DIALOGUE_ABSENT, 10, none);
	write_listed(subject);
	for (size_t limit = 1; limit <= LISTED + 1; limit++) {
		expect_pages(subject, DIALOGUE_ABSENT, limit, all);
		expect_pages(subject, DIALOGUE_OPEN, limit, open);
		expect_pages(subject, DIALOGUE_CONVERGED, limit, converged);
	}
}

static void lists_follow_changes(struct subject *subject)
{
	static const char *const before[] = {"d-a", NULL};
	static const char *const after[] = {NULL};
	const struct store_partition partition = subject_partition(subject, "t", "d-a");
	struct draft draft = draft_begin(subject->arena, partition);
	struct draft_head head = {.rev = 0};
	const struct draft_attrs attrs = {
		.status = "open", .created_at = time_text(subject, 10), .updated_at = time_text(subject, 50)};
	draft_put(&draft, draft_key("meta", ""), &attrs, 200);
	draft_send(&draft, &head);
	expect_pages(subject, DIALOGUE_OPEN, 5, before);
	struct draft removal = draft_begin(subject->arena, partition);
	draft_remove(&removal, draft_key("meta", ""));
	draft_send(&removal, &head);
	expect_pages(subject, DIALOGUE_OPEN, 5, after);
}

/* What analytics say of tenant "t", in numbers. */
static void expect_found(struct subject *subject, int64_t dialogues, int64_t open, int64_t tensions)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct analytics_counts counts;
	struct analytics_page page;
	const struct analytics_store *analytics = subject->engine->analytics;
	struct analytics_request request = {.tenant = TEXT("t"), .limit = LIMIT_PAGE, .cursor = TEXT_ABSENT};
	expect_good(analytics->counts(subject->engine, TEXT("t"), &counts, &error), &error);
	expect_integer(counts.dialogues[0], dialogues);
	expect_integer(counts.dialogues[DIALOGUE_OPEN], open);
	expect_integer(counts.tensions_open, tensions);
	expect_good(analytics->dialogues(subject->engine, &request, subject->arena, &page, &error), &error);
	expect_integer(page.count, dialogues);
	expect_good(analytics->tensions(subject->engine, &request, subject->arena, &page, &error), &error);
	expect_integer(page.count, tensions);
	request.status = DIALOGUE_OPEN;
	expect_good(analytics->dialogues(subject->engine, &request, subject->arena, &page, &error), &error);
	expect_integer(page.count, open);
}

/* A commit on a dialogue that touches, of what is listed, this tension alone, or nothing. */
static void list_again(struct subject *subject, struct draft_head *head, bool shown, const char *tension)
{
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "t", "d-a"));
	draft.unlisted = !shown;
	draft.salt = (uint64_t)head->rev;
	draft_put(&draft, draft_key("round", "00"), NULL, 0);
	if (tension != NULL)
		draft_put(&draft, draft_key("tension", tension), &(struct draft_attrs){.status = "reopened"}, 0);
	draft_send(&draft, head);
}

/* Once with a time and once without one: the neighbour stays. */
static void listed_is_a_state_of_the_partition(struct subject *subject)
{
	const char *const times[] = {"2026-01-01T00:00:10.000000Z", NULL};
	for (size_t i = 0; i < 2; i++) {
		struct draft_head head = {.rev = 0};
		struct subject other;
		subject_begin(&other, subject->kind);
		const struct draft_attrs attrs = {.status = "open", .created_at = times[i]};
		struct draft draft = draft_begin(other.arena, subject_partition(&other, "t", "d-a"));
		struct draft neighbour = draft_begin(other.arena, subject_partition(&other, "t", "d-b"));
		struct draft_head neighbour_head = {.rev = 0};
		draft_put(&draft, draft_key("meta", ""), &attrs, 0);
		draft_put(&draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
		draft_put(&draft, draft_key("tension", "00#02"), &(struct draft_attrs){.status = "resolved"}, 0);
		draft_put(&neighbour, draft_key("meta", ""), &attrs, 0);
		draft_send(&draft, &head);
		draft_send(&neighbour, &neighbour_head);
		expect_found(&other, 2, 2, 1);
		list_again(&other, &head, false, NULL);
		expect_found(&other, 1, 1, 0);
		list_again(&other, &head, false, "00#03");
		expect_found(&other, 1, 1, 0);
		list_again(&other, &head, true, NULL);
		expect_found(&other, 2, 2, 2);
		list_again(&other, &head, false, "00#02");
		expect_found(&other, 1, 1, 0);
		list_again(&other, &head, true, "00#04");
		expect_found(&other, 2, 2, 4);
		const struct store_view view = subject_load(&other, draft.partition);
		expect_integer(view.item_count, 6);
		subject_finish(&other);
	}
}

static void expect_open(struct subject *subject, int64_t tensions)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct analytics_counts counts;
	expect_good(subject->engine->analytics->counts(subject->engine, TEXT("t"), &counts, &error), &error);
	expect_integer(counts.tensions_open, tensions);
}

/* More open tensions than one transaction has rows, which no commit has room for. */
static void many_follow_what_a_commit_unlists(struct subject *subject)
{
	enum { MANY = LIMIT_TRANSACTION_ROWS + 5 };
	const size_t several = walked_thing(WALKED_KEY_TRANSACTIONS)->several;
	struct draft_head head = {.rev = 0};
	for (int made = 0; made < MANY;) {
		struct draft draft = draft_begin(subject->arena, subject_partition(subject, "t", "d-a"));
		draft.salt = (uint64_t)made;
		for (int i = 0; i < LIMIT_COMMIT_INDEXED && made < MANY; i++) {
			struct item_key key = {.type = TEXT("tension")};
			expect(arena_format(subject->arena, &key.subkey, "00#%02d", ++made));
			draft_put(&draft, key, &(struct draft_attrs){.status = "open"}, 0);
		}
		draft_send(&draft, &head);
	}
	for (int round = 0; round < 2; round++) {
		list_again(subject, &head, false, NULL);
		expect_open(subject, 0);
		list_again(subject, &head, true, NULL);
		expect_open(subject, MANY);
	}
	expect(subject->kind->capabilities.load_is_snapshot ||
		   walked_thing(WALKED_KEY_TRANSACTIONS)->several >= several + 4);
}

/* A partition that was never listed, and one that is removed item by item while it is not. */
static void unlisted_partitions_change_like_others(struct subject *subject)
{
	struct draft_head head = {.rev = 0};
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "t", "d-a"));
	draft.unlisted = true;
	draft_put(&draft, draft_key("meta", ""), &(struct draft_attrs){.status = "open"}, 0);
	draft_put(&draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
	draft_send(&draft, &head);
	expect_found(subject, 0, 0, 0);
	struct draft removal = draft_begin(subject->arena, draft.partition);
	removal.unlisted = true;
	draft_remove(&removal, draft_key("tension", "00#01"));
	draft_send(&removal, &head);
	expect_found(subject, 0, 0, 0);
	expect_integer(subject_load(subject, draft.partition).item_count, 1);
	list_again(subject, &head, true, NULL);
	expect_found(subject, 1, 1, 0);
}

/* Tensions of two dialogues; those that are open are marked. */
static const struct tension {
	const char *dialogue, *subkey, *status, *accepted_by;
	bool open;
} tensions[] = {
	{"a", "00#01", "open", NULL, true},      {"a", "00#02", "addressed", NULL, true},
	{"a", "00#03", "reopened", NULL, true},  {"a", "00#04", "resolved", NULL, false},
	{"a", "00#05", "deferred", NULL, false}, {"a", "00#06", "merged", NULL, false},
	{"a", "00#07", "open", "final", false},  {"a", "00#10", "open", NULL, true},
	{"a", "00#100", "open", NULL, true},     {"a", "00#11", "open", NULL, true},
	{"a-b", "00#01", "open", NULL, true},    {"a-b", "00#02", "unheard-of", NULL, false},
	{"a-b", "00#03", NULL, NULL, false},     {"ab", "01#01", "addressed", NULL, true},
};
enum { TENSIONS = sizeof(tensions) / sizeof(tensions[0]) };

static void write_tensions(struct subject *subject, const char *dialogue)
{
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "t", dialogue));
	struct draft_head head = {.rev = 0};
	for (size_t i = 0; i < TENSIONS; i++) {
		const struct draft_attrs attrs = {.status = tensions[i].status, .accepted_by = tensions[i].accepted_by};
		if (strcmp(tensions[i].dialogue, dialogue) == 0)
			draft_put(&draft, draft_key("tension", tensions[i].subkey), &attrs, 0);
	}
	draft_put(&draft, draft_key("perspective", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
	draft_send(&draft, &head);
}

static void open_tensions_are_listed_by_address(struct subject *subject)
{
	write_tensions(subject, "ab");
	write_tensions(subject, "a-b");
	write_tensions(subject, "a");
	for (size_t limit = 1; limit <= TENSIONS; limit++) {
		struct analytics_request request = {.tenant = TEXT("t"), .limit = limit, .cursor = TEXT_ABSENT};
		size_t at = 0;
		do {
			struct hansard_error error = {.status = HANSARD_OK};
			struct analytics_page page;
			expect_good(subject->engine->analytics->tensions(subject->engine, &request, subject->arena, &page, &error),
						&error);
			for (size_t i = 0; i < page.count; i++) {
				while (at < TENSIONS && !tensions[at].open)
					at++;
				expect(at < TENSIONS);
				expect_text(page.items[i].dialogue_id, tensions[at].dialogue);
				expect_text(page.items[i].key.type, "tension");
				expect_text(page.items[i].key.subkey, tensions[at].subkey);
				expect_text(page.items[i].status, tensions[at].status);
				expect_integer(page.items[i].stored.bytes.size, 0);
				at++;
			}
			request.cursor = page.next;
		} while (text_present(request.cursor));
		expect_integer(at, TENSIONS);
	}
}

static void counts_are_of_one_tenant(struct subject *subject)
{
	static const int64_t wanted[] = {7, 4, 1, 1, 1};
	struct hansard_error error = {.status = HANSARD_OK};
	struct analytics_counts counts;
	write_listed(subject);
	write_tensions(subject, "a");
	expect_good(subject->engine->analytics->counts(subject->engine, TEXT("t"), &counts, &error), &error);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		expect_integer(counts.dialogues[i], wanted[i]);
	expect_integer(counts.tensions_open, 6);
	expect_integer(counts.as_of, SUBJECT_NOW);
	expect_good(subject->engine->analytics->counts(subject->engine, TEXT("nobody"), &counts, &error), &error);
	expect_integer(counts.dialogues[0], 0);
	expect_integer(counts.tensions_open, 0);
}

static void requests_that_are_none_are_refused(struct subject *subject)
{
	static const struct {
		unsigned status;
		size_t limit;
		const char *of_dialogues, *of_tensions;
	} requests[] = {
		{0, 0, NULL, NULL},
		{0, LIMIT_PAGE + 1, NULL, NULL},
		{5, 10, NULL, NULL},
		{0, 10, "", ""},
		{0, 10, "nonsense", "nonsense"},
		{0, 10, "2026-01-01/d-a", "A/00#01"},
		{0, 10, "2026-01-01T00:00:00.000000Z/D", "a/1"},
		{0, 10, "2026-01-01T00:00:00.000000Z/a/b", "a/00#01/b"},
	};
	const struct analytics_store *analytics = subject->engine->analytics;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct analytics_request request = {.tenant = TEXT("t"),
											.status = requests[i].status,
											.limit = requests[i].limit,
											.cursor = text_of_string(requests[i].of_dialogues)};
		struct hansard_error error = {.status = HANSARD_OK};
		struct analytics_page page;
		expect_integer(analytics->dialogues(subject->engine, &request, subject->arena, &page, &error), HANSARD_USAGE);
		request.cursor = text_of_string(requests[i].of_tensions);
		if (requests[i].status == 0)
			expect_integer(analytics->tensions(subject->engine, &request, subject->arena, &page, &error),
						   HANSARD_USAGE);
		request.cursor = TEXT_ABSENT; /* of partitions: any id */
		if (request.status != 0 || request.limit != 10)
			expect_integer(analytics->partitions(subject->engine, &request, subject->arena, &page, &error),
						   HANSARD_USAGE);
	}
}

/* The ids of tenant "t" from a prefix on are exactly these, whatever the size of a page. */
static void expect_partitions(struct subject *subject, const char *prefix, const char *const *wanted)
{
	for (size_t limit = 1; limit <= 10; limit++) {
		struct analytics_request request = {
			.tenant = TEXT("t"), .limit = limit, .cursor = TEXT_ABSENT, .prefix = text_of_string(prefix)};
		size_t seen = 0;
		do {
			struct hansard_error error = {.status = HANSARD_OK};
			struct analytics_page page;
			expect_good(
				subject->engine->analytics->partitions(subject->engine, &request, subject->arena, &page, &error),
				&error);
			expect(page.count <= limit);
			for (size_t i = 0; i < page.count; i++, seen++) {
				expect(wanted[seen] != NULL);
				expect_text(page.items[i].dialogue_id, wanted[seen]);
			}
			request.cursor = page.next;
		} while (text_present(request.cursor));
		expect(wanted[seen] == NULL);
	}
}

static void partitions_are_listed_by_id(struct subject *subject)
{
	static const char *const all[] = {"a", "a-b", "a-b-c", "ab", "b", NULL};
	static const char *const of_a_b[] = {"a-b", "a-b-c", NULL};
	static const char *const none[] = {NULL};
	expect_partitions(subject, NULL, none);
	for (size_t i = 5; i-- > 0;) {
		/* With meta or without, listed or not: a partition is there when it has a head. */
		const struct store_partition partition = subject_partition(subject, "t", all[i]);
		struct draft draft = draft_begin(subject->arena, partition);
		struct draft_head head = {.rev = 0};
		const struct draft_attrs attrs = {.status = "open", .created_at = time_text(subject, 10)};
		draft_put(&draft, i % 2 == 0 ? draft_key("meta", "") : draft_key("round", "00"), &attrs, 200);
		draft_send(&draft, &head);
	}
	expect_partitions(subject, NULL, all);
	expect_partitions(subject, "a-b", of_a_b);
	expect_partitions(subject, "c", none);
	expect_partitions(subject, "a-b-c-d", none);
}

static const struct conformance_case cases[] = {
	{"partitions are listed by id from a prefix on, page by page", NEEDS_NOTHING, partitions_are_listed_by_id, NULL},
	{"dialogues are listed newest first, of one time by falling id, page by page", NEEDS_NOTHING,
	 dialogues_are_listed_newest_first, NULL},
	{"lists follow changes", NEEDS_NOTHING, lists_follow_changes, NULL},
	{"what a commit unlists vanishes from every answer, and comes back", NEEDS_NOTHING,
	 listed_is_a_state_of_the_partition, NULL},
	{"more tensions than one transaction has rows follow it", NEEDS_NOTHING, many_follow_what_a_commit_unlists, NULL},
	{"a partition that is not listed changes like others", NEEDS_NOTHING, unlisted_partitions_change_like_others, NULL},
	{"open tensions are listed by address, page by page", NEEDS_NOTHING, open_tensions_are_listed_by_address, NULL},
	{"counts are of one tenant", NEEDS_NOTHING, counts_are_of_one_tenant, NULL},
	{"requests and cursors that are none are refused", NEEDS_NOTHING, requests_that_are_none_are_refused, NULL},
};
const struct conformance_cases cases_of_analytics = CONFORMANCE_CASES(cases);
