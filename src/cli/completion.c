/*
 * Completion scripts. What can stand at a place follows from what the table calls it: DIR is a folder, DIALOGUE the id of
 * one, and so on; choices are themselves.
 */
#include "help.h"
#include "terminal.h"

enum kind { KIND_OTHER, KIND_FILE, KIND_FOLDER, KIND_DIALOGUE, KIND_COMMAND, KIND_COUNT };

enum shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH, SHELL_COUNT };

/* How each shell is asked for the words of a kind: bash by a name that the script's end knows, the others by an action. */
static const char *const actions[KIND_COUNT][SHELL_COUNT] = {
	[KIND_OTHER] = {"none", " ", "-x"},
	[KIND_FILE] = {"files", "_files", "-r -F"},
	[KIND_FOLDER] = {"folders", "_files -/", "-x -a '(__fish_complete_directories)'"},
	[KIND_DIALOGUE] = {"dialogues", "_hansard_dialogues", "-x -a '(hansard list --ids 2>/dev/null)'"},
	[KIND_COMMAND] = {"commands", "_hansard_commands", "-x -a \"$__hansard_commands\""},
};

static enum kind kind_of(const char *word)
{
	static const struct {
		const char *word;
		enum kind kind;
	} kinds[] = {{"DIR", KIND_FOLDER},
				 {"FILE", KIND_FILE},
				 {"PATH", KIND_FILE},
				 {"DIALOGUE", KIND_DIALOGUE},
				 {"COMMAND", KIND_COMMAND}};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i].word, word) == 0)
			return kinds[i].kind;
	}
	return KIND_OTHER;
}

enum { WORD_SIZE = 32 };

/* Takes the next word of a synopsis: "DIALOGUE [ID]..." gives DIALOGUE, then ID. */
static bool next_argument(const char **at, char ret_word[static WORD_SIZE])
{
	*at += strcspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	size_t size = strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (size == 0 || size >= WORD_SIZE)
		return false;
	memcpy(ret_word, *at, size);
	ret_word[size] = '\0';
	*at += size;
	return true;
}

/* Option i of a command, the global ones behind its own; NULL behind the last. A NULL command has the global ones. */
static const struct commands_option *option_at(const struct commands_row *command, size_t i)
{
	size_t own = 0;
	while (command != NULL && own < COMMANDS_OPTIONS && command->options[own].name != NULL)
		own++;
	const struct commands_option *option = i < own ? &command->options[i] : &commands_global()[i - own];
	return option->name != NULL ? option : NULL;
}

/* A text within single quotes of a shell, with a backslash before these bytes. */
static void print_quoted(FILE *out, const char *text, const char *escaped)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\'')
			fputs("'\\''", out);
		else
			fprintf(out, "%s%c", strchr(escaped, *at) != NULL ? "\\" : "", *at);
	}
}

static void print_names(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", table[i].name);
}

/* Every option that takes a value, of whatever command, with `between` between them: the word behind is no argument. */
static void print_valued(FILE *out, const char *between)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	const char *before = "";
	for (size_t i = 0; i <= count; i++) {
		const struct commands_option *options = i < count ? table[i].options : commands_global();
		for (size_t j = 0; (i == count || j < COMMANDS_OPTIONS) && options[j].name != NULL; j++) {
			if (options[j].value == NULL)
				continue;
			fprintf(out, "%s--%s", before, options[j].name);
			before = between;
			if (options[j].letter != 0)
				fprintf(out, "%s-%c", before, options[j].letter);
		}
	}
}

/* ---- bash ---- */

static const char bash_begin[] =
	"_hansard() {\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= kind=none words= count=0 i at line\n"
	"\tlocal -a store=()\n"
	"\tif [ \"$word\" = = ]; then word=; elif [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tcase ${COMP_WORDS[i]} in\n\t\t";
