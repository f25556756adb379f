/*
 * Base64 (RFC 4648 section 4), standard alphabet with padding, and lower-case hex. Readers are strict: what would be
 * written differently is refused, padding bits included.
 */
#ifndef BASE64_H
#define BASE64_H

#include "bytes.h"

/* base64_append(out, bytes): appends the encoding. False when out cannot grow. */
bool base64_append(struct buffer *out, struct bytes bytes);

/* base64_decode(text, out): appends the decoded bytes. False when text is not base64 or out cannot grow; out is then
   unchanged. */
bool base64_decode(struct text text, struct buffer *out);

/* base64_hex_append(out, bytes): appends two lower-case hex digits a byte. False when out cannot grow. */
bool base64_hex_append(struct buffer *out, struct bytes bytes);

/* base64_hex_decode(text, data, size): reads exactly 2 * size lower-case hex digits. False otherwise. */
bool base64_hex_decode(struct text text, uint8_t *data, size_t size);

#endif
