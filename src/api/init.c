/*
 * Making a store.
 */
#include "answer.h"
#include "base64.h"
#include "disk.h"
#include "error.h"
#include "owner.h"
#include "report.h"
#include "session.h"
#include "settings_file.h"

/* A name for the marks of a new store: 16 hex digits. */
static bool draw_name(struct hansard *store, struct text *ret_name, struct hansard_error *error)
{
	uint8_t bytes[8];
	uint8_t *hex = arena_allocate(store->arena, 2 * sizeof(bytes));
	struct buffer out = {.data = hex, .capacity = 2 * sizeof(bytes), .ceiling = 2 * sizeof(bytes)};
	const struct moment_entropy entropy = backend_entropy(store->options.platform);
	if (hex == NULL || !entropy.fill(entropy.context, bytes, sizeof(bytes)) ||
		!base64_hex_append(&out, (struct bytes){.data = bytes, .size = sizeof(bytes)})) {
		error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness or memory");
		return false;
	}
	*ret_name = buffer_text(&out);
	return true;
}

/* Writes keys, database and configuration. What can fail for want of a passphrase or of a place for keys comes first; the
   configuration comes last: a folder without it is no store, so that an init that was killed can be run again. */
static enum hansard_status fill_folder(struct hansard *store, struct text config, struct keys_made *made,
									   struct hansard_error *error)
{
	struct text content, marks;
	if (!draw_name(store, &marks, error))
		return HANSARD_FAILED;
	enum hansard_status status = settings_read(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = settings_file_make(store->arena, &store->settings, marks, &content, error);
	const struct keys_request keys = {.arena = store->arena, .options = &store->options, .settings = &store->settings};
	if (status == HANSARD_OK)
		status = keys_check(&keys, error);
	if (status == HANSARD_OK)
		status = keys_make(&keys, made, error);
	if (status != HANSARD_OK)
		return status;
	const struct backend_request request = session_backend(store);
	status = backend_create(&store->backend, &request, error);
	store->engine = store->backend.engine;
	return status == HANSARD_OK ? disk_write_new(config, bytes_of_text(content), error) : status;
}

/* Makes the folder and what is in it. A database that has its name already when the configuration cannot be written stays, for another
   init that runs may have taken it up. */
static enum hansard_status make_store(struct hansard *store, struct text config, struct keys_made *made,
									  struct hansard_error *error)
{
	struct hansard_error failure = {.status = HANSARD_OK};
	size_t folders;
	enum hansard_status status = disk_make_folder(store->settings.folder, true, &folders, error);
	if (status != HANSARD_OK)
		return status;
	status = fill_folder(store, config, made, &failure);
	if (status == HANSARD_OK)
		return status;
	disk_unmake_folder(store->settings.folder, folders);
	if (error != NULL)
		*error = failure;
	if (made->made)
		error_hint(error,
				   "%s%skeys were made all the same, in " ERROR_TEXT
				   ", and are used when it is run again: back that folder up",
				   failure.hint, failure.hint[0] != '\0' ? "; " : "", ERROR_TEXT_ARGS(made->folder));
	return status;
}

static bool gives_settings(const struct settings *settings)
{
	size_t i = 0;
	while (i < SETTINGS_COUNT && !text_present(settings->flags[i]))
		i++;
	return i < SETTINGS_COUNT;
}

/* A store's configuration is there; its database may be gone. */
static enum hansard_status refuse_existing(struct hansard *store, struct text database, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "store_exists", "there is a store in " ERROR_TEXT " already",
			  ERROR_TEXT_ARGS(store->settings.folder));
	if (backend_is(&store->settings, "sqlite") && disk_kind(database) == DISK_NOTHING)
		error_hint(error,
				   "its " ERROR_TEXT
				   " is missing: put a backup there, hansard backup --put FILE; without one remove " ERROR_TEXT
				   "/config, then hansard init",
				   ERROR_TEXT_ARGS(database), ERROR_TEXT_ARGS(store->settings.folder));
	else if (gives_settings(&store->settings))
		error_hint(error,
				   "the settings that were given were not taken: write them into " ERROR_TEXT
				   "/config; dialogues move to another backend by hansard migrate",
				   ERROR_TEXT_ARGS(store->settings.folder));
	else
		error_hint(error, "use it as it is: hansard list");
	return HANSARD_CONFLICT;
}

