/*
 * Settings: flags beat the environment, which beats the project file (.hansard/config), which beats the user file
 * ($XDG_CONFIG_HOME/hansard/config). Every value remembers where it came from.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <hansard/hansard.h>

#include "arena.h"

enum settings_key {
	SETTINGS_BACKEND,
	SETTINGS_SQLITE_PATH,
	SETTINGS_DYNAMODB_TABLE,
	SETTINGS_DYNAMODB_REGION,
	SETTINGS_DYNAMODB_ENDPOINT,
	SETTINGS_PROVIDER,
	SETTINGS_KEYS_PATH,
	SETTINGS_TENANT,
	SETTINGS_EPOCH,
	SETTINGS_OLDER_EPOCHS,
	SETTINGS_PRINCIPAL,
	SETTINGS_MARKS,
	SETTINGS_AUDIT,
	SETTINGS_COUNT,
};

/* One setting: its section and key in a file, its variable, its default, what it is. */
struct settings_row {
	const char *section;
	const char *key;
	const char *variable;
	const char *fallback;
	const char *what;
};

struct settings_value {
	struct text value;
	struct text from; /* "flag", "HANSARD_TENANT", "{path}", "default" */
	int line;         /* of that file, from 1; 0 where it is none */
	bool of_store;    /* it is the store's file, which may have come from elsewhere with the store */
};

struct settings {
	struct text folder;      /* the store's folder, .hansard included */
	struct text folder_from; /* how it was found */
	struct settings_value values[SETTINGS_COUNT];
	struct text flags[SETTINGS_COUNT]; /* what options->settings gave; absent where it gave nothing */
	struct settings_value written;     /* the backend as files, or the default, have it */
};

/* settings_row(key): the row of a setting. */
const struct settings_row *settings_row(enum settings_key key);

/* settings_nearest(arena, key, ret_suggestion): "did you mean [keys] tenant?", empty where no key is near. False when memory is exhausted. */
bool settings_nearest(struct arena *arena, struct text key, struct text *ret_suggestion);

/* settings_variable(platform, name): value of an environment variable, or absent. */
struct text settings_variable(const struct hansard_platform *platform, const char *name);

/* settings_locate(arena, options, settings, error): finds the store's folder and fills folder and folder_from. Errors: HANSARD_NO_STORE, naming where was
   looked; "store_of_others" of one that was found here or in a parent, and is not the user's alone; "no_config" of a folder that has a database and no configuration that can be reached, and "no_access" of one that may not be looked into:
   the search ends there. */
enum hansard_status settings_locate(struct arena *arena, const struct hansard_options *options,
									struct settings *settings, struct hansard_error *error);

/* settings_is_store(arena, named, ret_is, error): whether a folder named by hand is taken for that of a store itself, and not for the one that
   a store's .hansard is in. Errors: HANSARD_NO_STORE "no_access"; HANSARD_FAILED. */
enum hansard_status settings_is_store(struct arena *arena, struct text named, bool *ret_is,
									  struct hansard_error *error);

/* settings_above(arena, folder, ret_above): the store that is found from the folder that a store's folder, a string with a NUL, lies in as long as
   none is there: in one above; absent where there is none, or none that would be used. False: memory is exhausted. */
bool settings_above(struct arena *arena, struct text folder, struct text *ret_above);

/* settings_read(arena, options, settings, error): reads both files, the environment and the flags, for a located folder. Marks, audit log and
   folder of keys are then a name each, of what lies below the user's own folders, or a path, which the store's file does not give;
   the database that the store's file names lies in the store's folder; none is the file of the settings, or has a name of SQLite's other files. Errors: HANSARD_INVALID "invalid_configuration" naming file,
   line and key, "invalid_actor", "invalid_value" of a flag; HANSARD_USAGE "unknown_setting" of one; HANSARD_FAILED. */
enum hansard_status settings_read(struct arena *arena, const struct hansard_options *options, struct settings *settings,
								  struct hansard_error *error);

/* settings_keys_folder(arena, platform, settings, ret_folder, error): the folder of the key files: $XDG_CONFIG_HOME/hansard/keys, a
   folder in it that the setting names, or the path that it is. Errors: HANSARD_INVALID "no_home" when there is none; HANSARD_FAILED. */
enum hansard_status settings_keys_folder(struct arena *arena, const struct hansard_platform *platform,
										 const struct settings *settings, struct text *ret_folder,
										 struct hansard_error *error);

/* settings_epochs(settings, ret_epochs, ret_count): the epoch of new wraps, then older ones; room for SETTINGS_EPOCHS. False when
   one is no number from 1. */
enum { SETTINGS_EPOCHS = 8 };
bool settings_epochs(const struct settings *settings, int64_t ret_epochs[static SETTINGS_EPOCHS], size_t *ret_count);

#endif
