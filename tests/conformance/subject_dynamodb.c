/*
 * The engine over the world as it is, whose answers can be made to get lost.
 */
#include "subject_dynamodb.h"

#include <time.h>
#include <unistd.h>

#include "aws_credentials.h"
#include "aws_world.h"
#include "dynamodb_engine.h"
#include "dynamodb_table.h"
#include "emulator.h"
#include "error.h"
#include "walked.h"

/* As in AWS's documentation. */
static const char *const environment[] = {"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
										  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
										  "AWS_EC2_METADATA_DISABLED=true", NULL};

/* What all subjects of this process share. */
static struct {
	struct aws_world *world;
	struct aws_edge edge; /* the world's, with the functions below in front */
	struct aws_edge real;
	struct aws_credentials *credentials;
	struct aws_endpoint endpoint;
	bool losing;        /* answers to transactions get lost until they are asked after */
	bool carried_out;   /* the first of them was */
	int64_t hurried_us; /* pauses that were not made */
} shared;

static int64_t now(void *context)
{
	struct timespec time;
	(void)context;
	expect(clock_gettime(CLOCK_REALTIME, &time) == 0);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int64_t steady(void *context)
{
	(void)context;
	return shared.real.steady.now(shared.real.steady.context) + shared.hurried_us;
}

/* Nobody else is there to be waited for: the clock goes on instead. */
static void pause_for(void *context, int64_t micros)
{
	(void)context;
	shared.hurried_us += micros;
}

/* A number in which every bit of another shows (the last steps of SplitMix64). */
static uint64_t mixed(uint64_t number)
{
	number *= UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

/* Randomness like no other's: a store may know transactions by it, of whichever table. */
static bool fill(void *context, uint8_t *data, size_t size)
{
	static uint64_t state;
	(void)context;
	if (state == 0)
		state = ((uint64_t)getpid() << 40) ^ (uint64_t)now(NULL);
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)(mixed(++state) >> 56);
	return true;
}

/* What a request asks for; absent where it is none of DynamoDB. */
static struct text operation_of(const struct http_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (text_is(request->headers[i].name, "x-amz-target"))
			return request->headers[i].value;
	return TEXT_ABSENT;
}

static enum hansard_status send_lossily(void *context, const struct http_request *request, struct http_answer *answer,
										struct hansard_error *error)
{
	const struct text operation = operation_of(request);
	const bool commit = text_is(operation, "DynamoDB_20120810.TransactWriteItems");
	enum hansard_status status = HANSARD_OK;
	walked_note(operation, request->body);
	if (!shared.losing)
		return shared.real.functions->send(context, request, answer, error);
	if (!commit) {
		shared.losing = false; /* the first question after it finds nobody */
		return error_set(error, HANSARD_FAILED, "transport_failed", "nobody is there");
	}
	if (!shared.carried_out)
		status = shared.real.functions->send(context, request, answer, error);
	if (status != HANSARD_OK || (!shared.carried_out && answer->status != 200))
		return status; /* not carried out yet */
	shared.carried_out = true;
	answer->status = 0;
	answer->sendings = 1;
	answer->body.size = 0;
	return error_set(error, HANSARD_UNREACHABLE, "connection_lost", "the answer got lost");
}

static struct aws_edge_functions lossy;

static void create_shared(const char *url)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct aws_world_options options = {.environment = environment, .clock = {.now = now}};
	expect_good(aws_world_create(&options, &shared.world, &error), &error);
	shared.real = shared.edge = aws_world_edge(shared.world);
	lossy = *shared.real.functions;
	lossy.send = send_lossily;
	lossy.pause = pause_for;
	shared.edge.functions = &lossy;
	shared.edge.steady = (struct moment_clock){.now = steady};
	const struct aws_credentials_options keys = {.edge = shared.edge, .region = TEXT("us-east-1")};
	expect_good(aws_credentials_create(&keys, &shared.credentials, &error), &error);
	shared.endpoint = (struct aws_endpoint){.url = text_of_string(url), .from = TEXT("configured")};
	expect(aws_url_parse(shared.endpoint.url, &shared.endpoint.parts));
}

const char *subject_dynamodb_lacking(void)
{
	const char *reason;
	return emulator_endpoint(&reason) == NULL ? reason : NULL;
}

/* The name of the subject's folder, which no other has. */
static struct text table_of(const struct subject *subject)
{
	return text_of_string(strrchr(subject->folder, '/') + 1);
}

enum hansard_status subject_dynamodb_open(struct subject *subject, bool create, struct store_engine **ret_engine,
										  struct hansard_error *error)
{
	const char *reason;
	const char *url = emulator_endpoint(&reason);
	expect(url != NULL);
	if (shared.world == NULL)
		create_shared(url);
	const struct dynamodb_engine_options options = {
		.edge = shared.edge,
		.credentials = shared.credentials,
		.endpoint = shared.endpoint,
		.region = TEXT("us-east-1"),
		.table = table_of(subject),
		.clock = subject_clock(),
		.entropy = {.fill = fill},
	};
	/* Every fourth store has shards. */
	static unsigned created;
	created += create;
	const struct dynamodb_table_creation creation = {.shards = created % 4 == 0 ? 3 : 1, .local = true};
	const enum hansard_status status = create ? dynamodb_table_create(&options, &creation, NULL, error) : HANSARD_OK;
	return status == HANSARD_OK ? dynamodb_engine_open(&options, ret_engine, error) : status;
}

bool subject_dynamodb_lose_answer(struct subject *subject)
{
	(void)subject;
	shared.losing = true;
	shared.carried_out = false;
	return true;
}
