/*
 * What is computed from a record, on a small one made by hand.
 */
#include "entity_codec.h"
#include "limits.h"
#include "tally.h"
#include "tap.h"

/* A text that may initialise what is static. */
#define TEXT_INIT(literal)                                                                                             \
	{                                                                                                                  \
		.data = literal, .size = sizeof(literal) - 1                                                                   \
	}

static struct arena *arena;
static struct record record;

static void *add(enum entity_type type, const char *subkey)
{
	struct entity_head *entity = entity_codec_create(arena, type, text_of_string(subkey));
	expect(entity != NULL && record_add(&record, entity, NULL) == HANSARD_OK);
	return entity;
}

static struct schema_integer integer(int64_t value)
{
	return (struct schema_integer){.value = value, .present = true};
}

static struct entity_tension *tension(const char *subkey, enum tension_status status)
{
	struct entity_tension *made = add(ENTITY_TENSION, subkey);
	made->status = status;
	return made;
}

static void perspective(const char *subkey, enum perspective_status status)
{
	struct entity_perspective *made = add(ENTITY_PERSPECTIVE, subkey);
	made->status = status;
}

static void event(const char *subkey, enum event_type type, int round, const char *reason)
{
	struct entity_event *made = add(ENTITY_EVENT, subkey);
	made->event_type = type;
	if (round >= 0)
		made->event_round = integer(round);
	made->reason = text_of_string(reason);
}

static void move(const char *subkey, enum move_type type)
{
	struct entity_move *made = add(ENTITY_MOVE, subkey);
	made->move_type = type;
}

static const struct record_seat panel_0[] = {
	{.expert = TEXT_INIT("muffin")}, {.expert = TEXT_INIT("cupcake")}, {.expert = TEXT_INIT("scone")}};
static const struct record_seat panel_2[] = {{.expert = TEXT_INIT("muffin")}, {.expert = TEXT_INIT("scone")}};

static struct schema_groups seats(const struct record_seat *items, size_t count)
{
	return (struct schema_groups){.items = items, .count = count, .present = true};
}

/* Three rounds, five tensions: one resolved in round 1, reopened in 2; one deferred in 2; one accepted by a verdict of
   round 1; one merged; one addressed. */
static void begin(void)
{
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	record_begin(&record, arena, TEXT("should-we"));
	struct entity_round *rounds[] = {add(ENTITY_ROUND, "00"), add(ENTITY_ROUND, "01"), add(ENTITY_ROUND, "02")};
	rounds[0]->panel = seats(panel_0, 3);
	rounds[2]->panel = seats(panel_2, 2);
	rounds[0]->score = integer(30);
	rounds[0]->wisdom = integer(10);
	rounds[2]->score = integer(12);
	rounds[2]->truth = integer(-2);

	tension("00#01", TENSION_REOPENED);
	event("resolved#T0001#20261120T100000000000Z#0001", EVENT_RESOLVED, 1, "agreed");
	event("reopened#T0001#20261120T110000000000Z#0001", EVENT_REOPENED, 2, "not agreed");
	tension("00#02", TENSION_DEFERRED);
	event("addressed#T0002#20261120T100000000000Z#0002", EVENT_ADDRESSED, 1, NULL);
	event("deferred#T0002#20261120T110000000000Z#0002", EVENT_DEFERRED, 2, "later");
	event("commented#T0002#20261120T120000000000Z#0001", EVENT_COMMENTED, 2, "a comment is no change");
	tension("00#03", TENSION_OPEN)->accepted_by = TEXT("interim");
	struct entity_verdict *verdict = add(ENTITY_VERDICT, "interim");
	verdict->round = integer(1);
	tension("01#01", TENSION_MERGED);
	event("merged#T0101#20261120T110000000000Z#0003", EVENT_MERGED, 2, NULL);
	tension("02#01", TENSION_ADDRESSED);
	event("addressed#T0201#20261120T110000000000Z#0004", EVENT_ADDRESSED, 2, NULL);

	perspective("00#01", PERSPECTIVE_OPEN);
	perspective("00#02", PERSPECTIVE_MERGED);
	perspective("01#01", PERSPECTIVE_CONCEDED);
	perspective("02#01", PERSPECTIVE_OPEN);
	perspective("02#02", PERSPECTIVE_OPEN);

	move("00#muffin#01", MOVE_CONVERGE);
	move("00#muffin#02", MOVE_CONVERGE);
	move("00#scone#01", MOVE_CONVERGE);
	move("00#cupcake#01", MOVE_CHALLENGE);
	move("00#stranger#01", MOVE_CONVERGE);
	move("02#muffin#01", MOVE_CONVERGE);
	move("02#scone#01", MOVE_CONVERGE);
}

