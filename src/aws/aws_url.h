/*
 * URLs, as endpoints are given: https://host[:port][/path][?query]. Strict, so that the host that is judged here is the
 * one that is connected to: no user, no fragment, no backslash, visible ASCII alone; an address is one in its usual
 * form only. Pure: views into the text.
 */
#ifndef AWS_URL_H
#define AWS_URL_H

#include "bytes.h"

struct aws_url {
	bool tls;              /* https; else http */
	struct text authority; /* host[:port] as written */
	struct text host;      /* a name or an address, of IPv6 without its brackets */
	struct text port;      /* absent: that of the scheme */
	struct text path;      /* from its '/' on; "" when there is none */
	struct text query;     /* behind the '?'; absent when there is none */
};

/* aws_url_parse(text, ret_url): false when text is no such URL; then *ret_url is unchanged. */
bool aws_url_parse(struct text text, struct aws_url *ret_url);

/* aws_url_is_loopback(url): its host is localhost, in 127.0.0.0/8, or ::1. */
bool aws_url_is_loopback(const struct aws_url *url);

/* aws_url_is_at(url, address): its host is this IP address, however it is written; a name is none. */
bool aws_url_is_at(const struct aws_url *url, const char *address);

#endif
