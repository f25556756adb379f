/*
 * Memory that runs out at any point: each function says so, gives no result and leaks nothing.
 */
#include "sketch.h"

#include <stdlib.h>

/* Memory as the arenas see it: the call number `fail_at`, counted from 0, and all after it fail. */
static size_t calls, fail_at = SIZE_MAX;
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return calls++ < fail_at ? __real_malloc(size) : NULL;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return calls++ < fail_at ? __real_calloc(count, size) : NULL;
}

/* A closed chain, so long that what is made of it needs chunks of its own. */
static void draw(struct sketch *sketch)
{
	sketch_begin(sketch);
	sketch_chain(sketch, 2000, true);
	struct entity_recommendation *recommendation = sketch_state(sketch, "R0001");
	recommendation->adopted_in_verdict = TEXT("final");
	sketch_build(sketch);
}

static enum hansard_status build(const struct sketch *sketch, struct arena *arena, struct hansard_error *error)
{
	const struct graph *graph = NULL;
	const enum hansard_status status = graph_build(arena, &sketch->record, &graph, error);
	expect((status == HANSARD_OK) == (graph != NULL));
	return status;
}

static enum hansard_status find_cycles(const struct sketch *sketch, struct arena *arena, struct hansard_error *error)
{
	const struct graph_cycle *cycles = NULL;
	size_t count = 0;
	const enum hansard_status status = graph_cycles(arena, sketch->graph, GRAPH_ALL_TYPES, &cycles, &count, error);
	expect((status == HANSARD_OK) == (cycles != NULL));
	expect((status == HANSARD_OK) == (count == 1));
	return status;
}

static enum hansard_status walk(const struct sketch *sketch, struct arena *arena, struct hansard_error *error)
{
	const size_t start = 0;
	const struct graph_walk_request request = {.starts = &start, .start_count = 1, .follow = graph_follow_dependencies};
	struct graph_walk found = {0};
	enum hansard_status status = graph_walk(arena, sketch->graph, &request, &found, error);
	expect((status == HANSARD_OK) == (found.reached != NULL));
	if (status != HANSARD_OK)
		return status;
	const struct graph_reach *path = NULL;
	status = graph_walk_path(arena, &found, found.count - 1, &path, error);
	expect((status == HANSARD_OK) == (path != NULL));
	return status;
}

static enum hansard_status find_context(const struct sketch *sketch, struct arena *arena, struct hansard_error *error)
{
	const struct entity_verdict verdict = {
		.head = {.type = ENTITY_VERDICT, .subkey = TEXT("final")},
		.round = {.value = 1, .present = true},
	};
	struct verdict_context context = {0};
	const enum hansard_status status = verdict_context_of(arena, sketch->graph, &verdict, &context, error);
	expect((status == HANSARD_OK) == (context.verdict != NULL));
	return status;
}

typedef enum hansard_status (*attempt_call)(const struct sketch *sketch, struct arena *arena,
											struct hansard_error *error);

/* Whether an attempt succeeds with an arena of this ceiling and this many allocations from the system. */
static bool succeeds(const struct sketch *sketch, attempt_call attempt, size_t ceiling, size_t allocations)
{
	struct arena *arena = arena_create(ceiling);
	expect(arena != NULL);
	struct hansard_error error = {0};
	calls = 0;
	fail_at = allocations;
	const enum hansard_status status = attempt(sketch, arena, &error);
	fail_at = SIZE_MAX;
	arena_destroy(arena);
	if (status == HANSARD_OK)
		return true;
	expect_integer(status, HANSARD_FAILED);
	expect_string(error.kind, "out_of_memory");
	return false;
}

/* Gives an attempt ever more memory until it is enough: more allocations, then a higher ceiling. */
static void exhaust(attempt_call attempt)
{
	struct sketch sketch;
	draw(&sketch);
	size_t allocations = 0;
	while (!succeeds(&sketch, attempt, LIMIT_ARENA, allocations))
		allocations++;
	expect(allocations > 0);
	size_t ceiling = 0;
	while (!succeeds(&sketch, attempt, ceiling, SIZE_MAX))
		ceiling += 512;
	expect(ceiling > 2000 * sizeof(size_t));
	sketch_end(&sketch);
}

static void exhausts_build(void)
{
	exhaust(build);
}

static void exhausts_cycles(void)
{
	exhaust(find_cycles);
}

static void exhausts_walk(void)
{
	exhaust(walk);
}

static void exhausts_context(void)
{
	exhaust(find_context);
}

static const struct tap_test tests[] = {
	{"building says that memory ran out, wherever it did", exhausts_build},
	{"looking for cycles says that memory ran out, wherever it did", exhausts_cycles},
	{"walks and paths say that memory ran out, wherever it did", exhausts_walk},
	{"the context of a verdict says that memory ran out, wherever it did", exhausts_context},
};
TAP_MAIN(tests)
