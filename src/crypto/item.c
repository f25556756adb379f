/*
 * Stored items. The frame around what is hashed is fixed: two bytes in front (an array of seven, the version) and 34 behind
 * (the tag), so the body is hashed as it lies there.
 */
#include "item.h"

#include "cbor_read.h"
#include "cbor_write.h"
#include "error.h"
#include "item_wrap.h"
#include "limits.h"

enum { ITEM_VERSION = 1, STORED_FIELDS = 7 };
enum { CBOR_ARRAY_OF_7 = 0x87, CBOR_ARRAY_OF_8 = 0x88, CBOR_TEXT_HEAD = 0x60, CBOR_BYTES_HEAD = 0x58 };
enum { FRAME_FRONT = 2, TAG_HEAD = 2, FRAME_BACK = TAG_HEAD + ITEM_TAG_SIZE };

struct item_keys {
	struct seal *seal;
	struct mac *tag;
	struct hash_context *hash;
};

static enum hansard_status refuse(struct hansard_error *error, const char *fault)
{
	return error_set(error, HANSARD_VIOLATED, "invalid_item", "not a stored item: %s", fault);
}

static enum hansard_status crypto_failed(struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library refused to seal an item");
}

/* Takes the seal, also on failure. */
static enum hansard_status create_keys(struct secret_pool *pool, struct key_dek dek, struct seal *seal,
									   struct item_keys **ret_keys, struct hansard_error *error)
{
	struct key_tag tag = {0};
	struct item_keys *keys = calloc(1, sizeof(*keys));
	if (keys == NULL) {
		seal_destroy(seal);
		return error_memory(error);
	}
	keys->seal = seal;
	keys->hash = hash_create();
	const enum hansard_status status = key_tag_of_dek(pool, dek, &tag, error);
	if (status == HANSARD_OK)
		keys->tag = mac_create((struct bytes){.data = tag.slot, .size = SECRET_SIZE});
	secret_give(pool, tag.slot);
	if (status != HANSARD_OK || keys->hash == NULL || keys->tag == NULL) {
		item_keys_destroy(keys);
		return status != HANSARD_OK ? status : crypto_failed(error);
	}
	*ret_keys = keys;
	return HANSARD_OK;
}

enum hansard_status item_keys_create(struct secret_pool *pool, struct key_dek dek, struct item_keys **ret_keys,
									 struct hansard_error *error)
{
	struct seal *seal;
	const enum hansard_status status = seal_create_of_dek(pool, dek, &seal, error);
	return status == HANSARD_OK ? create_keys(pool, dek, seal, ret_keys, error) : status;
}

enum hansard_status item_keys_create_of_wrap(struct secret_pool *pool, struct key_kek kek, struct key_dek dek,
											 struct item_keys **ret_keys, struct hansard_error *error)
{
	struct seal *seal;
	const enum hansard_status status = seal_create_of_kek(pool, kek, &seal, error);
	return status == HANSARD_OK ? create_keys(pool, dek, seal, ret_keys, error) : status;
}

