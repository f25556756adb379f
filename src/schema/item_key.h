/*
 * Keys of stored items: type and subkey, their grammars (record.md, envelope.md), and the canonical address
 * dialogue:{dialogue_id}/entity:{type}/{subkey}. A part that does not match is refused before an address is built.
 */
#ifndef ITEM_KEY_H
#define ITEM_KEY_H

#include "arena.h"
#include "entity.h"

/* A key as text. type is one of the record's names or dek, part, commit, head. */
struct item_key {
	struct text type;
	struct text subkey;
};

/* Parts of an event's, move's and ref's subkey. */
struct item_key_event {
	struct text type;   /* word of vocabulary_event_type */
	struct text target; /* display id, two-digit round, or meta */
	struct text time;   /* compact moment, as moment_compact() writes it */
	int n;
};
struct item_key_move {
	int round;
	struct text expert;
	int seq;
};
struct item_key_ref {
	struct text source;
	enum ref_type type;
	struct text target;
};

/* item_key_valid(key): type is known and subkey has its grammar, parts and deks included; commit and head are none. */
bool item_key_valid(struct item_key key);

/* item_key_leaf(key): valid and a leaf of the root: not a part. */
bool item_key_leaf(struct item_key key);

/* item_key_compare(a, b): order of their addresses in one dialogue: memcmp, a prefix first. */
int item_key_compare(struct item_key a, struct item_key b);

/* item_key_find(key, items, count, size): the one of this key, or NULL, of `count` items of `size` bytes, each of which begins
   with its key, in the order of their keys. `items` may be NULL when there are none. */
const void *item_key_find(struct item_key key, const void *items, size_t count, size_t size);

/* item_key_address(dialogue_id, key, out): appends the canonical address. False when the id or key is invalid or out
   cannot grow. */
bool item_key_address(struct text dialogue_id, struct item_key key, struct buffer *out);

/* item_key_part(arena, owner, n, ret_key): key of part n, 1..LIMIT_PARTS, of an owner. False: memory is exhausted. */
bool item_key_part(struct arena *arena, struct item_key owner, int n, struct item_key *ret_key);

/* item_key_owner(part, ret_owner, ret_n): owner and number of a part's key. False when it is none. */
bool item_key_owner(struct item_key part, struct item_key *ret_owner, int *ret_n);

/* Subkeys written and taken apart. The makers return false when memory is exhausted, the readers when the subkey is
   none. */
bool item_key_round_subkey(struct arena *arena, int round, struct text *ret_subkey);
bool item_key_move_subkey(struct arena *arena, struct item_key_move move, struct text *ret_subkey);
bool item_key_ref_subkey(struct arena *arena, struct item_key_ref ref, struct text *ret_subkey);
bool item_key_event_subkey(struct arena *arena, struct item_key_event event, struct text *ret_subkey);
bool item_key_file_subkey(struct arena *arena, int n, struct text *ret_subkey);
bool item_key_read_round(struct text subkey, int *ret_round);
bool item_key_read_move(struct text subkey, struct item_key_move *ret_move);
bool item_key_read_ref(struct text subkey, struct item_key_ref *ret_ref);
bool item_key_read_event(struct text subkey, struct item_key_event *ret_event);

/* item_key_event_dated(subkey): whether the moment in an event's subkey is one of the calendar, which whoever makes one sees to. What is stored
   is read without. */
bool item_key_event_dated(struct text subkey);

#endif
