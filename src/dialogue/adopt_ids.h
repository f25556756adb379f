/*
 * Ids of statements across an import.
 */
#ifndef ADOPT_IDS_H
#define ADOPT_IDS_H

#include "adopt_diff.h"

/* adopt_ids_compare(diff, type, error): what happens to the ids of the stored statements of a type: those that move are
   added to diff->moved. Errors: HANSARD_CONFLICT "ids_would_change" when ids stay and one would name another statement,
   HANSARD_FAILED. */
enum hansard_status adopt_ids_compare(struct adopt_diff *diff, enum entity_type type, struct hansard_error *error);

#endif
