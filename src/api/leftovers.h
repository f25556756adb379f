/*
 * What earlier commands have left beside a database.
 */
#ifndef LEFTOVERS_H
#define LEFTOVERS_H

#include <hansard/hansard.h>

#include "arena.h"

/* One file: which it is, and what may be done. `kept`: on purpose, by a `backup --put` that ended; else a command that was killed left it. */
struct leftover {
	struct text path;
	const char *what;
	bool kept;
};

struct leftovers {
	struct leftover *files;
	size_t count;
};

/* leftovers_list(arena, database, ret_left, error): what a backup, init or put has left in the folder of a database. Errors: HANSARD_FAILED, of a
   folder that cannot be read, too. */
enum hansard_status leftovers_list(struct arena *arena, struct text database, struct leftovers *ret_left,
								   struct hansard_error *error);

#endif
