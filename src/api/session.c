/*
 * Opening and closing a store; the frame of every request.
 */
#include "session.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/random.h>
#include <unistd.h>

#include "cost.h"
#include "elsewhere.h"
#include "error.h"
#include "limits.h"
#include "outlook.h"
#include "owner.h"
#include "unfinished.h"
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
	if (settings_variable(platform, "USER").size == 0 && settings_variable(platform, "LOGNAME").size == 0)
		owner_name(geteuid(), platform->user);
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

enum hansard_status session_no_folder(struct hansard_error *error)
{
	error_set(error, HANSARD_USAGE, "missing_folder", "the name of a folder is empty");
	error_hint(error, "name the folder; the one that this is run in is \".\"");
	return HANSARD_USAGE;
}

static enum hansard_status check_names(const struct hansard_options *options, struct hansard_error *error)
{
	if (options->store != NULL && options->store[0] == '\0')
		return session_no_folder(error);
	if (options->actor == NULL || options->actor[0] != '\0')
		return HANSARD_OK;
	error_set(error, HANSARD_USAGE, "missing_actor", "the name of who commits is empty");
	error_hint(error, "name who commits; without --actor it is whom the configuration names, or the user");
	return HANSARD_USAGE;
}

enum hansard_status session_options(const struct hansard_options *options, struct hansard_error *error)
{
	const struct hansard_platform *platform = options != NULL ? options->platform : NULL;
	if (platform != NULL && platform->now != NULL && platform->entropy != NULL && platform->working_directory != NULL)
		return check_names(options, error);
	error_set(error, HANSARD_USAGE, "missing_platform", "the options name no platform");
	error_hint(error, "fill one with hansard_platform_posix()");
	return HANSARD_USAGE;
}

struct backend_request session_backend(const struct hansard *store)
{
	return (struct backend_request){.arena = store->arena, .options = &store->options, .settings = &store->settings};
}

static enum hansard_status open_engine(struct hansard *store, struct hansard_error *error)
{
	const struct backend_request request = session_backend(store);
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

enum hansard_status session_vault_over(struct hansard *store, struct store_engine *engine,
									   const struct vault_marks *marks, struct vault **ret_vault,
									   struct hansard_error *error)
{
	struct vault_advice advice;
	if (!elsewhere_advice(store->arena, &store->settings, engine != store->engine, &advice))
		return error_memory(error);
	const struct vault_options options = {
		.engine = engine,
		.keyring = store->keyring,
		.audit = store->audit.hash != NULL ? &store->audit.slot : NULL, /* where a log is kept */
		.marks = marks,
		.guard = keys_guard_slots(&store->keys),
		.actor = store->settings.values[SETTINGS_PRINCIPAL].value,
		.clock = backend_clock(store->options.platform),
		.entropy = backend_entropy(store->options.platform),
		.advice = advice,
	};
	return vault_create(&options, ret_vault, error);
}

enum hansard_status session_open_vault(struct hansard *store, struct hansard_error *error)
{
	return session_vault_over(store, store->engine, &store->marks.slots, &store->vault, error);
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
	backend_close(&store->target);
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

/* What was written stands and is answered, though it could not be marked as seen here. Whatever the reason, it is not to be tried again. */
static enum hansard_status say_unmarked(struct session_request *request, enum hansard_status status,
										struct hansard_error *error)
{
	struct hansard_error why;
	if (request->store == NULL || request->store->vault == NULL || !vault_take_unmarked(request->store->vault, &why) ||
		status != HANSARD_OK)
		return status;
	request->answered = true;
	error_set(error, HANSARD_FAILED, "unmarked", "what was asked is done, but its mark cannot be kept: %s",
			  why.message);
	error_hint(error, "do not run it again; once that is mended, hansard verify keeps the mark");
	return HANSARD_FAILED;
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
	status = say_unmarked(request, status, error);
	if (!unfinished_add(request) || !outlook_add(request) || !cost_append(request->store, &request->out)) {
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
	struct hansard_error lost;  /* that one was declared lost, or was seen last in another store, if so */
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
	if ((status == HANSARD_NOT_FOUND && strcmp(missing->error.kind, VAULT_LOST) == 0) ||
		vault_seen_elsewhere(&missing->error))
		missing->lost = missing->error;
	return status == HANSARD_VIOLATED ? status : HANSARD_OK;
}

enum hansard_status session_find(struct session_request *request, const char *name, struct text *ret_id,
								 struct hansard_error *error)
{
	if (name == NULL)
		return error_set(error, HANSARD_USAGE, "missing_dialogue", "no dialogue is named");
	if (name[0] == '\0') {
		error_set(error, HANSARD_USAGE, "missing_dialogue", "the id of a dialogue is empty");
		error_hint(error, "name one, or what its id begins with: hansard list");
		return HANSARD_USAGE;
	}
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
		return missing.lost.status;
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
	request->looked = id;
	const enum hansard_status status =
		request->restored ? vault_look(request->store->vault, id, request->arena, ret_state, &request->outlook, error)
						  : vault_load(request->store->vault, id, request->arena, ret_state, error);
	const bool newest =
		!request->restored || request->outlook.seen.rev == 0 || request->outlook.standing == VAULT_REACHED;
	if (status == HANSARD_OK && request->tells_move && newest && !request->outlook.moved &&
		text_is((*ret_state)->newest.operation, "migrate-out"))
		request->sealed = *ret_state;
	return status;
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
