/*
 * AWS's Database Encryption SDK for DynamoDB in Java, asked for the same items: bench/java_asked.py starts it.
 */
#ifndef JAVA_H
#define JAVA_H

#include <jansson.h>

#include "bench.h"
#include "child.h"
#include "measure.h"

/* How it keeps the items: as they are, by the same client; encrypted under a key of their own and authenticated under it; signed, too, with
   ECDSA, which is its default. */
enum java_way { JAVA_PLAIN, JAVA_KEYED, JAVA_SIGNED };
enum { JAVA_WAYS = JAVA_SIGNED + 1 };

/* What is measured of it. */
struct java {
	struct child child;
	struct measure ways[JAVA_WAYS];
};

/* java_begin(java, bench, endpoint, round): starts it, puts the perspectives of a round as items into tables of its own at the endpoint, and
   queries each often enough for the compiler of its machine. False with a note where it cannot be had; then it was ended. */
bool java_begin(struct java *java, const struct bench *bench, const char *endpoint, const json_t *round);

/* java_load(java): all items queried once in each way, one more sample of each; they were compared with what was put. */
void java_load(struct java *java);

/* java_end(java): ends the program and waits for it. */
void java_end(struct java *java);

#endif
