/*
 * The facts of recorded dialogues that are known: read as a folder, as a document, and as both. The recordings are found
 * through the environment (HANSARD_CORPUS) or beside the source tree; where they are absent the tests are skipped.
 */
#include <stdio.h>
#include <stdlib.h>

#include "derive_sample.h"
#include "tally.h"
#include "tap.h"

#define PAPER "2026-02-06T1839Z-rfc-0058-supersession-hybrid-relational-dynamodb-architecture"
#define JIRA "2026-03-11T1341Z-jira-cloud-integration-for-blue"
#define ENDING ".dialogue.recorded.md"

static struct derive_sample sample;

static const char *corpus(void)
{
	const char *place = getenv("HANSARD_CORPUS");
	return place != NULL ? place : CORPUS;
}

/* What of a dialogue is read. */
enum { FOLDER = 1, DOCUMENT = 2 };

static void load(const char *name, int what)
{
	char place[1024];
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	snprintf(place, sizeof(place), "%s/dialogues/%s", corpus(), name);
	if ((what & FOLDER) != 0 && !derive_sample_load(&sample, place))
		tap_skip("the recorded dialogues are not here (HANSARD_CORPUS)");
	snprintf(place, sizeof(place), "%s/recorded/%s" ENDING, corpus(), name);
	if ((what & DOCUMENT) != 0 && !derive_sample_load(&sample, place))
		tap_skip("the recorded dialogues are not here (HANSARD_CORPUS)");
	expect(derive_sample_read(&sample, name));
}

static size_t with_status(enum tension_status status)
{
	size_t count = 0;
	const struct record_list *tensions = &sample.result.record.lists[ENTITY_TENSION];
	for (size_t i = 0; i < tensions->count; i++)
		count += ((const struct entity_tension *)tensions->items[i])->status == status;
	return count;
}

static int64_t total_of(const char *slug)
{
	const struct entity_expert *expert = record_expert(&sample.result.record, text_of_string(slug));
	return expert != NULL ? tally_expert_total(expert).value : -1;
}

static size_t perspectives(int round)
{
	struct tally_round tally;
	tally_round(&sample.result.record, round, &tally);
	return tally.perspectives;
}

struct round_fact {
	int64_t panel, w, c, t, r, score, velocity, permille;
};

static void expect_rounds(const struct round_fact *facts, size_t count)
{
	expect_integer(record_rounds(&sample.result.record), count);
	for (size_t i = 0; i < count; i++) {
		const struct entity_round *round = record_round(&sample.result.record, (int)i);
		expect(round != NULL);
		expect_integer(round->panel_size.value, facts[i].panel);
		expect_integer(round->wisdom.value, facts[i].w);
		expect_integer(round->consistency.value, facts[i].c);
		expect_integer(round->truth.value, facts[i].t);
		expect_integer(round->relationships.value, facts[i].r);
		expect_integer(round->score.value, facts[i].score);
		expect_integer(round->velocity.value, facts[i].velocity);
		expect_integer(round->converge_permille.value, facts[i].permille);
	}
}

static const struct round_fact paper_rounds[] = {{10, 45, 30, 25, 25, 125, 30, 0},
												 {8, 38, 28, 22, 22, 110, 16, 0},
												 {6, 32, 26, 25, 22, 105, 4, 830},
												 {6, 20, 20, 20, 15, 75, 0, 1000}};
static const struct round_fact jira_rounds[] = {
	{12, 12, 8, 9, 7, 36, 35, 0}, {12, 15, 12, 10, 10, 47, 16, 0}, {12, 6, 5, 4, 3, 18, 2, 1000}};

