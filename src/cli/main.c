/*
 * hansard, the command line.
 */
#include "help.h"
#include "prompt.h"
#include "terminal.h"

/* --json, or HANSARD_OUTPUT: "json" or "text". */
static enum hansard_status read_format(const struct hansard_platform *platform, int count, char **words, bool *ret_json,
									   struct hansard_error *error)
{
	static const char name[] = "HANSARD_OUTPUT=";
	*ret_json = false;
	for (const char *const *entry = platform->environment; entry != NULL && *entry != NULL; entry++) {
		if (strncmp(*entry, name, sizeof name - 1) != 0)
			continue;
		const char *value = *entry + sizeof name - 1;
		*ret_json = strcmp(value, "json") == 0;
		if (!*ret_json && value[0] != '\0' && strcmp(value, "text") != 0) {
			snprintf(error->kind, sizeof error->kind, "usage");
			snprintf(error->message, sizeof error->message, "HANSARD_OUTPUT is \"%.40s\", which is no form of answers",
					 value);
			snprintf(error->hint, sizeof error->hint, "it is json or text");
			return HANSARD_USAGE;
		}
	}
	for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		*ret_json = *ret_json || strcmp(words[i], "--json") == 0;
	return HANSARD_OK;
}

/* Columns: given, or the terminal's. */
static enum hansard_status read_width(struct invocation *invocation, struct hansard_error *error)
{
	const char *value = invocation_value(invocation, "width");
	char *end = NULL;
	unsigned long width = value != NULL ? strtoul(value, &end, 10) : terminal_width();
	if (value == NULL || (isdigit((unsigned char)value[0]) && *end == '\0' && width >= 40 && width <= 400)) {
		invocation->options.width = width;
		if (value != NULL)
			terminal_set_width(width);
		return HANSARD_OK;
	}
	snprintf(error->kind, sizeof error->kind, "usage");
	snprintf(error->message, sizeof error->message, "--width takes a number from 40 to 400, not \"%s\"", value);
	snprintf(error->hint, sizeof error->hint, "without it text is as wide as the terminal");
	return HANSARD_USAGE;
}

/* --version, --help, or neither and no command. */
static int explain(struct invocation *invocation)
{
	struct terminal_page page;
	const struct commands_row *command = invocation->command;
	const char *name = invocation_argument(invocation, 0);
	if (invocation_has(invocation, "version"))
		return help_run_version(invocation);
	if (!terminal_begin(&page))
		return 1;
	if (command != NULL)
		help_command(page.out, command, name != NULL ? commands_action(command, name) : NULL,
					 invocation->options.width);
	else
		help_first(page.out, invocation->options.width);
	return terminal_end(&page);
}

int main(int count, char **words)
{
	struct invocation invocation = {.command = NULL};
	struct hansard_error error = {.status = HANSARD_OK};
	terminal_leave_no_dump();
	terminal_prepare();
	hansard_platform_posix(&invocation.platform);
	bool json;
	enum hansard_status status = read_format(&invocation.platform, count - 1, words + 1, &json, &error);
	if (status == HANSARD_OK)
		status = invocation_parse(&invocation, count - 1, words + 1, &error);
	if (status == HANSARD_OK)
		status = read_width(&invocation, &error);
	if (status == HANSARD_OK)
		status = prompt_begin(&invocation, &error);
	if (status != HANSARD_OK)
		return terminal_fail(status, &error, json);
	invocation.options.platform = &invocation.platform;
	invocation.options.store = invocation_value(&invocation, "store");
	invocation.options.actor = invocation_value(&invocation, "actor");
	if (invocation_values(&invocation, "set", invocation.settings) > 0)
		invocation.options.settings = invocation.settings;
	invocation.options.format = json ? HANSARD_JSON : HANSARD_TEXT;
	invocation.options.read_only = invocation_has(&invocation, "read-only");
	invocation.options.progress = terminal_progress;
	invocation.options.interrupted = terminal_interrupted;
	invocation.options.wrap_keys = invocation_has(&invocation, "wrap-keys");
	invocation.options.plain_keys = invocation_has(&invocation, "no-passphrase");
	invocation.options.newer_keys = invocation_has(&invocation, "newer");
	invocation.options.older_keys = invocation_has(&invocation, "older");
	if (invocation.command == NULL && count == 1) {
		help_first(stderr, invocation.options.width);
		return 2;
	}
	if (invocation.command == NULL || invocation_has(&invocation, "version") || invocation_has(&invocation, "help"))
		return explain(&invocation);
	if (invocation.command->whole)
		terminal_hold();
	const int code = invocation.command->run(&invocation);
	prompt_end();
	return code;
}
