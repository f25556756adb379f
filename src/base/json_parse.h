/*
 * Parsing JSON (RFC 8259) into values of jansson. Its own parser is not used: where memory is exhausted it loses
 * characters, writes behind what it allocated, or calls the input wrong.
 */
#ifndef JSON_PARSE_H
#define JSON_PARSE_H

#include <jansson.h>

#include "bytes.h"

struct json_parse_fault {
	size_t offset;
	const char *what; /* NULL: memory is exhausted */
	struct text key;  /* that is there twice, as written, in its quotes; else absent */
};

/* json_parse(input, ret_fault): the value that input, UTF-8 of bounded depth, holds; the caller owns it (json_decref).
   NULL when it is no JSON, has a key twice, U+0000, a surrogate without its partner or a number beyond 64 bits or a
   double's range; *ret_fault then says where and what. */
json_t *json_parse(struct bytes input, struct json_parse_fault *ret_fault);

#endif
