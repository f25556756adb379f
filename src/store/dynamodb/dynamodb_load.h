/*
 * One look at a partition: one strongly consistent Query of what sorts before history, page by page.
 *
 * A transaction becomes visible row by row, so what is read may be half of one revision and half of the next, or rows that were
 * never together: that it is one revision is proved above the boundary, by the root, which also looks again
 * (capability load_is_snapshot). Here, of several versions of an address in bundles the highest revision counts that is not above
 * the head's; what is above has not happened yet. A row of its own has no other version: it counts as it is.
 */
#ifndef DYNAMODB_LOAD_H
#define DYNAMODB_LOAD_H

#include <jansson.h>

#include "store_engine.h"
#include "store_head.h"

/* dynamodb_load_look(partition, arena, ret_view, error): as `load` of dialogue_store.h. A head without a revision is a
   reservation: there is no dialogue here. Errors: HANSARD_VIOLATED "invalid_row", STORE_HEAD_MISSING, those of
   dynamodb_db_ask(). */
enum hansard_status dynamodb_load_look(const struct store_partition *partition, struct arena *arena,
									   struct store_view *ret_view, struct hansard_error *error);

/* dynamodb_load_copy(partition, mine, arena, ret_view, error): as `look` of copying_store.h, in two requests. Errors: as
   dynamodb_load_look(). */
enum hansard_status dynamodb_load_copy(const struct store_partition *partition, const struct store_reservation *mine,
									   struct arena *arena, struct store_view *ret_view, struct hansard_error *error);

/* dynamodb_load_headless(partition, first, error): there is no head, and this row is the first that is there: HANSARD_VIOLATED
   STORE_HEAD_MISSING. */
enum hansard_status dynamodb_load_headless(const struct store_partition *partition, struct text first,
										   struct hansard_error *error);

/* The head of a partition as it is now. */
struct dynamodb_load_head {
	bool exists; /* with a revision; else all else is empty */
	int64_t rev;
	struct digest hash;      /* as its note says; zeros where that names none of this rev */
	struct store_head named; /* by its note; zeros where that names none */
	bool listed;
};

/* dynamodb_load_read_head(row, ret_head, error): of the row `!head`; NULL: there is none. Errors: HANSARD_VIOLATED "invalid_row",
   HANSARD_FAILED. */
enum hansard_status dynamodb_load_read_head(const json_t *row, struct dynamodb_load_head *ret_head,
											struct hansard_error *error);

/* dynamodb_load_head(partition, ret_head, error): reads the head alone. Errors: as dynamodb_load_look(). */
enum hansard_status dynamodb_load_head(const struct store_partition *partition, struct dynamodb_load_head *ret_head,
									   struct hansard_error *error);

#endif
