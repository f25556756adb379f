/*
 * Replaying a history: the chain of commits read back from the head, and what it says should be there.
 */
#ifndef VAULT_REPLAY_H
#define VAULT_REPLAY_H

#include "vault_private.h"
#include "vault_verify.h"

/* A leaf as the history has it. */
struct vault_replay_entry {
	struct item_key key;
	struct digest leaf;
	int64_t rev;   /* of the last commit naming it */
	int64_t added; /* rev of the commit that put it where it was not */
};

struct vault_replay {
	struct vault *vault;
	struct arena *arena;
	struct text dialogue_id;
	struct vault_fault *faults;
	size_t fault_count, fault_capacity;
	int64_t wanted_rev;     /* of the newest commit, where the items can be held against none beside the head; or 0 */
	bool broken;            /* a commit is missing or not the one that was committed: entries may be incomplete */
	int64_t proved_from;    /* commits of this rev and later ones are those that the head ends */
	struct commit *commits; /* of the chain, by rev, as far as they can be read */
	size_t commit_count;
	int64_t *strays; /* revs of commits outside the chain */
	size_t stray_count, stray_capacity;
	bool sent;                          /* the newest commit is a migrate-out, and there are no items */
	bool emptied;                       /* though by that commit there were some */
	bool released;                      /* set: nothing else is to be there */
	struct vault_replay_entry *entries; /* in address order */
	size_t entry_count;
	const struct commit *erasure; /* that took the last key; NULL: the history leaves one, or never had one */
};

/* vault_replay_blame(replay, address, format, ...): adds a fault. False when memory is exhausted. */
bool vault_replay_blame(struct vault_replay *replay, struct text address, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* vault_replay_blame_commit(replay, rev, what): as above, of a commit. */
bool vault_replay_blame_commit(struct vault_replay *replay, int64_t rev, const char *what);

/* vault_replay_chain(replay, head, error): reads every commit and follows the chain back from the head, or from the
   newest commit when head is NULL; what is missing, altered or outside it is blamed. Errors: those of the boundary.
   */
enum hansard_status vault_replay_chain(struct vault_replay *replay, const struct note *head,
									   struct hansard_error *error);

/* vault_replay_run(replay, error): applies the commits in order. In an unbroken chain root, count, time, removals and
   operation of each are checked and blamed: an erase leaves no key, behind an erase or a migrate-out stands no ordinary one, and a move is ended right behind
   the migrate-out that began it, by the store that this names.
   Errors: HANSARD_FAILED. */
enum hansard_status vault_replay_run(struct vault_replay *replay, struct hansard_error *error);

#endif
