/*
 * Small dialogues for the tests of reading: files are added, read as one dialogue, and looked at.
 */
#ifndef DERIVE_SAMPLE_H
#define DERIVE_SAMPLE_H

#include "derive.h"

enum { DERIVE_SAMPLE_FILES = 400 };

struct derive_sample {
	struct arena *arena;
	struct derive_file files[DERIVE_SAMPLE_FILES];
	size_t count;
	struct derive_result result;
};

/* derive_sample_begin(sample): an empty dialogue in an arena of its own. derive_sample_end(sample): frees all. */
void derive_sample_begin(struct derive_sample *sample);
void derive_sample_end(struct derive_sample *sample);

/* derive_sample_add(sample, path, content): adds a file; both must live as long as the sample. */
void derive_sample_add(struct derive_sample *sample, const char *path, const char *content);

/* derive_sample_read(sample, name): reads the files as the dialogue of that folder or document name; false on failure. */
bool derive_sample_read(struct derive_sample *sample, const char *name);

/* derive_sample_load(sample, folder): adds every file of a folder on disk, or one file; false when it cannot be read. */
bool derive_sample_load(struct derive_sample *sample, const char *folder);

/* Entities by what people call them; NULL when there is none. */
const struct entity_tension *derive_sample_tension(const struct derive_sample *sample, const char *id);
const struct entity_perspective *derive_sample_perspective(const struct derive_sample *sample, const char *id);
const struct entity_verdict *derive_sample_verdict(const struct derive_sample *sample, const char *id);

/* derive_sample_status(sample, id): status of a tension as a word; "" when there is no such tension. */
const char *derive_sample_status(const struct derive_sample *sample, const char *id);

/* derive_sample_history(sample, id): the events of a tension in order: "addressed R1 muffin, resolved R2 judge". */
const char *derive_sample_history(const struct derive_sample *sample, const char *id);

/* derive_sample_moves(sample, round, type): how many moves of that word in a round (-1: in all). */
size_t derive_sample_moves(const struct derive_sample *sample, int round, const char *type);

/* derive_sample_count(sample, type): entities of a type. */
size_t derive_sample_count(const struct derive_sample *sample, enum entity_type type);

/* derive_sample_problem(sample, code, file, line): a problem of that code stands there (line 0: anywhere in the file). */
bool derive_sample_problem(const struct derive_sample *sample, enum problem_code code, const char *file, int64_t line);

/* derive_sample_problems(sample, code): how many of that code. */
size_t derive_sample_problems(const struct derive_sample *sample, enum problem_code code);

/* derive_sample_same(a, b): equal records and equal problems. */
bool derive_sample_same(const struct derive_sample *a, const struct derive_sample *b);

#endif
