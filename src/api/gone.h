/*
 * What a command over all dialogues does not come across by the index: those that were seen here and are gone, those that were
 * erased, and those that were sent to another store.
 */
#ifndef GONE_H
#define GONE_H

#include "left.h"
#include "session.h"

/* Every dialogue of the store that has a head, by id. */
struct gone_heads {
	struct text *ids; /* live in the arena that was handed in */
	size_t count, capacity;
	int64_t as_of; /* when the first page of the index was read, in microseconds since 1970 */
};

/* gone_list(store, arena, ret_heads, error): in order, as the index lists them. Errors: those of the boundary. */
enum hansard_status gone_list(struct hansard *store, struct arena *arena, struct gone_heads *ret_heads,
							  struct hansard_error *error);

/* gone_lag(store, arena, as_of, ret_text): what is to be said of ids that were learnt from the lists of the store from `as_of` on, as a sentence without
   an end; absent where its lists are current. False when memory is exhausted. */
bool gone_lag(const struct hansard *store, struct arena *arena, int64_t as_of, struct text *ret_text);

/* gone_add(request, left, ret_heads, error): adds to `left` each dialogue that was seen here, that the store does not have, and that
   was not declared lost, unless it stands there already. A stray file among the marks hides none. Errors: those of the boundary;
   HANSARD_FAILED where which marks there are is not known. */
enum hansard_status gone_add(struct session_request *request, struct left_list *left, struct gone_heads *ret_heads,
							 struct hansard_error *error);

/* gone_rest(heads, shown, count, ret_rest): the heads that are not among the ids that are shown, which are put in order by it; they take
   the place of `heads`. */
void gone_rest(struct gone_heads *heads, struct text *shown, size_t count, struct gone_heads *ret_rest);

/* Why a head stands in no list. */
struct gone_unlisted {
	struct text_list erased;
	struct text_list moved;      /* sent to another store, which has taken over, as was seen here */
	struct text_list unfinished; /* sealed to be moved: whether the other store has taken over was not seen here */
};

/* gone_unlisted(request, rest, left, ret_unlisted, error): of heads that no list has shown those that are erased, and those that were sent to
   another store or sealed for it, by id; `rest` is in order, and what is broken of it is added to `left`. Errors: those of the boundary. */
enum hansard_status gone_unlisted(struct session_request *request, const struct gone_heads *rest,
								  struct left_list *left, struct gone_unlisted *ret_unlisted,
								  struct hansard_error *error);

/* gone_find_unlisted(request, heads, left, ret_unlisted, error): the same of those heads that the index of dialogues does not have. Errors:
   those of the boundary. */
enum hansard_status gone_find_unlisted(struct session_request *request, struct gone_heads *heads,
									   struct left_list *left, struct gone_unlisted *ret_unlisted,
									   struct hansard_error *error);

#endif
