/*
 * Expectations of a conformance test. They end the running TAP test from any file: the place to which they return is
 * the test program's own, so they are functions of one file, not of each that includes tap.h.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <hansard/error.h>

#include "bytes.h"

#define expect(condition) ((condition) ? (void)0 : expect_fail(__FILE__, __LINE__, #condition))
#define expect_integer(actual, wanted) expect_same_integer(__FILE__, __LINE__, #actual, (actual), (wanted))
#define expect_string(actual, wanted) expect_same_text(__FILE__, __LINE__, #actual, text_of_string(actual), (wanted))
#define expect_text(actual, wanted) expect_same_text(__FILE__, __LINE__, #actual, (actual), (wanted))
#define expect_good(status, error) expect_status(__FILE__, __LINE__, (status), (error))

_Noreturn void expect_fail(const char *file, int line, const char *condition);
void expect_same_integer(const char *file, int line, const char *what, int64_t actual, int64_t wanted);
void expect_same_text(const char *file, int line, const char *what, struct text actual, const char *wanted);
void expect_status(const char *file, int line, enum hansard_status status, const struct hansard_error *error);

/* expect_skip(reason): ends the running test as skipped. */
_Noreturn void expect_skip(const char *reason);

/* struct expect_test { name, run }; expect_run(tests, count): runs them as TAP; the program's exit code. */
struct expect_test {
	const char *name;
	void (*run)(void);
};
int expect_run(const struct expect_test *tests, size_t count);

#endif
