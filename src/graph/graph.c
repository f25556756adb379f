/*
 * The graph as compressed rows: every edge is held twice, once at each end, in one array in which the edges of a node
 * stand together; `offsets` says where. Rows are sorted by counting, least significant key first, so that building
 * takes linear time but for finding the ends, which is a binary search.
 */
#include "graph.h"

#include "error.h"
#include "limits.h"

/* Edge types of vocabularies.def end with depend; value 0 is absent. */
enum { TYPE_COUNT = REF_DEPEND + 1, DIRECTION_COUNT = 2 };

const struct graph_follow graph_follow_basis = {
	.forward = GRAPH_MASK(REF_SUPPORT) | GRAPH_MASK(REF_DEPEND) | GRAPH_MASK(REF_ADDRESS) | GRAPH_MASK(REF_RESOLVE) |
			   GRAPH_MASK(REF_REFINE),
	.backward = GRAPH_MASK(REF_SUPPORT),
};
const struct graph_follow graph_follow_impact = {
	.forward = GRAPH_MASK(REF_SUPPORT) | GRAPH_MASK(REF_OPPOSE) | GRAPH_MASK(REF_ADDRESS) | GRAPH_MASK(REF_RESOLVE),
	.backward = GRAPH_MASK(REF_DEPEND) | GRAPH_MASK(REF_REFINE),
};
const struct graph_follow graph_follow_obstacles = {
	.forward = GRAPH_MASK(REF_DEPEND),
	.backward = GRAPH_MASK(REF_ADDRESS) | GRAPH_MASK(REF_RESOLVE) | GRAPH_MASK(REF_REOPEN) | GRAPH_MASK(REF_QUESTION),
};
const struct graph_follow graph_follow_dependencies = {.forward = GRAPH_MASK(REF_DEPEND)};

/* Statement types in node order. */
static const enum entity_type node_types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION,
											  ENTITY_EVIDENCE, ENTITY_CLAIM};
enum { NODE_TYPE_COUNT = sizeof(node_types) / sizeof(node_types[0]) };

struct node {
	struct display_id id;
	const struct entity_head *entity;
};

struct graph {
	const struct record *record;
	struct node *nodes;
	size_t node_count;
	size_t type_starts[NODE_TYPE_COUNT + 1]; /* nodes of node_types[t]: from type_starts[t] up to type_starts[t + 1] */
	size_t *offsets; /* node_count + 1; the edges of node i are edges[offsets[i]] up to edges[offsets[i + 1]] */
	struct graph_edge *edges;
	size_t edge_count; /* half of what `edges` holds */
};

/* An edge with the node it is seen from. */
struct half_edge {
	size_t owner;
	struct graph_edge edge;
};

static enum hansard_status collect_nodes(struct arena *arena, struct graph *graph, struct hansard_error *error)
{
	size_t count = 0;
	for (size_t t = 0; t < NODE_TYPE_COUNT; t++)
		count += graph->record->lists[node_types[t]].count;
	graph->nodes = arena_allocate_array(arena, count, sizeof(*graph->nodes));
	if (graph->nodes == NULL)
		return error_memory(error);
	for (size_t t = 0; t < NODE_TYPE_COUNT; t++) {
		const struct record_list *list = &graph->record->lists[node_types[t]];
		for (size_t i = 0; i < list->count; i++) {
			struct node *node = &graph->nodes[graph->node_count];
			node->entity = list->items[i];
			if (!display_id_of(node->entity, &node->id))
				return error_set(error, HANSARD_INVALID, "invalid_display_id",
								 "statement " ERROR_TEXT " has no display id", ERROR_TEXT_ARGS(node->entity->subkey));
			graph->node_count++;
		}
		graph->type_starts[t + 1] = graph->node_count;
	}
	return HANSARD_OK;
}

/* The node that a reference names, or GRAPH_NONE when it names none or is no display id. */
static size_t find_end(const struct graph *graph, struct text name)
{
	struct display_id id;
	return display_id_parse(name, &id) ? graph_node_find(graph, id) : GRAPH_NONE;
}

/* Writes both halves of every ref whose ends are there, and counts those. */
static enum hansard_status collect_edges(struct graph *graph, struct half_edge *halves, struct hansard_error *error)
{
	const struct record_list *refs = &graph->record->lists[ENTITY_REF];
	for (size_t i = 0; i < refs->count; i++) {
		struct item_key_ref ref;
		if (!item_key_read_ref(refs->items[i]->subkey, &ref))
			return error_set(error, HANSARD_INVALID, "invalid_ref_type", "reference " ERROR_TEXT " is none",
							 ERROR_TEXT_ARGS(refs->items[i]->subkey));
		const size_t source = find_end(graph, ref.source);
		const size_t target = find_end(graph, ref.target);
		if (source == GRAPH_NONE || target == GRAPH_NONE)
			continue;
		struct half_edge *half = &halves[2 * graph->edge_count];
		half[0] = (struct half_edge){source, {.node = target, .type = ref.type, .forward = true}};
		half[1] = (struct half_edge){target, {.node = source, .type = ref.type, .forward = false}};
		graph->edge_count++;
	}
	return HANSARD_OK;
}

static size_t key_other_end(const struct half_edge *half)
{
	return half->edge.node;
}

