/*
 * Stored items: what is written, what is refused, and that no byte can change unnoticed.
 */
#include "item.h"

#include "base64.h"
#include "cbor_write.h"
#include "limits.h"
#include "tap.h"

static struct buffer attrs, stored;

static const struct item_place place = {.tenant = {.data = "acme", .size = 4},
										.address = {.data = "dialogue:d/entity:tension/00#01", .size = 31}};

static void begin(void)
{
	buffer_finish(&attrs);
	buffer_finish(&stored);
	buffer_init(&attrs, LIMIT_DOCUMENT);
	buffer_init(&stored, LIMIT_DOCUMENT);
	struct cbor_writer writer;
	cbor_write_begin(&writer, &attrs);
	cbor_write_map(&writer, 3);
	cbor_write_text(&writer, TEXT("n"));
	cbor_write_integer(&writer, -5);
	cbor_write_text(&writer, TEXT("ok"));
	cbor_write_boolean(&writer, true);
	cbor_write_text(&writer, TEXT("status"));
	cbor_write_text(&writer, TEXT("open"));
	expect(cbor_write_finish(&writer));
}

static struct plain_bytes plain_of(struct text text)
{
	return (struct plain_bytes){.bytes = bytes_of_text(text)};
}

static struct stored_bytes stored_view(void)
{
	return (struct stored_bytes){.bytes = buffer_view(&stored)};
}

static void write_one(void)
{
	begin();
	expect_integer(item_write(7, buffer_view(&attrs), plain_of(TEXT("plain")), &stored, NULL), HANSARD_OK);
}

static void round_trip(void)
{
	struct item item;
	write_one();
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_OK);
	expect_integer(item.generation, 1);
	expect_integer(item.rev, 7);
	expect(bytes_equal(item.attrs, buffer_view(&attrs)));
	expect(item.nonce.size == 0 && item.tag.size == 0);
	expect_text(text_of_bytes(item_open(&item).bytes), "plain");
}

static void bytes_are_fixed(void)
{
	begin();
	attrs.size = 0;
	expect(buffer_append_byte(&attrs, 0xa0));
	expect_integer(item_write(7, buffer_view(&attrs), plain_of(TEXT("p")), &stored, NULL), HANSARD_OK);
	static const uint8_t wanted[] = {0x87, 0, 1, 7, 0xa0, 0x40, 0x41, 'p', 0x40};
	expect(bytes_equal(buffer_view(&stored), (struct bytes){.data = wanted, .size = sizeof(wanted)}));
}

static void leaf_is_of_the_body(void)
{
	struct hash_context *context = hash_create();
	struct buffer body = {.ceiling = LIMIT_DOCUMENT};
	struct digest digest, wanted, leaf;
	struct cbor_writer writer;
	expect(context != NULL);
	write_one();
	cbor_write_begin(&writer, &body);
	cbor_write_array(&writer, 8);
	cbor_write_integer(&writer, 0);
	cbor_write_text(&writer, place.tenant);
	cbor_write_text(&writer, place.address);
	cbor_write_integer(&writer, 1);
	cbor_write_integer(&writer, 7);
	cbor_write_encoded(&writer, buffer_view(&attrs));
	cbor_write_bytes(&writer, (struct bytes){0});
	cbor_write_bytes(&writer, bytes_of_text(TEXT("plain")));
	expect(cbor_write_finish(&writer));
	const struct bytes piece = buffer_view(&body);
	expect(hash_of(context, &piece, 1, &digest));
	expect(hash_leaf(context, digest_view(&digest), &wanted));
	expect(item_leaf(context, place, stored_view(), &leaf));
	expect(digest_equal(&leaf, &wanted));
	buffer_finish(&body);
	hash_destroy(context);
}

/* Another byte in any place: the leaf is another one, or there is none; and what can still be read is written the same.
   */
static void every_byte_counts(void)
{
	struct hash_context *context = hash_create();
	struct digest leaf, other;
	struct buffer again = {.ceiling = LIMIT_DOCUMENT};
	size_t accepted = 0;
	expect(context != NULL);
	write_one();
	expect(item_leaf(context, place, stored_view(), &leaf));
	for (size_t at = 0; at < stored.size; at++)
		for (unsigned flip = 1; flip < 256; flip++) {
			struct item item;
			stored.data[at] ^= (uint8_t)flip;
			expect(!item_leaf(context, place, stored_view(), &other) || !digest_equal(&leaf, &other));
			if (item_read(stored_view(), &item, NULL) == HANSARD_OK) {
				again.size = 0;
				expect_integer(item_write(item.rev, item.attrs, item_open(&item), &again, NULL), HANSARD_OK);
				expect(bytes_equal(buffer_view(&again), buffer_view(&stored)));
				accepted++;
			}
			stored.data[at] ^= (uint8_t)flip;
		}
	expect(accepted > 0);
	buffer_finish(&again);
	hash_destroy(context);
}