static void expect_paper_of_both(void)
{
	const struct entity_meta *meta = record_meta(&sample.result.record);
	expect_integer(derive_sample_count(&sample, ENTITY_EXPERT), 12);
	expect_rounds(paper_rounds, 4);
	expect_integer(meta->status, DIALOGUE_CONVERGED);
	expect_integer(meta->total_alignment.value, 415);
	expect_integer(meta->total_rounds.value, 4);
	expect_integer(meta->max_rounds.present ? meta->max_rounds.value : 10, 10);
	expect_text(meta->tensions_claimed, "17/17");
	expect_integer(meta->pool->members.count, 14);
	struct tally tally;
	tally_whole(&sample.result.record, &tally);
	expect_integer(tally.scores.wisdom.value, 135);
	expect_integer(tally.scores.consistency.value, 104);
	expect_integer(tally.scores.truth.value, 92);
	expect_integer(tally.scores.relationships.value, 84);
}

static void paper_folder(void)
{
	static const struct {
		const char *slug;
		int64_t total;
	} scores[] = {{"croissant", 94}, {"strudel", 90}, {"muffin", 87}, {"cannoli", 86}, {"galette", 69}, {"tartlet", 66},
				  {"eclair", 44},    {"macaron", 40}, {"scone", 19},  {"brioche", 19}, {"cupcake", 17}, {"donut", 16}};
	static const struct {
		const char *id, *expert;
	} raised[] = {{"T0001", "brioche"}, {"T0002", "cannoli"}, {"T0003", "croissant"}, {"T0004", "cupcake"},
				  {"T0005", "donut"},   {"T0006", "eclair"},  {"T0007", "macaron"},   {"T0008", "muffin"},
				  {"T0009", "scone"},   {"T0010", "strudel"}, {"T0101", "croissant"}, {"T0102", "eclair"},
				  {"T0103", "galette"}, {"T0104", "macaron"}, {"T0105", "muffin"},    {"T0106", "strudel"},
				  {"T0107", "tartlet"}, {"T0201", "strudel"}};
	expect_paper_of_both();
	for (size_t i = 0; i < sizeof(scores) / sizeof(scores[0]); i++)
		expect_integer(total_of(scores[i].slug), scores[i].total);
	static const size_t by_round[] = {20, 16, 12, 10};
	for (int round = 0; round < 4; round++)
		expect_integer(perspectives(round), by_round[round]);
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 18);
	expect_integer(with_status(TENSION_RESOLVED), 18);
	for (size_t i = 0; i < sizeof(raised) / sizeof(raised[0]); i++) {
		const struct entity_tension *tension = derive_sample_tension(&sample, raised[i].id);
		expect(tension != NULL);
		expect_text(tension->contributors.items[0], raised[i].expert);
		expect_text(tension->local_id, "T01");
	}
	expect_string(derive_sample_history(&sample, "T0007"),
				  "addressed R1 macaron, resolved R1 macaron, resolved R1 judge, resolved R3 judge");
	expect_string(derive_sample_history(&sample, "T0104"),
				  "resolved R2 cannoli, commented R2 tartlet, resolved R3 judge");
	expect_string(derive_sample_history(&sample, "T0201"), "resolved R3 croissant, commented R3 strudel");
	struct display_id id = {.type = ENTITY_TENSION, .round = 0, .seq = 1};
	expect_text(tally_last_resolution(&sample.result.record, id), "Resolved: YAGNI — analytics is speculative");
	expect_integer(derive_sample_count(&sample, ENTITY_MOVE), 43);
	expect_integer(derive_sample_moves(&sample, 3, "converge"), 6);
	expect_integer(derive_sample_moves(&sample, -1, "converge"), 6);
	expect_integer(derive_sample_moves(&sample, -1, "refine"), 12);
	expect_integer(derive_sample_moves(&sample, -1, "concede"), 12);
	expect_integer(derive_sample_moves(&sample, -1, "resolve"), 13);
	expect(derive_sample_problem(&sample, PROBLEM_NO_TENSION, "round-3/cannoli.md", 7));
	/* What is said of a later round contradicts no "Narrowed in R1"; each other status is told where it stands itself,
	   and not at the heading of its group. */
	static const int64_t lines[] = {18, 22, 26, 30, 33, 37, 41, 49, 53, 59, 63, 67, 73, 79};
	expect(!derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "tensions.md", 12));
	expect(!derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "tensions.md", 14));
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "tensions.md", lines[i]));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "tensions.md", 83));
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "scoreboard.md", 14));
}

