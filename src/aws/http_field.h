/*
 * A field of a message: a header (RFC 9110 section 5), or a parameter of a query or form.
 */
#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H

#include "bytes.h"

struct http_field {
	struct text name;
	struct text value;
};

#endif
