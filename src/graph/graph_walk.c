/*
 * Breadth-first walks. The array of what has been reached is also the queue: what stands behind `next` has been found
 * but not yet been walked on from.
 */
#include "error.h"
#include "graph.h"

struct walking {
	struct graph_reach *reached;
	size_t *at;
	size_t count;
};

static void come_to(struct walking *walking, struct graph_reach reach)
{
	if (walking->at[reach.node] != GRAPH_NONE)
		return;
	walking->at[reach.node] = walking->count;
	walking->reached[walking->count++] = reach;
}

static bool follows(struct graph_follow follow, const struct graph_edge *edge)
{
	return ((edge->forward ? follow.forward : follow.backward) & GRAPH_MASK(edge->type)) != 0;
}

enum hansard_status graph_walk(struct arena *arena, const struct graph *graph, const struct graph_walk_request *request,
							   struct graph_walk *ret_walk, struct hansard_error *error)
{
	const size_t nodes = graph_node_count(graph);
	struct walking walking = {
		.reached = arena_allocate_array(arena, nodes, sizeof(struct graph_reach)),
		.at = arena_allocate_array(arena, nodes, sizeof(size_t)),
	};
	if (walking.reached == NULL || walking.at == NULL)
		return error_memory(error);
	for (size_t i = 0; i < nodes; i++)
		walking.at[i] = GRAPH_NONE;
	for (size_t i = 0; i < request->start_count; i++)
		come_to(&walking, (struct graph_reach){.node = request->starts[i], .previous = GRAPH_NONE});
	const size_t start_count = walking.count;

	for (size_t next = 0; next < walking.count; next++) {
		size_t edge_count;
		const struct graph_edge *edges = graph_edges(graph, walking.reached[next].node, &edge_count);
		for (size_t i = 0; i < edge_count; i++) {
			if (follows(request->follow, &edges[i]))
				come_to(&walking, (struct graph_reach){.node = edges[i].node,
													   .previous = next,
													   .length = walking.reached[next].length + 1,
													   .type = edges[i].type,
													   .forward = edges[i].forward});
		}
	}
	*ret_walk = (struct graph_walk){
		.reached = walking.reached, .count = walking.count, .start_count = start_count, .at = walking.at};
	return HANSARD_OK;
}

enum hansard_status graph_walk_path(struct arena *arena, const struct graph_walk *walk, size_t index,
									const struct graph_reach **ret_path, struct hansard_error *error)
{
	const size_t length = walk->reached[index].length;
	struct graph_reach *path = arena_allocate_array(arena, length + 1, sizeof(*path));
	if (path == NULL)
		return error_memory(error);
	for (size_t at = length + 1; at-- > 0; index = walk->reached[index].previous)
		path[at] = walk->reached[index];
	*ret_path = path;
	return HANSARD_OK;
}
