/*
 * Taking in a derived record: the commits that it is cut into, and what becomes of it when it ends between two of them.
 */
#include "limits.h"
#include "story.h"
#include "vault_imports.h"

static void one_commit_a_round(void)
{
	desk_begin(&desk, false);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	struct dialogue *dialogue = desk_open(&desk);
	struct commit *commits;
	size_t count;
	expect_integer(vault_history(desk.vault, dialogue->state, 1, 5, desk.arena, &commits, &count, &desk.error),
				   HANSARD_OK);
	expect_integer((int64_t)count, 5);
	for (size_t i = 0; i < count; i++) {
		expect_text(commits[i].operation, i + 1 < count ? "import-part" : "import");
		size_t rounds = 0, metas = 0;
		for (size_t k = 0; k < commits[i].change_count; k++) {
			rounds += text_is(commits[i].changes[k].type, "round");
			metas += text_is(commits[i].changes[k].type, "meta");
		}
		expect_integer((int64_t)metas, i == 0);
		expect_integer((int64_t)rounds, i > 0);
	}
	desk_finish(&desk);
}

static size_t last_done, last_all;

static void progress(void *context, size_t done, size_t all)
{
	(void)context;
	expect(done > last_done && done <= all);
	last_done = done;
	last_all = all;
}

static const struct story large = {.rounds = STORY_ROUNDS, .file_size = 150000};

static void cuts(void)
{
	struct story huge = {.rounds = 1, .file_size = LIMIT_IMPORT_FILE};
	desk_begin(&desk, false);
	last_done = 0;
	const struct adopt_request request = {.wanted = story_tell(large), .progress = progress};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.commits, 1 + STORY_ROUNDS);
	expect_integer((int64_t)last_done, (int64_t)last_all);
	story_expect_stored(large);
	desk_begin(&desk, false);
	expect_integer(story_adopt(huge), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.commits, 4); /* the rest, the round's entities, and a commit for each file */
	story_expect_stored(huge);
	desk_finish(&desk);
}

static void many_tensions(void)
{
	desk_begin(&desk, false);
	struct record *record = arena_allocate(desk.arena, sizeof(*record));
	expect(record != NULL);
	record_begin(record, desk.arena, TEXT("d"));
	struct entity_meta *meta = story_add(record, ENTITY_META, TEXT(""));
	meta->title = TEXT("Many");
	meta->status = DIALOGUE_OPEN;
	meta->created_at = STORY_TIME;
	for (int seq = 1; seq <= 200; seq++)
		story_add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, 0, seq}, "Same words");
	for (int seq = 1; seq <= 5000; seq++)
		story_add_statement(record, ENTITY_CLAIM, (struct display_id){ENTITY_CLAIM, 1, seq}, "Same words");
	for (int source = 1; source <= 40; source++) {
		for (int target = 1; target <= 150; target++) {
			struct entity_ref *ref = story_add(record, ENTITY_REF, story_say("T00%02d#depend#C01%02d", source, target));
			ref->created_at = STORY_TIME;
		}
	}
	const struct adopt_request request = {.wanted = record};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect(desk.adopted.commits >= 1 + 3 + 3);
	expect_integer(desk.reads, 1); /* found that there is none; no commit reads again what the one before wrote */
	expect(desk_same(&desk_open(&desk)->record, record));
	desk_finish(&desk);
}

/* As the whole history says it, of "d". */
static int64_t part_rev(void)
{
	struct dialogue *dialogue = desk_open(&desk);
	expect_integer(dialogue_find_import_part(dialogue, &desk.error), HANSARD_OK);
	return dialogue->record.import_part_rev;
}

static void interfere(void *context, size_t done, size_t all)
{
	(void)context, (void)all;
	if (done > 2 && desk.commits == 2)
		expect_integer(desk_status(&desk, "T0001", "addressed", NULL), HANSARD_OK);
}

