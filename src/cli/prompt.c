/*
 * Where passphrases come from. What was given is kept for the next time that the same is asked for, and wiped at the end.
 */
#include "prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { KEPT = 4, WHAT_SIZE = 512, TRIES = 3 };

struct kept {
	char what[WHAT_SIZE];
	char characters[HANSARD_PASSPHRASE_SIZE];
	size_t size;
};

static struct {
	const char *command;
	int descriptor; /* -1: none */
	char last[HANSARD_PASSPHRASE_SIZE];
	size_t last_size;
	struct kept kept[KEPT];
	size_t kept_count;
} state = {.descriptor = -1};

/* A line without its end; false at the end of what can be read, or when it is too long. */
static bool read_line(int descriptor, char *line, size_t *ret_size)
{
	size_t size = 0;
	for (;;) {
		char c;
		const ssize_t got = read(descriptor, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == '\n')
			break;
		if (size == HANSARD_PASSPHRASE_SIZE) {
			fprintf(stderr, "hansard: a passphrase has at most %d bytes\n", HANSARD_PASSPHRASE_SIZE);
			explicit_bzero(line, HANSARD_PASSPHRASE_SIZE);
			return false;
		}
		line[size++] = c;
	}
	*ret_size = size;
	return size > 0;
}

static bool from_command(char *line, size_t *ret_size)
{
	FILE *out = popen(state.command, "re");
	if (out == NULL)
		return false;
	char rest[256];
	const bool good = read_line(fileno(out), line, ret_size);
	while (read(fileno(out), rest, sizeof(rest)) > 0)
		explicit_bzero(rest, sizeof(rest));
	const int outcome = pclose(out);
	if (outcome == 0)
		return good;
	fprintf(stderr, "hansard: the command of --password-command failed\n");
	explicit_bzero(line, HANSARD_PASSPHRASE_SIZE);
	return false;
}

static bool from_descriptor(char *line, size_t *ret_size)
{
	if (read_line(state.descriptor, line, ret_size)) {
		memcpy(state.last, line, *ret_size);
		state.last_size = *ret_size;
		return true;
	}
	memcpy(line, state.last, state.last_size);
	*ret_size = state.last_size;
	return state.last_size > 0;
}

static const int caught_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { CAUGHT = sizeof(caught_signals) / sizeof(caught_signals[0]) };
static volatile sig_atomic_t caught;

static void catch (int number)
{
	caught = number;
}

/* A terminal whose echo is off while signals that would end or stop the process are caught. They arrive only while waiting for
   input, so none is missed. */
struct silent {
	int terminal;
	struct termios before;
	struct sigaction actions[CAUGHT];
	sigset_t mask;    /* as it was */
	sigset_t waiting; /* while waiting: the caught ones get through */
};

static bool silence(struct silent *silent)
{
	const struct sigaction action = {.sa_handler = catch};
	sigset_t held;
	if (tcgetattr(silent->terminal, &silent->before) != 0)
		return false;
	caught = 0;
	sigemptyset(&held);
	for (size_t i = 0; i < CAUGHT; i++)
		sigaddset(&held, caught_signals[i]);
	sigprocmask(SIG_BLOCK, &held, &silent->mask);
	silent->waiting = silent->mask;
	for (size_t i = 0; i < CAUGHT; i++) {
		sigaction(caught_signals[i], NULL, &silent->actions[i]);
		if (silent->actions[i].sa_handler != SIG_IGN) {
			sigaction(caught_signals[i], &action, NULL);
			sigdelset(&silent->waiting, caught_signals[i]);
		}
	}
	struct termios quiet = silent->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	return tcsetattr(silent->terminal, TCSAFLUSH, &quiet) == 0;
}

/* Everything as it was; a signal that was caught is sent again and now does what it would have done. */
static void restore(struct silent *silent)
{
	tcsetattr(silent->terminal, TCSAFLUSH, &silent->before);
	for (size_t i = 0; i < CAUGHT; i++)
		sigaction(caught_signals[i], &silent->actions[i], NULL);
	const int number = caught;
	if (number != 0)
		raise(number);
	sigprocmask(SIG_SETMASK, &silent->mask, NULL);
}

static void say(int terminal, const char *text)
{
	for (size_t at = 0, size = strlen(text); at < size;) {
		const ssize_t put = write(terminal, text + at, size - at);
		if (put < 0 && errno != EINTR)
			return;
		at += put > 0 ? (size_t)put : 0;
	}
}

