/*
 * The in-memory engine: the executable specification of the boundary, as plain as it can be. Nothing survives it.
 */
#ifndef MEMORY_ENGINE_H
#define MEMORY_ENGINE_H

#include "store_engine.h"

/* memory_engine_open(clock, entropy, ret_engine, error): an empty store. Errors: HANSARD_FAILED. */
enum hansard_status memory_engine_open(struct moment_clock clock, struct moment_entropy entropy,
									   struct store_engine **ret_engine, struct hansard_error *error);

#endif
