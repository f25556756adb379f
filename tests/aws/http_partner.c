/*
 * The partner as a child: it reads from a pipe whose other end this process has, and ends with it.
 */
#include "http_partner.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_SIZE = 512, WAIT_STEPS = 100, WAIT_US = 20000 };

extern char **environ;

static struct http_partner partner;
static pid_t child;
static int input = -1;

/* Waits two seconds for it to end, which it does when its input has; then ends it. */
static void stop(void)
{
	close(input);
	for (int i = 0; i < WAIT_STEPS; i++) {
		if (waitpid(child, NULL, WNOHANG) != 0)
			return;
		usleep(WAIT_US);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static bool spawn(int child_input, int child_output)
{
	char program[] = HTTP_PARTNER, python[] = "python3";
	char *const words[] = {python, program, NULL};
	posix_spawn_file_actions_t actions;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	const bool good = posix_spawn_file_actions_adddup2(&actions, child_input, STDIN_FILENO) == 0 &&
					  posix_spawn_file_actions_adddup2(&actions, child_output, STDOUT_FILENO) == 0 &&
					  posix_spawnp(&child, python, &actions, NULL, words, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return good;
}

/* Its line of ports. */
static bool read_ports(int output)
{
	char line[LINE_SIZE];
	FILE *file = fdopen(output, "re");
	const bool good =
		file != NULL && fgets(line, sizeof(line), file) != NULL &&
		sscanf(line, "%d %d %d %d %d %d %d %d %127s", &partner.plain, &partner.other, &partner.tls, &partner.elsewhere,
			   &partner.old, &partner.proxy, &partner.closed, &partner.garbage, partner.folder) == 9;
	if (file != NULL)
		fclose(file);
	return good;
}

const struct http_partner *http_partner_start(void)
{
	int in[2], out[2];
	if (input >= 0)
		return &partner;
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		return NULL;
	const bool good = spawn(in[0], out[1]);
	close(in[0]);
	close(out[1]);
	if (!good)
		return NULL;
	input = in[1];
	atexit(stop);
	return read_ports(out[0]) ? &partner : NULL;
}

int64_t http_partner_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t now_by_context(void *context)
{
	(void)context;
	return http_partner_now();
}

struct moment_clock http_partner_clock(void)
{
	return (struct moment_clock){.now = now_by_context};
}
