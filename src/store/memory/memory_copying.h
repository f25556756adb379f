/*
 * Bringing partitions into memory, and giving them up.
 */
#ifndef MEMORY_COPYING_H
#define MEMORY_COPYING_H

#include "memory_partition.h"

extern const struct copying_store memory_copying_store;

#endif
