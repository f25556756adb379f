/*
 * Where passphrases come from. What was given is kept for the next time that the same is asked for, and wiped at the end.
 */
#include "prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "prompt_source.h"

enum { KEPT = 4, WHAT_SIZE = 512, TRIES = 3 };

/* What is kept, in pages of their own. */
struct secrets {
	char last[HANSARD_PASSPHRASE_SIZE]; /* line of the descriptor */
	size_t last_size;
	struct kept {
		char what[WHAT_SIZE];
		char characters[HANSARD_PASSPHRASE_SIZE];
		size_t size;
	} kept[KEPT];
	size_t kept_count;
};

static struct {
	const char *command;
	int descriptor; /* -1: none */
	bool spent;     /* nothing more is read there: the rest of a line would be taken for the next */
	const char *reason;
	struct secrets *secrets; /* NULL: not needed yet, or nothing can be kept */
} state = {.descriptor = -1};

/* Locked, and in no dump. Where the system locks no more memory they are kept all the same: the process leaves no dump. */
static struct secrets *secrets(void)
{
	if (state.secrets != NULL)
		return state.secrets;
	void *pages = mmap(NULL, sizeof(struct secrets), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		return NULL;
	(void)madvise(pages, sizeof(struct secrets), MADV_DONTDUMP);
	(void)mlock(pages, sizeof(struct secrets));
	state.secrets = pages;
	return state.secrets;
}

/* Says why a line is no passphrase. */
static bool refuse(enum prompt_line line, const char *none)
{
	switch (line) {
	case PROMPT_LINE_GOOD:
		return true;
	case PROMPT_LINE_NONE:
		state.reason = none;
		break;
	case PROMPT_LINE_EMPTY:
		state.reason = "an empty line is no passphrase";
		break;
	case PROMPT_LINE_LONG:
		state.reason = "a passphrase has at most 1024 bytes";
		break;
	case PROMPT_LINE_FAILED:
		break;
	}
	return false;
}
_Static_assert(HANSARD_PASSPHRASE_SIZE == 1024, "what is said of it");

static bool from_command(char *line, size_t *ret_size)
{
	return refuse(prompt_source_run(state.command, line, ret_size, &state.reason),
				  "the command of --password-command wrote nothing");
}

/* The next line. One passphrase may open several files: behind the last line it is given again, but not as a new one. */
static bool from_descriptor(bool new_one, char *line, size_t *ret_size)
{
	struct secrets *kept = secrets();
	const enum prompt_line outcome =
		state.spent ? PROMPT_LINE_LONG : prompt_source_read(state.descriptor, line, ret_size);
	state.spent = outcome == PROMPT_LINE_LONG;
	if (outcome == PROMPT_LINE_GOOD && kept != NULL) {
		memcpy(kept->last, line, *ret_size);
		kept->last_size = *ret_size;
	}
	if (outcome == PROMPT_LINE_NONE && !new_one && kept != NULL && kept->last_size > 0) {
		memcpy(line, kept->last, kept->last_size);
		*ret_size = kept->last_size;
		return true;
	}
	return refuse(outcome, new_one ? "a new passphrase is a line of its own, and there is none for it on the descriptor"
								   : "there is no line on the descriptor of --password-fd");
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

/* False when nothing was changed: that is no terminal. *ret_good is false where its echo could not be turned off. */
static bool silence(struct silent *silent, bool *ret_good)
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
	*ret_good = tcsetattr(silent->terminal, TCSAFLUSH, &quiet) == 0;
	return true;
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
		bool good;
		if (!silence(&silent, &good))
			return false;
		say(terminal, prompt);
		while (good && caught == 0) {
			struct pollfd input = {.fd = terminal, .events = POLLIN};
			if (ppoll(&input, 1, NULL, &silent.waiting) > 0)
				break;
			good = errno == EINTR;
		}
		const int number = caught;
		good = good && number == 0 &&
			   refuse(prompt_source_read(terminal, line, ret_size), "there was no passphrase at the prompt");
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

static struct kept *find(const char *what)
{
	for (size_t i = 0; state.secrets != NULL && i < state.secrets->kept_count; i++)
		if (strcmp(state.secrets->kept[i].what, what) == 0)
			return &state.secrets->kept[i];
	return NULL;
}

/* Keeps one for the next time that the same is asked for. */
static void keep(const char *what, const char *passphrase, size_t size)
{
	struct secrets *all = secrets();
	struct kept *kept = find(what);
	if (all == NULL || strlen(what) >= WHAT_SIZE || (kept == NULL && all->kept_count == KEPT))
		return;
	if (kept == NULL)
		kept = &all->kept[all->kept_count++];
	snprintf(kept->what, sizeof(kept->what), "%s", what);
	memcpy(kept->characters, passphrase, size);
	kept->size = size;
}

static bool give(void *context, const char *what, bool new_one, char *passphrase, size_t *ret_size)
{
	(void)context;
	const struct kept *kept = new_one ? NULL : find(what);
	if (kept != NULL) {
		memcpy(passphrase, kept->characters, kept->size);
		*ret_size = kept->size;
		return true;
	}
	bool good;
	state.reason = NULL;
	if (state.command != NULL)
		good = from_command(passphrase, ret_size);
	else if (state.descriptor >= 0)
		good = from_descriptor(new_one, passphrase, ret_size);
	else
		good = from_terminal(what, new_one, passphrase, ret_size);
	if (good) {
		state.reason = NULL;
		keep(what, passphrase, *ret_size);
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

const char *prompt_reason(void)
{
	return state.reason;
}

void prompt_end(void)
{
	if (state.secrets == NULL)
		return;
	explicit_bzero(state.secrets, sizeof(*state.secrets));
	(void)munmap(state.secrets, sizeof(*state.secrets));
	state.secrets = NULL;
}
