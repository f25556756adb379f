/*
 * Verifying a whole store on behalf of another answer.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "verify_answer.h"

/* verify_store(run, error): verifies every dialogue of the store of run->request, each in an arena of its own, and the engine. Each is
   counted and written: as JSON into the array of run->answer that is open, of dialogues; the one of the store is open afterwards, for
   verify_answer_totals(). What is found is no error: verify_answer_judge() says it. Errors: those that end a verification. */
enum hansard_status verify_store(struct verifying *run, struct hansard_error *error);

#endif
