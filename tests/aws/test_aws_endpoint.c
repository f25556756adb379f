/*
 * Region and endpoints: who is asked first, what is refused and with which words.
 */
#include "aws_endpoint.h"

#include "scripted_edge.h"
#include "tap.h"

static struct arena *arena;
static struct aws_settings settings;
static struct aws_endpoint endpoint;
static struct hansard_error error;

static void begin(const char *config)
{
	scripted_edge_begin();
	scripted_edge_variable("HOME=/home/ada");
	scripted_edge_file("/home/ada/.aws/config", config);
	aws_settings_finish(&settings);
	arena_destroy(arena);
	arena = arena_create(1 << 20);
	expect(arena != NULL);
}

static enum hansard_status find(enum aws_endpoint_service service, const char *configured, const char *region)
{
	const struct aws_edge edge = scripted_edge();
	const struct aws_endpoint_request request = {
		.service = service, .configured = text_of_string(configured), .region = text_of_string(region)};
	memset(&error, 0, sizeof(error));
	const enum hansard_status status = aws_settings_load(&edge, TEXT_ABSENT, &settings, &error);
	return status == HANSARD_OK ? aws_endpoint_find(arena, &settings, &request, &endpoint, &error) : status;
}

static void expect_found(enum aws_endpoint_service service, const char *url, const char *from)
{
	if (find(service, NULL, "eu-west-1") != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	expect_text(endpoint.url, url);
	expect_text(endpoint.from, from);
}

/* Each place is beaten by the one that is added after it. */
static void precedence(void)
{
	begin(
		"[default]\nendpoint_url = https://5.example\nservices = lab\n[services lab]\nkms =\n  endpoint_url = https://4.example\n");
	expect_found(AWS_ENDPOINT_DYNAMODB, "https://5.example", "endpoint_url of profile default");
	expect_found(AWS_ENDPOINT_KMS, "https://4.example", "services section of profile default");
	scripted_edge_variable("AWS_ENDPOINT_URL=https://3.example");
	expect_found(AWS_ENDPOINT_KMS, "https://3.example", "AWS_ENDPOINT_URL");
	expect_found(AWS_ENDPOINT_STS, "https://3.example", "AWS_ENDPOINT_URL");
	scripted_edge_variable("AWS_ENDPOINT_URL_KMS=https://2.example/");
	expect_found(AWS_ENDPOINT_KMS, "https://2.example/", "AWS_ENDPOINT_URL_KMS");
	expect_found(AWS_ENDPOINT_DYNAMODB, "https://3.example", "AWS_ENDPOINT_URL");
	expect_integer(find(AWS_ENDPOINT_KMS, "https://1.example:8443/x", "eu-west-1"), HANSARD_OK);
	expect_text(endpoint.url, "https://1.example:8443/x");
	expect_text(endpoint.from, "configured");
	expect_text(endpoint.parts.authority, "1.example:8443");
	expect_text(endpoint.parts.path, "/x");
}

static void own_variables(void)
{
	begin("");
	scripted_edge_variable("AWS_ENDPOINT_URL_DYNAMODB=https://d.example");
	scripted_edge_variable("AWS_ENDPOINT_URL_STS=https://s.example");
	expect_found(AWS_ENDPOINT_DYNAMODB, "https://d.example", "AWS_ENDPOINT_URL_DYNAMODB");
	expect_found(AWS_ENDPOINT_STS, "https://s.example", "AWS_ENDPOINT_URL_STS");
	expect_found(AWS_ENDPOINT_KMS, "https://kms.eu-west-1.amazonaws.com", "region");
}

static void ignored(void)
{
	begin("[default]\nignore_configured_endpoint_urls = TRUE\nendpoint_url = https://5.example\n");
	scripted_edge_variable("AWS_ENDPOINT_URL=https://3.example");
	expect_found(AWS_ENDPOINT_KMS, "https://kms.eu-west-1.amazonaws.com", "region");
	expect_integer(find(AWS_ENDPOINT_KMS, "https://1.example", "eu-west-1"), HANSARD_OK);
	expect_text(endpoint.url, "https://1.example");
	scripted_edge_variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false");
	expect_found(AWS_ENDPOINT_KMS, "https://3.example", "AWS_ENDPOINT_URL");
	begin("");
	scripted_edge_variable("AWS_ENDPOINT_URL_STS=");
	scripted_edge_variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=perhaps");
	expect_integer(find(AWS_ENDPOINT_STS, NULL, "eu-west-1"), HANSARD_INVALID);
	expect_string(error.kind, "invalid_setting");
	expect_string(error.hint, "it is true or false");
}

static void regions(void)
{
	static const struct {
		enum aws_endpoint_service service;
		const char *region;
		const char *set;
		const char *url;
	} rows[] = {
		{AWS_ENDPOINT_DYNAMODB, "eu-central-1", "A=b", "https://dynamodb.eu-central-1.amazonaws.com"},
		{AWS_ENDPOINT_STS, "cn-north-1", "A=b", "https://sts.cn-north-1.amazonaws.com.cn"},
		{AWS_ENDPOINT_KMS, "us-gov-west-1", "A=b", "https://kms.us-gov-west-1.amazonaws.com"},
		{AWS_ENDPOINT_KMS, "us-iso-east-1", "A=b", "https://kms.us-iso-east-1.c2s.ic.gov"},
		{AWS_ENDPOINT_KMS, "us-isob-east-1", "A=b", "https://kms.us-isob-east-1.sc2s.sgov.gov"},
		{AWS_ENDPOINT_DYNAMODB, "eusc-de-east-1", "A=b", "https://dynamodb.eusc-de-east-1.amazonaws.eu"},
		{AWS_ENDPOINT_DYNAMODB, "eu-central-1", "AWS_USE_DUALSTACK_ENDPOINT=true",
		 "https://dynamodb.eu-central-1.api.aws"},
		{AWS_ENDPOINT_KMS, "cn-north-1", "AWS_USE_DUALSTACK_ENDPOINT=true",
		 "https://kms.cn-north-1.api.amazonwebservices.com.cn"},
		{AWS_ENDPOINT_DYNAMODB, "us-east-1", "AWS_USE_FIPS_ENDPOINT=true",
		 "https://dynamodb-fips.us-east-1.amazonaws.com"},
		{AWS_ENDPOINT_KMS, "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT=true",
		 "https://kms-fips.us-gov-west-1.amazonaws.com"},
		{AWS_ENDPOINT_DYNAMODB, "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT=true",
		 "https://dynamodb.us-gov-west-1.amazonaws.com"},
		{AWS_ENDPOINT_STS, "us-gov-east-1", "AWS_USE_FIPS_ENDPOINT=true", "https://sts.us-gov-east-1.amazonaws.com"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin("");
		scripted_edge_variable(rows[i].set);
		expect_integer(find(rows[i].service, NULL, rows[i].region), HANSARD_OK);
		expect_text(endpoint.url, rows[i].url);
	}
}

static void profile_kinds(void)
{
	begin("[default]\nuse_fips_endpoint = true\n");
	expect_found(AWS_ENDPOINT_KMS, "https://kms-fips.eu-west-1.amazonaws.com", "region");
	scripted_edge_variable("AWS_USE_FIPS_ENDPOINT=false");
	expect_found(AWS_ENDPOINT_KMS, "https://kms.eu-west-1.amazonaws.com", "region");
	begin("[default]\nuse_dualstack_endpoint = true\n");
	expect_found(AWS_ENDPOINT_KMS, "https://kms.eu-west-1.api.aws", "region");
}

static void expect_refused(const char *configured, const char *region, const char *message, const char *hint)
{
	expect_integer(find(AWS_ENDPOINT_DYNAMODB, configured, region), HANSARD_INVALID);
	expect_string(error.kind, "invalid_endpoint");
	expect_string(error.message, message);
	expect_string(error.hint, hint);
}

static void both_kinds(void)
{
	begin("[default]\nuse_dualstack_endpoint = true\n");
	scripted_edge_variable("AWS_USE_FIPS_ENDPOINT=true");
	expect_refused(NULL, "eu-west-1",
				   "a dual-stack endpoint and a FIPS endpoint are asked for, and one is not the other",
				   "unset AWS_USE_DUALSTACK_ENDPOINT or AWS_USE_FIPS_ENDPOINT, or what the profile says of them");
}

static void kind_and_name(void)
{
	begin("");
	scripted_edge_variable("AWS_USE_FIPS_ENDPOINT=true");
	expect_refused(
		"https://x.example", "eu-west-1",
		"the endpoint https://x.example (configured) is named while a dual-stack or FIPS endpoint is asked for, too",
		"leave out one: the endpoint, or AWS_USE_DUALSTACK_ENDPOINT and AWS_USE_FIPS_ENDPOINT");
}

static void no_dual_stack(void)
{
	begin("");
	scripted_edge_variable("AWS_USE_DUALSTACK_ENDPOINT=true");
	expect_refused(NULL, "us-iso-east-1", "there are no dual-stack endpoints in region us-iso-east-1",
				   "unset AWS_USE_DUALSTACK_ENDPOINT, or what the profile says of it");
}

static void plain_http(void)
{
	static const char *const here[] = {"http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"};
	begin("");
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		expect_integer(find(AWS_ENDPOINT_DYNAMODB, here[i], "x"), HANSARD_OK);
		expect_text(endpoint.url, here[i]);
	}
	scripted_edge_variable("AWS_ENDPOINT_URL=http://db.example:8000");
	expect_refused(
		NULL, "eu-west-1",
		"the endpoint http://db.example:8000 (AWS_ENDPOINT_URL) is plain http to another machine, where anybody on the way reads and changes what is sent",
		"use https, or an endpoint on this machine: http://localhost:8000");
}

static void no_urls(void)
{
	static const char *const strings[] = {"db.example", "https://db.example?x=y", "https://user@db.example",
										  "https://db.example:x"};
	begin("");
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		expect_integer(find(AWS_ENDPOINT_DYNAMODB, strings[i], "x"), HANSARD_INVALID);
		expect_string(error.kind, "invalid_endpoint");
		expect_string(error.hint, "it is https://host, https://host:port or https://host/path, or on this machine "
								  "http://localhost:8000");
	}
}

