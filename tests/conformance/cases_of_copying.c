/*
 * What copying promises: that nobody sees a copy before it is published, that nothing of another copy arrives, and that what moved away
 * goes and leaves its head.
 */
#include "conformance.h"
#include "copy.h"
#include "limits.h"

static const struct store_occupant nothing = {.what = STORE_FREE};

static struct store_occupant reserved(struct store_reservation reservation)
{
	return (struct store_occupant){.what = STORE_RESERVED, .reservation = reservation};
}

static struct store_occupant published(struct draft_head head)
{
	return (struct store_occupant){.what = STORE_PUBLISHED, .rev = head.rev, .hash = head.hash};
}

/* A refusal, or where an engine may doubt no answer: in either case nothing was written, which the case sees to. */
static void expect_conflict(const struct subject *subject, enum store_result result)
{
	expect(result == STORE_CONFLICT || (result == STORE_UNKNOWN && subject_may_doubt(subject)));
}

static struct draft_head head_of(const struct draft *draft)
{
	return (struct draft_head){.rev = draft->change.rev, .hash = draft->change.hash};
}

/* The ids of tenant "t" that a list of dialogues or of partitions gives, one a page; `wanted` ends with NULL. */
static void expect_listed(struct subject *subject, bool of_partitions, const char *const *wanted)
{
	const struct analytics_store *analytics = subject->engine->analytics;
	struct analytics_request request = {.tenant = TEXT("t"), .limit = 1, .cursor = TEXT_ABSENT, .prefix = TEXT_ABSENT};
	size_t seen = 0;
	do {
		struct hansard_error error = {.status = HANSARD_OK};
		struct analytics_page page;
		expect_good((of_partitions ? analytics->partitions : analytics->dialogues)(subject->engine, &request,
																				   subject->arena, &page, &error),
					&error);
		for (size_t i = 0; i < page.count; i++) {
			expect(wanted[seen] != NULL);
			expect_text(page.items[i].dialogue_id, wanted[seen++]);
		}
		request.cursor = page.next;
	} while (text_present(request.cursor));
	expect(wanted[seen] == NULL);
}

static void expect_counts(struct subject *subject, int64_t dialogues, int64_t tensions)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct analytics_counts counts;
	expect_good(subject->engine->analytics->counts(subject->engine, TEXT("t"), &counts, &error), &error);
	expect_integer(counts.dialogues[0], dialogues);
	expect_integer(counts.tensions_open, tensions);
}

static void expect_healthy(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_findings findings;
	expect_good(subject->engine->ops->check(subject->engine, true, subject->arena, &findings, &error), &error);
	for (size_t i = 0; i < findings.count; i++)
		expect(findings.items[i].good);
}

/* Nobody sees the partition, and nobody creates it. */
static void expect_unseen(struct subject *subject, struct store_partition partition)
{
	struct draft draft = draft_begin(subject->arena, partition);
	struct draft_head head = {.rev = 0};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_DONE;
	draft.salt = 500;
	draft_put(&draft, draft_key("round", "09"), NULL, 0);
	expect(!subject_load(subject, partition).exists);
	expect_good(draft_try(&draft, &head, &result, &error), &error);
	expect_conflict(subject, result);
	expect(!subject_load(subject, partition).exists);
}

/* Publishes what was put, and looks at all of it. */
static struct draft_head publish(struct subject *subject, struct store_partition partition,
								 struct store_reservation mine, const struct copy_source *source)
{
	struct draft draft = draft_begin(subject->arena, partition);
	enum store_settled settled = STORE_STILL_UNKNOWN;
	struct hansard_error error = {.status = HANSARD_OK};
	expect_integer(copy_publish(subject, mine, &draft, source), STORE_DONE);
	expect_good(partition.store->settle(&partition, &draft.change.attempt, &settled, &error), &error);
	expect_integer(settled, STORE_COMMITTED);
	expect_integer(copy_tidy(subject, partition, head_of(&draft)), STORE_DONE);
	const struct store_view view = subject_load(subject, partition);
	copy_expect_items(&view, source, COPY_REVISIONS);
	copy_expect_rest(subject, partition, source, COPY_REVISIONS);
	expect(bytes_equal(view.note, draft.change.note));
	expect(bytes_equal(view.commit, draft.change.commit));
	expect(view.listed != STORE_VIEW_UNLISTED);
	copy_expect_occupant(subject, partition, published(head_of(&draft)));
	return head_of(&draft);
}

