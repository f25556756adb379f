/*
 * Help as text, man(7), completion scripts and JSON.
 */
#include "help.h"

#include <jansson.h>

#include "fold.h"
#include "terminal.h"

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
	fold_paragraphs(whole, "hansard help COMMAND says more. A dialogue is named by any unique prefix of its id.");
}

void help_command(FILE *out, const struct commands_row *command, size_t width)
{
	fprintf(out, "hansard %s%s%s\n\n", command->name, command->arguments[0] != '\0' ? " " : "", command->arguments);
	fold_paragraphs((struct fold){.out = out, .width = width}, command->description);
	if (command->options[0].name != NULL)
		fputs("\nOptions\n", out);
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		print_option(out, &command->options[i], width);
	fputs("\nOptions of every command\n", out);
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		print_option(out, option, width);
	fputs("\nExamples\n", out);
	for (size_t i = 0; i < COMMANDS_EXAMPLES && command->examples[i] != NULL; i++)
		fprintf(out, "  %s\n", command->examples[i]);
}

/* Text of man(7): backslashes and hyphens escaped, no line begins with a control character. */
static void print_roff(FILE *out, const char *text)
{
	bool start = true;
	for (const char *at = text; *at != '\0'; at++) {
		if (start && (*at == '.' || *at == '\''))
			fputs("\\&", out);
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
		fputs("One of: ", out);
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
	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		print_roff_option(out, &command->options[i]);
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		print_roff_option(out, option);
	fputs(".SH EXAMPLES\n", out);
	for (size_t i = 0; i < COMMANDS_EXAMPLES && command->examples[i] != NULL; i++) {
		fputs(".PP\n.EX\n", out);
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

static json_t *command_json(const struct commands_row *command)
{
	json_t *options = json_array(), *examples = json_array();
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		json_array_append_new(options, option_json(&command->options[i]));
	for (size_t i = 0; i < COMMANDS_EXAMPLES && command->examples[i] != NULL; i++)
		json_array_append_new(examples, json_string(command->examples[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "name", command->name, "arguments", command->arguments,
					 "summary", command->summary, "description", command->description, "options", options, "examples",
					 examples);
}

bool help_json(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	json_t *commands = json_array(), *options = json_array(), *codes = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(commands, command_json(&table[i]));
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		json_array_append_new(options, option_json(option));
	const struct commands_exit *exits = commands_exits(&count);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(codes, json_pack("{s:i, s:s}", "code", exits[i].code, "what", exits[i].what));
	json_t *object = json_pack("{s:i, s:s, s:s, s:o, s:o, s:o}", "schema_version", 1, "kind", "help", "version",
							   hansard_version(), "commands", commands, "options", options, "exit_codes", codes);
	bool good = object != NULL && json_dumpf(object, out, JSON_PRESERVE_ORDER | JSON_INDENT(2)) == 0;
	fputc('\n', out);
	json_decref(object);
	return good;
}

int help_run(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_USAGE, .kind = "usage"};
	const char *name = invocation_argument(invocation, 0);
	const struct commands_row *command = name != NULL ? commands_find(name) : NULL;
	if (name != NULL && command == NULL) {
		const char *best = commands_nearest(name);
		snprintf(error.message, sizeof error.message, "there is no command \"%s\"", name);
		if (best != NULL)
			snprintf(error.hint, sizeof error.hint, "did you mean: hansard help %s", best);
		else
			snprintf(error.hint, sizeof error.hint, "see: hansard help");
		return terminal_fail(HANSARD_USAGE, &error, invocation->options.format == HANSARD_JSON);
	}
	struct terminal_page page;
	if (!terminal_begin(&page))
		return 1;
	bool good = true;
	if (invocation_has(invocation, "man"))
		help_manual(page.out, command);
	else if (invocation->options.format == HANSARD_JSON)
		good = help_json(page.out);
	else if (command != NULL)
		help_command(page.out, command, invocation->options.width);
	else
		help_first(page.out, invocation->options.width);
	const int code = terminal_end(&page);
	return good ? code : 1;
}
