/*
 * Keys that a profile gives. The first of these that it has counts:
 *
 *     role_arn                                with source_profile, credential_source or web_identity_token_file
 *     aws_access_key_id, aws_secret_access_key, aws_session_token
 *     credential_process                      a program that prints them
 *     sso_session, sso_start_url, login_session   which a program can turn into keys, as the error says
 *
 * In a profile that another names as its source, keys come before a role. A chain of roles has at most LIMIT_AWS_ROLES,
 * and no profile twice; but one may name itself, and gives its own keys.
 */
#ifndef AWS_PROFILE_KEYS_H
#define AWS_PROFILE_KEYS_H

#include "aws_asking.h"

/* aws_profile_keys_environment(asking, error): keys from the environment. Errors: HANSARD_NOT_FOUND when there are
   none; HANSARD_INVALID "invalid_keys" when there is only half of them. */
enum hansard_status aws_profile_keys_environment(struct aws_asking *asking, struct hansard_error *error);

/* aws_profile_keys_take(asking, error): keys of the settings' profile. Errors: HANSARD_NOT_FOUND when it has none;
   HANSARD_INVALID "invalid_profile", "sso_profile", which name it; those of aws_sts_assume(), aws_metadata.h and the
   edge's run(). */
enum hansard_status aws_profile_keys_take(struct aws_asking *asking, struct hansard_error *error);

#endif
