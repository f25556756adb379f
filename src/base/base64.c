/*
 * Base64 and hex. Of base64 sixteen digits are written and read at a time, by arithmetic that is the same for each of them.
 */
#include "base64.h"

#include "bytes16.h"

/* The same sixteen bytes as numbers. */
typedef uint16_t pairs8 __attribute__((vector_size(16)));
typedef uint32_t quads4 __attribute__((vector_size(16)));

/* Sixteen digits and their twelve bytes. How they are packed is written for a processor that has the lowest byte first. */
enum { DIGITS = sizeof(bytes16), PACKED = 12, GROUP = 3, QUAD = 4 };
enum { PACKS = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Three bytes as 24 bits, the first one highest; four are read. */
static uint32_t group_at(const uint8_t *data)
{
	uint32_t group;
	memcpy(&group, data, sizeof(group));
	return __builtin_bswap32(group) >> 8;
}

/* The digits of twelve bytes; one more is read. Values begin at 'A', and step to 'a', '0', '+' and '/'. */
static void write_digits(const uint8_t *data, uint8_t *out)
{
	const quads4 all = {group_at(data), group_at(data + GROUP), group_at(data + 2 * GROUP), group_at(data + 3 * GROUP)};
	const bytes16 values =
		(bytes16)(all >> 18 | (all >> 4 & 0x3f00) | (all << 10 & 0x3f0000) | (all << 24 & 0x3f000000));
	const bytes16 written = values + 'A' + ((bytes16)(values > 25) & 6) - ((bytes16)(values > 51) & 75) -
							((bytes16)(values > 61) & 15) + ((bytes16)(values > 62) & 3);
	memcpy(out, &written, sizeof(written));
}

bool base64_append(struct buffer *out, struct bytes bytes)
{
	if (bytes.size == 0)
		return true;
	if (bytes.size > SIZE_MAX / 2)
		return false;
	uint8_t *quad = buffer_append_room(out, (bytes.size + 2) / 3 * 4);
	if (quad == NULL)
		return false;
	size_t at = 0;
	for (; PACKS && bytes.size - at > PACKED; at += PACKED, quad += DIGITS)
		write_digits(bytes.data + at, quad);
	for (; at < bytes.size; at += GROUP, quad += QUAD) {
		const size_t left = bytes.size - at;
		const uint32_t group = (uint32_t)bytes.data[at] << 16 | (left > 1 ? (uint32_t)bytes.data[at + 1] << 8 : 0) |
							   (left > 2 ? bytes.data[at + 2] : 0);
		quad[0] = (uint8_t)alphabet[group >> 18];
		quad[1] = (uint8_t)alphabet[group >> 12 & 63];
		quad[2] = left > 1 ? (uint8_t)alphabet[group >> 6 & 63] : '=';
		quad[3] = left > 2 ? (uint8_t)alphabet[group & 63] : '=';
	}
	return true;
}

/* Values of digits, or 64 for what is none. */
static const uint8_t values[256] = {
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64, 64, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61,
	64, 64, 64, 64, 64, 64, 64, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	22, 23, 24, 25, 64, 64, 64, 64, 64, 64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
	45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
};

static uint32_t value_of(char digit)
{
	return values[(uint8_t)digit];
}

/* Four digits as 24 bits; more than that where one is none. */
static uint32_t group_of(const char *quad)
{
	const uint32_t a = value_of(quad[0]), b = value_of(quad[1]), c = value_of(quad[2]), d = value_of(quad[3]);
	return (a | b | c | d) > 63 ? UINT32_MAX : a << 18 | b << 12 | c << 6 | d;
}

/* The last four digits, one or two of which are '='; bits that those leave over must be zero. */
static bool decode_padded(const char *quad, size_t padding, uint8_t *data)
{
	const char filled[4] = {quad[0], quad[1], padding > 1 ? 'A' : quad[2], 'A'};
	const uint32_t group = group_of(filled);
	if (group == UINT32_MAX || (group & (padding > 1 ? 0xffff : 0xff)) != 0)
		return false;
	data[0] = (uint8_t)(group >> 16);
	if (padding == 1)
		data[1] = (uint8_t)(group >> 8);
	return true;
}

static size_t padding_of(struct text text)
{
	const char *end = text.data + text.size;
	return end[-1] != '=' ? 0 : end[-2] != '=' ? 1 : 2;
}

/* The twelve bytes of sixteen digits; one more is written. Adds to `strange` where one is none. */
static void read_digits(const char *text, uint8_t *data, bytes16 *strange)
{
	const bytes16 read = bytes16_at(text);
	const bytes16 upper = read - 'A', lower = read - 'a', decimal = read - '0';
	const bytes16 is_upper = (bytes16)(upper < 26), is_lower = (bytes16)(lower < 26),
				  is_decimal = (bytes16)(decimal < 10), is_plus = (bytes16)(read == '+'),
				  is_slash = (bytes16)(read == '/');
	const bytes16 found = (is_upper & upper) | (is_lower & (lower + 26)) | (is_decimal & (decimal + 52)) |
						  (is_plus & 62) | (is_slash & 63);
	*strange |= ~(is_upper | is_lower | is_decimal | is_plus | is_slash);
	const pairs8 two = (pairs8)found, twelve = (two & 63) << 6 | two >> 8;
	const quads4 four = (quads4)twelve, all = (four & 0xfff) << 12 | four >> 16;
	for (size_t i = 0; i < DIGITS / QUAD; i++) {
		const uint32_t group = __builtin_bswap32(all[i] << 8);
		memcpy(data + i * GROUP, &group, sizeof(group));
	}
}

static bool decode_all(struct text text, size_t padding, uint8_t *data)
{
	const size_t whole = text.size - (padding > 0 ? QUAD : 0);
	bytes16 strange = {0};
	size_t at = 0;
	for (; PACKS && text.size - at > DIGITS; at += DIGITS, data += PACKED)
		read_digits(text.data + at, data, &strange);
	for (; at < whole; at += QUAD, data += GROUP) {
		const uint32_t group = group_of(text.data + at);
		if (group == UINT32_MAX)
			return false;
		data[0] = (uint8_t)(group >> 16);
		data[1] = (uint8_t)(group >> 8);
		data[2] = (uint8_t)group;
	}
	return !bytes16_any(strange) && (padding == 0 || decode_padded(text.data + whole, padding, data));
}

bool base64_decode(struct text text, struct buffer *out)
{
	if (text.size == 0 || text.size % 4 != 0)
		return text.size == 0;
	const size_t size_before = out->size, padding = padding_of(text);
	uint8_t *data = buffer_append_room(out, text.size / 4 * 3 - padding);
	if (data != NULL && decode_all(text, padding, data))
		return true;
	out->size = size_before;
	return false;
}

bool base64_hex_append(struct buffer *out, struct bytes bytes)
{
	static const char digits[] = "0123456789abcdef";
	const size_t size_before = out->size;
	for (size_t i = 0; i < bytes.size; i++) {
		const uint8_t pair[2] = {(uint8_t)digits[bytes.data[i] >> 4], (uint8_t)digits[bytes.data[i] & 15]};
		if (!buffer_append(out, (struct bytes){.data = pair, .size = sizeof(pair)})) {
			out->size = size_before;
			return false;
		}
	}
	return true;
}

/* Value of a lower-case hex digit, or 16 for what is none. */
static unsigned hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

bool base64_hex_decode(struct text text, uint8_t *data, size_t size)
{
	if (text.size % 2 != 0 || text.size / 2 != size)
		return false;
	for (size_t i = 0; i < size; i++) {
		const unsigned high = hex_digit(text.data[2 * i]);
		const unsigned low = hex_digit(text.data[2 * i + 1]);
		if (high == 16 || low == 16)
			return false;
		data[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
