/*
 * Dialogues of nobody we know: other names, headings, columns and ways of saying things, each held against the sentences
 * of import.md.
 */
#include "derive_sample.h"
#include "record.h"
#include "tap.h"

static struct derive_sample sample;

static void begin(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
}

static void expect_status(const char *id, const char *status, const char *history)
{
	expect_string(derive_sample_status(&sample, id), status);
	expect_string(derive_sample_history(&sample, id), history);
}

static const struct entity_move *move_of(const char *expert, const char *word)
{
	const struct record_list *moves = &sample.result.record.lists[ENTITY_MOVE];
	for (size_t i = 0; i < moves->count; i++) {
		const struct entity_move *move = (const struct entity_move *)moves->items[i];
		struct item_key_move key;
		if (item_key_read_move(move->head.subkey, &key) && text_equal(key.expert, text_of_string(expert)) &&
			text_equal(vocabulary_word(&vocabulary_move_type, move->move_type), text_of_string(word)))
			return move;
	}
	return NULL;
}

static void expect_targets(const char *expert, const char *word, const char *targets)
{
	char all[200] = "";
	const struct entity_move *move = move_of(expert, word);
	expect(move != NULL);
	for (size_t i = 0; i < move->targets.count; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%.*s", i > 0 ? " " : "",
				 (int)move->targets.items[i].size, move->targets.items[i].data);
	expect_string(all, targets);
}

static const char tea_panel[] = "{\"panel\": [{\"name\": \"A\u00f1ejo\", \"role\": \"Taster\", \"tier\": \"CORE\"},"
								"{\"name\": \"Bo\"}, {\"name\": \"Cyd Long\"}]}";
static const char tea_anejo_0[] =
	"### [TENSION T1: Steep long or short]\n\nLong is bitter.\n\n> [TENSION T2: Price]\n\n`[TENSION T3: in code]` and "
	"\"[TENSION T4: quoted]\"\n\n```\n[TENSION T5: in a fence]\n```\n\n* **[EVIDENCE E01: Nine of ten left half]** Counted.\n\n"
	"| Marker | n |\n|---|---|\n| [CONCESSION on T1] | 1 |\n";
static const char tea_bo_0[] =
	"[TENSION T01: Hard water]\n\n[BO-P0001: Leaves [not dust] matter] [RE:SUPPORT E0001] [RE:QUESTION "
	"T0001, T0002]\n";
static const char tea_cyd_0[] = "[RECOMMENDATION R01] Buy less\n\n[PERSPECTIVE P01 \u2014 Small pots]\n";
static const char tea_anejo_1[] =
	"[REFINED T1]\n[MOVE:ACCEPT to Bo on T02: fine]\n[MOVE:CHALLENGE-HARD T03]\n[MOVE:CONFIRM T04]\n[DEFER T05: later]\n"
	"[ACKNOWLEDGED T06]\n[REFINED RESOLUTION T07 & T08]\n[MOVE:WALTZ T09]\n[PROPOSAL: converge soon]\n"
	"[CONVERGENCE CONFIRMED-CONDITIONAL]\n[MOVE:PARTIAL-CONVERGE]\n";
