/*
 * Moving a dialogue from one store to another, byte for byte: at any time one of the two is where it is written. Whatever is killed is
 * asked for again and ends in the same state.
 *
 *     vault_move          1. the source is sealed by a commit `migrate-out`, which names the target
 *                         2. what it holds is copied as it is stored, under a reservation that no reader sees
 *                         3. the copy is verified, and the source's head is looked at once more
 *                         4. a commit `migrate-in` publishes it, which names the source
 *     vault_move_cancel   before 4: the target forbids this copy and takes away what it has of it; then the source goes on with a commit
 *                         `migrate-cancel`
 *     vault_move_release  behind 4: the source's copy goes, all but its head and the commit `migrate-out`
 *
 * Both vaults have one tenant and the same keys, and share their marks where they are of one configuration: these know of the move then.
 */
#ifndef VAULT_MOVE_H
#define VAULT_MOVE_H

#include "vault.h"

struct vault_moving {
	struct vault *source;
	struct vault *target; /* with dry_run of a move NULL: there is none yet */
	bool dry_run;         /* looks whether it could be done, and counts; nothing is written */
	/* Bytes that each step may take for what it reads; 0: LIMIT_ARENA. A sixteenth is kept back until the source is sealed, so that
	   what has no room is told before. */
	size_t memory;
	bool *ret_begun; /* set before the first thing is written to either store; may be NULL */
};

/* What a move did, or would do. */
struct vault_moved {
	bool before;     /* it had been moved already: nothing was written */
	int64_t out_rev; /* of the commit migrate-out; 0: there is none yet */
	int64_t in_rev;  /* of the commit migrate-in; 0: there is none yet */
	int64_t items;   /* leaves, parts and commits */
	int64_t bytes;   /* of these, as stored */
};

/* vault_move(moving, dialogue_id, ret_moved, error): Errors: HANSARD_CONFLICT "dialogue_exists" (the target has another of that id, or one
   that went on), "moved_on" (the target sent it on, and has released it), "move_called_off" (vault_move_cancel is to be ended first, or came in between), "move_taken_over" (another process copies the same), "head_moved"; HANSARD_UNKNOWN "outcome_unknown" and HANSARD_UNREACHABLE "not_copied", where the target was not heard;
   HANSARD_INVALID "same_store"; "migrated" where it was moved to another store than that; "other_store"; HANSARD_VIOLATED "copy_broken" of a source,
   before it is sealed, or of a copy; as vault_load and vault_append of either. */
enum hansard_status vault_move(const struct vault_moving *moving, struct text dialogue_id,
							   struct vault_moved *ret_moved, struct hansard_error *error);

/* vault_move_cancel(moving, dialogue_id, ret_rev, error): *ret_rev: of the commit migrate-cancel, or with dry_run what it would be; 0 where it had been called off already, or
   never begun. What the target has under that id is taken away only where it came from here. Errors: HANSARD_CONFLICT "already_moved" behind 4: the way back is a move,
   "moved_on", "move_taken_over"; HANSARD_UNKNOWN "outcome_unknown"; HANSARD_INVALID "migrated", "same_store"; HANSARD_VIOLATED "copy_broken" of a
   source that is not whole, while the target holds a dialogue that would go; as vault_load and vault_append. */
enum hansard_status vault_move_cancel(const struct vault_moving *moving, struct text dialogue_id, int64_t *ret_rev,
									  struct hansard_error *error);

/* vault_move_release(moving, dialogue_id, ret_released, error): *ret_released: false where that was done before. A release that was killed goes on.
   The target is the store that the source names, or one that it was moved on to from there. Errors: HANSARD_INVALID "not_moved" where the target
   has not taken over from the source's newest commit, "migrated" where that names another store and the target has not, either,
   "other_store" where the target's is a copy; HANSARD_CONFLICT "dialogue_exists", "moved_on"; HANSARD_UNKNOWN "outcome_unknown"; HANSARD_VIOLATED "copy_broken" where the target's, verified
   with its parts, is not whole; as vault_load of the target. */
enum hansard_status vault_move_release(const struct vault_moving *moving, struct text dialogue_id, bool *ret_released,
									   struct hansard_error *error);

#endif
