/*
 * Keys of a profile: from the profile down to where keys come from, and back up through the roles.
 */
#include "aws_profile_keys.h"

#include "aws_metadata.h"
#include "aws_sts.h"
#include "error.h"
#include "wiped.h"

/* A value of a profile; absent when there is none or it is empty. */
static struct text value_of(const struct aws_asking *asking, struct text profile, const char *key)
{
	const struct text value = aws_profile_value(&asking->settings->files, profile, key);
	return value.size > 0 ? value : TEXT_ABSENT;
}

static bool has(const struct aws_asking *asking, struct text profile, const char *key)
{
	return text_present(value_of(asking, profile, key));
}

static enum hansard_status refuse(struct text profile, const char *what, const char *hint, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_profile", "profile " ERROR_TEXT " %s", ERROR_TEXT_ARGS(profile), what);
	error_hint(error, "%s", hint);
	return HANSARD_INVALID;
}

/* ---- keys as they are ---- */

/* Three texts, of which the first two make keys. */
struct written {
	struct text id, secret, token;
	struct text whom;
	const char *names;
};

static enum hansard_status hold_written(struct aws_asking *asking, const struct written *written,
										struct hansard_error *error)
{
	const struct aws_keys keys = {.id = written->id,
								  .secret = bytes_of_text(written->secret),
								  .token = written->token,
								  .expires = AWS_KEYS_NEVER};
	if (!text_present(written->id) && !text_present(written->secret))
		return error_set(error, HANSARD_NOT_FOUND, "no_credentials", "no keys in " ERROR_TEXT,
						 ERROR_TEXT_ARGS(written->whom));
	if (!text_present(written->id) || !text_present(written->secret)) {
		error_set(error, HANSARD_INVALID, "invalid_keys", "the %s is there without the %s in " ERROR_TEXT,
				  text_present(written->id) ? "access key id" : "secret access key",
				  text_present(written->id) ? "secret access key" : "access key id", ERROR_TEXT_ARGS(written->whom));
		error_hint(error, "set both or none of %s", written->names);
		return HANSARD_INVALID;
	}
	asking->from = written->whom;
	return aws_asking_hold(asking, &keys, written->whom, error);
}

enum hansard_status aws_profile_keys_environment(struct aws_asking *asking, struct hansard_error *error)
{
	const char *const *environment = asking->settings->environment;
	const struct written written = {
		.id = aws_settings_variable(environment, "AWS_ACCESS_KEY_ID"),
		.secret = aws_settings_variable(environment, "AWS_SECRET_ACCESS_KEY"),
		.token = aws_settings_variable(environment, "AWS_SESSION_TOKEN"),
		.whom = TEXT("environment"),
		.names = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
	};
	return hold_written(asking, &written, error);
}

static enum hansard_status take_written(struct aws_asking *asking, struct text profile, struct hansard_error *error)
{
	struct written written = {
		.id = value_of(asking, profile, "aws_access_key_id"),
		.secret = value_of(asking, profile, "aws_secret_access_key"),
		.token = value_of(asking, profile, "aws_session_token"),
		.names = "aws_access_key_id and aws_secret_access_key",
	};
	if (!arena_format(asking->arena, &written.whom, "profile " ERROR_TEXT, ERROR_TEXT_ARGS(profile)))
		return error_memory(error);
	return hold_written(asking, &written, error);
}

/* ---- programs ---- */

static enum hansard_status read_printed(struct buffer *out, struct aws_keys *ret_keys, struct hansard_error *error)
{
	const enum hansard_status status = aws_answer_read(AWS_ANSWER_PROCESS, out, ret_keys, error);
	error_hint(error, "run it by hand: it must print {\"Version\": 1, \"AccessKeyId\": ..., \"SecretAccessKey\": ...}");
	return status;
}

static enum hansard_status take_printed(struct aws_asking *asking, struct text profile, struct hansard_error *error)
{
	const struct text command = value_of(asking, profile, "credential_process");
	struct hansard_error cause = {0};
	struct aws_keys keys;
	struct text whom;
	struct buffer out;
	if (text_find(command, TEXT("\n"), 0) != SIZE_MAX)
		return refuse(profile, "has a credential_process of several lines", "write it in one line", error);
	if (!arena_format(asking->arena, &whom, "credential_process of profile " ERROR_TEXT, ERROR_TEXT_ARGS(profile)))
		return error_memory(error);
	enum hansard_status status = wiped_init(&out, LIMIT_AWS_ANSWER) ? HANSARD_OK : error_memory(&cause);
	if (status == HANSARD_OK)
		status = asking->edge->functions->run(asking->edge->context, command, &out, &cause);
	if (status == HANSARD_OK)
		status = read_printed(&out, &keys, &cause);
	if (status == HANSARD_OK)
		status = aws_asking_hold(asking, &keys, whom, error);
	else
		status = aws_asking_blame(status, whom, &cause, error);
	wiped_finish(&out);
	asking->from = whom;
	return status;
}

