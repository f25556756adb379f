/*
 * What the room needs of the world, as functions that are passed in: files, processes and HTTP. Nothing
 * else in it reads a file, a clock or the environment. aws_world.h has the real ones.
 */
#ifndef AWS_EDGE_H
#define AWS_EDGE_H

#include "http.h"

struct aws_edge_functions {
	/* read(context, path, out, error): must append all that a file holds to out, whose memory it does not move. Errors:
	   HANSARD_NOT_FOUND when there is no such file; HANSARD_INVALID "file_too_large" when it has more than out has room
	   for; HANSARD_FAILED. */
	enum hansard_status (*read)(void *context, struct text path, struct buffer *out, struct hansard_error *error);

	/* run(context, command, out, error): must run a command by /bin/sh, with nothing to read, and append what it writes
	   to out, whose memory it does not move; a command that does not end within LIMIT_AWS_PROCESS_MS is ended. Errors,
	   which do not show the command: HANSARD_FAILED "process_failed" with its exit code, "process_timed_out". */
	enum hansard_status (*run)(void *context, struct text command, struct buffer *out, struct hansard_error *error);

	/* send(context, request, answer, error): as http_send(); may send again what may be sent again. */
	enum hansard_status (*send)(void *context, const struct http_request *request, struct http_answer *answer,
								struct hansard_error *error);

	/* pause(context, micros): must let that time pass. */
	void (*pause)(void *context, int64_t micros);
};

struct aws_edge {
	const struct aws_edge_functions *functions;
	void *context;
	const char *const *environment; /* NAME=value, NULL at the end; may be NULL */
	struct moment_clock clock;      /* of the calendar */
	struct moment_clock steady;     /* microseconds of a clock that is never set */
};

#endif