/* Of a store that is there nothing is changed; but who has its UMK, and nothing that signs, gets a signing key to write with. */
static enum hansard_status take_existing(struct hansard *store, struct keys_made *ret_keys, struct hansard_error *error)
{
	struct text database;
	bool lack = false;
	enum hansard_status status = settings_read(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK && !backend_database(store->arena, &store->settings, &database))
		status = error_memory(error);
	const struct keys_request keys = {.arena = store->arena, .options = &store->options, .settings = &store->settings};
	if (status == HANSARD_OK)
		status = keys_lack_signing(&keys, &lack, error);
	if (status != HANSARD_OK)
		return status;
	if (!lack)
		return refuse_existing(store, database, error);
	status = keys_check(&keys, error);
	if (status == HANSARD_OK)
		status = keys_make(&keys, ret_keys, error);
	return status == HANSARD_OK && !ret_keys->made ? refuse_existing(store, database, error) : status;
}

/* How the half of a set of keys that is not there is brought or made. */
static bool say_missing(struct session_request *request, struct text missing)
{
	if (!text_present(missing))
		return true;
	return session_say(
		request,
		text_is(missing, "umk")
			? "  There is no `umk`: nothing can be read or written. Where there is one, bring it: hansard keys import,\n"
			  "  keys recover. Only if it is lost, make a new one: hansard keys rotate\n"
			: "  There is no `signing`, which takes over from `signing.1`. Put it back, or bring it: hansard keys import,\n"
			  "  keys recover. Only where it is lost, or a rotation ended on the way to it, make a new one: hansard\n"
			  "  keys rotate --signing\n");
}

static bool say_next(struct session_request *request)
{
	const struct settings *settings = &request->store->settings;
	if (backend_is(settings, "dynamodb"))
		return session_say(request,
						   "\nIts dialogues are kept in DynamoDB, in table " ERROR_TEXT
						   ".\n\nNext:\n  hansard table create  make the table, unless it is there\n",
						   ERROR_TEXT_ARGS(settings->values[SETTINGS_DYNAMODB_TABLE].value));
	return session_say(request, "\nNext:\n  hansard import PATH   read a recorded dialogue\n"
								"  hansard create TITLE  begin one\n");
}

/* The store that was found from here until now; absent: none was, or a variable names the new one. */
static bool find_above(const struct session_request *request, struct text *ret_above)
{
	*ret_above = TEXT_ABSENT;
	return text_present(request->store->settings.folder_from) ||
		   settings_above(request->arena, request->store->settings.folder, ret_above);
}

/* What was made, as JSON. `new_store`: the store, too. */
static enum hansard_status answer(struct session_request *request, const struct keys_made *keys, bool new_store,
								  struct hansard_error *error)
{
	const struct hansard *store = request->store;
	struct text above = TEXT_ABSENT;
	if (new_store && !find_above(request, &above))
		return error_memory(error);
	struct answer answer;
	answer_begin(&answer, &request->out, "init");
	answer_text(&answer, "store", store->settings.folder);
	answer_boolean(&answer, "made", new_store);
	answer_text(&answer, "above", above);
	answer_text(&answer, "backend", store->settings.values[SETTINGS_BACKEND].value);
	answer_text(&answer, "identity", store->engine != NULL ? store->engine->ops->identity(store->engine) : TEXT_ABSENT);
	answer_text(&answer, "keys", keys->folder);
	answer_boolean(&answer, "keys_made", keys->made);
	answer_text(&answer, "keys_missing", keys->missing);
	return answer_finish(&answer, error);
}

