/*
 * A dialogue that is being copied into a store, as an engine that shows it. What lies there under a reservation no reader sees; through
 * this engine a vault loads and verifies it as it would any other, under the head of the source, and its next commit publishes it.
 */
#ifndef VAULT_COPY_H
#define VAULT_COPY_H

#include "store_engine.h"

/* The engine of one copy. Its slots answer for the one partition that they are asked for, whatever its name. */
struct vault_copy {
	struct store_engine base; /* for vault_create */
	struct store_engine *real;
	struct store_reservation mine;
	struct bytes note; /* the head of the source; borrowed */
};

/* vault_copy_begin(copy, real, mine, note): over an open engine. Nothing is to be released. */
void vault_copy_begin(struct vault_copy *copy, struct store_engine *real, const struct store_reservation *mine,
					  struct bytes note);

#endif
