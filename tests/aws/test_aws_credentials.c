/*
 * The chain of credentials in a scripted world: every source, their order, expiry and renewal, and each refusal's
 * words.
 */
#include "aws_credentials.h"

#include <sys/wait.h>
#include <unistd.h>

#include "scripted_edge.h"
#include "tap.h"

static struct aws_credentials *credentials;
static struct aws_credentials_options options;
static struct aws_keys keys;
static struct hansard_error error;

static void begin(void)
{
	aws_credentials_destroy(credentials);
	credentials = NULL;
	scripted_edge_begin();
	scripted_edge_variable("HOME=/home/ada");
	options = (struct aws_credentials_options){.region = TEXT("eu-west-1")};
}

static void config(const char *content)
{
	scripted_edge_file("/home/ada/.aws/config", content);
}

static enum hansard_status ask(void)
{
	memset(&error, 0, sizeof(error));
	options.edge = scripted_edge();
	if (credentials == NULL)
		expect_integer(aws_credentials_create(&options, &credentials, &error), HANSARD_OK);
	return aws_credentials_keys(credentials, scripted_edge_now() + INT64_C(30) * 1000000, &keys, &error);
}

static void expect_keys(const char *id, const char *secret, const char *token)
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

static void expect_refused(enum hansard_status status, const char *kind, const char *message, const char *hint)
{
	const enum hansard_status actual = ask();
	if (strcmp(error.kind, kind) != 0)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	expect_integer(actual, status);
	expect_string(error.message, message);
	expect_string(error.hint, hint);
}

static void expect_asked(const char *line)
{
	if (strstr(scripted_edge_log(), line) == NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" was not asked:\n%s", line, scripted_edge_log());
}

static void expect_not_asked(const char *line)
{
	if (strstr(scripted_edge_log(), line) != NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" was asked:\n%s", line, scripted_edge_log());
}

/* ---- answers ---- */

static const char sts_url[] = "POST https://sts.eu-west-1.amazonaws.com/";
static const char container_url[] = "GET http://169.254.170.2/v2/keys";
static const char token_url[] = "PUT http://169.254.169.254/latest/api/token";
static const char role_url[] = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/";
static const char keys_url[] = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/web.app-1";

/* Expires an hour after the script begins. */
static const char container_answer[] =
	"{\"AccessKeyId\":\"ACONTAINER\",\"SecretAccessKey\":\"SCONTAINER\",\"Token\":\"TCONTAINER\",\"Expiration\":\"2026-01-01T01:00:00Z\"}";
static const char instance_answer[] =
	"{\"Code\":\"Success\",\"AccessKeyId\":\"AINSTANCE\",\"SecretAccessKey\":\"SINSTANCE\",\"Token\":\"TINSTANCE\",\"Expiration\":\"2026-01-01T01:00:00Z\"}";

#define STS_ANSWER(id, moment)                                                                                         \
	"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" id "</AccessKeyId><SecretAccessKey>S" id        \
	"</SecretAccessKey><SessionToken>T" id "</SessionToken><Expiration>" moment                                        \
	"</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"

static const char sts_answer[] = STS_ANSWER("AROLE", "2026-01-01T01:00:00Z");

static void answer_instance(void)
{
	scripted_edge_answer(token_url, 200, "TOKEN\n");
	scripted_edge_answer(role_url, 200, "web.app-1\n");
	scripted_edge_answer(keys_url, 200, instance_answer);
}

/* ---- sources ---- */

static void environment(void)
{
	begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
	expect_keys("AENV", "SENV", NULL);
	expect_text(aws_credentials_from(credentials), "environment");
	expect_integer(keys.expires, AWS_KEYS_NEVER);
	begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
	scripted_edge_variable("AWS_SESSION_TOKEN=TENV");
	expect_keys("AENV", "SENV", "TENV");
}

