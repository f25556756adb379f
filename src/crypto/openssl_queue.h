/*
 * OpenSSL's queue of errors is the whole thread's: after a failure it is left as if nothing had happened.
 */
#ifndef OPENSSL_QUEUE_H
#define OPENSSL_QUEUE_H

#include <stdbool.h>

/* Of <openssl/err.h>, which needs the system's <limits.h>; in this tree that name is base's own header. */
void ERR_clear_error(void);

/* openssl_queue_fail(): empties the queue. Returns false, for the caller to return. */
static inline bool openssl_queue_fail(void)
{
	ERR_clear_error();
	return false;
}

#endif
