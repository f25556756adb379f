/*
 * One run of an operation while memory is short.
 */
#ifndef EXHAUSTED_H
#define EXHAUSTED_H

#include "allocations.h"
#include "stage.h"

struct exhausted {
	enum hansard_status status;
	struct hansard_error error;
	struct hansard_output out;
	int allocations; /* how many there were until the end, or since the one that failed */
	long leaked;     /* blocks that are still there when the store is closed, but for the answer */
};

/* exhausted_run(stage, operation, at): opens the store as it lies there, performs the operation while allocation `at` fails
   (0: none), closes. */
struct exhausted exhausted_run(struct stage *stage, const struct stage_operation *operation, int at);

/* exhausted_names_memory(run): the error is what a lack of memory may answer. */
bool exhausted_names_memory(const struct exhausted *run);

/* exhausted_expect_no_leak(stage, operation, at, run): a library below may keep what it made once, an error's text for
   example, so the run is repeated: only what is lost each time is a leak. */
void exhausted_expect_no_leak(struct stage *stage, const struct stage_operation *operation, int at,
							  struct exhausted *run);

/* exhausted_note(run, stage, name, at): says where a run went wrong, before the expectation fails. */
void exhausted_note(const struct exhausted *run, const struct stage *stage, const char *name, int at);

/* exhausted_skip_elsewhere(): skips the test where the allocator is not ours. */
void exhausted_skip_elsewhere(void);

#endif
