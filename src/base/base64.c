/*
 * Base64 and hex.
 */
#include "base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_append(struct buffer *out, struct bytes bytes)
{
	const size_t size_before = out->size;
	for (size_t at = 0; at < bytes.size; at += 3) {
		const size_t left = bytes.size - at;
		const uint32_t group = (uint32_t)bytes.data[at] << 16 | (left > 1 ? (uint32_t)bytes.data[at + 1] << 8 : 0) |
							   (left > 2 ? bytes.data[at + 2] : 0);
		const uint8_t quad[4] = {
			(uint8_t)alphabet[group >> 18],
			(uint8_t)alphabet[group >> 12 & 63],
			left > 1 ? (uint8_t)alphabet[group >> 6 & 63] : '=',
			left > 2 ? (uint8_t)alphabet[group & 63] : '=',
		};
		if (!buffer_append(out, (struct bytes){.data = quad, .size = sizeof(quad)})) {
			out->size = size_before;
			return false;
		}
	}
	return true;
}

/* Value of a digit, or 64 for what is none. */
static uint32_t digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Decodes four digits, the last `padding` of which are '='; bits that padding leaves over must be zero. */
static bool decode_quad(const char *quad, size_t padding, struct buffer *out)
{
	uint32_t group = 0;
	for (size_t i = 0; i < 4; i++) {
		const uint32_t value = i < 4 - padding ? digit(quad[i]) : 0;
		if (value == 64)
			return false;
		group = group << 6 | value;
	}
	const uint8_t data[3] = {(uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group};
	for (size_t i = 3 - padding; i < 3; i++)
		if (data[i] != 0)
			return false;
	return buffer_append(out, (struct bytes){.data = data, .size = 3 - padding});
}

bool base64_decode(struct text text, struct buffer *out)
{
	if (text.size % 4 != 0)
		return false;
	const size_t size_before = out->size;
	for (size_t at = 0; at < text.size; at += 4) {
		const bool last = at + 4 == text.size;
		const size_t padding = !last || text.data[at + 3] != '=' ? 0 : text.data[at + 2] != '=' ? 1 : 2;
		if (!decode_quad(text.data + at, padding, out)) {
			out->size = size_before;
			return false;
		}
	}
	return true;
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
