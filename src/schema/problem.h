/*
 * Problems: everything that is wrong with a batch or was not understood in a file, each complete enough for an agent to
 * mend it. A list grows in an arena.
 */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "arena.h"

/* The error codes of record.md (Registering a round), and what an import reports. */
enum problem_code {
	PROBLEM_MISSING_FIELD,
	PROBLEM_INVALID_VALUE,
	PROBLEM_UNKNOWN_FIELD,
	PROBLEM_INVALID_ENTITY_TYPE,
	PROBLEM_INVALID_REF_TYPE,
	PROBLEM_INVALID_DISPLAY_ID,
	PROBLEM_TYPE_ID_MISMATCH,
	PROBLEM_TARGET_NOT_FOUND,
	PROBLEM_INVALID_REF_TARGET,
	PROBLEM_REFINE_TYPE_MISMATCH,
	PROBLEM_INVALID_STATUS_TRANSITION,
	PROBLEM_DUPLICATE_ENTITY,
	PROBLEM_UNKNOWN_EXPERT,
	PROBLEM_ROUND_OUT_OF_ORDER,
	PROBLEM_VELOCITY_NOT_ZERO,
	PROBLEM_CONVERGENCE_NOT_UNANIMOUS,
	PROBLEM_FORCED_CONVERGENCE_NO_WARNING,
	PROBLEM_VERDICT_EXISTS, /* a converged dialogue takes no second final verdict */
	PROBLEM_POOL_ADVICE,    /* a warning: the pool is outside the advised sizes */
	PROBLEM_NOT_UNDERSTOOD, /* import: looks like a marker, table or field and is none that is known */
	PROBLEM_CONTRADICTION,  /* import: two statements differ; the message names the place of both */
	PROBLEM_NO_AUTHOR,      /* import: a marker whose expert cannot be told */
	PROBLEM_NO_TENSION,     /* import: a marker that names no known tension */
	PROBLEM_PLACEHOLDER,    /* import: a round or field of placeholders, announced and not held */
	PROBLEM_KEPT_UNREAD,    /* import: a file kept and not parsed */
	PROBLEM_HISTORY,        /* import: history did what register would have refused; written as it was */
};

/* One problem. Texts are absent where they do not apply. */
struct problem {
	enum problem_code code;
	bool warning;           /* advice: does not refuse anything */
	struct text path;       /* of a batch: "tensions[2].label" */
	struct text file;       /* of an import */
	int64_t line;           /* of file, from 1; 0 when not applicable */
	struct text value;      /* the offending value, as written */
	struct text constraint; /* the rule it breaks */
	struct text message;    /* a sentence */
	struct text valid;      /* the valid options, comma separated */
	struct text suggestion; /* what to do */
};

struct problem_list {
	struct arena *arena;
	struct problem *items;
	size_t count;
	size_t capacity;
	bool exhausted; /* memory ran out: the list is not complete */
};

/* problem_begin(list, arena): an empty list. */
void problem_begin(struct problem_list *list, struct arena *arena);

/* problem_add(list, problem): appends a copy whose texts are copied into the arena, what is not UTF-8 in them as U+FFFD:
   whatever is in a list can be reported. Running out of memory sets list->exhausted. */
void problem_add(struct problem_list *list, const struct problem *problem);

/* problem_errors(list): how many are not warnings. */
size_t problem_errors(const struct problem_list *list);

/* problem_code_name(code): "missing_field" and so on; never NULL. */
const char *problem_code_name(enum problem_code code);

#endif
