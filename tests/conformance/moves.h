/*
 * A dialogue that moves within one engine: sealed, copied elsewhere revision by revision, published, tidied, released where it was, and called
 * off again where it went.
 */
#ifndef MOVES_H
#define MOVES_H

#include "dump.h"
#include "subject.h"

/* What moves. */
struct moves_dialogue {
	const char *tenant, *id;
	const char *to; /* its id in tenant "w" */
	struct draft_head head;
	struct draft_head published; /* where it went */
	const struct dump_owners *owners;
};

/* moves_copy(out, subject, dialogue): seals it, copies and publishes it, and appends what the engine answers about both places on the way; the
   heads of the dialogue are then those that came of it. What is not as it was stored fails the running test. */
void moves_copy(struct buffer *out, struct subject *subject, struct moves_dialogue *dialogue);

/* moves_away(out, subject, dialogue): releases what was copied, calls the copy off and clears it, likewise. Nothing is left but a head with its
   commit, and a reservation. */
void moves_away(struct buffer *out, struct subject *subject, const struct moves_dialogue *dialogue);

/* moves_check(subject): the deep check of the store finds nothing amiss. */
void moves_check(struct subject *subject);

#endif