static void paper_folder_alone(void)
{
	load(PAPER, FOLDER);
	paper_folder();
	expect_text(record_meta(&sample.result.record)->title,
				"RFC 0058 Supersession — Hybrid Relational + DynamoDB Architecture");
	expect(text_starts_with(derive_sample_verdict(&sample, "final")->recommendation,
							TEXT("NO. RFC 0058 should NOT be superseded")));
}

static void paper_both(void)
{
	load(PAPER, FOLDER | DOCUMENT);
	paper_folder();
	expect_text(record_meta(&sample.result.record)->title,
				"RFC 0058 Supersession: Hybrid Relational + DynamoDB Architecture");
	expect_text(record_meta(&sample.result.record)->convergence_claimed, "100% (6/6 unanimous, Round 3)");
	expect_text(derive_sample_verdict(&sample, "final")->recommendation,
				"Do NOT supersede RFC 0058 with a hybrid architecture.");
	expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, PAPER ENDING, 32));
}

static void paper_document_alone(void)
{
	load(PAPER, DOCUMENT);
	expect_paper_of_both();
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), 17);
	expect_integer(with_status(TENSION_RESOLVED), 17);
	expect_integer(derive_sample_count(&sample, ENTITY_PERSPECTIVE), 0);
	expect_integer(derive_sample_count(&sample, ENTITY_MOVE), 0);
	expect_integer(total_of("croissant"), 74);
	expect_integer(total_of("galette"), 49);
	expect(!record_round(&sample.result.record, 0)->open_tensions.present);
	expect_integer(record_round(&sample.result.record, 3)->panel.count, 0);
}

static void expect_jira(size_t tensions)
{
	const struct entity_meta *meta = record_meta(&sample.result.record);
	expect_integer(derive_sample_count(&sample, ENTITY_EXPERT), 12);
	expect_rounds(jira_rounds, 3);
	expect_integer(meta->total_alignment.value, 101);
	expect_integer(meta->status, DIALOGUE_CONVERGED);
	expect_integer(with_status(TENSION_RESOLVED), 7);
	expect_integer(derive_sample_count(&sample, ENTITY_TENSION), tensions);
	for (int n = 1; n <= 7; n++) {
		char id[DISPLAY_ID_SIZE];
		display_id_format((struct display_id){ENTITY_TENSION, 0, n}, id);
		expect_string(derive_sample_status(&sample, id), "resolved");
	}
}

static void expect_jira_folder(void)
{
	static const size_t by_round[] = {29, 32, 5};
	for (int round = 0; round < 3; round++)
		expect_integer(perspectives(round), by_round[round]);
	expect_integer(with_status(TENSION_DEFERRED), 4);
	expect_integer(derive_sample_moves(&sample, 2, "converge"), 12);
	expect_integer(derive_sample_moves(&sample, -1, "converge"), 12);
	expect_integer(derive_sample_moves(&sample, -1, "refine"), 29);
	expect_integer(derive_sample_moves(&sample, -1, "resolve"), 23);
	expect_integer(derive_sample_moves(&sample, -1, "concede"), 14);
	expect_string(derive_sample_history(&sample, "T0008"), "deferred R2 judge");
	expect_string(derive_sample_history(&sample, "T0005"), "addressed R1 cannoli, resolved R1 judge");
	expect(derive_sample_problem(&sample, PROBLEM_NO_TENSION, "round-1/macaron.md", 52));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-1/croissant.md", 170));
	expect_integer(record_meta(&sample.result.record)->pool->members.count, 17);
}

