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

static const struct tap_test tests[] = {
	{"changes of status said twice with the same words are made once", statuses_once},
	{"a resolution without authority said twice is made once", weighed_once},
	{"statements, references, moves, scores and experts said twice are there once", everything_once},
	{"with other actors, reason or reference it is another update", other_words_are_written},
	{"an update lists what has another state", changes_are_listed},
};

TAP_MAIN(tests)
