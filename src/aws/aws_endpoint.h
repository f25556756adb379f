/*
 * Where a service is: what is configured; AWS_ENDPOINT_URL_<SERVICE>; AWS_ENDPOINT_URL; the services section of the
 * profile; its endpoint_url; else the service's own address in the region, by IPv6 too (AWS_USE_DUALSTACK_ENDPOINT,
 * use_dualstack_endpoint) or with validated cryptography (AWS_USE_FIPS_ENDPOINT, use_fips_endpoint) where that is asked
 * for. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or ignore_configured_endpoint_urls, leaves out all but the first and the
 * last. Pure.
 */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include "arena.h"
#include "aws_settings.h"
#include "aws_url.h"

enum aws_endpoint_service { AWS_ENDPOINT_DYNAMODB, AWS_ENDPOINT_KMS, AWS_ENDPOINT_STS };

struct aws_endpoint_request {
	enum aws_endpoint_service service;
	struct text configured; /* by flag or configuration; absent: not */
	struct text by;         /* which of them; absent: "configured" is said of it */
	struct text region;
};

struct aws_endpoint {
	struct text url;
	struct aws_url parts; /* of url */
	struct text from; /* "HANSARD_DYNAMODB_ENDPOINT", "AWS_ENDPOINT_URL", "services section of profile ci", "region" */
};

/* aws_endpoint_find(arena, settings, request, ret_endpoint, error): where it is, and who says so; its texts live in the
   arena. Plain http is for this machine alone. Errors: HANSARD_INVALID "invalid_endpoint" naming where it comes from,
   "invalid_setting"; HANSARD_FAILED. */
enum hansard_status aws_endpoint_find(struct arena *arena, const struct aws_settings *settings,
									  const struct aws_endpoint_request *request, struct aws_endpoint *ret_endpoint,
									  struct hansard_error *error);

/* aws_endpoint_service_name(service): "dynamodb", "kms", "sts", as in its address and in the scope of a signature. */
struct text aws_endpoint_service_name(enum aws_endpoint_service service);

#endif
