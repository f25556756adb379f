/*
 * A service of AWS by its JSON protocol: each request is signed, sent, and sent again by retry.h. One client is one service in one
 * region, and for one thread. What an answer means beyond success and refusal is decided above.
 */
#ifndef AWS_CLIENT_H
#define AWS_CLIENT_H

#include "aws_credentials.h"
#include "aws_endpoint.h"
#include "aws_refusal.h"
#include "retry.h"

struct aws_client;

/* Views, which must outlive the client. */
struct aws_client_options {
	struct aws_edge edge;
	struct moment_entropy entropy;
	struct aws_credentials *credentials; /* borrowed */
	enum aws_endpoint_service service;   /* AWS_ENDPOINT_DYNAMODB or AWS_ENDPOINT_KMS */
	struct aws_endpoint endpoint;
	struct text region;
};

struct aws_client_request {
	const char *operation; /* "Query" */
	struct bytes body;     /* JSON, the same bytes each time */
	/* It has RETRY_WRITE_US, else RETRY_READ_US; and once it may have been carried out unheard, it is sent again until the answer is
	   definite. That takes a service to which the same bytes are the same request: a transaction with its token. */
	bool write;
};

struct aws_client_answer {
	struct buffer body; /* JSON; of a success */
	int sendings;       /* how often the request went out */
	int unheard; /* after how many of them it may have been carried out without our being told; 0: what is said is so */
	/* Of a failure: what its last answer says, and what that is. 0: the service was not asked, or the last sending had no answer. */
	enum retry_kind kind;
	struct aws_refusal refusal;
};

/* aws_client_create(options, ret_client, error): asks for nothing yet. Errors: HANSARD_FAILED "crypto_failed", "out_of_memory". */
enum hansard_status aws_client_create(const struct aws_client_options *options, struct aws_client **ret_client,
									  struct hansard_error *error);

/* aws_client_destroy(client): takes NULL. */
void aws_client_destroy(struct aws_client *client);

/* aws_client_answer_init(answer): allocates nothing. aws_client_answer_finish(answer): frees what it holds. */
void aws_client_answer_init(struct aws_client_answer *answer);
void aws_client_answer_finish(struct aws_client_answer *answer);

/*
 * aws_client_send(client, request, arena, answer, error): fills an initialised answer, anew each time; the texts of a refusal live in the
 * arena. Errors, which name the service, the operation, and what the service says with the id of the request:
 *
 *     HANSARD_UNREACHABLE   running it again may help: "throttled", "contended", "service_failed", and those of http_send()
 *     HANSARD_FAILED        it will not: "refused"; those of http_send(); "crypto_failed", "out_of_memory"
 *     HANSARD_INVALID       those of aws_credentials_keys() and sigv4_sign()
 *
 * A write of which `unheard` is above 0 has an unknown outcome, whatever the error.
 */
enum hansard_status aws_client_send(struct aws_client *client, const struct aws_client_request *request,
									struct arena *arena, struct aws_client_answer *answer, struct hansard_error *error);

#endif