static void copies_are_published_as_stored(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = subject_partition(subject, "t", "moved");
	const struct store_reservation mine = copy_reservation(1, source.head.rev, false);
	static const char *const none[] = {NULL};
	static const char *const moved[] = {"moved", NULL};
	copy_expect_occupant(subject, partition, nothing);
	expect(!copy_look(subject, partition, mine).exists);
	expect_integer(copy_reserve(subject, partition, nothing, mine), STORE_DONE);
	copy_expect_occupant(subject, partition, reserved(mine));
	expect_integer(copy_look(subject, partition, mine).item_count, 0);
	expect_unseen(subject, partition);
	for (size_t count = 1; count <= COPY_REVISIONS; count++) {
		expect_integer(copy_put(subject, partition, mine, &source, count), STORE_DONE);
		const struct store_view view = copy_look(subject, partition, mine);
		copy_expect_items(&view, &source, count);
		copy_expect_rest(subject, partition, &source, count);
		expect_integer(view.commit.size, count == COPY_REVISIONS ? source.view.commit.size : 0);
		expect(view.commit.size == 0 || bytes_equal(view.commit, source.view.commit));
	}
	expect_unseen(subject, partition);
	expect_listed(subject, false, none);
	expect_listed(subject, true, none);
	expect_counts(subject, 0, 0);
	expect_healthy(subject);

	struct draft_head head = publish(subject, partition, mine, &source);
	expect_listed(subject, false, moved);
	expect_listed(subject, true, moved);
	expect_counts(subject, 1, 1);
	expect_healthy(subject);
	struct draft next = draft_begin(subject->arena, partition);
	next.salt = 3;
	draft_put(&next, draft_key("round", "01"), NULL, 0);
	draft_send(&next, &head);
	expect_integer(subject_load(subject, partition).item_count, source.view.item_count + 1);
}

/* What is found and who comes: whether it may. Each id is a new one. */
static void reservations_replace_older_ones(struct subject *subject)
{
	static const struct {
		int64_t there, mine;
		bool there_called_off, mine_called_off, may;
	} table[] = {
		{5, 5, false, false, true},  {5, 5, false, true, true},  {5, 5, true, false, false}, {5, 5, true, true, true},
		{5, 6, false, false, true},  {5, 6, false, true, true},  {5, 6, true, false, true},  {5, 6, true, true, true},
		{5, 4, false, false, false}, {5, 4, false, true, false}, {5, 4, true, false, false}, {5, 4, true, true, false},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct text id;
		expect(arena_format(subject->arena, &id, "place-%zu", i));
		const struct store_partition partition = store_engine_partition(subject->engine, TEXT("t"), id);
		const struct store_reservation there = copy_reservation(1, table[i].there, table[i].there_called_off);
		const struct store_reservation mine = copy_reservation(2, table[i].mine, table[i].mine_called_off);
		expect_integer(copy_reserve(subject, partition, nothing, there), STORE_DONE);
		expect_integer(copy_reserve(subject, partition, nothing, there), STORE_DONE); /* the same again */
		expect_conflict(subject, copy_reserve(subject, partition, nothing, mine));
		struct store_reservation other = there;
		other.id[15] ^= 1;
		expect_conflict(subject, copy_reserve(subject, partition, reserved(other), mine));
		other = there;
		other.source_rev--;
		expect_conflict(subject, copy_reserve(subject, partition, reserved(other), mine));
		other = there;
		other.called_off = !there.called_off;
		expect_conflict(subject, copy_reserve(subject, partition, reserved(other), mine));
		copy_expect_occupant(subject, partition, reserved(there));
		const enum store_result result = copy_reserve(subject, partition, reserved(there), mine);
		if (table[i].may)
			expect_integer(result, STORE_DONE);
		else
			expect_conflict(subject, result);
		copy_expect_occupant(subject, partition, reserved(table[i].may ? mine : there));
		if (table[i].may)
			expect_conflict(subject, copy_reserve(subject, partition, nothing, there));
		expect_unseen(subject, partition);
	}
}

