/*
 * Endpoints of services.
 */
#include "aws_endpoint.h"

#include "error.h"

static const struct {
	const char *name; /* in its address, in a services section and in the scope of a signature */
	const char *variable;
	bool gov_is_fips; /* its usual address in GovCloud has validated cryptography, and there is no other */
} services[] = {
	[AWS_ENDPOINT_DYNAMODB] = {"dynamodb", "AWS_ENDPOINT_URL_DYNAMODB", true},
	[AWS_ENDPOINT_KMS] = {"kms", "AWS_ENDPOINT_URL_KMS", false},
	[AWS_ENDPOINT_STS] = {"sts", "AWS_ENDPOINT_URL_STS", true},
};

_Static_assert(sizeof(services) / sizeof(services[0]) == AWS_ENDPOINT_STS + 1, "one row per service");

/* The domains of AWS's partitions, by how the names of their regions begin; the last row is for all others. */
static const struct {
	const char *begin;
	const char *suffix;
	const char *dual_suffix; /* NULL: not by IPv6 */
} partitions[] = {
	{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{"us-iso-", "c2s.ic.gov", NULL},
	{"us-isob-", "sc2s.sgov.gov", NULL},
	{"us-isof-", "csp.hci.ic.gov", NULL},
	{"eu-isoe-", "cloud.adc-e.uk", NULL},
	{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
	{"", "amazonaws.com", "api.aws"},
};

struct text aws_endpoint_service_name(enum aws_endpoint_service service)
{
	return text_of_string(services[service].name);
}

/* What is asked of an endpoint. */
struct kind {
	bool dual;
	bool fips;
};

static enum hansard_status read_kind(const struct aws_settings *settings, struct kind *ret_kind,
									 struct hansard_error *error)
{
	enum hansard_status status =
		aws_settings_switch(settings, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", &ret_kind->dual, error);
	if (status == HANSARD_OK)
		status = aws_settings_switch(settings, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", &ret_kind->fips, error);
	if (status != HANSARD_OK || !ret_kind->dual || !ret_kind->fips)
		return status;
	error_set(error, HANSARD_INVALID, "invalid_endpoint",
			  "a dual-stack endpoint and a FIPS endpoint are asked for, and one is not the other");
	error_hint(error, "unset AWS_USE_DUALSTACK_ENDPOINT or AWS_USE_FIPS_ENDPOINT, or what the profile says of them");
	return HANSARD_INVALID;
}

/* An endpoint that somebody may have named. */
struct candidate {
	struct text url; /* absent or empty: nobody has */
	const char *where;
	struct text whose;
};

enum { CANDIDATES = 5 };

static void list_candidates(const struct aws_settings *settings, const struct aws_endpoint_request *request,
							struct candidate candidates[static CANDIDATES])
{
	const struct aws_profile_files *files = &settings->files;
	const struct text profile = settings->profile;
	const char *name = services[request->service].name;
	const char *variable = services[request->service].variable;
	const struct aws_profile_service service = {.profile = profile, .service = name, .key = "endpoint_url"};
	const struct candidate all[CANDIDATES] = {
		{request->configured, "", text_present(request->by) ? request->by : TEXT("configured")},
		{aws_settings_variable(settings->environment, variable), variable, TEXT("")},
		{aws_settings_variable(settings->environment, "AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL", TEXT("")},
		{aws_profile_service(files, &service), "services section of profile ", profile},
		{aws_profile_value(files, profile, "endpoint_url"), "endpoint_url of profile ", profile},
	};
	memcpy(candidates, all, sizeof(all));
}

/* The endpoint that somebody names; its url is absent when nobody does. */
static enum hansard_status find_named(struct arena *arena, const struct aws_settings *settings,
									  const struct aws_endpoint_request *request, struct aws_endpoint *endpoint,
									  struct hansard_error *error)
{
	struct candidate candidates[CANDIDATES];
	bool ignored = false;
	size_t at = 0;
	const enum hansard_status status = aws_settings_switch(settings, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
														   "ignore_configured_endpoint_urls", &ignored, error);
	*endpoint = (struct aws_endpoint){.url = TEXT_ABSENT};
	if (status != HANSARD_OK)
		return status;
	list_candidates(settings, request, candidates);
	while (at < (ignored ? 1 : CANDIDATES) && candidates[at].url.size == 0)
		at++;
	if (at == (ignored ? 1 : CANDIDATES))
		return HANSARD_OK;
	return arena_copy_text(arena, candidates[at].url, &endpoint->url) &&
				   arena_format(arena, &endpoint->from, "%s%.*s", candidates[at].where, (int)candidates[at].whose.size,
								candidates[at].whose.data)
			   ? HANSARD_OK
			   : error_memory(error);
}

static enum hansard_status refuse(const struct aws_endpoint *endpoint, const char *what, const char *hint,
								  struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_endpoint", "the endpoint " ERROR_TEXT " (" ERROR_TEXT ") %s",
			  ERROR_TEXT_ARGS(endpoint->url), ERROR_TEXT_ARGS(endpoint->from), what);
	error_hint(error, "%s", hint);
	return HANSARD_INVALID;
}

/* Whether an endpoint that somebody names may be used; takes it apart. */
static enum hansard_status check_named(struct aws_endpoint *endpoint, struct kind kind, struct hansard_error *error)
{
	struct aws_url *parts = &endpoint->parts;
	if (!aws_url_parse(endpoint->url, parts) || text_present(parts->query))
		return refuse(
			endpoint, "is no URL of an endpoint",
			"it is https://host, https://host:port or https://host/path, or on this machine http://localhost:8000",
			error);
	if (!parts->tls && !aws_url_is_loopback(parts))
		return refuse(endpoint,
					  "is plain http to another machine, where anybody on the way reads and changes what is sent",
					  "use https, or an endpoint on this machine: http://localhost:8000", error);
	if (kind.dual || kind.fips)
		return refuse(endpoint, "is named while a dual-stack or FIPS endpoint is asked for, too",
					  "leave out one: the endpoint, or AWS_USE_DUALSTACK_ENDPOINT and AWS_USE_FIPS_ENDPOINT", error);
	return HANSARD_OK;
}

/* The address of the service in a region. */
static enum hansard_status find_regional(struct arena *arena, const struct aws_endpoint_request *request,
										 struct kind kind, struct aws_endpoint *endpoint, struct hansard_error *error)
{
	const struct text region = request->region;
	const bool gov = text_starts_with(region, TEXT("us-gov-"));
	size_t at = 0;
	while (!text_starts_with(region, text_of_string(partitions[at].begin)))
		at++;
	const char *suffix = kind.dual ? partitions[at].dual_suffix : partitions[at].suffix;
	if (suffix == NULL) {
		error_set(error, HANSARD_INVALID, "invalid_endpoint", "there are no dual-stack endpoints in region " ERROR_TEXT,
				  ERROR_TEXT_ARGS(region));
		error_hint(error, "unset AWS_USE_DUALSTACK_ENDPOINT, or what the profile says of it");
		return HANSARD_INVALID;
	}
	const char *fips = kind.fips && !(gov && services[request->service].gov_is_fips) ? "-fips" : "";
	endpoint->from = TEXT("region");
	return arena_format(arena, &endpoint->url, "https://%s%s.%.*s.%s", services[request->service].name, fips,
						(int)region.size, region.data, suffix) &&
				   aws_url_parse(endpoint->url, &endpoint->parts)
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status aws_endpoint_find(struct arena *arena, const struct aws_settings *settings,
									  const struct aws_endpoint_request *request, struct aws_endpoint *ret_endpoint,
									  struct hansard_error *error)
{
	struct aws_endpoint endpoint = {.url = TEXT_ABSENT};
	struct kind kind = {.dual = false};
	enum hansard_status status = read_kind(settings, &kind, error);
	if (status == HANSARD_OK)
		status = find_named(arena, settings, request, &endpoint, error);
	if (status == HANSARD_OK && text_present(endpoint.url))
		status = check_named(&endpoint, kind, error);
	else if (status == HANSARD_OK)
		status = find_regional(arena, request, kind, &endpoint, error);
	if (status == HANSARD_OK)
		*ret_endpoint = endpoint;
	return status;
}