static const char bash_counted[] =
	") at=$i; if [ \"${COMP_WORDS[i+1]}\" = = ]; then i=$((i + 2)); else i=$((i + 1)); fi\n"
	"\t\t\tcase ${COMP_WORDS[at]} in --store | -C) store=(--store \"${COMP_WORDS[i]}\") ;; esac ;;\n"
	"\t\t-*) ;;\n"
	"\t\t*) if [ -z \"$verb\" ]; then verb=${COMP_WORDS[i]}; else count=$((count + 1)); fi ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tcase $verb:$before in\n";
static const char bash_end[] = "\tesac ;;\n"
							   "\tesac\n"
							   "\tCOMPREPLY=()\n"
							   "\tcase $kind in\n"
							   "\tnone) ;;\n"
							   "\tfiles | folders) compopt -o filenames 2>/dev/null ;;\n"
							   "\tdialogues) words=$(hansard \"${store[@]}\" list --ids 2>/dev/null) ;;\n"
							   "\tesac\n"
							   "\twhile IFS= read -r line; do COMPREPLY+=(\"$line\"); done < <(\n"
							   "\t\tcase $kind in\n"
							   "\t\tfiles) compgen -f -- \"$word\" ;;\n"
							   "\t\tfolders) compgen -d -- \"$word\" ;;\n"
							   "\t\t*) compgen -W \"$words\" -- \"$word\" ;;\n"
							   "\t\tesac)\n"
							   "}\n"
							   "complete -F _hansard hansard\n";

/* What to offer: sets kind or words. */
static void print_bash_offer(FILE *out, const char *word, const char *choices)
{
	const enum kind kind = kind_of(word);
	if (choices != NULL)
		fprintf(out, "words='%s' ;;\n", choices);
	else if (kind == KIND_COMMAND)
		fputs("words=$verbs ;;\n", out);
	else
		fprintf(out, "kind=%s ;;\n", actions[kind][SHELL_BASH]);
}

static void print_bash_values(FILE *out, const char *verb, const struct commands_option *option)
{
	if (option->value == NULL)
		return;
	fprintf(out, "\t%s:--%s", verb, option->name);
	if (option->letter != 0)
		fprintf(out, " | %s:-%c", verb, option->letter);
	fputs(") ", out);
	print_bash_offer(out, option->value, option->choices);
}

static void print_bash_command(FILE *out, const struct commands_row *command)
{
	const char *at = command->arguments;
	char word[WORD_SIZE];
	fprintf(out, "\t%s:-*) words='", command->name);
	for (size_t i = 0; option_at(command, i) != NULL; i++)
		fprintf(out, "%s--%s", i > 0 ? " " : "", option_at(command, i)->name);
	fputs("' ;;\n", out);
	for (size_t i = 0; next_argument(&at, word); i++) {
		fprintf(out, "\t%s:%zu:*) ", command->name, i);
		print_bash_offer(out, word, command->choices);
	}
}

static void print_bash(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	fputs(bash_begin, out);
	print_valued(out, " | ");
	fputs(bash_counted, out);
	for (size_t i = 0; option_at(NULL, i) != NULL; i++)
		print_bash_values(out, "*", option_at(NULL, i));
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < COMMANDS_OPTIONS && table[i].options[j].name != NULL; j++)
			print_bash_values(out, table[i].name, &table[i].options[j]);
	}
	fputs("\t*) local verbs='", out);
	print_names(out);
	fputs("'\n\tcase $verb:$([ \"${word:0:1}\" = - ] || echo \"$count:\")$word in\n\t:-*) words='", out);
	for (size_t i = 0; option_at(NULL, i) != NULL; i++)
		fprintf(out, "%s--%s", i > 0 ? " " : "", option_at(NULL, i)->name);
	fputs("' ;;\n\t:*) words=$verbs ;;\n", out);
	for (size_t i = 0; i < count; i++)
		print_bash_command(out, &table[i]);
	fputs(bash_end, out);
}

/* ---- zsh ---- */

