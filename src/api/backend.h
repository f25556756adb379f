/*
 * The one engine that the configuration names, and what it stands on.
 */
#ifndef BACKEND_H
#define BACKEND_H

#include "aws_credentials.h"
#include "aws_settings.h"
#include "aws_world.h"
#include "dynamodb_engine.h"
#include "settings.h"
#include "store_engine.h"

/* What an engine is opened with. */
struct backend_request {
	struct arena *arena; /* lives as long as the backend */
	const struct hansard_options *options;
	const struct settings *settings;
};

/* An engine. Of zeros: none is open. */
struct backend {
	struct store_engine *engine;
	struct aws_world *world; /* this and the rest are of DynamoDB */
	struct aws_settings aws;
	struct aws_credentials *credentials;
};

/* backend_clock(platform), backend_entropy(platform): the platform's as the rooms below take them. */
struct moment_clock backend_clock(const struct hansard_platform *platform);
struct moment_entropy backend_entropy(const struct hansard_platform *platform);

/* backend_is(settings, name): whether this is the engine that the configuration names. */
bool backend_is(const struct settings *settings, const char *name);

/* backend_other(settings): the name of the other one, which the configuration has settings for, too. */
const char *backend_other(const struct settings *settings);

/* backend_database(arena, settings, ret_path): path of the database file of SQLite. False when memory is exhausted. */
bool backend_database(struct arena *arena, const struct settings *settings, struct text *ret_path);

/* backend_open(backend, request, error): opens the engine as it is asked for; one whose disk may not be written is opened to read.
   Errors: those of its open. */
enum hansard_status backend_open(struct backend *backend, const struct backend_request *request,
								 struct hansard_error *error);

/* backend_open_copy(backend, request, path, error): opens, to read, a file that the engine of this configuration has made a backup in.
   Errors: those of its open. */
enum hansard_status backend_open_copy(struct backend *backend, const struct backend_request *request, struct text path,
									  struct hansard_error *error);

/* backend_create(backend, request, error): makes and opens what of a new store lies in its folder: a database. Of a table nothing does,
   and no engine is open then. Errors: those of its open. */
enum hansard_status backend_create(struct backend *backend, const struct backend_request *request,
								   struct hansard_error *error);

/* backend_dynamodb(backend, request, ret_options, error): what a table is asked with. Reads the settings of AWS's tools, and asks
   nobody yet. Errors: those of aws_settings.h, aws_endpoint.h, aws_world_create() and aws_credentials_create(). */
enum hansard_status backend_dynamodb(struct backend *backend, const struct backend_request *request,
									 struct dynamodb_engine_options *ret_options, struct hansard_error *error);

/* backend_capacity(backend, ret_capacity): what the engine has consumed since it was opened. False where it asks no service. */
bool backend_capacity(const struct backend *backend, struct dynamodb_engine_capacity *ret_capacity);

/* backend_close(backend): closes what is open. Takes one of zeros. */
void backend_close(struct backend *backend);

#endif
