/*
 * Where the store is and what it is told.
 */
#include "settings.h"

#include <sys/stat.h>

#include "disk.h"
#include "error.h"
#include "nearest.h"
#include "owner.h"
#include "settings_check.h"
#include "settings_file.h"

/*   section    key            variable               default       what it is */
static const struct settings_row rows[SETTINGS_COUNT] = {
	[SETTINGS_BACKEND] = {"storage", "backend", "HANSARD_BACKEND", "sqlite",
						  "the engine that keeps the record: sqlite, dynamodb"},
	[SETTINGS_SQLITE_PATH] = {"storage", "sqlite.path", "HANSARD_SQLITE_PATH", "hansard.db",
							  "the database file, in this folder"},
	[SETTINGS_DYNAMODB_TABLE] = {"storage", "dynamodb.table", "HANSARD_DYNAMODB_TABLE", "hansard_dialogues",
								 "the table in DynamoDB"},
	[SETTINGS_DYNAMODB_REGION] = {"storage", "dynamodb.region", "HANSARD_DYNAMODB_REGION", "",
								  "its region; empty: as AWS's own tools have it"},
	[SETTINGS_DYNAMODB_ENDPOINT] =
		{"storage", "dynamodb.endpoint", "HANSARD_DYNAMODB_ENDPOINT", "",
		 "where DynamoDB is; empty: as AWS's own tools have it. In this file: on this machine alone"},
	[SETTINGS_PROVIDER] = {"keys", "provider", "HANSARD_KEYS_PROVIDER", "file", "what has the keys: file"},
	[SETTINGS_KEYS_PATH] = {"keys", "file.path", "HANSARD_KEYS", "",
							"where the key files are: a name below $XDG_CONFIG_HOME/hansard/keys; empty: there"},
	[SETTINGS_TENANT] = {"keys", "tenant", "HANSARD_TENANT", "default", "whose dialogues these are: a-z, 0-9 and '-'"},
	[SETTINGS_EPOCH] = {"keys", "epoch", "HANSARD_EPOCH", "1", "the epoch that keys are wrapped under"},
	[SETTINGS_OLDER_EPOCHS] = {"keys", "older_epochs", "HANSARD_OLDER_EPOCHS", "",
							   "older epochs that keys may still be wrapped under, a blank between two"},
	[SETTINGS_PRINCIPAL] = {"keys", "principal", "HANSARD_PRINCIPAL", "", "who commits; empty: the user's name"},
	[SETTINGS_MARKS] = {"keys", "marks", "HANSARD_MARKS", "default",
						"the newest heads seen: a name below $XDG_STATE_HOME/hansard/marks"},
	[SETTINGS_AUDIT] = {"keys", "audit", "HANSARD_AUDIT", "",
						"the log of uses of keys: a name below $XDG_STATE_HOME/hansard/audit, - for standard error, "
						"off; empty: the name of the marks"},
};

const struct settings_row *settings_row(enum settings_key key)
{
	return &rows[key];
}

bool settings_nearest(struct arena *arena, struct text key, struct text *ret_suggestion)
{
	struct text keys[SETTINGS_COUNT];
	*ret_suggestion = TEXT("");
	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		keys[i] = text_of_string(rows[i].key);
	const struct text nearest = nearest_of(key, keys, SETTINGS_COUNT);
	for (size_t i = 0; i < SETTINGS_COUNT && text_present(nearest); i++)
		if (text_equal(nearest, keys[i]))
			return arena_format(arena, ret_suggestion, "did you mean [%s] %s?", rows[i].section, rows[i].key);
	return true;
}

struct text settings_variable(const struct hansard_platform *platform, const char *name)
{
	const size_t size = strlen(name);
	const bool of_xdg =
		strncmp(name, "XDG_", 4) == 0; /* XDG Base Directory Specification: what is relative is to be ignored */
	for (const char *const *entry = platform->environment; entry != NULL && *entry != NULL; entry++) {
		if (strncmp(*entry, name, size) == 0 && (*entry)[size] == '=')
			return of_xdg && (*entry)[size + 1] != '/' ? TEXT_ABSENT : text_of_string(*entry + size + 1);
	}
	return TEXT_ABSENT;
}

