/*
 * Stores to measure on, made through the library itself: every dialogue in them is genuine.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <hansard/hansard.h>
#include <jansson.h>
#include <sqlite3.h>

#include "vault.h"

struct fixture {
	char folder[600];
	char database[640];
	struct hansard_platform platform;
	struct hansard *store;       /* open as programs have it: with marks and audit log */
	struct store_engine *engine; /* its engine, */
	struct keyring *keyring;     /* its keys, */
	struct vault *watched;       /* its vault, */
	struct vault *vault;         /* and one over the same engine and keys without marks and audit log */
	sqlite3 *bare;               /* a second connection to the same file, for the baselines */
	struct arena *arena;
	struct text *ids; /* of the dialogues that fixture_fill() made */
	size_t count;
	size_t capacity;
};

/* fixture_must(status, error), fixture_must_sql(code, db): end the program unless it went well. */
void fixture_must(enum hansard_status status, const struct hansard_error *error);
void fixture_must_sql(int code, sqlite3 *db);

/* fixture_make(folder, name): a new store below `folder`, open. Keys and marks are those of the environment. */
struct fixture *fixture_make(const char *folder, const char *name);

/* fixture_destroy(fixture): closes it; the files stay. Takes NULL. */
void fixture_destroy(struct fixture *fixture);

/* fixture_create(fixture, title): a new dialogue; its id lives as long as the fixture. */
struct text fixture_create(struct fixture *fixture, const char *title);

/* fixture_round(items): the JSON of a first round of so many perspectives, each stored in about BENCH_ITEM_BYTES bytes. */
json_t *fixture_round(size_t items);

/* fixture_register(vault, id, round): registers it; returns the microseconds of load, checks and commit. */
double fixture_register(struct vault *vault, struct text id, const json_t *round);

/* fixture_fill(fixture, count, items): makes dialogues until there are `count`, each with a round of `items` unless that is 0. Nothing
   waits for the disk meanwhile. */
void fixture_fill(struct fixture *fixture, size_t count, size_t items);

/* fixture_load(vault, id): loads a dialogue whole and verified into an arena of its own; returns the microseconds, the arena's
   included. */
double fixture_load(struct vault *vault, struct text id);

#endif
