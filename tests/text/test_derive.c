/*
 * Reading small dialogues of our own: every promise of import.md by an example of its own.
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

static const struct entity_meta *read_as(const char *name)
{
	expect(derive_sample_read(&sample, name));
	return record_meta(&sample.result.record);
}

static void names_the_dialogue(void)
{
	begin();
	struct text key, id;
	expect(derive_identity(sample.arena, TEXT("2026-02-06T1839Z-rfc-0058-Größe.dialogue.recorded.md"), &key, &id));
	expect_text(key, "2026-02-06T1839Z-rfc-0058-Größe");
	expect(id.size > 8 && text_starts_with(id, TEXT("rfc-0058-gr")));
	expect(derive_identity(sample.arena, TEXT("plain"), &key, &id));
	expect_text(id, "plain");
	expect(derive_identity(sample.arena, TEXT("2026-02-06T1839Z-???"), &key, &id));
	expect_text(id, "dialogue");
	expect(derive_is_document(TEXT("a.dialogue.md")) && derive_is_document(TEXT("a.dialogue.recorded.md")));
	expect(!derive_is_document(TEXT("dialogue.recorded")));
}

static void reads_nothing_from_nothing(void)
{
	begin();
	const struct entity_meta *meta = read_as("2026-01-02T0304Z-empty");
	expect_integer(meta->status, DIALOGUE_OPEN);
	expect_text(meta->title, "empty");
	expect_text(meta->created_at, "2026-01-02T03:04:00.000000Z");
	expect_integer(derive_sample_count(&sample, ENTITY_ROUND), 0);
	expect_integer(sample.result.problems.count, 0);
}

static void prose_is_kept_and_makes_no_entities(void)
{
	begin();
	derive_sample_add(&sample, "notes.md",
					  "# Thoughts\n\nSome prose about T01 and P02, and \"[TENSION T01: no]\" in quotes.\n");
	derive_sample_add(&sample, "more/letter.txt", "[TENSION T01: not markdown]\n");
	read_as("prose");
	expect_integer(derive_sample_count(&sample, ENTITY_FILE), 2);
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 0);
	const struct entity_file *file = (const struct entity_file *)sample.result.record.lists[ENTITY_FILE].items[0];
	expect_text(file->path, "more/letter.txt");
	expect_integer(file->kind, FILE_KIND_OTHER);
	expect(file->head.content_known && file->sha256.data == NULL);
}

static void what_is_not_text_is_kept_and_reported(void)
{
	static const uint8_t broken[] = {'[', 'T', 0xff, ']'}, nul[] = {'a', 0, 'b'};
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[PERSPECTIVE P01: one]\nbody\n");
	sample.files[sample.count++] =
		(struct derive_file){.path = TEXT("tensions.md"), .content = {broken, sizeof(broken)}};
	sample.files[sample.count++] = (struct derive_file){.path = TEXT("verdict.md"), .content = {nul, sizeof(nul)}};
	read_as("odd");
	expect(derive_sample_problem(&sample, PROBLEM_KEPT_UNREAD, "tensions.md", 0));
	expect(derive_sample_problem(&sample, PROBLEM_KEPT_UNREAD, "verdict.md", 0));
	expect_integer(derive_sample_count(&sample, ENTITY_FILE), 3);
	expect_integer(derive_sample_count(&sample, ENTITY_PERSPECTIVE), 1);
}

static void panels_say_who_answers(void)
{
	begin();
	derive_sample_add(
		&sample, "round-0/panel.json",
		"{\"agents\": [{\"name\": \"Ada\", \"role\": \"Designer\", \"tier\": \"Core\", \"relevance\": 0.68},"
		"{\"name\": \"Ben\", \"role\": \"Tester\", \"tier\": \"wildcard\"}],"
		"\"history\": {\"experts\": [{\"name\": \"Ada\", \"source\": \"pool\"}]}}");
	derive_sample_add(&sample, "round-0/ada.md", "[PERSPECTIVE P01: mine]\nbody\n");
	derive_sample_add(&sample, "round-0/notes.md", "[PERSPECTIVE P01: nobody's]\n");
	derive_sample_add(&sample, "round-1/ben.prompt.md",
					  "You are Ben, a Test Engineer in an ALIGNMENT-seeking dialogue.\n\n**Your Focus**: edges\n"
					  "[TENSION T01: brief label]\n");
	derive_sample_add(&sample, "round-1/ben.md", "[TENSION T01: real]\nwhy\n");
	read_as("panels");
	expect_integer(derive_sample_count(&sample, ENTITY_EXPERT), 2);
	expect_integer(derive_sample_count(&sample, ENTITY_PERSPECTIVE), 1);
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 1);
	expect(derive_sample_problem(&sample, PROBLEM_NO_AUTHOR, "round-0/notes.md", 1));
	const struct entity_expert *ben = record_expert(&sample.result.record, TEXT("ben"));
	expect_text(ben->role, "Test Engineer");
	expect_text(ben->focus, "edges");
	const struct entity_round *first = record_round(&sample.result.record, 0);
	const struct record_seat *seats = first->panel.items;
	expect_integer(first->panel_size.value, 2);
	expect_integer(seats[0].relevance.value, 680000);
	expect_integer(seats[0].source, SOURCE_POOL);
	expect_integer(seats[1].tier, TIER_WILDCARD);
}

static void the_pool_says_of_a_role_what_no_seat_says(void)
{
	begin();
	derive_sample_add(&sample, "expert-pool.json",
					  "{\"experts\": [{\"role\": \"Baker\", \"tier\": \"core\", \"relevance\": 0.9},"
					  "{\"role\": \"Miller\", \"tier\": \"adjacent\", \"relevance\": 0.6},"
					  "{\"role\": \"Taster\", \"tier\": \"core\"}, {\"role\": \"Taster\", \"tier\": \"wildcard\"}]}");
	derive_sample_add(&sample, "round-0/ada.prompt.md", "You are Ada, a Baker in an ALIGNMENT-seeking dialogue.\n");
	derive_sample_add(&sample, "round-0/ada.md", "text\n");
	derive_sample_add(&sample, "round-2/ada.md", "text\n");
	derive_sample_add(&sample, "round-1/panel.json",
					  "[{\"name\": \"Ada\", \"role\": \"Baker\", \"tier\": \"wildcard\"},"
					  "{\"name\": \"Ben\", \"role\": \"Millers\"}, {\"name\": \"Cyd\", \"role\": \"Taster\"}]");
	read_as("pool");
	const struct record_seat *first = record_round(&sample.result.record, 0)->panel.items;
	expect_integer(first[0].tier, TIER_CORE);
	expect_integer(first[0].relevance.value, 900000);
	const struct record_seat *second = record_round(&sample.result.record, 1)->panel.items;
	expect_integer(second[0].tier, TIER_WILDCARD);
	expect_integer(second[0].relevance.value, 900000);
	expect_integer(second[1].tier, TIER_ABSENT); /* not exactly that role */
	expect_integer(second[2].tier, TIER_ABSENT); /* two candidates of that role */
	const struct record_seat *third = record_round(&sample.result.record, 2)->panel.items;
	expect_integer(third[0].tier, TIER_CORE); /* of the role that was told last */
}

