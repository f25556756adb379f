/*
 * Who takes part: names of any alphabet and length, and what is refused of a panel or pool, with the reason.
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

static void read(void)
{
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-people"));
}

static struct text role_of(const char *slug)
{
	const struct entity_expert *expert = record_expert(&sample.result.record, text_of_string(slug));
	expect(expert != NULL);
	return expert->role;
}

static void names_of_any_length_in_a_panel(void)
{
	begin();
	derive_sample_add(&sample, "round-0/panel.json",
					  "[{\"name\": \"Cr\u00e8me Br\u00fbl\u00e9e\", \"role\": \"a\"},\n"
					  "{\"name\": \"Ana Maria de la Cruz\", \"role\": \"b\"},\n"
					  "{\"name\": \"the one who asks what it costs\", \"role\": \"c\"}]");
	derive_sample_add(&sample, "round-0/creme-brulee.md", "[CLAIM C01: a]\n");
	derive_sample_add(&sample, "round-0/ana-maria-de-la-cruz.md", "[CLAIM C01: b]\n");
	read();
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_EXPERT), 3);
	expect_text(role_of("creme-brulee"), "a");
	expect_text(role_of("ana-maria-de-la-cruz"), "b");
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_CLAIM), 2);
	expect_integer((int64_t)sample.result.problems.count, 0);
}

static void names_of_any_alphabet_in_a_table(void)
{
	begin();
	derive_sample_add(&sample, "2026-01-01T0000Z-people.dialogue.recorded.md",
					  "# P\n\n| Expert | Role |\n|---|---|\n| Cr\u00e8me Br\u00fbl\u00e9e de P\u00e2t\u00e9 | a |\n"
					  "| Ana Maria de la Cruz | b |\n| somebody whom nobody has ever named | c |\n| Total | |\n\n"
					  "## Round 0\n\n### Ana Maria de la Cruz\n\n[CLAIM C01: a]\n");
	read();
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_EXPERT), 2);
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_CLAIM), 1);
	expect_integer((int64_t)sample.result.problems.count, 1);
	expect_integer(sample.result.problems.items[0].line, 7);
	expect(text_find(sample.result.problems.items[0].message, TEXT("too many words"), 0) != SIZE_MAX);
}

static void a_refused_entry_says_why(void)
{
	static const struct {
		const char *panel, *why;
	} cases[] = {
		{"[\"Bo\",\n{\"role\": \"x\"}]", "no name"},
		{"[\"Bo\",\n\"The Judge\"]", "the Judge is no expert"},
		{"[\"Bo\",\n\"Total\"]", "a sum"},
		{"[\"Bo\",\n\"\u6771\u4eac\"]", "no Latin letter"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		derive_sample_add(&sample, "round-0/panel.json", cases[i].panel);
		read();
		expect_integer((int64_t)derive_sample_count(&sample, ENTITY_EXPERT), 1);
		expect_integer((int64_t)sample.result.problems.count, 1);
		expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/panel.json", 0));
		expect(text_find(sample.result.problems.items[0].message, text_of_string(cases[i].why), 0) != SIZE_MAX);
	}
}

static const struct schema_groups *pool_of(void)
{
	const struct record_pool *pool = record_meta(&sample.result.record)->pool;
	return pool != NULL ? &pool->members : NULL;
}

static void a_pool_keeps_no_candidate_by_guess(void)
{
	begin();
	derive_sample_add(&sample, "round-0/panel.json", "[\"Bo\"]");
	derive_sample_add(
		&sample, "expert-pool.json",
		"{\"experts\": [{\"role\": \"A\", \"tier\": \"Corr\", \"relevance\": 0.9},\n"
		"{\"role\": \"B\", \"tier\": 7, \"relevance\": 0.9},\n{\"role\": \"C\"},\n{\"tier\": \"core\"},\n"
		"{\"role\": \"D\", \"relevance\": 3.5},\n{\"role\": \"E\", \"tier\": \"Core\", \"relevance\": 3.5},\n"
		"{\"role\": \"F\", \"relevance\": 0.5}, \"G\"]}");
	read();
	expect(pool_of() != NULL);
	expect_integer((int64_t)pool_of()->count, 2);
	const struct record_pool_member *members = pool_of()->items;
	expect_text(members[0].role, "E");
	expect_integer(members[0].tier, TIER_CORE);
	expect(!members[0].relevance.present);
	expect_text(members[1].role, "F");
	expect_integer(members[1].tier, TIER_ADJACENT);
	static const int lines[] = {1, 2, 3, 5, 6};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "expert-pool.json", lines[i]));
	expect_integer((int64_t)sample.result.problems.count, 8);
}

static void a_table_of_candidates_keeps_none_by_guess(void)
{
	begin();
	derive_sample_add(&sample, "round-0/panel.json", "[\"Bo\"]");
	derive_sample_add(&sample, "scoreboard.md",
					  "| Role | Tier | Relevance |\n|---|---|---|\n| A | Outer | 0.9 |\n| B | core | 3.5 |\n"
					  "| C | \u2014 | 0.9 |\n| D | \u2014 | \u2014 |\n\n"
					  "| Expert | Role | Relevance |\n|---|---|---|\n| Bo | Baker | 3.5 |\n");
	read();
	expect(pool_of() != NULL);
	expect_integer((int64_t)pool_of()->count, 2);
	const struct record_pool_member *members = pool_of()->items;
	expect_text(members[0].role, "B");
	expect_integer(members[1].tier, TIER_CORE);
	static const int lines[] = {3, 4, 6, 10};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "scoreboard.md", lines[i]));
	expect_integer((int64_t)sample.result.problems.count, 4);
}

static const struct tap_test tests[] = {
	{"a panel names people in as many words as it likes", names_of_any_length_in_a_panel},
	{"a table names people in words of any alphabet; a sentence is none, and is reported",
	 names_of_any_alphabet_in_a_table},
	{"an entry of a panel that is refused says why", a_refused_entry_says_why},
	{"a pool keeps no candidate by guess: unknown tiers, relevances and entries are reported",
	 a_pool_keeps_no_candidate_by_guess},
	{"a table of candidates keeps none by guess", a_table_of_candidates_keeps_none_by_guess},
};
TAP_MAIN(tests)
