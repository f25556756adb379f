/*
 * The commands.
 */
#include "verbs.h"

#include "terminal.h"

enum { AUDIT_LINES = 50 }; /* of the log, on a terminal, unless more are asked for */

static bool as_json(const struct invocation *invocation)
{
	return invocation->options.format == HANSARD_JSON;
}

/* What is printed is kept, or read by programs. */
static bool is_verbatim(const struct invocation *invocation)
{
	const char *name = invocation_argument(invocation, 0);
	const struct commands_action *action = name != NULL ? commands_action(invocation->command, name) : NULL;
	return as_json(invocation) || invocation->command->verbatim || (action != NULL && action->verbatim);
}

int verbs_answer(const struct invocation *invocation, struct hansard_output *out)
{
	int code = 0;
	if (out->data != NULL)
		code = is_verbatim(invocation) ? terminal_write(out->data, out->size) : terminal_show(out->data, out->size);
	hansard_output_free(out);
	return code;
}

int verbs_conclude(struct invocation *invocation, enum hansard_status status, struct hansard_output *out,
				   const struct hansard_error *error)
{
	terminal_progress_end();
	hansard_close(invocation->store);
	invocation->store = NULL;
	terminal_release();
	int code = verbs_answer(invocation, out);
	if (status != HANSARD_OK)
		code = terminal_fail(status, error, as_json(invocation));
	return code;
}

enum hansard_status verbs_open(struct invocation *invocation, struct hansard_error *error)
{
	return hansard_open(&invocation->options, &invocation->store, error);
}

enum hansard_status verbs_open_keyless(struct invocation *invocation, struct hansard_error *error)
{
	struct hansard_options options = invocation->options;
	options.public_keys = "";
	return hansard_open(&options, &invocation->store, error);
}

/* A number of an option; 0 when it is not given. */
static enum hansard_status number_of(const struct invocation *invocation, const char *name, size_t *ret_number,
									 struct hansard_error *error)
{
	const char *value = invocation_value(invocation, name);
	*ret_number = 0;
	if (value == NULL)
		return HANSARD_OK;
	char *end;
	errno = 0;
	unsigned long number = strtoul(value, &end, 10);
	if (isdigit((unsigned char)value[0]) && *end == '\0' && errno == 0 && number >= 1 && number <= 1000000) {
		*ret_number = number;
		return HANSARD_OK;
	}
	snprintf(error->kind, sizeof error->kind, "usage");
	snprintf(error->message, sizeof error->message, "--%s takes a number from 1 to 1000000, not \"%s\"", name, value);
	snprintf(error->hint, sizeof error->hint, "see: hansard help %s", invocation->command->name);
	return HANSARD_USAGE;
}

