/*
 * Partitions in memory: every revision of one is a whole new value, copied into an arena of its own and put in the place of the old one
 * by one assignment. Nothing is searched but from front to back.
 */
#ifndef MEMORY_PARTITION_H
#define MEMORY_PARTITION_H

#include "store_engine.h"

struct memory_part {
	struct store_item item;
	int64_t rev; /* that wrote it */
};

struct memory_commit {
	struct store_commit commit;
	uint8_t attempt[STORE_ATTEMPT_SIZE]; /* zeros: it was copied */
};

/* One revision of one partition, or what was copied under its reservation. Everything in it lives in its arena. */
struct memory_partition {
	struct arena *arena;
	struct text tenant;
	struct text dialogue_id;
	struct store_occupant is; /* published or reserved */
	struct bytes note;        /* of one that is published */
	bool listed;
	struct store_item *items; /* in address order */
	size_t item_count;
	struct memory_part *parts; /* of every revision, in address order, older ones first */
	size_t part_count;
	struct memory_commit *commits; /* by rev */
	size_t commit_count;
};

struct memory_engine {
	struct store_engine base;
	struct memory_partition **partitions;
	size_t partition_count;
	struct buffer identity;
};

/* What is kept of a partition when another value takes its place. */
enum memory_kept {
	MEMORY_ALL,
	MEMORY_OTHERS,  /* all but what one revision wrote */
	MEMORY_CURRENT, /* all but parts of what was replaced or removed */
	MEMORY_COMMIT,  /* the commit of one revision */
	MEMORY_NOTHING,
};

/* How one value becomes the next. */
struct memory_step {
	enum memory_kept kept;
	int64_t rev;                       /* the one revision */
	const struct store_change *change; /* what comes to it: puts, removals, parts and the commit; NULL: nothing */
};

/* memory_partition_of(handle): the partition, or NULL. */
const struct memory_partition *memory_partition_of(const struct store_partition *handle);

/* memory_partition_step(handle, step, error): the next value of the partition, which is empty where there is none; it is what the old one
   is, and belongs to the caller. NULL when memory is exhausted. */
struct memory_partition *memory_partition_step(const struct store_partition *handle, const struct memory_step *step,
											   struct hansard_error *error);

/* memory_partition_place(handle, next, error): puts it in the place of the old one, and takes it over, whatever it answers; takes NULL,
   of which the error is there already. Errors: HANSARD_FAILED. */
enum hansard_status memory_partition_place(const struct store_partition *handle, struct memory_partition *next,
										   struct hansard_error *error);

/* memory_partition_publish(next, change): makes of it the dialogue that a change ends with. False when memory is exhausted. */
bool memory_partition_publish(struct memory_partition *next, const struct store_change *change);

/* memory_partition_view(partition, rev, arena, ret_view): as load gives it, with the commit of a rev and without the note. False when memory is
   exhausted. */
bool memory_partition_view(const struct memory_partition *partition, int64_t rev, struct arena *arena,
						   struct store_view *ret_view);

/* memory_partition_copy_item(arena, item, ret_item): false when memory is exhausted. */
bool memory_partition_copy_item(struct arena *arena, const struct store_item *item, struct store_item *ret_item);

#endif
