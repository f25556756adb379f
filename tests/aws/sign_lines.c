/*
 * Signs the requests of standard input, a case in JSON a line (signing_case.h), by query where it has an expiration. Prints a line
 * of JSON for each: signature, signed_headers, canonical_request.
 */
#include "signing_case.h"

static void print(const struct sigv4 *sigv4)
{
	const struct bytes canonical = buffer_view(&sigv4->canonical_request);
	json_t *line = json_pack("{s:s%, s:s%, s:s%}", "signature", sigv4->signature, (size_t)SIGV4_HEX_SIZE,
							 "signed_headers", sigv4->signed_headers.data, sigv4->signed_headers.size,
							 "canonical_request", canonical.data, canonical.size);
	expect(line != NULL);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static void sign(struct hash_context *hash, const json_t *row, struct sigv4 *sigv4)
{
	struct http_field headers[SIGNING_HEADERS];
	struct sigv4_request request = signing_request(row, headers);
	const struct aws_keys keys = signing_keys(row);
	struct hansard_error error;
	if (json_object_get(json_object_get(row, "context"), "expiration_in_seconds") != NULL)
		request.expires_s = signing_expires(row);
	if (sigv4_sign(hash, &request, &keys, sigv4, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	print(sigv4);
}

static void run(void)
{
	static char line[1 << 20];
	struct hash_context *hash = hash_create();
	struct sigv4 sigv4;
	expect(hash != NULL);
	sigv4_init(&sigv4);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		json_error_t fault;
		json_t *row = json_loads(line, 0, &fault);
		expect(row != NULL);
		sign(hash, row, &sigv4);
		json_decref(row);
	}
	sigv4_finish(&sigv4);
	hash_destroy(hash);
}

int main(void)
{
	if (setjmp(tap_exit) != 0)
		return 1;
	run();
	return 0;
}
