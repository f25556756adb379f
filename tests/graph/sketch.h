/*
 * Small records drawn by hand for the tests of graphs, and what a graph says of them written as one line of text.
 */
#ifndef SKETCH_H
#define SKETCH_H

#include "graph.h"
#include "limits.h"
#include "tap.h"
#include "verdict_context.h"

#define SKETCH_TIME "2026-05-04T09:00:00.000000Z"

struct sketch {
	struct arena *arena;
	struct record record;
	const struct graph *graph;
	struct buffer line; /* of the sketch_write functions */
};

__attribute__((unused)) static void sketch_begin(struct sketch *sketch)
{
	*sketch = (struct sketch){.arena = arena_create(LIMIT_ARENA)};
	expect(sketch->arena != NULL);
	record_begin(&sketch->record, sketch->arena, TEXT("sketch"));
	buffer_init(&sketch->line, LIMIT_DOCUMENT);
}

__attribute__((unused)) static void sketch_end(struct sketch *sketch)
{
	buffer_finish(&sketch->line);
	arena_destroy(sketch->arena);
}

__attribute__((unused)) static struct display_id sketch_id(const char *name)
{
	struct display_id id;
	expect(display_id_parse(text_of_string(name), &id));
	return id;
}

/* An entity of a type with everything absent but its subkey; not yet in the record. */
__attribute__((unused)) static void *sketch_entity(struct sketch *sketch, enum entity_type type, struct text subkey)
{
	struct entity_head *head = arena_allocate(sketch->arena, entity_shape(type)->size);
	expect(head != NULL);
	head->type = type;
	head->subkey = subkey;
	return head;
}

