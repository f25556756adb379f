/*
 * Why something counts: the path that reaches it in the graph, and the circles that dependencies run in.
 */
#ifndef VIEW_REASON_H
#define VIEW_REASON_H

#include "answer.h"
#include "page.h"
#include "verdict_context.h"

/* view_reason_path(draft, graph, walk, index): the path to reached[index] in words: `R0001 -depend-> T0001 <-support- E0003`. */
struct text view_reason_path(struct draft *draft, const struct graph *graph, const struct graph_walk *walk,
							 size_t index);

/* view_reason_answer_paths(answer, arena, graph, context, error): "paths" of the key evidence and claims: of each its id, the nodes from the
   adopted recommendation on, and the types of the edges between. Errors: HANSARD_FAILED. */
enum hansard_status view_reason_answer_paths(struct answer *answer, struct arena *arena, const struct graph *graph,
											 const struct verdict_context *context, struct hansard_error *error);

/* view_reason_cycles(page, graph), view_reason_answer_cycles(answer, arena, graph, error): every circle of `depend` edges, named; nothing where
   there is none. */
void view_reason_cycles(struct page *page, const struct graph *graph);
enum hansard_status view_reason_answer_cycles(struct answer *answer, struct arena *arena, const struct graph *graph,
											  struct hansard_error *error);

#endif
