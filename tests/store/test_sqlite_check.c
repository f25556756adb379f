/*
 * What a deep check of a SQLite store finds, and what the copies beside signed bytes are good for.
 */
#include <fcntl.h>
#include <unistd.h>

#include "limits.h"
#include "place.h"
#include "sqlite_schema.h"

/* Checks the file deeply; the finding of a subject, or the first that is not good, or, when all are, an absent one. */
static struct store_finding look(struct place *place, const char *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_findings findings;
	struct store_finding found = {.subject = TEXT_ABSENT};
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_READ_ONLY);
	expect_good(engine->ops->check(engine, true, place->arena, &findings, &error), &error);
	for (size_t i = 0; i < findings.count && !text_present(found.subject); i++)
		if (subject == NULL ? !findings.items[i].good : text_is(findings.items[i].subject, subject))
			found = findings.items[i];
	place_close(engine);
	return found;
}

static bool all_good(struct place *place)
{
	return !text_present(look(place, NULL).subject);
}

static struct store_finding finding_of(struct place *place, const char *subject)
{
	const struct store_finding found = look(place, subject);
	expect(text_present(found.subject));
	return found;
}

static void false_index_copies_are_found(void)
{
	static const char *const lies[] = {
		"UPDATE items SET status = 'converged' WHERE type = 'meta'",
		"UPDATE items SET updated_at = NULL WHERE type = 'meta'",
		"UPDATE items SET open_tension = 0 WHERE type = 'tension' AND subkey = '00#03'",
		"UPDATE items SET stored = x'00' WHERE type = 'file' AND subkey = '00001'",
		"PRAGMA foreign_keys = OFF; DELETE FROM items WHERE type = 'file' AND subkey = '00001'",
		"UPDATE heads SET listed = 0",
		"UPDATE heads SET hash = zeroblob(32)",
		"UPDATE heads SET hash = x''",
		"UPDATE heads SET rev = 2",
		"UPDATE heads SET note = x'00'",
		"UPDATE items SET rev = rev + 1 WHERE type = 'file' AND subkey = '00002'",
		"UPDATE items SET rev = 0 WHERE type = 'meta'",
	};
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct place place;
		place_begin_written(&place);
		expect(all_good(&place));
		place_raw(&place, lies[i]);
		expect(!all_good(&place));
		place_finish(&place);
	}
}

/* A reservation is good with what was put under it, and without; one that lies, or what only looks like one, is found. */
static void reservations_are_looked_at(void)
{
	static const char *const lies[] = {
		"UPDATE heads SET rev = 2 WHERE dialogue = 'copied'",
		"UPDATE heads SET hash = x'' WHERE dialogue = 'copied'",
		"UPDATE heads SET hash = randomblob(32) WHERE dialogue = 'copied'",
		"UPDATE heads SET listed = 1 WHERE dialogue = 'copied'",
		"UPDATE heads SET note = CAST(note || x'0a' AS BLOB) WHERE dialogue = 'copied'",
		"UPDATE heads SET note = CAST(replace(note, 't/copied', 't/copier') AS BLOB) WHERE dialogue = 'copied'",
		"UPDATE items SET status = 'open' WHERE dialogue = 'copied' AND type = 'meta'",
		"UPDATE items SET open_tension = 1 WHERE dialogue = 'copied' AND type = 'tension'",
	};
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct place place;
		struct hansard_error error = {.status = HANSARD_OK};
		place_begin_written(&place);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		struct place_copy copy = place_copy_begin(&place, engine);
		expect_good(place_copy_step(&copy, 0, &error), &error);
		if (i == 0)
			expect(all_good(&place));
		expect_good(place_copy_step(&copy, 1, &error), &error);
		place_close(engine);
		expect(all_good(&place));
		place_raw(&place, lies[i]);
		expect(!all_good(&place));
		place_finish(&place);
	}
}

