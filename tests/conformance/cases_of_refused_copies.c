/*
 * What is refused of copies, and changes nothing: revisions, boundary commits and reservations that are none.
 */
#include "conformance.h"
#include "copy.h"
#include "limits.h"

static const struct store_occupant nothing = {.what = STORE_FREE};

static void expect_no_put(struct subject *subject, const struct store_put_request *request, const char *kind)
{
	const struct store_partition partition = subject_partition(subject, "t", "refused");
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	expect_integer(subject->engine->copying->put(&partition, request, &result, &error), HANSARD_INVALID);
	expect_string(error.kind, kind);
	const struct store_view view = copy_look(subject, partition, request->mine);
	expect(view.exists);
	expect_integer(view.item_count, 0);
}

static void malformed_copies_are_refused(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = subject_partition(subject, "t", "refused");
	const struct store_reservation mine = copy_reservation(1, source.head.rev, false);
	const struct store_copy_revision *good = source.revisions;
	expect_integer(copy_reserve(subject, partition, nothing, mine), STORE_DONE);
	const struct store_copy_revision orders[][2] = {{good[1], good[0]}, {good[0], good[0]}};
	for (size_t i = 0; i < 2; i++)
		expect_no_put(subject, &(struct store_put_request){.mine = mine, .revisions = orders[i], .count = 2},
					  "invalid_change");
	struct store_copy_revision bad[] = {good[0], good[0], good[0], good[2], good[2], good[2], good[0]};
	bad[0].rev = 2; /* its items say 1 */
	bad[1].commit.size = 0;
	bad[2].items++; /* the parts are of the first */
	bad[2].item_count--;
	bad[3].rev = source.head.rev + 1;
	bad[4].rev = 0;
	bad[5].rev = -1;
	const struct store_item swapped[] = {good[0].items[1], good[0].items[0]};
	bad[6].items = swapped;
	bad[6].item_count = 2;
	bad[6].part_count = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_no_put(subject, &(struct store_put_request){.mine = mine, .revisions = &bad[i], .count = 1},
					  "invalid_change");
	struct store_copy_revision large = good[0];
	const struct store_item item = {.key = draft_key("file", "00001"),
									.stored = draft_item(subject->arena, 1, NULL, LIMIT_STORED_ITEM + 1)};
	large.items = &item;
	large.item_count = 1;
	large.part_count = 0;
	expect_no_put(subject, &(struct store_put_request){.mine = mine, .revisions = &large, .count = 1},
				  "commit_too_large");
}

static void malformed_boundaries_are_refused(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = subject_partition(subject, "t", "refused");
	const struct store_reservation mine = copy_reservation(1, source.head.rev, false);
	expect_integer(copy_reserve(subject, partition, nothing, mine), STORE_DONE);
	expect_integer(copy_put(subject, partition, mine, &source, COPY_REVISIONS), STORE_DONE);
	struct draft draft = draft_begin(subject->arena, partition);
	const struct store_change good = *draft_make(&draft, &source.head);
	const struct item_key key = draft_key("round", "00");
	struct store_change bad[] = {good, good, good, good, good, good, good};
	bad[0].puts = source.revisions[0].items;
	bad[0].put_count = 1;
	bad[1].removals = &key;
	bad[1].removal_count = 1;
	bad[2].listed = false;
	bad[3].expected_rev--;
	bad[4].rev = bad[4].attempt.rev = good.rev + 1;
	bad[4].restore = true;
	bad[4].note = draft_note(&draft, bad[4].rev, &good.hash);
	bad[5].attempt.rev++;
	bad[6].note.size = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct store_publish_request request = {.mine = mine, .change = bad[i]};
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_result result = STORE_UNKNOWN;
		expect_integer(subject->engine->copying->publish(&partition, &request, &result, &error), HANSARD_INVALID);
		expect_string(error.kind, "invalid_change");
		copy_expect_occupant(subject, partition, (struct store_occupant){.what = STORE_RESERVED, .reservation = mine});
	}
	struct draft last = draft_begin(subject->arena, partition);
	expect_integer(copy_publish(subject, mine, &last, &source), STORE_DONE);
	const struct store_view view = subject_load(subject, partition);
	copy_expect_items(&view, &source, COPY_REVISIONS);
}

static void malformed_reservations_are_refused(struct subject *subject)
{
	static const struct {
		const char *tenant, *dialogue;
		int64_t source_rev;
		const char *kind;
	} table[] = {{"", "a", 3, "invalid_value"},          {"t", "", 3, "invalid_value"},
				 {"t", "A", 3, "invalid_value"},         {"t", "a/b", 3, "invalid_value"},
				 {"t", "a", 0, "invalid_change"},        {"t", "a", -1, "invalid_change"},
				 {"t", "a", LIMIT_REV, "invalid_change"}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct store_partition partition = subject_partition(subject, table[i].tenant, table[i].dialogue);
		const struct store_reserve_request request = {.found = nothing,
													  .mine = copy_reservation(1, table[i].source_rev, false)};
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_result result = STORE_UNKNOWN;
		expect_integer(subject->engine->copying->reserve(&partition, &request, &result, &error), HANSARD_INVALID);
		expect_string(error.kind, table[i].kind);
		copy_expect_occupant(subject, subject_partition(subject, "t", "a"), nothing);
	}
}

static const struct conformance_case cases[] = {
	{"revisions that are none are not put", NEEDS_NOTHING, malformed_copies_are_refused, NULL},
	{"a commit that is no boundary publishes nothing", NEEDS_NOTHING, malformed_boundaries_are_refused, NULL},
	{"reservations of nothing are refused", NEEDS_NOTHING, malformed_reservations_are_refused, NULL},
};
const struct conformance_cases cases_of_refused_copies = CONFORMANCE_CASES(cases);
