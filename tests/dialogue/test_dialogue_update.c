/*
 * An update says what it changed, and the same one again is nothing.
 */
#include "desk.h"
#include "lifecycle.h"
#include "tap.h"

static struct desk desk;

static void begin(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
}

static void expect_rev(int64_t rev)
{
	expect_integer(desk_open(&desk)->record.rev, rev);
}

/* Writes rev 3; the same again writes nothing and answers with the same ids. */
static void expect_once(const char *source)
{
	begin();
	expect_integer(desk_update(&desk, source), HANSARD_OK);
	expect(!desk.updated.unchanged);
	expect_rev(3);
	const struct text *assigned = desk.updated.assigned;
	const size_t count = desk.updated.assigned_count;
	const struct record *before = &desk_open(&desk)->record;
	if (desk_update(&desk, source) != HANSARD_OK)
		printf("# %s: %s\n", source, desk.error.message);
	expect_string(desk.error.message, "");
	if (!desk.updated.unchanged)
		printf("# %s\n", source);
	expect(desk.updated.unchanged);
	expect_integer(desk.updated.rev, 3);
	expect_integer((int64_t)desk.updated.change_count, 0);
	expect_integer((int64_t)desk.updated.assigned_count, (int64_t)count);
	for (size_t i = 0; i < count; i++)
		expect(text_equal(desk.updated.assigned[i], assigned[i]));
	expect_rev(3);
	expect(desk_same(before, &desk_open(&desk)->record));
	desk_finish(&desk);
}

static void statuses_once(void)
{
	expect_once("{'updates':[{'id':'T0001','status':'resolved','actors':['Muffin'],'reason':'said','reference':'x'},"
				"{'id':'p0001','status':'Refined'},{'id':'meta','status':'converging','reason':'near'}]}");
	expect_once("{'updates':[{'id':'T0001','status':'open','reason':'still'}]}");
	expect_once("{'tensions_resolved':['T0002'],'recommendations_adopted':[{'id':'R0001','reason':'best'}]}");
}

/* What becomes addressed, for want of authority, is not commented on a second time either. */
static void weighed_once(void)
{
	expect_once("{'updates':[{'id':'T0001','status':'resolved','actors':['scone'],'reason':'done'}]}");
}

static void everything_once(void)
{
	expect_once(
		"{'experts':[{'name':'Eclair','role':'Auditor','relevance':0.5}],"
		"'scores':[{'expert':'eclair','total':7,'round':0},{'expert':'muffin','w':1,'c':2,'t':3,'r':4,'round':0}],"
		"'tensions':[{'id':'ECLAIR-T0001','label':'Who pays','body':'b'},"
		"{'label':'No author','contributors':['judge'],'round':0}],"
		"'recommendations':[{'id':'ECLAIR-R0001','label':'Ask','parameters':[{'name':'n','value':'v'}],"
		"'refs':[{'type':'address','target':'ECLAIR-T0001'}]}],"
		"'refs':[{'source':'P0001','type':'support','target':'ECLAIR-R0001'}],"
		"'moves':[{'expert':'eclair','type':'challenge','targets':['@scone','ECLAIR-T0001','cost'],'round':0},"
		"{'expert':'muffin','type':'converge','round':0}]}");
}

