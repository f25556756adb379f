/*
 * Cycles. Strongly connected components are found as Tarjan does (SIAM J. Comput. 1, 1972), the recursion kept in an
 * array: a chain of dependencies may be as long as there are nodes. Then, in each component that has a cycle, a
 * breadth-first search from its first node back to itself names a shortest one.
 */
#include "error.h"
#include "graph.h"
#include "limits.h"

/* What the search knows of a node. */
struct mark {
	size_t order;     /* counts from 1 as nodes are first seen; 0 is unseen */
	size_t low;       /* lowest order on the stack that the node is known to reach */
	size_t edge;      /* next of its edges to look at */
	size_t component; /* GRAPH_NONE until it is complete */
	size_t previous;  /* in the search for a cycle: where it was reached from */
};

struct search {
	const struct graph *graph;
	unsigned types;
	struct mark *marks;
	size_t *stack; /* nodes whose components are not complete */
	size_t stack_count;
	size_t *calls; /* nodes from the root of the search to the one at hand; afterwards the queue of the second search */
	size_t call_count;
	size_t order;
	bool *cyclic; /* by component: has a cycle that is still to be named */
	size_t component_count;
	size_t cycle_count;
};

static bool searched(const struct search *search, const struct graph_edge *edge)
{
	return edge->forward && (search->types & GRAPH_MASK(edge->type)) != 0;
}

static void enter(struct search *search, size_t node)
{
	search->order++;
	search->marks[node].order = search->order;
	search->marks[node].low = search->order;
	search->stack[search->stack_count++] = node;
	search->calls[search->call_count++] = node;
}

static void lower(struct mark *mark, size_t low)
{
	if (low < mark->low)
		mark->low = low;
}

static bool has_loop(const struct search *search, size_t node)
{
	size_t count;
	const struct graph_edge *edges = graph_edges(search->graph, node, &count);
	for (size_t i = 0; i < count; i++) {
		if (edges[i].node == node && searched(search, &edges[i]))
			return true;
	}
	return false;
}

/* Takes the component whose first seen node is `root` off the stack. */
static void complete(struct search *search, size_t root)
{
	const size_t component = search->component_count++;
	const bool several = search->stack[search->stack_count - 1] != root;
	size_t node;
	do {
		node = search->stack[--search->stack_count];
		search->marks[node].component = component;
	} while (node != root);
	search->cyclic[component] = several || has_loop(search, root);
	if (search->cyclic[component])
		search->cycle_count++;
}

/* All edges of the node at hand have been looked at: its component may be complete, and the node before it learns what
   it reaches. */
static void leave(struct search *search, size_t node)
{
	const struct mark *mark = &search->marks[node];
	search->call_count--;
	if (mark->low == mark->order)
		complete(search, node);
	if (search->call_count > 0)
		lower(&search->marks[search->calls[search->call_count - 1]], mark->low);
}

/* Looks at one edge of the node at hand, or leaves it when there is none left. */
static void step(struct search *search)
{
	const size_t node = search->calls[search->call_count - 1];
	struct mark *mark = &search->marks[node];
	size_t count;
	const struct graph_edge *edges = graph_edges(search->graph, node, &count);
	if (mark->edge == count) {
		leave(search, node);
		return;
	}
	const struct graph_edge *edge = &edges[mark->edge++];
	if (!searched(search, edge))
		return;
	const struct mark *other = &search->marks[edge->node];
	if (other->order == 0)
		enter(search, edge->node);
	else if (other->component == GRAPH_NONE)
		lower(mark, other->order);
}

static void find_components(struct search *search)
{
	const size_t nodes = graph_node_count(search->graph);
	for (size_t node = 0; node < nodes; node++)
		search->marks[node] = (struct mark){.component = GRAPH_NONE, .previous = GRAPH_NONE};
	for (size_t node = 0; node < nodes; node++) {
		if (search->marks[node].order == 0)
			enter(search, node);
		while (search->call_count > 0)
			step(search);
	}
}

/* The last node of a shortest cycle that begins with `first`, whose component has one; `previous` leads from it back to
   `first`. GRAPH_NONE when there is none. */
static size_t find_last(struct search *search, size_t first)
{
	struct mark *marks = search->marks;
	size_t *queue = search->calls;
	size_t queued = 0;
	queue[queued++] = first;
	for (size_t next = 0; next < queued; next++) {
		size_t count;
		const struct graph_edge *edges = graph_edges(search->graph, queue[next], &count);
		for (size_t i = 0; i < count; i++) {
			struct mark *other = &marks[edges[i].node];
			if (!searched(search, &edges[i]) || other->component != marks[first].component)
				continue;
			if (edges[i].node == first)
				return queue[next];
			if (other->previous == GRAPH_NONE) {
				other->previous = queue[next];
				queue[queued++] = edges[i].node;
			}
		}
	}
	return GRAPH_NONE;
}

/* The cycle of the component that `first` is the first node of. False when memory is exhausted. */
static bool name_cycle(struct arena *arena, struct search *search, size_t first, struct graph_cycle *ret_cycle)
{
	const size_t last = find_last(search, first);
	size_t count = 1;
	for (size_t node = last; node != first; node = search->marks[node].previous)
		count++;
	size_t *nodes = arena_allocate_array(arena, count, sizeof(*nodes));
	if (nodes == NULL)
		return false;
	size_t node = last;
	for (size_t i = count; i-- > 0; node = search->marks[node].previous)
		nodes[i] = node;
	*ret_cycle = (struct graph_cycle){.nodes = nodes, .count = count};
	return true;
}

static enum hansard_status name_cycles(struct arena *arena, struct search *search,
									   const struct graph_cycle **ret_cycles, struct hansard_error *error)
{
	struct graph_cycle *cycles = arena_allocate_array(arena, search->cycle_count, sizeof(*cycles));
	if (cycles == NULL)
		return error_memory(error);
	size_t named = 0;
	for (size_t node = 0; named < search->cycle_count; node++) {
		bool *cyclic = &search->cyclic[search->marks[node].component];
		if (!*cyclic)
			continue;
		*cyclic = false;
		if (!name_cycle(arena, search, node, &cycles[named++]))
			return error_memory(error);
	}
	*ret_cycles = cycles;
	return HANSARD_OK;
}

enum hansard_status graph_cycles(struct arena *arena, const struct graph *graph, unsigned types,
								 const struct graph_cycle **ret_cycles, size_t *ret_count, struct hansard_error *error)
{
	struct arena *scratch = arena_create(LIMIT_ARENA);
	if (scratch == NULL)
		return error_memory(error);
	const size_t nodes = graph_node_count(graph);
	struct search search = {
		.graph = graph,
		.types = types,
		.marks = arena_allocate_array(scratch, nodes, sizeof(struct mark)),
		.stack = arena_allocate_array(scratch, nodes, sizeof(size_t)),
		.calls = arena_allocate_array(scratch, nodes, sizeof(size_t)),
		.cyclic = arena_allocate_array(scratch, nodes, sizeof(bool)),
	};
	enum hansard_status status;
	if (search.marks == NULL || search.stack == NULL || search.calls == NULL || search.cyclic == NULL) {
		status = error_memory(error);
	} else {
		find_components(&search);
		status = name_cycles(arena, &search, ret_cycles, error);
	}
	if (status == HANSARD_OK)
		*ret_count = search.cycle_count;
	arena_destroy(scratch);
	return status;
}
