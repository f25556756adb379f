/*
 * Errors in words. Whatever a message quotes may come from a hostile file: control characters, and what is not UTF-8,
 * are shown as '?'.
 */
#include "error.h"

#include <stdarg.h>

#include "utf8.h"

/* Offset behind the last whole character of text, which may have been cut in the middle of one. */
static size_t whole_characters(const char *text, size_t size)
{
	size_t at = size;
	for (int back = 0; back < 3 && at > 0 && ((uint8_t)text[at - 1] & 0xc0) == 0x80; back++)
		at--;
	if (at == 0 || (uint8_t)text[at - 1] < 0xc0)
		return size;
	const uint8_t lead = (uint8_t)text[at - 1];
	const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	return size - (at - 1) < length ? at - 1 : size;
}

/* Copies text of `size` bytes to out, which holds as many and a NUL, harmless characters only. */
static void copy_harmless(char *out, const char *text, size_t size)
{
	size_t written = 0;
	for (size_t at = 0; at < size;) {
		const struct bytes rest = {.data = (const uint8_t *)text + at, .size = size - at};
		const size_t fault = utf8_fault(rest);
		const struct text valid =
			text_of_bytes((struct bytes){.data = rest.data, .size = fault < rest.size ? fault : rest.size});
		size_t from = 0;
		size_t to = 0;
		for (uint32_t code_point; utf8_next(valid, &to, &code_point); from = to) {
			if (utf8_harmful(code_point)) {
				out[written++] = '?';
			} else {
				memcpy(out + written, valid.data + from, to - from);
				written += to - from;
			}
		}
		at += valid.size;
		if (fault != SIZE_MAX) {
			out[written++] = '?';
			at++;
		}
	}
	out[written] = '\0';
}

/* Formats into out of `size` bytes. Goes through a copy, so that an argument may be what is being overwritten. */
__attribute__((format(printf, 3, 0))) static void fill(char *out, size_t size, const char *format, va_list arguments)
{
	char text[HANSARD_ERROR_MESSAGE_SIZE];
	_Static_assert((int)HANSARD_ERROR_HINT_SIZE <= (int)HANSARD_ERROR_MESSAGE_SIZE, "the copy holds either");
	const int length = vsnprintf(text, size, format, arguments);
	if (length < 0) {
		out[0] = '\0';
		return;
	}
	const bool cut = (size_t)length >= size;
	copy_harmless(out, text, cut ? whole_characters(text, size - 1) : (size_t)length);
}

enum hansard_status error_set(struct hansard_error *error, enum hansard_status status, const char *kind,
							  const char *format, ...)
{
	if (error == NULL)
		return status;
	va_list arguments;
	va_start(arguments, format);
	fill(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	error->status = status;
	snprintf(error->kind, sizeof(error->kind), "%s", kind);
	error->hint[0] = '\0';
	return status;
}

void error_hint(struct hansard_error *error, const char *format, ...)
{
	if (error == NULL)
		return;
	va_list arguments;
	va_start(arguments, format);
	fill(error->hint, sizeof(error->hint), format, arguments);
	va_end(arguments);
}

void error_clean(struct hansard_error *error)
{
	const struct hansard_error given = *error;
	copy_harmless(error->kind, given.kind, strnlen(given.kind, sizeof(given.kind) - 1));
	copy_harmless(error->message, given.message, strnlen(given.message, sizeof(given.message) - 1));
	copy_harmless(error->hint, given.hint, strnlen(given.hint, sizeof(given.hint) - 1));
}

enum hansard_status error_memory(struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "out_of_memory", "memory, or a ceiling of memory, is exhausted");
}

bool error_of_memory(const struct hansard_error *error)
{
	return strcmp(error->kind, "out_of_memory") == 0;
}

static int rank(enum hansard_status status)
{
	static const enum hansard_status worst[] = {HANSARD_VIOLATED, HANSARD_WRONG_KEY, HANSARD_INVALID};
	enum { RANKS = sizeof(worst) / sizeof(worst[0]) };
	for (int i = 0; i < RANKS; i++)
		if (worst[i] == status)
			return 1 + RANKS - i;
	return status == HANSARD_OK ? 0 : 1;
}

void error_keep_worst(struct hansard_error *kept, const struct hansard_error *next)
{
	if (rank(next->status) > rank(kept->status))
		*kept = *next;
}

static const struct {
	const char *name;
	int exit_code;
	int retryable;
} statuses[] = {
	[HANSARD_OK] = {"ok", 0, 0},
	[HANSARD_FAILED] = {"failed", 1, 0},
	[HANSARD_USAGE] = {"usage", 2, 0},
	[HANSARD_INVALID] = {"invalid", 3, 0},
	[HANSARD_NOT_FOUND] = {"not_found", 1, 0},
	[HANSARD_NO_STORE] = {"no_store", 10, 0},
	[HANSARD_BUSY] = {"busy", 11, 1},
	[HANSARD_CONFLICT] = {"conflict", 11, 0},
	[HANSARD_UNKNOWN] = {"unknown", 14, 1},
	[HANSARD_WRONG_KEY] = {"wrong_key", 12, 0},
	[HANSARD_VIOLATED] = {"violated", 13, 0},
	[HANSARD_UNREACHABLE] = {"unreachable", 14, 1},
};

_Static_assert(sizeof(statuses) / sizeof(statuses[0]) == HANSARD_UNREACHABLE + 1, "one row per status");

/* A value that is no status is shown as a failure. */
static size_t row(enum hansard_status status)
{
	return (size_t)status < sizeof(statuses) / sizeof(statuses[0]) ? (size_t)status : HANSARD_FAILED;
}

const char *error_status_name(enum hansard_status status)
{
	return statuses[row(status)].name;
}

int error_exit_code(enum hansard_status status)
{
	return statuses[row(status)].exit_code;
}

int error_retryable(enum hansard_status status)
{
	return statuses[row(status)].retryable;
}
