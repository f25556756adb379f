/*
 * What a service that is asked for rows says was consumed.
 */
#ifndef COST_H
#define COST_H

#include "session.h"

/* cost_append(store, out): adds to an answer in JSON, as its last member `capacity`, what the store has consumed since it was opened;
   nothing where no service is asked, or no store is open (NULL), or to what is no such answer. False when memory is exhausted. */
bool cost_append(const struct hansard *store, struct buffer *out);

#endif