static const char tea_cyd_1[] = "**CONVERGENCE CONFIRMED**\n\n[DISSENT: The pots are too small]\n\nReally.\n";
static const char tea_tensions[] =
	"# Tension tracker\n\n| Nr | ID | Issue | State | Raised by | Resolution |\n|---|---|---|---|---|---|\n"
	"| 1 | T01 | Steeping | \u2705 **Closed** (R1) | A\u00f1ejo R0 | short |\n"
	"| 2 | T02 | Price | Narrowed | A\u00f1ejo | |\n"
	"| 3 | T03 | Water | Partially resolved | Bo | soft water |\n"
	"| 4 | T04 | Cups | not resolved | | |\n"
	"| 5 | T05 | Milk | Deferred to spring | | |\n"
	"| 6 | T06 | Sugar | Superseded by T02 | | |\n"
	"| 7 | T07 | Spoons | Accepted | | we live with it |\n"
	"| 8 | T08 | Light | ~~Open~~ Agreed | | lamps |\n"
	"| 9 | T09 | Noise | Future work | | |\n"
	"| 10 | T10 | Chairs | Evolved into T04 | | |\n"
	"| 11 | T11 | Heat | Conditional | | |\n"
	"| 12 | T12 | Cold | Pending | | |\n"
	"| 13 | T13 | Wet | Blooming | | dried by now |\n"
	"| 14 | T14 | Dry | open \u2192 resolved | | |\n"
	"| 15 | T15 | Salt | | | Consensus |\n"
	"| 16 | T16 | Fat | | | \u2014 |\n"
	"| 17 | T17 | Oil | | | use less |\n"
	"| 18 | T18 | Ice | Acknowledged | | |\n";
static const char tea_summary[] =
	"# Round 1 Summary\n\n| Pastry | Move |\n|---|---|\n| A\u00f1ejo | MOVE:CONVERGE |\n| Cyd Long | "
	"[MOVE:CONVERGE] |\n\nBo: CONVERGENCE CONFIRMED\n";
static const char tea_scores[] =
	"# Scoreboard \u2014 Tea House (FINAL)\n\n| Round | W | C | T | R | Score |\n|---|---|---|---|---|---|\n| 0 | 10 | 5 | 5 | 5 | 25 "
	"|\n| 1 | 5 | 5 | 5 | 5 | 45 |\n\n**Total ALIGNMENT**: 45 | **Velocity**: +20\n\n## ~~Convergence Achieved~~\n\n## "
	"Convergence not achieved\n\n**Status**: In Progress\n";
static const char tea_verdict[] =
	"# Ruling on tea\n\n## Ruling\n\n**Is tea good?**\n\n**Converged.**\n\n**Decision**: Serve it "
	"short.\n\nMore.\n";

static void read_tea(void)
{
	begin();
	derive_sample_add(&sample, "round-0/panel.json", tea_panel);
	derive_sample_add(&sample, "round-1/panel.json", tea_panel);
	derive_sample_add(&sample, "round-0/anejo.md", tea_anejo_0);
	derive_sample_add(&sample, "round-0/bo.md", tea_bo_0);
	derive_sample_add(&sample, "round-0/cyd-long.md", tea_cyd_0);
	derive_sample_add(&sample, "round-1/anejo.md", tea_anejo_1);
	derive_sample_add(&sample, "round-1/bo.md", "**Signal:** CONVERGENCE CONFIRMED\n");
	derive_sample_add(&sample, "round-1/cyd-long.md", tea_cyd_1);
	derive_sample_add(&sample, "round-1.summary.md", tea_summary);
	derive_sample_add(&sample, "tensions.md", tea_tensions);
	derive_sample_add(&sample, "scoreboard.md", tea_scores);
	derive_sample_add(&sample, "verdict.md", tea_verdict);
	expect(derive_sample_read(&sample, "2026-01-02T0304Z-tea house"));
}

static void every_status_word(void)
{
	read_tea();
	expect_status("T0001", "resolved", "addressed R1 anejo, resolved R1 judge");
	expect_status("T0002", "addressed", "addressed R1 judge");
	expect_status("T0003", "addressed", "addressed R1 judge");
	expect_status("T0004", "open", "");
	expect_status("T0005", "deferred", "commented R1 anejo, deferred R1 judge");
	expect_status("T0006", "merged", "commented R1 anejo, merged R1 judge");
	expect_text(derive_sample_tension(&sample, "T0007")->accepted_by, "final");
	expect_status("T0008", "resolved", "resolved R1 anejo, resolved R1 judge");
	expect_status("T0009", "deferred", "deferred R1 judge");
	expect_status("T0010", "merged", "merged R1 judge");
	expect_status("T0011", "addressed", "addressed R1 judge");
	expect_status("T0012", "open", "");
	expect_status("T0013", "resolved", "resolved R1 judge");
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "tensions.md", 17));
	expect_status("T0014", "resolved", "resolved R1 judge");
	expect_status("T0015", "resolved", "resolved R1 judge");
	expect_status("T0016", "open", "");
	expect_status("T0017", "resolved", "resolved R1 judge");
	expect_status("T0018", "open", "commented R1 judge");
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 18);
}

