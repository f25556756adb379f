/*
 * The reader of deterministic CBOR. levels[0 .. depth) are the containers that are still open; a container is counted
 * in its parent when it is opened, and closed when nothing is left to come in it.
 */
#include "cbor_read.h"

#include "utf8.h"

enum { MAJOR_UNSIGNED, MAJOR_NEGATIVE, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG, MAJOR_SIMPLE };
enum { BYTE_FALSE = 0xf4, BYTE_TRUE = 0xf5 };

/* The head of an item: major type, argument, and the offset behind both. */
struct head {
	unsigned major;
	uint64_t argument;
	size_t end;
};

static const char fault_unknown[] = "a float, null, tag, other simple value or indefinite length";
static const char fault_truncated[] = "truncated";

static bool fail(struct cbor_reader *reader, const char *fault)
{
	if (reader->fault == NULL)
		reader->fault = fault;
	return false;
}

static inline struct cbor_read_level *top(struct cbor_reader *reader)
{
	return reader->depth == 0 ? NULL : &reader->levels[reader->depth - 1];
}

/* The argument that follows the initial byte in 1, 2, 4 or 8 bytes, big-endian; it must need as many. */
static bool read_long_argument(struct cbor_reader *reader, unsigned low, struct head *ret_head)
{
	const size_t width = (size_t)1 << (low - 24);
	if (reader->in.size - ret_head->end < width)
		return fail(reader, fault_truncated);
	uint64_t argument = 0;
	for (size_t i = 0; i < width; i++)
		argument = argument << 8 | reader->in.data[ret_head->end + i];
	if (width == 1 ? argument < 24 : argument >> (4 * width) == 0)
		return fail(reader, "a head longer than needed");
	ret_head->argument = argument;
	ret_head->end += width;
	return true;
}

/* Reads the head of the next item without moving; refuses it where it may not stand. */
static inline bool read_head(struct cbor_reader *reader, struct head *ret_head)
{
	if (reader->fault != NULL)
		return false;
	const struct cbor_read_level *level = top(reader);
	if (level == NULL && reader->at > 0)
		return fail(reader, "an item behind the item");
	if (reader->at >= reader->in.size)
		return fail(reader, fault_truncated);

	const uint8_t first = reader->in.data[reader->at];
	const unsigned low = first & 31;
	*ret_head = (struct head){.major = first >> 5, .argument = low, .end = reader->at + 1};
	if (ret_head->major >= MAJOR_TAG) {
		if (first != BYTE_FALSE && first != BYTE_TRUE)
			return fail(reader, fault_unknown);
	} else if (low >= 24) {
		if (low >= 28)
			return fail(reader, fault_unknown);
		if (!read_long_argument(reader, low, ret_head))
			return false;
	}
	if (level != NULL && level->map && !level->value_next && ret_head->major != MAJOR_TEXT)
		return fail(reader, "a map key that is not text");
	return true;
}

/* Moves behind a value that ends at `end`, counts it, and closes the containers it completes. */
static inline bool accept(struct cbor_reader *reader, size_t end)
{
	reader->at = end;
	struct cbor_read_level *level = top(reader);
	if (level != NULL) {
		level->left--;
		level->value_next = false;
	}
	while (reader->depth > 0 && reader->levels[reader->depth - 1].left == 0)
		reader->depth--;
	return true;
}

static bool accept_integer(struct cbor_reader *reader, const struct head *head, int64_t *ret_value)
{
	const bool negative = head->major == MAJOR_NEGATIVE;
	if (head->argument > (uint64_t)LIMIT_INTEGER - (negative ? 1 : 0))
		return fail(reader, "integer out of range");
	*ret_value = negative ? -1 - (int64_t)head->argument : (int64_t)head->argument;
	return accept(reader, head->end);
}

/* The bytes of a string that follow its head. */
static bool string_content(struct cbor_reader *reader, const struct head *head, struct bytes *ret_bytes)
{
	if (head->argument > reader->in.size - head->end)
		return fail(reader, fault_truncated);
	*ret_bytes = (struct bytes){.data = reader->in.data + head->end, .size = (size_t)head->argument};
	return true;
}

static bool accept_bytes(struct cbor_reader *reader, const struct head *head, struct bytes *ret_bytes)
{
	return string_content(reader, head, ret_bytes) && accept(reader, head->end + ret_bytes->size);
}

/* A shorter key comes first, then the bytewise smaller. */
static bool accept_key(struct cbor_reader *reader, struct cbor_read_level *level, struct text key, size_t end)
{
	const struct text previous = level->key;
	if (text_present(previous) &&
		(key.size < previous.size ||
		 (key.size == previous.size && (key.size == 0 || memcmp(previous.data, key.data, key.size) >= 0))))
		return fail(reader, "map keys out of order or repeated");
	level->key = key;
	level->value_next = true;
	reader->at = end;
	return true;
}

static bool accept_text(struct cbor_reader *reader, const struct head *head, struct text *ret_text)
{
	struct bytes bytes;
	if (!string_content(reader, head, &bytes))
		return false;
	if (!utf8_valid(bytes))
		return fail(reader, "text that is not UTF-8, or holds U+0000");
	const size_t end = head->end + bytes.size;
	struct cbor_read_level *level = top(reader);
	const bool key = level != NULL && level->map && !level->value_next;
	if (key ? !accept_key(reader, level, text_of_bytes(bytes), end) : !accept(reader, end))
		return false;
	*ret_text = text_of_bytes(bytes);
	return true;
}