static void end(void)
{
	arena_destroy(arena);
}

static struct display_id id_of(const char *text)
{
	struct display_id id;
	expect(display_id_parse(text_of_string(text), &id));
	return id;
}

static void tensions_are_open_at_the_end_of_their_round(void)
{
	static const struct {
		int round;
		size_t open;
		size_t raised;
	} wanted[] = {
		{0, 3, 3}, /* T0001, T0002, T0003 */
		{1, 2, 0}, /* T0001 resolved, T0003 accepted; T0002 addressed, T0101 not merged before round 2 */
		{2, 2, 1}, /* T0001 reopened, T0201; T0002 deferred, T0101 merged */
	};
	begin();
	for (size_t i = 0; i < 3; i++) {
		struct tally_round tally;
		tally_round(&record, wanted[i].round, &tally);
		expect_integer(tally.open_tensions, wanted[i].open);
		expect_integer(tally.tensions_raised, wanted[i].raised);
	}
	end();
}

static void perspectives_are_new_while_open(void)
{
	begin();
	struct tally_round tally;
	tally_round(&record, 0, &tally);
	expect_integer(tally.perspectives, 2);
	expect_integer(tally.new_perspectives, 1);
	expect_integer(tally.velocity, 3 + 1);
	tally_round(&record, 1, &tally);
	expect_integer(tally.perspectives, 1);
	expect_integer(tally.new_perspectives, 0);
	expect_integer(tally.velocity, 2);
	tally_round(&record, 2, &tally);
	expect_integer(tally.new_perspectives, 2);
	expect_integer(tally.velocity, 2 + 2);
	end();
}

static void a_perspective_conceded_later_was_new_in_its_round(void)
{
	begin();
	perspective("00#03", PERSPECTIVE_CONCEDED);
	event("conceded#P0003#20261120T100000000000Z#0001", EVENT_CONCEDED, 1, NULL);
	perspective("00#04", PERSPECTIVE_MERGED);
	event("merged#P0004#20261120T090000000000Z#0001", EVENT_MERGED, 0, "said twice");
	perspective("02#03", PERSPECTIVE_REFINED);
	event("refined#P0203#20261120T110000000000Z#0001", EVENT_REFINED, 2, NULL);
	struct tally_round tally;
	tally_round(&record, 0, &tally);
	expect_integer(tally.perspectives, 4);
	expect_integer(tally.new_perspectives, 1 + 1);
	expect_integer(tally.velocity, 3 + 2);
	tally_round(&record, 2, &tally);
	expect_integer(tally.new_perspectives, 2);
	end();
}

static void signals_count_once_for_each_of_the_panel(void)
{
	begin();
	struct tally_round tally;
	tally_round(&record, 0, &tally);
	expect_integer(tally.panel_size, 3);
	expect_integer(tally.converge_signals, 2);
	expect_integer(tally.converge_permille, 667);
	tally_round(&record, 2, &tally);
	expect_integer(tally.panel_size, 2);
	expect_integer(tally.converge_signals, 2);
	expect_integer(tally.converge_permille, 1000);
	expect(tally_signals(&record, 0, TEXT("muffin")) && tally_signals(&record, 0, TEXT("stranger")));
	expect(!tally_signals(&record, 0, TEXT("cupcake")) && !tally_signals(&record, 1, TEXT("muffin")));
	expect(!tally_signals(&record, 0, TEXT("muff")));
	end();
}

static void a_seat_given_twice_is_one_expert(void)
{
	static const struct record_seat twice[] = {
		{.expert = TEXT_INIT("muffin")}, {.expert = TEXT_INIT("muffin")}, {.expert = TEXT_INIT("donut")}};
	begin();
	record_round(&record, 2)->panel = seats(twice, 3);
	struct tally_round tally;
	tally_round(&record, 2, &tally);
	expect_integer(tally.panel_size, 2);
	expect_integer(tally.converge_signals, 1);
	expect_integer(tally.converge_permille, 500);
	end();
}

