/*
 * Who says a marker, and whom or what it names: the row, list item or line before the file; a name that nobody bears is
 * nobody's.
 */
#include "derive_sample.h"
#include "record.h"
#include "tap.h"

static const char panel[] = "[{\"name\": \"Bo\"}, {\"name\": \"Cyd Long\"}, {\"name\": \"Dee\"}]";
static struct derive_sample sample;

static void begin(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-0/panel.json", panel);
}

static void read(void)
{
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-speech"));
}

/* The moves in order of expert: "converge bo, concede cyd-long > dee". */
static const char *moves(void)
{
	static char told[2048];
	size_t size = 0;
	told[0] = '\0';
	const struct record_list *list = &sample.result.record.lists[ENTITY_MOVE];
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_move *move = (const struct entity_move *)list->items[i];
		struct item_key_move key;
		expect(item_key_read_move(move->head.subkey, &key));
		int wrote = snprintf(told + size, sizeof(told) - size, "%s%s %.*s", size > 0 ? ", " : "",
							 vocabulary_word(&vocabulary_move_type, move->move_type).data, (int)key.expert.size,
							 key.expert.data);
		size += wrote > 0 ? (size_t)wrote : 0;
		for (size_t j = 0; j < move->targets.count && size < sizeof(told); j++) {
			wrote = snprintf(told + size, sizeof(told) - size, "%s%.*s", j > 0 ? " " : " > ",
							 (int)move->targets.items[j].size, move->targets.items[j].data);
			size += wrote > 0 ? (size_t)wrote : 0;
		}
		expect(size < sizeof(told));
	}
	return told;
}

static void expect_moves(const char *response, const char *wanted)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", response);
	read();
	expect_string(moves(), wanted);
}

static void a_list_item_names_who_speaks(void)
{
	expect_moves("- Dee: [MOVE:CONVERGE]\n", "converge dee");
	expect_moves("- **Cyd Long** (Miller): [MOVE:CONVERGE]\n- [MOVE:CONVERGE]\n", "converge bo, converge cyd-long");
	expect_moves("- **Dee** MOVE:CONVERGE\n", "converge dee");
	expect_moves("- Dee:\n  [MOVE:CONVERGE]\n", "converge dee");
	expect_moves("1. Dee:\n   - she said\n   - [MOVE:CONVERGE]\n", "converge dee");
	expect_moves("- Dee: [CONCESSION: one] and [REFINEMENT: two]\n", "concede dee, refine dee");
	expect_moves("Dee: [MOVE:CONVERGE]\n", "converge dee");
	expect_integer((int64_t)sample.result.problems.count, 0);
}

static void a_list_item_about_a_member_is_the_files(void)
{
	expect_moves("- Dee is right: [CONCESSION: one]\n", "concede bo");
	expect_moves("- Dee's flour [CONCESSION: one]\n", "concede bo");
	expect_moves("- Dee: [CONCESSION to Dee: one]\n", "concede bo > dee");
	expect_moves("- Dee: what she says\n  - [CONCESSION: one]\n", "concede bo");
	expect_moves("- Dee:\n\nBut then:\n\n  - [CONCESSION: one]\n", "concede bo");
}

static void a_row_names_who_speaks(void)
{
	expect_moves("| Agent | Signal |\n|---|---|\n| Dee | [MOVE:CONVERGE] |\n| Cyd | [MOVE:CONVERGE] |\n",
				 "converge cyd-long, converge dee");
	expect_moves("| | Signal |\n|---|---|\n| Dee | [MOVE:CONVERGE] |\n| \u2014 | [MOVE:CONVERGE] |\n",
				 "converge bo, converge dee");
	expect_moves("| Action | Target |\n|---|---|\n| [MOVE:BRIDGE] | Dee |\n", "bridge bo");
	expect_moves("| Name | Point |\n|---|---|\n| Rye | [CONCESSION: one] |\n", "concede bo");
}

