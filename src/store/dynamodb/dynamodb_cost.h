/*
 * What requests should consume, from the sizes of rows and nothing else. Pure.
 *
 * Sizes and units are those of the Amazon DynamoDB Developer Guide, whose examples the tests hold this against:
 *
 *     CapacityUnitCalculations.html      "Item sizes and formats": bytes of an attribute, of a row, and of what is stored
 *     read-write-operations.html         "Read and write operations": rounding; what is read counts as one, what is written row by row
 *     GSI.html                           "Global Secondary Indexes": writes of an index, and bytes that it stores
 *
 * and, of transactions, aws.amazon.com/dynamodb/pricing/on-demand/ ("Write request unit"): two units where a single write takes one.
 * Indexes follow a transaction by single writes. The size of a number is published as an approximation.
 */
#ifndef DYNAMODB_COST_H
#define DYNAMODB_COST_H

#include <jansson.h>

#include "dynamodb_row.h"

enum {
	DYNAMODB_COST_READ_BYTES = 4096,  /* of one unit that reads strongly consistently */
	DYNAMODB_COST_WRITE_BYTES = 1024, /* of one unit that writes one row by itself */
	DYNAMODB_COST_TRANSACTED = 2,     /* so many times that in a transaction */
	DYNAMODB_COST_STORED =
		100, /* bytes that each row and each entry of an index takes besides; only where it is stored */
	DYNAMODB_COST_PAGE_BYTES = 1 << 20, /* of the rows that a Query brings at most */
};

/* dynamodb_cost_row(row): bytes of a row in DynamoDB's JSON, as a message puts it or an answer brings it: names and values. SIZE_MAX:
   an attribute is none that rows have (text, number, bytes). */
size_t dynamodb_cost_row(const json_t *row);

/* dynamodb_cost_entry(row, index): bytes of the row's entry in an index: what it projects. 0 where it has none, or no row is there
   (NULL). */
size_t dynamodb_cost_entry(const json_t *row, enum dynamodb_row_index_name index);

/* dynamodb_cost_stored(row): bytes that are paid for by the month: of the row and of its entries, and what each takes besides. */
size_t dynamodb_cost_stored(const json_t *row);

/* dynamodb_cost_read(bytes): units of a strongly consistent GetItem of a row of so many bytes, or of a page of a Query whose rows have
   so many together; what finds nothing takes one. */
int64_t dynamodb_cost_read(size_t bytes);

/* dynamodb_cost_write(before, after): units of one row in a transaction that has so many bytes before and after; 0: there is none. The
   greater counts, and deleting what is not there takes as much as writing a row of one byte. */
int64_t dynamodb_cost_write(size_t before, size_t after);

/* An entry of an index before and after a write of its row; bytes 0: there is none. */
struct dynamodb_cost_entries {
	size_t before;
	size_t after;
	bool moves;   /* the two have not the same key */
	bool changes; /* or not the same attributes otherwise */
};

/* dynamodb_cost_index(entries): units of bringing an index up to date. One write puts an entry, changes or deletes it; one that moves
   is deleted and put. */
int64_t dynamodb_cost_index(const struct dynamodb_cost_entries *entries);

/* dynamodb_cost_follow(before, after, index): the same, of what one row was and is; NULL: there was or is none. */
int64_t dynamodb_cost_follow(const json_t *before, const json_t *after, enum dynamodb_row_index_name index);

#endif
