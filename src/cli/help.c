/*
 * Help as text, man(7), completion scripts and JSON.
 */
#include "help.h"

#include <jansson.h>

#include "fold.h"
#include "glossary.h"
#include "terminal.h"
#include "words.h"

enum { LEFT = 26, NARROW = 60, NARROW_INDENT = 6 };

/* A name and what it is, beside it or, on a narrow page, below it. */
static void print_entry(struct fold fold, const char *name, const char *what)
{
	if (fold.width < NARROW)
		fold.indent = NARROW_INDENT;
	fprintf(fold.out, "  %s", name);
	fold.column = strlen(name) + 2;
	if (fold.column >= fold.indent) {
		fputc('\n', fold.out);
		fold.column = 0;
	}
	for (; fold.column > 0 && fold.column + 1 < fold.indent;
		 fold.column++) /* a blank goes in front of the first word */
		fputc(' ', fold.out);
	fold_paragraphs(fold, what);
}

static void print_option(FILE *out, const struct commands_option *option, size_t width)
{
	char left[64];
	const struct fold fold = {.out = out, .indent = LEFT, .width = width};
	int size = option->letter != 0 ? snprintf(left, sizeof left, "-%c, --%s", option->letter, option->name)
								   : snprintf(left, sizeof left, "    --%s", option->name);
	if (option->value != NULL)
		snprintf(left + size, sizeof left - (size_t)size, " %s", option->value);
	char what[512];
	snprintf(what, sizeof what, "%s%s%s", option->what, option->choices != NULL ? ":\n" : "",
			 option->choices != NULL ? option->choices : "");
	print_entry(fold, left, what);
}

void help_first(FILE *out, size_t width)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	const struct fold whole = {.out = out, .width = width};
	const struct fold names = {.out = out, .indent = 15, .width = width};
	const struct fold examples = {.out = out, .indent = 48, .width = width};
	fold_paragraphs(whole, "hansard keeps the record of how a panel of experts reached a decision.");
	fputc('\n', out);
	print_entry(examples, "hansard init && hansard import recordings/", "read recorded dialogues into a new store");
	print_entry(examples, "hansard show DIALOGUE", "read one: verdict first");
	fputs("\nCommands\n", out);
	for (size_t i = 0; i < count; i++)
		print_entry(names, table[i].name, table[i].summary);
	fputc('\n', out);
	fold_paragraphs(
		whole,
		"hansard help COMMAND says more, hansard help options what every command takes, hansard help words what the words "
		"mean. A dialogue is named by any unique prefix of its id.");
}

static bool action_takes(const struct commands_action *action, const struct commands_option *option)
{
	return action == NULL || (action->options != NULL && words_contain(action->options, option->name));
}

static void print_options(FILE *out, const struct commands_row *command, const struct commands_action *action,
						  size_t width)
{
	bool any = false;
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++) {
		if (!action_takes(action, &command->options[i]))
			continue;
		fputs(any ? "" : "\nOptions\n", out);
		any = true;
		print_option(out, &command->options[i], width);
	}
	fputc('\n', out);
	fold_paragraphs((struct fold){.out = out, .width = width},
					"Options of every command, as --store and --json: hansard help options");
}

/* Whether what is said of a command, or of one action, has a word. */
static bool says(const struct commands_row *command, const struct commands_action *action, const char *word)
{
	if (action != NULL)
		return glossary_uses(action->description, word);
	bool found = glossary_uses(command->description, word);
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		found = found || glossary_uses(command->options[i].what, word);
	for (action = command->actions; action != NULL && action->name != NULL; action++)
		found = found || glossary_uses(action->description, word);
	return found;
}

/* "hansard help words says what these words mean: KEK, UMK", of the words that are used. Nothing without one. */
static void print_words(FILE *out, const struct commands_row *command, const struct commands_action *action,
						size_t width)
{
	char line[512];
	size_t count, size = 0;
	const struct glossary_word *words = glossary_words(&count);
	for (size_t i = 0; i < count && size < sizeof(line); i++) {
		if (words[i].named && says(command, action, words[i].word))
			size +=
				(size_t)snprintf(line + size, sizeof(line) - size, "%s%s",
								 size > 0 ? ", " : "hansard help words says what these words mean: ", words[i].word);
	}
	if (size == 0 || size >= sizeof(line))
		return;
	fold_paragraphs((struct fold){.out = out, .width = width}, line);
}

/* Where the pages are that what is said of a command names. */
static const char where_pages[] = "What docs/ names is installed in " HANSARD_DOCS;

