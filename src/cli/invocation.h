/*
 * One run of the command line: what was asked for, and what it is asked of.
 */
#ifndef INVOCATION_H
#define INVOCATION_H

#include "commands.h"

/* An option as given. */
struct invocation_option {
	const struct commands_option *option;
	const char *value; /* NULL for a switch */
};

struct invocation {
	struct hansard_platform platform;
	const struct commands_row *command;
	struct hansard_options options;
	const char *arguments[COMMANDS_ARGUMENTS];
	size_t argument_count;
	struct invocation_option given[COMMANDS_ARGUMENTS];
	size_t given_count;
	const char *settings[COMMANDS_ARGUMENTS + 1]; /* of --set; NULL at the end */
	struct hansard *store;                        /* NULL until invocation_open() */
};

/* invocation_parse(invocation, count, words, error): reads the words behind the program's name. Errors: HANSARD_USAGE, with the nearest right word as hint. */
enum hansard_status invocation_parse(struct invocation *invocation, int count, char **words,
									 struct hansard_error *error);

/* invocation_has(invocation, name): the switch or option was given. */
bool invocation_has(const struct invocation *invocation, const char *name);

/* invocation_value(invocation, name): the last value of an option, or NULL. */
const char *invocation_value(const struct invocation *invocation, const char *name);

/* invocation_values(invocation, name, ret_values): all values of a repeated option; returns how many. ret_values has room for COMMANDS_ARGUMENTS. */
size_t invocation_values(const struct invocation *invocation, const char *name, const char **ret_values);

/* invocation_argument(invocation, index): an argument, or NULL. */
const char *invocation_argument(const struct invocation *invocation, size_t index);

#endif
