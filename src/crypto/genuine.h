/*
 * What a check of authenticity came to. That it could not be made is no sign of forgery: memory that ran out must not read
 * as a violated record.
 */
#ifndef GENUINE_H
#define GENUINE_H

enum genuine {
	GENUINE_FORGED = 1, /* not made with this key of these bytes */
	GENUINE_GOOD,
	GENUINE_UNKNOWN, /* OpenSSL or memory failed */
};

#endif
