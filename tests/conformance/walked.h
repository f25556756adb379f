/*
 * What the engine has asked DynamoDB for, by what it is: how many pages, rows or transactions one thing took. It shows that a run has walked
 * what it should have.
 */
#ifndef WALKED_H
#define WALKED_H

#include "bytes.h"

enum walked_name {
	WALKED_COUNT_PAGES,
	WALKED_DIALOGUE_PAGES,
	WALKED_TENSION_PAGES,
	WALKED_PARTITION_PAGES,
	WALKED_LOAD_PAGES,
	WALKED_HISTORY_PAGES,
	WALKED_PARTS_PAGES,
	WALKED_KEY_PAGES,
	WALKED_SWEEP_PAGES,
	WALKED_CHECK_PAGES,
	WALKED_BUNDLES,
	WALKED_PARTS_ROWS,
	WALKED_COPY_TRANSACTIONS,
	WALKED_SWEEP_TRANSACTIONS,
	WALKED_KEY_TRANSACTIONS,
	WALKED_THINGS
};

/* One thing that is asked for. Of a transaction `count` is of what is counted in it; of others, of requests one behind the other. */
struct walked {
	const char *name;
	size_t count;   /* of the one that is under way */
	size_t most;    /* in any one */
	size_t several; /* so many had more than one */
};

/* walked_note(operation, body): a request that is sent; the operation as it is in its header, "DynamoDB_20120810.Query". */
void walked_note(struct text operation, struct bytes body);

/* walked_thing(name): how this process asked for it so far. */
const struct walked *walked_thing(enum walked_name name);

#endif