static enum hansard_status region(const char *configured, struct text *ret_region)
{
	const struct aws_edge edge = scripted_edge();
	expect_integer(aws_settings_load(&edge, TEXT_ABSENT, &settings, &error), HANSARD_OK);
	return aws_settings_region(&settings, text_of_string(configured), ret_region, &error);
}

static void region_precedence(void)
{
	struct text found;
	begin("[default]\nregion = eu-1\n");
	expect_integer(region(NULL, &found), HANSARD_OK);
	expect_text(found, "eu-1");
	scripted_edge_variable("AWS_DEFAULT_REGION=eu-2");
	expect_integer(region(NULL, &found), HANSARD_OK);
	expect_text(found, "eu-2");
	scripted_edge_variable("AWS_REGION=eu-3");
	expect_integer(region(NULL, &found), HANSARD_OK);
	expect_text(found, "eu-3");
	expect_integer(region("eu-4", &found), HANSARD_OK);
	expect_text(found, "eu-4");
}

static void no_region(void)
{
	static const char *const bad[] = {"",
									  "EU-1",
									  "eu 1",
									  "eu-1.evil.example",
									  "eu-1/",
									  "-eu",
									  "eu-",
									  "eu_1",
									  "a234567890a234567890a234567890a234567890a234567890a234567890a234"};
	struct text found = TEXT("unchanged");
	begin("");
	expect_integer(region(NULL, &found), HANSARD_INVALID);
	expect_string(error.kind, "no_region");
	expect_string(error.message,
				  "no region: neither configured nor in AWS_REGION, AWS_DEFAULT_REGION or profile default");
	expect_string(error.hint, "set AWS_REGION, for example to eu-central-1, or dynamodb.region");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect_integer(region(bad[i], &found), HANSARD_INVALID);
		expect_string(error.kind, "invalid_region");
	}
	expect_text(found, "unchanged");
}

