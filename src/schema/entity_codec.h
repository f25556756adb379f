/*
 * Entities as bytes: attrs (the clear fields) and sealed (the others), each the deterministic CBOR of a map from field
 * name to value. TEXT, TIME: text; HASH: bytes; TEXTS: array of text; INTEGER: integer; BOOLEAN: true or false; WORD:
 * text; GROUP: map; GROUPS: array of maps. Absent fields are left out.
 */
#ifndef ENTITY_CODEC_H
#define ENTITY_CODEC_H

#include "arena.h"
#include "entity.h"

/* entity_codec_attrs(entity, out, error): appends cbor of the clear fields. Errors: HANSARD_INVALID "missing_field" or
   "invalid_value", naming the field; HANSARD_FAILED. */
enum hansard_status entity_codec_attrs(const struct entity_head *entity, struct buffer *out,
									   struct hansard_error *error);

/* entity_codec_sealed(entity, out, error): appends cbor of the sealed fields, or nothing when there are none. Errors as
   above. */
enum hansard_status entity_codec_sealed(const struct entity_head *entity, struct buffer *out,
										struct hansard_error *error);

/* entity_codec_read(arena, type, subkey, attrs, sealed, ret_entity, error): decodes an entity into the arena; views
   point into subkey, attrs and sealed, which must live as long as the arena. The pairs `parts` and `parts_root` of
   attrs are passed over. Unknown fields, wrong kinds, words outside the vocabulary, integers outside the unit,
   missing required fields and an empty map of sealed fields are refused. Errors: HANSARD_INVALID "unknown_field", "invalid_value" or "missing_field",
   naming item and field; HANSARD_FAILED. */
enum hansard_status entity_codec_read(struct arena *arena, enum entity_type type, struct text subkey,
									  struct bytes attrs, struct bytes sealed, struct entity_head **ret_entity,
									  struct hansard_error *error);

/* entity_codec_create(arena, type, subkey): an entity with every field absent, or NULL when memory is exhausted. subkey
   must live as long as the arena. */
struct entity_head *entity_codec_create(struct arena *arena, enum entity_type type, struct text subkey);

#endif