static void half_environment(void)
{
	begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
	expect_refused(HANSARD_INVALID, "invalid_keys",
				   "the access key id is there without the secret access key in environment",
				   "set both or none of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
	begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
	expect_refused(HANSARD_INVALID, "invalid_keys",
				   "the secret access key is there without the access key id in environment",
				   "set both or none of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

static void keys_with_blanks(void)
{
	begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV\r");
	expect_refused(HANSARD_INVALID, "invalid_keys",
				   "environment: the secret access key has a blank or another character that no key has", "");
}

static void web_identity(void)
{
	begin();
	scripted_edge_variable("AWS_WEB_IDENTITY_TOKEN_FILE=/var/token");
	scripted_edge_variable("AWS_ROLE_ARN=arn:aws:iam::1:role/Pod");
	scripted_edge_variable("AWS_ROLE_SESSION_NAME=pod one");
	scripted_edge_file("/var/token", "eyJ+/=.x_y-z~\n");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked(
		"\nhost: sts.eu-west-1.amazonaws.com\ncontent-type: application/x-www-form-urlencoded\nbody "
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2FPod&RoleSessionName=pod%20one"
		"&WebIdentityToken=eyJ%2B%2F%3D.x_y-z~\n");
	expect_not_asked("sign ");
	expect_not_asked(", direct");
	expect_text(aws_credentials_from(credentials), "AWS_ROLE_ARN, by role arn:aws:iam::1:role/Pod");
}

static void web_identity_refused(void)
{
	begin();
	scripted_edge_variable("AWS_WEB_IDENTITY_TOKEN_FILE=/var/token");
	expect_refused(HANSARD_INVALID, "invalid_setting", "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
				   "set AWS_ROLE_ARN to the role that the token is for");
	scripted_edge_variable("AWS_ROLE_ARN=arn:role");
	expect_refused(HANSARD_INVALID, "no_file", "there is no file /var/token", "");
	scripted_edge_file("/var/token", " \n");
	expect_refused(HANSARD_INVALID, "invalid_token", "the token file /var/token is empty",
				   "AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file, must name a file with a token");
	scripted_edge_file("/var/token", "token");
	scripted_edge_answer(
		sts_url, 400,
		"<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>Token expired</Message></Error></ErrorResponse>");
	expect_refused(
		HANSARD_FAILED, "no_keys",
		"STS (sts.eu-west-1.amazonaws.com), asked for role arn:role of AWS_ROLE_ARN gives no keys: ExpiredTokenException: Token expired (HTTP 400)",
		"the token has expired: whoever writes its file (AWS_WEB_IDENTITY_TOKEN_FILE) must write a new one");
	scripted_edge_answer(sts_url, 503, "<html>");
	expect_refused(
		HANSARD_UNREACHABLE, "no_keys",
		"STS (sts.eu-west-1.amazonaws.com), asked for role arn:role of AWS_ROLE_ARN gives no keys: no reason is given (HTTP 503)",
		"");
	scripted_edge_answer(sts_url, 200, "{}");
	expect_refused(
		HANSARD_INVALID, "invalid_answer",
		"STS (sts.eu-west-1.amazonaws.com), asked for role arn:role of AWS_ROLE_ARN: it is no XML with <Credentials>",
		"");
	scripted_edge_answer(sts_url, 0, "");
	expect_integer(ask(), HANSARD_UNREACHABLE);
	expect_string(error.kind, "not_connected");
}

static void written(void)
{
	begin();
	config(
		"[default]\naws_access_key_id = ADEFAULT\naws_secret_access_key = SDEFAULT\n[profile ci]\naws_access_key_id = ACI\naws_secret_access_key = SCI\naws_session_token = TCI\n");
	expect_keys("ADEFAULT", "SDEFAULT", NULL);
	expect_text(aws_credentials_from(credentials), "profile default");
	begin();
	config("[profile ci]\naws_access_key_id = ACI\naws_secret_access_key = SCI\naws_session_token = TCI\n");
	scripted_edge_variable("AWS_PROFILE=ci");
	expect_keys("ACI", "SCI", "TCI");
	begin();
	config("[profile ci]\naws_access_key_id = ACI\n");
	scripted_edge_variable("AWS_PROFILE=ci");
	expect_refused(HANSARD_INVALID, "invalid_keys",
				   "the access key id is there without the secret access key in profile ci",
				   "set both or none of aws_access_key_id and aws_secret_access_key");
}

static void chosen_profile(void)
{
	begin();
	config(
		"[profile a]\naws_access_key_id = AA\naws_secret_access_key = SA\n[profile b]\naws_access_key_id = AB\naws_secret_access_key = SB\n");
	scripted_edge_variable("AWS_PROFILE=a");
	options.profile = TEXT("b");
	expect_keys("AB", "SB", NULL);
	begin();
	scripted_edge_variable("AWS_PROFILE=lost");
	expect_refused(HANSARD_INVALID, "no_profile",
				   "there is no profile lost (AWS_PROFILE) in /home/ada/.aws/config or /home/ada/.aws/credentials",
				   "aws configure list-profiles shows those that there are");
}

static void printed(void)
{
	begin();
	config("[default]\ncredential_process = \"/opt/key tool\" --json # note\n");
	scripted_edge_program("\"/opt/key tool\" --json",
						  "{\"Version\":1,\"AccessKeyId\":\"APRINTED\",\"SecretAccessKey\":\"SPRINTED\"}");
	expect_keys("APRINTED", "SPRINTED", NULL);
	expect_text(aws_credentials_from(credentials), "credential_process of profile default");
	expect_integer(keys.expires, AWS_KEYS_NEVER);
}

static void printed_refused(void)
{
	begin();
	config("[default]\ncredential_process = keys --password hunter2\n");
	scripted_edge_program("keys --password hunter2", NULL);
	expect_refused(HANSARD_FAILED, "process_failed", "credential_process of profile default: it ended with exit code 3",
				   "");
	scripted_edge_program("keys --password hunter2", "{\"Version\":2}");
	expect_refused(HANSARD_INVALID, "invalid_answer", "credential_process of profile default: Version is not 1", "");
	scripted_edge_program("keys --password hunter2", "SECRETSHOWN");
	expect_refused(HANSARD_INVALID, "invalid_answer", "credential_process of profile default: it is no JSON object",
				   "");
	scripted_edge_program(
		"keys --password hunter2",
		"{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Expiration\":\"2025-12-31T23:59:59Z\"}");
	expect_refused(HANSARD_INVALID, "keys_expired",
				   "credential_process of profile default: its keys have expired already",
				   "renew them where they come from, and check the clock of this machine");
	config("[default]\ncredential_process = keys\n  --more\n");
	expect_refused(HANSARD_INVALID, "invalid_profile", "profile default has a credential_process of several lines",
				   "write it in one line");
}

static void container(void)
{
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://localhost/other");
	scripted_edge_answer(container_url, 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_asked("GET http://169.254.170.2/v2/keys, direct\naccept: application/json\nbody \n");
	expect_text(aws_credentials_from(credentials), "the container's endpoint http://169.254.170.2/v2/keys");
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=v2/keys");
	scripted_edge_answer(container_url, 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
}

static void container_tokens(void)
{
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials?x=y");
	scripted_edge_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN=Basic abc==");
	scripted_edge_answer("GET http://169.254.170.23/v1/credentials?x=y", 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_asked("\nauthorization: Basic abc==\n");
	scripted_edge_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/var/run/token");
	aws_credentials_expire(credentials);
	expect_refused(HANSARD_INVALID, "no_file", "there is no file /var/run/token", "");
	scripted_edge_file("/var/run/token", "eks-token\n");
	scripted_edge_answer("GET http://169.254.170.23/v1/credentials?x=y", 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_asked("\nauthorization: eks-token\n");
	aws_credentials_expire(credentials);
	scripted_edge_file("/var/run/token", "eks\r\nx-other: y");
	expect_refused(
		HANSARD_INVALID, "invalid_token", "the container's token has a line end or another character that none has",
		"check AWS_CONTAINER_AUTHORIZATION_TOKEN, or the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names");
}

static void container_hosts(void)
{
	static const char *const allowed[] = {"https://keys.example/x", "http://localhost/x",     "http://127.0.0.9:1338/x",
										  "http://[::1]/x",         "http://169.254.170.2/x", "http://169.254.170.23/x",
										  "http://[fd00:ec2::23]/x"};
	static const char *const refused[] = {"http://keys.example/x",
										  "http://169.254.170.3/x",
										  "http://169.254.169.254/x",
										  "http://[fd00:ec2::24]/x",
										  "http://10.0.0.1/x",
										  "http://localhost.evil.example/x",
										  "http://169.254.170.2@evil.example/x",
										  "ftp://localhost/x",
										  "localhost/x"};
	char variable[128], request[128];
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		begin();
		snprintf(variable, sizeof(variable), "AWS_CONTAINER_CREDENTIALS_FULL_URI=%s", allowed[i]);
		snprintf(request, sizeof(request), "GET %s", allowed[i]);
		scripted_edge_variable(variable);
		scripted_edge_answer(request, 200, container_answer);
		expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
		expect_asked(", direct\n");
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		begin();
		snprintf(variable, sizeof(variable), "AWS_CONTAINER_CREDENTIALS_FULL_URI=%s", refused[i]);
		scripted_edge_variable(variable);
		expect_integer(ask(), HANSARD_INVALID);
		expect_string(error.kind, "invalid_endpoint");
		expect_string(
			error.hint,
			"AWS_CONTAINER_CREDENTIALS_FULL_URI is https, or http to this machine, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]");
		expect_not_asked("GET ");
	}
}

static void container_refuses(void)
{
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 403, "{\"code\":\"AccessDenied\",\"message\":\"no role\"}");
	expect_refused(
		HANSARD_FAILED, "no_keys",
		"the container's endpoint http://169.254.170.2/v2/keys gives no keys: AccessDenied: no role (HTTP 403)", "");
	scripted_edge_answer(container_url, 200, "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\"}");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "the container's endpoint http://169.254.170.2/v2/keys: Expiration is not there", "");
	scripted_edge_answer(container_url, 0, "");
	expect_integer(ask(), HANSARD_UNREACHABLE);
	expect_not_asked("169.254.169.254");
}

static void instance(void)
{
	begin();
	answer_instance();
	expect_keys("AINSTANCE", "SINSTANCE", "TINSTANCE");
	expect_asked(
		"PUT http://169.254.169.254/latest/api/token, direct\nx-aws-ec2-metadata-token-ttl-seconds: 21600\nbody \n"
		"GET http://169.254.169.254/latest/meta-data/iam/security-credentials/, direct\nx-aws-ec2-metadata-token: TOKEN\nbody \n"
		"GET http://169.254.169.254/latest/meta-data/iam/security-credentials/web.app-1, direct\nx-aws-ec2-metadata-token: TOKEN\nbody \n");
	expect_text(aws_credentials_from(credentials), "instance metadata (http://169.254.169.254), role web.app-1");
}

static void instance_places(void)
{
	begin();
	scripted_edge_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=ipv6");
	scripted_edge_answer("PUT http://[fd00:ec2::254]/latest/api/token", 0, "");
	expect_integer(ask(), HANSARD_INVALID);
	expect_asked("PUT http://[fd00:ec2::254]/");
	begin();
	config("[default]\nec2_metadata_service_endpoint = http://127.0.0.1:1338//\n");
	scripted_edge_answer("PUT http://127.0.0.1:1338/latest/api/token", 200, "TOKEN");
	scripted_edge_answer("GET http://127.0.0.1:1338/latest/meta-data/iam/security-credentials/", 404, "");
	expect_integer(ask(), HANSARD_INVALID);
	expect_integer(scripted_edge_answers_left(), 0);
	begin();
	scripted_edge_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://metadata.example");
	expect_refused(
		HANSARD_INVALID, "invalid_endpoint", "instance metadata cannot be asked for at http://metadata.example",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT is https, or http to this machine, 169.254.169.254 or [fd00:ec2::254]");
	begin();
	scripted_edge_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=both");
	expect_refused(HANSARD_INVALID, "invalid_setting", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is both",
				   "it is IPv4 or IPv6");
}

static void instance_waits_a_second(void)
{
	begin();
	scripted_edge_answer(token_url, 0, "");
	expect_integer(ask(), HANSARD_INVALID);
	expect_integer(scripted_edge_deadline() - scripted_edge_now(), 1000000);
	begin();
	answer_instance();
	expect_integer(ask(), HANSARD_OK);
	expect_integer(scripted_edge_deadline() - scripted_edge_now(), 30000000);
}

static const char nowhere[] =
	"no AWS credentials: neither in the environment, by a web identity, in profile default nor from a container; ";
static const char set_them[] =
	"set AWS_PROFILE to a profile of ~/.aws/config, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

static void expect_nowhere(const char *why, const char *hint)
{
	char message[512], remedy[512];
	snprintf(message, sizeof(message), "%s%s", nowhere, why);
	snprintf(remedy, sizeof(remedy), "%s%s", set_them, hint);
	expect_refused(HANSARD_INVALID, "no_credentials", message, remedy);
}

static void nothing_anywhere(void)
{
	static const char hop[] = "; in a container on EC2 the instance's http-put-response-hop-limit must be 2";
	begin();
	scripted_edge_variable("AWS_EC2_METADATA_DISABLED=true");
	expect_nowhere("instance metadata is switched off (AWS_EC2_METADATA_DISABLED)", "");
	expect_not_asked("169.254");
	begin();
	scripted_edge_answer(token_url, 0, "");
	expect_nowhere("no instance metadata (no connection can be made)", hop);
	scripted_edge_answer(token_url, 403, "");
	expect_nowhere("instance metadata gives no token (HTTP 403)", hop);
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 404, "");
	expect_nowhere("this instance has no role", "; give the instance a role (an instance profile) in EC2");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 200, "\n");
	expect_nowhere("this instance has no role", "; give the instance a role (an instance profile) in EC2");
}

static void instance_refused(void)
{
	begin();
	scripted_edge_answer(token_url, 200, "TO KEN");
	expect_refused(HANSARD_INVALID, "invalid_answer", "instance metadata (http://169.254.169.254): its token is none",
				   "");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 200, "../../other");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "instance metadata (http://169.254.169.254): it does not tell the role's name (HTTP 200)", "");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 401, "");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "instance metadata (http://169.254.169.254): it does not tell the role's name (HTTP 401)", "");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 200, "web.app-1");
	scripted_edge_answer(keys_url, 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\"}");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "instance metadata (http://169.254.169.254), role web.app-1: Code is not Success", "");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 200, "web.app-1");
	scripted_edge_answer(keys_url, 500, "");
	expect_refused(
		HANSARD_UNREACHABLE, "no_keys",
		"instance metadata (http://169.254.169.254), role web.app-1 gives no keys: no reason is given (HTTP 500)", "");
}

