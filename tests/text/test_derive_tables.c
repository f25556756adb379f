/*
 * Facts of tables and fields in the spellings of many hands: what they say, and that nothing falls silently.
 */
#include "derive_sample.h"
#include "tap.h"

static struct derive_sample sample;

/* A dialogue of two experts and two rounds. */
static void begin(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: a]\n");
	derive_sample_add(&sample, "round-0/scone.md", "[TENSION T02: b]\n");
	derive_sample_add(&sample, "round-1/muffin.md", "text\n");
	derive_sample_add(&sample, "round-1/scone.md", "text\n");
}

static void read_with(const char *path, const char *content)
{
	begin();
	derive_sample_add(&sample, path, content);
	expect(derive_sample_read(&sample, "tables"));
}

static const struct entity_round *round_of(int round)
{
	return record_round(&sample.result.record, round);
}

/* The score of an expert in a round; -1 without one. */
static const struct record_expert_score *score_of(struct text expert, int round)
{
	const struct entity_expert *found = record_expert(&sample.result.record, expert);
	const struct record_expert_score *scores = found->scores.items;
	for (size_t i = 0; i < found->scores.count; i++)
		if (scores[i].round.present && scores[i].round.value == round)
			return &scores[i];
	return NULL;
}

static bool reported(const char *file, int64_t line)
{
	return derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, file, line);
}

static void alignment_in_a_round_is_its_score(void)
{
	read_with("round-0.summary.md",
			  "| Metric | Value | Target |\n|---|---|---|\n| Wisdom | 12 | |\n| ALIGNMENT | 36 | |\n"
			  "| Oddity | 3 | |\n");
	expect_integer(round_of(0)->score.value, 36);
	expect_integer(round_of(0)->wisdom.value, 12);
	expect(!record_meta(&sample.result.record)->total_alignment.present);
	expect(reported("round-0.summary.md", 5));
	read_with("round-1.summary.md", "**W**: 1 | **C**: 2 | **T**: 3 | **R**: 4\n\n- **Total**: 10\n");
	expect_integer(round_of(1)->relationships.value, 4);
	expect_integer(round_of(1)->score.value, 10);
	expect(reported("round-1.summary.md", 3));
}

static void a_field_of_no_round_is_reported(void)
{
	read_with("scoreboard.md", "# Scoreboard\n\n**Wisdom**: 135\n\n**Velocity**: 0\n\n**Total**: 90\n");
	expect(reported("scoreboard.md", 3) && reported("scoreboard.md", 5));
	expect_integer(record_meta(&sample.result.record)->total_alignment.value, 90);
}

static void totals_with_their_difference_run_up(void)
{
	read_with("scoreboard.md", "| Round | Total | Delta |\n|---|---|---|\n| 0 | 120 | — |\n| 1 | 215 | +95 |\n");
	expect_integer(round_of(0)->score.value, 120);
	expect_integer(round_of(1)->score.value, 95);
	read_with("scoreboard.md", "| Round | Score | Change |\n|---|---|---|\n| 0 | 120 | |\n| 1 | 130 | +10 |\n"
							   "\n**Total ALIGNMENT**: 250\n");
	expect_integer(round_of(1)->score.value, 130);
}

static void rows_of_no_round_are_reported_and_the_sum_is_the_total(void)
{
	read_with("scoreboard.md",
			  "| Round | Score |\n|---|---|\n| 0 | 40 |\n| 1 | 50 |\n| 123 | 60 |\n| **Total** | 90 |\n");
	expect(reported("scoreboard.md", 5) && !reported("scoreboard.md", 6));
	expect_integer(record_meta(&sample.result.record)->total_alignment.value, 90);
}

static void numbers_written_otherwise_are_reported(void)
{
	read_with("scoreboard.md",
			  "| Round | Score | Velocity |\n|---|---|---|\n| 0 | 1'200 | 1 234 |\n| 1 | 7-9 | n/a |\n");
	expect(!round_of(0)->score.present && !round_of(0)->velocity.present);
	expect(!round_of(1)->score.present && !round_of(1)->velocity.present);
	expect(reported("scoreboard.md", 3) && reported("scoreboard.md", 4));
}

