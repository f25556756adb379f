/*
 * Taking in a record that was derived elsewhere (an import): the difference to what is stored becomes commits.
 */
#ifndef ADOPT_H
#define ADOPT_H

#include "dialogue.h"

struct adopt_request {
	const struct record *wanted; /* what the dialogue shall be; files carry their content */
	bool dry_run;                /* compute the result and write nothing */
	bool replace;                /* a file that changed is taken instead of being a conflict */
	bool only_add; /* an export is taken in: what is stored and differs is a conflict, and nothing is removed */
	void (*progress)(void *context, size_t done, size_t all); /* items written; may be NULL */
	void *progress_context;
};

struct adopt_result {
	bool created;
	bool unchanged;
	size_t put, removed; /* items */
	size_t commits;
	int64_t rev;
	struct adopt_moved {
		struct text from; /* display id that a statement had */
		struct text to;   /* and has now */
	} * moved;
	size_t moved_count;
};

/* adopt_record(vault, request, arena, ret_result, error): creates the dialogue or commits the difference, one
   commit per round and one for the rest, cut at LIMIT_IMPORT_COMMIT bytes, each at most the ceilings of one
   commit. All but the last are of an operation that says so; killed half-way it can be run again, and where nothing is left to
   be written then, a commit of no changes ends it. SHA-256 and size of files are filled in; a SHA-256 that is given must be the
   content's. What a registered round,
   or any commit but an import, a rotation of keys, a restore or a move, wrote stays as it is; a file that is stored and not wanted is kept. Errors:
   HANSARD_CONFLICT "file_changed" naming the file, "ids_would_change" once a commit other than these exists,
   "entity_differs" (only_add); HANSARD_INVALID for a wanted record without meta or a file without content, and
   "content_differs"; and
   those of the boundary. */
enum hansard_status adopt_record(struct vault *vault, const struct adopt_request *request, struct arena *arena,
								 struct adopt_result *ret_result, struct hansard_error *error);

#endif
