/*
 * Lists of what is no part of one record: dialogues, commits, problems, numbers.
 */
#include "sheet.h"
#include "view.h"

static const struct view_options as_text = {.json = false};
static const struct view_options as_json = {.json = true};

static void lists_dialogues(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	const struct view_dialogue dialogues[] = {{sheet.record.dialogue_id, &sheet.record}};
	const struct view_list list = {
		.dialogues = dialogues, .count = 1, .next = TEXT("cursor"), .more = 3, .as_of = TEXT(SAMPLE_TIME)};
	sheet_good(&sheet, view_dialogues(sheet.arena, &list, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out), "rfc-0058-supersession\n"
										 "    RFC 0058 Supersession: Hybrid Relational + DynamoDB Architecture\n"
										 "    Converged, began 2026-02-06; 4 rounds, ALIGNMENT 415\n"
										 "\n3 more: --limit\nAs of 2026-02-06 18:39Z.\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_dialogues(sheet.arena, &list, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"dialogue_id\": \"rfc-0058-supersession\"");
	expect_has(&sheet, "\"next\": \"cursor\"");
	expect_has(&sheet, "\"more\": 3");
	expect_has(&sheet, "\"created_at\": \"2026-02-06T18:39:00.000000Z\"");
	expect_lacks(&sheet, "imported_at");
	sheet_end(&sheet);
}

static void list_line(struct sheet *sheet, const char *line)
{
	const struct view_dialogue dialogues[] = {{sheet->record.dialogue_id, &sheet->record}};
	const struct view_list list = {.dialogues = dialogues, .count = 1, .next = TEXT_ABSENT, .as_of = TEXT(SAMPLE_TIME)};
	sheet->out.size = 0;
	sheet_good(sheet, view_dialogues(sheet->arena, &list, &as_text, &sheet->out, &sheet->error));
	expect_has(sheet, line);
}

/* As elsewhere: what was said, the record beside it where the two differ, and the record alone where nothing was said. */
static void lists_claims_beside_the_record(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	struct entity_meta *meta = record_meta(&sheet.record);
	meta->total_rounds.value = 5;
	meta->total_alignment.value = 420;
	list_line(&sheet, "    Converged, began 2026-02-06; 5 rounds (record: 4), ALIGNMENT 420 (record:\n    415)\n");
	meta->total_rounds.present = meta->total_alignment.present = false;
	list_line(&sheet, "    Converged, began 2026-02-06; 4 rounds, ALIGNMENT 415\n");
	for (int i = 0; i < 4; i++) {
		struct entity_round *round = record_round(&sheet.record, i);
		round->score.present = round->wisdom.present = round->consistency.present = round->truth.present =
			round->relationships.present = false;
	}
	list_line(&sheet, "    Converged, began 2026-02-06; 4 rounds\n");
	sheet.record.lists[ENTITY_ROUND].count = 1;
	list_line(&sheet, "    Converged, began 2026-02-06; 1 round\n");
	sheet.record.lists[ENTITY_ROUND].count = 0;
	list_line(&sheet, "    Converged, began 2026-02-06\n");
	sheet_end(&sheet);
}