static void names_that_are_not_ascii(void)
{
	read_tea();
	expect_text(derive_sample_tension(&sample, "T0001")->contributors.items[0], "anejo");
	expect_text(derive_sample_tension(&sample, "T0001")->label, "Steeping");
	expect_text(derive_sample_tension(&sample, "T0003")->contributors.items[0], "bo");
	expect(record_expert(&sample.result.record, TEXT("cyd-long")) != NULL);
}

static void words_of_moves(void)
{
	read_tea();
	expect_targets("anejo", "refine", "T0001");
	expect_targets("anejo", "concede", "bo T0002");
	expect_targets("anejo", "challenge", "T0003");
	expect_targets("anejo", "defend", "T0004");
	expect_targets("anejo", "resolve", "T0007 T0008");
	expect_integer((int64_t)derive_sample_moves(&sample, -1, "converge"), 3);
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_MOVE), 8);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-1/anejo.md", 8));
	expect(!derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-1/cyd-long.md", 0));
	expect_text(derive_sample_verdict(&sample, "dissent-r01-cyd-long")->recommendation, "The pots are too small");
}

static void statements_of_all_kinds(void)
{
	read_tea();
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_EVIDENCE), 1);
	expect_text(derive_sample_perspective(&sample, "P0001")->label, "Leaves [not dust] matter");
	expect_text(derive_sample_perspective(&sample, "P0002")->label, "Small pots");
	const struct record_list *refs = &sample.result.record.lists[ENTITY_REF];
	expect_integer((int64_t)refs->count, 3);
	expect_text(refs->items[0]->subkey, "P0001#question#T0001");
	expect_text(refs->items[2]->subkey, "P0001#support#E0001");
}

static void totals_that_run_and_words_that_are_struck_out(void)
{
	read_tea();
	const struct record *record = &sample.result.record;
	expect_text(record_meta(record)->title, "Tea House");
	expect_integer(record_meta(record)->status, DIALOGUE_OPEN);
	expect_integer(record_meta(record)->total_alignment.value, 45);
	expect_integer(record_round(record, 0)->score.value, 25);
	expect_integer(record_round(record, 1)->score.value, 20);
	expect(!record_round(record, 1)->velocity.present);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "scoreboard.md", 8));
	expect_text(derive_sample_verdict(&sample, "final")->recommendation, "Serve it short.");
}

static const char boat_tensions[] =
	"# Register\n\n```\n┌──────────────┬──────────────────────┬───────────────┐\n│ ID           │ Tension              │ Status      "
	"  │\n├──────────────┼──────────────────────┼───────────────┤\n│ ANN-T01 (R0) │ Sail or oar, said in │ Resolved R1   │\n│   "
	"           │ two lines            │               │\n├──────────────┼──────────────────────┼───────────────┤\n│ ANN-T02 (R0) │ "
	"Wood                 │ Partial       │\n├──────────────┼──────────────────────┼───────────────┤\n│ BEN R0-T01   │ Rope       "
	"          │ ~~Open~~ → closed │\n└──────────────┴──────────────────────┴───────────────┘\n```\n\n### ANN R1-T01: New "
	"sail\n**Status: DEFERRED** — next year\n";

