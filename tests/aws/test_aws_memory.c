/*
 * Every allocation of signing fails once: an error says so, nothing is leaked, and wherever it ended, neither the secret with its
 * prefix nor a key that was derived of it is left anywhere in the memory of the process.
 */
#include "allocations.h"
#include "mac.h"
#include "memory_search.h"
#include "sigv4.h"

enum { KEYS = 5, SECRET = KEYS };

static struct hash_context *hash;
static struct sigv4 sigv4;
static struct hansard_error error;
static enum hansard_status status;

/* "AWS4" and the secret: the prefix lies apart, so that they are together only where signing puts them. */
static char prefix[] = "AWS4";
static char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY/and/some/more/of/it/to/be/found";

static bool by_query;

static void sign_deep(void)
{
	const struct http_field host = {.name = TEXT("host"), .value = TEXT("dynamodb.us-east-1.amazonaws.com")};
	const struct sigv4_request request = {
		.method = TEXT("POST"),
		.path = TEXT("/a/../b"),
		.query = TEXT("b=1&a=2"),
		.headers = &host,
		.header_count = 1,
		.body = bytes_of_text(TEXT("{}")),
		.region = TEXT("us-east-1"),
		.service = TEXT("dynamodb"),
		.time = INT64_C(1440938160000000),
		.expires_s = by_query ? 60 : 0,
	};
	const struct aws_keys keys = {
		.id = TEXT("AKIDEXAMPLE"),
		.secret = {.data = (const uint8_t *)secret, .size = sizeof(secret) - 1},
		.token = TEXT("token"),
	};
	status = sigv4_sign(hash, &request, &keys, &sigv4, &error);
}

static void sign(void)
{
	search_deep(sign_deep);
}

/* Remembers the chain of keys, and leaves none of them behind. */
static void remember_chain(void)
{
	static const char *const names[KEYS] = {"AWS4 and the secret", "key of the date", "key of the region",
											"key of the service", "signing key"};
	static const char *const steps[KEYS - 1] = {"20150830", "us-east-1", "dynamodb", "aws4_request"};
	uint8_t key[sizeof(prefix) + sizeof(secret)];
	size_t size = sizeof(prefix) + sizeof(secret) - 2;
	memcpy(key, prefix, sizeof(prefix) - 1);
	memcpy(key + sizeof(prefix) - 1, secret, sizeof(secret) - 1);
	search_count = 0;
	for (size_t i = 0; i < KEYS; i++) {
		search_remember(names[i], key);
		if (i == KEYS - 1)
			break;
		struct mac *mac = mac_create((struct bytes){.data = key, .size = size});
		const struct bytes step = bytes_of_text(text_of_string(steps[i]));
		expect(mac != NULL && mac_key(mac, &step, 1, key));
		mac_destroy(mac);
		size = MAC_SIZE;
	}
	secret_wipe(key, sizeof(key));
	search_remember("end of the secret", (const uint8_t *)secret + sizeof(secret) - 1 - SECRET_SIZE);
}

/* But for the secret where the test has it. */
static void expect_none_left(void)
{
	int found[SEARCH_SECRETS];
	search_find(found);
	for (size_t i = 0; i < search_count; i++)
		if (found[i] != (i == SECRET ? 1 : 0))
			tap_fail(__FILE__, __LINE__, "%s is found %d times", search_names[i], found[i]);
}

static void begin(void)
{
	sigv4_init(&sigv4);
	hash = hash_create();
	expect(hash != NULL);
}

static void end(void)
{
	sigv4_finish(&sigv4);
	hash_destroy(hash);
}

/* That the search finds what is there. */
static void keys_are_found(void)
{
	static uint8_t copy[sizeof(prefix) + sizeof(secret)];
	int found[SEARCH_SECRETS];
	search_need_little_memory();
	begin();
	remember_chain();
	expect_none_left();
	memcpy(copy, prefix, sizeof(prefix) - 1);
	memcpy(copy + sizeof(prefix) - 1, secret, sizeof(secret) - 1);
	search_find(found);
	expect_integer(found[0], 1);
	secret_wipe(copy, sizeof(copy));
	expect_none_left();
	end();
}

static void keys_are_wiped(void)
{
	search_need_little_memory();
	begin();
	remember_chain();
	by_query = false;
	sign();
	expect_integer(status, HANSARD_OK);
	expect_none_left();
	by_query = true;
	sign();
	expect_integer(status, HANSARD_OK);
	expect_none_left();
	end();
}

/* Signs with the n-th allocation failing; whether there was an n-th. What OpenSSL's contexts keep goes with the hash's. */
static bool fail(int n)
{
	memset(&error, 0, sizeof(error));
	hash = hash_create();
	expect(hash != NULL);
	allocations_fail_at(n);
	sign();
	const bool reached = allocations_stop() >= n;
	hash_destroy(hash);
	hash = NULL;
	return reached;
}

static void fail_each(void)
{
	int failed = 0;
	begin();
	allocations_fail_at(0);
	sign();
	end();
	if (allocations_stop() == 0)
		tap_skip("another allocator stands in front of the test's: that of a sanitizer or of valgrind");
	search_need_little_memory();
	remember_chain();
	/* What OpenSSL keeps for the thread once something has failed is allocated by a first round. */
	for (int n = 1; fail(n); n++)
		;
	for (int n = 1;; n++) {
		sigv4_finish(&sigv4);
		const long live = allocations_live();
		const bool reached = fail(n);
		expect_none_left();
		expect(status == HANSARD_OK || allocations_live() <= live);
		expect(status == HANSARD_OK || sigv4.canonical_request.size + sigv4.added_count == 0);
		if (!reached)
			break;
		failed += status != HANSARD_OK;
		if (status != HANSARD_OK)
			expect_integer(status, HANSARD_FAILED);
		if (status != HANSARD_OK && strcmp(error.kind, "out_of_memory") != 0)
			expect_string(error.kind, "crypto_failed");
	}
	expect_integer(status, HANSARD_OK);
	expect(failed > 10);
	sigv4_finish(&sigv4);
}

static void failing_by_header(void)
{
	by_query = false;
	fail_each();
}

static void failing_by_query(void)
{
	by_query = true;
	fail_each();
}

static const struct tap_test tests[] = {
	{"a copy of a key is found when there is one", keys_are_found},
	{"signing leaves no key behind", keys_are_wiped},
	{"signing by header survives every failing allocation, and leaves no key behind", failing_by_header},
	{"signing by query survives every failing allocation, and leaves no key behind", failing_by_query},
};

TAP_MAIN(tests)