/* ---- roles ---- */

static void assumed(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn:aws:iam::1:role/A\nsource_profile = base\nexternal_id = x/1\nrole_session_name = me@work\nduration_seconds = 900\n"
		"aws_access_key_id = NOT\naws_secret_access_key = THESE\n[profile base]\naws_access_key_id = ABASE\naws_secret_access_key = SBASE\naws_session_token = TBASE\n");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked(
		"sign ABASE sts eu-west-1\nPOST https://sts.eu-west-1.amazonaws.com/\nhost: sts.eu-west-1.amazonaws.com\ncontent-type: application/x-www-form-urlencoded\n"
		"authorization: signed by ABASE with SBASE\nx-amz-security-token: TBASE\n"
		"body Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2FA&RoleSessionName=me%40work&ExternalId=x%2F1&DurationSeconds=900\n");
	expect_text(aws_credentials_from(credentials), "profile default, by role arn:aws:iam::1:role/A");
}

static void assumed_by_default_name(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn\nsource_profile = base\n[profile base]\naws_access_key_id = ABASE\naws_secret_access_key = SBASE\n");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("&RoleSessionName=hansard\n");
	expect_not_asked("x-amz-security-token");
}

static void chained(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\nsource_profile = c\n[profile c]\nrole_arn = arn:C\nsource_profile = c\n"
		"aws_access_key_id = AC\naws_secret_access_key = SC\n");
	scripted_edge_answer(sts_url, 200, STS_ANSWER("AROLEB", "2026-01-01T01:00:00Z"));
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("sign AC sts eu-west-1\n");
	expect_asked("sign AROLEB sts eu-west-1\n");
	expect_asked("x-amz-security-token: TAROLEB\n");
	expect_not_asked("arn%3AC");
}

