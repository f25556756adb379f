/*
 * The third interface: identity, reopening, two at once, checking, backing up.
 */
#include "conformance.h"

static const struct draft_attrs open_meta = {.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"};

static void expect_identity(const struct subject *subject, struct text identity)
{
	const struct text name = text_of_string(subject->kind->name);
	expect_integer(identity.size, name.size + 1 + 32);
	expect(text_starts_with(identity, name));
	expect(identity.data[name.size] == ':');
	for (size_t i = name.size + 1; i < identity.size; i++)
		expect(strchr("0123456789abcdef", identity.data[i]) != NULL);
}

/* A dialogue of two revisions, with an item, a part and a tension. */
static void write_dialogue(struct subject *subject, struct draft_head *head)
{
	const struct store_partition partition = subject_partition(subject, "t", "kept");
	struct draft draft = draft_begin(subject->arena, partition);
	draft_put(&draft, draft_key("meta", ""), &open_meta, 0);
	draft_put(&draft, draft_key("tension", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
	draft_put(&draft, draft_key("file", "00001"), NULL, 0);
	draft_part(&draft, draft_key("file", "00001"), 1, 1000);
	draft_send(&draft, head);
	struct draft next = draft_begin(subject->arena, partition);
	draft_put(&next, draft_key("round", "00"), NULL, 0);
	draft_send(&next, head);
}

/* The dialogue of write_dialogue is whole in this engine. */
static void expect_dialogue(struct subject *subject, struct store_engine *engine)
{
	const struct store_partition partition = store_engine_partition(engine, TEXT("t"), TEXT("kept"));
	const struct store_view view = subject_load(subject, partition);
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_history history;
	struct store_parts parts;
	struct analytics_counts counts;
	expect(view.exists);
	expect_integer(view.item_count, 4);
	expect_integer(draft_note_rev(view.note), 2);
	const struct store_history_request all = {.from = 1, .to = 9};
	expect_good(partition.store->history(&partition, &all, subject->arena, &history, &error), &error);
	expect_integer(history.count, 2);
	expect(bytes_equal(history.commits[1].stored, view.commit));
	const struct store_parts_request first = {.rev = 1};
	expect_good(partition.store->parts(&partition, &first, subject->arena, &parts, &error), &error);
	expect_integer(parts.count, 1);
	expect_good(engine->analytics->counts(engine, TEXT("t"), &counts, &error), &error);
	expect_integer(counts.dialogues[0], 1);
	expect_integer(counts.tensions_open, 1);
}

static void identity_is_drawn(struct subject *subject)
{
	struct subject other;
	expect_identity(subject, subject->engine->ops->identity(subject->engine));
	subject_begin_at(&other, subject->kind, 7777); /* further on in the randomness */
	expect_identity(&other, other.engine->ops->identity(other.engine));
	expect(!text_equal(subject->engine->ops->identity(subject->engine), other.engine->ops->identity(other.engine)));
	subject_finish(&other);
}

static void reopening_keeps_everything(struct subject *subject)
{
	struct draft_head head = {.rev = 0};
	struct text identity;
	write_dialogue(subject, &head);
	expect(arena_copy_text(subject->arena, subject->engine->ops->identity(subject->engine), &identity));
	for (int i = 0; i < 3; i++) {
		subject_reopen(subject);
		expect(text_equal(identity, subject->engine->ops->identity(subject->engine)));
		expect_dialogue(subject, subject->engine);
	}
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "t", "kept"));
	draft_remove(&draft, draft_key("file", "00001"));
	draft_send(&draft, &head);
	subject_reopen(subject);
	expect_integer(subject_load(subject, subject_partition(subject, "t", "kept")).item_count, 3);
}

static void reopening_starts_anew(struct subject *subject)
{
	struct draft_head head = {.rev = 0};
	struct text identity;
	write_dialogue(subject, &head);
	expect(arena_copy_text(subject->arena, subject->engine->ops->identity(subject->engine), &identity));
	subject_reopen(subject);
	expect(!text_equal(identity, subject->engine->ops->identity(subject->engine)));
	expect(!subject_load(subject, subject_partition(subject, "t", "kept")).exists);
}

static void two_engines_share_a_store(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *second;
	struct draft_head head = {.rev = 0};
	enum store_result result;
	write_dialogue(subject, &head);
	expect_good(subject->kind->open(subject, false, &second, &error), &error);
	expect_dialogue(subject, second);

	/* Both stand on the same head: one of them wins. */
	struct draft_head second_head = head;
	struct draft mine = draft_begin(subject->arena, subject_partition(subject, "t", "kept"));
	struct draft theirs = draft_begin(subject->arena, store_engine_partition(second, TEXT("t"), TEXT("kept")));
	theirs.salt = 1;
	draft_put(&mine, draft_key("round", "01"), NULL, 0);
	draft_put(&theirs, draft_key("round", "02"), NULL, 0);
	draft_send(&mine, &head);
	const enum hansard_status status = draft_try(&theirs, &second_head, &result, &error);
	expect(status == HANSARD_BUSY || (status == HANSARD_OK && result == STORE_CONFLICT));
	const struct store_view view = subject_load(subject, theirs.partition);
	expect_integer(view.item_count, 5);
	expect(bytes_equal(view.commit, mine.change.commit));

	/* And from the head that is there, the other goes on. */
	draft_send(&theirs, &head);
	expect_integer(subject_load(subject, mine.partition).item_count, 6);
	second->ops->close(second);
}

static void two_engines_share_nothing(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *second;
	struct draft_head head = {.rev = 0};
	write_dialogue(subject, &head);
	expect_good(subject->kind->open(subject, false, &second, &error), &error);
	expect(!subject_load(subject, store_engine_partition(second, TEXT("t"), TEXT("kept"))).exists);
	second->ops->close(second);
}

static void healthy_stores_check_well(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct draft_head head = {.rev = 0};
	size_t shallow = 0;
	write_dialogue(subject, &head);
	for (int deep = 0; deep <= 1; deep++) {
		struct store_findings findings;
		expect_good(subject->engine->ops->check(subject->engine, deep, subject->arena, &findings, &error), &error);
		expect(findings.count > 0);
		for (size_t i = 0; i < findings.count; i++) {
			expect(findings.items[i].good);
			expect(findings.items[i].subject.size > 0);
			expect(findings.items[i].detail.size > 0);
		}
		expect(findings.count >= shallow);
		shallow = findings.count;
	}
}

static void backups_are_stores_of_their_own(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct draft_head head = {.rev = 0};
	struct text identity;
	const struct text path = subject_path(subject, "copy.db");
	write_dialogue(subject, &head);
	expect(arena_copy_text(subject->arena, subject->engine->ops->identity(subject->engine), &identity));
	expect_good(subject->engine->ops->backup(subject->engine, path, &error), &error);
	expect_integer(subject->engine->ops->backup(subject->engine, path, &error), HANSARD_CONFLICT);

	/* The original goes on alone. */
	struct draft draft = draft_begin(subject->arena, subject_partition(subject, "t", "kept"));
	draft_remove(&draft, draft_key("file", "00001"));
	draft_send(&draft, &head);
	expect(text_equal(identity, subject->engine->ops->identity(subject->engine)));

	/* The copy, in the place of the original. */
	subject->engine->ops->close(subject->engine);
	const struct text original = subject_path(subject, "store.db");
	struct text from;
	struct text to;
	expect(arena_format(subject->arena, &from, "%.*s%c", (int)path.size, path.data, 0));
	expect(arena_format(subject->arena, &to, "%.*s%c", (int)original.size, original.data, 0));
	expect(rename(from.data, to.data) == 0);
	expect_good(subject->kind->open(subject, false, &subject->engine, &error), &error);
	expect_dialogue(subject, subject->engine);
	expect_identity(subject, subject->engine->ops->identity(subject->engine));
	expect(!text_equal(identity, subject->engine->ops->identity(subject->engine)));
}

static void backup_is_refused(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	expect_integer(subject->engine->ops->backup(subject->engine, subject_path(subject, "copy"), &error), HANSARD_USAGE);
	expect_string(error.kind, "unsupported");
}

static const struct conformance_case cases[] = {
	{"a store draws its identity", NEEDS_NOTHING, identity_is_drawn, NULL},
	{"reopening keeps everything and the identity", NEEDS_DURABLE, reopening_keeps_everything, reopening_starts_anew},
	{"two engines share a store and one of two writers wins", NEEDS_CONCURRENT, two_engines_share_a_store,
	 two_engines_share_nothing},
	{"a healthy store checks well", NEEDS_NOTHING, healthy_stores_check_well, NULL},
	{"a backup is whole and a store of its own", NEEDS_BACKUP, backups_are_stores_of_their_own, backup_is_refused},
};
const struct conformance_cases cases_of_engines = CONFORMANCE_CASES(cases);
