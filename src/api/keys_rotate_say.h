/*
 * What a rotation says of itself: its answer, and the error of what it left out.
 */
#ifndef KEYS_ROTATE_SAY_H
#define KEYS_ROTATE_SAY_H

#include "gone.h"
#include "keys_desk.h"
#include "report.h"

/* One rotation, and how far it has come. */
struct keys_rotation {
	struct keys_desk *desk;
	const struct hansard_rotate_request *asked;
	struct hansard *store;
	struct gone_heads heads; /* of all dialogues */
	size_t changed, erased;
	size_t moved;                /* they go on in another store, and nothing is written to them here */
	size_t mended;               /* heads that a retired key alone had signed */
	struct left_list left;       /* in the latest pass */
	size_t waiting;              /* of these, not broken: heads that were believed and lack the new signature */
	bool made;                   /* a new key */
	bool going;                  /* on with a rotation that was begun */
	bool two;                    /* there are two signing keys */
	struct sign_public new, old; /* of the two, by age */
	bool retired;                /* the old one */
};

/* keys_rotate_say_verb(run, count): the number that the verb behind "count of all dialogues" goes by: that of one of one is never
   plural. */
size_t keys_rotate_say_verb(const struct keys_rotation *run, size_t count);

/* keys_rotate_say_report(run, error): the answer, of a rotation that came to its end. Errors: HANSARD_FAILED. */
enum hansard_status keys_rotate_say_report(struct keys_rotation *run, struct hansard_error *error);

/* keys_rotate_say_left(run, error): after that, the error that left dialogues are, by the worst of them; HANSARD_OK when none was left. A
   reader of text has been told which and why: he is told what mends them, and what to run then. */
enum hansard_status keys_rotate_say_left(const struct keys_rotation *run, struct hansard_error *error);

/* keys_rotate_say_made(run, error): adds to an error what nobody else says: that the rotation leaves a key that it has made. error may be
   NULL. */
void keys_rotate_say_made(const struct keys_rotation *run, struct hansard_error *error);

#endif
