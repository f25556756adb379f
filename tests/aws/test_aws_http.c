/*
 * HTTP against a partner on loopback: what is sent, what is received, how often, and how each failure is told.
 */
#include <signal.h>

#include "http_case.h"

/* ---- what is sent and received ---- */

static void sent_as_given(void)
{
	begin();
	const struct http_field headers[] = {{TEXT("host"), TEXT("kms.example")},
										 {TEXT("X-Amz-Target"), TEXT("DynamoDB_20120810.Query")},
										 {TEXT("x-empty"), TEXT("")},
										 {TEXT("content-type"), TEXT("application/x-amz-json-1.0")}};
	struct http_request request = request_to("http", partner->plain, "/echo/../a%20b?c=d");
	request.method = "POST";
	request.headers = headers;
	request.header_count = 4;
	request.body = bytes_of_text(TEXT("{\"a\": 1}\r\n\0!"));
	expect_integer(send_request(&request), HANSARD_OK);
	static const char expected[] =
		"POST /echo/../a%20b?c=d HTTP/1.1\r\nHost: kms.example\r\n"
		"X-Amz-Target: DynamoDB_20120810.Query\r\nx-empty:\r\n"
		"content-type: application/x-amz-json-1.0\r\nContent-Length: 12\r\n\r\n{\"a\": 1}\r\n\0!";
	const struct bytes all = {.data = (const uint8_t *)expected, .size = sizeof(expected) - 1};
	if (!bytes_equal(buffer_view(&answer.body), all))
		tap_fail(__FILE__, __LINE__, "sent: %.*s", (int)answer.body.size, (const char *)answer.body.data);
	expect_integer(answer.sendings, 1);
}

static void methods(void)
{
	char wanted[256];
	begin();
	struct http_request request = request_to("http", partner->plain, "/echo");
	snprintf(wanted, sizeof(wanted), "GET /echo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", partner->plain);
	expect_body(send_request(&request), wanted);
	request.method = "PUT";
	snprintf(wanted, sizeof(wanted), "PUT /echo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 0\r\n\r\n",
			 partner->plain);
	expect_body(send_request(&request), wanted);
	request.method = "GET";
	snprintf(wanted, sizeof(wanted), "GET /echo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", partner->plain);
	expect_body(send_request(&request), wanted);
}

static uint8_t large[3000000];

static void large_bodies(void)
{
	begin();
	struct http_request request = request_to("http", partner->plain, "/head");
	request.method = "POST";
	request.body = (struct bytes){.data = large, .size = sizeof(large)};
	expect_integer(send_request(&request), HANSARD_OK);
	const struct text head = buffer_text(&answer.body);
	expect(text_find(head, TEXT("Expect"), 0) == SIZE_MAX);
	expect(text_find(head, TEXT("Content-Length: 3000000\r\n\r\n3000000"), 0) != SIZE_MAX);
}

static void received_as_sent(void)
{
	begin();
	expect_integer(get("/echo"), HANSARD_OK);
	expect_text(http_answer_header(&answer, "X-NUMBER"), "7");
	expect(!text_present(http_answer_header(&answer, "x-numb")));
	expect(!text_present(http_answer_header(&answer, "HTTP/1.1 200 OK")));
	static const int statuses[] = {400, 403, 404, 429, 500, 503};
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		char path[32];
		snprintf(path, sizeof(path), "/status/%d", statuses[i]);
		expect_integer(get(path), HANSARD_OK);
		expect_integer(answer.status, statuses[i]);
		expect_text(buffer_text(&answer.body), "said");
	}
}

static void not_unpacked(void)
{
	begin();
	expect_body(get("/gzip"), "\x1f\x8bnot unpacked");
}

static void interim_answers(void)
{
	begin();
	expect_body(get("/interim"), "final");
	expect(!text_present(http_answer_header(&answer, "x-early")));
}

static void anew_each_time(void)
{
	begin();
	expect_body(get("/huge/5"), "xxxxx");
	expect_body(get("/huge/3"), "xxx");
	expect_failure(get("/half"), HANSARD_UNREACHABLE, "connection_lost", 1);
}

static void checksums(void)
{
	begin();
	expect_body(get("/crc/good"), "summed");
	expect_failure(get("/crc/bad"), HANSARD_UNREACHABLE, "corrupt_answer", 1);
	expect(strstr(error.message, "x-amz-crc32") != NULL);
	expect_failure(get("/crc/word"), HANSARD_UNREACHABLE, "corrupt_answer", 1);
}

/* ---- connections ---- */

static void connection_kept(void)
{
	int first, second, requests;
	begin();
	read_pair("/connection", &first, &requests);
	expect_integer(get_tls(partner->tls, "/connection"), HANSARD_OK);
	expect_integer(get("/status/500"), HANSARD_OK);
	read_pair("/connection", &second, &requests);
	expect_integer(second, first);
	expect_integer(requests, 3);
	expect_integer(answer.sendings, 1);
}

