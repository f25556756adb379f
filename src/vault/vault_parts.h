/*
 * Parts: what was cut every LIMIT_PIECE bytes, and its proof. An owner's attrs carry `parts`, their number, and
 * `parts_root`, the hex of the tree hash over them in order.
 */
#ifndef VAULT_PARTS_H
#define VAULT_PARTS_H

#include "vault_private.h"

/* What attrs say about parts. */
struct vault_parts {
	bool present; /* both reserved attrs are there */
	int64_t count;
	struct digest root;
};

/* vault_parts_of(key, attrs, ret_parts): reads the reserved attrs of an item that item_read() accepted. False when
   they are malformed, or not there for a file, or there for another type that has none. */
bool vault_parts_of(struct item_key key, struct bytes attrs, struct vault_parts *ret_parts);

/* vault_parts_cut(key, item, parts): whether an item is cut where it must be: the box of one that has parts and is no file holds
   the first LIMIT_PIECE bytes. */
bool vault_parts_cut(struct item_key key, const struct item *item, const struct vault_parts *parts);

/* An owner of parts, with where it stands. */
struct vault_parts_owner {
	struct text dialogue_id;
	struct item_key key;
	int64_t rev;
	int64_t generation;
	struct bytes attrs;
};

/* What a proof came to: the parts in order, still sealed, or which address is at fault and a sentence about it. */
struct vault_parts_proof {
	struct vault_part {
		struct item item;
		struct digest digest;
		struct text address;
	} * parts;
	size_t count;
	struct text address; /* where `what` is */
	const char *what;    /* NULL when all is proved */
};

/* vault_parts_prove(vault, owner, stored, arena, ret_proof, error): finds the owner's parts among those of its
   revision and proves them: all there, of its rev, cut where they must be, under its root. What does not hold is in
   the proof, not an error. Errors: HANSARD_FAILED. */
enum hansard_status vault_parts_prove(struct vault *vault, const struct vault_parts_owner *owner,
									  const struct store_parts *stored, struct arena *arena,
									  struct vault_parts_proof *ret_proof, struct hansard_error *error);

/* The parts of one revision, kept between owners that it wrote. Zeroed: of none. */
struct vault_parts_cache {
	int64_t rev;
	struct store_parts stored;
};

/* vault_parts_load(vault, owner, cache, arena, ret_proof, error): as vault_parts_prove, asking the engine unless the
   cache has them. Errors: HANSARD_VIOLATED, naming the address at fault, and those of the boundary. */
enum hansard_status vault_parts_load(struct vault *vault, const struct vault_parts_owner *owner,
									 struct vault_parts_cache *cache, struct arena *arena,
									 struct vault_parts_proof *ret_proof, struct hansard_error *error);

/* Parts to be opened behind what is open already. */
struct vault_parts_joining {
	struct item_keys *keys;
	struct bytes first; /* in clear */
	const struct vault_parts_proof *proof;
};

/* vault_parts_join(vault, joining, arena, ret_whole, error): first and the contents of the parts in one. Errors:
   HANSARD_VIOLATED, naming the part whose tag or box does not hold; HANSARD_FAILED. */
enum hansard_status vault_parts_join(const struct vault *vault, const struct vault_parts_joining *joining,
									 struct arena *arena, struct bytes *ret_whole, struct hansard_error *error);

/* vault_parts_reserved(attrs): whether attrs hold a reserved pair, which no caller may write. */
bool vault_parts_reserved(struct bytes attrs);

/* vault_parts_attrs(attrs, count, root, out): appends attrs, a map without reserved pairs, with these added at their
   places. False when memory is exhausted. */
bool vault_parts_attrs(struct bytes attrs, size_t count, const struct digest *root, struct buffer *out);

#endif
