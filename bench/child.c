/*
 * fork, exec and pipes.
 */
#include "child.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

__attribute__((noreturn)) static void become(const char *const words[])
{
	execv(words[0], (char *const *)(uintptr_t)words);
	_exit(127);
}

static void wait_for(pid_t process, const char *path)
{
	int status;
	if (waitpid(process, &status, 0) != process || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		measure_die("%s failed", path);
}

double child_run(const char *const words[])
{
	const double begin = measure_now_us();
	const pid_t process = fork();
	if (process == 0) {
		const int null = open("/dev/null", O_WRONLY);
		dup2(null, STDOUT_FILENO);
		become(words);
	}
	if (process < 0)
		measure_die("%s cannot be started", words[0]);
	wait_for(process, words[0]);
	return measure_now_us() - begin;
}

void child_begin(struct child *child, const char *const words[])
{
	int requests[2], answers[2];
	if (pipe2(requests, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
		measure_die("no pipe to %s", words[0]);
	child->process = fork();
	if (child->process == 0) {
		dup2(requests[0], STDIN_FILENO);
		dup2(answers[1], STDOUT_FILENO);
		become(words);
	}
	if (child->process < 0)
		measure_die("%s cannot be started", words[0]);
	close(requests[0]);
	close(answers[1]);
	child->requests = fdopen(requests[1], "w");
	child->answers = fdopen(answers[0], "r");
	if (child->requests == NULL || child->answers == NULL)
		measure_die("no pipe to %s", words[0]);
}

void child_answer(struct child *child, char line[static CHILD_LINE])
{
	if (fgets(line, CHILD_LINE, child->answers) == NULL)
		measure_die("a program that is measured ended before it answered");
	line[strcspn(line, "\n")] = '\0';
}

void child_ask(struct child *child, const char *request, char line[static CHILD_LINE])
{
	fprintf(child->requests, "%s\n", request);
	fflush(child->requests);
	child_answer(child, line);
}

void child_end(struct child *child)
{
	fclose(child->requests);
	wait_for(child->process, "a program that is measured");
	fclose(child->answers);
}
