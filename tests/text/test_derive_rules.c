/*
 * The small rules by themselves: words of status, numbers, texts, columns, names.
 */
#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_sample.h"
#include "derive_status.h"
#include "derive_text.h"
#include "tap.h"

static struct derive_sample sample;
static struct derive_work work;
static struct problem_list problems;

static void begin(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	problem_begin(&problems, sample.arena);
	work = (struct derive_work){.arena = sample.arena, .problems = &problems};
}

static void status_words(void)
{
	static const struct {
		const char *cell;
		enum status_meaning meaning;
		enum tension_status state;
	} rows[] = {
		{"**Resolved R1**", STATUS_STATE, TENSION_RESOLVED},
		{"✓ RESOLVED (R1): Git-native", STATUS_STATE, TENSION_RESOLVED},
		{"Consensus", STATUS_STATE, TENSION_RESOLVED},
		{"closed", STATUS_STATE, TENSION_RESOLVED},
		{"Partial", STATUS_STATE, TENSION_ADDRESSED},
		{"partially resolved", STATUS_STATE, TENSION_ADDRESSED},
		{"Narrowed", STATUS_STATE, TENSION_ADDRESSED},
		{"conditionally agreed", STATUS_STATE, TENSION_ADDRESSED},
		{"not resolved", STATUS_STATE, TENSION_OPEN},
		{"not yet agreed", STATUS_STATE, TENSION_OPEN},
		{"unresolved", STATUS_STATE, TENSION_OPEN},
		{"Narrowed → resolved", STATUS_STATE, TENSION_RESOLVED},
		{"Deferred to RFC", STATUS_STATE, TENSION_DEFERRED},
		{"future work", STATUS_STATE, TENSION_DEFERRED},
		{"superseded by T2", STATUS_STATE, TENSION_MERGED},
		{"evolved into T9", STATUS_STATE, TENSION_MERGED},
		{"~~open~~ resolved", STATUS_STATE, TENSION_RESOLVED},
		{"Accepted", STATUS_ACCEPTED, TENSION_ABSENT},
		{"acknowledged", STATUS_COMMENT, TENSION_ABSENT},
		{"blooming", STATUS_UNKNOWN, TENSION_ABSENT},
		{"resolved?", STATUS_UNKNOWN, TENSION_RESOLVED},
		{"Resolved (partially)", STATUS_STATE, TENSION_ADDRESSED},
		{"Resolved in part", STATUS_STATE, TENSION_ADDRESSED},
		{"Open (narrowed)", STATUS_STATE, TENSION_ADDRESSED},
		{"Resolved, but reopened in R1", STATUS_STATE, TENSION_REOPENED},
		{"Resolved/Deferred", STATUS_UNKNOWN, TENSION_RESOLVED},
		{"Resolved (R1) - open the gates", STATUS_STATE, TENSION_RESOLVED},
		{"Resolved (new schema)", STATUS_STATE, TENSION_RESOLVED},
	};
	begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct status_reading reading = derive_status_cell(&work, text_of_string(rows[i].cell));
		expect_integer(reading.meaning, rows[i].meaning);
		expect_integer(reading.state, rows[i].state);
	}
}

static void a_resolution_is_a_status_only_when_it_is_the_whole_cell(void)
{
	begin();
	struct status_reading reading = derive_status_resolution(&work, TEXT("Narrowed: only the half"));
	expect_integer(reading.state, TENSION_RESOLVED);
	expect_text(reading.rest, "Narrowed: only the half");
	expect_integer(derive_status_resolution(&work, TEXT("Deferred")).state, TENSION_DEFERRED);
	expect_integer(derive_status_resolution(&work, TEXT("pending")).meaning, STATUS_NOTHING);
	expect_integer(derive_status_resolution(&work, TEXT("—")).meaning, STATUS_NOTHING);
	expect_integer(derive_status_resolution(&work, TEXT("Open")).meaning, STATUS_NOTHING);
	expect_integer(derive_status_resolution(&work, TEXT("TBD")).meaning, STATUS_NOTHING);
	expect_integer(derive_status_resolution(&work, TEXT("N/A")).meaning, STATUS_NOTHING);
	expect_integer(derive_status_resolution(&work, TEXT("Not resolved; postponed")).meaning, STATUS_NOTHING);
	expect_integer(derive_status_resolution(&work, TEXT("Pending the lawyers")).meaning, STATUS_NOTHING);
	expect_integer(derive_status_resolution(&work, TEXT("Deferred to May")).state, TENSION_DEFERRED);
	expect_integer(derive_status_resolution(&work, TEXT("Open the gates")).state, TENSION_RESOLVED);
	expect_integer(derive_status_resolution(&work, TEXT("Open to all")).state, TENSION_RESOLVED);
	expect_integer(derive_status_resolution(&work, TEXT("Not the gate but the door")).state, TENSION_RESOLVED);
	expect_integer(derive_status_consensus(&work, TEXT("6/6 ✓")).state, TENSION_RESOLVED);
	expect_integer(derive_status_consensus(&work, TEXT("4/6")).state, TENSION_OPEN);
}

