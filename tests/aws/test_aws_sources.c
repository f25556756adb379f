/*
 * Every source of credentials by itself: what it is asked, and each refusal's words.
 */
#include "credentials_case.h"

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
				   "environment: the secret access key has a blank or another character that no key has",
				   "check the keys where they come from");
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
	expect_not_asked("Credential=");
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
	expect_refused(HANSARD_INVALID, "no_file", "there is no file /var/token",
				   "check the variable or the setting that names it");
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
		"run it again in a while");
	scripted_edge_answer(sts_url, 200, "{}");
	expect_refused(
		HANSARD_INVALID, "invalid_answer",
		"STS (sts.eu-west-1.amazonaws.com), asked for role arn:role of AWS_ROLE_ARN: it is no XML with <Credentials>",
		"check the region, the role, and whether the endpoint is one of STS");
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
	expect_refused(HANSARD_INVALID, "invalid_answer", "credential_process of profile default: Version is not 1",
				   "run it by hand: it must print {\"Version\": 1, \"AccessKeyId\": ..., \"SecretAccessKey\": ...}");
	scripted_edge_program("keys --password hunter2", "SECRETSHOWN");
	expect_refused(HANSARD_INVALID, "invalid_answer", "credential_process of profile default: it is no JSON object",
				   "run it by hand: it must print {\"Version\": 1, \"AccessKeyId\": ..., \"SecretAccessKey\": ...}");
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
	expect_refused(HANSARD_INVALID, "no_file", "there is no file /var/run/token",
				   "check the variable or the setting that names it");
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
		"the container's endpoint http://169.254.170.2/v2/keys gives no keys: AccessDenied: no role (HTTP 403)",
		"check the role of this task or service account, and AWS_CONTAINER_CREDENTIALS_FULL_URI");
	scripted_edge_answer(container_url, 200, "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\"}");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "the container's endpoint http://169.254.170.2/v2/keys: Expiration is not there",
				   "check the role of this task or service account, and AWS_CONTAINER_CREDENTIALS_FULL_URI");
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
	expect_integer(scripted_edge_deadline() - scripted_edge_steady(), 1000000);
	begin();
	answer_instance();
	expect_integer(ask(), HANSARD_OK);
	expect_integer(scripted_edge_deadline() - scripted_edge_steady(), 30000000);
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
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "instance metadata (http://169.254.169.254): its token is none (HTTP 200)",
				   "check the instance's role in EC2, and AWS_EC2_METADATA_SERVICE_ENDPOINT");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 200, "../../other");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "instance metadata (http://169.254.169.254): it does not tell the role's name (HTTP 200)",
				   "check the instance's role in EC2, and AWS_EC2_METADATA_SERVICE_ENDPOINT");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 503, "");
	expect_integer(ask(), HANSARD_UNREACHABLE);
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 401, "");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "instance metadata (http://169.254.169.254): it does not tell the role's name (HTTP 401)",
				   "check the instance's role in EC2, and AWS_EC2_METADATA_SERVICE_ENDPOINT");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 200, "web.app-1");
	scripted_edge_answer(keys_url, 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\"}");
	expect_refused(HANSARD_INVALID, "invalid_answer",
				   "instance metadata (http://169.254.169.254), role web.app-1: Code is not Success",
				   "check the instance's role in EC2, and AWS_EC2_METADATA_SERVICE_ENDPOINT");
	scripted_edge_answer(token_url, 200, "TOKEN");
	scripted_edge_answer(role_url, 200, "web.app-1");
	scripted_edge_answer(keys_url, 500, "");
	expect_refused(
		HANSARD_UNREACHABLE, "no_keys",
		"instance metadata (http://169.254.169.254), role web.app-1 gives no keys: no reason is given (HTTP 500)",
		"run it again in a while");
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
	{"credentials end, and so do none", ends},
};

TAP_MAIN(tests)
