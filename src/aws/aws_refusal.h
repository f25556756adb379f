/*
 * What a service says that refuses a request of its JSON protocol (Smithy, "AWS JSON 1.0 protocol", "Operation error serialization"). Pure.
 */
#ifndef AWS_REFUSAL_H
#define AWS_REFUSAL_H

#include "arena.h"
#include "http.h"

/* Absent is what the answer does not say. */
struct aws_refusal {
	struct text name;       /* of the error, without a namespace: "ThrottlingException" */
	struct text message;    /* for people */
	struct text request_id; /* that support asks for */
	struct text
		throttling; /* what takes no more, and of which resource: "TableWriteProvisionedThroughputExceeded (arn:…)" */
	struct text_list
		reasons;     /* codes of a cancelled transaction, one for each action, "None" where that was not at fault */
	int64_t skew_us; /* the service's clock, by its Date, less ours; 0 where it says nothing */
	int64_t retry_after_ms; /* 0 where there is none */
};

/* aws_refusal_read(answer, now_us, arena, ret_refusal): what an answer that is no success says at `now_us`, microseconds since 1970. Its
   texts live in the arena. What cannot be read is absent. False when memory is exhausted. */
bool aws_refusal_read(const struct http_answer *answer, int64_t now_us, struct arena *arena,
					  struct aws_refusal *ret_refusal);

/* aws_refusal_date(text, ret_micros): a Date as services send it, IMF-fixdate (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT". */
bool aws_refusal_date(struct text text, int64_t *ret_micros);

#endif
