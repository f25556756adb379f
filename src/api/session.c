/*
 * Opening, creating and closing a store; the frame of every request.
 */
#include "session.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/random.h>
#include <unistd.h>

#include "answer.h"
#include "base64.h"
#include "cost.h"
#include "disk.h"
#include "error.h"
#include "limits.h"
#include "outlook.h"
#include "settings_file.h"
#include "utf8.h"

extern char **environ;

static int64_t posix_now(void *context)
{
	(void)context;
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool posix_random(void *context, uint8_t *data, size_t size)
{
	(void)context;
	size_t at = 0;
	while (at < size) {
		ssize_t got = getrandom(data + at, size - at, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

void hansard_platform_posix(struct hansard_platform *platform)
{
	*platform = (struct hansard_platform){
		.environment = (const char *const *)environ,
		.working_directory = ".",
		.now = posix_now,
		.entropy = posix_random,
	};
}

const char *hansard_version(void)
{
	return HANSARD_VERSION;
}

int hansard_exit_code(enum hansard_status status)
{
	return error_exit_code(status);
}

void hansard_error_clean(struct hansard_error *error)
{
	error_clean(error);
}

const char *hansard_status_name(enum hansard_status status)
{
	return error_status_name(status);
}

bool hansard_retryable(enum hansard_status status)
{
	return error_retryable(status) != 0;
}

void hansard_output_free(struct hansard_output *output)
{
	secret_wipe(output->data, output->size); /* some hold recovery words */
	free(output->data);
	*output = (struct hansard_output){.data = NULL, .size = 0};
}

enum hansard_status session_options(const struct hansard_options *options, struct hansard_error *error)
{
	const struct hansard_platform *platform = options != NULL ? options->platform : NULL;
	if (platform != NULL && platform->now != NULL && platform->entropy != NULL && platform->working_directory != NULL)
		return HANSARD_OK;
	error_set(error, HANSARD_USAGE, "missing_platform", "the options name no platform");
	error_hint(error, "fill one with hansard_platform_posix()");
	return HANSARD_USAGE;
}

static struct backend_request backend_request(const struct hansard *store)
{
	return (struct backend_request){.arena = store->arena, .options = &store->options, .settings = &store->settings};
}

static enum hansard_status open_engine(struct hansard *store, struct hansard_error *error)
{
	const struct backend_request request = backend_request(store);
	const enum hansard_status status = backend_open(&store->backend, &request, error);
	store->engine = store->backend.engine;
	return status;
}

enum hansard_status session_open_keys(struct hansard *store, struct hansard_error *error)
{
	const struct keys_request keys = {.arena = store->arena, .options = &store->options, .settings = &store->settings};
	enum hansard_status status = keys_guard_begin(&store->keys, &keys, &store->keyring, error);
	if (status == HANSARD_OK)
		status = marks_begin(&store->marks, store->arena, &store->options, &store->settings, error);
	const struct vault_audit *audit = NULL; /* store->audit has it */
	if (status == HANSARD_OK)
		status = audit_begin(&store->audit, store->arena, &store->options, &store->settings, &audit, error);
	return status;
}

enum hansard_status session_open_vault(struct hansard *store, struct hansard_error *error)
{
	const struct vault_options options = {
		.engine = store->engine,
		.keyring = store->keyring,
		.audit = store->audit.hash != NULL ? &store->audit.slot : NULL, /* where a log is kept */
		.marks = &store->marks.slots,
		.guard = keys_guard_slots(&store->keys),
		.actor = store->settings.values[SETTINGS_PRINCIPAL].value,
		.clock = backend_clock(store->options.platform),
		.entropy = backend_entropy(store->options.platform),
	};
	return vault_create(&options, &store->vault, error);
}

static enum hansard_status open_store(struct hansard *store, struct hansard_error *error)
{
	enum hansard_status status = settings_locate(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = settings_read(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = open_engine(store, error);
	if (status == HANSARD_OK)
		status = session_open_keys(store, error);
	return status == HANSARD_OK ? session_open_vault(store, error) : status;
}

struct hansard *session_make(const struct hansard_options *options)
{
	struct hansard *store = calloc(1, sizeof *store);
	if (store == NULL)
		return NULL;
	store->options = *options;
	store->arena = arena_create(LIMIT_ARENA);
	if (store->arena == NULL) {
		free(store);
		return NULL;
	}
	return store;
}

enum hansard_status hansard_open(const struct hansard_options *options, struct hansard **ret_store,
								 struct hansard_error *error)
{
	const enum hansard_status good = session_options(options, error);
	if (good != HANSARD_OK)
		return good;
	struct hansard *store = session_make(options);
	if (store == NULL)
		return error_memory(error);
	enum hansard_status status = open_store(store, error);
	if (status == HANSARD_OK)
		*ret_store = store;
	else
		hansard_close(store);
	return status;
}

void hansard_close(struct hansard *store)
{
	if (store == NULL)
		return;
	told_clear(&store->told);
	vault_destroy(store->vault);
	audit_finish(&store->audit);
	keys_guard_finish(&store->keys);
	keyring_destroy(store->keyring);
	backend_close(&store->backend);
	arena_destroy(store->arena);
	free(store);
}

enum hansard_status session_begin(struct session_request *request, struct hansard *store, struct hansard_error *error)
{
	*request = (struct session_request){.store = store, .arena = arena_create(LIMIT_ARENA)};
	buffer_init(&request->out, LIMIT_DOCUMENT);
	return request->arena != NULL ? HANSARD_OK : error_memory(error);
}

/* A failure after something was written. Memory that does not suffice for the answer is one of the answer alone. */
static enum hansard_status fail_written(enum hansard_status status, struct hansard_error *error)
{
	if (status == HANSARD_FAILED && (error == NULL || strcmp(error->kind, "out_of_memory") == 0)) {
		error_set(error, HANSARD_UNKNOWN, "answer_lost", "it was written, but memory did not suffice for the answer");
		error_hint(error, "look at what is there before running it again: hansard log");
		return HANSARD_UNKNOWN;
	}
	if (error != NULL) {
		const struct hansard_error found = *error;
		error_hint(error, "before that it was written, or a part of it: see hansard log%s%s",
				   found.hint[0] != '\0' ? "; " : "", found.hint);
	}
	return status;
}

enum hansard_status session_finish(struct session_request *request, enum hansard_status status,
								   struct hansard_output *ret_out, struct hansard_error *error)
{
	if (status != HANSARD_OK && error != NULL && strcmp(error->kind, "store_read_only") == 0 &&
		request->store->options.read_only) {
		error_set(error, status, "store_read_only", "the store was opened read-only, and this would write to it");
		error_hint(error, "open it without read-only; a dry run writes nothing");
	}
	if (request->exhausted && (status == HANSARD_OK || request->answered)) {
		request->out.size = 0;
		status = status == HANSARD_OK ? error_memory(error) : status;
	}
	if (!outlook_add(request) || !cost_append(request->store, &request->out)) {
		request->out.size = 0;
		status = error_memory(error);
	}
	const bool shown = status == HANSARD_OK || (request->out.size > 0 && (!request->written || request->answered));
	if (ret_out != NULL && shown) {
		if (buffer_append_byte(&request->out, 0)) {
			*ret_out = (struct hansard_output){.data = (char *)request->out.data, .size = request->out.size - 1};
			request->out = (struct buffer){.data = NULL};
		} else {
			status = error_memory(error);
			request->answered = false;
		}
	}
	if (status != HANSARD_OK && request->written && !request->answered)
		status = fail_written(status, error);
	buffer_finish(&request->out);
	arena_destroy(request->arena);
	return status;
}

/* The beginning of an id that no dialogue of the store has. */
struct missing {
	struct vault *vault;
	const char *prefix;
	struct hansard_error error; /* that one was seen and is gone */
	struct hansard_error lost;  /* that one was declared lost, if so */
};

/* A marked dialogue that is gone is missing, or was declared lost, under the beginning of its id, too. */
static enum hansard_status check_missing(void *context, struct text id)
{
	struct missing *missing = context;
	struct vault_state *state;
	const size_t size = strlen(missing->prefix);
	if (id.size < size || strncasecmp(id.data, missing->prefix, size) != 0)
		return HANSARD_OK;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(&missing->error);
	const enum hansard_status status = vault_load(missing->vault, id, arena, &state, &missing->error);
	arena_destroy(arena);
	if (status == HANSARD_NOT_FOUND && strcmp(missing->error.kind, VAULT_LOST) == 0)
		missing->lost = missing->error;
	return status == HANSARD_VIOLATED ? status : HANSARD_OK;
}

enum hansard_status session_find(struct session_request *request, const char *name, struct text *ret_id,
								 struct hansard_error *error)
{
	if (name == NULL)
		return error_set(error, HANSARD_USAGE, "missing_dialogue", "no dialogue is named");
	const struct vault_marks *marks = &request->store->marks.slots;
	struct missing missing = {.vault = request->store->vault, .prefix = name};
	struct hansard_error unlisted = {.status = HANSARD_OK};
	const enum hansard_status status =
		dialogue_find(request->store->vault, text_of_string(name), request->arena, ret_id, error);
	enum hansard_status listed = HANSARD_OK;
	if (status == HANSARD_NOT_FOUND)
		listed = marks->list(marks->context, vault_tenant(request->store->vault), check_missing, &missing, &unlisted);
	if (listed == HANSARD_VIOLATED ||
		listed == HANSARD_FAILED) { /* which marks there are is not known, or one is missing */
		if (error != NULL)
			*error = unlisted.status != HANSARD_OK ? unlisted : missing.error;
		return listed;
	}
	if (status == HANSARD_NOT_FOUND && missing.lost.status != HANSARD_OK) {
		if (error != NULL)
			*error = missing.lost;
		return status;
	}
	if (status == HANSARD_NOT_FOUND && error != NULL) {
		const struct hansard_error found = *error;
		error_set(error, status, "not_found", "%s in " ERROR_TEXT, found.message,
				  ERROR_TEXT_ARGS(request->store->settings.folder));
		error_hint(error, "%s", found.hint);
	}
	return status;
}

/* A state to answer from, or to look at before a restore takes it. */
static enum hansard_status load_state(struct session_request *request, struct text id, struct vault_state **ret_state,
									  struct hansard_error *error)
{
	return request->restored
			   ? vault_look(request->store->vault, id, request->arena, ret_state, &request->outlook, error)
			   : vault_load(request->store->vault, id, request->arena, ret_state, error);
}

enum hansard_status session_dialogue(struct session_request *request, const char *name, struct dialogue **ret_dialogue,
									 struct hansard_error *error)
{
	struct text id;
	struct hansard_error failure = {.status = HANSARD_OK};
	enum hansard_status status = session_find(request, name, &id, error);
	if (status != HANSARD_OK)
		return status;
	struct vault_state *state;
	status = load_state(request, id, &state, &failure);
	if (status == HANSARD_OK)
		status = dialogue_of_state(request->store->vault, state, request->arena, ret_dialogue, &failure);
	if (status == HANSARD_INVALID && dialogue_gone(&failure)) { /* there is nothing to be read: no input was bad */
		status = error_set(&failure, HANSARD_NOT_FOUND, "erased", "%s", failure.message);
		error_hint(&failure,
				   "by whom and when: hansard log " ERROR_TEXT "; the certificate: hansard receipt " ERROR_TEXT
				   " > FILE",
				   ERROR_TEXT_ARGS(id), ERROR_TEXT_ARGS(id));
	}
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	return status;
}

enum hansard_status session_state(struct session_request *request, const char *name, struct vault_state **ret_state,
								  struct hansard_error *error)
{
	struct text id;
	const enum hansard_status status = session_find(request, name, &id, error);
	return status == HANSARD_OK ? load_state(request, id, ret_state, error) : status;
}

bool session_say(struct session_request *request, const char *format, ...)
{
	char *line = NULL;
	va_list arguments;
	va_start(arguments, format);
	const int size = vasprintf(&line, format, arguments);
	va_end(arguments);
	if (size < 0)
		return false;
	const bool good = buffer_append_string(&request->out, line);
	free(line);
	return good;
}

struct text session_clean(struct session_request *request, struct text text)
{
	struct buffer line;
	struct text clean = TEXT("?");
	buffer_init(&line, LIMIT_DOCUMENT);
	if (!utf8_append_line(&line, text) || !arena_copy_text(request->arena, buffer_text(&line), &clean))
		request->exhausted = true;
	buffer_finish(&line);
	return clean;
}

bool session_texts(struct arena *arena, const char *const *strings, size_t count, struct text_list *ret_list)
{
	struct text *items = arena_allocate_array(arena, count, sizeof *items);
	for (size_t i = 0; items != NULL && i < count; i++)
		items[i] = text_of_string(strings[i]);
	*ret_list = (struct text_list){.items = items, .count = count, .present = count > 0};
	return items != NULL;
}

struct view_options session_view(const struct session_request *request)
{
	const struct hansard_options *options = &request->store->options;
	return (struct view_options){.json = options->format == HANSARD_JSON, .width = options->width};
}

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

/* Writes configuration and database into a new .hansard folder. The configuration comes last: a folder without it is no
   store, so a killed init can be run again. */
static enum hansard_status fill_folder(struct hansard *store, struct keys_made *made, struct hansard_error *error)
{
	struct text content, path, folder = store->settings.folder;
	struct text marks;
	if (!draw_name(store, &marks, error))
		return HANSARD_FAILED;
	enum hansard_status status = settings_read(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = settings_file_make(store->arena, &store->settings, marks, &content, error);
	if (status != HANSARD_OK)
		return status;
	if (!arena_format(store->arena, &path, "%.*s/config", (int)folder.size, folder.data))
		return error_memory(error);
	const struct keys_request keys = {.arena = store->arena, .options = &store->options, .settings = &store->settings};
	status = keys_check(&keys, error);
	if (status != HANSARD_OK)
		return status;
	const struct backend_request request = backend_request(store);
	status = backend_create(&store->backend, &request, error);
	store->engine = store->backend.engine;
	if (status == HANSARD_OK)
		status = keys_make(&keys, made, error);
	return status == HANSARD_OK ? disk_write_new(path, bytes_of_text(content), error) : status;
}

/* A store's configuration is there; its database may be gone. */
static enum hansard_status refuse_existing(struct hansard *store, struct hansard_error *error)
{
	struct text database;
	const enum hansard_status status = settings_read(store->arena, &store->options, &store->settings, error);
	if (status != HANSARD_OK)
		return status;
	if (!backend_database(store->arena, &store->settings, &database))
		return error_memory(error);
	error_set(error, HANSARD_CONFLICT, "store_exists", "there is a store in " ERROR_TEXT " already",
			  ERROR_TEXT_ARGS(store->settings.folder));
	if (backend_is(&store->settings, "sqlite") && disk_kind(database) == DISK_NOTHING)
		error_hint(error,
				   "its " ERROR_TEXT
				   " is missing: put a backup there, hansard backup --put FILE; without one remove " ERROR_TEXT
				   "/config, then hansard init",
				   ERROR_TEXT_ARGS(database), ERROR_TEXT_ARGS(store->settings.folder));
	else
		error_hint(error, "use it as it is: hansard list");
	return HANSARD_CONFLICT;
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
			: "  There is no `signing`: nothing can be written. Where there is one, bring it: hansard keys import, keys\n"
			  "  recover. Otherwise make a new one: hansard keys rotate --signing\n");
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

static enum hansard_status init_store(struct hansard *store, struct text directory, struct session_request *request,
									  struct hansard_error *error)
{
	struct text config;
	struct keys_made keys = {.folder = TEXT("")};
	if (!arena_format(store->arena, &store->settings.folder, "%.*s/.hansard", (int)directory.size, directory.data) ||
		!arena_format(store->arena, &config, "%.*s/.hansard/config", (int)directory.size, directory.data))
		return error_memory(error);
	if (disk_kind(config) != DISK_NOTHING)
		return refuse_existing(store, error);
	size_t made;
	enum hansard_status status = disk_make_folder(store->settings.folder, true, &made, error);
	if (status != HANSARD_OK)
		return status;
	status = fill_folder(store, &keys, error);
	if (status != HANSARD_OK) {
		disk_unmake_folder(store->settings.folder, made);
		return status;
	}
	request->written = true;
	bool good;
	if (store->options.format == HANSARD_JSON) {
		struct answer answer;
		answer_begin(&answer, &request->out, "init");
		answer_text(&answer, "store", store->settings.folder);
		answer_text(&answer, "backend", store->settings.values[SETTINGS_BACKEND].value);
		answer_text(&answer, "identity",
					store->engine != NULL ? store->engine->ops->identity(store->engine) : TEXT_ABSENT);
		answer_text(&answer, "keys", keys.folder);
		answer_boolean(&answer, "keys_made", keys.made);
		answer_text(&answer, "keys_missing", keys.missing);
		good = answer_finish(&answer, error) == HANSARD_OK;
	} else {
		const struct text folder = session_clean(request, store->settings.folder);
		const struct text key_folder = session_clean(request, keys.folder);
		good = session_say(request, "Made a store in " ERROR_TEXT "\n", ERROR_TEXT_ARGS(folder)) &&
			   session_say(
				   request,
				   keys.made
					   ? "Made keys in " ERROR_TEXT
						 "\n  Back this folder up, apart from the store: without `umk` nothing can be read,\n"
						 "  without `signing` nothing can be written in your name.%s\n  On paper: hansard keys words\n"
						 "  If you have keys already, take that folder away and bring them: hansard keys recover\n"
					   : "Its keys are those in " ERROR_TEXT "%s\n",
				   ERROR_TEXT_ARGS(key_folder),
				   keys.made && store->options.wrap_keys
					   ? "\n  The copy opens with this passphrase alone: keep it, too, apart from both."
					   : "") &&
			   say_missing(request, keys.missing) && say_next(request);
	}
	return good ? HANSARD_OK : error_memory(error);
}

enum hansard_status hansard_init(const struct hansard_options *options, const char *directory,
								 struct hansard_output *ret_out, struct hansard_error *error)
{
	const enum hansard_status good = session_options(options, error);
	if (good != HANSARD_OK)
		return good;
	struct hansard *store = session_make(options);
	if (store == NULL)
		return error_memory(error);
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = init_store(store, text_of_string(directory != NULL ? directory : options->platform->working_directory),
							&request, error);
	status = session_finish(&request, status, ret_out, error);
	hansard_close(store);
	return status;
}
