/*
 * The entities of a dialogue as structs (entities.def), and the same rows as data. Every text and list of an entity is
 * a view into the arena it was made in.
 */
#ifndef ENTITY_H
#define ENTITY_H

#include <stddef.h>

#include "bytes.h"
#include "vocabulary.h"

/* Entity types of the record, in the order of canonical addresses, and the types that storage adds. */
enum entity_type {
	ENTITY_CLAIM,
	ENTITY_EVENT,
	ENTITY_EVIDENCE,
	ENTITY_EXPERT,
	ENTITY_FILE,
	ENTITY_META,
	ENTITY_MOVE,
	ENTITY_PERSPECTIVE,
	ENTITY_RECOMMENDATION,
	ENTITY_REF,
	ENTITY_ROUND,
	ENTITY_TENSION,
	ENTITY_VERDICT,
	ENTITY_TYPE_COUNT,
};

/* An integer that may be absent; absent is never 0. */
struct schema_integer {
	int64_t value;
	bool present;
};

struct schema_boolean {
	bool value;
	bool present;
};

/* A list of RECORDs: `items` points to `count` structs of the record's type. */
struct schema_groups {
	const void *items;
	size_t count;
	bool present;
};

/* What an entity has besides its fields. */
struct entity_head {
	enum entity_type type;
	struct text subkey;   /* record.md, column subkey; "" for meta */
	int64_t rev;          /* commit that last wrote it; 0 when it has not been stored */
	struct bytes content; /* of a file: its bytes where they have been read or are to be written; not a field */
	bool content_known;
};

#define SCHEMA_C_TEXT(needs) struct text
#define SCHEMA_C_TIME(needs) struct text
#define SCHEMA_C_HASH(needs) struct bytes
#define SCHEMA_C_TEXTS(needs) struct text_list
#define SCHEMA_C_INTEGER(needs) struct schema_integer
#define SCHEMA_C_BOOLEAN(needs) struct schema_boolean
#define SCHEMA_C_WORD(needs) enum needs
#define SCHEMA_C_GROUP(needs) const struct record_##needs *
#define SCHEMA_C_GROUPS(needs) struct schema_groups

/* struct record_<name> for each RECORD, struct entity_<name> for each ENTITY. */
#define RECORD(name, what) struct record_##name {
#define RECORD_END(name)                                                                                               \
	}                                                                                                                  \
	;
#define ENTITY(name, upper, plural, what)                                                                              \
	struct entity_##name {                                                                                             \
		struct entity_head head;
#define ENTITY_END(name)                                                                                               \
	}                                                                                                                  \
	;
#define FIELD(owner, name, kind, needs, where, must, what) SCHEMA_C_##kind(needs) name;
#include "entities.def"
#undef RECORD
#undef RECORD_END
#undef ENTITY
#undef ENTITY_END
#undef FIELD

enum schema_kind {
	SCHEMA_TEXT,
	SCHEMA_TIME,
	SCHEMA_HASH,
	SCHEMA_TEXTS,
	SCHEMA_INTEGER,
	SCHEMA_BOOLEAN,
	SCHEMA_WORD,
	SCHEMA_GROUP,
	SCHEMA_GROUPS,
};

/* Range of an integer, and the power of ten by which JSON shows it divided (relevance 950000 is 0.95). */
struct schema_unit {
	const char *name;
	int64_t min;
	int64_t max;
	int64_t scale;
};

/* One row of entities.def. `offset` is that of the member in its struct. */
struct schema_field {
	const char *name;
	size_t name_size; /* its bytes */
	enum schema_kind kind;
	bool clear;    /* CLEAR: in attrs; else sealed */
	bool required; /* REQUIRED */
	size_t offset;
	const struct vocabulary *vocabulary; /* of a WORD */
	const struct schema_unit *unit;      /* of an INTEGER */
	const struct schema_shape *group;    /* of a GROUP or GROUPS */
	const char *what;
};

/* A RECORD or the fields of an ENTITY. Fields stand in the order of entities.def, which is the order of JSON and
   display. */
struct schema_shape {
	const char *name;
	const char *what;
	size_t size; /* of the struct */
	const struct schema_field *fields;
	size_t field_count;
};

/* entity_shape(type): fields of an entity type; never NULL. */
const struct schema_shape *entity_shape(enum entity_type type);

/* entity_plural(type): plural of its name ("tensions"), as JSON uses it. */
const char *entity_plural(enum entity_type type);

/* entity_type_find(name, ret_type): the type of that name ("tension"). False when there is none. */
bool entity_type_find(struct text name, enum entity_type *ret_type);

/* entity_equal(a, b): same type, subkey and every field; rev and content are not compared. */
bool entity_equal(const struct entity_head *a, const struct entity_head *b);

#endif
