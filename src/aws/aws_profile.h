/*
 * The two files that AWS's tools share, ~/.aws/config and ~/.aws/credentials (AWS SDKs and Tools Reference Guide,
 * "Shared config and credentials files"):
 *
 *     [default]                        a profile; in config [profile default] is the same, and hides this one
 *     [profile ci]                     config alone: in credentials it is [ci]
 *     region = eu-north-1  # a note    a name knows no case, the last of several counts, a note begins behind a blank
 *     services = lab
 *     [services lab]                   config alone
 *     dynamodb =                       nothing here: what belongs to it follows, indented
 *       endpoint_url = http://localhost:8000
 *
 * What credentials says of a profile comes before what config says. Pure: nothing is allocated, answers are views into
 * the two files, which may hold secrets. inih cannot read them: as Debian builds it a line ends after 200 bytes and a
 * name after 50, in the middle of a session token, and indentation is forgotten.
 */
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include "bytes.h"

struct aws_profile_file {
	struct text path; /* for errors */
	struct text content;
};

struct aws_profile_files {
	struct aws_profile_file config;
	struct aws_profile_file credentials;
};

/* aws_profile_check(files, error): both can be read to their ends. Errors: HANSARD_INVALID "invalid_aws_file" with file
   and line, and none of the line's words, which may be secret. */
enum hansard_status aws_profile_check(const struct aws_profile_files *files, struct hansard_error *error);

/* aws_profile_exists(files, profile): either has a section of this profile. */
bool aws_profile_exists(const struct aws_profile_files *files, struct text profile);

/* aws_profile_value(files, profile, key): a value, trimmed; absent when there is none. One that goes on in further
   lines comes with its line ends. */
struct text aws_profile_value(const struct aws_profile_files *files, struct text profile, const char *key);

/* A value of the section [services x] that a profile names. */
struct aws_profile_service {
	struct text profile;
	const char *service;
	const char *key;
};

/* aws_profile_service(files, service): absent when the profile names no section, or there is no such value in it. */
struct text aws_profile_service(const struct aws_profile_files *files, const struct aws_profile_service *service);

#endif
