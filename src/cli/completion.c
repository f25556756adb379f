/*
 * Completion scripts.
 */
#include "help.h"
#include "terminal.h"

/* Every option of a command and the global ones. */
static void print_options(FILE *out, const struct commands_row *command)
{
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		fprintf(out, " --%s", command->options[i].name);
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		fprintf(out, " --%s", option->name);
}

/* The dialogues' ids, asked of hansard itself. */
static bool names_dialogue(const struct commands_row *command)
{
	return strncmp(command->arguments, "DIALOGUE", 8) == 0 || strncmp(command->arguments, "[DIALOGUE]", 10) == 0;
}

static void print_bash(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	fputs(
		"_hansard() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words=\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords='",
		out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", table[i].name);
	fputs("'\n\telse\n\t\tcase $verb in\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "\t\t%s) words='", table[i].name);
		print_options(out, &table[i]);
		fputs("'", out);
		if (names_dialogue(&table[i]))
			fputs("; case $word in -*) ;; *) words=$(hansard list --ids 2>/dev/null) ;; esac", out);
		fputs(" ;;\n", out);
	}
	fputs(
		"\t\tesac\n\tfi\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o default -F _hansard hansard\n",
		out);
}

/* A text within single quotes of a shell; the texts of the table hold none. */
static void print_quoted(FILE *out, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\'')
			fputs("'\\''", out);
		else if (*at == ':')
			fputs("\\:", out);
		else
			fputc(*at, out);
	}
}

static void print_zsh(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	fputs("#compdef hansard\n_hansard() {\n\tif (( CURRENT == 2 )); then\n\t\tlocal -a verbs\n\t\tverbs=(\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "\t\t\t'%s:", table[i].name);
		print_quoted(out, table[i].summary);
		fputs("'\n", out);
	}
	fputs("\t\t)\n\t\t_describe command verbs\n\t\treturn\n\tfi\n\tcase $words[2] in\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "\t%s) compadd --", table[i].name);
		print_options(out, &table[i]);
		if (names_dialogue(&table[i]))
			fputs("; compadd -- ${(f)\"$(hansard list --ids 2>/dev/null)\"}", out);
		fputs("; _files ;;\n", out);
	}
	fputs("\tesac\n}\n_hansard \"$@\"\n", out);
}

static void print_fish_option(FILE *out, const char *condition, const struct commands_option *option)
{
	fprintf(out, "complete -c hansard%s -l %s", condition, option->name);
	if (option->letter != 0)
		fprintf(out, " -s %c", option->letter);
	if (option->value != NULL)
		fputs(" -r", out);
	if (option->choices != NULL)
		fprintf(out, " -a '%s'", option->choices);
	fputs(" -d '", out);
	print_quoted(out, option->what);
	fputs("'\n", out);
}

static void print_fish(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	for (size_t i = 0; i < count; i++) {
		char condition[96];
		fprintf(out, "complete -c hansard -n __fish_use_subcommand -f -a %s -d '", table[i].name);
		print_quoted(out, table[i].summary);
		fputs("'\n", out);
		snprintf(condition, sizeof condition, " -n '__fish_seen_subcommand_from %s'", table[i].name);
		for (size_t j = 0; j < COMMANDS_OPTIONS && table[i].options[j].name != NULL; j++)
			print_fish_option(out, condition, &table[i].options[j]);
		if (names_dialogue(&table[i]))
			fprintf(out, "complete -c hansard%s -f -a '(hansard list --ids 2>/dev/null)'\n", condition);
	}
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		print_fish_option(out, "", option);
}

bool help_completion(FILE *out, const char *shell)
{
	static const struct {
		const char *shell;
		void (*print)(FILE *out);
	} scripts[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		if (strcmp(scripts[i].shell, shell) == 0) {
			scripts[i].print(out);
			return true;
		}
	}
	return false;
}

int help_run_completion(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_USAGE, .kind = "usage", .hint = "the shells are: bash, zsh, fish"};
	const char *shell = invocation_argument(invocation, 0);
	if (help_completion(stdout, shell))
		return fflush(stdout) == 0 || errno == EPIPE ? 0 : 1;
	snprintf(error.message, sizeof error.message, "there is no completion for \"%s\"", shell);
	return terminal_fail(HANSARD_USAGE, &error, invocation->options.format == HANSARD_JSON);
}
