/*
 * Writing JSON, keys in the order of the calls, the same bytes for the same calls: two spaces of indentation, one key a
 * line, LF, no trailing blanks; an empty object or array is {} or []. Strings are escaped as RFC 8259 requires, and so
 * are U+007F to U+009F, U+2028, U+2029 and marks that turn the direction of writing: people see it. A writer remembers its first failure; json_write_finish() reports it.
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include "bytes.h"
#include "limits.h"

struct json_writer {
	struct buffer *out;
	const char *fault;
	int depth;
	int lines; /* so many levels have a line for each of their members; 0: no blanks either */
	bool after_key;
	bool done; /* the value is complete */
	struct json_write_level {
		bool array;
		bool used; /* an element or pair has been written */
	} levels[LIMIT_JSON_DEPTH];
};

/* json_write_begin(writer, out, compact): appends to out from here on. */
void json_write_begin(struct json_writer *writer, struct buffer *out, bool compact);

/* json_write_begin_rows(writer, out): as json_write_begin, but what stands two levels deep takes one line, as the row of
   a table does. */
void json_write_begin_rows(struct json_writer *writer, struct buffer *out);

/* json_write_resume(writer, out): as json_write_begin that is not compact, inside an object that stands at the end of out with at least
   one pair and without its end. */
void json_write_resume(struct json_writer *writer, struct buffer *out);

/* json_write_finish(writer): true when exactly one complete value was written and nothing failed; ends it with LF
   unless compact. */
bool json_write_finish(struct json_writer *writer);

void json_write_object(struct json_writer *writer);
void json_write_array(struct json_writer *writer);

/* json_write_end(writer): closes the innermost object or array. */
void json_write_end(struct json_writer *writer);

/* json_write_key(writer, key): a key; those of one object must differ, which is not checked. */
void json_write_key(struct json_writer *writer, const char *key);

/* json_write_text(writer, text): a string; text must be present and UTF-8. */
void json_write_text(struct json_writer *writer, struct text text);
void json_write_string(struct json_writer *writer, const char *string);

/* json_write_base64(writer, bytes): a string of their base64. */
void json_write_base64(struct json_writer *writer, struct bytes bytes);
void json_write_integer(struct json_writer *writer, int64_t value);

/* json_write_scaled(writer, value, scale): value / scale as the shortest exact decimal (950000, 1000000 gives 0.95);
   scale is a power of ten. */
void json_write_scaled(struct json_writer *writer, int64_t value, int64_t scale);
void json_write_boolean(struct json_writer *writer, bool value);
void json_write_null(struct json_writer *writer);

#endif
