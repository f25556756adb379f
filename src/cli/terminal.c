/*
 * The process's ends.
 */
#include "terminal.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fold.h"
#include "prompt.h"

enum { INPUT_LIMIT = 64 << 20, PROGRESS_AFTER_MS = 1000, PROGRESS_EVERY_MS = 100 };
enum { WIDTH = 80, WIDTH_LEAST = 40, WIDTH_MOST = 120 };

static size_t set_width; /* 0: as wide as the terminal */

void terminal_prepare(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* the parent may have ignored it: then no child could be waited for */
}

/* The checker of leaks traces its own process, which this would forbid. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_TRACED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_TRACED 1
#endif
#endif

void terminal_leave_no_dump(void)
{
	const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef IS_TRACED
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a dump that goes to a program heeds no limit */
#endif
}

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { ENDING_SIGNALS = sizeof ending_signals / sizeof ending_signals[0] };

/* Signals that are ignored, as under nohup, are left alone: held back they would count as come. */
void terminal_hold(void)
{
	sigset_t held;
	sigemptyset(&held);
	for (size_t i = 0; i < ENDING_SIGNALS; i++) {
		struct sigaction action;
		if (sigaction(ending_signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&held, ending_signals[i]);
	}
	sigprocmask(SIG_BLOCK, &held, NULL);
}

void terminal_release(void)
{
	sigset_t all;
	sigemptyset(&all);
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		sigaddset(&all, ending_signals[i]);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
}

bool terminal_interrupted(void *context)
{
	(void)context;
	sigset_t waiting;
	if (sigpending(&waiting) != 0)
		return false;
	bool any = false;
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		any = any || sigismember(&waiting, ending_signals[i]) == 1;
	return any;
}

/* Whether nothing that was written is lost. */
static bool taken = true;

static size_t width_of(int descriptor)
{
	struct winsize size;
	if (set_width > 0)
		return set_width;
	if (isatty(descriptor) && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_LEAST)
		return size.ws_col < WIDTH_MOST ? size.ws_col : WIDTH_MOST;
	return WIDTH;
}

bool terminal_is_shown(void)
{
	return isatty(STDOUT_FILENO) == 1;
}

size_t terminal_width(void)
{
	return width_of(STDOUT_FILENO);
}

void terminal_set_width(size_t columns)
{
	set_width = columns;
}

int terminal_write(const char *data, size_t size)
{
	size_t at = 0;
	while (at < size) {
		ssize_t put = write(STDOUT_FILENO, data + at, size - at);
		if (put < 0 && errno == EINTR)
			continue;
		taken = taken && put >= 0;
		if (put < 0 && errno == EPIPE)
			return 0;
		if (put < 0) {
			fprintf(stderr, "hansard: what was asked is done, but its answer cannot be written: %s\n", strerror(errno));
			return 1;
		}
		at += (size_t)put;
	}
	return 0;
}

bool terminal_taken(void)
{
	return taken;
}

int terminal_show(const char *data, size_t size)
{
	struct terminal_page page;
	if (!terminal_is_shown() && set_width == 0)
		return terminal_write(data, size);
	if (!terminal_begin(&page))
		return 1;
	fold_lines(page.out, data, size, terminal_width());
	return terminal_end(&page);
}

static bool exhausted(void)
{
	fprintf(stderr, "hansard: memory is exhausted\n");
	return false;
}

bool terminal_begin(struct terminal_page *page)
{
	*page = (struct terminal_page){.data = NULL};
	page->out = open_memstream(&page->data, &page->size);
	return page->out != NULL || exhausted();
}

int terminal_end(struct terminal_page *page)
{
	const bool whole = fclose(page->out) == 0 || exhausted();
	const int code = whole ? terminal_write(page->data, page->size) : 1;
	free(page->data);
	return code;
}

/* Where no passphrase was given, why. */
static void add_reason(struct hansard_error *error)
{
	char message[sizeof(error->message)];
	const char *reason = prompt_reason();
	if (reason == NULL || (strcmp(error->kind, "passphrase_needed") != 0 && strcmp(error->kind, "no_passphrase") != 0))
		return;
	const int size = snprintf(message, sizeof(message), "%s: %s", error->message, reason);
	if (size > 0 && (size_t)size < sizeof(message))
		memcpy(error->message, message, sizeof(message));
}

/* A failure as text. It is said where memory is exhausted, too. */
static void print_failure(FILE *out, const char *what, const char *hint)
{
	fprintf(out, "hansard: %s\n", what);
	if (hint[0] != '\0')
		fprintf(out, "  %s\n", hint);
}

static void say_failure(const char *what, const char *hint)
{
	struct terminal_page page = {.data = NULL};
	page.out = isatty(STDERR_FILENO) ? open_memstream(&page.data, &page.size) : NULL;
	if (page.out != NULL)
		print_failure(page.out, what, hint);
	if (page.out != NULL && fclose(page.out) == 0)
		fold_lines(stderr, page.data, page.size, width_of(STDERR_FILENO));
	else
		print_failure(stderr, what, hint);
	free(page.data);
}

int terminal_fail(enum hansard_status status, const struct hansard_error *given, bool json)
{
	int code = hansard_exit_code(status);
	struct hansard_error harmless = *given;
	const struct hansard_error *error = &harmless;
	add_reason(&harmless);
	hansard_error_clean(&harmless); /* words of the command line are repeated as they came */
	terminal_progress_end();
	if (!json) {
		say_failure(error->message[0] != '\0' ? error->message : hansard_status_name(status), error->hint);
		return code;
	}
	json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:b}", "code", code, "kind",
							   error->kind[0] != '\0' ? error->kind : hansard_status_name(status), "message",
							   error->message, "hint", error->hint, "retryable", (int)hansard_retryable(status));
	if (object == NULL || json_dumpf(object, stderr, JSON_PRESERVE_ORDER) != 0)
		fprintf(stderr, "hansard: %s", error->message);
	fputc('\n', stderr);
	json_decref(object);
	return code;
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Where the progress line stands. */
static int64_t progress_began, progress_shown;

