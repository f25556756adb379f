/*
 * Entities as JSON, both ways, from the rows of entities.def: keys in the order of the rows, absent fields left out,
 * integers divided by their unit's scale, hashes as lower-case hex.
 */
#ifndef ENTITY_JSON_H
#define ENTITY_JSON_H

#include "arena.h"
#include "entity.h"
#include "json_read.h"
#include "json_write.h"
#include "problem.h"

/* entity_json_write(writer, shape, object): the pairs of all present fields of a struct of that shape; the caller has
   opened the object. */
void entity_json_write(struct json_writer *writer, const struct schema_shape *shape, const void *object);

/* entity_json_read(arena, shape, json, path, ignored, object, problems): fills the struct `object` of that shape from a
   JSON object; texts are copied into the arena. Words are read without regard to case. Keys named in `ignored`
   (NULL-terminated, may be NULL) are passed over. What JSON does not name stays as it is in object, so that a caller
   can fill in what follows from elsewhere. Every unknown field, wrong type, unknown word, number out of range, and
   required field that is still absent is added to problems with its path below `path`. False only when memory is
   exhausted. */
bool entity_json_read(struct arena *arena, const struct schema_shape *shape, const json_t *json, struct text path,
					  const char *const *ignored, void *object, struct problem_list *problems);

#endif