static void statements_of_every_kind(void)
{
	begin();
	derive_sample_add(
		&sample, "round-0/muffin.md",
		"[PERSPECTIVE P01: one]\nfirst\n\n[EVIDENCE E01: two]\nsecond\n[RE:SUPPORT P0001]\n\n[CLAIM C01: three]\n\n[RECOMMENDATION R01: four]\n"
		"[RE:DEPEND C0001] [RE:SUPPORT E0001, P0001]\n\n[MUFFIN-T0001: five]\nbody\n[RE:ADDRESS P0001]\n[RE:QUESTION T0099]\n");
	read_as("kinds");
	expect_integer(derive_sample_count(&sample, ENTITY_PERSPECTIVE), 1);
	expect_integer(derive_sample_count(&sample, ENTITY_EVIDENCE), 1);
	expect_integer(derive_sample_count(&sample, ENTITY_CLAIM), 1);
	expect_integer(derive_sample_count(&sample, ENTITY_RECOMMENDATION), 1);
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 1);
	expect_integer(derive_sample_count(&sample, ENTITY_REF), 4);
	expect_integer(derive_sample_problems(&sample, PROBLEM_INVALID_REF_TARGET), 1);
	expect_integer(derive_sample_problems(&sample, PROBLEM_TARGET_NOT_FOUND), 1);
	expect_text(derive_sample_perspective(&sample, "P0001")->label, "one");
	expect_text(derive_sample_perspective(&sample, "P0001")->body, "first");
	expect_text(derive_sample_perspective(&sample, "P0001")->contributors.items[0], "muffin");
}

