/*
 * Every pair of states of every type, through a change of status; authority; abandoning.
 */
#include "desk.h"
#include "lifecycle.h"
#include "tally.h"
#include "tap.h"

#define AT "2026-01-01T00:00:00.000000Z"

static struct desk desk;

static void begin(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
}

/* Plans a change from one state to another on a record in memory, and compares with the table of record.md. */
static void try_pair(const struct record *record, struct entity_head *entity, const char *id, unsigned from,
					 unsigned to)
{
	struct dialogue_changes changes;
	const struct vocabulary *words = lifecycle_vocabulary(entity->type);
	const struct update_status update = {.id = text_of_string(id), .status = vocabulary_word(words, to), .round = 0};
	dialogue_changes_begin(&changes, desk.arena);
	problem_begin(&desk.problems, desk.arena);
	lifecycle_set_status(entity, from);
	expect(update_plan_status(record, &changes, &update, TEXT(AT), &desk.problems));
	if (from == to) {
		expect_integer((int64_t)desk.problems.count, 0);
		expect_integer((int64_t)changes.count, 1);
		expect_integer(((const struct entity_event *)changes.items[0].entity)->event_type, EVENT_COMMENTED);
	} else if (lifecycle_allows(entity->type, from, to) && !(entity->type == ENTITY_META && to == DIALOGUE_CONVERGED)) {
		expect_integer((int64_t)desk.problems.count, 0);
		expect_integer((int64_t)changes.count, 2);
		expect_integer(lifecycle_status(changes.items[0].entity), to);
		expect_integer(((const struct entity_event *)changes.items[1].entity)->event_type,
					   lifecycle_event(entity->type, to));
		expect_integer(lifecycle_status(entity), from);
		if (entity->type == ENTITY_ROUND && to == ROUND_COMPLETED)
			expect_text(((const struct entity_round *)changes.items[0].entity)->completed_at, AT);
		if (entity->type == ENTITY_META)
			expect_text(((const struct entity_meta *)changes.items[0].entity)->updated_at, AT);
	} else {
		expect_integer((int64_t)desk.problems.count, 1);
		expect_integer(desk.problems.items[0].code, PROBLEM_INVALID_STATUS_TRANSITION);
		expect_integer((int64_t)changes.count, 0);
	}
}

static void every_pair(void)
{
	static const struct {
		enum entity_type type;
		const char *id;
		const char *subkey;
	} subjects[] = {
		{ENTITY_META, "meta", ""},
		{ENTITY_ROUND, "00", "00"},
		{ENTITY_PERSPECTIVE, "P0001", "00#01"},
		{ENTITY_TENSION, "T0001", "00#01"},
		{ENTITY_RECOMMENDATION, "R0001", "00#01"},
		{ENTITY_EVIDENCE, "E0001", "00#01"},
		{ENTITY_CLAIM, "C0001", "00#01"},
	};
	begin();
	const struct record *record = &desk_open(&desk)->record;
	for (size_t s = 0; s < sizeof(subjects) / sizeof(subjects[0]); s++) {
		struct entity_head *entity = record_find(record, subjects[s].type, text_of_string(subjects[s].subkey));
		expect(entity != NULL);
		unsigned count = lifecycle_vocabulary(subjects[s].type)->count;
		for (unsigned from = 1; from <= count; from++) {
			for (unsigned to = 1; to <= count; to++)
				try_pair(record, entity, subjects[s].id, from, to);
		}
	}
	desk_finish(&desk);
}

static void changes_are_committed(void)
{
	begin();
	expect_integer(desk_status(&desk, "t 0001", "Deferred", NULL), HANSARD_OK);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0001")), TENSION_DEFERRED);
	expect_integer((int64_t)desk_events(&desk, EVENT_DEFERRED, "T0001"), 1);
	const struct entity_event *event =
		(const struct entity_event *)desk_open(&desk)->record.lists[ENTITY_EVENT].items[0];
	expect_text(event->reason, "because");
	expect_integer(event->event_round.value, 0);
	expect_integer(desk_status(&desk, "T0001", "deferred", "scone"), HANSARD_OK);
	expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "T0001"), 1);
	expect_integer(desk_status(&desk, "T0001", "addressed", NULL), HANSARD_INVALID);
	expect_string(desk.error.kind, "update_refused");
	desk_finish(&desk);
}

static void events_of_one_instant_differ(void)
{
	begin();
	desk.clock_stands = true;
	for (int i = 0; i < 3; i++)
		expect_integer(desk_status(&desk, "T0001", "open", NULL), HANSARD_OK);
	expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "T0001"), 3);
	desk_finish(&desk);
}

/* Resolved, then reopened, by one update; the alphabet has it the other way. */
static void events_of_one_instant_keep_their_order(void)
{
	begin();
	desk.clock_stands = true;
	expect_integer(desk_update(&desk, "{'updates':[{'id':'T0001','status':'resolved','reason':'agreed'},"
									  "{'id':'T0001','status':'reopened','reason':'not agreed'}]}"),
				   HANSARD_OK);
	const struct display_id id = {.type = ENTITY_TENSION, .seq = 1};
	expect_integer(((const struct entity_tension *)desk_statement(&desk, "T0001"))->status, TENSION_REOPENED);
	expect_integer(tally_last_event(&desk_open(&desk)->record, id, -1)->event_type, EVENT_REOPENED);
	expect_integer(desk_status(&desk, "T0001", "resolved", "muffin"), HANSARD_OK);
	const struct record *record = &desk_open(&desk)->record;
	expect_integer(tally_last_event(record, id, 0)->event_type, EVENT_RESOLVED);
	const struct text subkey = tally_last_event(record, id, 0)->head.subkey;
	expect_text(text_slice(subkey, subkey.size - 5, subkey.size), "#0002");
	desk_finish(&desk);
}