static bool names_page(const struct commands_row *command, const struct commands_action *action)
{
	bool found = strstr(action != NULL ? action->description : command->description, "docs/") != NULL;
	for (const struct commands_action *each = action == NULL ? command->actions : NULL;
		 each != NULL && each->name != NULL; each++)
		found = found || strstr(each->description, "docs/") != NULL;
	return found;
}

static void print_examples(FILE *out, const struct commands_row *command, const struct commands_action *action)
{
	bool any = false;
	char begin[64];
	snprintf(begin, sizeof(begin), "hansard %s %s", command->name, action != NULL ? action->name : "");
	for (size_t i = 0; i < COMMANDS_EXAMPLES && command->examples[i] != NULL; i++) {
		if (action != NULL && strncmp(command->examples[i], begin, strlen(begin)) != 0)
			continue;
		fprintf(out, "%s  %s\n", any ? "" : "\nExamples\n", command->examples[i]);
		any = true;
	}
}

static void print_action(FILE *out, const struct commands_row *command, const struct commands_action *action,
						 size_t indent, size_t width)
{
	fprintf(out, "hansard %s %s%s%s\n%s", command->name, action->name, action->argument != NULL ? " " : "",
			action->argument != NULL ? action->argument : "", indent == 0 ? "\n" : "");
	fold_paragraphs((struct fold){.out = out, .indent = indent, .width = width}, action->description);
}

void help_command(FILE *out, const struct commands_row *command, const struct commands_action *action, size_t width)
{
	if (action != NULL) {
		print_action(out, command, action, 0, width);
	} else {
		fprintf(out, "hansard %s%s%s\n\n", command->name, command->arguments[0] != '\0' ? " " : "", command->arguments);
		fold_paragraphs((struct fold){.out = out, .width = width}, command->description);
		for (const struct commands_action *each = command->actions; each != NULL && each->name != NULL; each++) {
			fputc('\n', out);
			print_action(out, command, each, 2, width);
		}
	}
	print_options(out, command, action, width);
	print_words(out, command, action, width);
	if (names_page(command, action))
		fold_paragraphs((struct fold){.out = out, .width = width}, where_pages);
	print_examples(out, command, action);
}

static void help_options(FILE *out, size_t width)
{
	size_t count;
	const struct fold names = {.out = out, .indent = LEFT, .width = width};
	fputs("Options of every command\n", out);
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		print_option(out, option, width);
	const struct commands_exit *exits = commands_exits(&count);
	fputs("\nExit codes\n", out);
	for (size_t i = 0; i < count; i++) {
		char code[16];
		snprintf(code, sizeof(code), "%d", exits[i].code);
		print_entry(names, code, exits[i].what);
	}
	const struct commands_variable *variables = commands_variables(&count);
	fputs("\nVariables\n", out);
	for (size_t i = 0; i < count; i++)
		print_entry(names, variables[i].name, variables[i].what);
}

static void help_words(FILE *out, size_t width)
{
	size_t count;
	const struct glossary_word *words = glossary_words(&count);
	fputs("What words mean\n", out);
	for (size_t i = 0; i < count; i++)
		print_entry((struct fold){.out = out, .indent = 18, .width = width}, words[i].word, words[i].what);
	fputc('\n', out);
	fold_paragraphs((struct fold){.out = out, .width = width},
					"The keys as recovery words: hansard keys words. What is promised of all this, and what is not: "
					"docs/threat-model.md.");
	fold_paragraphs((struct fold){.out = out, .width = width}, where_pages);
}

/* What can be asked for beside the commands. */
static const struct topic {
	const char *name;
	void (*print)(FILE *out, size_t width);
} topics[] = {{"options", help_options}, {"words", help_words}};

/* Text of man(7): backslashes and hyphens escaped, no line begins with a control character; steps are indented. */
static void print_roff(FILE *out, const char *text)
{
	bool start = true;
	for (const char *at = text; *at != '\0'; at++) {
		if (start && (*at == '.' || *at == '\''))
			fputs("\\&", out);
		if (start && isdigit((unsigned char)at[0]) && at[1] == '.' && at[2] == ' ') {
			fprintf(out, ".IP %c. 3\n", *at);
			at += 2;
			start = false;
			continue;
		}
		start = *at == '\n';
		if (*at == '\\')
			fputs("\\e", out);
		else if (*at == '-')
			fputs("\\-", out);
		else if (*at == '\n' && at[1] == '\n')
			fputs("\n.PP", out);
		else
			fputc(*at, out);
	}
	fputc('\n', out);
}

