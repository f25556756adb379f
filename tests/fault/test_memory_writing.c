/*
 * Every allocation fails once while something is written, whoever asks for it: no crash, no leak, no half commit, and
 * what is answered is what is there. Some points of many are tried; with HANSARD_TEST_EVERY set, all.
 */
#include "exhausted.h"

enum { POINTS = 30 };

/* What was answered must be what is there; an import keeps the commits that it finished. Run again it is done. */
static void expect_whole(struct stage *stage, const struct stage_operation *operation, const struct exhausted *run,
						 const struct hansard_output *before, const struct hansard_output *after)
{
	struct hansard_output state = {.data = NULL};
	stage_state(stage, &state);
	const bool done = stage_same(&state, after);
	if (run->status == HANSARD_OK) {
		expect(done);
	} else if (run->status == HANSARD_UNKNOWN) {
		expect_string(run->error.kind, "answer_lost");
		expect(done);
	} else {
		expect(exhausted_names_memory(run));
		expect(operation->import != NULL || stage_same(&state, before));
	}
	hansard_output_free(&state);
	if (!done) {
		struct exhausted again = exhausted_run(stage, operation, 0);
		expect_good(again.status, &again.error);
		hansard_output_free(&again.out);
		stage_state(stage, &state);
		expect(stage_same(&state, after));
		hansard_output_free(&state);
	}
}

static void write_short_of_memory(struct stage *stage, const struct stage_operation *operation)
{
	struct hansard_output before = {.data = NULL};
	struct hansard_output after = {.data = NULL};
	stage_turn(stage, operation->from);
	stage_state(stage, &before);
	struct exhausted warm = exhausted_run(stage, operation, 0);
	hansard_output_free(&warm.out);
	stage_state(stage, &after);
	expect(!stage_same(&before, &after));
	stage_turn(stage, operation->from);
	struct exhausted good = exhausted_run(stage, operation, 0);
	expect_good(good.status, &good.error);
	expect(good.leaked <= 0);
	const struct stage_points points = stage_points_of(operation->name, good.allocations, POINTS);
	for (int at = points.first; at <= points.all; at += points.stride) {
		stage_turn(stage, operation->from);
		struct exhausted run = exhausted_run(stage, operation, at);
		exhausted_expect_no_leak(stage, operation, at, &run);
		expect_whole(stage, operation, &run, &before, &after);
		hansard_output_free(&run.out);
	}
	hansard_output_free(&good.out);
	hansard_output_free(&before);
	hansard_output_free(&after);
}

static void every_writing(enum hansard_format format)
{
	struct stage stage;
	exhausted_skip_elsewhere();
	stage_begin(&stage);
	stage.format = format;
	for (size_t i = 0; i < STAGE_WRITINGS; i++)
		write_short_of_memory(&stage, &stage_writings[i]);
	stage_finish(&stage);
}

static void writings_in_text(void)
{
	every_writing(HANSARD_TEXT);
}

static void writings_in_json(void)
{
	every_writing(HANSARD_JSON);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"every writing survives a lack of memory, in text", writings_in_text},
		{"every writing survives a lack of memory, in JSON", writings_in_json},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
