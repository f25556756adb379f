/*
 * What is said of a history that does not go on from what was seen.
 */
#ifndef VAULT_MARKS_PRIVATE_H
#define VAULT_MARKS_PRIVATE_H

#include "vault_moves.h"
#include "vault_private.h"

/* vault_marks_hold(vault, state, mark, ret_at, ret_standing, error): as vault_standing. *ret_at is the commit of the chain that the mark was
   held against, with the newest move that was seen on the way to it as its moved_rev. */
enum hansard_status vault_marks_hold(struct vault *vault, const struct vault_state *state,
									 const struct vault_mark *mark, struct vault_mark *ret_at,
									 enum vault_standing *ret_standing, struct hansard_error *error);

/* vault_marks_rolled_back(vault, state, mark, standing, error): of one that was put back, or replaced: HANSARD_VIOLATED "rolled_back". */
enum hansard_status vault_marks_rolled_back(const struct vault *vault, const struct vault_state *state,
											const struct vault_mark *mark, enum vault_standing standing,
											struct hansard_error *error);

/* vault_marks_check_jump(vault, state, mark, error): of a head that a retired key alone has signed: far above what was seen, or near the highest
   rev, whoever has that key would leave no room for another commit: HANSARD_VIOLATED "mark_too_far". */
enum hansard_status vault_marks_check_jump(const struct vault *vault, const struct vault_state *state,
										   const struct vault_mark *mark, struct hansard_error *error);

/* vault_marks_check_seen(vault, dialogue_id, mark, error): of a dialogue that has no head: what its mark says, which was read before. Nothing where
   there was none. Errors: HANSARD_VIOLATED VAULT_HEAD_MISSING, HANSARD_NOT_FOUND VAULT_LOST, HANSARD_INVALID VAULT_SEEN_ELSEWHERE. */
enum hansard_status vault_marks_check_seen(const struct vault *vault, struct text dialogue_id,
										   const struct vault_mark *mark, struct hansard_error *error);

#endif
