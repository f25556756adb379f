/*
 * Commands that end moves.
 */
#include "unfinished.h"

bool unfinished_command(struct session_request *request, struct text id, const char *rest, struct text *ret_command)
{
	const struct settings_value *backend = &request->store->settings.values[SETTINGS_BACKEND];
	const bool named = backend->line == 0 && !text_is(backend->from, "default");
	return arena_format(request->arena, ret_command, "hansard migrate --to %s%s%.*s%s%s%.*s",
						text_is(backend->value, "dynamodb") ? "sqlite" : "dynamodb", text_present(id) ? " " : "",
						(int)id.size, text_present(id) ? id.data : "", rest, named ? " --set backend=" : "",
						named ? (int)backend->value.size : 0, backend->value.data);
}

bool unfinished_advice(struct session_request *request, struct text id, struct text *ret_advice)
{
	struct text end, cancel;
	return unfinished_command(request, id, "", &end) && unfinished_command(request, id, " --cancel", &cancel) &&
		   arena_format(request->arena, ret_advice, "%.*s ends the move, %.*s calls it off", (int)end.size, end.data,
						(int)cancel.size, cancel.data);
}