static void declarations(void)
{
	static const char *const yes[] = {"100% CONVERGENCE ACHIEVED",
									  "Final — Convergence Achieved",
									  "Result: 12/12 CONVERGE",
									  "Dialogue Complete",
									  "Converged",
									  "Convergence achieved at Round 1.",
									  "Result: 100% Convergence",
									  "ALIGNMENT ACHIEVED",
									  NULL};
	static const char *const no[] = {"Strong Convergence",
									 "Round 2: Final Convergence",
									 "UNANIMOUS CONSENSUS (6/6)",
									 "The Converged Position",
									 "Emerging consensus:",
									 "Convergence Status: 3/4",
									 "not converged",
									 "No convergence reached",
									 "Target: 95% convergence",
									 "Convergence Assessment",
									 "100% convergence required",
									 "Convergence achieved?",
									 NULL};
	for (size_t i = 0; yes[i] != NULL; i++)
		expect(derive_status_declares(text_of_string(yes[i])));
	for (size_t i = 0; no[i] != NULL; i++)
		expect(!derive_status_declares(text_of_string(no[i])));
}

static void status_of_a_dialogue(void)
{
	enum dialogue_status status;
	expect(derive_status_dialogue(TEXT("CONVERGED (97%)"), &status) && status == DIALOGUE_CONVERGED);
	expect(derive_status_dialogue(TEXT("Final"), &status) && status == DIALOGUE_CONVERGED);
	expect(derive_status_dialogue(TEXT("In Progress"), &status) && status == DIALOGUE_OPEN);
	expect(derive_status_dialogue(TEXT("not converged"), &status) && status == DIALOGUE_OPEN);
	expect(derive_status_dialogue(TEXT("Draft → Converged"), &status) && status == DIALOGUE_CONVERGED);
	expect(!derive_status_dialogue(TEXT("sunny"), &status));
}

static void numbers(void)
{
	int64_t value;
	struct text rest;
	int round;
	expect(derive_text_integer(TEXT("**420** points"), &value, &rest) && value == 420);
	expect_text(rest, "points");
	expect(derive_text_integer(TEXT("1,200"), &value, NULL) && value == 1200);
	expect(derive_text_integer(TEXT("1 (minor)"), &value, NULL) && value == 1);
	expect(!derive_text_integer(TEXT("83%"), &value, NULL) && !derive_text_integer(TEXT("6/6"), &value, NULL));
	expect(!derive_text_integer(TEXT("+413"), &value, NULL) && !derive_text_integer(TEXT("~9"), &value, NULL));
	expect(!derive_text_integer(TEXT("210 → 220"), &value, NULL) && !derive_text_integer(TEXT("0.95"), &value, NULL));
	expect(!derive_text_integer(TEXT("99999999999999999999"), &value, NULL));
	expect(derive_text_decimal(TEXT("0.68"), &value) && value == 680000);
	expect(derive_text_decimal(TEXT("1"), &value) && value == 1000000);
	expect(derive_text_decimal(TEXT("0.1234567"), &value) && value == 123457);
	expect(!derive_text_decimal(TEXT("1.5"), &value) && !derive_text_decimal(TEXT("high"), &value) &&
		   !derive_text_decimal(TEXT(""), &value));
	expect(derive_text_permille(TEXT("~83%"), &value) && value == 830);
	expect(derive_text_permille(TEXT("5/6"), &value) && value == 833);
	expect(!derive_text_permille(TEXT("120%"), &value) && !derive_text_permille(TEXT("7/6"), &value));
	expect(derive_text_round(TEXT("Multiple R1"), &round) && round == 1);
	expect(derive_text_round(TEXT("R0-R3"), &round) && round == 3);
	expect(!derive_text_round(TEXT("RFC 51"), &round));
}

