/*
 * What the files of a move share.
 */
#ifndef VAULT_MOVE_PRIVATE_H
#define VAULT_MOVE_PRIVATE_H

#include "vault_move.h"
#include "vault_private.h"

enum { VAULT_MOVE_ATTEMPTS = 4 }; /* at what another changed meanwhile, or whose outcome is not known */

/* A move under way. */
struct move {
	const struct vault_moving *moving;
	struct text dialogue_id;
	struct arena *arena;
	struct vault_state *state; /* of the source */
	bool behind;               /* the source ends before what was seen of the dialogue */
	struct store_reservation mine;
	struct vault_moved moved;
};

/* vault_move_taken_over(move, error): HANSARD_CONFLICT "move_taken_over". */
enum hansard_status vault_move_taken_over(const struct move *move, struct hansard_error *error);

/* vault_move_copy(move, error): puts everything that the source holds under the move's reservation, revision by revision; with dry_run it
   is only counted. Errors: HANSARD_CONFLICT "move_taken_over"; HANSARD_UNREACHABLE "not_copied"; those of the boundary. */
enum hansard_status vault_move_copy(struct move *move, struct hansard_error *error);

#endif
