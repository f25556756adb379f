/*
 * What earlier commands have left beside a database.
 */
#ifndef DOCTOR_LEFT_H
#define DOCTOR_LEFT_H

#include <hansard/hansard.h>

#include "arena.h"

/* One file: which it is, and what may be done. `kept`: on purpose, by a `backup --put` that ended; else a command that was killed left it. */
struct doctor_left_file {
	struct text path;
	const char *what;
	bool kept;
};

struct doctor_left {
	struct doctor_left_file *files;
	size_t count;
};

/* doctor_left(arena, database, ret_left, error): what a backup, init or put has left in the folder of a database. Errors: HANSARD_FAILED, of a
   folder that cannot be read, too. */
enum hansard_status doctor_left(struct arena *arena, struct text database, struct doctor_left *ret_left,
								struct hansard_error *error);

#endif