int verbs_init(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	enum hansard_status status = hansard_init(&invocation->options, invocation_argument(invocation, 0), &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_import(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	struct hansard_import_request request = {
		.path = invocation_argument(invocation, 0),
		.as = invocation_value(invocation, "as"),
		.replace = invocation_has(invocation, "replace"),
		.dry_run = invocation_has(invocation, "dry-run"),
	};
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_import(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_list(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	struct hansard_list_request request = {
		.status = invocation_value(invocation, "status"),
		.similar_to = invocation_value(invocation, "similar"),
		.ids = invocation_has(invocation, "ids"),
	};
	enum hansard_status status = number_of(invocation, "limit", &request.limit, &error);
	if (status == HANSARD_OK)
		status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_list(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_show(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	struct hansard_show_request request = {
		.dialogue = invocation_argument(invocation, 0),
		.entities = invocation->arguments + 1,
		.entity_count = invocation->argument_count - 1,
		.problems = invocation_has(invocation, "problems"),
		.progress = invocation_has(invocation, "progress"),
		.events = invocation_has(invocation, "events"),
		.moves = invocation_has(invocation, "moves"),
		.references = invocation_has(invocation, "references"),
		.restored = invocation_has(invocation, "restored"),
	};
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_show(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_ask(struct invocation *invocation,
			  enum hansard_status (*question)(struct hansard *, const char *, struct hansard_output *,
											  struct hansard_error *))
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = question(invocation->store, invocation_argument(invocation, 0), &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_scoreboard(struct invocation *invocation)
{
	return verbs_ask(invocation, hansard_scoreboard);
}

int verbs_log(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const struct hansard_log_request request = {.dialogue = invocation_argument(invocation, 0),
												.restored = invocation_has(invocation, "restored")};
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_log(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_render(struct invocation *invocation)
{
	return verbs_ask(invocation, hansard_render);
}

int verbs_context(struct invocation *invocation)
{
	return verbs_ask(invocation, hansard_context);
}

int verbs_tensions(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	struct hansard_tensions_request request = {
		.dialogue = invocation_argument(invocation, 0),
		.open_only = invocation_has(invocation, "open"),
		.all = invocation_has(invocation, "all"),
	};
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_tensions(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_stats(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = invocation_has(invocation, "cost") ? hansard_cost(invocation->store, &out, &error)
													: hansard_stats(invocation->store, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_export(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const char *directory = invocation_value(invocation, "files");
	if (directory == NULL)
		return verbs_ask(invocation, hansard_export);
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_export_files(invocation->store, invocation_argument(invocation, 0), directory, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_create(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const char *file = invocation_value(invocation, "file");
	char *data = NULL;
	struct hansard_create_request request = {.title = invocation_argument(invocation, 0),
											 .id = invocation_value(invocation, "id")};
	enum hansard_status status = HANSARD_OK;
	if (file != NULL) {
		request.input.name = file;
		status = terminal_read(file, &data, &request.input.size, &error);
		request.input.data = data;
	}
	if (status == HANSARD_OK)
		status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_create(invocation->store, &request, &out, &error);
	free(data);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_panel(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const char *keep[COMMANDS_ARGUMENTS], *exclude[COMMANDS_ARGUMENTS];
	struct hansard_panel_request request = {
		.dialogue = invocation_argument(invocation, 0),
		.rotation = invocation_value(invocation, "rotation"),
		.seed = invocation_value(invocation, "seed"),
		.keep = keep,
		.keep_count = invocation_values(invocation, "keep", keep),
		.exclude = exclude,
		.exclude_count = invocation_values(invocation, "exclude", exclude),
	};
	enum hansard_status status = number_of(invocation, "size", &request.size, &error);
	if (status == HANSARD_OK)
		status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_panel(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

/* The only argument is a file: the dialogue was forgotten. No id has a dot or slash in it. */
static enum hansard_status check_dialogue(const struct invocation *invocation, struct hansard_error *error)
{
	const char *name = invocation_argument(invocation, 0);
	if (invocation->argument_count > 1 || strpbrk(name, "./") == NULL)
		return HANSARD_OK;
	snprintf(error->kind, sizeof error->kind, "usage");
	snprintf(error->message, sizeof error->message, "%.200s is the name of a file, not of a dialogue", name);
	snprintf(error->hint, sizeof error->hint, "hansard %s DIALOGUE %.200s", invocation->command->name, name);
	return HANSARD_USAGE;
}

/* A command that hands a JSON object to a dialogue. */
static int hand_in(struct invocation *invocation,
				   enum hansard_status (*write)(struct hansard *, const struct hansard_write_request *,
												struct hansard_output *, struct hansard_error *))
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const char *file = invocation_argument(invocation, 1);
	char *data = NULL;
	struct hansard_write_request request = {
		.dialogue = invocation_argument(invocation, 0),
		.input.name = file != NULL ? file : "-",
		.dry_run = invocation_has(invocation, "dry-run"),
	};
	enum hansard_status status = check_dialogue(invocation, &error);
	if (status == HANSARD_OK)
		status = terminal_read(request.input.name, &data, &request.input.size, &error);
	request.input.data = data;
	if (status == HANSARD_OK)
		status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = write(invocation->store, &request, &out, &error);
	free(data);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_register(struct invocation *invocation)
{
	return hand_in(invocation, hansard_register);
}

int verbs_update(struct invocation *invocation)
{
	return hand_in(invocation, hansard_update);
}

int verbs_verdict(struct invocation *invocation)
{
	return hand_in(invocation, hansard_verdict);
}

int verbs_abandon(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	enum hansard_status status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_abandon(invocation->store, invocation_argument(invocation, 0),
								 invocation_argument(invocation, 1), &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_audit(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const char *what = invocation_argument(invocation, 0);
	struct hansard_audit_request request = {
		.check = strcmp(what, "verify") == 0,
		.since = invocation_value(invocation, "since"),
		.operation = invocation_value(invocation, "operation"),
		.dialogue = invocation_value(invocation, "dialogue"),
	};
	enum hansard_status status = number_of(invocation, "limit", &request.limit, &error);
	if (request.limit == 0 && !request.check && !as_json(invocation) && terminal_is_shown())
		request.limit = AUDIT_LINES;
	if (status == HANSARD_OK)
		status = verbs_open_keyless(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_audit(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_table(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	size_t shards;
	enum hansard_status status = number_of(invocation, "shards", &shards, &error);
	const struct hansard_table_request request = {.create = strcmp(invocation_argument(invocation, 0), "create") == 0,
												  .shards = shards == 0 ? 1 : (unsigned)shards};
	if (status == HANSARD_OK)
		status = hansard_table(&invocation->options, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

int verbs_doctor(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	enum hansard_status status = hansard_doctor(&invocation->options, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}
