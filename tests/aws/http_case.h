/*
 * A client and its partner on loopback, and what tests expect of them.
 */
#ifndef HTTP_CASE_H
#define HTTP_CASE_H

#include "http_partner.h"
#include "limits.h"
#include "tap.h"

enum { SECOND = 1000000 };

static const struct http_partner *partner;
static struct http *http;
static struct http_options options;
static struct http_answer answer;
static struct hansard_error error;
static char ca_bundle[256];
static char proxy[64];

__attribute__((unused)) static void create(void)
{
	http_destroy(http);
	http = NULL;
	if (http_create(&options, &http, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
}

/* A new client, that trusts the partner's authority and goes through no proxy. */
__attribute__((unused)) static void begin(void)
{
	partner = http_partner_start();
	if (partner == NULL)
		tap_fail(__FILE__, __LINE__, "the partner does not start: python3 or openssl");
	snprintf(ca_bundle, sizeof(ca_bundle), "%s/ca.pem", partner->folder);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", partner->proxy);
	options = (struct http_options){
		.steady = http_partner_clock(), .ca_bundle = text_of_string(ca_bundle), .connect_ms = 5000, .answer_ms = 20000};
	create();
	http_answer_finish(&answer);
	http_answer_init(&answer, LIMIT_HTTP_ANSWER);
}

static char url[512];

__attribute__((unused)) static struct http_request request_to(const char *scheme, int port, const char *path)
{
	snprintf(url, sizeof(url), "%s://127.0.0.1:%d%s", scheme, port, path);
	return (struct http_request){
		.method = "GET", .url = text_of_string(url), .deadline = http_partner_now() + (int64_t)60 * SECOND};
}

__attribute__((unused)) static enum hansard_status send_request(const struct http_request *request)
{
	memset(&error, 0, sizeof(error));
	return http_send(http, request, &answer, &error);
}

__attribute__((unused)) static enum hansard_status get(const char *path)
{
	const struct http_request request = request_to("http", partner->plain, path);
	return send_request(&request);
}

__attribute__((unused)) static enum hansard_status get_tls(int port, const char *path)
{
	const struct http_request request = request_to("https", port, path);
	return send_request(&request);
}

__attribute__((unused)) static void expect_body(enum hansard_status status, const char *body)
{
	if (status != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	expect_integer(answer.status, 200);
	expect_text(buffer_text(&answer.body), body);
}

__attribute__((unused)) static void expect_failure(enum hansard_status actual, enum hansard_status status,
												   const char *kind, int sendings)
{
	if (actual != status)
		tap_fail(__FILE__, __LINE__, "status %d: %s: %s", (int)actual, error.kind, error.message);
	expect_integer(error.status, status);
	expect_string(error.kind, kind);
	expect_integer(answer.sendings, sendings);
	expect_integer(answer.status, 0);
	expect_integer((int64_t)answer.body.size, 0);
	expect(error.message[0] != '\0');
}

__attribute__((unused)) static void read_pair(const char *path, int *ret_connection, int *ret_request)
{
	if (get(path) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	char text[64] = "";
	memcpy(text, answer.body.data, answer.body.size < 63 ? answer.body.size : 63);
	expect(sscanf(text, "%d %d", ret_connection, ret_request) == 2);
}

__attribute__((unused)) static int64_t elapsed_ms(int64_t since)
{
	return (http_partner_now() - since) / 1000;
}

/* The last test of each program. */
__attribute__((unused)) static void ends(void)
{
	http_answer_finish(&answer);
	http_destroy(http);
	http_destroy(NULL);
	http = NULL;
}

#endif