static void names(void)
{
	expect_text(aws_endpoint_service_name(AWS_ENDPOINT_DYNAMODB), "dynamodb");
	expect_text(aws_endpoint_service_name(AWS_ENDPOINT_KMS), "kms");
	expect_text(aws_endpoint_service_name(AWS_ENDPOINT_STS), "sts");
}

static const struct tap_test tests[] = {
	{"what is configured beats the variables, and they the profile, each more special one first", precedence},
	{"each service has a variable of its own, and what is nowhere named comes from the region", own_variables},
	{"named endpoints can be ignored, but for the configured one", ignored},
	{"a region's endpoint is in its partition's domain, dual-stack or FIPS where that is asked for", regions},
	{"a profile asks for dual-stack or FIPS endpoints, the environment before it", profile_kinds},
	{"dual-stack and FIPS at once are refused", both_kinds},
	{"a FIPS endpoint and a named one at once are refused", kind_and_name},
	{"where there is no dual-stack endpoint, it is said", no_dual_stack},
	{"plain http is for this machine alone", plain_http},
	{"what is no URL of an endpoint is refused", no_urls},
	{"the region is configured, in AWS_REGION, AWS_DEFAULT_REGION or the profile, in this order", region_precedence},
	{"no region, and what cannot be one, are refused", no_region},
	{"services have their names", names},
};

TAP_MAIN(tests)
