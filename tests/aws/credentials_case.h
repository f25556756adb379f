/*
 * A case of credentials in a scripted world, and answers that several tests give.
 */
#ifndef CREDENTIALS_CASE_H
#define CREDENTIALS_CASE_H

#include "aws_credentials.h"
#include "scripted_edge.h"
#include "tap.h"

static struct aws_credentials *credentials;
static struct aws_credentials_options options;
static struct aws_keys keys;
static struct hansard_error error;

__attribute__((unused)) static void begin(void)
{
	aws_credentials_destroy(credentials);
	credentials = NULL;
	scripted_edge_begin();
	scripted_edge_variable("HOME=/home/ada");
	options = (struct aws_credentials_options){.region = TEXT("eu-west-1")};
}

__attribute__((unused)) static void config(const char *content)
{
	scripted_edge_file("/home/ada/.aws/config", content);
}

__attribute__((unused)) static enum hansard_status ask(void)
{
	memset(&error, 0, sizeof(error));
	options.edge = scripted_edge();
	if (credentials == NULL)
		expect_integer(aws_credentials_create(&options, &credentials, &error), HANSARD_OK);
	return aws_credentials_keys(credentials, scripted_edge_steady() + INT64_C(30) * 1000000, &keys, &error);
}

__attribute__((unused)) static void expect_keys(const char *id, const char *secret, const char *token)
{
	if (ask() != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s\n%s", error.kind, error.message, scripted_edge_log());
	expect_text(keys.id, id);
	expect_text(text_of_bytes(keys.secret), secret);
	if (token == NULL)
		expect(!text_present(keys.token));
	else
		expect_text(keys.token, token);
}

__attribute__((unused)) static void expect_refused(enum hansard_status status, const char *kind, const char *message,
												   const char *hint)
{
	const enum hansard_status actual = ask();
	if (strcmp(error.kind, kind) != 0)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	expect_integer(actual, status);
	expect_string(error.message, message);
	expect_string(error.hint, hint);
}

__attribute__((unused)) static void expect_asked(const char *line)
{
	if (strstr(scripted_edge_log(), line) == NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" was not asked:\n%s", line, scripted_edge_log());
}

__attribute__((unused)) static void expect_not_asked(const char *line)
{
	if (strstr(scripted_edge_log(), line) != NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" was asked:\n%s", line, scripted_edge_log());
}

__attribute__((unused)) static const char sts_url[] = "POST https://sts.eu-west-1.amazonaws.com/";
__attribute__((unused)) static const char container_url[] = "GET http://169.254.170.2/v2/keys";
__attribute__((unused)) static const char token_url[] = "PUT http://169.254.169.254/latest/api/token";
__attribute__((unused)) static const char role_url[] =
	"GET http://169.254.169.254/latest/meta-data/iam/security-credentials/";
__attribute__((unused)) static const char keys_url[] =
	"GET http://169.254.169.254/latest/meta-data/iam/security-credentials/web.app-1";

/* Expires an hour after the script begins. */
__attribute__((unused)) static const char container_answer[] =
	"{\"AccessKeyId\":\"ACONTAINER\",\"SecretAccessKey\":\"SCONTAINER\",\"Token\":\"TCONTAINER\",\"Expiration\":\"2026-01-01T01:00:00Z\"}";
__attribute__((unused)) static const char instance_answer[] =
	"{\"Code\":\"Success\",\"AccessKeyId\":\"AINSTANCE\",\"SecretAccessKey\":\"SINSTANCE\",\"Token\":\"TINSTANCE\",\"Expiration\":\"2026-01-01T01:00:00Z\"}";

#define STS_ANSWER(id, moment)                                                                                         \
	"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" id "</AccessKeyId><SecretAccessKey>S" id        \
	"</SecretAccessKey><SessionToken>T" id "</SessionToken><Expiration>" moment                                        \
	"</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"

__attribute__((unused)) static const char sts_answer[] = STS_ANSWER("AROLE", "2026-01-01T01:00:00Z");

__attribute__((unused)) static void answer_instance(void)
{
	scripted_edge_answer(token_url, 200, "TOKEN\n");
	scripted_edge_answer(role_url, 200, "web.app-1\n");
	scripted_edge_answer(keys_url, 200, instance_answer);
}

/* The last test of each program. */
__attribute__((unused)) static void ends(void)
{
	aws_credentials_destroy(credentials);
	aws_credentials_destroy(NULL);
	credentials = NULL;
}

#endif
