/*
 * The five slots of the boundary over SQLite.
 */
#ifndef SQLITE_DIALOGUES_H
#define SQLITE_DIALOGUES_H

#include "sqlite_db.h"

extern const struct dialogue_store sqlite_dialogues_store;

/* sqlite_dialogues_copies_agree(query, column, item, listed): whether status, updated_at and open_tension, from this
   column of the current row on, are the copies that the item gives. */
bool sqlite_dialogues_copies_agree(const struct sqlite_query *query, int column, const struct store_item *item,
								   bool listed);

#endif
