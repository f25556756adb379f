/*
 * HTTP by libcurl's easy interface. One handle keeps one connection per endpoint. Before each sending libcurl tells
 * (CURLOPT_PREREQFUNCTION): the connection stands, nothing of the request has left. So the number of those calls is
 * that of sendings, libcurl's own among them: it sends again when a kept connection turns out to have ended.
 */
#include "http.h"

#include <curl/curl.h>

#include "aws_url.h"
#include "crc32.h"
#include "error.h"
#include "http_failure.h"
#include "limits.h"
#include "secret.h"
#include "wiped.h"

enum { SENDINGS = 2, PIECE = 1 << 18 }; /* bytes that are read at a time, at most */

struct http {
	CURL *curl;
	struct moment_clock steady;
	int64_t connect_ms;
	int64_t answer_ms;
	struct buffer texts; /* of the options */
	const char *ca_bundle;
	const char *proxy;
	const char *no_proxy;
};

/* One request under way. */
struct exchange {
	struct http *http;
	const struct http_request *request;
	struct http_answer *answer;
	struct curl_slist *headers;
	struct buffer url;
	bool tls;
	int64_t sent_at; /* microseconds */
	bool too_large;
	bool too_slow;
	bool memory;
	char message[CURL_ERROR_SIZE];
};

/* Appends a NUL-terminated copy; its offset, or SIZE_MAX when memory is exhausted. */
static size_t keep(struct buffer *texts, struct text text)
{
	const size_t at = texts->size;
	return buffer_append_text(texts, text) && buffer_append_byte(texts, 0) ? at : SIZE_MAX;
}

static bool copy_options(struct http *http, const struct http_options *options)
{
	buffer_init(&http->texts, 3 * LIMIT_HTTP_URL);
	const size_t ca_bundle = keep(&http->texts, options->ca_bundle);
	const size_t proxy = keep(&http->texts, options->proxy);
	const size_t no_proxy = keep(&http->texts, options->no_proxy);
	if (ca_bundle == SIZE_MAX || proxy == SIZE_MAX || no_proxy == SIZE_MAX)
		return false;
	const char *texts = (const char *)http->texts.data;
	http->ca_bundle = text_present(options->ca_bundle) ? texts + ca_bundle : NULL;
	http->proxy = texts + proxy;
	http->no_proxy = texts + no_proxy;
	return true;
}

void http_answer_init(struct http_answer *answer, size_t ceiling)
{
	*answer = (struct http_answer){.status = 0};
	buffer_init(&answer->fields, LIMIT_HTTP_FIELDS);
	buffer_init(&answer->body, ceiling < LIMIT_HTTP_ANSWER ? ceiling : LIMIT_HTTP_ANSWER);
}

void http_answer_finish(struct http_answer *answer)
{
	buffer_finish(&answer->fields);
	buffer_finish(&answer->body);
	answer->status = answer->sendings = 0;
}

struct text http_answer_header(const struct http_answer *answer, const char *name)
{
	struct text rest = buffer_text(&answer->fields);
	while (rest.size > 0) {
		const size_t end = text_find(rest, TEXT("\n"), 0);
		const struct text line = text_slice(rest, 0, end);
		const size_t colon = text_find(line, TEXT(":"), 0);
		if (colon != SIZE_MAX && text_equal_ignoring_case(text_slice(line, 0, colon), text_of_string(name)))
			return text_trim(text_slice(line, colon + 1, line.size));
		rest = text_slice(rest, end == SIZE_MAX ? rest.size : end + 1, rest.size);
	}
	return TEXT_ABSENT;
}

/* ---- what libcurl calls ---- */

/* Empties what an earlier block of an answer left: an interim one, or that of a sending before. */
static void clear_answer(struct http_answer *answer)
{
	answer->status = 0;
	answer->fields.size = answer->body.size = 0;
}

static size_t take_field(char *data, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	struct buffer *fields = &exchange->answer->fields;
	const struct text line = {.data = data, .size = size * count};
	if (text_starts_with(line, TEXT("HTTP/")))
		clear_answer(exchange->answer);
	exchange->too_large = exchange->too_large || line.size > fields->ceiling - fields->size;
	exchange->memory = exchange->memory && (exchange->too_large || buffer_append_text(fields, line));
	return exchange->too_large || !exchange->memory ? 0 : line.size;
}

