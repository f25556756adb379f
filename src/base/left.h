/*
 * What a command about many dialogues had to leave out: which, and why. The others are answered, or written to, all the same.
 */
#ifndef LEFT_H
#define LEFT_H

#include "arena.h"
#include "error.h"

struct left {
	struct text id;
	enum hansard_status status; /* of the error */
	struct text kind, message, hint;
};

struct left_list {
	struct arena *arena; /* everything lives there */
	struct left *items;
	size_t count, capacity;
	struct hansard_error worst; /* of them, as error_keep_worst has it */
	struct text worst_id;
};

/* left_takes(error): whether something failed for this dialogue alone, so that others may be good: it is not as it was committed,
   the key that it is sealed under is not at hand, or its mark or record is one that cannot be read. Asked of failures to open one
   dialogue of a store that is open: what is wrong with the store's keys or settings has ended the command before. */
bool left_takes(const struct hansard_error *error);

/* left_add(list, id, failure): one more. False when memory is exhausted. */
bool left_add(struct left_list *list, struct text id, const struct hansard_error *failure);

/* left_conclude(list, error): what becomes of the command: HANSARD_OK when nothing was left out, else the worst, with its kind and
   hint, and the ids as far as there is room. */
enum hansard_status left_conclude(const struct left_list *list, struct hansard_error *error);

#endif
