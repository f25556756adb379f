/*
 * Views and buffers.
 */
#include "bytes.h"

enum { BUFFER_FIRST = 64 };

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int bytes_compare(struct bytes a, struct bytes b)
{
	const size_t size = a.size < b.size ? a.size : b.size;
	const int order = size == 0 ? 0 : memcmp(a.data, b.data, size);
	if (order != 0)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

struct bytes bytes_of_text(struct text text)
{
	return (struct bytes){.data = (const uint8_t *)text.data, .size = text.size};
}

struct text text_of_bytes(struct bytes bytes)
{
	return (struct text){.data = (const char *)bytes.data, .size = bytes.size};
}

struct text text_of_string(const char *string)
{
	return (struct text){.data = string, .size = string == NULL ? 0 : strlen(string)};
}

bool text_present(struct text text)
{
	return text.data != NULL;
}

bool text_equal(struct text a, struct text b)
{
	return text_present(a) == text_present(b) && bytes_equal(bytes_of_text(a), bytes_of_text(b));
}

bool text_is(struct text text, const char *string)
{
	return text_equal(text, text_of_string(string));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_ignoring_case(struct text a, struct text b)
{
	if (text_present(a) != text_present(b) || a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	return true;
}

int text_compare(struct text a, struct text b)
{
	if (text_present(a) != text_present(b))
		return text_present(a) ? 1 : -1;
	return bytes_compare(bytes_of_text(a), bytes_of_text(b));
}

int text_order(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

bool text_starts_with(struct text text, struct text prefix)
{
	return prefix.size <= text.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

struct text text_slice(struct text text, size_t from, size_t to)
{
	if (!text_present(text))
		return text;
	if (to > text.size)
		to = text.size;
	if (from > to)
		from = to;
	return (struct text){.data = text.data + from, .size = to - from};
}

size_t text_find(struct text text, struct text needle, size_t from)
{
	if (from > text.size || needle.size > text.size - from)
		return SIZE_MAX;
	if (needle.size == 0)
		return from;
	const char *found = memmem(text.data + from, text.size - from, needle.data, needle.size);
	return found == NULL ? SIZE_MAX : (size_t)(found - text.data);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text text)
{
	size_t from = 0;
	size_t to = text.size;
	while (from < to && blank(text.data[from]))
		from++;
	while (to > from && blank(text.data[to - 1]))
		to--;
	return text_slice(text, from, to);
}

void buffer_init(struct buffer *buffer, size_t ceiling)
{
	*buffer = (struct buffer){.ceiling = ceiling};
}

void buffer_finish(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){.ceiling = buffer->ceiling};
}

bool buffer_reserve(struct buffer *buffer, size_t extra)
{
	if (extra <= buffer->capacity - buffer->size)
		return true;
	if (buffer->size > buffer->ceiling || extra > buffer->ceiling - buffer->size)
		return false;
	const size_t needed = buffer->size + extra;
	size_t capacity = buffer->capacity <= buffer->ceiling / 2 ? buffer->capacity * 2 : buffer->ceiling;
	if (capacity < BUFFER_FIRST)
		capacity = BUFFER_FIRST < buffer->ceiling ? BUFFER_FIRST : buffer->ceiling;
	if (capacity < needed)
		capacity = needed;
	uint8_t *data = realloc(buffer->data, capacity);
	if (data == NULL)
		return false;
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

uint8_t *buffer_append_room(struct buffer *buffer, size_t size)
{
	if (!buffer_reserve(buffer, size))
		return NULL;
	buffer->size += size;
	return buffer->data + buffer->size - size;
}

bool buffer_append(struct buffer *buffer, struct bytes bytes)
{
	if (bytes.size == 0)
		return true;
	if (!buffer_reserve(buffer, bytes.size))
		return false;
	memcpy(buffer->data + buffer->size, bytes.data, bytes.size);
	buffer->size += bytes.size;
	return true;
}

bool buffer_append_text(struct buffer *buffer, struct text text)
{
	return buffer_append(buffer, bytes_of_text(text));
}

bool buffer_append_string(struct buffer *buffer, const char *string)
{
	return buffer_append_text(buffer, text_of_string(string));
}

bool buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
	if (!buffer_reserve(buffer, 1))
		return false;
	buffer->data[buffer->size++] = byte;
	return true;
}

bool buffer_append_integer(struct buffer *buffer, int64_t value, int width)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char digits[20];
	size_t count = 0;
	do {
		digits[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	const size_t sign = value < 0 ? 1 : 0;
	const size_t wanted = width > 0 ? (size_t)width : 0;
	const size_t zeros = wanted > sign + count ? wanted - sign - count : 0;
	if (!buffer_reserve(buffer, sign + zeros + count))
		return false;
	uint8_t *out = buffer->data + buffer->size;
	if (value < 0)
		*out++ = '-';
	memset(out, '0', zeros);
	out += zeros;
	for (size_t i = 0; i < count; i++)
		out[i] = (uint8_t)digits[count - 1 - i];
	buffer->size += sign + zeros + count;
	return true;
}

struct bytes buffer_view(const struct buffer *buffer)
{
	return (struct bytes){.data = buffer->data, .size = buffer->size};
}

struct text buffer_text(const struct buffer *buffer)
{
	return buffer->size == 0 ? TEXT("") : text_of_bytes(buffer_view(buffer));
}