static void moves_and_signals(void)
{
	begin();
	derive_sample_add(
		&sample, "round-0/muffin.md",
		"[CHALLENGE @scone: too dear]\n\n[CONCESSION to Scone: yes]\n\n[MOVE:CONVERGE]\n\n**Moves**: [MOVE:CONVERGE]\n\n"
		"Text with `[RESOLVED T01]` and \"[MOVE:DEFEND]\" quoted.\n\n```\n[REFINEMENT: fenced]\n```\n");
	derive_sample_add(
		&sample, "round-0/scone.md",
		"[MOVE:CONVERGE-PROPOSAL]\n\n| Marker | Count |\n|---|---|\n| [MOVE:CONVERGE] | 1 |\n\n[DISSENT: not so]\nBecause.\n");
	derive_sample_add(&sample, "round-0.summary.md",
					  "# Round 0\n\nAll signalled [MOVE:CONVERGE].\n\n| Expert | Signal | Round |\n|---|---|---|\n"
					  "| Muffin | [MOVE:CONVERGE] | 0 |\n");
	derive_sample_add(
		&sample, "verdict.md",
		"# End\n\n## Verdict\n\n**Build the small one first and measure it.** Then see.\n\nScone [MOVE:CONVERGE]\n");
	read_as("moves");
	expect_integer(derive_sample_moves(&sample, 0, "converge"), 1);
	expect_integer(derive_sample_moves(&sample, 0, "concede"), 1);
	expect_integer(derive_sample_moves(&sample, 0, "refine"), 0);
	expect_integer(derive_sample_moves(&sample, 0, "resolve"), 0);
	expect(derive_sample_problem(&sample, PROBLEM_NO_AUTHOR, "round-0.summary.md", 3));
	const struct entity_verdict *dissent = derive_sample_verdict(&sample, "dissent-r00-scone");
	expect(dissent != NULL);
	expect_text(dissent->recommendation, "not so");
	expect_text(derive_sample_verdict(&sample, "final")->recommendation, "Build the small one first and measure it.");
}

static void unknown_markers_are_reported_never_counted(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "[PERSPECTIVE P01: one]\n\n[FROBNICATE T01: what]\n");
	read_as("unknown");
	expect_integer(derive_sample_problems(&sample, PROBLEM_NOT_UNDERSTOOD), 1);
	expect_integer(derive_sample_count(&sample, ENTITY_MOVE), 0);
	expect_integer(sample.result.count.markers - sample.result.count.recognised, 1);
}

