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

/* The reason of the last event that settled a tension; absent without one. */
static struct text settled(const char *id)
{
	struct text reason = TEXT_ABSENT;
	const struct record_list *events = &sample.result.record.lists[ENTITY_EVENT];
	for (size_t i = 0; i < events->count; i++) {
		const struct entity_event *event = (const struct entity_event *)events->items[i];
		if (text_find(event->head.subkey, text_of_string(id), 0) != SIZE_MAX && event->event_type != EVENT_COMMENTED)
			reason = event->reason;
	}
	return reason;
}

static void begin_with_tensions(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "[TENSION T01: stone]\n");
	derive_sample_add(&sample, "round-0/cyd-long.md", "[TENSION T02: wood]\n");
	derive_sample_add(&sample, "round-1/bo.md", "[RESOLVED T01: of granite]\n");
}

static void a_status_without_words_leaves_the_reason(void)
{
	static const char *const registers[] = {
		"| ID | Tension | Status |\n|---|---|---|\n| T01 | stone | Resolved (R1) |\n",
		"## T01: stone - RESOLVED (R1)\n\nHow it began.\n",
	};
	for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		begin_with_tensions();
		derive_sample_add(&sample, "tensions.md", registers[i]);
		expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
		expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 bo, commented R1 judge");
		expect_text(settled("T0001"), "of granite");
	}
	begin_with_tensions();
	derive_sample_add(&sample, "tensions.md",
					  "- T02: wood - RESOLVED (R1): of oak\n- T01: stone - RESOLVED in R0: of flint\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_string(derive_sample_history(&sample, "T0002"), "resolved R1 judge");
	expect_text(settled("T0002"), "of oak");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R0 judge, commented R1 bo");
}

static void a_group_says_how_its_tensions_stand(void)
{
	begin_with_tensions();
	derive_sample_add(&sample, "tensions.md",
					  "## Deferred\n\n### T02: wood\n\n**Resolution**: after the frost\n\n"
					  "## Accepted\n\n### T01: stone\n\n**Resolution**: it rots\n");
	derive_sample_add(&sample, "verdict.md", "# Verdict\n\nBuild.\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_string(derive_sample_status(&sample, "T0002"), "deferred");
	expect_text(settled("T0002"), "after the frost");
	expect_integer((int64_t)derive_sample_verdict(&sample, "final")->tensions_accepted.count, 1);
	begin_with_tensions();
	derive_sample_add(&sample, "tensions.md", "- RESOLVED - T01: stone\n- ACCEPTED - T02: wood\n");
	derive_sample_add(&sample, "verdict.md", "# Verdict\n\nBuild.\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 2);
	expect_integer((int64_t)derive_sample_verdict(&sample, "final")->tensions_accepted.count, 1);
}

static void an_outcome_is_a_resolution(void)
{
	begin_with_tensions();
	derive_sample_add(
		&sample, "tensions.md",
		"| # | Tension | State | Outcome |\n|---|---|---|---|\n| T02 | wood | Deferred | after the frost |\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_text(settled("T0002"), "after the frost");
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "x\n");
	derive_sample_add(&sample, board,
					  "# B\n\n| Round | Topic | Outcome |\n|---|---|---|\n| 1 | [Topic] | [Outcome] |\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect(derive_sample_problem(&sample, PROBLEM_PLACEHOLDER, board, 5));
}

static bool has_ref(const char *key)
{
	const struct record_list *refs = &sample.result.record.lists[ENTITY_REF];
	for (size_t i = 0; i < refs->count; i++)
		if (text_equal(((const struct entity_ref *)refs->items[i])->head.subkey, text_of_string(key)))
			return true;
	return false;
}

static void a_bare_id_of_this_round_is_ones_own(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "[BO-P0001: granite lasts]\n");
	derive_sample_add(&sample, "round-0/cyd-long.md",
					  "[CYD-P0001: oak is warm]\n\n[CYD-T0001: warm or lasting]\n[RE:DEPEND P0001]\n\n"
					  "[CYD-C0001: oak burns]\n[RE:QUESTION T0001]\n");
	derive_sample_add(&sample, "round-0/dee.md", "[DEE-T0001: who pays]\n");
	derive_sample_add(&sample, "round-1/cyd-long.md", "[CYD-P0101: oak it is]\n[RE:OPPOSE P0001]\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect(has_ref("T0001#depend#P0002") && has_ref("C0001#question#T0001"));
	expect(has_ref("P0101#oppose#P0001"));
	expect_integer((int64_t)sample.result.record.lists[ENTITY_REF].count, 3);
}

static void a_percentage_whose_name_has_the_sign(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "x\n");
	derive_sample_add(&sample, "round-0/summary.md", "# R\n\n**Velocity:** 3 | **Converge %:** 50\n");
	derive_sample_add(&sample, board, "# B\n\n## Round 0\n\n**Cumulative ALIGNMENT: 48**\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer(round_of(0)->converge_permille.value, 500);
	const struct record_list *metas = &sample.result.record.lists[ENTITY_META];
	expect_integer(((const struct entity_meta *)metas->items[0])->total_alignment.value, 48);
}

static void a_title_before_what_it_is(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "x\n");
	derive_sample_add(&sample, board, "# The mill \u2014 a ruin (Round 1) \u2014 Scoreboard\n\nText.\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	const struct record_list *metas = &sample.result.record.lists[ENTITY_META];
	expect_text(((const struct entity_meta *)metas->items[0])->title, "The mill \u2014 a ruin");
}

static void read_document(const char *rest)
{
	char whole[1000];
	snprintf(whole, sizeof(whole), "# H\n\n| Agent | Role |\n|---|---|\n| Bo | x |\n| Cyd | y |\n\n%s", rest);
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "2026-01-01T0000Z-hands.dialogue.recorded.md", whole);
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
}

/* Headings below an expert's that name a round or are a marker leave the floor to the expert. */
static void headings_within_a_voice(void)
{
	read_document(
		"## Round 0\n\n### Bo\n\n### [PERSPECTIVE P01: stone]\n\n### [MOVE:CONVERGE]\n\n### Cyd\n\n"
		"#### Round 0 - Cyd, the miller\n\n[PERSPECTIVE P01: wood]\n\n#### Round 1 to come\n\n[MOVE:CONVERGE]\n");
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_PERSPECTIVE), 2);
	expect_integer((int64_t)derive_sample_moves(&sample, 0, "converge"), 2);
	read_document("## Bo\n\n### Round 0\n\n[PERSPECTIVE P01: stone]\n\n### Round 1\n\n[MOVE:CONVERGE]\n\n## Cyd\n\n"
				  "### Round 0\n\n[PERSPECTIVE P01: wood]\n\n### Round 1\n\n[MOVE:CONVERGE]\n");
	expect_text(derive_sample_perspective(&sample, "P0002")->contributors.items[0], "cyd");
	expect_integer((int64_t)derive_sample_moves(&sample, 1, "converge"), 2);
}

