/*
 * The writer of JSON.
 */
#include "json_write.h"

#include "base64.h"
#include "utf8.h"

static void fail(struct json_writer *writer, const char *fault)
{
	if (writer->fault == NULL)
		writer->fault = fault;
}

static void append(struct json_writer *writer, struct text text)
{
	if (writer->fault == NULL && !buffer_append_text(writer->out, text))
		fail(writer, "out of memory");
}

static void append_integer(struct json_writer *writer, int64_t value, int width)
{
	if (writer->fault == NULL && !buffer_append_integer(writer->out, value, width))
		fail(writer, "out of memory");
}

static struct json_write_level *top(struct json_writer *writer)
{
	return writer->depth == 0 ? NULL : &writer->levels[writer->depth - 1];
}

/* Begins a line at the present depth where a container of `level` (1 is the outermost) has its members on lines. */
static void break_line(struct json_writer *writer, int level)
{
	if (level > writer->lines)
		return;
	append(writer, TEXT("\n"));
	for (int i = 0; i < writer->depth; i++)
		append(writer, TEXT("  "));
}

/* What stands before an element or a key: a comma unless it is the first, and a line of its own. */
static void begin_member(struct json_writer *writer, struct json_write_level *level)
{
	if (level->used)
		append(writer, TEXT(","));
	if (level->used && writer->lines > 0 && writer->depth > writer->lines)
		append(writer, TEXT(" "));
	level->used = true;
	break_line(writer, writer->depth);
}

/* Whether a value may come now; if so, what stands before it is written. */
static bool begin_value(struct json_writer *writer)
{
	if (writer->fault != NULL)
		return false;
	struct json_write_level *level = top(writer);
	if (level == NULL) {
		if (writer->done)
			fail(writer, "a value behind the value");
	} else if (level->array) {
		begin_member(writer, level);
	} else if (!writer->after_key) {
		fail(writer, "a value without a key");
	}
	writer->after_key = false;
	return writer->fault == NULL;
}

static void end_value(struct json_writer *writer)
{
	if (writer->depth == 0)
		writer->done = true;
}

static void append_escape(struct json_writer *writer, uint32_t code_point)
{
	static const char digits[] = "0123456789abcdef";
	const char escape[6] = {
		'\\',
		'u',
		digits[code_point >> 12 & 15],
		digits[code_point >> 8 & 15],
		digits[code_point >> 4 & 15],
		digits[code_point & 15],
	};
	append(writer, (struct text){.data = escape, .size = sizeof(escape)});
}

/* The escape of a character of two, absent when it has none. */
static struct text short_escape(uint32_t code_point)
{
	switch (code_point) {
	case '"':
		return TEXT("\\\"");
	case '\\':
		return TEXT("\\\\");
	case '\b':
		return TEXT("\\b");
	case '\f':
		return TEXT("\\f");
	case '\n':
		return TEXT("\\n");
	case '\r':
		return TEXT("\\r");
	case '\t':
		return TEXT("\\t");
	default:
		return TEXT_ABSENT;
	}
}

/* A mark that turns the direction of writing: what stands behind it would be shown in another order. */
static bool turns(uint32_t code_point)
{
	return code_point == 0x061c || code_point == 0x200e || code_point == 0x200f ||
		   (code_point >= 0x202a && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069);
}

static bool long_escape(uint32_t code_point)
{
	return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f) || code_point == 0x2028 ||
		   code_point == 0x2029 || turns(code_point);
}

/* Behind what needs no escape and is ASCII. */
static size_t skip_plain(struct text text, size_t at)
{
	while (at < text.size && text.data[at] >= ' ' && text.data[at] < 0x7f && text.data[at] != '"' &&
		   text.data[at] != '\\')
		at++;
	return at;
}

/* Appends text in quotes; characters that need no escape go out in one piece. */
static void append_quoted(struct json_writer *writer, struct text text)
{
	if (!text_present(text)) {
		fail(writer, "an absent text");
		return;
	}
	if (!utf8_valid(bytes_of_text(text))) {
		fail(writer, "text that is not UTF-8, or holds U+0000");
		return;
	}
	append(writer, TEXT("\""));
	size_t pending = 0;
	size_t at = skip_plain(text, 0);
	size_t end = at;
	for (uint32_t code_point; utf8_next(text, &end, &code_point); at = end = skip_plain(text, end)) {
		const struct text escape = short_escape(code_point);
		if (!text_present(escape) && !long_escape(code_point))
			continue;
		append(writer, text_slice(text, pending, at));
		pending = end;
		if (text_present(escape))
			append(writer, escape);
		else
			append_escape(writer, code_point);
	}
	append(writer, text_slice(text, pending, text.size));
	append(writer, TEXT("\""));
}

