/*
 * Deterministic CBOR: what is written, and what a writer refuses.
 */
#include <tap.h>

#include "cbor_write.h"

enum { CEILING = 1 << 20 };

static void put_integer(struct cbor_writer *writer)
{
	cbor_write_integer(writer, 1);
}

static void put_key_a(struct cbor_writer *writer)
{
	cbor_write_text(writer, TEXT("a"));
}

static void refuse_large(struct cbor_writer *writer)
{
	cbor_write_integer(writer, LIMIT_INTEGER + 1);
}

static void refuse_small(struct cbor_writer *writer)
{
	cbor_write_integer(writer, INT64_MIN);
}

static void refuse_ill_formed(struct cbor_writer *writer)
{
	cbor_write_text(writer, TEXT("\xff"));
}

static void refuse_nul(struct cbor_writer *writer)
{
	cbor_write_text(writer, TEXT("\0"));
}

static void refuse_absent(struct cbor_writer *writer)
{
	cbor_write_text(writer, TEXT_ABSENT);
}

static void refuse_integer_key(struct cbor_writer *writer)
{
	cbor_write_map(writer, 1);
	put_integer(writer);
}

static void refuse_encoded_key(struct cbor_writer *writer)
{
	cbor_write_map(writer, 1);
	cbor_write_encoded(writer, (struct bytes){.data = (const uint8_t *)"\x60", .size = 1});
}

static void refuse_repeated_key(struct cbor_writer *writer)
{
	cbor_write_map(writer, 2);
	put_key_a(writer);
	put_integer(writer);
	put_key_a(writer);
	put_integer(writer);
}

static void refuse_key_order(struct cbor_writer *writer)
{
	cbor_write_map(writer, 2);
	cbor_write_text(writer, TEXT("aa"));
	cbor_write_map(writer, 1); /* a map between does not disturb the order of the outer one */
	cbor_write_text(writer, TEXT("zzz"));
	put_integer(writer);
	cbor_write_text(writer, TEXT("b"));
	put_integer(writer);
}

static void refuse_depth(struct cbor_writer *writer)
{
	for (int i = 0; i < LIMIT_CBOR_DEPTH; i++)
		cbor_write_array(writer, 1);
	cbor_write_array(writer, 0);
}

static void refuse_open_array(struct cbor_writer *writer)
{
	cbor_write_array(writer, 2);
	put_integer(writer);
}

static void refuse_open_map(struct cbor_writer *writer)
{
	cbor_write_map(writer, 1);
	put_key_a(writer);
}

static void refuse_nothing_encoded(struct cbor_writer *writer)
{
	cbor_write_encoded(writer, (struct bytes){0});
}

static void a_writer_refuses_what_a_reader_would(void)
{
	static void (*const refused[])(struct cbor_writer *) = {
		refuse_large,       refuse_small,       refuse_ill_formed,      refuse_nul,       refuse_absent,
		refuse_integer_key, refuse_encoded_key, refuse_repeated_key,    refuse_key_order, refuse_depth,
		refuse_open_array,  refuse_open_map,    refuse_nothing_encoded,
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct buffer out;
		struct cbor_writer writer;
		buffer_init(&out, CEILING);
		cbor_write_begin(&writer, &out);
		refused[i](&writer);
		if (cbor_write_finish(&writer))
			tap_fail(__FILE__, __LINE__, "row %zu was written", i);
		buffer_finish(&out);
	}
}

static void a_writer_remembers_a_full_buffer(void)
{
	for (size_t ceiling = 0; ceiling < 9; ceiling++) {
		struct buffer out;
		struct cbor_writer writer;
		buffer_init(&out, ceiling);
		cbor_write_begin(&writer, &out);
		cbor_write_map(&writer, 1);
		put_key_a(&writer);
		cbor_write_array(&writer, 3);
		cbor_write_bytes(&writer, (struct bytes){.data = (const uint8_t *)"x", .size = 1});
		cbor_write_boolean(&writer, true);
		cbor_write_text(&writer, TEXT(""));
		expect(cbor_write_finish(&writer) == (ceiling >= 8));
		if (ceiling < 8)
			expect_string(writer.fault, "out of memory");
		buffer_finish(&out);
	}
}

static void writers_append_and_embed(void)
{
	struct buffer out;
	struct cbor_writer writer;
	buffer_init(&out, CEILING);
	expect(buffer_append_string(&out, "prefix"));
	cbor_write_begin(&writer, &out);
	cbor_write_map(&writer, 2);
	put_key_a(&writer);
	cbor_write_encoded(&writer, (struct bytes){.data = (const uint8_t *)"\x82\x01\x02", .size = 3});
	cbor_write_text(&writer, TEXT("b"));
	cbor_write_map(&writer, 0);
	expect(cbor_write_finish(&writer));
	expect_text(buffer_text(&out), "prefix\xa2\x61"
								   "a\x82\x01\x02\x61"
								   "b\xa0");
	buffer_finish(&out);
}

static void keys_are_ordered_by_length_then_bytes(void)
{
	static const char *const ordered[] = {"", "a", "b", "\xc3\xa9", "aaa", "aab", "baa"};
	const size_t count = sizeof(ordered) / sizeof(ordered[0]);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			const int order = cbor_write_key_compare(text_of_string(ordered[i]), text_of_string(ordered[j]));
			expect_integer((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}

static const struct tap_test tests[] = {
	{"a writer refuses what a reader would", a_writer_refuses_what_a_reader_would},
	{"a writer remembers that its buffer was full", a_writer_remembers_a_full_buffer},
	{"a writer appends, and embeds what is encoded", writers_append_and_embed},
	{"keys are ordered by length, then bytes", keys_are_ordered_by_length_then_bytes},
};

TAP_MAIN(tests)