static bool say_above(struct session_request *request)
{
	struct text above;
	if (!find_above(request, &above))
		return false;
	return !text_present(above) ||
		   report_fold(
			   request, 0,
			   "There is a store above, in " ERROR_TEXT
			   ": from this folder on the new one is found in its place. If that one was meant, remove the new one.",
			   ERROR_TEXT_ARGS(session_clean(request, above)));
}

/* The signing key that was made beside a UMK. */
static bool say_signing(struct session_request *request, const struct keys_made *keys)
{
	const struct text folder = session_clean(request, keys->folder);
	return session_say(request,
					   "Made `signing` in " ERROR_TEXT
					   ", beside the `umk` that is there\n  Back this folder up, apart from the store: without "
					   "`signing` nothing can be written in\n  your name. On paper: hansard keys words\n"
					   "  If you have a signing key already, take `signing` away and bring that: hansard keys import\n"
					   "  Who else reads what you write trusts your line: hansard keys show prints it\n",
					   ERROR_TEXT_ARGS(folder));
}

static bool say_keys(struct session_request *request, const struct keys_made *keys)
{
	const struct text folder = session_clean(request, keys->folder);
	if (keys->signing)
		return say_signing(request, keys);
	return session_say(
		request,
		keys->made ? "Made keys in " ERROR_TEXT
					 "\n  Back this folder up, apart from the store: without `umk` nothing can be read,\n"
					 "  without `signing` nothing can be written in your name.%s\n  On paper: hansard keys words\n"
					 "  If you have keys already, take that folder away and bring them: hansard keys recover\n"
				   : "Its keys are those in " ERROR_TEXT "%s\n",
		ERROR_TEXT_ARGS(folder),
		keys->made && request->store->options.wrap_keys
			? "\n  The copy opens with this passphrase alone: keep it, too, apart from both."
			: "");
}

static bool say_new(struct session_request *request, const struct keys_made *keys)
{
	const struct text folder = session_clean(request, request->store->settings.folder);
	return session_say(request, "Made a store in " ERROR_TEXT "%s\n", ERROR_TEXT_ARGS(folder),
					   text_present(request->store->settings.folder_from) ? ", as HANSARD_STORE says" : "") &&
		   say_above(request) && say_keys(request, keys) && say_missing(request, keys->missing) && say_next(request);
}

static bool say_existing(struct session_request *request, const struct keys_made *keys)
{
	const struct text folder = session_clean(request, request->store->settings.folder);
	return session_say(request, "There is a store in " ERROR_TEXT " already; it was left as it is.\n",
					   ERROR_TEXT_ARGS(folder)) &&
		   say_signing(request, keys);
}

/* Whether it has the name that a store's folder has. */
static bool has_store_name(struct text folder)
{
	size_t last = folder.size;
	while (last > 0 && folder.data[last - 1] != '/')
		last--;
	return text_is(text_slice(folder, last, folder.size), ".hansard");
}

/* Whether a file is the configuration of a store: it says anything that one says. `unread`: the answer where it cannot be read as one. */
static bool is_configuration(struct hansard *store, struct text folder, bool unread)
{
	struct text path;
	struct settings settings = {.folder = TEXT_ABSENT};
	if (!arena_format(store->arena, &path, "%.*s/config", (int)folder.size, folder.data) ||
		settings_file_read(store->arena, path, true, &settings, NULL) != HANSARD_OK)
		return unread;
	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		if (settings.values[i].of_store)
			return true;
	return false;
}

/* Whether the other commands take a folder for that of a store itself, which then is where it is: one made inside would be found in its place.
   A file of another program may have the configuration's name: beside no database it has to be one. `named`: the folder was. */