static void own_source(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = default\naws_access_key_id = AOWN\naws_secret_access_key = SOWN\n");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("sign AOWN sts eu-west-1\n");
}

static void sources_of_roles(void)
{
	begin();
	config("[default]\nrole_arn = arn:A\ncredential_source = Environment\n");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
	expect_refused(HANSARD_INVALID, "invalid_keys",
				   "the secret access key is there without the access key id in environment",
				   "set both or none of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
	begin();
	config("[default]\nrole_arn = arn:A\ncredential_source = EcsContainer\n");
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 200, container_answer);
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("sign ACONTAINER sts eu-west-1\n");
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\ncredential_source = Ec2InstanceMetadata\n");
	answer_instance();
	scripted_edge_answer(sts_url, 200, STS_ANSWER("AROLEB", "2026-01-01T01:00:00Z"));
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("sign AINSTANCE sts eu-west-1\n");
	begin();
	config("[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\ncredential_process = keys\n");
	scripted_edge_program("keys", "{\"Version\":1,\"AccessKeyId\":\"APRINTED\",\"SecretAccessKey\":\"SPRINTED\"}");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("sign APRINTED sts eu-west-1\n");
}

static void environment_for_role(void)
{
	begin();
	options.profile = TEXT("r");
	config("[profile r]\nrole_arn = arn:A\ncredential_source = EcsContainer\n");
	expect_refused(HANSARD_INVALID, "no_credentials", "credential_source of profile r: no container endpoint is set",
				   "");
	begin();
	config("[default]\nrole_arn = arn:A\ncredential_source = Environment\n");
	expect_refused(HANSARD_INVALID, "no_credentials", "credential_source of profile default: no keys in environment",
				   "");
}

