/*
 * Index copies, read from the clear attrs of a stored item:
 *
 *     stored = [version, generation, rev, attrs, nonce, box, tag]
 */
#include "store_index.h"

#include "cbor_read.h"
#include "moment.h"
#include "vocabulary.h"

enum { STORED_FIELDS = 7 };

/* The attr that says what state or kind an item of a type is of. */
static const struct {
	const char *type;
	const char *attr;
} status_attrs[] = {
	{"event", "event_type"},
	{"move", "move_type"},
	{"verdict", "verdict_type"},
};

/* What copies are made from. */
struct attrs {
	int64_t rev;
	struct text status;
	struct text created_at;
	struct text updated_at;
	struct text accepted_by;
};

static const char *status_attr(struct text type)
{
	for (size_t i = 0; i < sizeof(status_attrs) / sizeof(status_attrs[0]); i++)
		if (text_is(type, status_attrs[i].type))
			return status_attrs[i].attr;
	return "status";
}

/* Reads one pair; a value that is not text is none that a copy is made of. */
static bool read_pair(struct cbor_reader *reader, const char *status, struct attrs *attrs)
{
	struct text key;
	enum cbor_kind kind;
	struct text value;
	if (!cbor_read_text(reader, &key) || !cbor_read_kind(reader, &kind))
		return false;
	if (kind != CBOR_TEXT)
		return cbor_read_skip(reader, NULL);
	if (!cbor_read_text(reader, &value))
		return false;
	if (text_is(key, status))
		attrs->status = value;
	else if (text_is(key, "created_at"))
		attrs->created_at = value;
	else if (text_is(key, "updated_at"))
		attrs->updated_at = value;
	else if (text_is(key, "accepted_by"))
		attrs->accepted_by = value;
	return true;
}

static bool read_attrs(const struct store_item *item, struct attrs *attrs)
{
	struct cbor_reader reader;
	size_t count;
	size_t pairs;
	int64_t number;
	cbor_read_begin(&reader, item->stored.bytes);
	if (!cbor_read_array(&reader, &count) || count != STORED_FIELDS)
		return false;
	if (!cbor_read_integer(&reader, &number) || !cbor_read_integer(&reader, &number) ||
		!cbor_read_integer(&reader, &attrs->rev) || !cbor_read_map(&reader, &pairs))
		return false;
	const char *status = status_attr(item->key.type);
	for (size_t i = 0; i < pairs; i++)
		if (!read_pair(&reader, status, attrs))
			return false;
	for (int i = 0; i < 3; i++) {
		struct bytes bytes;
		if (!cbor_read_bytes(&reader, &bytes))
			return false;
	}
	return cbor_read_finish(&reader);
}

/* A time that is none would break the order of lists: it is not copied. */
static struct text moment_or_absent(struct text text)
{
	int64_t micros;
	return text_present(text) && moment_parse(text, &micros) ? text : TEXT_ABSENT;
}

static bool open_status(struct text status)
{
	unsigned word;
	if (!text_present(status) || !vocabulary_find(&vocabulary_tension_status, status, &word))
		return false;
	return word == TENSION_OPEN || word == TENSION_ADDRESSED || word == TENSION_REOPENED;
}

bool store_index_listed(struct item_key key)
{
	return text_is(key.type, "meta") || text_is(key.type, "tension");
}

bool store_index_of(const struct store_item *item, bool listed, struct store_index *ret_index)
{
	struct attrs attrs = {.status = TEXT_ABSENT};
	if (!read_attrs(item, &attrs))
		return false;
	if (!listed && store_index_listed(item->key)) {
		*ret_index = (struct store_index){.status = TEXT_ABSENT, .rev = attrs.rev};
		return true;
	}
	const bool meta = text_is(item->key.type, "meta");
	const struct text created_at = moment_or_absent(attrs.created_at);
	const struct text updated_at = meta ? moment_or_absent(attrs.updated_at) : TEXT_ABSENT;
	*ret_index = (struct store_index){
		.status = attrs.status.size > 0 ? attrs.status : TEXT_ABSENT,
		.updated_at = text_present(updated_at) ? updated_at : created_at,
		.dialogue = meta,
		.open_tension =
			text_is(item->key.type, "tension") && open_status(attrs.status) && !text_present(attrs.accepted_by),
		.rev = attrs.rev,
	};
	return true;
}

bool store_index_agrees(const struct store_item *item, bool listed, const struct store_index *kept)
{
	struct store_index index;
	return store_index_of(item, listed, &index) &&
		   bytes_equal(bytes_of_text(index.status), bytes_of_text(kept->status)) &&
		   bytes_equal(bytes_of_text(index.updated_at), bytes_of_text(kept->updated_at)) &&
		   index.open_tension == kept->open_tension;
}
