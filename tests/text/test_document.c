/*
 * The recorded document.
 */
#include "derive.h"
#include "document.h"
#include "document_form.h"
#include "sheet.h"
#include "tally.h"

static void write_sample(struct sheet *sheet)
{
	sheet_begin_sample(sheet);
	sheet_good(sheet, document_write(sheet->arena, &sheet->record, TEXT("house/.hansard"), &sheet->out, &sheet->error));
}

static void carries_head(void)
{
	struct sheet sheet;
	write_sample(&sheet);
	expect_has(&sheet,
			   "# Alignment Dialogue: RFC 0058 Supersession: Hybrid Relational + DynamoDB Architecture\n\n"
			   "- **Date**: 2026-02-06 18:39Z\n"
			   "- **Status**: Converged\n"
			   "- **ALIGNMENT Score**: 415 (W:135 C:104 T:92 R:84)\n"
			   "- **Rounds**: 4 (R0-R3)\n"
			   "- **Convergence**: 100% (6/6 unanimous, Round 3)\n"
			   "- **Tensions Resolved**: 17/17 (record: 18/18)\n"
			   "- **Participants**: Brioche, Cannoli, Croissant, Cupcake, Donut, Eclair, Galette, Macaron, Muffin, "
			   "Scone, Strudel, Tartlet\n"
			   "- **Linked RFC**: 0058-encrypted-dynamodb-storage\n");
	sheet_end(&sheet);
}

static void carries_pool_and_panels(void)
{
	struct sheet sheet;
	write_sample(&sheet);
	expect_has(&sheet,
			   "| Tier | Role | Relevance |\n|---|---|---:|\n| Core | Relational Database Architect | 0.95 |\n");
	expect_has(&sheet, "| Adjacent | Data Migration & Zero-Downtime Specialist | 0.55 |\n| Wildcard | Serverless");
	expect_has(&sheet, "### Round 0 (10 experts)\n\n| Agent | Role | Tier | Relevance | Source | Score |\n");
	expect_has(&sheet, "### Round 1 (8 experts)\n\n");
	expect_has(&sheet, "### Round 2 (6 experts)\n\n");
	expect_has(&sheet, "### Round 3 (6 experts)\n\n");
	expect_has(&sheet, "| Tartlet | Data Migration & Zero-Downtime Specialist | Adjacent | 0.55 | Pool | 24 |\n");
	expect_has(&sheet, "| Strudel | Contrarian (Challenge All Assumptions) | Wildcard | 0.30 | Retained | 25 |\n");
	sheet_end(&sheet);
}

static void carries_scores(void)
{
	struct sheet sheet;
	write_sample(&sheet);
	expect_has(&sheet,
			   "| Round | W | C | T | R | Score | Open Tensions | New Perspectives | Velocity | Converge % |\n");
	expect_has(&sheet, "| 0 | 45 | 30 | 25 | 25 | 125 | 10 | 20 (record: 1) | 30 (record: 11) | 0% |\n");
	expect_has(&sheet, "| 1 | 38 | 28 | 22 | 22 | 110 | 7 (record: 15) | 9 (record: 0) | 16 (record: 15) | 0% |\n");
	expect_has(&sheet, "| 2 | 32 | 26 | 25 | 22 | 105 | 1 | 3 (record: 0) | 4 (record: 1) | 83% |\n");
	expect_has(&sheet, "| 3 | 20 | 20 | 20 | 15 | 75 | 0 | 0 | 0 | 100% |\n");
	expect_has(&sheet, "| **All** | 135 | 104 | 92 | 84 | 415 |");
	expect_has(&sheet, "**Total ALIGNMENT**: 415 (W:135 C:104 T:92 R:84)\n");
	expect_has(&sheet, "| Expert | R0 | R1 | R2 | R3 | Total |\n");
	expect_has(&sheet, "| Galette | — | 24 | 25 | 20 | 69 |\n");
	expect_has(&sheet, "| Expert | Round | W | C | T | R | Total |\n|---|---:|---:|---:|---:|---:|---:|\n"
					   "| Muffin | 0 | 8 | 6 | 5 | 4 | 23 |\n");
	sheet_end(&sheet);
}

