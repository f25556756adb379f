/*
 * Deterministic CBOR: what is read and what is refused, and that whatever is accepted is written back as it was.
 */
#include <tap.h>

#include "base64.h"
#include "cbor_read.h"
#include "cbor_write.h"

enum { CEILING = 1 << 20 };

/* A seeded generator (xorshift64): the same run every time. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Reads one item and writes it; false when the reader refuses. What a writer refuses of it fails the test. */
static bool transcode_item(struct cbor_reader *reader, struct cbor_writer *writer)
{
	enum cbor_kind kind;
	int64_t integer;
	struct bytes bytes;
	struct text text;
	bool boolean;
	size_t count;
	if (!cbor_read_kind(reader, &kind))
		return false;
	switch (kind) {
	case CBOR_INTEGER:
		if (!cbor_read_integer(reader, &integer))
			return false;
		cbor_write_integer(writer, integer);
		return true;
	case CBOR_BYTES:
		if (!cbor_read_bytes(reader, &bytes))
			return false;
		cbor_write_bytes(writer, bytes);
		return true;
	case CBOR_TEXT:
		if (!cbor_read_text(reader, &text))
			return false;
		cbor_write_text(writer, text);
		return true;
	case CBOR_BOOLEAN:
		if (!cbor_read_boolean(reader, &boolean))
			return false;
		cbor_write_boolean(writer, boolean);
		return true;
	case CBOR_ARRAY:
		if (!cbor_read_array(reader, &count))
			return false;
		cbor_write_array(writer, count);
		for (size_t i = 0; i < count; i++)
			if (!transcode_item(reader, writer))
				return false;
		return true;
	case CBOR_MAP:
		if (!cbor_read_map(reader, &count))
			return false;
		cbor_write_map(writer, count);
		for (size_t i = 0; i < 2 * count; i++)
			if (!transcode_item(reader, writer))
				return false;
		return true;
	}
	return false;
}

/* Whether the reader accepts in; read item by item and skipped as a whole must agree, and what is accepted must be
   written back as the same bytes. */
static bool accepts(struct bytes in)
{
	struct buffer out;
	buffer_init(&out, CEILING);
	struct cbor_reader reader;
	struct cbor_writer writer;
	cbor_read_begin(&reader, in);
	cbor_write_begin(&writer, &out);
	const bool read = transcode_item(&reader, &writer) && cbor_read_finish(&reader);
	expect(read == (reader.fault == NULL));

	struct cbor_reader skipper;
	struct bytes whole;
	cbor_read_begin(&skipper, in);
	const bool skipped = cbor_read_skip(&skipper, &whole) && cbor_read_finish(&skipper);
	expect(read == skipped);
	if (read) {
		expect(cbor_write_finish(&writer));
		expect(bytes_equal(buffer_view(&out), in));
		expect(bytes_equal(whole, in));
	} else {
		expect_string(reader.fault, skipper.fault);
		expect(reader.at == skipper.at && reader.at <= in.size);
		/* A reader that has failed stays so. */
		enum cbor_kind kind;
		bool boolean;
		expect(!cbor_read_kind(&skipper, &kind) && !cbor_read_boolean(&skipper, &boolean));
		expect(!cbor_read_skip(&skipper, NULL) && !cbor_read_finish(&skipper));
	}
	buffer_finish(&out);
	return read;
}

static bool accepts_hex(const char *hex)
{
	/* Exactly as many bytes as there are, so that a sanitizer sees a read behind them. */
	const size_t size = strlen(hex) / 2;
	uint8_t *data = malloc(size > 0 ? size : 1);
	expect(data != NULL);
	expect(base64_hex_decode(text_of_string(hex), data, size));
	const bool accepted = accepts((struct bytes){.data = data, .size = size});
	free(data);
	return accepted;
}

static const char *const good[] = {
	"00",
	"17",
	"1818",
	"18ff",
	"190100",
	"19ffff",
	"1a00010000",
	"1affffffff",
	"1b0000000100000000",
	"1b001fffffffffffff",
	"20",
	"37",
	"3818",
	"3b001ffffffffffffe",
	"f5",
	"f4",
	"60",
	"66c3a9f09f9982",
	"40",
	"4100",
	"7818787878787878787878787878787878787878787878787878",
	"8201820280",
	"80",
	"a0",
	"818180",
	"a16000",
	"a560056161036162016261610262c3a904",
	"a161618101",
	"81a1616181a0",
	"81818181818181818181818181818180",
	"818181818181818181818181818181a0",
};

static void what_the_format_holds_is_accepted(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!accepts_hex(good[i]))
			tap_fail(__FILE__, __LINE__, "refused %s", good[i]);
}