static void what_moved_away_is_called_off_and_cleared(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = source.partition;
	const int64_t rev = source.head.rev;
	struct draft_head other = source.head;
	other.hash.bytes[3] ^= 1;
	copy_expect_occupant(subject, partition, published(source.head));
	expect_conflict(subject, copy_reserve(subject, partition, nothing, copy_reservation(1, rev, true)));
	expect_conflict(subject, copy_reserve(subject, partition, published(other), copy_reservation(1, rev, true)));
	expect_conflict(subject, copy_reserve(subject, partition, published(source.head), copy_reservation(1, rev, false)));
	expect_conflict(subject,
					copy_reserve(subject, partition, published(source.head), copy_reservation(1, rev - 1, true)));
	expect_conflict(subject, copy_clear(subject, partition, copy_reservation(1, rev, true)));
	const struct store_view before = subject_load(subject, partition);
	copy_expect_items(&before, &source, COPY_REVISIONS);

	const struct store_reservation off = copy_reservation(1, rev, true);
	expect_integer(copy_reserve(subject, partition, published(source.head), off), STORE_DONE);
	expect_integer(copy_reserve(subject, partition, published(source.head), off), STORE_DONE);
	copy_expect_occupant(subject, partition, reserved(off));
	expect_unseen(subject, partition);
	struct draft late = draft_begin(subject->arena, partition);
	struct draft_head head = source.head;
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_DONE;
	late.salt = 8;
	expect_good(draft_try(&late, &head, &result, &error), &error);
	expect_conflict(subject, result);
	expect_integer(copy_clear(subject, partition, off), STORE_DONE);
	expect_integer(copy_clear(subject, partition, off), STORE_DONE);
	expect_integer(copy_look(subject, partition, off).item_count, 0);
	copy_expect_rest(subject, partition, &source, 0);
	expect_healthy(subject);

	/* It comes back with a later revision. */
	const struct store_reservation back = copy_reservation(2, rev + 2, false);
	struct copy_source later = source;
	later.head.rev = rev + 2;
	expect_conflict(subject, copy_reserve(subject, partition, reserved(off), copy_reservation(2, rev, false)));
	expect_integer(copy_reserve(subject, partition, reserved(off), back), STORE_DONE);
	expect_integer(copy_put(subject, partition, back, &source, COPY_REVISIONS), STORE_DONE);
	publish(subject, partition, back, &later);
}

