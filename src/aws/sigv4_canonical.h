/*
 * The parts of a canonical request: the one form of a path, of a query and of headers that both sides of a signature come to
 * (AWS, IAM User Guide, "Create a signed AWS API request", step 1).
 */
#ifndef SIGV4_CANONICAL_H
#define SIGV4_CANONICAL_H

#include "limits.h"
#include "sigv4.h"

/* Headers in the order they are signed in. */
struct sigv4_canonical_headers {
	struct http_field items[LIMIT_SIGNED_FIELDS];
	size_t count;
};

/* sigv4_canonical_insert(headers, header): puts a header, for which there is room, where it belongs: by its name in lower
   case, behind those of the same name. */
void sigv4_canonical_insert(struct sigv4_canonical_headers *headers, struct http_field header);

/* sigv4_canonical_names(out, headers): appends their names, each once, with ';' between. False when out cannot grow. */
bool sigv4_canonical_names(struct buffer *out, const struct sigv4_canonical_headers *headers);

/* sigv4_canonical_lines(out, headers): appends a line `name:value,value` for each name; of a value without the blanks around
   it, and with one space for each run of them within. False when out cannot grow. */
bool sigv4_canonical_lines(struct buffer *out, const struct sigv4_canonical_headers *headers);

/* sigv4_canonical_path(out, request): appends the path, as the request says: without empty and dot segments, encoded once
   more. False when out cannot grow. */
bool sigv4_canonical_path(struct buffer *out, const struct sigv4_request *request);

/* sigv4_canonical_parameters(query): how many parameters, empty ones included, a query has at most. */
size_t sigv4_canonical_parameters(struct text query);

/* sigv4_canonical_query(out, query): appends its parameters, at most LIMIT_SIGNED_FIELDS, sorted by name and value, both
   decoded and encoded again. False when memory is exhausted or out cannot grow. */
bool sigv4_canonical_query(struct buffer *out, struct text query);

/* sigv4_canonical_parameter(out, parameter): appends `name=` and the encoded value to a query. False when out cannot grow. */
bool sigv4_canonical_parameter(struct buffer *out, struct http_field parameter);

#endif