static void jira_folder_alone(void)
{
	load(JIRA, FOLDER);
	expect_jira(36);
	expect_jira_folder();
	expect_integer(with_status(TENSION_MERGED), 25);
	expect_integer(derive_sample_count(&sample, ENTITY_VERDICT), 0);
	expect_text(derive_sample_tension(&sample, "T0107")->local_id, "T01-R1");
}

static void jira_both(void)
{
	load(JIRA, FOLDER | DOCUMENT);
	expect_jira(35);
	expect_jira_folder();
	expect_integer(with_status(TENSION_MERGED), 24);
	expect_text(derive_sample_tension(&sample, "T0107")->local_id, "T02-R1");
	expect_text(derive_sample_tension(&sample, "T0008")->contributors.items[0], "scone");
	for (int64_t line = 101; line <= 104; line++)
		expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, JIRA ENDING, line));
	struct text lead = derive_sample_verdict(&sample, "final")->recommendation;
	expect(text_starts_with(lead, TEXT("The dialogue produced a complete, converged architecture")));
	expect(text_find(lead, TEXT("integration: 1. IssueTracker trait"), 0) != SIZE_MAX);
	expect(text_find(lead, TEXT("; 7. Progressive enforcement"), 0) != SIZE_MAX);
}

static void jira_document_alone(void)
{
	load(JIRA, DOCUMENT);
	expect_jira(11);
	expect_integer(with_status(TENSION_OPEN), 4);
	expect_integer(record_meta(&sample.result.record)->number.value, 2050);
	expect(derive_sample_problem(&sample, PROBLEM_PLACEHOLDER, JIRA ENDING, 39));
}

/* What is known of the older documents. */
struct document_fact {
	const char *name, *title;
	enum dialogue_status status;
	int64_t total; /* -1: none */
	size_t rounds, experts, perspectives, moves, tensions, merged, resolved;
	const char *lead; /* NULL: no verdict */
};
static const struct document_fact documents[] = {
	{"2026-01-26T1829Z-blue-config-architecture", "Blue Config Architecture", DIALOGUE_CONVERGED, 451, 3, 12, 35, 51,
	 14, 1, 8, "Config declares intent — branch roles, not rules"},
	{"2026-01-26T1850Z-round-scoped-file-architecture-for-alignment-dialogues",
	 "Round Scoped file architecture for alignment dialogues", DIALOGUE_CONVERGED, 159, 3, 3, 8, 16, 4, 0, 4,
	 "Final Architecture"},
	{"2026-01-26T1944Z-test-rfc-0033-architecture", "Test Rfc 0033 Architecture", DIALOGUE_OPEN, -1, 0, 0, 0, 0, 0, 0,
	 0, NULL},
	{"2026-01-27T2229Z-adr-architecture-review-greenfield-claude-as-implementer",
	 "ADR Architecture Review: Greenfield + Claude as Implementer", DIALOGUE_CONVERGED, 412, 2, 16, 37, 3, 13, 8, 3,
	 "DO NOT create new ADRs."},
	{"2026-01-30T1514Z-adr-for-superviber-hosted-claude-code-architecture",
	 "ADR for Superviber Hosted Claude Code Architecture", DIALOGUE_OPEN, -1, 0, 3, 0, 0, 0, 0, 0, NULL},
	{"2026-02-01T2105Z-sqlite-vs-flat-files", "Sqlite Vs Flat Files", DIALOGUE_OPEN, -1, 0, 5, 0, 0, 0, 0, 0, NULL},
	{"cross-repo-realms", "Cross-Repo Coordination with Realms", DIALOGUE_CONVERGED, -1, 6, 12, 0, 0, 0, 0, 0,
	 "Realm = git repo - Auditable, no new infrastructure"},
	{"realm-mcp-design", "Realm MCP Integration Design", DIALOGUE_CONVERGED, -1, 4, 12, 0, 0, 0, 0, 0, NULL},
	{"rfc-document-import-sync", "Document Import/Sync Mechanism", DIALOGUE_CONVERGED, 420, 2, 6, 22, 18, 8, 2, 6,
	 "If database is deleted, files must be sufficient for full rebuild."},
};

