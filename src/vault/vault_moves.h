/*
 * What a dialogue says of where it goes on: its newest commit is a migrate-out, and names a store.
 */
#ifndef VAULT_MOVES_H
#define VAULT_MOVES_H

#include "vault_private.h"

/* vault_moves_target(newest, ret_target): whether a newest commit is a migrate-out, and the store that it names; lives as long as the commit. */
bool vault_moves_target(const struct commit *newest, struct text *ret_target);

/* vault_moves_migrated(vault, state, error): of one of which it was seen that another store has taken over from this migrate-out:
   HANSARD_INVALID VAULT_MIGRATED, naming that store. */
enum hansard_status vault_moves_migrated(const struct vault *vault, const struct vault_state *state,
										 struct hansard_error *error);

/* vault_moves_released(vault, state, seen, error): of one of which this store holds its end alone: HANSARD_INVALID VAULT_RELEASED. `seen`: that
   the store has taken over that it was sent to; without it nobody can tell here a release from an end that was emptied. */
enum hansard_status vault_moves_released(const struct vault *vault, const struct vault_state *state, bool seen,
										 struct hansard_error *error);

/* vault_moves_in_release(vault, state, error): of one of which this store holds a part of what it held: HANSARD_INVALID VAULT_RELEASED. */
enum hansard_status vault_moves_in_release(const struct vault *vault, const struct vault_state *state,
										   struct hansard_error *error);

/* vault_moves_alone(vault, state, arena, ret_alone, error): whether the newest commit of a state is the only one that is stored. Errors: those
   of the boundary. */
enum hansard_status vault_moves_alone(struct vault *vault, const struct vault_state *state, struct arena *arena,
									  bool *ret_alone, struct hansard_error *error);

/* The end of a dialogue, and nothing else of it. */
struct vault_moves_end {
	struct vault_state *state; /* without items: what its head and its newest commit say */
	bool alone;                /* neither items nor other commits are there */
};

/* vault_moves_end(vault, dialogue_id, arena, ret_end, error): head and newest commit, proved as by a load; of what they stand on nothing is
   looked at, and no mark counts. A head that a retired key alone has signed will do, and its state says so: it is to be believed where the
   history of another one, which is, reaches it. Errors: HANSARD_NOT_FOUND; HANSARD_VIOLATED; HANSARD_WRONG_KEY "no_trusted_key"; those of
   the boundary. */
enum hansard_status vault_moves_end(struct vault *vault, struct text dialogue_id, struct arena *arena,
									struct vault_moves_end *ret_end, struct hansard_error *error);

#endif
