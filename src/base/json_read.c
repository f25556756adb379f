/*
 * Reading JSON by jansson. Before it sees a byte, one pass over the input finds what is not UTF-8, and another
 * what is nested too deep or is too many values. It follows strings only as far as well-formed JSON needs: where it loses its way jansson has stopped
 * before. Afterwards another pass tells whether memory sufficed, which jansson does not.
 */
#include "json_read.h"

#include "error.h"
#include "json_grammar.h"
#include "limits.h"
#include "utf8.h"

/* A place in the input, both from 1; a column is a character. */
struct place {
	size_t line;
	size_t column;
};

static struct place place_of(struct bytes input, size_t offset)
{
	struct place place = {.line = 1, .column = 1};
	for (size_t i = 0; i < offset; i++) {
		if (input.data[i] == '\n') {
			place.line++;
			place.column = 1;
		} else if ((input.data[i] & 0xc0) != 0x80) {
			place.column++;
		}
	}
	return place;
}

static enum hansard_status refuse(struct hansard_error *error, struct text name, struct place place,
								  const char *problem)
{
	return error_set(error, HANSARD_INVALID, "invalid_json", ERROR_TEXT ":%zu:%zu: %s", ERROR_TEXT_ARGS(name),
					 place.line, place.column, problem);
}

/* Where the input exceeds a limit, and which: brackets that open a level too many, or more brackets and commas than
   there may be values. SIZE_MAX: nowhere. */
static size_t find_excess(struct bytes input, const char **ret_problem)
{
	size_t depth = 0;
	size_t values = 1;
	bool in_string = false;
	for (size_t i = 0; i < input.size; i++) {
		const uint8_t c = input.data[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{' || c == ',') {
			depth += c != ',';
			*ret_problem = depth > LIMIT_JSON_DEPTH ? "nested too deep" : "too many values";
			if (++values > LIMIT_JSON_VALUES || depth > LIMIT_JSON_DEPTH)
				return i;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return SIZE_MAX;
}

/* The fingerprint of a value with what it holds. */
static uint64_t fingerprint(uint64_t print, const json_t *value)
{
	const char *key;
	const json_t *member;
	size_t index;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		/* Iteration takes no const object, and changes none. */
		json_object_foreach((json_t *)(uintptr_t)value, key, member)
		{
			print = fingerprint(json_grammar_text(print, text_of_string(key)), member);
		}
		return print;
	case JSON_ARRAY:
		json_array_foreach(value, index, member)
		{
			print = fingerprint(print, member);
		}
		return print;
	case JSON_STRING:
		return json_grammar_text(print, json_read_text(value));
	case JSON_INTEGER:
		return json_grammar_integer(print, json_integer_value(value));
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		return print;
	}
	return print;
}

/* Whether jansson gave up, or left characters out, for want of memory. It calls the one a syntax error, so what is
   well-formed was not at fault, except where keys are there twice or numbers are too large; of the other it says nothing
   at all, so what it read is held against the input. */
static bool was_exhausted(struct bytes input, const json_t *value, const json_error_t *problem)
{
	uint64_t print = 0;
	const bool holds = json_grammar_holds(input, &print);
	if (value != NULL)
		return !holds || print != fingerprint(JSON_GRAMMAR_BEGIN, value);
	const enum json_error_code code = json_error_code(problem);
	return problem->text[0] == '\0' ||
		   (holds && code != json_error_duplicate_key && code != json_error_numeric_overflow);
}

enum hansard_status json_read(struct text name, struct bytes input, json_t **ret_value, struct hansard_error *error)
{
	if (input.size > LIMIT_JSON_BYTES)
		return error_set(error, HANSARD_INVALID, "invalid_json", ERROR_TEXT ": %zu bytes, more than %d",
						 ERROR_TEXT_ARGS(name), input.size, (int)LIMIT_JSON_BYTES);
	const size_t fault = utf8_fault(input);
	if (fault != SIZE_MAX)
		return refuse(error, name, place_of(input, fault), "not UTF-8, or U+0000");
	const char *exceeded;
	const size_t excess = find_excess(input, &exceeded);
	if (excess != SIZE_MAX)
		return refuse(error, name, place_of(input, excess), exceeded);

	json_error_t problem = {.text = ""};
	json_t *value = json_loadb(input.size > 0 ? (const char *)input.data : "", input.size,
							   JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &problem);
	if (was_exhausted(input, value, &problem)) {
		json_decref(value);
		return error_memory(error);
	}
	if (value == NULL) {
		const struct place place = {
			.line = problem.line > 0 ? (size_t)problem.line : 1,
			.column = problem.column > 0 ? (size_t)problem.column : 1,
		};
		return refuse(error, name, place, problem.text);
	}
	*ret_value = value;
	return HANSARD_OK;
}

struct text json_read_text(const json_t *value)
{
	if (!json_is_string(value))
		return TEXT_ABSENT;
	return (struct text){.data = json_string_value(value), .size = json_string_length(value)};
}

/* The integer nearest to a double, halves away from zero; false beyond LIMIT_INTEGER, for infinities and for NaN. */
static bool nearest(double number, int64_t *ret_number)
{
	const double limit = (double)LIMIT_INTEGER;
	if (!(number >= -limit && number <= limit))
		return false;
	int64_t whole = (int64_t)number;
	const double rest = number - (double)whole;
	if (rest >= 0.5)
		whole++;
	else if (rest <= -0.5)
		whole--;
	*ret_number = whole;
	return true;
}

bool json_read_scaled(const json_t *value, int64_t scale, int64_t *ret_number)
{
	if (json_is_real(value))
		return nearest(json_real_value(value) * (double)scale, ret_number);
	if (!json_is_integer(value) || scale < 1)
		return false;
	const json_int_t number = json_integer_value(value);
	if (number > LIMIT_INTEGER / scale || number < -(LIMIT_INTEGER / scale))
		return false;
	*ret_number = (int64_t)number * scale;
	return true;
}
