/*
 * AWS's own suite of Signature Version 4 (tests/vectors/published/ORIGIN.md): every case, by header and by query, every stage
 * by itself.
 */
#include "signing_case.h"

enum { CASES = 42 };

/* What is there to be compared of all cases. */
static struct {
	int by_header;
	int by_query;
	int canonical_requests;
	int strings_to_sign;
	int signatures;
	int signed_requests;
} seen;

static struct hash_context *hash;

/* Compares a stage that is there; 1 if it is. */
static int compare(const char *name, const json_t *stages, const char *stage, struct text actual)
{
	const char *wanted = json_string_value(json_object_get(stages, stage));
	if (wanted != NULL && !text_is(actual, wanted))
		tap_fail(__FILE__, __LINE__, "%s, %s: \"%.*s\" is not \"%s\"", name, stage, (int)actual.size, actual.data,
				 wanted);
	return wanted != NULL;
}

/* How often a header is in a list; blanks around it are none of it. */
static int count_header(const struct http_field *list, size_t count, struct http_field header)
{
	int found = 0;
	for (size_t i = 0; i < count; i++)
		found += text_equal_ignoring_case(list[i].name, header.name) &&
				 text_equal(text_trim(list[i].value), text_trim(header.value));
	return found;
}

/* The request as it is sent with what signing added is the signed one: its query to the letter, its headers in any order. */
static int compare_request(const char *name, const json_t *stages, const struct sigv4_request *request,
						   const struct sigv4 *sigv4)
{
	const json_t *wanted = json_object_get(stages, "signed_request");
	const json_t *list = json_object_get(wanted, "headers");
	struct http_field sent[SIGNING_HEADERS + SIGV4_ADDED], expected[SIGNING_HEADERS + SIGV4_ADDED];
	const size_t count = request->header_count + sigv4->added_count;
	if (wanted == NULL)
		return 0;
	if (count != json_array_size(list))
		tap_fail(__FILE__, __LINE__, "%s: %zu headers are sent", name, count);
	memcpy(sent, request->headers, request->header_count * sizeof(sent[0]));
	memcpy(sent + request->header_count, sigv4->added, sigv4->added_count * sizeof(sent[0]));
	for (size_t i = 0; i < count; i++)
		expected[i] = signing_header(list, i);
	for (size_t i = 0; i < count; i++)
		if (count_header(sent, count, sent[i]) != count_header(expected, count, sent[i]))
			tap_fail(__FILE__, __LINE__, "%s: the header %.*s", name, (int)sent[i].name.size, sent[i].name.data);
	expect(text_equal(request->method, vectors_text(wanted, "method")));
	expect(text_equal(request->path, vectors_text(wanted, "path")));
	expect(bytes_equal(request->body, bytes_of_text(vectors_text(wanted, "body"))));
	expect(text_equal(request->expires_s > 0 ? buffer_text(&sigv4->query) : request->query,
					  signing_optional(wanted, "query")));
	return 1;
}

static void compare_stages(const json_t *row, const char *kind, const struct sigv4_request *request)
{
	const char *name = json_string_value(json_object_get(row, "name"));
	const json_t *stages = json_object_get(row, kind);
	const struct aws_keys keys = signing_keys(row);
	struct sigv4 sigv4;
	sigv4_init(&sigv4);
	expect_integer(sigv4_sign(hash, request, &keys, &sigv4, NULL), HANSARD_OK);
	const struct text signature = {.data = sigv4.signature, .size = SIGV4_HEX_SIZE};
	seen.canonical_requests += compare(name, stages, "canonical_request", buffer_text(&sigv4.canonical_request));
	seen.strings_to_sign += compare(name, stages, "string_to_sign", buffer_text(&sigv4.string_to_sign));
	seen.signatures += compare(name, stages, "signature", signature);
	seen.signed_requests += compare_request(name, stages, request, &sigv4);
	sigv4_finish(&sigv4);
}

static void by_header(const json_t *row)
{
	struct http_field headers[SIGNING_HEADERS];
	const struct sigv4_request request = signing_request(row, headers);
	compare_stages(row, "header", &request);
	seen.by_header++;
}

static void by_query(const json_t *row)
{
	struct http_field headers[SIGNING_HEADERS];
	struct sigv4_request request = signing_request(row, headers);
	if (json_object_get(row, "query") == NULL)
		return;
	request.expires_s = signing_expires(row);
	compare_stages(row, "query", &request);
	seen.by_query++;
}

static void each(void (*run)(const json_t *row))
{
	size_t at;
	json_t *row;
	memset(&seen, 0, sizeof(seen));
	json_t *rows = vectors_load(PUBLISHED_VECTORS "/aws_sigv4.json");
	hash = hash_create();
	expect(hash != NULL);
	expect_integer((int64_t)json_array_size(rows), CASES);
	json_array_foreach(rows, at, row) run(row);
	hash_destroy(hash);
	json_decref(rows);
}

static void suite_by_header(void)
{
	each(by_header);
	expect_integer(seen.by_header, 42);
	expect_integer(seen.canonical_requests, 41);
	expect_integer(seen.strings_to_sign, 40);
	expect_integer(seen.signatures, 41);
	expect_integer(seen.signed_requests, 40);
}

static void suite_by_query(void)
{
	each(by_query);
	expect_integer(seen.by_query, 39);
	expect_integer(seen.canonical_requests, 39);
	expect_integer(seen.strings_to_sign, 39);
	expect_integer(seen.signatures, 39);
	expect_integer(seen.signed_requests, 38);
}

static const struct tap_test tests[] = {
	{"signing by header comes to every stage of the 40 cases of AWS's suite", suite_by_header},
	{"signing by query comes to every stage of the 38 cases of AWS's suite that have it", suite_by_query},
};

TAP_MAIN(tests)
