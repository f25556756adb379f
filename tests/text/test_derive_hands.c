/*
 * What other hands write: rules of import.md in spellings that no recording of ours has. What is not understood is in the
 * report.
 */
#include "derive_sample.h"
#include "record.h"
#include "tap.h"

static const char panel[] = "[{\"name\": \"Bo\"}, {\"name\": \"Cyd Long\"}, {\"name\": \"Dee\"}]";
static const char board[] = "scoreboard.md";
static struct derive_sample sample;

static void begin(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-0/panel.json", panel);
}

static const struct entity_round *round_of(int64_t number)
{
	const struct record_list *rounds = &sample.result.record.lists[ENTITY_ROUND];
	expect(number < (int64_t)rounds->count);
	return (const struct entity_round *)rounds->items[number];
}

static void expect_verdict(const char *path, const char *content, const char *recommendation)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "[PERSPECTIVE P01: a]\n");
	derive_sample_add(&sample, path, content);
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	const struct entity_verdict *verdict = derive_sample_verdict(&sample, "final");
	expect(verdict != NULL);
	expect_text(verdict->recommendation, recommendation);
}

static void verdicts(void)
{
	expect_verdict("verdict.md", "# Final Verdict: keep\n\nKeep the mill.\n\n## Conditions\n\n- one\n",
				   "Keep the mill.");
	expect_verdict("verdict.md", "# Verdict\n\n## Decision\n\nKeep the mill.\n", "Keep the mill.");
	expect_verdict("verdict.md", "# Keep it\n\n## Ruling\n\nKeep the mill.\n", "Keep the mill.");
	expect_verdict(board, "# B\n\n## Verdict\n\n> Keep the\n> mill.\n>\n> Or not.\n", "Keep the mill.");
	expect_verdict(board, "# B\n\n## Verdict\n\n1. Keep the mill.\n2. Sell it.\n", "Keep the mill.");
	expect_verdict(board, "# B\n\nVerdict\n-------\n\nKeep the mill.\n", "Keep the mill.");
}

static void a_verdict_of_no_round_is_reported(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "verdict.md", "# Verdict\n\nKeep the mill.\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect(derive_sample_verdict(&sample, "final") == NULL);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "verdict.md", 1));
}

static void headings_that_name_more_than_the_expert(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(
		&sample, "2026-01-01T0000Z-hands.dialogue.recorded.md",
		"# Hands \u2014 Round 0 (FINAL)\n\n| Agent | Role |\n|---|---|\n| Bo | x |\n| Cyd | y |\n| Dee | z |\n\n"
		"## Round 0\n\n### Expert 2: Bo \u2014 the baker\n\n[CLAIM C01: one]\n\n"
		"#### Cyd: what she forgot\n\n[CLAIM C02: two]\n\n### Cyd's Response\n\n[CLAIM C01: three]\n\n"
		"### **Dee** (Wildcard, 0.3)\n\n[CLAIM C01: four]\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	const struct record_list *metas = &sample.result.record.lists[ENTITY_META];
	expect_text(((const struct entity_meta *)metas->items[0])->title, "Hands");
	static const char *const by[] = {"bo", "bo", "cyd", "dee"};
	const struct record_list *claims = &sample.result.record.lists[ENTITY_CLAIM];
	expect_integer((int64_t)claims->count, 4);
	for (size_t i = 0; i < claims->count; i++)
		expect_text(((const struct entity_claim *)claims->items[i])->contributors.items[0], by[i]);
}

static void scores_in_fields_and_tables(void)
{
	begin();
	derive_sample_add(
		&sample, board,
		"# B\n\n| Round | Score |\n|---|---|\n| 0 | 40 |\n| 1 | 70 (+30) |\n| Opening | 9 |\n| Average | 55 |\n\n"
		"| Metric | R0 | R2 |\n|---|---|---|\n| Velocity | 9 | 4 |\n\n"
		"| Agent | Total |\n|---|---|\n| Somebody whom nobody ever named | 8 |\n| Bo | 9 |\n\n"
		"## Round 0\n\n**W**: 10 | **C**: 11 | **T**: 9 | **R**: 10\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer(round_of(0)->truth.value, 9);
	expect_integer(round_of(0)->score.value, 40);
	expect_integer(round_of(1)->score.value, 30);
	expect_integer(round_of(2)->velocity.value, 4);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, board, 7));
	expect(!derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, board, 8));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, board, 16));
}

static void files_as_other_tools_write_them(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "expert-pool.json", "{\"pool\": 5}");
	derive_sample_add(&sample, "round-0/panel.json", "\xef\xbb\xbf[\"M\u00fcller\"]");
	derive_sample_add(&sample, "round-0/muller.md", "\xef\xbb\xbf[CLAIM C01: x]\r\n");
	derive_sample_add(&sample, "round-0/muller.prompt.md",
					  "You are M\u00fcller, a Core expert.\n\n**Your Role**: Miller\n");
	derive_sample_add(&sample, "tensions.md",
					  "| ID | Tension |\n|---|---|\n| T01 | A |\n| T02 | B |\n\n- T01 \u2192 superseded by T02\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_CLAIM), 1);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "expert-pool.json", 1));
	expect_text(((const struct record_seat *)round_of(0)->panel.items)->role, "Miller");
	expect_string(derive_sample_status(&sample, "T0001"), "merged");
}

