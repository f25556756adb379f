/*
 * Passphrases: from a terminal, a command or a descriptor; never from a flag or the environment.
 */
#ifndef PROMPT_H
#define PROMPT_H

#include "invocation.h"

/* prompt_begin(invocation, error): sets the callback of the options. With --password-command CMD the first line that `sh -c CMD`
   writes is the passphrase of everything. With --password-fd N each passphrase that is asked for is the next line read there; behind the
   last line, that one again, unless a new one is asked for. Otherwise it is asked for on /dev/tty, a new one twice. Errors: HANSARD_USAGE. */
enum hansard_status prompt_begin(struct invocation *invocation, struct hansard_error *error);

/* prompt_reason(): why the last passphrase that was asked for was not given, or NULL. */
const char *prompt_reason(void);

/* prompt_end(): wipes what is kept. */
void prompt_end(void);

#endif
