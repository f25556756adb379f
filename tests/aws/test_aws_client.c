/*
 * A service's client in a scripted world: what goes out, when it goes out again, and what is said of it in the end.
 */
#include "aws_client.h"
#include "limits.h"
#include "scripted_edge.h"
#include "tap.h"

#define URL "POST https://dynamodb.eu-west-1.amazonaws.com/"
#define ERROR_BODY(name) "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" name "\",\"message\":\"it says so\"}"
#define CANCELLED(reasons)                                                                                             \
	"{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"Message\":\"cancelled\","         \
	"\"CancellationReasons\":[" reasons "]}"

static struct aws_credentials *credentials;
static struct aws_client *client;
static struct aws_client_answer answer;
static struct arena *arena;
static struct hansard_error error;

/* Half of what is drawn from. */
static bool half(void *context, uint8_t *data, size_t size)
{
	(void)context;
	memset(data, 0, size);
	data[size - 1] = 0x80;
	return true;
}

static void begin_service(enum aws_endpoint_service service, const char *url)
{
	struct aws_url parts;
	aws_client_destroy(client);
	aws_credentials_destroy(credentials);
	aws_client_answer_finish(&answer);
	arena_destroy(arena);
	client = NULL;
	credentials = NULL;
	arena = arena_create(1 << 20);
	scripted_edge_begin();
	scripted_edge_variable("HOME=/home/ada");
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AKID");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SECRET");
	const struct aws_credentials_options theirs = {.edge = scripted_edge(), .region = TEXT("eu-west-1")};
	expect_integer(aws_credentials_create(&theirs, &credentials, &error), HANSARD_OK);
	expect(aws_url_parse(text_of_string(url), &parts));
	const struct aws_client_options options = {.edge = scripted_edge(),
											   .entropy = {.fill = half},
											   .credentials = credentials,
											   .service = service,
											   .endpoint = {.url = text_of_string(url), .parts = parts},
											   .region = TEXT("eu-west-1")};
	expect_integer(aws_client_create(&options, &client, &error), HANSARD_OK);
}

static void begin(void)
{
	begin_service(AWS_ENDPOINT_DYNAMODB, "https://dynamodb.eu-west-1.amazonaws.com");
}

static enum hansard_status ask(bool write)
{
	const struct aws_client_request request = {.operation = write ? "TransactWriteItems" : "Query",
											   .body = {.data = (const uint8_t *)"{}", .size = 2},
											   .write = write};
	memset(&error, 0, sizeof(error));
	return aws_client_send(client, &request, arena, &answer, &error);
}

static void expect_asked(const char *what)
{
	if (strstr(scripted_edge_log(), what) == NULL)
		tap_fail(__FILE__, __LINE__, "not asked: %s\nbut\n%s", what, scripted_edge_log());
}

/* The pauses that were made, and no others. */
static void expect_pauses(const char *wanted)
{
	char found[512] = "";
	for (const char *at = strstr(scripted_edge_log(), "pause "); at != NULL; at = strstr(at + 1, "\npause ")) {
		const char *from = at + (at[0] == '\n' ? 7 : 6);
		const size_t size = strlen(found);
		snprintf(found + size, sizeof(found) - size, "%s%.*s", size > 0 ? " " : "", (int)strcspn(from, "\n"), from);
	}
	expect_string(found, wanted);
}

static void signed_and_sent(void)
{
	begin();
	scripted_edge_answer(URL, 200, "{\"Count\":0}");
	expect_integer(ask(false), HANSARD_OK);
	expect_text(buffer_text(&answer.body), "{\"Count\":0}");
	expect_integer(answer.sendings, 1);
	expect_integer(answer.unheard, 0);
	expect_asked(URL "\nhost: dynamodb.eu-west-1.amazonaws.com\ncontent-type: application/x-amz-json-1.0\n"
					 "x-amz-target: DynamoDB_20120810.Query\nX-Amz-Date: 20260101T000000Z\n"
					 "Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/dynamodb/aws4_request, "
					 "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
					 "Signature=6975389dcaae9b5f5efc44f6c1dee485f6329e32268978b154a70ddd679ee778\nbody {}\n");
	expect_integer(scripted_edge_deadline(), scripted_edge_steady() + RETRY_READ_US);
}

