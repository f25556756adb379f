/*
 * CRC-32 against values that are published.
 */
#include "crc32.h"

#include "tap.h"

static uint32_t of(const char *string)
{
	return crc32_of(bytes_of_text(text_of_string(string)));
}

static void known_values(void)
{
	uint8_t zeros[32] = {0};
	uint8_t ones[32];
	memset(ones, 0xff, sizeof(ones));
	expect_integer(of("123456789"), 0xcbf43926);
	expect_integer(of("The quick brown fox jumps over the lazy dog"), 0x414fa339);
	expect_integer(of("a"), 0xe8b7be43);
	expect_integer(crc32_of((struct bytes){zeros, sizeof(zeros)}), 0x190a55ad);
	expect_integer(crc32_of((struct bytes){ones, sizeof(ones)}), 0xff6cab0b);
}

static void of_nothing(void)
{
	expect_integer(crc32_of((struct bytes){NULL, 0}), 0);
}

/* Bit by bit, as the polynomial is defined. */
static uint32_t slowly(struct bytes bytes)
{
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < bytes.size; i++) {
		crc ^= bytes.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void as_defined(void)
{
	uint8_t data[512];
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + (i >> 3));
	for (size_t from = 0; from < 16; from++) {
		for (size_t size = 0; size <= sizeof(data) - from; size++) {
			const struct bytes bytes = {data + from, size};
			if (crc32_of(bytes) != slowly(bytes))
				tap_fail(__FILE__, __LINE__, "%zu bytes from %zu on", size, from);
		}
	}
}

static const struct tap_test tests[] = {
	{"known texts have their published sums", known_values},
	{"the sum of nothing is 0", of_nothing},
	{"every byte adds what the polynomial says", as_defined},
};

TAP_MAIN(tests)
