/*
 * Reading JSON. Before it is parsed, one pass over the input finds what is not UTF-8, and another what is nested too
 * deep or is too many values. It follows strings only as far as well-formed JSON needs: where it loses its way, the
 * parser has stopped before.
 */
#include "json_read.h"

#include "error.h"
#include "json_parse.h"
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
	error_set(error, HANSARD_INVALID, "invalid_json", ERROR_TEXT ":%zu:%zu: %s", ERROR_TEXT_ARGS(name), place.line,
			  place.column, problem);
	error_hint(error, "mend it at that line and column; it must be JSON in UTF-8, at most %d levels deep",
			   LIMIT_JSON_DEPTH);
	return HANSARD_INVALID;
}

/* What stands where JSON should begin, and what to do about it. */
static enum hansard_status refuse_beginning(struct bytes input, struct text name, struct hansard_error *error)
{
	static const struct {
		const char *bytes, *what, *hint;
	} rows[] = {
		{"", "there is nothing to read", "hand in one JSON object"},
		{"\xef\xbb\xbf", "it begins with a byte order mark", "save it as UTF-8 without one"},
		{"```", "it begins with a code fence", "hand in only what stands between the fences"},
	};
	const struct text text = text_trim(text_of_bytes(input));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct text begin = text_of_string(rows[i].bytes);
		if (begin.size == 0 ? text.size > 0 : !text_starts_with(text, begin))
			continue;
		(void)refuse(error, name,
					 place_of(input, text.size > 0 ? (size_t)(text.data - text_of_bytes(input).data) : input.size),
					 rows[i].what);
		error_hint(error, "%s", rows[i].hint);
		return HANSARD_INVALID;
	}
	return HANSARD_OK;
}

/* The quote that ends the string which `at` is in, or the input's end. */
static size_t end_of_string(struct bytes input, size_t at)
{
	const uint8_t *end = input.data + input.size, *from = input.data + at, *quote = from - 1;
	while (from < end) {
		if (quote < from)
			quote = memchr(from, '"', (size_t)(end - from));
		if (quote == NULL)
			return input.size;
		const uint8_t *escape = memchr(from, '\\', (size_t)(quote - from));
		if (escape == NULL)
			return (size_t)(quote - input.data);
		from = escape + 2;
	}
	return input.size;
}

/* Where the input exceeds a limit, and which: brackets that open a level too many, or more brackets and commas than
   there may be values. SIZE_MAX: nowhere. */
static size_t find_excess(struct bytes input, const char **ret_problem)
{
	size_t depth = 0;
	size_t values = 1;
	for (size_t i = 0; i < input.size; i++) {
		const uint8_t c = input.data[i];
		if (c == '"') {
			i = end_of_string(input, i + 1);
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

enum hansard_status json_read(struct text name, struct bytes input, json_t **ret_value, struct hansard_error *error)
{
	if (input.size > LIMIT_JSON_BYTES) {
		error_set(error, HANSARD_INVALID, "invalid_json", ERROR_TEXT ": %zu bytes, more than %d", ERROR_TEXT_ARGS(name),
				  input.size, (int)LIMIT_JSON_BYTES);
		error_hint(error, "hand in less at a time");
		return HANSARD_INVALID;
	}
	const enum hansard_status status = refuse_beginning(input, name, error);
	if (status != HANSARD_OK)
		return status;
	const size_t fault = utf8_fault(input);
	if (fault != SIZE_MAX)
		return refuse(error, name, place_of(input, fault), "not UTF-8, or U+0000");
	const char *exceeded;
	const size_t excess = find_excess(input, &exceeded);
	if (excess != SIZE_MAX)
		return refuse(error, name, place_of(input, excess), exceeded);

	struct json_parse_fault problem = {.what = NULL};
	json_t *value = json_parse(input, &problem);
	if (value == NULL && problem.what == NULL)
		return error_memory(error);
	if (value == NULL) {
		char what[256];
		snprintf(what, sizeof what, ERROR_TEXT "%s%s", ERROR_TEXT_ARGS(problem.key),
				 text_present(problem.key) ? ": " : "", problem.what);
		return refuse(error, name, place_of(input, problem.offset), what);
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
