/*
 * The five slots of the boundary over SQLite.
 */
#ifndef SQLITE_DIALOGUES_H
#define SQLITE_DIALOGUES_H

#include "sqlite_db.h"

extern const struct dialogue_store sqlite_dialogues_store;

/* sqlite_dialogues_copies_agree(query, column, listed): whether status, updated_at and open_tension of the current row,
   which follow type, subkey and stored from this column on, are the copies that its item gives. */
bool sqlite_dialogues_copies_agree(const struct sqlite_query *query, int column, bool listed);

#endif