static enum hansard_status is_store(struct hansard *store, struct text folder, bool named, bool *ret_is,
									struct hansard_error *error)
{
	struct text database;
	const enum hansard_status status = settings_is_store(store->arena, folder, ret_is, error);
	if (status != HANSARD_OK || !*ret_is)
		return status;
	if (!arena_format(store->arena, &database, "%.*s/hansard.db", (int)folder.size, folder.data))
		return error_memory(error);
	*ret_is = disk_kind(database) != DISK_NOTHING || is_configuration(store, folder, named);
	return HANSARD_OK;
}

/* Where the store is to be: in the folder of that name; where others name theirs, there; or here. */
static enum hansard_status choose_folder(struct hansard *store, const char *directory, bool *ret_named,
										 struct hansard_error *error)
{
	const struct hansard_platform *platform = store->options.platform;
	struct text in = settings_variable(platform, "HANSARD_STORE"), inside;
	bool itself;
	if (directory != NULL)
		in = text_of_string(directory);
	else if (store->options.store != NULL)
		in = text_of_string(store->options.store);
	else if (in.size > 0)
		store->settings.folder_from = TEXT("HANSARD_STORE");
	else
		in = text_of_string(platform->working_directory);
	*ret_named = directory != NULL || store->options.store != NULL || text_present(store->settings.folder_from);
	while (in.size > 0 && in.data[in.size - 1] == '/')
		in.size--;
	const enum hansard_status status = is_store(store, in, *ret_named, &itself, error);
	if (status != HANSARD_OK)
		return status;
	if (!arena_format(store->arena, &inside, "%.*s/.hansard", (int)in.size, in.data))
		return error_memory(error);
	itself = itself || (has_store_name(in) && disk_kind(inside) == DISK_NOTHING);
	store->settings.folder = inside;
	return !itself || arena_copy_text(store->arena, in, &store->settings.folder) ? HANSARD_OK : error_memory(error);
}

/* A folder may have a file of that name without being a store's. */
static void hint_below(const struct hansard *store, struct hansard_error *error)
{
	const struct text folder = store->settings.folder;
	if (error != NULL && !has_store_name(folder) && strcmp(error->kind, "invalid_configuration") == 0)
		error_hint(error, "%s%sif that is no store's folder, make one in it: hansard init " ERROR_TEXT "/.hansard",
				   error->hint, error->hint[0] != '\0' ? "; " : "", ERROR_TEXT_ARGS(folder));
}

/* Makes the store of a folder, or looks at the one that is there. */
static enum hansard_status init_store(struct session_request *request, const char *directory,
									  struct hansard_error *error)
{
	struct hansard *store = request->store;
	struct text config;
	bool named;
	struct keys_made keys = {.folder = TEXT("")};
	enum hansard_status status = choose_folder(store, directory, &named, error);
	if (status != HANSARD_OK)
		return status;
	if (!arena_format(store->arena, &config, "%.*s/config", (int)store->settings.folder.size,
					  store->settings.folder.data))
		return error_memory(error);
	const bool exists = disk_kind(config) != DISK_NOTHING;
	status = named ? HANSARD_OK : owner_check_found(store->arena, store->settings.folder, true, error);
	if (status == HANSARD_OK)
		status = exists ? take_existing(store, &keys, error) : make_store(store, config, &keys, error);
	if (status != HANSARD_OK) {
		hint_below(store, error);
		return status;
	}
	request->written = true;
	if (store->options.format == HANSARD_JSON)
		return answer(request, &keys, !exists, error);
	return (exists ? say_existing : say_new)(request, &keys) ? HANSARD_OK : error_memory(error);
}

enum hansard_status hansard_init(const struct hansard_options *options, const char *directory,
								 struct hansard_output *ret_out, struct hansard_error *error)
{
	const enum hansard_status good = session_options(options, error);
	if (good != HANSARD_OK)
		return good;
	if (directory != NULL && directory[0] == '\0')
		return session_no_folder(error);
	struct hansard *store = session_make(options);
	if (store == NULL)
		return error_memory(error);
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = init_store(&request, directory, error);
	status = session_finish(&request, status, ret_out, error);
	hansard_close(store);
	return status;
}