/* Many files of one commit are read in one go, not commit by commit for each. */
static void contents(void)
{
	const struct story two = {.rounds = 2, .file_size = 50};
	desk_begin(&desk, false);
	expect_integer(story_adopt(two), HANSARD_OK);
	struct dialogue *dialogue = desk_open(&desk);
	const struct record_list *files = &dialogue->record.lists[ENTITY_FILE];
	const long reads = desk.reads;
	expect_integer(dialogue_contents(dialogue, &desk.error), HANSARD_OK);
	expect_integer((int64_t)files->count, 5);
	expect_integer(desk.reads - reads, 3); /* commits with files: the rest, and a round each */
	for (size_t i = 0; i < files->count; i++)
		expect(files->items[i]->content_known &&
			   (int64_t)files->items[i]->content.size == ((const struct entity_file *)files->items[i])->size.value);
	expect_integer(dialogue_contents(dialogue, &desk.error), HANSARD_OK);
	expect_integer(desk.reads - reads, 3);
	desk_finish(&desk);
}

/* Another writer between two commits of an import. */
static void another_writer(void)
{
	desk_begin(&desk, false);
	const struct adopt_request request = {.wanted = story_tell(story_plain), .progress = interfere};
	expect_integer(desk_adopt(&desk, &request), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "head_moved");
	expect(strstr(desk.error.message, "behind rev 2 ") != NULL && strstr(desk.error.message, "nothing") == NULL);
	expect_integer(desk_open(&desk)->record.rev, 3);
	expect_integer(desk_open(&desk)->record.import_part_rev, 0); /* the newest commit is none of an import */
	expect_integer(part_rev(), 2);
	expect_integer(story_adopt(story_plain), HANSARD_OK);
	expect_integer(part_rev(), 0);
	expect_integer(((const struct entity_tension *)desk_statement(&desk, "T0001"))->status, TENSION_ADDRESSED);
	desk_finish(&desk);
	/* One that began the same dialogue meanwhile, and a store that fails behind the second commit. */
	desk_begin(&desk, false);
	desk.commit_loses = 1;
	expect_integer(story_adopt(story_plain), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "dialogue_exists");
	expect(strstr(desk.error.message, "\"d\" ") != NULL && strstr(desk.error.hint, "run it again") != NULL);
	desk.commit_fails = desk.commits + 3;
	expect_integer(story_adopt(story_plain), HANSARD_UNREACHABLE);
	expect_string(desk.error.message, "\"d\" is imported in part: 2 of its commits are written; then: killed");
	desk_finish(&desk);
}

/* Killed before each commit in turn and run again: the end is the same. */
static void kill_and_rerun(struct story first, struct story second, bool two, bool sqlite)
{
	for (long n = 1;; n++) {
		desk_begin(&desk, sqlite);
		if (two)
			expect_integer(story_adopt(first), HANSARD_OK);
		desk.commit_fails = desk.commits + n;
		const enum hansard_status status = story_adopt(second);
		bool survived = status == HANSARD_OK;
		if (!survived) {
			expect_integer(status, HANSARD_UNREACHABLE);
			if (n > 1) /* it wrote some of its commits, the newest is the last of these */
				expect_integer(desk_open(&desk)->record.import_part_rev, desk_open(&desk)->record.rev);
			else if (two)
				expect_integer(part_rev(), 0);
			if (two) { /* every file is there exactly once */
				const struct record_list *files = &desk_open(&desk)->record.lists[ENTITY_FILE];
				for (size_t i = 0; i < files->count; i++) {
					for (size_t k = 0; k < i; k++)
						expect(!text_equal(((const struct entity_file *)files->items[i])->path,
										   ((const struct entity_file *)files->items[k])->path));
				}
				expect(files->count >= 2 * STORY_ROUNDS);
			}
			expect_integer(story_adopt(second), HANSARD_OK);
		}
		story_expect_stored(second);
		expect_integer(part_rev(), 0);
		if (survived) {
			expect(n > 2);
			break;
		}
	}
	desk_finish(&desk);
}

static void killed_while_creating(void)
{
	kill_and_rerun(large, large, false, false);
}

static void killed_while_creating_in_sqlite(void)
{
	kill_and_rerun(large, large, false, true);
}

static void killed_while_files_move(void)
{
	struct story less = large, all = large;
	less.skip = "round-0/muffin.md";
	all.extra = "round-1/cupcake.md";
	all.early_tension = true;
	kill_and_rerun(less, all, true, false);
}

