/*
 * Commands that end moves.
 */
#include "unfinished.h"

#include "answer.h"
#include "commit_detail.h"
#include "limits.h"
#include "report.h"

bool unfinished_command(struct session_request *request, struct text id, const char *rest, struct text *ret_command)
{
	const struct settings_value *backend = &request->store->settings.values[SETTINGS_BACKEND];
	const bool named = backend->line == 0 && !text_is(backend->from, "default");
	return arena_format(request->arena, ret_command, "hansard migrate --to %s%s%.*s%s%s%.*s",
						backend_other(&request->store->settings), text_present(id) ? " " : "", (int)id.size,
						text_present(id) ? id.data : "", rest, named ? " --set backend=" : "",
						named ? (int)backend->value.size : 0, backend->value.data);
}

bool unfinished_advice(struct session_request *request, struct text id, struct text *ret_advice)
{
	struct text end, cancel;
	return unfinished_command(request, id, "", &end) && unfinished_command(request, id, " --cancel", &cancel) &&
		   arena_format(request->arena, ret_advice, "%.*s ends the move, %.*s calls it off", (int)end.size, end.data,
						(int)cancel.size, cancel.data);
}

/* The store that the sealed one names. Its commit was verified. */
static struct text target_of(const struct vault_state *state)
{
	const struct commit_detail_place place = {.operation = state->newest.operation, .rev = state->rev};
	struct commit_detail detail;
	return commit_detail_read(place, state->newest.detail, &detail) ? detail.target : TEXT("another store");
}

static bool add_text(struct session_request *request)
{
	struct buffer answer = request->out;
	struct text advice;
	const struct text target = session_clean(request, target_of(request->sealed));
	buffer_init(&request->out, LIMIT_DOCUMENT);
	const bool good = unfinished_advice(request, request->sealed->dialogue_id, &advice) &&
					  report_fold(request, 0,
								  "UNFINISHED MOVE: commit %" PRId64 " sealed it to be moved to " ERROR_TEXT
								  ", and that this has taken over was not seen here: %.*s.",
								  request->sealed->rev, ERROR_TEXT_ARGS(target), (int)advice.size, advice.data) &&
					  session_say(request, "\n") && buffer_append_text(&request->out, buffer_text(&answer));
	buffer_finish(&answer);
	return good;
}

static bool add_member(struct session_request *request)
{
	const struct text id = request->sealed->dialogue_id;
	struct answer answer;
	struct text end, cancel;
	if (!unfinished_command(request, id, "", &end) || !unfinished_command(request, id, " --cancel", &cancel) ||
		!answer_reopen(&answer, &request->out))
		return false;
	answer_object(&answer, "unfinished_move");
	answer_integer(&answer, "rev", request->sealed->rev);
	answer_text(&answer, "target", target_of(request->sealed));
	answer_text(&answer, "end", end);
	answer_text(&answer, "cancel", cancel);
	answer_end(&answer);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

bool unfinished_add(struct session_request *request)
{
	if (request->sealed == NULL || request->out.size == 0)
		return true;
	return request->store->options.format == HANSARD_JSON ? add_member(request) : add_text(request);
}
