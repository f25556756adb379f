/*
 * To which store a dialogue belongs: whether ordinary commits may be made here, or only those that end, move or restore it.
 */
#ifndef VAULT_BELONGING_H
#define VAULT_BELONGING_H

#include "vault_private.h"

enum vault_belonging_kind {
	VAULT_BELONGING_UNKNOWN, /* not asked yet */
	VAULT_BELONGING_HERE,    /* ordinary commits are accepted */
	VAULT_BELONGING_OTHER,   /* a copy: it is another store's until a restore says otherwise */
	VAULT_BELONGING_MOVED,   /* a migrate-out ended it here */
	VAULT_BELONGING_ERASED,  /* it has no keys any more, for good */
};

struct vault_belonging {
	enum vault_belonging_kind kind;
	struct text store; /* the other one: whose it is, or where it was moved to */
};

/* vault_belonging_of(vault, state, arena, ret_belonging, error): of a verified state. The newest of rev 1, migrate-in,
   migrate-cancel, restore, migrate-out and erase decides; unless it is the newest commit, the history is read once. Errors: as
   vault_history. */
enum hansard_status vault_belonging_of(struct vault *vault, const struct vault_state *state, struct arena *arena,
									   struct vault_belonging *ret_belonging, struct hansard_error *error);

/* vault_belonging_stated(vault, state, arena, ret_belonging, error): the same by what its history says alone, of an erased one, too: which is
   HERE or another's. Errors: as vault_history. */
enum hansard_status vault_belonging_stated(struct vault *vault, const struct vault_state *state, struct arena *arena,
										   struct vault_belonging *ret_belonging, struct hansard_error *error);

/* vault_belonging_elsewhere(vault, commits, count): whether the store that the newest of these commits lies in, as they are signed, has another
   backend than this one: a copy can come to lie anywhere. A migrate-out changes nothing: it lies where it was made. The first commit is
   among them, or the last one says its store. */
bool vault_belonging_elsewhere(const struct vault *vault, const struct commit *commits, size_t count);

/* vault_belonging_states(operation): whether a commit of this operation says the store that it was made in, wherever it stands. */
bool vault_belonging_states(struct text operation);

/* vault_belonging_after(belonging, operation): what it is after a commit of this operation was made here, on a dialogue of
   which it was `belonging`. An erased dialogue stays one; the store that a migrate-out names is not filled in. */
struct vault_belonging vault_belonging_after(struct vault_belonging belonging, struct text operation);

/* vault_belonging_check(vault, belonging, dialogue_id, error): HANSARD_OK where ordinary commits are accepted. Errors: HANSARD_INVALID
   "erased", "migrated", "other_store". */
enum hansard_status vault_belonging_check(const struct vault *vault, const struct vault_belonging *belonging,
										  struct text dialogue_id, struct hansard_error *error);

/* vault_belonging_free(operation): whether it is none of the ordinary ones, and accepted whatever the belonging: erase, restore,
   migrate-…. */
bool vault_belonging_free(struct text operation);

#endif
