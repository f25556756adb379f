/*
 * A file of items, one on a line, and lines to a child.
 */
#include "java.h"

#include <stdlib.h>
#include <string.h>

#define READY "ready "

/* Queries before the first that counts: its machine compiles what runs often while it runs. */
static const struct {
	const char *name;
	size_t warm;
} ways[] = {[JAVA_PLAIN] = {"PLAIN", 200}, [JAVA_KEYED] = {"KEYED", 400}, [JAVA_SIGNED] = {"SIGNED", 60}};

_Static_assert(sizeof(ways) / sizeof(ways[0]) == JAVA_WAYS, "each way has a row");

static void write_items(const char *path, const json_t *round)
{
	const json_t *perspectives = json_object_get(round, "perspectives");
	FILE *file = fopen(path, "w");
	if (file == NULL)
		measure_die("%s cannot be written", path);
	for (size_t i = 0; i < json_array_size(perspectives); i++)
		if (json_dumpf(json_array_get(perspectives, i), file, JSON_COMPACT) != 0 || fputc('\n', file) == EOF)
			measure_die("%s cannot be written", path);
	if (fclose(file) != 0)
		measure_die("%s cannot be written", path);
}

static double ask(struct java *java, enum java_way way)
{
	char answer[CHILD_LINE];
	child_ask(&java->child, ways[way].name, answer);
	return strtod(answer, NULL);
}

bool java_begin(struct java *java, const struct bench *bench, const char *endpoint, const json_t *round)
{
	char path[600], answer[CHILD_LINE];
	snprintf(path, sizeof(path), "%s/java-items", bench->folder);
	write_items(path, round);
	const char *const words[] = {"/usr/bin/env", "python3", JAVA_TOOL, "ask", endpoint, path, NULL};
	child_begin(&java->child, words);
	child_answer(&java->child, answer);
	if (strncmp(answer, READY, strlen(READY)) != 0) {
		measure_note("dynamodb", "without AWS's Database Encryption SDK for Java: %s", answer);
		child_end(&java->child);
		return false;
	}
	measure_note("dynamodb", "AWS's Database Encryption SDK: %s", answer + strlen(READY));
	for (size_t way = 0; way < JAVA_WAYS; way++)
		for (size_t i = 0; i < bench_repeats(bench, ways[way].warm); i++)
			ask(java, (enum java_way)way);
	return true;
}

void java_load(struct java *java)
{
	for (size_t way = 0; way < JAVA_WAYS; way++)
		measure_add(&java->ways[way], ask(java, (enum java_way)way));
}

void java_end(struct java *java)
{
	child_end(&java->child);
}
