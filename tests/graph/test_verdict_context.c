/*
 * The context of a verdict over a small record. Each inclusion is asserted with its path, each exclusion by its reason.
 */
#include "sketch.h"

#include "moment.h"

static struct entity_verdict *give_verdict(struct sketch *sketch, const char *id, int round)
{
	struct entity_verdict *verdict = sketch_entity(sketch, ENTITY_VERDICT, text_of_string(id));
	verdict->round = (struct schema_integer){.value = round, .present = true};
	sketch_add(sketch, verdict);
	return verdict;
}

static void recommend(struct sketch *sketch, const char *name, const char *verdict_id)
{
	struct entity_recommendation *recommendation = sketch_state(sketch, name);
	recommendation->adopted_in_verdict = text_of_string(verdict_id);
}

/* An event of a tension: its type, its round, and the minute that orders it. */
struct happening {
	const char *tension;
	enum event_type type;
	int round;
	int minute;
};

static void happen(struct sketch *sketch, struct happening happening)
{
	struct text time;
	expect(arena_format(sketch->arena, &time, "2026-05-04T09:%02d:00.000000Z", happening.minute));
	char compact[MOMENT_COMPACT_SIZE];
	moment_compact(time.data, compact);
	const struct item_key_event key = {
		.type = vocabulary_word(&vocabulary_event_type, happening.type),
		.target = text_of_string(happening.tension),
		.time = {.data = compact, .size = sizeof(compact)},
	};
	struct text subkey;
	expect(item_key_event_subkey(sketch->arena, key, &subkey));
	struct entity_event *event = sketch_entity(sketch, ENTITY_EVENT, subkey);
	event->event_type = happening.type;
	event->event_round = (struct schema_integer){.value = happening.round, .present = true};
	event->created_at = time;
	sketch_add(sketch, event);
}

static struct verdict_context context_of(struct sketch *sketch, const struct entity_verdict *verdict)
{
	struct verdict_context context;
	struct hansard_error error = {0};
	sketch_build(sketch);
	if (verdict_context_of(sketch->arena, sketch->graph, verdict, &context, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	expect(context.verdict == verdict);
	return context;
}

/* The tensions that a verdict of round 1 resolved, of one tension with these events. */
static void expect_resolved(const struct happening *happenings, size_t count, const char *wanted)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	sketch_state(&sketch, "T0001");
	for (size_t i = 0; i < count; i++)
		happen(&sketch, happenings[i]);
	const struct verdict_context context = context_of(&sketch, give_verdict(&sketch, "final", 1));
	expect_text(sketch_write_nodes(&sketch, context.tensions_resolved.items, context.tensions_resolved.count), wanted);
	sketch_end(&sketch);
}

static void counts_resolved(void)
{
	static const struct happening in_round[] = {{"T0001", EVENT_RESOLVED, 1, 1}};
	static const struct happening before[] = {{"T0001", EVENT_ADDRESSED, 0, 1}, {"T0001", EVENT_RESOLVED, 0, 2}};
	expect_resolved(in_round, 1, "T0001");
	expect_resolved(before, 2, "T0001");
}

static void leaves_out_unresolved(void)
{
	static const struct happening addressed[] = {{"T0001", EVENT_ADDRESSED, 1, 1}};
	static const struct happening deferred[] = {{"T0001", EVENT_RESOLVED, 0, 1}, {"T0001", EVENT_DEFERRED, 1, 2}};
	expect_resolved(NULL, 0, "");
	expect_resolved(addressed, 1, "");
	expect_resolved(deferred, 2, "");
}

static void leaves_out_later_events(void)
{
	static const struct happening resolved_later[] = {{"T0001", EVENT_RESOLVED, 2, 1}};
	static const struct happening reopened_later[] = {{"T0001", EVENT_RESOLVED, 1, 1}, {"T0001", EVENT_REOPENED, 2, 2}};
	expect_resolved(resolved_later, 1, "");
	expect_resolved(reopened_later, 2, "T0001");
}

static void leaves_out_reopened(void)
{
	static const struct happening reopened[] = {{"T0001", EVENT_RESOLVED, 0, 1}, {"T0001", EVENT_REOPENED, 1, 2}};
	static const struct happening again[] = {
		{"T0001", EVENT_RESOLVED, 0, 1}, {"T0001", EVENT_REOPENED, 1, 2}, {"T0001", EVENT_RESOLVED, 1, 3}};
	expect_resolved(reopened, 2, "");
	expect_resolved(again, 3, "T0001");
}

static void passes_over_comments(void)
{
	static const struct happening commented[] = {{"T0001", EVENT_RESOLVED, 0, 1}, {"T0001", EVENT_COMMENTED, 1, 2}};
	expect_resolved(commented, 2, "T0001");
}

static void trusts_events_not_status(void)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	struct entity_tension *tension = sketch_state(&sketch, "T0001");
	tension->status = TENSION_RESOLVED;
	const struct verdict_context context = context_of(&sketch, give_verdict(&sketch, "final", 1));
	expect_integer(context.tensions_resolved.count, 0);
	sketch_end(&sketch);
}

