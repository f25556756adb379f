/*
 * Files, processes and HTTP. A process is told nothing by standard input, which may be a protocol's, and keeps standard
 * error.
 */
#include "aws_world.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws_settings.h"
#include "error.h"
#include "limits.h"
#include "wiped.h"

enum { PATH_SIZE = 4096, COMMAND_LIMIT = 65536, STEP_MS = 10, LOOK_MS = 500 };

struct aws_world {
	struct aws_world_options options;
	struct http *http;
};

/* ---- files ---- */

/* Reads once into what room a buffer has: how much, 0 at the end, or -1 and errno; EFBIG where room is too small. */
static ssize_t read_once(int descriptor, struct buffer *out)
{
	uint8_t more;
	const bool full = out->size == out->capacity;
	ssize_t got;
	do {
		got = full ? read(descriptor, &more, 1) : read(descriptor, out->data + out->size, out->capacity - out->size);
	} while (got < 0 && errno == EINTR);
	if (got > 0 && full) {
		errno = EFBIG;
		return -1;
	}
	out->size += got > 0 ? (size_t)got : 0;
	return got;
}

/* Reads up to the end. False with errno. */
static bool read_all(int descriptor, struct buffer *out)
{
	ssize_t got;
	do {
		got = read_once(descriptor, out);
	} while (got > 0);
	return got == 0;
}

static enum hansard_status too_large(const char *name, size_t room, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "file_too_large", "%s has more than %zu bytes", name, room);
	error_hint(error, "check that it is the file that is meant");
	return HANSARD_INVALID;
}

static enum hansard_status read_file(void *context, struct text path, struct buffer *out, struct hansard_error *error)
{
	char name[PATH_SIZE];
	(void)context;
	if (path.size >= sizeof(name) || memchr(path.data, 0, path.size) != NULL)
		return error_set(error, HANSARD_INVALID, "unsafe_path", ERROR_TEXT " is no path of a file",
						 ERROR_TEXT_ARGS(path));
	memcpy(name, path.data, path.size);
	name[path.size] = '\0';
	const int descriptor = open(name, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR))
		return error_set(error, HANSARD_NOT_FOUND, "no_file", "there is no file %s", name);
	const bool good = descriptor >= 0 && read_all(descriptor, out);
	const int number = errno;
	if (descriptor >= 0)
		close(descriptor);
	if (good)
		return HANSARD_OK;
	if (number == EFBIG)
		return too_large(name, out->capacity, error);
	error_set(error, HANSARD_FAILED, "io", "%s cannot be read: %s", name, strerror(number));
	error_hint(error, "check who owns it and whether it may be read");
	return HANSARD_FAILED;
}

/* ---- processes ---- */

/* A process whose output is read. */
struct process {
	struct aws_world *world;
	pid_t pid;
	int out;
	int64_t deadline; /* by the steady clock */
};

static int64_t left_ms(const struct process *process)
{
	const struct moment_clock *clock = &process->world->options.steady;
	return (process->deadline - clock->now(clock->context)) / 1000;
}

static bool start(struct process *process, const char *command, int out)
{
	static const char shell[] = "/bin/sh", flag[] = "-c";
	static char *const nothing[] = {NULL};
	char *const words[] = {(char *)(uintptr_t)shell, (char *)(uintptr_t)flag, (char *)(uintptr_t)command, NULL};
	char *const *environment = (char *const *)(uintptr_t)process->world->options.environment;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, defaults;
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return false;
	}
	const bool good = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
					  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
					  posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
					  posix_spawnattr_setsigdefault(&attributes, &defaults) == 0 &&
					  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0 &&
					  posix_spawn(&process->pid, shell, &actions, &attributes, words,
								  environment != NULL ? environment : nothing) == 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return good;
}

enum outcome { OUTCOME_ENDED, OUTCOME_TOO_SLOW, OUTCOME_TOO_MUCH, OUTCOME_FAILED };

/* Reads what it writes, until it writes no more. */
static enum outcome listen_to(const struct process *process, struct buffer *out)
{
	for (;;) {
		struct pollfd ready = {.fd = process->out, .events = POLLIN};
		const int64_t wait_ms = left_ms(process);
		if (wait_ms <= 0)
			return OUTCOME_TOO_SLOW;
		const int found = poll(&ready, 1, wait_ms < LOOK_MS ? (int)wait_ms : LOOK_MS);
		if (found < 0 && errno != EINTR)
			return OUTCOME_FAILED;
		if (found <= 0)
			continue;
		const ssize_t got = read_once(process->out, out);
		if (got == 0)
			return OUTCOME_ENDED;
		if (got < 0)
			return errno == EFBIG ? OUTCOME_TOO_MUCH : OUTCOME_FAILED;
	}
}

/* Waits for its end, and ends it itself when it may go on no longer. */
static enum outcome wait_for(const struct process *process, enum outcome outcome, int *ret_status)
{
	for (;;) {
		if (outcome == OUTCOME_ENDED && left_ms(process) <= 0)
			outcome = OUTCOME_TOO_SLOW;
		if (outcome != OUTCOME_ENDED)
			kill(process->pid, SIGKILL);
		const pid_t pid = waitpid(process->pid, ret_status, outcome == OUTCOME_ENDED ? WNOHANG : 0);
		if (pid == process->pid)
			return outcome;
		if (pid < 0 && errno != EINTR)
			return OUTCOME_FAILED;
		poll(NULL, 0, STEP_MS);
	}
}

