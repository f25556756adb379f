/*
 * What a commit does: all of a change or nothing, on the head that it expects.
 */
#include "conformance.h"
#include "limits.h"

static const struct draft_attrs open_meta = {.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"};

/* Revision 1: files 1 and 2 with three parts each. */
static void write_files(struct subject *subject, struct store_partition partition, struct draft_head *head)
{
	struct draft draft = draft_begin(subject->arena, partition);
	for (size_t file = 1; file <= 2; file++) {
		draft_put(&draft, subject_file(subject, file), NULL, 0);
		for (int n = 1; n <= 3; n++)
			draft_part(&draft, subject_file(subject, file), n, 100);
	}
	draft_send(&draft, head);
	expect_integer(subject_parts(subject, partition, 1).count, 6);
}

/* A part by its number; a list of them ends with a zero. */
struct wanted_part {
	int n;
	size_t size;
};

/* The parts of a file are exactly those wanted, in order. */
static void expect_parts(struct subject *subject, const struct store_parts *parts, size_t file,
						 const struct wanted_part *wanted)
{
	struct text prefix;
	size_t at = 0;
	expect(arena_format(subject->arena, &prefix, "file#%05zu#", file));
	for (size_t i = 0; i < parts->count; i++) {
		struct text subkey;
		expect_text(parts->items[i].key.type, "part");
		expect(i == 0 || item_key_compare(parts->items[i - 1].key, parts->items[i].key) < 0);
		if (!text_starts_with(parts->items[i].key.subkey, prefix))
			continue;
		expect(wanted[at].n > 0);
		expect(arena_format(subject->arena, &subkey, "file#%05zu#%04d", file, wanted[at].n));
		expect(text_equal(parts->items[i].key.subkey, subkey));
		expect_integer(parts->items[i].stored.bytes.size, wanted[at].size);
		at++;
	}
	expect_integer(wanted[at].n, 0);
}

/* Parts of a file that was replaced or removed since `rev` wrote it: they may be there, as they were written. */
static void expect_no_others(struct subject *subject, const struct store_parts *parts, size_t file,
							 const struct wanted_part *written)
{
	static const struct wanted_part none[] = {{0, 0}};
	struct text prefix;
	bool any = false;
	expect(arena_format(subject->arena, &prefix, "file#%05zu#", file));
	for (size_t i = 0; i < parts->count; i++)
		any = any || text_starts_with(parts->items[i].key.subkey, prefix);
	expect_parts(subject, parts, file, any ? written : none);
}

static const struct wanted_part first_parts[] = {{1, 100}, {2, 100}, {3, 100}, {0, 0}};

static void put_replaces_item_and_parts(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "files");
	struct draft_head head = {.rev = 0};
	write_files(subject, partition, &head);

	struct draft draft = draft_begin(subject->arena, partition);
	draft_put(&draft, subject_file(subject, 1), NULL, 300);
	draft_part(&draft, subject_file(subject, 1), 2, 111);
	draft_send(&draft, &head);
	const struct store_view view = subject_load(subject, partition);
	expect_integer(view.item_count, 2);
	expect_integer(view.items[0].stored.bytes.size, 300);
	const struct store_parts old = subject_parts(subject, partition, 1);
	const struct store_parts new = subject_parts(subject, partition, 2);
	static const struct wanted_part second_parts[] = {{2, 111}, {0, 0}};
	expect_parts(subject, &old, 2, first_parts);
	expect_no_others(subject, &old, 1, first_parts);
	expect_integer(new.count, 1);
	expect_parts(subject, &new, 1, second_parts);

	struct draft without = draft_begin(subject->arena, partition);
	draft_put(&without, subject_file(subject, 1), NULL, 0);
	draft_send(&without, &head);
	const struct store_parts replaced = subject_parts(subject, partition, 2);
	expect_no_others(subject, &replaced, 1, second_parts);
	expect(replaced.count <= 1);
	expect_integer(subject_parts(subject, partition, 3).count, 0);
}

