/*
 * Everything that is said about the commands, made from their table.
 */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

#include "invocation.h"

/* help_first(out, width): the first screen, folded at so many columns: what this is, two examples, the commands. */
void help_first(FILE *out, size_t width);

/* help_command(out, command, action, width): one command in full, or one of its actions where `action` is not NULL; what is to be
   copied is not folded. */
void help_command(FILE *out, const struct commands_row *command, const struct commands_action *action, size_t width);

/* help_manual(out, command): its man page in man(7); of NULL: that of hansard itself. */
void help_manual(FILE *out, const struct commands_row *command);

/* help_completion(out, shell): the completion script of bash, zsh or fish. False for another shell. */
bool help_completion(FILE *out, const char *shell);

/* help_json(out): the whole table. False when memory is exhausted. */
bool help_json(FILE *out);

/* Commands. */
int help_run(struct invocation *invocation);
int help_run_version(struct invocation *invocation);
int help_run_completion(struct invocation *invocation);

#endif
