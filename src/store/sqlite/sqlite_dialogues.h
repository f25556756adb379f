/*
 * The five slots of the boundary over SQLite.
 */
#ifndef SQLITE_DIALOGUES_H
#define SQLITE_DIALOGUES_H

#include "dialogue_store.h"

extern const struct dialogue_store sqlite_dialogues_store;

#endif
