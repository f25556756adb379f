/*
 * What is said of a dialogue that is looked at as a restore would take it: how it stands to what was seen here, and who had signed it.
 */
#ifndef OUTLOOK_H
#define OUTLOOK_H

#include "session.h"

/* outlook_add(request): to an answer about a dialogue that was looked at so: as text in front of it, in JSON as its last member
   `restored`. Nothing where none was, or to no answer. False when memory is exhausted; the answer is then none. */
bool outlook_add(struct session_request *request);

#endif