/* A variable that is set and not empty. */
static struct text variable_given(const struct hansard_platform *platform, const char *name)
{
	struct text value = settings_variable(platform, name);
	return value.size > 0 ? value : TEXT_ABSENT;
}

/* What a folder is: no store's; one with a configuration; or one of a store whose configuration is gone, or a link that leads
   nowhere. */
enum store_folder { STORE_FOLDER_NONE, STORE_FOLDER_WHOLE, STORE_FOLDER_UNREADABLE };

/* Nothing is known of what is in it: that no store is there would be said falsely, and one further up is not meant. */
static enum hansard_status refuse_unseen(struct text folder, struct hansard_error *error)
{
	error_set(error, HANSARD_NO_STORE, "no_access", ERROR_TEXT " cannot be looked into: %s", ERROR_TEXT_ARGS(folder),
			  strerror(EACCES));
	error_hint(
		error,
		"run this as who may, or have the folder opened to you; to use another store, name it: hansard -C DIR ..., "
		"or HANSARD_STORE");
	return HANSARD_NO_STORE;
}

/* Looks at a folder. `named` as one of a store, a configuration that is no file is one, too: reading it says so. Errors: HANSARD_NO_STORE
   "no_access" of one that is there and may not be looked into. */
static enum hansard_status look_at(struct arena *arena, struct text folder, bool named, enum store_folder *ret_folder,
								   struct hansard_error *error)
{
	struct text config, database;
	struct stat status;
	if (!arena_format(arena, &config, "%.*s/config", (int)folder.size, folder.data) ||
		!arena_format(arena, &database, "%.*s/%s", (int)folder.size, folder.data, rows[SETTINGS_SQLITE_PATH].fallback))
		return error_memory(error);
	*ret_folder = STORE_FOLDER_NONE;
	const bool there = stat(config.data, &status) == 0, denied = !there && errno == EACCES;
	if (there) {
		if (named || S_ISREG(status.st_mode))
			*ret_folder = STORE_FOLDER_WHOLE;
	} else if ((named && lstat(config.data, &status) == 0) || lstat(database.data, &status) == 0) {
		*ret_folder = STORE_FOLDER_UNREADABLE;
	} else if (denied && (lstat(folder.data, &status) == 0 || (errno == EACCES && !named))) {
		return refuse_unseen(folder, error);
	}
	return HANSARD_OK;
}

/* A store is there, and cannot be used: another one that lies further up is not meant. */
static enum hansard_status refuse_folder(struct arena *arena, struct text folder, struct hansard_error *error)
{
	struct text config;
	if (!arena_format(arena, &config, "%.*s/config", (int)folder.size, folder.data))
		return error_memory(error);
	const bool is_link = disk_kind(config) == DISK_OTHER;
	error_set(error, HANSARD_NO_STORE, "no_config",
			  "there is a store in " ERROR_TEXT ", and its config is missing or cannot be reached",
			  ERROR_TEXT_ARGS(folder));
	if (is_link)
		error_hint(error, "it is a link: mend it, or mount the disk that it leads to; or put config back from a copy");
	else
		error_hint(
			error,
			"where hansard init was stopped there, run it again; otherwise put config back from a copy: hansard init " ERROR_TEXT
			" writes one with default settings and new marks",
			ERROR_TEXT_ARGS(folder));
	return HANSARD_NO_STORE;
}

