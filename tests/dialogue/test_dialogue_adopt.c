/*
 * Taking in a derived record: creation, difference, conflicts, cuts, and being killed between commits.
 */
#include <stdarg.h>

#include "desk.h"
#include "entity_codec.h"
#include "lifecycle.h"
#include "limits.h"
#include "tap.h"
#include "vault_verify.h"

enum { ROUNDS = 4, FILE_SIZE = 150000 };

static struct desk desk;

/* What a record is made of. */
struct story {
	int rounds;
	size_t file_size;    /* of every response */
	const char *extra;   /* path of one more file, or NULL */
	const char *skip;    /* path of a file that is missing, or NULL */
	const char *changed; /* path of a file with other content, or NULL */
	bool early_tension;  /* a statement that comes before the others of its round */
	bool fewer;          /* the last round's claims are gone */
	const char *updated_at;
};

#define TIME TEXT("2026-01-28T20:46:00.000000Z")

static void *add(struct record *record, enum entity_type type, struct text subkey)
{
	struct entity_head *entity = entity_codec_create(desk.arena, type, subkey);
	expect(entity != NULL);
	expect_integer(record_add(record, entity, &desk.error), HANSARD_OK);
	return entity;
}

__attribute__((format(printf, 1, 2))) static struct text say(const char *format, ...)
{
	char written[128];
	struct text text;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(written, sizeof(written), format, arguments);
	va_end(arguments);
	expect(arena_copy_text(desk.arena, text_of_string(written), &text));
	return text;
}

static void add_statement(struct record *record, enum entity_type type, struct display_id id, const char *label)
{
	struct text subkey;
	struct record_origin *origin = arena_allocate(desk.arena, sizeof(*origin));
	expect(origin != NULL && display_id_subkey(desk.arena, id, &subkey));
	*origin = (struct record_origin){.file = say("round-%d/muffin.md", id.round),
									 .line = {.value = 10 * (int64_t)label[0], .present = true}};
	struct entity_head *entity = add(record, type, subkey);
	const struct record_statement statement = {.label = text_of_string(label), .created_at = TIME, .origin = origin};
	record_set_statement(entity, &statement);
	lifecycle_set_status(entity, lifecycle_initial(type));
}

static int file_number;

static void add_file(struct record *record, const struct story *story, struct text path, size_t size)
{
	if (story->skip != NULL && text_is(path, story->skip))
		return;
	struct text subkey;
	expect(item_key_file_subkey(desk.arena, ++file_number, &subkey));
	struct entity_file *file = add(record, ENTITY_FILE, subkey);
	uint8_t *content = arena_allocate(desk.arena, size + 1);
	expect(content != NULL);
	memset(content, story->changed != NULL && text_is(path, story->changed) ? 'x' : 'a' + (int)(path.size % 7), size);
	file->path = path;
	file->kind = FILE_KIND_RESPONSE;
	file->source = FILE_ORIGIN_IMPORTED;
	file->head.content = (struct bytes){.data = content, .size = size};
	file->head.content_known = true;
}

static void add_round(struct record *record, const struct story *story, int number)
{
	struct entity_round *round = add(record, ENTITY_ROUND, say("%02d", number));
	round->status = ROUND_COMPLETED;
	round->created_at = TIME;
	int seq = 1;
	if (story->early_tension && number == 1)
		add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, number, seq++}, "Early");
	add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, number, seq++}, "Cost");
	add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, number, seq++}, "Speed");
	if (!(story->fewer && number == story->rounds - 1))
		add_statement(record, ENTITY_CLAIM, (struct display_id){ENTITY_CLAIM, number, 1}, "Cheap");
	struct entity_move *move = add(record, ENTITY_MOVE, say("%02d#muffin#01", number));
	move->move_type = MOVE_DEFEND;
	move->created_at = TIME;
	struct entity_ref *ref = add(record, ENTITY_REF, say("T%02d01#depend#T0001", number));
	ref->created_at = TIME;
	struct entity_event *event =
		add(record, ENTITY_EVENT, say("commented#T%02d01#20260128T204600000000Z#0000", number));
	event->event_type = EVENT_COMMENTED;
	event->event_round = (struct schema_integer){.value = number, .present = true};
	event->created_at = TIME;
	if (story->extra != NULL && number == 1)
		add_file(record, story, text_of_string(story->extra), 10);
	add_file(record, story, say("round-%d/muffin.md", number), story->file_size);
	add_file(record, story, say("round-%d/scone.md", number), story->file_size);
}

