/*
 * Every dialogue of the tenant, opened and verified, one at a time.
 */
#ifndef LIBRARY_WALK_H
#define LIBRARY_WALK_H

#include "dialogue.h"
#include "left.h"

struct library_walk {
	struct vault *vault;
	/* visit: anything but HANSARD_OK, with the error filled in, ends the walk. The record lives until it returns. */
	enum hansard_status (*visit)(void *context, const struct record *record, struct hansard_error *error);
	void *context;
	struct left_list *left; /* takes those that cannot be opened for a fault of their own */
};

/* library_walk_all(walk, error): visits all that can be opened, newest first. Errors: the visitor's, and those of the
   boundary. */
enum hansard_status library_walk_all(const struct library_walk *walk, struct hansard_error *error);

#endif
