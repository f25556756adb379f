/*
 * Signs, sends, and decides by the policy what follows from a failure.
 */
#include "aws_client.h"

#include "error.h"
#include "limits.h"
#include "sigv4.h"

enum { HEADERS = 3, TARGET_SIZE = 128 };

/* What one service differs in from another. */
static const struct service {
	const char *name; /* for people */
	const char *target;
	const char *content_type;
	enum retry_service retries;
} services[] = {
	[AWS_ENDPOINT_DYNAMODB] = {"DynamoDB", "DynamoDB_20120810", "application/x-amz-json-1.0", RETRY_DYNAMODB},
	[AWS_ENDPOINT_KMS] = {"KMS", "TrentService", "application/x-amz-json-1.1", RETRY_KMS},
};

struct aws_client {
	struct aws_client_options options;
	const struct service *service;
	struct hash_context *hash;
	struct retry_quota quota;
	int64_t skew_us; /* that the service's clock is ahead of ours */
	struct text url; /* with a path */
	char *url_data;
};

/* One request and where it stands. */
struct sending {
	struct aws_client *client;
	const struct aws_client_request *request;
	struct arena *arena;
	struct aws_client_answer *answer;
	struct retry retry;
	struct http_answer http;
	int64_t deadline; /* by the steady clock */
};

static struct text path_of(const struct aws_client *client)
{
	const struct text path = client->options.endpoint.parts.path;
	return path.size > 0 ? path : TEXT("/");
}

enum hansard_status aws_client_create(const struct aws_client_options *options, struct aws_client **ret_client,
									  struct hansard_error *error)
{
	struct aws_client *client = calloc(1, sizeof(*client));
	if (client == NULL)
		return error_memory(error);
	client->options = *options;
	client->service = &services[options->service];
	retry_quota_init(&client->quota);
	const struct text url = options->endpoint.url;
	client->url_data = malloc(url.size + 2);
	client->hash = hash_create();
	if (client->url_data == NULL || client->hash == NULL) {
		const bool memory = client->url_data == NULL;
		aws_client_destroy(client);
		return memory ? error_memory(error)
					  : error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library gives no SHA-256");
	}
	const int size = snprintf(client->url_data, url.size + 2, "%.*s%s", (int)url.size, url.data,
							  options->endpoint.parts.path.size > 0 ? "" : "/");
	client->url = (struct text){.data = client->url_data, .size = (size_t)size};
	*ret_client = client;
	return HANSARD_OK;
}

void aws_client_destroy(struct aws_client *client)
{
	if (client == NULL)
		return;
	hash_destroy(client->hash);
	free(client->url_data);
	free(client);
}

void aws_client_answer_init(struct aws_client_answer *answer)
{
	*answer = (struct aws_client_answer){.refusal = {.name = TEXT_ABSENT}};
	buffer_init(&answer->body, LIMIT_HTTP_ANSWER);
}

void aws_client_answer_finish(struct aws_client_answer *answer)
{
	buffer_finish(&answer->body);
	aws_client_answer_init(answer);
}

static int64_t now_of(const struct moment_clock *clock)
{
	return clock->now(clock->context);
}

/* Signs what is to be sent; its own headers come first. */
static enum hansard_status sign(const struct sending *sending, const struct http_request *request, struct sigv4 *sigv4,
								struct hansard_error *error)
{
	const struct aws_client *client = sending->client;
	struct aws_keys keys;
	const enum hansard_status status =
		aws_credentials_keys(client->options.credentials, sending->deadline, &keys, error);
	if (status != HANSARD_OK)
		return status;
	const struct sigv4_request signing = {.method = text_of_string(request->method),
										  .path = path_of(client),
										  .query = client->options.endpoint.parts.query,
										  .headers = request->headers,
										  .header_count = request->header_count,
										  .body = request->body,
										  .region = client->options.region,
										  .service = aws_endpoint_service_name(client->options.service),
										  .time = now_of(&client->options.edge.clock) + client->skew_us};
	return sigv4_sign(client->hash, &signing, &keys, sigv4, error);
}