static void of_other_services(void)
{
	begin_service(AWS_ENDPOINT_KMS, "http://127.0.0.1:8000/kms");
	scripted_edge_answer("POST http://127.0.0.1:8000/kms", 200, "{}");
	expect_integer(ask(true), HANSARD_OK);
	expect_asked(
		"host: 127.0.0.1:8000\ncontent-type: application/x-amz-json-1.1\nx-amz-target: TrentService.TransactWriteItems\n");
	expect_asked("/eu-west-1/kms/aws4_request");
	expect_integer(scripted_edge_deadline(), scripted_edge_steady() + RETRY_WRITE_US);
}

static void again(void)
{
	begin();
	scripted_edge_answer(URL, 400, ERROR_BODY("ThrottlingException"));
	scripted_edge_answer(URL, 500, "");
	scripted_edge_lost(URL);
	scripted_edge_answer(URL, 200, "{}");
	expect_integer(ask(false), HANSARD_OK);
	expect_pauses("500000 25000 50000");
	expect_integer(answer.sendings, 4);
	expect_integer(answer.unheard, 2);
	expect_integer(scripted_edge_answers_left(), 0);
}

/* Where the service says how long to wait. */
static void as_it_says(void)
{
	begin();
	scripted_edge_answer_fields(URL, 503, "x-amz-retry-after: 1500\n", "");
	scripted_edge_answer_fields(URL, 503, "x-amz-retry-after: 99999999999\n", "");
	scripted_edge_answer(URL, 200, "{}");
	expect_integer(ask(false), HANSARD_OK);
	expect_pauses("1500000 25000");
}

