/*
 * Every allocation fails once while something is read, whoever asks for it: no crash, no leak, and an answer that is an
 * error or the one that would have been given. Some points of many are tried; with HANSARD_TEST_EVERY set, all.
 */
#include "exhausted.h"

enum { POINTS = 30 };

/* Answers by halves are given by a doctor, who says what it found so far, and an import, what it did. */
static bool good_answer(const struct stage_operation *operation, const struct exhausted *run,
						const struct hansard_output *wanted)
{
	if (run->status == HANSARD_OK)
		return stage_same(&run->out, wanted);
	return exhausted_names_memory(run) && (run->out.data == NULL || operation->doctor || operation->import != NULL);
}

static void read_short_of_memory(struct stage *stage, const struct stage_operation *operation)
{
	stage_turn(stage, operation->from);
	struct exhausted run = exhausted_run(stage, operation, 0);
	hansard_output_free(&run.out);
	struct exhausted wanted = exhausted_run(stage, operation, 0);
	expect_good(wanted.status, &wanted.error);
	expect(wanted.leaked <= 0);
	const struct stage_points points = stage_points_of(operation->name, wanted.allocations, POINTS);
	for (int at = points.first; at <= points.all; at += points.stride) {
		run = exhausted_run(stage, operation, at);
		exhausted_expect_no_leak(stage, operation, at, &run);
		const bool good = good_answer(operation, &run, &wanted.out);
		if (!good)
			exhausted_note(&run, stage, operation->name, at);
		expect(good);
		hansard_output_free(&run.out);
	}
	hansard_output_free(&wanted.out);
}

static void every_reading(enum hansard_format format)
{
	struct stage stage;
	exhausted_skip_elsewhere();
	stage_begin(&stage);
	stage.format = format;
	for (size_t i = 0; i < stage_reading_count; i++)
		read_short_of_memory(&stage, &stage_readings[i]);
	stage_finish(&stage);
}

static void readings_in_text(void)
{
	every_reading(HANSARD_TEXT);
}

static void readings_in_json(void)
{
	every_reading(HANSARD_JSON);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"every reading survives a lack of memory, in text", readings_in_text},
		{"every reading survives a lack of memory, in JSON", readings_in_json},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
