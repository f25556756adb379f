/*
 * The emulator as a child: it reads from a pipe whose other end this process has, and ends with it.
 */
#include "emulator.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_SIZE = 512, UNAVAILABLE = 3 };

extern char **environ;

static char endpoint[TEXT_SIZE];
static char reason[TEXT_SIZE];
static bool asked;

/* Only to this machine: tests write what they like. */
static bool is_loopback(const char *url)
{
	static const char *const hosts[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"};
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strncmp(url, hosts[i], strlen(hosts[i])) == 0)
			return true;
	return false;
}

/* Reads until the end or, where `line`, the end of a line; without it. */
static void read_text(int from, char *text, bool line)
{
	size_t size = 0;
	char byte;
	while (size + 1 < TEXT_SIZE && read(from, &byte, 1) == 1 && !(line && byte == '\n'))
		text[size++] = byte == '\n' ? ' ' : byte;
	while (size > 0 && text[size - 1] == ' ')
		size--;
	text[size] = '\0';
}

static pid_t spawn(int input, int output, int errors)
{
	char program[] = EMULATOR_TOOL, python[] = "python3", run[] = "run";
	char *const words[] = {python, program, run, NULL};
	posix_spawn_file_actions_t actions;
	pid_t child = -1;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	if (posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) != 0 ||
		posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) != 0 ||
		posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO) != 0 ||
		posix_spawnp(&child, python, &actions, NULL, words, environ) != 0)
		child = -1;
	posix_spawn_file_actions_destroy(&actions);
	return child;
}

/* Starts it and reads the first line of what it says; where there is none, why. */
static void start(void)
{
	int input[2], output[2], errors[2], status = 0;
	if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0)
		abort();
	const pid_t child = spawn(input[0], output[1], errors[1]);
	close(input[0]);
	close(output[1]);
	close(errors[1]);
	if (child > 0)
		read_text(output[0], endpoint, true);
	else
		snprintf(reason, sizeof(reason), "python3, which starts the emulator, cannot be run");
	if (endpoint[0] == '\0' && child > 0) {
		read_text(errors[0], reason, false);
		waitpid(child, &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != UNAVAILABLE) {
			fprintf(stderr, "%s\n", reason);
			abort();
		}
	}
	/* input[1] stays open until this process ends. */
}

const char *emulator_endpoint(const char **ret_reason)
{
	const char *given = getenv("HANSARD_DYNAMODB_ENDPOINT");
	if (!asked && given != NULL && given[0] != '\0') {
		if (!is_loopback(given))
			abort();
		snprintf(endpoint, sizeof(endpoint), "%s", given);
	} else if (!asked) {
		start();
	}
	asked = true;
	*ret_reason = reason;
	return endpoint[0] == '\0' ? NULL : endpoint;
}
