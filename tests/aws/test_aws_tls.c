/*
 * TLS and proxies: who is believed, what goes where, and that the environment of the process has no say in it.
 */
#include "http_case.h"

static void verified(void)
{
	begin();
	expect_integer(get_tls(partner->tls, "/connection"), HANSARD_OK);
	expect_integer(answer.sendings, 1);
}

static void unknown_authority(void)
{
	begin();
	options.ca_bundle = TEXT_ABSENT;
	create();
	expect_failure(get_tls(partner->tls, "/echo"), HANSARD_FAILED, "certificate_refused", 0);
	expect(strstr(error.hint, "AWS_CA_BUNDLE") != NULL);
}

static void other_name(void)
{
	begin();
	expect_failure(get_tls(partner->elsewhere, "/echo"), HANSARD_FAILED, "certificate_refused", 0);
}

static void old_tls(void)
{
	begin();
	expect_failure(get_tls(partner->old, "/echo"), HANSARD_UNREACHABLE, "tls_failed", 0);
	expect(strstr(error.message, "TLS 1.2") != NULL);
}

static void not_tls(void)
{
	begin();
	expect_failure(get_tls(partner->garbage, "/echo"), HANSARD_UNREACHABLE, "tls_failed", 0);
	options.connect_ms = 300;
	create();
	const int64_t since = http_partner_now();
	expect_failure(get_tls(partner->plain, "/echo"), HANSARD_UNREACHABLE, "timed_out", 0);
	expect(elapsed_ms(since) >= 250 && elapsed_ms(since) < 15000);
}

static void no_bundle(void)
{
	begin();
	options.ca_bundle = TEXT("/nowhere/ca.pem");
	create();
	expect_failure(get_tls(partner->tls, "/echo"), HANSARD_FAILED, "invalid_ca_bundle", 0);
	expect_string(error.hint, "AWS_CA_BUNDLE must name a file of certificates (PEM) that can be read");
}

/* ---- proxies ---- */

static int tunnels_now(void)
{
	int requests, tunnels;
	read_pair("/counts", &requests, &tunnels);
	return tunnels;
}

static void through_proxy(void)
{
	begin();
	options.proxy = text_of_string(proxy);
	create();
	const int before = tunnels_now();
	expect_integer(get_tls(partner->tls, "/echo"), HANSARD_OK);
	expect(!text_present(http_answer_header(&answer, "x-proxy")));
	expect_integer(answer.sendings, 1);
	expect_integer(tunnels_now(), before + 1);
}

static void past_proxy(void)
{
	begin();
	options.proxy = text_of_string(proxy);
	options.no_proxy = TEXT("example.com,127.0.0.1");
	create();
	const int before = tunnels_now();
	expect_integer(get_tls(partner->tls, "/echo"), HANSARD_OK);
	expect_integer(tunnels_now(), before);
	options.no_proxy = TEXT_ABSENT;
	create();
	struct http_request request = request_to("https", partner->tls, "/echo");
	request.direct = true;
	expect_integer(send_request(&request), HANSARD_OK);
	expect_integer(tunnels_now(), before);
}

static void proxy_refuses(void)
{
	begin();
	options.proxy = text_of_string(proxy);
	create();
	const struct http_request request = {
		.method = "GET", .url = TEXT("https://kms.example/"), .deadline = http_partner_now() + 60 * (int64_t)SECOND};
	expect_failure(send_request(&request), HANSARD_UNREACHABLE, "connection_lost", 0);
	expect(strstr(error.message, "403") != NULL);
}

static void environment_unread(void)
{
	char value[64];
	begin();
	const int before = tunnels_now();
	snprintf(value, sizeof(value), "http://127.0.0.1:%d", partner->proxy);
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		setenv(names[i], value, 1);
	setenv("AWS_CA_BUNDLE", "/nowhere", 1);
	create();
	expect_integer(get_tls(partner->tls, "/echo"), HANSARD_OK);
	expect_body(get("/close"), "closing");
	options.proxy = text_of_string(proxy);
	setenv("no_proxy", "127.0.0.1", 1);
	create();
	expect_integer(get_tls(partner->tls, "/echo"), HANSARD_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	unsetenv("no_proxy");
	unsetenv("AWS_CA_BUNDLE");
	expect_integer(tunnels_now(), before + 1);
}

static const struct tap_test tests[] = {
	{"a certificate of a known authority is taken", verified},
	{"one of an unknown authority is refused, and nothing is sent", unknown_authority},
	{"one for another name is refused", other_name},
	{"TLS 1.1 is refused", old_tls},
	{"what does not speak TLS is sent nothing", not_tls},
	{"a file of certificates that is not there is an error", no_bundle},
	{"https goes through a proxy, where there is one", through_proxy},
	{"not to hosts of the list, nor when it is to go directly, nor plain http", past_proxy},
	{"a proxy that refuses has sent nothing", proxy_refuses},
	{"the environment of the process is not read", environment_unread},
	{"a client ends, and so does none", ends},
};

TAP_MAIN(tests)