/* One word more is another update. */
static void other_words_are_written(void)
{
	static const char *const others[] = {
		"{'updates':[{'id':'T0001','status':'deferred','actors':['muffin'],'reason':'later'}]}",
		"{'updates':[{'id':'T0001','status':'deferred','actors':['scone'],'reason':'now'}]}",
		"{'updates':[{'id':'T0001','status':'deferred','reason':'now'}]}",
		"{'updates':[{'id':'T0001','status':'deferred','actors':['muffin'],'reason':'now','reference':'x'}]}",
	};
	begin();
	expect_integer(desk_update(&desk, "{'updates':[{'id':'T0001','status':'deferred','actors':['muffin'],"
									  "'reason':'now'}]}"),
				   HANSARD_OK);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		expect_integer(desk_update(&desk, others[i]), HANSARD_OK);
		expect(!desk.updated.unchanged);
		expect_integer((int64_t)desk.updated.change_count, 0);
		expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "T0001"), (int64_t)i + 1);
	}
	expect_integer(desk_update(&desk, "{'claims':[{'label':'x','round':0,'contributors':['judge']}]}"), HANSARD_OK);
	expect_integer(desk_update(&desk, "{'claims':[{'label':'x','round':0,'contributors':['scone']}]}"), HANSARD_OK);
	expect(!desk.updated.unchanged);
	expect_text(desk.updated.assigned[0], "C0003");
	expect_integer(desk_update(&desk, "{'claims':[{'label':'x','round':0,'contributors':['scone']},"
									  "{'label':'y','round':0,'contributors':['scone']}]}"),
				   HANSARD_OK);
	expect_text(desk.updated.assigned[0], "C0003");
	expect_text(desk.updated.assigned[1], "C0004");
	desk_finish(&desk);
}

static void changes_are_listed(void)
{
	static const struct {
		const char *id, *from, *to;
	} wanted[] = {
		{"T0001", "open", "addressed"},
		{"T0002", "open", "reopened"},
		{"R0001", "proposed", "adopted"},
		{"meta", "open", "converging"},
	};
	begin();
	expect_integer(desk_update(&desk, "{'tensions':[{'label':'new','round':0,'contributors':['judge']}],"
									  "'updates':[{'id':'T0001','status':'resolved','actors':['scone']},"
									  "{'id':'T0002','status':'resolved'},{'id':'T0002','status':'reopened'},"
									  "{'id':'P0001','status':'open','reason':'a comment'},"
									  "{'id':'r0001','status':'adopted'},{'id':'meta','status':'converging'}]}"),
				   HANSARD_OK);
	expect_integer((int64_t)desk.updated.change_count, 4);
	for (size_t i = 0; i < 4; i++) {
		expect_text(desk.updated.changes[i].id, wanted[i].id);
		expect_text(desk.updated.changes[i].from, wanted[i].from);
		expect_text(desk.updated.changes[i].to, wanted[i].to);
	}
	desk_finish(&desk);
}

static const char statement_edits[] =
	"{'edits':[{'id':'t0001','label':'Said better','body':'In full.','contributors':['Scone','judge'],"
	"'reason':'misread','actors':['@muffin']},"
	"{'id':'R0001','parameters':[{'name':'n','value':'2'}]},{'id':'P0001','body':'More.'},"
	"{'id':'C0001','label':'Claimed'},{'id':'00','title':'A beginning','summary':'All spoke.'}]}";