static void carries_outcome(void)
{
	struct sheet sheet;
	write_sample(&sheet);
	expect_has(&sheet,
			   "## Verdict\n\n**Recommendation**: Do NOT supersede RFC 0058 with a hybrid architecture.\n\n> Amend");
	expect_has(&sheet, "- **Confidence**: Unanimous\n- **Supported by**: Muffin, Croissant\n");
	expect_has(&sheet,
			   "## Dissent\n\n### Round 3\n\n- **Strudel** [DISSENT: The refs table should be redesigned now.]\n\n"
			   "> An event stream would have been cheaper.\n");
	expect_has(&sheet, "- **Cannoli** [MINORITY VERDICT: Serverless first.]\n");
	expect_has(&sheet,
			   "## Tensions: 17/17 (record: 18/18) resolved\n\n| ID | Tension | Status | Raised by | Resolution |\n");
	expect_has(&sheet, "1. **Strudel** (R0): \"The schema is the problem, not the storage engine\"\n2. **Galette**");
	expect_has(&sheet, "## Dialogue Location\n\nhouse/.hansard\n\nDialogue id: `rfc-0058-supersession`\n");
	const struct record_list *tensions = &sheet.record.lists[ENTITY_TENSION];
	expect_integer((int64_t)tensions->count, 18);
	for (size_t i = 0; i < tensions->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)tensions->items[i];
		struct text wanted;
		expect(
			arena_format(sheet.arena, &wanted, "| %.*s | Resolved R", (int)tension->label.size, tension->label.data));
		expect(text_find(buffer_text(&sheet.out), wanted, 0) != SIZE_MAX);
	}
	expect_has(
		&sheet,
		"| T0201 | Hash chain boundary unspecified | Resolved R3 | Strudel R2 | migration protocol detail, not a "
		"blocker |\n");
	sheet_end(&sheet);
}

static void carries_what_was_said(void)
{
	struct sheet sheet;
	write_sample(&sheet);
	expect_has(&sheet,
			   "## Round 0\n\n### Judge Synthesis\n\n> Three camps emerged.\n>\n> ## Camp 1\n>\n> Pro-relational.\n\n");
	expect_has(&sheet, "[STRUDEL-P0001: The schema is the problem, not the storage engine]\n\n> A system that started");
	expect_has(&sheet, "[CROISSANT-R0101: Build the trait boundary first]\n\n*(adopted)*\n\n[RE:ADDRESS T0003]\n");
	expect_has(&sheet, "| Muffin | 1 | [MOVE:CONCEDE on T0001] |\n");
	expect_has(&sheet, "| Tartlet | 3 | [MOVE:CONVERGE] |\n");
	sheet_end(&sheet);
}

/* Sections stand in the order of the record's law. */
static void keeps_order(void)
{
	static const char *const order[] = {"# Alignment Dialogue",
										"**Date**",
										"**Status**",
										"**ALIGNMENT Score**",
										"**Rounds**",
										"**Convergence**",
										"**Tensions Resolved**",
										"**Participants**",
										"**Linked RFC**",
										"## Expert Pool",
										"## Expert Panels by Round",
										"## ALIGNMENT Scoreboard",
										"## Expert Scores",
										"## Verdict",
										"## Dissent",
										"## Minority",
										"## Tensions",
										"## Key Insights",
										"## Dialogue Location"};
	struct sheet sheet;
	write_sample(&sheet);
	size_t at = 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const size_t found = text_find(buffer_text(&sheet.out), text_of_string(order[i]), at);
		if (found == SIZE_MAX)
			tap_fail(__FILE__, __LINE__, "%s does not follow", order[i]);
		at = found + 1;
	}
	sheet_end(&sheet);
}

static void leaves_absent_out(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	expect_integer(document_write(sheet.arena, &sheet.record, TEXT_ABSENT, &sheet.out, &sheet.error), HANSARD_OK);
	expect_text(buffer_text(&sheet.out),
				DOCUMENT_OPENING "\n\n# Alignment Dialogue: Nothing yet\n\n"
								 "- **Date**: 2026-02-06 18:39Z\n"
								 "- **Status**: Open\n"
								 "- **Rounds**: (record: 0)\n"
								 "- **Tensions Resolved**: (record: 0/0)\n\n"
								 "## Dialogue Location\n\n"
								 "Dialogue id: `empty`\n\n"
								 "## Record\n\n<details>\n<summary>The whole of it as JSON, for "
								 "import</summary>\n\n```json\n"
								 "{\n"
								 "  \"format\": \"hansard-dialogue\",\n"
								 "  \"version\": 1,\n"
								 "  \"dialogue_id\": \"empty\",\n"
								 "  \"meta\": {\n"
								 "    \"status\": \"open\",\n"
								 "    \"created_at\": \"2026-02-06T18:39:00.000000Z\",\n"
								 "    \"title\": \"Nothing yet\",\n"
								 "    \"events\": []\n"
								 "  },\n"
								 "  \"rounds\": [],\n"
								 "  \"experts\": [],\n"
								 "  \"perspectives\": [],\n"
								 "  \"tensions\": [],\n"
								 "  \"recommendations\": [],\n"
								 "  \"evidence\": [],\n"
								 "  \"claims\": [],\n"
								 "  \"verdicts\": [],\n"
								 "  \"moves\": [],\n"
								 "  \"files\": [],\n"
								 "  \"references\": [],\n"
								 "  \"events\": []\n"
								 "}\n```\n\n</details>\n");
	sheet_end(&sheet);
}

