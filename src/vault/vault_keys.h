/*
 * The keys of a dialogue's generations: opened from its wraps once their root is proved, and kept for the next load of the
 * same wraps.
 */
#ifndef VAULT_KEYS_H
#define VAULT_KEYS_H

#include "vault_private.h"
#include "wrap.h"

/* A wrapped DEK of a proved state. */
struct vault_wrap {
	int64_t generation;
	int64_t since; /* rev of the commit that added it */
	int64_t epoch;
	struct key_kek_id kek;
	struct item item; /* views into its load */
	struct item_proof proof;
};

/* Keys that somebody uses are kept; others as long as there is room. */
struct vault_keys_cache;

/* vault_keys_cache_create(): NULL when memory is exhausted. vault_keys_cache_destroy(cache): takes NULL. */
struct vault_keys_cache *vault_keys_cache_create(void);
void vault_keys_cache_destroy(struct vault_keys_cache *cache);

/* vault_keys_acquire(vault, dialogue_id, wrap, ret_keys, error): the keys of a generation, until they are released.
   Errors: HANSARD_WRONG_KEY ("no_key", "wrong_key"); HANSARD_VIOLATED naming the wrap; HANSARD_FAILED; those of the
   keyring. */
enum hansard_status vault_keys_acquire(struct vault *vault, struct text dialogue_id, const struct vault_wrap *wrap,
									   struct item_keys **ret_keys, struct hansard_error *error);

/* vault_keys_open(vault, dialogue_id, wrap, ret_dek, error): the DEK itself, in a slot of the keyring that the caller gives
   back: for wrapping it anew. Errors: as vault_keys_acquire. */
enum hansard_status vault_keys_open(struct vault *vault, struct text dialogue_id, const struct vault_wrap *wrap,
									struct key_dek *ret_dek, struct hansard_error *error);

/* vault_keys_of_state(vault, state, generation, ret_keys, error): as vault_keys_acquire, of a generation of a loaded state.
   Errors also: HANSARD_INVALID "erased" when the state has no keys any more. */
enum hansard_status vault_keys_of_state(struct vault *vault, const struct vault_state *state, int64_t generation,
										struct item_keys **ret_keys, struct hansard_error *error);

/* vault_keys_release(vault, keys): takes NULL. */
void vault_keys_release(struct vault *vault, struct item_keys *keys);

/* The items of one proved state being opened: its wraps, and the keys that were needed so far. */
struct vault_opening {
	struct vault *vault;
	struct text dialogue_id;
	struct vault_wrap *wraps; /* by generation */
	size_t wrap_count;
	struct item_keys **keys; /* by wrap; NULL: not needed yet */
	int64_t *opened;         /* by wrap: items and parts that its keys were asked for */
};

/* The stored items of a state, and their proofs in the same order. */
struct vault_opening_items {
	const struct store_item *items;
	const struct item_proof *proofs;
	size_t count;
};

/* vault_keys_surplus(items, count): the first wrap beyond those that a dialogue may have; NULL: there is none. */
const struct store_item *vault_keys_surplus(const struct store_item *items, size_t count);

/* vault_opening_begin(opening, items, arena, ret_fault, error): reads the wraps among the items into the arena; vault and
   dialogue_id are set. A dek item that is no wrap: HANSARD_VIOLATED, and *ret_fault is its key. Errors: HANSARD_FAILED. */
enum hansard_status vault_opening_begin(struct vault_opening *opening, const struct vault_opening_items *items,
										struct arena *arena, struct item_key *ret_fault, struct hansard_error *error);

/* vault_opening_keys(opening, generation, ret_keys, error): the keys of a generation, to open one item or part; NULL when it has no
   wrap. Errors: as vault_keys_acquire. */
enum hansard_status vault_opening_keys(struct vault_opening *opening, int64_t generation, struct item_keys **ret_keys,
									   struct hansard_error *error);

/* vault_opening_finish(opening, outcome, error): releases the keys and tells the audit log what they opened. Takes one that is
   zeroed. Errors: those of the log. */
enum hansard_status vault_opening_finish(struct vault_opening *opening, enum vault_outcome outcome,
										 struct hansard_error *error);

/* vault_keys_tell(vault, dialogue_id, generation, event, error): as vault_tell, of the DEK of a generation. */
enum hansard_status vault_keys_tell(const struct vault *vault, struct text dialogue_id, int64_t generation,
									struct vault_audit_event event, struct hansard_error *error);

/* A DEK just drawn, with its keys. */
struct vault_fresh {
	struct key_dek dek; /* in a slot of the keyring */
	struct item_keys *keys;
};

/* vault_keys_draw(vault, ret_fresh, error): from the system's generator. Errors: HANSARD_FAILED. */
enum hansard_status vault_keys_draw(struct vault *vault, struct vault_fresh *ret_fresh, struct hansard_error *error);

/* vault_keys_discard(vault, fresh): wipes it. Takes one that is zeroed. */
void vault_keys_discard(struct vault *vault, struct vault_fresh *fresh);

#endif
