/*
 * OpenSSL's queue of errors is the whole thread's: after a failure it is left as if nothing had happened.
 */
#ifndef OPENSSL_QUEUE_H
#define OPENSSL_QUEUE_H

#include <stdbool.h>

#include "genuine.h"

/* Of <openssl/err.h>, which needs the system's <limits.h>; in this tree that name is base's own header. */
void ERR_clear_error(void);

/* Of the same header: 0 when the queue is empty. */
unsigned long ERR_peek_error(void);

/* openssl_queue_begin(): empties the queue before a check that openssl_queue_judge() will judge. Looking costs less than
   emptying what is empty. */
static inline void openssl_queue_begin(void)
{
	if (ERR_peek_error() != 0)
		ERR_clear_error();
}

/* openssl_queue_judge(): a check that did not succeed: it failed where the queue says why, and is else an answer. Empties the
   queue. */
static inline enum genuine openssl_queue_judge(void)
{
	const enum genuine genuine = ERR_peek_error() != 0 ? GENUINE_UNKNOWN : GENUINE_FORGED;
	ERR_clear_error();
	return genuine;
}

/* openssl_queue_fail(): empties the queue. Returns false, for the caller to return. */
static inline bool openssl_queue_fail(void)
{
	ERR_clear_error();
	return false;
}

#endif