/* Revision 2 replaces file 1 and removes file 2; what stands under revision 1 from then on. */
static struct store_parts parts_left(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "files");
	struct draft_head head = {.rev = 0};
	write_files(subject, partition, &head);
	struct draft draft = draft_begin(subject->arena, partition);
	draft_put(&draft, subject_file(subject, 1), NULL, 300);
	draft_remove(&draft, subject_file(subject, 2));
	draft_send(&draft, &head);
	return subject_parts(subject, partition, 1);
}

static void old_parts_are_gone(struct subject *subject)
{
	expect_integer(parts_left(subject).count, 0);
}

static void old_parts_are_as_written(struct subject *subject)
{
	const struct store_parts left = parts_left(subject);
	expect_integer(left.count, 6);
	expect_parts(subject, &left, 1, first_parts);
	expect_parts(subject, &left, 2, first_parts);
}

static void removal_takes_item_and_parts(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "files");
	struct draft_head head = {.rev = 0};
	write_files(subject, partition, &head);
	struct draft draft = draft_begin(subject->arena, partition);
	draft_remove(&draft, subject_file(subject, 2));
	draft_remove(&draft, subject_file(subject, 9)); /* never there */
	draft_send(&draft, &head);
	const struct store_view view = subject_load(subject, partition);
	expect_integer(view.item_count, 1);
	expect_text(view.items[0].key.subkey, "00001");
	const struct store_parts parts = subject_parts(subject, partition, 1);
	expect_parts(subject, &parts, 1, first_parts);
	expect_no_others(subject, &parts, 2, first_parts);
	expect(parts.count == 3 || parts.count == 6);

	struct draft last = draft_begin(subject->arena, partition);
	draft_remove(&last, subject_file(subject, 1));
	draft_send(&last, &head);
	const struct store_view empty = subject_load(subject, partition);
	expect(empty.exists);
	expect_integer(empty.item_count, 0);
	expect(bytes_equal(empty.commit, last.change.commit));
}

/* What settle says of an attempt that is nowhere to be seen. */
static enum store_settled unseen(const struct subject *subject)
{
	return subject->engine->capabilities.outcome_definite ? STORE_NOT_COMMITTED : STORE_STILL_UNKNOWN;
}

static void conflict_writes_nothing(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "conflict");
	struct draft_head head = {.rev = 0};
	write_files(subject, partition, &head);
	struct draft next = draft_begin(subject->arena, partition);
	draft_put(&next, draft_key("meta", ""), &open_meta, 0);
	draft_send(&next, &head);

	struct draft_head other = head;
	other.hash.bytes[31] ^= 1;
	struct draft_head zero_hash = {.rev = head.rev};
	const struct draft_head wrong[] = {
		{.rev = 0}, {.rev = 1, .hash = head.hash}, {.rev = 3, .hash = head.hash}, other, zero_hash};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct draft draft = draft_begin(subject->arena, partition);
		struct draft_head expected = wrong[i];
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_result result = STORE_UNKNOWN;
		enum store_settled settled = STORE_STILL_UNKNOWN;
		draft.salt = 99 + i;
		draft_put(&draft, subject_file(subject, 1), NULL, 500);
		draft_remove(&draft, subject_file(subject, 2));
		expect_good(draft_try(&draft, &expected, &result, &error), &error);
		expect(result == STORE_CONFLICT || (result == STORE_UNKNOWN && subject_may_doubt(subject)));
		expect_good(partition.store->settle(&partition, &draft.change.attempt, &settled, &error), &error);
		expect_integer(settled, draft.change.rev <= head.rev ? STORE_NOT_COMMITTED : unseen(subject));
	}
	const struct store_view view = subject_load(subject, partition);
	expect(bytes_equal(view.commit, next.change.commit));
	expect_integer(view.item_count, 3);
	expect(view.items[0].stored.bytes.size != 500);
	expect_integer(subject_parts(subject, partition, 1).count, 6);
}