/* Lines outside fences that begin with '#', and rows of tables with their count of cells. */
static void check_frame(struct text document, size_t *ret_headings, bool *ret_fenced)
{
	struct text line;
	bool fenced = false;
	size_t cells = 0;
	*ret_headings = 0;
	while (sheet_line(&document, &line)) {
		if (text_starts_with(line, TEXT("```")))
			fenced = !fenced;
		if (!fenced && text_starts_with(line, TEXT("#")))
			(*ret_headings)++;
		if (fenced || !text_starts_with(line, TEXT("|"))) {
			cells = 0;
			continue;
		}
		size_t here = 0;
		for (size_t i = 0; i < line.size; i++) {
			if (line.data[i] == '\\')
				i++;
			else if (line.data[i] == '|')
				here++;
		}
		expect(cells == 0 || cells == here);
		cells = here;
	}
	*ret_fenced = fenced;
}

/* Every text of the dialogue becomes hostile; its frame must be the same. */
static void make_hostile(struct sheet *sheet)
{
	struct record *record = &sheet->record;
	struct entity_meta *meta = record_meta(record);
	meta->title = TEXT(SHEET_HOSTILE);
	meta->question = TEXT(SHEET_HOSTILE);
	for (size_t i = 0; i < record->lists[ENTITY_TENSION].count; i++) {
		struct entity_tension *tension = (struct entity_tension *)record->lists[ENTITY_TENSION].items[i];
		tension->label = TEXT(SHEET_HOSTILE);
		tension->body = TEXT(SHEET_HOSTILE);
	}
	for (size_t i = 0; i < record->lists[ENTITY_EVENT].count; i++)
		((struct entity_event *)record->lists[ENTITY_EVENT].items[i])->reason = TEXT(SHEET_HOSTILE);
	for (size_t i = 0; i < record->lists[ENTITY_EXPERT].count; i++)
		((struct entity_expert *)record->lists[ENTITY_EXPERT].items[i])->name = TEXT("<script>|[MOVE:CONVERGE]\n# x");
	for (size_t i = 0; i < record->lists[ENTITY_MOVE].count; i++)
		((struct entity_move *)record->lists[ENTITY_MOVE].items[i])->context = TEXT(SHEET_HOSTILE);
	for (size_t i = 0; i < record->lists[ENTITY_ROUND].count; i++)
		((struct entity_round *)record->lists[ENTITY_ROUND].items[i])->summary = TEXT(SHEET_HOSTILE);
	for (size_t i = 0; i < record->lists[ENTITY_VERDICT].count; i++)
		((struct entity_verdict *)record->lists[ENTITY_VERDICT].items[i])->recommendation = TEXT(SHEET_HOSTILE);
}

static void withstands_hostile_texts(void)
{
	struct sheet sheet;
	size_t headings, after;
	bool fenced;
	write_sample(&sheet);
	check_frame(buffer_text(&sheet.out), &headings, &fenced);
	expect(!fenced);
	sheet.out.size = 0;
	make_hostile(&sheet);
	expect_integer(document_write(sheet.arena, &sheet.record, TEXT(SHEET_HOSTILE), &sheet.out, &sheet.error),
				   HANSARD_OK);
	check_frame(buffer_text(&sheet.out), &after, &fenced);
	expect(!fenced);
	/* Every round has a synthesis now, and round 2 statements: four headings more than before. */
	expect_integer((int64_t)after, (int64_t)headings + 4);
	expect_lacks(&sheet, "\x1b");
	expect_lacks(&sheet, "\x07");
	expect_lacks(&sheet, "\nTitle\n===");
	expect_lacks(&sheet, "\n<!-- hidden");
	expect_lacks(&sheet, " <script>");
	expect_has(&sheet, "&lt;script>");
	expect_lacks(&sheet, "red [MOVE:CONVERGE]");
	sheet_end(&sheet);
}

