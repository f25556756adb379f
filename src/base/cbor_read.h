/*
 * Reading deterministic CBOR: a pull parser that refuses whatever cbor_write.h would not itself write (longer heads
 * than needed, floats, null, tags, indefinite lengths, keys out of order or repeated, invalid UTF-8, U+0000, integers
 * beyond 2^53 - 1, deeper than LIMIT_CBOR_DEPTH). It allocates nothing; views point into the input.
 *
 * Every call returns false on the first fault and from then on; reader->fault says what, reader->at where.
 */
#ifndef CBOR_READ_H
#define CBOR_READ_H

#include "bytes.h"
#include "limits.h"

enum cbor_kind { CBOR_INTEGER, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_BOOLEAN };

struct cbor_reader {
	struct bytes in;
	size_t at;
	const char *fault; /* NULL, or what is wrong */
	int depth;
	struct cbor_read_level {
		bool map;
		bool value_next;
		size_t left;
		struct text key; /* the last key read, absent before the first */
	} levels[LIMIT_CBOR_DEPTH];
};

/* cbor_read_begin(reader, in): reads from the start of in. */
void cbor_read_begin(struct cbor_reader *reader, struct bytes in);

/* cbor_read_finish(reader): true when exactly one complete item was read, nothing failed and nothing follows. */
bool cbor_read_finish(struct cbor_reader *reader);

/* cbor_read_kind(reader, ret_kind): kind of the next item, without reading it. */
bool cbor_read_kind(struct cbor_reader *reader, enum cbor_kind *ret_kind);

bool cbor_read_integer(struct cbor_reader *reader, int64_t *ret_value);
bool cbor_read_bytes(struct cbor_reader *reader, struct bytes *ret_bytes);

/* cbor_read_text(reader, ret_text): a text; in a map where a key is due: the key. */
bool cbor_read_text(struct cbor_reader *reader, struct text *ret_text);
bool cbor_read_boolean(struct cbor_reader *reader, bool *ret_value);

/* cbor_read_array(reader, ret_count), cbor_read_map(reader, ret_pairs): the items, or keys and items, that follow are
   its own. A count never exceeds the bytes that are left, so memory for so many may be asked for. */
bool cbor_read_array(struct cbor_reader *reader, size_t *ret_count);
bool cbor_read_map(struct cbor_reader *reader, size_t *ret_pairs);

/* cbor_read_skip(reader, ret_encoded): one whole item, checked as strictly as if it were read; ret_encoded, which may
   be NULL, is the view of its bytes. */
bool cbor_read_skip(struct cbor_reader *reader, struct bytes *ret_encoded);

#endif