/* ---- changes that are none ---- */

static void expect_refused(struct subject *subject, const struct store_change *change)
{
	const struct store_partition partition = subject_partition(subject, "default", "refused");
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	expect_integer(partition.store->commit(&partition, change, &result, &error), HANSARD_INVALID);
	expect_string(error.kind, "invalid_change");
	expect(!subject_load(subject, partition).exists);
}

static void misordered_changes_are_refused(struct subject *subject)
{
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "default", "refused"));
	const struct draft_head head = {.rev = 0};
	for (size_t i = 1; i <= 2; i++) {
		draft_put(&draft, subject_file(subject, i), NULL, 0);
		draft_remove(&draft, subject_file(subject, i + 2));
		draft_part(&draft, subject_file(subject, 1), (int)i, 100);
	}
	const struct store_change good = *draft_make(&draft, &head);

	struct store_item puts[] = {good.puts[1], good.puts[0]};
	struct store_change bad = good;
	bad.puts = puts;
	expect_refused(subject, &bad);
	puts[0] = puts[1]; /* twice the same */
	expect_refused(subject, &bad);
	struct store_item parts[] = {good.parts[1], good.parts[0]};
	bad = good;
	bad.parts = parts;
	expect_refused(subject, &bad);
	struct item_key removals[] = {good.removals[1], good.removals[0]};
	bad = good;
	bad.removals = removals;
	expect_refused(subject, &bad);
	removals[0] = good.puts[0].key; /* put and removed */
	removals[1] = good.removals[0];
	expect_refused(subject, &bad);
	draft_send(&draft, &(struct draft_head){.rev = 0});
}

static void changes_of_no_items_are_refused(struct subject *subject)
{
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "default", "refused"));
	const struct draft_head head = {.rev = 0};
	draft_put(&draft, subject_file(subject, 1), NULL, 0);
	draft_part(&draft, subject_file(subject, 1), 1, 100);
	const struct store_change good = *draft_make(&draft, &head);
	const struct item_key keys[] = {draft_key("part", "file#00001#0001"),
									draft_key("commit", "0000000001"),
									draft_key("head", ""),
									draft_key("unknown", "a"),
									draft_key("file", "1"),
									draft_key("meta", "a"),
									draft_key("expert", "A")};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct store_item put = {.key = keys[i], .stored = good.puts[0].stored};
		struct store_change bad = good;
		bad.puts = &put;
		bad.part_count = 0;
		expect_refused(subject, &bad);
		bad = good;
		bad.removals = &keys[i];
		bad.removal_count = 1;
		expect_refused(subject, &bad);
	}
	/* A part whose owner is not put, one of no bytes, and bytes that are no item. */
	struct store_change orphan = good;
	orphan.put_count = 0;
	expect_refused(subject, &orphan);
	struct store_item hollow = good.parts[0];
	struct store_change empty = good;
	hollow.stored.bytes.size = 0;
	empty.parts = &hollow;
	expect_refused(subject, &empty);
	struct store_item put = good.puts[0];
	for (size_t size = 0; size < good.puts[0].stored.bytes.size; size += 7) {
		struct store_change cut = good;
		put.stored.bytes.size = size;
		cut.puts = &put;
		expect_refused(subject, &cut);
	}
}

