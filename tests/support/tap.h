/*
 * A test program in TAP (https://testanything.org, version 13): a table of named promises, each a function. A failed
 * expectation names its place and ends its test; a skip always carries its reason.
 *
 *     static void adds(void) { expect_integer(1 + 1, 2); }
 *     static const struct tap_test tests[] = {{"one and one make two", adds}};
 *     TAP_MAIN(tests)
 */
#ifndef TAP_H
#define TAP_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct tap_test {
	const char *name; /* the promise that is tested */
	void (*run)(void);
};

static jmp_buf tap_exit;
static const char *tap_skip_reason = "";

__attribute__((noreturn, format(printf, 3, 4), unused)) static void tap_fail(const char *file, int line,
																			 const char *format, ...)
{
	__builtin_va_list arguments;
	__builtin_va_start(arguments, format);
	printf("# %s:%d: ", file, line);
	vprintf(format, arguments);
	printf("\n");
	__builtin_va_end(arguments);
	longjmp(tap_exit, 1);
}

/* Ends the running test as skipped, for this reason. */
__attribute__((noreturn, unused)) static void tap_skip(const char *reason)
{
	tap_skip_reason = reason;
	longjmp(tap_exit, 2);
}

#define expect(condition) ((condition) ? (void)0 : tap_fail(__FILE__, __LINE__, "expected: %s", #condition))

#define expect_integer(actual, wanted) tap_expect_integer(__FILE__, __LINE__, #actual, (actual), (wanted))
#define expect_string(actual, wanted) tap_expect_string(__FILE__, __LINE__, #actual, (actual), SIZE_MAX, (wanted))

/* expect_text: a struct text against a string literal or NUL-terminated string. */
#define expect_text(actual, wanted)                                                                                    \
	tap_expect_string(__FILE__, __LINE__, #actual, (actual).data, (actual).size, (wanted))

__attribute__((unused)) static void tap_expect_integer(const char *file, int line, const char *what, int64_t actual,
													   int64_t wanted)
{
	if (actual != wanted)
		tap_fail(file, line, "%s is %lld, expected %lld", what, (long long)actual, (long long)wanted);
}

__attribute__((unused)) static void tap_expect_string(const char *file, int line, const char *what, const char *actual,
													  size_t size, const char *wanted)
{
	if (size == SIZE_MAX) /* of a string, which is evaluated once */
		size = actual != NULL ? strlen(actual) : 0;
	if (actual == NULL || size != strlen(wanted) || memcmp(actual, wanted, size) != 0)
		tap_fail(file, line, "%s is \"%.*s\", expected \"%s\"", what, (int)size, actual ? actual : "(absent)", wanted);
}

/* Runs every test of the table and returns the exit code: 0 when none failed. */
__attribute__((unused)) static int tap_run(const struct tap_test *tests, size_t count)
{
	static volatile int failed;
	static volatile size_t index;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n1..%zu\n", count);
	for (index = 0; index < count; index++) {
		switch (setjmp(tap_exit)) {
		case 0:
			tests[index].run();
			printf("ok %zu - %s\n", index + 1, tests[index].name);
			break;
		case 2:
			printf("ok %zu - %s # SKIP %s\n", index + 1, tests[index].name, tap_skip_reason);
			break;
		case 1:
		default:
			failed++;
			printf("not ok %zu - %s\n", index + 1, tests[index].name);
			break;
		}
	}
	return failed != 0;
}

#define TAP_MAIN(tests)                                                                                                \
	int main(void)                                                                                                     \
	{                                                                                                                  \
		return tap_run(tests, sizeof(tests) / sizeof((tests)[0]));                                                     \
	}

#endif