/* Where a reservation takes the place of a dialogue that is listed, what is left of that is not listed any more. */
static void what_is_called_off_has_no_index_copies(void)
{
	static const int steps[] = {0, 1, PLACE_COPY_PUBLISH, 6};
	struct place place;
	struct hansard_error error = {.status = HANSARD_OK};
	struct analytics_counts counts;
	place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	struct place_copy copy = place_copy_begin(&place, engine);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		expect_good(place_copy_step(&copy, steps[i], &error), &error);
	expect_good(engine->analytics->counts(engine, TEXT("t"), &counts, &error), &error);
	expect_integer(counts.dialogues[0], 1);
	expect_integer(counts.tensions_open, 10);
	place_close(engine);
	expect(all_good(&place));
	place_finish(&place);
}

/* What is neither a head nor a reservation is damage, to whoever copies. */
static void unreadable_heads_are_violations(void)
{
	struct place place;
	place_begin_written(&place);
	place_raw(&place, "UPDATE heads SET note = x'00'");
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	const struct store_partition partition = place_partition(engine);
	const struct store_reserve_request request = {.found = {.what = STORE_FREE}, .mine = {.source_rev = 5}};
	for (int headless = 0; headless <= 1; headless++) {
		const char *kind = headless ? STORE_HEAD_MISSING : "head_unreadable";
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_occupant there;
		enum store_result result;
		if (headless)
			place_raw(&place, "PRAGMA foreign_keys = OFF; DELETE FROM heads");
		expect_integer(engine->copying->occupant(&partition, &there, &error), HANSARD_VIOLATED);
		expect_string(error.kind, kind);
		expect_integer(engine->copying->reserve(&partition, &request, &result, &error), HANSARD_VIOLATED);
		expect_string(error.kind, kind);
	}
	place_close(engine);
	place_finish(&place);
}

/* A store that is only read is not copied into. */
static void nothing_is_copied_into_what_is_only_read(void)
{
	struct place place;
	place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_READ_ONLY);
	struct place_copy copy = place_copy_begin(&place, engine);
	static const int steps[] = {0, 1, PLACE_COPY_PUBLISH, 5, 6, 7};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct hansard_error error = {.status = HANSARD_OK};
		expect_integer(place_copy_step(&copy, steps[i], &error), HANSARD_FAILED);
		expect_string(error.kind, "store_read_only");
	}
	place_close(engine);
	place_finish(&place);
}

/* Overwrites an index with one that has no rows. */
static void empty_index(struct place *place, const char *name)
{
	static const uint8_t leaf[] = {10, 0, 0, 0, 0, 16384 >> 8, 0, 0};
	struct hansard_error error = {.status = HANSARD_OK};
	int64_t page = 0;
	struct text sql;
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_READ_ONLY);
	expect(arena_format(place->arena, &sql, "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", name));
	expect_good(sqlite_schema_integer(&((struct sqlite_engine *)engine)->db, sql.data, &page, &error), &error);
	place_close(engine);
	const int file = open(place->path, O_WRONLY | O_CLOEXEC);
	expect(file >= 0 && page > 1);
	expect(pwrite(file, leaf, sizeof(leaf), (page - 1) * 16384) == sizeof(leaf));
	close(file);
}

/* With pages that are damaged, too, references are not looked at. */
static void damaged_files_are_looked_at_once(void)
{
	struct place place;
	place_begin_written(&place);
	empty_index(&place, "open_tensions");
	expect(finding_of(&place, "sizes").good);
	expect(!finding_of(&place, "integrity").good);
	const struct store_finding references = finding_of(&place, "references");
	expect(!references.good && text_starts_with(references.detail, TEXT("not looked at")));
	place_finish(&place);
}

