/*
 * Every dialogue of the tenant, opened and verified, one at a time.
 */
#ifndef LIBRARY_WALK_H
#define LIBRARY_WALK_H

#include "dialogue.h"

struct library_walk {
	struct vault *vault;
	/* visit: anything but HANSARD_OK, with the error filled in, ends the walk. The record lives until it returns. */
	enum hansard_status (*visit)(void *context, const struct record *record, struct hansard_error *error);
	void *context;
};

/* library_walk_all(walk, error): visits all, newest first. Errors: the visitor's, HANSARD_VIOLATED, and those of the
   boundary. */
enum hansard_status library_walk_all(const struct library_walk *walk, struct hansard_error *error);

#endif
