/*
 * Signature Version 4, by header or by query (AWS, IAM User Guide, "Create a signed AWS API request"). Pure: time and keys are
 * passed in, and every stage of a signature can be looked at:
 *
 *     canonical request   method, path, query, headers and SHA-256 of the body, in the one form that both sides come to
 *     string to sign      algorithm, time, scope and SHA-256 of the canonical request
 *     signing key         HMAC(HMAC(HMAC(HMAC("AWS4" || secret, date), region), service), "aws4_request")
 *     signature           HMAC(signing key, string to sign)
 *
 * A secret and what is derived of it lie in memory that is wiped before sigv4_sign() returns. A session token is no key: it
 * is sent with every request, and stands in the canonical request.
 */
#ifndef SIGV4_H
#define SIGV4_H

#include "aws_keys.h"
#include "hash.h"
#include "http_field.h"

enum {
	SIGV4_DATE_SIZE = 16, /* 20150830T123600Z */
	SIGV4_HEX_SIZE = 2 * DIGEST_SIZE,
	SIGV4_ADDED = 4, /* headers that signing adds at most */
};

/* What is signed. The options are off where zero, which is what every service but S3 expects. */
struct sigv4_request {
	struct text method;
	struct text path;                 /* absolute, as it is sent */
	struct text query;                /* as it is sent, without '?'; may be absent */
	const struct http_field *headers; /* that are sent and signed: host among them, none that signing adds */
	size_t header_count;
	struct bytes body;
	struct text region;
	struct text service;
	int64_t time;          /* microseconds since 1970 */
	int64_t expires_s;     /* above 0: signed by query, and good for so many seconds */
	bool path_kept;        /* dot segments and empty ones stay in the path */
	bool path_encoded;     /* the path is signed as it is sent, and not encoded once more */
	bool body_hash_sent;   /* by header only: as x-amz-content-sha256 */
	bool token_not_signed; /* the session token is added when all is signed */
};

/* A signature and its stages. Not to be copied: `added` points into it, and into the keys' token. */
struct sigv4 {
	char date[SIGV4_DATE_SIZE];
	char body_hash[SIGV4_HEX_SIZE];
	struct buffer signed_headers; /* their names, "host;x-amz-date" */
	struct buffer canonical_request;
	struct buffer string_to_sign;
	struct buffer credential; /* id/date/region/service/aws4_request */
	char signature[SIGV4_HEX_SIZE];
	struct buffer authorization; /* by header */
	struct buffer query;         /* by query: to be sent instead of the request's */
	struct http_field added[SIGV4_ADDED];
	size_t added_count; /* by header: to be sent besides the request's */
};

/* sigv4_init(sigv4): empty. Allocates nothing. */
void sigv4_init(struct sigv4 *sigv4);

/* sigv4_finish(sigv4): frees what it holds and leaves it empty. Takes one that is already finished. */
void sigv4_finish(struct sigv4 *sigv4);

/* sigv4_sign(hash, request, keys, sigv4, error): fills an initialised sigv4, anew each time; on failure it is left empty. Names
   of headers are signed in lower case and in order, runs of blanks in their values as one; the query is decoded, encoded and
   sorted. Errors: HANSARD_INVALID "not_signable" for a secret that is empty or too long, a time outside the years 0001 to 9999 and
   more than LIMIT_SIGNED_FIELDS headers or parameters; HANSARD_FAILED "crypto_failed", "out_of_memory" (for texts beyond
   LIMIT_SIGNED_BYTES, too). */
enum hansard_status sigv4_sign(struct hash_context *hash, const struct sigv4_request *request,
							   const struct aws_keys *keys, struct sigv4 *sigv4, struct hansard_error *error);

#endif
