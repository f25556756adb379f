/*
 * A request to be signed, with whom it is signed for and how, read from JSON as tests/vectors/published/aws_sigv4.json has it.
 */
#ifndef SIGNING_CASE_H
#define SIGNING_CASE_H

#include "moment.h"
#include "sigv4.h"
#include "vectors.h"

enum { SIGNING_HEADERS = 32 };

/* A text that may be null, then absent. */
__attribute__((unused)) static struct text signing_optional(const json_t *object, const char *name)
{
	return text_of_string(json_string_value(json_object_get(object, name)));
}

/* The header at a place of a list of [name, value]. */
__attribute__((unused)) static struct http_field signing_header(const json_t *list, size_t at)
{
	const json_t *pair = json_array_get(list, at);
	return (struct http_field){.name = text_of_string(json_string_value(json_array_get(pair, 0))),
							   .value = text_of_string(json_string_value(json_array_get(pair, 1)))};
}

/* Microseconds of "2015-08-30T12:36:00Z". */
__attribute__((unused)) static int64_t signing_time(struct text timestamp)
{
	char text[MOMENT_SIZE] = "0000-00-00T00:00:00.000000Z";
	int64_t micros;
	expect_integer((int64_t)timestamp.size, 20);
	memcpy(text, timestamp.data, 19);
	expect(moment_parse((struct text){.data = text, .size = MOMENT_SIZE}, &micros));
	return micros;
}

/* Signed by header; its views are those of the row and of `headers`. */
__attribute__((unused)) static struct sigv4_request signing_request(const json_t *row,
																	struct http_field headers[SIGNING_HEADERS])
{
	const json_t *request = json_object_get(row, "request");
	const json_t *context = json_object_get(row, "context");
	const json_t *list = json_object_get(request, "headers");
	const size_t count = json_array_size(list);
	expect(count <= SIGNING_HEADERS);
	for (size_t i = 0; i < count; i++)
		headers[i] = signing_header(list, i);
	return (struct sigv4_request){
		.method = vectors_text(request, "method"),
		.path = vectors_text(request, "path"),
		.query = signing_optional(request, "query"),
		.headers = headers,
		.header_count = count,
		.body = bytes_of_text(vectors_text(request, "body")),
		.region = vectors_text(context, "region"),
		.service = vectors_text(context, "service"),
		.time = signing_time(vectors_text(context, "timestamp")),
		.path_kept = !json_is_true(json_object_get(context, "normalize")),
		.path_encoded = json_is_true(json_object_get(context, "encoded")),
		.body_hash_sent = json_is_true(json_object_get(context, "sign_body")),
		.token_not_signed = json_is_true(json_object_get(context, "omit_session_token")),
	};
}

/* After how many seconds a signature by query expires. */
__attribute__((unused)) static int64_t signing_expires(const json_t *row)
{
	return vectors_integer(json_object_get(row, "context"), "expiration_in_seconds");
}

__attribute__((unused)) static struct aws_keys signing_keys(const json_t *row)
{
	const json_t *keys = json_object_get(json_object_get(row, "context"), "credentials");
	return (struct aws_keys){.id = vectors_text(keys, "access_key_id"),
							 .secret = bytes_of_text(vectors_text(keys, "secret_access_key")),
							 .token = signing_optional(keys, "token")};
}

#endif