static void revisions_follow_each_other(struct subject *subject)
{
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "default", "refused"));
	const struct draft_head head = {.rev = 0};
	draft_put(&draft, subject_file(subject, 1), NULL, 0);
	const struct store_change good = *draft_make(&draft, &head);
	static const int64_t wrong[][2] = {{0, 0}, {0, 2}, {0, -1}, {5, 5}, {5, 4}, {-1, 0}, {5, 7}, {5, LIMIT_REV + 1}};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct store_change bad = good;
		bad.expected_rev = wrong[i][0];
		bad.rev = wrong[i][1];
		bad.attempt.rev = bad.rev;
		bad.note = draft_note(&draft, bad.rev, &bad.hash);
		expect_refused(subject, &bad);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct store_change bad = good;
		bad.restore = true;
		bad.expected_rev = wrong[i][0];
		bad.rev = wrong[i][1];
		bad.attempt.rev = bad.rev;
		bad.note = draft_note(&draft, bad.rev, &bad.hash);
		if (wrong[i][1] != 7)
			expect_refused(subject, &bad);
	}
	struct store_change hashed = good;
	hashed.expected_hash.bytes[0] = 1;
	expect_refused(subject, &hashed);
	struct store_change headless = good;
	headless.note.size = 0;
	expect_refused(subject, &headless);

	/* `restore` may leave a gap. */
	struct draft_head real = {.rev = 0};
	draft_send(&draft, &real);
	struct draft next = draft_begin(subject->arena, draft.partition);
	struct store_change gap = *draft_make(&next, &real);
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result;
	gap.rev = gap.attempt.rev = 40;
	gap.note = draft_note(&next, gap.rev, &gap.hash);
	expect_integer(draft.partition.store->commit(&draft.partition, &gap, &result, &error), HANSARD_INVALID);
	expect_string(error.kind, "invalid_change");
	gap.restore = true;
	expect_good(draft.partition.store->commit(&draft.partition, &gap, &result, &error), &error);
	expect_integer(result, STORE_DONE);
}

/* Every bit of the lines that a head signs, but for those of its place, which the vault looks at. */
static void heads_name_their_commits(struct subject *subject)
{
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "default", "named"));
	struct draft_head head = {.rev = 0};
	draft_put(&draft, subject_file(subject, 1), NULL, 0);
	const struct store_change good = *draft_make(&draft, &head);
	const struct text note = text_of_bytes(good.note);
	const size_t place = text_find(note, TEXT("\n"), 0);
	const size_t rev = text_find(note, TEXT("\n"), place + 1);
	for (size_t bit = 0; bit < 8 * note.size; bit++) {
		uint8_t *data = arena_allocate(subject->arena, note.size);
		struct store_change bad = good;
		expect(data != NULL);
		memcpy(data, note.data, note.size);
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		bad.note.data = data;
		if (bit / 8 <= place || bit / 8 >= rev)
			expect_refused(subject, &bad);
	}
	for (size_t size = 0; size < note.size; size++) {
		struct store_change cut = good;
		cut.note.size = size;
		expect_refused(subject, &cut);
	}
	draft_send(&draft, &head);
}

/* ---- settle ---- */

static void attempts_are_settled(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "settle");
	struct draft_head head = {.rev = 0};
	struct draft first = draft_begin(subject->arena, partition);
	draft_put(&first, draft_key("meta", ""), &open_meta, 0);
	draft_send(&first, &head);
	struct draft second = draft_begin(subject->arena, partition);
	draft_send(&second, &head);

	struct store_attempt other = first.change.attempt;
	other.id[0] ^= 1;
	struct store_attempt later = {.rev = 3};
	struct store_attempt moved = first.change.attempt;
	moved.rev = 2;
	const struct {
		struct store_attempt attempt;
		enum store_settled settled;
	} attempts[] = {{first.change.attempt, STORE_COMMITTED},
					{second.change.attempt, STORE_COMMITTED},
					{other, STORE_NOT_COMMITTED},
					{later, unseen(subject)},
					{moved, STORE_NOT_COMMITTED}};
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_settled settled = STORE_STILL_UNKNOWN;
		expect_good(partition.store->settle(&partition, &attempts[i].attempt, &settled, &error), &error);
		expect_integer(settled, attempts[i].settled);
	}
	const struct store_partition elsewhere = subject_partition(subject, "default", "elsewhere");
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_settled settled = STORE_STILL_UNKNOWN;
	expect_good(elsewhere.store->settle(&elsewhere, &first.change.attempt, &settled, &error), &error);
	expect_integer(settled, unseen(subject));
}

