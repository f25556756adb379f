/*
 * Signing beyond AWS's suite: what is refused, what is added, how a signature is used again.
 */
#include "sigv4.h"

#include "limits.h"
#include "tap.h"

static struct hash_context *hash;
static struct sigv4 sigv4;
static struct hansard_error error;
static struct http_field headers[LIMIT_SIGNED_FIELDS];
static uint8_t secret[LIMIT_AWS_SECRET + 1];

static struct aws_keys keys(void)
{
	memset(secret, 's', sizeof(secret));
	return (struct aws_keys){.id = TEXT("AKID"), .secret = {.data = secret, .size = 40}, .token = TEXT("token")};
}

static struct sigv4_request request(void)
{
	headers[0] = (struct http_field){.name = TEXT("host"), .value = TEXT("localhost:8000")};
	return (struct sigv4_request){
		.method = TEXT("POST"),
		.path = TEXT("/"),
		.headers = headers,
		.header_count = 1,
		.body = bytes_of_text(TEXT("{}")),
		.region = TEXT("us-east-1"),
		.service = TEXT("dynamodb"),
		.time = INT64_C(1440938160999999),
	};
}

static void begin(void)
{
	if (hash == NULL)
		sigv4_init(&sigv4);
	hash_destroy(hash);
	hash = hash_create();
	expect(hash != NULL);
}

static enum hansard_status sign(const struct sigv4_request *request, const struct aws_keys *keys)
{
	memset(&error, 0, sizeof(error));
	return sigv4_sign(hash, request, keys, &sigv4, &error);
}

/* Expects the names of what signing added, in their order, with ';' behind each. */
static void expect_added(const char *names)
{
	char joined[128];
	size_t size = 0;
	for (size_t i = 0; i < sigv4.added_count; i++)
		size += (size_t)snprintf(joined + size, sizeof(joined) - size, "%.*s;", (int)sigv4.added[i].name.size,
								 sigv4.added[i].name.data);
	expect_string(size > 0 ? joined : "", names);
}