static void rows_with_other_cells_than_columns_are_reported(void)
{
	read_with("scoreboard.md",
			  "| Round | W | Score |\n|---|---|---|\n| 0 | 10 |\n| 1 | 12 | 48 | 99 |\n| 1 | 12 | 48 | |\n");
	expect(reported("scoreboard.md", 3) && reported("scoreboard.md", 4) && !reported("scoreboard.md", 5));
	expect(!round_of(0)->score.present);
	expect_integer(round_of(1)->score.value, 48);
}

static void columns_of_rounds_by_other_names(void)
{
	read_with("scoreboard.md", "| Expert | Round 0 | R1 (W/C/T/R) | Total |\n|---|---|---|---|\n"
							   "| Muffin | 20 | 1/2/3/4 | 30 |\n| Scone | n/a | — | |\n");
	expect_integer(score_of(TEXT("muffin"), 0)->total.value, 20);
	expect_integer(score_of(TEXT("muffin"), 1)->w.value, 1);
	expect_integer(score_of(TEXT("muffin"), 1)->r.value, 4);
	expect(score_of(TEXT("scone"), 0) == NULL);
	read_with("scoreboard.md", "| Expert | R0 | R1 |\n|---|---|---|\n| Muffin | 20 | 21 |\n| Scone | 19 | ill |\n");
	expect(reported("scoreboard.md", 1));
	expect(score_of(TEXT("muffin"), 1) == NULL);
	read_with("tensions.md", "| ID | Tension | R0 | R1 |\n|---|---|---|---|\n| T01 | a | Open | Resolved |\n");
	expect(reported("tensions.md", 1));
}

static void a_total_elsewhere_is_compared_with_the_rounds(void)
{
	read_with("scoreboard.md", "| Expert | Score |\n|---|---|\n| Muffin | 10 |\n\n"
							   "| Expert | R0 | R1 |\n|---|---|---|\n| Muffin | 10 | 11 |\n");
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "scoreboard.md", 3));
}

static void an_experts_table_of_scores_is_reported(void)
{
	begin();
	derive_sample_add(&sample, "round-2/muffin.md", "text\n\n| Round | Score |\n|---|---|\n| 1 | 48 |\n");
	derive_sample_add(&sample, "round-2/scone.md", "text\n\n| Metric | R0 |\n|---|---|\n| Wisdom | 48 |\n");
	expect(derive_sample_read(&sample, "tables"));
	expect(reported("round-2/muffin.md", 3) && !reported("round-2/scone.md", 0));
	expect(!round_of(1)->score.present);
}

static void a_register_finds_its_labels(void)
{
	begin();
	derive_sample_add(&sample, "round-0.summary.md",
					  "| Tension | Description | Status |\n|---|---|---|\n| T01 | first | Open |\n");
	derive_sample_add(&sample, "round-1.summary.md",
					  "| Tension | Description | Status |\n|---|---|---|\n| **T01** | first | Resolved |\n"
					  "| **T03** | brand new | New |\n");
	expect(derive_sample_read(&sample, "tables"));
	expect_text(derive_sample_tension(&sample, "T0003")->label, "brand new");
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	read_with("tensions.md", "| ID | Topic | Consensus |\n|---|---|---|\n| T01 | doors | Yes |\n| T02 | walls | No |\n"
							 "| T03 | roofs | perhaps |\n| none | at all | Yes |\n");
	expect_text(derive_sample_tension(&sample, "T0001")->label, "doors");
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect_string(derive_sample_status(&sample, "T0002"), "open");
	expect(reported("tensions.md", 5));
	read_with("tensions.md",
			  "| ID | Tension | Status |\n|---|---|---|\n| T01 | a | Resolved |\n| # | b | Resolved |\n");
	expect(reported("tensions.md", 4));
	read_with("tensions.md", "| # | Tension | Status |\n|---|---|---|\n| 1 | a | Resolved |\n");
	expect(reported("tensions.md", 1));
}

