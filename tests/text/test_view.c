/*
 * Answers for people and for programs.
 */
#include "json_read.h"
#include "sheet.h"
#include "view.h"

static const struct view_options as_text = {.json = false};
static const struct view_options as_json = {.json = true};

static void begin_sample(struct sheet *sheet)
{
	sheet_begin(sheet);
	sample_dialogue(sheet->arena, &sheet->record);
}

static void shown(struct sheet *sheet, enum hansard_status status)
{
	if (status != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", sheet->error.kind, sheet->error.message);
}

/* Views of one record, by name. */
static enum hansard_status write_view(struct sheet *sheet, struct arena *arena, size_t which,
									  const struct view_options *options, struct buffer *out)
{
	static const struct text asked[] = {{"T0003", 5}, {"r 0101", 6}, {"P9999", 5}};
	static const struct text_list ids = {asked, 3, true};
	const struct view_tensions_options tensions = {.view = *options, .all = true};
	switch (which) {
	case 0:
		return view_show(arena, &sheet->record, options, out, &sheet->error);
	case 1:
		return view_scoreboard(arena, &sheet->record, options, out, &sheet->error);
	case 2:
		return view_tensions(arena, &sheet->record, &tensions, out, &sheet->error);
	case 3:
		return view_events(arena, &sheet->record, options, out, &sheet->error);
	case 4:
		return view_progress(arena, &sheet->record, options, out, &sheet->error);
	default:
		return view_entities(arena, &sheet->record, &ids, options, out, &sheet->error);
	}
}
enum { VIEWS = 6 };

static void show_leads_with_verdict(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	shown(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect(text_starts_with(buffer_text(&sheet.out), TEXT("Do NOT supersede RFC 0058 with a hybrid architecture.\n"
														  "  Final verdict of round 3 by the Judge, unanimous.\n\n"
														  "RFC 0058 Supersession: Hybrid Relational + DynamoDB")));
	static const char *const order[] = {"Question\n", "Status\n",       "ALIGNMENT     415 (W:135 C:104 T:92 R:84)",
										"Scores\n",   "Panel\n",        "What they disagreed on",
										"Dissent\n",  "Minority\n",     "The decision in full\n",
										"Adopted\n",  "Key insights\n", "What they said\n"};
	size_t at = 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const size_t found = text_find(buffer_text(&sheet.out), text_of_string(order[i]), at);
		if (found == SIZE_MAX)
			tap_fail(__FILE__, __LINE__, "%s does not follow", order[i]);
		at = found + 1;
	}
	expect_has(&sheet, "  Tensions      17/17 (record: 18/18) resolved, 0 open\n");
	expect_has(&sheet, "  Croissant  Rust Systems Engineer (Trait Abstractions)  Adjacent  0-3        94\n");
	expect_has(&sheet,
			   "  T0008   Denormalized verdict fields\n          Raised by Muffin in round 0. Resolved: in-memory "
			   "assembly from\n          full-partition load\n");
	sheet_end(&sheet);
}

static void show_without_verdict(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	shown(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out), "No verdict yet.\n\nNothing yet\n  empty\n\nStatus\n"
										 "  Status        Open\n  Began         2026-02-06 18:39Z\n"
										 "  Rounds        (record: 0)\n  Experts       0\n");
	sheet_end(&sheet);
}

static void scoreboard_has_claims(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	shown(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Round  Panel    W    C   T   R  Score  So far\n"
					   "  ─────  ─────  ───  ───  ──  ──  ─────  ──────\n"
					   "      0     10   45   30  25  25    125     125\n"
					   "      1      8   38   28  22  22    110     235\n"
					   "      2      6   32   26  25  22    105     340\n"
					   "      3      6   20   20  20  15     75     415\n"
					   "    All         135  104  92  84    415\n");
	expect_has(&sheet, "      1  7 (record: 15)  9 (record: 0)     16 (record: 15)  0%\n");
	expect_has(&sheet, "      2  1               3 (record: 0)     4 (record: 1)    83%\n");
	sheet_end(&sheet);
}