static const struct record *tell(struct story story)
{
	struct record *record = arena_allocate(desk.arena, sizeof(*record));
	expect(record != NULL);
	record_begin(record, desk.arena, TEXT("d"));
	struct entity_meta *meta = add(record, ENTITY_META, TEXT(""));
	meta->title = TEXT("A store");
	meta->status = DIALOGUE_CONVERGED;
	meta->created_at = TIME;
	meta->updated_at = text_of_string(story.updated_at);
	struct entity_expert *expert = add(record, ENTITY_EXPERT, TEXT("muffin"));
	expert->name = TEXT("Muffin");
	expert->created_at = TIME;
	file_number = 0;
	for (int number = 0; number < story.rounds; number++)
		add_round(record, &story, number);
	add_file(record, &story, TEXT("scoreboard.md"), 100);
	struct entity_verdict *verdict = add(record, ENTITY_VERDICT, TEXT("final"));
	verdict->verdict_type = VERDICT_FINAL;
	verdict->round = (struct schema_integer){.value = story.rounds - 1, .present = true};
	verdict->created_at = TIME;
	verdict->recommendation = TEXT("One.");
	return record;
}

static enum hansard_status adopt(struct story story)
{
	const struct adopt_request request = {.wanted = tell(story)};
	return desk_adopt(&desk, &request);
}

/* The stored record is the one told, hashes aside, every file with its content. */
static void expect_stored(struct story story)
{
	const struct record *wanted = tell(story);
	struct dialogue *dialogue = desk_open(&desk);
	const struct record_list *files = &dialogue->record.lists[ENTITY_FILE];
	expect_integer((int64_t)files->count, (int64_t)wanted->lists[ENTITY_FILE].count);
	expect_integer(dialogue_contents(dialogue, &desk.error), HANSARD_OK);
	for (size_t i = 0; i < files->count; i++) {
		struct entity_file *file = (struct entity_file *)wanted->lists[ENTITY_FILE].items[i];
		const struct bytes content = files->items[i]->content;
		expect(bytes_equal(content, file->head.content));
		file->sha256 = ((const struct entity_file *)files->items[i])->sha256;
		file->size = ((const struct entity_file *)files->items[i])->size;
		expect_integer(file->size.value, (int64_t)content.size);
	}
	expect(desk_same(&dialogue->record, wanted));
	struct vault_report report;
	expect_integer(vault_verify(desk.vault, TEXT("d"), desk.arena, &report, &desk.error), HANSARD_OK);
	expect(report.good);
}

static const struct story plain = {.rounds = ROUNDS, .file_size = 50};

