/* Cycles: found wherever they are, named in order, one for each component. */
#include "sketch.h"

#define DEPEND GRAPH_MASK(REF_DEPEND)

/* "P0001 P0002 | P0004": all cycles over these types. */
static struct text write_cycles(struct sketch *sketch, unsigned types)
{
	const struct graph_cycle *cycles;
	size_t count;
	struct hansard_error error = {0};
	expect_integer(graph_cycles(sketch->arena, sketch->graph, types, &cycles, &count, &error), HANSARD_OK);
	sketch->line.size = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < cycles[i].count; j++) {
			sketch_append(sketch, j > 0 ? TEXT(" ") : i > 0 ? TEXT(" | ") : TEXT(""));
			sketch_append_node(sketch, cycles[i].nodes[j]);
		}
	}
	return buffer_text(&sketch->line);
}

static void state_six(struct sketch *sketch)
{
	static const char *const names[] = {"P0001", "P0002", "P0003", "P0004", "P0005", "P0006"};
	sketch_begin(sketch);
	sketch_state_all(sketch, names, 6);
}

static void finds_none(void)
{
	struct sketch sketch;
	state_six(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0004");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0004");
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, GRAPH_ALL_TYPES), "");
	sketch_end(&sketch);
}

static void finds_none_in_nothing(void)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, GRAPH_ALL_TYPES), "");
	sketch_end(&sketch);
}

static void names_cycle(void)
{
	struct sketch sketch;
	state_six(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0005");
	sketch_join(&sketch, "P0005", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0006");
	sketch_join(&sketch, "P0006", REF_DEPEND, "P0005");
	sketch_join(&sketch, "P0006", REF_DEPEND, "P0002");
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, DEPEND), "P0003 P0006 P0005");
	sketch_end(&sketch);
}

static void names_self_loop(void)
{
	struct sketch sketch;
	state_six(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0002");
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, DEPEND), "P0002");
	sketch_end(&sketch);
}

static void names_one_each(void)
{
	struct sketch sketch;
	state_six(&sketch);
	sketch_join(&sketch, "P0006", REF_DEPEND, "P0004");
	sketch_join(&sketch, "P0004", REF_DEPEND, "P0006");
	sketch_join(&sketch, "P0004", REF_DEPEND, "P0004");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0001");
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0004");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0002");
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, DEPEND), "P0001 P0003 | P0002 | P0004");
	sketch_end(&sketch);
}

static void tells_components_apart(void)
{
	struct sketch sketch;
	state_six(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0001");
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0005");
	sketch_join(&sketch, "P0005", REF_DEPEND, "P0006");
	sketch_join(&sketch, "P0006", REF_DEPEND, "P0005");
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, DEPEND), "P0001 P0002 P0003 | P0005 P0006");
	sketch_end(&sketch);
}

static void names_shortest(void)
{
	struct sketch sketch;
	state_six(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0004");
	sketch_join(&sketch, "P0004", REF_DEPEND, "P0001");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0005");
	sketch_join(&sketch, "P0005", REF_DEPEND, "P0001");
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, DEPEND), "P0001 P0002 P0005");
	sketch_end(&sketch);
}

static void keeps_types(void)
{
	struct sketch sketch;
	state_six(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0002", REF_SUPPORT, "P0001");
	sketch_join(&sketch, "P0003", REF_OPPOSE, "P0003");
	sketch_build(&sketch);
	expect_text(write_cycles(&sketch, DEPEND), "");
	expect_text(write_cycles(&sketch, DEPEND | GRAPH_MASK(REF_SUPPORT)), "P0001 P0002");
	expect_text(write_cycles(&sketch, GRAPH_ALL_TYPES), "P0001 P0002 | P0003");
	expect_text(write_cycles(&sketch, 0), "");
	sketch_end(&sketch);
}

static void survives_long_chains(void)
{
	enum { LENGTH = 100000 };
	struct sketch sketch;
	const struct graph_cycle *cycles;
	size_t count;
	for (int closed = 0; closed <= 1; closed++) {
		sketch_begin(&sketch);
		sketch_chain(&sketch, LENGTH, closed);
		sketch_build(&sketch);
		expect_integer(graph_cycles(sketch.arena, sketch.graph, DEPEND, &cycles, &count, NULL), HANSARD_OK);
		expect_integer(count, closed);
		if (closed) {
			expect_integer(cycles[0].count, LENGTH);
			for (size_t i = 0; i < LENGTH; i++)
				expect_integer(cycles[0].nodes[i], i);
		}
		sketch_end(&sketch);
	}
}

static const struct tap_test tests[] = {
	{"edges that meet again without a way back are no cycle", finds_none},
	{"an empty graph has no cycle", finds_none_in_nothing},
	{"a cycle of dependencies is named from its first node on, without what leads in or out", names_cycle},
	{"a self-loop is a cycle of one", names_self_loop},
	{"each component has one cycle, in the order of first nodes", names_one_each},
	{"a cycle that leads to another leaves the other's name alone", tells_components_apart},
	{"of several cycles through the first node a shortest is named", names_shortest},
	{"only edges of the types asked for make a cycle", keeps_types},
	{"a chain of 100,000 dependencies has no cycle, and closed it is one", survives_long_chains},
};
TAP_MAIN(tests)
