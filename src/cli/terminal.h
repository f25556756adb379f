/*
 * Standard output, standard error, and what a terminal gets.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdio.h>

#include <hansard/hansard.h>

/* terminal_prepare(): a closed pipe and a file that may not grow are errors of a write, not the end of the process. */
void terminal_prepare(void);

/* terminal_leave_no_dump(): neither the system nor another process of the user gets the memory of this one, which holds passphrases and
   keys. Children that run another program are as they would be, but for the limit of their dumps. */
void terminal_leave_no_dump(void);

/* terminal_hold(): signals that end the process wait from here on. terminal_release(): no longer; one that waits ends it now. terminal_interrupted(context): one is waiting. */
void terminal_hold(void);
void terminal_release(void);
bool terminal_interrupted(void *context);

/* terminal_write(data, size): writes to standard output. Returns the exit code: 0, also when the reader has closed the pipe, or 1 with a message on standard error. */
int terminal_write(const char *data, size_t size);

/* terminal_show(data, size): writes text for people as terminal_write() does; where standard output is a terminal its lines are folded, at
   terminal_width(). */
int terminal_show(const char *data, size_t size);

/* terminal_taken(): whether all that was written to standard output so far was taken, by a pipe, too. */
bool terminal_taken(void);

/* A text that is put together before any of it is written. */
struct terminal_page {
	FILE *out;
	char *data;
	size_t size;
};

/* terminal_begin(page): page->out takes the text. False, with a message on standard error, when memory is exhausted. */
bool terminal_begin(struct terminal_page *page);

/* terminal_end(page): writes the text as terminal_write() does and frees it. */
int terminal_end(struct terminal_page *page);

/* terminal_fail(status, error, json): reports a failure on standard error, as text, folded where that is a terminal, or as one JSON
   object, and returns its exit code. */
int terminal_fail(enum hansard_status status, const struct hansard_error *error, bool json);

/* terminal_is_shown(): standard output is a terminal, and somebody reads what is written. */
bool terminal_is_shown(void);

/* terminal_width(): columns of the terminal on standard output; 80 when it is none. terminal_set_width(columns): from here on it has so
   many, and standard error, too. */
size_t terminal_width(void);
void terminal_set_width(size_t columns);

/* terminal_progress(context, what, done, all): a line on standard error when that is a terminal and the work has taken a second. */
void terminal_progress(void *context, const char *what, size_t done, size_t all);

/* terminal_progress_end(): takes the progress line away. */
void terminal_progress_end(void);

/* terminal_read(name, ret_data, ret_size, error): a whole file, or standard input for "-"; at most 64 MiB. The caller frees *ret_data. */
enum hansard_status terminal_read(const char *name, char **ret_data, size_t *ret_size, struct hansard_error *error);

#endif
