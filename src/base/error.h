/*
 * Filling in a struct hansard_error. A function that fails returns what error_set() returns, so that status and message
 * never part.
 */
#ifndef ERROR_H
#define ERROR_H

#include <stdbool.h>

#include <hansard/error.h>

/* A printf format that shows a struct text, and its two arguments. */
#define ERROR_TEXT "%.*s"
#define ERROR_TEXT_ARGS(text) ((int)((text).size < 200 ? (text).size : 200)), ((text).data ? (text).data : "")

/* error_set(error, status, kind, format, ...): fills kind and message, empties the hint, and returns status. error may
   be NULL. Control characters, bidirectional ones included, and what is not UTF-8 are shown as '?', so that hostile
   names cannot drive a terminal. An argument may be the message that is replaced. */
enum hansard_status error_set(struct hansard_error *error, enum hansard_status status, const char *kind,
							  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* error_of_memory(error): whether it is that of error_memory(), which says nothing of what was looked at. */
bool error_of_memory(const struct hansard_error *error);

/* error_hint(error, format, ...): adds what to do next. error may be NULL. */
void error_hint(struct hansard_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* error_clean(error): shows its texts, which were filled in elsewhere, as error_set would. */
void error_clean(struct hansard_error *error);

/* error_memory(error): memory or a ceiling of memory is exhausted: HANSARD_FAILED, "out_of_memory". */
enum hansard_status error_memory(struct hansard_error *error);

/* error_keep_worst(kept, next): of what went wrong with several things `kept`, which may be none yet, is the worst: what is
   violated, before a wrong key, before what was refused, before everything else; of two alike the first. */
void error_keep_worst(struct hansard_error *kept, const struct hansard_error *next);

/* error_status_name(status): the name of a status in lower case ("not_found"); never NULL. */
const char *error_status_name(enum hansard_status status);

/* error_exit_code(status): the exit code of the command line for this status (faces.md). */
int error_exit_code(enum hansard_status status);

/* error_retryable(status): trying the same again may succeed. */
int error_retryable(enum hansard_status status);

#endif