void json_write_begin(struct json_writer *writer, struct buffer *out, bool compact)
{
	writer->out = out;
	writer->fault = NULL;
	writer->depth = 0;
	writer->lines = compact ? 0 : LIMIT_JSON_DEPTH;
	writer->after_key = false;
	writer->done = false;
}

void json_write_begin_rows(struct json_writer *writer, struct buffer *out)
{
	json_write_begin(writer, out, false);
	writer->lines = 2;
}

void json_write_resume(struct json_writer *writer, struct buffer *out)
{
	json_write_begin(writer, out, false);
	writer->levels[writer->depth++] = (struct json_write_level){.used = true};
}

bool json_write_finish(struct json_writer *writer)
{
	if (!writer->done)
		fail(writer, "a value that was not written to its end");
	if (writer->lines > 0)
		append(writer, TEXT("\n"));
	return writer->fault == NULL;
}

static void open_container(struct json_writer *writer, bool array)
{
	if (!begin_value(writer))
		return;
	if (writer->depth == LIMIT_JSON_DEPTH) {
		fail(writer, "nested too deep");
		return;
	}
	append(writer, array ? TEXT("[") : TEXT("{"));
	writer->levels[writer->depth++] = (struct json_write_level){.array = array};
}

void json_write_object(struct json_writer *writer)
{
	open_container(writer, false);
}

void json_write_array(struct json_writer *writer)
{
	open_container(writer, true);
}

void json_write_end(struct json_writer *writer)
{
	if (writer->fault != NULL)
		return;
	const struct json_write_level *level = top(writer);
	if (level == NULL || writer->after_key) {
		fail(writer, "an end where none is due");
		return;
	}
	writer->depth--;
	if (level->used)
		break_line(writer, writer->depth + 1);
	append(writer, level->array ? TEXT("]") : TEXT("}"));
	end_value(writer);
}

void json_write_key(struct json_writer *writer, const char *key)
{
	if (writer->fault != NULL)
		return;
	struct json_write_level *level = top(writer);
	if (level == NULL || level->array || writer->after_key) {
		fail(writer, "a key where none is due");
		return;
	}
	begin_member(writer, level);
	append_quoted(writer, text_of_string(key));
	append(writer, writer->lines > 0 ? TEXT(": ") : TEXT(":"));
	writer->after_key = true;
}

void json_write_text(struct json_writer *writer, struct text text)
{
	if (!begin_value(writer))
		return;
	append_quoted(writer, text);
	end_value(writer);
}

void json_write_string(struct json_writer *writer, const char *string)
{
	json_write_text(writer, text_of_string(string));
}

/* No digit of base64 needs an escape. */
void json_write_base64(struct json_writer *writer, struct bytes bytes)
{
	if (!begin_value(writer))
		return;
	append(writer, TEXT("\""));
	if (writer->fault == NULL && !base64_append(writer->out, bytes))
		fail(writer, "out of memory");
	append(writer, TEXT("\""));
	end_value(writer);
}

void json_write_integer(struct json_writer *writer, int64_t value)
{
	if (!begin_value(writer))
		return;
	append_integer(writer, value, 0);
	end_value(writer);
}

/* Digits behind the point for a scale that is a power of ten, or -1. */
static int digits_of_scale(int64_t scale)
{
	int digits = 0;
	for (; scale >= 10 && scale % 10 == 0; scale /= 10)
		digits++;
	return scale == 1 ? digits : -1;
}

void json_write_scaled(struct json_writer *writer, int64_t value, int64_t scale)
{
	int digits = digits_of_scale(scale);
	if (digits < 0) {
		fail(writer, "a scale that is no power of ten");
		return;
	}
	if (!begin_value(writer))
		return;
	/* Both are of the sign of value; the whole part alone would lose the sign of -0.5. */
	const int64_t whole = value / scale;
	int64_t fraction = value % scale;
	if (value < 0 && whole == 0)
		append(writer, TEXT("-"));
	append_integer(writer, whole, 0);
	if (fraction != 0) {
		for (; fraction % 10 == 0; fraction /= 10)
			digits--;
		append(writer, TEXT("."));
		append_integer(writer, fraction < 0 ? -fraction : fraction, digits);
	}
	end_value(writer);
}

void json_write_boolean(struct json_writer *writer, bool value)
{
	if (!begin_value(writer))
		return;
	append(writer, value ? TEXT("true") : TEXT("false"));
	end_value(writer);
}

void json_write_null(struct json_writer *writer)
{
	if (!begin_value(writer))
		return;
	append(writer, TEXT("null"));
	end_value(writer);
}