static bool is_sso(const struct aws_asking *asking, struct text profile)
{
	return has(asking, profile, "sso_session") || has(asking, profile, "sso_start_url") ||
		   has(asking, profile, "sso_account_id") || has(asking, profile, "login_session");
}

/* What another program must do: signing in by a browser, asking for a code. */
static enum hansard_status refuse_interactive(struct text profile, const char *what, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "sso_profile", "profile " ERROR_TEXT " %s, which hansard does not do by itself",
			  ERROR_TEXT_ARGS(profile), what);
	error_hint(error,
			   "add to the profile: credential_process = aws configure export-credentials --profile " ERROR_TEXT
			   " --format process",
			   ERROR_TEXT_ARGS(profile));
	return HANSARD_INVALID;
}

/* ---- roles ---- */

enum kind { KIND_NONE, KIND_WRITTEN, KIND_PRINTED, KIND_INTERACTIVE, KIND_ROLE };

/* What a profile has. Keys come before a role in the source of another profile, and a program where the role asks for a
   code. */
static enum kind kind_of(const struct aws_asking *asking, struct text profile, bool is_source)
{
	const bool written = has(asking, profile, "aws_access_key_id") || has(asking, profile, "aws_secret_access_key");
	const bool printed = has(asking, profile, "credential_process");
	const bool role = has(asking, profile, "role_arn") || has(asking, profile, "web_identity_token_file");
	if (role && !(is_source && written))
		return printed && has(asking, profile, "mfa_serial") ? KIND_PRINTED : KIND_ROLE;
	if (written)
		return KIND_WRITTEN;
	return printed ? KIND_PRINTED : is_sso(asking, profile) ? KIND_INTERACTIVE : KIND_NONE;
}

/* Profiles whose roles are assumed, first the one that is asked for, and where the keys for the last one come from. */
struct chain {
	struct text profiles[LIMIT_AWS_ROLES];
	size_t count;
	struct text base;  /* the profile that keys come from; absent: another place, or a token */
	struct text place; /* its credential_source; absent: none */
	struct text token; /* its web_identity_token_file; absent: none */
};

static enum hansard_status check_role(const struct aws_asking *asking, struct text profile, struct hansard_error *error)
{
	const bool token = has(asking, profile, "web_identity_token_file");
	const int sources = token + has(asking, profile, "source_profile") + has(asking, profile, "credential_source");
	if (!has(asking, profile, "role_arn"))
		return refuse(profile, "has web_identity_token_file and no role_arn", "add the role_arn that the token is for",
					  error);
	if (has(asking, profile, "mfa_serial"))
		return refuse_interactive(profile, "asks for a code (mfa_serial)", error);
	if (sources != 1)
		return refuse(
			profile,
			sources == 0 ? "has role_arn and no source of keys for it" : "has several sources of keys for role_arn",
			"with role_arn stands one of source_profile, credential_source and web_identity_token_file", error);
	return HANSARD_OK;
}

static bool is_listed(const struct chain *chain, struct text profile)
{
	for (size_t i = 0; i < chain->count; i++)
		if (text_equal(chain->profiles[i], profile))
			return true;
	return false;
}

/* Puts a profile with a role into the chain, and says which profile is its source; absent where the chain ends here. */
static enum hansard_status add_role(const struct aws_asking *asking, struct chain *chain, struct text profile,
									struct text *ret_source, struct hansard_error *error)
{
	const enum hansard_status status = check_role(asking, profile, error);
	if (status != HANSARD_OK)
		return status;
	if (chain->count == LIMIT_AWS_ROLES)
		return refuse(profile, "is one role too many: a chain has at most 8", "assume the last role more directly",
					  error);
	chain->profiles[chain->count++] = profile;
	chain->place = value_of(asking, profile, "credential_source");
	chain->token = value_of(asking, profile, "web_identity_token_file");
	*ret_source = value_of(asking, profile, "source_profile");
	if (!text_present(*ret_source))
		return HANSARD_OK;
	if (!aws_profile_exists(&asking->settings->files, *ret_source))
		return refuse(profile, "names a source_profile that is in neither file",
					  "aws configure list-profiles shows those that there are", error);
	const bool own = text_equal(*ret_source, profile);
	if (is_listed(chain, *ret_source) && !(own && kind_of(asking, profile, true) == KIND_WRITTEN))
		return refuse(profile, "names a source_profile that leads back to it",
					  "let the last source_profile have keys of its own", error);
	return HANSARD_OK;
}

