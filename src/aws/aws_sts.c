/*
 * STS over its query protocol: a form out, XML in.
 */
#include "aws_sts.h"

#include "aws_endpoint.h"
#include "error.h"
#include "sigv4.h"
#include "wiped.h"

enum { FORM_LIMIT = 65536, HEADERS = 2 };

/* Where STS is, and in whose region. */
struct service {
	struct aws_endpoint endpoint;
	struct text region;
	struct text path; /* as it is sent */
};

static enum hansard_status find_service(const struct aws_asking *asking, struct service *ret_service,
										struct hansard_error *error)
{
	enum hansard_status status = aws_settings_region(asking->settings, asking->region, &ret_service->region, error);
	const struct aws_endpoint_request request = {
		.service = AWS_ENDPOINT_STS, .configured = asking->sts_endpoint, .region = ret_service->region};
	if (status == HANSARD_OK)
		status = aws_endpoint_find(asking->arena, asking->settings, &request, &ret_service->endpoint, error);
	return status;
}

/* Appends name=value of a form, percent-encoded but for what RFC 3986 calls unreserved; nothing for an absent value. */
static bool append_field(struct buffer *form, const char *name, struct text value)
{
	static const char hex[] = "0123456789ABCDEF";
	if (!text_present(value))
		return true;
	bool good = (form->size == 0 || buffer_append_byte(form, '&')) && buffer_append_string(form, name) &&
				buffer_append_byte(form, '=');
	for (size_t i = 0; good && i < value.size; i++) {
		const uint8_t c = (uint8_t)value.data[i];
		const bool plain = c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL) && c != 0;
		const char escape[] = {'%', hex[c >> 4], hex[c & 15]};
		good = plain ? buffer_append_byte(form, c) : buffer_append_text(form, (struct text){escape, sizeof(escape)});
	}
	return good;
}

static bool write_form(struct buffer *form, const char *action, const struct aws_sts_role *role, struct text token)
{
	const struct text session = role->session.size > 0 ? role->session : TEXT("hansard");
	return append_field(form, "Action", text_of_string(action)) && append_field(form, "Version", TEXT("2011-06-15")) &&
		   append_field(form, "RoleArn", role->arn) && append_field(form, "RoleSessionName", session) &&
		   append_field(form, "ExternalId", role->external_id) &&
		   append_field(form, "DurationSeconds", role->duration) && append_field(form, "WebIdentityToken", token);
}

static const struct aws_asking_reason reasons[] = {
	{"AccessDenied", HANSARD_FAILED,
	 "the role's trust policy must allow whoever asks, and their own policy sts:AssumeRole of this role"},
	{"ExpiredToken", HANSARD_FAILED, "the keys that asked have expired: renew them where they come from"},
	{"ExpiredTokenException", HANSARD_FAILED,
	 "the token has expired: whoever writes its file (AWS_WEB_IDENTITY_TOKEN_FILE) must write a new one"},
	{"IDPCommunicationError", HANSARD_UNREACHABLE, "STS could not ask who made the token: run it again"},
	{"InvalidClientTokenId", HANSARD_FAILED,
	 "the access key that asked is not known, or not in this region: check both"},
	{"InvalidIdentityToken", HANSARD_FAILED,
	 "this account does not believe who made the token: check its identity providers in IAM"},
	{"RegionDisabledException", HANSARD_FAILED,
	 "STS is not active in this region: an administrator can activate it in IAM, or name another region"},
	{"SignatureDoesNotMatch", HANSARD_FAILED, "check the secret access key that asked, and the clock of this machine"},
	{"Throttling", HANSARD_UNREACHABLE, "STS is asked too often: run it again in a while"},
	{"ValidationError", HANSARD_FAILED, "check role_arn, role_session_name, external_id and duration_seconds"},
};

/* Who is asked, in words. */
static bool name_whom(const struct aws_asking *asking, const struct aws_sts_role *role, const struct service *service,
					  struct aws_asking_whom *ret_whom)
{
	*ret_whom = (struct aws_asking_whom){
		.hint = "check the region, the role, and whether the endpoint is one of STS",
		.form = AWS_ANSWER_STS,
		.reasons = reasons,
		.reason_count = sizeof(reasons) / sizeof(reasons[0]),
	};
	return arena_format(
		asking->arena, &ret_whom->name, "STS (" ERROR_TEXT "), asked for role " ERROR_TEXT " of " ERROR_TEXT,
		ERROR_TEXT_ARGS(service->endpoint.parts.authority), ERROR_TEXT_ARGS(role->arn), ERROR_TEXT_ARGS(role->whose));
}

/* Sends a form, with a signature where there is one, and keeps the keys that come. */
static enum hansard_status post(struct aws_asking *asking, const struct http_request *request,
								const struct aws_asking_whom *whom, struct hansard_error *error)
{
	struct http_answer answer;
	enum hansard_status status = aws_asking_begin(&answer) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = aws_asking_send(asking, request, &answer, error);
	if (status == HANSARD_OK)
		status = aws_asking_take(asking, &answer, whom, error);
	aws_asking_end(&answer);
	return status;
}