static void created(bool sqlite)
{
	desk_begin(&desk, sqlite);
	expect_integer(adopt(plain), HANSARD_OK);
	expect(desk.adopted.created && !desk.adopted.unchanged);
	expect_integer((int64_t)desk.adopted.commits, 1 + ROUNDS);
	expect_integer(desk.adopted.rev, 1 + ROUNDS);
	expect_integer((int64_t)desk.adopted.removed, 0);
	expect_stored(plain);
	expect_integer(adopt(plain), HANSARD_OK);
	expect(desk.adopted.unchanged && !desk.adopted.created);
	expect_integer((int64_t)desk.adopted.commits, 0);
	expect_integer(desk.adopted.rev, 1 + ROUNDS);
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

static void one_commit_a_round(void)
{
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	struct dialogue *dialogue = desk_open(&desk);
	struct commit *commits;
	size_t count;
	expect_integer(vault_history(desk.vault, dialogue->state, 1, 5, desk.arena, &commits, &count, &desk.error),
				   HANSARD_OK);
	expect_integer((int64_t)count, 5);
	for (size_t i = 0; i < count; i++) {
		expect_text(commits[i].operation, "import");
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

static void updated_at_is_no_difference(void)
{
	struct story story = plain;
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	story.updated_at = "2026-05-05T00:00:00.000000Z";
	expect_integer(adopt(story), HANSARD_OK);
	expect(desk.adopted.unchanged);
	desk_finish(&desk);
}

static void dry_runs(void)
{
	desk_begin(&desk, false);
	const struct adopt_request request = {.wanted = tell(plain), .dry_run = true};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect(desk.adopted.created);
	expect_integer((int64_t)desk.adopted.commits, 1 + ROUNDS);
	expect_integer((int64_t)desk.commits, 0);
	struct text id;
	expect_integer(dialogue_find(desk.vault, TEXT("d"), desk.arena, &id, &desk.error), HANSARD_NOT_FOUND);
	desk_finish(&desk);
}

/* An import is a function of its set of files: first some, then all, is the same as all at once. */
static void order_makes_no_difference(void)
{
	struct story less = plain, all = plain;
	less.skip = "round-0/scone.md";
	all.extra = "round-1/cupcake.md";
	desk_begin(&desk, false);
	expect_integer(adopt(less), HANSARD_OK);
	expect_integer(adopt(all), HANSARD_OK);
	expect(!desk.adopted.unchanged);
	expect_stored(all);
	expect_integer(adopt(all), HANSARD_OK);
	expect(desk.adopted.unchanged);
	desk_finish(&desk);
}

static void a_missing_file_is_kept(void)
{
	struct story less = plain;
	less.skip = "round-0/scone.md";
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	expect_integer(adopt(less), HANSARD_OK);
	expect_integer((int64_t)desk_open(&desk)->record.lists[ENTITY_FILE].count, 2 * ROUNDS + 1);
	desk_finish(&desk);
}

static void what_is_gone_is_removed(void)
{
	struct story fewer = plain;
	fewer.fewer = true;
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	expect_integer(adopt(fewer), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.removed, 1);
	expect_integer((int64_t)desk.adopted.put, 0);
	expect_stored(fewer);
	desk_finish(&desk);
}

static void changed_files(void)
{
	struct story changed = plain;
	changed.changed = "round-2/scone.md";
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	expect_integer(adopt(changed), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "file_changed");
	expect(strstr(desk.error.message, "round-2/scone.md") != NULL);
	expect_stored(plain);
	const struct adopt_request request = {.wanted = tell(changed), .replace = true};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.put, 1);
	expect_stored(changed);
	desk_finish(&desk);
}

static void ids_move_and_are_reported(void)
{
	struct story early = plain;
	early.early_tension = true;
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	expect_integer(adopt(early), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.moved_count, 2);
	expect_text(desk.adopted.moved[0].from, "T0101");
	expect_text(desk.adopted.moved[0].to, "T0102");
	expect_text(desk.adopted.moved[1].from, "T0102");
	expect_text(desk.adopted.moved[1].to, "T0103");
	expect_stored(early);
	desk_finish(&desk);
}

static void ids_stay_after_other_commits(void)
{
	struct story early = plain, fewer = plain, more = plain;
	early.early_tension = true;
	fewer.fewer = true;
	more.extra = "round-1/cupcake.md";
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	expect_integer(desk_status(&desk, "T0001", "addressed", NULL), HANSARD_OK);
	expect_integer(adopt(early), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "ids_would_change");
	expect(strstr(desk.error.message, "T0101") != NULL);
	expect_integer(adopt(fewer), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "ids_would_change");
	/* What a person corrected is not taken back, and numbers of files stay. */
	expect_integer(adopt(more), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.put, 1);
	const struct record *record = &desk_open(&desk)->record;
	expect_integer(((const struct entity_tension *)desk_statement(&desk, "T0001"))->status, TENSION_ADDRESSED);
	const struct record_list *files = &record->lists[ENTITY_FILE];
	expect_text(((const struct entity_file *)files->items[files->count - 1])->path, "round-1/cupcake.md");
	expect_integer(adopt(plain), HANSARD_OK);
	expect(desk.adopted.unchanged);
	desk_finish(&desk);
}

/* A statement without a local id is known by its label; one whose label a person wrote by its place in a file that is
   what it was. */
static void edits_stay(void)
{
	struct story early = plain, more = plain, changed = plain;
	early.early_tension = true;
	more.extra = "round-1/cupcake.md";
	changed.changed = "round-1/muffin.md";
	desk_begin(&desk, false);
	expect_integer(adopt(plain), HANSARD_OK);
	expect_integer(desk_update(&desk,
							   "{'edits':[{'id':'T0101','label':'Price','body':'By hand.'},"
							   "{'id':'C0101','body':'Very.'},{'id':'01','summary':'Said.'},"
							   "{'id':'meta','title':'Stores','pool':{'members':[{'role':'A','tier':'core'}]}}]}"),
				   HANSARD_OK);
	const struct record *edited = &desk_open(&desk)->record;
	expect_integer(adopt(plain), HANSARD_OK);
	expect(desk.adopted.unchanged && desk.adopted.moved_count == 0);
	expect_integer(adopt(more), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.put, 1);
	const struct record *after = &desk_open(&desk)->record;
	for (size_t t = 0; t < ENTITY_TYPE_COUNT; t++) {
		for (size_t i = 0; i < edited->lists[t].count; i++) {
			const struct entity_head *now = record_find(after, (enum entity_type)t, edited->lists[t].items[i]->subkey);
			expect(now != NULL && entity_equal(edited->lists[t].items[i], now));
		}
	}
	expect_text(((const struct entity_tension *)desk_statement(&desk, "T0101"))->label, "Price");
	expect_integer(adopt(early), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "ids_would_change");
	/* In another file of that path anything may stand there. */
	const struct adopt_request request = {.wanted = tell(changed), .replace = true};
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
	expect_integer(adopt(story), HANSARD_CONFLICT); /* round-0/scone.md is registered, with other content */
	expect_string(desk.error.kind, "file_changed");
	const struct record *wanted = tell(story);
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
	struct story more = plain, fewer = plain;
	more.early_tension = true;
	fewer.rounds = 2;
	desk_begin(&desk, false);
	struct adopt_request request = {.wanted = tell(plain), .only_add = true};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect(desk.adopted.unchanged);
	request.wanted = tell(more);
	expect_integer(desk_adopt(&desk, &request), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "entity_differs");
	request.wanted = tell(fewer);
	expect_integer(desk_adopt(&desk, &request), HANSARD_CONFLICT); /* its verdict is of another round */
	expect_integer((int64_t)desk.commits, 1 + ROUNDS);
	expect_stored(plain);
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

static const struct story large = {.rounds = ROUNDS, .file_size = FILE_SIZE};

static void cuts(void)
{
	struct story huge = {.rounds = 1, .file_size = LIMIT_IMPORT_FILE};
	desk_begin(&desk, false);
	last_done = 0;
	const struct adopt_request request = {.wanted = tell(large), .progress = progress};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.commits, 1 + ROUNDS);
	expect_integer((int64_t)last_done, (int64_t)last_all);
	expect_stored(large);
	desk_begin(&desk, false);
	expect_integer(adopt(huge), HANSARD_OK);
	expect_integer((int64_t)desk.adopted.commits, 4); /* the rest, the round's entities, and a commit for each file */
	expect_stored(huge);
	desk_finish(&desk);
}

static void many_tensions(void)
{
	desk_begin(&desk, false);
	struct record *record = arena_allocate(desk.arena, sizeof(*record));
	expect(record != NULL);
	record_begin(record, desk.arena, TEXT("d"));
	struct entity_meta *meta = add(record, ENTITY_META, TEXT(""));
	meta->title = TEXT("Many");
	meta->status = DIALOGUE_OPEN;
	meta->created_at = TIME;
	for (int seq = 1; seq <= 200; seq++)
		add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, 0, seq}, "Same words");
	for (int seq = 1; seq <= 5000; seq++)
		add_statement(record, ENTITY_CLAIM, (struct display_id){ENTITY_CLAIM, 1, seq}, "Same words");
	for (int source = 1; source <= 40; source++) {
		for (int target = 1; target <= 150; target++) {
			struct entity_ref *ref = add(record, ENTITY_REF, say("T00%02d#depend#C01%02d", source, target));
			ref->created_at = TIME;
		}
	}
	const struct adopt_request request = {.wanted = record};
	expect_integer(desk_adopt(&desk, &request), HANSARD_OK);
	expect(desk.adopted.commits >= 1 + 3 + 3);
	expect_integer(desk.reads, 1); /* found that there is none; no commit reads again what the one before wrote */
	expect(desk_same(&desk_open(&desk)->record, record));
	desk_finish(&desk);
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
	expect_integer(adopt(two), HANSARD_OK);
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
	const struct adopt_request request = {.wanted = tell(plain), .progress = interfere};
	expect_integer(desk_adopt(&desk, &request), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "head_moved");
	expect(strstr(desk.error.message, "behind rev 2 ") != NULL && strstr(desk.error.message, "nothing") == NULL);
	expect_integer(desk_open(&desk)->record.rev, 3);
	expect_integer(adopt(plain), HANSARD_OK);
	expect_integer(((const struct entity_tension *)desk_statement(&desk, "T0001"))->status, TENSION_ADDRESSED);
	desk_finish(&desk);
}

