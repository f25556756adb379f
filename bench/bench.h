/*
 * The benchmarks. Each is a file of its own that measures one thing and prints a line for each of its figures.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

/* A round of so many items of about so many bytes, as stored, is what most of them work on. */
enum { BENCH_ITEMS = 100, BENCH_ITEM_BYTES = 1024 };

struct fixture;

/* What a run is given, and what its benchmarks share. */
struct bench {
	const char *program;    /* the command line */
	const char *recordings; /* a folder to import; NULL: none */
	const char *dialogue;   /* a prefix of a dialogue in it */
	bool quick;             /* few repetitions and small stores: whether it runs, not how fast */
	bool java;              /* AWS's Database Encryption SDK for Java, too */
	char folder[512];       /* temporary, of this run */
	struct fixture *hundreds;
};

/* bench_repeats(bench, full): how often to repeat what a whole run repeats `full` times. */
size_t bench_repeats(const struct bench *bench, size_t full);

/* bench_hundreds(bench): the store of dialogues of BENCH_ITEMS items that several benchmarks read, made when it is first asked for.
   They all leave its dialogues as they are. */
struct fixture *bench_hundreds(struct bench *bench);

void load_run(struct bench *bench);
void share_run(struct bench *bench);
void seal_run(struct bench *bench);
void write_run(struct bench *bench);
void cipher_run(struct bench *bench);
void verify_run(struct bench *bench);
void walk_run(struct bench *bench);
void process_run(struct bench *bench);
void cost_run(struct bench *bench);
void dynamodb_run(struct bench *bench);

/* walk_child(what, store): what walk_run() runs in a process of its own, whose memory is its own: walks a store and prints what it took. */
int walk_child(const char *what, const char *store);

#endif
