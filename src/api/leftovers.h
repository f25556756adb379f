/*
 * What earlier commands have left beside a database.
 */
#ifndef LEFTOVERS_H
#define LEFTOVERS_H

#include <hansard/hansard.h>

#include "arena.h"
#include "settings.h"

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

/* leftovers_paths(arena, settings, ret_kept, ret_left): the paths of what lies beside the database of these settings and was kept, or else
   left; absent where there is none, in DynamoDB, and where the folder cannot be read. False when memory is exhausted. */
bool leftovers_paths(struct arena *arena, const struct settings *settings, struct text_list *ret_kept,
					 struct text_list *ret_left);

#endif
