/*
 * The table of commands and options. Help, man pages, completions and `hansard help --json` are all made from it, and it is
 * what the command line is parsed by.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include <hansard/hansard.h>

enum { COMMANDS_OPTIONS = 8, COMMANDS_EXAMPLES = 4, COMMANDS_ARGUMENTS = 64 };

/* One option: --name, or -letter where it has one. */
struct commands_option {
	const char *name;
	char letter;         /* 0: none */
	const char *value;   /* what its value is called; NULL: a switch */
	const char *choices; /* the valid values, separated by blanks; NULL: any */
	bool repeated;       /* may be given several times */
	const char *what;
};

/* One action of a command that has several: the first of its arguments. */
struct commands_action {
	const char *name;
	const char *argument;    /* as shown behind it; NULL: none */
	const char *description; /* as that of a command */
	const char *options;     /* names of the command's options that it takes, separated by blanks; NULL: none */
	bool verbatim;           /* as that of a command */
};

struct invocation;

/* One command. Lists end with a zeroed entry or NULL. */
struct commands_row {
	const char *name;
	const char *arguments; /* as shown in the synopsis: "DIALOGUE [ID]..." */
	size_t least, most;    /* how many arguments; most 0: none */
	const char *choices;   /* the valid values of its first argument, separated by blanks; NULL: any */
	const char *summary;   /* a line */
	const char
		*description; /* paragraphs separated by empty lines; a line that begins with a number and a dot is a step */
	const struct commands_action *actions; /* NULL: none that are explained by themselves; ends with a zeroed entry */
	struct commands_option options[COMMANDS_OPTIONS];
	const char *examples[COMMANDS_EXAMPLES];
	bool whole;    /* SIGINT, SIGTERM and SIGHUP are held back until all is written or taken away */
	bool verbatim; /* what it prints is kept, or read by programs: it is never folded */
	int (*run)(struct invocation *invocation);
};

/* commands_table(ret_count): every command, in the order of help. */
const struct commands_row *commands_table(size_t *ret_count);

/* commands_find(name): the command of that name, or NULL. */
const struct commands_row *commands_find(const char *name);

/* commands_action(command, name): the action of that name, or NULL. */
const struct commands_action *commands_action(const struct commands_row *command, const char *name);

/* commands_nearest(name): the command whose name is nearest to a wrong one, or NULL when none is near. */
const char *commands_nearest(const char *name);

/* commands_global(): the options that every command takes; ends with a zeroed entry. */
const struct commands_option *commands_global(void);

/* An exit code and what it means. */
struct commands_exit {
	int code;
	const char *what;
};

/* commands_exits(ret_count): the exit codes, ascending. */
const struct commands_exit *commands_exits(size_t *ret_count);

/* A variable that is read, and what for. */
struct commands_variable {
	const char *name;
	const char *what;
};
const struct commands_variable *commands_variables(size_t *ret_count);

#endif