/* A dialogue that is listed goes, too: no list keeps what nobody can load. */
static void what_is_called_off_is_not_listed(struct subject *subject)
{
	static const char *const none[] = {NULL};
	const struct store_partition partition = subject_partition(subject, "t", "listed");
	struct draft draft = draft_begin(subject->arena, partition);
	struct draft_head head = {.rev = 0};
	draft_put(&draft, draft_key("meta", ""), &(struct draft_attrs){.status = "open"}, 0);
	draft_put(&draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
	draft_send(&draft, &head);
	expect_counts(subject, 1, 1);
	const struct store_reservation off = copy_reservation(1, head.rev, true);
	expect_integer(copy_reserve(subject, partition, published(head), off), STORE_DONE);
	expect_listed(subject, true, none);
	expect_integer(copy_clear(subject, partition, off), STORE_DONE);
	expect_listed(subject, false, none);
	expect_counts(subject, 0, 0);
	expect_healthy(subject);
}

static void nothing_arrives_under_another_reservation(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = subject_partition(subject, "t", "moved");
	const int64_t rev = source.head.rev;
	const struct store_reservation first = copy_reservation(1, rev, false);
	const struct store_reservation second = copy_reservation(2, rev, false);
	const struct store_reservation off = copy_reservation(3, rev, true);
	struct draft draft = draft_begin(subject->arena, partition);
	expect_conflict(subject, copy_put(subject, partition, first, &source, COPY_REVISIONS));
	expect_conflict(subject, copy_publish(subject, first, &draft, &source));
	copy_expect_occupant(subject, partition, nothing);
	expect_conflict(subject, copy_put(subject, partition, first, &source, 0));
	expect_integer(copy_reserve(subject, partition, nothing, first), STORE_DONE);
	expect_conflict(subject, copy_put(subject, partition, second, &source, 0));
	expect_integer(copy_put(subject, partition, first, &source, 0), STORE_DONE); /* there is nothing to put */
	expect_integer(copy_put(subject, partition, first, &source, 1), STORE_DONE);
	expect_conflict(subject, copy_clear(subject, partition, first));
	expect_integer(copy_reserve(subject, partition, reserved(first), second), STORE_DONE);

	/* The first one is still running somewhere. */
	expect_conflict(subject, copy_put(subject, partition, first, &source, COPY_REVISIONS));
	expect_conflict(subject, copy_publish(subject, first, &draft, &source));
	expect(!copy_look(subject, partition, first).exists);
	const struct store_view view = copy_look(subject, partition, second);
	copy_expect_items(&view, &source, 1);
	copy_expect_rest(subject, partition, &source, 1);

	/* Nor under one that is called off, whichever way it is named. */
	expect_integer(copy_reserve(subject, partition, reserved(second), off), STORE_DONE);
	struct store_reservation open = off;
	open.called_off = false;
	expect_conflict(subject, copy_put(subject, partition, off, &source, COPY_REVISIONS));
	expect_conflict(subject, copy_put(subject, partition, open, &source, COPY_REVISIONS));
	expect_conflict(subject, copy_publish(subject, off, &draft, &source));
	expect_conflict(subject, copy_publish(subject, open, &draft, &source));
	expect_conflict(subject, copy_clear(subject, partition, open));
	expect_conflict(subject, copy_clear(subject, partition, copy_reservation(4, rev, true)));
	copy_expect_occupant(subject, partition, reserved(off));
	copy_expect_rest(subject, partition, &source, 1);
	expect_integer(copy_clear(subject, partition, off), STORE_DONE);
	copy_expect_rest(subject, partition, &source, 0);
}

static void copies_are_run_again(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = subject_partition(subject, "t", "moved");
	const struct store_reservation first = copy_reservation(1, source.head.rev, false);
	const struct store_reservation second = copy_reservation(2, source.head.rev, false);
	expect_integer(copy_reserve(subject, partition, nothing, first), STORE_DONE);
	expect_integer(copy_put(subject, partition, first, &source, 2), STORE_DONE);
	expect_integer(copy_reserve(subject, partition, reserved(first), second), STORE_DONE);

	/* What is there of a revision, and is not of it any more, goes with it. */
	struct copy_source more = source;
	struct store_item *items = arena_allocate_array(subject->arena, source.revisions[1].item_count + 1, sizeof(*items));
	expect(items != NULL);
	memcpy(items, source.revisions[1].items, source.revisions[1].item_count * sizeof(*items));
	items[source.revisions[1].item_count] =
		(struct store_item){.key = draft_key("verdict", "interim"), .stored = draft_item(subject->arena, 2, NULL, 0)};
	more.revisions[1].items = items;
	more.revisions[1].item_count++;
	expect_integer(copy_put(subject, partition, second, &more, 2), STORE_DONE);
	expect_integer(copy_look(subject, partition, second).item_count, source.view.item_count + 1);
	for (int i = 0; i < 2; i++)
		expect_integer(copy_put(subject, partition, second, &source, COPY_REVISIONS), STORE_DONE);
	publish(subject, partition, second, &source);

	/* Once it is published nothing is put, nor published again. */
	struct draft again = draft_begin(subject->arena, partition);
	again.salt = 6;
	const struct store_occupant there = copy_occupant(subject, partition);
	expect_conflict(subject, copy_put(subject, partition, second, &source, COPY_REVISIONS));
	expect_conflict(subject, copy_publish(subject, second, &again, &source));
	expect_conflict(subject, copy_clear(subject, partition, second));
	expect(!copy_look(subject, partition, second).exists);
	copy_expect_occupant(subject, partition, there);
}

static void what_moved_away_is_released(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = source.partition;
	const struct store_history_request all = {.from = 1, .to = 99};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_history history;
	struct draft_head other = source.head;
	other.hash.bytes[31] ^= 1;
	const struct draft_head older = {.rev = source.head.rev - 1, .hash = source.head.hash};
	const struct store_partition absent = subject_partition(subject, "t", "absent");
	expect_conflict(subject, copy_release(subject, absent, source.head));
	expect_conflict(subject, copy_release(subject, partition, other));
	expect_conflict(subject, copy_release(subject, partition, older));
	expect_conflict(subject, copy_release(subject, partition, (struct draft_head){.rev = 0}));
	expect_conflict(subject, copy_release(subject, subject_partition(subject, "T", ""), source.head));
	expect_conflict(subject, copy_tidy(subject, absent, source.head));
	expect_conflict(subject, copy_tidy(subject, partition, other));
	expect_conflict(subject, copy_tidy(subject, partition, older));
	expect_integer(copy_tidy(subject, partition, source.head), STORE_DONE);
	const struct store_view before = subject_load(subject, partition);
	copy_expect_items(&before, &source, COPY_REVISIONS);
	copy_expect_rest(subject, partition, &source, COPY_REVISIONS);

	for (int i = 0; i < 2; i++) {
		expect_integer(copy_release(subject, partition, source.head), STORE_DONE);
		const struct store_view view = subject_load(subject, partition);
		expect(view.exists);
		expect_integer(view.item_count, 0);
		expect(bytes_equal(view.note, before.note));
		expect(bytes_equal(view.commit, before.commit));
		expect_good(partition.store->history(&partition, &all, subject->arena, &history, &error), &error);
		expect_integer(history.count, 1);
		expect_integer(history.commits[0].rev, source.head.rev);
		for (int64_t rev = 1; rev <= source.head.rev; rev++) {
			const struct store_parts_request request = {.rev = rev};
			struct store_parts parts;
			expect_good(partition.store->parts(&partition, &request, subject->arena, &parts, &error), &error);
			expect_integer(parts.count, 0);
		}
		copy_expect_occupant(subject, partition, published(source.head));
		expect_healthy(subject);
	}

	/* Its other copy is none of what goes; and what was reserved is none that is released. */
	const struct store_reservation off = copy_reservation(1, source.head.rev, true);
	expect_integer(copy_reserve(subject, partition, published(source.head), off), STORE_DONE);
	expect_conflict(subject, copy_release(subject, partition, source.head));
	expect_conflict(subject, copy_tidy(subject, partition, source.head));
	expect_integer(copy_clear(subject, partition, off), STORE_DONE);
	copy_expect_rest(subject, partition, &source, 0);
}

/* After every item went, parts of none stay where the store was tidied. */
static void parts_of_nothing_are_tidied_away(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "t", "emptied");
	struct draft_head head = {.rev = 0};
	struct draft draft = draft_begin(subject->arena, partition);
	draft_put(&draft, draft_key("file", "00001"), NULL, 0);
	draft_part(&draft, draft_key("file", "00001"), 1, 1000);
	draft_send(&draft, &head);
	struct draft last = draft_begin(subject->arena, partition);
	last.unlisted = true;
	draft_remove(&last, draft_key("file", "00001"));
	draft_send(&last, &head);
	expect_integer(copy_tidy(subject, partition, head), STORE_DONE);
	const struct store_parts_request request = {.rev = 1};
	const struct store_history_request all = {.from = 1, .to = 9};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_parts parts;
	struct store_history history;
	expect_good(partition.store->parts(&partition, &request, subject->arena, &parts, &error), &error);
	expect_integer(parts.count, 0);
	expect_good(partition.store->history(&partition, &all, subject->arena, &history, &error), &error);
	expect_integer(history.count, 2);
}

