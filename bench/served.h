/*
 * A table in this process that an engine of DynamoDB asks as it would ask the service. It has one partition and one writer, carries
 * out every transaction without looking at conditions, and counts what each request should consume (dynamodb_cost.h).
 */
#ifndef SERVED_H
#define SERVED_H

#include <hansard/hansard.h>
#include <jansson.h>

#include "store_engine.h"

/* What was consumed so far. Units of the table and of each index; bytes of rows. */
struct served_count {
	size_t transactions, queries, rows, bytes;
	int64_t written, by_status, by_tension_status, read;
};

/* Told of each transaction before it is carried out. */
struct served_watch {
	void (*transaction)(void *context, const json_t *actions);
	void *context;
};

struct served;

/* served_make(platform, watch): an empty table, and an engine that has opened it. Ends the program when it cannot. */
struct served *served_make(const struct hansard_platform *platform, struct served_watch watch);

/* served_destroy(served): closes the engine, too. Takes NULL. */
void served_destroy(struct served *served);

struct store_engine *served_engine(struct served *served);

const struct served_count *served_count(const struct served *served);

/* served_stored(served): bytes that are paid for by the month. */
size_t served_stored(const struct served *served);

#endif