/* A look that would read a huge row once for each row that refers to it is left out. */
static void huge_rows_are_found_in_time(void)
{
	static const char *const damages[][2] = {
		{"UPDATE heads SET note = zeroblob(20000000)", "t/kept: head/: is larger than any that a store has"},
		{"UPDATE heads SET note = zeroblob(9300)", "t/kept: head/: is larger than any that a store has"},
		{"UPDATE items SET stored = zeroblob(150000) WHERE subkey = '00002'",
		 "t/kept: file/00002: is larger than any that a store has"},
		{"UPDATE items SET status = printf('%150000s', '') WHERE type = 'meta'",
		 "t/kept: meta/: is larger than any that a store has"},
		{"UPDATE parts SET stored = zeroblob(142000) WHERE subkey = '00003' AND n = 2",
		 "t/kept: part/file#00003#2: is larger than any that a store has"},
		{"UPDATE commits SET stored = zeroblob(352000)", "t/kept: commit/1: is larger than any that a store has"},
	};
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct place place;
		place_begin_written(&place);
		place_raw(&place, damages[i][0]);
		const struct store_finding sizes = finding_of(&place, "sizes");
		expect_text(sizes.detail, damages[i][1]);
		expect(!sizes.good);
		const struct store_finding references = finding_of(&place, "references");
		const struct store_finding copies = finding_of(&place, "index copies");
		expect(!references.good && text_starts_with(references.detail, TEXT("not looked at")));
		expect(!copies.good && text_starts_with(copies.detail, TEXT("not looked at")));
		place_finish(&place);
	}
}

static void the_largest_rows_are_good(void)
{
	static char status[7000];
	struct place place;
	struct draft_head head = place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	struct draft draft = draft_begin(place.arena, place_partition(engine));
	memset(status, 's', sizeof(status) - 1);
	draft_put(&draft, draft_key("meta", ""), &(struct draft_attrs){.status = status}, LIMIT_STORED_ITEM);
	draft_put(&draft, draft_key("file", "00001"), NULL, LIMIT_STORED_ITEM);
	draft_part(&draft, draft_key("file", "00001"), 1, LIMIT_STORED_ITEM);
	draft.commit_size = LIMIT_COMMIT_BYTES;
	draft.note_size = LIMIT_NOTE;
	draft_send(&draft, &head);
	place_close(engine);
	expect(all_good(&place));
	place_finish(&place);
}

/* Rev and hash beside a head, and rev beside an item, are written and never read: the note decides. */
static void copies_beside_a_head_decide_nothing(void)
{
	static const char *const lies[] = {
		"UPDATE heads SET hash = zeroblob(32)",
		"UPDATE heads SET rev = 7",
		"UPDATE heads SET rev = 0, hash = x''",
		"UPDATE items SET rev = 7",
	};
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct place place;
		struct draft_head head = place_begin_written(&place);
		place_raw(&place, lies[i]);
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_view view;
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		const struct store_partition partition = place_partition(engine);
		expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
		const struct digest hash = draft_digest(view.commit);
		expect(digest_equal(&hash, &head.hash));
		struct draft draft = place_second(&place, engine);
		draft_send(&draft, &head);
		place_close(engine);
		if (i < 3) /* the commit wrote these anew */
			place_expect_rev(&place, 2);
		place_finish(&place);
	}
}

static void other_notes_are_conflicts(void)
{
	static const char *const lies[] = {
		"UPDATE heads SET note = x'00'",
		"UPDATE heads SET note = cast(replace(cast(note AS text), '/kept' || char(10) || 1, '/kept' || char(10) || 2) AS blob)",
		"UPDATE heads SET note = cast(replace(cast(note AS text), '=' || char(10), 'A' || char(10)) AS blob)",
	};
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct place place;
		struct draft_head head = place_begin_written(&place);
		place_raw(&place, lies[i]);
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_result result = STORE_DONE;
		struct store_view view;
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		const struct store_partition partition = place_partition(engine);
		struct draft draft = place_second(&place, engine);
		expect_good(draft_try(&draft, &head, &result, &error), &error);
		expect_integer(result, STORE_CONFLICT);
		expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
		expect_integer(view.commit.size, 0);
		place_close(engine);
		place_finish(&place);
	}
}

static size_t stale_indexes(struct place *place)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_READ_ONLY);
	const struct store_partition partition = place_partition(engine);
	expect_good(partition.store->load(&partition, place->arena, &view, &error), &error);
	place_close(engine);
	return view.stale_indexes;
}