static void texts(void)
{
	int round;
	struct text rest;
	expect_text(derive_text_unbracketed(TEXT("Ada (API (v2))")), "Ada");
	expect_text(derive_text_unbracketed(TEXT("f(x) is")), "f(x) is");
	expect_text(derive_text_stripped(TEXT("**— Total:** ")), "Total");
	expect(derive_text_round_heading(TEXT("Round 3 (6 experts)"), &round, &rest) && round == 3);
	expect(!derive_text_round_heading(TEXT("Round Scoped files"), &round, &rest));
	expect(!derive_text_round_heading(TEXT("Background"), &round, &rest));
	expect_integer(derive_text_words(TEXT("NO. 3 = x")), 2);
	expect_text(derive_text_paragraph(TEXT("a\nb\n\nc")), "a\nb");
}

static void facts_stand_by_rank(void)
{
	begin();
	struct work_file verdict = {.path = TEXT("verdict.md"), .kind = FILE_KIND_VERDICT, .round = WORK_NO_ROUND};
	struct work_file first = {.path = TEXT("round-0.summary.md"), .kind = FILE_KIND_SUMMARY, .round = 0};
	struct work_file second = {.path = TEXT("round-1.summary.md"), .kind = FILE_KIND_SUMMARY, .round = 1};
	struct work_fact fact = {.kind = FACT_TOTAL, .round = WORK_NO_ROUND};
	const struct {
		struct work_file *file;
		int64_t line, number;
	} said[] = {{&second, 9, 30}, {&first, 3, 10}, {&second, 4, 20}};
	for (size_t i = 0; i < 3; i++) {
		fact.place = (struct work_place){.file = said[i].file, .line = said[i].line, .offset = (size_t)said[i].line};
		fact.number = said[i].number;
		derive_fact_state(&work, &fact);
	}
	derive_fact_settle(&work);
	expect_integer(derive_fact_number(&work, FACT_TOTAL, WORK_NO_ROUND, TEXT_ABSENT).value, 30);
	expect_integer(problems.count, 2);
	fact.place = (struct work_place){.file = &verdict, .line = 1};
	fact.number = 5;
	derive_fact_state(&work, &fact);
	derive_fact_settle(&work);
	expect_integer(derive_fact_number(&work, FACT_TOTAL, WORK_NO_ROUND, TEXT_ABSENT).value, 5);
}

static void names_mean_members(void)
{
	begin();
	expect_text(derive_experts_add(&work, TEXT("🧁 **Muffin the Baker**")), "muffin-the-baker");
	expect_text(derive_experts_add(&work, TEXT("OS")), "os");
	expect_text(derive_experts_add(&work, TEXT("7")), "expert-7");
	expect(!text_present(derive_experts_add(&work, TEXT("💙 Judge"))));
	expect(!text_present(derive_experts_add(&work, TEXT("Total"))));
	expect_text(derive_experts_find(&work, TEXT("Muffin")), "muffin-the-baker");
	expect_text(derive_experts_find(&work, TEXT("OS (Open Source)")), "os");
	expect(!text_present(derive_experts_find(&work, TEXT("Os"))));
	expect(!text_present(derive_experts_find(&work, TEXT("nobody"))));
	expect(derive_experts_judge(TEXT("💙 Judge: Final")) && !derive_experts_judge(TEXT("Judgement day")));
	size_t count;
	struct work_raiser *listed = derive_experts_listed(&work, TEXT("🧁 Muffin R0, OS R2"), &count);
	expect_integer(count, 2);
	expect_integer(listed[1].round, 2);
	derive_experts_add(&work, TEXT("Muffin Second"));
	expect(!text_present(derive_experts_find(&work, TEXT("Muffin"))));
	expect(derive_files_listed(TEXT("Kouign")) && derive_files_listed(TEXT("Pastry21")) &&
		   !derive_files_listed(TEXT("Pastry")));
}

static const struct tap_test tests[] = {
	{"status words, the qualifying one wins", status_words},
	{"a Resolution cell is a status word only as a whole", a_resolution_is_a_status_only_when_it_is_the_whole_cell},
	{"what declares convergence, and what does not", declarations},
	{"status words of a dialogue", status_of_a_dialogue},
	{"numbers in the forms people write", numbers},
	{"texts without their marks", texts},
	{"of facts the later stands, then the higher file", facts_stand_by_rank},
	{"a name is the member it is the first word of", names_mean_members},
};
TAP_MAIN(tests)
