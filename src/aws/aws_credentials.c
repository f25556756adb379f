/*
 * The chain of sources, and keys that are held until shortly before they expire. There are two sets in locked memory:
 * new keys are made in the one while those of the other are still good.
 */
#include "aws_credentials.h"

#include "aws_metadata.h"
#include "aws_profile_keys.h"
#include "aws_sts.h"
#include "error.h"
#include "secret.h"

enum { ARENA_LIMIT = 1 << 20, FROM_SIZE = 256 };

static const int64_t renew_before = INT64_C(300) * 1000000;
static const int64_t ask_again_after = INT64_C(60) * 1000000;

struct aws_credentials {
	struct aws_credentials_options options;
	struct hash_context *hash;
	struct secret_block *block; /* of two struct aws_keys_held */
	size_t current;             /* which of them */
	int64_t asked_at;
	char from[FROM_SIZE];
};

enum hansard_status aws_credentials_create(const struct aws_credentials_options *options,
										   struct aws_credentials **ret_credentials, struct hansard_error *error)
{
	struct aws_credentials *credentials = calloc(1, sizeof(*credentials));
	if (credentials == NULL)
		return error_memory(error);
	credentials->options = *options;
	credentials->hash = hash_create();
	const enum hansard_status status =
		credentials->hash != NULL
			? secret_block_create(2 * sizeof(struct aws_keys_held), &credentials->block, error)
			: error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library gives no SHA-256");
	if (status != HANSARD_OK) {
		aws_credentials_destroy(credentials);
		return status;
	}
	*ret_credentials = credentials;
	return HANSARD_OK;
}

void aws_credentials_destroy(struct aws_credentials *credentials)
{
	if (credentials == NULL)
		return;
	secret_block_destroy(credentials->block);
	hash_destroy(credentials->hash);
	free(credentials);
}

/* ---- the chain ---- */

static enum hansard_status take_identity(struct aws_asking *asking, struct hansard_error *error)
{
	const char *const *environment = asking->settings->environment;
	const struct text token = aws_settings_variable(environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
	const struct aws_sts_role role = {
		.arn = aws_settings_variable(environment, "AWS_ROLE_ARN"),
		.session = aws_settings_variable(environment, "AWS_ROLE_SESSION_NAME"),
		.external_id = TEXT_ABSENT,
		.duration = TEXT_ABSENT,
		.whose = TEXT("AWS_ROLE_ARN"),
	};
	if (!text_present(token))
		return error_set(error, HANSARD_NOT_FOUND, "no_credentials", "no web identity is set");
	if (text_present(role.arn))
		return aws_sts_identify(asking, &role, token, error);
	error_set(error, HANSARD_INVALID, "invalid_setting", "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not");
	error_hint(error, "set AWS_ROLE_ARN to the role that the token is for");
	return HANSARD_INVALID;
}

/* The sources, in the order in which they are asked. */
static enum hansard_status (*const sources[])(struct aws_asking *asking, struct hansard_error *error) = {
	aws_profile_keys_environment, take_identity, aws_profile_keys_take, aws_metadata_container, aws_metadata_instance,
};

/* Nothing gives keys; `last` is what the last source says. */
static enum hansard_status refuse(const struct aws_settings *settings, bool local, const struct hansard_error *last,
								  struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "no_credentials",
			  "no AWS credentials: neither in the environment, by a web identity, in profile " ERROR_TEXT
			  " nor from a container; %s",
			  ERROR_TEXT_ARGS(settings->profile), last->message);
	if (local)
		error_hint(error,
				   "an emulator on this machine takes any words: AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any");
	else
		error_hint(error,
				   "set AWS_PROFILE to a profile of ~/.aws/config, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY%s%s",
				   last->hint[0] == '\0' ? "" : "; ", last->hint);
	return HANSARD_INVALID;
}

/* Asks each source, until one is there. */
static enum hansard_status ask_sources(struct aws_asking *asking, bool local, struct hansard_error *error)
{
	struct hansard_error cause = {0};
	enum hansard_status status = HANSARD_NOT_FOUND;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && status == HANSARD_NOT_FOUND; i++)
		status = sources[i](asking, &cause);
	if (status == HANSARD_NOT_FOUND)
		return refuse(asking->settings, local, &cause, error);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

static enum hansard_status ask(struct aws_credentials *credentials, struct aws_asking *asking,
							   struct hansard_error *error)
{
	struct aws_settings settings;
	const struct aws_credentials_options *options = &credentials->options;
	aws_settings_init(&settings);
	asking->settings = &settings;
	asking->arena = arena_create(ARENA_LIMIT);
	enum hansard_status status = asking->arena != NULL ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = aws_settings_load(&options->edge, options->profile, &settings, error);
	if (status == HANSARD_OK)
		status = ask_sources(asking, options->local, error);
	if (status == HANSARD_OK)
		snprintf(credentials->from, sizeof(credentials->from), "%.*s", (int)asking->from.size, asking->from.data);
	arena_destroy(asking->arena);
	aws_settings_finish(&settings);
	return status;
}

/* ---- keys that are held ---- */

/* Both sets; NULL in a child of fork. */
static struct aws_keys_held *held_by(const struct aws_credentials *credentials)
{
	return secret_block_data(credentials->block);
}

/* Makes new keys in the other set and changes to it; on failure nothing has changed. */
static enum hansard_status renew(struct aws_credentials *credentials, int64_t deadline, struct hansard_error *error)
{
	const struct aws_credentials_options *options = &credentials->options;
	struct aws_keys_held *held = held_by(credentials);
	const size_t other = 1 - credentials->current;
	struct aws_asking asking = {
		.edge = &options->edge,
		.hash = credentials->hash,
		.region = options->region,
		.sts_endpoint = options->sts_endpoint,
		.deadline = deadline,
		.held = &held[other],
	};
	const enum hansard_status status = ask(credentials, &asking, error);
	secret_wipe(&held[status == HANSARD_OK ? credentials->current : other], sizeof(*held));
	if (status == HANSARD_OK)
		credentials->current = other;
	return status;
}

enum hansard_status aws_credentials_keys(struct aws_credentials *credentials, int64_t deadline,
										 struct aws_keys *ret_keys, struct hansard_error *error)
{
	const struct moment_clock *clock = &credentials->options.edge.clock;
	const struct aws_keys_held *held = held_by(credentials);
	struct hansard_error cause = {0};
	if (held == NULL) {
		error_set(error, HANSARD_FAILED, "memory_not_locked", "credentials are not passed on to a child of fork");
		error_hint(error, "open the store in the process that uses it");
		return HANSARD_FAILED;
	}
	const int64_t now = clock->now(clock->context);
	const struct aws_keys_held *current = &held[credentials->current];
	const bool good = current->present && current->expires > now;
	const bool fresh = good && (current->expires == AWS_KEYS_NEVER || current->expires - now > renew_before);
	const bool waits = good && now >= credentials->asked_at && now - credentials->asked_at < ask_again_after;
	if (!fresh && !waits) {
		credentials->asked_at = now;
		const enum hansard_status status = renew(credentials, deadline, &cause);
		if (status != HANSARD_OK && !good) {
			if (error != NULL)
				*error = cause;
			return status;
		}
	}
	*ret_keys = aws_keys_view(&held[credentials->current]);
	return HANSARD_OK;
}

void aws_credentials_expire(struct aws_credentials *credentials)
{
	struct aws_keys_held *held = held_by(credentials);
	if (held != NULL)
		secret_wipe(&held[credentials->current], sizeof(*held));
}

struct text aws_credentials_from(const struct aws_credentials *credentials)
{
	return text_of_string(credentials->from);
}