/* A verdict keeps its own structure below its heading. */
static void keeps_structure_of_verdict(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	struct entity_verdict *verdict = sample_verdict(&sheet.record, "final", VERDICT_FINAL, "NO.");
	verdict->description =
		TEXT("# NO.\n\nNot now.\n\n## Why\n\n```c\n# not a heading\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |");
	expect_integer(document_write(sheet.arena, &sheet.record, TEXT("x"), &sheet.out, &sheet.error), HANSARD_OK);
	expect_has(&sheet,
			   "## Verdict\n\n**Recommendation**: NO.\n\n> # NO.\n>\n> Not now.\n>\n> ## Why\n>\n> ```c\n> # not a "
			   "heading\n> ```\n>\n> | a | b |\n> |---|---|\n> | 1 | 2 |\n\n");
	sheet.out.size = 0;
	verdict->description = TEXT("**NO.** Not now.");
	expect_integer(document_write(sheet.arena, &sheet.record, TEXT("x"), &sheet.out, &sheet.error), HANSARD_OK);
	expect_has(&sheet, "## Verdict\n\n> **NO.** Not now.\n");
	expect_lacks(&sheet, "**Recommendation**");
	sheet_end(&sheet);
}

/* Where only a parser could tell whether a `<` stands in code, it does not. */
static void unclear_code_is_none(void)
{
	static const char *const tricks[] = {"a `\nb ` <i> `",
										 "\\` <i> `",
										 "<x:`> <i> `",
										 "<a`b@c> <i> `",
										 "a ` | b ` <i> `",
										 "- ```\n  x\n```\n<i>\n",
										 "- a\n  ```\n```\n```\n<i>",
										 "# a `\n` ` ` <i> `"};
	for (size_t i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++) {
		struct sheet sheet;
		sheet_begin(&sheet);
		sample_empty(sheet.arena, &sheet.record);
		record_meta(&sheet.record)->question = text_of_string(tricks[i]);
		record_meta(&sheet.record)->background = &(struct record_background){.subject = text_of_string(tricks[i])};
		expect_integer(document_write(sheet.arena, &sheet.record, TEXT("x"), &sheet.out, &sheet.error), HANSARD_OK);
		const struct text all = buffer_text(&sheet.out);
		const struct text prose = text_slice(all, 0, text_find(all, TEXT("## Record"), 0));
		expect(text_find(prose, TEXT("<i>"), 0) == SIZE_MAX);
		sheet_end(&sheet);
	}
}

/* The place is a line of its own, and not more. */
static void keeps_place_a_line(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	expect_integer(document_write(sheet.arena, &sheet.record, TEXT("## Record"), &sheet.out, &sheet.error), HANSARD_OK);
	expect_has(&sheet, "## Dialogue Location\n\n\\## Record\n\nDialogue id");
	sheet_end(&sheet);
}

/* Who copies a quote gets what was written; HTML outside code is shown, and no label of the document becomes a link. */
static void quotes_as_written(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	record_meta(&sheet.record)->background = &(struct record_background){
		.subject =
			TEXT("[MOVE:CONVERGE] [x]\n\tcode\n\n  `List<T>` and <b>\n[x]: y\n```\n<i>\n[x]: y\n```\r\n- end\n\n"),
		.situation = TEXT("[T01: x]")};
	expect_integer(document_write(sheet.arena, &sheet.record, TEXT("x"), &sheet.out, &sheet.error), HANSARD_OK);
	expect_has(&sheet,
			   "**Subject**:\n\n> [MOVE:CONVERGE] [x]\n> \tcode\n>\n>   `List<T>` and &lt;b>\n> \\[x]: y\n> ```\n"
			   "> <i>\n> [x]: y\n> ```\n> - end\n\n**Situation**:\n\n> [T01: x]\n\n");
	sheet_end(&sheet);
}

