/*
 * Metadata: of a container, one GET; of an instance, a PUT for a token and two GETs with it.
 */
#include "aws_metadata.h"

#include "aws_url.h"
#include "error.h"
#include "wiped.h"

enum { INSTANCE_MS = 1000, ROLE_LIMIT = 64 };

/* ---- containers ---- */

/* Where ECS and EKS answer over plain http. */
static const char *const container_addresses[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};

static enum hansard_status find_container(const struct aws_asking *asking, struct text *ret_url,
										  struct hansard_error *error)
{
	const char *const *environment = asking->settings->environment;
	const struct text relative = aws_settings_variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	*ret_url = aws_settings_variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	if (!text_present(relative) && !text_present(*ret_url))
		return error_set(error, HANSARD_NOT_FOUND, "no_credentials", "no container endpoint is set");
	if (text_present(relative) &&
		!arena_format(asking->arena, ret_url, "http://169.254.170.2%.*s%.*s", relative.data[0] == '/' ? 0 : 1, "/",
					  (int)relative.size, relative.data))
		return error_memory(error);
	return HANSARD_OK;
}

static enum hansard_status check_container(struct text text, struct hansard_error *error)
{
	struct aws_url url;
	const bool good = aws_url_parse(text, &url);
	bool allowed = good && (url.tls || aws_url_is_loopback(&url));
	for (size_t i = 0; good && i < sizeof(container_addresses) / sizeof(container_addresses[0]); i++)
		allowed = allowed || aws_url_is_at(&url, container_addresses[i]);
	if (allowed)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "invalid_endpoint", "the container's endpoint " ERROR_TEXT " is %s",
			  ERROR_TEXT_ARGS(text),
			  good ? "plain http to a host that is not known to give keys" : "no URL that can be asked");
	error_hint(error,
			   "AWS_CONTAINER_CREDENTIALS_FULL_URI is https, or http to this machine, 169.254.170.2, 169.254.170.23 "
			   "or [fd00:ec2::23]");
	return HANSARD_INVALID;
}

/* The token that is sent along, into an empty buffer; absent where none is set. */
static enum hansard_status read_container_token(const struct aws_asking *asking, struct buffer *token,
												struct text *ret_token, struct hansard_error *error)
{
	const char *const *environment = asking->settings->environment;
	const struct text path = aws_settings_variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	*ret_token = aws_settings_variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	if (text_present(path)) {
		const enum hansard_status status = aws_asking_read(asking, path, token, error);
		if (status != HANSARD_OK)
			return status;
		*ret_token = text_trim(buffer_text(token));
	}
	for (size_t i = 0; i < ret_token->size; i++) {
		if (ret_token->data[i] >= ' ' && ret_token->data[i] <= '~')
			continue;
		error_set(error, HANSARD_INVALID, "invalid_token",
				  "the container's token has a line end or another character that none has");
		error_hint(
			error,
			"check AWS_CONTAINER_AUTHORIZATION_TOKEN, or the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names");
		return HANSARD_INVALID;
	}
	return HANSARD_OK;
}

static enum hansard_status ask_container(struct aws_asking *asking, struct text url, struct text token,
										 struct hansard_error *error)
{
	const struct http_field headers[] = {{TEXT("accept"), TEXT("application/json")}, {TEXT("authorization"), token}};
	const struct http_request request = {.method = "GET",
										 .url = url,
										 .headers = headers,
										 .header_count = text_present(token) ? 2 : 1,
										 .deadline = asking->deadline,
										 .direct = true};
	struct aws_asking_whom whom = {
		.hint = "check the role of this task or service account, and AWS_CONTAINER_CREDENTIALS_FULL_URI",
		.form = AWS_ANSWER_CONTAINER,
	};
	struct http_answer answer;
	if (!arena_format(asking->arena, &whom.name, "the container's endpoint " ERROR_TEXT, ERROR_TEXT_ARGS(url)))
		return error_memory(error);
	enum hansard_status status = aws_asking_begin(&answer) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = aws_asking_send(asking, &request, &answer, error);
	if (status == HANSARD_OK)
		status = aws_asking_take(asking, &answer, &whom, error);
	aws_asking_end(&answer);
	asking->from = whom.name;
	return status;
}

enum hansard_status aws_metadata_container(struct aws_asking *asking, struct hansard_error *error)
{
	struct text url, text;
	struct buffer token;
	enum hansard_status status = find_container(asking, &url, error);
	if (status == HANSARD_OK)
		status = check_container(url, error);
	if (status != HANSARD_OK)
		return status;
	status = wiped_init(&token, LIMIT_AWS_IDENTITY) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = read_container_token(asking, &token, &text, error);
	if (status == HANSARD_OK)
		status = ask_container(asking, url, text, error);
	wiped_finish(&token);
	return status;
}