static void place_counts(void)
{
	struct hash_context *context = hash_create();
	struct digest leaf, other;
	expect(context != NULL);
	write_one();
	expect(item_leaf(context, place, stored_view(), &leaf));
	const struct item_place others[] = {
		{.tenant = TEXT("acmf"), .address = place.address},
		{.tenant = place.tenant, .address = TEXT("dialogue:d/entity:tension/00#02")},
		{.tenant = TEXT("acm"), .address = place.address},
	};
	for (size_t i = 0; i < 3; i++) {
		expect(item_leaf(context, others[i], stored_view(), &other));
		expect(!digest_equal(&leaf, &other));
	}
	hash_destroy(context);
}

static void cut_or_lengthened(void)
{
	struct item item;
	write_one();
	for (size_t size = 0; size < stored.size; size++)
		expect_integer(item_read((struct stored_bytes){.bytes = {.data = stored.data, .size = size}}, &item, NULL),
					   HANSARD_VIOLATED);
	expect(buffer_append_byte(&stored, 0));
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_VIOLATED);
}

static void refuse_hex(const char *hex, enum hansard_status status)
{
	uint8_t data[64];
	struct item item;
	const size_t size = strlen(hex) / 2;
	expect(base64_hex_decode(text_of_string(hex), data, size));
	const struct stored_bytes bytes = {.bytes = {.data = data, .size = size}};
	struct hansard_error error = {0};
	expect_integer(item_read(bytes, &item, &error), status);
	expect_integer(error.status, status);
}

static void strict(void)
{
	refuse_hex("870001"
			   "00"
			   "a0"
			   "40"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* rev 0 */
	refuse_hex("870001"
			   "1b00000002540be400"
			   "a0"
			   "40"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* rev 10^10 */
	refuse_hex("870002"
			   "01"
			   "a0"
			   "40"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* generation 2 */
	refuse_hex("870001"
			   "01"
			   "80"
			   "40"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* attrs an array */
	refuse_hex("870001"
			   "01"
			   "a1616180"
			   "40"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* a value an array */
	refuse_hex("870001"
			   "01"
			   "a1616140"
			   "40"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* a value of bytes */
	refuse_hex("870001"
			   "01"
			   "a0"
			   "4100"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* a nonce */
	refuse_hex("870001"
			   "01"
			   "a0"
			   "40"
			   "40"
			   "4100",
			   HANSARD_VIOLATED); /* a tag */
	refuse_hex("870001"
			   "1801"
			   "a0"
			   "40"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* a longer head than needed */
	refuse_hex("860001"
			   "01"
			   "a0"
			   "40"
			   "40",
			   HANSARD_VIOLATED); /* six fields */
	refuse_hex("870101"
			   "01"
			   "a0"
			   "40"
			   "40"
			   "40",
			   HANSARD_INVALID); /* version 1 */
	refuse_hex("871863"
			   "01"
			   "01"
			   "a0"
			   "40"
			   "40"
			   "40",
			   HANSARD_INVALID); /* version 99 */
}

static void ceilings(void)
{
	static uint8_t large[LIMIT_PIECE + 1];
	struct hansard_error error = {0};
	struct plain_bytes plain = {.bytes = {.data = large, .size = LIMIT_PIECE}};
	begin();
	expect_integer(item_write(1, buffer_view(&attrs), plain, &stored, &error), HANSARD_OK);
	expect(stored.size <= LIMIT_STORED_ITEM);
	const size_t size = stored.size;
	plain.bytes.size++;
	expect_integer(item_write(1, buffer_view(&attrs), plain, &stored, &error), HANSARD_INVALID);
	expect_string(error.kind, "item_too_large");
	expect_integer(
		item_write(1, (struct bytes){.data = large, .size = LIMIT_ATTRS + 1}, plain_of(TEXT("")), &stored, &error),
		HANSARD_INVALID);
	expect_string(error.kind, "attrs_too_large");
	expect_integer(item_write(0, buffer_view(&attrs), plain_of(TEXT("")), &stored, &error), HANSARD_INVALID);
	expect_integer(item_write(LIMIT_REV + 1, buffer_view(&attrs), plain_of(TEXT("")), &stored, &error),
				   HANSARD_INVALID);
	expect_integer((int64_t)stored.size, (int64_t)size);
}

static void full_buffer(void)
{
	begin();
	struct buffer small = {.ceiling = 10};
	expect(buffer_append_byte(&small, 'x'));
	expect_integer(item_write(1, buffer_view(&attrs), plain_of(TEXT("plain")), &small, NULL), HANSARD_FAILED);
	expect_integer((int64_t)small.size, 1);
	buffer_finish(&small);
	buffer_finish(&attrs);
	buffer_finish(&stored);
}

static const struct tap_test tests[] = {
	{"an item is read as it was written", round_trip},
	{"the bytes of version 0 are as the format says", bytes_are_fixed},
	{"the leaf hashes the body without its being encoded anew", leaf_is_of_the_body},
	{"another byte anywhere gives another leaf; what can be read is written the same", every_byte_counts},
	{"another tenant or address gives another leaf", place_counts},
	{"an item cut short or lengthened is refused", cut_or_lengthened},
	{"shapes that are none are refused, and other versions by name", strict},
	{"the ceilings of attrs, content and rev hold", ceilings},
	{"an item that does not fit leaves its buffer as it was", full_buffer},
};

TAP_MAIN(tests)
