/*
 * Pages of analytics, the same on every engine: what a request may ask for, and the cursor from which the next page
 * goes on. A cursor names the last item of a page as `{first}/{second}`: of dialogues its time (empty when it has none)
 * and id, of tensions its dialogue id and subkey.
 */
#ifndef STORE_CURSOR_H
#define STORE_CURSOR_H

#include "analytics_store.h"

/* Where a page begins: behind this place. `first` is absent for the first page. */
struct store_cursor {
	struct text first;
	struct text second;
};

/* store_cursor_of_dialogues(request, ret_cursor, error): checks the request and takes its cursor apart. Errors:
   HANSARD_USAGE. */
enum hansard_status store_cursor_of_dialogues(const struct analytics_request *request, struct store_cursor *ret_cursor,
											  struct hansard_error *error);

/* store_cursor_of_tensions(request, ret_cursor, error): as store_cursor_of_dialogues. */
enum hansard_status store_cursor_of_tensions(const struct analytics_request *request, struct store_cursor *ret_cursor,
											 struct hansard_error *error);

/* store_cursor_write(arena, cursor, ret_text): the cursor as text. False when memory is exhausted. */
bool store_cursor_write(struct arena *arena, struct store_cursor cursor, struct text *ret_text);

#endif
