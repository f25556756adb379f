/*
 * The five slots of the boundary over SQLite.
 */
#ifndef SQLITE_DIALOGUES_H
#define SQLITE_DIALOGUES_H

#include "sqlite_db.h"

extern const struct dialogue_store sqlite_dialogues_store;

/* sqlite_dialogues_finish(partition, change, ret_result, error): ends the transaction that wrote a change: as commit of dialogue_store.h. */
enum hansard_status sqlite_dialogues_finish(const struct store_partition *partition, const struct store_change *change,
											enum store_result *ret_result, struct hansard_error *error);

#endif
