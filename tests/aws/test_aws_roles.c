/*
 * Profiles with roles, and those that need a person: what STS is asked, and each refusal's words.
 */
#include "credentials_case.h"

static void assumed(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn:aws:iam::1:role/A\nsource_profile = base\nexternal_id = x/1\nrole_session_name = me@work\nduration_seconds = 900\n"
		"aws_access_key_id = NOT\naws_secret_access_key = THESE\n[profile base]\naws_access_key_id = ABASE\naws_secret_access_key = SBASE\naws_session_token = TBASE\n");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked(
		"POST https://sts.eu-west-1.amazonaws.com/\nhost: sts.eu-west-1.amazonaws.com\ncontent-type: application/x-www-form-urlencoded\n"
		"X-Amz-Security-Token: TBASE\nX-Amz-Date: 20260101T000000Z\nAuthorization: AWS4-HMAC-SHA256 Credential=ABASE/20260101/eu-west-1/sts/aws4_request, "
		"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=9ecfb878fc41ff358ee65471c1d06f70d30995bdaaaccd11c336687bc6d999b2\n"
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
	expect_not_asked("X-Amz-Security-Token");
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
	expect_asked("Credential=AC/20260101/eu-west-1/sts/aws4_request");
	expect_asked("Credential=AROLEB/20260101/eu-west-1/sts/aws4_request");
	expect_asked("X-Amz-Security-Token: TAROLEB\n");
	expect_not_asked("arn%3AC");
}

static void own_source(void)
{
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = default\naws_access_key_id = AOWN\naws_secret_access_key = SOWN\n");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("Credential=AOWN/20260101/eu-west-1/sts/aws4_request");
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
	expect_asked("Credential=ACONTAINER/20260101/eu-west-1/sts/aws4_request");
	begin();
	config(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\ncredential_source = Ec2InstanceMetadata\n");
	answer_instance();
	scripted_edge_answer(sts_url, 200, STS_ANSWER("AROLEB", "2026-01-01T01:00:00Z"));
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("Credential=AINSTANCE/20260101/eu-west-1/sts/aws4_request");
	begin();
	config("[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\ncredential_process = keys\n");
	scripted_edge_program("keys", "{\"Version\":1,\"AccessKeyId\":\"APRINTED\",\"SecretAccessKey\":\"SPRINTED\"}");
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
	expect_asked("Credential=APRINTED/20260101/eu-west-1/sts/aws4_request");
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
	expect_asked("Credential=AROLEB/20260101/eu-west-1/sts/aws4_request");
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
	expect_asked("Credential=A/20260101/cn-north-1/sts/aws4_request");
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

static const struct tap_test tests[] = {
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
	{"credentials end, and so do none", ends},
};

TAP_MAIN(tests)
