/*
 * Other programs: run to their end, or asked line by line.
 */
#ifndef CHILD_H
#define CHILD_H

#include <stdio.h>
#include <sys/types.h>

enum { CHILD_LINE = 256 };

/* A program that answers each line with one. */
struct child {
	pid_t process;
	FILE *requests;
	FILE *answers;
};

/* child_run(words): runs a program to its end, its output thrown away, and returns the microseconds that it took. Words end with
   NULL, the first is its path. Dies when the program fails. */
double child_run(const char *const words[]);

/* child_begin(child, words): starts a program that is to be asked. */
void child_begin(struct child *child, const char *const words[]);

/* child_answer(child, line): the next line that it writes, without its end. Dies when there is none. */
void child_answer(struct child *child, char line[static CHILD_LINE]);

/* child_ask(child, request, line): writes one line and waits for its answer. */
void child_ask(struct child *child, const char *request, char line[static CHILD_LINE]);

/* child_end(child): closes its input and waits for its end. Dies when the program fails. */
void child_end(struct child *child);

#endif
