/*
 * Answers that hold keys. They are read where they lie: an escape is resolved in the answer's own bytes, so that there
 * is no second copy of a secret to wipe. Pure, and what an error says shows nothing of an answer.
 *
 * STS is read as XML, though it can be asked for JSON: XML is what AWS documents, and all that others who speak its
 * protocol know.
 */
#ifndef AWS_ANSWER_H
#define AWS_ANSWER_H

#include "aws_keys.h"

enum aws_answer_form {
	AWS_ANSWER_PROCESS,   /* of credential_process: {"Version": 1, "AccessKeyId", "SecretAccessKey", "SessionToken"?,
							 "Expiration"?} */
	AWS_ANSWER_CONTAINER, /* {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"} */
	AWS_ANSWER_INSTANCE,  /* the same with "Code": "Success" */
	AWS_ANSWER_STS,       /* <Credentials><AccessKeyId>… of AssumeRole and its kin */
};

/* aws_answer_read(form, answer, ret_keys, error): the keys, views into an answer that is changed. Errors:
   HANSARD_INVALID "invalid_answer", saying what is not as it must be. */
enum hansard_status aws_answer_read(enum aws_answer_form form, struct buffer *answer, struct aws_keys *ret_keys,
									struct hansard_error *error);

/* Why there are no keys, in the words of who was asked. */
struct aws_answer_refusal {
	struct text code; /* "AccessDenied"; absent when the answer names none */
	struct text message;
};

/* aws_answer_refusal(form, answer): what an answer that is no success says; views into an answer that is changed. */
struct aws_answer_refusal aws_answer_refusal(enum aws_answer_form form, struct buffer *answer);

/* aws_answer_moment(text, ret_micros): a moment in ISO 8601, with or without fractions of a second, in UTC (Z) or with
   an offset (+02:00). */
bool aws_answer_moment(struct text text, int64_t *ret_micros);

#endif
