/*
 * Where access keys come from. The first of these that is there counts:
 *
 *     environment    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
 *     web identity   AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN: STS gives keys for the token (EKS)
 *     profile        of AWS's shared files: a role to assume, keys, or a program that prints them (aws_profile_keys.h)
 *     container      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI (ECS, EKS Pod Identity)
 *     instance       the metadata service of EC2, version 2
 *
 * One that is there and gives no keys is an error, and no later one is asked. Keys are held in locked memory and wiped;
 * they are asked for anew from five minutes before they expire. Until then, keys that are still good go on being used
 * when that fails, and it is tried again a minute later.
 */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "aws_edge.h"
#include "aws_keys.h"

struct aws_credentials;

/* Views, which must outlive the credentials. */
struct aws_credentials_options {
	struct aws_edge edge;
	struct text profile;      /* absent: AWS_PROFILE, else default */
	struct text region;       /* as configured; absent: see aws_settings_region() */
	struct text sts_endpoint; /* as configured; absent: see aws_endpoint.h */
};

/* aws_credentials_create(options, ret_credentials, error): asks for nothing yet. Errors: HANSARD_FAILED
   "memory_not_locked", "memory_not_protected", "crypto_failed", "out_of_memory". */
enum hansard_status aws_credentials_create(const struct aws_credentials_options *options,
										   struct aws_credentials **ret_credentials, struct hansard_error *error);

/* aws_credentials_destroy(credentials): wipes the keys. Takes NULL. */
void aws_credentials_destroy(struct aws_credentials *credentials);

/* aws_credentials_keys(credentials, deadline, ret_keys, error): keys that are good now, views that are valid until the
   next call. Whoever is asked for them is asked until the deadline, by the steady clock (programs have a time of
   their own). Errors: HANSARD_INVALID for what is set wrong, "no_credentials" when nothing gives keys;
   HANSARD_UNREACHABLE and HANSARD_FAILED when who is asked does not answer, or refuses ("no_keys"). */
enum hansard_status aws_credentials_keys(struct aws_credentials *credentials, int64_t deadline,
										 struct aws_keys *ret_keys, struct hansard_error *error);

/* aws_credentials_expire(credentials): a service says that the keys are no longer good: wipes them. */
void aws_credentials_expire(struct aws_credentials *credentials);

/* aws_credentials_from(credentials): who gave the keys, for people; valid until the next call, "" before the first. */
struct text aws_credentials_from(const struct aws_credentials *credentials);

#endif
