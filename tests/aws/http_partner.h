/*
 * Starts http_partner.py, and ends it by its process id.
 */
#ifndef HTTP_PARTNER_H
#define HTTP_PARTNER_H

#include "http.h"

struct http_partner {
	int plain;
	int other; /* as plain, but nothing is sent there unless it is meant */
	int tls;
	int elsewhere; /* TLS, with a certificate for another name */
	int old;       /* TLS 1.1 */
	int proxy;
	int closed;       /* nobody listens */
	int garbage;      /* something that is no protocol, at once */
	char folder[128]; /* of ca.pem */
};

/* http_partner_start(): starts it once; it ends with this process. NULL when it does not start. */
const struct http_partner *http_partner_start(void);

/* http_partner_clock(): the system's. */
struct moment_clock http_partner_clock(void);

/* http_partner_now(): microseconds since 1970. */
int64_t http_partner_now(void);

#endif
