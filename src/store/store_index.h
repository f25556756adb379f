/*
 * What engines keep beside an item to find it by: a pure function of its address and attrs. Copies for finding things;
 * they prove nothing.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "store_requests.h"

/* The copies. Of meta and tensions of a partition that is not listed all are absent. Texts are views into the stored
   item; absent where the type has none or where it is no copy to find by: an empty status, a time that is no moment. */
struct store_index {
	struct text status; /* the attr `status`; of an event, move or verdict its event_type, move_type, verdict_type */
	struct text updated_at; /* of meta: updated_at, created_at where that is absent; of others: created_at */
	bool dialogue;          /* meta: it lists its dialogue */
	bool open_tension;      /* a tension that is open, addressed or reopened and that no verdict accepted */
	int64_t rev;            /* that the item carries; whether or not the partition is listed */
};

/* store_index_of(item, listed, ret_index): the copies of an item of a partition whose newest commit says `listed`. An
   item whose attrs have no such fields gives absent ones. False when it is not an item. */
bool store_index_of(const struct store_item *item, bool listed, struct store_index *ret_index);

/* store_index_agrees(item, listed, kept): whether the copies that lists answer by, all but rev, are those that an item gives;
   an empty text and an absent one are the same here, and what is no item agrees with nothing. */
bool store_index_agrees(const struct store_item *item, bool listed, const struct store_index *kept);

/* store_index_listed(key): whether copies of this item depend on its partition's being listed: meta and tensions. */
bool store_index_listed(struct item_key key);

#endif
