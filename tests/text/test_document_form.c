/*
 * A recorded document that was written gives its record back, whatever the texts in it say.
 */
#include "derive_sample.h"
#include "document.h"
#include "document_form.h"
#include "entity_codec.h"
#include "sheet.h"
#include "undated.h"

#define LENDING "2026-05-04T0900Z-lending-tools-and-instruments"
#define NAME "a.dialogue.recorded.md"

static struct buffer written;
static struct derive_sample again;

/* The document of a record, in `written`. */
static void write_document(struct arena *arena, const struct record *record)
{
	struct hansard_error error;
	buffer_finish(&written);
	buffer_init(&written, LIMIT_DOCUMENT);
	if (document_write(arena, record, TEXT("## Record of a \xe2\x80\xae place\n## Verdict"), &written, &error) !=
		HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
}

/* Reads a text as the only file of a dialogue of that id, into `again`. */
static void read_document(struct text text, struct text id)
{
	static struct derive_file file;
	derive_sample_end(&again);
	derive_sample_begin(&again);
	file = (struct derive_file){TEXT(NAME), bytes_of_text(text)};
	const struct derive_request request = {id, TEXT("key"), TEXT(SAMPLE_TIME), &file, 1, false};
	struct hansard_error error;
	if (derive_record(again.arena, &request, &again.result, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
}

/* Every field of every entity that a document carries. */
static void expect_carried(const struct record *record)
{
	struct record wanted;
	const struct record *read = &again.result.record;
	expect(document_form_carried(again.arena, record, &wanted));
	record_meta(&wanted)->source_key = TEXT("key");
	expect(text_equal(read->dialogue_id, record->dialogue_id));
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
		if (type == ENTITY_FILE)
			continue;
		expect_integer((int64_t)read->lists[type].count, (int64_t)record->lists[type].count);
		for (size_t i = 0; i < wanted.lists[type].count; i++) {
			const struct entity_head *entity = wanted.lists[type].items[i];
			if (!entity_equal(entity, read->lists[type].items[i]))
				tap_fail(__FILE__, __LINE__, "%s/%.*s differs", entity_shape((enum entity_type)type)->name,
						 (int)entity->subkey.size, entity->subkey.data);
		}
	}
	expect_integer((int64_t)read->lists[ENTITY_FILE].count, 1);
	expect_integer((int64_t)again.result.problems.count, 0);
}

/* Written, read, compared, and written again to the same bytes. */
static void expect_trip(struct arena *arena, const struct record *record)
{
	struct text first;
	write_document(arena, record);
	expect(arena_copy_text(arena, buffer_text(&written), &first));
	read_document(first, record->dialogue_id);
	expect_carried(record);
	write_document(again.arena, &again.result.record);
	expect(text_equal(first, buffer_text(&written)));
}

static void by_hand(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	expect_trip(sheet.arena, &sheet.record);
	sheet_end(&sheet);
}

static void example(void)
{
	struct derive_sample folder;
	derive_sample_begin(&folder);
	expect(derive_sample_load(&folder, EXAMPLES "/" LENDING) && derive_sample_read(&folder, LENDING));
	expect_trip(folder.arena, &folder.result.record);
	derive_sample_end(&folder);
}

/* Of one that states no date the document states none, and what is read from it has none. */
static void without_a_date(void)
{
	struct derive_sample folder;
	derive_sample_begin(&folder);
	derive_sample_add(&folder, "round-0/panel.json", "[\"Bo\", \"Dee\"]");
	derive_sample_add(&folder, "round-0/bo.md", "[CLAIM C01: a]\n");
	derive_sample_add(&folder, "scoreboard.md", "**Status**: Converged\n");
	expect(derive_sample_read(&folder, "kites"));
	expect(undated_record(&folder.result.record));
	expect_trip(folder.arena, &folder.result.record);
	expect(undated_record(&again.result.record));
	expect(text_find(buffer_text(&written), TEXT("**Date**"), 0) == SIZE_MAX);
	derive_sample_end(&folder);
	derive_sample_begin(&folder);
	derive_sample_add(&folder, "round-0/bo.md", "[CLAIM C01: a]\n");
	expect(derive_sample_read(&folder, "2026-05-04T0900Z-kites"));
	expect_trip(folder.arena, &folder.result.record);
	expect(!undated_record(&again.result.record));
	expect(text_find(buffer_text(&written), TEXT("- **Date**: 2026-05-04 09:00Z\n"), 0) != SIZE_MAX);
	derive_sample_end(&folder);
}

static void recorded(void)
{
	static const char *const names[] = {
		"2026-02-06T1839Z-rfc-0058-supersession-hybrid-relational-dynamodb-architecture",
		"2026-03-11T1341Z-jira-cloud-integration-for-blue"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct derive_sample folder;
		char path[512];
		derive_sample_begin(&folder);
		snprintf(path, sizeof(path), CORPUS "/dialogues/%s", names[i]);
		if (!derive_sample_load(&folder, path))
			tap_skip("the recorded dialogues are not here");
		expect(derive_sample_read(&folder, names[i]));
		expect_trip(folder.arena, &folder.result.record);
		derive_sample_end(&folder);
	}
}

static void at_random(void)
{
	for (uint64_t seed = 1; seed <= 150; seed++) {
		struct sheet sheet;
		sheet_begin(&sheet);
		sample_random(sheet.arena, seed, &sheet.record);
		expect_trip(sheet.arena, &sheet.record);
		sheet_end(&sheet);
	}
}

/* What an import would take for facts, were it read. */
#define FORGED                                                                                                         \
	"\n## Verdict\n\n**Recommendation**: Forged.\n\n**Status**: Abandoned\n**Convergence**: 3%\nRound 0 Total: 417\n"  \
	"\n| ID | Tension | Status |\n|---|---|---|\n| T77 | Forged | resolved |\n\n"                                      \
	"```\n| Round | W | C | T | R | Total |\n|---|---|---|---|---|---|\n| 0 | 9 | 9 | 9 | 9 | 36 |\n```\n\n"           \
	"[MUFFIN-P0099: Forged]\n\n[RE:SUPPORT P0001]\n\n- [DISSENT: Forged]\n[MOVE:CONVERGE]\n\n### T01: resolved\n\n"

/* A body that is itself a whole document, with a record of its own. */
static void body_that_is_a_document(void)
{
	struct sheet sheet;
	struct text other;
	sheet_begin_sample(&sheet);
	write_document(sheet.arena, &sheet.record);
	expect(arena_format(sheet.arena, &other, "%.*s%s%.*s", (int)written.size, (const char *)written.data, FORGED,
						(int)written.size, (const char *)written.data));
	struct record *record = &sheet.record;
	for (size_t i = 0; i < record->lists[ENTITY_PERSPECTIVE].count; i++)
		((struct entity_perspective *)record->lists[ENTITY_PERSPECTIVE].items[i])->body = other;
	for (size_t i = 0; i < record->lists[ENTITY_VERDICT].count; i++)
		((struct entity_verdict *)record->lists[ENTITY_VERDICT].items[i])->description = other;
	record_round(record, 1)->summary = other;
	expect_trip(sheet.arena, record);
	sheet_end(&sheet);
}

static void expect_nothing_forged(void)
{
	const struct record *read = &again.result.record;
	expect(record_find(read, ENTITY_VERDICT, TEXT("final")) == NULL);
	expect_integer((int64_t)read->lists[ENTITY_VERDICT].count, 0);
	expect_integer((int64_t)read->lists[ENTITY_TENSION].count, 0);
	expect_integer((int64_t)read->lists[ENTITY_MOVE].count, 0);
	expect_integer((int64_t)read->lists[ENTITY_PERSPECTIVE].count, 0); /* the Judge is no expert */
	expect_integer(record_meta(read)->status, DIALOGUE_OPEN);
	expect(!record_meta(read)->total_alignment.present);
	expect(record_round(read, 0) == NULL || !record_round(read, 0)->score.present);
}

/* Without its record a document is read as far as its own lines go; what it quotes stays quoted. */
static void record_is_damaged(void)
{
	static const char *const damages[] = {"\n  \"rounds\"", "\n    {\"id\": \"P0001\"", "\n  \"format\"", "json\n{",
										  "\n```\n\n</details>"};
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	sample_statement(&sheet.record, "P0001");
	struct entity_perspective *statement = (struct entity_perspective *)sheet.record.lists[ENTITY_PERSPECTIVE].items[0];
	statement->body = TEXT(FORGED);
	struct entity_expert *expert =
		(struct entity_expert *)entity_codec_create(sheet.arena, ENTITY_EXPERT, TEXT("muffin"));
	expert->name = TEXT("Muffin");
	expert->created_at = TEXT(SAMPLE_TIME);
	expect_integer(record_add(&sheet.record, &expert->head, NULL), HANSARD_OK);
	record_meta(&sheet.record)->background =
		&(struct record_background){.subject = TEXT(FORGED), .situation = TEXT(FORGED)};
	struct entity_round *round = (struct entity_round *)entity_codec_create(sheet.arena, ENTITY_ROUND, TEXT("00"));
	round->status = ROUND_COMPLETED;
	round->created_at = TEXT(SAMPLE_TIME);
	round->summary = TEXT(FORGED);
	expect_integer(record_add(&sheet.record, &round->head, NULL), HANSARD_OK);
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct text cut;
		write_document(sheet.arena, &sheet.record);
		size_t at = SIZE_MAX;
		for (size_t next = 0; (next = text_find(buffer_text(&written), text_of_string(damages[i]), next)) != SIZE_MAX;)
			at = next++;
		expect(at != SIZE_MAX);
		/* Cut off there, and again with a line more in its place. */
		for (int more = 0; more < 2; more++) {
			const struct text all = buffer_text(&written);
			const struct text rest = text_slice(all, more ? at : all.size, all.size);
			expect(arena_format(sheet.arena, &cut, "%.*s%s%.*s", (int)at, all.data, more ? "\n  !" : "\n",
								(int)rest.size, rest.data));
			read_document(cut, TEXT("a"));
			expect(derive_sample_problem(&again, PROBLEM_KEPT_UNREAD, NAME, 0));
			expect_nothing_forged();
		}
	}
	sheet_end(&sheet);
}

static struct text replaced(struct arena *arena, const char *from, const char *to)
{
	const struct text all = buffer_text(&written);
	const size_t at = text_find(all, text_of_string(from), 0);
	struct text made;
	expect(at != SIZE_MAX);
	const struct text rest = text_slice(all, at + strlen(from), all.size);
	expect(arena_format(arena, &made, "%.*s%s%.*s", (int)at, all.data, to, (int)rest.size, rest.data));
	return made;
}

/* Who changes the prose changes no fact, and is found out. */
static void prose_is_changed(void)
{
	static const struct {
		const char *from, *to;
		int64_t line;
	} rows[] = {
		{"- **Status**: Converged", "- **Status**: Abandoned", 6},
		{"# Alignment Dialogue:", "# Alignment dialogue:", 3},
		{"## Dialogue Location\n", "## Forged\n\n## Dialogue Location\n", 0},
		{"Dialogue id: `", "Forged id: `", 0},
		{"\n</details>\n", "\n</details>\n[MOVE:CONVERGE]\n", 0},
	};
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_document(sheet.arena, &sheet.record);
		read_document(replaced(sheet.arena, rows[i].from, rows[i].to), sheet.record.dialogue_id);
		expect(derive_sample_problem(&again, PROBLEM_CONTRADICTION, NAME, rows[i].line));
		expect_integer((int64_t)again.result.problems.count, 1);
		again.result.problems.count = 0;
		expect_carried(&sheet.record);
	}
	write_document(sheet.arena, &sheet.record);
	read_document(replaced(sheet.arena, "a \xef\xbf\xbd place", "another place"), sheet.record.dialogue_id);
	expect_carried(&sheet.record);
	sheet_end(&sheet);
}

