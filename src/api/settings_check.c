/*
 * Values of settings, where they may come from, and what is said of those that are refused.
 */
#include "settings_check.h"

#include <sys/stat.h>

#include "aws_url.h"
#include "error.h"
#include "keyring_path.h"
#include "limits.h"
#include "slug.h"
#include "sqlite_file.h"
#include "utf8.h"

/* A name of marks, of an audit log or of a folder of keys: no path, whatever stands in front of it. */
static bool is_name(struct text name)
{
	for (size_t i = 0; i < name.size; i++) {
		const char c = name.data[i];
		if (!isalnum((unsigned char)c) && (i == 0 || memchr("._-", c, 3) == NULL))
			return false;
	}
	return name.size > 0 && name.size <= LIMIT_DIALOGUE_ID;
}

/* Whether a path that is followed from a folder stays in it, as long as there are no links. */
static bool is_inside(struct text path)
{
	bool inside = path.size > 0 && path.data[0] != '/';
	for (size_t from = 0; inside && from <= path.size;) {
		const size_t slash = text_find(path, TEXT("/"), from);
		const size_t to = slash == SIZE_MAX ? path.size : slash;
		inside = !text_is(text_slice(path, from, to), "..");
		from = to + 1;
	}
	return inside;
}

static void say_place(const struct settings *settings, enum settings_key key, const char *wanted,
					  struct hansard_error *error)
{
	const struct settings_value *place = &settings->values[key];
	const struct settings_row *row = settings_row(key);
	char line[16] = "";
	if (place->line > 0)
		snprintf(line, sizeof(line), ":%d", place->line);
	error_set(error, HANSARD_INVALID, "invalid_configuration", ERROR_TEXT "%s: [%s] %s is \"" ERROR_TEXT "\": %s",
			  ERROR_TEXT_ARGS(place->from), line, row->section, row->key, ERROR_TEXT_ARGS(place->value), wanted);
}

static enum hansard_status refuse_place(const struct settings *settings, enum settings_key key, const char *wanted,
										struct hansard_error *error)
{
	const struct settings_row *row = settings_row(key);
	say_place(settings, key, wanted, error);
	if (key == SETTINGS_DYNAMODB_ENDPOINT)
		error_hint(error, "give it in %s or $XDG_CONFIG_HOME/hansard/config, or leave it to AWS_ENDPOINT_URL_DYNAMODB",
				   row->variable);
	else
		error_hint(error,
				   "a path is taken from %s or from $XDG_CONFIG_HOME/hansard/config alone: give it there, and %s here",
				   row->variable, key == SETTINGS_SQLITE_PATH ? "a file in the store's folder" : "a name");
	return HANSARD_INVALID;
}

/* Whether a path leads to the file of the settings, which need not be there yet: it has that name, and lies in the store's
   folder, however that is spelt. `name` is the end of the path. */
