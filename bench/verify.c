/*
 * `verify` of a whole store: every history replayed, every item opened, the engine's own check at the end.
 */
#include "bench.h"
#include "child.h"
#include "fixture.h"
#include "measure.h"

enum { REPEATS = 3 };

static double verify_all(struct fixture *fixture)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const double begin = measure_now_us();
	fixture_must(hansard_verify(fixture->store, NULL, &out, &error), &error);
	const double took = measure_now_us() - begin;
	hansard_output_free(&out);
	return took;
}

/* The ratio is to a thousand dialogues in a second. */
static void print(const char *how, const struct fixture *fixture, double took, const char *aim)
{
	const double count = (double)fixture->count;
	measure_line("verify", count / took * 1e3,
				 "of 1,000 dialogues a second: %s, %zu dialogues in %.2f s, %.0f us each%s", how, fixture->count,
				 took / 1e6, took / count, aim);
}

void verify_run(struct bench *bench)
{
	static struct measure inside, outside;
	struct fixture *fixture = bench_hundreds(bench);
	const char *const words[] = {bench->program, "verify", "--store", fixture->folder, NULL};
	const double first = verify_all(fixture);
	for (size_t i = 0; i < REPEATS; i++) {
		measure_add(&inside, verify_all(fixture));
		measure_add(&outside, child_run(words));
	}
	print("in process", fixture, measure_low(&inside), " (aim: at least 1)");
	print("as a whole process", fixture, measure_low(&outside), " (aim: at least 1)");
	print("the first time, writing a mark of each", fixture, first, "");
}