/* Killed before each commit in turn and run again: the end is the same. */
static void kill_and_rerun(struct story first, struct story second, bool two, bool sqlite)
{
	for (long n = 1;; n++) {
		desk_begin(&desk, sqlite);
		if (two)
			expect_integer(adopt(first), HANSARD_OK);
		desk.commit_fails = desk.commits + n;
		const enum hansard_status status = adopt(second);
		bool survived = status == HANSARD_OK;
		if (!survived) {
			expect_integer(status, HANSARD_UNREACHABLE);
			if (two) { /* every file is there exactly once */
				const struct record_list *files = &desk_open(&desk)->record.lists[ENTITY_FILE];
				for (size_t i = 0; i < files->count; i++) {
					for (size_t k = 0; k < i; k++)
						expect(!text_equal(((const struct entity_file *)files->items[i])->path,
										   ((const struct entity_file *)files->items[k])->path));
				}
				expect(files->count >= 2 * ROUNDS);
			}
			expect_integer(adopt(second), HANSARD_OK);
		}
		expect_stored(second);
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

static void faults(void)
{
	desk_begin(&desk, false);
	struct record empty;
	record_begin(&empty, desk.arena, TEXT("d"));
	const struct adopt_request without_meta = {.wanted = &empty};
	expect_integer(desk_adopt(&desk, &without_meta), HANSARD_INVALID);
	const struct record *wanted = tell(plain);
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
	{"each round is a commit of its own, and the rest is the first", one_commit_a_round},
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
	{"commits are cut at their ceiling of bytes", cuts},
	{"commits are cut at their ceilings of entities", many_tensions},
	{"an import killed between commits is completed by running it again, in memory", killed_while_creating},
	{"an import killed between commits is completed by running it again, in SQLite", killed_while_creating_in_sqlite},
	{"an import killed while files move to other numbers loses none and doubles none", killed_while_files_move},
	{"the contents of all files are read commit by commit", contents},
	{"another writer between two commits of an import is noticed", another_writer},
	{"a record that cannot be taken in is refused before the first commit", faults},
};

TAP_MAIN(tests)
