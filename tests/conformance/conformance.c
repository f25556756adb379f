/*
 * Every case against every engine.
 */
#include "conformance.h"

static const struct conformance_cases *const groups[] = {&cases_of_partitions,    &cases_of_changes, &cases_of_ceilings,
														 &cases_of_analytics,     &cases_of_engines, &cases_of_copying,
														 &cases_of_refused_copies};
enum { TESTS_MAX = 256, NAME_SIZE = 160 };

static struct planned {
	const struct subject_kind *kind;
	const struct conformance_case *plan;
	char name[NAME_SIZE];
} planned[TESTS_MAX];

static bool has(const struct store_capabilities *capabilities, enum conformance_need need)
{
	switch (need) {
	case NEEDS_NOTHING:
		return true;
	case NEEDS_DURABLE:
		return capabilities->durable;
	case NEEDS_CONCURRENT:
		return capabilities->concurrent;
	case NEEDS_BACKUP:
		return capabilities->backup;
	case NEEDS_DEFINITE_OUTCOME:
		return capabilities->outcome_definite;
	case NEEDS_CURRENT_PARTS:
		return capabilities->old_parts_go;
	}
	return false;
}

/* Tests are run in the order of the table. */
static void run_next(void)
{
	static size_t next;
	const struct planned *planned_test = &planned[next++];
	struct subject subject;
	subject_begin(&subject, planned_test->kind);
	if (has(&subject.engine->capabilities, planned_test->plan->needs))
		planned_test->plan->run(&subject);
	else
		planned_test->plan->refused(&subject);
	subject_finish(&subject);
}

int main(void)
{
	static struct expect_test tests[TESTS_MAX];
	size_t count = 0;
	for (size_t kind = 0; kind < subject_kind_count; kind++)
		for (size_t group = 0; group < sizeof(groups) / sizeof(groups[0]); group++)
			for (size_t i = 0; i < groups[group]->count && count < TESTS_MAX; i++) {
				const struct conformance_case *plan = &groups[group]->cases[i];
				const bool able = has(&subject_kinds[kind].capabilities, plan->needs);
				planned[count] = (struct planned){.kind = &subject_kinds[kind], .plan = plan};
				snprintf(planned[count].name, NAME_SIZE, "%s: %s%s", subject_kinds[kind].name, plan->name,
						 able ? "" : " (lacked, and refused)");
				tests[count] = (struct expect_test){.name = planned[count].name, .run = run_next};
				count++;
			}
	return expect_run(tests, count);
}
