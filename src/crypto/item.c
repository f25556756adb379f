/*
 * Stored items of version 0. The frame around what is hashed is fixed: two bytes in front (an array of seven, version
 * 0) and one behind (an empty tag), so the body is hashed as it lies there.
 */
#include "item.h"

#include "cbor_read.h"
#include "cbor_write.h"
#include "error.h"
#include "limits.h"

enum { ITEM_VERSION = 0, ITEM_GENERATION = 1, STORED_FIELDS = 7 };
enum { CBOR_ARRAY_OF_7 = 0x87, CBOR_ARRAY_OF_8 = 0x88, CBOR_TEXT_HEAD = 0x60, CBOR_NO_BYTES = 0x40 };
enum { FRAME_FRONT = 2, FRAME_BACK = 1 };

static enum hansard_status refuse(struct hansard_error *error, const char *fault)
{
	return error_set(error, HANSARD_VIOLATED, "invalid_item", "not a stored item: %s", fault);
}

/* Reads the map of clear fields that comes next. What is wrong with it, or NULL. */
static const char *read_attrs(struct cbor_reader *reader, struct bytes *ret_attrs)
{
	const size_t from = reader->at;
	size_t pairs;
	if (!cbor_read_map(reader, &pairs))
		return "attrs that are no map";
	for (size_t i = 0; i < pairs; i++) {
		struct text key;
		enum cbor_kind kind;
		if (!cbor_read_text(reader, &key) || !cbor_read_kind(reader, &kind))
			return "attrs that cannot be read";
		if (kind != CBOR_TEXT && kind != CBOR_INTEGER && kind != CBOR_BOOLEAN)
			return "a value of attrs that is no text, integer, true or false";
		if (!cbor_read_skip(reader, NULL))
			return "attrs that cannot be read";
	}
	*ret_attrs = (struct bytes){.data = reader->in.data + from, .size = reader->at - from};
	return ret_attrs->size > LIMIT_ATTRS ? "attrs too large" : NULL;
}

/* What is wrong with attrs that stand alone, or NULL. */
static const char *fault_of_attrs(struct bytes attrs)
{
	struct cbor_reader reader;
	struct bytes read;
	cbor_read_begin(&reader, attrs);
	const char *fault = read_attrs(&reader, &read);
	return fault == NULL && !cbor_read_finish(&reader) ? "attrs that cannot be read" : fault;
}

enum hansard_status item_write(int64_t rev, struct bytes attrs, struct plain_bytes plain, struct buffer *out,
							   struct hansard_error *error)
{
	if (attrs.size > LIMIT_ATTRS)
		return error_set(error, HANSARD_INVALID, "attrs_too_large", "the clear fields take %zu bytes, more than %d",
						 attrs.size, LIMIT_ATTRS);
	if (plain.bytes.size > LIMIT_PIECE)
		return error_set(error, HANSARD_INVALID, "item_too_large", "the content takes %zu bytes, more than %d",
						 plain.bytes.size, LIMIT_PIECE);
	const char *fault = rev < 1 || rev > LIMIT_REV ? "a rev out of range" : fault_of_attrs(attrs);
	if (fault != NULL)
		return error_set(error, HANSARD_INVALID, "invalid_item", "not an item: %s", fault);

	const size_t size_before = out->size;
	struct cbor_writer writer;
	cbor_write_begin(&writer, out);
	cbor_write_array(&writer, STORED_FIELDS);
	cbor_write_integer(&writer, ITEM_VERSION);
	cbor_write_integer(&writer, ITEM_GENERATION);
	cbor_write_integer(&writer, rev);
	cbor_write_encoded(&writer, attrs);
	cbor_write_bytes(&writer, (struct bytes){0});
	cbor_write_bytes(&writer, plain.bytes);
	cbor_write_bytes(&writer, (struct bytes){0});
	if (cbor_write_finish(&writer))
		return HANSARD_OK;
	out->size = size_before;
	return error_memory(error);
}

