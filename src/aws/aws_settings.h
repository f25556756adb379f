/*
 * What a person has set for AWS's tools: the environment, the two files (aws_profile.h), and which profile of them
 * counts.
 */
#ifndef AWS_SETTINGS_H
#define AWS_SETTINGS_H

#include "aws_edge.h"
#include "aws_profile.h"

struct aws_settings {
	const char *const *environment;
	struct aws_profile_files files;
	struct text profile;
	struct text profile_from; /* "flag", "AWS_PROFILE"; absent: nobody named it */
	struct buffer config;     /* what the views above point into */
	struct buffer credentials;
	struct buffer paths;
};

/* aws_settings_init(settings): empty. Allocates nothing. */
void aws_settings_init(struct aws_settings *settings);

/* aws_settings_finish(settings): wipes and frees what it holds. Takes one that is already finished. */
void aws_settings_finish(struct aws_settings *settings);

/* aws_settings_load(edge, profile, settings, error): reads AWS_CONFIG_FILE, else ~/.aws/config, and
   AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials, into initialised settings; a file that is not there is an empty
   one. The profile is the one that is given, else AWS_PROFILE, else `default`. Errors: HANSARD_INVALID
   "invalid_aws_file", "no_profile" for one that is in neither file, but for `default`; HANSARD_FAILED. */
enum hansard_status aws_settings_load(const struct aws_edge *edge, struct text profile, struct aws_settings *settings,
									  struct hansard_error *error);

/* aws_settings_variable(environment, name): an environment variable; absent when it is not set, or empty. */
struct text aws_settings_variable(const char *const *environment, const char *name);

/* aws_settings_value(settings, variable, key): the variable, else the profile's value; absent when there is neither. */
struct text aws_settings_value(const struct aws_settings *settings, const char *variable, const char *key);

/* aws_settings_switch(settings, variable, key, ret_on, error): the same for true and false; neither is false. A key of
   NULL leaves the variable alone. Errors: HANSARD_INVALID "invalid_setting" for another word. */
enum hansard_status aws_settings_switch(const struct aws_settings *settings, const char *variable, const char *key,
										bool *ret_on, struct hansard_error *error);

/* aws_settings_region(settings, configured, ret_region, error): `configured` unless absent, else AWS_REGION,
   AWS_DEFAULT_REGION, the profile's region; a view into what it comes from. Errors: HANSARD_INVALID "no_region",
   "invalid_region". */
enum hansard_status aws_settings_region(const struct aws_settings *settings, struct text configured,
										struct text *ret_region, struct hansard_error *error);

#endif
