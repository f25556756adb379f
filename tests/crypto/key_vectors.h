/*
 * What tests of keys and of boxes start from: the vectors, an arena, a pool of slots that all come back.
 */
#ifndef KEY_VECTORS_H
#define KEY_VECTORS_H

#include "limits.h"
#include "secret.h"
#include "vectors.h"

enum { SLOTS = 6 };

static struct arena *arena;
static json_t *vectors;
static struct secret_pool *pool;

static void begin(void)
{
	struct hansard_error error = {0};
	arena_destroy(arena);
	json_decref(vectors);
	secret_pool_destroy(pool);
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	if (secret_pool_create(SLOTS, &pool, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	vectors = vectors_load(ENVELOPE_KEYS);
}

/* Every slot has come back: the pool lends all that it has. */
static void finish(void)
{
	for (size_t i = 0; i < SLOTS; i++)
		expect(secret_take(pool) != NULL);
	expect(secret_take(pool) == NULL);
	arena_destroy(arena);
	json_decref(vectors);
	secret_pool_destroy(pool);
	arena = NULL;
	vectors = NULL;
	pool = NULL;
}

#endif