static void later_and_higher_statements_stand(void)
{
	begin();
	derive_sample_add(&sample, "scoreboard.md",
					  "# Scoreboard: Kites\n\n**Total ALIGNMENT**: 40\n**Status**: In Progress\n\n"
					  "| Round | W | C | T | R | Score |\n|---|---|---|---|---|---|\n| 0 | 10 | 10 | 10 | 10 | 40 |\n");
	derive_sample_add(
		&sample, "kites.dialogue.md",
		"# Alignment Dialogue: Kites and Strings\n\n**Status**: Draft\n**Total ALIGNMENT**: 41\n\n## Round 0: First\n\nSome.\n");
	const struct entity_meta *meta = read_as("kites");
	expect_integer(meta->total_alignment.value, 40);
	expect_text(meta->title, "Kites and Strings");
	expect_integer(meta->status, DIALOGUE_OPEN);
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "kites.dialogue.md", 4));
	for (size_t i = 0; i < sample.result.problems.count; i++) {
		const struct problem *problem = &sample.result.problems.items[i];
		if (problem->code == PROBLEM_CONTRADICTION && problem->line == 4)
			expect(text_find(problem->message, TEXT("scoreboard.md:3"), 0) != SIZE_MAX);
	}
}

static void placeholders_are_no_facts(void)
{
	begin();
	derive_sample_add(
		&sample, "p.dialogue.md",
		"# Dialogue 7: Paper\n\n**Date**: 2026-03-04 05:06Z\n**Status**: In Progress\n**Participants**: Judge, Muffin, Scone\n\n"
		"| Agent | Wisdom | Consistency | Truth | Relationships | **Total** |\n|---|---|---|---|---|---|\n| Muffin | 0 | 0 | 0 | 0 | **0** |\n\n"
		"**Total ALIGNMENT**: 0\n\n| ID | Tension | Status | Raised | Resolved |\n|---|---|---|---|---|\n| - | [Awaiting Round 0] | - | - | - |\n\n"
		"## Round 0: Opening\n\n### Muffin\n\n[Awaiting response]\n\n## Verdict\n\n[Awaiting]\n");
	const struct entity_meta *meta = read_as("p");
	expect(!meta->total_alignment.present);
	expect_integer(meta->number.value, 7);
	expect_text(meta->created_at, "2026-03-04T05:06:00.000000Z");
	expect_integer(derive_sample_count(&sample, ENTITY_ROUND), 0);
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 0);
	expect_integer(derive_sample_count(&sample, ENTITY_VERDICT), 0);
	expect(!record_expert(&sample.result.record, TEXT("muffin"))->scores.present);
	expect(derive_sample_problem(&sample, PROBLEM_PLACEHOLDER, "p.dialogue.md", 17));
}

static void running_totals_become_scores(void)
{
	begin();
	derive_sample_add(&sample, "round-0/muffin.md", "text\n");
	derive_sample_add(&sample, "round-1/muffin.md", "text\n");
	derive_sample_add(
		&sample, "scoreboard.md",
		"# Scoreboard\n\nRound 0 Total: 417\nRound 1 Total: 830 (+413)\n\n"
		"| Expert | R0 | R1 | Total |\n|---|---|---|---|\n| Muffin | 10 | 25 | 25 |\n\n**Velocity**: +413\n");
	read_as("running");
	expect_integer(record_round(&sample.result.record, 0)->score.value, 417);
	expect_integer(record_round(&sample.result.record, 1)->score.value, 413);
	const struct entity_expert *muffin = record_expert(&sample.result.record, TEXT("muffin"));
	const struct record_expert_score *scores = muffin->scores.items;
	expect_integer(muffin->scores.count, 2);
	expect_integer(scores[1].total.value, 15);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "scoreboard.md", 10));
}

static void documents_have_voices(void)
{
	begin();
	derive_sample_add(
		&sample, "v.dialogue.recorded.md",
		"# Alignment Dialogue: Voices\n\n| Expert | Domain | Perspective |\n|---|---|---|\n| **Ada** | API | clean |\n| **Ben** | Tests | edges |\n\n"
		"## Round 1: Start\n\n**Ada (API)**: we should\n\n[TENSION T01: mine]\n\n### Ben\n\n[PERSPECTIVE P01: his]\n\n## Judge Summary: Round 1\n\n"
		"- Ada: CONVERGENCE CONFIRMED\n\n**ALIGNMENT ACHIEVED**\n");
	const struct entity_meta *meta = read_as("v");
	expect_text(record_expert(&sample.result.record, TEXT("ada"))->role, "API");
	expect_text(record_expert(&sample.result.record, TEXT("ada"))->focus, "clean");
	expect_text(derive_sample_tension(&sample, "T0101")->contributors.items[0], "ada");
	expect_text(derive_sample_perspective(&sample, "P0101")->contributors.items[0], "ben");
	expect_integer(derive_sample_moves(&sample, 1, "converge"), 1);
	expect_integer(meta->status, DIALOGUE_CONVERGED);
}