/* An item takes at least one byte: a count beyond the bytes that are left is a lie, and no caller need allocate for
   it. */
static bool accept_container(struct cbor_reader *reader, const struct head *head, size_t *ret_count)
{
	const bool map = head->major == MAJOR_MAP;
	if (reader->depth == LIMIT_CBOR_DEPTH)
		return fail(reader, "nested too deep");
	if (head->argument > (reader->in.size - head->end) / (map ? 2 : 1))
		return fail(reader, fault_truncated);
	const size_t count = (size_t)head->argument;
	*ret_count = count;
	if (count == 0)
		return accept(reader, head->end);
	struct cbor_read_level *parent = top(reader);
	if (parent != NULL) {
		parent->left--;
		parent->value_next = false;
	}
	reader->levels[reader->depth++] = (struct cbor_read_level){.map = map, .left = count};
	reader->at = head->end;
	return true;
}

void cbor_read_begin(struct cbor_reader *reader, struct bytes in)
{
	reader->in = in;
	reader->at = 0;
	reader->fault = NULL;
	reader->depth = 0;
}

bool cbor_read_finish(struct cbor_reader *reader)
{
	if (reader->fault != NULL)
		return false;
	if (reader->depth > 0 || reader->at == 0)
		return fail(reader, "an item that was not read to its end");
	return reader->at == reader->in.size || fail(reader, "an item behind the item");
}

bool cbor_read_kind(struct cbor_reader *reader, enum cbor_kind *ret_kind)
{
	static const enum cbor_kind kinds[] = {
		[MAJOR_UNSIGNED] = CBOR_INTEGER, [MAJOR_NEGATIVE] = CBOR_INTEGER, [MAJOR_BYTES] = CBOR_BYTES,
		[MAJOR_TEXT] = CBOR_TEXT,        [MAJOR_ARRAY] = CBOR_ARRAY,      [MAJOR_MAP] = CBOR_MAP,
		[MAJOR_SIMPLE] = CBOR_BOOLEAN,
	};
	struct head head;
	if (!read_head(reader, &head))
		return false;
	*ret_kind = kinds[head.major];
	return true;
}

bool cbor_read_integer(struct cbor_reader *reader, int64_t *ret_value)
{
	struct head head;
	if (!read_head(reader, &head))
		return false;
	if (head.major != MAJOR_UNSIGNED && head.major != MAJOR_NEGATIVE)
		return fail(reader, "not an integer");
	return accept_integer(reader, &head, ret_value);
}

bool cbor_read_bytes(struct cbor_reader *reader, struct bytes *ret_bytes)
{
	struct head head;
	if (!read_head(reader, &head))
		return false;
	if (head.major != MAJOR_BYTES)
		return fail(reader, "not a byte string");
	return accept_bytes(reader, &head, ret_bytes);
}

bool cbor_read_text(struct cbor_reader *reader, struct text *ret_text)
{
	struct head head;
	if (!read_head(reader, &head))
		return false;
	if (head.major != MAJOR_TEXT)
		return fail(reader, "not a text");
	return accept_text(reader, &head, ret_text);
}

bool cbor_read_boolean(struct cbor_reader *reader, bool *ret_value)
{
	struct head head;
	if (!read_head(reader, &head))
		return false;
	if (head.major != MAJOR_SIMPLE)
		return fail(reader, "not true or false");
	*ret_value = reader->in.data[reader->at] == BYTE_TRUE;
	return accept(reader, head.end);
}

bool cbor_read_array(struct cbor_reader *reader, size_t *ret_count)
{
	struct head head;
	if (!read_head(reader, &head))
		return false;
	if (head.major != MAJOR_ARRAY)
		return fail(reader, "not an array");
	return accept_container(reader, &head, ret_count);
}

bool cbor_read_map(struct cbor_reader *reader, size_t *ret_pairs)
{
	struct head head;
	if (!read_head(reader, &head))
		return false;
	if (head.major != MAJOR_MAP)
		return fail(reader, "not a map");
	return accept_container(reader, &head, ret_pairs);
}

/* Reads a scalar, a key, or the head of a container, whichever comes next. */
static bool step(struct cbor_reader *reader)
{
	struct head head;
	int64_t integer;
	struct bytes bytes;
	struct text text;
	size_t count;
	if (!read_head(reader, &head))
		return false;
	switch (head.major) {
	case MAJOR_UNSIGNED:
	case MAJOR_NEGATIVE:
		return accept_integer(reader, &head, &integer);
	case MAJOR_BYTES:
		return accept_bytes(reader, &head, &bytes);
	case MAJOR_TEXT:
		return accept_text(reader, &head, &text);
	case MAJOR_ARRAY:
	case MAJOR_MAP:
		return accept_container(reader, &head, &count);
	default:
		return accept(reader, head.end);
	}
}

bool cbor_read_skip(struct cbor_reader *reader, struct bytes *ret_encoded)
{
	const size_t from = reader->at;
	const int depth = reader->depth;
	do {
		if (!step(reader))
			return false;
	} while (reader->depth > depth);
	if (ret_encoded != NULL)
		*ret_encoded = (struct bytes){.data = reader->in.data + from, .size = reader->at - from};
	return true;
}
