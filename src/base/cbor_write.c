/*
 * The writer of deterministic CBOR. levels[0 .. depth) are the containers that are still open; a container is counted
 * in its parent when it is opened, and closed when nothing is left to come in it.
 */
#include "cbor_write.h"

#include "utf8.h"

enum { MAJOR_UNSIGNED, MAJOR_NEGATIVE, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP };
enum { HEAD_MAX = 9, BYTE_FALSE = 0xf4, BYTE_TRUE = 0xf5 };

static void fail(struct cbor_writer *writer, const char *fault)
{
	if (writer->fault == NULL)
		writer->fault = fault;
}

static struct cbor_write_level *top(struct cbor_writer *writer)
{
	return writer->depth == 0 ? NULL : &writer->levels[writer->depth - 1];
}

static bool key_due(struct cbor_writer *writer)
{
	const struct cbor_write_level *level = top(writer);
	return level != NULL && level->map && !level->value_next;
}

static bool append(struct cbor_writer *writer, struct bytes bytes)
{
	if (!buffer_append(writer->out, bytes)) {
		fail(writer, "out of memory");
		return false;
	}
	return true;
}

/* Appends major type and argument in the shortest form. */
static bool append_head(struct cbor_writer *writer, unsigned major, uint64_t argument)
{
	uint8_t head[HEAD_MAX] = {(uint8_t)(major << 5)};
	size_t size = 1;
	if (argument < 24) {
		head[0] |= (uint8_t)argument;
	} else {
		const unsigned power = argument <= UINT8_MAX ? 0 : argument <= UINT16_MAX ? 1 : argument <= UINT32_MAX ? 2 : 3;
		const size_t width = (size_t)1 << power;
		head[0] |= (uint8_t)(24 + power);
		for (size_t i = 0; i < width; i++)
			head[size++] = (uint8_t)(argument >> 8 * (width - 1 - i));
	}
	return append(writer, (struct bytes){.data = head, .size = size});
}

/* Whether a value may come now; if so, it is counted. */
static bool begin_value(struct cbor_writer *writer)
{
	if (writer->fault != NULL)
		return false;
	if (key_due(writer)) {
		fail(writer, "a map key that is not text");
		return false;
	}
	struct cbor_write_level *level = top(writer);
	if (level != NULL) {
		level->left--;
		level->value_next = false;
	}
	return true;
}

static void end_value(struct cbor_writer *writer)
{
	while (writer->depth > 0 && writer->levels[writer->depth - 1].left == 0)
		writer->depth--;
}

void cbor_write_begin(struct cbor_writer *writer, struct buffer *out)
{
	writer->out = out;
	writer->fault = NULL;
	writer->depth = 0;
}

bool cbor_write_finish(const struct cbor_writer *writer)
{
	return writer->fault == NULL && writer->depth == 0;
}

void cbor_write_integer(struct cbor_writer *writer, int64_t value)
{
	if (!begin_value(writer))
		return;
	if (value > LIMIT_INTEGER || value < -LIMIT_INTEGER) {
		fail(writer, "integer out of range");
		return;
	}
	if (value >= 0)
		append_head(writer, MAJOR_UNSIGNED, (uint64_t)value);
	else
		append_head(writer, MAJOR_NEGATIVE, (uint64_t)(-1 - value));
	end_value(writer);
}

void cbor_write_bytes(struct cbor_writer *writer, struct bytes bytes)
{
	if (!begin_value(writer))
		return;
	if (append_head(writer, MAJOR_BYTES, bytes.size))
		append(writer, bytes);
	end_value(writer);
}

uint8_t *cbor_write_bytes_room(struct cbor_writer *writer, size_t size)
{
	if (!begin_value(writer))
		return NULL;
	uint8_t *room = append_head(writer, MAJOR_BYTES, size) ? buffer_append_room(writer->out, size) : NULL;
	if (room == NULL)
		fail(writer, "out of memory");
	end_value(writer);
	return room;
}

void cbor_write_bytes_head(struct cbor_writer *writer, size_t size)
{
	if (!begin_value(writer))
		return;
	append_head(writer, MAJOR_BYTES, size);
	end_value(writer);
}

/* Deterministic order is the order of the encodings, heads included. */
static void write_key(struct cbor_writer *writer, struct text key)
{
	struct cbor_write_level *level = top(writer);
	const size_t at = writer->out->size;
	if (!append_head(writer, MAJOR_TEXT, key.size) || !append(writer, bytes_of_text(key)))
		return;
	const uint8_t *data = writer->out->data;
	const struct bytes encoded = {.data = data + at, .size = writer->out->size - at};
	const struct bytes previous = {.data = data + level->key_at, .size = level->key_size};
	if (level->key_at != 0 && bytes_compare(previous, encoded) >= 0) {
		fail(writer, "map keys out of order or repeated");
		return;
	}
	level->key_at = at;
	level->key_size = encoded.size;
	level->value_next = true;
}

void cbor_write_text(struct cbor_writer *writer, struct text text)
{
	if (writer->fault != NULL)
		return;
	if (!text_present(text)) {
		fail(writer, "an absent text");
		return;
	}
	if (!utf8_valid(bytes_of_text(text))) {
		fail(writer, "text that is not UTF-8, or holds U+0000");
		return;
	}
	if (key_due(writer)) {
		write_key(writer, text);
		return;
	}
	begin_value(writer);
	if (append_head(writer, MAJOR_TEXT, text.size))
		append(writer, bytes_of_text(text));
	end_value(writer);
}

void cbor_write_boolean(struct cbor_writer *writer, bool value)
{
	if (!begin_value(writer))
		return;
	const uint8_t byte = value ? BYTE_TRUE : BYTE_FALSE;
	append(writer, (struct bytes){.data = &byte, .size = 1});
	end_value(writer);
}

static void open_container(struct cbor_writer *writer, bool map, size_t count)
{
	if (!begin_value(writer))
		return;
	if (writer->depth == LIMIT_CBOR_DEPTH) {
		fail(writer, "nested too deep");
		return;
	}
	if (!append_head(writer, map ? MAJOR_MAP : MAJOR_ARRAY, count))
		return;
	writer->levels[writer->depth++] = (struct cbor_write_level){.map = map, .left = count};
	end_value(writer);
}

void cbor_write_array(struct cbor_writer *writer, size_t count)
{
	open_container(writer, false, count);
}

void cbor_write_map(struct cbor_writer *writer, size_t pairs)
{
	open_container(writer, true, pairs);
}

void cbor_write_encoded(struct cbor_writer *writer, struct bytes encoded)
{
	if (!begin_value(writer))
		return;
	if (encoded.size == 0) {
		fail(writer, "an encoded item of no bytes");
		return;
	}
	append(writer, encoded);
	end_value(writer);
}

int cbor_write_key_compare(struct text a, struct text b)
{
	if (a.size != b.size)
		return a.size < b.size ? -1 : 1;
	return a.size == 0 ? 0 : memcmp(a.data, b.data, a.size);
}