static void an_inventory_without_markers_is_reported(void)
{
	static const char inventory[] =
		"# Alignment Dialogue: I\n\n| ID | Agent | Perspective | Round |\n|---|---|---|---|\n| P01 | Muffin | rye | 0 |\n\n"
		"## Round 0\n\n### Muffin\n\ntext\n";
	begin();
	derive_sample_add(&sample, "i.dialogue.recorded.md", inventory);
	read_as("i");
	expect_integer(derive_sample_count(&sample, ENTITY_PERSPECTIVE), 0);
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "i.dialogue.recorded.md", 3));
	begin();
	derive_sample_add(&sample, "i.dialogue.recorded.md", inventory);
	derive_sample_add(&sample, "round-0/muffin.md", "[PERSPECTIVE P01: rye]\n");
	read_as("i");
	expect_integer(derive_sample_problems(&sample, PROBLEM_NOT_UNDERSTOOD), 0);
}

static void the_judge_sums_up_a_round_under_many_headings(void)
{
	static const struct {
		const char *heading, *summary;
	} rows[] = {
		{"### Judge Synthesis", "so far"},
		{"### 💙 Judge Synthesis — Round 0", "so far"},
		{"## 💙 Judge Summary: Round 0", "so far"},
		{"## Judge Round 0 Summary", "so far"},
		{"## Judge: Summary of Round 0 (draft)", "so far"},
		{"### Judge Summary of Costs", ""},
		{"### Judge, Round 0", ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char content[512];
		begin();
		snprintf(content, sizeof(content),
				 "# Bread\n\n**Question for the dialogue**: Which oven?\n\n## Round 0: Start\n\n### Muffin\n\n"
				 "[PERSPECTIVE P01: mine]\n\n%s\n\nso far\n\n---\n\n## Round 1\n\n### Muffin\n\ntext\n",
				 rows[i].heading);
		derive_sample_add(&sample, "b.dialogue.recorded.md", content);
		expect_text(read_as("b")->question, "Which oven?");
		struct text summary = record_round(&sample.result.record, 0)->summary;
		expect_text(text_present(summary) ? summary : TEXT(""), rows[i].summary);
	}
}

static const struct tap_test tests[] = {
	{"source key and id come from the name", names_the_dialogue},
	{"no files give an open dialogue and no problems", reads_nothing_from_nothing},
	{"prose is kept and makes no entities", prose_is_kept_and_makes_no_entities},
	{"a file that is no text is kept and reported", what_is_not_text_is_kept_and_reported},
	{"panels and prompts say who answers, and as what", panels_say_who_answers},
	{"the pool says of a role what no seat says", the_pool_says_of_a_role_what_no_seat_says},
	{"statements of every kind, and edges from the one above", statements_of_every_kind},
	{"moves count once, quoted and summed up ones never", moves_and_signals},
	{"an unknown marker is reported and not counted", unknown_markers_are_reported_never_counted},
	{"of statements that differ one stands and the place of both is told", later_and_higher_statements_stand},
	{"placeholders and zeros are no facts", placeholders_are_no_facts},
	{"running totals become the scores of their rounds", running_totals_become_scores},
	{"a document is read by round and voice", documents_have_voices},
	{"perspectives that stand in an inventory only are reported", an_inventory_without_markers_is_reported},
	{"the Judge sums up a round under many headings", the_judge_sums_up_a_round_under_many_headings},
};
TAP_MAIN(tests)
