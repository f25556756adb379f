/*
 * Entities made up at random, the same for the same seed: every value is valid, and all of it is made from the rows of
 * entities.def.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "arena.h"
#include "entity.h"

struct sample {
	struct arena *arena;
	uint64_t state;
};

/* sample_next(sample, below): the next number, 0 to below - 1. */
uint64_t sample_next(struct sample *sample, uint64_t below);

/* sample_field(sample, field, object): gives the field of a struct a value. */
void sample_field(struct sample *sample, const struct schema_field *field, void *object);

/* sample_clear(field, object): makes the field absent. */
void sample_clear(const struct schema_field *field, void *object);

/* sample_entity(sample, type): an entity with every field present, its groups too. */
struct entity_head *sample_entity(struct sample *sample, enum entity_type type);

/* sample_copy(sample, entity): a copy that shares what the members point to. */
struct entity_head *sample_copy(struct sample *sample, const struct entity_head *entity);

#endif
