/*
 * Access keys: as views, and as they are held in locked memory.
 */
#ifndef AWS_KEYS_H
#define AWS_KEYS_H

#include "bytes.h"
#include "limits.h"

/* When keys that do not expire do. */
#define AWS_KEYS_NEVER INT64_MAX

/* Keys of somebody, as views. */
struct aws_keys {
	struct text id;      /* the access key id, which is sent */
	struct bytes secret; /* the secret access key */
	struct text token;   /* of a session, which is sent too; else absent */
	int64_t expires;     /* microseconds since 1970, or AWS_KEYS_NEVER */
};

/* Keys where they are kept: all in locked memory, so that a child of fork, which sees zeros, sees no keys. */
struct aws_keys_held {
	bool present;
	int64_t expires;
	size_t id_size;
	size_t secret_size;
	size_t token_size; /* 0: no token */
	char id[LIMIT_AWS_ID];
	uint8_t secret[LIMIT_AWS_SECRET];
	char token[LIMIT_AWS_TOKEN];
};

/* aws_keys_hold(held, keys, error): keeps a copy instead of what was held; keys may be views into held. On failure held
   is as it was. Errors: HANSARD_INVALID "invalid_keys" when one is empty, too long or has a character that no key has;
   it is not shown. */
enum hansard_status aws_keys_hold(struct aws_keys_held *held, const struct aws_keys *keys, struct hansard_error *error);

/* aws_keys_view(held): what is held; valid until the next change. It must be present. */
struct aws_keys aws_keys_view(const struct aws_keys_held *held);

#endif
