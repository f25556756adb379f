/*
 * What is said of a copy of a store, when it is made and when it is put in a store's place.
 */
#ifndef BACKUP_H
#define BACKUP_H

#include "verify.h"

/* backup_verify(run, error): verifies the copy that run->request->store has open and writes of its dialogues those that are not good, and
   all in numbers. What is found is no error: verify_answer_judge() says it. Errors: those that end a verification; the answer is then
   half written. backup_unverified(run, why): writes that it was not. False when memory is exhausted. */
enum hansard_status backup_verify(struct verifying *run, struct hansard_error *error);
bool backup_unverified(struct verifying *run, const char *why);

#endif
