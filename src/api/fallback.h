/*
 * What the stores that a dialogue was moved from may still have of it, once it is erased where it goes on.
 */
#ifndef FALLBACK_H
#define FALLBACK_H

#include "answer.h"
#include "session.h"
#include "vault_verify.h"

enum fallback_state {
	FALLBACK_LEFT = 1, /* the other store of this configuration has it, not erased */
	FALLBACK_UNKNOWN,  /* one of that backend, which could not be looked at */
	FALLBACK_ELSEWHERE /* no store of this configuration: what it has is not known here */
};

struct fallback {
	struct text store; /* its identity */
	enum fallback_state state;
	struct text release; /* the command that deletes it there; absent of one that this configuration does not name */
	struct text why;     /* it could not be looked at, if so */
};

struct fallback_list {
	struct fallback *items;
	size_t count;
};

/* fallback_release(request, to, from, id, ret_command): what deletes the copy of a moved dialogue in the backend `from`. False when memory
   is exhausted. */
bool fallback_release(struct session_request *request, struct text to, struct text from, struct text id,
					  struct text *ret_command);

/* fallback_find(request, id, report, ret_list, error): of a good report of an erased dialogue the stores whose chain names them as source, which
   may have it as it was before its erasure. One that has nothing of it any more, or whose copy was made erased, is none. The other
   store of the configuration is opened for that, as store->target, and may be so already. Errors: HANSARD_VIOLATED "invalid_commit"; HANSARD_FAILED. */
enum hansard_status fallback_find(struct session_request *request, struct text id, const struct vault_report *report,
								  struct fallback_list *ret_list, struct hansard_error *error);

/* fallback_say(request, list), fallback_write(answer, list): as text, and in JSON as a member `sources`. False when memory is exhausted. */
bool fallback_say(struct session_request *request, const struct fallback_list *list);
void fallback_write(struct answer *answer, const struct fallback_list *list);

#endif
