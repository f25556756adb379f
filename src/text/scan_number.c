/*
 * Numbers and placeholders in cells and values.
 */
#include "scan_parts.h"

/* A number as written: digits with groups of thousands. */
struct number {
	int64_t value;
	size_t end;
	bool integer; /* no decimals, no overflow */
};

static bool minus_before(struct text text, size_t at)
{
	size_t sign = SIZE_MAX;
	if (at >= 1 && text.data[at - 1] == '-')
		sign = at - 1;
	else if (at >= 3 && scan_text_at(text, at - 3, "\u2212"))
		sign = at - 3;
	return sign != SIZE_MAX && !scan_text_word_before(text, sign);
}

/* Whether `,ddd` and then no digit stands at an offset. */
static bool thousands(struct text text, size_t at)
{
	if (at + 4 > text.size || text.data[at] != ',')
		return false;
	for (size_t i = 1; i <= 3; i++) {
		if (!scan_text_digit(text.data[at + i]))
			return false;
	}
	return at + 4 == text.size || !scan_text_digit(text.data[at + 4]);
}

static void take_digits(struct text text, struct number *number)
{
	for (; number->end < text.size && scan_text_digit(text.data[number->end]); number->end++) {
		const int digit = text.data[number->end] - '0';
		if (number->value > (INT64_MAX - digit) / 10)
			number->integer = false;
		else
			number->value = number->value * 10 + digit;
	}
}

static struct number read_number(struct text text, size_t at)
{
	struct number number = {.end = at, .integer = true};
	take_digits(text, &number);
	while (thousands(text, number.end)) {
		number.end++;
		take_digits(text, &number);
	}
	if (number.end + 1 < text.size && text.data[number.end] == '.' && scan_text_digit(text.data[number.end + 1])) {
		number.end++;
		take_digits(text, &number);
		number.integer = false;
	}
	if (minus_before(text, at))
		number.value = -number.value;
	return number;
}

/* The next number at or after `at` that is not part of a word. */
static bool next_number(struct text text, size_t at, struct number *ret_number)
{
	while (at < text.size) {
		if (!scan_text_digit(text.data[at])) {
			at++;
			continue;
		}
		const bool in_word = at > 0 && scan_text_word_before(text, at) && text.data[at - 1] != '_';
		*ret_number = read_number(text, at);
		if (!in_word && scan_text_letter(text, ret_number->end) == 0)
			return true;
		at = ret_number->end;
	}
	return false;
}

bool scan_integer_first(struct text text, int64_t *ret_value, size_t *ret_end)
{
	struct number number;
	if (!next_number(text, 0, &number) || !number.integer)
		return false;
	*ret_value = number.value;
	*ret_end = number.end;
	return true;
}

bool scan_integer(struct text text, int64_t *ret_value)
{
	int64_t value;
	size_t end;
	struct number other;
	if (!scan_integer_first(text, &value, &end) || next_number(text, end, &other))
		return false;
	*ret_value = value;
	return true;
}

/* Trimmed of blanks and of emphasis on both sides. */
static struct text without_emphasis(struct text text)
{
	text = text_trim(text);
	while (text.size > 0 && (text.data[0] == '*' || text.data[0] == '_'))
		text = text_slice(text, 1, text.size);
	while (text.size > 0 && (text.data[text.size - 1] == '*' || text.data[text.size - 1] == '_'))
		text = text_slice(text, 0, text.size - 1);
	return text_trim(text);
}

/* Whether the inside of a bracket is a phrase: two letters at least, no further bracket outside it, no marker. */
static bool is_phrase(struct text inside)
{
	struct scan_keyword_found found;
	struct scan_id id;
	if (scan_keyword_at(inside, &found) && found.keyword != SCAN_UNKNOWN)
		return false;
	if (scan_id_at(inside, 0, SCAN_ID_LABEL, &id) > 0 && text_present(id.name))
		return false;
	size_t letters = 0;
	int depth = 0;
	for (size_t at = 0; at < inside.size; at++) {
		letters += scan_text_letter(inside, at) > 0;
		depth += (inside.data[at] == '[') - (inside.data[at] == ']');
		if (depth < 0 || (depth > 0 && at == 0))
			return false;
	}
	return letters >= 2 && depth == 0;
}

bool scan_placeholder(struct text text)
{
	static const char *const dashes[] = {"", "-", "--", "---", "\u2013", "\u2014", "\u2212"};
	text = without_emphasis(text);
	for (size_t i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++) {
		if (text.size == strlen(dashes[i]) && memcmp(dashes[i], text.data == NULL ? "" : text.data, text.size) == 0)
			return true;
	}
	return text.data[0] == '[' && text.data[text.size - 1] == ']' && is_phrase(text_slice(text, 1, text.size - 1));
}
