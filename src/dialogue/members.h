/*
 * Reading a JSON object of a batch by rows: one row per member. Every fault becomes a problem; what was good is
 * filled in all the same, so that the checks that follow can find the rest of what is wrong.
 */
#ifndef MEMBERS_H
#define MEMBERS_H

#include "json_read.h"
#include "problem.h"
#include "vocabulary.h"

enum members_kind {
	MEMBERS_TEXT,    /* struct text */
	MEMBERS_TEXTS,   /* struct text_list */
	MEMBERS_INTEGER, /* struct schema_integer; needs a unit */
	MEMBERS_BOOLEAN, /* struct schema_boolean */
	MEMBERS_WORD,    /* unsigned; needs words; read without regard to case */
	MEMBERS_OBJECT,  /* const json_t pointer, owned by the JSON that is read */
	MEMBERS_LIST,    /* const json_t pointer, likewise */
};

/* Range of a number, and the power of ten by which it is kept multiplied. */
struct members_unit {
	int64_t min;
	int64_t max;
	int64_t scale;
	const char *constraint;
};
extern const struct members_unit members_count, members_round, members_score, members_fraction, members_percent;

struct members_row {
	const char *name;
	enum members_kind kind;
	size_t offset;
	bool required; /* and, if a text, not blank */
	const struct vocabulary *words;
	const struct members_unit *unit;
	bool edge; /* an unknown word is invalid_ref_type */
};

/* The name, kind and place of the member `id` of a struct: the beginning of its row. */
#define MEMBERS_ROW(owner, id, sort) .name = #id, .kind = MEMBERS_##sort, .offset = offsetof(struct owner, id)

struct members_shape {
	const char *what; /* "a tension", with its article */
	const struct members_row *rows;
	size_t count;
};

/* members_read(shape, json, path, object, problems): fills the struct `object`; texts are copied into the arena of
   problems. False when json is no object (a problem; below the empty path it has the path "(batch)", made of the
   shape's name) or memory is exhausted (problems->exhausted). */
bool members_read(const struct members_shape *shape, const json_t *json, struct text path, void *object,
				  struct problem_list *problems);

/* members_path(arena, path, name): `path.name`, or name below the empty path; members_index: `path[i]`. Absent
   when memory is exhausted. */
struct text members_path(struct arena *arena, struct text path, const char *name);
struct text members_index(struct arena *arena, struct text path, size_t i);

/* members_texts(json, path, ret_list, problems): a list of texts. False when memory is exhausted. */
bool members_texts(const json_t *json, struct text path, struct text_list *ret_list, struct problem_list *problems);

#endif