/* Sends it once; *ret_signed is false when it did not come to that. */
static enum hansard_status send_once(struct sending *sending, bool *ret_signed, struct hansard_error *error)
{
	const struct aws_client *client = sending->client;
	const struct aws_edge *edge = &client->options.edge;
	char target[TARGET_SIZE];
	struct sigv4 sigv4;
	snprintf(target, sizeof(target), "%s.%s", client->service->target, sending->request->operation);
	struct http_field headers[HEADERS + SIGV4_ADDED] = {
		{TEXT("host"), client->options.endpoint.parts.authority},
		{TEXT("content-type"), text_of_string(client->service->content_type)},
		{TEXT("x-amz-target"), text_of_string(target)}};
	struct http_request request = {.method = "POST",
								   .url = client->url,
								   .headers = headers,
								   .header_count = HEADERS,
								   .body = sending->request->body,
								   .deadline = sending->deadline};
	sending->http.sendings = sending->http.status = 0;
	sigv4_init(&sigv4);
	enum hansard_status status = sign(sending, &request, &sigv4, error);
	*ret_signed = status == HANSARD_OK;
	for (size_t i = 0; *ret_signed && i < sigv4.added_count; i++)
		headers[request.header_count++] = sigv4.added[i];
	if (*ret_signed)
		status = edge->functions->send(edge->context, &request, &sending->http, error);
	sigv4_finish(&sigv4);
	return status;
}

/* Whether a request may have been carried out after this answer, or none, to its last sending: the service names what it refuses, and an
   answer without a name may be of somebody in between, who passed the request on. */
static bool is_unheard(const struct http_answer *http, const struct aws_refusal *refusal, enum retry_kind kind)
{
	return http->sendings > 0 &&
		   (http->status == 0 || !text_present(refusal->name) || kind == RETRY_TRANSIENT || kind == RETRY_IN_PROGRESS);
}

/* Why it failed for good, as a kind of error. */
static const char *kind_of(enum retry_kind kind)
{
	switch (kind) {
	case RETRY_THROTTLED:
		return "throttled";
	case RETRY_CONTENDED:
	case RETRY_IN_PROGRESS:
		return "contended";
	case RETRY_TRANSIENT:
		return "service_failed";
	case RETRY_DEFINITE:
	case RETRY_CONDITION:
	case RETRY_SKEWED:
	case RETRY_EXPIRED:
		break;
	}
	return "refused";
}

static void hint(const struct sending *sending, enum retry_kind kind, struct hansard_error *error)
{
	const struct aws_client *client = sending->client;
	const struct text name = sending->answer->refusal.name, from = aws_credentials_from(client->options.credentials);
	if (text_is(name, "AccessDeniedException"))
		error_hint(error, "whoever administers the account must allow %s:%s to these credentials: " ERROR_TEXT,
				   aws_endpoint_service_name(client->options.service).data, sending->request->operation,
				   ERROR_TEXT_ARGS(from));
	else if (kind == RETRY_EXPIRED || text_is(name, "InvalidSignatureException"))
		error_hint(error, "check the credentials (" ERROR_TEXT ") and the clock of this machine",
				   ERROR_TEXT_ARGS(from));
	else if (kind == RETRY_SKEWED)
		error_hint(error, "set the clock of this machine");
	else if (kind == RETRY_THROTTLED)
		error_hint(error, "run it again in a while; the table or the account has a limit that was reached");
	else if (kind == RETRY_TRANSIENT || kind == RETRY_CONTENDED || kind == RETRY_IN_PROGRESS)
		error_hint(error, "run it again in a while");
	else if (kind == RETRY_DEFINITE)
		error_hint(error, "what it refuses stands in its words; whoever runs the service finds it by the request");
}

/* A service's last word. */
static enum hansard_status refuse(const struct sending *sending, enum retry_kind kind, struct hansard_error *error)
{
	const struct aws_refusal *refusal = &sending->answer->refusal;
	const bool again =
		kind == RETRY_THROTTLED || kind == RETRY_CONTENDED || kind == RETRY_IN_PROGRESS || kind == RETRY_TRANSIENT;
	const enum hansard_status status = again ? HANSARD_UNREACHABLE : HANSARD_FAILED;
	error_set(error, status, kind_of(kind),
			  "%s refuses %s: " ERROR_TEXT "%s" ERROR_TEXT "%s" ERROR_TEXT " (HTTP %d, request " ERROR_TEXT ")",
			  sending->client->service->name, sending->request->operation,
			  ERROR_TEXT_ARGS(text_present(refusal->name) ? refusal->name : TEXT("it does not say why")),
			  text_present(refusal->message) ? ": " : "", ERROR_TEXT_ARGS(refusal->message),
			  text_present(refusal->throttling) ? "; " : "", ERROR_TEXT_ARGS(refusal->throttling), sending->http.status,
			  ERROR_TEXT_ARGS(text_present(refusal->request_id) ? refusal->request_id : TEXT("unknown")));
	hint(sending, kind, error);
	return status;
}

