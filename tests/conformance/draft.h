/*
 * Changes for tests of engines, made without crypto: stored items are [0, generation, rev, attrs, "", box, ""] with any
 * bytes in the box, commits are any bytes, hashes are whatever tells two commits apart, and notes say
 * which commit they name and are not signed.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include "store_engine.h"

/* The head that a change stands on. Zeroed: there is none yet. */
struct draft_head {
	int64_t rev;
	struct digest hash;
};

/* Clear fields of an item; NULL ones are left out. */
struct draft_attrs {
	const char *status;
	const char *created_at;
	const char *updated_at;
	const char *accepted_by;
};

/* A change that is being put together, in any order. */
struct draft {
	struct arena *arena;
	struct store_partition partition;
	struct store_item *puts;
	size_t put_count, put_capacity;
	struct store_item *parts;
	size_t part_count, part_capacity;
	struct item_key *removals;
	size_t removal_count, removal_capacity;
	size_t commit_size;         /* 0: a short one */
	size_t note_size;           /* likewise */
	bool unlisted;              /* the partition ceases to be listed */
	int64_t rev;                /* that its items say wrote them, and it makes; 0: what it makes, up to 23 */
	uint64_t salt;              /* makes commit, hash and attempt differ from those of another draft of the same rev */
	struct store_change change; /* the last one that was made of it */
};

/* draft_begin(arena, partition): an empty draft. Memory that is exhausted fails the running test, here and below. */
struct draft draft_begin(struct arena *arena, struct store_partition partition);

/* draft_item(arena, rev, attrs, size): a stored item of exactly `size` bytes; 0: a small one. Not every
   size can be had: at 300 the head of the box grows. */
struct stored_bytes draft_item(struct arena *arena, int64_t rev, const struct draft_attrs *attrs, size_t size);

/* draft_put(draft, key, attrs, size), draft_remove(draft, key), draft_part(draft, owner, n, size): adds to the
   draft. */
void draft_put(struct draft *draft, struct item_key key, const struct draft_attrs *attrs, size_t size);
void draft_remove(struct draft *draft, struct item_key key);
void draft_part(struct draft *draft, struct item_key owner, int n, size_t size);

/* draft_key(type, subkey): a key of NUL-terminated strings. */
struct item_key draft_key(const char *type, const char *subkey);

/* draft_make(draft, head): the change that the draft is on this head, in order. */
const struct store_change *draft_make(struct draft *draft, const struct draft_head *head);

/* draft_try(draft, head, ret_result, error): makes and sends it; on STORE_DONE *head is the new one. */
enum hansard_status draft_try(struct draft *draft, struct draft_head *head, enum store_result *ret_result,
							  struct hansard_error *error);

/* draft_send(draft, head): as draft_try; anything but STORE_DONE fails the running test. */
void draft_send(struct draft *draft, struct draft_head *head);

/* draft_note(draft, rev, hash): a note of the draft's size and partition that names this commit: its lines, and blanks. */
struct bytes draft_note(struct draft *draft, int64_t rev, const struct digest *hash);

/* draft_note_rev(note): the rev that a note names; one that names none fails the running test. */
int64_t draft_note_rev(struct bytes note);

/* draft_digest(bytes): something that differs when bytes differ. No hash. */
struct digest draft_digest(struct bytes bytes);

#endif
