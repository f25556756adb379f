/*
 * Random graphs against a reference that knows only matrices: distances as Floyd and Warshall compute them. The seed is
 * fixed, so a failure can be repeated.
 */
#include "sketch.h"

enum { GRAPHS = 1500, NODES_MAX = 10, FAR = 1000 };

/* xorshift64*, Vigna 2016. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static size_t pick(uint64_t *state, size_t count)
{
	return (size_t)((next_random(state) >> 33) % count);
}

/* A random graph, and of its nodes in node order, which types join them: GRAPH_MASKs. */
struct trial {
	struct sketch sketch;
	size_t count;
	unsigned joined[NODES_MAX][NODES_MAX];
};

static void trial_begin(struct trial *trial, uint64_t *state)
{
	static const char *const names[NODES_MAX] = {"P0000", "P0001", "R0000", "R0100", "T0000",
												 "T0001", "T0100", "E0000", "C0000", "C0100"};
	*trial = (struct trial){.count = 1 + pick(state, NODES_MAX)};
	sketch_begin(&trial->sketch);
	sketch_state_all(&trial->sketch, names, trial->count);
	const size_t tries = pick(state, 2 * trial->count + 1);
	for (size_t i = 0; i < tries; i++) {
		const size_t from = pick(state, trial->count);
		const size_t to = pick(state, trial->count);
		const enum ref_type type = (enum ref_type)((size_t)REF_SUPPORT + pick(state, REF_DEPEND));
		if ((trial->joined[from][to] & GRAPH_MASK(type)) != 0)
			continue;
		trial->joined[from][to] |= GRAPH_MASK(type);
		sketch_join(&trial->sketch, names[from], type, names[to]);
	}
	sketch_build(&trial->sketch);
}

/* distance[i][j]: edges of a shortest way from i to j with at least one edge, or FAR. */
static void measure(const struct trial *trial, struct graph_follow follow, size_t distance[NODES_MAX][NODES_MAX])
{
	const size_t count = trial->count;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			const bool step =
				(trial->joined[i][j] & follow.forward) != 0 || (trial->joined[j][i] & follow.backward) != 0;
			distance[i][j] = step ? 1 : FAR;
		}
	}
	for (size_t k = 0; k < count; k++) {
		for (size_t i = 0; i < count; i++) {
			for (size_t j = 0; j < count; j++) {
				if (distance[i][k] + distance[k][j] < distance[i][j])
					distance[i][j] = distance[i][k] + distance[k][j];
			}
		}
	}
}

static void expect_step(const struct trial *trial, struct graph_follow follow, size_t from, struct graph_reach to)
{
	const unsigned types = to.forward ? trial->joined[from][to.node] : trial->joined[to.node][from];
	expect((types & GRAPH_MASK(to.type)) != 0);
	expect(((to.forward ? follow.forward : follow.backward) & GRAPH_MASK(to.type)) != 0);
}

static void expect_walk(struct trial *trial, size_t start, struct graph_follow follow,
						size_t distance[NODES_MAX][NODES_MAX])
{
	const struct graph_walk_request request = {.starts = &start, .start_count = 1, .follow = follow};
	struct graph_walk walk;
	expect_integer(graph_walk(trial->sketch.arena, trial->sketch.graph, &request, &walk, NULL), HANSARD_OK);
	for (size_t node = 0; node < trial->count; node++) {
		const size_t wanted = node == start ? 0 : distance[start][node];
		if (walk.at[node] == GRAPH_NONE) {
			expect_integer(wanted, FAR);
			continue;
		}
		const struct graph_reach *path;
		expect_integer(graph_walk_path(trial->sketch.arena, &walk, walk.at[node], &path, NULL), HANSARD_OK);
		expect_integer(walk.reached[walk.at[node]].length, wanted);
		expect_integer(path[0].node, start);
		expect_integer(path[wanted].node, node);
		for (size_t i = 1; i <= wanted; i++)
			expect_step(trial, follow, path[i - 1].node, path[i]);
	}
}

static void agrees_on_walks(void)
{
	uint64_t state = 20260504;
	size_t distance[NODES_MAX][NODES_MAX];
	struct trial trial;
	for (size_t i = 0; i < GRAPHS; i++) {
		trial_begin(&trial, &state);
		const struct graph_follow follow = {(unsigned)next_random(&state), (unsigned)next_random(&state)};
		measure(&trial, follow, distance);
		for (size_t start = 0; start < trial.count; start++)
			expect_walk(&trial, start, follow, distance);
		sketch_end(&trial.sketch);
	}
}

/* The first node of the component that `node` is in, when it lies on a cycle; else NODES_MAX. */
static size_t first_of(size_t distance[NODES_MAX][NODES_MAX], size_t node)
{
	if (distance[node][node] == FAR)
		return NODES_MAX;
	size_t first = 0;
	while (distance[node][first] == FAR || distance[first][node] == FAR)
		first++;
	return first;
}

static void expect_cycle(const struct trial *trial, unsigned types, const struct graph_cycle *cycle)
{
	unsigned seen = 0;
	for (size_t i = 0; i < cycle->count; i++) {
		const size_t from = cycle->nodes[i];
		const size_t to = cycle->nodes[(i + 1) % cycle->count];
		expect((trial->joined[from][to] & types) != 0);
		expect((seen & 1u << from) == 0);
		seen |= 1u << from;
	}
}

static void agrees_on_cycles(void)
{
	uint64_t state = 1215;
	size_t distance[NODES_MAX][NODES_MAX];
	struct trial trial;
	size_t cyclic = 0;
	for (size_t i = 0; i < GRAPHS; i++) {
		trial_begin(&trial, &state);
		const unsigned types = (unsigned)next_random(&state);
		measure(&trial, (struct graph_follow){.forward = types}, distance);
		const struct graph_cycle *cycles;
		size_t count, named = 0;
		expect_integer(graph_cycles(trial.sketch.arena, trial.sketch.graph, types, &cycles, &count, NULL), HANSARD_OK);
		for (size_t node = 0; node < trial.count; node++) {
			if (first_of(distance, node) != node)
				continue;
			expect(named < count);
			expect_integer(cycles[named].nodes[0], node);
			expect_integer(cycles[named].count, distance[node][node]);
			expect_cycle(&trial, types, &cycles[named++]);
		}
		expect_integer(count, named);
		cyclic += count;
		sketch_end(&trial.sketch);
	}
	expect(cyclic > GRAPHS / 4);
}

static const struct tap_test tests[] = {
	{"walks of random graphs come to what a matrix comes to, as shortly, over edges that are there", agrees_on_walks},
	{"cycles of random graphs are those of the matrix, one for each component, as short", agrees_on_cycles},
};
TAP_MAIN(tests)
