/*
 * A parser by recursive descent; nesting has been limited before. Each function takes what it is named for at the
 * cursor, or sets the fault and gives nothing.
 */
#include "json_parse.h"

#include <locale.h>
#include <math.h>

#include "bytes16.h"
#include "limits.h"

enum { NUMBER_SIZE = 1100 }; /* longer reals are refused: 1074 digits spell any double exactly */

struct parser {
	struct bytes input;
	size_t at;
	struct buffer
		text; /* strings under way that have escapes: keys wait here, one behind the other, for their values */
	struct json_parse_fault fault;
	bool failed;
};

/* A string that was taken. */
struct string {
	bool escaped; /* it lies in the texts, else in the input as it is */
	size_t from, to;
};

/* The first fault stays. */
static bool fail(struct parser *parser, size_t offset, const char *what)
{
	if (!parser->failed)
		parser->fault = (struct json_parse_fault){.offset = offset, .what = what};
	parser->failed = true;
	return false;
}

static bool exhaust(struct parser *parser)
{
	return fail(parser, parser->at, NULL);
}

/* The byte at the cursor; 0, which no JSON holds, at the end. */
static uint8_t peek(const struct parser *parser)
{
	return parser->at < parser->input.size ? parser->input.data[parser->at] : 0;
}

static bool take(struct parser *parser, uint8_t byte)
{
	if (peek(parser) != byte)
		return false;
	parser->at++;
	return true;
}

static void skip_blanks(struct parser *parser)
{
	while (peek(parser) == ' ' || peek(parser) == '\t' || peek(parser) == '\n' || peek(parser) == '\r')
		parser->at++;
}

/* ---- strings ---- */

/* The four digits of \u. */
static bool take_unit(struct parser *parser, uint32_t *ret_unit)
{
	uint32_t unit = 0;
	for (int i = 0; i < 4; i++) {
		const uint8_t byte = peek(parser);
		if (!isxdigit(byte))
			return fail(parser, parser->at, "four hexadecimal digits are expected");
		unit = unit * 16 + (uint32_t)(byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10);
		parser->at++;
	}
	*ret_unit = unit;
	return true;
}

