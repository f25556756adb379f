/*
 * What declares that a dialogue has converged, and what around the words takes it back.
 */
#include "derive_sample.h"
#include "record.h"
#include "tap.h"

static struct derive_sample sample;

static enum dialogue_status status_with(const char *summary)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-0/panel.json", "[\"Bo\", \"Dee\"]");
	derive_sample_add(&sample, "round-0/bo.md", "[CLAIM C01: a]\n");
	derive_sample_add(&sample, "round-0.summary.md", summary);
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-declared"));
	return record_meta(&sample.result.record)->status;
}

static void declarations_count(void)
{
	static const char *const summaries[] = {
		"**CONVERGENCE ACHIEVED**\n",
		"**CONVERGENCE ACHIEVED** \u2014 no open tensions remain\n",
		"**CONVERGED**: all six, no objections\n",
		"No tension is left: **CONVERGENCE ACHIEVED**\n",
		"~~83%~~ **CONVERGENCE ACHIEVED** ~~soon~~\n",
		"**Consensus reached** on not doing it\n",
		"**100% convergence: 6/6**\n",
		"## ~~Nearly~~ converged\n",
	};
	for (size_t i = 0; i < sizeof(summaries) / sizeof(summaries[0]); i++)
		expect_integer(status_with(summaries[i]), DIALOGUE_CONVERGED);
}

static void what_is_struck_out_declares_nothing(void)
{
	static const char *const summaries[] = {
		"~~**100% CONVERGENCE ACHIEVED**~~\n",
		"**~~100% CONVERGENCE ACHIEVED~~**\n",
		"~~so __CONVERGENCE ACHIEVED__ it is~~\n",
		"- ~~**CONVERGED**~~\n",
		"> ~~**CONVERGED**~~\n",
		"~~A line\n**CONVERGENCE ACHIEVED**\nends~~\n",
		"<del>**CONVERGENCE ACHIEVED**</del>\n",
		"<s>x</s> <s>**CONVERGENCE ACHIEVED**</s>\n",
		"## <strike>CONVERGENCE ACHIEVED</strike>\n",
		"## ~~CONVERGED~~\n",
	};
	for (size_t i = 0; i < sizeof(summaries) / sizeof(summaries[0]); i++)
		expect_integer(status_with(summaries[i]), DIALOGUE_OPEN);
	expect_integer(status_with("<del>**CONVERGENCE ACHIEVED**\n"), DIALOGUE_CONVERGED);
}

static void words_around_take_back(void)
{
	static const char *const summaries[] = {
		"We have not **CONVERGENCE ACHIEVED** yet\n",
		"Until **consensus reached**, go on\n",
		"**CONVERGENCE ACHIEVED**? Not yet.\n",
		"**CONVERGENCE ACHIEVED**: no\n",
		"**CONVERGENCE ACHIEVED:** no\n",
		"**Convergence achieved** is not what we have\n",
	};
	for (size_t i = 0; i < sizeof(summaries) / sizeof(summaries[0]); i++) {
		expect_integer(status_with(summaries[i]), DIALOGUE_OPEN);
		expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "round-0.summary.md", 1));
	}
}

static void words_within_deny(void)
{
	static const char *const summaries[] = {
		"**Neither convergence nor consensus reached**\n",
		"**Convergence cannot be declared**\n",
		"**Consensus reached by nobody**\n",
		"**Convergence won't be declared**\n",
		"**Non-convergence confirmed**\n",
		"**83% convergence reached**\n",
		"**Convergence confirmed by 3/6**\n",
	};
	for (size_t i = 0; i < sizeof(summaries) / sizeof(summaries[0]); i++)
		expect_integer(status_with(summaries[i]), DIALOGUE_OPEN);
}

static const struct tap_test tests[] = {
	{"a declaration of convergence counts, whatever else its line says", declarations_count},
	{"what is struck out declares nothing", what_is_struck_out_declares_nothing},
	{"words around a declaration take it back, and that is reported", words_around_take_back},
	{"words within that deny it, or count a part, declare nothing", words_within_deny},
};
TAP_MAIN(tests)
