/*
 * Runs under a lack of memory.
 */
#include "exhausted.h"

struct exhausted exhausted_run(struct stage *stage, const struct stage_operation *operation, int at)
{
	struct exhausted run = {.status = HANSARD_OK};
	struct hansard *store = NULL;
	const long before = allocations_live();
	stage->drawn = 1;
	if (!operation->open && !operation->doctor)
		expect_good(stage_open(stage, &store, &run.error), &run.error);
	allocations_fail_at(at);
	run.status = stage_perform(stage, operation, store, &run.out, &run.error);
	run.allocations = allocations_stop();
	hansard_close(store);
	run.leaked = allocations_live() - before - (run.out.data != NULL);
	return run;
}

/* libcrypto fails without a word why. */
bool exhausted_names_memory(const struct exhausted *run)
{
	return run->status == HANSARD_FAILED && run->error.status == HANSARD_FAILED &&
		   (strcmp(run->error.kind, "out_of_memory") == 0 || strcmp(run->error.kind, "crypto_failed") == 0);
}

void exhausted_note(const struct exhausted *run, const struct stage *stage, const char *name, int at)
{
	printf("# %s%s, allocation %d: status %d, %s: %s; %zu bytes, %ld leaked\n", name,
		   stage->format == HANSARD_JSON ? " as JSON" : "", at, (int)run->status, run->error.kind, run->error.message,
		   run->out.size, run->leaked);
}

void exhausted_expect_no_leak(struct stage *stage, const struct stage_operation *operation, int at,
							  struct exhausted *run)
{
	for (int again = 0; again < 2 && run->leaked > 0; again++) {
		hansard_output_free(&run->out);
		stage_turn(stage, operation->from);
		*run = exhausted_run(stage, operation, at);
	}
	if (run->leaked > 0)
		exhausted_note(run, stage, operation->name, at);
	expect(run->leaked <= 0);
}

void exhausted_skip_elsewhere(void)
{
	if (!allocations_counted())
		expect_skip("the allocator is not ours: a sanitizer, valgrind, or no glibc");
}
