/* The graph of a record: its nodes, its edges, what is left out. */
#include "sketch.h"

static void orders_nodes(void)
{
	static const char *const names[] = {"C0001",  "E0001", "T0203", "T0001", "R0101",
										"P00100", "P0099", "P0001", "P0101"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, sizeof(names) / sizeof(names[0]));
	sketch_build(&sketch);
	size_t nodes[9];
	for (size_t i = 0; i < 9; i++)
		nodes[i] = i;
	expect_integer(graph_node_count(sketch.graph), 9);
	expect_text(sketch_write_nodes(&sketch, nodes, 9), "P0001 P0099 P00100 P0101 R0101 T0001 T0203 E0001 C0001");
	for (size_t i = 0; i < 9; i++) {
		const size_t node = sketch_node(&sketch, names[i]);
		expect(graph_node_entity(sketch.graph, node) == record_find_id(&sketch.record, sketch_id(names[i])));
	}
	expect(graph_node_find(sketch.graph, sketch_id("P0002")) == GRAPH_NONE);
	expect(graph_node_find(sketch.graph, sketch_id("C9999")) == GRAPH_NONE);
	expect(graph_record(sketch.graph) == &sketch.record);
	sketch_end(&sketch);
}

static void orders_edges(void)
{
	static const char *const names[] = {"T0001", "P0001", "P0002", "P0003"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, 4);
	sketch_join(&sketch, "P0003", REF_SUPPORT, "P0001");
	sketch_join(&sketch, "P0002", REF_SUPPORT, "P0001");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0001");
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0001", REF_ADDRESS, "T0001");
	sketch_join(&sketch, "P0001", REF_SUPPORT, "P0003");
	sketch_join(&sketch, "P0001", REF_SUPPORT, "P0002");
	sketch_build(&sketch);
	expect_integer(sketch_edges(&sketch), 7);
	expect_text(sketch_write_edges(&sketch, "P0001"),
				"P0001 -support-> P0002 -support-> P0003 -address-> T0001 -depend-> P0003"
				" <-support- P0002 <-support- P0003 <-depend- P0002");
	expect_text(sketch_write_edges(&sketch, "T0001"), "T0001 <-address- P0001");
	sketch_end(&sketch);
}

/* As texts P00100 comes before P0099. */
static void orders_ends_by_number(void)
{
	static const char *const names[] = {"P0001", "P0099", "P00100"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, 3);
	for (size_t i = 1; i < 3; i++) {
		sketch_join(&sketch, "P0001", REF_DEPEND, names[i]);
		sketch_join(&sketch, names[i], REF_SUPPORT, "P0001");
	}
	sketch_build(&sketch);
	expect_text(sketch_write_edges(&sketch, "P0001"),
				"P0001 -depend-> P0099 -depend-> P00100 <-support- P0099 <-support- P00100");
	sketch_end(&sketch);
}

static void counts_dangling(void)
{
	static const char *const names[] = {"P0001", "T0001"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, 2);
	sketch_join(&sketch, "P0001", REF_ADDRESS, "T0001");
	sketch_join(&sketch, "P0001", REF_ADDRESS, "T0002");
	sketch_join(&sketch, "P0002", REF_ADDRESS, "T0001");
	sketch_join(&sketch, "R0001", REF_DEPEND, "R0002");
	sketch_build(&sketch);
	expect_integer(sketch_edges(&sketch), 1);
	expect_integer((int64_t)sketch.record.lists[ENTITY_REF].count - sketch_edges(&sketch), 3);
	expect_text(sketch_write_edges(&sketch, "T0001"), "T0001 <-address- P0001");
	sketch_end(&sketch);
}

static void keeps_self_loops(void)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state(&sketch, "P0001");
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0001");
	sketch_build(&sketch);
	expect_integer(sketch_edges(&sketch), 1);
	expect_text(sketch_write_edges(&sketch, "P0001"), "P0001 -depend-> P0001 <-depend- P0001");
	sketch_end(&sketch);
}

