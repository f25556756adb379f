/*
 * Small questions about a text, each by one pass over its bytes.
 */
#include "derive_text.h"

#include <string.h>

#include "scan.h"

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Bytes of what stands in a word at an offset, 0 for what does not. */
static size_t in_word(struct text text, size_t at)
{
	const char c = text.data[at];
	if (letter(c) || digit(c) || c == '\'' || c == '_')
		return 1;
	return (c & 0x80) != 0 ? scan_letter(text, at) : 0;
}

bool derive_text_word(struct text text, size_t *at, struct text *ret_word)
{
	size_t from = *at, size = 0;
	while (from < text.size && in_word(text, from) == 0)
		from++;
	size_t to = from;
	while (to < text.size && (size = in_word(text, to)) > 0)
		to += size;
	*at = to;
	*ret_word = text_slice(text, from, to);
	return to > from;
}

bool derive_text_has_word(struct text text, const char *word)
{
	struct text found;
	for (size_t at = 0; derive_text_word(text, &at, &found);)
		if (derive_text_same(found, word))
			return true;
	return false;
}

struct text derive_text_first_word(struct text text)
{
	struct text found;
	size_t at = 0;
	return derive_text_word(text, &at, &found) ? found : TEXT_ABSENT;
}

size_t derive_text_words(struct text text)
{
	size_t count = 0;
	struct text found;
	for (size_t at = 0; derive_text_word(text, &at, &found);)
		if (scan_letter(found, 0) > 0)
			count++;
	return count;
}

bool derive_text_names(struct text text)
{
	enum { ALWAYS = 4, MOST = 8 };
	size_t words = 0, small = 0;
	struct text found;
	for (size_t at = 0; derive_text_word(text, &at, &found);) {
		words += scan_letter(found, 0) > 0;
		small += found.data[0] >= 'a' && found.data[0] <= 'z';
	}
	return words <= ALWAYS || (words <= MOST && 2 * small < words);
}

bool derive_text_begins(struct text text, const char *prefix)
{
	size_t size = strlen(prefix);
	return text.size >= size && derive_text_same(text_slice(text, 0, size), prefix);
}

bool derive_text_ends(struct text text, const char *suffix)
{
	size_t size = strlen(suffix);
	return text.size >= size && derive_text_same(text_slice(text, text.size - size, text.size), suffix);
}

bool derive_text_same(struct text text, const char *string)
{
	return text_equal_ignoring_case(text, text_of_string(string));
}

size_t derive_text_find_byte(struct text text, char byte, size_t from)
{
	for (size_t at = from; at < text.size; at++)
		if (text.data[at] == byte)
			return at;
	return SIZE_MAX;
}

/* Digits with commas between groups of three; false when there are none or too many. */
static bool digits_at(struct text text, size_t *at, int64_t *ret_value)
{
	size_t from = *at;
	int64_t value = 0;
	size_t count = 0;
	while (from < text.size) {
		bool comma = text.data[from] == ',' && count > 0 && from + 3 < text.size + 0 && digit(text.data[from + 1]) &&
					 digit(text.data[from + 2]) && digit(text.data[from + 3]) &&
					 (from + 4 == text.size || !digit(text.data[from + 4]));
		if (comma) {
			from++;
			continue;
		}
		if (!digit(text.data[from]))
			break;
		if (++count > 15)
			return false;
		value = value * 10 + (text.data[from++] - '0');
	}
	*at = from;
	*ret_value = value;
	return count > 0;
}

static size_t skip_marks(struct text text, size_t at)
{
	while (at < text.size && (blank(text.data[at]) || text.data[at] == '*' || text.data[at] == '_'))
		at++;
	return at;
}

bool derive_text_integer(struct text text, int64_t *ret_value, struct text *ret_rest)
{
	size_t at = skip_marks(text, 0);
	int64_t value;
	if (!digits_at(text, &at, &value))
		return false;
	size_t behind = skip_marks(text, at);
	if (behind < text.size && (text.data[behind] == '%' || text.data[behind] == '/'))
		return false;
	if (at + 1 < text.size && (text.data[at] == '.' || text.data[at] == '\'') && digit(text.data[at + 1]))
		return false;
	struct text rest = text_trim(text_slice(text, behind, text.size));
	if (text_starts_with(rest, TEXT("\xe2\x86\x92")) || text_starts_with(rest, TEXT("->")))
		return false;
	size_t dash = derive_text_dash(rest, 0);
	if (dash == 0 && text_starts_with(rest, TEXT("-")))
		dash = 1;
	struct text other = text_trim(text_slice(rest, dash, rest.size));
	if (other.size > 0 && digit(other.data[0]))
		return false;
	*ret_value = value;
	if (ret_rest != NULL)
		*ret_rest = rest;
	return true;
}