static void names_adopted(void)
{
	struct sketch sketch;
	sketch_begin(&sketch);
	recommend(&sketch, "R0001", NULL);
	recommend(&sketch, "R0002", "final");
	recommend(&sketch, "R0003", "interim");
	recommend(&sketch, "R0101", "final");
	recommend(&sketch, "R0102", "final-2");
	const struct verdict_context context = context_of(&sketch, give_verdict(&sketch, "final", 1));
	const struct verdict_context_list *adopted = &context.recommendations_adopted;
	expect_text(sketch_write_nodes(&sketch, adopted->items, adopted->count), "R0002 R0101");
	sketch_end(&sketch);
}

/* One adopted recommendation R0001, one adopted by another verdict R0002, and what stands around them. */
static void draw(struct sketch *sketch)
{
	static const char *const names[] = {"P0001", "P0002", "T0001", "R0003", "E0001", "E0002",
										"E0003", "E0004", "C0001", "C0002", "C0003", "C0004"};
	sketch_begin(sketch);
	sketch_state_all(sketch, names, sizeof(names) / sizeof(names[0]));
	recommend(sketch, "R0001", "final");
	recommend(sketch, "R0002", "other");
}

/* The paths to all key evidence, then to all key claims, a line each. */
static struct text write_key(struct sketch *sketch, const struct verdict_context *context)
{
	const struct verdict_context_list *lists[] = {&context->key_evidence, &context->key_claims};
	struct text all = TEXT("");
	for (size_t list = 0; list < 2; list++) {
		for (size_t i = 0; i < lists[list]->count; i++) {
			const struct text path = sketch_write_path(sketch, &context->basis, lists[list]->items[i]);
			expect(arena_format(sketch->arena, &all, "%.*s%.*s\n", (int)all.size, all.data, (int)path.size, path.data));
		}
	}
	return all;
}

static void expect_key(struct sketch *sketch, const char *wanted)
{
	const struct verdict_context context = context_of(sketch, give_verdict(sketch, "final", 1));
	expect_text(write_key(sketch, &context), wanted);
	sketch_end(sketch);
}

static void follows_each_type_forward(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "R0001", REF_SUPPORT, "E0001");
	sketch_join(&sketch, "R0001", REF_DEPEND, "C0001");
	sketch_join(&sketch, "R0001", REF_ADDRESS, "T0001");
	sketch_join(&sketch, "T0001", REF_DEPEND, "E0002");
	sketch_join(&sketch, "R0001", REF_REFINE, "R0003");
	sketch_join(&sketch, "R0003", REF_DEPEND, "E0003");
	expect_key(&sketch, "R0001 -support-> E0001\n"
						"R0001 -refine-> R0003 -depend-> E0003\n"
						"R0001 -address-> T0001 -depend-> E0002\n"
						"R0001 -depend-> C0001\n");
	draw(&sketch);
	sketch_join(&sketch, "R0001", REF_RESOLVE, "T0001");
	sketch_join(&sketch, "T0001", REF_SUPPORT, "C0001");
	expect_key(&sketch, "R0001 -resolve-> T0001 -support-> C0001\n");
}

static void follows_support_backward(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "E0001", REF_SUPPORT, "R0001");
	sketch_join(&sketch, "R0001", REF_DEPEND, "P0001");
	sketch_join(&sketch, "E0002", REF_SUPPORT, "P0001");
	sketch_join(&sketch, "C0001", REF_SUPPORT, "E0002");
	expect_key(&sketch, "R0001 <-support- E0001\n"
						"R0001 -depend-> P0001 <-support- E0002\n"
						"R0001 -depend-> P0001 <-support- E0002 <-support- C0001\n");
}

