/*
 * Taking in a derived record: creation, difference, and conflicts.
 */
#include "story.h"

static void created(bool sqlite)
{
	desk_begin(&desk, sqlite);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect(desk.adopted.created && !desk.adopted.unchanged);
	expect_integer((int64_t)desk.adopted.commits, 1 + STORY_ROUNDS);
	expect_integer(desk.adopted.rev, 1 + STORY_ROUNDS);
	expect_integer((int64_t)desk.adopted.removed, 0);
	story_expect_stored(story_plain);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect(desk.adopted.unchanged && !desk.adopted.created);
	expect_integer((int64_t)desk.adopted.commits, 0);
	expect_integer(desk.adopted.rev, 1 + STORY_ROUNDS);
	desk_finish(&desk);
}

static void created_in_memory(void)
{
	created(false);
}

static void created_in_sqlite(void)
{
	created(true);
}

static void updated_at_is_no_difference(void)
{
	struct story story = story_plain;
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	story.updated_at = "2026-05-05T00:00:00.000000Z";
	expect_integer(story_adopt(story), HANSARD_OK);
	expect(desk.adopted.unchanged);
	desk_finish(&desk);
}

static void dry_runs(void)
{
	desk_begin(&desk, false);
	const struct adopt_request request = {.wanted = story_tell(story_plain), .dry_run = true};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect(desk.adopted.created);
	expect_integer((int64_t)desk.adopted.commits, 1 + STORY_ROUNDS);
	expect_integer((int64_t)desk.commits, 0);
	struct text id;
	expect_integer(dialogue_find(desk.vault, TEXT("d"), desk.arena, &id, &desk.error), HANSARD_NOT_FOUND);
	desk_finish(&desk);
}

/* An import is a function of its set of files: first some, then all, is the same as all at once. */
static void order_makes_no_difference(void)
{
	struct story less = story_plain, all = story_plain;
	less.skip = "round-0/scone.md";
	all.extra = "round-1/cupcake.md";
	desk_begin(&desk, false);
	expect_integer(story_adopt(less), HANSARD_OK);
	expect_integer(story_adopt(all), HANSARD_OK);
	expect(!desk.adopted.unchanged);
	story_expect_stored(all);
	expect_integer(story_adopt(all), HANSARD_OK);
	expect(desk.adopted.unchanged);
	desk_finish(&desk);
}

static void a_missing_file_is_kept(void)
{
	struct story less = story_plain;
	less.skip = "round-0/scone.md";
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect_integer(story_adopt(less), HANSARD_OK);
	expect_integer((int64_t)desk_open(&desk)->record.lists[ENTITY_FILE].count, 2 * STORY_ROUNDS + 1);
	desk_finish(&desk);
}

static void what_is_gone_is_removed(void)
{
	struct story fewer = story_plain;
	fewer.fewer = true;
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect_integer(story_adopt(fewer), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.removed, 1);
	expect_integer((int64_t)desk.adopted.put, 0);
	story_expect_stored(fewer);
	desk_finish(&desk);
}

static void changed_files(void)
{
	struct story changed = story_plain;
	changed.changed = "round-2/scone.md";
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect_integer(story_adopt(changed), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "file_changed");
	expect(strstr(desk.error.message, "round-2/scone.md") != NULL);
	story_expect_stored(story_plain);
	const struct adopt_request request = {.wanted = story_tell(changed), .replace = true};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.put, 1);
	story_expect_stored(changed);
	desk_finish(&desk);
}

static void ids_move_and_are_reported(void)
{
	struct story early = story_plain;
	early.early_tension = true;
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect_integer(story_adopt(early), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.moved_count, 2);
	expect_text(desk.adopted.moved[0].from, "T0101");
	expect_text(desk.adopted.moved[0].to, "T0102");
	expect_text(desk.adopted.moved[1].from, "T0102");
	expect_text(desk.adopted.moved[1].to, "T0103");
	story_expect_stored(early);
	desk_finish(&desk);
}

static void ids_stay_after_other_commits(void)
{
	struct story early = story_plain, fewer = story_plain, more = story_plain;
	early.early_tension = true;
	fewer.fewer = true;
	more.extra = "round-1/cupcake.md";
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect_integer(desk_status(&desk, "T0001", "addressed", NULL), HANSARD_OK);
	expect_integer(story_adopt(early), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "ids_would_change");
	expect(strstr(desk.error.message, "T0101") != NULL);
	expect_integer(story_adopt(fewer), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "ids_would_change");
	/* What a person corrected is not taken back, and numbers of files stay. */
	expect_integer(story_adopt(more), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.put, 1);
	const struct record *record = &desk_open(&desk)->record;
	expect_integer(((const struct entity_tension *)desk_statement(&desk, "T0001"))->status, TENSION_ADDRESSED);
	const struct record_list *files = &record->lists[ENTITY_FILE];
	expect_text(((const struct entity_file *)files->items[files->count - 1])->path, "round-1/cupcake.md");
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect(desk.adopted.unchanged);
	desk_finish(&desk);
}

/* A statement without a local id is known by its label; one whose label a person wrote by its place in a file that is
   what it was. */
