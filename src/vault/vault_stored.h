/*
 * All that the store holds of a dialogue, as whoever has its file finds it: a verified state, the bytes that it was proved from, its
 * head, its parts and its history.
 */
#ifndef VAULT_STORED_H
#define VAULT_STORED_H

#include "note.h"
#include "vault.h"

/* A part as it lies there. */
struct vault_stored_part {
	struct text address;
	int64_t rev;   /* under which it is kept */
	size_t size;   /* as stored */
	size_t sealed; /* of it, in clear; 0 where it cannot be read */
};

struct vault_stored_commit {
	struct commit commit;
	size_t size; /* as stored */
};

struct vault_stored {
	struct vault_state *state; /* of vault_load; where there is no UMK, without wraps and what is sealed */
	struct note head;
	struct vault_stored_commit *commits; /* the whole chain, by rev */
	size_t commit_count;
	struct vault_stored_part
		*parts; /* by rev and address: those of the items, and such as were left of replaced ones */
	size_t part_count;
};

/* vault_stored(vault, dialogue_id, arena, ret_stored, error): needs no UMK; where there is one everything is opened, too. Errors:
   as vault_load, but for "no_key"; HANSARD_VIOLATED of history and parts. */
enum hansard_status vault_stored(struct vault *vault, struct text dialogue_id, struct arena *arena,
								 struct vault_stored *ret_stored, struct hansard_error *error);

#endif
