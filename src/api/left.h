/*
 * Dialogues that a run over many has to leave as they are, each with its reason: one that is broken does not keep the others waiting.
 */
#ifndef LEFT_H
#define LEFT_H

#include "answer.h"
#include "session.h"

struct left_dialogue {
	struct text id;
	struct hansard_error error;
};

/* Zeroed, it is empty. It lies in the arena of the request. */
struct left {
	struct left_dialogue *dialogues;
	size_t count, capacity;
};

/* left_takes(status): whether this is a matter of one dialogue, and no reason to end the run: HANSARD_VIOLATED, HANSARD_WRONG_KEY,
   HANSARD_INVALID. */
bool left_takes(enum hansard_status status);

/* left_add(left, request, id, error): false when memory is exhausted. */
bool left_add(struct left *left, struct session_request *request, struct text id, const struct hansard_error *error);

/* left_say(left, request): a line for each. False when memory is exhausted. */
bool left_say(const struct left *left, struct session_request *request);

/* left_answer(left, answer): the member `left` of an answer as JSON. */
void left_answer(const struct left *left, struct answer *answer);

/* left_status(left, of, error): HANSARD_OK when none was left of `of` dialogues; otherwise the gravest of what they have: HANSARD_VIOLATED
   before HANSARD_WRONG_KEY before HANSARD_INVALID, and which the first of these is. */
enum hansard_status left_status(const struct left *left, size_t of, struct hansard_error *error);

#endif
