/*
 * Filling and reading. How long an entry will be is computed before it is written, so that a row is cut exactly where the
 * next entry would make it too long; that the computed and the written size agree is part of what filling checks.
 */
#include "dynamodb_bundle.h"

#include "cbor_write.h"
#include "dynamodb_row.h"
#include "limits.h"

/* ---- sizes ---- */

/* Bytes of the head of an item of CBOR: a type and a number. */
static size_t head_size(size_t number)
{
	return number < 24 ? 1 : number < 256 ? 2 : number < 65536 ? 3 : 5;
}

static size_t string_size(size_t size)
{
	return head_size(size) + size;
}

static size_t entry_size(const struct dynamodb_bundle_entry *entry)
{
	const size_t n = entry->n > 0 ? head_size((size_t)entry->n) : 0;
	return head_size(4) + string_size(entry->key.type.size) + string_size(entry->key.subkey.size) + n +
		   string_size(entry->stored.bytes.size);
}

/* ---- filling ---- */

/* Takes the next entry out of a change, or says that there is none. */
typedef bool take_entry(struct dynamodb_bundle_filling *filling, struct dynamodb_bundle_entry *ret_entry);

/* Puts and removals merged into one address order. */
static bool take_item(struct dynamodb_bundle_filling *filling, struct dynamodb_bundle_entry *ret_entry)
{
	const struct store_change *change = filling->change;
	while (filling->put < change->put_count || filling->removal < change->removal_count) {
		const struct store_item *put = filling->put < change->put_count ? &change->puts[filling->put] : NULL;
		const struct item_key *removal =
			filling->removal < change->removal_count ? &change->removals[filling->removal] : NULL;
		const bool is_put = removal == NULL || (put != NULL && item_key_compare(put->key, *removal) < 0);
		filling->put += is_put;
		filling->removal += !is_put;
		*ret_entry = (struct dynamodb_bundle_entry){.key = is_put ? put->key : *removal};
		if (is_put)
			ret_entry->stored = put->stored;
		if (!dynamodb_row_of_its_own(ret_entry->key))
			return true;
	}
	return false;
}

static bool take_part(struct dynamodb_bundle_filling *filling, struct dynamodb_bundle_entry *ret_entry)
{
	const struct store_change *change = filling->change;
	if (filling->part == change->part_count)
		return false;
	const struct store_item *part = &change->parts[filling->part++];
	*ret_entry = (struct dynamodb_bundle_entry){.stored = part->stored};
	return item_key_owner(part->key, &ret_entry->key, &ret_entry->n);
}

static void write_entry(struct cbor_writer *writer, const struct dynamodb_bundle_entry *entry)
{
	cbor_write_array(writer, entry->n > 0 ? 4 : 3);
	cbor_write_text(writer, entry->key.type);
	cbor_write_text(writer, entry->key.subkey);
	if (entry->n > 0)
		cbor_write_integer(writer, entry->n);
	cbor_write_bytes(writer, entry->stored.bytes);
}

/* Measures how many of the next entries fit, then writes them. */
static bool fill(struct dynamodb_bundle_filling *filling, take_entry *take, struct buffer *out)
{
	struct dynamodb_bundle_filling ahead = *filling;
	struct dynamodb_bundle_entry entry;
	size_t count = 0;
	size_t size = 0;
	while (take(&ahead, &entry)) {
		const size_t more = entry_size(&entry);
		if (head_size(count + 1) + size + more > DYNAMODB_BUNDLE_MAX)
			break;
		size += more;
		count++;
	}
	if (count == 0)
		return true;
	struct cbor_writer writer;
	if (!buffer_reserve(out, head_size(count) + size))
		return false;
	cbor_write_begin(&writer, out);
	cbor_write_array(&writer, count);
	for (size_t i = 0; i < count && take(filling, &entry); i++)
		write_entry(&writer, &entry);
	return cbor_write_finish(&writer) && out->size == head_size(count) + size;
}

bool dynamodb_bundle_fill(struct dynamodb_bundle_filling *filling, struct buffer *out)
{
	return fill(filling, take_item, out);
}

bool dynamodb_bundle_fill_parts(struct dynamodb_bundle_filling *filling, struct buffer *out)
{
	return fill(filling, take_part, out);
}

/* ---- reading ---- */

void dynamodb_bundle_read(struct dynamodb_bundle_reading *reading, struct bytes bytes, bool parts)
{
	*reading = (struct dynamodb_bundle_reading){.parts = parts};
	cbor_read_begin(&reading->cbor, bytes);
	reading->good =
		bytes.size <= DYNAMODB_BUNDLE_MAX && cbor_read_array(&reading->cbor, &reading->left) && reading->left > 0;
}

/* Whether an entry may stand where it does. */
static bool fits(const struct dynamodb_bundle_reading *reading, const struct dynamodb_bundle_entry *entry)
{
	const struct dynamodb_bundle_entry *last = &reading->last;
	const int order = last->key.type.size == 0 ? -1 : item_key_compare(last->key, entry->key);
	if (!item_key_leaf(entry->key) || entry->stored.bytes.size > LIMIT_STORED_ITEM)
		return false;
	if (reading->parts)
		return entry->stored.bytes.size > 0;
	return order < 0 && !dynamodb_row_of_its_own(entry->key);
}

bool dynamodb_bundle_next(struct dynamodb_bundle_reading *reading, struct dynamodb_bundle_entry *ret_entry)
{
	struct cbor_reader *cbor = &reading->cbor;
	struct dynamodb_bundle_entry entry = {.n = 0};
	size_t fields;
	int64_t n = 0;
	if (!reading->good || reading->left == 0)
		return false;
	reading->good = cbor_read_array(cbor, &fields) && fields == (reading->parts ? 4 : 3) &&
					cbor_read_text(cbor, &entry.key.type) && cbor_read_text(cbor, &entry.key.subkey) &&
					(!reading->parts || (cbor_read_integer(cbor, &n) && n >= 1 && n <= LIMIT_PARTS)) &&
					cbor_read_bytes(cbor, &entry.stored.bytes);
	entry.n = (int)n;
	reading->good = reading->good && fits(reading, &entry);
	if (!reading->good)
		return false;
	reading->left--;
	reading->last = entry;
	*ret_entry = entry;
	return true;
}

bool dynamodb_bundle_good(struct dynamodb_bundle_reading *reading)
{
	return reading->good && reading->left == 0 && cbor_read_finish(&reading->cbor);
}