static enum hansard_status judge(enum outcome outcome, int status, size_t room, struct hansard_error *error)
{
	char what[96];
	switch (outcome) {
	case OUTCOME_TOO_SLOW:
		error_set(error, HANSARD_FAILED, "process_timed_out", "it did not end within %d seconds",
				  (int)LIMIT_AWS_PROCESS_MS / 1000);
		error_hint(error, "run it by hand, and see what it waits for: it has no input");
		return HANSARD_FAILED;
	case OUTCOME_TOO_MUCH:
		snprintf(what, sizeof(what), "it writes more than %zu bytes", room);
		break;
	case OUTCOME_FAILED:
		snprintf(what, sizeof(what), "it could not be run");
		break;
	case OUTCOME_ENDED:
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			return HANSARD_OK;
		snprintf(what, sizeof(what), WIFEXITED(status) ? "it ended with exit code %d" : "it was ended by signal %d",
				 WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		break;
	}
	error_set(error, HANSARD_FAILED, "process_failed", "%s", what);
	error_hint(error, "run it by hand, and see what it says");
	return HANSARD_FAILED;
}

static enum hansard_status run_command(struct aws_world *world, const char *command, struct buffer *out,
									   struct hansard_error *error)
{
	const struct moment_clock *clock = &world->options.steady;
	struct process process = {.world = world,
							  .deadline = clock->now(clock->context) + (int64_t)LIMIT_AWS_PROCESS_MS * 1000};
	int pipe_ends[2], status = 0;
	if (pipe2(pipe_ends, O_CLOEXEC) != 0)
		return judge(OUTCOME_FAILED, 0, out->capacity, error);
	process.out = pipe_ends[0];
	const bool started = start(&process, command, pipe_ends[1]);
	close(pipe_ends[1]);
	enum outcome outcome = started ? listen_to(&process, out) : OUTCOME_FAILED;
	close(pipe_ends[0]);
	if (started)
		outcome = wait_for(&process, outcome, &status);
	return judge(outcome, status, out->capacity, error);
}

static enum hansard_status run(void *context, struct text command, struct buffer *out, struct hansard_error *error)
{
	struct buffer string;
	enum hansard_status status = wiped_init(&string, COMMAND_LIMIT) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK && (!buffer_append_text(&string, command) || !buffer_append_byte(&string, 0)))
		status = error_set(error, HANSARD_INVALID, "process_failed", "the command has more than %d bytes",
						   COMMAND_LIMIT - 1);
	if (status == HANSARD_OK)
		status = run_command(context, (const char *)string.data, out, error);
	wiped_finish(&string);
	return status;
}

/* ---- HTTP ---- */

static enum hansard_status send_request(void *context, const struct http_request *request, struct http_answer *answer,
										struct hansard_error *error)
{
	const struct aws_world *world = context;
	return http_send(world->http, request, answer, error);
}

/* ---- time ---- */

static void pause_for(void *context, int64_t micros)
{
	struct timespec left = {.tv_sec = (time_t)(micros / 1000000), .tv_nsec = (long)(micros % 1000000) * 1000};
	(void)context;
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		continue;
}

static int64_t system_steady(void *context)
{
	struct timespec now;
	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static const struct aws_edge_functions functions = {
	.read = read_file, .run = run, .send = send_request, .pause = pause_for};

/* A variable, in capitals or not: of proxies both are in use. */
static struct text proxy_variable(const char *const *environment, const char *name, const char *small)
{
	const struct text value = aws_settings_variable(environment, name);
	return text_present(value) ? value : aws_settings_variable(environment, small);
}

enum hansard_status aws_world_create(const struct aws_world_options *options, struct aws_world **ret_world,
									 struct hansard_error *error)
{
	const char *const *environment = options->environment;
	const struct moment_clock steady =
		options->steady.now != NULL ? options->steady : (struct moment_clock){.now = system_steady};
	const struct http_options http_options = {
		.steady = steady,
		.ca_bundle = aws_settings_variable(environment, "AWS_CA_BUNDLE"),
		.proxy = proxy_variable(environment, "HTTPS_PROXY", "https_proxy"),
		.no_proxy = proxy_variable(environment, "NO_PROXY", "no_proxy"),
	};
	struct aws_world *world = calloc(1, sizeof(*world));
	if (world == NULL)
		return error_memory(error);
	world->options = *options;
	world->options.steady = steady;
	const enum hansard_status status = http_create(&http_options, &world->http, error);
	if (status != HANSARD_OK) {
		free(world);
		return status;
	}
	*ret_world = world;
	return HANSARD_OK;
}

void aws_world_destroy(struct aws_world *world)
{
	if (world == NULL)
		return;
	http_destroy(world->http);
	free(world);
}

struct aws_edge aws_world_edge(struct aws_world *world)
{
	return (struct aws_edge){
		.functions = &functions,
		.context = world,
		.environment = world->options.environment,
		.clock = world->options.clock,
		.steady = world->options.steady,
	};
}

struct http *aws_world_http(struct aws_world *world)
{
	return world->http;
}
