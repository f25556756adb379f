/*
 * The ceilings of a commit: one below each, at it, and one above it, which is named.
 */
#include "conformance.h"
#include "limits.h"

static const struct draft_attrs open_meta = {.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"};

/* Fills a draft so that a ceiling is reached by `limit` plus `off`. */
struct ceiling {
	const char *name; /* as the refusal names it */
	void (*fill)(struct subject *subject, struct draft *draft, int off);
};

static void fill_changes(struct subject *subject, struct draft *draft, int off)
{
	const size_t count = (size_t)(LIMIT_COMMIT_CHANGES + off);
	for (size_t i = 0; i < count; i++) {
		if (i % 3 == 0)
			draft_remove(draft, subject_file(subject, i));
		else
			draft_put(draft, subject_file(subject, i), NULL, 0);
	}
}

/* What a part of a file counts beside its bytes: its address, "part" and "file#00001#0001", and a frame. And some bytes. */
enum { BESIDE_PART = 4 + 15 + 16, SOME = LIMIT_STORED_ITEM / 10 };

static void fill_stored(struct subject *subject, struct draft *draft, int off)
{
	size_t left = (size_t)(LIMIT_COMMIT_STORED_BYTES + off);
	for (size_t i = 0; left > 0; i++) {
		const size_t size = left > LIMIT_STORED_ITEM + SOME ? LIMIT_STORED_ITEM - SOME : left / 2;
		const bool last = left <= LIMIT_STORED_ITEM + SOME;
		const size_t part = last ? left - size : SOME;
		draft_put(draft, subject_file(subject, i), NULL, size);
		draft_part(draft, subject_file(subject, i), 1, part - BESIDE_PART);
		left -= size + part;
	}
}

/* Thousands of parts as small as they come, of a few files, and of the last file as many bytes as are left. */
static void fill_tiny_parts(struct subject *subject, struct draft *draft, int off)
{
	enum { PART_SIZE = 60 };
	size_t left = (size_t)(LIMIT_COMMIT_STORED_BYTES + off);
	for (size_t file = 1; left > LIMIT_STORED_ITEM; file++) {
		draft_put(draft, subject_file(subject, file), NULL, SOME);
		left -= SOME;
		for (int n = 1; n <= LIMIT_PARTS && left > LIMIT_STORED_ITEM; n++) {
			draft_part(draft, subject_file(subject, file), n, PART_SIZE);
			left -= PART_SIZE + BESIDE_PART;
		}
	}
	draft_put(draft, subject_file(subject, 0), NULL, left);
	expect(draft->part_count > LIMIT_COMMIT_CHANGES);
}

static void fill_item(struct subject *subject, struct draft *draft, int off)
{
	draft_put(draft, subject_file(subject, 1), NULL, (size_t)(LIMIT_STORED_ITEM + off));
}

static void fill_part(struct subject *subject, struct draft *draft, int off)
{
	draft_put(draft, subject_file(subject, 1), NULL, 0);
	draft_part(draft, subject_file(subject, 1), 1, (size_t)(LIMIT_STORED_ITEM + off));
}

static void fill_commit(struct subject *subject, struct draft *draft, int off)
{
	draft_put(draft, subject_file(subject, 1), NULL, 0);
	draft->commit_size = (size_t)(LIMIT_COMMIT_BYTES + off);
}

static void fill_note(struct subject *subject, struct draft *draft, int off)
{
	draft_put(draft, subject_file(subject, 1), NULL, 0);
	draft->note_size = (size_t)(LIMIT_NOTE + off);
}

static void fill_indexed(struct subject *subject, struct draft *draft, int off)
{
	static const char *const types[] = {"tension", "dek"};
	draft_put(draft, draft_key("meta", ""), &open_meta, 0);
	for (int i = 1; i < LIMIT_COMMIT_INDEXED + off; i++) {
		struct item_key key = {.type = text_of_string(types[i % 2])};
		expect(arena_format(subject->arena, &key.subkey, i % 2 ? "%04d" : "00#%02d", i));
		if (i % 5 == 0)
			draft_remove(draft, key);
		else
			draft_put(draft, key, NULL, 0);
	}
}

static void ceilings_are_named(struct subject *subject)
{
	static const struct ceiling ceilings[] = {
		{"changes", fill_changes},
		{"bytes of items and parts", fill_stored},
		{"bytes of items and parts", fill_tiny_parts},
		{"bytes in one stored item", fill_item},
		{"bytes in one stored item", fill_part},
		{"bytes in the commit itself", fill_commit},
		{"bytes in its head", fill_note},
		{"meta, tension and dek", fill_indexed},
	};
	for (size_t i = 0; i < sizeof(ceilings) / sizeof(ceilings[0]); i++)
		for (int off = -1; off <= 1; off++) {
			struct text name;
			expect(arena_format(subject->arena, &name, "ceiling-%zu-%d", i, off + 1));
			const struct store_partition partition = store_engine_partition(subject->engine, TEXT("default"), name);
			struct draft draft = draft_begin(subject->arena, partition);
			struct draft_head head = {.rev = 0};
			struct hansard_error error = {.status = HANSARD_OK};
			enum store_result result = STORE_UNKNOWN;
			ceilings[i].fill(subject, &draft, off);
			const enum hansard_status status = draft_try(&draft, &head, &result, &error);
			const struct store_view view = subject_load(subject, partition);
			if (off <= 0) {
				expect_good(status, &error);
				expect_integer(result, STORE_DONE);
				expect_integer(view.item_count, draft.put_count);
				expect_integer(subject_parts(subject, partition, 1).count, draft.part_count);
				continue;
			}
			expect_integer(status, HANSARD_INVALID);
			expect_string(error.kind, "commit_too_large");
			expect(strstr(error.message, ceilings[i].name) != NULL);
			expect(!view.exists);
		}
}

static const struct conformance_case cases[] = {
	{"each ceiling holds at its limit and is named above it", NEEDS_NOTHING, ceilings_are_named, NULL},
};
const struct conformance_cases cases_of_ceilings = CONFORMANCE_CASES(cases);
