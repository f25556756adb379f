/* Walks: what they come to, by which path, and that they end. */
#include "sketch.h"

#define FOLLOW(types_forward, types_backward)                                                                          \
	((struct graph_follow){.forward = (types_forward), .backward = (types_backward)})
#define DEPEND GRAPH_MASK(REF_DEPEND)
#define SUPPORT GRAPH_MASK(REF_SUPPORT)

static void state_five(struct sketch *sketch)
{
	static const char *const names[] = {"P0001", "P0002", "P0003", "P0004", "P0005"};
	sketch_begin(sketch);
	sketch_state_all(sketch, names, 5);
}

static void keeps_direction(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0003");
	sketch_build(&sketch);
	struct graph_walk walk = sketch_walk(&sketch, "P0002", FOLLOW(DEPEND, 0));
	expect_text(sketch_write_walk(&sketch, &walk), "P0002 P0003");
	walk = sketch_walk(&sketch, "P0002", FOLLOW(0, DEPEND));
	expect_text(sketch_write_walk(&sketch, &walk), "P0002 P0001");
	walk = sketch_walk(&sketch, "P0002", FOLLOW(DEPEND, DEPEND));
	expect_text(sketch_write_walk(&sketch, &walk), "P0002 P0003 P0001");
	walk = sketch_walk(&sketch, "P0002", FOLLOW(0, 0));
	expect_text(sketch_write_walk(&sketch, &walk), "P0002");
	sketch_end(&sketch);
}

static void keeps_types(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0001", REF_SUPPORT, "P0003");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0004");
	sketch_build(&sketch);
	struct graph_walk walk = sketch_walk(&sketch, "P0001", FOLLOW(DEPEND, GRAPH_ALL_TYPES));
	expect_text(sketch_write_walk(&sketch, &walk), "P0001 P0002");
	walk = sketch_walk(&sketch, "P0001", FOLLOW(SUPPORT | DEPEND, 0));
	expect_text(sketch_write_walk(&sketch, &walk), "P0001 P0003 P0002 P0004");
	walk = sketch_walk(&sketch, "P0001", FOLLOW(GRAPH_ALL_TYPES, 0));
	expect_text(sketch_write_walk(&sketch, &walk), "P0001 P0003 P0002 P0004");
	sketch_end(&sketch);
}

static void takes_shortest_path(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0005");
	sketch_join(&sketch, "P0005", REF_SUPPORT, "P0004");
	sketch_join(&sketch, "P0004", REF_SUPPORT, "P0001");
	sketch_build(&sketch);
	const struct graph_walk walk = sketch_walk(&sketch, "P0001", FOLLOW(DEPEND, SUPPORT));
	const size_t at = walk.at[sketch_node(&sketch, "P0005")];
	expect_integer(walk.reached[at].length, 2);
	expect_text(sketch_write_path(&sketch, &walk, at), "P0001 <-support- P0004 <-support- P0005");
	sketch_end(&sketch);
}

static void settles_ties(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0001", REF_SUPPORT, "P0004");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0005");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0005");
	sketch_build(&sketch);
	const size_t last = sketch_node(&sketch, "P0005");
	struct graph_walk walk = sketch_walk(&sketch, "P0001", FOLLOW(DEPEND | SUPPORT, 0));
	expect_text(sketch_write_path(&sketch, &walk, walk.at[last]), "P0001 -depend-> P0002 -depend-> P0005");
	sketch_join(&sketch, "P0004", REF_DEPEND, "P0005");
	sketch_build(&sketch);
	walk = sketch_walk(&sketch, "P0001", FOLLOW(DEPEND | SUPPORT, 0));
	expect_text(sketch_write_path(&sketch, &walk, walk.at[last]), "P0001 -support-> P0004 -depend-> P0005");
	sketch_end(&sketch);
}

