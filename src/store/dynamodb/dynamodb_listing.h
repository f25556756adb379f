/*
 * Index keys of rows: whether they are what the items give, and setting them right where a commit has no room for it.
 */
#ifndef DYNAMODB_LISTING_H
#define DYNAMODB_LISTING_H

#include "dynamodb_db.h"

/* dynamodb_listing_agrees(row, index): whether a row has exactly these index keys. */
bool dynamodb_listing_agrees(const json_t *row, const struct dynamodb_row_index *index);

/* A revision of a partition whose meta and tensions are to be listed, or not. */
struct dynamodb_listing_revision {
	int64_t rev;
	struct digest hash; /* of its commit */
	bool listed;
};

/* dynamodb_listing_follow(partition, revision, error): gives every row of meta and tensions the index keys that it should have at
   this revision, in transactions that check that it is still the newest, and that each row is as it was read; rows that have them are left alone, so that it may
   be run again. STORE_CONFLICT: the head has moved; STORE_UNKNOWN: some may have been given them, and some not. Errors: as dynamodb_db_transact();
   HANSARD_VIOLATED "invalid_row". */
enum hansard_status dynamodb_listing_follow(const struct store_partition *partition,
											const struct dynamodb_listing_revision *revision,
											enum store_result *ret_result, struct hansard_error *error);

#endif
