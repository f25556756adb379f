/*
 * hansard keys ACTION.
 */
#include <unistd.h>

#include "actions.h"
#include "terminal.h"
#include "verbs.h"
#include "words.h"

/* One run of an action. */
struct acting {
	struct invocation *invocation;
	struct hansard_output out;
	struct hansard_error error;
};

static enum hansard_status act_show(struct acting *acting)
{
	return hansard_keys_show(&acting->invocation->options, &acting->out, &acting->error);
}

static enum hansard_status act_words(struct acting *acting)
{
	return hansard_keys_words(&acting->invocation->options, &acting->out, &acting->error);
}

static enum hansard_status act_recover(struct acting *acting)
{
	struct hansard_input words = {.name = "-"};
	char *data = NULL;
	if (isatty(STDIN_FILENO))
		fputs("Type what `hansard keys words` printed: \"umk:\" and its words, \"umk.1:\" and its words where\n"
			  "there are older ones, \"signing NAME:\" and its words. End with Ctrl-D on a line of its own.\n",
			  stderr);
	enum hansard_status status = terminal_read(words.name, &data, &words.size, &acting->error);
	words.data = data;
	if (status == HANSARD_OK)
		status = hansard_keys_recover(&acting->invocation->options, &words, &acting->out, &acting->error);
	if (data != NULL)
		explicit_bzero(data, words.size);
	free(data);
	return status;
}

static enum hansard_status act_export(struct acting *acting)
{
	return hansard_keys_export(&acting->invocation->options, invocation_argument(acting->invocation, 1), &acting->out,
							   &acting->error);
}

static enum hansard_status act_import(struct acting *acting)
{
	return hansard_keys_import(&acting->invocation->options, invocation_argument(acting->invocation, 1), &acting->out,
							   &acting->error);
}

static enum hansard_status act_passphrase(struct acting *acting)
{
	return hansard_keys_passphrase(&acting->invocation->options, &acting->out, &acting->error);
}

static enum hansard_status act_trust(struct acting *acting)
{
	return hansard_keys_trust(&acting->invocation->options, invocation_argument(acting->invocation, 1), &acting->out,
							  &acting->error);
}

static enum hansard_status act_rotate(struct acting *acting)
{
	const struct hansard_rotate_request request = {
		.dialogue = invocation_value(acting->invocation, "dialogue"),
		.signing = invocation_has(acting->invocation, "signing"),
		.resume = invocation_has(acting->invocation, "resume"),
		.retire = invocation_has(acting->invocation, "retire"),
	};
	return hansard_keys_rotate(&acting->invocation->options, &request, &acting->out, &acting->error);
}

/* In the order of actions_keys. */
static enum hansard_status (*const acts[])(struct acting *acting) = {
	act_show, act_words, act_recover, act_export, act_import, act_passphrase, act_trust, act_rotate,
};

/* The place of an action, which is one of them. */
static size_t find_action(const char *name)
{
	size_t at = 0;
	while (actions_keys[at].name != NULL && strcmp(actions_keys[at].name, name) != 0)
		at++;
	return at;
}

/* The option of another action that was given, or NULL. */
static const char *find_strange(const struct invocation *invocation, const struct commands_action *action)
{
	for (size_t i = 0; i < invocation->given_count; i++) {
		const char *name = invocation->given[i].option->name;
		bool taken = false, known = false;
		for (size_t k = 0; actions_keys[k].name != NULL; k++) {
			const bool takes = actions_keys[k].options != NULL && words_contain(actions_keys[k].options, name);
			known = known || takes;
			taken = taken || (takes && &actions_keys[k] == action);
		}
		if (known && !taken)
			return name;
	}
	return NULL;
}

/* What is wrong with the words of the command line, in error; HANSARD_OK when nothing is. */
static enum hansard_status check(const struct invocation *invocation, const struct commands_action *action,
								 struct hansard_error *error)
{
	const char *name = invocation_argument(invocation, 0), *argument = invocation_argument(invocation, 1);
	snprintf(error->kind, sizeof(error->kind), "usage");
	const char *strange = find_strange(invocation, action);
	if (action->argument != NULL && argument == NULL)
		snprintf(error->message, sizeof(error->message), "hansard keys %s needs %s", name, action->argument);
	else if (action->argument == NULL && argument != NULL)
		snprintf(error->message, sizeof(error->message), "hansard keys %s takes no \"%s\"", name, argument);
	else if (strange != NULL)
		snprintf(error->message, sizeof(error->message), "hansard keys %s takes no --%s", name, strange);
	else
		return HANSARD_OK;
	snprintf(error->hint, sizeof(error->hint), "%ssee: hansard help keys %s",
			 argument != NULL && strcmp(name, "recover") == 0
				 ? "words are read from standard input: hansard keys recover < FILE; "
				 : "",
			 name);
	return HANSARD_USAGE;
}

int verbs_keys(struct invocation *invocation)
{
	struct acting acting = {.invocation = invocation};
	const size_t action = find_action(invocation_argument(invocation, 0));
	enum hansard_status status = check(invocation, &actions_keys[action], &acting.error);
	if (status == HANSARD_OK) {
		acting.error = (struct hansard_error){.status = HANSARD_OK};
		status = acts[action](&acting);
	}
	return verbs_conclude(invocation, status, &acting.out, &acting.error);
}