static void a_later_statement_of_the_same_file_is_reported(void)
{
	read_with("tensions.md", "| ID | Tension | Status |\n|---|---|---|\n| T01 | a | Deferred |\n\n# Later\n\n"
							 "| ID | Tension | Status |\n|---|---|---|\n| T01 | a | Resolved |\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "tensions.md", 3));
}

static void a_status_may_go_on_with_how_it_came_to_be(void)
{
	read_with("round-1.summary.md",
			  "# Round 1\n\n- T01: Resolved by the cap\n\n**T02 (walls): Deferred** until May.\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect_string(derive_sample_history(&sample, "T0002"), "deferred R1 judge");
	read_with(
		"round-1.summary.md",
		"# Round 1\n\n- T01: open questions remain\n- T02 resolved itself\n- T02: a wall\n\n**T01**: Resolved?\n");
	expect_string(derive_sample_history(&sample, "T0001"), "");
	expect_string(derive_sample_history(&sample, "T0002"), "");
	expect(reported("round-1.summary.md", 3) && reported("round-1.summary.md", 4));
	expect(!reported("round-1.summary.md", 5) && reported("round-1.summary.md", 7));
	read_with("round-1.summary.md", "# Round 1\n\n- T01-T02: all resolved\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
}

static void four_parts_in_one_cell_and_experts_as_columns(void)
{
	read_with("scoreboard.md",
			  "| Round | W/C/T/R | Score |\n|---|---|---|\n| 0 | 12/8/9/7 | 36 |\n| 1 | 1:2:3:4 | 10 |\n");
	expect_integer(round_of(0)->truth.value, 9);
	expect_integer(round_of(1)->wisdom.value, 1);
	read_with("scoreboard.md", "| Round | Muffin | Scone | Total |\n|---|---|---|---|\n| R0 | 20 | 16 | 36 |\n");
	expect_integer(score_of(TEXT("scone"), 0)->total.value, 16);
	expect_integer(round_of(0)->score.value, 36);
	read_with("scoreboard.md", "| Expert (Role) | Score (all rounds) |\n|---|---|\n| Muffin (Baker) | 44 |\n");
	expect_integer(record_expert(&sample.result.record, TEXT("muffin"))->scores.count, 1);
	read_with("scoreboard.md", "| Expert | R0 | R0 Notes |\n|---|---|---|\n| Muffin | 44 | good |\n");
	expect_integer(score_of(TEXT("muffin"), 0)->total.value, 44);
	expect(reported("scoreboard.md", 1));
	read_with("scoreboard.md", "# Scoreboard\n\n## Round 1\n\n**Round Total**: 36\n");
	expect_integer(round_of(1)->score.value, 36);
}

static void status_and_resolution_stand_below_a_row(void)
{
	read_with("tensions.md", "# Tensions\n\n**T01: walls**\nStatus: Resolved (R0)\nResolution: a limit\n\n"
							 "- T02: roofs\n  - **Status**: superseded by MUFFIN R1-T01\n\n"
							 "### T03: doors\n- **Resolution**: kept shut\n\n### T04: gates\n- **Resolution**: TBD\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R0 judge");
	expect_text(derive_sample_tension(&sample, "T0001")->label, "walls");
	expect_string(derive_sample_history(&sample, "T0002"), "merged R1 judge");
	expect_string(derive_sample_history(&sample, "T0003"), "resolved R1 judge");
	expect_string(derive_sample_history(&sample, "T0004"), "");
	read_with("notes.md", "# Notes\n\n## Tensions\n\n**T01: walls**\nStatus: Deferred\n");
	expect_string(derive_sample_history(&sample, "T0001"), "deferred R1 judge");
	expect_integer(derive_sample_problems(&sample, PROBLEM_NOT_UNDERSTOOD), 0);
}

static void a_status_may_stand_in_front(void)
{
	read_with("tensions.md", "# Tensions\n\n- \u2705 RESOLVED - T01: walls\n- [ ] T02: roofs\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect_text(derive_sample_tension(&sample, "T0002")->label, "roofs");
	read_with("round-1.summary.md", "# Round 1\n\n**Tensions resolved**: T01, T02\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect_string(derive_sample_history(&sample, "T0002"), "resolved R1 judge");
	read_with("round-1.summary.md",
			  "# Round 1\n\n- Consensus: T01 remains open\n\n## Resolved Tensions\n\n- T02: by a wall\n");
	expect_string(derive_sample_history(&sample, "T0001"), "");
	expect_string(derive_sample_history(&sample, "T0002"), "resolved R1 judge");
}

static void columns_of_numbers_without_a_known_name_are_reported(void)
{
	read_with("scoreboard.md",
			  "| Round | Score | ALIGNMENT Velocity | Sparks |\n|---|---|---|---|\n| 0 | 40 | 5 | 7 |\n");
	expect_integer(round_of(0)->velocity.value, 5);
	expect(reported("scoreboard.md", 1));
	read_with("scoreboard.md", "| Round | Score | Cumulative | Note |\n|---|---|---|---|\n| 0 | 40 | 40 | slow |\n");
	expect(!reported("scoreboard.md", 0));
}

static void a_label_may_say_how_its_tension_stands(void)
{
	read_with("tensions.md", "| ID | Tension |\n|---|---|\n| T01 | walls (RESOLVED) |\n| T02 | open doors |\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect_string(derive_sample_history(&sample, "T0002"), "");
}

static void ids_may_be_links(void)
{
	read_with("tensions.md", "| ID | Tension | Status |\n|---|---|---|\n| [T01](round-0/muffin.md) | a | Resolved |\n");
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect(!reported("tensions.md", 0));
}

static void a_label_may_stand_behind_its_id(void)
{
	read_with("tensions.md", "| Tension | Raised | Status |\n|---|---|---|\n| **T01**: walls | Muffin R0 | Open |\n");
	expect_text(derive_sample_tension(&sample, "T0001")->label, "walls");
}

static void a_tick_resolves_where_no_word_says_otherwise(void)
{
	read_with("tensions.md", "# Tensions\n\n- [x] T01: walls\n- [x] T02: roofs (open)\n- [ ] T03: doors\n");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect_text(derive_sample_tension(&sample, "T0001")->label, "walls");
	expect_string(derive_sample_status(&sample, "T0002"), "open");
	expect_string(derive_sample_status(&sample, "T0003"), "open");
	read_with("tensions.md", "# Tensions\n\n## Deferred\n\n- [x] T01: walls\n");
	expect_string(derive_sample_history(&sample, "T0001"), "deferred R1 judge");
	read_with("tensions.md", "# Tensions\n\n## Open Tensions\n\n- [x] T01: walls\n- [ ] T02: roofs\n");
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect_string(derive_sample_status(&sample, "T0002"), "open");
	read_with("round-1.summary.md", "# Round 1\n\n- [x] T01: spoken of\n");
	expect_string(derive_sample_history(&sample, "T0001"), "");
	expect(reported("round-1.summary.md", 3));
	read_with("round-2/muffin.md", "- [x] T02: read\n");
	expect_string(derive_sample_history(&sample, "T0002"), "");
	expect(reported("round-2/muffin.md", 1));
}

static void a_lone_row_and_an_equals_sign_are_fields(void)
{
	read_with("round-0.summary.md", "# Round 0\n\nVelocity = 35\n\n| **Mood** | good |\n");
	expect_integer(round_of(0)->velocity.value, 35);
	expect(reported("round-0.summary.md", 5));
	read_with("scoreboard.md", "# Scoreboard\n\n| **Status** | Converged |\n");
	expect(record_meta(&sample.result.record)->status == DIALOGUE_CONVERGED);
}

static void a_later_marker_beside_a_register_without_rounds_is_reported(void)
{
	begin();
	derive_sample_add(&sample, "round-1/brioche.md", "[TENSION T09: late]\n");
	derive_sample_add(&sample, "tensions.md",
					  "| ID | Tension | Status |\n|---|---|---|\n| T01 | a | Open |\n"
					  "| T02 | b | Open |\n");
	expect(derive_sample_read(&sample, "tables"));
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "round-1/brioche.md", 1));
	expect_integer(derive_sample_problems(&sample, PROBLEM_CONTRADICTION), 1);
}

static void a_score_is_the_sum_of_its_parts(void)
{
	read_with("scoreboard.md", "| Round | W | C | T | R |\n|---|---|---|---|---|\n| 0 | 1 | 2 | 3 | 4 |\n"
							   "| 1 | 5 | 6 | 7 | |\n");
	expect_integer(round_of(0)->score.value, 10);
	expect(!round_of(1)->score.present);
	read_with("scoreboard.md", "| Round | W/C/T/R |\n|---|---|\n| 0 | 1/2/3/4 |\n| 1 | 2/2/2/2 |\n\n"
							   "**Total ALIGNMENT**: 20\n");
	expect_integer(round_of(1)->score.value, 8);
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "scoreboard.md", 6));
}

static void a_row_of_placeholders_is_no_tension(void)
{
	read_with("tensions.md",
			  "| ID | Tension | Raised | Status |\n|---|---|---|---|\n| T01 | [Awaiting round 0] | \u2014 | |\n"
			  "| T02 | \u2014 | \u2014 | Resolved |\n| T03: doors | \u2014 | | |\n");
	expect_string(derive_sample_status(&sample, "T0002"), "resolved");
	expect(derive_sample_tension(&sample, "T0001") == NULL);
	expect(derive_sample_problem(&sample, PROBLEM_PLACEHOLDER, "tensions.md", 3));
	expect(!derive_sample_problem(&sample, PROBLEM_PLACEHOLDER, "tensions.md", 4));
}

static void a_concession_names_in_small_letters(void)
{
	read_with("round-2/scone.md", "[CONCESSION to muffin]\n\n[CONCESSION to nobody: x]\n");
	const struct record_list *moves = &sample.result.record.lists[ENTITY_MOVE];
	expect_integer((int64_t)moves->count, 2);
	expect_text(((const struct entity_move *)moves->items[0])->targets.items[0], "muffin");
	expect(derive_sample_problem(&sample, PROBLEM_TARGET_NOT_FOUND, "round-2/scone.md", 3));
}

static void a_cell_that_goes_on_after_a_name_is_that_member(void)
{
	begin();
	derive_sample_add(&sample, "round-0/panel.json", "[\"Muffin\", \"Scone\"]");
	derive_sample_add(&sample, "scoreboard.md",
					  "| Expert | R0 |\n|---|---|\n| Muffin the baker | 9 |\n| Scone, miller | 8 |\n"
					  "| Scone and Muffin | 6 |\n| Muffin Top | 7 |\n");
	expect(derive_sample_read(&sample, "tables"));
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_EXPERT), 3);
	expect_integer(score_of(TEXT("muffin"), 0)->total.value, 9);
	expect_integer(score_of(TEXT("scone"), 0)->total.value, 8);
	expect_integer(score_of(TEXT("muffin-top"), 0)->total.value, 7);
	expect(reported("scoreboard.md", 5));
}

