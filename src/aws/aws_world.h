/*
 * The world as it is: files, processes and HTTP for aws_edge.h.
 */
#ifndef AWS_WORLD_H
#define AWS_WORLD_H

#include "aws_edge.h"

struct aws_world;

/* Views, which must outlive the world. */
struct aws_world_options {
	const char *const *environment; /* that processes get; HTTPS_PROXY, NO_PROXY and AWS_CA_BUNDLE are read from it */
	struct moment_clock clock;      /* of the calendar */
	struct moment_clock steady;     /* one that is never set; of zeros: that of the system */
};

/* aws_world_create(options, ret_world, error): Errors: those of http_create(). */
enum hansard_status aws_world_create(const struct aws_world_options *options, struct aws_world **ret_world,
									 struct hansard_error *error);

/* aws_world_destroy(world): takes NULL. */
void aws_world_destroy(struct aws_world *world);

/* aws_world_edge(world): lives as long as the world. */
struct aws_edge aws_world_edge(struct aws_world *world);

/* aws_world_http(world): its client, which services may use too. */
struct http *aws_world_http(struct aws_world *world);

#endif
