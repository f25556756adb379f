/*
 * The members of one JSON object (RFC 8259), read where they lie. json_read.h would leave copies of secrets behind.
 */
#ifndef AWS_ANSWER_JSON_H
#define AWS_ANSWER_JSON_H

#include "bytes.h"

/* A member that is asked for. */
struct aws_answer_json_member {
	const char *name;  /* NULL: none */
	struct text value; /* what a string says, a number as written; absent when there is none, or null */
};

/* aws_answer_json_read(answer, members, count): fills in the values of an object's members, views into an answer whose
   strings are resolved in place. NULL, or what is wrong: it is no object, a member that is asked for is neither text
   nor number or is there twice, or the object is nested too deep; values are then absent. */
const char *aws_answer_json_read(struct buffer *answer, struct aws_answer_json_member *members, size_t count);

#endif
