/*
 * Heads as what they are.
 */
#include "dynamodb_occupant.h"

#include "dynamodb_load.h"
#include "error.h"
#include "limits.h"

static struct dynamodb_message_field text_field(const char *name, struct text text)
{
	return (struct dynamodb_message_field){.name = name, .kind = DYNAMODB_MESSAGE_TEXT, .text = text};
}

static void on_reservation(const struct store_reservation *reservation, struct dynamodb_occupant_check *check)
{
	struct store_attempt named = {.rev = 0};
	memcpy(named.id, reservation->id, sizeof(named.id));
	check->id = dynamodb_change_id(&named);
	check->check.clauses[0] = (struct dynamodb_message_clause){
		.holds = DYNAMODB_MESSAGE_EQUAL,
		.field = text_field("i", (struct text){.data = check->id.data, .size = sizeof(check->id.data)})};
	check->check.clauses[1] = (struct dynamodb_message_clause){
		.holds = DYNAMODB_MESSAGE_EQUAL,
		.field = {.name = "m", .kind = DYNAMODB_MESSAGE_NUMBER, .number = reservation->source_rev}};
	check->check.clauses[2] = (struct dynamodb_message_clause){
		.holds = reservation->called_off ? DYNAMODB_MESSAGE_PRESENT : DYNAMODB_MESSAGE_ABSENT, .field = {.name = "x"}};
	check->check.count = 3;
}

struct dynamodb_message_condition dynamodb_occupant_condition(const struct dynamodb_row_place *place,
															  const struct store_occupant *occupant,
															  struct dynamodb_occupant_check *check)
{
	switch (occupant->what) {
	case STORE_FREE:
		check->check.clauses[0] =
			(struct dynamodb_message_clause){.holds = DYNAMODB_MESSAGE_ABSENT, .field = {.name = "PK"}};
		check->check.count = 1;
		break;
	case STORE_RESERVED:
		on_reservation(&occupant->reservation, check);
		break;
	case STORE_PUBLISHED:
		dynamodb_change_on_head(place, (struct dynamodb_change_named){occupant->rev, &occupant->hash}, &check->check);
		break;
	}
	return (struct dynamodb_message_condition){.clauses = check->check.clauses, .count = check->check.count};
}

/* Digits of the id are found by their places; what would be written differently is none. */
bool dynamodb_occupant_read_reservation(const json_t *row, struct store_reservation *ret_reservation)
{
	static const char digits[] = "0123456789abcdef";
	const struct text id = dynamodb_answer_text(row, "i");
	struct store_reservation reservation = {.called_off = dynamodb_answer_has(row, "x")};
	struct store_attempt named = {.rev = 0};
	size_t count = 0;
	for (size_t i = 0; i < id.size && count < 2 * sizeof(named.id); i++) {
		const char *digit = id.data[i] == '\0' ? NULL : strchr(digits, id.data[i]);
		if (digit == NULL)
			continue;
		named.id[count / 2] = (uint8_t)(named.id[count / 2] << 4 | (uint8_t)(digit - digits));
		count++;
	}
	const struct dynamodb_change_id again = dynamodb_change_id(&named);
	if (!text_equal(id, (struct text){.data = again.data, .size = sizeof(again.data)}) ||
		!dynamodb_answer_number(row, "m", &reservation.source_rev) || reservation.source_rev < 1 ||
		reservation.source_rev >= LIMIT_REV || dynamodb_answer_has(row, "r") ||
		(reservation.called_off && !text_is(dynamodb_answer_text(row, "x"), "1")))
		return false;
	memcpy(reservation.id, named.id, sizeof(reservation.id));
	*ret_reservation = reservation;
	return true;
}

enum hansard_status dynamodb_occupant_read(const json_t *row, struct store_occupant *ret_occupant,
										   struct hansard_error *error)
{
	static const struct digest none;
	struct store_occupant occupant = {.what = STORE_RESERVED};
	struct dynamodb_load_head head;
	if (!dynamodb_occupant_read_reservation(row, &occupant.reservation)) {
		const enum hansard_status status = dynamodb_load_read_head(row, &head, error);
		if (status != HANSARD_OK)
			return status;
		if (!head.exists || digest_equal(&head.hash, &none))
			return dynamodb_db_invalid(row, "is no reservation, and names no commit", error);
		occupant = (struct store_occupant){.what = STORE_PUBLISHED, .rev = head.rev, .hash = head.hash};
	}
	*ret_occupant = occupant;
	return HANSARD_OK;
}

/* By the first row of a partition, which is its head. */
static enum hansard_status look_once(const struct store_partition *partition, const struct dynamodb_row_text *key,
									 struct store_occupant *ret_occupant, struct hansard_error *error)
{
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(key),
												 .range = DYNAMODB_MESSAGE_ALL,
												 .limit = 1};
	struct dynamodb_db_walk walk = dynamodb_db_walk(dynamodb_db_of(partition->engine), &query);
	const json_t *row = NULL;
	enum hansard_status status = dynamodb_db_walk_next(&walk, &row, error);
	if (status == HANSARD_OK && row == NULL)
		*ret_occupant = (struct store_occupant){.what = STORE_FREE};
	else if (status == HANSARD_OK && text_is(dynamodb_answer_text(row, "SK"), DYNAMODB_ROW_HEAD_SORT))
		status = dynamodb_occupant_read(row, ret_occupant, error);
	else if (status == HANSARD_OK)
		status = dynamodb_load_headless(partition, dynamodb_answer_text(row, "SK"), error);
	dynamodb_db_walk_end(&walk);
	return status;
}

enum hansard_status dynamodb_occupant_look(const struct store_partition *partition, struct store_occupant *ret_occupant,
										   struct hansard_error *error)
{
	const struct moment_pause *pause = &partition->engine->pause;
	struct hansard_error fault = {.status = HANSARD_OK};
	struct dynamodb_row_text key;
	if (!dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key)) {
		*ret_occupant = (struct store_occupant){.what = STORE_FREE};
		return HANSARD_OK;
	}
	enum hansard_status status = look_once(partition, &key, ret_occupant, &fault);
	if (status == HANSARD_VIOLATED && strcmp(fault.kind, STORE_HEAD_MISSING) == 0) {
		pause->wait(pause->context, DYNAMODB_OCCUPANT_VISIBLE_US); /* of a creation the head may be visible last */
		status = look_once(partition, &key, ret_occupant, &fault);
	}
	if (status != HANSARD_OK && error != NULL)
		*error = fault;
	return status;
}