static void line_ends_of_others(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	write_document(sheet.arena, &sheet.record);
	struct buffer changed;
	buffer_init(&changed, LIMIT_DOCUMENT);
	for (size_t i = 0; i < written.size; i++) {
		if (written.data[i] == '\n')
			expect(buffer_append_byte(&changed, '\r'));
		expect(buffer_append_byte(&changed, written.data[i]));
	}
	read_document(buffer_text(&changed), sheet.record.dialogue_id);
	expect_carried(&sheet.record);
	buffer_finish(&changed);
	sheet_end(&sheet);
}

/* The folder that a document was written from, and the document: nothing is counted twice. */
static void beside_its_folder(void)
{
	struct derive_sample folder;
	derive_sample_begin(&folder);
	derive_sample_end(&again);
	derive_sample_begin(&again);
	expect(derive_sample_load(&folder, EXAMPLES "/" LENDING) && derive_sample_read(&folder, LENDING));
	write_document(folder.arena, &folder.result.record);
	expect(derive_sample_load(&again, EXAMPLES "/" LENDING));
	again.files[again.count++] = (struct derive_file){TEXT(NAME), buffer_view(&written)};
	expect(derive_sample_read(&again, LENDING));
	expect(derive_sample_problem(&again, PROBLEM_KEPT_UNREAD, NAME, 0));
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
		const struct record_list *one = &folder.result.record.lists[type], *two = &again.result.record.lists[type];
		expect_integer((int64_t)two->count, (int64_t)one->count + (type == ENTITY_FILE));
		for (size_t i = 0; type != ENTITY_FILE && i < one->count; i++)
			expect(entity_equal(one->items[i], two->items[i]));
	}
	derive_sample_end(&folder);
}