static const struct {
	const char *hex;
	const char *why;
} bad[] = {
	{"1800", "not the shortest"},
	{"1817", "not the shortest"},
	{"190017", "not the shortest"},
	{"1900ff", "not the shortest"},
	{"1a0000ffff", "not the shortest"},
	{"1b00000000ffffffff", "not the shortest"},
	{"3817", "not the shortest"},
	{"1b001fffffffffffff00", "bytes behind"},
	{"1b0020000000000000", "2^53"},
	{"3b001fffffffffffff", "-(2^53)"},
	{"1bffffffffffffffff", "integer too large"},
	{"3bffffffffffffffff", "integer too small"},
	{"f6", "null"},
	{"f7", "undefined"},
	{"f800", "simple value"},
	{"f814", "false in two bytes"},
	{"f820", "simple value"},
	{"e0", "simple value"},
	{"f93c00", "half float"},
	{"fa3f800000", "single float"},
	{"fb3ff0000000000000", "double float"},
	{"c000", "tag"},
	{"c24101", "bignum"},
	{"d81800", "tag"},
	{"5f4101ff", "indefinite bytes"},
	{"7f6161ff", "indefinite text"},
	{"9fff", "indefinite array"},
	{"bfff", "indefinite map"},
	{"ff", "break"},
	{"1c", "reserved"},
	{"1f", "reserved"},
	{"3d", "reserved"},
	{"5e", "reserved"},
	{"a10101", "key is no text"},
	{"a1410101", "key is bytes"},
	{"a18001", "key is an array"},
	{"a1f401", "key is false"},
	{"a2616101616102", "key twice"},
	{"a260016002", "empty key twice"},
	{"a2616201616101", "keys out of order"},
	{"a262616101616202", "longer key first"},
	{"a26161016002", "empty key last"},
	{"82a1616100a2616200616100", "keys out of order in the second map"},
	{"a16161a2616201616101", "keys out of order in an inner map"},
	{"6100", "U+0000"},
	{"a1610001", "U+0000 in a key"},
	{"61ff", "not UTF-8"},
	{"62c080", "overlong"},
	{"63eda080", "surrogate"},
	{"64f4908080", "above U+10FFFF"},
	{"61c3", "a character cut off"},
	{"", "nothing"},
	{"0000", "two values"},
	{"8000", "two values"},
	{"18", "truncated head"},
	{"19ff", "truncated head"},
	{"1affffff", "truncated head"},
	{"1bffffffffffffff", "truncated head"},
	{"41", "truncated bytes"},
	{"6261", "truncated text"},
	{"8201", "truncated array"},
	{"a16161", "truncated map"},
	{"a2616101", "truncated map"},
	{"9affffffff", "truncated array"},
	{"9bffffffffffffffff", "truncated array"},
	{"bbffffffffffffffff", "truncated map"},
	{"bb8000000000000000", "truncated map, twice the pairs overflow"},
	{"5bffffffffffffffff", "truncated bytes"},
	{"7bfffffffffffffff7", "truncated text"},
	{"8181818181818181818181818181818181"
	 "00",
	 "too deep"},
	{"8181818181818181818181818181818180", "too deep, and empty"},
	{"81818181818181818181818181818181a0", "too deep, and an empty map"},
	{"580161", "length not the shortest"},
	{"780161", "length not the shortest"},
	{"980101", "length not the shortest"},
	{"b801616101", "length not the shortest"},
};

static void what_the_writer_would_not_write_is_refused(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (accepts_hex(bad[i].hex))
			tap_fail(__FILE__, __LINE__, "accepted %s: %s", bad[i].hex, bad[i].why);
}

static void hostile_nesting_is_refused_cheaply(void)
{
	static uint8_t nested[CEILING];
	memset(nested, 0x81, sizeof(nested));
	struct cbor_reader reader;
	cbor_read_begin(&reader, (struct bytes){.data = nested, .size = sizeof(nested)});
	expect(!cbor_read_skip(&reader, NULL));
	expect_string(reader.fault, "nested too deep");
	expect_integer((int64_t)reader.at, LIMIT_CBOR_DEPTH);
}

static void results_are_set_only_on_success(void)
{
	static const uint8_t data[] = {0x81, 0x61, 0xff};
	struct cbor_reader reader;
	size_t count = 0;
	int64_t integer = 42;
	struct text text = TEXT("kept");
	struct bytes bytes = {0};
	cbor_read_begin(&reader, (struct bytes){.data = data, .size = sizeof(data)});
	expect(cbor_read_array(&reader, &count) && count == 1);
	expect(!cbor_read_text(&reader, &text) && !cbor_read_integer(&reader, &integer));
	expect(!cbor_read_skip(&reader, &bytes) && bytes.data == NULL);
	expect_text(text, "kept");
	expect_integer(integer, 42);
	expect_integer((int64_t)reader.at, 1);
	expect(!cbor_read_finish(&reader));
}

