/*
 * The context of a verdict: two passes over the nodes and one walk.
 */
#include "verdict_context.h"

#include "error.h"
#include "tally.h"

/* Lists under construction hold at most `nodes` items. */
struct selection {
	size_t *items;
	size_t count;
};

static struct verdict_context_list selected(const struct selection *selection)
{
	return (struct verdict_context_list){.items = selection->items, .count = selection->count};
}

static bool resolved_by(const struct graph *graph, size_t node, int64_t round)
{
	const struct entity_event *event = tally_last_event(graph_record(graph), graph_node_id(graph, node), (int)round);
	return event != NULL && event->event_type == EVENT_RESOLVED;
}

static bool adopted_in(const struct entity_head *entity, struct text verdict_id)
{
	const struct entity_recommendation *recommendation = (const struct entity_recommendation *)entity;
	return text_equal(recommendation->adopted_in_verdict, verdict_id);
}

static void select_nodes(const struct graph *graph, const struct entity_verdict *verdict, struct selection *resolved,
						 struct selection *adopted)
{
	for (size_t node = 0; node < graph_node_count(graph); node++) {
		const struct entity_head *entity = graph_node_entity(graph, node);
		if (entity->type == ENTITY_TENSION && resolved_by(graph, node, verdict->round.value))
			resolved->items[resolved->count++] = node;
		if (entity->type == ENTITY_RECOMMENDATION && adopted_in(entity, verdict->head.subkey))
			adopted->items[adopted->count++] = node;
	}
}

static void select_reached(const struct graph *graph, const struct graph_walk *walk, struct selection *evidence,
						   struct selection *claims)
{
	for (size_t i = walk->start_count; i < walk->count; i++) {
		const struct entity_head *entity = graph_node_entity(graph, walk->reached[i].node);
		if (entity->type == ENTITY_EVIDENCE)
			evidence->items[evidence->count++] = i;
		if (entity->type == ENTITY_CLAIM)
			claims->items[claims->count++] = i;
	}
}

/* An empty selection with room for every entity of a type. False when memory is exhausted. */
static bool begin(struct arena *arena, const struct graph *graph, enum entity_type type, struct selection *selection)
{
	selection->count = 0;
	selection->items = arena_allocate_array(arena, graph_record(graph)->lists[type].count, sizeof(size_t));
	return selection->items != NULL;
}

enum hansard_status verdict_context_of(struct arena *arena, const struct graph *graph,
									   const struct entity_verdict *verdict, struct verdict_context *ret_context,
									   struct hansard_error *error)
{
	struct selection resolved, adopted, evidence, claims;
	if (!begin(arena, graph, ENTITY_TENSION, &resolved) || !begin(arena, graph, ENTITY_RECOMMENDATION, &adopted) ||
		!begin(arena, graph, ENTITY_EVIDENCE, &evidence) || !begin(arena, graph, ENTITY_CLAIM, &claims))
		return error_memory(error);
	select_nodes(graph, verdict, &resolved, &adopted);

	const struct graph_walk_request request = {
		.starts = adopted.items, .start_count = adopted.count, .follow = graph_follow_basis};
	struct graph_walk basis;
	const enum hansard_status status = graph_walk(arena, graph, &request, &basis, error);
	if (status != HANSARD_OK)
		return status;
	select_reached(graph, &basis, &evidence, &claims);
	*ret_context = (struct verdict_context){
		.verdict = verdict,
		.tensions_resolved = selected(&resolved),
		.recommendations_adopted = selected(&adopted),
		.basis = basis,
		.key_evidence = selected(&evidence),
		.key_claims = selected(&claims),
	};
	return HANSARD_OK;
}
