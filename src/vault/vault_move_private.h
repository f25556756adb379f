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
	struct arena *arena;       /* that the state is in; each step has one of its own besides */
	struct vault_state *state; /* of the source */
	bool found;                /* there is one: the source was loaded */
	bool sealed;               /* it ends with a migrate-out, so that memory may be used up */
	bool behind;               /* the source ends before what was seen of the dialogue */
	bool released;             /* of the source nothing but its end is there, or is believed */
	struct store_reservation mine;
	struct vault_moved moved;
};

/* vault_move_identity(vault): of its store. */
struct text vault_move_identity(const struct vault *vault);

/* vault_move_begin(move, moving, dialogue_id, error): a move of one dialogue between two stores that are not the same. Its arena is to be
   destroyed, whatever is returned. Errors: HANSARD_INVALID "same_store"; HANSARD_FAILED. */
enum hansard_status vault_move_begin(struct move *move, const struct vault_moving *moving, struct text dialogue_id,
									 struct hansard_error *error);

/* vault_move_end(move, status, error): frees it; what it ended with, where a store that shows nothing of what it has shown is no answer.
   Errors: HANSARD_BUSY "not_shown", and what it was given. */
enum hansard_status vault_move_end(struct move *move, enum hansard_status status, struct hansard_error *error);

/* vault_move_arena(move): for what one step reads. NULL: memory is exhausted. */
struct arena *vault_move_arena(const struct move *move);

/* vault_move_writes(move): from here on something may have been written. */
void vault_move_writes(const struct move *move);

/* vault_move_reload(move, error): loads the source as anybody does. Errors: as vault_load. */
enum hansard_status vault_move_reload(struct move *move, struct hansard_error *error);

/* vault_move_sent(move): whether the source ends with a commit migrate-out. */
bool vault_move_sent(const struct move *move);

/* vault_move_load_source(move, error): sets state and behind, whatever the mark says of a source that ends with a migrate-out: the target may
   have taken over from it, and more been seen there. vault_move_load_end(move, ret_alone, error): the end of the source alone, of which
   nothing else is looked at, whatever the target; it may be signed by a retired key alone, and counts as far as the target's history reaches it. Errors: vault_move_load_source as vault_move_check_target; as vault_load. */
enum hansard_status vault_move_load_source(struct move *move, struct hansard_error *error);
enum hansard_status vault_move_load_end(struct move *move, bool *ret_alone, struct hansard_error *error);

/* vault_move_check_target(move, error): a newest commit migrate-out has to name the target. Errors: HANSARD_INVALID VAULT_MIGRATED. */
enum hansard_status vault_move_check_target(const struct move *move, struct hansard_error *error);

/* vault_move_look_at_target(move, ret_occupant, ret_done, error): what there is of it in the target. *ret_done: it has taken over from the
   newest commit of the source. A dialogue that moved away from there once, and that the source goes on from, makes room; any other does
   not. Errors: HANSARD_CONFLICT "dialogue_exists", "moved_on" where the target has released what it had of it; those of a look. */
enum hansard_status vault_move_look_at_target(struct move *move, struct store_occupant *ret_occupant, bool *ret_done,
											  struct hansard_error *error);

/* vault_move_see(move, error): loads what has taken over, so that its mark knows of the move. What has moved on from there is good, too; a
   copy of another store is not. Errors: HANSARD_INVALID "other_store"; as vault_load. */
enum hansard_status vault_move_see(const struct move *move, struct hansard_error *error);

/* vault_move_forbid(move, judged, source_rev, ret_forbidden, error): forbids every copy up to a revision of the source, and takes away what the
   target has, if that is still what was judged. *ret_forbidden: false where it is not: it is to be looked at again. Errors: HANSARD_CONFLICT
   "move_taken_over"; HANSARD_UNKNOWN "outcome_unknown"; those of the boundary. */
enum hansard_status vault_move_forbid(struct move *move, const struct store_occupant *judged, int64_t source_rev,
									  bool *ret_forbidden, struct hansard_error *error);

/* vault_move_check_whole(move, vault, error): verifies a dialogue with its parts before what another store has of it goes. Errors:
   HANSARD_VIOLATED "copy_broken"; those of vault_verify. */
enum hansard_status vault_move_check_whole(const struct move *move, struct vault *vault, struct hansard_error *error);

/* vault_move_taken_over(move, error): HANSARD_CONFLICT "move_taken_over". vault_move_ended(move, vault, result, error): of what was asked for
   VAULT_MOVE_ATTEMPTS times, and last with this result of a store: that, or HANSARD_UNKNOWN "outcome_unknown" where that was not heard. */
enum hansard_status vault_move_taken_over(const struct move *move, struct hansard_error *error);
enum hansard_status vault_move_ended(const struct move *move, const struct vault *vault, enum store_result result,
									 struct hansard_error *error);

/* vault_move_called_off(move, status, error): of a copy that failed so: HANSARD_CONFLICT "move_called_off" where the target says that somebody
   called the move off meanwhile; else that status and its error as it is. */
enum hansard_status vault_move_called_off(const struct move *move, enum hansard_status status,
										  struct hansard_error *error);

/* vault_move_copy(move, error): puts everything that the source holds under the move's reservation, revision by revision; with dry_run it
   is only counted, and with it the commit that would seal the source. Errors: HANSARD_CONFLICT "move_taken_over"; HANSARD_UNREACHABLE "not_copied"; those of the boundary. */
enum hansard_status vault_move_copy(struct move *move, struct hansard_error *error);

#endif
