/*
 * What lies at a path, sorted into dialogues: a dialogue's folder, recorded documents, a folder of such folders and documents.
 */
#ifndef SOURCES_H
#define SOURCES_H

#include "derive.h"

/* The files of one dialogue, from one or several places below the path. */
struct source {
	struct text id;
	struct text source_key;
	struct text path; /* where it was found first */
	struct derive_file *files;
	size_t file_count;
	size_t file_capacity;
	bool by_name; /* a file or folder of it is named as only a dialogue's is, or its id was given */
	bool single;  /* the path is this one file */
};

struct source_list {
	struct source *items; /* in order of id */
	size_t count;
	size_t capacity;
	struct text *others; /* files of no dialogue, by their paths */
	size_t other_count;
	size_t other_capacity;
};

/* sources_collect(arena, path, as, ret_list, error): every dialogue at the path, read. A folder is a dialogue's when it
   holds a round-N folder or one of the files that only such a folder has; when its name begins with a time and nothing
   in it has one of its own; or when it is the path and no dialogue is below it. Every other file below the path is a
   document, by its name or because it carries its record, or among the others; names that begin with a dot are looked at only in a dialogue's folder. `as`, when
   present, is the id of the only one. Errors: HANSARD_NOT_FOUND; HANSARD_INVALID (what disk.h refuses, "not_a_dialogue",
   "invalid_id"); HANSARD_USAGE when `as` is given for several. */
enum hansard_status sources_collect(struct arena *arena, struct text path, struct text as, struct source_list *ret_list,
									struct hansard_error *error);

#endif