static void no_panel_no_percentage(void)
{
	begin();
	struct tally_round tally;
	tally_round(&record, 1, &tally);
	expect_integer(tally.panel_size, 0);
	expect_integer(tally.converge_permille, 0);
	end();
}

static void no_round_no_facts(void)
{
	begin();
	struct tally_round tally = {.perspectives = 7, .open_tensions = 7, .velocity = 7};
	tally_round(&record, 3, &tally);
	expect_integer(tally.perspectives + tally.open_tensions + tally.velocity + tally.panel_size, 0);
	tally_round(&record, -1, &tally);
	expect_integer(tally.open_tensions, 0);
	end();
}

static void a_tension_without_events_is_as_registered(void)
{
	begin();
	tension("00#04", TENSION_RESOLVED);
	tension("00#05", TENSION_OPEN);
	tension("00#06", TENSION_MERGED);
	struct tally_round tally;
	tally_round(&record, 0, &tally);
	expect_integer(tally.open_tensions, 3 + 1);
	expect_integer(tally.tensions_raised, 3 + 2);
	tally_round(&record, 2, &tally);
	expect_integer(tally.open_tensions, 2 + 1);
	end();
}

/* An acceptance holds at the end of a round unless the tension was reopened after it, by then. */
static void a_reopened_tension_is_accepted_no_more(void)
{
	static const struct text accepted[] = {TEXT_INIT("T0004")};
	static const struct {
		const char *reopened;
		size_t open;
	} cases[] = {{"2026-11-20T09:00:00.000000Z", 0}, {"2026-11-20T11:00:00.000000Z", 1}};
	for (size_t i = 0; i < 2; i++) {
		struct tally_round before, after;
		begin();
		tally_round(&record, 1, &before);
		struct entity_verdict *verdict = add(ENTITY_VERDICT, "another");
		verdict->round = integer(1);
		verdict->created_at = TEXT("2026-11-20T10:00:00.000000Z");
		verdict->tensions_accepted = (struct text_list){.items = accepted, .count = 1, .present = true};
		tension("00#04", TENSION_RESOLVED);
		event("reopened#T0004#20261120T090000000000Z#0000", EVENT_REOPENED, 1, NULL);
		struct entity_head *reopened =
			record_find(&record, ENTITY_EVENT, TEXT("reopened#T0004#20261120T090000000000Z#0000"));
		((struct entity_event *)reopened)->created_at = text_of_string(cases[i].reopened);
		event("resolved#T0004#20261120T120000000000Z#0000", EVENT_RESOLVED, 2, NULL);
		tally_round(&record, 1, &after);
		expect_integer((int64_t)after.open_tensions, (int64_t)(before.open_tensions + cases[i].open));
		end();
	}
}

/* By `n` within an instant, whatever the rounds say; where `n` counted per type, by round. */
static void events_stand_in_order(void)
{
	static const struct {
		const char *subkey;
		int round;
	} order[] = {
		{"resolved#T0001#20261119T100000000000Z#0009", 2},  {"resolved#T0001#20261120T100000000000Z#0000", 0},
		{"addressed#T0001#20261120T100000000000Z#0000", 1}, {"reopened#T0001#20261120T100000000000Z#0000", 1},
		{"deferred#T0001#20261120T100000000000Z#0001", 0},
	};
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct entity_event a = {.head.subkey = text_of_string(order[i].subkey),
									   .event_round = integer(order[i].round)};
		expect_integer(tally_compare_events(&a, &a), 0);
		for (size_t k = i + 1; k < sizeof(order) / sizeof(order[0]); k++) {
			const struct entity_event b = {.head.subkey = text_of_string(order[k].subkey),
										   .event_round = integer(order[k].round)};
			expect(tally_compare_events(&a, &b) < 0 && tally_compare_events(&b, &a) > 0);
		}
	}
}

static void the_whole_is_counted(void)
{
	begin();
	add(ENTITY_EXPERT, "muffin");
	add(ENTITY_FILE, "00001");
	add(ENTITY_REF, "P0001#support#T0001");
	struct tally tally;
	tally_whole(&record, &tally);
	expect_integer(tally.rounds, 3);
	expect_integer(tally.experts, 1);
	expect_integer(tally.perspectives, 5);
	expect_integer(tally.tensions, 4);
	expect_integer(tally.tensions_merged, 1);
	expect_integer(tally.tensions_open, 2);
	expect_integer(tally.tensions_settled, 2);
	expect_integer(tally.tensions_resolved, 0);
	expect_integer(tally.moves, 7);
	expect_integer(tally.events, 7);
	expect_integer(tally.files + tally.refs + tally.verdicts, 3);
	expect_integer(tally.recommendations + tally.evidence + tally.claims, 0);
	end();
}

