/*
 * UTF-8: what is well-formed, where it stops being so, and how wide it is.
 */
#include <tap.h>

#include "utf8.h"

static const struct {
	const char *data;
	size_t size;
	size_t fault; /* offset, or SIZE_MAX when valid */
	const char *what;
} rows[] = {
	{"", 0, SIZE_MAX, "nothing"},
	{"abc", 3, SIZE_MAX, "ASCII"},
	{"\x01\x7f", 2, SIZE_MAX, "control characters"},
	{"\xc2\x80", 2, SIZE_MAX, "U+0080"},
	{"\xdf\xbf", 2, SIZE_MAX, "U+07FF"},
	{"\xe0\xa0\x80", 3, SIZE_MAX, "U+0800"},
	{"\xed\x9f\xbf", 3, SIZE_MAX, "U+D7FF"},
	{"\xee\x80\x80", 3, SIZE_MAX, "U+E000"},
	{"\xef\xbf\xbf", 3, SIZE_MAX, "U+FFFF"},
	{"\xf0\x90\x80\x80", 4, SIZE_MAX, "U+10000"},
	{"\xf4\x8f\xbf\xbf", 4, SIZE_MAX, "U+10FFFF"},
	{"\0", 1, 0, "U+0000"},
	{"ab\0", 3, 2, "U+0000 at the end"},
	{"abcdefg\0hijklmno", 16, 7, "U+0000 in eight bytes"},
	{"abcdefgh\xffijklmno", 16, 8, "no byte of UTF-8 in eight bytes"},
	{"a\x80", 2, 1, "a continuation alone"},
	{"\xbf", 1, 0, "the last continuation alone"},
	{"\xc0\x80", 2, 0, "overlong U+0000"},
	{"\xc1\xbf", 2, 0, "overlong U+007F"},
	{"\xe0\x80\x80", 3, 0, "overlong in three bytes"},
	{"\xe0\x9f\xbf", 3, 0, "overlong U+07FF"},
	{"\xf0\x80\x80\x80", 4, 0, "overlong in four bytes"},
	{"\xf0\x8f\xbf\xbf", 4, 0, "overlong U+FFFF"},
	{"\xed\xa0\x80", 3, 0, "the first surrogate"},
	{"\xed\xbf\xbf", 3, 0, "the last surrogate"},
	{"\xed\xa0\xbd\xed\xb9\x82", 6, 0, "a pair of surrogates"},
	{"\xf4\x90\x80\x80", 4, 0, "U+110000"},
	{"\xf5\x80\x80\x80", 4, 0, "lead byte f5"},
	{"\xf8\x88\x80\x80\x80", 5, 0, "five bytes"},
	{"\xfe", 1, 0, "byte fe"},
	{"\xff", 1, 0, "byte ff"},
	{"\xc3", 1, 0, "truncated after one of two"},
	{"x\xe2\x82", 3, 1, "truncated after two of three"},
	{"\xf0\x9f\x99", 3, 0, "truncated after three of four"},
	{"\xe2\x82x", 3, 0, "ASCII where a continuation is due"},
	{"\xf0\x9f\x99x", 4, 0, "ASCII where the last continuation is due"},
	{"\xc3\xc3\xa9", 3, 0, "a lead byte where a continuation is due"},
	{"\xe2\xc3\xa9", 3, 0, "a lead byte where a first continuation is due"},
};

static void only_well_formed_text_is_valid(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* A copy of exact size, so that a sanitizer sees a read behind it. */
		uint8_t *copy = malloc(rows[i].size + 1);
		expect(copy != NULL);
		uint8_t *exact = realloc(copy, rows[i].size > 0 ? rows[i].size : 1);
		expect(exact != NULL);
		memcpy(exact, rows[i].data, rows[i].size);
		const struct bytes bytes = {.data = exact, .size = rows[i].size};
		const size_t fault = utf8_fault(bytes);
		const bool valid = utf8_valid(bytes);
		free(exact);
		if (fault != rows[i].fault || valid != (rows[i].fault == SIZE_MAX))
			tap_fail(__FILE__, __LINE__, "%s: fault at %zu", rows[i].what, fault);
	}
}

static size_t encode(uint32_t c, uint8_t out[static 4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	const size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = size - 1; i > 0; i--, c >>= 6)
		out[i] = (uint8_t)(0x80 | (c & 0x3f));
	out[0] = (uint8_t)(0xf00 >> size | c);
	return size;
}

