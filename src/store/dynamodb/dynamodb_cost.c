/*
 * Bytes of rows and entries, and the rounding of units.
 */
#include "dynamodb_cost.h"

#include "dynamodb_answer.h"

/* ---- bytes ---- */

/* One for every two significant digits, and one. */
static size_t number_bytes(const char *digits)
{
	size_t size = strlen(digits);
	while (size > 0 && *digits == '0') {
		digits++;
		size--;
	}
	while (size > 0 && digits[size - 1] == '0')
		size--;
	return (size + 1) / 2 + 1;
}

/* Base64 of whole groups of four: three bytes each, less what the last one is filled up with. */
static size_t base64_bytes(const char *text)
{
	const size_t size = strlen(text);
	size_t filled = 0;
	while (filled < 2 && filled < size && text[size - 1 - filled] == '=')
		filled++;
	return size / 4 * 3 - filled;
}

static size_t plain_bytes(const char *text)
{
	return strlen(text);
}

/* Bytes of {"kind": "..."}; SIZE_MAX: it is none that rows have. */
static size_t value_bytes(const json_t *value)
{
	static const struct {
		const char *kind;
		size_t (*bytes)(const char *text);
	} kinds[] = {{"S", plain_bytes}, {"N", number_bytes}, {"B", base64_bytes}};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *text = json_string_value(json_object_get(value, kinds[i].kind));
		if (text != NULL && json_object_size(value) == 1)
			return kinds[i].bytes(text);
	}
	return SIZE_MAX;
}

size_t dynamodb_cost_row(const json_t *row)
{
	size_t bytes = 0;
	if (!json_is_object(row))
		return SIZE_MAX;
	for (void *at = json_object_iter((json_t *)(uintptr_t)row); at != NULL;
		 at = json_object_iter_next((json_t *)(uintptr_t)row, at)) {
		const size_t value = value_bytes(json_object_iter_value(at));
		if (value == SIZE_MAX)
			return SIZE_MAX;
		bytes += strlen(json_object_iter_key(at)) + value;
	}
	return bytes;
}

/* How an index is made: its keys, and whether an entry is the whole row or keys alone. */
static const struct form {
	const char *partition, *sort;
	bool whole;
} forms[] = {
	[DYNAMODB_ROW_NO_INDEX] = {NULL, NULL, false},
	[DYNAMODB_ROW_BY_STATUS] = {"p1", "s1", true},
	[DYNAMODB_ROW_BY_TENSION_STATUS] = {"p2", "s2", false},
};

static bool has_entry(const json_t *row, const struct form *form)
{
	return form->partition != NULL && dynamodb_answer_has(row, form->partition) && dynamodb_answer_has(row, form->sort);
}

size_t dynamodb_cost_entry(const json_t *row, enum dynamodb_row_index_name index)
{
	const struct form *form = &forms[index];
	if (!has_entry(row, form))
		return 0;
	if (form->whole)
		return dynamodb_cost_row(row);
	const char *const names[] = {"PK", "SK", form->partition, form->sort};
	size_t bytes = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		bytes += strlen(names[i]) + dynamodb_answer_text(row, names[i]).size;
	return bytes;
}

size_t dynamodb_cost_stored(const json_t *row)
{
	size_t bytes = dynamodb_cost_row(row) + DYNAMODB_COST_STORED;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const size_t entry = dynamodb_cost_entry(row, (enum dynamodb_row_index_name)i);
		bytes += entry > 0 ? entry + DYNAMODB_COST_STORED : 0;
	}
	return bytes;
}

/* ---- units ---- */

/* Begun units of so many bytes, at least one. */
static int64_t begun(size_t bytes, size_t unit)
{
	return bytes == 0 ? 1 : (int64_t)((bytes + unit - 1) / unit);
}

static size_t greater(size_t a, size_t b)
{
	return a > b ? a : b;
}

int64_t dynamodb_cost_read(size_t bytes)
{
	return begun(bytes, DYNAMODB_COST_READ_BYTES);
}

int64_t dynamodb_cost_write(size_t before, size_t after)
{
	return DYNAMODB_COST_TRANSACTED * begun(greater(before, after), DYNAMODB_COST_WRITE_BYTES);
}

int64_t dynamodb_cost_index(const struct dynamodb_cost_entries *entries)
{
	if (entries->before > 0 && entries->after > 0 && entries->moves)
		return begun(entries->before, DYNAMODB_COST_WRITE_BYTES) + begun(entries->after, DYNAMODB_COST_WRITE_BYTES);
	const bool stays = entries->before > 0 && entries->after > 0 && !entries->changes;
	const size_t bytes = greater(entries->before, entries->after);
	return bytes == 0 || stays ? 0 : begun(bytes, DYNAMODB_COST_WRITE_BYTES);
}

int64_t dynamodb_cost_follow(const json_t *before, const json_t *after, enum dynamodb_row_index_name index)
{
	const struct form *form = &forms[index];
	struct dynamodb_cost_entries entries = {.before = dynamodb_cost_entry(before, index),
											.after = dynamodb_cost_entry(after, index)};
	if (entries.before > 0 && entries.after > 0) {
		entries.moves =
			!json_equal(json_object_get(before, form->partition), json_object_get(after, form->partition)) ||
			!json_equal(json_object_get(before, form->sort), json_object_get(after, form->sort));
		entries.changes = form->whole && !json_equal(before, after);
	}
	return dynamodb_cost_index(&entries);
}