/* One passphrase at a prompt. A process that was stopped asks again when it goes on. */
static bool from_prompt(int terminal, const char *prompt, char *line, size_t *ret_size)
{
	for (;;) {
		struct silent silent = {.terminal = terminal};
		bool good = silence(&silent);
		say(terminal, prompt);
		while (good && caught == 0) {
			struct pollfd input = {.fd = terminal, .events = POLLIN};
			if (ppoll(&input, 1, NULL, &silent.waiting) > 0)
				break;
			good = errno == EINTR;
		}
		const int number = caught;
		good = good && number == 0 && read_line(terminal, line, ret_size);
		say(terminal, "\n");
		restore(&silent);
		if (number != SIGTSTP)
			return good;
	}
}

static bool from_terminal(const char *what, bool new_one, char *line, size_t *ret_size)
{
	char prompt[WHAT_SIZE + 64], again[HANSARD_PASSPHRASE_SIZE];
	size_t size = 0;
	const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0)
		return false;
	snprintf(prompt, sizeof(prompt), new_one ? "New passphrase for %.400s: " : "Passphrase of %.400s: ", what);
	for (char *at = prompt; *at != '\0'; at++)
		*at = (unsigned char)*at < 0x20 || *at == 0x7f ? '?' : *at;
	bool good = false, asked = true;
	for (int tries = 0; asked && !good && tries < TRIES; tries++) {
		asked = from_prompt(terminal, prompt, line, ret_size);
		if (asked && new_one)
			asked = from_prompt(terminal, "Again: ", again, &size);
		good = asked && (!new_one || (size == *ret_size && memcmp(again, line, size) == 0));
		if (asked && !good)
			say(terminal, "These were two different ones.\n");
	}
	explicit_bzero(again, sizeof(again));
	close(terminal);
	return good;
}

static bool give(void *context, const char *what, bool new_one, char *passphrase, size_t *ret_size)
{
	(void)context;
	for (size_t i = 0; i < state.kept_count; i++) {
		if (strcmp(state.kept[i].what, what) == 0) {
			memcpy(passphrase, state.kept[i].characters, state.kept[i].size);
			*ret_size = state.kept[i].size;
			return true;
		}
	}
	bool good;
	if (state.command != NULL)
		good = from_command(passphrase, ret_size);
	else if (state.descriptor >= 0)
		good = from_descriptor(passphrase, ret_size);
	else
		good = from_terminal(what, new_one, passphrase, ret_size);
	if (good && state.kept_count < KEPT && strlen(what) < WHAT_SIZE) {
		struct kept *kept = &state.kept[state.kept_count++];
		snprintf(kept->what, sizeof(kept->what), "%s", what);
		memcpy(kept->characters, passphrase, *ret_size);
		kept->size = *ret_size;
	}
	return good;
}

static enum hansard_status usage(struct hansard_error *error, const char *message, const char *hint)
{
	snprintf(error->kind, sizeof(error->kind), "usage");
	snprintf(error->message, sizeof(error->message), "%s", message);
	snprintf(error->hint, sizeof(error->hint), "%s", hint);
	return HANSARD_USAGE;
}

enum hansard_status prompt_begin(struct invocation *invocation, struct hansard_error *error)
{
	const char *descriptor = invocation_value(invocation, "password-fd");
	state.command = invocation_value(invocation, "password-command");
	invocation->options.passphrase = give;
	if (descriptor == NULL)
		return HANSARD_OK;
	char *end;
	errno = 0;
	const unsigned long number = strtoul(descriptor, &end, 10);
	if (!isdigit((unsigned char)descriptor[0]) || *end != '\0' || errno != 0 || number > 1023 ||
		fcntl((int)number, F_GETFD) < 0)
		return usage(error, "--password-fd takes the number of an open descriptor",
					 "in a shell: hansard ... --password-fd 3 3< FILE");
	if (state.command != NULL)
		return usage(error, "a passphrase comes from --password-command or from --password-fd, not from both",
					 "leave one of them away");
	state.descriptor = (int)number;
	return HANSARD_OK;
}

void prompt_end(void)
{
	explicit_bzero(state.last, sizeof(state.last));
	explicit_bzero(state.kept, sizeof(state.kept));
	state.kept_count = state.last_size = 0;
}
