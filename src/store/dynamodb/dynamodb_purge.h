/*
 * Bundles and parts of earlier revisions that no item needs any more go.
 *
 *     +bundle    when each of its items was written anew or removed later; marks of removed ones stay as long as a bundle before
 *                shows what they take away
 *     ~parts     when no item that is there was written by its revision
 *
 * Rows go in the order of their revisions, so that those that are left give the same items at any time.
 */
#ifndef DYNAMODB_PURGE_H
#define DYNAMODB_PURGE_H

#include "dynamodb_db.h"

/* dynamodb_purge_run(partition, head, ret_result, error): takes them away, in transactions that check that the head is this one. What is to go
   at the first look is looked at again a second later, when all of its revision is visible. Reads what a load reads, and parts that are
   to go. STORE_CONFLICT: the head is another one. Errors: those of dynamodb_db_transact(); HANSARD_VIOLATED "invalid_row". */
enum hansard_status dynamodb_purge_run(const struct store_partition *partition, const struct store_occupant *head,
									   enum store_result *ret_result, struct hansard_error *error);

#endif