static void role_by_token(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\nweb_identity_token_file = /var/token\nrole_session_name = pod\n");
	scripted_edge_file("/var/token", "token");
	scripted_edge_answer(sts_url, 200, STS_ANSWER("AROLEB", "2026-01-01T01:00:00Z"));
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked(
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3AB&RoleSessionName=pod&WebIdentityToken=token\n");
	expect_asked("sign AROLEB sts eu-west-1\n");
}

static void roles_refused(void)
{
	static const struct {
		const char *config;
		const char *message;
		const char *hint;
	} rows[] = {
		{"[default]\nrole_arn = arn\n", "profile default has role_arn and no source of keys for it",
		 "with role_arn stands one of source_profile, credential_source and web_identity_token_file"},
		{"[default]\nrole_arn = arn\nsource_profile = b\ncredential_source = Environment\n[profile b]\n",
		 "profile default has several sources of keys for role_arn",
		 "with role_arn stands one of source_profile, credential_source and web_identity_token_file"},
		{"[default]\nweb_identity_token_file = /x\n", "profile default has web_identity_token_file and no role_arn",
		 "add the role_arn that the token is for"},
		{"[default]\nrole_arn = arn\nsource_profile = b\n",
		 "profile default names a source_profile that is in neither file",
		 "aws configure list-profiles shows those that there are"},
		{"[default]\nrole_arn = arn\nsource_profile = b\n[profile b]\nregion = x\n",
		 "profile default names a source_profile that has no keys",
		 "let the source_profile have keys, a role or a credential_process"},
		{"[default]\nrole_arn = arn\nsource_profile = default\n",
		 "profile default names a source_profile that leads back to it",
		 "let the last source_profile have keys of its own"},
		{"[default]\nrole_arn = arn\nsource_profile = b\naws_access_key_id = A\naws_secret_access_key = S\n[profile b]\nrole_arn = arn\nsource_profile = default\n",
		 "profile b names a source_profile that leads back to it", "let the last source_profile have keys of its own"},
		{"[default]\nrole_arn = arn\ncredential_source = Somewhere\n",
		 "profile default has a credential_source that is none",
		 "it is Environment, Ec2InstanceMetadata or EcsContainer"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		config(rows[i].config);
		expect_refused(HANSARD_INVALID, "invalid_profile", rows[i].message, rows[i].hint);
		expect_not_asked("http");
	}
}

static void long_chains(void)
{
	static char content[2048];
	begin();
	size_t size = (size_t)snprintf(content, sizeof(content), "[default]\nrole_arn = arn:0\nsource_profile = p1\n");
	for (int i = 1; i < 8; i++)
		size += (size_t)snprintf(content + size, sizeof(content) - size,
								 "[profile p%d]\nrole_arn = arn:%d\nsource_profile = p%d\n", i, i, i + 1);
	snprintf(content + size, sizeof(content) - size,
			 "[profile p8]\naws_access_key_id = A\naws_secret_access_key = S\n");
	config(content);
	for (int i = 0; i < 8; i++)
		scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	begin();
	snprintf(
		content + size, sizeof(content) - size,
		"[profile p8]\nrole_arn = arn:8\nsource_profile = p9\n[profile p9]\naws_access_key_id = A\naws_secret_access_key = S\n");
	config(content);
	expect_refused(HANSARD_INVALID, "invalid_profile", "profile p8 is one role too many: a chain has at most 8",
				   "assume the last role more directly");
}

static void role_not_allowed(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\naws_access_key_id = A\naws_secret_access_key = S\n");
	scripted_edge_answer(
		sts_url, 403,
		"<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>");
	expect_refused(
		HANSARD_FAILED, "no_keys",
		"STS (sts.eu-west-1.amazonaws.com), asked for role arn:A of profile default gives no keys: AccessDenied: not authorized (HTTP 403)",
		"the role's trust policy must allow whoever asks, and their own policy sts:AssumeRole of this role");
	scripted_edge_answer(sts_url, 400,
						 "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>");
	expect_integer(ask(), HANSARD_UNREACHABLE);
}

static void places_of_sts(void)
{
	begin();
	options.region = TEXT_ABSENT;
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\naws_access_key_id = A\naws_secret_access_key = S\n");
	expect_refused(HANSARD_INVALID, "no_region",
				   "no region: neither configured nor in AWS_REGION, AWS_DEFAULT_REGION or profile default",
				   "set AWS_REGION, for example to eu-central-1, or dynamodb.region");
	scripted_edge_variable("AWS_REGION=cn-north-1");
	scripted_edge_answer("POST https://sts.cn-north-1.amazonaws.com.cn/", 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("sign A sts cn-north-1\n");
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\naws_access_key_id = A\naws_secret_access_key = S\n");
	options.sts_endpoint = TEXT("https://sts.internal:8443/sts");
	scripted_edge_variable("AWS_ENDPOINT_URL=https://else.example");
	scripted_edge_answer("POST https://sts.internal:8443/sts", 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("host: sts.internal:8443\n");
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\naws_access_key_id = A\naws_secret_access_key = S\n");
	scripted_edge_variable("AWS_ENDPOINT_URL_STS=http://sts.internal");
	expect_integer(ask(), HANSARD_INVALID);
	expect_string(error.kind, "invalid_endpoint");
}

static void sso(void)
{
	static const char *const configs[] = {
		"[profile dev]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = Dev\n[sso-session corp]\nsso_start_url = https://x\n",
		"[profile dev]\nsso_start_url = https://x\nsso_account_id = 1\n",
	};
	for (size_t i = 0; i < 2; i++) {
		begin();
		options.profile = TEXT("dev");
		config(configs[i]);
		expect_refused(
			HANSARD_INVALID, "sso_profile",
			"profile dev signs in by a browser (sso_session, login_session), which hansard does not do by itself",
			"add to the profile: credential_process = aws configure export-credentials --profile dev --format process");
	}
	begin();
	options.profile = TEXT("dev");
	config("[profile dev]\nlogin_session = arn:aws:iam::1:user/x\n");
	expect_integer(ask(), HANSARD_INVALID);
	expect_string(error.kind, "sso_profile");
}

/* The line that helps does help. */
static void sso_with_program(void)
{
	begin();
	options.profile = TEXT("dev");
	config(
		"[profile dev]\nsso_session = corp\ncredential_process = aws configure export-credentials --profile dev --format process\n");
	scripted_edge_program(
		"aws configure export-credentials --profile dev --format process",
		"{\"Version\":1,\"AccessKeyId\":\"ASSO\",\"SecretAccessKey\":\"SSSO\",\"SessionToken\":\"TSSO\",\"Expiration\":\"2026-01-01T01:00:00+00:00\"}");
	expect_keys("ASSO", "SSSO", "TSSO");
	begin();
	config("[default]\nrole_arn = arn:A\nsource_profile = dev\n[profile dev]\nsso_session = corp\n");
	expect_integer(ask(), HANSARD_INVALID);
	expect_string(
		error.hint,
		"add to the profile: credential_process = aws configure export-credentials --profile dev --format process");
}

static void codes(void)
{
	begin();
	options.profile = TEXT("m");
	config(
		"[profile m]\nrole_arn = arn:A\nsource_profile = m\nmfa_serial = arn:mfa\naws_access_key_id = A\naws_secret_access_key = S\n");
	expect_refused(
		HANSARD_INVALID, "sso_profile", "profile m asks for a code (mfa_serial), which hansard does not do by itself",
		"add to the profile: credential_process = aws configure export-credentials --profile m --format process");
	begin();
	options.profile = TEXT("m");
	config(
		"[profile m]\nrole_arn = arn:A\nsource_profile = b\nmfa_serial = arn:mfa\naws_access_key_id = A\naws_secret_access_key = S\ncredential_process = keys\n");
	scripted_edge_program("keys", "{\"Version\":1,\"AccessKeyId\":\"APRINTED\",\"SecretAccessKey\":\"SPRINTED\"}");
	expect_keys("APRINTED", "SPRINTED", NULL);
}

/* ---- order ---- */

/* All sources are there; from the first on one after the other is taken away. */
static void order(void)
{
	static const char *const expected[] = {"AENV", "AROLE", "AWRITTEN", "ACONTAINER", "AINSTANCE"};
	for (int first = 0; first < 5; first++) {
		begin();
		if (first <= 0)
			scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
		if (first <= 0)
			scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
		if (first <= 1)
			scripted_edge_variable("AWS_WEB_IDENTITY_TOKEN_FILE=/var/token");
		if (first == 1)
			scripted_edge_answer(sts_url, 200, sts_answer);
		scripted_edge_variable("AWS_ROLE_ARN=arn:role");
		scripted_edge_file("/var/token", "token");
		config(first <= 2 ? "[default]\naws_access_key_id = AWRITTEN\naws_secret_access_key = SWRITTEN\n"
						  : "[default]\nregion = x\n");
		if (first <= 3)
			scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
		if (first == 3)
			scripted_edge_answer(container_url, 200, container_answer);
		if (first == 4)
			answer_instance();
		if (ask() != HANSARD_OK)
			tap_fail(__FILE__, __LINE__, "%d: %s\n%s", first, error.message, scripted_edge_log());
		expect_text(keys.id, expected[first]);
		expect_integer(scripted_edge_answers_left(), 0);
	}
}

/* A profile's own order: a role, keys, a program. */
static void order_in_profile(void)
{
	begin();
	config(
		"[default]\naws_access_key_id = AWRITTEN\naws_secret_access_key = SWRITTEN\ncredential_process = keys\nsso_session = corp\n");
	expect_keys("AWRITTEN", "SWRITTEN", NULL);
	begin();
	config("[default]\nrole_arn = arn:A\ncredential_source = EcsContainer\ncredential_process = keys\n");
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 200, container_answer);
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
}

static void failing_source_ends_the_chain(void)
{
	begin();
	scripted_edge_file("/home/ada/.aws/credentials", NULL);
	expect_integer(ask(), HANSARD_FAILED);
	expect_string(error.message, "/home/ada/.aws/credentials cannot be read: Permission denied");
	begin();
	config("[default]\ncredential_process = keys\n");
	scripted_edge_program("keys", NULL);
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	expect_integer(ask(), HANSARD_FAILED);
	expect_not_asked("GET ");
}

/* ---- time ---- */

static void begin_expiring(void)
{
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
}

static const char later_answer[] =
	"{\"AccessKeyId\":\"ALATER\",\"SecretAccessKey\":\"SLATER\",\"Token\":\"TLATER\",\"Expiration\":\"2026-01-01T02:00:00Z\"}";

static void renewed_before_they_expire(void)
{
	begin_expiring();
	scripted_edge_answer(container_url, 200, later_answer);
	scripted_edge_pass(3299);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 1);
	scripted_edge_pass(1);
	expect_keys("ALATER", "SLATER", "TLATER");
	expect_integer(scripted_edge_answers_left(), 0);
	scripted_edge_pass(3299);
	expect_keys("ALATER", "SLATER", "TLATER");
}

static void good_ones_go_on(void)
{
	begin_expiring();
	scripted_edge_pass(3300);
	scripted_edge_answer(container_url, 0, "");
	scripted_edge_answer(container_url, 500, "");
	scripted_edge_answer(container_url, 200, later_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 2);
	scripted_edge_pass(59);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 2);
	scripted_edge_pass(1);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 1);
	scripted_edge_pass(60);
	expect_keys("ALATER", "SLATER", "TLATER");
}