static void ids_qualified_by_short_names(void)
{
	begin();
	derive_sample_add(&sample, "round-0/panel.json", "[{\"name\":\"Ann\"},{\"name\":\"Ben\"},{\"name\":\"3\"}]");
	derive_sample_add(&sample, "round-1/panel.json", "[{\"name\":\"Ann\"},{\"name\":\"Ben\"},{\"name\":\"3\"}]");
	derive_sample_add(&sample, "round-0/ann.md", "[TENSION T01: Sail or oar]\n\n[TENSION T02: Wood]\n");
	derive_sample_add(&sample, "round-0/ben.md", "[TENSION T01: Rope]\n");
	derive_sample_add(&sample, "round-0/3.md", "[TENSION T01: Paint]\n");
	derive_sample_add(&sample, "round-1/ann.md",
					  "[TENSION T01: New sail]\n[RESOLVED ANN-T01: oars]\n[CONCESSION: BEN-T01 is right]\n");
	derive_sample_add(&sample, "round-1/ben.md", "- **T01** — resolved: hemp it is\n\n**T01**: not resolved\n");
	derive_sample_add(&sample, "round-1/3.md", "[RESOLUTION T01, ANN T02 & BEN R0.T01 -- all]\n");
	derive_sample_add(&sample, "tensions.md", boat_tensions);
	expect(derive_sample_read(&sample, "2026-02-03T0405Z-boats"));
	expect_status("T0001", "resolved", "resolved R1 ann, commented R1 judge");
	expect_status("T0002", "addressed", "resolved R1 expert-3, addressed R1 judge");
	expect_status("T0003", "resolved", "resolved R1 ben, commented R1 expert-3, commented R1 judge");
	expect_status("T0004", "resolved", "resolved R1 expert-3");
	expect_status("T0101", "deferred", "deferred R1 judge");
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 5);
	expect_targets("ann", "concede", "T0003");
	expect_targets("expert-3", "resolve", "T0004 T0002 T0003");
	expect_targets("ben", "resolve", "T0003");
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_NO_TENSION), 0);
}

static const char garden[] =
	"# Garden Dialogue 2101: What to plant (FINAL)\n\n| | |\n|---|---|\n| **Started** | 2026-03-01 |\n| **Topic** | What grows here? "
	"|\n\n**Participants**: \U0001f499 Judge | \U0001f331 Fern | \U0001f33f Moss Green | Oak\n\n**Status**: ~~Converged~~ "
	"Complete\n\n| ID | Pastry | Title | Surfaced By | Consensus |\n|---|---|---|---|---|\n| T1-F | Fern | Shade | Fern R1 | 3/3 "
	"|\n| T1-M | Moss Green | Soil | R1 | 1/3 |\n| T1-O | Oak | Roots | R1 | Unresolved |\n\n## Round 1: Looking (3 experts)\n\n### "
	"Fern\n\n[TENSION T1: Too much shade]\nIt is dark.\n\n### \U0001f33f Moss Green\n\n[TENSION T1: Poor soil]\n\n### "
	"Oak:\n\n[TENSION T1: Roots everywhere]\n\n### Judge's Synthesis\n\nThree tensions.\n\n**Score**: 30 (+30) | **Velocity**: 5 | "
	"**Converge**: 0/3 | Open tensions: 3\n\n- T1-M: soil \u2014 addressed: by compost\n\n## Round 2\n\n**Fern:**\n[RESOLVED OAK T1] "
	"cut them.\n[MOVE:CONVERGE]\n\n**Oak**: I agree.\nCONVERGENCE CONFIRMED \u2705\n\n**Moss Green:** No signal from me.\n\n### "
	"\U0001f499 Judge\n\n| Round | Expert | Signal |\n|---|---|---|\n| R2 | Moss | **MOVE:CONVERGE** |\n\n**Score**: 50 (+20) | "
	"**Velocity**: 2 | **Converge**: 100%\n\n#### Final Aligned Design\n\n- **Velocity: 2**\n- Consensus: **plant ferns under the "
	"oak**\n\n## Lessons learned\n\n1. Soil first.\n2. [awaiting more]\n\n## Round 3\n\n[Awaiting responses]\n";