static void another_kind_than_asked_for_is_a_fault(void)
{
	static const uint8_t kinds[] = {0x00, 0x40, 0x60, 0x80, 0xa0, 0xf4};
	for (size_t have = 0; have < sizeof(kinds); have++) {
		for (size_t want = 0; want < sizeof(kinds); want++) {
			struct cbor_reader reader;
			cbor_read_begin(&reader, (struct bytes){.data = &kinds[have], .size = 1});
			int64_t integer;
			struct bytes bytes;
			struct text text;
			size_t count;
			bool boolean;
			const bool read = want == 0   ? cbor_read_integer(&reader, &integer)
							  : want == 1 ? cbor_read_bytes(&reader, &bytes)
							  : want == 2 ? cbor_read_text(&reader, &text)
							  : want == 3 ? cbor_read_array(&reader, &count)
							  : want == 4 ? cbor_read_map(&reader, &count)
										  : cbor_read_boolean(&reader, &boolean);
			expect(read == (have == want));
			expect(cbor_read_finish(&reader) == read);
			expect((reader.fault == NULL) == read);
		}
	}
}

static void an_item_is_finished_only_when_whole(void)
{
	static const uint8_t data[] = {0x82, 0x01, 0x02, 0x03};
	struct cbor_reader reader;
	size_t count;
	int64_t integer;
	cbor_read_begin(&reader, (struct bytes){.data = data, .size = 3});
	expect(cbor_read_array(&reader, &count) && cbor_read_integer(&reader, &integer));
	expect(!cbor_read_finish(&reader));
	cbor_read_begin(&reader, (struct bytes){.data = data, .size = 4});
	expect(cbor_read_skip(&reader, NULL));
	expect(!cbor_read_integer(&reader, &integer));
	expect(!cbor_read_finish(&reader));
	cbor_read_begin(&reader, (struct bytes){.data = data, .size = 3});
	expect(!cbor_read_finish(&reader));
}

static void skipping_gives_the_bytes_of_one_item(void)
{
	/* {"a": [1, {"b": true}], "c": 2} */
	static const uint8_t data[] = {0xa2, 0x61, 'a', 0x82, 0x01, 0xa1, 0x61, 'b', 0xf5, 0x61, 'c', 0x02};
	struct cbor_reader reader;
	size_t pairs;
	struct text key;
	struct bytes encoded;
	cbor_read_begin(&reader, (struct bytes){.data = data, .size = sizeof(data)});
	expect(cbor_read_map(&reader, &pairs) && pairs == 2);
	expect(cbor_read_text(&reader, &key));
	expect_text(key, "a");
	expect(cbor_read_skip(&reader, &encoded));
	expect(encoded.data == data + 3 && encoded.size == 6);
	expect(cbor_read_skip(&reader, &encoded)); /* the key */
	expect(encoded.data == data + 9 && encoded.size == 2);
	expect(cbor_read_skip(&reader, &encoded)); /* the last item, which closes the map */
	expect(encoded.data == data + 11 && encoded.size == 1);
	expect(cbor_read_finish(&reader));
}

static int compare_keys(const void *a, const void *b)
{
	const struct text *x = a;
	const struct text *y = b;
	return cbor_write_key_compare(*x, *y);
}