static bool append_code_point(struct parser *parser, uint32_t code_point)
{
	static const uint8_t leads[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	const size_t size = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
	uint8_t bytes[4];
	for (size_t i = size; i-- > 1; code_point >>= 6)
		bytes[i] = (uint8_t)(0x80 | (code_point & 0x3f));
	bytes[0] = (uint8_t)(leads[size] | code_point);
	return buffer_append(&parser->text, (struct bytes){.data = bytes, .size = size}) || exhaust(parser);
}

/* What follows \u: a unit, or a surrogate and its partner. `from` is where the escape begins. */
static bool take_unicode(struct parser *parser, size_t from)
{
	uint32_t unit = 0;
	uint32_t low = 0;
	if (!take_unit(parser, &unit))
		return false;
	if (unit == 0)
		return fail(parser, from, "U+0000 is not allowed");
	if (unit >= 0xd800 && unit <= 0xdbff && take(parser, '\\') && take(parser, 'u')) {
		if (!take_unit(parser, &low))
			return false;
		if (low >= 0xdc00 && low <= 0xdfff)
			return append_code_point(parser, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
	}
	if (unit >= 0xd800 && unit <= 0xdfff)
		return fail(parser, from, "half of a surrogate pair");
	return append_code_point(parser, unit);
}

/* What follows a backslash. */
static bool take_escape(struct parser *parser)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const size_t from = parser->at - 1;
	if (take(parser, 'u'))
		return take_unicode(parser, from);
	const char *letter = peek(parser) == 0 ? NULL : strchr(letters, peek(parser));
	if (letter == NULL)
		return fail(parser, from, "an escape that JSON does not have");
	parser->at++;
	return buffer_append_byte(&parser->text, (uint8_t)meanings[letter - letters]) || exhaust(parser);
}

/* Whether none of sixteen bytes is a quote, an escape or a control character. */
static bool plain_sixteen(const uint8_t *data)
{
	const bytes16 bytes = bytes16_at(data);
	return !bytes16_any((bytes16)(bytes < 0x20) | (bytes16)(bytes == '"') | (bytes16)(bytes == '\\'));
}

/* Where from `at` on a quote, an escape, a control character or the end is. */
static size_t end_of_plain(struct bytes input, size_t at)
{
	while (input.size - at >= sizeof(bytes16) && plain_sixteen(input.data + at))
		at += sizeof(bytes16);
	while (at < input.size && input.data[at] >= 0x20 && input.data[at] != '"' && input.data[at] != '\\')
		at++;
	return at;
}

/* Appends the rest of a string to the texts; what is plain has been passed over from `from` on. */
static bool take_escaped(struct parser *parser, size_t from)
{
	for (;; from = parser->at, parser->at = end_of_plain(parser->input, from)) {
		const struct bytes plain = {.data = parser->input.data + from, .size = parser->at - from};
		if (!buffer_append(&parser->text, plain))
			return exhaust(parser);
		if (take(parser, '"'))
			return true;
		if (peek(parser) < 0x20)
			return fail(parser, parser->at,
						parser->at == parser->input.size ? "the string does not end"
														 : "a control character in a string");
		if (take(parser, '\\') && !take_escape(parser))
			return false;
	}
}

static bool take_string(struct parser *parser, struct string *ret_string)
{
	const size_t start = parser->text.size;
	if (!take(parser, '"'))
		return fail(parser, parser->at, "a string is expected");
	const size_t from = parser->at;
	parser->at = end_of_plain(parser->input, from);
	*ret_string = (struct string){.from = from, .to = parser->at};
	if (take(parser, '"'))
		return true;
	if (!take_escaped(parser, from))
		return false;
	*ret_string = (struct string){.escaped = true, .from = start, .to = parser->text.size};
	return true;
}

/* What it says, until the texts grow; never absent. */
static struct text text_of(const struct parser *parser, struct string string)
{
	const struct text all = string.escaped ? buffer_text(&parser->text) : text_of_bytes(parser->input);
	return text_slice(all, string.from, string.to);
}

static json_t *parse_string(struct parser *parser)
{
	const size_t start = parser->text.size;
	struct string string;
	if (!take_string(parser, &string))
		return NULL;
	const struct text text = text_of(parser, string);
	json_t *value = json_stringn_nocheck(text.data, text.size);
	parser->text.size = start;
	if (value == NULL)
		exhaust(parser);
	return value;
}

/* ---- numbers and words ---- */

static bool take_digits(struct parser *parser)
{
	const size_t from = parser->at;
	while (peek(parser) >= '0' && peek(parser) <= '9')
		parser->at++;
	return parser->at > from || fail(parser, parser->at, "a digit is expected");
}

/* Takes fraction and exponent. Returns whether there are any. */
static bool take_rest_of_real(struct parser *parser)
{
	const bool fraction = take(parser, '.');
	if (fraction && !take_digits(parser))
		return true;
	const bool exponent = take(parser, 'e') || take(parser, 'E');
	if (exponent) {
		if (!take(parser, '+'))
			take(parser, '-');
		take_digits(parser);
	}
	return fraction || exponent;
}

static json_t *make_real(struct parser *parser, size_t from)
{
	char number[NUMBER_SIZE];
	const size_t size = parser->at - from;
	if (size >= sizeof(number)) {
		fail(parser, from, "a number too long");
		return NULL;
	}
	memcpy(number, parser->input.data + from, size);
	number[size] = '\0';
	/* Whatever locale the program has chosen, JSON has a point. */
	locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	if (plain == (locale_t)0) {
		exhaust(parser);
		return NULL;
	}
	const double real = strtod_l(number, NULL, plain);
	freelocale(plain);
	if (!isfinite(real)) {
		fail(parser, from, "a number too large");
		return NULL;
	}
	json_t *value = json_real(real);
	if (value == NULL)
		exhaust(parser);
	return value;
}

static json_t *make_integer(struct parser *parser, size_t from)
{
	const bool negative = parser->input.data[from] == '-';
	const uint64_t limit = (uint64_t)INT64_MAX + negative;
	uint64_t number = 0;
	for (size_t i = from + negative; i < parser->at; i++) {
		const uint64_t digit = (uint64_t)(parser->input.data[i] - '0');
		if (number > (limit - digit) / 10) {
			fail(parser, from, "a number too large");
			return NULL;
		}
		number = number * 10 + digit;
	}
	json_t *value = json_integer(negative ? -(json_int_t)(number - 1) - 1 : (json_int_t)number);
	if (value == NULL)
		exhaust(parser);
	return value;
}

static json_t *parse_number(struct parser *parser)
{
	const size_t from = parser->at;
	take(parser, '-');
	if (!take(parser, '0') && !take_digits(parser))
		return NULL;
	const bool real = take_rest_of_real(parser);
	if (parser->failed)
		return NULL;
	return real ? make_real(parser, from) : make_integer(parser, from);
}

static json_t *parse_word(struct parser *parser, const char *word, json_t *value)
{
	const size_t from = parser->at;
	for (; *word != '\0'; word++) {
		if (!take(parser, (uint8_t)*word)) {
			fail(parser, from, "a value is expected");
			return NULL;
		}
	}
	return value;
}

/* ---- lists ---- */

static json_t *parse_value(struct parser *parser);

/* A comma, or the end of a list, which is then over. */
static bool take_separator(struct parser *parser, uint8_t end, bool *ret_over)
{
	skip_blanks(parser);
	*ret_over = take(parser, end);
	return *ret_over || take(parser, ',') ||
		   fail(parser, parser->at, end == ']' ? "',' or ']' is expected" : "',' or '}' is expected");
}

static bool parse_elements(struct parser *parser, json_t *array)
{
	skip_blanks(parser);
	bool over = take(parser, ']');
	while (!over) {
		json_t *value = parse_value(parser);
		if (value == NULL)
			return false;
		if (json_array_append_new(array, value) != 0)
			return exhaust(parser);
		if (!take_separator(parser, ']', &over))
			return false;
	}
	return true;
}

static bool parse_member(struct parser *parser, json_t *object)
{
	const size_t start = parser->text.size;
	struct string string;
	skip_blanks(parser);
	const size_t from = parser->at;
	if (!take_string(parser, &string))
		return false;
	struct text key = text_of(parser, string);
	if (json_object_getn(object, key.data, key.size) != NULL) {
		fail(parser, from, "this key is there already");
		parser->fault.key = text_slice(text_of_bytes(parser->input), from, parser->at);
		return false;
	}
	skip_blanks(parser);
	if (!take(parser, ':'))
		return fail(parser, parser->at, "':' is expected");
	json_t *value = parse_value(parser);
	if (value == NULL)
		return false;
	/* The texts may have moved. */
	key = text_of(parser, string);
	const int failed = json_object_setn_new_nocheck(object, key.data, key.size, value);
	parser->text.size = start;
	return failed == 0 || exhaust(parser);
}

static bool parse_members(struct parser *parser, json_t *object)
{
	skip_blanks(parser);
	bool over = take(parser, '}');
	while (!over)
		if (!parse_member(parser, object) || !take_separator(parser, '}', &over))
			return false;
	return true;
}

static json_t *parse_list(struct parser *parser, json_t *list)
{
	if (list == NULL) {
		exhaust(parser);
		return NULL;
	}
	parser->at++;
	if (json_is_array(list) ? parse_elements(parser, list) : parse_members(parser, list))
		return list;
	json_decref(list);
	return NULL;
}

static json_t *parse_value(struct parser *parser)
{
	skip_blanks(parser);
	const uint8_t first = peek(parser);
	if (first == '{')
		return parse_list(parser, json_object());
	if (first == '[')
		return parse_list(parser, json_array());
	if (first == '"')
		return parse_string(parser);
	if (first == 't')
		return parse_word(parser, "true", json_true());
	if (first == 'f')
		return parse_word(parser, "false", json_false());
	if (first == 'n')
		return parse_word(parser, "null", json_null());
	if (first == '-' || (first >= '0' && first <= '9'))
		return parse_number(parser);
	fail(parser, parser->at, "a value is expected");
	return NULL;
}

json_t *json_parse(struct bytes input, struct json_parse_fault *ret_fault)
{
	struct parser parser = {.input = input};
	buffer_init(&parser.text, LIMIT_JSON_BYTES);
	json_t *value = parse_value(&parser);
	skip_blanks(&parser);
	if (value != NULL && parser.at != input.size) {
		fail(&parser, parser.at, "something follows the value");
		json_decref(value);
		value = NULL;
	}
	buffer_finish(&parser.text);
	if (value == NULL)
		*ret_fault = parser.fault;
	return value;
}
