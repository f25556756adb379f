/*
 * Answers taken apart.
 */
#include "dynamodb_answer.h"

#include "base64.h"
#include "error.h"
#include "json_read.h"
#include "limits.h"

enum { NUMBER_DIGITS = 16, THOUSANDTHS = 1000 };

enum hansard_status dynamodb_answer_read(struct bytes body, struct dynamodb_answer *ret_answer,
										 struct hansard_error *error)
{
	struct hansard_error fault = {.status = HANSARD_OK};
	json_t *root = NULL;
	const enum hansard_status status = json_read(TEXT("answer"), body, &root, &fault);
	if (status == HANSARD_FAILED) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	if (status != HANSARD_OK || !json_is_object(root)) {
		json_decref(root);
		error_set(error, HANSARD_FAILED, "invalid_answer", "what answers is no DynamoDB: %s",
				  status != HANSARD_OK ? fault.message : "it is no JSON object");
		error_hint(error, "look at the endpoint that is configured");
		return HANSARD_FAILED;
	}
	*ret_answer = (struct dynamodb_answer){.root = root};
	return HANSARD_OK;
}

void dynamodb_answer_finish(struct dynamodb_answer *answer)
{
	json_decref(answer->root);
	answer->root = NULL;
}

size_t dynamodb_answer_rows(const struct dynamodb_answer *answer)
{
	const json_t *rows = json_object_get(answer->root, "Items");
	return json_is_array(rows) ? json_array_size(rows) : SIZE_MAX;
}

const json_t *dynamodb_answer_row(const struct dynamodb_answer *answer, size_t i)
{
	return json_array_get(json_object_get(answer->root, "Items"), i);
}

bool dynamodb_answer_count(const struct dynamodb_answer *answer, int64_t *ret_count)
{
	const json_t *count = json_object_get(answer->root, "Count");
	if (!json_is_integer(count) || json_integer_value(count) < 0 || json_integer_value(count) > LIMIT_INTEGER)
		return false;
	*ret_count = json_integer_value(count);
	return true;
}

const json_t *dynamodb_answer_item(const struct dynamodb_answer *answer)
{
	return json_object_get(answer->root, "Item");
}

bool dynamodb_answer_last(const struct dynamodb_answer *answer, const json_t **ret_last)
{
	const json_t *last = json_object_get(answer->root, "LastEvaluatedKey");
	if (last != NULL && !json_is_null(last) && !json_is_object(last))
		return false;
	*ret_last = json_object_size(last) > 0 ? last : NULL;
	return true;
}

bool dynamodb_answer_has(const json_t *row, const char *name)
{
	return json_object_get(row, name) != NULL;
}

/* The string of {"kind": "..."}; absent when the attribute is none, or of another kind. */
static struct text value_of(const json_t *row, const char *name, const char *kind)
{
	const json_t *value = json_object_get(row, name);
	return json_object_size(value) == 1 ? json_read_text(json_object_get(value, kind)) : TEXT_ABSENT;
}

struct text dynamodb_answer_text(const json_t *row, const char *name)
{
	return value_of(row, name, "S");
}

bool dynamodb_answer_number(const json_t *row, const char *name, int64_t *ret_number)
{
	const struct text digits = value_of(row, name, "N");
	int64_t number = 0;
	if (digits.size < 1 || digits.size > NUMBER_DIGITS || (digits.size > 1 && digits.data[0] == '0'))
		return false;
	for (size_t i = 0; i < digits.size; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return false;
		number = number * 10 + (digits.data[i] - '0');
	}
	if (number > LIMIT_INTEGER)
		return false;
	*ret_number = number;
	return true;
}

enum hansard_status dynamodb_answer_bytes(const json_t *row, const char *name, struct arena *arena,
										  struct bytes *ret_bytes)
{
	const struct text text = value_of(row, name, "B");
	if (!text_present(text))
		return HANSARD_VIOLATED;
	const size_t room = text.size / 4 * 3 + 1;
	uint8_t *data = arena_allocate(arena, room);
	if (data == NULL)
		return HANSARD_FAILED;
	/* Of the arena's memory: it has room for all that the text can hold, and is never moved. */
	struct buffer out = {.data = data, .capacity = room, .ceiling = room};
	if (!base64_decode(text, &out))
		return HANSARD_VIOLATED;
	*ret_bytes = buffer_view(&out);
	return HANSARD_OK;
}

static int64_t units_of(const json_t *consumed)
{
	int64_t thousandths = 0;
	return json_read_scaled(json_object_get(consumed, "CapacityUnits"), THOUSANDTHS, &thousandths) && thousandths > 0
			   ? thousandths
			   : 0;
}

int64_t dynamodb_answer_capacity(const struct dynamodb_answer *answer)
{
	const json_t *consumed = json_object_get(answer->root, "ConsumedCapacity");
	int64_t sum = units_of(consumed);
	for (size_t i = 0; i < json_array_size(consumed); i++) {
		const int64_t units = units_of(json_array_get(consumed, i));
		sum = units > LIMIT_INTEGER - sum ? LIMIT_INTEGER : sum + units;
	}
	return sum;
}
