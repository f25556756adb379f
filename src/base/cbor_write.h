/*
 * Writing deterministic CBOR (RFC 8949 section 4.2.1) as envelope.md admits it: integers up to 2^53 - 1 either sign,
 * byte strings, text, arrays, maps with text keys, true and false, at most LIMIT_CBOR_DEPTH deep.
 *
 * A writer remembers its first failure: calls after it do nothing, and cbor_write_finish() reports it. Map keys must
 * come in deterministic order (shorter first, then bytewise); a key out of order or repeated is a failure, so what was
 * written is always what a strict reader accepts.
 */
#ifndef CBOR_WRITE_H
#define CBOR_WRITE_H

#include "bytes.h"
#include "limits.h"

struct cbor_writer {
	struct buffer *out;
	const char *fault; /* NULL, or what went wrong first; "out of memory" for the buffer */
	int depth;
	struct cbor_write_level {
		bool map;
		bool value_next; /* in a map: a key has been written */
		size_t left;     /* items or pairs still to come */
		size_t key_at;   /* offset of the last key's encoding in out, 0 before the first */
		size_t key_size;
	} levels[LIMIT_CBOR_DEPTH];
};

/* cbor_write_begin(writer, out): appends to out from here on. */
void cbor_write_begin(struct cbor_writer *writer, struct buffer *out);

/* cbor_write_finish(writer): true when exactly complete items were written and nothing failed. */
bool cbor_write_finish(const struct cbor_writer *writer);

void cbor_write_integer(struct cbor_writer *writer, int64_t value);
void cbor_write_bytes(struct cbor_writer *writer, struct bytes bytes);

/* cbor_write_bytes_head(writer, size): the head of a byte string; its `size` bytes follow elsewhere, so nothing may be
   written behind it here. */
void cbor_write_bytes_head(struct cbor_writer *writer, size_t size);

/* cbor_write_bytes_room(writer, size): a byte string whose `size` bytes, 1 or more, the caller fills in before anything else
   is written. NULL once the writer has a fault. */
uint8_t *cbor_write_bytes_room(struct cbor_writer *writer, size_t size);

/* cbor_write_text(writer, text): a text, which must be UTF-8 without U+0000 and not absent. In a map where a key is
   due: the key. */
void cbor_write_text(struct cbor_writer *writer, struct text text);
void cbor_write_boolean(struct cbor_writer *writer, bool value);

/* cbor_write_array(writer, count): an array; the next `count` items are its elements. */
void cbor_write_array(struct cbor_writer *writer, size_t count);

/* cbor_write_map(writer, pairs): a map; the next `pairs` times a text key and an item follow. */
void cbor_write_map(struct cbor_writer *writer, size_t pairs);

/* cbor_write_encoded(writer, encoded): one item that is already encoded and known to be canonical, at a place where a
   value is due; neither that nor its depth is checked. */
void cbor_write_encoded(struct cbor_writer *writer, struct bytes encoded);

/* cbor_write_key_compare(a, b): deterministic order of two map keys: negative, 0 or positive. */
int cbor_write_key_compare(struct text a, struct text b);

#endif
