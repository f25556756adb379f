/*
 * Everything that is said about the commands, made from their table.
 */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

#include "invocation.h"

/* help_first(out): the first screen: what this is, two examples, the commands. */
void help_first(FILE *out);

/* help_command(out, command): one command in full. */
void help_command(FILE *out, const struct commands_row *command);

/* help_manual(out, command): its man page in man(7); of NULL: that of hansard itself. */
void help_manual(FILE *out, const struct commands_row *command);

/* help_completion(out, shell): the completion script of bash, zsh or fish. False for another shell. */
bool help_completion(FILE *out, const char *shell);

/* help_json(out): the whole table. False when memory is exhausted. */
bool help_json(FILE *out);

/* Commands. */
int help_run(struct invocation *invocation);
int help_run_completion(struct invocation *invocation);

#endif
