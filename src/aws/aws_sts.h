/*
 * Keys that the Security Token Service gives for a role.
 */
#ifndef AWS_STS_H
#define AWS_STS_H

#include "aws_asking.h"

/* A role, and how it is assumed. */
struct aws_sts_role {
	struct text arn;
	struct text session;     /* the name of the session; absent: "hansard" */
	struct text external_id; /* absent: none */
	struct text duration;    /* seconds; absent: as STS likes */
	struct text whose;       /* who names the role, for errors: "profile ci" */
};

/* aws_sts_assume(asking, role, error): AssumeRole, signed with the keys that are held, which those of the role replace.
   Errors: those of aws_settings_region(), aws_endpoint_find() and aws_asking_take(). */
enum hansard_status aws_sts_assume(struct aws_asking *asking, const struct aws_sts_role *role,
								   struct hansard_error *error);

/* aws_sts_identify(asking, role, token_path, error): AssumeRoleWithWebIdentity, with the token of a file. Errors: the
   same, and those of aws_asking_read(). */
enum hansard_status aws_sts_identify(struct aws_asking *asking, const struct aws_sts_role *role, struct text token_path,
									 struct hansard_error *error);

#endif
