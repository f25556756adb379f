/*
 * Questions across partitions, over the index copies in SQLite.
 */
#ifndef SQLITE_ANALYTICS_H
#define SQLITE_ANALYTICS_H

#include "analytics_store.h"

extern const struct analytics_store sqlite_analytics_store;

#endif