/* ---- instances ---- */

static enum hansard_status nothing(struct hansard_error *error, const char *why, const char *hint)
{
	error_set(error, HANSARD_NOT_FOUND, "no_credentials", "%s", why);
	error_hint(error, "%s", hint);
	return HANSARD_NOT_FOUND;
}

/* Where the service is when it is not named. */
static enum hansard_status find_by_mode(const struct aws_settings *settings, struct text *ret_base,
										struct hansard_error *error)
{
	const struct text mode =
		aws_settings_value(settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
	const bool six = text_equal_ignoring_case(mode, TEXT("ipv6"));
	if (text_present(mode) && !six && !text_equal_ignoring_case(mode, TEXT("ipv4"))) {
		error_set(error, HANSARD_INVALID, "invalid_setting", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is " ERROR_TEXT,
				  ERROR_TEXT_ARGS(mode));
		error_hint(error, "it is IPv4 or IPv6");
		return HANSARD_INVALID;
	}
	*ret_base = six ? TEXT("http://[fd00:ec2::254]") : TEXT("http://169.254.169.254");
	return HANSARD_OK;
}

static bool is_instance_address(const struct aws_url *url)
{
	return url->tls || aws_url_is_loopback(url) || aws_url_is_at(url, "169.254.169.254") ||
		   aws_url_is_at(url, "fd00:ec2::254");
}

static enum hansard_status find_instance(const struct aws_settings *settings, struct text *ret_base,
										 struct hansard_error *error)
{
	struct aws_url url;
	bool off = false;
	enum hansard_status status = aws_settings_switch(settings, "AWS_EC2_METADATA_DISABLED", NULL, &off, error);
	if (status != HANSARD_OK)
		return status;
	if (off)
		return nothing(error, "instance metadata is switched off (AWS_EC2_METADATA_DISABLED)", "");
	*ret_base = aws_settings_value(settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
	if (!text_present(*ret_base))
		return find_by_mode(settings, ret_base, error);
	if (aws_url_parse(*ret_base, &url) && !text_present(url.query) && is_instance_address(&url)) {
		while (ret_base->data[ret_base->size - 1] == '/')
			ret_base->size--;
		return HANSARD_OK;
	}
	error_set(error, HANSARD_INVALID, "invalid_endpoint", "instance metadata cannot be asked for at " ERROR_TEXT,
			  ERROR_TEXT_ARGS(*ret_base));
	error_hint(
		error,
		"AWS_EC2_METADATA_SERVICE_ENDPOINT is https, or http to this machine, 169.254.169.254 or [fd00:ec2::254]");
	return HANSARD_INVALID;
}

/* One of the three requests to the service. */
struct step {
	const char *method;
	struct text path;
	struct http_field header;
	int64_t limit_ms; /* 0: none of its own */
};

static enum hansard_status ask_instance(const struct aws_asking *asking, struct text base, const struct step *step,
										struct http_answer *answer, struct hansard_error *error)
{
	struct text url;
	if (!arena_format(asking->arena, &url, "%.*s/latest/%.*s", (int)base.size, base.data, (int)step->path.size,
					  step->path.data))
		return error_memory(error);
	const struct http_request request = {
		.method = step->method,
		.url = url,
		.headers = &step->header,
		.header_count = 1,
		.deadline = step->limit_ms == 0 ? asking->deadline : aws_asking_steady(asking) + step->limit_ms * 1000,
		.direct = true,
	};
	return aws_asking_send(asking, &request, answer, error);
}

static const char instance_hint[] = "check the instance's role in EC2, and AWS_EC2_METADATA_SERVICE_ENDPOINT";

/* An answer with this HTTP status that is not what it should be. */
static enum hansard_status refuse_instance(struct text base, const char *what, int http_status,
										   struct hansard_error *error)
{
	const enum hansard_status status = http_status >= 500 ? HANSARD_UNREACHABLE : HANSARD_INVALID;
	error_set(error, status, "invalid_answer", "instance metadata (" ERROR_TEXT "): %s (HTTP %d)",
			  ERROR_TEXT_ARGS(base), what, http_status);
	error_hint(error, "%s", instance_hint);
	return status;
}

/* Whether text has 1 to `limit` characters, all of them letters, digits or of `others`. */
static bool is_name(struct text text, size_t limit, const char *others)
{
	for (size_t i = 0; i < text.size; i++) {
		const uint8_t c = (uint8_t)text.data[i];
		if (c == 0 || c > '~' || (!isalnum(c) && strchr(others, c) == NULL))
			return false;
	}
	return text.size > 0 && text.size <= limit;
}

/* The token that the other requests need. Who does not answer is not there, and who answers otherwise is another
   service. */
static enum hansard_status ask_token(const struct aws_asking *asking, struct text base, struct http_answer *answer,
									 struct text *ret_token, struct hansard_error *error)
{
	static const struct step step = {
		.method = "PUT",
		.path = {"api/token", 9},
		.header = {{"x-aws-ec2-metadata-token-ttl-seconds", 36}, {"21600", 5}},
		.limit_ms = INSTANCE_MS,
	};
	const char *hop = "in a container on EC2 the instance's http-put-response-hop-limit must be 2";
	struct hansard_error cause = {0};
	const enum hansard_status status = ask_instance(asking, base, &step, answer, &cause);
	char why[HANSARD_ERROR_MESSAGE_SIZE];
	snprintf(why, sizeof(why), "no instance metadata (%.400s)", cause.message);
	if (status == HANSARD_UNREACHABLE)
		return nothing(error, why, hop);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	if (status != HANSARD_OK)
		return status;
	snprintf(why, sizeof(why), "instance metadata gives no token (HTTP %d)", answer->status);
	if (answer->status != 200)
		return nothing(error, why, hop);
	*ret_token = text_trim(buffer_text(&answer->body));
	return is_name(*ret_token, LIMIT_AWS_TOKEN, "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
			   ? HANSARD_OK
			   : refuse_instance(base, "its token is none", answer->status, error);
}

/* The name of the role, in the arena. */
static enum hansard_status ask_role(const struct aws_asking *asking, struct text base, struct text token,
									struct text *ret_role, struct hansard_error *error)
{
	const struct step step = {.method = "GET",
							  .path = TEXT("meta-data/iam/security-credentials/"),
							  .header = {TEXT("x-aws-ec2-metadata-token"), token}};
	struct http_answer answer;
	enum hansard_status status = aws_asking_begin(&answer) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = ask_instance(asking, base, &step, &answer, error);
	const struct text body = text_trim(buffer_text(&answer.body));
	const struct text role = text_trim(text_slice(body, 0, text_find(body, TEXT("\n"), 0)));
	if (status == HANSARD_OK && (answer.status == 404 || (answer.status == 200 && body.size == 0)))
		status = nothing(error, "this instance has no role", "give the instance a role (an instance profile) in EC2");
	else if (status == HANSARD_OK && (answer.status != 200 || !is_name(role, ROLE_LIMIT, "+=,.@_-")))
		status = refuse_instance(base, "it does not tell the role's name", answer.status, error);
	else if (status == HANSARD_OK && !arena_copy_text(asking->arena, role, ret_role))
		status = error_memory(error);
	aws_asking_end(&answer);
	return status;
}

static enum hansard_status ask_keys(struct aws_asking *asking, struct text base, struct text token, struct text role,
									struct hansard_error *error)
{
	struct step step = {.method = "GET", .header = {TEXT("x-aws-ec2-metadata-token"), token}};
	struct aws_asking_whom whom = {.hint = instance_hint, .form = AWS_ANSWER_INSTANCE};
	struct http_answer answer;
	if (!arena_format(asking->arena, &step.path, "meta-data/iam/security-credentials/%.*s", (int)role.size,
					  role.data) ||
		!arena_format(asking->arena, &whom.name, "instance metadata (" ERROR_TEXT "), role " ERROR_TEXT,
					  ERROR_TEXT_ARGS(base), ERROR_TEXT_ARGS(role)))
		return error_memory(error);
	enum hansard_status status = aws_asking_begin(&answer) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = ask_instance(asking, base, &step, &answer, error);
	if (status == HANSARD_OK)
		status = aws_asking_take(asking, &answer, &whom, error);
	aws_asking_end(&answer);
	asking->from = whom.name;
	return status;
}

enum hansard_status aws_metadata_instance(struct aws_asking *asking, struct hansard_error *error)
{
	struct text base, token, role;
	struct http_answer answer; /* holds the token */
	enum hansard_status status = find_instance(asking->settings, &base, error);
	if (status != HANSARD_OK)
		return status;
	status = aws_asking_begin(&answer) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = ask_token(asking, base, &answer, &token, error);
	if (status == HANSARD_OK)
		status = ask_role(asking, base, token, &role, error);
	if (status == HANSARD_OK)
		status = ask_keys(asking, base, token, role, error);
	aws_asking_end(&answer);
	return status;
}