/* Takes a folder that is a store's. Errors: HANSARD_NO_STORE "no_config", and "store_of_others" of one that was only found. */
static enum hansard_status take_store(struct arena *arena, struct text folder, bool only_found,
									  struct settings *settings, struct hansard_error *error)
{
	enum store_folder found;
	enum hansard_status status = look_at(arena, folder, true, &found, error);
	if (status == HANSARD_OK && found != STORE_FOLDER_NONE && only_found)
		status = owner_check_found(arena, folder, false, error);
	if (status != HANSARD_OK || found == STORE_FOLDER_NONE)
		return status;
	if (found == STORE_FOLDER_UNREADABLE)
		return refuse_folder(arena, folder, error);
	settings->folder = folder;
	return HANSARD_OK;
}

/* What was named is no store's folder, nor is a store in it. A file may be a backup. */
static enum hansard_status refuse_named(struct text named, const struct settings *settings, struct hansard_error *error)
{
	const bool variable = text_is(settings->folder_from, "HANSARD_STORE");
	const char *from = variable ? ", which HANSARD_STORE names" : "";
	const char *other = variable ? "set HANSARD_STORE to the store's folder, or unset it" : "name the store's folder";
	switch (disk_kind(named)) {
	case DISK_FILE:
		error_set(error, HANSARD_NO_STORE, "no_store", ERROR_TEXT "%s%s is a file, and no store's folder",
				  ERROR_TEXT_ARGS(named), from, variable ? "," : "");
		error_hint(
			error,
			"%s; to look into a backup, from a folder that has a store: hansard --read-only --set sqlite.path=/PATH/TO/BACKUP "
			"list; to put one back: hansard help backup",
			other);
		break;
	case DISK_NOTHING:
	case DISK_FOLDER:
	case DISK_OTHER:
		error_set(error, HANSARD_NO_STORE, "no_store", "there is no store in " ERROR_TEXT "%s", ERROR_TEXT_ARGS(named),
				  from);
		error_hint(error, "%s; or make one there: hansard init " ERROR_TEXT, other, ERROR_TEXT_ARGS(named));
		break;
	}
	return HANSARD_NO_STORE;
}

/* Looks at a folder named by hand: at the .hansard in it first, and where that is no store's at the folder itself. */
static enum hansard_status look_at_named(struct arena *arena, struct text named, struct text *ret_folder,
										 enum store_folder *ret_found, struct hansard_error *error)
{
	if (!arena_format(arena, ret_folder, "%.*s/.hansard", (int)named.size, named.data))
		return error_memory(error);
	const enum hansard_status status = look_at(arena, *ret_folder, true, ret_found, error);
	if (status != HANSARD_OK || *ret_found != STORE_FOLDER_NONE)
		return status;
	*ret_folder = named;
	return look_at(arena, named, false, ret_found, error);
}

enum hansard_status settings_is_store(struct arena *arena, struct text named, bool *ret_is, struct hansard_error *error)
{
	struct text folder;
	enum store_folder found;
	const enum hansard_status status = look_at_named(arena, named, &folder, &found, error);
	*ret_is = status == HANSARD_OK && found != STORE_FOLDER_NONE && folder.data == named.data;
	return status;
}

static enum hansard_status locate_named(struct arena *arena, struct text named, struct settings *settings,
										struct hansard_error *error)
{
	struct text folder;
	enum store_folder found;
	const enum hansard_status status = look_at_named(arena, named, &folder, &found, error);
	if (status != HANSARD_OK)
		return status;
	if (found == STORE_FOLDER_UNREADABLE)
		return refuse_folder(arena, folder, error);
	if (found == STORE_FOLDER_WHOLE) {
		settings->folder = folder;
		return HANSARD_OK;
	}
	return refuse_named(named, settings, error);
}

static enum hansard_status fail_start(const char *start, int number, struct hansard_error *error)
{
	if (number == ENOMEM)
		return error_memory(error);
	error_set(error, HANSARD_FAILED, "io", "the working directory %s cannot be read: %s", start, strerror(number));
	error_hint(error, "go to another folder, or name the store with --store");
	return HANSARD_FAILED;
}

