/*
 * What is asked of a partition and what it answers. The partition itself is the first argument of every slot of the
 * boundary and can be named nowhere in here: below the includes its name does not compile, so no request and no result
 * can reach a second one.
 */
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H

#include "arena.h"
#include "digest.h"
#include "item_key.h"
#include "stored.h"

#define store_partition !"a request names no partition"

/* One stored item or part with its key. */
struct store_item {
	struct item_key key;
	struct stored_bytes stored;
};

/* All of one revision but parts and history. Views live in the arena of the load. */
struct store_view {
	bool exists; /* false: no such dialogue; everything else is empty */
	struct bytes note;
	struct bytes commit;      /* the newest, which the note names; empty: there is none of that rev */
	struct store_item *items; /* in address order */
	size_t item_count;
	/* Index copies of meta and tensions, seen on the way, that are not what their items give, and one more where an engine
	   lists the partition itself by a copy that lies. An engine that keeps none beside its items, or reports them in a deep
	   check alone, answers 0. */
	size_t stale_indexes;
	/* Whether its analytics find the partition, by a copy of what its newest change said; 0 where there is no such copy. */
	enum store_view_listed { STORE_VIEW_LISTED = 1, STORE_VIEW_UNLISTED } listed;
};

/* Commits from rev `from` to rev `to`, both included, as far as they exist. */
struct store_history_request {
	int64_t from;
	int64_t to;
};
struct store_history {
	struct store_commit {
		int64_t rev;
		struct bytes stored;
	} * commits; /* by rev */
	size_t count;
};

/* The parts of the items whose current revision is `rev`. */
struct store_parts_request {
	int64_t rev;
};
struct store_parts {
	struct store_item *items; /* in address order */
	size_t count;
};

enum { STORE_ATTEMPT_SIZE = 16 };

/* Names one attempt to commit: random, new for each prepared body. */
struct store_attempt {
	uint8_t id[STORE_ATTEMPT_SIZE];
	int64_t rev; /* the rev that it tried to write */
};

/* One change of a partition, complete before it is sent. The ceilings count puts and removals as changes, parts not;
   removals of meta, tensions and deks count like puts of them. */
struct store_change {
	int64_t expected_rev;          /* rev of the head it stands on; 0: the partition must not exist */
	struct digest expected_hash;   /* of that head's commit; zeros when expected_rev is 0 */
	const struct store_item *puts; /* items, without parts */
	size_t put_count;
	const struct item_key *removals; /* items to remove; their parts go with them */
	size_t removal_count;
	const struct store_item *parts; /* of the puts */
	size_t part_count;
	int64_t rev;  /* of the new head: expected_rev + 1 */
	bool restore; /* only then may rev be greater */
	/* Whether analytics find the partition from now on, as after every ordinary commit. One that is not listed has no
	   index copies of meta and tensions, those that this change does not touch included. */
	bool listed;
	struct bytes commit; /* the new commit as stored */
	struct digest hash;  /* of it */
	struct bytes note;   /* the new head */
	struct store_attempt attempt;
};

/* What became of a change. */
enum store_result {
	STORE_DONE,     /* durable */
	STORE_CONFLICT, /* the head is another one; nothing was written */
	STORE_UNKNOWN,  /* it may or may not have been written: ask settle */
};

/* What became of an attempt. */
enum store_settled {
	STORE_COMMITTED,
	STORE_NOT_COMMITTED, /* and it cannot arrive any more */
	STORE_STILL_UNKNOWN,
};

#undef store_partition

#endif