/* Writes a random text into out and gives its size: any code point, ASCII more often. */
static size_t random_text(uint64_t *state, uint8_t *out, size_t characters)
{
	size_t size = 0;
	for (size_t i = 0; i < characters; i++) {
		static const char *const others[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x99\x82", "\xef\xbf\xbf"};
		const uint64_t bits = next_random(state);
		if (bits % 4 != 0) {
			out[size++] = (uint8_t)(1 + (bits >> 8) % 127);
		} else {
			const char *other = others[(bits >> 8) % 4];
			memcpy(out + size, other, strlen(other));
			size += strlen(other);
		}
	}
	return size;
}

/* Writes a random item, levels deep at most. */
static void write_random(struct cbor_writer *writer, uint64_t *state, int levels)
{
	uint8_t scratch[400 * 4];
	const uint64_t bits = next_random(state);
	const size_t length = bits >> 60 == 0 ? bits >> 16 & 255 : bits >> 16 & 15;
	struct text keys[16];
	size_t used = 0;
	size_t unique = 0;
	switch (bits % (levels > 0 ? 8 : 5)) {
	case 0:
	case 1: {
		const int64_t value = (int64_t)(next_random(state) >> 11 >> (bits >> 32) % 53);
		cbor_write_integer(writer, bits >> 63 ? -value : value);
		return;
	}
	case 2:
		for (size_t i = 0; i < length; i++)
			scratch[i] = (uint8_t)next_random(state);
		cbor_write_bytes(writer, (struct bytes){.data = scratch, .size = length});
		return;
	case 3:
		cbor_write_text(writer,
						text_of_bytes((struct bytes){.data = scratch, .size = random_text(state, scratch, length)}));
		return;
	case 4:
		cbor_write_boolean(writer, bits >> 63);
		return;
	case 5:
	case 6:
		cbor_write_array(writer, length % 6);
		for (size_t i = 0; i < length % 6; i++)
			write_random(writer, state, levels - 1);
		return;
	default:
		for (size_t i = 0; i < length; i++) {
			const size_t size = random_text(state, scratch + used, next_random(state) % 4);
			keys[i] = text_of_bytes((struct bytes){.data = scratch + used, .size = size});
			used += size;
			if (i == 15)
				break;
		}
		qsort(keys, length < 16 ? length : 16, sizeof(keys[0]), compare_keys);
		for (size_t i = 0; i < (length < 16 ? length : 16); i++)
			if (unique == 0 || !text_equal(keys[unique - 1], keys[i]))
				keys[unique++] = keys[i];
		cbor_write_map(writer, unique);
		for (size_t i = 0; i < unique; i++) {
			cbor_write_text(writer, keys[i]);
			write_random(writer, state, levels - 1);
		}
		return;
	}
}

static void random_values_come_back_as_they_were(void)
{
	uint64_t state = UINT64_C(0x68616e73617264);
	struct buffer out;
	buffer_init(&out, CEILING);
	for (int run = 0; run < 5000; run++) {
		struct cbor_writer writer;
		out.size = 0;
		cbor_write_begin(&writer, &out);
		write_random(&writer, &state, run % 5);
		expect(cbor_write_finish(&writer));
		expect(accepts(buffer_view(&out)));
	}
	buffer_finish(&out);
}

static void damaged_values_are_refused_or_canonical(void)
{
	uint64_t state = UINT64_C(0x6d75666669);
	int accepted = 0;
	int refused = 0;
	struct buffer out;
	buffer_init(&out, CEILING);
	for (int run = 0; run < 50000; run++) {
		struct cbor_writer writer;
		out.size = 0;
		cbor_write_begin(&writer, &out);
		write_random(&writer, &state, 3);
		expect(cbor_write_finish(&writer));
		const uint64_t damage = next_random(&state);
		out.data[(damage >> 8) % out.size] ^= (uint8_t)(1 << (damage & 7));
		const size_t cut = damage >> 62 == 0 ? (damage >> 32) % out.size : 0;
		if (accepts((struct bytes){.data = out.data, .size = out.size - cut}))
			accepted++;
		else
			refused++;
	}
	buffer_finish(&out);
	expect(accepted > 1000 && refused > 1000);
}

static void random_bytes_are_refused_or_canonical(void)
{
	uint64_t state = UINT64_C(0x72616e646f6d);
	int accepted = 0;
	for (int run = 0; run < 300000; run++) {
		uint8_t data[24];
		const size_t size = next_random(&state) % sizeof(data);
		for (size_t i = 0; i < size; i++) {
			const uint64_t bits = next_random(&state);
			/* Half of them heads of short items, so that some hold together. */
			data[i] = (uint8_t)(bits & 1 << 20 ? (bits & 0xe0) | (bits >> 8 & 3) : bits);
		}
		accepted += accepts((struct bytes){.data = data, .size = size});
	}
	expect(accepted > 1000);
}

static void every_three_bytes_are_refused_or_canonical(void)
{
	for (uint32_t n = 0; n < 0x1000000; n++) {
		const uint8_t data[3] = {(uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
		struct cbor_reader reader;
		cbor_read_begin(&reader, (struct bytes){.data = data, .size = sizeof(data)});
		if (cbor_read_skip(&reader, NULL) && cbor_read_finish(&reader))
			expect(accepts((struct bytes){.data = data, .size = sizeof(data)}));
	}
}

static const struct tap_test tests[] = {
	{"what the format holds is accepted and written back", what_the_format_holds_is_accepted},
	{"what a writer would not write is refused", what_the_writer_would_not_write_is_refused},
	{"hostile nesting is refused at the limit", hostile_nesting_is_refused_cheaply},
	{"results are set only on success", results_are_set_only_on_success},
	{"another kind than asked for is a fault", another_kind_than_asked_for_is_a_fault},
	{"a reader finishes only behind one whole item", an_item_is_finished_only_when_whole},
	{"skipping gives the bytes of one item", skipping_gives_the_bytes_of_one_item},
	{"random values come back as they were", random_values_come_back_as_they_were},
	{"damaged values are refused or canonical", damaged_values_are_refused_or_canonical},
	{"random bytes are refused or canonical", random_bytes_are_refused_or_canonical},
	{"three bytes are refused or canonical", every_three_bytes_are_refused_or_canonical},
};

TAP_MAIN(tests)
