/*
 * What commands that were killed have left beside a database.
 */
#ifndef DOCTOR_LEFT_H
#define DOCTOR_LEFT_H

#include <hansard/hansard.h>

#include "arena.h"

/* doctor_left(arena, database, ret_lines, ret_count, error): for each file that a killed backup, init or put has left in the folder of a
   database: which it is, and what may be done. What is kept on purpose is not among them. Errors: HANSARD_FAILED, of a folder that cannot be
   read, too. */
enum hansard_status doctor_left(struct arena *arena, struct text database, struct text **ret_lines, size_t *ret_count,
								struct hansard_error *error);

#endif