static void expired_ones_do_not(void)
{
	begin_expiring();
	scripted_edge_pass(3590);
	scripted_edge_answer(container_url, 0, "");
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(10);
	scripted_edge_answer(container_url, 0, "");
	expect_integer(ask(), HANSARD_UNREACHABLE);
	expect_string(error.kind, "not_connected");
	scripted_edge_answer(container_url, 200, container_answer);
	expect_refused(HANSARD_INVALID, "keys_expired",
				   "the container's endpoint http://169.254.170.2/v2/keys: its keys have expired already",
				   "renew them where they come from, and check the clock of this machine");
	scripted_edge_answer(container_url, 200, later_answer);
	expect_keys("ALATER", "SLATER", "TLATER");
}

static void same_ones_are_taken(void)
{
	begin_expiring();
	scripted_edge_pass(3300);
	scripted_edge_answer(container_url, 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(30);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 0);
}

static void clock_set_back(void)
{
	begin_expiring();
	scripted_edge_pass(3300);
	scripted_edge_answer(container_url, 0, "");
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(-10);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(9);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
}

static void told_to_expire(void)
{
	begin_expiring();
	aws_credentials_expire(credentials);
	scripted_edge_answer(container_url, 0, "");
	expect_integer(ask(), HANSARD_UNREACHABLE);
	scripted_edge_answer(container_url, 200, later_answer);
	expect_keys("ALATER", "SLATER", "TLATER");
	begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
	expect_keys("AENV", "SENV", NULL);
	aws_credentials_expire(credentials);
	expect_keys("AENV", "SENV", NULL);
}