/* Room for a body that has said how long it will be. Where memory is exhausted its pieces tell. */
static void make_room(const struct exchange *exchange)
{
	struct buffer *body = &exchange->answer->body;
	curl_off_t length = 0;
	if (curl_easy_getinfo(exchange->http->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK &&
		length > 0 && (uint64_t)length <= body->ceiling)
		(void)buffer_reserve(body, (size_t)length);
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	struct buffer *body = &exchange->answer->body;
	const struct text piece = {.data = data, .size = size * count};
	if (body->size == 0)
		make_room(exchange);
	exchange->too_large = exchange->too_large || piece.size > body->ceiling - body->size;
	exchange->memory = exchange->memory && (exchange->too_large || buffer_append_text(body, piece));
	return exchange->too_large || !exchange->memory ? 0 : piece.size;
}

/* The connection stands, and what comes next is the request. */
static int count_sending(void *context, char *here, char *there, int port_here, int port_there)
{
	struct exchange *exchange = context;
	(void)here, (void)there, (void)port_here, (void)port_there;
	if (exchange->answer->sendings == SENDINGS)
		return CURL_PREREQFUNC_ABORT;
	exchange->answer->sendings++;
	exchange->sent_at = exchange->http->steady.now(exchange->http->steady.context);
	return CURL_PREREQFUNC_OK;
}

/* How long sending a body and its answer may take. How much of a body has left the machine nobody tells: it has the time of a slow line. */
static int64_t answer_ms(const struct exchange *exchange)
{
	return exchange->http->answer_ms + (int64_t)(exchange->request->body.size * 1000 / LIMIT_HTTP_SLOWEST);
}

/* Called once a second or more often: ends an answer that takes too long. */
static int watch(void *context, curl_off_t all_in, curl_off_t in, curl_off_t all_out, curl_off_t out)
{
	struct exchange *exchange = context;
	const struct http *http = exchange->http;
	(void)all_in, (void)in, (void)all_out, (void)out;
	exchange->too_slow = exchange->answer->sendings > 0 &&
						 http->steady.now(http->steady.context) - exchange->sent_at > answer_ms(exchange) * 1000;
	return exchange->too_slow;
}

/* ---- a request ---- */

static bool is_word(struct text name)
{
	for (size_t i = 0; i < name.size; i++)
		if (name.data[i] <= ' ' || name.data[i] > '~' || strchr("\"(),/:;<=>?@[\\]{}", name.data[i]) != NULL)
			return false;
	return name.size > 0 && name.size < 128;
}

/* Visible ASCII and blanks, and not too long: a line end would begin another header. */
static bool is_line(struct text value)
{
	for (size_t i = 0; i < value.size; i++)
		if (value.data[i] < ' ' || value.data[i] > '~')
			return false;
	return value.size <= LIMIT_HTTP_LINE - 256;
}

static enum hansard_status check_request(const struct http_request *request, struct aws_url *ret_url,
										 struct hansard_error *error)
{
	if (request->url.size > LIMIT_HTTP_URL || !aws_url_parse(request->url, ret_url)) {
		error_set(error, HANSARD_INVALID, "invalid_request", ERROR_TEXT " is no URL that can be asked",
				  ERROR_TEXT_ARGS(request->url));
		error_hint(error, "check the endpoint: it is https://host, https://host:port or https://host/path");
		return HANSARD_INVALID;
	}
	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_field *header = &request->headers[i];
		if (is_word(header->name) && is_line(header->value))
			continue;
		error_set(error, HANSARD_INVALID, "invalid_request",
				  "the header " ERROR_TEXT " is too long, or has a character that none may have",
				  ERROR_TEXT_ARGS(header->name));
		error_hint(error, "check where its value is set: it has a line end, or a character beyond ASCII");
		return HANSARD_INVALID;
	}
	return HANSARD_OK;
}

/* Appends "name: value"; "name;" is libcurl's word for one without a value, and "name:" for one that is not sent. */
static bool append_header(struct exchange *exchange, struct text name, const char *between, struct text value)
{
	struct buffer line;
	struct curl_slist *headers = NULL;
	if (wiped_init(&line, name.size + strlen(between) + value.size + 1) && buffer_append_text(&line, name) &&
		buffer_append_string(&line, between) && buffer_append_text(&line, value) && buffer_append_byte(&line, 0))
		headers = curl_slist_append(exchange->headers, (const char *)line.data);
	wiped_finish(&line);
	exchange->headers = headers == NULL ? exchange->headers : headers;
	return headers != NULL;
}

/* Headers may be secrets. */
static void drop_headers(struct curl_slist *headers)
{
	for (const struct curl_slist *at = headers; at != NULL; at = at->next)
		secret_wipe(at->data, strlen(at->data));
	curl_slist_free_all(headers);
}

