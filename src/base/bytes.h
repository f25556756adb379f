/*
 * Bytes, borrowed and owned. struct bytes and struct text are views, passed by value and valid as long as what they
 * point into; struct buffer owns its memory and grows up to the ceiling it was born with.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hansard/error.h>

/* Borrowed bytes. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

/* Borrowed UTF-8 text, not NUL-terminated. data == NULL means absent, which is not the empty text. */
struct text {
	const char *data;
	size_t size;
};

/* A text of a string literal. */
#define TEXT(literal) ((struct text){.data = "" literal, .size = sizeof(literal) - 1})

/* The absent text. */
#define TEXT_ABSENT ((struct text){.data = NULL, .size = 0})

/* A list of texts; items == NULL with count 0 means absent when `present` is false. */
struct text_list {
	const struct text *items;
	size_t count;
	bool present;
};

/* Owned bytes that grow. Zero-size until the first append; freed by buffer_finish(). */
struct buffer {
	uint8_t *data;
	size_t size;
	size_t capacity;
	size_t ceiling; /* bytes it may hold at most */
};

/* bytes_equal(a, b): true when both have the same size and content. Not constant time. */
bool bytes_equal(struct bytes a, struct bytes b);

/* bytes_compare(a, b): memcmp order, a prefix first; negative, 0 or positive. */
int bytes_compare(struct bytes a, struct bytes b);

/* bytes_of_text(text): the same memory as bytes. */
struct bytes bytes_of_text(struct text text);

/* text_of_bytes(bytes): the same memory as text; the caller has checked that it is UTF-8. */
struct text text_of_bytes(struct bytes bytes);

/* text_of_string(string): a view of a NUL-terminated string; NULL gives the absent text. */
struct text text_of_string(const char *string);

/* text_present(text): false only for the absent text; true for "". */
bool text_present(struct text text);

/* text_equal(a, b): same content; absent equals only absent. */
bool text_equal(struct text a, struct text b);

/* text_is(text, string): text has exactly the content of the NUL-terminated string. */
bool text_is(struct text text, const char *string);

/* text_equal_ignoring_case(a, b): as text_equal, ASCII letters compared without case. */
bool text_equal_ignoring_case(struct text a, struct text b);

/* text_compare(a, b): bytewise order, absent before "". */
int text_compare(struct text a, struct text b);

/* text_order(a, b): text_compare of two struct text, as qsort() and bsearch() call it. */
int text_order(const void *a, const void *b);

/* text_starts_with(text, prefix): text begins with prefix. */
bool text_starts_with(struct text text, struct text prefix);

/* text_slice(text, from, to): the view of bytes [from, to); both are clamped to the text. */
struct text text_slice(struct text text, size_t from, size_t to);

/* text_find(text, needle, from): offset of the first occurrence at or after from, or SIZE_MAX. */
size_t text_find(struct text text, struct text needle, size_t from);

/* text_trim(text): without leading and trailing ASCII blanks (space, tab, CR, LF). */
struct text text_trim(struct text text);

/* buffer_init(buffer, ceiling): an empty buffer that may grow to `ceiling` bytes. Allocates nothing. */
void buffer_init(struct buffer *buffer, size_t ceiling);

/* buffer_finish(buffer): frees its memory and leaves it empty. Takes one that is zeroed or already finished. */
void buffer_finish(struct buffer *buffer);

/* buffer_reserve(buffer, extra): makes room for `extra` more bytes at once, so that it is not moved while it grows by them; an empty one
   takes no more than that. False as buffer_append. */
bool buffer_reserve(struct buffer *buffer, size_t extra);

/* buffer_append(buffer, bytes): appends a copy of bytes, which are not its own. False when memory or the ceiling is
   exhausted; buffer is then unchanged. */
bool buffer_append(struct buffer *buffer, struct bytes bytes);

/* buffer_append_room(buffer, size): appends `size` bytes that the caller fills in before anything else is appended. NULL as
   buffer_append is false. */
uint8_t *buffer_append_room(struct buffer *buffer, size_t size);

/* buffer_append_text(buffer, text): appends its bytes; an absent text appends nothing. False as buffer_append. */
bool buffer_append_text(struct buffer *buffer, struct text text);

/* buffer_append_string(buffer, string): appends a NUL-terminated string without its NUL. False as buffer_append. */
bool buffer_append_string(struct buffer *buffer, const char *string);

/* buffer_append_byte(buffer, byte): appends one byte. False as buffer_append. */
bool buffer_append_byte(struct buffer *buffer, uint8_t byte);

/* buffer_append_integer(buffer, value, width): appends decimal digits, left-filled with zeros to `width`, which counts
   a minus sign. False as buffer_append. */
bool buffer_append_integer(struct buffer *buffer, int64_t value, int width);

/* buffer_view(buffer): what it holds; valid until the next change of the buffer. */
struct bytes buffer_view(const struct buffer *buffer);

/* buffer_text(buffer): what it holds, as text; never absent. */
struct text buffer_text(const struct buffer *buffer);

#endif
