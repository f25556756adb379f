/*
 * Why a request got no answer, in words. For http.c alone.
 */
#ifndef HTTP_FAILURE_H
#define HTTP_FAILURE_H

#include "bytes.h"

struct http_failure {
	int code;           /* libcurl's */
	struct text whom;   /* who was asked: host[:port] */
	const char *detail; /* libcurl's words, or "" */
};

/* http_failure_set(failure, error): fills in an error, and returns its status. */
enum hansard_status http_failure_set(const struct http_failure *failure, struct hansard_error *error);

#endif
