/*
 * What a service that is asked for rows says was consumed.
 */
#ifndef COST_H
#define COST_H

#include "answer.h"
#include "session.h"

/* cost_append(store, out): adds to an answer in JSON, as its last member `capacity`, what the store has consumed since it was opened;
   nothing where no service is asked, or no store is open (NULL), or to what is no such answer. False when memory is exhausted. */
bool cost_append(const struct hansard *store, struct buffer *out);

/* cost_write(answer, capacity): the same member in an answer that is being written. */
void cost_write(struct answer *answer, const struct dynamodb_engine_capacity *capacity);

#endif