static void takes_several_starts(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0004");
	sketch_join(&sketch, "P0004", REF_DEPEND, "P0002");
	sketch_build(&sketch);
	const size_t first = sketch_node(&sketch, "P0001");
	const size_t third = sketch_node(&sketch, "P0003");
	const size_t starts[] = {third, first, third, third, first};
	const struct graph_walk_request request = {.starts = starts, .start_count = 5, .follow = FOLLOW(DEPEND, 0)};
	struct graph_walk walk;
	expect_integer(graph_walk(sketch.arena, sketch.graph, &request, &walk, NULL), HANSARD_OK);
	expect_text(sketch_write_walk(&sketch, &walk), "P0003 P0001 P0004 P0002");
	expect_integer(walk.start_count, 2);
	expect_integer(walk.reached[0].length, 0);
	expect(walk.reached[0].previous == GRAPH_NONE);
	expect_integer(walk.reached[0].type, REF_ABSENT);
	expect_text(sketch_write_path(&sketch, &walk, 1), "P0001");
	expect_text(sketch_write_path(&sketch, &walk, 3), "P0001 -depend-> P0002");
	sketch_end(&sketch);
}

static void starts_nowhere(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_build(&sketch);
	const struct graph_walk_request request = {.follow = FOLLOW(GRAPH_ALL_TYPES, GRAPH_ALL_TYPES)};
	struct graph_walk walk;
	expect_integer(graph_walk(sketch.arena, sketch.graph, &request, &walk, NULL), HANSARD_OK);
	expect_integer(walk.count, 0);
	expect_integer(walk.start_count, 0);
	sketch_end(&sketch);
}

static void stays_in_its_component(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0004", REF_DEPEND, "P0005");
	sketch_build(&sketch);
	const struct graph_walk walk = sketch_walk(&sketch, "P0001", FOLLOW(GRAPH_ALL_TYPES, GRAPH_ALL_TYPES));
	expect_text(sketch_write_walk(&sketch, &walk), "P0001 P0002");
	expect(walk.at[sketch_node(&sketch, "P0003")] == GRAPH_NONE);
	expect(walk.at[sketch_node(&sketch, "P0004")] == GRAPH_NONE);
	expect(walk.at[sketch_node(&sketch, "P0005")] == GRAPH_NONE);
	sketch_end(&sketch);
}

static void ends_on_cycles(void)
{
	struct sketch sketch;
	state_five(&sketch);
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0001");
	sketch_join(&sketch, "P0001", REF_DEPEND, "P0002");
	sketch_join(&sketch, "P0002", REF_DEPEND, "P0003");
	sketch_join(&sketch, "P0003", REF_DEPEND, "P0001");
	sketch_build(&sketch);
	const struct graph_walk walk = sketch_walk(&sketch, "P0002", FOLLOW(DEPEND, DEPEND));
	expect_text(sketch_write_walk(&sketch, &walk), "P0002 P0003 P0001");
	sketch_end(&sketch);
}

static void walks_long_chains(void)
{
	enum { LENGTH = 100000 };
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_chain(&sketch, LENGTH, false);
	sketch_build(&sketch);
	expect_integer(sketch_edges(&sketch), LENGTH - 1);
	expect_integer((int64_t)sketch.record.lists[ENTITY_REF].count - sketch_edges(&sketch), 0);
	const struct graph_walk walk = sketch_walk(&sketch, "P0000", graph_follow_dependencies);
	expect_integer(walk.count, LENGTH);
	const struct graph_reach *path;
	expect_integer(graph_walk_path(sketch.arena, &walk, LENGTH - 1, &path, NULL), HANSARD_OK);
	for (size_t i = 0; i < LENGTH; i++) {
		expect_integer(walk.reached[i].length, i);
		expect_integer(display_id_compare(graph_node_id(sketch.graph, path[i].node), sketch_nth(i)), 0);
	}
	const struct graph_walk back = sketch_walk(&sketch, "P099999", FOLLOW(0, DEPEND));
	expect_integer(back.count, LENGTH);
	expect_integer(back.reached[LENGTH - 1].length, LENGTH - 1);
	sketch_end(&sketch);
}

