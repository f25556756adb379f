/*
 * Which tension is T01, and how it stands: registers, matching, history.
 */
#include "derive_sample.h"
#include "tally.h"
#include "tap.h"

static struct derive_sample sample;

static void begin(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
}

static void read_all(void)
{
	expect(derive_sample_read(&sample, "t"));
}

static void an_id_without_a_round_is_of_an_earlier_one(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: old]\nbody\n");
	derive_sample_add(&sample, "round-1/muffin.md",
					  "[RESOLVED T01: MUFFIN-T01 (old one)]\nwhy\n\n[TENSION T01: new]\nbody\n");
	derive_sample_add(
		&sample, "round-1/scone.md",
		"[RESOLVED MUFFIN R0-T01]\nme too\n\n[RESOLVED T09: none]\n\n[RESOLVED: nothing named]\n\n[CONCESSION: plain]\n");
	read_all();
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 muffin, commented R1 scone");
	expect_string(derive_sample_status(&sample, "T0101"), "open");
	expect_integer(derive_sample_problems(&sample, PROBLEM_NO_TENSION), 2);
	expect_integer(derive_sample_moves(&sample, 1, "resolve"), 4);
}

static void the_judges_rows_and_rule_one(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: cost of paper]\nfirst\n");
	derive_sample_add(&sample, "round-0/scone.md", "[TENSION T01: length of string]\nsecond\n\n[TENSION T02: wind]\n");
	derive_sample_add(
		&sample, "tensions.md",
		"| ID | Tension | Raised | Status | Resolution |\n|---|---|---|---|---|\n"
		"| T1 | Paper | Muffin R0 | **Resolved R0** | buy less |\n| T2 | Length of string! | Eclair | Open | - |\n"
		"| T3 | Breeze | Scone R0 | partially resolved | half |\n");
	read_all();
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 3);
	expect_text(derive_sample_tension(&sample, "T0001")->label, "Paper");
	expect_text(derive_sample_tension(&sample, "T0001")->body, "first");
	expect_text(derive_sample_tension(&sample, "T0002")->body, "second");
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect_string(derive_sample_status(&sample, "T0002"), "open");
	expect_string(derive_sample_status(&sample, "T0003"), "addressed");
	expect_text(derive_sample_tension(&sample, "T0003")->contributors.items[0], "scone");
	struct display_id id = {.type = ENTITY_TENSION, .round = 0, .seq = 1};
	expect_text(tally_last_resolution(&sample.result.record, id), "buy less");
}

static void what_is_left_over_is_merged_where_the_register_covers_it(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: one thing]\n");
	derive_sample_add(&sample, "round-0/scone.md", "[TENSION T01: another thing]\n");
	derive_sample_add(&sample, "round-2/muffin.md", "[TENSION T01: later]\n\n[RESOLVED T01]\nof the register\n");
	derive_sample_add(&sample, "tensions.md",
					  "| ID | Tension | Status |\n|---|---|---|\n| T01 | Something else | Open R1 |\n");
	read_all();
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 4);
	expect_string(derive_sample_status(&sample, "T0002"), "merged");
	expect_string(derive_sample_status(&sample, "T0003"), "merged");
	expect_string(derive_sample_status(&sample, "T0201"), "open");
	struct tally tally;
	tally_whole(&sample.result.record, &tally);
	expect_integer(tally.tensions, 2);
	expect_integer(tally.tensions_merged, 2);
}

static void rule_three_goes_by_round(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: a]\n");
	derive_sample_add(&sample, "round-1/muffin.md", "[TENSION T05: b]\n");
	derive_sample_add(
		&sample, "tensions.md",
		"| ID | Tension | Raised by | Status |\n|---|---|---|---|\n| T07 | x | Muffin | Open |\n| T08 | y | Muffin R1 | Open |\n");
	read_all();
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 2);
	expect_text(derive_sample_tension(&sample, "T0007")->contributors.items[0], "muffin");
	expect_text(derive_sample_tension(&sample, "T0008")->contributors.items[0], "muffin");
}

static void rule_four_needs_a_number_raised_once(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: a]\n\n[TENSION T02: only]\nbody two\n");
	derive_sample_add(&sample, "round-0/scone.md", "[TENSION T01-R0: b]\n");
	derive_sample_add(&sample, "tensions.md",
					  "| ID | Tension | Status |\n|---|---|---|\n| T01 | x | Open |\n| T02 | y | Open |\n");
	read_all();
	expect_text(derive_sample_tension(&sample, "T0002")->body, "body two");
	expect(!text_present(derive_sample_tension(&sample, "T0001")->body));
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 4);
}

