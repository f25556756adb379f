/*
 * Reading lines, and running the command of --password-command. The command may ask its user something itself, so it stays in the process
 * group of the terminal, and signals reach it as they reach this process before it holds any back.
 */
#include "prompt_source.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal.h"

extern char **environ;

enum { SLICE_MS = 20, LINE_MS = 300000, END_MS = 10000, PASSED_OVER = 65536 };

/* Adds a byte to a line that has `size`. */
static bool add(char *line, size_t *size, char c)
{
	if (*size == HANSARD_PASSPHRASE_SIZE)
		return false;
	line[(*size)++] = c;
	return true;
}

static enum prompt_line take(enum prompt_line outcome, char *line, size_t size, size_t *ret_size)
{
	if (outcome == PROMPT_LINE_GOOD)
		*ret_size = size;
	else
		explicit_bzero(line, HANSARD_PASSPHRASE_SIZE);
	return outcome;
}

enum prompt_line prompt_source_read(int descriptor, char line[static HANSARD_PASSPHRASE_SIZE], size_t *ret_size)
{
	size_t size = 0;
	char c = 0;
	ssize_t got;
	while ((got = read(descriptor, &c, 1)) != 0 && (got > 0 || errno == EINTR)) {
		if (got < 0)
			continue;
		if (c == '\n')
			break;
		if (!add(line, &size, c))
			return take(PROMPT_LINE_LONG, line, size, ret_size);
	}
	if (size > 0)
		return take(PROMPT_LINE_GOOD, line, size, ret_size);
	return take(got > 0 ? PROMPT_LINE_EMPTY : PROMPT_LINE_NONE, line, size, ret_size);
}

/* A command that runs. */
struct running {
	pid_t process;
	int out;
	bool ended;
	int outcome; /* as waitpid has it */
};

/* Signals that this process ignores or holds back for itself do what they would do. */
static bool prepare(posix_spawnattr_t *attributes)
{
	sigset_t defaults, mask;
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGXFSZ);
	sigemptyset(&mask);
	return posix_spawnattr_setsigdefault(attributes, &defaults) == 0 &&
		   posix_spawnattr_setsigmask(attributes, &mask) == 0 &&
		   posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) == 0;
}

static bool spawn(struct running *running, const char *command, int out)
{
	char shell[] = "sh", flag[] = "-c";
	char *copy = strdup(command);
	char *const words[] = {shell, flag, copy, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	if (copy == NULL || posix_spawn_file_actions_init(&actions) != 0) {
		free(copy);
		return false;
	}
	bool good = posix_spawnattr_init(&attributes) == 0;
	if (good) {
		good = prepare(&attributes) && posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
			   posix_spawn(&running->process, "/bin/sh", &actions, &attributes, words, environ) == 0;
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	free(copy);
	return good;
}

static bool start(struct running *running, const char *command)
{
	int ends[2];
	*running = (struct running){.out = -1};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	const bool good = spawn(running, command, ends[1]);
	close(ends[1]);
	if (good)
		running->out = ends[0];
	else
		close(ends[0]);
	return good;
}

/* Looks once whether it has ended. */
static bool has_ended(struct running *running)
{
	if (!running->ended)
		running->ended = waitpid(running->process, &running->outcome, WNOHANG) == running->process;
	return running->ended;
}

/* Waits for something to read. False when nothing will come: the time is over, a signal that ends this process waits, or the command
   has ended and left nothing. */
static bool wait_to_read(struct running *running, int *left_ms)
{
	struct pollfd input = {.fd = running->out, .events = POLLIN};
	for (;;) {
		const bool last = has_ended(running);
		if (poll(&input, 1, last ? 0 : SLICE_MS) > 0)
			return true;
		*left_ms -= SLICE_MS;
		if (last || *left_ms <= 0 || terminal_interrupted(NULL))
			return false;
	}
}

static enum prompt_line read_first(struct running *running, char *line, size_t *ret_size)
{
	size_t size = 0;
	int left_ms = LINE_MS;
	char c = 0;
	ssize_t got = 0;
	while (wait_to_read(running, &left_ms) && (got = read(running->out, &c, 1)) > 0 && c != '\n')
		if (!add(line, &size, c))
			return take(PROMPT_LINE_LONG, line, size, ret_size);
	if (left_ms <= 0)
		return take(PROMPT_LINE_FAILED, line, size, ret_size);
	if (size > 0)
		return take(PROMPT_LINE_GOOD, line, size, ret_size);
	return take(got > 0 ? PROMPT_LINE_EMPTY : PROMPT_LINE_NONE, line, size, ret_size);
}

static void close_pipe(struct running *running)
{
	if (running->out >= 0)
		close(running->out);
	running->out = -1;
}

/* What stands behind the first line is read as well, so that a command of a few lines ends as it would; of more the pipe is closed. */
static void pass_over(struct running *running, size_t *passed)
{
	char rest[4096];
	struct pollfd input = {.fd = running->out, .events = POLLIN};
	if (poll(&input, 1, SLICE_MS) <= 0)
		return;
	const ssize_t got = read(running->out, rest, sizeof(rest));
	explicit_bzero(rest, sizeof(rest));
	*passed += got > 0 ? (size_t)got : 0;
	if (got == 0 || (got < 0 && errno != EINTR) || *passed > PASSED_OVER)
		close_pipe(running);
}

/* Waits for its end. */
static bool wait_for(struct running *running)
{
	const struct timespec slice = {.tv_nsec = SLICE_MS * 1000000L};
	size_t passed = 0;
	for (int left_ms = END_MS; !has_ended(running); left_ms -= SLICE_MS) {
		if (left_ms <= 0 || terminal_interrupted(NULL))
			return false;
		if (running->out >= 0)
			pass_over(running, &passed);
		else
			nanosleep(&slice, NULL);
	}
	return true;
}

/* Whether it ends by itself, and well: what went on writing ends by the signal of a closed pipe, as itself or as seen by its shell. */
static bool finish(struct running *running, const char **ret_reason)
{
	const bool ended = wait_for(running);
	close_pipe(running);
	if (!ended) {
		kill(running->process, SIGKILL);
		(void)waitpid(running->process, &running->outcome, 0);
		*ret_reason = "the command of --password-command does not end";
		return false;
	}
	const int outcome = running->outcome;
	*ret_reason = "the command of --password-command failed";
	return (WIFEXITED(outcome) && (WEXITSTATUS(outcome) == 0 || WEXITSTATUS(outcome) == 128 + SIGPIPE)) ||
		   (WIFSIGNALED(outcome) && WTERMSIG(outcome) == SIGPIPE);
}

enum prompt_line prompt_source_run(const char *command, char line[static HANSARD_PASSPHRASE_SIZE], size_t *ret_size,
								   const char **ret_reason)
{
	struct running running;
	*ret_reason = "the command of --password-command cannot be run";
	if (!start(&running, command))
		return PROMPT_LINE_FAILED;
	const enum prompt_line outcome = read_first(&running, line, ret_size);
	if (outcome == PROMPT_LINE_FAILED)
		close_pipe(&running);
	if (finish(&running, ret_reason) && outcome != PROMPT_LINE_FAILED)
		return outcome;
	return take(PROMPT_LINE_FAILED, line, 0, ret_size);
}