static void keeps_parallel_edges(void)
{
	static const char *const names[] = {"P0001", "P0002"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, 2);
	for (enum ref_type type = REF_SUPPORT; type <= REF_DEPEND; type++)
		sketch_join(&sketch, "P0001", type, "P0002");
	sketch_build(&sketch);
	expect_integer(sketch_edges(&sketch), 8);
	expect_text(sketch_write_edges(&sketch, "P0002"),
				"P0002 <-support- P0001 <-oppose- P0001 <-refine- P0001 <-address- P0001"
				" <-resolve- P0001 <-reopen- P0001 <-question- P0001 <-depend- P0001");
	sketch_end(&sketch);
}

static void takes_a_duplicate_once(void)
{
	static const char *const names[] = {"P0001", "P0002"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, 2);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	struct entity_head *again =
		sketch_entity(&sketch, ENTITY_REF, sketch_ref_subkey(&sketch, "P0001", REF_DEPEND, "P0002"));
	expect_integer(record_add(&sketch.record, again, NULL), HANSARD_CONFLICT);
	sketch_build(&sketch);
	expect_integer(sketch_edges(&sketch), 1);
	expect_text(sketch_write_edges(&sketch, "P0001"), "P0001 -depend-> P0002");
	sketch_end(&sketch);
}

static void builds_of_nothing(void)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_build(&sketch);
	expect_integer(graph_node_count(sketch.graph), 0);
	expect_integer(sketch_edges(&sketch), 0);
	expect_integer((int64_t)sketch.record.lists[ENTITY_REF].count - sketch_edges(&sketch), 0);
	expect(graph_node_find(sketch.graph, sketch_id("P0001")) == GRAPH_NONE);
	sketch_end(&sketch);
}

/* A record whose list was filled with one entity of a wrong subkey. */
static void expect_refused(enum entity_type type, struct text subkey, const char *kind)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	struct entity_head *items[] = {sketch_entity(&sketch, type, subkey)};
	sketch_fill(&sketch, type, items, 1);
	struct hansard_error error = {0};
	const struct graph *graph = NULL;
	expect_integer(graph_build(sketch.arena, &sketch.record, &graph, &error), HANSARD_INVALID);
	expect_string(error.kind, kind);
	expect(graph == NULL);
	sketch_end(&sketch);
}

static void refuses_wrong_subkeys(void)
{
	expect_refused(ENTITY_TENSION, TEXT("x"), "invalid_display_id");
	expect_refused(ENTITY_REF, TEXT("P0001#hates#P0002"), "invalid_ref_type");
}

static void does_not_depend_on_order(void)
{
	static const char *const names[] = {"P0001", "R0001", "T0001", "E0001", "C0001"};
	struct sketch there, back;
	sketch_begin(&there);
	sketch_begin(&back);
	for (size_t i = 0; i < 5; i++) {
		sketch_state(&there, names[i]);
		sketch_state(&back, names[4 - i]);
	}
	for (size_t i = 0; i < 25; i++) {
		sketch_join(&there, names[i / 5], REF_DEPEND, names[i % 5]);
		sketch_join(&back, names[4 - i / 5], REF_DEPEND, names[4 - i % 5]);
	}
	sketch_build(&there);
	sketch_build(&back);
	for (size_t i = 0; i < 5; i++)
		expect(text_equal(sketch_write_edges(&there, names[i]), sketch_write_edges(&back, names[i])));
	sketch_end(&there);
	sketch_end(&back);
}

static const struct tap_test tests[] = {
	{"nodes stand as P, R, T, E, C, each by round and number, and are found by id", orders_nodes},
	{"edges of a node stand forward first, by type, then by other end", orders_edges},
	{"the other ends of a node's edges stand by number, not as texts", orders_ends_by_number},
	{"a reference whose end is missing is left out and counted", counts_dangling},
	{"a self-loop is one edge, seen from both its ends", keeps_self_loops},
	{"edges of several types between two nodes are all kept", keeps_parallel_edges},
	{"an edge given twice is held once", takes_a_duplicate_once},
	{"an empty record has an empty graph", builds_of_nothing},
	{"a subkey that is none of its type is refused", refuses_wrong_subkeys},
	{"the graph does not depend on the order in which things were added", does_not_depend_on_order},
};
TAP_MAIN(tests)