static void print_roff_option(FILE *out, const struct commands_option *option)
{
	fputs(".TP\n", out);
	if (option->letter != 0)
		fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
	fputs("\\fB\\-\\-", out);
	for (const char *at = option->name; *at != '\0'; at++)
		fputs(*at == '-' ? "\\-" : (char[]){*at, '\0'}, out);
	fprintf(out, "\\fR%s\\fI%s\\fR\n", option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
	print_roff(out, option->what);
	if (option->choices != NULL) {
		fputs(".br\nOne of: ", out);
		print_roff(out, option->choices);
	}
}

static void print_roff_tail(FILE *out)
{
	size_t count;
	const struct commands_exit *exits = commands_exits(&count);
	fputs(".SH EXIT STATUS\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".TP\n%d\n", exits[i].code);
		print_roff(out, exits[i].what);
	}
	const struct commands_variable *variables = commands_variables(&count);
	fputs(".SH ENVIRONMENT\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".TP\n%s\n", variables[i].name);
		print_roff(out, variables[i].what);
	}
}

static void print_roff_all(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	fprintf(out,
			".TH HANSARD 1 \"\" \"hansard %s\"\n.SH NAME\nhansard \\- the record of how a panel reached a decision\n",
			hansard_version());
	fputs(".SH SYNOPSIS\n\\fBhansard\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n.SH COMMANDS\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".TP\n\\fBhansard\\-%s\\fR(1)\n", table[i].name);
		print_roff(out, table[i].summary);
	}
	fputs(".SH OPTIONS\n", out);
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		print_roff_option(out, option);
	print_roff_tail(out);
	const struct glossary_word *words = glossary_words(&count);
	fputs(".SH WORDS\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, ".TP\n%s\n", words[i].word);
		print_roff(out, words[i].what);
	}
}

void help_manual(FILE *out, const struct commands_row *command)
{
	if (command == NULL) {
		print_roff_all(out);
		return;
	}
	fputs(".TH HANSARD\\-", out);
	for (const char *at = command->name; *at != '\0'; at++)
		fputc(toupper((unsigned char)*at), out);
	fprintf(out, " 1 \"\" \"hansard %s\"\n.SH NAME\nhansard\\-%s \\- ", hansard_version(), command->name);
	print_roff(out, command->summary);
	fprintf(out, ".SH SYNOPSIS\n\\fBhansard %s\\fR", command->name);
	if (command->options[0].name != NULL)
		fputs(" [\\fIOPTIONS\\fR]", out);
	fprintf(out, "%s%s\n.SH DESCRIPTION\n", command->arguments[0] != '\0' ? " " : "", command->arguments);
	print_roff(out, command->description);
	for (const struct commands_action *action = command->actions; action != NULL && action->name != NULL; action++) {
		fprintf(out, ".SS hansard %s %s%s%s\n", command->name, action->name, action->argument != NULL ? " " : "",
				action->argument != NULL ? action->argument : "");
		print_roff(out, action->description);
	}
	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		print_roff_option(out, &command->options[i]);
	if (names_page(command, NULL))
		fprintf(out, ".PP\n%s\n", where_pages);
	fputs(".PP\nThe options of every command, as \\fB\\-\\-store\\fR and \\fB\\-\\-json\\fR, and what the words mean "
		  "that are used here, are in \\fBhansard\\fR(1).\n",
		  out);
	fputs(".SH EXAMPLES\n", out);
	for (size_t i = 0; i < COMMANDS_EXAMPLES && command->examples[i] != NULL; i++) {
		fputs(i > 0 ? ".PP\n.EX\n" : ".EX\n", out);
		print_roff(out, command->examples[i]);
		fputs(".EE\n", out);
	}
	print_roff_tail(out);
	fputs(".SH SEE ALSO\n\\fBhansard\\fR(1)\n", out);
}

static json_t *option_json(const struct commands_option *option)
{
	json_t *object = json_pack("{s:s, s:s*, s:s*, s:b, s:s}", "name", option->name, "value", option->value, "choices",
							   option->choices, "repeated", (int)option->repeated, "what", option->what);
	if (object != NULL && option->letter != 0)
		json_object_set_new(object, "letter", json_stringn(&option->letter, 1));
	return object;
}

static json_t *actions_json(const struct commands_action *actions)
{
	json_t *array = json_array();
	for (; actions != NULL && actions->name != NULL; actions++)
		json_array_append_new(array,
							  json_pack("{s:s, s:s*, s:s, s:s*}", "name", actions->name, "argument", actions->argument,
										"description", actions->description, "options", actions->options));
	return array;
}

static json_t *command_json(const struct commands_row *command)
{
	json_t *options = json_array(), *examples = json_array();
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		json_array_append_new(options, option_json(&command->options[i]));
	for (size_t i = 0; i < COMMANDS_EXAMPLES && command->examples[i] != NULL; i++)
		json_array_append_new(examples, json_string(command->examples[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "name", command->name, "arguments", command->arguments,
					 "summary", command->summary, "description", command->description, "actions",
					 actions_json(command->actions), "options", options, "examples", examples);
}

bool help_json(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	json_t *commands = json_array(), *options = json_array(), *codes = json_array(), *words = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(commands, command_json(&table[i]));
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		json_array_append_new(options, option_json(option));
	const struct commands_exit *exits = commands_exits(&count);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(codes, json_pack("{s:i, s:s}", "code", exits[i].code, "what", exits[i].what));
	const struct glossary_word *glossary = glossary_words(&count);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(words, json_pack("{s:s, s:s}", "word", glossary[i].word, "what", glossary[i].what));
	json_t *object =
		json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o}", "schema_version", 1, "kind", "help", "version",
				  hansard_version(), "commands", commands, "options", options, "exit_codes", codes, "words", words);
	bool good = object != NULL && json_dumpf(object, out, JSON_PRESERVE_ORDER | JSON_INDENT(2)) == 0;
	fputc('\n', out);
	json_decref(object);
	return good;
}

static int refuse(const struct invocation *invocation, const struct hansard_error *error)
{
	return terminal_fail(HANSARD_USAGE, error, invocation->options.format == HANSARD_JSON);
}

static int refuse_topic(const struct invocation *invocation, const char *name)
{
	struct hansard_error error = {.status = HANSARD_USAGE, .kind = "usage"};
	const char *best = commands_nearest(name);
	snprintf(error.message, sizeof error.message, "there is no command \"%s\"", name);
	if (best != NULL)
		snprintf(error.hint, sizeof error.hint, "did you mean: hansard help %s", best);
	else
		snprintf(error.hint, sizeof error.hint, "see: hansard help, hansard help options, hansard help words");
	return refuse(invocation, &error);
}

static int refuse_action(const struct invocation *invocation, const struct commands_row *command, const char *name)
{
	struct hansard_error error = {.status = HANSARD_USAGE, .kind = "usage"};
	snprintf(error.message, sizeof error.message, "help has nothing on \"%s\" of hansard %s", name,
			 command != NULL ? command->name : invocation_argument(invocation, 0));
	if (command != NULL && command->actions != NULL)
		snprintf(error.hint, sizeof error.hint, "its actions are: %s", command->choices);
	else
		snprintf(error.hint, sizeof error.hint, "see: hansard help %s", invocation_argument(invocation, 0));
	return refuse(invocation, &error);
}

static const struct topic *find_topic(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof(topics) / sizeof(topics[0]); i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

int help_run(struct invocation *invocation)
{
	const char *name = invocation_argument(invocation, 0), *second = invocation_argument(invocation, 1);
	const struct commands_row *command = name != NULL ? commands_find(name) : NULL;
	const struct topic *topic = find_topic(name);
	const struct commands_action *action = command != NULL && second != NULL ? commands_action(command, second) : NULL;
	if (name != NULL && command == NULL && topic == NULL)
		return refuse_topic(invocation, name);
	if (second != NULL && action == NULL)
		return refuse_action(invocation, command, second);
	struct terminal_page page;
	if (!terminal_begin(&page))
		return 1;
	bool good = true;
	if (invocation_has(invocation, "man"))
		help_manual(page.out, command);
	else if (invocation->options.format == HANSARD_JSON)
		good = help_json(page.out);
	else if (topic != NULL)
		topic->print(page.out, invocation->options.width);
	else if (command != NULL)
		help_command(page.out, command, action, invocation->options.width);
	else
		help_first(page.out, invocation->options.width);
	const int code = terminal_end(&page);
	return good ? code : 1;
}

int help_run_version(struct invocation *invocation)
{
	struct terminal_page page;
	if (!terminal_begin(&page))
		return 1;
	fprintf(page.out,
			invocation->options.format == HANSARD_JSON
				? "{\"schema_version\": 1, \"kind\": \"version\", \"version\": \"%s\"}\n"
				: "hansard %s\n",
			hansard_version());
	return terminal_end(&page);
}