__attribute__((unused)) static void sketch_add(struct sketch *sketch, void *entity)
{
	struct hansard_error error = {0};
	if (record_add(&sketch->record, entity, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
}

/* Adds a statement and gives it back, for a test to fill in. */
__attribute__((unused)) static void *sketch_state(struct sketch *sketch, const char *name)
{
	const struct display_id id = sketch_id(name);
	struct text subkey;
	expect(display_id_subkey(sketch->arena, id, &subkey));
	void *entity = sketch_entity(sketch, id.type, subkey);
	sketch_add(sketch, entity);
	return entity;
}

__attribute__((unused)) static void sketch_state_all(struct sketch *sketch, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sketch_state(sketch, names[i]);
}

__attribute__((unused)) static struct text sketch_ref_subkey(struct sketch *sketch, const char *source,
															 enum ref_type type, const char *target)
{
	const struct item_key_ref ref = {text_of_string(source), type, text_of_string(target)};
	struct text subkey;
	expect(item_key_ref_subkey(sketch->arena, ref, &subkey));
	return subkey;
}

__attribute__((unused)) static void sketch_join(struct sketch *sketch, const char *source, enum ref_type type,
												const char *target)
{
	sketch_add(sketch, sketch_entity(sketch, ENTITY_REF, sketch_ref_subkey(sketch, source, type, target)));
}

__attribute__((unused)) static const struct graph *sketch_build(struct sketch *sketch)
{
	struct hansard_error error = {0};
	if (graph_build(sketch->arena, &sketch->record, &sketch->graph, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	return sketch->graph;
}

__attribute__((unused)) static size_t sketch_node(const struct sketch *sketch, const char *name)
{
	const size_t node = graph_node_find(sketch->graph, sketch_id(name));
	expect(node != GRAPH_NONE);
	return node;
}

/* A walk from one node. */
__attribute__((unused)) static struct graph_walk sketch_walk(struct sketch *sketch, const char *start,
															 struct graph_follow follow)
{
	const size_t node = sketch_node(sketch, start);
	const struct graph_walk_request request = {.starts = &node, .start_count = 1, .follow = follow};
	struct graph_walk walk;
	struct hansard_error error = {0};
	expect_integer(graph_walk(sketch->arena, sketch->graph, &request, &walk, &error), HANSARD_OK);
	return walk;
}

static void sketch_append(struct sketch *sketch, struct text text)
{
	expect(buffer_append_text(&sketch->line, text));
}

static void sketch_append_node(struct sketch *sketch, size_t node)
{
	char name[DISPLAY_ID_SIZE];
	sketch_append(sketch, display_id_format(graph_node_id(sketch->graph, node), name));
}

/* " -support-> " or " <-support- ", and the other end. */
static void sketch_append_step(struct sketch *sketch, struct graph_edge edge)
{
	sketch_append(sketch, edge.forward ? TEXT(" -") : TEXT(" <-"));
	sketch_append(sketch, vocabulary_word(&vocabulary_ref_type, edge.type));
	sketch_append(sketch, edge.forward ? TEXT("-> ") : TEXT("- "));
	sketch_append_node(sketch, edge.node);
}

/* "P0001 P0002": these nodes. */
__attribute__((unused)) static struct text sketch_write_nodes(struct sketch *sketch, const size_t *nodes, size_t count)
{
	sketch->line.size = 0;
	for (size_t i = 0; i < count; i++) {
		sketch_append(sketch, i > 0 ? TEXT(" ") : TEXT(""));
		sketch_append_node(sketch, nodes[i]);
	}
	return buffer_text(&sketch->line);
}

/* "P0001 P0002": what a walk came to, the starts first. */
__attribute__((unused)) static struct text sketch_write_walk(struct sketch *sketch, const struct graph_walk *walk)
{
	sketch->line.size = 0;
	for (size_t i = 0; i < walk->count; i++) {
		sketch_append(sketch, i > 0 ? TEXT(" ") : TEXT(""));
		sketch_append_node(sketch, walk->reached[i].node);
	}
	return buffer_text(&sketch->line);
}

/* How many edges the graph holds: refs whose ends are both there. */
__attribute__((unused)) static int64_t sketch_edges(const struct sketch *sketch)
{
	size_t halves = 0;
	for (size_t node = 0; node < graph_node_count(sketch->graph); node++) {
		size_t count;
		(void)graph_edges(sketch->graph, node, &count);
		halves += count;
	}
	return (int64_t)halves / 2;
}

/* "P0001 -depend-> P0002 <-support- E0001": the path to one reach. */
__attribute__((unused)) static struct text sketch_write_path(struct sketch *sketch, const struct graph_walk *walk,
															 size_t index)
{
	const struct graph_reach *path;
	expect_integer(graph_walk_path(sketch->arena, walk, index, &path, NULL), HANSARD_OK);
	sketch->line.size = 0;
	sketch_append_node(sketch, path[0].node);
	for (size_t i = 1; i <= walk->reached[index].length; i++)
		sketch_append_step(sketch, (struct graph_edge){path[i].node, path[i].type, path[i].forward});
	return buffer_text(&sketch->line);
}

/* "P0001 -depend-> P0002 <-support- E0001": a node and all its edges. */
__attribute__((unused)) static struct text sketch_write_edges(struct sketch *sketch, const char *name)
{
	const size_t node = sketch_node(sketch, name);
	size_t count;
	const struct graph_edge *edges = graph_edges(sketch->graph, node, &count);
	sketch->line.size = 0;
	sketch_append_node(sketch, node);
	for (size_t i = 0; i < count; i++)
		sketch_append_step(sketch, edges[i]);
	return buffer_text(&sketch->line);
}

/* The n-th of a hundred thousand perspectives, 10,000 in each round. */
__attribute__((unused)) static struct display_id sketch_nth(size_t n)
{
	return (struct display_id){ENTITY_PERSPECTIVE, (int)(n / 10000), (int)(n % 10000)};
}

/* Puts entities into a list of the record as they are, in the order given. */
__attribute__((unused)) static void sketch_fill(struct sketch *sketch, enum entity_type type,
												struct entity_head **items, size_t count)
{
	sketch->record.lists[type] = (struct record_list){.items = items, .count = count, .capacity = count};
}

/* A chain of `count` perspectives, each depending on the next; `closed`: the last on the first. */
__attribute__((unused)) static void sketch_chain(struct sketch *sketch, size_t count, bool closed)
{
	struct entity_head **nodes = arena_allocate_array(sketch->arena, count, sizeof(struct entity_head *));
	struct entity_head **refs = arena_allocate_array(sketch->arena, count, sizeof(struct entity_head *));
	expect(nodes != NULL && refs != NULL);
	const size_t ref_count = closed ? count : count - 1;
	for (size_t i = 0; i < count; i++) {
		struct text subkey;
		expect(display_id_subkey(sketch->arena, sketch_nth(i), &subkey));
		nodes[i] = sketch_entity(sketch, ENTITY_PERSPECTIVE, subkey);
		char source[DISPLAY_ID_SIZE], target[DISPLAY_ID_SIZE];
		display_id_format(sketch_nth(i), source);
		display_id_format(sketch_nth((i + 1) % count), target);
		/* The refs stand in reverse: no order among them is relied on. */
		if (i < ref_count)
			refs[ref_count - 1 - i] =
				sketch_entity(sketch, ENTITY_REF, sketch_ref_subkey(sketch, source, REF_DEPEND, target));
	}
	sketch_fill(sketch, ENTITY_PERSPECTIVE, nodes, count);
	sketch_fill(sketch, ENTITY_REF, refs, ref_count);
}

#endif