static void statements_are_edited(void)
{
	begin();
	const struct entity_tension before = *(const struct entity_tension *)desk_statement(&desk, "T0001");
	const struct text local_id = before.local_id, old_label = before.label;
	expect_integer(desk_update(&desk, statement_edits), HANSARD_OK);
	expect_rev(3);
	expect_integer((int64_t)desk.updated.edit_count, 5);
	expect_text(desk.updated.edits[0].id, "T0001");
	expect_integer((int64_t)desk.updated.edits[0].fields.count, 3);
	expect_text(desk.updated.edits[0].fields.items[0], "label");
	expect_text(desk.updated.edits[4].id, "00");
	expect_integer((int64_t)desk.updated.change_count, 0);
	const struct entity_tension *tension = (const struct entity_tension *)desk_statement(&desk, "T0001");
	expect_text(tension->label, "Said better");
	expect_text(tension->body, "In full.");
	expect_integer((int64_t)tension->contributors.count, 2);
	expect_text(tension->contributors.items[0], "scone");
	expect(tension->status == before.status && text_equal(tension->local_id, local_id) &&
		   text_equal(tension->created_at, before.created_at));
	const struct entity_recommendation *recommendation =
		(const struct entity_recommendation *)desk_statement(&desk, "R0001");
	expect_integer((int64_t)recommendation->parameters.count, 1);
	expect_text(((const struct record_parameter *)recommendation->parameters.items)->value, "2");
	expect(text_present(recommendation->label));
	const struct entity_round *round = record_round(&desk_open(&desk)->record, 0);
	expect_text(round->title, "A beginning");
	expect_text(round->summary, "All spoke.");
	expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "T0001"), 1);
	expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "00"), 1);
	const struct record_list *events = &desk_open(&desk)->record.lists[ENTITY_EVENT];
	size_t found = 0;
	for (size_t i = 0; i < events->count; i++) {
		const struct entity_event *event = (const struct entity_event *)events->items[i];
		if (!text_is(event->reason, "misread"))
			continue;
		expect_text(event->result, "edited: label, body, contributors");
		expect(text_starts_with(event->reference, TEXT("label was: ")));
		expect(text_find(event->reference, old_label, 0) == strlen("label was: "));
		expect(text_find(event->reference, TEXT("\nbody was: "), 0) != SIZE_MAX);
		expect(text_find(event->reference, TEXT("\ncontributors was: {\"contributors\":[\""), 0) != SIZE_MAX);
		expect_text(event->actors.items[0], "muffin");
		found++;
	}
	expect_integer((int64_t)found, 1);
	desk_finish(&desk);
}

static const char dialogue_edit[] =
	"{'edits':[{'id':'Meta','title':'Another title','question':'Which?','background':{'subject':'Stores'},"
	"'links':[{'kind':'rfc','reference':'RFC 1'}],'insights':['One','Two'],'max_rounds':30,'participants':['Muffin'],"
	"'pool':{'domain':'storage','members':[{'role':'Architect','tier':'Core','relevance':0.9},"
	"{'role':'Operator','relevance':0.5}]},'reason':'a new pool'}]}";

static void dialogues_are_edited(void)
{
	begin();
	const struct entity_meta before = *record_meta(&desk_open(&desk)->record);
	expect_integer(desk_update(&desk, dialogue_edit), HANSARD_OK);
	expect(desk_problem(&desk, PROBLEM_POOL_ADVICE, "edits[0].pool.members") != NULL);
	const struct entity_meta *meta = record_meta(&desk_open(&desk)->record);
	expect_text(desk_open(&desk)->record.dialogue_id, "d");
	expect_text(meta->title, "Another title");
	expect_text(meta->question, "Which?");
	expect_text(meta->background->subject, "Stores");
	expect_integer((int64_t)meta->links.count, 1);
	expect_text(meta->insights.items[1], "Two");
	expect_integer(meta->max_rounds.value, 30);
	expect_integer((int64_t)meta->pool->members.count, 2);
	const struct record_pool_member *members = meta->pool->members.items;
	expect_integer(members[0].relevance.value, 900000);
	expect_integer(members[1].tier, TIER_ADJACENT);
	expect(meta->status == before.status && text_equal(meta->created_at, before.created_at));
	expect(text_compare(meta->updated_at, before.updated_at) > 0);
	expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "meta"), 1);
	desk_finish(&desk);
}

static void edits_once(void)
{
	expect_once(statement_edits);
	expect_once(dialogue_edit);
	expect_once("{'edits':[{'id':'T0001','label':'x','reason':'r'}],"
				"'updates':[{'id':'T0001','status':'deferred','reason':'later'}]}");
	expect_once("{'edits':[{'id':'T0001','contributors':[]}]}");
}

/* A pool that is the same but for the seed of the latest draw is the same pool. */
static void seeds_stay(void)
{
	static const char pool[] = "{'edits':[{'id':'meta','pool':{'members':[{'role':'Architect','relevance':1}]}}]}";
	begin();
	expect_integer(desk_update(&desk, pool), HANSARD_OK);
	expect_integer(desk_register(&desk, "{'round':1,'panel':[{'expert':'muffin'}],'panel_seed':'42'}"), HANSARD_OK);
	expect_integer(desk_update(&desk, pool), HANSARD_OK);
	expect(desk.updated.unchanged);
	expect_text(record_meta(&desk_open(&desk)->record)->pool->seed, "42");
	desk_finish(&desk);
}