static size_t key_kind(const struct half_edge *half)
{
	return (half->edge.forward ? 0 : (size_t)TYPE_COUNT) + (size_t)half->edge.type;
}

static size_t key_owner(const struct half_edge *half)
{
	return half->owner;
}

/* Half-edges on their way into order. */
struct sorting {
	struct half_edge *from;
	struct half_edge *to;
	size_t count;
	size_t *starts; /* room for one more than the highest key count */
};

/* One stable pass of a counting sort, from `from` into `to`, which then change places. Leaves in starts[k] where the
   keys below k end; starts[key_count] is count. */
static void sort_by(struct sorting *sorting, size_t (*key)(const struct half_edge *half), size_t key_count)
{
	size_t *starts = sorting->starts;
	memset(starts, 0, (key_count + 1) * sizeof(*starts));
	for (size_t i = 0; i < sorting->count; i++)
		starts[key(&sorting->from[i])]++;
	size_t total = 0;
	for (size_t k = 0; k <= key_count; k++) {
		total += starts[k];
		starts[k] = total;
	}
	for (size_t i = sorting->count; i-- > 0;)
		sorting->to[--starts[key(&sorting->from[i])]] = sorting->from[i];
	struct half_edge *sorted = sorting->to;
	sorting->to = sorting->from;
	sorting->from = sorted;
}

/* Edges in the order of rows, and the offsets. */
static enum hansard_status lay_out(struct arena *arena, struct graph *graph, struct sorting *sorting,
								   struct hansard_error *error)
{
	graph->offsets = arena_allocate_array(arena, graph->node_count + 1, sizeof(*graph->offsets));
	graph->edges = arena_allocate_array(arena, sorting->count, sizeof(*graph->edges));
	if (graph->offsets == NULL || graph->edges == NULL)
		return error_memory(error);
	sort_by(sorting, key_other_end, graph->node_count);
	sort_by(sorting, key_kind, (size_t)TYPE_COUNT * DIRECTION_COUNT);
	sort_by(sorting, key_owner, graph->node_count);
	memcpy(graph->offsets, sorting->starts, (graph->node_count + 1) * sizeof(*graph->offsets));
	for (size_t i = 0; i < sorting->count; i++)
		graph->edges[i] = sorting->from[i].edge;
	return HANSARD_OK;
}

static enum hansard_status join_nodes(struct arena *arena, struct arena *scratch, struct graph *graph,
									  struct hansard_error *error)
{
	const size_t refs = graph->record->lists[ENTITY_REF].count;
	const size_t kinds = (size_t)TYPE_COUNT * DIRECTION_COUNT;
	const size_t keys = graph->node_count > kinds ? graph->node_count : kinds;
	struct sorting sorting = {
		.from = arena_allocate_array(scratch, refs, 2 * sizeof(struct half_edge)),
		.to = arena_allocate_array(scratch, refs, 2 * sizeof(struct half_edge)),
		.starts = arena_allocate_array(scratch, keys + 1, sizeof(size_t)),
	};
	if (sorting.from == NULL || sorting.to == NULL || sorting.starts == NULL)
		return error_memory(error);
	const enum hansard_status status = collect_edges(graph, sorting.from, error);
	if (status != HANSARD_OK)
		return status;
	sorting.count = 2 * graph->edge_count;
	return lay_out(arena, graph, &sorting, error);
}

enum hansard_status graph_build(struct arena *arena, const struct record *record, const struct graph **ret_graph,
								struct hansard_error *error)
{
	struct arena *scratch = arena_create(LIMIT_ARENA);
	struct graph *graph = arena_allocate(arena, sizeof(*graph));
	enum hansard_status status;
	if (scratch == NULL || graph == NULL) {
		status = error_memory(error);
		goto destroy_scratch;
	}
	graph->record = record;
	status = collect_nodes(arena, graph, error);
	if (status == HANSARD_OK)
		status = join_nodes(arena, scratch, graph, error);
	if (status == HANSARD_OK)
		*ret_graph = graph;
destroy_scratch:
	arena_destroy(scratch);
	return status;
}

const struct record *graph_record(const struct graph *graph)
{
	return graph->record;
}

size_t graph_node_count(const struct graph *graph)
{
	return graph->node_count;
}

struct display_id graph_node_id(const struct graph *graph, size_t node)
{
	return graph->nodes[node].id;
}

const struct entity_head *graph_node_entity(const struct graph *graph, size_t node)
{
	return graph->nodes[node].entity;
}

/* The node of this id among the nodes [from, to), which are of its type. */
static size_t find_between(const struct graph *graph, size_t from, size_t to, struct display_id id)
{
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		const int order = display_id_compare(graph->nodes[middle].id, id);
		if (order == 0)
			return middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return GRAPH_NONE;
}

size_t graph_node_find(const struct graph *graph, struct display_id id)
{
	for (size_t t = 0; t < NODE_TYPE_COUNT; t++) {
		if (node_types[t] == id.type)
			return find_between(graph, graph->type_starts[t], graph->type_starts[t + 1], id);
	}
	return GRAPH_NONE;
}

const struct graph_edge *graph_edges(const struct graph *graph, size_t node, size_t *ret_count)
{
	*ret_count = graph->offsets[node + 1] - graph->offsets[node];
	return graph->edges + graph->offsets[node];
}