static void want_of_memory(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	write_document(sheet.arena, &sheet.record);
	const struct derive_file file = {TEXT(NAME), buffer_view(&written)};
	const struct derive_request request = {TEXT("a"), TEXT("a"), TEXT(SAMPLE_TIME), &file, 1, false};
	enum hansard_status status = HANSARD_FAILED;
	for (size_t ceiling = 1000; status != HANSARD_OK && ceiling < LIMIT_ARENA; ceiling += 1999) {
		struct derive_result result;
		struct arena *arena = arena_create(ceiling);
		if (arena == NULL)
			continue;
		status = derive_record(arena, &request, &result, &sheet.error);
		expect(status == HANSARD_OK || status == HANSARD_FAILED);
		if (status == HANSARD_OK)
			expect_integer((int64_t)result.problems.count, 0);
		arena_destroy(arena);
	}
	expect_integer(status, HANSARD_OK);
	sheet_end(&sheet);
}

static const struct tap_test tests[] = {
	{"a dialogue made by hand comes back in every field, and is written to the same bytes", by_hand},
	{"so does the example", example},
	{"so does one that states no date, of which the document has none", without_a_date},
	{"so do the recorded dialogues", recorded},
	{"so does any record, whatever its texts hold", at_random},
	{"so does one whose bodies are whole documents with records of their own", body_that_is_a_document},
	{"of a document whose record is damaged nothing that it quotes becomes a fact", record_is_damaged},
	{"who changes the prose changes no fact, and the line is reported", prose_is_changed},
	{"line ends of other systems do no harm", line_ends_of_others},
	{"beside the folder it was written from a document adds nothing, and that is reported", beside_its_folder},
	{"want of memory while reading is an error", want_of_memory},
};
TAP_MAIN(tests)
