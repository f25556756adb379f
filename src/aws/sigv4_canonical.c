/*
 * Canonical paths, queries and headers. What is sorted is a fixed number of views.
 */
#include "sigv4_canonical.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What stands in *rest before the first `end`, or all of it; *rest becomes what stands behind, or absent. */
static struct text take(struct text *rest, char end)
{
	const size_t at = text_find(*rest, (struct text){.data = &end, .size = 1}, 0);
	const struct text taken = text_slice(*rest, 0, at);
	*rest = at == SIZE_MAX ? TEXT_ABSENT : text_slice(*rest, at + 1, SIZE_MAX);
	return taken;
}

/* By name in lower case. */
static int compare_headers(const struct http_field *a, const struct http_field *b)
{
	const size_t size = a->name.size < b->name.size ? a->name.size : b->name.size;
	for (size_t i = 0; i < size; i++)
		if (lower(a->name.data[i]) != lower(b->name.data[i]))
			return (uint8_t)lower(a->name.data[i]) - (uint8_t)lower(b->name.data[i]);
	return (a->name.size > b->name.size) - (a->name.size < b->name.size);
}

static int compare_parameters(const struct http_field *a, const struct http_field *b)
{
	const int order = text_compare(a->name, b->name);
	return order != 0 ? order : text_compare(a->value, b->value);
}

/* Puts a field into `count` sorted ones, behind all that are not greater. */
static void insert(struct http_field *fields, size_t count, struct http_field field,
				   int (*compare)(const struct http_field *, const struct http_field *))
{
	size_t at = count;
	for (; at > 0 && compare(&fields[at - 1], &field) > 0; at--)
		fields[at] = fields[at - 1];
	fields[at] = field;
}

void sigv4_canonical_insert(struct sigv4_canonical_headers *headers, struct http_field header)
{
	insert(headers->items, headers->count++, header, compare_headers);
}

/* Whether a header has the name of the one before. */
static bool repeats(const struct sigv4_canonical_headers *headers, size_t at)
{
	return at > 0 && compare_headers(&headers->items[at - 1], &headers->items[at]) == 0;
}

/* Appends a name in lower case, behind `separator` unless it is the first. */
static bool append_name(struct buffer *out, const struct sigv4_canonical_headers *headers, size_t at, char separator)
{
	const struct text name = headers->items[at].name;
	if (at > 0 && !buffer_append_byte(out, (uint8_t)separator))
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (!buffer_append_byte(out, (uint8_t)lower(name.data[i])))
			return false;
	return true;
}

bool sigv4_canonical_names(struct buffer *out, const struct sigv4_canonical_headers *headers)
{
	for (size_t i = 0; i < headers->count; i++)
		if (!repeats(headers, i) && !append_name(out, headers, i, ';'))
			return false;
	return true;
}

static bool append_value(struct buffer *out, struct text value)
{
	struct text rest = value;
	bool inside = false; /* something was appended */
	while (rest.size > 0) {
		size_t blanks = 0, word = 0;
		while (blanks < rest.size && blank(rest.data[blanks]))
			blanks++;
		while (blanks + word < rest.size && !blank(rest.data[blanks + word]))
			word++;
		if ((inside && blanks > 0 && word > 0 && !buffer_append_byte(out, ' ')) ||
			!buffer_append_text(out, text_slice(rest, blanks, blanks + word)))
			return false;
		inside = true;
		rest = text_slice(rest, blanks + word, SIZE_MAX);
	}
	return true;
}

bool sigv4_canonical_lines(struct buffer *out, const struct sigv4_canonical_headers *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		const bool begun = repeats(headers, i) ? buffer_append_byte(out, ',')
											   : append_name(out, headers, i, '\n') && buffer_append_byte(out, ':');
		if (!begun || !append_value(out, headers->items[i].value))
			return false;
	}
	return buffer_append_byte(out, '\n');
}