static const struct tap_test tests[] = {
	{"a tick resolves a row of a list where no word says otherwise", a_tick_resolves_where_no_word_says_otherwise},
	{"a lone row and an equals sign are fields", a_lone_row_and_an_equals_sign_are_fields},
	{"a later marker beside a register without rounds is reported",
	 a_later_marker_beside_a_register_without_rounds_is_reported},
	{"a round's score is the sum of its parts", a_score_is_the_sum_of_its_parts},
	{"a row of placeholders is no tension", a_row_of_placeholders_is_no_tension},
	{"a concession names its target in small letters", a_concession_names_in_small_letters},
	{"a cell that goes on after a name is that member", a_cell_that_goes_on_after_a_name_is_that_member},
	{"W/C/T/R in one cell, experts as columns, names with brackets", four_parts_in_one_cell_and_experts_as_columns},
	{"Status and Resolution stand below a row", status_and_resolution_stand_below_a_row},
	{"a status may stand in front of its ids, and over a list of them", a_status_may_stand_in_front},
	{"columns of numbers without a known name are reported", columns_of_numbers_without_a_known_name_are_reported},
	{"ids of rows may be links", ids_may_be_links},
	{"a label may say how its tension stands", a_label_may_say_how_its_tension_stands},
	{"a label may stand behind its id in one cell", a_label_may_stand_behind_its_id},
	{"ALIGNMENT in the part of a round is its score; a Total there says too little", alignment_in_a_round_is_its_score},
	{"a field of a round that names none is reported", a_field_of_no_round_is_reported},
	{"totals given with their difference run up, unless the whole says otherwise", totals_with_their_difference_run_up},
	{"a row that names no round is reported, the row of the sum is the total",
	 rows_of_no_round_are_reported_and_the_sum_is_the_total},
	{"numbers divided by blanks or ticks, and ranges, are reported", numbers_written_otherwise_are_reported},
	{"rows with more or fewer cells than columns are reported", rows_with_other_cells_than_columns_are_reported},
	{"columns of rounds have other names and W/C/T/R cells", columns_of_rounds_by_other_names},
	{"an expert's total is compared with the rounds", a_total_elsewhere_is_compared_with_the_rounds},
	{"an expert's own table of scores is reported", an_experts_table_of_scores_is_reported},
	{"a register finds its labels, and reports rows without an id", a_register_finds_its_labels},
	{"a statement that loses to a later one of its file is reported", a_later_statement_of_the_same_file_is_reported},
	{"a status goes on with how it came to be; one not set off is reported", a_status_may_go_on_with_how_it_came_to_be},
};
TAP_MAIN(tests)