static void older_documents(void)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		const struct document_fact *fact = &documents[i];
		load(fact->name, DOCUMENT);
		const struct entity_meta *meta = record_meta(&sample.result.record);
		expect_text(meta->title, fact->title);
		expect_integer(meta->status, fact->status);
		expect_integer(meta->total_alignment.present ? meta->total_alignment.value : -1, fact->total);
		expect_integer(derive_sample_count(&sample, ENTITY_ROUND), fact->rounds);
		expect_integer(derive_sample_count(&sample, ENTITY_EXPERT), fact->experts);
		expect_integer(derive_sample_count(&sample, ENTITY_PERSPECTIVE), fact->perspectives);
		expect_integer(derive_sample_count(&sample, ENTITY_MOVE), fact->moves);
		expect_integer(derive_sample_moves(&sample, -1, "converge"), 0);
		expect_integer(derive_sample_count(&sample, ENTITY_TENSION), fact->tensions);
		expect_integer(with_status(TENSION_MERGED), fact->merged);
		expect_integer(with_status(TENSION_RESOLVED), fact->resolved);
		const struct entity_verdict *verdict = derive_sample_verdict(&sample, "final");
		expect((verdict != NULL) == (fact->lead != NULL));
		if (verdict != NULL)
			expect_text(verdict->recommendation, fact->lead);
	}
}

static void nearly_all_markers_are_recognised(void)
{
	size_t markers = 0, recognised = 0;
	load(PAPER, FOLDER | DOCUMENT);
	markers += sample.result.count.markers;
	recognised += sample.result.count.recognised;
	load(JIRA, FOLDER | DOCUMENT);
	markers += sample.result.count.markers;
	recognised += sample.result.count.recognised;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		load(documents[i].name, DOCUMENT);
		markers += sample.result.count.markers;
		recognised += sample.result.count.recognised;
	}
	expect(markers > 500);
	expect(recognised * 100 >= markers * 98);
}

static void the_order_of_files_does_not_matter(void)
{
	static struct derive_sample other;
	load(PAPER, FOLDER | DOCUMENT);
	derive_sample_begin(&other);
	for (size_t i = 0; i < sample.count; i++)
		other.files[other.count++] = sample.files[(i * 37 + 11) % sample.count];
	bool read = sample.count % 37 != 0 && derive_sample_read(&other, PAPER);
	bool same = read && derive_sample_same(&sample, &other);
	derive_sample_end(&other);
	expect(read && same);
}

static void the_example_reads_cleanly(void)
{
	char place[1024];
	const char *name = "2026-05-04T0900Z-lending-tools-and-instruments";
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	snprintf(place, sizeof(place), "%s/%s", EXAMPLES, name);
	if (!derive_sample_load(&sample, place))
		tap_skip("the example dialogue is not here");
	expect(derive_sample_read(&sample, name));
	expect_integer(sample.result.problems.count, 0);
	expect_integer(sample.result.count.markers, sample.result.count.recognised);
	expect_integer(record_meta(&sample.result.record)->status, DIALOGUE_CONVERGED);
	expect(derive_sample_verdict(&sample, "final") != NULL);
}

static const struct tap_test tests[] = {
	{"RFC 0058, the folder alone", paper_folder_alone},
	{"RFC 0058, the document alone", paper_document_alone},
	{"RFC 0058, folder and document", paper_both},
	{"Jira, the folder alone", jira_folder_alone},
	{"Jira, the document alone", jira_document_alone},
	{"Jira, folder and document", jira_both},
	{"nine older documents", older_documents},
	{"at least 98 of 100 markers are recognised", nearly_all_markers_are_recognised},
	{"the order of files does not matter", the_order_of_files_does_not_matter},
	{"the example dialogue reads without a problem", the_example_reads_cleanly},
};
TAP_MAIN(tests)
