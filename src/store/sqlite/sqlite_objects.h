/*
 * The tables, indexes and views of a store, by their text in sqlite_schema. Whoever can write the file can put others in
 * their place or beside them, which make of a statement something else than it says: a table that replaces one row when
 * another is written, a trigger at somebody's SQL prompt.
 */
#ifndef SQLITE_OBJECTS_H
#define SQLITE_OBJECTS_H

#include "sqlite_db.h"

enum { SQLITE_OBJECTS_NAMED = 16, SQLITE_OBJECTS_NAME_SIZE = 80 };

/* Objects that are missing, altered or planted: how many, and what is wrong with the first of them. */
struct sqlite_objects_faults {
	struct {
		char name[SQLITE_OBJECTS_NAME_SIZE]; /* "table items": as the file says, cut, perhaps not UTF-8 */
		const char *what;                    /* a sentence about it */
	} named[SQLITE_OBJECTS_NAMED];
	size_t count; /* of all */
};

/* sqlite_objects_make(db, error): makes them in an empty file. */
enum hansard_status sqlite_objects_make(struct sqlite_db *db, struct hansard_error *error);

/* sqlite_objects_compare(db, ret_faults, error): holds those that are there against those that a store has, text by text.
   What ANALYZE makes may be there. Errors: those of reading. */
enum hansard_status sqlite_objects_compare(struct sqlite_db *db, struct sqlite_objects_faults *ret_faults,
										   struct hansard_error *error);

/* sqlite_objects_refuse(db, error): nothing is written to a store whose objects are not all its own: to be called in the
   transaction that writes. Errors: HANSARD_VIOLATED "schema_altered", and those of reading. */
enum hansard_status sqlite_objects_refuse(struct sqlite_db *db, struct hansard_error *error);

/* sqlite_objects_refuse_copy(copy, from, error): nothing is copied of a store whose objects are not all its own, either: what they do
   would be done in the copy, too. `copy` is what was read of it, and nothing was written to that yet. Errors: as
   sqlite_objects_refuse, in the name of `from`. */
enum hansard_status sqlite_objects_refuse_copy(struct sqlite_db *copy, const struct sqlite_db *from,
											   struct hansard_error *error);

#endif