static void scores_are_sums_of_what_is_stated(void)
{
	begin();
	struct tally tally;
	tally_whole(&record, &tally);
	expect(tally.scores.score.present && tally.scores.wisdom.present && tally.scores.truth.present);
	expect_integer(tally.scores.score.value, 42);
	expect_integer(tally.scores.wisdom.value, 10);
	expect_integer(tally.scores.truth.value, -2);
	expect(!tally.scores.consistency.present && !tally.scores.relationships.present);
	end();
}

static void scores_so_far_are_sums_up_to_a_round(void)
{
	begin();
	record_round(&record, 1)->wisdom = integer(5);
	static const struct {
		int64_t score, wisdom;
	} wanted[] = {{30, 10}, {30, 15}, {42, 15}};
	struct tally_round tally;
	for (int round = 0; round < 3; round++) {
		tally_round(&record, round, &tally);
		expect_integer(tally.so_far.score.value, wanted[round].score);
		expect_integer(tally.so_far.wisdom.value, wanted[round].wisdom);
		expect(tally.so_far.score.present && tally.so_far.wisdom.present);
		expect(tally.so_far.truth.present == (round == 2));
		expect(!tally.so_far.consistency.present && !tally.so_far.relationships.present);
	}
	expect_integer(tally.so_far.truth.value, -2);
	end();
}

static void open_is_one_of_three_states_and_not_accepted(void)
{
	for (unsigned status = TENSION_OPEN; status <= TENSION_MERGED; status++) {
		struct entity_tension made = {.status = (enum tension_status)status};
		expect_integer(tally_tension_open(&made),
					   status == TENSION_OPEN || status == TENSION_ADDRESSED || status == TENSION_REOPENED);
		made.accepted_by = TEXT("final");
		expect(!tally_tension_open(&made));
	}
}

static void the_last_event_is_the_latest_of_its_target(void)
{
	begin();
	expect_integer(tally_last_event(&record, id_of("T0001"), -1)->event_type, EVENT_REOPENED);
	expect_integer(tally_last_event(&record, id_of("T0001"), 2)->event_type, EVENT_REOPENED);
	expect_integer(tally_last_event(&record, id_of("T0001"), 1)->event_type, EVENT_RESOLVED);
	expect(tally_last_event(&record, id_of("T0001"), 0) == NULL);
	expect_integer(tally_last_event(&record, id_of("T0002"), -1)->event_type, EVENT_DEFERRED);
	expect(tally_last_event(&record, id_of("T0003"), -1) == NULL);
	expect(tally_last_event(&record, id_of("P0001"), -1) == NULL);
	/* No id is taken for a longer one that it begins. */
	event("resolved#T00100#20261120T130000000000Z#0001", EVENT_RESOLVED, 2, NULL);
	expect_integer(tally_last_event(&record, id_of("T0001"), -1)->event_type, EVENT_REOPENED);
	end();
}

static void the_last_event_of_one_instant_has_the_highest_number(void)
{
	begin();
	tension("02#02", TENSION_DEFERRED);
	event("resolved#T0202#20261120T130000000000Z#0001", EVENT_RESOLVED, 2, "first");
	event("reopened#T0202#20261120T130000000000Z#0002", EVENT_REOPENED, 2, NULL);
	expect_integer(tally_last_event(&record, id_of("T0202"), -1)->event_type, EVENT_REOPENED);
	event("deferred#T0202#20261120T130000000000Z#0003", EVENT_DEFERRED, 3, NULL);
	expect_integer(tally_last_event(&record, id_of("T0202"), -1)->event_type, EVENT_DEFERRED);
	expect_integer(tally_last_event(&record, id_of("T0202"), 2)->event_type, EVENT_REOPENED);
	end();
}

