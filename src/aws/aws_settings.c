/*
 * Settings for AWS's tools: where the files are, and what counts.
 */
#include "aws_settings.h"

#include "error.h"
#include "limits.h"
#include "wiped.h"

enum { PATH_LIMIT = 4096, REGION_LIMIT = 63 };

struct text aws_settings_variable(const char *const *environment, const char *name)
{
	const size_t size = strlen(name);
	for (const char *const *entry = environment; entry != NULL && *entry != NULL; entry++)
		if (strncmp(*entry, name, size) == 0 && (*entry)[size] == '=' && (*entry)[size + 1] != '\0')
			return text_of_string(*entry + size + 1);
	return TEXT_ABSENT;
}

void aws_settings_init(struct aws_settings *settings)
{
	*settings = (struct aws_settings){.environment = NULL};
}

void aws_settings_finish(struct aws_settings *settings)
{
	wiped_finish(&settings->config);
	wiped_finish(&settings->credentials);
	buffer_finish(&settings->paths);
	aws_settings_init(settings);
}

/* One of the two files: the variable that names it, and where it is when none does. */
struct place {
	const char *variable;
	const char *home;
};

static const struct place config_place = {"AWS_CONFIG_FILE", "/.aws/config"};
static const struct place credentials_place = {"AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"};

/* Its path; absent where there is no home. `paths` has room for it, and does not move. */
static struct text find_path(const struct aws_edge *edge, const struct place *place, struct buffer *paths)
{
	const struct text given = aws_settings_variable(edge->environment, place->variable);
	const struct text home = aws_settings_variable(edge->environment, "HOME");
	const struct text below =
		text_starts_with(given, TEXT("~/")) ? text_slice(given, 1, given.size) : text_of_string(place->home);
	const size_t from = paths->size;
	if (text_present(given) && given.data[0] != '~')
		return given;
	if (!text_present(home) || !buffer_append_text(paths, home) || !buffer_append_text(paths, below))
		return TEXT_ABSENT;
	return text_slice(buffer_text(paths), from, paths->size);
}

static enum hansard_status read_file(const struct aws_edge *edge, struct text path, struct buffer *content,
									 struct aws_profile_file *ret_file, struct hansard_error *error)
{
	struct hansard_error cause = {0};
	*ret_file = (struct aws_profile_file){.path = path, .content = TEXT("")};
	if (!text_present(path))
		return HANSARD_OK;
	if (!wiped_init(content, LIMIT_AWS_FILE))
		return error_memory(error);
	const enum hansard_status status = edge->functions->read(edge->context, path, content, &cause);
	ret_file->content = buffer_text(content);
	if (status != HANSARD_OK && status != HANSARD_NOT_FOUND && error != NULL)
		*error = cause;
	return status == HANSARD_NOT_FOUND ? HANSARD_OK : status;
}

static enum hansard_status choose_profile(const struct aws_edge *edge, struct text profile,
										  struct aws_settings *settings, struct hansard_error *error)
{
	const struct text named = aws_settings_variable(edge->environment, "AWS_PROFILE");
	settings->profile = text_present(profile) ? profile : text_present(named) ? named : TEXT("default");
	settings->profile_from = text_present(profile) ? TEXT("flag")
							 : text_present(named) ? TEXT("AWS_PROFILE")
												   : TEXT_ABSENT;
	if (!text_present(settings->profile_from) || text_is(settings->profile, "default") ||
		aws_profile_exists(&settings->files, settings->profile))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "no_profile",
			  "there is no profile " ERROR_TEXT " (" ERROR_TEXT ") in " ERROR_TEXT " or " ERROR_TEXT,
			  ERROR_TEXT_ARGS(settings->profile), ERROR_TEXT_ARGS(settings->profile_from),
			  ERROR_TEXT_ARGS(settings->files.config.path), ERROR_TEXT_ARGS(settings->files.credentials.path));
	error_hint(error, "aws configure list-profiles shows those that there are");
	return HANSARD_INVALID;
}