static void lists_what_has_no_date(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	sample_event(&sheet.record, (struct sample_event){"commented", "meta", 3, "judge", "a word"});
	const struct record_list *events = &sheet.record.lists[ENTITY_EVENT];
	for (size_t i = 0; i < events->count; i++) {
		struct entity_event *event = (struct entity_event *)events->items[i];
		if (!text_starts_with(event->head.subkey, TEXT("commented#meta#")))
			continue;
		event->reference = TEXT("created_at");
		event->actors = (struct text_list){0};
	}
	record_meta(&sheet.record)->converged_at = TEXT(SAMPLE_TIME);
	list_line(&sheet, "    Converged, date not recorded (imported 2026-02-06); 4 rounds, ALIGNMENT 415\n");
	const struct view_dialogue dialogues[] = {{sheet.record.dialogue_id, &sheet.record}};
	const struct view_list list = {.dialogues = dialogues, .count = 1, .next = TEXT_ABSENT, .as_of = TEXT(SAMPLE_TIME)};
	sheet.out.size = 0;
	sheet_good(&sheet, view_dialogues(sheet.arena, &list, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"imported_at\": \"2026-02-06T18:39:00.000000Z\"");
	expect_lacks(&sheet, "created_at");
	expect_lacks(&sheet, "converged_at");
	record_meta(&sheet.record)->converged_at = TEXT("2026-02-07T18:39:00.000000Z");
	sheet.out.size = 0;
	sheet_good(&sheet, view_dialogues(sheet.arena, &list, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"converged_at\": \"2026-02-07T18:39:00.000000Z\"");
	sheet_end(&sheet);
}

static void shows_log(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	const struct view_commit commits[] = {
		{.rev = 5,
		 .time = TEXT(SAMPLE_TIME),
		 .actor = TEXT("ada"),
		 .operation = TEXT("restore"),
		 .hash = TEXT("0022"),
		 .summary = TEXT(""),
		 .restores = true,
		 .first_lost = 3,
		 .lost_hash = TEXT("abcd")},
		{.rev = 2,
		 .time = TEXT(SAMPLE_TIME),
		 .actor = TEXT("ada"),
		 .operation = TEXT("register"),
		 .written = 15,
		 .removed = 1,
		 .hash = TEXT("00ff"),
		 .summary = TEXT("12 perspectives"),
		 .first_lost = 2},
		{.rev = 1,
		 .time = TEXT(SAMPLE_TIME),
		 .actor = TEXT("ada"),
		 .operation = TEXT("create"),
		 .written = 1,
		 .hash = TEXT("0011"),
		 .summary = TEXT(""),
		 .first_lost = 1},
	};
	const struct view_log log = {.commits = commits, .count = 3, .unerased_rev = 4};
	sheet_good(&sheet, view_log(&log, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out),
				"Its erasure, at or before commit 4, was seen here; a restore brought it back.\n"
				"Erase it anew.\n\n"
				"5       2026-02-06 18:39Z  restore by ada\n"
				"        0 written\n        0022\n        commits 3 to 4 are lost\n\n"
				"2       2026-02-06 18:39Z  register by ada\n"
				"        15 written, 1 removed: 12 perspectives\n        00ff\n\n"
				"1       2026-02-06 18:39Z  create by ada\n        1 written\n        0011\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_log(&log, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"rev\": 2,\n      \"time\": \"2026-02-06T18:39:00.000000Z\",\n      \"actor\": \"ada\"");
	expect_has(
		&sheet,
		"\"lost\": {\n        \"first_rev\": 3,\n        \"last_rev\": 4,\n        \"last_hash\": \"abcd\"\n      }");
	expect_has(&sheet, "\"unerased_rev\": 4");
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
	problem_add(&problems, &(struct problem){.code = PROBLEM_NO_AUTHOR,
											 .warning = true,
											 .file = TEXT("a-folder-with-a-very-long-name/round-0/"
														  "a-file-with-a-very-long-name-too-and-more.md"),
											 .line = 7,
											 .message = TEXT("nobody")});
	problem_add(&problems, &(struct problem){.code = PROBLEM_CONTRADICTION,
											 .warning = true,
											 .file = TEXT("round-0/muffin.md"),
											 .line = 3,
											 .message = TEXT("two words")});
	struct view_report report = {TEXT("x"), &problems, 1, 20, 19, false};
	sheet_good(&sheet, view_problems(sheet.arena, &report, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out),
				"tensions[2].status: invalid_value\n    no such state\n    Value       done\n"
				"    Constraint  a state of a tension\n    Valid       open, resolved\n"
				"    Suggestion  write resolved\n\n"
				"a-folder-with-a-very-long-name/round-0/a-file-with-a-very-long-name-too-and-more.md:7: no_author "
				"(warning)\n    nobody\n\n"
				"round-0/muffin.md:3: contradiction (warning)\n    two words\n"
				"round-0/muffin.md:12: not_understood (warning)\n    an unknown word\n\n"
				"1 error, 3 warnings in 1 file; 19 of 20 markers understood.\n");
	sheet.out.size = 0;
	problems.count = 1;
	report = (struct view_report){TEXT("x"), &problems, 0, 0, 0, true};
	sheet_good(&sheet, view_problems(sheet.arena, &report, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "tensions[2].status: invalid_value\n");
	expect_has(&sheet, "    Suggestion  write resolved\n\n1 error, 0 warnings.\n");
	problems.count = 4;
	sheet.out.size = 0;
	sheet_good(&sheet, view_problems(sheet.arena, &report, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"error_code\": \"invalid_value\",\n      \"severity\": \"error\",\n      \"path\": ");
	expect_has(&sheet, "\"line\": 12");
	sheet_end(&sheet);
}

static void shows_numbers(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	const struct view_number numbers[] = {{"dialogues", "Dialogues", 12}, {"files", "Files kept", 3456}};
	sheet_good(&sheet, view_numbers(numbers, 2, "stats", &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Dialogues       12\n  Files kept    3456\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_numbers(numbers, 2, "stats", &as_json, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out),
				"{\n  \"schema_version\": 1,\n  \"kind\": \"stats\",\n  \"dialogues\": 12,\n  \"files\": 3456\n}\n");
	sheet_end(&sheet);
}

static const struct tap_test tests[] = {
	{"dialogues are listed with their ids whole on lines of their own", lists_dialogues},
	{"a list says what was said, and the record beside it where the two differ", lists_claims_beside_the_record},
	{"a list says of which dialogue no date is recorded", lists_what_has_no_date},
	{"a log shows each commit", shows_log},
	{"problems are shown with all that mends them", shows_problems},
	{"numbers are aligned", shows_numbers},
};

TAP_MAIN(tests)