static void shows_differences(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	struct entity_meta *meta = record_meta(&sheet.record);
	meta->total_alignment.value = 420;
	meta->total_rounds.value = 5;
	meta->convergence_claimed = TEXT("5/6");
	record_round(&sheet.record, 0)->score.value = 126;
	record_round(&sheet.record, 3)->converge_permille.present = false;
	record_round(&sheet.record, 3)->velocity.present = false;
	expect_integer(document_write(sheet.arena, &sheet.record, TEXT("x"), &sheet.out, &sheet.error), HANSARD_OK);
	expect_has(&sheet, "- **ALIGNMENT Score**: 420 (W:135 C:104 T:92 R:84) (record: 416)\n");
	expect_has(&sheet, "- **Rounds**: 5 (record: 4) (R0-R3)\n");
	expect_has(&sheet, "- **Convergence**: 5/6 (record: 100%, 6/6 in round 3)\n");
	expect_has(&sheet, "| 0 | 45 | 30 | 25 | 25 | 126 (record: 125) |");
	expect_has(&sheet, "| 3 | 20 | 20 | 20 | 15 | 75 | 0 | 0 | (record: 0) | (record: 100%) |");
	sheet_end(&sheet);
}

static void is_stable(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct sheet sheet;
		struct buffer again;
		sheet_begin(&sheet);
		sample_random(sheet.arena, seed, &sheet.record);
		expect_integer(document_write(sheet.arena, &sheet.record, TEXT("x"), &sheet.out, &sheet.error), HANSARD_OK);
		buffer_init(&again, LIMIT_DOCUMENT);
		expect_integer(document_write(sheet.arena, &sheet.record, TEXT("x"), &again, &sheet.error), HANSARD_OK);
		const bool equal = bytes_equal(buffer_view(&sheet.out), buffer_view(&again));
		buffer_finish(&again);
		expect(equal);
		expect(utf8_valid(buffer_view(&sheet.out)));
		size_t headings;
		bool fenced;
		check_frame(buffer_text(&sheet.out), &headings, &fenced);
		expect_lacks(&sheet, "\x1b");
		sheet_end(&sheet);
	}
}

static void survives_want_of_memory(void)
{
	struct sheet sheet;
	write_sample(&sheet);
	for (size_t ceiling = 100; ceiling < sheet.out.size; ceiling += 101) {
		struct buffer small;
		buffer_init(&small, ceiling);
		const enum hansard_status status =
			document_write(sheet.arena, &sheet.record, TEXT("house/.hansard"), &small, &sheet.error);
		const size_t left = small.size;
		buffer_finish(&small);
		expect_integer(status, HANSARD_FAILED);
		expect_integer((int64_t)left, 0);
	}
	enum hansard_status status = HANSARD_FAILED;
	for (size_t ceiling = 1000; status != HANSARD_OK && ceiling < LIMIT_ARENA; ceiling += 499) {
		struct arena *arena = arena_create(ceiling);
		if (arena == NULL)
			continue;
		sheet.out.size = 0;
		status = document_write(arena, &sheet.record, TEXT("x"), &sheet.out, &sheet.error);
		arena_destroy(arena);
		expect(status == HANSARD_OK || sheet.out.size == 0);
	}
	expect_integer(status, HANSARD_OK);
	sheet_end(&sheet);
}

static struct record_statement statement_of(const struct entity_head *head)
{
	struct record_statement statement = {0};
	expect(record_statement(head, &statement));
	return statement;
}

static void expect_statements(const struct record *a, const struct record *b, enum entity_type type)
{
	expect_integer((int64_t)b->lists[type].count, (int64_t)a->lists[type].count);
	for (size_t i = 0; i < a->lists[type].count; i++) {
		const struct record_statement x = statement_of(a->lists[type].items[i]);
		const struct record_statement y = statement_of(b->lists[type].items[i]);
		expect(text_equal(a->lists[type].items[i]->subkey, b->lists[type].items[i]->subkey));
		expect(text_equal(x.label, y.label));
		expect(text_equal(x.contributors.items[0], y.contributors.items[0]));
	}
}

static void expect_rounds(const struct record *a, const struct record *b)
{
	expect_integer((int64_t)record_rounds(b), (int64_t)record_rounds(a));
	for (int n = 0; n < (int)record_rounds(a); n++) {
		const struct entity_round *x = record_round(a, n);
		const struct entity_round *y = record_round(b, n);
		expect_integer(y->score.value, x->score.value);
		expect_integer(y->wisdom.value, x->wisdom.value);
		expect_integer(y->relationships.value, x->relationships.value);
		expect_integer(y->open_tensions.value, x->open_tensions.value);
		expect_integer(y->new_perspectives.value, x->new_perspectives.value);
		expect_integer(y->velocity.value, x->velocity.value);
		expect_integer(y->converge_permille.value, x->converge_permille.value);
		expect_integer((int64_t)y->panel.count, (int64_t)x->panel.count);
		for (size_t i = 0; i < x->panel.count; i++) {
			const struct record_seat *seats = x->panel.items;
			const struct record_seat *read = y->panel.items;
			expect(text_equal(seats[i].expert, read[i].expert));
			expect(text_equal(seats[i].role, read[i].role));
			expect_integer(read[i].source, seats[i].source);
			expect_integer(read[i].relevance.value, seats[i].relevance.value);
		}
	}
}

