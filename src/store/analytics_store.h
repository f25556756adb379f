/*
 * Questions across partitions: pages of items as stored with their address. Answers are index copies: they may lag,
 * prove nothing about completeness, and say as of when.
 */
#ifndef ANALYTICS_STORE_H
#define ANALYTICS_STORE_H

#include "arena.h"
#include "entity.h"
#include "item_key.h"
#include "stored.h"

struct store_engine;

/* One found item. */
struct analytics_item {
	struct text dialogue_id;
	struct item_key key;
	struct stored_bytes stored; /* empty for a tension, and where the index has none: open the dialogue to read it */
	struct text status;         /* copy in the index */
	struct text updated_at;     /* of a dialogue */
};

/* A page. `next` is the cursor of the page after it, absent when this is the last. */
struct analytics_page {
	struct analytics_item *items;
	size_t count;
	struct text next;
	struct text
		stray; /* what stands in the index and can be no item of it: the first that was passed over, in words; else absent */
	int64_t as_of; /* microseconds since 1970 */
};

struct analytics_request {
	struct text tenant;
	unsigned status;    /* enum dialogue_status; 0: any */
	size_t limit;       /* items a page, 1..LIMIT_PAGE */
	struct text cursor; /* `next` of the page before, or absent */
	struct text prefix; /* of partitions: only ids that begin so; absent: all */
};

struct analytics_counts {
	int64_t dialogues[5]; /* by enum dialogue_status; [0] is their sum */
	int64_t tensions_open;
	int64_t as_of;
};

/* The slots; none is optional. Errors as in dialogue_store.h; a cursor that is none: HANSARD_USAGE. */
struct analytics_store {
	/* dialogues: meta items of a tenant, newest updated_at first (created_at where that is absent, last where both are),
	   of one time the greatest id first: one index, read downwards. */
	enum hansard_status (*dialogues)(struct store_engine *engine, const struct analytics_request *request,
									 struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error);

	/* tensions: open ones (open, addressed or reopened and not accepted), by dialogue id and subkey;
	   request->status is ignored. */
	enum hansard_status (*tensions)(struct store_engine *engine, const struct analytics_request *request,
									struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error);

	/* partitions: ids of a tenant's dialogues that have a head, by id, whatever else is or is not stored of them; of an
	   item only dialogue_id is set; request->status is ignored. What verifying everything walks, and what finds an id
	   by its beginning. */
	enum hansard_status (*partitions)(struct store_engine *engine, const struct analytics_request *request,
									  struct arena *arena, struct analytics_page *ret_page,
									  struct hansard_error *error);

	/* counts: how many of each. */
	enum hansard_status (*counts)(struct store_engine *engine, struct text tenant, struct analytics_counts *ret_counts,
								  struct hansard_error *error);
};

/* Proved by the compiler: each slot takes the engine first, never a partition, and no member stands outside this list. */
#define ANALYTICS_STORE_SLOT(slot, ...)                                                                                \
	_Static_assert(_Generic(((struct analytics_store *)0)->slot,                                                       \
							enum hansard_status(*)(struct store_engine *, __VA_ARGS__, struct hansard_error *) : 1,    \
							default : 0),                                                                              \
				   "AnalyticsStore." #slot " must take the engine, first")
ANALYTICS_STORE_SLOT(dialogues, const struct analytics_request *, struct arena *, struct analytics_page *);
ANALYTICS_STORE_SLOT(tensions, const struct analytics_request *, struct arena *, struct analytics_page *);
ANALYTICS_STORE_SLOT(partitions, const struct analytics_request *, struct arena *, struct analytics_page *);
ANALYTICS_STORE_SLOT(counts, struct text, struct analytics_counts *);
#undef ANALYTICS_STORE_SLOT
_Static_assert(sizeof(struct analytics_store) == 4 * sizeof(void (*)(void)),
			   "AnalyticsStore has four slots and nothing else");

#endif