/* The folder that one lies in; "/" lies in none. */
static struct text parent_of(struct text folder)
{
	size_t size = folder.size;
	while (size > 0 && folder.data[size - 1] != '/')
		size--;
	return folder.size <= 1 ? TEXT_ABSENT : text_slice(folder, 0, size > 1 ? size - 1 : size);
}

/* .hansard in a folder or in one that it lies in; an absent one has none. */
static enum hansard_status locate_from(struct arena *arena, struct text from, struct settings *settings,
									   struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (; status == HANSARD_OK && text_present(from) && !text_present(settings->folder); from = parent_of(from)) {
		struct text folder;
		status = arena_format(arena, &folder, "%.*s/.hansard", from.size == 1 ? 0 : (int)from.size, from.data)
					 ? take_store(arena, folder, true, settings, error)
					 : error_memory(error);
	}
	return status;
}

static enum hansard_status locate_upwards(struct arena *arena, const char *start, struct settings *settings,
										  struct hansard_error *error)
{
	char *real = realpath(start, NULL);
	if (real == NULL)
		return fail_start(start, errno, error);
	const enum hansard_status status = locate_from(arena, text_of_string(real), settings, error);
	free(real);
	return status;
}

bool settings_above(struct arena *arena, struct text folder, struct text *ret_above)
{
	struct settings settings = {.folder = TEXT_ABSENT};
	*ret_above = TEXT_ABSENT;
	char *real = realpath(folder.data, NULL);
	if (real == NULL)
		return errno != ENOMEM;
	struct hansard_error cause = {.status = HANSARD_OK};
	const struct text in = parent_of(text_of_string(real));
	const enum hansard_status status = locate_from(arena, text_present(in) ? parent_of(in) : in, &settings, &cause);
	free(real);
	if (status == HANSARD_OK)
		*ret_above = settings.folder;
	return !error_of_memory(&cause);
}

/* Where was looked: from the working directory upwards, and in the user's data folder. */
static enum hansard_status refuse_nowhere(const struct hansard_platform *platform, struct hansard_error *error)
{
	char *real = realpath(platform->working_directory, NULL);
	if (real == NULL)
		return fail_start(platform->working_directory, errno, error);
	error_set(error, HANSARD_NO_STORE, "no_store", "no store in %s, in a folder above it, or in the user's data folder",
			  real);
	error_hint(
		error,
		"go to the store's folder, or name it: hansard -C DIR ..., or HANSARD_STORE; make a new one here: hansard init");
	free(real);
	return HANSARD_NO_STORE;
}

/* $XDG_DATA_HOME/hansard, or ~/.local/share/hansard. */
static enum hansard_status locate_home(struct arena *arena, const struct hansard_platform *platform,
									   struct settings *settings, struct hansard_error *error)
{
	struct text data = variable_given(platform, "XDG_DATA_HOME");
	struct text home = variable_given(platform, "HOME");
	struct text folder = TEXT_ABSENT;
	bool memory = true;
	if (text_present(data))
		memory = arena_format(arena, &folder, "%.*s/hansard", (int)data.size, data.data);
	else if (text_present(home))
		memory = arena_format(arena, &folder, "%.*s/.local/share/hansard", (int)home.size, home.data);
	if (!memory)
		return error_memory(error);
	return text_present(folder) ? take_store(arena, folder, false, settings, error) : HANSARD_OK;
}