/* What follows a spec: what the value is called, and how its words are found. */
static void print_zsh_offer(FILE *out, const char *word, const char *choices)
{
	fprintf(out, ":%s:", word);
	if (choices != NULL)
		fprintf(out, "(%s)' \\\n", choices);
	else
		fprintf(out, "%s' \\\n", actions[kind_of(word)][SHELL_ZSH]);
}

static void print_zsh_spec(FILE *out, const struct commands_option *option, const char *name)
{
	fprintf(out, "\t\t'%s%s%s[", option->repeated ? "*" : "", name, option->value != NULL && name[1] == '-' ? "=" : "");
	print_quoted(out, option->what, "[]:\\");
	fputc(']', out);
	if (option->value != NULL)
		print_zsh_offer(out, option->value, option->choices);
	else
		fputs("' \\\n", out);
}

static void print_zsh_option(FILE *out, const struct commands_option *option)
{
	char name[WORD_SIZE];
	snprintf(name, sizeof name, "--%s", option->name);
	print_zsh_spec(out, option, name);
	snprintf(name, sizeof name, "-%c", option->letter);
	if (option->letter != 0)
		print_zsh_spec(out, option, name);
}

static void print_zsh_command(FILE *out, const struct commands_row *command)
{
	const char *at = command->arguments;
	char word[WORD_SIZE];
	fprintf(out, "\t%s) _arguments -s \\\n", command->name);
	for (size_t i = 0; option_at(command, i) != NULL; i++)
		print_zsh_option(out, option_at(command, i));
	for (size_t i = 1; next_argument(&at, word); i++) {
		if (at[0] == ']' && at[1] == '.')
			fputs("\t\t'*", out);
		else
			fprintf(out, "\t\t'%zu%s", i, i > command->least ? ":" : "");
		print_zsh_offer(out, word, command->choices);
	}
	fputs("\t\t;;\n", out);
}

static void print_zsh(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	fputs("#compdef hansard\n"
		  "_hansard_dialogues() {\n\tcompadd -- ${(f)\"$(hansard list --ids 2>/dev/null)\"}\n}\n"
		  "_hansard_commands() {\n\tlocal -a commands=(\n",
		  out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "\t\t'%s:", table[i].name);
		print_quoted(out, table[i].summary, "\\:");
		fputs("'\n", out);
	}
	fputs("\t)\n\t_describe command commands\n}\n"
		  "_hansard() {\n\tlocal curcontext=$curcontext state line\n\t_arguments -C -s \\\n",
		  out);
	for (size_t i = 0; option_at(NULL, i) != NULL; i++)
		print_zsh_option(out, option_at(NULL, i));
	fputs("\t\t'1:command:_hansard_commands' '*::argument:->rest'\n\t[ \"$state\" = rest ] || return 0\n"
		  "\tcase $words[1] in\n",
		  out);
	for (size_t i = 0; i < count; i++)
		print_zsh_command(out, &table[i]);
	fputs("\tesac\n}\n"
		  "if [ \"$funcstack[1]\" = _hansard ]; then _hansard \"$@\"; else compdef _hansard hansard; fi\n",
		  out);
}

/* ---- fish ---- */

static const char fish_begin[] =
	/* The command on the line is this one, and so many arguments stand before the cursor. */
	"function __hansard_at\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -e words[1]\n"
	"\tset -l verb ''\n"
	"\tset -l count 0\n"
	"\twhile set -q words[1]\n"
	"\t\tswitch $words[1]\n"
	"\t\t\tcase ";
static const char fish_end[] =
	"\n\t\t\t\tset -e words[1]\n"
	"\t\t\tcase '-*'\n"
	"\t\t\tcase '*'\n"
	"\t\t\t\tif test -z \"$verb\"\n\t\t\t\t\tset verb $words[1]\n"
	"\t\t\t\telse\n\t\t\t\t\tset count (math $count + 1)\n\t\t\t\tend\n"
	"\t\tend\n"
	"\t\tset -e words[1]\n"
	"\tend\n"
	"\ttest \"$verb\" = \"$argv[1]\"; and begin; not set -q argv[2]; or test $count = $argv[2]; end\n"
	"end\n"
	"complete -c hansard -f\n";