/* What a failure means, and whether it is sent again: then the time has passed, and what was wrong is set right. */
static enum hansard_status judge(struct sending *sending, enum hansard_status sent, bool *ret_again,
								 struct hansard_error *error)
{
	struct aws_client *client = sending->client;
	struct aws_client_answer *answer = sending->answer;
	const struct aws_edge *edge = &client->options.edge;
	uint32_t draw = 0;
	const bool answered = sent == HANSARD_OK;
	answer->refusal = (struct aws_refusal){.name = TEXT_ABSENT};
	if (answered && !aws_refusal_read(&sending->http, now_of(&edge->clock), sending->arena, &answer->refusal)) {
		answer->unheard++; /* what it says is not known */
		return error_memory(error);
	}
	(void)client->options.entropy.fill(client->options.entropy.context, (uint8_t *)&draw, sizeof(draw));
	const struct retry_failure failure = {.name = answer->refusal.name,
										  .status = answered ? sending->http.status : 0,
										  .reasons = answer->refusal.reasons,
										  .skew_us = answer->refusal.skew_us,
										  .retry_after_ms = answer->refusal.retry_after_ms};
	answer->unheard += is_unheard(&sending->http, &answer->refusal, retry_classify(&failure));
	sending->retry.terms.until_deadline = sending->request->write && answer->unheard > 0;
	const struct retry_decision decision = retry_decide(&sending->retry, &failure, now_of(&edge->steady), draw);
	answer->kind = answered ? decision.kind : 0;
	*ret_again = decision.verdict == RETRY_AGAIN;
	if (!*ret_again)
		return answered ? refuse(sending, decision.kind, error) : sent;
	if (decision.kind == RETRY_SKEWED)
		client->skew_us = answer->refusal.skew_us;
	if (decision.kind == RETRY_EXPIRED)
		aws_credentials_expire(client->options.credentials);
	edge->functions->pause(edge->context, decision.wait_us);
	return HANSARD_OK;
}

/* Until there is an answer, or none will come. */
static enum hansard_status exchange(struct sending *sending, struct hansard_error *error)
{
	struct aws_client_answer *answer = sending->answer;
	for (bool again = true; again;) {
		bool is_signed;
		enum hansard_status status = send_once(sending, &is_signed, error);
		answer->sendings += sending->http.sendings;
		/* A fresh try on another connection: what became of the first nobody knows. */
		answer->unheard += sending->http.sendings > 1 ? sending->http.sendings - 1 : 0;
		if (status == HANSARD_OK && sending->http.status == 200) {
			retry_succeeded(&sending->retry);
			return HANSARD_OK;
		}
		if (!is_signed || (status != HANSARD_OK && status != HANSARD_UNREACHABLE)) {
			answer->unheard += sending->http.sendings > 0;
			return status;
		}
		status = judge(sending, status, &again, error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

enum hansard_status aws_client_send(struct aws_client *client, const struct aws_client_request *request,
									struct arena *arena, struct aws_client_answer *answer, struct hansard_error *error)
{
	const struct aws_edge *edge = &client->options.edge;
	const int64_t within = request->write ? RETRY_WRITE_US : RETRY_READ_US, started = now_of(&edge->steady);
	struct sending sending = {
		.client = client, .request = request, .arena = arena, .answer = answer, .deadline = started + within};
	const struct retry_terms terms = {.service = client->service->retries,
									  .quota = &client->quota,
									  .started_us = started,
									  .deadline_us = started + within};
	aws_client_answer_finish(answer);
	retry_init(&sending.retry, &terms);
	http_answer_init(&sending.http, LIMIT_HTTP_ANSWER);
	const enum hansard_status status = exchange(&sending, error);
	if (status == HANSARD_OK) {
		buffer_finish(&answer->body);
		answer->body = sending.http.body;
		buffer_init(&sending.http.body, LIMIT_HTTP_ANSWER);
		answer->kind = 0;
		answer->refusal = (struct aws_refusal){.name = TEXT_ABSENT};
	}
	http_answer_finish(&sending.http);
	return status;
}
