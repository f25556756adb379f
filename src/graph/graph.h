/*
 * The typed directed graph of one dialogue in memory: nodes are perspectives, recommendations, tensions, evidence and
 * claims, edges are refs. Built once from a record. Every walk ends, cycles included, takes time and memory linear in
 * nodes and edges, and gives the same answer for the same record.
 */
#ifndef GRAPH_H
#define GRAPH_H

#include "record.h"

struct graph;

/* No node, no step. */
#define GRAPH_NONE SIZE_MAX

/* One edge, seen from a node. `node` is the index of the other end. */
struct graph_edge {
	size_t node;
	enum ref_type type;
	bool forward; /* from this node to the other; else the other way */
};

/* graph_build(arena, record, ret_graph, error): the graph of a record, in the arena; the record must live as long. A
   ref whose end is not in the record is left out and counted. Errors: HANSARD_INVALID when a subkey is not one of its
   type, HANSARD_FAILED. */
enum hansard_status graph_build(struct arena *arena, const struct record *record, const struct graph **ret_graph,
								struct hansard_error *error);

/* graph_record(graph): the record it was built from. */
const struct record *graph_record(const struct graph *graph);

/* Nodes stand in display order P, R, T, E, C, each by round and sequence. */
size_t graph_node_count(const struct graph *graph);
struct display_id graph_node_id(const struct graph *graph, size_t node);
const struct entity_head *graph_node_entity(const struct graph *graph, size_t node);

/* graph_node_find(graph, id): index of a node, or GRAPH_NONE. */
size_t graph_node_find(const struct graph *graph, struct display_id id);

/* graph_edges(graph, node, ret_count): edges at a node, both directions, forward ones first, each by type, then by
   other end. A self-loop is there twice, once each way. */
const struct graph_edge *graph_edges(const struct graph *graph, size_t node, size_t *ret_count);

/* A set of edge types, one bit each: GRAPH_MASK(REF_SUPPORT) | ... */
#define GRAPH_MASK(type) (1u << (unsigned)(type))
#define GRAPH_ALL_TYPES (~0u)

/* Which edges a walk takes: those of the types in `forward` along their direction, in `backward` against it. */
struct graph_follow {
	unsigned forward;
	unsigned backward;
};

/* What a statement rests on: support both ways; depend, address, resolve and refine forward. */
extern const struct graph_follow graph_follow_basis;

/* What must be looked at again when a statement falls: what it supports, opposes, addresses or resolves, and what
   depends on it or refines it. */
extern const struct graph_follow graph_follow_impact;

/* What a tension's fate hangs on: what it depends on, what addresses, resolves, reopens or questions it, and what that
   depends on in turn. The open tensions among these are why it is open. */
extern const struct graph_follow graph_follow_obstacles;

/* What a statement depends on, and that in turn. */
extern const struct graph_follow graph_follow_dependencies;

struct graph_walk_request {
	const size_t *starts; /* nodes; one given twice counts once */
	size_t start_count;
	struct graph_follow follow;
};

/* A node that a walk came to, and the last step of the path to it. */
struct graph_reach {
	size_t node;
	size_t previous;    /* where the step came from: index in `reached`; GRAPH_NONE for a start */
	size_t length;      /* edges from the start; 0 for a start */
	enum ref_type type; /* of the edge of the last step; REF_ABSENT for a start */
	bool forward;       /* the step went along the edge's direction */
};

/* All that can be reached, in breadth-first order: first the starts, in the order given, then what is one edge away,
   and so on. */
struct graph_walk {
	const struct graph_reach *reached;
	size_t count;
	size_t start_count; /* distinct starts, which are the first of `reached` */
	const size_t *at;   /* by node: its index in `reached`, or GRAPH_NONE */
};

/* graph_walk(arena, graph, request, ret_walk, error): every node that can be reached from the starts, each by a
   shortest path; of several, the one whose start, then whose edges in the order of graph_edges, come first. Errors:
   HANSARD_FAILED. */
enum hansard_status graph_walk(struct arena *arena, const struct graph *graph, const struct graph_walk_request *request,
							   struct graph_walk *ret_walk, struct hansard_error *error);

/* graph_walk_path(arena, walk, index, ret_path, error): the path to reached[index] as its length + 1 reaches from the
   start to it. Errors: HANSARD_FAILED. */
enum hansard_status graph_walk_path(struct arena *arena, const struct graph_walk *walk, size_t index,
									const struct graph_reach **ret_path, struct hansard_error *error);

/* A cycle: nodes in order, each joined to the next, the last to the first. */
struct graph_cycle {
	const size_t *nodes;
	size_t count;
};

/* graph_cycles(arena, graph, types, ret_cycles, ret_count, error): one cycle for each strongly connected component of
   edges of these types that has any, a self-loop included: a shortest one through the component's first node, and
   beginning with it. Cycles stand in the order of their first nodes. A walk forward over the same types comes to all
   nodes of a cycle or to none. Errors: HANSARD_FAILED. */
enum hansard_status graph_cycles(struct arena *arena, const struct graph *graph, unsigned types,
								 const struct graph_cycle **ret_cycles, size_t *ret_count, struct hansard_error *error);

#endif
