/*
 * Expectations, over tap.h.
 */
#include "expect.h"

#undef expect
#undef expect_integer
#undef expect_string
#undef expect_text
#include "tap.h"

_Static_assert(sizeof(struct expect_test) == sizeof(struct tap_test), "the same table");

_Noreturn void expect_fail(const char *file, int line, const char *condition)
{
	tap_fail(file, line, "expected: %s", condition);
}

void expect_same_integer(const char *file, int line, const char *what, int64_t actual, int64_t wanted)
{
	tap_expect_integer(file, line, what, actual, wanted);
}

void expect_same_text(const char *file, int line, const char *what, struct text actual, const char *wanted)
{
	tap_expect_string(file, line, what, actual.data, actual.size, wanted);
}

void expect_status(const char *file, int line, enum hansard_status status, const struct hansard_error *error)
{
	if (status != HANSARD_OK)
		tap_fail(file, line, "status %d, %s: %s", (int)status, error->kind, error->message);
}

_Noreturn void expect_skip(const char *reason)
{
	tap_skip(reason);
}

int expect_run(const struct expect_test *tests, size_t count)
{
	struct tap_test *table = calloc(count, sizeof(*table));
	if (table == NULL)
		return 1;
	for (size_t i = 0; i < count; i++)
		table[i] = (struct tap_test){.name = tests[i].name, .run = tests[i].run};
	const int code = tap_run(table, count);
	free(table);
	return code;
}