bool derive_text_difference(struct text text, int64_t *ret_value)
{
	const size_t from = derive_text_begins(text, "(+") ? 2 : derive_text_begins(text, "+") ? 1 : 0;
	return from > 0 && derive_text_integer(text_slice(text, from, text.size), ret_value, NULL);
}

bool derive_text_sums(struct text name)
{
	static const char *const words[] = {"total", "totals", "sum", "average", "avg", "mean", "overall", "cumulative"};
	static const char *const wholes[] = {"all", "panel", "all rounds", "all experts"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (derive_text_has_word(name, words[i]))
			return true;
	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++)
		if (derive_text_same(name, wholes[i]))
			return true;
	return false;
}

bool derive_text_parts(struct text text, int64_t ret_parts[4])
{
	size_t at = skip_marks(text, 0);
	for (size_t i = 0; i < 4; i++) {
		if (i > 0 && (at >= text.size || (text.data[at] != '/' && text.data[at] != ':')))
			return false;
		at = skip_marks(text, at + (i > 0));
		if (!digits_at(text, &at, &ret_parts[i]))
			return false;
		at = skip_marks(text, at);
	}
	return at == text.size;
}

bool derive_text_nothing(struct text text)
{
	static const char *const words[] = {"n/a", "na", "none", "nil", "tbd", "tba", "todo", "unknown", "?", "..."};
	struct text bare = derive_text_stripped(text);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (derive_text_same(bare, words[i]))
			return true;
	return scan_placeholder(text);
}

bool derive_text_decimal(struct text text, int64_t *ret_millionths)
{
	struct text number = text_trim(text);
	size_t at = 0;
	int64_t whole = 0;
	if (number.size == 0 || (number.data[0] != '.' && !digits_at(number, &at, &whole)))
		return false;
	int64_t value = whole * 1000000;
	if (at < number.size && number.data[at] == '.') {
		at++;
		int64_t weight = 100000;
		int places = 0;
		for (; at < number.size && digit(number.data[at]); at++, places++) {
			if (places == 6 && number.data[at] >= '5')
				value++;
			value += weight * (number.data[at] - '0');
			weight /= 10;
		}
		if (places == 0)
			return false;
	}
	if (at < number.size && number.data[at] == '%' && at + 1 == number.size)
		value /= 100;
	else if (at != number.size)
		return false;
	if (value > 1000000)
		return false;
	*ret_millionths = value;
	return true;
}

bool derive_text_permille(struct text text, int64_t *ret_permille)
{
	size_t at = skip_marks(text, 0);
	while (at < text.size && (text.data[at] == '~' || (text.data[at] & 0x80) != 0 || blank(text.data[at])))
		at++;
	int64_t value, of;
	if (!digits_at(text, &at, &value))
		return false;
	int64_t tenth = 0;
	if (at + 1 < text.size && text.data[at] == '.' && digit(text.data[at + 1])) {
		tenth = text.data[at + 1] - '0';
		for (at++; at < text.size && digit(text.data[at]);)
			at++;
	}
	at = skip_marks(text, at);
	if (at < text.size && text.data[at] == '%') {
		*ret_permille = value * 10 + tenth;
		return *ret_permille <= 1000;
	}
	if (at < text.size && text.data[at] == '/') {
		at = skip_marks(text, at + 1);
		if (!digits_at(text, &at, &of) || of <= 0 || value > of)
			return false;
		*ret_permille = (value * 2000 + of) / (of * 2);
		return true;
	}
	return false;
}

static bool round_number(struct text word, int *ret_round)
{
	size_t at = 0;
	int64_t value;
	if (word.size > 2 || !digits_at(word, &at, &value) || at != word.size)
		return false;
	*ret_round = (int)value;
	return true;
}

