/*
 * What contradicts where it stands, or is not there at all: rounds that are missing, ids of another round or expert, signals
 * that stand only where nothing counts. All of it is in the report.
 */
#include "derive_sample.h"
#include "record.h"
#include "tap.h"

static const char panel[] = "[\"Bo\", \"Cyd\", \"Dee\"]";
static struct derive_sample sample;

static void begin(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-0/panel.json", panel);
}

static void read(void)
{
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-gaps"));
}

static void rounds_that_are_missing_are_reported(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "[CLAIM C01: a]\n");
	derive_sample_add(&sample, "round-2/bo.md", "[CLAIM C01: b]\n");
	derive_sample_add(&sample, "round-3/bo.md", "[CLAIM C01: c]\n");
	derive_sample_add(&sample, "round-6/bo.md", "[CLAIM C01: d]\n");
	derive_sample_add(&sample, "round-100/bo.md", "no marker\n");
	read();
	expect(derive_sample_problem(&sample, PROBLEM_ROUND_OUT_OF_ORDER, "round-2/bo.md", 1));
	expect(derive_sample_problem(&sample, PROBLEM_ROUND_OUT_OF_ORDER, "round-6/bo.md", 1));
	expect(derive_sample_problem(&sample, PROBLEM_ROUND_OUT_OF_ORDER, "round-100/bo.md", 0));
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_ROUND_OUT_OF_ORDER), 3);
}

static void rounds_may_count_from_one(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-1/panel.json", panel);
	derive_sample_add(&sample, "round-2/panel.json", panel);
	read();
	expect_integer((int64_t)sample.result.problems.count, 0);
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-2/panel.json", panel);
	read();
	expect(derive_sample_problem(&sample, PROBLEM_ROUND_OUT_OF_ORDER, "round-2/panel.json", 1));
}

static void ids_that_contradict_their_place_are_reported(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md",
					  "[BO-P0001: fine]\n[BO-P0102: of another round]\n[CYD-P0002: of another]\n"
					  "[GHOST-T0003: of nobody]\n[CLAIM R1-C01: of another round]\n[CLAIM C02: fine]\n"
					  "- Dee: [DEE-P0004: told by her]\n");
	read();
	for (int line = 1; line <= 7; line++)
		expect(derive_sample_problem(&sample, PROBLEM_CONTRADICTION, "round-0/bo.md", line) ==
			   (line >= 2 && line <= 5));
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_CONTRADICTION), 4);
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_PERSPECTIVE), 4);
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_CLAIM), 2);
}

static void a_signal_only_in_a_summary_is_reported(void)
{
	static const struct {
		const char *response;
		bool reported;
	} cases[] = {
		{"| Move | Target |\n|---|---|\n| [MOVE:CONVERGE] | all |\n", true},
		{"| Marker | Count |\n|---|---|\n| **CONVERGENCE CONFIRMED** | 1 |\n", true},
		{"| Move | Count |\n|---|---|\n| CONVERGE | 1 |\n", true},
		{"| Move | Count |\n|---|---|\n| CONVERGE | 0 |\n", false},
		{"| Move | Count |\n|---|---|\n| [MOVE:CONVERGE] | 1 |\n\n[MOVE:CONVERGE]\n", false},
		{"| Move | Count |\n|---|---|\n| CONCEDE | 1 |\n", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		derive_sample_add(&sample, "round-0/bo.md", cases[i].response);
		read();
		expect_integer((int64_t)sample.result.problems.count, cases[i].reported);
		expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 3) == cases[i].reported);
	}
}

static void a_keyword_without_bracket_or_id_is_reported(void)
{
	begin();
	derive_sample_add(&sample, "round-0/bo.md", "- TENSION: bare list\n\nTensions: many\n\n**EVIDENCE:** a sieve\n");
	read();
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 1));
	expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0/bo.md", 5));
	expect_integer((int64_t)sample.result.problems.count, 2);
}

static const struct tap_test tests[] = {
	{"rounds that are missing, and numbers that no round has, are reported", rounds_that_are_missing_are_reported},
	{"rounds may count from one", rounds_may_count_from_one},
	{"an id of another round or expert than its place is reported", ids_that_contradict_their_place_are_reported},
	{"a signal to converge that stands only in a summary is reported", a_signal_only_in_a_summary_is_reported},
	{"a keyword with a colon and no bracket is reported", a_keyword_without_bracket_or_id_is_reported},
};
TAP_MAIN(tests)