/* ---- what is lost on the way, and what stays ---- */

static void lost_publications_are_settled(struct subject *subject)
{
	const struct copy_source source = copy_source(subject, "moved");
	const struct store_partition partition = subject_partition(subject, "t", "moved");
	const struct store_reservation mine = copy_reservation(1, source.head.rev, false);
	expect_integer(copy_reserve(subject, partition, nothing, mine), STORE_DONE);
	expect_integer(copy_put(subject, partition, mine, &source, COPY_REVISIONS), STORE_DONE);
	if (!subject->kind->lose_answer(subject)) {
		publish(subject, partition, mine, &source);
		return;
	}
	struct draft draft = draft_begin(subject->arena, partition);
	const struct store_publish_request request = {.mine = mine, .change = *draft_make(&draft, &source.head)};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	enum store_settled settled = STORE_STILL_UNKNOWN;
	expect_good(subject->engine->copying->publish(&partition, &request, &result, &error), &error);
	expect(result == STORE_UNKNOWN || result == STORE_DONE); /* an engine may settle it by itself */
	expect_good(partition.store->settle(&partition, &request.change.attempt, &settled, &error), &error);
	expect_integer(settled, STORE_COMMITTED);
	expect_integer(copy_tidy(subject, partition, head_of(&draft)), STORE_DONE);
	const struct store_view view = subject_load(subject, partition);
	copy_expect_items(&view, &source, COPY_REVISIONS);
}

