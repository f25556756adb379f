/*
 * DynamoDB as a script: an engine in a scripted world (scripted_edge.h), and the answers that the service gives it.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "draft.h"
#include "dynamodb_engine.h"
#include "expect.h"
#include "scripted_edge.h"
#include "store_engine.h"

#define SERVICE_URL "POST https://dynamodb.eu-west-1.amazonaws.com/"
#define SERVICE_IDENTITY "dynamodb:00112233445566778899aabbccddeeff"

/* What a test has. */
struct service {
	struct arena *arena; /* for everything a test makes */
	struct store_engine *engine;
	struct store_partition partition; /* t / d */
	struct hansard_error error;
};
extern struct service service;

/* service_begin(shards): a new script, and an engine that was opened by its first answer. service_end(): closes it. */
void service_begin(unsigned shards);
void service_end(void);

/* service_open(ret_engine): opens an engine in the script as it is. */
enum hansard_status service_open(struct store_engine **ret_engine);

/* service_options(): what engines and tables are given. */
struct dynamodb_engine_options service_options(void);

/* service_script(): a new script, without an engine. */
void service_script(void);

/* A row as the service shows it; what is zero is not there. */
struct service_row {
	const char *partition; /* NULL: of t / d */
	const char *sort;
	int64_t rev;
	struct bytes c, s;
	const char *attempt;
	bool unlisted;
	const char *p1, *s1, *p2, *s2;
	const char *more; /* members as JSON, with a comma before them */
};

/* service_says(status, body): the next answer, whose texts must stay. service_is_lost(): the next request is carried out, and no
   answer comes. service_is_away(): nobody can be reached. */
void service_says(int status, const char *body);
void service_is_lost(void);
void service_is_away(void);

/* service_refuses(name): the next answer is an error. service_cancels(code): a transaction that was cancelled because of its first
   action. */
void service_refuses(const char *name);
void service_cancels(const char *code);

/* service_gives(row): the next answer is that of a GetItem; NULL: there is none. */
void service_gives(const struct service_row *row);

/* service_lists(rows, count, last): the next answer is a page; `last`, unless NULL, is the row after which the next one begins. */
void service_lists(const struct service_row *rows, size_t count, const struct service_row *last);

/* service_acknowledges(): the next answer is that of a transaction, 3 units. */
void service_acknowledges(void);

/* service_asked(): how many requests went out since the engine was opened; service_body(i): the body of one of them.
   service_left(): fails the running test when an answer was not asked for. */
size_t service_asked(void);
const char *service_body(size_t i);
void service_left(void);

/* service_head(change): the head after a change of the partition. */
struct service_row service_head(const struct store_change *change);

/* service_bundle(change, parts, n): the n-th bundle of a change, or row of parts. */
struct service_row service_bundle(const struct store_change *change, bool parts, unsigned n);

/* service_text(format, ...): a text that stays as long as the test. */
const char *service_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