static bool has_header(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (text_equal_ignoring_case(request->headers[i].name, text_of_string(name)))
			return true;
	return false;
}

/* The request's headers, and none that libcurl would add: a signature covers what is sent. */
static bool list_headers(struct exchange *exchange)
{
	static const char *const added[] = {"Accept", "Content-Type", "Expect"};
	const struct http_request *request = exchange->request;
	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_field *header = &request->headers[i];
		if (!append_header(exchange, header->name, header->value.size > 0 ? ": " : ";", header->value))
			return false;
	}
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		if (!has_header(request, added[i]) && !append_header(exchange, text_of_string(added[i]), ":", TEXT("")))
			return false;
	return true;
}

/* ---- libcurl's options ---- */

static bool set_policy(CURL *curl)
{
	return curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, (long)PIECE) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_field) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, count_sending) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch) == CURLE_OK;
}

static bool set_authority(CURL *curl, const char *ca_bundle)
{
	return ca_bundle == NULL || (curl_easy_setopt(curl, CURLOPT_CAINFO, ca_bundle) == CURLE_OK &&
								 curl_easy_setopt(curl, CURLOPT_PROXY_CAINFO, ca_bundle) == CURLE_OK);
}

enum hansard_status http_create(const struct http_options *options, struct http **ret_http, struct hansard_error *error)
{
	struct http *http = calloc(1, sizeof(*http));
	if (http == NULL)
		return error_memory(error);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(http);
		return error_set(error, HANSARD_FAILED, "transport_failed", "libcurl cannot be used: it does not begin");
	}
	http->steady = options->steady;
	http->connect_ms = options->connect_ms > 0 ? options->connect_ms : LIMIT_HTTP_CONNECT_MS;
	http->answer_ms = options->answer_ms > 0 ? options->answer_ms : LIMIT_HTTP_ANSWER_MS;
	http->curl = curl_easy_init();
	if (http->curl == NULL || !copy_options(http, options) || !set_policy(http->curl) ||
		!set_authority(http->curl, http->ca_bundle)) {
		http_destroy(http);
		return error_memory(error);
	}
	*ret_http = http;
	return HANSARD_OK;
}

void http_destroy(struct http *http)
{
	if (http == NULL)
		return;
	curl_easy_cleanup(http->curl);
	buffer_finish(&http->texts);
	curl_global_cleanup();
	free(http);
}

static bool set_exchange(CURL *curl, struct exchange *exchange)
{
	return curl_easy_setopt(curl, CURLOPT_URL, (const char *)exchange->url.data) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_HTTPHEADER, exchange->headers) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_PREREQDATA, exchange) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->message) == CURLE_OK;
}

static bool set_method(CURL *curl, const struct http_request *request)
{
	if (strcmp(request->method, "GET") == 0)
		return curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
			   curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL) == CURLE_OK;
	const void *body = request->body.size > 0 ? (const void *)request->body.data : "";
	return curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body) == CURLE_OK;
}

/* Always told, so that libcurl looks into no environment for it. Plain http is for this machine and for metadata, and
   goes through none. */
static bool set_proxy(struct http *http, bool direct)
{
	return curl_easy_setopt(http->curl, CURLOPT_PROXY, direct ? "" : http->proxy) == CURLE_OK &&
		   curl_easy_setopt(http->curl, CURLOPT_NOPROXY, http->no_proxy) == CURLE_OK;
}

/* What is left until the deadline, or the whole time that a request may take where that is less. */
static bool set_times(const struct exchange *exchange)
{
	struct http *http = exchange->http;
	const int64_t left_ms = (exchange->request->deadline - http->steady.now(http->steady.context)) / 1000;
	const int64_t all_ms = http->connect_ms + answer_ms(exchange);
	return left_ms > 0 && curl_easy_setopt(http->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)http->connect_ms) == CURLE_OK &&
		   curl_easy_setopt(http->curl, CURLOPT_TIMEOUT_MS, (long)(left_ms < all_ms ? left_ms : all_ms)) == CURLE_OK;
}

static CURLcode perform(struct exchange *exchange, bool fresh)
{
	CURL *curl = exchange->http->curl;
	exchange->message[0] = '\0';
	if (!set_times(exchange))
		return CURLE_OPERATION_TIMEDOUT;
	(void)curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
	const CURLcode code = curl_easy_perform(curl);
	if (!exchange->memory)
		return CURLE_OUT_OF_MEMORY;
	return exchange->too_slow ? CURLE_OPERATION_TIMEDOUT : code;
}

