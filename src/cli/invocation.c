/*
 * Reading the words of a command line by the table.
 */
#include "invocation.h"

#include <stdarg.h>

#include "words.h"

__attribute__((format(printf, 2, 3))) static enum hansard_status complain(struct hansard_error *error,
																		  const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	error->status = HANSARD_USAGE;
	snprintf(error->kind, sizeof error->kind, "usage");
	vsnprintf(error->message, sizeof error->message, format, arguments);
	va_end(arguments);
	return HANSARD_USAGE;
}

__attribute__((format(printf, 2, 3))) static void hint(struct hansard_error *error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(error->hint, sizeof error->hint, format, arguments);
	va_end(arguments);
}

static void see_help(const struct invocation *invocation, struct hansard_error *error)
{
	hint(error, "see: hansard help%s%s", invocation->command != NULL ? " " : "",
		 invocation->command != NULL ? invocation->command->name : "");
}

static const struct commands_option *find_in(const struct commands_option *options, size_t most, const char *name,
											 size_t size, char letter)
{
	for (size_t i = 0; i < most && options[i].name != NULL; i++) {
		if (name != NULL ? strlen(options[i].name) == size && strncmp(options[i].name, name, size) == 0
						 : letter != 0 && options[i].letter == letter)
			return &options[i];
	}
	return NULL;
}

static const struct commands_option *find_option(const struct invocation *invocation, const char *name, size_t size,
												 char letter)
{
	const struct commands_option *option = NULL;
	if (invocation->command != NULL)
		option = find_in(invocation->command->options, COMMANDS_OPTIONS, name, size, letter);
	return option != NULL ? option : find_in(commands_global(), SIZE_MAX, name, size, letter);
}

/* The option nearest to a wrong name. */
static const char *nearest_option(const struct invocation *invocation, const char *name)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;
	for (size_t i = 0;
		 invocation->command != NULL && i < COMMANDS_OPTIONS && invocation->command->options[i].name != NULL; i++)
		words_nearest(name, invocation->command->options[i].name, &best, &distance);
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		words_nearest(name, option->name, &best, &distance);
	return best;
}

static enum hansard_status take_option(struct invocation *invocation, const struct commands_option *option,
									   const char *value, struct hansard_error *error)
{
	if (invocation->given_count == COMMANDS_ARGUMENTS)
		return complain(error, "at most %d options", COMMANDS_ARGUMENTS);
	if (value != NULL && option->choices != NULL && !words_contain(option->choices, value)) {
		const char *best = NULL;
		size_t distance = SIZE_MAX;
		complain(error, "--%s takes no \"%s\"", option->name, value);
		words_nearest_of(value, option->choices, &best, &distance);
		hint(error, "it takes one of: %s", option->choices);
		return HANSARD_USAGE;
	}
	for (size_t i = 0; i < invocation->given_count; i++) {
		if (invocation->given[i].option == option && !option->repeated && option->value != NULL)
			return complain(error, "--%s is given twice", option->name);
	}
	invocation->given[invocation->given_count++] = (struct invocation_option){.option = option, .value = value};
	return HANSARD_OK;
}

/* --name, --name=value, --name value. */
static enum hansard_status take_long(struct invocation *invocation, const char *word, const char *next,
									 bool *ret_used_next, struct hansard_error *error)
{
	const char *equals = strchr(word, '=');
	size_t size = equals != NULL ? (size_t)(equals - word) : strlen(word);
	const struct commands_option *option = find_option(invocation, word, size, 0);
	if (option == NULL) {
		complain(error, "there is no option --%.*s%s%s", (int)size, word,
				 invocation->command != NULL ? " of hansard " : "",
				 invocation->command != NULL ? invocation->command->name : "");
		const char *best = nearest_option(invocation, word);
		if (best != NULL)
			hint(error, "did you mean --%s?", best);
		return HANSARD_USAGE;
	}
	if (option->value == NULL && equals != NULL)
		return complain(error, "--%s takes no value", option->name);
	if (option->value == NULL || equals != NULL)
		return take_option(invocation, option, equals != NULL ? equals + 1 : NULL, error);
	if (next == NULL)
		return complain(error, "--%s needs a value: %s", option->name, option->value);
	*ret_used_next = true;
	return take_option(invocation, option, next, error);
}

static enum hansard_status take_short(struct invocation *invocation, const char *word, const char *next,
									  bool *ret_used_next, struct hansard_error *error)
{
	const struct commands_option *option = find_option(invocation, NULL, 0, word[0]);
	if (option == NULL || (word[1] != '\0' && option->value == NULL))
		return complain(error, "there is no option -%s", word);
	if (option->value == NULL || word[1] != '\0')
		return take_option(invocation, option, option->value != NULL ? word + 1 : NULL, error);
	if (next == NULL)
		return complain(error, "-%c needs a value: %s", word[0], option->value);
	*ret_used_next = true;
	return take_option(invocation, option, next, error);
}

