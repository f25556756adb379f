/*
 * What every engine promises, one case each, run unchanged against all of them.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include "subject.h"

/* The capability that a case is about. */
enum conformance_need {
	NEEDS_NOTHING,
	NEEDS_DURABLE,
	NEEDS_CONCURRENT,
	NEEDS_BACKUP,
	NEEDS_DEFINITE_OUTCOME,
	NEEDS_CURRENT_PARTS,
};

struct conformance_case {
	const char *name; /* the promise */
	enum conformance_need needs;
	void (*run)(struct subject *subject);
	void (*refused)(struct subject *subject); /* asserts what an engine without the capability does instead */
};

struct conformance_cases {
	const struct conformance_case *cases;
	size_t count;
};

extern const struct conformance_cases cases_of_partitions;
extern const struct conformance_cases cases_of_changes;
extern const struct conformance_cases cases_of_ceilings;
extern const struct conformance_cases cases_of_analytics;
extern const struct conformance_cases cases_of_engines;
extern const struct conformance_cases cases_of_copying;
extern const struct conformance_cases cases_of_refused_copies;

#define CONFORMANCE_CASES(table)                                                                                       \
	{                                                                                                                  \
		.cases = (table), .count = sizeof(table) / sizeof((table)[0])                                                  \
	}

#endif
