/*
 * What stands behind a verdict, computed from the whole partition when it is read (record.md, Verdict context). Nothing
 * of this is stored.
 */
#ifndef VERDICT_CONTEXT_H
#define VERDICT_CONTEXT_H

#include "graph.h"

/* Some of the nodes, or of the reaches of a walk. */
struct verdict_context_list {
	const size_t *items;
	size_t count;
};

struct verdict_context {
	const struct entity_verdict *verdict;
	struct verdict_context_list tensions_resolved;       /* nodes, in node order */
	struct verdict_context_list recommendations_adopted; /* nodes, in node order */
	struct graph_walk basis;                             /* from the adopted recommendations, over what they rest on */
	struct verdict_context_list key_evidence;            /* indices in basis.reached, nearest first */
	struct verdict_context_list key_claims;              /* likewise; graph_walk_path() gives the path of each */
};

/* verdict_context_of(arena, graph, verdict, ret_context, error): the context of a verdict of the record that the graph
   was built from. Tensions resolved are those whose last status event at or before the verdict's round is `resolved`;
   recommendations adopted those whose adopted_in_verdict names it; key evidence and key claims those that the latter
   reach over graph_follow_basis. Errors: HANSARD_FAILED. */
enum hansard_status verdict_context_of(struct arena *arena, const struct graph *graph,
									   const struct entity_verdict *verdict, struct verdict_context *ret_context,
									   struct hansard_error *error);

#endif