static void a_document_with_voices(void)
{
	begin();
	derive_sample_add(&sample, "2026-03-01T0000Z-garden.dialogue.md", garden);
	expect(derive_sample_read(&sample, "2026-03-01T0000Z-garden.dialogue.md"));
	const struct record *record = &sample.result.record;
	expect_text(record->dialogue_id, "garden");
	expect_text(record_meta(record)->title, "What to plant");
	expect_integer(record_meta(record)->number.value, 2101);
	expect_integer(record_meta(record)->status, DIALOGUE_CONVERGED);
	expect_text(record_meta(record)->question, "What grows here?");
	expect_integer((int64_t)record_meta(record)->insights.count, 1);
	expect_integer((int64_t)record_rounds(record), 2);
	expect(derive_sample_problems(&sample, PROBLEM_PLACEHOLDER) == 1);
	expect_integer(record_round(record, 1)->score.value, 30);
	expect_integer(record_round(record, 1)->open_tensions.value, 3);
	expect(text_starts_with(record_round(record, 1)->summary, TEXT("Three tensions.")));
	expect_integer(record_round(record, 2)->score.value, 20);
	expect_integer(record_round(record, 2)->converge_permille.value, 1000);
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 3);
	expect_status("T0101", "resolved", "resolved R2 judge");
	expect_status("T0102", "addressed", "addressed R1 judge");
	expect_status("T0103", "reopened", "resolved R2 fern, reopened R2 judge");
	expect_integer((int64_t)derive_sample_moves(&sample, 2, "converge"), 3);
	expect(!text_present(move_of("fern", "converge")->context));
	expect_text(derive_sample_verdict(&sample, "final")->recommendation, "plant ferns under the oak");
}