/* Appends a byte as it is when unreserved (RFC 3986 section 2.3), else as %XX. */
static bool append_encoded(struct buffer *out, uint8_t byte)
{
	static const char digits[] = "0123456789ABCDEF";
	const bool letter = lower((char)byte) >= 'a' && lower((char)byte) <= 'z';
	if (letter || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~')
		return buffer_append_byte(out, byte);
	const uint8_t encoded[] = {'%', (uint8_t)digits[byte >> 4], (uint8_t)digits[byte & 15]};
	return buffer_append(out, (struct bytes){.data = encoded, .size = sizeof(encoded)});
}

/* Appends a path, or a segment of one. */
static bool append_path(struct buffer *out, struct text path, bool encoded)
{
	if (encoded)
		return buffer_append_text(out, path);
	for (size_t i = 0; i < path.size; i++)
		if (!(path.data[i] == '/' ? buffer_append_byte(out, '/') : append_encoded(out, (uint8_t)path.data[i])))
			return false;
	return true;
}

/* Removes the last segment of what stands behind `start`. */
static void cut_segment(struct buffer *out, size_t start)
{
	while (out->size > start && out->data[--out->size] != '/')
		;
}

/* RFC 3986 section 5.2.4; that empty segments go, too, is AWS's. */
bool sigv4_canonical_path(struct buffer *out, const struct sigv4_request *request)
{
	const size_t start = out->size;
	struct text rest = request->path;
	bool stays = false; /* the last segment does */
	if (request->path_kept)
		return append_path(out, rest, request->path_encoded);
	while (text_present(rest)) {
		const struct text segment = take(&rest, '/');
		const bool up = text_is(segment, "..");
		stays = segment.size > 0 && !up && !text_is(segment, ".");
		if (up)
			cut_segment(out, start);
		if (stays && !(buffer_append_byte(out, '/') && append_path(out, segment, request->path_encoded)))
			return false;
	}
	return stays || buffer_append_byte(out, '/');
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

/* Appends a text in which %XX may stand for a byte, encoded in the one way there is. */
static bool append_recoded(struct buffer *out, struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		const bool escape = text.data[i] == '%' && text.size - i > 2;
		const int high = escape ? hex_value(text.data[i + 1]) : -1;
		const int low = escape ? hex_value(text.data[i + 2]) : -1;
		const bool encoded = high >= 0 && low >= 0;
		if (!append_encoded(out, (uint8_t)(encoded ? high << 4 | low : text.data[i])))
			return false;
		i += encoded ? 2 : 0;
	}
	return true;
}

/* Appends the parameters as they came, each recoded, with '=' in it and '&' behind it. */
static bool append_recoded_query(struct buffer *out, struct text query)
{
	while (text_present(query)) {
		struct text value = take(&query, '&');
		const bool empty = value.size == 0;
		const struct text name = take(&value, '=');
		if (!empty && !(append_recoded(out, name) && buffer_append_byte(out, '=') && append_recoded(out, value) &&
						buffer_append_byte(out, '&')))
			return false;
	}
	return true;
}

size_t sigv4_canonical_parameters(struct text query)
{
	size_t count = 0;
	for (; text_present(query); count++)
		take(&query, '&');
	return count;
}

bool sigv4_canonical_query(struct buffer *out, struct text query)
{
	struct http_field parameters[LIMIT_SIGNED_FIELDS];
	size_t count = 0;
	struct buffer recoded;
	buffer_init(&recoded, LIMIT_SIGNED_BYTES);
	bool good = append_recoded_query(&recoded, query);
	for (struct text rest = buffer_text(&recoded); good && rest.size > 0; count++) {
		struct text value = take(&rest, '&');
		const struct text name = take(&value, '=');
		insert(parameters, count, (struct http_field){.name = name, .value = value}, compare_parameters);
	}
	for (size_t i = 0; good && i < count; i++)
		good = (i == 0 || buffer_append_byte(out, '&')) && buffer_append_text(out, parameters[i].name) &&
			   buffer_append_byte(out, '=') && buffer_append_text(out, parameters[i].value);
	buffer_finish(&recoded);
	return good;
}

bool sigv4_canonical_parameter(struct buffer *out, struct http_field parameter)
{
	if (out->size > 0 && !buffer_append_byte(out, '&'))
		return false;
	if (!buffer_append_text(out, parameter.name) || !buffer_append_byte(out, '='))
		return false;
	for (size_t i = 0; i < parameter.value.size; i++)
		if (!append_encoded(out, (uint8_t)parameter.value.data[i]))
			return false;
	return true;
}