static void every_code_point_reads_back(void)
{
	for (uint32_t c = 0; c <= 0x110000; c++) {
		uint8_t data[4];
		const struct bytes bytes = {.data = data, .size = encode(c, data)};
		const bool valid = c != 0 && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
		expect(utf8_valid(bytes) == valid);
		if (!valid)
			continue;
		size_t at = 0;
		uint32_t read = 0;
		expect(utf8_next(text_of_bytes(bytes), &at, &read));
		expect_integer(read, c);
		expect_integer((int64_t)at, (int64_t)bytes.size);
		expect(!utf8_next(text_of_bytes(bytes), &at, &read));
	}
}

/* Every sequence of up to three bytes that is accepted is what the encoder above writes. */
static void every_three_bytes_are_judged_rightly(void)
{
	for (uint32_t n = 0; n < 0x1000000; n++) {
		const uint8_t data[3] = {(uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
		const struct bytes bytes = {.data = data, .size = 3};
		if (!utf8_valid(bytes))
			continue;
		uint8_t back[12];
		size_t size = 0;
		size_t at = 0;
		for (uint32_t c; utf8_next(text_of_bytes(bytes), &at, &c);)
			size += encode(c, back + size);
		expect(size == 3 && memcmp(back, data, 3) == 0);
	}
}

static void faults_are_found_at_every_offset(void)
{
	uint8_t data[40];
	for (size_t size = 1; size <= sizeof(data); size++) {
		for (size_t at = 0; at < size; at++) {
			memset(data, 'a', size);
			data[at] = 0;
			expect_integer((int64_t)utf8_fault((struct bytes){.data = data, .size = size}), (int64_t)at);
			data[at] = 0x80;
			expect_integer((int64_t)utf8_fault((struct bytes){.data = data, .size = size}), (int64_t)at);
			data[at] = 1;
			expect(utf8_valid((struct bytes){.data = data, .size = size}));
		}
	}
}

static void ill_formed_bytes_read_as_replacements(void)
{
	size_t at = 0;
	uint32_t c = 0;
	const struct text text = TEXT("\xff\xe2\x82");
	for (int i = 0; i < 3; i++) {
		expect(utf8_next(text, &at, &c));
		expect_integer(c, 0xfffd);
	}
	expect(!utf8_next(text, &at, &c));
	expect(!utf8_next(TEXT_ABSENT, &(size_t){0}, &c));
}

static void widths_are_columns(void)
{
	static const struct {
		const char *text;
		size_t width;
	} widths[] = {
		{"", 0},
		{"abc", 3},
		{"\xc3\xa9", 1},                             /* é */
		{"e\xcc\x81", 1},                            /* e and a combining acute */
		{"\xe6\xbc\xa2\xe5\xad\x97", 4},             /* two ideographs */
		{"\xed\x95\x9c", 2},                         /* a Hangul syllable */
		{"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2}, /* the same of three jamo */
		{"\xf0\x9f\x99\x82", 2},                     /* an emoji */
		{"\xef\xbc\xa1", 2},                         /* fullwidth A */
		{"\xe2\x80\x8b\xe2\x80\x8d\xef\xb8\x8f", 0}, /* zero-width space, joiner, variation selector */
		{"\xe2\x80\x94\xe2\x86\x92", 2},             /* dash, arrow */
		{"\xf3\xa0\x84\x80", 0},                     /* the last variation selectors */
		{"\xf4\x8f\xbf\xbf", 1},                     /* U+10FFFF */
	};
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		expect_integer((int64_t)utf8_width(text_of_string(widths[i].text)), (int64_t)widths[i].width);
}

static const struct tap_test tests[] = {
	{"only well-formed text without U+0000 is valid", only_well_formed_text_is_valid},
	{"every code point reads back", every_code_point_reads_back},
	{"of every three bytes only well-formed ones are accepted", every_three_bytes_are_judged_rightly},
	{"a fault is found at every offset", faults_are_found_at_every_offset},
	{"ill-formed bytes read as U+FFFD, one by one", ill_formed_bytes_read_as_replacements},
	{"widths are columns of a terminal", widths_are_columns},
};

TAP_MAIN(tests)