static void print_fish_offer(FILE *out, const char *word, const char *choices)
{
	if (choices != NULL)
		fprintf(out, " -x -a '%s'", choices);
	else
		fprintf(out, " %s", actions[kind_of(word)][SHELL_FISH]);
}

static void print_fish_option(FILE *out, const char *condition, const struct commands_option *option)
{
	fprintf(out, "complete -c hansard%s -l %s", condition, option->name);
	if (option->letter != 0)
		fprintf(out, " -s %c", option->letter);
	if (option->value != NULL)
		print_fish_offer(out, option->value, option->choices);
	fputs(" -d '", out);
	print_quoted(out, option->what, "\\");
	fputs("'\n", out);
}

static void print_fish_command(FILE *out, const struct commands_row *command)
{
	char condition[96], word[WORD_SIZE];
	const char *at = command->arguments;
	fprintf(out, "complete -c hansard -n '__hansard_at \"\"' -a %s -d '", command->name);
	print_quoted(out, command->summary, "\\");
	fputs("'\n", out);
	snprintf(condition, sizeof condition, " -n '__hansard_at %s'", command->name);
	for (size_t i = 0; i < COMMANDS_OPTIONS && command->options[i].name != NULL; i++)
		print_fish_option(out, condition, &command->options[i]);
	for (size_t i = 0; next_argument(&at, word); i++) {
		if (command->choices == NULL && kind_of(word) == KIND_OTHER)
			continue;
		fprintf(out, "complete -c hansard -n '__hansard_at %s %zu'", command->name, i);
		print_fish_offer(out, word, command->choices);
		fputc('\n', out);
	}
}

static void print_fish(FILE *out)
{
	size_t count;
	const struct commands_row *table = commands_table(&count);
	fputs("set -g __hansard_commands '", out);
	print_names(out);
	fputs("'\n", out);
	fputs(fish_begin, out);
	print_valued(out, " ");
	fputs(fish_end, out);
	for (size_t i = 0; i < count; i++)
		print_fish_command(out, &table[i]);
	for (const struct commands_option *option = commands_global(); option->name != NULL; option++)
		print_fish_option(out, "", option);
}

bool help_completion(FILE *out, const char *shell)
{
	static const struct {
		const char *shell;
		void (*print)(FILE *out);
	} scripts[SHELL_COUNT] = {
		[SHELL_BASH] = {"bash", print_bash}, [SHELL_ZSH] = {"zsh", print_zsh}, [SHELL_FISH] = {"fish", print_fish}};
	for (size_t i = 0; i < SHELL_COUNT; i++) {
		if (strcmp(scripts[i].shell, shell) == 0) {
			scripts[i].print(out);
			return true;
		}
	}
	return false;
}

int help_run_completion(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_USAGE, .kind = "usage"};
	const char *shell = invocation_argument(invocation, 0);
	struct terminal_page page;
	if (invocation->options.format == HANSARD_JSON) {
		snprintf(error.message, sizeof error.message, "a completion script has no JSON form");
		snprintf(error.hint, sizeof error.hint, "leave out --json; hansard help --json has the table it is made from");
		return terminal_fail(HANSARD_USAGE, &error, true);
	}
	if (!terminal_begin(&page))
		return 1;
	const bool known = help_completion(page.out, shell);
	const int code = terminal_end(&page);
	if (known)
		return code;
	snprintf(error.message, sizeof error.message, "there is no completion for \"%s\"", shell);
	snprintf(error.hint, sizeof error.hint, "the shells are: %s", invocation->command->choices);
	return terminal_fail(HANSARD_USAGE, &error, invocation->options.format == HANSARD_JSON);
}
