/*
 * Looking again where something does not hold. A look reads head and items first, history and parts after: another commit
 * in between looks like a fault. And in a store whose loads are no snapshots a commit becomes visible item by item, so one
 * look proves nothing: only what is the same in all of them does.
 */
#ifndef VAULT_LOOKS_H
#define VAULT_LOOKS_H

#include "vault_private.h"

enum {
	VAULT_LOOKS = 5,
	VAULT_MOVES = 10, /* looks of snapshots between which another commit arrived each time */
};

/* Looks at one dialogue. Zeroed but for the first two: none was taken. */
struct vault_looks {
	struct vault *vault;
	struct text dialogue_id; /* borrowed */
	int taken;               /* at which something did not hold */
	bool differed;           /* they have not all shown the same */
	struct digest seen;      /* by the first */
};

/* What comes of it. */
enum vault_looked {
	VAULT_STANDS,    /* it is as it was seen */
	VAULT_MOVED,     /* another commit has arrived since */
	VAULT_UNSETTLED, /* a commit may have been half visible; there was a pause, of 50, 200, 800 and 3,200 ms */
};

/* vault_looks_last(looks): whether the next look is the last. */
bool vault_looks_last(const struct vault_looks *looks);

/* vault_looks_add(looks, view, ret_looked, error): of one more look at which something did not hold, of which the note, and, where
   the items were read, they and the newest commit are in the view: whether it is so, or has to be looked at again. Errors:
   HANSARD_BUSY "not_settled" when the looks have not all shown the same, and of snapshots when another commit arrived at each; HANSARD_FAILED; those of the boundary. */
enum hansard_status vault_looks_add(struct vault_looks *looks, const struct store_view *view,
									enum vault_looked *ret_looked, struct hansard_error *error);

/* vault_looks_moved(vault, dialogue_id, note, ret_moved, error): whether the head is no longer this note, which is empty where there was
   no head. Errors: those of the boundary. */
enum hansard_status vault_looks_moved(struct vault *vault, struct text dialogue_id, struct bytes note, bool *ret_moved,
									  struct hansard_error *error);

#endif