static void a_load_counts_false_index_copies(void)
{
	static const struct {
		const char *lie;
		size_t stale;
	} lies[] = {
		{"UPDATE items SET status = 'converged' WHERE type = 'meta'", 1},
		{"UPDATE items SET updated_at = NULL WHERE type = 'meta'", 1},
		{"UPDATE items SET updated_at = '2026-01-01T00:00:00.000001Z' WHERE type = 'meta'", 1},
		{"UPDATE items SET open_tension = 0 WHERE type = 'tension' AND subkey <= '00#03'", 3},
		{"UPDATE items SET status = NULL WHERE type IN ('meta', 'tension')", 11},
		{"UPDATE heads SET listed = 0", 11},
		{"UPDATE items SET status = 'open' WHERE type = 'file'", 0}, /* nobody looks for files */
	};
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct place place;
		place_begin_written(&place);
		expect_integer(stale_indexes(&place), 0);
		place_raw(&place, lies[i].lie);
		expect_integer(stale_indexes(&place), lies[i].stale);
		place_finish(&place);
	}
}

/* A load says which tables have rows of a dialogue without a head; nothing is begun on top of them. */
static void rows_without_a_head_are_no_dialogue(void)
{
	static const struct {
		const char *damage, *there;
	} damages[] = {
		{"PRAGMA foreign_keys = OFF; DELETE FROM heads", "items, parts, commits"},
		{"PRAGMA foreign_keys = OFF; DELETE FROM heads; DELETE FROM items; DELETE FROM commits", "parts"},
		{"PRAGMA foreign_keys = OFF; DELETE FROM heads; DELETE FROM items; DELETE FROM parts", "commits"},
		{"PRAGMA foreign_keys = OFF; DELETE FROM heads; DELETE FROM commits; DELETE FROM parts", "items"},
		{"PRAGMA foreign_keys = OFF; DELETE FROM heads; DELETE FROM commits; DELETE FROM parts; DELETE FROM items",
		 NULL},
	};
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct place place;
		struct draft_head none = {.rev = 0};
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_view view = {.item_count = 99};
		enum store_result result;
		place_begin_written(&place);
		place_raw(&place, damages[i].damage);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		const struct store_partition partition = place_partition(engine);
		struct draft draft = draft_begin(place.arena, partition);
		draft_put(&draft, draft_key("meta", ""), NULL, 0);
		if (damages[i].there == NULL) {
			expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
			expect(!view.exists);
			draft_send(&draft, &none);
		} else {
			char message[128];
			snprintf(message, sizeof(message), "is missing, and of it there are: %s", damages[i].there);
			expect_integer(partition.store->load(&partition, place.arena, &view, &error), HANSARD_VIOLATED);
			expect_string(error.kind, STORE_HEAD_MISSING);
			expect(strstr(error.message, message) != NULL && strlen(strstr(error.message, message)) == strlen(message));
			expect_integer(view.item_count, 99);
			expect_integer(draft_try(&draft, &none, &result, &error), HANSARD_VIOLATED);
			expect_string(error.kind, STORE_HEAD_MISSING);
		}
		place_close(engine);
		place_finish(&place);
	}
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"index copies and references that lie are found", false_index_copies_are_found},
		{"a reservation and what is under it are good, and one that lies is found", reservations_are_looked_at},
		{"what is called off has no index copies", what_is_called_off_has_no_index_copies},
		{"what is neither head nor reservation is a violation to whoever copies", unreadable_heads_are_violations},
		{"nothing is copied into a store that is only read", nothing_is_copied_into_what_is_only_read},
		{"huge rows are found, and what they would make endless is not looked at", huge_rows_are_found_in_time},
		{"references in a damaged file are not looked at", damaged_files_are_looked_at_once},
		{"the largest rows that a store has are good", the_largest_rows_are_good},
		{"copies beside a head and its items decide nothing", copies_beside_a_head_decide_nothing},
		{"a commit on a head whose note was altered is a conflict, and a load gives no commit",
		 other_notes_are_conflicts},
		{"a load counts the index copies of meta and tensions that lie", a_load_counts_false_index_copies},
		{"rows without a head are no dialogue, and nothing is begun on top of them",
		 rows_without_a_head_are_no_dialogue},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