/* Killed behind its first commit; then what is there is taken in, so that nothing is left to be written. */
static void nothing_left(void)
{
	desk_begin(&desk, false);
	desk.commit_fails = 2;
	expect_integer(story_adopt(story_plain), HANSARD_UNREACHABLE);
	desk.commit_fails = 0;
	expect_integer(part_rev(), 1);
	struct vault_report report;
	expect_integer(vault_verify(desk.vault, TEXT("d"), desk.arena, &report, &desk.error), HANSARD_OK);
	expect(report.good && report.import_part_rev == 1);
	struct dialogue *dialogue = desk_open(&desk);
	expect_integer(dialogue_contents(dialogue, &desk.error), HANSARD_OK);
	const struct adopt_request tried = {.wanted = &dialogue->record, .only_add = true, .dry_run = true},
							   same = {.wanted = &dialogue->record, .only_add = true};
	expect_integer(desk_adopt(&desk, &tried), HANSARD_OK);
	expect(!desk.adopted.unchanged && desk.adopted.commits == 1 && desk.adopted.put == 0);
	expect_integer(part_rev(), 1);
	expect_integer(desk_adopt(&desk, &same), HANSARD_OK);
	expect(!desk.adopted.unchanged && desk.adopted.commits == 1 && desk.adopted.put == 0 && desk.adopted.rev == 2);
	expect(desk_same(&desk_open(&desk)->record, &dialogue->record));
	expect_integer(part_rev(), 0);
	expect_integer(desk_adopt(&desk, &same), HANSARD_OK);
	expect(desk.adopted.unchanged && desk.adopted.commits == 0);
	desk_finish(&desk);
}

/* Of made-up histories: what decides is the newest commit of an import, and an erasure. */
static void decides(void)
{
	static const struct {
		const char *operations[5];
		int64_t part;
	} rows[] = {
		{{"import"}, 0},
		{{"import-part"}, 1},
		{{"create", "update"}, 0},
		{{"import-part", "import-part", "import"}, 0},
		{{"import-part", "import", "import-part"}, 3},
		{{"import-part", "rewrap", "generation", "restore"}, 1},
		{{"create", "import-part", "register", "verdict", "update"}, 2},
		{{"import-part", "import", "register"}, 0},
		{{"import-part", "merge"}, 1},
		{{"import-part", "erase"}, 0},
		{{"import-part", "erase", "restore"}, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct commit commits[5] = {{.rev = 0}};
		size_t count = 0;
		for (; count < 5 && rows[i].operations[count] != NULL; count++)
			commits[count] =
				(struct commit){.rev = (int64_t)count + 1, .operation = text_of_string(rows[i].operations[count])};
		expect_integer(vault_imports_part(commits, count), rows[i].part);
	}
	expect_integer(vault_imports_part(NULL, 0), 0);
	expect(vault_imports_operation(TEXT("import")) && vault_imports_operation(TEXT("import-part")) &&
		   !vault_imports_operation(TEXT("register")));
	expect(vault_imports_behind(TEXT("rewrap")) && vault_imports_behind(TEXT("migrate-in")) &&
		   !vault_imports_behind(TEXT("update")) && !vault_imports_behind(TEXT("import")));
}

static const struct tap_test tests[] = {
	{"each round is a commit of its own, and the rest is the first", one_commit_a_round},
	{"commits are cut at their ceiling of bytes", cuts},
	{"commits are cut at their ceilings of entities", many_tensions},
	{"an import killed between commits is completed by running it again, in memory", killed_while_creating},
	{"an import killed between commits is completed by running it again, in SQLite", killed_while_creating_in_sqlite},
	{"an import killed while files move to other numbers loses none and doubles none", killed_while_files_move},
	{"where nothing is left to be written a commit of no changes ends an import that was killed", nothing_left},
	{"an import that has not reached its end is told from the operations of the history", decides},
	{"the contents of all files are read commit by commit", contents},
	{"another writer between two commits of an import is noticed", another_writer},
};

TAP_MAIN(tests)