static void edits_stay(void)
{
	struct story early = story_plain, more = story_plain, changed = story_plain;
	early.early_tension = true;
	more.extra = "round-1/cupcake.md";
	changed.changed = "round-1/muffin.md";
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect_integer(desk_update(&desk,
							   "{'edits':[{'id':'T0101','label':'Price','body':'By hand.'},"
							   "{'id':'C0101','body':'Very.'},{'id':'01','summary':'Said.'},"
							   "{'id':'meta','title':'Stores','pool':{'members':[{'role':'A','tier':'core'}]}}]}"),
				   HANSARD_OK);
	const struct record *edited = &desk_open(&desk)->record;
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect(desk.adopted.unchanged && desk.adopted.moved_count == 0);
	expect_integer(story_adopt(more), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.put, 1);
	const struct record *after = &desk_open(&desk)->record;
	for (size_t t = 0; t < ENTITY_TYPE_COUNT; t++) {
		for (size_t i = 0; i < edited->lists[t].count; i++) {
			const struct entity_head *now = record_find(after, (enum entity_type)t, edited->lists[t].items[i]->subkey);
			expect(now != NULL && entity_equal(edited->lists[t].items[i], now));
		}
	}
	expect_text(((const struct entity_tension *)desk_statement(&desk, "T0101"))->label, "Price");
	expect_integer(story_adopt(early), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "ids_would_change");
	/* In another file of that path anything may stand there. */
	const struct adopt_request request = {.wanted = story_tell(changed), .replace = true};
	expect_integer(desk_adopt(&desk, &request), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "ids_would_change");
	expect(strstr(desk.error.message, "T0101") != NULL);
	desk_finish(&desk);
}

static void registered_rounds_are_not_touched(void)
{
	struct story story = {.rounds = 3, .file_size = 20};
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
	const struct record *before = &desk_open(&desk)->record;
	story.skip = "round-0/muffin.md";
	expect_integer(story_adopt(story), HANSARD_CONFLICT); /* round-0/scone.md is registered, with other content */
	expect_string(desk.error.kind, "file_changed");
	const struct record *wanted = story_tell(story);
	struct entity_file *scone = (struct entity_file *)wanted->lists[ENTITY_FILE].items[0];
	expect_text(scone->path, "round-0/scone.md");
	scone->head.content = bytes_of_text(TEXT("# Scone\n"));
	const struct adopt_request request = {.wanted = wanted};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	const struct record *after = &desk_open(&desk)->record;
	expect(record_round(after, 2) != NULL);
	expect(entity_equal(&record_meta(before)->head, &record_meta(after)->head));
	for (size_t t = 0; t < ENTITY_TYPE_COUNT; t++) {
		for (size_t i = 0; i < before->lists[t].count; i++) {
			const struct entity_head *old = before->lists[t].items[i];
			const struct entity_head *now = record_find(after, old->type, old->subkey);
			expect(now != NULL && entity_equal(old, now) && now->rev == old->rev);
		}
	}
	expect(record_find(after, ENTITY_MOVE, TEXT("00#muffin#02")) == NULL);
	expect_integer((int64_t)after->lists[ENTITY_TENSION].count, 6);
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect(desk.adopted.unchanged);
	desk_finish(&desk);
}

static void exports_only_add(void)
{
	struct story more = story_plain, fewer = story_plain;
	more.early_tension = true;
	fewer.rounds = 2;
	desk_begin(&desk, false);
	struct adopt_request request = {.wanted = story_tell(story_plain), .only_add = true};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect(desk.adopted.unchanged);
	request.wanted = story_tell(more);
	expect_integer(desk_adopt(&desk, &request), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "entity_differs");
	request.wanted = story_tell(fewer);
	expect_integer(desk_adopt(&desk, &request), HANSARD_CONFLICT); /* its verdict is of another round */
	expect_integer((int64_t)desk.commits, 1 + STORY_ROUNDS);
	story_expect_stored(story_plain);
	desk_finish(&desk);
}

static void faults(void)
{
	desk_begin(&desk, false);
	struct record empty;
	record_begin(&empty, desk.arena, TEXT("d"));
	const struct adopt_request without_meta = {.wanted = &empty};
	expect_integer(desk_adopt(&desk, &without_meta), HANSARD_INVALID);
	const struct record *wanted = story_tell(story_plain);
	wanted->lists[ENTITY_FILE].items[0]->content_known = false;
	const struct adopt_request without_content = {.wanted = wanted};
	expect_integer(desk_adopt(&desk, &without_content), HANSARD_INVALID);
	expect_string(desk.error.kind, "content_not_known");
	expect_integer((int64_t)desk.commits, 0);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"a record is taken in whole, and again is nothing, in memory", created_in_memory},
	{"a record is taken in whole, and again is nothing, in SQLite", created_in_sqlite},
	{"when it was last changed makes no difference", updated_at_is_no_difference},
	{"a dry run tells what it would do and does nothing", dry_runs},
	{"some files first and all later is the same as all at once", order_makes_no_difference},
	{"a file that is not handed in again is kept", a_missing_file_is_kept},
	{"what the files no longer say is removed", what_is_gone_is_removed},
	{"a changed file is a conflict naming it, and taken with replace", changed_files},
	{"ids that move are reported", ids_move_and_are_reported},
	{"once other commits exist ids stay, and what a person wrote is kept", ids_stay_after_other_commits},
	{"what a person edited stays, and its id with it", edits_stay},
	{"registered rounds and files are not touched", registered_rounds_are_not_touched},
	{"an export adds, and conflicts with what differs", exports_only_add},
	{"a record that cannot be taken in is refused before the first commit", faults},
};

TAP_MAIN(tests)
