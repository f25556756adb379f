/*
 * Details of commits: one row per key of an operation, in the order of deterministic CBOR.
 */
#include "commit_detail.h"

#include "base64.h"
#include "cbor_read.h"
#include "cbor_write.h"
#include "limits.h"

enum { STORE_ID_SIZE = 16 };

enum kind { KIND_STORE, KIND_COUNT, KIND_LOST_REV, KIND_HASH };

/* One key of a detail. */
struct key {
	const char *name; /* NULL ends the keys of an operation */
	enum kind kind;
	size_t offset;
};

#define KEY(member, kind_)                                                                                             \
	{                                                                                                                  \
#member, kind_, offsetof(struct commit_detail, member)                                                         \
	}

static const struct operation {
	const char *name;
	struct key keys[5];
} operations[] = {
	{"create", {{0}}},
	{"register", {{0}}},
	{"update", {{0}}},
	{"verdict", {{0}}},
	{"import", {{0}}},
	{"import-part", {{0}}},
	{"generation", {{0}}},
	{"rewrap", {{0}}},
	{"erase", {{0}}},
	{"restore", {KEY(store, KIND_STORE), KEY(lost_rev, KIND_LOST_REV), KEY(lost_hash, KIND_HASH)}},
	{"migrate-out", {KEY(target, KIND_STORE)}},
	{"migrate-in", {KEY(bytes, KIND_COUNT), KEY(items, KIND_COUNT), KEY(store, KIND_STORE), KEY(source, KIND_STORE)}},
	{"migrate-cancel", {KEY(store, KIND_STORE)}},
};

/* Of the commit of rev 1, whatever its operation. */
static const struct key first_keys[] = {KEY(store, KIND_STORE), {0}};

#undef KEY

static const struct operation *find(struct text name)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (text_is(name, operations[i].name))
			return &operations[i];
	return NULL;
}

bool commit_detail_known(struct text operation)
{
	return find(operation) != NULL;
}

static size_t count_keys(const struct key *keys)
{
	size_t count = 0;
	while (keys[count].name != NULL)
		count++;
	return count;
}

/* The name of an engine and 32 hex digits. */
static bool store_valid(struct text store)
{
	static const char *const names[] = {"sqlite", "dynamodb", "memory"};
	const size_t colon = text_find(store, TEXT(":"), 0);
	uint8_t id[STORE_ID_SIZE];
	bool known = false;
	for (size_t i = 0; colon != SIZE_MAX && i < sizeof(names) / sizeof(names[0]); i++)
		known = known || text_is(text_slice(store, 0, colon), names[i]);
	return known && base64_hex_decode(text_slice(store, colon + 1, store.size), id, sizeof(id));
}

static const void *member(const struct commit_detail *detail, const struct key *key)
{
	return (const char *)detail + key->offset;
}

/* What is wrong with a value of its place is the same for writer and reader. */
static bool value_valid(struct commit_detail_place place, const struct key *key, const struct commit_detail *detail)
{
	switch (key->kind) {
	case KIND_STORE:
		return store_valid(*(const struct text *)member(detail, key));
	case KIND_COUNT:
		return *(const int64_t *)member(detail, key) >= 0;
	case KIND_LOST_REV:
		return *(const int64_t *)member(detail, key) == place.rev - 1;
	case KIND_HASH:
		return true;
	}
	return false;
}

static void write_value(struct cbor_writer *writer, const struct key *key, const struct commit_detail *detail)
{
	switch (key->kind) {
	case KIND_STORE:
		cbor_write_text(writer, *(const struct text *)member(detail, key));
		break;
	case KIND_COUNT:
	case KIND_LOST_REV:
		cbor_write_integer(writer, *(const int64_t *)member(detail, key));
		break;
	case KIND_HASH:
		cbor_write_bytes(writer, digest_view(member(detail, key)));
		break;
	}
}

static bool read_value(struct cbor_reader *reader, const struct key *key, struct commit_detail *detail)
{
	void *to = (char *)detail + key->offset;
	struct bytes bytes;
	switch (key->kind) {
	case KIND_STORE:
		return cbor_read_text(reader, to);
	case KIND_COUNT:
	case KIND_LOST_REV:
		return cbor_read_integer(reader, to);
	case KIND_HASH:
		if (!cbor_read_bytes(reader, &bytes) || bytes.size != DIGEST_SIZE)
			return false;
		memcpy(to, bytes.data, DIGEST_SIZE);
		return true;
	}
	return false;
}

bool commit_detail_write(struct commit_detail_place place, const struct commit_detail *detail, struct buffer *out)
{
	const struct operation *operation = find(place.operation);
	if (operation == NULL)
		return false;
	const struct key *keys = place.rev == 1 ? first_keys : operation->keys;
	const size_t from = out->size, count = count_keys(keys);
	bool good = true;
	struct cbor_writer writer;
	cbor_write_begin(&writer, out);
	cbor_write_map(&writer, count);
	for (size_t i = 0; i < count; i++) {
		good = good && value_valid(place, &keys[i], detail);
		cbor_write_text(&writer, text_of_string(keys[i].name));
		write_value(&writer, &keys[i], detail);
	}
	good = good && cbor_write_finish(&writer);
	if (!good)
		out->size = from;
	return good;
}

bool commit_detail_read(struct commit_detail_place place, struct bytes encoded, struct commit_detail *ret_detail)
{
	const struct operation *operation = find(place.operation);
	struct commit_detail detail = {0};
	struct cbor_reader reader;
	size_t pairs;
	cbor_read_begin(&reader, encoded);
	if (operation == NULL && place.rev != 1) {
		*ret_detail = detail;
		enum cbor_kind kind;
		return cbor_read_kind(&reader, &kind) && kind == CBOR_MAP && cbor_read_skip(&reader, NULL) &&
			   cbor_read_finish(&reader);
	}
	const struct key *keys = place.rev == 1 ? first_keys : operation->keys;
	if (!cbor_read_map(&reader, &pairs) || pairs != count_keys(keys))
		return false;
	for (size_t i = 0; i < pairs; i++) {
		struct text name;
		if (!cbor_read_text(&reader, &name) || !text_is(name, keys[i].name) ||
			!read_value(&reader, &keys[i], &detail) || !value_valid(place, &keys[i], &detail))
			return false;
	}
	if (!cbor_read_finish(&reader))
		return false;
	*ret_detail = detail;
	return true;
}