enum hansard_status aws_settings_load(const struct aws_edge *edge, struct text profile, struct aws_settings *settings,
									  struct hansard_error *error)
{
	struct aws_profile_files *files = &settings->files;
	aws_settings_finish(settings);
	settings->environment = edge->environment;
	if (!wiped_init(&settings->paths, 2 * PATH_LIMIT))
		return error_memory(error);
	const struct text config = find_path(edge, &config_place, &settings->paths);
	const struct text credentials = find_path(edge, &credentials_place, &settings->paths);
	enum hansard_status status = read_file(edge, config, &settings->config, &files->config, error);
	if (status == HANSARD_OK)
		status = read_file(edge, credentials, &settings->credentials, &files->credentials, error);
	if (status == HANSARD_OK)
		status = aws_profile_check(files, error);
	return status == HANSARD_OK ? choose_profile(edge, profile, settings, error) : status;
}

struct text aws_settings_value(const struct aws_settings *settings, const char *variable, const char *key)
{
	const struct text value = aws_settings_variable(settings->environment, variable);
	if (text_present(value))
		return value;
	const struct text written = aws_profile_value(&settings->files, settings->profile, key);
	return written.size > 0 ? written : TEXT_ABSENT;
}

enum hansard_status aws_settings_switch(const struct aws_settings *settings, const char *variable, const char *key,
										bool *ret_on, struct hansard_error *error)
{
	const struct text value = key == NULL ? aws_settings_variable(settings->environment, variable)
										  : aws_settings_value(settings, variable, key);
	const bool on = text_equal_ignoring_case(value, TEXT("true"));
	if (on || !text_present(value) || text_equal_ignoring_case(value, TEXT("false"))) {
		*ret_on = on;
		return HANSARD_OK;
	}
	if (key == NULL)
		error_set(error, HANSARD_INVALID, "invalid_setting", "%s is " ERROR_TEXT, variable, ERROR_TEXT_ARGS(value));
	else
		error_set(error, HANSARD_INVALID, "invalid_setting", "%s, or %s of profile " ERROR_TEXT ", is " ERROR_TEXT,
				  variable, key, ERROR_TEXT_ARGS(settings->profile), ERROR_TEXT_ARGS(value));
	error_hint(error, "it is true or false");
	return HANSARD_INVALID;
}

/* What may stand in the name of a host: a-z, 0-9 and '-', none of them '-' at an end. */
static bool is_region(struct text region)
{
	for (size_t i = 0; i < region.size; i++)
		if (!(region.data[i] >= 'a' && region.data[i] <= 'z') && !(region.data[i] >= '0' && region.data[i] <= '9') &&
			(region.data[i] != '-' || i == 0 || i + 1 == region.size))
			return false;
	return region.size > 0 && region.size <= REGION_LIMIT;
}

enum hansard_status aws_settings_region(const struct aws_settings *settings, struct text configured,
										struct text *ret_region, struct hansard_error *error)
{
	struct text region = configured;
	if (!text_present(region))
		region = aws_settings_variable(settings->environment, "AWS_REGION");
	if (!text_present(region))
		region = aws_settings_value(settings, "AWS_DEFAULT_REGION", "region");
	if (!text_present(region)) {
		error_set(error, HANSARD_INVALID, "no_region",
				  "no region: neither configured nor in AWS_REGION, AWS_DEFAULT_REGION or profile " ERROR_TEXT,
				  ERROR_TEXT_ARGS(settings->profile));
		error_hint(error, "set AWS_REGION, for example to eu-central-1, or dynamodb.region");
		return HANSARD_INVALID;
	}
	if (!is_region(region)) {
		error_set(error, HANSARD_INVALID, "invalid_region", "the region " ERROR_TEXT " is none",
				  ERROR_TEXT_ARGS(region));
		error_hint(error, "a region is like eu-central-1: a-z, 0-9 and '-'");
		return HANSARD_INVALID;
	}
	*ret_region = region;
	return HANSARD_OK;
}
