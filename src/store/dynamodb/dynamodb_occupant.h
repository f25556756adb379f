/*
 * What the row `!head` says that a partition is: a dialogue, whose revision it carries, or a reservation:
 *
 *     i S    its id, written as an attempt's
 *     m N    the revision of the source
 *     x S    "1" once it is called off
 */
#ifndef DYNAMODB_OCCUPANT_H
#define DYNAMODB_OCCUPANT_H

#include "dynamodb_change.h"
#include "dynamodb_db.h"

/* What was decided before is visible by then: a transaction becomes so row by row. */
#define DYNAMODB_OCCUPANT_VISIBLE_US INT64_C(1000000)

/* An occupant as a condition of `!head`, or the fields of one that is a reservation. They point into this. */
struct dynamodb_occupant_check {
	struct dynamodb_change_check check;
	struct dynamodb_change_id id;
};

/* dynamodb_occupant_condition(place, occupant, check): that the head is this occupant, and no other one; of a free place, that there is
   none. The condition is valid as long as the check is. */
struct dynamodb_message_condition dynamodb_occupant_condition(const struct dynamodb_row_place *place,
															  const struct store_occupant *occupant,
															  struct dynamodb_occupant_check *check);

/* dynamodb_occupant_read_reservation(row, ret_reservation): whether a head is a reservation, strictly, and which. */
bool dynamodb_occupant_read_reservation(const json_t *row, struct store_reservation *ret_reservation);

/* dynamodb_occupant_read(row, ret_occupant, error): what a head says. Errors: HANSARD_VIOLATED "invalid_row" where it is neither, or
   names no commit of its revision; HANSARD_FAILED. */
enum hansard_status dynamodb_occupant_read(const json_t *row, struct store_occupant *ret_occupant,
										   struct hansard_error *error);

/* dynamodb_occupant_look(partition, ret_occupant, error): as `occupant` of copying_store.h. Errors: as dynamodb_occupant_read();
   HANSARD_VIOLATED STORE_HEAD_MISSING, in two looks a second apart; those of dynamodb_db_ask(). */
enum hansard_status dynamodb_occupant_look(const struct store_partition *partition, struct store_occupant *ret_occupant,
										   struct hansard_error *error);

#endif
