/*
 * hansard keys ACTION.
 */
#include <unistd.h>

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

static const struct action {
	const char *name;
	const char *argument; /* NULL: none */
	bool rotates;         /* takes the options of a rotation */
	bool makes;           /* takes the options of keys that are brought */
	enum hansard_status (*act)(struct acting *acting);
} actions[] = {
	{"show", NULL, false, false, act_show},      {"words", NULL, false, false, act_words},
	{"recover", NULL, false, true, act_recover}, {"export", "FILE", false, false, act_export},
	{"import", "FILE", false, true, act_import}, {"trust", "LINE", false, false, act_trust},
	{"rotate", NULL, true, false, act_rotate},
};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

/* What is wrong with the words of the command line, in error; HANSARD_OK when nothing is. */
static enum hansard_status check(const struct invocation *invocation, const struct action *action,
								 struct hansard_error *error)
{
	const char *name = invocation_argument(invocation, 0), *argument = invocation_argument(invocation, 1);
	const bool rotating = invocation_has(invocation, "signing") || invocation_has(invocation, "resume") ||
						  invocation_has(invocation, "retire") || invocation_has(invocation, "dialogue");
	const bool bringing = invocation_has(invocation, "wrap-keys") || invocation_has(invocation, "no-passphrase") ||
						  invocation_has(invocation, "newer") || invocation_has(invocation, "older");
	snprintf(error->kind, sizeof(error->kind), "usage");
	if (action == NULL) {
		const char *best = NULL;
		size_t distance = SIZE_MAX;
		words_nearest_of(name, invocation->command->choices, &best, &distance);
		snprintf(error->message, sizeof(error->message), "hansard keys has no action \"%s\"", name);
		if (best != NULL)
			snprintf(error->hint, sizeof(error->hint), "did you mean: hansard keys %.*s", (int)strcspn(best, " "),
					 best);
		else
			snprintf(error->hint, sizeof(error->hint), "they are: %s", invocation->command->choices);
		return HANSARD_USAGE;
	}
	if (action->argument != NULL && argument == NULL)
		snprintf(error->message, sizeof(error->message), "hansard keys %s needs %s", name, action->argument);
	else if (action->argument == NULL && argument != NULL)
		snprintf(error->message, sizeof(error->message), "hansard keys %s takes no \"%s\"", name, argument);
	else if (rotating && !action->rotates)
		snprintf(error->message, sizeof(error->message),
				 "--signing, --dialogue, --resume and --retire are for hansard keys rotate");
	else if (bringing && !action->makes)
		snprintf(error->message, sizeof(error->message),
				 "--wrap-keys, --no-passphrase, --newer and --older are for hansard keys recover and import");
	else
		return HANSARD_OK;
	snprintf(error->hint, sizeof(error->hint), "see: hansard help keys %s", name);
	return HANSARD_USAGE;
}

int verbs_keys(struct invocation *invocation)
{
	struct acting acting = {.invocation = invocation};
	const struct action *action = find_action(invocation_argument(invocation, 0));
	enum hansard_status status = check(invocation, action, &acting.error);
	if (status == HANSARD_OK) {
		acting.error = (struct hansard_error){.status = HANSARD_OK};
		status = action->act(&acting);
	}
	return verbs_conclude(invocation, status, &acting.out, &acting.error);
}