static void fresh_try(void)
{
	int first, second, requests;
	begin();
	read_pair("/connection", &first, &requests);
	expect_body(get("/drop-next"), "the next is dropped");
	read_pair("/connection", &second, &requests);
	expect(second != first);
	expect_integer(requests, 1);
	expect_integer(answer.sendings, 2);
	read_pair("/connection", &first, &requests);
	expect_integer(first, second);
	expect_integer(answer.sendings, 1);
}

static void one_fresh_try(void)
{
	begin();
	expect_body(get("/drop-next"), "the next is dropped");
	expect_failure(get("/drop"), HANSARD_UNREACHABLE, "connection_lost", 2);
}

static void no_second_fresh_try(void)
{
	begin();
	expect_failure(get("/drop"), HANSARD_UNREACHABLE, "connection_lost", 1);
	expect_failure(get("/half-head"), HANSARD_UNREACHABLE, "connection_lost", 1);
	/* A kept one, too: what has begun to answer has the request. */
	begin();
	expect_integer(get("/status/200"), HANSARD_OK);
	expect_failure(get("/reset-head"), HANSARD_UNREACHABLE, "connection_lost", 1);
}

static void closed_between(void)
{
	int connection, requests;
	begin();
	expect_body(get("/close"), "closing");
	struct timespec moment = {.tv_nsec = 100000000};
	nanosleep(&moment, NULL);
	read_pair("/connection", &connection, &requests);
	expect_integer(answer.sendings, 1);
	expect_integer(requests, 1);
}

/* Large enough that it is not all in the socket's buffers when the other side ends. */
static void large_body_on_dead_connection(const char *scheme, int port)
{
	begin();
	struct http_request request = request_to(scheme, port, "/drop-next");
	expect_body(send_request(&request), "the next is dropped");
	request = request_to(scheme, port, "/head");
	request.method = "POST";
	request.body = (struct bytes){.data = large, .size = sizeof(large)};
	expect_integer(send_request(&request), HANSARD_OK);
	expect_integer(answer.sendings, 2);
	request = request_to(scheme, port, "/reset");
	request.method = "POST";
	request.body = (struct bytes){.data = large, .size = sizeof(large)};
	expect_failure(send_request(&request), HANSARD_UNREACHABLE, "connection_lost", 2);
}

static void large_body_plain(void)
{
	begin();
	large_body_on_dead_connection("http", partner->plain);
}

static void large_body_tls(void)
{
	signal(SIGPIPE, SIG_DFL);
	begin();
	large_body_on_dead_connection("https", partner->tls);
}

/* ---- failures ---- */

static void truncated(void)
{
	begin();
	expect_failure(get("/half"), HANSARD_UNREACHABLE, "connection_lost", 1);
	expect(strstr(error.message, "the connection ended before the answer did") != NULL);
	expect_string(error.hint, "run it again; if it stays so, check the network");
}

static void room(void)
{
	begin();
	expect_integer(get("/huge/100000"), HANSARD_OK);
	expect_integer((int64_t)answer.body.size, 100000);
	expect_integer((int64_t)answer.body.capacity, 100000);
}

static void ceilings(void)
{
	begin();
	http_answer_finish(&answer);
	http_answer_init(&answer, 100);
	expect_integer(get("/huge/100"), HANSARD_OK);
	expect_failure(get("/huge/101"), HANSARD_FAILED, "answer_too_large", 1);
	expect(strstr(error.message, "answers with more than 100 bytes") != NULL);
	expect_failure(get("/chunked/1"), HANSARD_FAILED, "answer_too_large", 1);
	http_answer_finish(&answer);
	http_answer_init(&answer, SIZE_MAX);
	expect_integer((int64_t)answer.body.ceiling, LIMIT_HTTP_ANSWER);
	expect_failure(get("/chunked/321"), HANSARD_FAILED, "answer_too_large", 1);
	expect_integer(get("/chunked/20"), HANSARD_OK);
	expect_integer((int64_t)answer.body.size, 20 * 65536);
}

static void large_headers(void)
{
	begin();
	expect_integer(get("/fields/60"), HANSARD_OK);
	expect_failure(get("/fields/70"), HANSARD_FAILED, "answer_too_large", 1);
}

static void not_http(void)
{
	begin();
	expect_failure(get("/not-http"), HANSARD_FAILED, "not_http", 1);
	expect_string(error.hint, "check the endpoint: something else than the service answers there");
}

static void redirects(void)
{
	int before, after, tunnels;
	begin();
	read_pair("/counts", &before, &tunnels);
	expect_failure(get("/redirect"), HANSARD_FAILED, "redirected", 1);
	expect(strstr(error.message, "answers 302 and sends to http://127.0.0.1:") != NULL);
	expect_string(error.hint, "check the endpoint and the region: the service itself never does so");
	read_pair("/counts", &after, &tunnels);
	expect_integer(after, before + 2);
}