static void copies_are_kept(struct subject *subject)
{
	const struct store_reservation mine = copy_reservation(1, COPY_REVISIONS, false);
	struct copy_source source = copy_source(subject, "moved");
	expect_integer(copy_reserve(subject, subject_partition(subject, "t", "moved"), nothing, mine), STORE_DONE);
	for (size_t count = 1; count <= COPY_REVISIONS; count++) {
		subject_reopen(subject);
		copy_expect_occupant(subject, subject_partition(subject, "t", "moved"), reserved(mine));
		expect_integer(copy_put(subject, subject_partition(subject, "t", "moved"), mine, &source, count), STORE_DONE);
	}
	subject_reopen(subject);
	publish(subject, subject_partition(subject, "t", "moved"), mine, &source);
	subject_reopen(subject);
	source.partition = subject_partition(subject, "s", "moved");
	expect_integer(copy_release(subject, source.partition, source.head), STORE_DONE);
	subject_reopen(subject);
	expect_integer(subject_load(subject, subject_partition(subject, "s", "moved")).item_count, 0);
	const struct store_view view = subject_load(subject, subject_partition(subject, "t", "moved"));
	copy_expect_items(&view, &source, COPY_REVISIONS);
}

static void copies_are_not_kept(struct subject *subject)
{
	const struct store_reservation mine = copy_reservation(1, COPY_REVISIONS, false);
	expect_integer(copy_reserve(subject, subject_partition(subject, "t", "moved"), nothing, mine), STORE_DONE);
	subject_reopen(subject);
	copy_expect_occupant(subject, subject_partition(subject, "t", "moved"), nothing);
}

/* Lists go on behind what they do not show. */
static void lists_pass_over_reservations(struct subject *subject)
{
	static const char *const ids[] = {"a", "b", "c", "d", "e"};
	static const char *const shown[] = {"b", "d", NULL};
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const struct store_partition partition = subject_partition(subject, "t", ids[i]);
		struct draft draft = draft_begin(subject->arena, partition);
		struct draft_head head = {.rev = 0};
		draft_put(&draft, draft_key("round", "00"), NULL, 0);
		if (i % 2 == 1)
			draft_send(&draft, &head);
		else
			expect_integer(copy_reserve(subject, partition, nothing, copy_reservation(1, 3, i == 2)), STORE_DONE);
	}
	expect_listed(subject, true, shown);
}

static const struct conformance_case cases[] = {
	{"a copy is seen by nobody until it is published, as it was stored", NEEDS_NOTHING, copies_are_published_as_stored,
	 NULL},
	{"a reservation takes the place of an older one", NEEDS_NOTHING, reservations_replace_older_ones, NULL},
	{"what moved away is called off, cleared, and copied anew", NEEDS_NOTHING,
	 what_moved_away_is_called_off_and_cleared, NULL},
	{"what is called off is not listed", NEEDS_NOTHING, what_is_called_off_is_not_listed, NULL},
	{"nothing arrives under another reservation", NEEDS_NOTHING, nothing_arrives_under_another_reservation, NULL},
	{"a copy that was interrupted is run again", NEEDS_NOTHING, copies_are_run_again, NULL},
	{"what moved away is released but for its head and that commit", NEEDS_NOTHING, what_moved_away_is_released, NULL},
	{"parts of nothing are tidied away", NEEDS_NOTHING, parts_of_nothing_are_tidied_away, NULL},
	{"a publication whose answer was lost is settled", NEEDS_NOTHING, lost_publications_are_settled, NULL},
	{"a copy outlives the process", NEEDS_DURABLE, copies_are_kept, copies_are_not_kept},
	{"lists pass over reservations", NEEDS_NOTHING, lists_pass_over_reservations, NULL},
};
const struct conformance_cases cases_of_copying = CONFORMANCE_CASES(cases);