/* Signs a request by the keys that are held; what it is signed with are headers besides its own. */
static enum hansard_status sign(const struct aws_asking *asking, const struct service *service,
								const struct http_request *request, struct sigv4 *sigv4, struct hansard_error *error)
{
	const struct aws_keys keys = aws_keys_view(asking->held);
	const struct sigv4_request signing = {.method = text_of_string(request->method),
										  .path = service->path,
										  .query = TEXT_ABSENT,
										  .headers = request->headers,
										  .header_count = request->header_count,
										  .body = request->body,
										  .region = service->region,
										  .service = aws_endpoint_service_name(AWS_ENDPOINT_STS),
										  .time = aws_asking_now(asking)};
	return sigv4_sign(asking->hash, &signing, &keys, sigv4, error);
}

/* Asks for keys by a form; `by_keys` with those that are held. */
static enum hansard_status ask(struct aws_asking *asking, const struct aws_sts_role *role, struct bytes form,
							   bool by_keys, struct hansard_error *error)
{
	struct service service = {.region = TEXT_ABSENT};
	struct aws_asking_whom whom;
	struct text url;
	enum hansard_status status = find_service(asking, &service, error);
	if (status != HANSARD_OK)
		return status;
	const struct aws_url *parts = &service.endpoint.parts;
	service.path = parts->path.size > 0 ? parts->path : TEXT("/");
	if (!name_whom(asking, role, &service, &whom) ||
		!arena_format(asking->arena, &url, "%.*s%s", (int)service.endpoint.url.size, service.endpoint.url.data,
					  parts->path.size == 0 ? "/" : ""))
		return error_memory(error);
	struct http_field headers[HEADERS + SIGV4_ADDED] = {
		{TEXT("host"), parts->authority}, {TEXT("content-type"), TEXT("application/x-www-form-urlencoded")}};
	struct http_request request = {.method = "POST",
								   .url = url,
								   .headers = headers,
								   .header_count = HEADERS,
								   .body = form,
								   .deadline = asking->deadline};
	struct sigv4 sigv4;
	sigv4_init(&sigv4);
	if (by_keys)
		status = sign(asking, &service, &request, &sigv4, error);
	for (size_t i = 0; i < sigv4.added_count; i++)
		headers[request.header_count++] = sigv4.added[i];
	if (status == HANSARD_OK)
		status = post(asking, &request, &whom, error);
	sigv4_finish(&sigv4);
	return status;
}

static enum hansard_status assume(struct aws_asking *asking, const struct aws_sts_role *role, struct text token,
								  struct hansard_error *error)
{
	const bool by_keys = !text_present(token);
	const char *action = by_keys ? "AssumeRole" : "AssumeRoleWithWebIdentity";
	struct buffer form;
	enum hansard_status status = wiped_init(&form, FORM_LIMIT) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK && !write_form(&form, action, role, token)) {
		error_set(error, HANSARD_INVALID, "invalid_profile", "what " ERROR_TEXT " says of its role is too long",
				  ERROR_TEXT_ARGS(role->whose));
		error_hint(error, "check role_arn, role_session_name, external_id and duration_seconds");
		status = HANSARD_INVALID;
	}
	if (status == HANSARD_OK)
		status = ask(asking, role, buffer_view(&form), by_keys, error);
	wiped_finish(&form);
	if (status == HANSARD_OK && !aws_asking_describe(asking, ERROR_TEXT ", by role " ERROR_TEXT,
													 ERROR_TEXT_ARGS(role->whose), ERROR_TEXT_ARGS(role->arn)))
		status = error_memory(error);
	return status;
}

enum hansard_status aws_sts_assume(struct aws_asking *asking, const struct aws_sts_role *role,
								   struct hansard_error *error)
{
	return assume(asking, role, TEXT_ABSENT, error);
}

enum hansard_status aws_sts_identify(struct aws_asking *asking, const struct aws_sts_role *role, struct text token_path,
									 struct hansard_error *error)
{
	struct buffer token;
	enum hansard_status status = wiped_init(&token, LIMIT_AWS_IDENTITY) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = aws_asking_read(asking, token_path, &token, error);
	const struct text text = text_trim(buffer_text(&token));
	if (status == HANSARD_OK && text.size == 0) {
		status = error_set(error, HANSARD_INVALID, "invalid_token", "the token file " ERROR_TEXT " is empty",
						   ERROR_TEXT_ARGS(token_path));
		error_hint(error, "AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file, must name a file with a token");
	}
	if (status == HANSARD_OK)
		status = assume(asking, role, text, error);
	wiped_finish(&token);
	return status;
}
