/*
 * A change as one transaction. Pure.
 *
 *     !head       put, if its note names the commit that the change stands on, and its r is that or what was read, or if there is none
 *     ~commit     put, if absent
 *     {type}#...  put with their index keys, or deleted
 *     +bundle     put: the other items, and marks of removed ones
 *     ~parts      put
 *
 * Attributes: r the revision, c the newest commit (of other rows what they hold), s the signed head, i
 * the id of the attempt, u = 1 where analytics do not find the partition; PK, SK, p1, s1, p2, s2 are keys (dynamodb_row.h).
 */
#ifndef DYNAMODB_CHANGE_H
#define DYNAMODB_CHANGE_H

#include "dynamodb_message.h"
#include "dynamodb_row.h"

/* An attempt's id as it is written in i: a UUID. */
enum { DYNAMODB_CHANGE_ID_SIZE = 36 };
struct dynamodb_change_id {
	char data[DYNAMODB_CHANGE_ID_SIZE];
};

/* dynamodb_change_id(attempt): its id. */
struct dynamodb_change_id dynamodb_change_id(const struct store_attempt *attempt);

/* What the head that a change stands on says of being listed. A change that lists the partition gives index keys to what it
   puts alone: those of other rows are right only where they have been so. */
enum dynamodb_change_stand {
	DYNAMODB_CHANGE_ON_ANY,      /* of a change that does not list the partition, or creates it */
	DYNAMODB_CHANGE_ON_LISTED,   /* the head is listed */
	DYNAMODB_CHANGE_ON_UNLISTED, /* the head is not */
};

struct dynamodb_change_request {
	struct text table;
	struct dynamodb_row_place place;
	struct text partition; /* PK of the place */
	const struct store_change *change;
	enum dynamodb_change_stand stand;
	int64_t beside; /* r of the head that it stands on, where that is not what its note says; 0: it is */
	struct dynamodb_message_condition
		on; /* in place of the head that the change stands on; without clauses: there is none */
};

/* dynamodb_change_write(request, message, error): the body of TransactWriteItems for a change that store_engine_check_change()
   lets pass; its token is the attempt's id, in a form of its own on an unlisted head, or one with another r, so that each body has its own. Errors:
   HANSARD_INVALID "commit_too_large", HANSARD_FAILED "out_of_memory". */
enum hansard_status dynamodb_change_write(const struct dynamodb_change_request *request,
										  struct dynamodb_message *message, struct hansard_error *error);

/* dynamodb_change_add_copy(request, message, error): adds what a change puts, and its commit, to a transaction that is open: as another
   store had them, so the commit without an attempt, rows without index keys, no head, and nothing under a condition. Errors: as
   dynamodb_change_write(). */
enum hansard_status dynamodb_change_add_copy(const struct dynamodb_change_request *request,
											 struct dynamodb_message *message, struct hansard_error *error);

enum { DYNAMODB_CHANGE_LINES_MAX = 256 };

/* The head at a revision, as a condition of a transaction: its note begins with the lines that name the commit, that is, it does
   not sort before them, but before what sorts behind all that begin so. The clauses point into this. */
struct dynamodb_change_check {
	struct dynamodb_message_clause clauses[4];
	size_t count;
	uint8_t lines[DYNAMODB_CHANGE_LINES_MAX];
	uint8_t behind[DYNAMODB_CHANGE_LINES_MAX];
};

/* A commit by what a note says of it. */
struct dynamodb_change_named {
	int64_t rev;
	const struct digest *hash;
};

/* dynamodb_change_on_head(place, named, ret_check): the head of this place names this commit. */
void dynamodb_change_on_head(const struct dynamodb_row_place *place, struct dynamodb_change_named named,
							 struct dynamodb_change_check *ret_check);

enum { DYNAMODB_CHANGE_INDEX_FIELDS = 4 };

/* dynamodb_change_index_fields(index, fields): the attributes p1, s1, p2, s2 that a row with these index keys has; those that it
   has not are of kind NOTHING. Views into the index. */
void dynamodb_change_index_fields(const struct dynamodb_row_index *index,
								  struct dynamodb_message_field fields[static DYNAMODB_CHANGE_INDEX_FIELDS]);

#endif
