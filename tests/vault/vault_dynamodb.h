/*
 * A store in DynamoDB for the tests of the vault: a table of its own in an emulator.
 */
#ifndef VAULT_DYNAMODB_H
#define VAULT_DYNAMODB_H

#include "store_engine.h"

/* vault_dynamodb_lacking(): why there can be none here; NULL: there can. */
const char *vault_dynamodb_lacking(void);

/* vault_dynamodb_open(clock, entropy, error): an engine over a new table, or NULL. No pause takes any time. */
struct store_engine *vault_dynamodb_open(struct moment_clock clock, struct moment_entropy entropy,
										 struct hansard_error *error);

#endif