static void a_row_of_nobody_known_is_reported(void)
{
	static const char *const cells[] = {"Ghost", "Dee and Cyd", "The Judge"};
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		char response[256];
		snprintf(response, sizeof(response), "| Agent | Signal |\n|---|---|\n| %s | [MOVE:CONVERGE] |\n", cells[i]);
		expect_moves(response, "");
		expect(derive_sample_problem(&sample, PROBLEM_NO_AUTHOR, "round-0/bo.md", 3));
		expect_integer((int64_t)sample.result.count.markers, 1);
		expect_integer((int64_t)sample.result.count.recognised, 0);
	}
}

static void who_speaks_in_anothers_section_has_a_seat(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "2026-01-01T0000Z-speech.dialogue.recorded.md",
					  "# D\n\n| Expert | Role |\n|---|---|\n| Ada | a |\n| Bo-Lin | b |\n| Expert 3 | c |\n\n"
					  "## Round 0\n\n**Ada**: [CONCESSION: one]\n- Bo-Lin: [CONCESSION: two]\n"
					  "- **Expert 3** MOVE:CONVERGE\n");
	read();
	expect_string(moves(), "concede ada, concede bo-lin, converge expert-3");
	const struct entity_round *round = record_round(&sample.result.record, 0);
	expect(round != NULL);
	expect_integer(round->panel_size.value, 3);
	const struct entity_move *move = (const struct entity_move *)sample.result.record.lists[ENTITY_MOVE].items[1];
	expect_text(move->context, "two");
}

static const char own[] = "[TENSION T01: mine]\n[PERSPECTIVE P01: my view]\n";

static void an_id_of_a_stranger_names_nothing(void)
{
	static const char *const markers[] = {
		"[RESOLVED DEEE-T01: x]\n",
		"[RESOLVED GHOST-T0001: x]\n",
		"[REFINEMENT GHOST-T01: x]\n",
		"[RESOLVED: GHOST-T01 by lime]\n",
		"[MOVE:CHALLENGE GHOST-P01: x]\n",
		"[RESOLVED CID LONG-T01: x]\n",
		"[RESOLVED MUFIN T01: x]\n",
		"[CLAIM C01: c]\n[RE:SUPPORT GHOST-P01]\n",
		"[CLAIM C01: c]\n[RE:OPPOSE GHOST-P0001]\n",
		"- **GHOST-T01**: resolved\n",
	};
	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
		begin();
		derive_sample_add(&sample, "round-0/bo.md", own);
		derive_sample_add(&sample, "round-1/panel.json", "[\"Bo\", \"Cyd Long\", \"Dee\", \"Muffin\"]");
		derive_sample_add(&sample, "round-1/bo.md", markers[i]);
		read();
		expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_TARGET_NOT_FOUND), 1);
		expect(derive_sample_problem(&sample, PROBLEM_TARGET_NOT_FOUND, "round-1/bo.md", 0));
		expect_string(derive_sample_status(&sample, "T0001"), "open");
		expect_string(derive_sample_history(&sample, "T0001"), "");
		expect_integer((int64_t)derive_sample_count(&sample, ENTITY_REF), 0);
		const struct record_list *list = &sample.result.record.lists[ENTITY_MOVE];
		for (size_t j = 0; j < list->count; j++)
			expect_integer((int64_t)((const struct entity_move *)list->items[j])->targets.count, 0);
	}
}

static void a_word_before_an_id_is_no_name(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", own);
	derive_sample_add(&sample, "round-1/panel.json", panel);
	derive_sample_add(&sample, "round-1/bo.md", "[RESOLVED Tension-T01: x]\n");
	read();
	expect_string(derive_sample_status(&sample, "T0001"), "resolved");
	expect_integer((int64_t)sample.result.problems.count, 0);
}

static void a_row_of_a_stranger_is_no_row_of_the_judge(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "[TENSION T01: Silt]\n");
	derive_sample_add(&sample, "tensions.md",
					  "| ID | Tension | Status |\n|---|---|---|\n| T01 | Silt | open |\n| T02 | Price | open |\n"
					  "| GHOST-T02 | Price | resolved |\n");
	read();
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 2);
	expect_string(derive_sample_status(&sample, "T0001"), "open");
	expect_string(derive_sample_status(&sample, "T0002"), "open");
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_TARGET_NOT_FOUND), 1);
	expect(derive_sample_problem(&sample, PROBLEM_TARGET_NOT_FOUND, "tensions.md", 5));
}

