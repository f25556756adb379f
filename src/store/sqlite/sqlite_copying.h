/*
 * Bringing partitions into a SQLite file, and giving them up.
 */
#ifndef SQLITE_COPYING_H
#define SQLITE_COPYING_H

#include "sqlite_db.h"

extern const struct copying_store sqlite_copying_store;

#endif
