/*
 * The rows of one partition: how they are read, and how they are written inside a transaction.
 */
#ifndef SQLITE_ROWS_H
#define SQLITE_ROWS_H

#include "sqlite_db.h"

/* What stands in the place of a head. */
struct sqlite_rows_head {
	struct store_occupant is; /* free: there is none */
	bool
		unreadable; /* it is neither a head nor a reservation of this partition; `is` says that it was published, with rev 0 */
	bool listed;
};

/* sqlite_rows_db(partition): the connection. */
struct sqlite_db *sqlite_rows_db(const struct store_partition *partition);

/* sqlite_rows_begin(partition, statement): a query whose first two values are the partition. */
struct sqlite_query sqlite_rows_begin(const struct store_partition *partition, enum sqlite_db_statement statement);

/* sqlite_rows_add(query, arena, rows): adds type, subkey and stored of the current row. False when memory is exhausted; the query says so. */
struct sqlite_rows {
	struct store_item *items;
	size_t count;
	size_t capacity;
};
bool sqlite_rows_add(struct sqlite_query *query, struct arena *arena, struct sqlite_rows *rows);

/* sqlite_rows_items(partition, listed, arena, view, error): its items, in address order, and how many index copies of them lie. */
enum hansard_status sqlite_rows_items(const struct store_partition *partition, bool listed, struct arena *arena,
									  struct store_view *view, struct hansard_error *error);

/* sqlite_rows_copies_agree(query, column, listed): whether status, updated_at and open_tension of the current row,
   which follow type, subkey and stored from this column on, are the copies that its item gives. */
bool sqlite_rows_copies_agree(const struct sqlite_query *query, int column, bool listed);

/* sqlite_rows_read_commit(partition, rev, arena, ret_stored, error): a commit; *ret_stored stays where there is none. */
enum hansard_status sqlite_rows_read_commit(const struct store_partition *partition, int64_t rev, struct arena *arena,
											struct bytes *ret_stored, struct hansard_error *error);

/* sqlite_rows_read_head(partition, note, listed): what a row of heads makes of its partition. */
struct sqlite_rows_head sqlite_rows_read_head(const struct store_partition *partition, struct bytes note, bool listed);

/* sqlite_rows_head(partition, ret_head, error): what stands there. Errors: those of reading. */
enum hansard_status sqlite_rows_head(const struct store_partition *partition, struct sqlite_rows_head *ret_head,
									 struct hansard_error *error);

/* sqlite_rows_refuse_headless(partition, error): what no head vouches for belongs to a dialogue that was damaged. Errors: HANSARD_VIOLATED
   STORE_HEAD_MISSING, and those of reading. */
enum hansard_status sqlite_rows_refuse_headless(const struct store_partition *partition, struct hansard_error *error);

/* In a transaction that writes. sqlite_rows_put_head(partition, change, error): rev, hash, note and whether it is listed.
   sqlite_rows_put_contents(partition, change, error): the rest of a change; parts of an item that is replaced are taken away where
   expected_rev says that something is there. sqlite_rows_relist(partition, listed, error): the index copies of what is in the partition
   become those of one that is listed or not. sqlite_rows_put_reservation(partition, reservation, error): in the place of a head. */
enum hansard_status sqlite_rows_put_head(const struct store_partition *partition, const struct store_change *change,
										 struct hansard_error *error);
enum hansard_status sqlite_rows_put_contents(const struct store_partition *partition, const struct store_change *change,
											 struct hansard_error *error);
enum hansard_status sqlite_rows_relist(const struct store_partition *partition, bool listed,
									   struct hansard_error *error);
enum hansard_status sqlite_rows_put_reservation(const struct store_partition *partition,
												const struct store_reservation *reservation,
												struct hansard_error *error);

#endif