static void authority(void)
{
	begin();
	expect_integer(desk_status(&desk, "T0001", "resolved", "scone"), HANSARD_OK);
	const struct problem *warning = desk_problem(&desk, PROBLEM_INVALID_STATUS_TRANSITION, "status");
	expect(warning != NULL && warning->warning);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0001")), TENSION_ADDRESSED);
	expect_integer((int64_t)desk_events(&desk, EVENT_ADDRESSED, "T0001"), 1);
	expect_integer(desk_status(&desk, "T0001", "resolved", "muffin"), HANSARD_OK);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0001")), TENSION_RESOLVED);
	expect_integer(desk_status(&desk, "T0002", "resolved", "Judge"), HANSARD_OK);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0002")), TENSION_RESOLVED);
	expect_integer(desk_status(&desk, "T0002", "resolved", "scone"), HANSARD_OK);
	expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "T0002"), 1);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0002")), TENSION_RESOLVED);
	desk_finish(&desk);
}

/* Deferred may become resolved, but not addressed, which is what another expert's word would make of it. */
static void no_way_around_authority(void)
{
	begin();
	expect_integer(desk_status(&desk, "T0001", "deferred", NULL), HANSARD_OK);
	expect_integer(desk_status(&desk, "T0001", "resolved", "scone"), HANSARD_INVALID);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0001")), TENSION_DEFERRED);
	expect_integer(desk_status(&desk, "T0001", "resolved", "muffin"), HANSARD_OK);
	desk_finish(&desk);
}

static void authority_in_a_batch(void)
{
	begin();
	expect_integer(desk_register(&desk, "{'round':1,'panel':[{'expert':'muffin'},{'expert':'scone'}],"
										"'tensions_resolved':[{'id':'T0001','actors':['scone']},'T0002'],"
										"'recommendations_adopted':['R0001']}"),
				   HANSARD_OK);
	expect_integer((int64_t)desk.problems.count, 1);
	expect(desk.problems.items[0].warning);
	expect_text(desk.problems.items[0].path, "tensions_resolved[0].status");
	expect_integer(lifecycle_status(desk_statement(&desk, "T0001")), TENSION_ADDRESSED);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0002")), TENSION_RESOLVED);
	expect_integer(lifecycle_status(desk_statement(&desk, "R0001")), RECOMMENDATION_ADOPTED);
	desk_finish(&desk);
}

static void abandoning(void)
{
	begin();
	int64_t rev;
	expect_integer(update_abandon(desk_open(&desk), TEXT("no money"), &rev, &desk.error), HANSARD_OK);
	expect_integer(rev, 3);
	const struct record *record = &desk_open(&desk)->record;
	expect_integer(record_meta(record)->status, DIALOGUE_ABANDONED);
	expect_text(((const struct entity_event *)record->lists[ENTITY_EVENT].items[0])->reason, "no money");
	expect_integer(update_abandon(desk_open(&desk), TEXT("again"), &rev, &desk.error), HANSARD_INVALID);
	expect_string(desk.error.kind, "invalid_status_transition");
	expect_string(desk.error.message, "dialogue d is abandoned and cannot be abandoned again");
	expect(strstr(desk.error.hint, "hansard create") != NULL);
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_INVALID_STATUS_TRANSITION, "round") != NULL);
	desk_finish(&desk);
}

static void converged_is_not_abandoned(void)
{
	begin();
	int64_t rev;
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_verdict(&desk, "{'type':'final','recommendation':'x','tensions_accepted':['T0001','T0002']}"),
				   HANSARD_OK);
	expect_integer(update_abandon(desk_open(&desk), TEXT("late"), &rev, &desk.error), HANSARD_INVALID);
	expect_string(desk.error.message, "dialogue d is converged and cannot be abandoned");
	expect(strstr(desk.error.hint, "hansard verdict") != NULL);
	desk_finish(&desk);
}

static void two_steps_in_one_batch(void)
{
	begin();
	expect_integer(desk_update(&desk,
							   "{'updates':[{'id':'T0001','status':'resolved'},{'id':'T0001','status':'reopened'},"
							   "{'id':'meta','status':'converging'}]}"),
				   HANSARD_OK);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0001")), TENSION_REOPENED);
	expect_integer((int64_t)desk_events(&desk, EVENT_RESOLVED, "T0001"), 1);
	expect_integer((int64_t)desk_events(&desk, EVENT_REOPENED, "T0001"), 1);
	expect_integer(record_meta(&desk_open(&desk)->record)->status, DIALOGUE_CONVERGING);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"every pair of states of every type is a change, a comment or refused, as the table says", every_pair},
	{"a change of status is committed with its event; the state that is already there is a comment",
	 changes_are_committed},
	{"events of one kind at one instant stay apart", events_of_one_instant_differ},
	{"what one update does to a tension stands in the order in which it was done",
	 events_of_one_instant_keep_their_order},
	{"a contributor or the Judge resolves; another's resolution makes it addressed, with a warning", authority},
	{"authority cannot be had by a transition that does not exist", no_way_around_authority},
	{"authority counts in a batch too", authority_in_a_batch},
	{"an abandoned dialogue stays abandoned and takes no round", abandoning},
	{"a converged dialogue is not abandoned; the hint says what can be done", converged_is_not_abandoned},
	{"a later change of a batch stands on the earlier ones", two_steps_in_one_batch},
};

TAP_MAIN(tests)