static void a_register_may_hold_the_experts_own(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "text\n");
	derive_sample_add(&sample, "round-0/scone.md", "text\n");
	derive_sample_add(
		&sample, "tensions.md",
		"| ID | Expert | Tension | Resolution |\n|---|---|---|---|\n| T01 | Muffin | a | Narrowed: only the half |\n"
		"| T01 | Scone | b | pending |\n");
	read_all();
	expect_text(derive_sample_tension(&sample, "T0001")->contributors.items[0], "muffin");
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect_string(derive_sample_status(&sample, "T0002"), "open");
}

static void a_status_cell_decides_in_the_end(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: a]\n");
	derive_sample_add(&sample, "round-1/muffin.md", "[RESOLVED T01]\nfor now\n");
	derive_sample_add(&sample, "round-2/muffin.md", "[REFINEMENT on T02: more]\n");
	derive_sample_add(
		&sample, "tensions.md",
		"| ID | Tension | Raised | Status |\n|---|---|---|---|\n| T01 | a | Muffin | Open |\n| T02 | b | Muffin | Deferred R1 |\n");
	read_all();
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 muffin, reopened R2 judge");
	expect_string(derive_sample_history(&sample, "T0002"), "deferred R1 judge");
}

static int64_t raised_round(const char *id)
{
	const struct entity_tension *tension = derive_sample_tension(&sample, id);
	return tension->raised_round.present ? tension->raised_round.value : -1;
}

static void a_row_keeps_the_round_that_raised_it(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: a]\n");
	derive_sample_add(&sample, "round-1/muffin.md", "[TENSION T04: d]\n");
	derive_sample_add(&sample, "round-1/scone.md", "[TENSION T02: b]\n");
	derive_sample_add(
		&sample, "tensions.md",
		"| ID | Tension | Raised | Status |\n|---|---|---|---|\n| T01 | a | Muffin R0, Scone R1 | Open |\n"
		"| T02 | b | Scone R1 | Open |\n| T03 | c | Several R1 | Open |\n| T04 | d | - | Open |\n"
		"| T05 | e | R9 | Open |\n");
	read_all();
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 5);
	expect_integer(raised_round("T0001"), -1); /* as its id says */
	expect_integer(raised_round("T0002"), 1);
	expect_integer(raised_round("T0003"), 1);
	expect_integer(raised_round("T0004"), 1);  /* of its marker */
	expect_integer(raised_round("T0005"), -1); /* no such round */
	struct tally_round tally;
	tally_round(&sample.result.record, 0, &tally);
	expect_integer(tally.open_tensions, 2);
}

static void what_closes_a_document_is_the_reason(void)
{
	begin();
	derive_sample_add(
		&sample, "t.dialogue.recorded.md",
		"# Alignment Dialogue: T\n\n| ID | Tension | Raised | Status | Resolution |\n|---|---|---|---|---|\n"
		"| T01 | rye or wheat | Muffin R0 | Resolved | R1 (rye) |\n"
		"| T02 | salt | Muffin R0 | Resolved R1 | a pinch |\n\n"
		"## Round 0\n\n### Muffin\n\n[TENSION T01: rye or wheat]\n\n### Judge: Consensus reached\n\n"
		"- **T01** Resolved: oats\n\n## Round 1\n\n### Muffin\n\ntext\n\n### Judge Summary: Round 1\n\n- **T02** Resolved: two pinches\n\n"
		"## Judge: Convergence achieved\n\n### Tensions\n\n| ID | Resolution |\n|---|---|\n"
		"| T01 | Rye, for it keeps |\n");
	read_all();
	struct display_id id = {.type = ENTITY_TENSION, .round = 0, .seq = 1};
	expect_text(tally_last_resolution(&sample.result.record, id), "Rye, for it keeps");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R0 judge, resolved R1 judge");
	id.seq = 2;
	expect_text(tally_last_resolution(&sample.result.record, id), "a pinch"); /* a round's summary is how it was then */
	expect_integer(derive_sample_problems(&sample, PROBLEM_CONTRADICTION), 0);
}

static void headings_and_lists_state_what_they_set_off(void)
{
	begin();
	derive_sample_add(
		&sample, "round-0/muffin.md",
		"[TENSION T01: a]\n\n[TENSION T02: b]\n\n[TENSION T03: c]\n\n[TENSION T04: d]\n\n[TENSION T05: e]\n");
	derive_sample_add(&sample, "round-1/muffin.md",
					  "## T05: (e) - Resolved\n\n- **T04**: Already resolved by others\n");
	derive_sample_add(
		&sample, "round-1.summary.md",
		"# Round 1\n\n### T01: The first one (6/6 consensus)\n\n- **T02**: Deferred - later\n\n3. **T03 RESOLVED**: as said\n\n"
		"- T04: open questions remain\n");
	read_all();
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect_string(derive_sample_history(&sample, "T0002"), "deferred R1 judge");
	expect_string(derive_sample_history(&sample, "T0003"), "resolved R1 judge");
	expect_string(derive_sample_history(&sample, "T0004"), "");
	expect_string(derive_sample_history(&sample, "T0005"), "resolved R1 muffin");
	expect_integer(derive_sample_moves(&sample, 1, "resolve"), 1);
}