static void is_imported_again(void)
{
	struct sheet sheet;
	write_sample(&sheet);
	const struct derive_file file = {TEXT("rfc-0058-supersession.dialogue.recorded.md"), buffer_view(&sheet.out)};
	const struct derive_request request = {
		TEXT("rfc-0058-supersession"), TEXT("rfc-0058-supersession"), TEXT(SAMPLE_TIME), &file, 1, false};
	struct derive_result result;
	expect_integer(derive_record(sheet.arena, &request, &result, &sheet.error), HANSARD_OK);
	const struct record *read = &result.record;
	const struct entity_meta *meta = record_meta(read);
	expect(text_equal(meta->title, record_meta(&sheet.record)->title));
	expect(text_equal(meta->question, record_meta(&sheet.record)->question));
	expect_integer(meta->status, DIALOGUE_CONVERGED);
	expect_integer(meta->total_alignment.value, 415);
	expect_integer((int64_t)meta->pool->members.count, 14);
	expect_integer((int64_t)meta->insights.count, 2);
	expect_rounds(&sheet.record, read);
	expect_statements(&sheet.record, read, ENTITY_TENSION);
	expect_statements(&sheet.record, read, ENTITY_PERSPECTIVE);
	expect_statements(&sheet.record, read, ENTITY_RECOMMENDATION);
	for (size_t i = 0; i < sheet.record.lists[ENTITY_TENSION].count; i++) {
		struct display_id id;
		const struct entity_tension *tension = (const struct entity_tension *)read->lists[ENTITY_TENSION].items[i];
		expect(display_id_of(&tension->head, &id));
		expect_integer(tension->status, TENSION_RESOLVED);
		expect(text_equal(tally_last_resolution(read, id), tally_last_resolution(&sheet.record, id)));
		expect_integer(tally_last_event(read, id, -1)->event_round.value,
					   tally_last_event(&sheet.record, id, -1)->event_round.value);
	}
	for (size_t i = 0; i < sheet.record.lists[ENTITY_EXPERT].count; i++) {
		const struct entity_expert *expert = (const struct entity_expert *)sheet.record.lists[ENTITY_EXPERT].items[i];
		const struct entity_expert *other = record_expert(read, expert->head.subkey);
		expect(other != NULL);
		expect_integer(tally_expert_total(other).value, tally_expert_total(expert).value);
	}
	expect_integer((int64_t)read->lists[ENTITY_MOVE].count, (int64_t)sheet.record.lists[ENTITY_MOVE].count);
	expect_integer((int64_t)read->lists[ENTITY_VERDICT].count, 3);
	const struct entity_verdict *verdict =
		(const struct entity_verdict *)record_find(read, ENTITY_VERDICT, TEXT("final"));
	expect(verdict != NULL);
	expect_text(verdict->recommendation, "Do NOT supersede RFC 0058 with a hybrid architecture.");
	sheet_end(&sheet);
}

static const struct tap_test tests[] = {
	{"title, date, status, ALIGNMENT, rounds, convergence, tensions, participants and links lead", carries_head},
	{"the pool stands by tier, each panel with role, source and score", carries_pool_and_panels},
	{"rounds and experts stand with every score, claims beside the record", carries_scores},
	{"verdict, dissent, minority, every tension with its resolution, insights and place are there", carries_outcome},
	{"statements, references and moves stand as markers that are read again", carries_what_was_said},
	{"the sections stand in the order of the law", keeps_order},
	{"the document is imported again to the same facts", is_imported_again},
	{"what is absent is left out", leaves_absent_out},
	{"no text of others breaks a table, a heading or a fence, or poses as a marker", withstands_hostile_texts},
	{"a verdict keeps its headings, fences and tables in a quote", keeps_structure_of_verdict},
	{"a quote is written as it was said", quotes_as_written},
	{"what may be code or not is not written as code", unclear_code_is_none},
	{"the place cannot begin anything", keeps_place_a_line},
	{"where the Judge's number differs, the record's stands beside it", shows_differences},
	{"any record gives a document, the same bytes each time", is_stable},
	{"want of memory is an error and leaves no half document", survives_want_of_memory},
};
TAP_MAIN(tests)