/* Reads the version: an item of another one is no fault of the store, but nothing that can be read here. */
static enum hansard_status read_version(struct cbor_reader *reader, struct hansard_error *error)
{
	size_t fields;
	int64_t version;
	if (!cbor_read_array(reader, &fields) || fields != STORED_FIELDS || !cbor_read_integer(reader, &version))
		return refuse(error, reader->fault != NULL ? reader->fault : "not an array of seven");
	if (version == ITEM_VERSION)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "store_format",
			  "an item of version %" PRId64 ": this store is sealed, or of another format", version);
	error_hint(error, "open it with a release and a configuration that know its keys");
	return HANSARD_INVALID;
}

enum hansard_status item_read(struct stored_bytes stored, struct item *ret_item, struct hansard_error *error)
{
	struct item item;
	struct cbor_reader reader;
	cbor_read_begin(&reader, stored.bytes);
	const enum hansard_status status = read_version(&reader, error);
	if (status != HANSARD_OK)
		return status;
	if (!cbor_read_integer(&reader, &item.generation) || !cbor_read_integer(&reader, &item.rev))
		return refuse(error, reader.fault);
	const char *fault = read_attrs(&reader, &item.attrs);
	if (fault != NULL)
		return refuse(error, fault);
	if (!cbor_read_bytes(&reader, &item.nonce) || !cbor_read_bytes(&reader, &item.box) ||
		!cbor_read_bytes(&reader, &item.tag) || !cbor_read_finish(&reader))
		return refuse(error, reader.fault);

	fault = item.generation != ITEM_GENERATION           ? "another generation than 1"
			: item.rev < 1 || item.rev > LIMIT_REV       ? "a rev out of range"
			: item.nonce.size != 0 || item.tag.size != 0 ? "a nonce or tag in version 0"
			: item.box.size > LIMIT_PIECE                ? "a box too large"
														 : NULL;
	if (fault != NULL)
		return refuse(error, fault);
	*ret_item = item;
	return HANSARD_OK;
}

struct plain_bytes item_open(const struct item *item)
{
	return (struct plain_bytes){.bytes = item->box};
}

/* Writes the head of a text of `size` bytes, at most LIMIT_ADDRESS, and returns its length. */
static size_t text_head(uint8_t head[static 3], size_t size)
{
	if (size < 24) {
		head[0] = (uint8_t)(CBOR_TEXT_HEAD | size);
		return 1;
	}
	if (size <= UINT8_MAX) {
		head[0] = CBOR_TEXT_HEAD | 24;
		head[1] = (uint8_t)size;
		return 2;
	}
	head[0] = CBOR_TEXT_HEAD | 25;
	head[1] = (uint8_t)(size >> 8);
	head[2] = (uint8_t)size;
	return 3;
}

/* A place in front of its body: array of eight, version 0, tenant, address. */
struct encoded_place {
	uint8_t data[2 + 3 + LIMIT_TENANT + 3 + LIMIT_ADDRESS];
	size_t size;
};

static bool encode_place(struct item_place place, struct encoded_place *encoded)
{
	if (place.tenant.size > LIMIT_TENANT || place.address.size > LIMIT_ADDRESS)
		return false;
	const struct text texts[] = {place.tenant, place.address};
	encoded->data[0] = CBOR_ARRAY_OF_8;
	encoded->data[1] = ITEM_VERSION;
	encoded->size = 2;
	for (size_t i = 0; i < 2; i++) {
		encoded->size += text_head(encoded->data + encoded->size, texts[i].size);
		if (texts[i].size > 0)
			memcpy(encoded->data + encoded->size, texts[i].data, texts[i].size);
		encoded->size += texts[i].size;
	}
	return true;
}

bool item_leaf(struct hash_context *context, struct item_place place, struct stored_bytes stored,
			   struct digest *ret_leaf)
{
	const struct bytes bytes = stored.bytes;
	if (bytes.size <= FRAME_FRONT + FRAME_BACK || bytes.data[0] != CBOR_ARRAY_OF_7 || bytes.data[1] != ITEM_VERSION ||
		bytes.data[bytes.size - 1] != CBOR_NO_BYTES)
		return false;
	struct encoded_place encoded;
	if (!encode_place(place, &encoded))
		return false;
	const struct bytes body[] = {
		{.data = encoded.data, .size = encoded.size},
		{.data = bytes.data + FRAME_FRONT, .size = bytes.size - FRAME_FRONT - FRAME_BACK},
	};
	struct digest digest;
	return hash_of(context, body, 2, &digest) && hash_leaf(context, digest_view(&digest), ret_leaf);
}