static void headings_of_a_tensions_file_are_rows(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "text\n");
	derive_sample_add(&sample, "round-1/muffin.md", "text\n");
	derive_sample_add(
		&sample, "tensions.md",
		"# Tensions\n\n## RESOLVED\n\n### MUFFIN-T01 (R0): Too long\n**Resolved in R1** by Muffin: cut it.\n\n### MUFFIN R1-T01: Too short\n\n"
		"## OPEN - Round 1\n\n### MUFFIN R1-T02: Too wide\n**Status: NARROWED** - by half\n");
	read_all();
	expect_text(derive_sample_tension(&sample, "T0001")->label, "Too long");
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 judge");
	expect_string(derive_sample_status(&sample, "T0101"), "resolved");
	expect_string(derive_sample_status(&sample, "T0102"), "addressed");
	expect_integer(record_meta(&sample.result.record)->status, DIALOGUE_OPEN);
}

static void losers_are_reported_with_both_places(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: a]\n");
	derive_sample_add(&sample, "tensions.md", "| ID | Tension | Status |\n|---|---|---|\n| MUFFIN-T01 | a | Open |\n");
	derive_sample_add(&sample, "verdict.md",
					  "# V\n\n| ID | Resolution |\n|---|---|\n| MUFFIN-T01 (R0) | cut in two |\n");
	read_all();
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "tensions.md", 3));
}

static void a_label_that_goes_further_is_no_contradiction(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "text\n");
	derive_sample_add(&sample, "tensions.md",
					  "| ID | Tension | Status |\n|---|---|---|\n| T01 | Yeast | Open |\n| T02 | Salt | Open |\n");
	derive_sample_add(&sample, "t.dialogue.recorded.md",
					  "# T\n\n| ID | Tension | Status |\n|---|---|---|\n| T01 | Yeast → wild or bought | Open |\n"
					  "| T02 | Salty dough | Open |\n");
	read_all();
	expect_text(derive_sample_tension(&sample, "T0001")->label, "Yeast");
	expect(!derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "t.dialogue.recorded.md", 5));
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "t.dialogue.recorded.md", 6));
}

static void accepted_tensions_belong_to_the_verdict(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "text\n");
	derive_sample_add(&sample, "tensions.md", "| ID | Tension | Status |\n|---|---|---|\n| T01 | a | Accepted |\n");
	derive_sample_add(&sample, "verdict.md", "# End\n\n## Verdict\n\n**Take the risk and go on with it.**\n");
	read_all();
	expect_text(derive_sample_tension(&sample, "T0001")->accepted_by, "final");
	expect_text(derive_sample_verdict(&sample, "final")->tensions_accepted.items[0], "T0001");
	expect(!tally_tension_open(derive_sample_tension(&sample, "T0001")));
}

static void an_edge_reopens_what_was_settled(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: a]\n");
	derive_sample_add(&sample, "round-1/muffin.md", "[RESOLVED T01]\nso\n");
	derive_sample_add(&sample, "round-2/muffin.md", "[MUFFIN-C0201: not settled]\nwhy\n[RE:REOPEN T0001]\n");
	read_all();
	expect_string(derive_sample_history(&sample, "T0001"), "resolved R1 muffin, reopened R2 muffin");
}

static const struct tap_test tests[] = {
	{"an id without a round is the newest of an earlier one", an_id_without_a_round_is_of_an_earlier_one},
	{"a row takes the marker of the expert it names, or of equal label", the_judges_rows_and_rule_one},
	{"a marker left over is merged where the register covers its round",
	 what_is_left_over_is_merged_where_the_register_covers_it},
	{"as many rows as markers of a round go in order", rule_three_goes_by_round},
	{"a register without names takes a number raised once, tails counted", rule_four_needs_a_number_raised_once},
	{"repeated ids are the experts' own", a_register_may_hold_the_experts_own},
	{"a Status cell decides how a tension stands in the end", a_status_cell_decides_in_the_end},
	{"a row keeps the round that raised it", a_row_keeps_the_round_that_raised_it},
	{"what closes a document says how a tension was settled", what_closes_a_document_is_the_reason},
	{"a line states only what it sets off", headings_and_lists_state_what_they_set_off},
	{"headings of a file of tensions are rows, their groups the default", headings_of_a_tensions_file_are_rows},
	{"a status that loses is reported", losers_are_reported_with_both_places},
	{"a label that goes further is no contradiction", a_label_that_goes_further_is_no_contradiction},
	{"accepted tensions belong to the verdict", accepted_tensions_belong_to_the_verdict},
	{"a reopen edge reopens a settled tension", an_edge_reopens_what_was_settled},
};
TAP_MAIN(tests)