void terminal_progress(void *context, const char *what, size_t done, size_t all)
{
	(void)context;
	int64_t now = now_ms();
	if (progress_began == 0)
		progress_began = now;
	if (!isatty(STDERR_FILENO) || now - progress_began < PROGRESS_AFTER_MS || now - progress_shown < PROGRESS_EVERY_MS)
		return;
	progress_shown = now;
	fprintf(stderr, "\r\033[K%s: %zu of %zu (%zu %%)", what, done, all, all > 0 ? done * 100 / all : 0);
	fflush(stderr);
}

void terminal_progress_end(void)
{
	if (progress_shown != 0)
		fprintf(stderr, "\r\033[K");
	progress_shown = 0;
}

/* A file that cannot be read, and what to do about it. */
static enum hansard_status fail_read(const char *name, int number, struct hansard_error *error)
{
	const char *hint = "name a file that can be read, or - for standard input";
	if (number == ENOENT || number == ENOTDIR)
		hint = "look at the name, from the folder that this is run in; - is standard input";
	else if (number == EACCES || number == EPERM)
		hint = "check who owns it and whether it may be read";
	else if (number == EISDIR)
		hint = "name a file in it, or - for standard input";
	snprintf(error->kind, sizeof error->kind, number == ENOENT || number == ENOTDIR ? "no_such_file" : "io");
	snprintf(error->message, sizeof error->message, "%s cannot be read: %s", name, strerror(number));
	snprintf(error->hint, sizeof error->hint, "%s", hint);
	return HANSARD_FAILED;
}

/* Reads to the end of a descriptor. */
static enum hansard_status read_all(int descriptor, const char *name, char **ret_data, size_t *ret_size,
									struct hansard_error *error)
{
	char *data = NULL;
	size_t size = 0, capacity = 0;
	for (;;) {
		if (size == capacity) {
			capacity = capacity == 0 ? 65536 : capacity * 2;
			char *grown = capacity <= INPUT_LIMIT * 2ul ? realloc(data, capacity) : NULL;
			if (grown == NULL)
				break;
			data = grown;
		}
		ssize_t got = read(descriptor, data + size, capacity - size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			const enum hansard_status status = fail_read(name, errno, error);
			explicit_bzero(data, size); /* words of keys are read so, too */
			free(data);
			return status;
		}
		if (got == 0) {
			*ret_data = data;
			*ret_size = size;
			return HANSARD_OK;
		}
		size += (size_t)got;
		if (size > INPUT_LIMIT)
			break;
	}
	if (data != NULL)
		explicit_bzero(data, size);
	free(data);
	snprintf(error->message, sizeof error->message, "%s is larger than %d MiB", name, INPUT_LIMIT >> 20);
	snprintf(error->hint, sizeof error->hint, "hand in less at a time");
	return HANSARD_INVALID;
}

enum hansard_status terminal_read(const char *name, char **ret_data, size_t *ret_size, struct hansard_error *error)
{
	if (strcmp(name, "-") == 0 && isatty(STDIN_FILENO))
		fputs("Reading standard input; Ctrl-D ends it.\n", stderr);
	if (strcmp(name, "-") == 0)
		return read_all(STDIN_FILENO, "standard input", ret_data, ret_size, error);
	int descriptor = open(name, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return fail_read(name, errno, error);
	enum hansard_status status = read_all(descriptor, name, ret_data, ret_size, error);
	close(descriptor);
	return status;
}
