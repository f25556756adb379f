/*
 * What a new database file is filled with, before it has its name.
 */
#ifndef SQLITE_DRAFT_H
#define SQLITE_DRAFT_H

#include "sqlite_db.h"
#include "sqlite_file.h"

/* sqlite_draft_fill(file, from, entropy, error): fills an empty draft with a copy of the store in `from`, or with an empty store where
   that is NULL. Either way it is a store of its own, with an identity that was drawn for it. Errors: HANSARD_VIOLATED "schema_altered" of
   one that holds more than a store's own tables; HANSARD_BUSY; HANSARD_FAILED, "draft_replaced", too. */
enum hansard_status sqlite_draft_fill(const struct sqlite_file *file, struct sqlite_db *from,
									  struct moment_entropy entropy, struct hansard_error *error);

#endif
