/*
 * Dialogues that were sealed to be moved, of which it was not seen here that the other store has taken over: what ends or calls off the move.
 */
#ifndef UNFINISHED_H
#define UNFINISHED_H

#include "session.h"

/* unfinished_command(request, id, rest, ret_command): `hansard migrate` to the other backend, of one dialogue or, absent, of all, with `rest`
   behind it; with --set where the store's own is named by no file. False when memory is exhausted. */
bool unfinished_command(struct session_request *request, struct text id, const char *rest, struct text *ret_command);

/* unfinished_add(request): to an answer about a dialogue that request->sealed says is sealed: as text in front of it, in JSON as its last
   member `unfinished_move`. Nothing where it is not, or to no answer. False when memory is exhausted; the answer is then none. */
bool unfinished_add(struct session_request *request);

/* unfinished_advice(request, id, ret_advice): "… ends the move, … --cancel calls it off". False when memory is exhausted. */
bool unfinished_advice(struct session_request *request, struct text id, struct text *ret_advice);

#endif