static void shorter_keys_leave_nothing(void)
{
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 200,
						 "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Expiration\":\"2026-01-01T01:00:00Z\"}");
	expect_keys("A", "S", NULL);
}

static void not_for_children(void)
{
	int status = 0;
	begin_expiring();
	fflush(stdout);
	const pid_t pid = fork();
	expect(pid >= 0);
	if (pid == 0) {
		const bool good =
			ask() == HANSARD_FAILED && strcmp(error.message, "credentials are not passed on to a child of fork") == 0;
		aws_credentials_expire(credentials);
		_exit(good ? 0 : 1);
	}
	expect(waitpid(pid, &status, 0) == pid);
	expect(WIFEXITED(status));
	expect_integer(WEXITSTATUS(status), 0);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
}

static void ends(void)
{
	aws_credentials_destroy(credentials);
	aws_credentials_destroy(NULL);
	credentials = NULL;
}

static const struct tap_test tests[] = {
	{"keys come from the environment", environment},
	{"half of them are refused", half_environment},
	{"keys with blanks or line ends are refused, and not shown", keys_with_blanks},
	{"a web identity's token gives keys of its role", web_identity},
	{"what is wrong with a web identity is said, and what to do", web_identity_refused},
	{"keys come from a profile of either file", written},
	{"the profile is the one that is given, else that of AWS_PROFILE, which must be there", chosen_profile},
	{"a program prints keys", printed},
	{"a program that fails, prints no keys or expired ones is refused, and its words are not shown", printed_refused},
	{"a container's endpoint gives keys, never through a proxy", container},
	{"a container's token is sent along, that of a file first", container_tokens},
	{"a container's endpoint is asked by https, or at an address that is known", container_hosts},
	{"what a container's endpoint says is passed on, and no later source is asked", container_refuses},
	{"an instance gives keys of its role for a token, never through a proxy", instance},
	{"instance metadata is where it is said to be, by IPv6 where that is asked for", instance_places},
	{"an instance is waited for a second, and its keys until the deadline", instance_waits_a_second},
	{"where nothing gives keys, it is said why and what to do", nothing_anywhere},
	{"what is wrong with instance metadata is said", instance_refused},
	{"a role is assumed with the keys of another profile, as its profile says", assumed},
	{"a session is named for hansard when nobody names it", assumed_by_default_name},
	{"roles are assumed one with the other; in a source, keys come before its role", chained},
	{"a profile may be its own source", own_source},
	{"keys for a role come from places and programs, too", sources_of_roles},
	{"a place that has no keys for a role is an error", environment_for_role},
	{"a role may be assumed with the keys that a token gave", role_by_token},
	{"what is wrong with a role's profile is said, and nobody asked", roles_refused},
	{"a chain has eight roles, and no more", long_chains},
	{"what STS refuses is passed on, with what to do", role_not_allowed},
	{"STS is asked in the region, or where an endpoint says", places_of_sts},
	{"a profile that signs in by a browser is refused with the line that helps", sso},
	{"that line helps", sso_with_program},
	{"a role that asks for a code is refused with the same line, which helps, too", codes},
	{"environment, web identity, profile, container, instance: the first that is there counts", order},
	{"in a profile a role comes first, then keys, then a program", order_in_profile},
	{"a source that is there and fails ends the chain", failing_source_ends_the_chain},
	{"keys are renewed five minutes before they expire", renewed_before_they_expire},
	{"keys that are good go on when they cannot be renewed, and it is tried again after a minute", good_ones_go_on},
	{"keys that have expired are not given out", expired_ones_do_not},
	{"the same keys again are taken, and asked for again after a minute", same_ones_are_taken},
	{"a clock that is set back makes no difference", clock_set_back},
	{"keys that a service calls expired are not given out again", told_to_expire},
	{"keys without a token have none", shorter_keys_leave_nothing},
	{"a child of fork has no keys", not_for_children},
	{"credentials end, and so do none", ends},
};

TAP_MAIN(tests)