/* Nothing that a refused or unsent attempt may have left behind arrives later, neither by itself nor by other commits. */
static void what_is_not_there_never_arrives(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "late");
	struct draft_head head = {.rev = 0};
	struct draft first = draft_begin(subject->arena, partition);
	draft_put(&first, draft_key("meta", ""), &open_meta, 0);
	draft_send(&first, &head);
	for (int64_t rev = 2; rev <= 4; rev++) {
		const struct store_attempt unsent = {.id = {1, 2, 3}, .rev = rev};
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_settled settled = STORE_STILL_UNKNOWN;
		expect_good(partition.store->settle(&partition, &unsent, &settled, &error), &error);
		expect_integer(settled, STORE_NOT_COMMITTED);
		expect(bytes_equal(subject_load(subject, partition).commit, first.change.commit));
	}
}

/* Where an attempt can arrive later, what is not there is not known. */
static void what_is_not_there_is_not_known(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "late");
	const struct store_attempt unsent = {.id = {1, 2, 3}, .rev = 1};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_settled settled = STORE_COMMITTED;
	expect_good(partition.store->settle(&partition, &unsent, &settled, &error), &error);
	expect_integer(settled, STORE_STILL_UNKNOWN);
}

static void lost_answers_are_settled(struct subject *subject)
{
	const struct store_partition partition = subject_partition(subject, "default", "lost");
	struct draft_head head = {.rev = 0};
	struct draft first = draft_begin(subject->arena, partition);
	draft_put(&first, draft_key("meta", ""), &open_meta, 0);
	draft_send(&first, &head);

	struct draft lost = draft_begin(subject->arena, partition);
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_DONE;
	enum store_settled settled = STORE_STILL_UNKNOWN;
	draft_put(&lost, subject_file(subject, 1), NULL, 0);
	if (!subject->kind->lose_answer(subject)) {
		draft_send(&lost, &head);
		return;
	}
	struct draft_head before = head;
	expect_good(draft_try(&lost, &head, &result, &error), &error);
	expect(result == STORE_UNKNOWN || result == STORE_DONE); /* an engine may settle it by itself */
	expect_good(partition.store->settle(&partition, &lost.change.attempt, &settled, &error), &error);
	expect_integer(settled, STORE_COMMITTED);
	expect_integer(subject_load(subject, partition).item_count, 2);

	/* The same change in another attempt stands on a head that has moved. */
	expect_good(draft_try(&lost, &before, &result, &error), &error);
	expect_integer(result, STORE_CONFLICT);
}

static const struct conformance_case cases[] = {
	{"a put replaces an item and all of its parts", NEEDS_NOTHING, put_replaces_item_and_parts, NULL},
	{"a removal takes an item and its parts", NEEDS_NOTHING, removal_takes_item_and_parts, NULL},
	{"parts of what was replaced or removed are gone at once", NEEDS_CURRENT_PARTS, old_parts_are_gone,
	 old_parts_are_as_written},
	{"a conflict writes nothing", NEEDS_NOTHING, conflict_writes_nothing, NULL},
	{"changes out of order are refused", NEEDS_NOTHING, misordered_changes_are_refused, NULL},
	{"changes of what is no item are refused", NEEDS_NOTHING, changes_of_no_items_are_refused, NULL},
	{"revisions follow each other", NEEDS_NOTHING, revisions_follow_each_other, NULL},
	{"a head names the commit that comes with it", NEEDS_NOTHING, heads_name_their_commits, NULL},
	{"attempts are settled", NEEDS_NOTHING, attempts_are_settled, NULL},
	{"a lost answer is settled", NEEDS_NOTHING, lost_answers_are_settled, NULL},
	{"an attempt that is not there cannot arrive later", NEEDS_DEFINITE_OUTCOME, what_is_not_there_never_arrives,
	 what_is_not_there_is_not_known},
};
const struct conformance_cases cases_of_changes = CONFORMANCE_CASES(cases);