void item_keys_destroy(struct item_keys *keys)
{
	if (keys == NULL)
		return;
	hash_destroy(keys->hash);
	mac_destroy(keys->tag);
	seal_destroy(keys->seal);
	free(keys);
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

/* A place in front of its body: array of eight, version, tenant, address. */
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

/* SHA of the body: its place, and what stands between version and tag. */
static bool digest_of(struct hash_context *context, struct item_place place, struct bytes inner,
					  struct digest *ret_digest)
{
	struct encoded_place encoded;
	if (!encode_place(place, &encoded))
		return false;
	const struct bytes body[] = {{.data = encoded.data, .size = encoded.size}, inner};
	return hash_of(context, body, 2, ret_digest);
}

/* SHA(0x00 || digest || tag). */
static bool leaf_of(struct hash_context *context, const struct digest *digest, struct bytes tag,
					struct digest *ret_leaf)
{
	uint8_t d[DIGEST_SIZE + ITEM_TAG_SIZE];
	memcpy(d, digest->bytes, DIGEST_SIZE);
	memcpy(d + DIGEST_SIZE, tag.data, ITEM_TAG_SIZE);
	return hash_leaf(context, (struct bytes){.data = d, .size = sizeof(d)}, ret_leaf);
}

/* What is wrong with a request, or NULL. */
static enum hansard_status check_request(const struct item_request *request, struct hansard_error *error)
{
	if (request->attrs.size > LIMIT_ATTRS)
		return error_set(error, HANSARD_INVALID, "attrs_too_large", "the clear fields take %zu bytes, more than %d",
						 request->attrs.size, LIMIT_ATTRS);
	if (request->plain.bytes.size > LIMIT_PIECE)
		return error_set(error, HANSARD_INVALID, "item_too_large", "the content takes %zu bytes, more than %d",
						 request->plain.bytes.size, LIMIT_PIECE);
	const char *fault = request->rev < 1 || request->rev > LIMIT_REV ? "a rev out of range"
						: request->generation < 1 || request->generation > LIMIT_GENERATION
							? "a generation out of range"
							: fault_of_attrs(request->attrs);
	return fault == NULL ? HANSARD_OK : error_set(error, HANSARD_INVALID, "invalid_item", "not an item: %s", fault);
}

/* Nonce and box of a request, sealed where they are stored; both empty where nothing is sealed. False when OpenSSL fails;
   a lack of memory is the writer's fault. */
static bool write_box(struct item_keys *keys, const struct item_request *request, struct cbor_writer *writer)
{
	const size_t size = request->plain.bytes.size;
	uint8_t nonce[SEAL_NONCE_SIZE];
	if (size == 0) {
		cbor_write_bytes(writer, (struct bytes){0});
		cbor_write_bytes(writer, (struct bytes){0});
		return true;
	}
	(void)cbor_write_bytes_room(writer, SEAL_NONCE_SIZE);
	const size_t nonce_end = writer->out->size;
	uint8_t *box = cbor_write_bytes_room(writer, size + SEAL_TAG_SIZE);
	struct seal_request sealing = {.address = request->place.address, .plain = request->plain};
	memcpy(sealing.entropy, request->entropy, SEAL_ENTROPY_SIZE);
	if (box == NULL)
		return true;
	if (!seal_box(keys->seal, &sealing, nonce, box))
		return false;
	memcpy(writer->out->data + nonce_end - SEAL_NONCE_SIZE, nonce, SEAL_NONCE_SIZE);
	return true;
}

/* Tag and leaf of what stands in out from `from` on, all but the tag. */
static bool make_tag(struct item_keys *keys, struct item_place place, struct bytes untagged, struct digest *ret_tag,
					 struct digest *ret_leaf)
{
	const struct bytes inner = {.data = untagged.data + FRAME_FRONT, .size = untagged.size - FRAME_FRONT};
	struct digest digest;
	if (!digest_of(keys->hash, place, inner, &digest))
		return false;
	const struct bytes piece = digest_view(&digest);
	return mac_of(keys->tag, &piece, 1, ret_tag) && leaf_of(keys->hash, &digest, digest_view(ret_tag), ret_leaf);
}

enum hansard_status item_seal(struct item_keys *keys, const struct item_request *request, struct buffer *out,
							  struct digest *ret_leaf, struct hansard_error *error)
{
	const enum hansard_status status = check_request(request, error);
	if (status != HANSARD_OK)
		return status;
	const size_t from = out->size;
	struct cbor_writer writer;
	struct digest tag;
	cbor_write_begin(&writer, out);
	cbor_write_array(&writer, STORED_FIELDS);
	cbor_write_integer(&writer, ITEM_VERSION);
	cbor_write_integer(&writer, request->generation);
	cbor_write_integer(&writer, request->rev);
	cbor_write_encoded(&writer, request->attrs);
	bool good = write_box(keys, request, &writer);
	if (good && writer.fault == NULL)
		good = make_tag(keys, request->place, (struct bytes){.data = out->data + from, .size = out->size - from}, &tag,
						ret_leaf);
	if (!good) {
		out->size = from;
		return crypto_failed(error);
	}
	cbor_write_bytes(&writer, digest_view(&tag));
	if (cbor_write_finish(&writer))
		return HANSARD_OK;
	out->size = from;
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
	error_set(error, HANSARD_INVALID, "store_format", "an item of version %" PRId64 " cannot be read here", version);
	error_hint(error, version == 0 ? "this store keeps its content in clear: import the recordings again into a new one"
								   : "open it with a release that knows this version");
	return HANSARD_INVALID;
}

/* What is wrong with the sizes and numbers of an item, or NULL. */
static const char *fault_of_item(const struct item *item)
{
	if (item->generation < 1 || item->generation > LIMIT_GENERATION)
		return "a generation out of range";
	if (item->rev < 1 || item->rev > LIMIT_REV)
		return "a rev out of range";
	if (item->tag.size != ITEM_TAG_SIZE)
		return "a tag of another size";
	if (item->nonce.size == 0 && item->box.size == 0)
		return NULL;
	return item->nonce.size != SEAL_NONCE_SIZE || item->box.size <= SEAL_TAG_SIZE ||
				   item->box.size > LIMIT_PIECE + SEAL_TAG_SIZE
			   ? "a nonce or box of another size"
			   : NULL;
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
	fault = fault_of_item(&item);
	if (fault != NULL)
		return refuse(error, fault);
	*ret_item = item;
	return HANSARD_OK;
}

bool item_prove(struct hash_context *context, struct item_place place, struct stored_bytes stored,
				struct item_proof *ret_proof)
{
	const struct bytes bytes = stored.bytes;
	if (bytes.size <= FRAME_FRONT + FRAME_BACK || bytes.data[0] != CBOR_ARRAY_OF_7 || bytes.data[1] != ITEM_VERSION)
		return false;
	const uint8_t *back = bytes.data + bytes.size - FRAME_BACK;
	if (back[0] != CBOR_BYTES_HEAD || back[1] != ITEM_TAG_SIZE)
		return false;
	const struct bytes inner = {.data = bytes.data + FRAME_FRONT, .size = bytes.size - FRAME_FRONT - FRAME_BACK};
	struct item_proof proof;
	if (!digest_of(context, place, inner, &proof.digest) ||
		!leaf_of(context, &proof.digest, (struct bytes){.data = back + TAG_HEAD, .size = ITEM_TAG_SIZE}, &proof.leaf))
		return false;
	*ret_proof = proof;
	return true;
}

size_t item_plain_size(const struct item *item)
{
	return item->box.size > SEAL_TAG_SIZE ? item->box.size - SEAL_TAG_SIZE : 0;
}

enum genuine item_check_tag(struct item_keys *keys, const struct item *item, const struct digest *digest)
{
	const struct bytes piece = digest_view(digest);
	struct digest expected, found;
	if (!mac_of(keys->tag, &piece, 1, &expected))
		return GENUINE_UNKNOWN;
	memcpy(found.bytes, item->tag.data, ITEM_TAG_SIZE);
	return digest_equal(&expected, &found) ? GENUINE_GOOD : GENUINE_FORGED;
}

enum genuine item_open(struct item_keys *keys, struct item_place place, const struct item *item,
					   const struct digest *digest, uint8_t *plain)
{
	const enum genuine tag = item_check_tag(keys, item, digest);
	if (tag != GENUINE_GOOD)
		secret_wipe(plain, item_plain_size(item));
	if (tag != GENUINE_GOOD || item->box.size == 0)
		return tag;
	const struct seal_opening opening = {.address = place.address, .nonce = item->nonce, .box = item->box};
	return seal_open(keys->seal, &opening, plain);
}
