/*
 * What holds whatever is handed in: a verdict does what its author may do, and once; an abandoned dialogue takes nothing;
 * no edit opens the gate.
 */
#include "desk.h"
#include "lifecycle.h"
#include "tally.h"
#include "tap.h"

static struct desk desk;

static void begin(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
}

static const struct entity_tension *tension(const char *id)
{
	return (const struct entity_tension *)desk_statement(&desk, id);
}

/* The one event of "d" of this type on this target. */
static const struct entity_event *event_on(enum event_type type, const char *target)
{
	const struct record_list *events = &desk_open(&desk)->record.lists[ENTITY_EVENT];
	for (size_t i = 0; i < events->count; i++) {
		const struct entity_event *event = (const struct entity_event *)events->items[i];
		struct item_key_event key;
		if (event->event_type == type && item_key_read_event(event->head.subkey, &key) && text_is(key.target, target))
			return event;
	}
	tap_fail(__FILE__, __LINE__, "no such event on %s", target);
	return NULL;
}

#define INTERIM(members) "{'type':'interim','recommendation':'Go on.'" members "}"
#define FINAL(members) "{'type':'final','recommendation':'One.'" members "}"
#define DISSENT(members) "{'type':'dissent','recommendation':'No.'" members "}"

/* Refused, with this problem. */
static void expect_refused(enum hansard_status status, enum problem_code code, const char *path)
{
	expect_integer(status, HANSARD_INVALID);
	if (desk_problem(&desk, code, path) == NULL)
		tap_fail(__FILE__, __LINE__, "no such problem at %s", path);
}

static void the_same_verdict_has_the_same_effects(void)
{
	static const char one[] = INTERIM(",'tensions_resolved':[{'id':'T0001','reason':'agreed'}]");
	begin();
	expect_integer(desk_verdict(&desk, one), HANSARD_OK);
	const int64_t rev = desk.decided.rev;
	expect_integer(desk_verdict(&desk, one), HANSARD_OK);
	expect(desk.decided.unchanged);
	expect_refused(desk_verdict(&desk, INTERIM(",'tensions_resolved':[{'id':'T0001','reason':'agreed'},'T0002']")),
				   PROBLEM_DUPLICATE_ENTITY, "tensions_resolved[1]");
	expect_text(desk_problem(&desk, PROBLEM_DUPLICATE_ENTITY, "tensions_resolved[1]")->value, "T0002");
	expect_refused(desk_verdict(&desk, INTERIM(",'tensions_resolved':[{'id':'T0001','reason':'forced'}]")),
				   PROBLEM_DUPLICATE_ENTITY, "tensions_resolved[0]");
	expect_refused(desk_verdict(&desk, INTERIM(",'tensions_resolved':[{'id':'T0001','reason':'agreed'}],"
											   "'recommendations_adopted':['R0001']")),
				   PROBLEM_DUPLICATE_ENTITY, "recommendations_adopted[0]");
	expect_refused(desk_verdict(&desk, INTERIM("")), PROBLEM_DUPLICATE_ENTITY, "(verdict)");
	expect_text(desk_problem(&desk, PROBLEM_DUPLICATE_ENTITY, "(verdict)")->value, "T0001");
	expect_integer(desk_open(&desk)->record.rev, rev);
	/* What happened since is none of the verdict's. */
	expect_integer(desk_status(&desk, "T0001", "reopened", "scone"), HANSARD_OK);
	expect_integer(desk_verdict(&desk, one), HANSARD_OK);
	expect(desk.decided.unchanged);
	desk_finish(&desk);
}

