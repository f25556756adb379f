/*
 * A recognizer by recursive descent; nesting has been limited before.
 */
#include "json_grammar.h"

struct cursor {
	struct bytes input;
	size_t at;
	uint64_t print;
};

static uint64_t add_byte(uint64_t print, uint8_t byte)
{
	return (print ^ byte) * UINT64_C(0x100000001b3);
}

uint64_t json_grammar_integer(uint64_t print, int64_t value)
{
	for (int shift = 0; shift < 64; shift += 8)
		print = add_byte(print, (uint8_t)((uint64_t)value >> shift));
	return print;
}

uint64_t json_grammar_text(uint64_t print, struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		print = add_byte(print, (uint8_t)text.data[i]);
	return json_grammar_integer(print, (int64_t)text.size);
}

/* The byte at the cursor; 0, which no JSON holds, at the end. */
static uint8_t peek(const struct cursor *cursor)
{
	return cursor->at < cursor->input.size ? cursor->input.data[cursor->at] : 0;
}

static bool take(struct cursor *cursor, uint8_t byte)
{
	if (peek(cursor) != byte)
		return false;
	cursor->at++;
	return true;
}

static void skip_blanks(struct cursor *cursor)
{
	while (peek(cursor) == ' ' || peek(cursor) == '\t' || peek(cursor) == '\n' || peek(cursor) == '\r')
		cursor->at++;
}

static bool take_word(struct cursor *cursor, const char *word)
{
	while (*word != '\0')
		if (!take(cursor, (uint8_t)*word++))
			return false;
	return true;
}

static bool take_digits(struct cursor *cursor)
{
	const size_t from = cursor->at;
	while (peek(cursor) >= '0' && peek(cursor) <= '9')
		cursor->at++;
	return cursor->at > from;
}

static bool take_exponent(struct cursor *cursor)
{
	if (!take(cursor, '+'))
		take(cursor, '-');
	return take_digits(cursor);
}

/* The value of the digits from `from` to the cursor; what is beyond 64 bits wraps. */
static int64_t integer_from(const struct cursor *cursor, size_t from, bool negative)
{
	uint64_t value = 0;
	for (size_t i = from; i < cursor->at; i++)
		value = value * 10 + (uint64_t)(cursor->input.data[i] - '0');
	return (int64_t)(negative ? 0 - value : value);
}

static bool take_number(struct cursor *cursor)
{
	const bool negative = take(cursor, '-');
	const size_t from = cursor->at;
	if (!take(cursor, '0') && !take_digits(cursor))
		return false;
	const int64_t integer = integer_from(cursor, from, negative);
	const bool fraction = take(cursor, '.');
	if (fraction && !take_digits(cursor))
		return false;
	const bool exponent = take(cursor, 'e') || take(cursor, 'E');
	if (exponent && !take_exponent(cursor))
		return false;
	if (!fraction && !exponent)
		cursor->print = json_grammar_integer(cursor->print, integer);
	return true;
}

/* Adds a code point as UTF-8. Returns its size. */
static size_t add_code_point(struct cursor *cursor, uint32_t code_point)
{
	const size_t size = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	for (size_t i = size; i-- > 0;) {
		const uint8_t bits = (uint8_t)(code_point >> (6 * i));
		cursor->print = add_byte(cursor->print, i + 1 == size ? lead[size] | bits : 0x80 | (bits & 0x3f));
	}
	return size;
}

/* The four digits of \u. */
static bool take_unit(struct cursor *cursor, uint32_t *ret_unit)
{
	uint32_t unit = 0;
	for (int i = 0; i < 4; i++) {
		const uint8_t byte = peek(cursor);
		if (!isxdigit(byte))
			return false;
		unit = unit * 16 + (uint32_t)(byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10);
		cursor->at++;
	}
	*ret_unit = unit;
	return true;
}

/* What follows \u: a unit, or a surrogate and its partner. */
static bool take_unicode(struct cursor *cursor, size_t *size)
{
	uint32_t unit = 0;
	uint32_t low = 0;
	if (!take_unit(cursor, &unit) || unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
		return false;
	if (unit >= 0xd800 && unit <= 0xdbff) {
		if (!take_word(cursor, "\\u") || !take_unit(cursor, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	}
	*size += add_code_point(cursor, unit);
	return true;
}

/* What follows a backslash; *size grows by the bytes that it stands for. */
static bool take_escape(struct cursor *cursor, size_t *size)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	if (take(cursor, 'u'))
		return take_unicode(cursor, size);
	const uint8_t byte = peek(cursor);
	const char *letter = byte == 0 ? NULL : strchr(letters, byte);
	if (letter == NULL)
		return false;
	cursor->at++;
	cursor->print = add_byte(cursor->print, (uint8_t)meanings[letter - letters]);
	(*size)++;
	return true;
}

static bool take_string(struct cursor *cursor)
{
	size_t size = 0;
	if (!take(cursor, '"'))
		return false;
	while (peek(cursor) >= 0x20 && peek(cursor) != '"') {
		if (take(cursor, '\\')) {
			if (!take_escape(cursor, &size))
				return false;
			continue;
		}
		cursor->print = add_byte(cursor->print, peek(cursor));
		cursor->at++;
		size++;
	}
	cursor->print = json_grammar_integer(cursor->print, (int64_t)size);
	return take(cursor, '"');
}

static bool take_value(struct cursor *cursor);

/* Elements, or members with keys, up to `end`; what opens them has been taken. */
static bool take_list(struct cursor *cursor, bool keys, uint8_t end)
{
	skip_blanks(cursor);
	if (take(cursor, end))
		return true;
	do {
		skip_blanks(cursor);
		if (keys && !take_string(cursor))
			return false;
		skip_blanks(cursor);
		if ((keys && !take(cursor, ':')) || !take_value(cursor))
			return false;
	} while (take(cursor, ','));
	return take(cursor, end);
}

/* A value and the blanks on both sides of it. */
static bool take_value(struct cursor *cursor)
{
	bool good;
	skip_blanks(cursor);
	if (take(cursor, '{'))
		good = take_list(cursor, true, '}');
	else if (take(cursor, '['))
		good = take_list(cursor, false, ']');
	else if (peek(cursor) == '"')
		good = take_string(cursor);
	else if (peek(cursor) == 't')
		good = take_word(cursor, "true");
	else if (peek(cursor) == 'f')
		good = take_word(cursor, "false");
	else if (peek(cursor) == 'n')
		good = take_word(cursor, "null");
	else
		good = take_number(cursor);
	skip_blanks(cursor);
	return good;
}

bool json_grammar_holds(struct bytes input, uint64_t *ret_print)
{
	struct cursor cursor = {.input = input, .print = JSON_GRAMMAR_BEGIN};
	if (!take_value(&cursor) || cursor.at != input.size)
		return false;
	*ret_print = cursor.print;
	return true;
}
