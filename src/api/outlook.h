/*
 * What is said of a dialogue that is looked at as a restore would take it: how it stands to what was seen here, and who had signed it.
 */
#ifndef OUTLOOK_H
#define OUTLOOK_H

#include "session.h"

/* outlook_word(outlook): how it stands to what was seen here, as JSON has it: "unseen", "reached", "declared_lost", "replaced",
   "rolled_back". */
const char *outlook_word(const struct vault_outlook *outlook);

/* outlook_say(request, rev): as text, in front of the answer, of the state of this rev that was looked at. False when memory is
   exhausted. */
bool outlook_say(struct session_request *request, int64_t rev);

#endif