static void a_verdict_does_what_its_author_may(void)
{
	begin();
	/* T0001 is Muffin's, and no word of Scone's makes it the Judge's. */
	expect_integer(desk_verdict(&desk, DISSENT(",'author':'scone','tensions_resolved':['T0001']")), HANSARD_OK);
	const struct problem *warning =
		desk_problem(&desk, PROBLEM_INVALID_STATUS_TRANSITION, "tensions_resolved[0].status");
	expect(warning != NULL && warning->warning);
	expect_integer(tension("T0001")->status, TENSION_ADDRESSED);
	expect_text(event_on(EVENT_ADDRESSED, "T0001")->actors.items[0], "scone");
	static const char claims[] =
		DISSENT(",'id':'other','author':'scone','tensions_resolved':[{'id':'T0001','actors':['judge']}]");
	expect_refused(desk_verdict(&desk, claims), PROBLEM_INVALID_VALUE, "tensions_resolved[0].actors[0]");
	expect_refused(desk_verdict(&desk, DISSENT(",'id':'other','author':'scone','tensions_resolved':[{'id':'T0001',"
											   "'actors':['scone','muffin']}]")),
				   PROBLEM_INVALID_VALUE, "tensions_resolved[0].actors[1]");
	expect_integer(tension("T0001")->status, TENSION_ADDRESSED);
	expect_integer(desk_verdict(&desk, DISSENT(",'id':'own','author':'muffin','tensions_resolved':[{'id':'T0001',"
											   "'actors':['muffin']}]")),
				   HANSARD_OK);
	expect_integer(tension("T0001")->status, TENSION_RESOLVED);
	desk_finish(&desk);
}

/* Not even the Judge settles by a dissent, nor an expert by an interim verdict. */
static void only_the_judge_decides_for_the_panel(void)
{
	static const char *const who[] = {"'type':'dissent'", "'type':'minority'", "'type':'interim','author':'muffin'",
									  "'type':'dissent','author':'muffin'"};
	static const char *const lists[][2] = {{"tensions_accepted", "T0001"}, {"recommendations_adopted", "R0001"}};
	begin();
	for (size_t i = 0; i < 8; i++) {
		char source[256];
		snprintf(source, sizeof(source), "{%s,'recommendation':'x','%s':['%s']}", who[i / 2], lists[i % 2][0],
				 lists[i % 2][1]);
		expect_refused(desk_verdict(&desk, source), PROBLEM_INVALID_VALUE, lists[i % 2][0]);
	}
	expect_integer(desk_open(&desk)->record.rev, 2);
	desk_finish(&desk);
}

static void the_first_acceptance_stands(void)
{
	begin();
	expect_integer(desk_verdict(&desk, INTERIM(",'tensions_accepted':[{'id':'T0001','reason':'as it is'}]")),
				   HANSARD_OK);
	const struct entity_event *event = event_on(EVENT_COMMENTED, "T0001");
	expect_text(event->reason, "as it is");
	expect_text(event->reference, "interim-r00");
	expect_text(event->actors.items[0], "judge");
	expect_integer(event->event_round.value, 0);
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL(",'tensions_accepted':['T0001','T0002']")), HANSARD_OK);
	expect_text(tension("T0001")->accepted_by, "interim-r00");
	expect_text(tension("T0002")->accepted_by, "final");
	desk_finish(&desk);
}

/* A final verdict is the last word on a recommendation, whatever comes after it. */
static void an_interim_verdict_takes_nothing_over(void)
{
	begin();
	expect_integer(desk_verdict(&desk, INTERIM(",'recommendations_adopted':['R0001']")), HANSARD_OK);
	expect_integer(desk_verdict(&desk, INTERIM(",'id':'later','recommendations_adopted':['R0001']")), HANSARD_OK);
	expect_text(((const struct entity_recommendation *)desk_statement(&desk, "R0001"))->adopted_in_verdict,
				"interim-r00");
	desk_finish(&desk);
}

static void reopening_takes_the_acceptance_back(void)
{
	begin();
	expect_integer(desk_status(&desk, "T0001", "addressed", "scone"), HANSARD_OK);
	expect_integer(desk_verdict(&desk, INTERIM(",'tensions_accepted':['T0001']")), HANSARD_OK);
	expect(!tally_tension_open(tension("T0001")));
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_status(&desk, "T0001", "reopened", "scone"), HANSARD_OK);
	expect(tally_tension_open(tension("T0001")));
	expect(!text_present(tension("T0001")->accepted_by));
	struct tally_round tally;
	tally_round(&desk_open(&desk)->record, 1, &tally);
	expect_integer(tally.open_tensions, 2);
	/* In the round before it was settled, and stays so. */
	tally_round(&desk_open(&desk)->record, 0, &tally);
	expect_integer(tally.open_tensions, 1);
	expect_refused(desk_verdict(&desk, FINAL("")), PROBLEM_VELOCITY_NOT_ZERO, "type");
	expect_text(desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type")->value, "T0001, T0002");
	expect_integer(desk_verdict(&desk, FINAL(",'tensions_accepted':['T0001','T0002']")), HANSARD_OK);
	expect_text(tension("T0001")->accepted_by, "final");
	desk_finish(&desk);
}