static void signals_that_are_taken_back(void)
{
	static const char *const back[] = {
		"I do not signal [MOVE:CONVERGE] yet.\n", "No: I can't give [MOVE:CONVERGE] now.\n",
		"There is no [MOVE:CONVERGE] from me.\n", "[MOVE:CONVERGE?]\n", "I give [MOVE:CONVERGE] when it is tested.\n"};
	static const char *const given[] = {"Not long ago I held out; I signal [MOVE:CONVERGE].\n",
										"With no doubt left I signal **[MOVE:CONVERGE]**.\n",
										"[MOVE:CONVERGE] Not a day too soon.\n"};
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		begin();
		derive_sample_add(&sample, "round-0/bo.md", back[i]);
		expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
		expect_integer((int64_t)derive_sample_moves(&sample, 0, "converge"), 0);
		expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 1));
	}
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		begin();
		derive_sample_add(&sample, "round-0/bo.md", given[i]);
		expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
		expect_integer((int64_t)derive_sample_moves(&sample, 0, "converge"), 1);
	}
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "x\n");
	derive_sample_add(
		&sample, "round-0.summary.md",
		"# Round 0\n\n**Converged**: Bo\n\n| Expert | Signal |\n|---|---|\n| Dee | withheld [MOVE:CONVERGE] |\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer((int64_t)derive_sample_moves(&sample, 0, "converge"), 0);
	const struct record_list *metas = &sample.result.record.lists[ENTITY_META];
	expect_integer(((const struct entity_meta *)metas->items[0])->status, DIALOGUE_OPEN);
}

static void markers_without_brackets_or_keyword_are_reported(void)
{
	begin();
	derive_sample_add(
		&sample, "round-0/bo.md",
		"**PERSPECTIVE P01:** stone\n\n## TENSION T01 \u2014 wood\n\n[P02: clay]\n\nTENSION T01 is old.\n\n"
		"[E1] a note\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_NOT_UNDERSTOOD), 3);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 1));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 3));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 5));
}

/* What is named again is said once. */
static void mentions_of_statements(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md",
					  "Perspectives: [PERSPECTIVE P01: stone lasts]\n\n[PERSPECTIVE P01: stone lasts]\n\nLong.\n\n"
					  "[TENSION T01] Who pays\n\nSee [TENSION T01].\n");
	derive_sample_add(&sample, "round-0/cyd-long.md",
					  "Following Bo's [PERSPECTIVE P01], I say:\n\n- **[PERSPECTIVE P02]** wood is warm\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_PERSPECTIVE), 2);
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 1);
	expect_text(derive_sample_perspective(&sample, "P0001")->body, "Long.");
	expect_text(derive_sample_perspective(&sample, "P0002")->label, "wood is warm");
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 9));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/cyd-long.md", 1));
}

static void a_verdict_on_the_way_is_reported(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "x\n");
	derive_sample_add(&sample, "verdict.md", "# Verdict (interim)\n\nBuild one wall.\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-hands"));
	expect(derive_sample_verdict(&sample, "final") == NULL);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "verdict.md", 1));
}

static const struct tap_test tests[] = {
	{"statements that are named within a sentence or said twice", mentions_of_statements},
	{"a verdict on the way is reported", a_verdict_on_the_way_is_reported},
	{"signals to converge that are taken back or asked for", signals_that_are_taken_back},
	{"markers without brackets or keyword are reported", markers_without_brackets_or_keyword_are_reported},
	{"a status that gives no reason leaves the one given before", a_status_without_words_leaves_the_reason},
	{"a heading says how the tensions below it stand", a_group_says_how_its_tensions_stand},
	{"an outcome is a resolution", an_outcome_is_a_resolution},
	{"a bare id of the round at hand is the expert's own", a_bare_id_of_this_round_is_ones_own},
	{"a percentage whose name has the sign, a total by another name", a_percentage_whose_name_has_the_sign},
	{"a title before the word that says what the page is", a_title_before_what_it_is},
	{"headings of rounds and markers within what an expert says", headings_within_a_voice},
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
