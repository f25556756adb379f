/*
 * Keeping and showing what was left.
 */
#include "left.h"

#include "error.h"

/* 0: no matter of one dialogue. */
static int gravity(enum hansard_status status)
{
	switch (status) {
	case HANSARD_VIOLATED:
		return 3;
	case HANSARD_WRONG_KEY:
		return 2;
	case HANSARD_INVALID:
		return 1;
	case HANSARD_OK:
	case HANSARD_FAILED:
	case HANSARD_USAGE:
	case HANSARD_NOT_FOUND:
	case HANSARD_NO_STORE:
	case HANSARD_BUSY:
	case HANSARD_CONFLICT:
	case HANSARD_UNKNOWN:
	case HANSARD_UNREACHABLE:
		break;
	}
	return 0;
}

bool left_takes(enum hansard_status status)
{
	return gravity(status) > 0;
}

bool left_add(struct left *left, struct session_request *request, struct text id, const struct hansard_error *error)
{
	struct arena *arena = request->arena;
	if (!arena_grow(arena, &left->dialogues, left->count, &left->capacity, sizeof(*left->dialogues)) ||
		!arena_copy_text(arena, id, &left->dialogues[left->count].id))
		return false;
	left->dialogues[left->count++].error = *error;
	return true;
}

bool left_say(const struct left *left, struct session_request *request)
{
	bool good = true;
	for (size_t i = 0; good && i < left->count; i++) {
		const struct text id = session_clean(request, left->dialogues[i].id);
		good =
			session_say(request, "%.*s: left as it is: %s\n", (int)id.size, id.data, left->dialogues[i].error.message);
	}
	return good;
}

void left_answer(const struct left *left, struct answer *answer)
{
	answer_array(answer, "left");
	for (size_t i = 0; i < left->count; i++) {
		const struct hansard_error *error = &left->dialogues[i].error;
		answer_object(answer, NULL);
		answer_text(answer, "dialogue_id", left->dialogues[i].id);
		answer_integer(answer, "code", error_exit_code(error->status));
		answer_string(answer, "error", error->kind);
		answer_string(answer, "message", error->message);
		answer_string(answer, "hint", error->hint);
		answer_end(answer);
	}
	answer_end(answer);
}

enum hansard_status left_status(const struct left *left, size_t of, struct hansard_error *error)
{
	const struct left_dialogue *gravest = NULL;
	for (size_t i = 0; i < left->count; i++)
		if (gravest == NULL || gravity(left->dialogues[i].error.status) > gravity(gravest->error.status))
			gravest = &left->dialogues[i];
	if (gravest == NULL)
		return HANSARD_OK;
	error_set(error, gravest->error.status, gravest->error.kind,
			  "%zu of %zu dialogues were left as they are, \"" ERROR_TEXT "\" because: %s", left->count, of,
			  ERROR_TEXT_ARGS(gravest->id), gravest->error.message);
	error_hint(error, "%s", gravest->error.hint);
	return gravest->error.status;
}
