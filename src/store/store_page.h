/*
 * Pages of analytics, the same on every engine: what a request may ask for, the order of what is listed, and the cursor
 * from which the next page goes on. A cursor names the last item of a page: of dialogues `{time}/{id}`, the time empty
 * when it has none; of tensions `{dialogue id}/{subkey}`; of partitions `{id}`.
 */
#ifndef STORE_PAGE_H
#define STORE_PAGE_H

#include "store_engine.h"

/* What is listed: a slot of analytics_store.h, where the order of each is told. */
enum store_listing {
	STORE_DIALOGUES,
	STORE_TENSIONS,
	STORE_PARTITIONS,
};

/* A page that is being filled. The first three are given to store_page_begin(). */
struct store_page {
	enum store_listing listing;
	const struct analytics_request *request;
	struct arena *arena;
	struct analytics_item
		last; /* behind which the page begins: what orders it; without dialogue_id on the first page */
	struct analytics_page found;
	size_t capacity;
};

/* store_page_begin(page, engine, error): checks the request, takes its cursor apart, and says as of when. Errors:
   HANSARD_USAGE. */
enum hansard_status store_page_begin(struct store_page *page, const struct store_engine *engine,
									 struct hansard_error *error);

/* store_page_add(page): room for one more item, zeroed; of those behind the page, one is enough. NULL when memory is
   exhausted. */
struct analytics_item *store_page_add(struct store_page *page);

/* store_page_sort(page): for an engine that finds in no order: puts what was added into the order of the listing,
   without what does not lie behind `last`. */
void store_page_sort(struct store_page *page);

/* store_page_end(page, ret_page, error): cuts what was added to the size of a page, with the cursor of the next one
   where something is left. Errors: HANSARD_VIOLATED "index_differs" where its last item can be none, so that nothing can go on behind
   it; HANSARD_FAILED. */
enum hansard_status store_page_end(struct store_page *page, struct analytics_page *ret_page,
								   struct hansard_error *error);

/* store_page_count(counts, status, count): counts so many dialogues of this copy of a status; none where it is no
   word. */
void store_page_count(struct analytics_counts *counts, struct text status, int64_t count);

#endif