static void a_move_goes_on_behind_a_bold_label_or_a_name(void)
{
	expect_moves("**Signal**: MOVE:CONVERGE, since x\n", "converge bo");
	expect_moves("**Signal:** MOVE:CONVERGE. The plan holds.\n", "converge bo");
	expect_moves("- **Move**: CONVERGENCE CONFIRMED (all done)\n", "converge bo");
	expect_moves("Dee: MOVE:CONVERGE and done\n", "converge dee");
	expect_moves("| Agent | Signal |\n|---|---|\n| Dee | MOVE:CONVERGE, since x |\n", "converge dee");
	expect_integer((int64_t)sample.result.problems.count, 0);
}

static void a_move_in_a_sentence_is_reported(void)
{
	static const char *const responses[] = {
		"Signal: MOVE:CONVERGE and done\n",       "MOVE:CONVERGE, since x\n",
		"- CONVERGENCE CONFIRMED by all of us\n", "**Signal**: MOVE:CONVERGE once it is tested\n",
		"**Signal**: MOVE:CONVERGE, not yet\n",   "**Signal**: MOVE:CONVERGE is withheld\n",
		"**Signal**: MOVE:CONVERGE?\n",           "**Not signalled**: MOVE:CONVERGE, for x\n",
	};
	for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++) {
		expect_moves(responses[i], "");
		expect_integer((int64_t)sample.result.problems.count, 1);
		expect_integer((int64_t)sample.result.count.markers, 1);
	}
}

static void what_the_judge_tells_of_moves_is_nobodys(void)
{
	static const char *const lines[] = {"All experts signaled [MOVE:CONVERGE].\n",
										"**Convergence**: MOVE:CONVERGE by all of them\n",
										"MOVE:CONVERGE was signalled by all\n", "The MOVE:CONVERGE count is six\n",
										"| Signal | Count |\n|---|---|\n| MOVE:CONVERGE given | 6 |\n"};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		begin();
		derive_sample_add(&sample, "round-0.summary.md", lines[i]);
		read();
		expect_string(moves(), "");
		expect_integer((int64_t)sample.result.count.recognised, 0);
	}
}

static void a_move_has_several_targets(void)
{
	expect_moves("[MOVE:BRIDGE @cyd, @dee: both]\n", "bridge bo > cyd-long dee");
	expect_moves("[MOVE:CHALLENGE to Cyd Long & Dee: both]\n", "challenge bo > cyd-long dee");
	expect_integer((int64_t)sample.result.problems.count, 0);
	expect_moves("[MOVE:CHALLENGE to Dee, Ghost: both]\n", "challenge bo > dee");
	expect(derive_sample_problem(&sample, PROBLEM_TARGET_NOT_FOUND, "round-0/bo.md", 1));
}

static const struct tap_test tests[] = {
	{"a list item or line names who speaks before the file does", a_list_item_names_who_speaks},
	{"a list item about a member leaves the marker to the file's expert", a_list_item_about_a_member_is_the_files},
	{"a row names who speaks before the file does; a column of targets does not", a_row_names_who_speaks},
	{"a row that names nobody who is known is reported and counts for nobody", a_row_of_nobody_known_is_reported},
	{"who speaks in another's section sits in that round, and ends what stands before",
	 who_speaks_in_anothers_section_has_a_seat},
	{"an id with the name of nobody who takes part names nothing and is reported", an_id_of_a_stranger_names_nothing},
	{"a word before an id is no name", a_word_before_an_id_is_no_name},
	{"a register's row with a stranger's id is reported, the others stay the Judge's",
	 a_row_of_a_stranger_is_no_row_of_the_judge},
	{"a move that goes on as a sentence counts behind a bold label or a name",
	 a_move_goes_on_behind_a_bold_label_or_a_name},
	{"a move in another sentence of an expert's is reported", a_move_in_a_sentence_is_reported},
	{"what the Judge tells of moves is nobody's", what_the_judge_tells_of_moves_is_nobodys},
	{"a move has several targets", a_move_has_several_targets},
};
TAP_MAIN(tests)