enum hansard_status settings_locate(struct arena *arena, const struct hansard_options *options,
									struct settings *settings, struct hansard_error *error)
{
	struct text variable = variable_given(options->platform, "HANSARD_STORE");
	settings->folder = TEXT_ABSENT;
	if (options->store != NULL) {
		settings->folder_from = TEXT("flag");
		return locate_named(arena, text_of_string(options->store), settings, error);
	}
	if (text_present(variable)) {
		settings->folder_from = TEXT("HANSARD_STORE");
		return locate_named(arena, variable, settings, error);
	}
	settings->folder_from = TEXT("found here or in a parent folder");
	enum hansard_status status = locate_upwards(arena, options->platform->working_directory, settings, error);
	if (status == HANSARD_OK && !text_present(settings->folder)) {
		settings->folder_from = TEXT("data folder of the user");
		status = locate_home(arena, options->platform, settings, error);
	}
	if (status != HANSARD_OK || text_present(settings->folder))
		return status;
	return refuse_nowhere(options->platform, error);
}

static enum hansard_status read_user_file(struct arena *arena, const struct hansard_platform *platform,
										  struct settings *settings, struct hansard_error *error)
{
	struct text config = variable_given(platform, "XDG_CONFIG_HOME");
	struct text home = variable_given(platform, "HOME");
	struct text path;
	bool memory;
	if (text_present(config))
		memory = arena_format(arena, &path, "%.*s/hansard/config", (int)config.size, config.data);
	else if (text_present(home))
		memory = arena_format(arena, &path, "%.*s/.config/hansard/config", (int)home.size, home.data);
	else
		return HANSARD_OK;
	return memory ? settings_file_read(arena, path, false, settings, error) : error_memory(error);
}

/* Takes the next number off rest; 0 when there is none or it is no epoch. */
static int64_t take_epoch(struct text *rest)
{
	int64_t epoch = 0;
	*rest = text_trim(*rest);
	size_t at = 0;
	for (; at < rest->size && at < 15 && rest->data[at] >= '0' && rest->data[at] <= '9'; at++)
		epoch = epoch * 10 + (rest->data[at] - '0');
	const bool ends = at == rest->size || rest->data[at] == ' ';
	*rest = text_slice(*rest, at, rest->size);
	return ends ? epoch : 0;
}

bool settings_epochs(const struct settings *settings, int64_t ret_epochs[static SETTINGS_EPOCHS], size_t *ret_count)
{
	struct text newest = settings->values[SETTINGS_EPOCH].value;
	struct text older = text_trim(settings->values[SETTINGS_OLDER_EPOCHS].value);
	size_t count = 1;
	ret_epochs[0] = take_epoch(&newest);
	if (ret_epochs[0] < 1 || newest.size > 0)
		return false;
	for (; older.size > 0; older = text_trim(older)) {
		if (count == SETTINGS_EPOCHS)
			return false;
		ret_epochs[count] = take_epoch(&older);
		if (ret_epochs[count++] < 1)
			return false;
	}
	*ret_count = count;
	return true;
}

enum hansard_status settings_keys_folder(struct arena *arena, const struct hansard_platform *platform,
										 const struct settings *settings, struct text *ret_folder,
										 struct hansard_error *error)
{
	const struct text named = settings->values[SETTINGS_KEYS_PATH].value;
	const struct text config = variable_given(platform, "XDG_CONFIG_HOME");
	const struct text home = variable_given(platform, "HOME");
	const char *slash = named.size > 0 ? "/" : "";
	bool good;
	if (named.size > 0 && named.data[0] == '/')
		good = arena_copy_text(arena, named, ret_folder);
	else if (text_present(config))
		good = arena_format(arena, ret_folder, "%.*s/hansard/keys%s%.*s", (int)config.size, config.data, slash,
							(int)named.size, named.data);
	else if (text_present(home))
		good = arena_format(arena, ret_folder, "%.*s/.config/hansard/keys%s%.*s", (int)home.size, home.data, slash,
							(int)named.size, named.data);
	else {
		error_set(error, HANSARD_INVALID, "no_home",
				  "there is no place for keys: neither HANSARD_KEYS, XDG_CONFIG_HOME nor HOME is set");
		error_hint(error, "set HANSARD_KEYS to the folder of the keys");
		return HANSARD_INVALID;
	}
	return good ? HANSARD_OK : error_memory(error);
}