static void an_abandoned_dialogue_takes_nothing(void)
{
	static const char *const updates[] = {
		"{'tensions':[{'round':0,'label':'x','contributors':['judge']}]}",
		"{'moves':[{'expert':'muffin','type':'defend','targets':['T0001'],'round':0}]}",
		"{'updates':[{'id':'T0001','status':'resolved'}]}",
		"{'edits':[{'id':'T0001','label':'another'}]}",
	};
	static const char *const verdicts[] = {INTERIM(""), FINAL("")};
	begin();
	expect_integer(desk_status(&desk, "meta", "abandoned", NULL), HANSARD_OK);
	const int64_t rev = desk_open(&desk)->record.rev;
	for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++)
		expect_refused(desk_update(&desk, updates[i]), PROBLEM_INVALID_STATUS_TRANSITION, "(update)");
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		expect_refused(desk_verdict(&desk, verdicts[i]), PROBLEM_INVALID_STATUS_TRANSITION, "(verdict)");
	expect_refused(desk_status(&desk, "T0001", "resolved", NULL), PROBLEM_INVALID_STATUS_TRANSITION, "(update)");
	expect_refused(desk_verdict(&desk, DISSENT(",'author':'muffin','tensions_resolved':['T0001']")),
				   PROBLEM_INVALID_VALUE, "tensions_resolved");
	expect_integer(desk_open(&desk)->record.rev, rev);
	/* To have given up may be disagreed with. */
	expect_integer(desk_verdict(&desk, DISSENT(",'author':'muffin'")), HANSARD_OK);
	desk_finish(&desk);
}

static void no_edit_opens_the_gate(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_update(&desk, "{'edits':[{'id':'meta','max_rounds':2}]}"), HANSARD_OK);
	expect_integer(desk_update(&desk, "{'edits':[{'id':'meta','max_rounds':5}]}"), HANSARD_OK);
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
	expect_refused(desk_update(&desk, "{'edits':[{'id':'meta','max_rounds':4}]}"), PROBLEM_INVALID_VALUE,
				   "edits[0].max_rounds");
	expect_integer(desk_update(&desk, "{'edits':[{'id':'meta','max_rounds':6}]}"), HANSARD_OK);
	expect_integer(desk_update(&desk, "{'edits':[{'id':'meta','max_rounds':6}]}"), HANSARD_OK);
	desk_finish(&desk);
	begin();
	expect_refused(desk_update(&desk, "{'edits':[{'id':'meta','max_rounds':9}]}"), PROBLEM_INVALID_VALUE,
				   "edits[0].max_rounds");
	expect_refused(desk_verdict(&desk, FINAL(",'forced':true,'warning':'w'")), PROBLEM_INVALID_VALUE, "forced");
	desk_finish(&desk);
}

static void a_forced_verdict_is_repeated(void)
{
	static const char forced[] = FINAL(",'forced':true,'warning':'not agreed'");
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_update(&desk, "{'edits':[{'id':'meta','max_rounds':1}]}"), HANSARD_OK);
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
	expect_integer(desk_verdict(&desk, forced), HANSARD_OK);
	expect(!desk.decided.unchanged);
	expect_integer(desk_verdict(&desk, forced), HANSARD_OK);
	expect(desk.decided.unchanged);
	desk_finish(&desk);
}

