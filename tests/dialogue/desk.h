/*
 * What the tests of this room start from: a store, a vault, a clock that ticks a second a look, and the Judge's calls
 * with JSON written in single quotes.
 */
#ifndef DESK_H
#define DESK_H

#include "adopt.h"
#include "create.h"
#include "decide.h"
#include "folder.h"
#include "register.h"
#include "store_engine.h"
#include "update.h"

enum { DESK_JSON_MAX = 256 };

struct desk {
	struct store_engine engine; /* in front of the inner one; first member: handles are cast back */
	struct store_engine *inner;
	long commit_fails; /* the commit of this number (from 1) fails; 0: none */
	long commit_loses; /* that of this number finds that another writer was first; 0: none */
	long commits;
	long reads; /* of items, histories and parts */
	struct keyring *keyring;
	struct vault *vault;
	struct arena *arena;
	struct hansard_error error;
	struct problem_list problems;
	struct register_result registered;
	struct update_result updated;
	struct decide_result decided;
	struct adopt_result adopted;
	int64_t now;
	bool clock_stands;
	unsigned draws;
	json_t *jsons[DESK_JSON_MAX];
	size_t json_count;
	char folder[FOLDER_SIZE];
	char path[FOLDER_SIZE + 16];
};

/* desk_begin(desk, sqlite): an empty store in memory or in a SQLite file. One that was begun is finished first. */
void desk_begin(struct desk *desk, bool sqlite);

/* desk_finish(desk): takes a zeroed one. */
void desk_finish(struct desk *desk);

/* desk_json(desk, source): JSON written with ' for "; lives as long as the desk. */
json_t *desk_json(struct desk *desk, const char *source);

/* desk_create(desk, id): a dialogue of that id with a pool of twelve; ends the program unless it is created. */
void desk_create(struct desk *desk, const char *id);

/* desk_open(desk): the dialogue "d", which must open. */
struct dialogue *desk_open(struct desk *desk);

/* Calls on "d", opened anew, with problems begun anew; results in the desk. */
enum hansard_status desk_register(struct desk *desk, const char *source);
enum hansard_status desk_update(struct desk *desk, const char *source);
enum hansard_status desk_verdict(struct desk *desk, const char *source);
enum hansard_status desk_status(struct desk *desk, const char *id, const char *status, const char *actor);
enum hansard_status desk_adopt(struct desk *desk, const struct adopt_request *request);

/* desk_problem(desk, code, path): the problem with this code and path, or NULL; printed as a comment when there is
   none. */
const struct problem *desk_problem(const struct desk *desk, enum problem_code code, const char *path);

/* desk_statement(desk, id): a statement of "d" as stored now, or NULL. */
const struct entity_head *desk_statement(struct desk *desk, const char *id);

/* desk_events(desk, type, target): events of "d" of this type on this target. */
size_t desk_events(struct desk *desk, enum event_type type, const char *target);

/* desk_same(a, b): two records with the same entities, revs and content aside. */
bool desk_same(const struct record *a, const struct record *b);

/* A round 0 with two experts, a tension each, and one with both converging. */
extern const char desk_round_0[];
extern const char desk_round_1[];

#endif
