/*
 * One JSON object, in place. What a string says is never longer than how it is written, so it is written over it.
 */
#include "aws_answer_json.h"

#include "utf8.h"

enum { DEPTH = 16 };

struct reader {
	char *data;
	size_t size;
	size_t at;
	const char *fault;
};

static bool fail(struct reader *reader, const char *fault)
{
	if (reader->fault == NULL)
		reader->fault = fault;
	return false;
}

/* The character at the cursor; NUL, which is refused before, at the end. */
static char peek(const struct reader *reader)
{
	return reader->at < reader->size ? reader->data[reader->at] : '\0';
}

static bool take(struct reader *reader, char c)
{
	if (peek(reader) != c)
		return false;
	reader->at++;
	return true;
}

static void skip_blanks(struct reader *reader)
{
	while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\n' || peek(reader) == '\r')
		reader->at++;
}

/* The four digits of \u. */
static bool take_unit(struct reader *reader, uint32_t *ret_unit)
{
	*ret_unit = 0;
	for (int i = 0; i < 4; i++) {
		const unsigned char c = (unsigned char)peek(reader);
		if (!isxdigit(c))
			return fail(reader, "it is no JSON: \\u without four digits");
		*ret_unit = *ret_unit * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
		reader->at++;
	}
	return true;
}

/* What follows \u, as UTF-8; at most as many bytes as the escape has. */
static bool take_unicode(struct reader *reader, size_t *to)
{
	static const uint8_t leads[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	uint32_t code, low;
	if (!take_unit(reader, &code))
		return false;
	if (code >= 0xd800 && code < 0xdc00 && take(reader, '\\') && take(reader, 'u')) {
		if (!take_unit(reader, &low))
			return false;
		code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0;
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		return fail(reader, "it is no JSON: \\u without a character");
	const size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = size; i-- > 1; code >>= 6)
		reader->data[*to + i] = (char)(0x80 | (code & 0x3f));
	reader->data[*to] = (char)(leads[size] | code);
	*to += size;
	return true;
}

static bool take_escape(struct reader *reader, size_t *to)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	if (take(reader, 'u'))
		return take_unicode(reader, to);
	const char *letter = peek(reader) == '\0' ? NULL : strchr(letters, peek(reader));
	if (letter == NULL)
		return fail(reader, "it is no JSON: an escape that there is not");
	reader->at++;
	reader->data[(*to)++] = meanings[letter - letters];
	return true;
}

static bool take_string(struct reader *reader, struct text *ret_text)
{
	if (!take(reader, '"'))
		return fail(reader, "it is no JSON: a string is expected");
	const size_t from = reader->at;
	size_t to = from;
	while (!take(reader, '"')) {
		const char c = peek(reader);
		if ((unsigned char)c < ' ')
			return fail(reader, "it is no JSON: a string does not end");
		reader->at++;
		if (c != '\\')
			reader->data[to++] = c;
		else if (!take_escape(reader, &to))
			return false;
	}
	*ret_text = (struct text){.data = reader->data + from, .size = to - from};
	return true;
}

/* Whether text has none but these characters. */
static bool consists_of(struct text text, const char *characters)
{
	for (size_t i = 0; i < text.size; i++)
		if (strchr(characters, text.data[i]) == NULL)
			return false;
	return text.size > 0;
}

/* A number, of which no more is checked than its characters, or one of the three words. */
static bool take_word(struct reader *reader, struct text *ret_word)
{
	const size_t from = reader->at;
	while (peek(reader) != '\0' && strchr("+-.0123456789Eabcdefghijklmnopqrstuvwxyz", peek(reader)) != NULL)
		reader->at++;
	*ret_word = (struct text){.data = reader->data + from, .size = reader->at - from};
	return consists_of(*ret_word, "+-.0123456789eE") || text_is(*ret_word, "true") || text_is(*ret_word, "false") ||
		   text_is(*ret_word, "null") || fail(reader, "it is no JSON: a value is expected");
}

static bool skip_value(struct reader *reader, int depth);

/* What follows a bracket: values, with names where they are members. */
static bool skip_members(struct reader *reader, char end, int depth)
{
	struct text name;
	skip_blanks(reader);
	if (take(reader, end))
		return true;
	do {
		skip_blanks(reader);
		if (end == '}' && !take_string(reader, &name))
			return false;
		skip_blanks(reader);
		if (end == '}' && !take(reader, ':'))
			return fail(reader, "it is no JSON: ':' is expected");
		if (!skip_value(reader, depth))
			return false;
		skip_blanks(reader);
	} while (take(reader, ','));
	return take(reader, end) || fail(reader, "it is no JSON: a bracket does not end");
}

static bool skip_value(struct reader *reader, int depth)
{
	struct text skipped;
	skip_blanks(reader);
	if (depth == DEPTH)
		return fail(reader, "it is nested too deep");
	if (take(reader, '{'))
		return skip_members(reader, '}', depth + 1);
	if (take(reader, '['))
		return skip_members(reader, ']', depth + 1);
	return peek(reader) == '"' ? take_string(reader, &skipped) : take_word(reader, &skipped);
}

/* The value of a member that is asked for. */
static bool take_value(struct reader *reader, struct aws_answer_json_member *member)
{
	struct text word = TEXT_ABSENT;
	skip_blanks(reader);
	if (text_present(member->value))
		return fail(reader, "a member is there twice");
	if (peek(reader) == '"')
		return take_string(reader, &member->value);
	if (peek(reader) == '{' || peek(reader) == '[')
		return fail(reader, "a member is neither text nor number");
	if (!take_word(reader, &word))
		return false;
	if (text_is(word, "true") || text_is(word, "false"))
		return fail(reader, "a member is neither text nor number");
	member->value = text_is(word, "null") ? TEXT_ABSENT : word;
	return true;
}

static bool take_member(struct reader *reader, struct aws_answer_json_member *members, size_t count)
{
	struct text name;
	skip_blanks(reader);
	if (!take_string(reader, &name))
		return false;
	skip_blanks(reader);
	if (!take(reader, ':'))
		return fail(reader, "it is no JSON: ':' is expected");
	for (size_t i = 0; i < count; i++)
		if (members[i].name != NULL && text_is(name, members[i].name))
			return take_value(reader, &members[i]);
	return skip_value(reader, 1);
}

static bool take_object(struct reader *reader, struct aws_answer_json_member *members, size_t count)
{
	skip_blanks(reader);
	if (!take(reader, '{'))
		return fail(reader, "it is no JSON object");
	skip_blanks(reader);
	if (!take(reader, '}')) {
		do {
			if (!take_member(reader, members, count))
				return false;
			skip_blanks(reader);
		} while (take(reader, ','));
		if (!take(reader, '}'))
			return fail(reader, "it is no JSON: the object does not end");
	}
	skip_blanks(reader);
	return reader->at == reader->size || fail(reader, "it is no JSON: something follows the object");
}

const char *aws_answer_json_read(struct buffer *answer, struct aws_answer_json_member *members, size_t count)
{
	struct reader reader = {.data = (char *)answer->data, .size = answer->size};
	if (utf8_fault(buffer_view(answer)) != SIZE_MAX)
		return "it is not UTF-8";
	if (take_object(&reader, members, count))
		return NULL;
	for (size_t i = 0; i < count; i++)
		members[i].value = TEXT_ABSENT;
	return reader.fault;
}
