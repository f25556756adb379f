/*
 * The difference between the record that is wanted and the one that is stored, as changes in the order in which they
 * are to be committed.
 */
#ifndef ADOPT_DIFF_H
#define ADOPT_DIFF_H

#include "adopt.h"

/* Changes of one group may share a commit, those of two never do. Rounds are groups of their own number. */
enum { ADOPT_DIFF_MOVES = -2, ADOPT_DIFF_REST = -1 };

struct adopt_diff_change {
	struct entity_head *entity;
	bool remove;
	/* Of a file that moves to another number: what is removed in the same commit; or NULL. */
	struct entity_head *leaves;
	int group;
};

struct adopt_diff {
	struct vault *vault; /* hashes files */
	struct arena *arena;
	const struct record *stored; /* an empty record when the dialogue is new */
	const struct adopt_request *request;
	const int64_t *foreign; /* revs, rising: those commits changed the record, and were no imports */
	size_t foreign_count;
	bool frozen;              /* there is one: ids stay */
	struct record_list files; /* the wanted files, completed and numbered */
	struct text *replaced;    /* paths of stored files that come with another content */
	size_t replaced_count, replaced_capacity;
	struct adopt_diff_change *changes;
	size_t count, capacity;
	struct adopt_moved *moved;
	size_t moved_count, moved_capacity;
};

/* adopt_diff_run(diff, error): fills changes and moved. Errors as adopt_record. */
enum hansard_status adopt_diff_run(struct adopt_diff *diff, struct hansard_error *error);

/* adopt_diff_protected(diff, entity): a stored entity that an import does not touch. */
bool adopt_diff_protected(const struct adopt_diff *diff, const struct entity_head *entity);

/* adopt_diff_registered(diff, entity): it belongs to a round that was registered, whose record an import leaves alone.
   False for a file: files say themselves where they came from. */
bool adopt_diff_registered(const struct adopt_diff *diff, const struct entity_head *entity);

/* adopt_diff_round(entity): the round that an entity belongs to, or -1. */
int adopt_diff_round(const struct entity_head *entity);

/* adopt_diff_add(diff, change): appends one. False when memory is exhausted. */
bool adopt_diff_add(struct adopt_diff *diff, struct adopt_diff_change change);

#endif
