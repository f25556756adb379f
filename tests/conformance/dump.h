/*
 * Everything that an engine answers, as bytes: two engines that answer alike give the same.
 */
#ifndef DUMP_H
#define DUMP_H

#include "store_engine.h"

/* The current revision of each item of a partition, as the changes that were done have it: what tells current parts from others, which an
   engine may answer, too. Zeroed but for the arena. */
struct dump_owners {
	struct arena *arena;
	struct dump_owner {
		struct item_key key;
		int64_t rev; /* 0: it is not there */
	} * items;
	size_t count, capacity;
};

/* dump_own(owners, change): a change that was done. */
void dump_own(struct dump_owners *owners, const struct store_change *change);

/* What is asked of a partition beside a load: history and parts from one revision to another. */
struct dump_range {
	int64_t from, to;
	const struct dump_owners *owners;
};

/* dump_partition(out, arena, partition, range): appends what the slots answer. A slot that fails, and an index copy that lies, fail the
   running test, here and below. */
void dump_partition(struct buffer *out, struct arena *arena, struct store_partition partition,
					const struct dump_range *range);

/* Pages of the longest listing of each kind so far, of any engine. */
struct dump_pages {
	size_t dialogues, tensions, partitions;
};

/* dump_analytics(out, arena, engine, limit): appends counts and all listings of the tenants t, u, v, w, in pages of `limit`. */
void dump_analytics(struct buffer *out, struct arena *arena, struct store_engine *engine, size_t limit);

/* dump_pages(): so many there were. */
struct dump_pages dump_pages(void);

#endif