/* Whether a rule takes an edge of each type along, then against its direction: "+" or "-" in the order of the types. */
static struct text write_rule(struct sketch *sketch, struct graph_follow follow)
{
	struct text line;
	char signs[2][9] = {"--------", "--------"};
	for (enum ref_type type = REF_SUPPORT; type <= REF_DEPEND; type++) {
		struct sketch pair;
		sketch_begin(&pair);
		sketch_state(&pair, "P0001");
		sketch_state(&pair, "P0002");
		sketch_join(&pair, "P0001", type, "P0002");
		sketch_build(&pair);
		if (sketch_walk(&pair, "P0001", follow).count == 2)
			signs[0][type - REF_SUPPORT] = '+';
		if (sketch_walk(&pair, "P0002", follow).count == 2)
			signs[1][type - REF_SUPPORT] = '+';
		sketch_end(&pair);
	}
	expect(arena_format(sketch->arena, &line, "%s %s", signs[0], signs[1]));
	return line;
}

static void keeps_the_rules(void)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	/* support oppose refine address resolve reopen question depend */
	expect_text(write_rule(&sketch, graph_follow_basis), "+-+++--+ +-------");
	expect_text(write_rule(&sketch, graph_follow_impact), "++-++--- --+----+");
	expect_text(write_rule(&sketch, graph_follow_obstacles), "-------+ ---++++-");
	expect_text(write_rule(&sketch, graph_follow_dependencies), "-------+ --------");
	sketch_end(&sketch);
}

static void tells_why_open(void)
{
	static const char *const names[] = {"T0001", "T0002", "T0003", "R0001", "P0001", "E0001"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, 6);
	sketch_join(&sketch, "R0001", REF_ADDRESS, "T0001");
	sketch_join(&sketch, "R0001", REF_DEPEND, "T0002");
	sketch_join(&sketch, "P0001", REF_REOPEN, "T0001");
	sketch_join(&sketch, "E0001", REF_SUPPORT, "T0001");
	sketch_join(&sketch, "T0003", REF_DEPEND, "T0001");
	sketch_build(&sketch);
	const struct graph_walk walk = sketch_walk(&sketch, "T0001", graph_follow_obstacles);
	expect_text(sketch_write_walk(&sketch, &walk), "T0001 R0001 P0001 T0002");
	expect_text(sketch_write_path(&sketch, &walk, 3), "T0001 <-address- R0001 -depend-> T0002");
	sketch_end(&sketch);
}

static void tells_impact(void)
{
	static const char *const names[] = {"E0001", "P0001", "R0001", "R0002", "T0001", "C0001", "E0002"};
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state_all(&sketch, names, 7);
	sketch_join(&sketch, "E0001", REF_SUPPORT, "P0001");
	sketch_join(&sketch, "R0001", REF_DEPEND, "P0001");
	sketch_join(&sketch, "R0002", REF_REFINE, "R0001");
	sketch_join(&sketch, "R0002", REF_RESOLVE, "T0001");
	sketch_join(&sketch, "E0002", REF_SUPPORT, "P0001");
	sketch_join(&sketch, "P0001", REF_QUESTION, "C0001");
	sketch_build(&sketch);
	const struct graph_walk walk = sketch_walk(&sketch, "E0001", graph_follow_impact);
	expect_text(sketch_write_walk(&sketch, &walk), "E0001 P0001 R0001 R0002 T0001");
	expect_text(sketch_write_path(&sketch, &walk, 4),
				"E0001 -support-> P0001 <-depend- R0001 <-refine- R0002 -resolve-> T0001");
	sketch_end(&sketch);
}

static const struct tap_test tests[] = {
	{"edges are taken along or against their direction, as asked", keeps_direction},
	{"only edges of the types asked for are taken", keeps_types},
	{"the path to a node is a shortest one", takes_shortest_path},
	{"of several shortest paths the one of the first edges is taken", settles_ties},
	{"a walk may have several starts, each counted once", takes_several_starts},
	{"a walk without a start comes to nothing", starts_nowhere},
	{"a walk stays in its component", stays_in_its_component},
	{"a walk ends on cycles and self-loops, and comes to each node once", ends_on_cycles},
	{"a chain of 100,000 dependencies is walked to its end, either way", walks_long_chains},
	{"basis, impact, obstacles and dependencies follow exactly their edges", keeps_the_rules},
	{"the obstacles of a tension are what its fate hangs on, with paths", tells_why_open},
	{"the impact of a statement is what falls with it, with paths", tells_impact},
};
TAP_MAIN(tests)
