/*
 * Keeping and showing what was left.
 */
#include "undone.h"

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

bool undone_takes(const struct hansard_error *error)
{
	return error->status == HANSARD_VIOLATED ||
		   (error->status == HANSARD_WRONG_KEY && strcmp(error->kind, "wrong_key") == 0) ||
		   (error->status == HANSARD_INVALID && strcmp(error->kind, "invalid_key_file") != 0);
}

bool undone_add(struct undone *undone, struct session_request *request, struct text id,
				const struct hansard_error *error)
{
	struct arena *arena = request->arena;
	if (!arena_grow(arena, &undone->dialogues, undone->count, &undone->capacity, sizeof(*undone->dialogues)) ||
		!arena_copy_text(arena, id, &undone->dialogues[undone->count].id))
		return false;
	undone->dialogues[undone->count++].error = *error;
	return true;
}

bool undone_say(const struct undone *undone, struct session_request *request)
{
	bool good = true;
	for (size_t i = 0; good && i < undone->count; i++) {
		const struct text id = session_clean(request, undone->dialogues[i].id);
		good = session_say(request, "%.*s: left as it is: %s\n", (int)id.size, id.data,
						   undone->dialogues[i].error.message);
	}
	return good;
}

void undone_answer(const struct undone *undone, struct answer *answer)
{
	if (undone->count == 0)
		return;
	answer_array(answer, "left_out");
	for (size_t i = 0; i < undone->count; i++) {
		const struct hansard_error *error = &undone->dialogues[i].error;
		answer_object(answer, NULL);
		answer_text(answer, "dialogue_id", undone->dialogues[i].id);
		answer_string(answer, "kind", error->kind);
		answer_string(answer, "message", error->message);
		answer_end(answer);
	}
	answer_end(answer);
}

enum hansard_status undone_status(const struct undone *undone, size_t of, struct hansard_error *error)
{
	const struct undone_dialogue *gravest = NULL;
	for (size_t i = 0; i < undone->count; i++)
		if (gravest == NULL || gravity(undone->dialogues[i].error.status) > gravity(gravest->error.status))
			gravest = &undone->dialogues[i];
	if (gravest == NULL)
		return HANSARD_OK;
	error_set(error, gravest->error.status, gravest->error.kind,
			  "%zu of %zu dialogues were left as they are, \"" ERROR_TEXT "\" because: %s", undone->count, of,
			  ERROR_TEXT_ARGS(gravest->id), gravest->error.message);
	error_hint(error, "%s", gravest->error.hint);
	return gravest->error.status;
}
