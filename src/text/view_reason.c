/*
 * Paths and circles.
 */
#include "view_reason.h"

#include "vocabulary.h"

static struct text id_of(struct draft *draft, const struct graph *graph, size_t node)
{
	char written[DISPLAY_ID_SIZE];
	const struct text id = display_id_format(graph_node_id(graph, node), written);
	return draft_format(draft, "%.*s", DRAFT_ARGS(id));
}

struct text view_reason_path(struct draft *draft, const struct graph *graph, const struct graph_walk *walk,
							 size_t index)
{
	const struct graph_reach *path;
	if (graph_walk_path(draft->arena, walk, index, &path, NULL) != HANSARD_OK) {
		draft->failed = true;
		return TEXT("");
	}
	struct text line = id_of(draft, graph, path[0].node);
	for (size_t i = 1; i <= walk->reached[index].length; i++) {
		const struct text type = vocabulary_word(&vocabulary_ref_type, path[i].type);
		const struct text id = id_of(draft, graph, path[i].node);
		line = draft_format(draft, path[i].forward ? "%.*s -%.*s-> %.*s" : "%.*s <-%.*s- %.*s", DRAFT_ARGS(line),
							DRAFT_ARGS(type), DRAFT_ARGS(id));
	}
	return line;
}

static void write_node(struct answer *answer, const struct graph *graph, size_t node)
{
	char written[DISPLAY_ID_SIZE];
	json_write_text(&answer->writer, display_id_format(graph_node_id(graph, node), written));
}

static enum hansard_status answer_path(struct answer *answer, struct arena *arena, const struct graph *graph,
									   const struct graph_walk *walk, size_t index, struct hansard_error *error)
{
	const struct graph_reach *path;
	const enum hansard_status status = graph_walk_path(arena, walk, index, &path, error);
	if (status != HANSARD_OK)
		return status;
	const size_t length = walk->reached[index].length;
	char written[DISPLAY_ID_SIZE];
	answer_object(answer, NULL);
	answer_text(answer, "id", display_id_format(graph_node_id(graph, walk->reached[index].node), written));
	answer_array(answer, "nodes");
	for (size_t i = 0; i <= length; i++)
		write_node(answer, graph, path[i].node);
	answer_end(answer);
	answer_array(answer, "types");
	for (size_t i = 1; i <= length; i++)
		json_write_text(&answer->writer, vocabulary_word(&vocabulary_ref_type, path[i].type));
	answer_end(answer);
	answer_end(answer);
	return HANSARD_OK;
}

enum hansard_status view_reason_answer_paths(struct answer *answer, struct arena *arena, const struct graph *graph,
											 const struct verdict_context *context, struct hansard_error *error)
{
	const struct verdict_context_list *const lists[] = {&context->key_evidence, &context->key_claims};
	enum hansard_status status = HANSARD_OK;
	answer_array(answer, "paths");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t j = 0; j < lists[i]->count && status == HANSARD_OK; j++)
			status = answer_path(answer, arena, graph, &context->basis, lists[i]->items[j], error);
	}
	answer_end(answer);
	return status;
}

void view_reason_cycles(struct page *page, const struct graph *graph)
{
	const struct graph_cycle *cycles;
	size_t count;
	if (graph_cycles(page->draft.arena, graph, GRAPH_MASK(REF_DEPEND), &cycles, &count, NULL) != HANSARD_OK) {
		page->draft.failed = true;
		return;
	}
	if (count > 0)
		page_heading(page, TEXT("Dependencies that run in a circle"));
	for (size_t i = 0; i < count; i++) {
		struct text line = TEXT("");
		for (size_t j = 0; j < cycles[i].count; j++)
			line = draft_format(&page->draft, "%.*s%.*s -> ", DRAFT_ARGS(line),
								DRAFT_ARGS(id_of(&page->draft, graph, cycles[i].nodes[j])));
		line = draft_format(&page->draft, "%.*s%.*s", DRAFT_ARGS(line),
							DRAFT_ARGS(id_of(&page->draft, graph, cycles[i].nodes[0])));
		page_fold(page, 2, line);
	}
}

enum hansard_status view_reason_answer_cycles(struct answer *answer, struct arena *arena, const struct graph *graph,
											  struct hansard_error *error)
{
	const struct graph_cycle *cycles;
	size_t count;
	const enum hansard_status status = graph_cycles(arena, graph, GRAPH_MASK(REF_DEPEND), &cycles, &count, error);
	if (status != HANSARD_OK || count == 0)
		return status;
	answer_array(answer, "cycles");
	for (size_t i = 0; i < count; i++) {
		answer_array(answer, NULL);
		for (size_t j = 0; j < cycles[i].count; j++)
			write_node(answer, graph, cycles[i].nodes[j]);
		answer_end(answer);
	}
	answer_end(answer);
	return HANSARD_OK;
}
