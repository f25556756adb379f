/*
 * Passphrases as lines: read from a descriptor, or from what a command writes.
 */
#ifndef PROMPT_SOURCE_H
#define PROMPT_SOURCE_H

#include <hansard/hansard.h>

/* How reading a line ended. */
enum prompt_line {
	PROMPT_LINE_GOOD,
	PROMPT_LINE_NONE, /* there is nothing more to be read */
	PROMPT_LINE_EMPTY,
	PROMPT_LINE_LONG,   /* more than a passphrase has; the rest of it is not read */
	PROMPT_LINE_FAILED, /* the command, not the line */
};

/* prompt_source_read(descriptor, line, ret_size): the next line, without its end; the last one may have none. Unless it is good
   nothing stays in `line`. */
enum prompt_line prompt_source_read(int descriptor, char line[static HANSARD_PASSPHRASE_SIZE], size_t *ret_size);

/* prompt_source_run(command, line, ret_size, ret_reason): the first line that `sh -c command` writes. A few more are passed over,
   then the pipe is closed: a command that goes on writing ends by that, and what a child of it has open is not waited for. FAILED with what it did in *ret_reason:
   it exits with anything but 0, writes no line in five minutes, or does not end within ten seconds behind the line, and is killed then. */
enum prompt_line prompt_source_run(const char *command, char line[static HANSARD_PASSPHRASE_SIZE], size_t *ret_size,
								   const char **ret_reason);

#endif
