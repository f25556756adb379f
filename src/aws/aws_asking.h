/*
 * Asking one source for keys: what each of them needs, and what they share.
 */
#ifndef AWS_ASKING_H
#define AWS_ASKING_H

#include "arena.h"
#include "aws_answer.h"
#include "aws_keys.h"
#include "aws_settings.h"
#include "hash.h"

struct aws_asking {
	const struct aws_edge *edge;
	const struct aws_settings *settings;
	struct hash_context *hash;
	struct arena *arena; /* for texts that are no secrets */
	struct text region;  /* as configured, or absent */
	struct text sts_endpoint;
	int64_t deadline;           /* by the steady clock of the edge */
	struct aws_keys_held *held; /* where the keys go */
	struct text from;           /* who gave them, for people */
};

/* aws_asking_now(asking), aws_asking_steady(asking): microseconds since 1970; by the steady clock. */
int64_t aws_asking_now(const struct aws_asking *asking);
int64_t aws_asking_steady(const struct aws_asking *asking);

/* aws_asking_describe(asking, format, ...): fills in from. False when memory is exhausted. */
bool aws_asking_describe(struct aws_asking *asking, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* aws_asking_blame(status, whom, cause, error): the error of a cause, beginning with `whom`; returns status. */
enum hansard_status aws_asking_blame(enum hansard_status status, struct text whom, const struct hansard_error *cause,
									 struct hansard_error *error);

/* aws_asking_hold(asking, keys, whom, error): keeps keys that are good now. Errors: HANSARD_INVALID "invalid_keys" and
   "keys_expired", beginning with `whom`. */
enum hansard_status aws_asking_hold(struct aws_asking *asking, const struct aws_keys *keys, struct text whom,
									struct hansard_error *error);

/* aws_asking_read(asking, path, out, error): a file that must be there, into an empty buffer of wiped.h. Errors:
   HANSARD_INVALID "no_file", "file_too_large"; HANSARD_FAILED. */
enum hansard_status aws_asking_read(const struct aws_asking *asking, struct text path, struct buffer *out,
									struct hansard_error *error);

/* aws_asking_begin(answer): an answer whose body is wiped; false when memory is exhausted. aws_asking_end(answer):
   wipes it. */
bool aws_asking_begin(struct http_answer *answer);
void aws_asking_end(struct http_answer *answer);

/* A reason why there are no keys, as who is asked names it. */
struct aws_asking_reason {
	const char *code;
	enum hansard_status status; /* UNREACHABLE: asking again may help */
	const char *hint;
};

/* Who is asked over HTTP, in which form they answer, and what their reasons mean. */
struct aws_asking_whom {
	struct text name; /* for errors */
	const char *hint; /* what to do when no reason is known */
	enum aws_answer_form form;
	const struct aws_asking_reason *reasons;
	size_t reason_count;
};

/* aws_asking_send(asking, request, answer, error): a request by the edge, whose deadline is the earlier of its own and
   the asking's. Errors: those of http_send(). */
enum hansard_status aws_asking_send(const struct aws_asking *asking, const struct http_request *request,
									struct http_answer *answer, struct hansard_error *error);

/* aws_asking_take(asking, answer, whom, error): keeps the keys of an answer. Errors: as aws_asking_hold(),
   HANSARD_INVALID "invalid_answer"; "no_keys" with what it says, HANSARD_FAILED, or HANSARD_UNREACHABLE for a status of
   500 or more and where the reason says so. */
enum hansard_status aws_asking_take(struct aws_asking *asking, struct http_answer *answer,
									const struct aws_asking_whom *whom, struct hansard_error *error);

#endif
