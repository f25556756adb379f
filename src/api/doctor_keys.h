/*
 * What doctor says, line by line, and what it says of keys.
 */
#ifndef DOCTOR_KEYS_H
#define DOCTOR_KEYS_H

#include "answer.h"
#include "session.h"

/* The doctor's answer, line by line. */
struct doctoring {
	struct session_request *request;
	struct answer answer;
	bool as_json;
	struct text bad; /* the last that was found not to be as it should; absent when all is */
	size_t behind;   /* dialogues whose newest commit that was seen here the store does not have */
};

/* What is said of a subject. */
enum finding { FINDING_OK, FINDING_BAD, FINDING_UNCHECKED, FINDING_NOTE };

/* doctor_line(run, finding, subject, detail): one line of the answer; the detail is shown as a terminal may have it. False when memory is
   exhausted. doctor_finding(run, good, subject, detail): the same of what is as it should be, or is not. */
bool doctor_line(struct doctoring *run, enum finding finding, struct text subject, struct text detail);
bool doctor_finding(struct doctoring *run, bool good, struct text subject, struct text detail);

/* doctor_keys(run, options, settings, needed): the folder of keys as far as it can be told without a passphrase; `needed`: there is a
   store, which cannot be used without them. False when memory is exhausted. */
bool doctor_keys(struct doctoring *run, const struct hansard_options *options, const struct settings *settings,
				 bool needed);

#endif