static void a_register_of_prose(void)
{
	begin();
	derive_sample_add(
		&sample, "tensions.md",
		"# T\n\n- **T01**: Old vs. new \u2014 **RESOLVED** (R1): both\n- **T02**: Fast vs. Safe \u2014 open\n"
		"- [x] T03: Done. Resolved: by lime\n- T04: resolved. By sand.\n");
	derive_sample_add(&sample, "round-0/bo.md", "[CLAIM C01: a]\n[CLAIM C02: b]\n[RE SUPPORT C0001]\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_text(derive_sample_tension(&sample, "T0001")->label, "Old vs. new");
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect_text(derive_sample_tension(&sample, "T0002")->label, "Fast vs. Safe");
	expect_string(derive_sample_status(&sample, "T0002"), "open");
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 4);
	expect_string(derive_sample_status(&sample, "T0004"), "resolved");
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_REF), 1);
}

static void one_response_of_an_expert_and_round(void)
{
	begin();
	derive_sample_add(&sample, "archive/round-0/bo.md", "[CLAIM C01: old]\n");
	derive_sample_add(&sample, "round-0/bo.md", "[CLAIM C01: real]\n");
	derive_sample_add(&sample, "round-0/drafts/bo.md", "[CLAIM C01: draft]\n");
	derive_sample_add(&sample, "round-1/panel.json", "[\"Tension Analyst\", \"Verdict\"]");
	derive_sample_add(&sample, "round-1/tension-analyst.md", "[CLAIM C01: hers]\n");
	derive_sample_add(&sample, "round-1/verdict.md", "[CLAIM C01: his]\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	const struct record_list *claims = &sample.result.record.lists[ENTITY_CLAIM];
	expect_integer((int64_t)claims->count, 3);
	expect_text(((const struct entity_claim *)claims->items[0])->label, "real");
	expect_text(((const struct entity_claim *)claims->items[1])->contributors.items[0], "tension-analyst");
	expect_text(((const struct entity_claim *)claims->items[2])->contributors.items[0], "verdict");
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "archive/round-0/bo.md", 1));
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "round-0/drafts/bo.md", 1));
	expect(derive_sample_problem(&sample, PROBLEM_NO_AUTHOR, "round-0/drafts/bo.md", 1));
}

static void what_is_passed_over_is_reported(void)
{
	begin();
	derive_sample_add(
		&sample, "tensions.md",
		"| ID | Tension | Status |\n|---|---|---|\n| T01 | A | Open |\n| | B | Open |\n| X05 | C | Open |\n"
		"| \u2014 | \u2014 | |\n| Total | 2 | |\n| T02 | D | Open |\n| T03 | E | Open |\n| T04 | F | Open |\n"
		"| T05 | G | Open |\n\n| Tension | Status |\n|---|---|\n| H | Open |\n");
	derive_sample_add(&sample, board,
					  "# Tea Time Scoreboard\n\n| Round | Velocity | W |\n|---|---|---|\n| 0 | -3 | ~~9~~ 7 |\n\n"
					  "## Verdict\n\nSell the mill.\n");
	derive_sample_add(&sample, "verdict.md", "# Verdict\n\nKeep the mill.\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_text(derive_sample_verdict(&sample, "final")->recommendation, "Keep the mill.");
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, board, 9));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, board, 5));
	expect(!round_of(0)->velocity.present);
	expect_integer(round_of(0)->wisdom.value, 7);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "tensions.md", 4));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "tensions.md", 5));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "tensions.md", 13));
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_NOT_UNDERSTOOD), 4);
	const struct record_list *metas = &sample.result.record.lists[ENTITY_META];
	expect_text(((const struct entity_meta *)metas->items[0])->title, "Tea Time");
}

static void converged(const char *content)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, board, content);
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_NOT_UNDERSTOOD), 0);
	const struct record_list *metas = &sample.result.record.lists[ENTITY_META];
	expect_integer(((const struct entity_meta *)metas->items[0])->status, DIALOGUE_CONVERGED);
}

static void status_in_other_places(void)
{
	converged("# B\n\n## Status: Converged\n");
	converged("# B\n\n**Final Status:** Converged\n");
	converged("# B\n\n| Field | Value |\n|---|---|\n| Status | Converged |\n");
}

static void verdicts_tell_of_signals_and_bold_ends_with_its_run(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "2026-01-01T0000Z-hands.dialogue.recorded.md",
					  "# H\n\n| Agent | Role |\n|---|---|\n| Bo | x |\n| Cyd | y |\n\n## Round 0\n\n### Bo\n\n"
					  "**[CLAIM C01] Stone lasts**\nLong.\n\n[MOVE:CONVERGE]\n\n## Verdict\n\nBuild.\n\n"
					  "| Agent | Signal |\n|---|---|\n| Cyd | MOVE:CONVERGE |\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer((int64_t)derive_sample_moves(&sample, -1, "converge"), 1);
	const struct record_list *claims = &sample.result.record.lists[ENTITY_CLAIM];
	expect_text(((const struct entity_claim *)claims->items[0])->label, "Stone lasts");
}

static const struct tap_test tests[] = {
	{"verdicts in a title, a quote, a list, below an underline", verdicts},
	{"a verdict of no round is reported", a_verdict_of_no_round_is_reported},
	{"headings that name more than the expert open their part", headings_that_name_more_than_the_expert},
	{"scores in fields, with differences, by metric; rows of nobody are reported", scores_in_fields_and_tables},
	{"a register of prose: full stops in titles, items that are ticked", a_register_of_prose},
	{"an expert has one response a round, whatever the expert is called", one_response_of_an_expert_and_round},
	{"rows without an id, negative numbers and another verdict are reported", what_is_passed_over_is_reported},
	{"status in a heading, under another name, in a table of values", status_in_other_places},
	{"a verdict tells of signals given before; a label ends with its bold run",
	 verdicts_tell_of_signals_and_bold_ends_with_its_run},
	{"files with a byte order mark, a pool of another form, a role in a field", files_as_other_tools_write_them},
};
TAP_MAIN(tests)