/* A flag: key=value. */
static enum hansard_status take_flag(struct arena *arena, struct settings *settings, const char *flag,
									 struct hansard_error *error)
{
	const struct text given = text_of_string(flag);
	const size_t equals = text_find(given, TEXT("="), 0);
	const struct text key = text_slice(given, 0, equals == SIZE_MAX ? given.size : equals);
	for (size_t i = 0; equals != SIZE_MAX && i < SETTINGS_COUNT; i++) {
		if (!text_is(key, rows[i].key))
			continue;
		for (size_t at = equals + 1; at < given.size; at++) /* a line of a file could not hold it */
			if ((unsigned char)given.data[at] < ' ' || given.data[at] == 0x7f)
				return error_set(error, HANSARD_INVALID, "invalid_value",
								 "the value of " ERROR_TEXT " has a control character", ERROR_TEXT_ARGS(key));
		if (!arena_copy_text(arena, text_slice(given, equals + 1, given.size), &settings->flags[i]))
			return error_memory(error);
		settings->values[i] = (struct settings_value){.value = settings->flags[i], .from = TEXT("flag")};
		return HANSARD_OK;
	}
	struct text meant;
	if (!settings_nearest(arena, key, &meant))
		return error_memory(error);
	if (equals == SIZE_MAX)
		error_set(error, HANSARD_USAGE, "unknown_setting", "\"" ERROR_TEXT "\" is not KEY=VALUE",
				  ERROR_TEXT_ARGS(given));
	else
		error_set(error, HANSARD_USAGE, "unknown_setting", "there is no setting \"" ERROR_TEXT "\"",
				  ERROR_TEXT_ARGS(key));
	error_hint(error, ERROR_TEXT "%shansard doctor lists them", ERROR_TEXT_ARGS(meant), meant.size > 0 ? " " : "");
	return HANSARD_USAGE;
}

enum hansard_status settings_read(struct arena *arena, const struct hansard_options *options, struct settings *settings,
								  struct hansard_error *error)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		settings->values[i] =
			(struct settings_value){.value = text_of_string(rows[i].fallback), .from = TEXT("default")};
		settings->flags[i] = TEXT_ABSENT;
	}
	enum hansard_status status = read_user_file(arena, options->platform, settings, error);
	if (status != HANSARD_OK)
		return status;
	if (text_present(settings->folder)) {
		struct text path;
		if (!arena_format(arena, &path, "%.*s/config", (int)settings->folder.size, settings->folder.data))
			return error_memory(error);
		status = settings_file_read(arena, path, true, settings, error);
		if (status != HANSARD_OK)
			return status;
	}
	settings->written = settings->values[SETTINGS_BACKEND];
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		struct text value = variable_given(options->platform, rows[i].variable);
		if (text_present(value))
			settings->values[i] = (struct settings_value){.value = value, .from = text_of_string(rows[i].variable)};
	}
	for (const char *const *flag = options->settings; flag != NULL && *flag != NULL; flag++) {
		status = take_flag(arena, settings, *flag, error);
		if (status != HANSARD_OK)
			return status;
	}
	struct settings_value *principal = &settings->values[SETTINGS_PRINCIPAL];
	if (options->actor != NULL)
		*principal = (struct settings_value){.value = text_of_string(options->actor), .from = TEXT("flag")};
	if (principal->value.size == 0) {
		struct text user = variable_given(options->platform, "USER");
		if (!text_present(user))
			user = variable_given(options->platform, "LOGNAME");
		if (!text_present(user) && options->platform->user[0] != '\0')
			user = text_of_string(options->platform->user);
		*principal = (struct settings_value){
			.value = text_present(user) ? user : TEXT(""),
			.from =
				text_present(user)
					? TEXT("the user's name")
					: TEXT(
						  "nobody is named: --actor, HANSARD_PRINCIPAL or principal in the configuration names who commits")};
	}
	return settings_check(settings, error);
}
