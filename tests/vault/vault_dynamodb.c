/*
 * The world as it is, but for its pauses: nobody else writes to these tables, so nothing is waited for.
 */
#include "vault_dynamodb.h"

#include <time.h>
#include <unistd.h>

#include "aws_credentials.h"
#include "aws_world.h"
#include "dynamodb_engine.h"
#include "dynamodb_table.h"
#include "emulator.h"

/* As in AWS's documentation. */
static const char *const environment[] = {"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
										  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
										  "AWS_EC2_METADATA_DISABLED=true", NULL};

/* What all stores of this process share. */
static struct {
	struct aws_world *world;
	struct aws_edge edge;
	struct aws_edge_functions functions;
	struct aws_credentials *credentials;
	struct aws_endpoint endpoint;
	unsigned tables;
	char table[64];
} shared;

static int64_t now(void *context)
{
	struct timespec time = {0};
	(void)context;
	(void)clock_gettime(CLOCK_REALTIME, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void pause_for(void *context, int64_t micros)
{
	(void)context, (void)micros;
}

const char *vault_dynamodb_lacking(void)
{
	const char *reason;
	return emulator_endpoint(&reason) == NULL ? reason : NULL;
}

static bool create_shared(struct hansard_error *error)
{
	const char *reason;
	const struct aws_world_options options = {.environment = environment, .clock = {.now = now}};
	if (shared.world != NULL)
		return true;
	shared.endpoint =
		(struct aws_endpoint){.url = text_of_string(emulator_endpoint(&reason)), .from = TEXT("configured")};
	if (!aws_url_parse(shared.endpoint.url, &shared.endpoint.parts) ||
		aws_world_create(&options, &shared.world, error) != HANSARD_OK)
		return false;
	shared.edge = aws_world_edge(shared.world);
	shared.functions = *shared.edge.functions;
	shared.functions.pause = pause_for;
	shared.edge.functions = &shared.functions;
	const struct aws_credentials_options keys = {.edge = shared.edge, .region = TEXT("us-east-1")};
	return aws_credentials_create(&keys, &shared.credentials, error) == HANSARD_OK;
}

struct store_engine *vault_dynamodb_open(struct moment_clock clock, struct moment_entropy entropy,
										 struct hansard_error *error)
{
	struct store_engine *engine;
	if (!create_shared(error))
		return NULL;
	snprintf(shared.table, sizeof(shared.table), "hansard-vault-%d-%lld-%u", (int)getpid(), (long long)now(NULL),
			 shared.tables++);
	const struct dynamodb_engine_options options = {.edge = shared.edge,
													.credentials = shared.credentials,
													.endpoint = shared.endpoint,
													.region = TEXT("us-east-1"),
													.table = text_of_string(shared.table),
													.clock = clock,
													.entropy = entropy};
	const struct dynamodb_table_creation creation = {.shards = 1, .local = true};
	return dynamodb_table_create(&options, &creation, NULL, error) == HANSARD_OK &&
				   dynamodb_engine_open(&options, &engine, error) == HANSARD_OK
			   ? engine
			   : NULL;
}