static void slow_answers(void)
{
	begin();
	options.answer_ms = 300;
	create();
	int64_t since = http_partner_now();
	expect_failure(get("/slow/20000"), HANSARD_UNREACHABLE, "timed_out", 1);
	expect(elapsed_ms(since) >= 250 && elapsed_ms(since) < 15000);
	since = http_partner_now();
	expect_failure(get("/trickle"), HANSARD_UNREACHABLE, "timed_out", 1);
	expect(elapsed_ms(since) >= 250 && elapsed_ms(since) < 15000);
	expect_body(get("/slow/0"), "late");
	/* A body has a second for every 64 KiB, which a slow line takes for it. */
	static const uint8_t bulk[2 * 65536];
	struct http_request request = request_to("http", partner->plain, "/slow/1000");
	request.body = (struct bytes){.data = bulk, .size = sizeof(bulk)};
	request.method = "POST";
	expect_body(send_request(&request), "late");
}

static void deadlines(void)
{
	begin();
	struct http_request request = request_to("http", partner->plain, "/slow/20000");
	const int64_t since = http_partner_now();
	request.deadline = since + 400000;
	expect_failure(send_request(&request), HANSARD_UNREACHABLE, "timed_out", 1);
	expect(strstr(error.message, " seconds with ") != NULL && strstr(error.message, "milliseconds") == NULL);
	expect(elapsed_ms(since) >= 250 && elapsed_ms(since) < 15000);
	request.deadline = since;
	expect_failure(send_request(&request), HANSARD_UNREACHABLE, "timed_out", 0);
}

static void nobody_listens(void)
{
	begin();
	const struct http_request request = request_to("http", partner->closed, "/echo");
	expect_failure(send_request(&request), HANSARD_UNREACHABLE, "not_connected", 0);
	expect_string(error.hint, "check the network, the region and the endpoint");
}

static void unknown_names(void)
{
	begin();
	const struct http_request request = {.method = "GET",
										 .url = TEXT("http://no-such-name.invalid/"),
										 .deadline = http_partner_now() + 60 * (int64_t)SECOND};
	const enum hansard_status status = send_request(&request);
	if (strcmp(error.kind, "timed_out") == 0)
		tap_skip("whoever resolves names here does not answer");
	expect_failure(status, HANSARD_UNREACHABLE, "name_not_resolved", 0);
}

static void invalid_requests(void)
{
	static char long_value[LIMIT_HTTP_LINE];
	memset(long_value, 'a', sizeof(long_value) - 1);
	begin();
	const struct http_field headers[] = {
		{TEXT("authorization"), TEXT("a\r\nx-other: b")},
		{TEXT("authorization"), TEXT("a\n")},
		{TEXT("authorization"), TEXT("a\0b")},
		{TEXT("authorization"), TEXT("caf\xc3\xa9")},
		{TEXT("bad name"), TEXT("a")},
		{TEXT("bad:name"), TEXT("a")},
		{TEXT(""), TEXT("a")},
		{TEXT("x\r\ny"), TEXT("a")},
		{TEXT("long"), text_of_string(long_value)},
	};
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct http_request request = request_to("http", partner->plain, "/echo");
		request.headers = &headers[i];
		request.header_count = 1;
		expect_failure(send_request(&request), HANSARD_INVALID, "invalid_request", 0);
		expect(strstr(error.message, "x-other") == NULL);
	}
	static const char *const urls[] = {"ftp://127.0.0.1/", "http://user@127.0.0.1/", "file:///etc/passwd", "127.0.0.1"};
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct http_request request = request_to("http", partner->plain, "/echo");
		request.url = text_of_string(urls[i]);
		expect_failure(send_request(&request), HANSARD_INVALID, "invalid_request", 0);
	}
}

static const struct tap_test tests[] = {
	{"a request is sent as it is given, and nothing is added", sent_as_given},
	{"GET has no body, PUT may have an empty one", methods},
	{"a large body is announced by nothing but its length", large_bodies},
	{"status, headers and body are received as sent, whatever the status", received_as_sent},
	{"what is packed is not unpacked", not_unpacked},
	{"interim answers are passed over", interim_answers},
	{"an answer is filled anew each time", anew_each_time},
	{"a checksum that is not the body's is a failure", checksums},
	{"a connection is kept for each endpoint", connection_kept},
	{"a kept connection that ends without an answer gets a fresh try, which is counted", fresh_try},
	{"a fresh try that fails is the last", one_fresh_try},
	{"a new connection, and one with a byte of an answer, get none", no_second_fresh_try},
	{"a kept connection that has ended before is not used, and that is no sending", closed_between},
	{"a large body on a connection that ends gets one fresh try, too", large_body_plain},
	{"so it does by TLS, and no signal ends the process", large_body_tls},
	{"a truncated answer is a failure", truncated},
	{"an answer that says how long it is has room for that and no more", room},
	{"an answer is no larger than its ceiling", ceilings},
	{"the header of an answer has a ceiling, too", large_headers},
	{"what is not HTTP is said to be none", not_http},
	{"a redirect is refused, and nothing is sent there", redirects},
	{"an answer that takes too long is ended, though it trickles", slow_answers},
	{"a deadline ends a request, and one that has passed sends none", deadlines},
	{"where nobody listens, nothing is sent", nobody_listens},
	{"where a name cannot be resolved, nothing is sent", unknown_names},
	{"a header that would begin another, or is too long, and a URL that is none, are refused", invalid_requests},
	{"a client ends, and so does none", ends},
};

TAP_MAIN(tests)