static void tensions_are_selected(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	struct entity_tension *merged = sample_statement(&sheet.record, "T0301");
	merged->status = TENSION_MERGED;
	struct entity_tension *open = sample_statement(&sheet.record, "T0302");
	open->label = TEXT("Still here");
	struct view_tensions_options options = {.open_only = true};
	shown(&sheet, view_tensions(sheet.arena, &sheet.record, &options, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Open      1\n  Merged    1 into others, in no count\n\n  T0302   Still here\n");
	expect_lacks(&sheet, "T0301");
	expect_lacks(&sheet, "T0001");
	sheet.out.size = 0;
	options = (struct view_tensions_options){.all = true};
	shown(&sheet, view_tensions(sheet.arena, &sheet.record, &options, &sheet.out, &sheet.error));
	expect_has(&sheet, "T0301");
	expect_has(&sheet, "T0001");
	expect_has(&sheet, "17/17 (record: 18/19)");
	sheet_end(&sheet);
}

static void entities_both_ways(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	shown(&sheet, write_view(&sheet, sheet.arena, 5, &as_text, &sheet.out));
	expect_has(&sheet,
			   "T0003   Leaky abstraction risk\n  Resolved tension of round 0 by Croissant\n\n  Referred to by\n"
			   "    address   R0101 Build the trait boundary first\n\n  History\n"
			   "    2026-02-06 18:39Z  addressed by Croissant in round 2\n");
	expect_has(&sheet, "  Refers to\n    address   T0003 Leaky abstraction risk\n");
	expect_has(&sheet, "P9999: no statement of this id in the dialogue\n");
	sheet.out.size = 0;
	shown(&sheet, write_view(&sheet, sheet.arena, 5, &as_json, &sheet.out));
	expect_has(&sheet, "{\n      \"id\": \"P9999\",\n      \"found\": false\n    }");
	sheet_end(&sheet);
}

static void progress_names_blockers(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	shown(&sheet, view_progress(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "The final verdict has been given.\n");
	sheet.out.size = 0;
	sheet.record.lists[ENTITY_VERDICT].count = 0;
	shown(&sheet, view_progress(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "Nothing blocks a final verdict.\n");
	sheet.out.size = 0;
	sample_statement(&sheet.record, "P0301");
	struct entity_tension *tension = sample_statement(&sheet.record, "T0301");
	tension->label = TEXT("Unfinished");
	sheet.record.lists[ENTITY_MOVE].count--;
	shown(&sheet, view_progress(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "What blocks a final verdict\n  1 open tensions\n    T0301   Unfinished\n  1 new perspectives\n"
					   "    P0301   a label\n  1 who have not signalled convergence: Tartlet\n");
	sheet.out.size = 0;
	shown(&sheet, view_progress(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet,
			   "\"blockers\": {\n    \"open_tensions\": [\n      \"T0301\"\n    ],\n    \"new_perspectives\": [\n"
			   "      \"P0301\"\n    ],\n    \"not_signalled\": [\n      \"tartlet\"\n    ]\n  }");
	sheet_end(&sheet);
}

static void claims_in_json(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	record_round(&sheet.record, 0)->velocity.present = false;
	shown(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect(
		text_starts_with(buffer_text(&sheet.out), TEXT("{\n  \"schema_version\": 1,\n  \"kind\": \"scoreboard\",\n")));
	expect_has(&sheet, "\"open_tensions\": {\n        \"said\": 7,\n        \"record\": 15\n      }");
	expect_has(&sheet, "\"velocity\": {\n        \"record\": 11\n      }");
	expect_has(&sheet, "\"alignment\": {\n      \"said\": 415,\n      \"record\": 415\n    }");
	sheet_end(&sheet);
}

static void lists_dialogues(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	const struct view_dialogue dialogues[] = {{sheet.record.dialogue_id, record_meta(&sheet.record)}};
	const struct view_list list = {dialogues, 1, TEXT("cursor"), TEXT(SAMPLE_TIME)};
	shown(&sheet, view_dialogues(sheet.arena, &list, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out),
				"rfc-0058-supersession\n"
				"    RFC 0058 Supersession: Hybrid Relational + DynamoDB Architecture\n"
				"    Converged, began 2026-02-06, 4 rounds, ALIGNMENT 415\n"
				"More follow: cursor\n");
	sheet.out.size = 0;
	shown(&sheet, view_dialogues(sheet.arena, &list, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"dialogue_id\": \"rfc-0058-supersession\"");
	expect_has(&sheet, "\"next\": \"cursor\"");
	sheet_end(&sheet);
}

static void shows_log(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	const struct view_commit commits[] = {
		{2, TEXT(SAMPLE_TIME), TEXT("ada"), TEXT("register"), 15, 1, TEXT("00ff"), TEXT("12 perspectives")},
		{1, TEXT(SAMPLE_TIME), TEXT("ada"), TEXT("create"), 1, 0, TEXT("0011"), TEXT("")},
	};
	shown(&sheet, view_log(commits, 2, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out), "2       2026-02-06 18:39Z  register by ada\n"
										 "        15 written, 1 removed: 12 perspectives\n        00ff\n\n"
										 "1       2026-02-06 18:39Z  create by ada\n        1 written\n        0011\n");
	sheet.out.size = 0;
	shown(&sheet, view_log(commits, 2, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"rev\": 2,\n      \"time\": \"2026-02-06T18:39:00.000000Z\",\n      \"actor\": \"ada\"");
	sheet_end(&sheet);
}

static void shows_problems(void)
{
	struct sheet sheet;
	struct problem_list problems;
	sheet_begin(&sheet);
	problem_begin(&problems, sheet.arena);
	problem_add(&problems, &(struct problem){.code = PROBLEM_INVALID_VALUE,
											 .path = TEXT("tensions[2].status"),
											 .value = TEXT("done"),
											 .constraint = TEXT("a state of a tension"),
											 .message = TEXT("no such state"),
											 .valid = TEXT("open, resolved"),
											 .suggestion = TEXT("write resolved")});
	problem_add(&problems, &(struct problem){.code = PROBLEM_NOT_UNDERSTOOD,
											 .warning = true,
											 .file = TEXT("round-0/muffin.md"),
											 .line = 12,
											 .message = TEXT("an unknown word")});
	const struct view_report report = {TEXT("x"), &problems, 3, 20, 19, false};
	shown(&sheet, view_problems(sheet.arena, &report, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out), "x\n3 files; 20 markers, of which 19 were understood\n1 error, 1 warning\n\n"
										 "tensions[2].status: invalid_value\n    no such state\n    Value       done\n"
										 "    Constraint  a state of a tension\n    Valid       open, resolved\n"
										 "    Suggestion  write resolved\n\n"
										 "round-0/muffin.md:12: warning: not_understood\n    an unknown word\n");
	sheet.out.size = 0;
	shown(&sheet, view_problems(sheet.arena, &report, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"error_code\": \"invalid_value\",\n      \"severity\": \"error\",\n      \"path\": ");
	expect_has(&sheet, "\"line\": 12");
	sheet_end(&sheet);
}

static void shows_numbers(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	const struct view_number numbers[] = {{"dialogues", "Dialogues", 12}, {"files", "Files kept", 3456}};
	shown(&sheet, view_numbers(numbers, 2, "stats", &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Dialogues       12\n  Files kept    3456\n");
	sheet.out.size = 0;
	shown(&sheet, view_numbers(numbers, 2, "stats", &as_json, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out),
				"{\n  \"schema_version\": 1,\n  \"kind\": \"stats\",\n  \"dialogues\": 12,\n  \"files\": 3456\n}\n");
	sheet_end(&sheet);
}

static bool is_long_word(struct text line)
{
	const struct text words = text_trim(line);
	return text_find(words, TEXT(" "), 0) == SIZE_MAX;
}

static void pages_are_clean(void)
{
	for (uint64_t seed = 0; seed <= 40; seed++) {
		for (size_t which = 0; which < VIEWS; which++) {
			struct sheet sheet;
			sheet_begin(&sheet);
			if (seed == 0)
				sample_dialogue(sheet.arena, &sheet.record);
			else
				sample_random(sheet.arena, seed, &sheet.record);
			shown(&sheet, write_view(&sheet, sheet.arena, which, &as_text, &sheet.out));
			expect(utf8_valid(buffer_view(&sheet.out)));
			struct text rest = buffer_text(&sheet.out);
			struct text line;
			bool blank = true;
			while (sheet_line(&rest, &line)) {
				expect(line.size == 0 || line.data[line.size - 1] != ' ');
				expect(line.size > 0 || !blank);
				blank = line.size == 0;
				/* Tables of numbers are as wide as their numbers. */
				if (seed == 0 && utf8_width(line) > 80 && !is_long_word(line))
					tap_fail(__FILE__, __LINE__, "too wide: %.*s", (int)line.size, line.data);
				for (size_t i = 0; i < line.size; i++)
					expect((unsigned char)line.data[i] >= 0x20 && line.data[i] != 0x7f);
			}
			expect_lacks(&sheet, "\xe2\x80\xae");
			expect_lacks(&sheet, "\xc2\x9b");
			sheet_end(&sheet);
		}
	}
}

static void shows_controls(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	record_meta(&sheet.record)->question =
		TEXT("\x1b]0;owned\x07 \xe2\x80\xaegnp\xc2\x9b\x7f\r\nnext \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80");
	shown(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(
		&sheet,
		"Question\n  \xe2\x90\x9b]0;owned\xe2\x90\x87 <U+202E>gnp<U+009B>\xe2\x90\xa1\n  next \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80\n");
	sheet_end(&sheet);
}

static void folds_narrow(void)
{
	struct sheet sheet;
	begin_sample(&sheet);
	const struct view_options narrow = {.width = 50};
	shown(&sheet, view_show(sheet.arena, &sheet.record, &narrow, &sheet.out, &sheet.error));
	struct text rest = buffer_text(&sheet.out);
	struct text line;
	size_t at = text_find(rest, TEXT("What they disagreed on"), 0);
	rest = text_slice(rest, at, rest.size);
	while (sheet_line(&rest, &line))
		expect(utf8_width(line) <= 50);
	sheet_end(&sheet);
}

static void json_is_sound(void)
{
	for (uint64_t seed = 0; seed <= 40; seed++) {
		for (size_t which = 0; which < VIEWS; which++) {
			struct sheet sheet;
			json_t *value;
			sheet_begin(&sheet);
			if (seed == 0)
				sample_dialogue(sheet.arena, &sheet.record);
			else
				sample_random(sheet.arena, seed, &sheet.record);
			shown(&sheet, write_view(&sheet, sheet.arena, which, &as_json, &sheet.out));
			if (json_read(TEXT("view"), buffer_view(&sheet.out), &value, &sheet.error) != HANSARD_OK)
				tap_fail(__FILE__, __LINE__, "view %zu of seed %d: %s", which, (int)seed, sheet.error.message);
			const json_int_t version = json_integer_value(json_object_get(value, "schema_version"));
			const bool kind = json_is_string(json_object_get(value, "kind"));
			json_decref(value);
			expect_integer(version, VIEW_SCHEMA_VERSION);
			expect(kind);
			sheet_end(&sheet);
		}
	}
}

static void survives_want_of_memory(void)
{
	for (size_t which = 0; which < VIEWS; which++) {
		for (int json = 0; json < 2; json++) {
			struct sheet sheet;
			begin_sample(&sheet);
			const struct view_options options = {.json = json == 1};
			for (size_t ceiling = 16; ceiling < 4000; ceiling += 333) {
				struct buffer small;
				buffer_init(&small, ceiling);
				const enum hansard_status status = write_view(&sheet, sheet.arena, which, &options, &small);
				const size_t left = small.size;
				buffer_finish(&small);
				expect(status == HANSARD_OK || (status == HANSARD_FAILED && left == 0));
			}
			enum hansard_status status = HANSARD_FAILED;
			for (size_t ceiling = 500; status != HANSARD_OK && ceiling < LIMIT_ARENA; ceiling += 301) {
				struct arena *arena = arena_create(ceiling);
				if (arena == NULL)
					continue;
				sheet.out.size = 0;
				status = write_view(&sheet, arena, which, &options, &sheet.out);
				arena_destroy(arena);
				expect(status == HANSARD_OK || (status == HANSARD_FAILED && sheet.out.size == 0));
			}
			expect_integer(status, HANSARD_OK);
			sheet_end(&sheet);
		}
	}
}

static const struct tap_test tests[] = {
	{"show leads with the verdict's own sentence and goes on as a newcomer asks", show_leads_with_verdict},
	{"show of a dialogue without a verdict says so", show_without_verdict},
	{"the scoreboard has every number, claims beside the record, aligned", scoreboard_has_claims},
	{"tensions are listed as asked: open, settled, merged", tensions_are_selected},
	{"an entity is shown with references both ways and its history; one that is not there is named",
	 entities_both_ways},
	{"progress names what blocks a final verdict", progress_names_blockers},
	{"JSON keeps what was said apart from the record", claims_in_json},
	{"dialogues are listed with their ids whole on lines of their own", lists_dialogues},
	{"a log shows each commit", shows_log},
	{"problems are shown with all that mends them", shows_problems},
	{"numbers are aligned", shows_numbers},
	{"pages have no trailing blanks, no double gaps, nothing that drives a terminal, at most 80 columns",
	 pages_are_clean},
	{"control characters are shown as what they are", shows_controls},
	{"a narrow page is folded", folds_narrow},
	{"every JSON answer is one object with schema_version and kind, no key twice", json_is_sound},
	{"want of memory is an error and leaves no half answer", survives_want_of_memory},
};
TAP_MAIN(tests)
