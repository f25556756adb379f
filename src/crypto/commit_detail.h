/*
 * The detail of a commit: a map with exactly the keys stated for its operation, {store} for the commit of rev 1:
 *
 *     restore        {store, lost_rev, lost_hash}
 *     migrate-out    {target}
 *     migrate-in     {store, source, items, bytes}
 *     migrate-cancel {store}
 */
#ifndef COMMIT_DETAIL_H
#define COMMIT_DETAIL_H

#include "digest.h"

/* What a detail may say; absent texts where the operation has no such key. Stores are `{name}:{32 hex digits}`. */
struct commit_detail {
	struct text store;
	struct text source;
	struct text target;
	int64_t items;
	int64_t bytes;
	int64_t lost_rev; /* one below the commit's own */
	struct digest lost_hash;
};

/* Which commit a detail is of. */
struct commit_detail_place {
	struct text operation;
	int64_t rev;
};

/* commit_detail_known(operation): one that this release knows how to write. Others can be read and verified, but nothing
   is written on top of them. */
bool commit_detail_known(struct text operation);

/* commit_detail_write(place, detail, out): appends the cbor map. False for an unknown operation, a value that is none, or
   when out cannot grow. */
bool commit_detail_write(struct commit_detail_place place, const struct commit_detail *detail, struct buffer *out);

/* commit_detail_read(place, encoded, ret_detail): strictly reads one; of an unknown operation any map will do, and
   ret_detail is zeroed. False when it is not that of its place. */
bool commit_detail_read(struct commit_detail_place place, struct bytes encoded, struct commit_detail *ret_detail);

#endif