/* Every fault of every edit at once, and nothing is written. */
static void faulty_edits(void)
{
	static const struct {
		enum problem_code code;
		const char *path;
	} wanted[] = {
		{PROBLEM_MISSING_FIELD, "edits[0].id"},
		{PROBLEM_INVALID_DISPLAY_ID, "edits[1].id"},
		{PROBLEM_TARGET_NOT_FOUND, "edits[2].id"},
		{PROBLEM_UNKNOWN_FIELD, "edits[3].status"},
		{PROBLEM_UNKNOWN_FIELD, "edits[3].parameters"},
		{PROBLEM_INVALID_VALUE, "edits[3].label"},
		{PROBLEM_UNKNOWN_EXPERT, "edits[3].contributors[1]"},
		{PROBLEM_UNKNOWN_EXPERT, "edits[3].actors[0]"},
		{PROBLEM_DUPLICATE_ENTITY, "edits[4].id"},
		{PROBLEM_MISSING_FIELD, "edits[5]"},
		{PROBLEM_MISSING_FIELD, "edits[6].pool.members[0].role"},
		{PROBLEM_MISSING_FIELD, "edits[6].pool.members[1].tier"},
		{PROBLEM_INVALID_VALUE, "edits[6].title"},
		{PROBLEM_MISSING_FIELD, "edits[6].links[0].reference"},
		{PROBLEM_UNKNOWN_FIELD, "edits[6].background.place"},
		{PROBLEM_TARGET_NOT_FOUND, "edits[7].id"},
		{PROBLEM_TARGET_NOT_FOUND, "edits[8].id"},
		{PROBLEM_MISSING_FIELD, "claims[0].round"},
		{PROBLEM_MISSING_FIELD, "edits[9].parameters[0].value"},
		{PROBLEM_MISSING_FIELD, "edits[10].id"},
	};
	begin();
	expect_integer(
		desk_update(&desk,
					"{'edits':[{'label':'x'},{'id':'final','label':'x'},{'id':'T0077','label':'x'},"
					"{'id':'T0001','label':' ','status':'open','parameters':[],'contributors':['muffin','nobody'],"
					"'actors':['noone']},{'id':'t0001','label':'y'},{'id':'P0001','reason':'why'},"
					"{'id':'meta','title':'','pool':{'members':[{'tier':'core'},{'role':'x'}]},"
					"'links':[{'kind':'rfc'}],'background':{'place':'x'}},{'id':'07','title':'x'},"
					"{'id':'MUFFIN-C0009','label':'x'},{'id':'R0001','parameters':[{'name':'n'}]},5],"
					"'claims':[{'label':'x','contributors':['judge']}]}"),
		HANSARD_INVALID);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		expect(desk_problem(&desk, wanted[i].code, wanted[i].path) != NULL);
	expect_integer((int64_t)problem_errors(&desk.problems), sizeof(wanted) / sizeof(wanted[0]));
	expect_rev(2);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"changes of status said twice with the same words are made once", statuses_once},
	{"a resolution without authority said twice is made once", weighed_once},
	{"statements, references, moves, scores and experts said twice are there once", everything_once},
	{"with other actors, reason or reference it is another update", other_words_are_written},
	{"an update lists what has another state", changes_are_listed},
	{"statements and rounds are edited, and nothing but their words", statements_are_edited},
	{"the dialogue itself is edited, its pool included", dialogues_are_edited},
	{"edits made twice are made once", edits_once},
	{"the seed of the latest draw stays with the pool", seeds_stay},
	{"every fault of every edit is told at once", faulty_edits},
};

TAP_MAIN(tests)
