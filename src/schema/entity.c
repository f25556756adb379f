/*
 * The rows of entities.def as tables.
 */
#include "entity.h"

#include "field.h"
#include "limits.h"

static const struct schema_unit unit_count = {.name = "count", .min = 0, .max = LIMIT_INTEGER, .scale = 1};
static const struct schema_unit unit_round = {.name = "round", .min = 0, .max = LIMIT_ROUND, .scale = 1};
static const struct schema_unit unit_score = {.name = "score", .min = -LIMIT_INTEGER, .max = LIMIT_INTEGER, .scale = 1};
static const struct schema_unit unit_millionths = {.name = "millionths", .min = 0, .max = 1000000, .scale = 1000000};
static const struct schema_unit unit_permille = {.name = "permille", .min = 0, .max = 1000, .scale = 1};
static const struct schema_unit unit_line = {.name = "line", .min = 1, .max = LIMIT_INTEGER, .scale = 1};

/* A FIELD knows its owner, but not whether that is a RECORD or an ENTITY: these are names for both. And a GROUP may
   name any RECORD. */
#define RECORD(id, description)                                                                                        \
	typedef struct record_##id owner_##id;                                                                             \
	static const struct schema_shape shape_##id;
#define ENTITY(id, upper, many, description) typedef struct entity_##id owner_##id;
#define RECORD_END(id)
#define ENTITY_END(id)
#define FIELD(owner, id, sort, needs, where, must, description)
#include "entities.def"
#undef RECORD
#undef ENTITY
#undef RECORD_END
#undef ENTITY_END
#undef FIELD

#define NEEDS_TEXT(needs)
#define NEEDS_TIME(needs)
#define NEEDS_HASH(needs)
#define NEEDS_TEXTS(needs)
#define NEEDS_BOOLEAN(needs)
#define NEEDS_INTEGER(needs) .unit = &unit_##needs,
#define NEEDS_WORD(needs) .vocabulary = &vocabulary_##needs,
#define NEEDS_GROUP(needs) .group = &shape_##needs,
#define NEEDS_GROUPS(needs) .group = &shape_##needs,
#define WHERE_CLEAR true
#define WHERE_SEALED false
#define MUST_REQUIRED true
#define MUST_OPTIONAL false

/* The fields of each. */
#define RECORD(id, description) static const struct schema_field fields_##id[] = {
#define ENTITY(id, upper, many, description) static const struct schema_field fields_##id[] = {
#define RECORD_END(id)                                                                                                 \
	}                                                                                                                  \
	;
#define ENTITY_END(id)                                                                                                 \
	}                                                                                                                  \
	;
#define FIELD(owner, id, sort, needs, where, must, description)                                                        \
	{                                                                                                                  \
		.name = #id,                                                                                                   \
		.name_size = sizeof(#id) - 1,                                                                                  \
		.kind = SCHEMA_##sort,                                                                                         \
		.clear = WHERE_##where,                                                                                        \
		.required = MUST_##must,                                                                                       \
		.offset = offsetof(owner_##owner, id),                                                                         \
		NEEDS_##sort(needs).what = description,                                                                        \
	},
#include "entities.def"
#undef RECORD
#undef ENTITY
#undef RECORD_END
#undef ENTITY_END
#undef FIELD

/* The shape of each. */
#define SHAPE(id, description)                                                                                         \
	{                                                                                                                  \
		.name = #id, .what = description, .size = sizeof(owner_##id), .fields = fields_##id,                           \
		.field_count = sizeof(fields_##id) / sizeof(fields_##id[0]),                                                   \
	}
#define RECORD_END(id)
#define ENTITY_END(id)
#define FIELD(owner, id, sort, needs, where, must, description)
#define RECORD(id, description) static const struct schema_shape shape_##id = SHAPE(id, description);
#define ENTITY(id, upper, many, description)
#include "entities.def"
#undef RECORD
#undef ENTITY

#define RECORD(id, description)
#define ENTITY(id, upper, many, description) [ENTITY_##upper] = {.shape = SHAPE(id, description), .plural = #many},
static const struct {
	struct schema_shape shape;
	const char *plural;
} entities[ENTITY_TYPE_COUNT] = {
#include "entities.def"
};
#undef RECORD
#undef ENTITY
#undef RECORD_END
#undef ENTITY_END
#undef FIELD

const struct schema_shape *entity_shape(enum entity_type type)
{
	return &entities[type].shape;
}

const char *entity_plural(enum entity_type type)
{
	return entities[type].plural;
}

bool entity_type_find(struct text name, enum entity_type *ret_type)
{
	/* Every item that is loaded asks: the first letter leaves one or two names to compare. */
	for (unsigned i = 0; name.size > 0 && i < ENTITY_TYPE_COUNT; i++) {
		if (name.data[0] == entities[i].shape.name[0] && text_is(name, entities[i].shape.name)) {
			*ret_type = (enum entity_type)i;
			return true;
		}
	}
	return false;
}

bool entity_equal(const struct entity_head *a, const struct entity_head *b)
{
	return a->type == b->type && text_equal(a->subkey, b->subkey) && field_equal(entity_shape(a->type), a, b);
}