bool derive_text_round(struct text text, int *ret_round)
{
	bool found = false, after_word = false;
	struct text word;
	for (size_t at = 0; derive_text_word(text, &at, &word);) {
		if (after_word && round_number(word, ret_round))
			found = true;
		else if ((word.data[0] == 'R' || word.data[0] == 'r') &&
				 round_number(text_slice(word, 1, word.size), ret_round))
			found = true;
		after_word = derive_text_same(word, "round") || derive_text_same(word, "rounds");
	}
	return found;
}

bool derive_text_round_heading(struct text text, int *ret_round, struct text *ret_rest)
{
	size_t at = 0;
	struct text word;
	if (!derive_text_begins(text, "round") || !derive_text_word(text, &at, &word) || !derive_text_same(word, "round") ||
		!derive_text_word(text, &at, &word) || !round_number(word, ret_round))
		return false;
	*ret_rest = derive_text_stripped(text_slice(text, at, text.size));
	return true;
}

struct text derive_text_unbracketed(struct text text)
{
	struct text trimmed = text_trim(text);
	if (trimmed.size == 0 || trimmed.data[trimmed.size - 1] != ')')
		return trimmed;
	int depth = 0;
	for (size_t at = trimmed.size; at-- > 0;) {
		if (trimmed.data[at] == ')')
			depth++;
		else if (trimmed.data[at] == '(' && --depth == 0)
			return text_trim(text_slice(trimmed, 0, at));
	}
	return trimmed;
}

struct text derive_text_claimed(struct text text)
{
	size_t at = text_find(text, TEXT("(record: "), 0);
	if (at == SIZE_MAX)
		return text;
	size_t close = at;
	int depth = 0;
	do {
		depth += text.data[close] == '(' ? 1 : text.data[close] == ')' ? -1 : 0;
		close++;
	} while (close < text.size && depth > 0);
	struct text behind = text_trim(text_slice(text, close, text.size));
	bool ends = depth == 0 && (behind.size == 0 || behind.data[0] == '(');
	return ends ? text_trim(text_slice(text, 0, at)) : text;
}

/* Size of a mark that stands around a value and says nothing: emphasis, colon, dash, arrow, tick. */
static size_t mark_at(struct text text, size_t at)
{
	static const char *const wide[] = {"\xe2\x80\x94", "\xe2\x80\x93", "\xe2\x86\x92",
									   "\xe2\x9c\x93", "\xe2\x9c\x94", "\xe2\x9c\x85"};
	if (strchr(" \t\r\n*_:-|,;", text.data[at]) != NULL && text.data[at] != '\0')
		return 1;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (text_starts_with(text_slice(text, at, text.size), text_of_string(wide[i])))
			return 3;
	return 0;
}

struct text derive_text_stripped(struct text text)
{
	size_t from = 0, to = text.size, size;
	while (from < to && (size = mark_at(text, from)) > 0)
		from += size;
	for (;;) {
		if (to > from && mark_at(text, to - 1) == 1)
			to--;
		else if (to >= from + 3 && mark_at(text, to - 3) == 3)
			to -= 3;
		else
			break;
	}
	return text_slice(text, from, to);
}

size_t derive_text_dash(struct text text, size_t at)
{
	struct text rest = text_slice(text, at, text.size);
	if (text_starts_with(rest, TEXT("\xe2\x80\x94")) || text_starts_with(rest, TEXT("\xe2\x80\x93")))
		return 3;
	if (text_starts_with(rest, TEXT("--")))
		return 2;
	if (text_starts_with(rest, TEXT(" - ")))
		return 3;
	return 0;
}

size_t derive_text_arrow(struct text text)
{
	size_t found = SIZE_MAX;
	for (size_t at = 0; at < text.size; at++) {
		struct text rest = text_slice(text, at, text.size);
		if (text_starts_with(rest, TEXT("\xe2\x86\x92")))
			found = at + 3;
		else if (text_starts_with(rest, TEXT("->")))
			found = at + 2;
	}
	return found;
}

struct text derive_text_paragraph(struct text text)
{
	size_t at = 0;
	while (at < text.size) {
		size_t end = derive_text_find_byte(text, '\n', at);
		if (end == SIZE_MAX)
			end = text.size;
		if (text_trim(text_slice(text, at, end)).size == 0)
			break;
		at = end < text.size ? end + 1 : end;
	}
	return text_trim(text_slice(text, 0, at));
}