static bool is_config(const struct settings *settings, struct text path, struct text name)
{
	char parent[SQLITE_FILE_PATH_MAX], folder[SQLITE_FILE_PATH_MAX];
	struct stat here, there;
	if (!text_is(name, "config") || !text_present(settings->folder))
		return false;
	const bool absolute = path.data[0] == '/';
	const int folder_size = snprintf(folder, sizeof(folder), "%.*s", (int)settings->folder.size, settings->folder.data);
	const int parent_size = snprintf(parent, sizeof(parent), "%s%s%.*s.", absolute ? "" : folder, absolute ? "" : "/",
									 (int)(path.size - name.size), path.data);
	return folder_size < (int)sizeof(folder) && parent_size < (int)sizeof(parent) && stat(folder, &there) == 0 &&
		   stat(parent, &here) == 0 && here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

/* A name that no database can have, wherever it is given. */
static enum hansard_status check_database(const struct settings *settings, struct hansard_error *error)
{
	const struct text path = settings->values[SETTINGS_SQLITE_PATH].value;
	size_t from = path.size;
	while (from > 0 && path.data[from - 1] != '/')
		from--;
	const struct text name = text_slice(path, from, path.size);
	const char *fault = NULL;
	if (name.size == 0 || text_is(name, ".") || text_is(name, ".."))
		fault = "that names no file";
	else if (is_config(settings, path, name))
		fault = "that is the file of the settings";
	else if (sqlite_file_reserved(name) != NULL)
		fault = "SQLite gives such names to its own files";
	if (fault == NULL)
		return HANSARD_OK;
	say_place(settings, SETTINGS_SQLITE_PATH, fault, error);
	error_hint(error, "name the database's own file: [storage] sqlite.path, %s",
			   settings_row(SETTINGS_SQLITE_PATH)->variable);
	return HANSARD_INVALID;
}

/* Whom requests go to that are signed with the user's keys of AWS. */
static enum hansard_status check_endpoint(const struct settings *settings, struct hansard_error *error)
{
	const struct settings_value *endpoint = &settings->values[SETTINGS_DYNAMODB_ENDPOINT];
	struct aws_url url;
	if (endpoint->value.size == 0 || !endpoint->of_store)
		return HANSARD_OK;
	return aws_url_parse(endpoint->value, &url) && aws_url_is_loopback(&url)
			   ? HANSARD_OK
			   : refuse_place(settings, SETTINGS_DYNAMODB_ENDPOINT,
							  "the file of a store names none that is not on this machine", error);
}

/* By the API Reference: a name, not the ARN of somebody else's table. */
static enum hansard_status check_table(const struct settings_value *table, struct hansard_error *error)
{
	bool good = table->value.size >= 3 && table->value.size <= 255;
	for (size_t i = 0; good && i < table->value.size; i++)
		good = isalnum((unsigned char)table->value.data[i]) || strchr("._-", table->value.data[i]) != NULL;
	if (good && memchr(table->value.data, 0, table->value.size) == NULL)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "invalid_configuration",
			  "dynamodb.table \"" ERROR_TEXT "\" (from " ERROR_TEXT ") is not the name of a table",
			  ERROR_TEXT_ARGS(table->value), ERROR_TEXT_ARGS(table->from));
	error_hint(error, "a table has a name of 3 to 255 letters, digits, '.', '_' and '-'");
	return HANSARD_INVALID;
}

/* Where hansard writes, and whose keys are believed. The store's file may have come from elsewhere with its store: it chooses among
   the names below the user's own folders and among the files in its own, and nothing else. */
static enum hansard_status check_places(const struct settings *settings, struct hansard_error *error)
{
	static const enum settings_key named[] = {SETTINGS_KEYS_PATH, SETTINGS_MARKS, SETTINGS_AUDIT};
	const struct settings_value *database = &settings->values[SETTINGS_SQLITE_PATH];
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		const struct settings_value *place = &settings->values[named[i]];
		const bool path = place->value.size > 0 && place->value.data[0] == '/';
		if (is_name(place->value) || (path && !place->of_store) ||
			(named[i] != SETTINGS_MARKS && place->value.size == 0) ||
			(named[i] == SETTINGS_AUDIT && text_is(place->value, "-")))
			continue;
		return refuse_place(settings, named[i],
							path ? "the file of a store gives no path"
								 : "a name is made of letters, digits, '.', '_' and '-', and a path begins with '/'",
							error);
	}
	if (keyring_path_taken(settings->values[SETTINGS_KEYS_PATH].value)) /* below the folder that has such files */
		return refuse_place(settings, SETTINGS_KEYS_PATH, "that is the name of a file in the folder of keys", error);
	if (database->of_store && !is_inside(database->value))
		return refuse_place(settings, SETTINGS_SQLITE_PATH, "the file of a store names none outside its folder", error);
	const enum hansard_status status = check_database(settings, error);
	return status == HANSARD_OK ? check_endpoint(settings, error) : status;
}

/* A name is one line, as it is shown. */
static bool is_line(struct text name)
{
	uint32_t code_point;
	for (size_t at = 0; utf8_next(name, &at, &code_point);)
		if (utf8_harmful(code_point))
			return false;
	return true;
}