static void follows_whole_chain(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "R0001", REF_RESOLVE, "T0001");
	sketch_join(&sketch, "T0001", REF_DEPEND, "P0001");
	sketch_join(&sketch, "P0001", REF_REFINE, "P0002");
	sketch_join(&sketch, "E0004", REF_SUPPORT, "P0002");
	sketch_join(&sketch, "E0004", REF_DEPEND, "C0004");
	expect_key(&sketch, "R0001 -resolve-> T0001 -depend-> P0001 -refine-> P0002 <-support- E0004\n"
						"R0001 -resolve-> T0001 -depend-> P0001 -refine-> P0002 <-support- E0004 -depend-> C0004\n");
}

static void leaves_out_wrong_direction(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "E0001", REF_DEPEND, "R0001");
	sketch_join(&sketch, "R0001", REF_RESOLVE, "T0001");
	sketch_join(&sketch, "E0002", REF_ADDRESS, "T0001");
	sketch_join(&sketch, "C0001", REF_RESOLVE, "T0001");
	sketch_join(&sketch, "R0001", REF_DEPEND, "C0003");
	sketch_join(&sketch, "C0002", REF_REFINE, "C0003");
	expect_key(&sketch, "R0001 -depend-> C0003\n");
}

static void leaves_out_wrong_type(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "R0001", REF_OPPOSE, "E0001");
	sketch_join(&sketch, "E0002", REF_OPPOSE, "R0001");
	sketch_join(&sketch, "R0001", REF_QUESTION, "C0001");
	sketch_join(&sketch, "C0002", REF_QUESTION, "R0001");
	sketch_join(&sketch, "R0001", REF_REOPEN, "T0001");
	sketch_join(&sketch, "E0003", REF_SUPPORT, "T0001");
	expect_key(&sketch, "");
}

static void leaves_out_other_verdicts(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "E0001", REF_SUPPORT, "R0002");
	sketch_join(&sketch, "R0002", REF_DEPEND, "C0001");
	sketch_join(&sketch, "R0003", REF_DEPEND, "C0002");
	sketch_join(&sketch, "E0002", REF_SUPPORT, "R0001");
	expect_key(&sketch, "R0001 <-support- E0002\n");
}

static void adopts_nothing(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "E0001", REF_SUPPORT, "R0001");
	const struct verdict_context context = context_of(&sketch, give_verdict(&sketch, "dissent-r01-muffin", 1));
	expect_integer(context.recommendations_adopted.count, 0);
	expect_integer(context.basis.count, 0);
	expect_integer(context.key_evidence.count, 0);
	expect_integer(context.key_claims.count, 0);
	sketch_end(&sketch);
}

static void ends_on_cycles(void)
{
	struct sketch sketch;
	draw(&sketch);
	sketch_join(&sketch, "R0001", REF_DEPEND, "R0003");
	sketch_join(&sketch, "R0003", REF_DEPEND, "E0001");
	sketch_join(&sketch, "E0001", REF_DEPEND, "R0001");
	sketch_join(&sketch, "E0001", REF_DEPEND, "E0001");
	expect_key(&sketch, "R0001 -depend-> R0003 -depend-> E0001\n");
}

static const struct tap_test tests[] = {
	{"a tension resolved in or before the verdict's round is resolved by it", counts_resolved},
	{"a tension that is open, addressed or deferred is not", leaves_out_unresolved},
	{"events after the verdict's round count neither for it nor against it", leaves_out_later_events},
	{"a tension reopened after it was resolved is not, until resolved again", leaves_out_reopened},
	{"a comment after the resolution changes nothing", passes_over_comments},
	{"a status without an event is not a resolution", trusts_events_not_status},
	{"adopted are the recommendations that name exactly this verdict", names_adopted},
	{"support, depend, address, resolve and refine lead forward, each with its path", follows_each_type_forward},
	{"what supports is found against the edge, also behind others", follows_support_backward},
	{"a chain recommendation, tension, perspective, evidence is followed whole", follows_whole_chain},
	{"depend, address, resolve and refine do not lead backward", leaves_out_wrong_direction},
	{"oppose, question and reopen lead nowhere", leaves_out_wrong_type},
	{"what stands behind recommendations of other verdicts, or of none, is left out", leaves_out_other_verdicts},
	{"a verdict that adopts nothing has no key evidence and no key claims", adopts_nothing},
	{"a cycle behind a recommendation ends, and each is named once", ends_on_cycles},
};
TAP_MAIN(tests)