/* What stands under which heading as the decision, "" where none is made. */
static void headings_of_verdicts(void)
{
	static const struct {
		const char *verdict, *lead;
	} rows[] = {
		{"## Verdict\n\nUse oak.\n", "Use oak."},
		{"## Answer to it\n\n### NO.\n\nUse pine.\n", "NO. Use pine."},
		{"## Ruling\n\n**Recommendation:** Use ash.\n", "Use ash."},
		{"## Recommendation\n\nUse elm.\n", "Use elm."},
		{"## Recommendations\n\n**Use birch for every plank**\n", "Use birch for every plank"},
		{"## Final Decisions\n\nUse yew.\n", "Use yew."},
		{"## Converged Amendments\n\nUse fir.\n", "Use fir."},
		{"## Consensus Resolutions\n\nUse lime.\n", "Use lime."},
		{"## Aligned Consensus\n\nUse teak.\n", "Use teak."},
		{"## Final Architecture\n\nUse fig.\n\n## Recommendation\n\nUse nut.\n", "Use nut."},
		{"## Recommendation\n\nUse nut.\n\n## Verdict\n\nUse box.\n", "Use box."},
		{"## Verdict\n\nUse box.\n\n## Verdict\n\nUse rush.\n", "Use rush."},
		{"## Verdict\n\n**What now?**\n\n**Velocity 0, converged**\n\n**Vote**: 3/3\n\n**Bend the ribs with steam**\n",
		 "Bend the ribs with steam"},
		{"## Verdict\n\nThe panel asks for two woods:\n\n1. **Oak** - for the ribs\n2. **Ash** - for the oars\n\n---\n",
		 "The panel asks for two woods: 1. Oak - for the ribs; 2. Ash - for the oars"},
		{"## Ruling\n\nBefore autumn:\n\n- plane it.\n\n- oil it\n  twice\n- dry it\n\nThen rest.\n",
		 "Before autumn: plane it. oil it twice; dry it"},
		{"## Converged Tensions\n\nNone.\n", ""},
		{"## Final Thoughts\n\nNone.\n", ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		derive_sample_add(&sample, "round-0/muffin.md", "[PERSPECTIVE P01: x]\n");
		derive_sample_add(&sample, "verdict.md", rows[i].verdict);
		expect(derive_sample_read(&sample, "2026-01-01T0000Z-planks"));
		const struct entity_verdict *verdict = derive_sample_verdict(&sample, "final");
		expect_string(verdict != NULL ? "found" : "", rows[i].lead[0] != '\0' ? "found" : "");
		if (verdict != NULL)
			expect_text(verdict->recommendation, rows[i].lead);
	}
}

static const char score_rows[] =
	"| ID | Tension | Status | Raised |\n|---|---|---|---|\n| T01 | Alpha | open | Muffin R0, Scone R0 |\n| T02 "
	"| Beta | open | Scone |\n| T03 | Gamma | open | |\n| T04 | Delta | open | |\n";

/* Which tension is T01: rules (1) to (4), and what is left over. */
static void markers_that_are_rows(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: own words]\n[TENSION T-NEW: odd]\n");
	derive_sample_add(&sample, "round-0/scone.md", "[TENSION T01: other words]\n[TENSION T07: a later thought]\n");
	derive_sample_add(&sample, "round-0/eclair.md", "[TENSION T09: **gamma**!]\n[TENSION T04: of its own number]\n");
	derive_sample_add(&sample, "round-1/eclair.md", "[TENSION T01-R1: after it]\n[RESOLVED T01]\n[RESOLVED T12]\n");
	derive_sample_add(&sample, "tensions.md", score_rows);
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-rows"));
	const struct entity_tension *alpha = derive_sample_tension(&sample, "T0001");
	expect_integer((int64_t)alpha->contributors.count, 2);                                 /* (1) */
	expect_text(derive_sample_tension(&sample, "T0003")->contributors.items[0], "eclair"); /* (2) */
	expect_text(derive_sample_tension(&sample, "T0002")->contributors.items[0], "scone");  /* (3) */
	expect_text(derive_sample_tension(&sample, "T0004")->contributors.items[0], "judge"); /* others are named: no (4) */
	expect_string(derive_sample_status(&sample, "T0005"), "merged");                      /* of a round covered */
	expect_text(derive_sample_tension(&sample, "T0006")->local_id, "T-NEW");
	expect_string(derive_sample_status(&sample, "T0101"), "open"); /* T01-R1, of a later one */
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 7);
	expect_status("T0001", "reopened", "resolved R1 eclair, reopened R1 judge");
	expect(derive_sample_problem(&sample, PROBLEM_NO_TENSION, "round-1/eclair.md", 3));
}

static void a_register_that_names_nobody(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[TENSION T01: one]\n\n[TENSION T02: two]\n");
	derive_sample_add(&sample, "round-0/scone.md", "[TENSION T02: deux]\n");
	derive_sample_add(&sample, "tensions.md", "- **T01**: Alpha\n- **T02**: Beta\n");
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-rows"));
	expect_text(derive_sample_tension(&sample, "T0001")->contributors.items[0], "muffin");
	expect_text(derive_sample_tension(&sample, "T0002")->contributors.items[0], "judge");
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 4);
}

static const struct tap_test tests[] = {
	{"a register of the Judge with every status word", every_status_word},
	{"names beyond ASCII, of two letters, of two words", names_that_are_not_ascii},
	{"words of moves, qualified, unknown, and never a signal", words_of_moves},
	{"statements of all kinds, with edges behind them", statements_of_all_kinds},
	{"running totals, signed velocity, struck out and negated status", totals_that_run_and_words_that_are_struck_out},
	{"a box table of qualified ids of short names", ids_qualified_by_short_names},
	{"a document with voices in headings and bold, initials as tails", a_document_with_voices},
	{"headings of verdicts and what leads them", headings_of_verdicts},
	{"which marker is which row", markers_that_are_rows},
	{"a register that names nobody takes the only marker of a number", a_register_that_names_nobody},
};
TAP_MAIN(tests)