/* It stands in every commit and in every line of the audit log, and has to fit there. */
static enum hansard_status check_principal(const struct settings_value *principal, struct hansard_error *error)
{
	const bool fits = principal->value.size <= LIMIT_PRINCIPAL, text = utf8_valid(bytes_of_text(principal->value));
	if (fits && text && is_line(principal->value))
		return HANSARD_OK;
	if (fits && text)
		error_set(error, HANSARD_INVALID, "invalid_actor",
				  "the name of who commits (from " ERROR_TEXT
				  ") holds a line break, or another character that controls how it is shown",
				  ERROR_TEXT_ARGS(principal->from));
	else if (fits)
		error_set(error, HANSARD_INVALID, "invalid_actor",
				  "the name of who commits, \"" ERROR_TEXT "\" (from " ERROR_TEXT "), is no text in UTF-8",
				  ERROR_TEXT_ARGS(principal->value), ERROR_TEXT_ARGS(principal->from));
	else
		error_set(error, HANSARD_INVALID, "invalid_actor",
				  "the name of who commits (from " ERROR_TEXT ") has %zu bytes; it has at most %d",
				  ERROR_TEXT_ARGS(principal->from), principal->value.size, LIMIT_PRINCIPAL);
	error_hint(error, "give another name: --actor, HANSARD_PRINCIPAL, or [keys] principal in the configuration");
	return HANSARD_INVALID;
}

enum hansard_status settings_check(const struct settings *settings, struct hansard_error *error)
{
	const struct settings_value *backend = &settings->values[SETTINGS_BACKEND];
	const struct settings_value *tenant = &settings->values[SETTINGS_TENANT];
	if (!text_is(backend->value, "sqlite") && !text_is(backend->value, "dynamodb")) {
		error_set(error, HANSARD_INVALID, "invalid_configuration",
				  "backend \"" ERROR_TEXT "\" (from " ERROR_TEXT ") is not one of this release",
				  ERROR_TEXT_ARGS(backend->value), ERROR_TEXT_ARGS(backend->from));
		error_hint(error, "the backends of this release are: sqlite, dynamodb");
		return HANSARD_INVALID;
	}
	const struct settings_value *provider = &settings->values[SETTINGS_PROVIDER];
	int64_t epochs[SETTINGS_EPOCHS];
	size_t epoch_count;
	if (!text_is(provider->value, "file")) {
		error_set(error, HANSARD_INVALID, "invalid_configuration",
				  "provider \"" ERROR_TEXT "\" (from " ERROR_TEXT ") is not one of this release",
				  ERROR_TEXT_ARGS(provider->value), ERROR_TEXT_ARGS(provider->from));
		error_hint(error, "the provider of keys of this release is: file");
		return HANSARD_INVALID;
	}
	if (!settings_epochs(settings, epochs, &epoch_count)) {
		error_set(error, HANSARD_INVALID, "invalid_configuration",
				  "epoch \"" ERROR_TEXT "\" and older epochs \"" ERROR_TEXT
				  "\" are not numbers from 1, at most %d in all",
				  ERROR_TEXT_ARGS(settings->values[SETTINGS_EPOCH].value),
				  ERROR_TEXT_ARGS(settings->values[SETTINGS_OLDER_EPOCHS].value), SETTINGS_EPOCHS);
		error_hint(error, "the default is epoch = 1 and no older epochs");
		return HANSARD_INVALID;
	}
	if (!slug_valid(tenant->value, LIMIT_TENANT)) {
		error_set(error, HANSARD_INVALID, "invalid_configuration",
				  "tenant \"" ERROR_TEXT "\" (from " ERROR_TEXT ") is not a name", ERROR_TEXT_ARGS(tenant->value),
				  ERROR_TEXT_ARGS(tenant->from));
		error_hint(error, "a tenant is made of a-z, 0-9 and single '-', at most %d", LIMIT_TENANT);
		return HANSARD_INVALID;
	}
	enum hansard_status status = check_principal(&settings->values[SETTINGS_PRINCIPAL], error);
	if (status == HANSARD_OK)
		status = check_table(&settings->values[SETTINGS_DYNAMODB_TABLE], error);
	return status == HANSARD_OK ? check_places(settings, error) : status;
}