static void adds_headers(void)
{
	struct sigv4_request what = request();
	struct aws_keys who = keys();
	begin();
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect_added("X-Amz-Security-Token;X-Amz-Date;Authorization;");
	expect_text(buffer_text(&sigv4.signed_headers), "host;x-amz-date;x-amz-security-token");
	expect_text(sigv4.added[0].value, "token");
	expect_text(sigv4.added[1].value, "20150830T123600Z");
	expect(text_equal(sigv4.added[2].value, buffer_text(&sigv4.authorization)));
	what.token_not_signed = what.body_hash_sent = true;
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect_added("X-Amz-Security-Token;X-Amz-Date;X-Amz-Content-Sha256;Authorization;");
	expect_text(buffer_text(&sigv4.signed_headers), "host;x-amz-content-sha256;x-amz-date");
	expect_text(sigv4.added[2].value, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
	who.token = TEXT_ABSENT;
	what.body_hash_sent = false;
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect_added("X-Amz-Date;Authorization;");
	expect_text(buffer_text(&sigv4.signed_headers), "host;x-amz-date");
	expect_integer((int64_t)sigv4.query.size, 0);
}

static void adds_parameters(void)
{
	struct sigv4_request what = request();
	const struct aws_keys who = keys();
	begin();
	what.expires_s = 60;
	what.query = TEXT("b=1");
	what.body_hash_sent = true;
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect_added("");
	expect_integer((int64_t)sigv4.authorization.size, 0);
	expect_text(
		text_slice(buffer_text(&sigv4.query), 0, sigv4.query.size - SIGV4_HEX_SIZE),
		"b=1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fdynamodb%2Faws4_request"
		"&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=60&X-Amz-Security-Token=token"
		"&X-Amz-Signature=");
}

enum { PARTS = 10 };

/* Changes one part of a request, of its scope or of the keys. */
static void change(int part, struct sigv4_request *what, struct aws_keys *who)
{
	what->method = part == 1 ? TEXT("GET") : what->method;
	what->path = part == 2 ? TEXT("/a") : what->path;
	what->query = part == 3 ? TEXT("a") : what->query;
	what->body = part == 4 ? bytes_of_text(TEXT("{ }")) : what->body;
	what->region = part == 5 ? TEXT("us-east-2") : what->region;
	what->service = part == 6 ? TEXT("kms") : what->service;
	what->time += part == 7 ? 1 : 0; /* the next second */
	headers[0].value = part == 8 ? TEXT("localhost:8001") : headers[0].value;
	secret[39] = part == 9 ? 't' : 's';
	who->token = part == 10 ? TEXT("token2") : who->token;
}

static void all_is_signed(void)
{
	char seen[PARTS + 1][SIGV4_HEX_SIZE];
	begin();
	for (int part = 0; part <= PARTS; part++) {
		struct sigv4_request what = request();
		struct aws_keys who = keys();
		change(part, &what, &who);
		expect_integer(sign(&what, &who), HANSARD_OK);
		for (int other = 0; other < part; other++)
			expect(memcmp(seen[other], sigv4.signature, SIGV4_HEX_SIZE) != 0);
		memcpy(seen[part], sigv4.signature, SIGV4_HEX_SIZE);
	}
}

static void is_used_again(void)
{
	struct sigv4_request what = request();
	const struct aws_keys who = keys();
	char first[SIGV4_HEX_SIZE];
	begin();
	expect_integer(sign(&what, &who), HANSARD_OK);
	memcpy(first, sigv4.signature, SIGV4_HEX_SIZE);
	what.expires_s = 5;
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect(memcmp(first, sigv4.signature, SIGV4_HEX_SIZE) != 0);
	what.expires_s = 0;
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect(memcmp(first, sigv4.signature, SIGV4_HEX_SIZE) == 0);
	sigv4_finish(&sigv4);
	sigv4_finish(&sigv4);
	expect_integer((int64_t)sigv4.canonical_request.size, 0);
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect(memcmp(first, sigv4.signature, SIGV4_HEX_SIZE) == 0);
}

static void expect_refused(const struct sigv4_request *what, const struct aws_keys *who)
{
	expect_integer(sign(what, who), HANSARD_INVALID);
	expect_string(error.kind, "not_signable");
	expect_integer((int64_t)(sigv4.added_count + sigv4.canonical_request.size + sigv4.signed_headers.size), 0);
	expect_integer(sigv4.signature[0], 0);
}

static void secrets_have_sizes(void)
{
	const struct sigv4_request what = request();
	struct aws_keys who = keys();
	begin();
	for (size_t size = 0; size <= LIMIT_AWS_SECRET + 1; size++) {
		who.secret.size = size;
		if (size >= 1 && size <= LIMIT_AWS_SECRET)
			expect_integer(sign(&what, &who), HANSARD_OK);
		else
			expect_refused(&what, &who);
	}
}

static void headers_are_counted(void)
{
	struct sigv4_request what = request();
	const struct aws_keys who = keys();
	begin();
	for (size_t i = 1; i < LIMIT_SIGNED_FIELDS; i++)
		headers[i] = (struct http_field){.name = TEXT("x"), .value = TEXT("y")};
	what.body_hash_sent = true;
	what.header_count = LIMIT_SIGNED_FIELDS - SIGV4_ADDED;
	expect_integer(sign(&what, &who), HANSARD_OK);
	what.header_count++;
	expect_refused(&what, &who);
}

static void parameters_are_counted(void)
{
	static char query[] =
		"a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&"
		"a&a&a&a&a&a&a&a&a";
	struct sigv4_request what = request();
	const struct aws_keys who = keys();
	begin();
	what.expires_s = 1;
	what.query = text_of_string(query);
	expect_integer((int64_t)what.query.size, 2 * (LIMIT_SIGNED_FIELDS - 6) - 1);
	expect_integer(sign(&what, &who), HANSARD_OK);
	what.query.data =
		"a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&"
		"a&a&a&a&a&a&a&a&a&";
	what.query.size++;
	expect_refused(&what, &who);
}

static void times_are_of_the_calendar(void)
{
	struct sigv4_request what = request();
	const struct aws_keys who = keys();
	begin();
	what.time = INT64_C(253402300799999999);
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect_text(sigv4.added[1].value, "99991231T235959Z");
	what.time++;
	expect_refused(&what, &who);
	what.time = INT64_C(-62135596800000000);
	expect_integer(sign(&what, &who), HANSARD_OK);
	expect_text(sigv4.added[1].value, "00010101T000000Z");
	what.time--;
	expect_refused(&what, &who);
}

static void texts_have_a_ceiling(void)
{
	static char path[LIMIT_SIGNED_BYTES + 1];
	struct sigv4_request what = request();
	const struct aws_keys who = keys();
	begin();
	memset(path, '/', sizeof(path));
	what.path = (struct text){.data = path, .size = LIMIT_SIGNED_BYTES - 1000};
	what.path_kept = true;
	expect_integer(sign(&what, &who), HANSARD_OK);
	what.path.size = sizeof(path);
	expect_integer(sign(&what, &who), HANSARD_FAILED);
	expect_string(error.kind, "out_of_memory");
	expect_integer((int64_t)(sigv4.added_count + sigv4.canonical_request.size), 0);
	sigv4_finish(&sigv4);
	hash_destroy(hash);
	hash = NULL;
}

static const struct tap_test tests[] = {
	{"signing by header adds the token, the date, the body's hash where asked for, and the signature", adds_headers},
	{"signing by query adds parameters and no header", adds_parameters},
	{"a signature covers every part of a request, of its scope and of its keys", all_is_signed},
	{"a signature can be made anew in place of another, also when it is finished", is_used_again},
	{"a secret has 1 to 256 bytes", secrets_have_sizes},
	{"60 headers are signed, and 61 refused", headers_are_counted},
	{"58 parameters are signed, and 59 refused", parameters_are_counted},
	{"a time outside the calendar is refused", times_are_of_the_calendar},
	{"what is longer than the ceiling is out of memory, and nothing is left of it", texts_have_a_ceiling},
};

TAP_MAIN(tests)
