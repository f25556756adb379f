/*
 * What the writing and the reading of an export share: the table of its lists.
 */
#ifndef EXCHANGE_PRIVATE_H
#define EXCHANGE_PRIVATE_H

#include "entity.h"

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

#endif