static enum hansard_status take_word(struct invocation *invocation, const char *word, struct hansard_error *error)
{
	if (invocation->command == NULL) {
		invocation->command = commands_find(word);
		if (invocation->command != NULL)
			return HANSARD_OK;
		complain(error, "there is no command \"%s\"", word);
		const char *best = commands_nearest(word);
		if (best != NULL)
			hint(error, "did you mean: hansard %s", best);
		return HANSARD_USAGE;
	}
	if (invocation->argument_count == COMMANDS_ARGUMENTS)
		return complain(error, "at most %d arguments", COMMANDS_ARGUMENTS);
	invocation->arguments[invocation->argument_count++] = word;
	return HANSARD_OK;
}

/* A command of several actions is given one of its own. */
static enum hansard_status check_action(const struct invocation *invocation, struct hansard_error *error)
{
	const struct commands_row *command = invocation->command;
	const char *name = invocation_argument(invocation, 0), *best = NULL;
	size_t distance = SIZE_MAX;
	if (name == NULL || strncmp(command->arguments, "ACTION", strlen("ACTION")) != 0 ||
		words_contain(command->choices, name))
		return HANSARD_OK;
	complain(error, "hansard %s has no action \"%s\"", command->name, name);
	words_nearest_of(name, command->choices, &best, &distance);
	if (best != NULL)
		hint(error, "did you mean: hansard %s %.*s", command->name, (int)strcspn(best, " "), best);
	else
		hint(error, "they are: %s", command->choices);
	return HANSARD_USAGE;
}

static enum hansard_status check_count(const struct invocation *invocation, struct hansard_error *error)
{
	const struct commands_row *command = invocation->command;
	if (command == NULL || invocation_has(invocation, "help"))
		return HANSARD_OK;
	if (invocation->argument_count < command->least) {
		complain(error, "hansard %s needs %s", command->name, command->arguments);
		if (invocation->argument_count == 0 && command->choices != NULL)
			hint(error, "it is one of: %s; see: hansard help %s", command->choices, command->name);
		return HANSARD_USAGE;
	}
	if (invocation->argument_count <= command->most)
		return check_action(invocation, error);
	complain(error, "hansard %s takes no \"%s\"", command->name, invocation->arguments[command->most]);
	if (command->most > 0)
		hint(error, "it takes %s; see: hansard help %s", command->arguments, command->name);
	return HANSARD_USAGE;
}

static enum hansard_status take_words(struct invocation *invocation, int count, char **words,
									  struct hansard_error *error)
{
	bool options_end = false;
	for (int i = 0; i < count; i++) {
		const char *word = words[i], *next = i + 1 < count ? words[i + 1] : NULL;
		bool used_next = false;
		enum hansard_status status;
		if (!options_end && strcmp(word, "--") == 0) {
			options_end = true;
			continue;
		}
		if (!options_end && strncmp(word, "--", 2) == 0)
			status = take_long(invocation, word + 2, next, &used_next, error);
		else if (!options_end && word[0] == '-' && word[1] != '\0')
			status = take_short(invocation, word + 1, next, &used_next, error);
		else
			status = take_word(invocation, word, error);
		if (status != HANSARD_OK)
			return status;
		i += used_next;
	}
	return check_count(invocation, error);
}

enum hansard_status invocation_parse(struct invocation *invocation, int count, char **words,
									 struct hansard_error *error)
{
	const enum hansard_status status = take_words(invocation, count, words, error);
	if (status != HANSARD_OK && error->hint[0] == '\0')
		see_help(invocation, error);
	return status;
}

bool invocation_has(const struct invocation *invocation, const char *name)
{
	for (size_t i = 0; i < invocation->given_count; i++) {
		if (strcmp(invocation->given[i].option->name, name) == 0)
			return true;
	}
	return false;
}

const char *invocation_value(const struct invocation *invocation, const char *name)
{
	const char *value = NULL;
	for (size_t i = 0; i < invocation->given_count; i++) {
		if (strcmp(invocation->given[i].option->name, name) == 0)
			value = invocation->given[i].value;
	}
	return value;
}

size_t invocation_values(const struct invocation *invocation, const char *name, const char **ret_values)
{
	size_t count = 0;
	for (size_t i = 0; i < invocation->given_count; i++) {
		if (strcmp(invocation->given[i].option->name, name) == 0)
			ret_values[count++] = invocation->given[i].value;
	}
	return count;
}

const char *invocation_argument(const struct invocation *invocation, size_t index)
{
	return index < invocation->argument_count ? invocation->arguments[index] : NULL;
}
