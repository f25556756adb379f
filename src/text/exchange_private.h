/*
 * What the writing and the reading of an export share: the table of its lists.
 */
#ifndef EXCHANGE_PRIVATE_H
#define EXCHANGE_PRIVATE_H

#include "problem.h"
#include "record.h"

/* A list of the export: an array of objects, each an entity. */
struct exchange_list {
	enum entity_type type;
	const char *key; /* of the array */
	bool references; /* each entity carries the refs of which it is the source */
	bool events;     /* each entity carries its events */
};

/* In the order of the export; what is not here (meta, refs, events) has a place of its own. */
extern const struct exchange_list exchange_lists[];
extern const size_t exchange_list_count;

/* exchange_check_files(arena, record, problems): every path that cannot be written below a folder, and every two that
   stand in each other's way, are problems. False when memory is exhausted. */
bool exchange_check_files(struct arena *arena, const struct record *record, struct problem_list *problems);

#endif