static void a_final_verdict_is_of_the_latest_round(void)
{
	begin();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_refused(desk_verdict(&desk, FINAL(",'round':0,'tensions_accepted':['T0001','T0002']")),
				   PROBLEM_ROUND_OUT_OF_ORDER, "round");
	expect_integer(desk_verdict(&desk, INTERIM(",'round':0")), HANSARD_OK);
	expect_text(desk.decided.verdict_id, "interim-r00");
	desk_finish(&desk);
}

static void a_change_of_status_is_of_its_round(void)
{
	begin();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_update(&desk, "{'updates':[{'id':'T0001','status':'resolved','round':0},"
									  "{'id':'T0002','status':'deferred'}]}"),
				   HANSARD_OK);
	expect_integer(event_on(EVENT_RESOLVED, "T0001")->event_round.value, 0);
	expect_integer(event_on(EVENT_DEFERRED, "T0002")->event_round.value, 1);
	desk_finish(&desk);
}

/* A dialogue says when it last changed, whatever changed; a round keeps the moment at which it was completed. */
static void moments_are_kept(void)
{
	begin();
	struct text before = record_meta(&desk_open(&desk)->record)->updated_at;
	const struct text completed = record_round(&desk_open(&desk)->record, 0)->completed_at;
	expect(text_present(completed));
	static const char *const steps[] = {
		"{'updates':[{'id':'T0001','status':'addressed'}]}",
		"{'edits':[{'id':'meta','title':'Another'}]}",
		"{'edits':[{'id':'00','summary':'Words.'}]}",
		"{'updates':[{'id':'00','status':'completed','reason':'so it is'}]}",
	};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		expect_integer(desk_update(&desk, steps[i]), HANSARD_OK);
		const struct record *record = &desk_open(&desk)->record;
		expect(text_compare(record_meta(record)->updated_at, before) > 0);
		expect(text_equal(record_round(record, 0)->completed_at, completed));
		before = record_meta(record)->updated_at;
	}
	expect_integer(desk_status(&desk, "meta", "abandoned", NULL), HANSARD_OK);
	expect(text_compare(record_meta(&desk_open(&desk)->record)->updated_at, before) > 0);
	desk_finish(&desk);
}

static void a_move_keeps_its_context_and_a_seat_its_tier(void)
{
	begin();
	expect_integer(desk_register(&desk, "{'round':1,'panel':[{'expert':'muffin'}],'moves':[{'expert':'muffin',"
										"'type':'defend','targets':['T0001'],'context':'as I said'}]}"),
				   HANSARD_OK);
	const struct record *record = &desk_open(&desk)->record;
	const struct entity_move *move = (const struct entity_move *)record_find(record, ENTITY_MOVE, TEXT("01#muffin#01"));
	expect(move != NULL);
	expect_text(move->context, "as I said");
	expect_integer(record_expert(record, TEXT("muffin"))->tier, TIER_CORE);
	const struct record_seat *seats = record_round(record, 1)->panel.items;
	expect_integer(seats[0].tier, TIER_CORE);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"the same verdict with other status changes is a conflict", the_same_verdict_has_the_same_effects},
	{"a verdict does what its author may do, in its author's name", a_verdict_does_what_its_author_may},
	{"only the Judge accepts and adopts, and not by a dissent", only_the_judge_decides_for_the_panel},
	{"a tension stays accepted by the verdict that accepted it first", the_first_acceptance_stands},
	{"a recommendation stays adopted by the verdict that adopted it", an_interim_verdict_takes_nothing_over},
	{"to reopen a tension takes its acceptance back", reopening_takes_the_acceptance_back},
	{"an abandoned dialogue takes nothing but a dissent", an_abandoned_dialogue_takes_nothing},
	{"once a round is registered max_rounds is not lowered", no_edit_opens_the_gate},
	{"a forced verdict may be handed in again", a_forced_verdict_is_repeated},
	{"a final verdict is of the latest round", a_final_verdict_is_of_the_latest_round},
	{"a change of status is of the round it says, else of the latest", a_change_of_status_is_of_its_round},
	{"moments of change and completion are kept", moments_are_kept},
	{"a move keeps its context, a seat the tier of its expert", a_move_keeps_its_context_and_a_seat_its_tier},
};

TAP_MAIN(tests)