static void not_again(void)
{
#define ITS_WORDS "what it refuses stands in its words; whoever runs the service finds it by the request"
	static const struct {
		int status;
		const char *fields, *body;
		enum hansard_status expected;
		enum retry_kind kind;
		const char *error_kind, *message, *hint;
	} rows[] = {
		{400, "x-amzn-requestid: R1\n", ERROR_BODY("ValidationException"), HANSARD_FAILED, RETRY_DEFINITE, "refused",
		 "DynamoDB refuses Query: ValidationException: it says so (HTTP 400, request R1)", ITS_WORDS},
		{400, "", ERROR_BODY("ConditionalCheckFailedException"), HANSARD_FAILED, RETRY_CONDITION, "refused",
		 "DynamoDB refuses Query: ConditionalCheckFailedException: it says so (HTTP 400, request unknown)", ""},
		{400, "", ERROR_BODY("AccessDeniedException"), HANSARD_FAILED, RETRY_DEFINITE, "refused",
		 "DynamoDB refuses Query: AccessDeniedException: it says so (HTTP 400, request unknown)",
		 "whoever administers the account must allow dynamodb:Query to these credentials: environment"},
		{400, "x-amzn-errortype: OddException:http://x/\n", "{}", HANSARD_FAILED, RETRY_DEFINITE, "refused",
		 "DynamoDB refuses Query: OddException (HTTP 400, request unknown)", ITS_WORDS},
		{404, "", "<html>", HANSARD_FAILED, RETRY_DEFINITE, "refused",
		 "DynamoDB refuses Query: it does not say why (HTTP 404, request unknown)", ITS_WORDS},
		{400, "", CANCELLED("{\"Code\":\"None\"},{\"Code\":\"ConditionalCheckFailed\"}"), HANSARD_FAILED,
		 RETRY_CONDITION, "refused",
		 "DynamoDB refuses Query: TransactionCanceledException: cancelled (HTTP 400, request unknown)", ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		scripted_edge_answer_fields(URL, rows[i].status, rows[i].fields, rows[i].body);
		expect_integer(ask(false), rows[i].expected);
		expect_string(error.message, rows[i].message);
		expect_string(error.kind, rows[i].error_kind);
		expect_string(error.hint, rows[i].hint);
		expect_integer(answer.kind, rows[i].kind);
		expect_integer(answer.sendings, 1);
		expect_integer(answer.unheard, text_present(answer.refusal.name) ? 0 : 1);
		expect_integer((int64_t)answer.body.size, 0);
		expect_pauses("");
	}
}

/* Each error names its list of reasons as in AWS's model of the service. */
static void throttled(const char *body, const char *message)
{
	begin();
	for (int i = 0; i < 4; i++)
		scripted_edge_answer(URL, 400, body);
	expect_integer(ask(false), HANSARD_UNREACHABLE);
	expect_string(error.kind, "throttled");
	expect_string(error.message, message);
}

static void given_up(void)
{
	throttled(
		"{\"__type\":\"ThrottlingException\",\"message\":\"slow down\",\"throttlingReasons\":"
		"[{\"reason\":\"TableReadMaxOnDemandThroughputExceeded\",\"resource\":\"arn:t\"},{\"reason\":\"Other\"}]}",
		"DynamoDB refuses Query: ThrottlingException: slow down; "
		"TableReadMaxOnDemandThroughputExceeded (arn:t), Other (HTTP 400, request unknown)");
	throttled(
		"{\"__type\":\"RequestLimitExceeded\",\"message\":\"slow\",\"ThrottlingReasons\":[{\"reason\":\"AccountLimit\"}]}",
		"DynamoDB refuses Query: RequestLimitExceeded: slow; AccountLimit (HTTP 400, request unknown)");
	expect_integer(answer.unheard, 0);
	expect_integer(scripted_edge_answers_left(), 0);
	begin();
	for (int i = 0; i < 4; i++)
		scripted_edge_lost(URL);
	expect_integer(ask(false), HANSARD_UNREACHABLE);
	expect_string(error.kind, "connection_lost");
	expect_integer(answer.kind, 0);
	expect_integer(answer.unheard, 4);
	begin();
	for (int i = 0; i < 4; i++)
		scripted_edge_answer(URL, 0, "");
	expect_integer(ask(true), HANSARD_UNREACHABLE); /* it never went out: four attempts, as for anything else */
	expect_string(error.kind, "not_connected");
	expect_integer(answer.sendings + answer.unheard, 0);
	expect_integer(scripted_edge_answers_left(), 0);
}

/* A write whose answer was lost is sent until the answer is definite, and says what it cannot know. */
static void until_definite(void)
{
	begin();
	scripted_edge_lost(URL);
	for (int i = 0; i < 5; i++)
		scripted_edge_answer(URL, 503, "");
	scripted_edge_answer(URL, 400, CANCELLED("{\"Code\":\"ConditionalCheckFailed\"},{\"Code\":\"None\"}"));
	expect_integer(ask(true), HANSARD_FAILED);
	expect_integer(answer.kind, RETRY_CONDITION);
	expect_integer(answer.unheard, 6);
	expect_integer((int64_t)answer.refusal.reasons.count, 2);
	expect_text(answer.refusal.reasons.items[0], "ConditionalCheckFailed");
	expect_pauses("12500 25000 50000 100000 200000 400000");
	begin();
	scripted_edge_lost(URL);
	for (int i = 0; i < 30; i++)
		scripted_edge_answer(URL, 500, "");
	const int64_t started = scripted_edge_now();
	expect_integer(ask(true), HANSARD_UNREACHABLE);
	expect_string(error.kind, "service_failed");
	expect(scripted_edge_now() - started < RETRY_WRITE_US && scripted_edge_now() - started > RETRY_WRITE_US / 2);
	expect(answer.unheard > 10);
}

static void contended(void)
{
	begin();
	for (int i = 0; i < 6; i++)
		scripted_edge_answer(URL, 400, CANCELLED("{\"Code\":\"TransactionConflict\"}"));
	scripted_edge_answer(URL, 200, "{}");
	expect_integer(ask(true), HANSARD_OK);
	expect_integer(answer.unheard, 0);
	expect_integer(answer.sendings, 7);
	begin();
	scripted_edge_lost(URL);
	scripted_edge_answer(URL, 400, ERROR_BODY("TransactionInProgressException"));
	scripted_edge_answer(URL, 200, "{}");
	expect_integer(ask(true), HANSARD_OK);
	expect_pauses("12500 4987500");
	begin();
	scripted_edge_answer(URL, 400, ERROR_BODY("TransactionInProgressException"));
	scripted_edge_answer(URL, 520, "");
	scripted_edge_answer(URL, 408, "");
	scripted_edge_answer(URL, 200, "{}");
	expect_integer(ask(true), HANSARD_OK);
	expect_integer(answer.unheard, 3);
	begin();
	scripted_edge_answer(URL, 400, ERROR_BODY("NeverHeardOf"));
	expect_integer(ask(true), HANSARD_FAILED);
	expect_integer(answer.unheard, 0);
	expect(strstr(error.hint, "finds it by the request") != NULL);
}

static void clock_set_right(void)
{
	begin();
	scripted_edge_answer_fields(URL, 400, "date: Thu, 01 Jan 2026 01:00:00 GMT\n",
								ERROR_BODY("InvalidSignatureException"));
	scripted_edge_answer(URL, 200, "{}");
	scripted_edge_answer(URL, 200, "{}");
	expect_integer(ask(false), HANSARD_OK);
	expect_asked("X-Amz-Date: 20260101T000000Z\n");
	expect_asked("X-Amz-Date: 20260101T010000Z\n");
	scripted_edge_pass(60);
	expect_integer(ask(false), HANSARD_OK);
	expect_asked("X-Amz-Date: 20260101T010100Z\n");
	begin();
	for (int i = 0; i < 2; i++)
		scripted_edge_answer_fields(URL, 400, "date: Thu, 01 Jan 2026 01:00:00 GMT\n",
									ERROR_BODY("RequestTimeTooSkewed"));
	expect_integer(ask(false), HANSARD_FAILED);
	expect_string(error.hint, "set the clock of this machine");
	expect_integer(scripted_edge_answers_left(), 0);
	begin(); /* a wrong key is no wrong clock */
	scripted_edge_answer_fields(URL, 400, "date: Thu, 01 Jan 2026 00:03:59 GMT\n",
								ERROR_BODY("InvalidSignatureException"));
	expect_integer(ask(false), HANSARD_FAILED);
	expect_string(error.hint, "check the credentials (environment) and the clock of this machine");
}

static void keys_asked_anew(void)
{
	begin();
	scripted_edge_answer(URL, 400, ERROR_BODY("ExpiredTokenException"));
	scripted_edge_answer(URL, 200, "{}");
	expect_integer(ask(false), HANSARD_OK);
	begin();
	for (int i = 0; i < 2; i++)
		scripted_edge_answer(URL, 400, ERROR_BODY("UnrecognizedClientException"));
	expect_integer(ask(false), HANSARD_FAILED);
	expect_integer(answer.kind, RETRY_EXPIRED);
	expect_integer(scripted_edge_answers_left(), 0);
}

/* ---- refusals ---- */

static void refusals_read(void)
{
	static const struct {
		const char *body, *name, *message;
	} rows[] = {
		{"{\"__type\":\"a#B\",\"message\":\"m\"}", "B", "m"},
		{"{\"__type\":\"B\",\"Message\":\"M\"}", "B", "M"},
		{"{\"code\":\"C\"}", "C", NULL},
		{"{\"__type\":7,\"message\":[]}", NULL, NULL},
		{"[]", NULL, NULL},
		{"", NULL, NULL},
		{"{\"__type\":\"A\",\"__type\":\"B\"}", NULL, NULL},
		{"{\"__type\":\"a#\"}", "", NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_answer http = {.status = 400};
		struct aws_refusal refusal;
		begin();
		http_answer_init(&http, 1 << 16);
		expect(buffer_append_string(&http.body, rows[i].body));
		expect(aws_refusal_read(&http, 0, arena, &refusal));
		expect(text_present(refusal.name) == (rows[i].name != NULL));
		expect(text_present(refusal.message) == (rows[i].message != NULL));
		if (rows[i].name != NULL)
			expect_text(refusal.name, rows[i].name);
		if (rows[i].message != NULL)
			expect_text(refusal.message, rows[i].message);
		expect(!text_present(refusal.throttling) && refusal.reasons.count == 0 && refusal.skew_us == 0);
		http_answer_finish(&http);
	}
}

static void deep_refusals(void)
{
	struct http_answer http = {.status = 400};
	struct aws_refusal refusal;
	begin();
	http_answer_init(&http, 1 << 20);
	for (int i = 0; i < 100000; i++)
		expect(buffer_append_byte(&http.body, '['));
	expect(aws_refusal_read(&http, 0, arena, &refusal));
	expect(!text_present(refusal.name));
	http_answer_finish(&http);
}

static void dates(void)
{
	static const char *const bad[] = {"Sun, 06 Nov 1994 08:49:37 UTC",
									  "Sunday, 06-Nov-94 08:49:37 GMT",
									  "Sun Nov  6 08:49:37 1994",
									  "Sun, 06 Now 1994 08:49:37 GMT",
									  "Sun, 31 Feb 1994 08:49:37 GMT",
									  "Sun, 06 Nov 1994 24:49:37 GMT",
									  ""};
	int64_t micros;
	expect(aws_refusal_date(TEXT("Sun, 06 Nov 1994 08:49:37 GMT"), &micros)); /* RFC 9110 section 5.6.7 */
	expect_integer(micros, INT64_C(784111777) * 1000000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (aws_refusal_date(text_of_string(bad[i]), &micros))
			tap_fail(__FILE__, __LINE__, "read: %s", bad[i]);
	expect(!aws_refusal_date(TEXT_ABSENT, &micros));
}

static void ends(void)
{
	aws_client_destroy(client);
	aws_client_destroy(NULL);
	aws_credentials_destroy(credentials);
	aws_client_answer_finish(&answer);
	arena_destroy(arena);
}

/* The service names what it refuses: who says no more than a status, or too much to be read, may have passed a write on. */
static void unnamed(void)
{
	static const int statuses[] = {202, 204, 301, 400, 403, 404, 413};
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		begin();
		scripted_edge_answer(URL, statuses[i], "<html>no</html>");
		expect_integer(ask(true), HANSARD_FAILED);
		expect_string(error.kind, "refused");
		expect_integer(answer.unheard, 1);
	}
	enum { SIZE = 1 << 20 };
	static char body[SIZE + 64];
	struct arena *whole = arena, *small = arena_create(SIZE / 2);
	memset(body, 'x', SIZE);
	memcpy(body, "{\"__type\":\"", 11);
	memcpy(body + SIZE, "\"}", 3);
	begin();
	whole = arena;
	arena = small;
	scripted_edge_answer(URL, 400, body);
	expect_integer(ask(true), HANSARD_FAILED);
	expect_string(error.kind, "out_of_memory");
	expect_integer(answer.unheard, 1);
	arena = whole;
	arena_destroy(small);
}

static const struct tap_test tests[] = {
	{"an answer without a name, or that cannot be read, leaves open what became of a write", unnamed},
	{"a request is signed and sent as the service has it", signed_and_sent},
	{"another service at another place has its own names and time", of_other_services},
	{"what may pass is sent again, after the waits of the policy", again},
	{"the service's own wait is followed, within bounds", as_it_says},
	{"what is definite is said, with name, message and request", not_again},
	{"throttling, lost answers and closed doors end with a reason", given_up},
	{"a write whose answer was lost is sent until the answer is definite", until_definite},
	{"contention is waited out, and a transaction in progress", contended},
	{"a wrong clock is set right once, and stays so", clock_set_right},
	{"keys that are no longer good are asked for anew, once", keys_asked_anew},
	{"refusals of every form are read, and what is none says nothing", refusals_read},
	{"a refusal that is nested without end is none", deep_refusals},
	{"dates of HTTP", dates},
	{"all that was held is freed", ends},
};

TAP_MAIN(tests)