/* Whether a kept connection ended before a byte of an answer, and libcurl itself has not sent again. */
static bool has_died(const struct exchange *exchange, CURLcode code)
{
	long connections = 1;
	return (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING) &&
		   exchange->answer->sendings == 1 && exchange->answer->fields.size == 0 &&
		   curl_easy_getinfo(exchange->http->curl, CURLINFO_NUM_CONNECTS, &connections) == CURLE_OK && connections == 0;
}

/* Whether the body is the one that was sent, where the service says so. */
static bool is_intact(const struct http_answer *answer)
{
	char sum[16];
	const struct text wanted = http_answer_header(answer, "x-amz-crc32");
	snprintf(sum, sizeof(sum), "%" PRIu32, crc32_of(buffer_view(&answer->body)));
	return !text_present(wanted) || text_is(wanted, sum);
}

static enum hansard_status refuse_size(const struct http_answer *answer, struct text whom, struct hansard_error *error)
{
	error_set(error, HANSARD_FAILED, "answer_too_large",
			  ERROR_TEXT " answers with more than %zu bytes, or a header of more than %d", ERROR_TEXT_ARGS(whom),
			  answer->body.ceiling, (int)LIMIT_HTTP_FIELDS);
	error_hint(error, "check the endpoint: the service never answers with so much");
	return HANSARD_FAILED;
}

/* What became of it. */
static enum hansard_status judge(const struct exchange *exchange, CURLcode code, struct text whom,
								 struct hansard_error *error)
{
	struct http_answer *answer = exchange->answer;
	const struct text elsewhere = http_answer_header(answer, "location");
	const struct http_failure failure = {.code = (int)code, .whom = whom, .detail = exchange->message};
	long status = 0;
	if (exchange->too_large)
		return refuse_size(answer, whom, error);
	if (code != CURLE_OK)
		return http_failure_set(&failure, error);
	(void)curl_easy_getinfo(exchange->http->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 300 && status < 400) {
		error_set(error, HANSARD_FAILED, "redirected",
				  ERROR_TEXT " answers %ld and sends to " ERROR_TEXT ", where nothing is sent", ERROR_TEXT_ARGS(whom),
				  status, ERROR_TEXT_ARGS(elsewhere));
		error_hint(error, "check the endpoint and the region: the service itself never does so");
		return HANSARD_FAILED;
	}
	if (!is_intact(answer)) {
		error_set(error, HANSARD_UNREACHABLE, "corrupt_answer",
				  ERROR_TEXT ": the answer's checksum (x-amz-crc32) is not that of its body", ERROR_TEXT_ARGS(whom));
		error_hint(error, "run it again; if it stays so, something on the way changes what the service says");
		return HANSARD_UNREACHABLE;
	}
	answer->status = (int)status;
	return HANSARD_OK;
}

/* Sends, and judges. */
static enum hansard_status exchange_by_curl(struct exchange *exchange, struct text whom, struct hansard_error *error)
{
	struct http *http = exchange->http;
	if (!set_exchange(http->curl, exchange) || !set_method(http->curl, exchange->request) ||
		!set_proxy(http, exchange->request->direct || !exchange->tls))
		return error_memory(error);
	CURLcode code = perform(exchange, false);
	if (has_died(exchange, code))
		code = perform(exchange, true);
	const enum hansard_status status = judge(exchange, code, whom, error);
	(void)curl_easy_setopt(http->curl, CURLOPT_ERRORBUFFER, NULL);
	(void)curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, NULL);
	return status;
}

enum hansard_status http_send(struct http *http, const struct http_request *request, struct http_answer *answer,
							  struct hansard_error *error)
{
	struct aws_url url;
	struct exchange exchange = {.http = http, .request = request, .answer = answer, .memory = true};
	clear_answer(answer);
	answer->sendings = 0;
	enum hansard_status status = check_request(request, &url, error);
	if (status != HANSARD_OK)
		return status;
	exchange.tls = url.tls;
	buffer_init(&exchange.url, LIMIT_HTTP_URL + 1);
	if (keep(&exchange.url, request->url) != SIZE_MAX && list_headers(&exchange))
		status = exchange_by_curl(&exchange, url.authority, error);
	else
		status = error_memory(error);
	if (status != HANSARD_OK)
		clear_answer(answer);
	drop_headers(exchange.headers);
	buffer_finish(&exchange.url);
	return status;
}