static void a_tension_counts_from_the_round_that_raised_it(void)
{
	begin();
	struct tally_round before[2], after;
	tally_round(&record, 0, &before[0]);
	tally_round(&record, 1, &before[1]);
	struct entity_tension *late = tension("00#90", TENSION_OPEN);
	expect_integer(tally_raised_round(late), 0);
	late->raised_round = integer(1);
	expect_integer(tally_raised_round(late), 1);
	tally_round(&record, 0, &after);
	expect_integer(after.open_tensions, before[0].open_tensions);
	expect_integer(after.tensions_raised, before[0].tensions_raised);
	tally_round(&record, 1, &after);
	expect_integer(after.open_tensions, before[1].open_tensions + 1);
	expect_integer(after.tensions_raised, before[1].tensions_raised + 1);
	end();
}

static void an_event_without_a_round_is_of_no_round(void)
{
	begin();
	event("resolved#T0201#20261120T140000000000Z#0001", EVENT_RESOLVED, -1, NULL);
	expect_integer(tally_last_event(&record, id_of("T0201"), -1)->event_type, EVENT_RESOLVED);
	expect_integer(tally_last_event(&record, id_of("T0201"), 99)->event_type, EVENT_ADDRESSED);
	end();
}

static void the_resolution_is_that_of_the_last_resolving_event(void)
{
	begin();
	expect_text(tally_last_resolution(&record, id_of("T0001")), "agreed");
	event("resolved#T0001#20261121T100000000000Z#0001", EVENT_RESOLVED, 2, "agreed at last");
	expect_text(tally_last_resolution(&record, id_of("T0001")), "agreed at last");
	expect(!text_present(tally_last_resolution(&record, id_of("T0002"))));
	event("resolved#T0001#20261121T100000000000Z#0002", EVENT_RESOLVED, 2, NULL);
	expect_text(tally_last_resolution(&record, id_of("T0001")), "agreed at last"); /* said in the same round */
	event("resolved#T0001#20261122T100000000000Z#0001", EVENT_RESOLVED, 3, NULL);
	expect(!text_present(tally_last_resolution(&record, id_of("T0001"))));
	end();
}

static void an_experts_total(void)
{
	const struct record_expert_score both[] = {
		{.round = {0, true}, .total = {5, true}}, {.total = {100, true}}, {.round = {1, true}, .total = {-2, true}}};
	struct entity_expert expert = {.scores = {.items = both, .count = 3, .present = true}};
	expect_integer(tally_expert_total(&expert).value, 3);
	expert.scores = (struct schema_groups){.items = both + 1, .count = 1, .present = true};
	expect_integer(tally_expert_total(&expert).value, 100);
	expert.scores = (struct schema_groups){.present = false};
	expect(!tally_expert_total(&expert).present);
}

static const struct tap_test tests[] = {
	{"reopening takes an acceptance back, from then on", a_reopened_tension_is_accepted_no_more},
	{"events of one instant stand in the order of their numbers", events_stand_in_order},
	{"a tension is open at the end of a round by its events up to it", tensions_are_open_at_the_end_of_their_round},
	{"a tension counts from the round that raised it", a_tension_counts_from_the_round_that_raised_it},
	{"a perspective is new while it is open", perspectives_are_new_while_open},
	{"a perspective conceded in a later round was new in its own", a_perspective_conceded_later_was_new_in_its_round},
	{"convergence signals count once for each expert of the panel", signals_count_once_for_each_of_the_panel},
	{"a seat given twice is one expert", a_seat_given_twice_is_one_expert},
	{"without a panel there is no percentage", no_panel_no_percentage},
	{"a round that is not there has no facts", no_round_no_facts},
	{"a tension without events is as it was registered", a_tension_without_events_is_as_registered},
	{"the whole is counted, merged tensions apart", the_whole_is_counted},
	{"scores are sums of what is stated", scores_are_sums_of_what_is_stated},
	{"scores so far are sums up to a round", scores_so_far_are_sums_up_to_a_round},
	{"a tension is open in three states, until a verdict accepts it", open_is_one_of_three_states_and_not_accepted},
	{"the last event is the latest of its target, comments apart", the_last_event_is_the_latest_of_its_target},
	{"of events of one instant the one with the highest number is the last",
	 the_last_event_of_one_instant_has_the_highest_number},
	{"an event without a round is of no round", an_event_without_a_round_is_of_no_round},
	{"a resolution is the reason of the last resolving event", the_resolution_is_that_of_the_last_resolving_event},
	{"an expert's total is of the rounds, else of the whole", an_experts_total},
};

TAP_MAIN(tests)
