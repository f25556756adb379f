/*
 * Dialogues that a run over many has to leave as they are, each with its reason: one that is broken does not keep the others waiting.
 */
#ifndef UNDONE_H
#define UNDONE_H

#include "answer.h"
#include "session.h"

struct undone_dialogue {
	struct text id;
	struct hansard_error error;
};

/* Zeroed, it is empty. It lies in the arena of the request. */
struct undone {
	struct undone_dialogue *dialogues;
	size_t count, capacity;
};

/* undone_takes(error): whether this is a matter of one dialogue, and no reason to end the run: what is violated, sealed with a key that
   is not at hand, or refused. A key that is missing or cannot be read is missing for all. */
bool undone_takes(const struct hansard_error *error);

/* undone_add(undone, request, id, error): false when memory is exhausted. */
bool undone_add(struct undone *undone, struct session_request *request, struct text id,
				const struct hansard_error *error);

/* undone_say(undone, request): a line for each. False when memory is exhausted. */
bool undone_say(const struct undone *undone, struct session_request *request);

/* undone_answer(undone, answer): the member `left_out` of an answer as JSON; nothing where that is nothing. */
void undone_answer(const struct undone *undone, struct answer *answer);

/* undone_status(undone, of, error): HANSARD_OK when none was left of `of` dialogues; otherwise the gravest of what they have: HANSARD_VIOLATED
   before HANSARD_WRONG_KEY before HANSARD_INVALID, and which the first of these is. */
enum hansard_status undone_status(const struct undone *undone, size_t of, struct hansard_error *error);

#endif
