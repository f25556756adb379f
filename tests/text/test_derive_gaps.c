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

static const struct tap_test tests[] = {
	{"rounds that are missing, and numbers that no round has, are reported", rounds_that_are_missing_are_reported},
	{"rounds may count from one", rounds_may_count_from_one},
};
TAP_MAIN(tests)