static enum hansard_status follow(const struct aws_asking *asking, struct chain *chain, struct hansard_error *error)
{
	struct text profile = asking->settings->profile;
	bool is_source = false;
	while (text_present(profile) && kind_of(asking, profile, is_source) == KIND_ROLE) {
		const enum hansard_status status = add_role(asking, chain, profile, &profile, error);
		if (status != HANSARD_OK)
			return status;
		is_source = true;
	}
	chain->base = profile;
	return HANSARD_OK;
}

/* Keys from where credential_source says. What is not there is an error here. */
static enum hansard_status take_from_place(struct aws_asking *asking, struct text profile, struct text place,
										   struct hansard_error *error)
{
	static const struct {
		const char *name;
		enum hansard_status (*take)(struct aws_asking *asking, struct hansard_error *error);
	} places[] = {
		{"Environment", aws_profile_keys_environment},
		{"Ec2InstanceMetadata", aws_metadata_instance},
		{"EcsContainer", aws_metadata_container},
	};
	char whom[HANSARD_ERROR_MESSAGE_SIZE];
	struct hansard_error cause = {0};
	size_t at = 0;
	while (at < sizeof(places) / sizeof(places[0]) && !text_is(place, places[at].name))
		at++;
	if (at == sizeof(places) / sizeof(places[0]))
		return refuse(profile, "has a credential_source that is none",
					  "it is Environment, Ec2InstanceMetadata or EcsContainer", error);
	const enum hansard_status status = places[at].take(asking, &cause);
	snprintf(whom, sizeof(whom), "credential_source of profile " ERROR_TEXT, ERROR_TEXT_ARGS(profile));
	if (status == HANSARD_OK)
		return status;
	return aws_asking_blame(status == HANSARD_NOT_FOUND ? HANSARD_INVALID : status, text_of_string(whom), &cause,
							error);
}

static enum hansard_status take_base(struct aws_asking *asking, const struct chain *chain, struct hansard_error *error)
{
	const struct text profile = chain->base;
	switch (kind_of(asking, profile, chain->count > 0)) {
	case KIND_WRITTEN:
		return take_written(asking, profile, error);
	case KIND_PRINTED:
		return take_printed(asking, profile, error);
	case KIND_INTERACTIVE:
		return refuse_interactive(profile, "signs in by a browser (sso_session, login_session)", error);
	case KIND_NONE:
	case KIND_ROLE:
		break;
	}
	return error_set(error, HANSARD_NOT_FOUND, "no_credentials", "profile " ERROR_TEXT " has no keys",
					 ERROR_TEXT_ARGS(profile));
}

static enum hansard_status fill_role(const struct aws_asking *asking, struct text profile,
									 struct aws_sts_role *ret_role, struct hansard_error *error)
{
	*ret_role = (struct aws_sts_role){
		.arn = value_of(asking, profile, "role_arn"),
		.session = value_of(asking, profile, "role_session_name"),
		.external_id = value_of(asking, profile, "external_id"),
		.duration = value_of(asking, profile, "duration_seconds"),
	};
	return arena_format(asking->arena, &ret_role->whose, "profile " ERROR_TEXT, ERROR_TEXT_ARGS(profile))
			   ? HANSARD_OK
			   : error_memory(error);
}

/* The keys that the chain begins with; of a token those of the last role already. */
static enum hansard_status begin_chain(struct aws_asking *asking, struct chain *chain, struct hansard_error *error)
{
	struct aws_sts_role role;
	const struct text last = chain->count > 0 ? chain->profiles[chain->count - 1] : chain->base;
	if (text_present(chain->token)) {
		const enum hansard_status status = fill_role(asking, last, &role, error);
		chain->count--;
		return status == HANSARD_OK ? aws_sts_identify(asking, &role, chain->token, error) : status;
	}
	if (text_present(chain->place))
		return take_from_place(asking, last, chain->place, error);
	const enum hansard_status status = take_base(asking, chain, error);
	if (status == HANSARD_NOT_FOUND && chain->count > 0)
		return refuse(last, "names a source_profile that has no keys",
					  "let the source_profile have keys, a role or a credential_process", error);
	return status;
}

enum hansard_status aws_profile_keys_take(struct aws_asking *asking, struct hansard_error *error)
{
	struct chain chain = {.count = 0};
	struct aws_sts_role role;
	enum hansard_status status = follow(asking, &chain, error);
	if (status == HANSARD_OK)
		status = begin_chain(asking, &chain, error);
	while (status == HANSARD_OK && chain.count > 0) {
		status = fill_role(asking, chain.profiles[--chain.count], &role, error);
		if (status == HANSARD_OK)
			status = aws_sts_assume(asking, &role, error);
	}
	return status;
}
