/*
 * HTTP as a transport: one request out, one answer in, and how far it got. What is sent more than once, and what an
 * answer means, is decided above. The only caller of libcurl: TLS 1.2 or newer with verification, HTTP/1.1, no
 * redirects, no cookies, no compression, a connection per endpoint that is kept.
 *
 * libcurl is told what it would else read from the environment, all but SSLKEYLOGFILE, by which whoever runs the
 * process may look into their own TLS. What is sent and received passes through its buffers, which it does not wipe.
 */
#ifndef HTTP_H
#define HTTP_H

#include "http_field.h"
#include "moment.h"

struct http_options {
	struct moment_clock steady; /* one that is never set */
	struct text ca_bundle;      /* a file of certificates (PEM); absent: the system's */
	struct text proxy;          /* that https goes through; absent: none. Plain http never does */
	struct text no_proxy;       /* hosts that are reached without it, as NO_PROXY lists them; absent: none */
	int64_t connect_ms;         /* resolving the name, connecting and TLS; 0: LIMIT_HTTP_CONNECT_MS */
	/* From then until the answer is complete, and a second more for every LIMIT_HTTP_SLOWEST bytes of the body; 0: LIMIT_HTTP_ANSWER_MS. */
	int64_t answer_ms;
};

struct http_request {
	const char *method; /* "GET", "PUT" or "POST" */
	struct text url;
	const struct http_field *headers;
	size_t header_count;
	struct bytes body;
	int64_t deadline; /* microseconds by the clock of the options */
	bool direct;      /* never through a proxy */
};

struct http_answer {
	int status;           /* 200 and so on; 0: none came */
	int sendings;         /* how often the request went out: 0, and the service cannot have it; 2 with the fresh try */
	struct buffer fields; /* the header as received */
	struct buffer body;   /* as received */
};

struct http;

/* http_create(options, ret_http, error): a client; one per thread. Its options' texts are copied. Errors:
   HANSARD_FAILED "transport_failed", "out_of_memory". */
enum hansard_status http_create(const struct http_options *options, struct http **ret_http,
								struct hansard_error *error);

/* http_destroy(http): closes its connections. Takes NULL. */
void http_destroy(struct http *http);

/* http_answer_init(answer, ceiling): an answer whose body may have `ceiling` bytes, at most LIMIT_HTTP_ANSWER.
   Allocates nothing. */
void http_answer_init(struct http_answer *answer, size_t ceiling);

/* http_answer_finish(answer): frees what it holds. Takes one that is zeroed or already finished. */
void http_answer_finish(struct http_answer *answer);

/* http_answer_header(answer, name): value of a header, whatever its case; of several the first; absent when there is
   none. */
struct text http_answer_header(const struct http_answer *answer, const char *name);

/*
 * http_send(http, request, answer, error): sends a request and fills an initialised answer, anew each time; any status
 * but a redirect is an answer. A kept connection that ends before a byte of an answer gets one fresh try. On failure
 * answer->sendings tells whether the service can have the request, and status and body are empty. Errors:
 *
 *     HANSARD_UNREACHABLE   trying again may help: "name_not_resolved", "not_connected", "timed_out", "connection_lost",
 *                           "tls_failed", "corrupt_answer" (its x-amz-crc32 is not that of the body)
 *     HANSARD_FAILED        it will not: "certificate_refused", "redirected", "answer_too_large",
 *                           "not_http", "invalid_ca_bundle", "transport_failed", "out_of_memory"
 *     HANSARD_INVALID       "invalid_request": a URL that aws_url.h does not read, a header with a control character
 */
enum hansard_status http_send(struct http *http, const struct http_request *request, struct http_answer *answer,
							  struct hansard_error *error);

#endif
