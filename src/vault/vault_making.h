/*
 * One commit being made: what its steps share. The changes are put into order and checked (vault_changes.c), sealed
 * into stored items and parts (vault_seal.c), put into the chain and handed to the engine (vault_commit.c).
 */
#ifndef VAULT_MAKING_H
#define VAULT_MAKING_H

#include "vault_keys.h"
#include "vault_private.h"

/* What a commit stands on: a state without its contents. Of rev 0 where there is no dialogue yet. */
struct vault_base {
	int64_t rev;
	struct digest hash;    /* of its newest commit */
	struct text time;      /* of its newest commit */
	struct text operation; /* of its newest commit */
	struct item_key *keys; /* in address order */
	struct digest *leaves; /* same order */
	size_t count;
	int64_t passed_rev; /* this and the rest as in struct vault_state */
	int64_t moved_rev;
	bool undoes_move;
};

/* A DEK that is wrapped anew in this commit. */
struct vault_wrapping {
	struct item_key key;
	int64_t generation;
	int64_t since;
	struct key_dek dek;
};

/* One change in its place: of the caller's, or a wrapping. */
struct vault_ordered {
	struct item_key key;
	const struct vault_change *change;
	const struct vault_wrapping *wrapping;
};

struct vault_making {
	struct vault *vault;
	struct arena *arena;  /* of this commit */
	struct arena *texts;  /* of the keys in next */
	struct arena *arrays; /* of everything else in next */
	struct text dialogue_id;
	const struct vault_base *base;
	const struct vault_commit *commit;
	const struct vault_wrapping *wrappings;
	size_t wrapping_count;
	struct item_keys *keys;      /* that items are sealed with; NULL where none is */
	int64_t generation;          /* of these keys */
	struct vault_ordered *order; /* all changes in address order */
	size_t order_count;
	struct buffer scratch;
	struct commit_change *changes; /* as the commit lists them, same order */
	struct store_item *puts;
	struct item_key *removals;
	struct store_item *parts;
	size_t put_count, removal_count, part_count, part_capacity;
	size_t stored_bytes;
	struct store_change request;
	struct vault_base next; /* what the commit after this one stands on */
};

/* vault_making_too_large(error, what, limit): HANSARD_INVALID "commit_too_large". */
enum hansard_status vault_making_too_large(struct hansard_error *error, const char *what, size_t limit);

/* vault_changes_order(making, error): fills order, and checks each change and the ceilings that can be told before
   anything is sealed. Errors: HANSARD_INVALID ("invalid_change", "commit_too_large"), HANSARD_FAILED. */
enum hansard_status vault_changes_order(struct vault_making *making, struct hansard_error *error);

/* vault_seal_changes(making, error): fills changes, puts, removals and parts of the ordered changes. Errors:
   HANSARD_INVALID ("commit_too_large", and those of item_write), HANSARD_FAILED. */
enum hansard_status vault_seal_changes(struct vault_making *making, struct hansard_error *error);

/* What a commit wraps anew besides its changes. */
struct vault_wrappings {
	const struct vault_wrapping *items;
	size_t count;
};

/* vault_chain_append_wrapped(chain, commit, wrappings, ret_rev, error): as vault_chain_append, with wraps in the same commit. */
enum hansard_status vault_chain_append_wrapped(struct vault_chain *chain, const struct vault_commit *commit,
											   struct vault_wrappings wrappings, int64_t *ret_rev,
											   struct hansard_error *error);

/* vault_chain_renew(chain, ret_rev, error): a commit `generation`: what the chain writes from then on is sealed under a key of its
   own. Errors: HANSARD_INVALID "too_many_generations"; as vault_chain_append. */
enum hansard_status vault_chain_renew(struct vault_chain *chain, int64_t *ret_rev, struct hansard_error *error);

/* vault_rewrap_chain(vault, state, chain, error): a commit `rewrap` of the wraps of the state that the chain goes on from, unless
   they are under the KEK of the configuration. Errors: those of the keyring; as vault_chain_append. */
enum hansard_status vault_rewrap_chain(struct vault *vault, const struct vault_state *state, struct vault_chain *chain,
									   struct hansard_error *error);

/* vault_commit_make(making, error): everything from checking to sending, with vault, the arenas, dialogue_id, base and
   commit given. On success the commit is durable, and next is the base of the one after it. Errors as vault_append. */
enum hansard_status vault_commit_make(struct vault_making *making, struct hansard_error *error);

#endif
