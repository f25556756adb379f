/*
 * Reading JSON (RFC 8259) within limits, into values of jansson: at most LIMIT_JSON_BYTES, at most LIMIT_JSON_VALUES, at
 * most LIMIT_JSON_DEPTH deep, no duplicate keys, no U+0000, valid UTF-8. Limits are checked before anything is built.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include <jansson.h>

#include "bytes.h"

/* json_read(name, input, ret_value, error): parses one JSON value; `name` is shown in errors as the place, with line
   and column ("name:2:7: ..."). On success the caller owns *ret_value (json_decref). Errors: HANSARD_INVALID
   "invalid_json", HANSARD_FAILED. */
enum hansard_status json_read(struct text name, struct bytes input, json_t **ret_value, struct hansard_error *error);

/* json_read_text(value): the text of a JSON string, owned by the value; absent when value is NULL or no string. */
struct text json_read_text(const json_t *value);

/* json_read_scaled(value, scale, ret_number): a JSON number times `scale` (a power of ten), exactly when it is an
   integer, else rounded to the nearest; false when value is no number or the result is beyond LIMIT_INTEGER. */
bool json_read_scaled(const json_t *value, int64_t scale, int64_t *ret_number);

#endif
