/*
 * Every fault of a batch, by code and path; all of them at once; nothing written.
 */
#include "desk.h"
#include "tap.h"

static struct desk desk;

/* One fault: what is handed in as round 1 of a dialogue that has round 0, and the problem that must be among the
   answers. */
struct fault {
	const char *source;
	enum problem_code code;
	const char *path;
	const char *suggestion; /* part of it, or NULL */
};

#define PANEL "'panel':[{'expert':'muffin'},{'expert':'scone'}]"
#define ROUND(members) "{'round':1," PANEL "," members "}"

static const struct fault shape_faults[] = {
	{"[]", PROBLEM_INVALID_VALUE, "(batch)", NULL},
	{"7", PROBLEM_INVALID_VALUE, "(batch)", NULL},
	{"{" PANEL "}", PROBLEM_MISSING_FIELD, "round", NULL},
	{"{'round':1}", PROBLEM_MISSING_FIELD, "panel", NULL},
	{"{'round':1,'panel':[]}", PROBLEM_INVALID_VALUE, "panel", NULL},
	{"{'round':1,'panel':[{'role':'x'}]}", PROBLEM_MISSING_FIELD, "panel[0].expert", NULL},
	{"{'round':1,'panel':['muffin']}", PROBLEM_INVALID_VALUE, "panel[0]", NULL},
	{"{'round':1,'panel':[{'expert':'Judge'}]}", PROBLEM_INVALID_VALUE, "panel[0].expert", NULL},
	{"{'round':1,'panel':[{'expert':'!'}]}", PROBLEM_INVALID_VALUE, "panel[0].expert", NULL},
	{"{'round':1,'panel':[{'expert':'muffin','tier':'cor'}]}", PROBLEM_INVALID_VALUE, "panel[0].tier", "core"},
	{"{'round':1,'panel':[{'expert':'muffin','relevance':1.5}]}", PROBLEM_INVALID_VALUE, "panel[0].relevance", NULL},
	{"{'round':1,'panel':[{'expert':'muffin','relevance':0.1234567}]}", PROBLEM_INVALID_VALUE, "panel[0].relevance",
	 NULL},
	{"{'round':1,'panel':[{'expert':'muffin','source':'drawn'}]}", PROBLEM_INVALID_VALUE, "panel[0].source", NULL},
	{ROUND("'tension':[]"), PROBLEM_UNKNOWN_FIELD, "tension", "tensions"},
	{ROUND("'title':null"), PROBLEM_INVALID_VALUE, "title", "leave out"},
	{ROUND("'title':7"), PROBLEM_INVALID_VALUE, "title", NULL},
	{ROUND("'velocity':-1"), PROBLEM_INVALID_VALUE, "velocity", NULL},
	{ROUND("'velocity':1.5"), PROBLEM_INVALID_VALUE, "velocity", NULL},
	{ROUND("'converge':101"), PROBLEM_INVALID_VALUE, "converge", NULL},
	{ROUND("'converge':33.33"), PROBLEM_INVALID_VALUE, "converge", NULL},
	{ROUND("'score':7"), PROBLEM_INVALID_VALUE, "score", NULL},
	{ROUND("'score':{}"), PROBLEM_MISSING_FIELD, "score.total", NULL},
	{ROUND("'score':{'w':1,'c':2,'t':3}"), PROBLEM_MISSING_FIELD, "score.r", NULL},
	{ROUND("'score':{'w':1,'c':2,'t':3,'r':4,'total':11}"), PROBLEM_INVALID_VALUE, "score.total", NULL},
	{ROUND("'score':{'w':9007199254740991,'c':1,'t':0,'r':0}"), PROBLEM_INVALID_VALUE, "score.total", NULL},
	{ROUND("'score':{'q':1,'total':1}"), PROBLEM_UNKNOWN_FIELD, "score.q", NULL},
	{ROUND("'scores':[{'total':1}]"), PROBLEM_MISSING_FIELD, "scores[0].expert", NULL},
	{ROUND("'scores':[{'expert':'muffin'}]"), PROBLEM_MISSING_FIELD, "scores[0].total", NULL},
	{ROUND("'scores':[{'expert':'muffin','total':1,'round':1}]"), PROBLEM_UNKNOWN_FIELD, "scores[0].round", NULL},
	{ROUND("'tensions':[{}]"), PROBLEM_MISSING_FIELD, "tensions[0].label", NULL},
	{ROUND("'tensions':[{'label':' '}]"), PROBLEM_INVALID_VALUE, "tensions[0].label", NULL},
	{ROUND("'tensions':[{'label':'x','lable':'y'}]"), PROBLEM_UNKNOWN_FIELD, "tensions[0].lable", "label"},
	{ROUND("'tensions':[{'label':'x','parameters':[]}]"), PROBLEM_UNKNOWN_FIELD, "tensions[0].parameters", NULL},
	{ROUND("'tensions':[{'label':'x','contributors':'muffin'}]"), PROBLEM_INVALID_VALUE, "tensions[0].contributors",
	 NULL},
	{ROUND("'tensions':[{'label':'x','contributors':[1]}]"), PROBLEM_INVALID_VALUE, "tensions[0].contributors[0]",
	 NULL},
	{ROUND("'recommendations':[{'label':'x','parameters':[{'name':'n'}]}]"), PROBLEM_MISSING_FIELD,
	 "recommendations[0].parameters[0].value", NULL},
	{ROUND("'claims':[{'label':'x','refs':[{'type':'support'}]}]"), PROBLEM_MISSING_FIELD, "claims[0].refs[0].target",
	 NULL},
	{ROUND("'claims':[{'label':'x','refs':[{'type':'supports','target':'P0001'}]}]"), PROBLEM_INVALID_REF_TYPE,
	 "claims[0].refs[0].type", "support"},
	{ROUND("'refs':[{'source':'P0001','type':'likes','target':'P0002'}]"), PROBLEM_INVALID_REF_TYPE, "refs[0].type",
	 NULL},
	{ROUND("'refs':[{'type':'support','target':'P0002'}]"), PROBLEM_MISSING_FIELD, "refs[0].source", NULL},
	{ROUND("'moves':[{'expert':'muffin','type':'convergence'}]"), PROBLEM_INVALID_VALUE, "moves[0].type", "converge"},
	{ROUND("'moves':[{'type':'defend'}]"), PROBLEM_MISSING_FIELD, "moves[0].expert", NULL},
	{ROUND("'updates':[{'id':'P0001'}]"), PROBLEM_MISSING_FIELD, "updates[0].status", NULL},
	{ROUND("'updates':[{'status':'merged'}]"), PROBLEM_MISSING_FIELD, "updates[0].id", NULL},
	{ROUND("'tensions_resolved':[7]"), PROBLEM_INVALID_VALUE, "tensions_resolved[0]", NULL},
	{ROUND("'tensions_resolved':[{'reason':'x'}]"), PROBLEM_MISSING_FIELD, "tensions_resolved[0].id", NULL},
	{ROUND("'responses':[{'expert':'muffin'}]"), PROBLEM_MISSING_FIELD, "responses[0].text", NULL},
	{ROUND("'responses':{}"), PROBLEM_INVALID_VALUE, "responses", NULL},
};

static const struct fault rule_faults[] = {
	/* people */
	{ROUND("'scores':[{'expert':'mufin','total':1}]"), PROBLEM_UNKNOWN_EXPERT, "scores[0].expert", "muffin"},
	{ROUND("'scores':[{'expert':'judge','total':1}]"), PROBLEM_UNKNOWN_EXPERT, "scores[0].expert", NULL},
	{ROUND("'tensions':[{'label':'x','contributors':['eclair']}]"), PROBLEM_UNKNOWN_EXPERT,
	 "tensions[0].contributors[0]", NULL},
	{ROUND("'tensions':[{'label':'x','id':'ECLAIR-T0101'}]"), PROBLEM_UNKNOWN_EXPERT, "tensions[0].id", NULL},
	{ROUND("'moves':[{'expert':'eclair','type':'defend'}]"), PROBLEM_UNKNOWN_EXPERT, "moves[0].expert", NULL},
	{ROUND("'moves':[{'expert':'muffin','type':'defend','targets':['@eclair']}]"), PROBLEM_UNKNOWN_EXPERT,
	 "moves[0].targets[0]", NULL},
	{ROUND("'responses':[{'expert':'eclair','text':'x'}]"), PROBLEM_UNKNOWN_EXPERT, "responses[0].expert", NULL},
	{ROUND("'updates':[{'id':'P0001','status':'merged','actors':['eclair']}]"), PROBLEM_UNKNOWN_EXPERT,
	 "updates[0].actors[0]", NULL},
	{"{'round':1,'panel':[{'expert':'muffin','name':'Brioche'}]}", PROBLEM_INVALID_VALUE, "panel[0].name", NULL},
	/* id prefixes */
	{ROUND("'tensions':[{'label':'x','id':'MUFFIN-P0101'}]"), PROBLEM_TYPE_ID_MISMATCH, "tensions[0].id", "letter"},
	{ROUND("'tensions':[{'label':'x','id':'T0101'}]"), PROBLEM_INVALID_DISPLAY_ID, "tensions[0].id", "MUFFIN"},
	{ROUND("'tensions':[{'label':'x','id':'MUFFIN-T0001'}]"), PROBLEM_INVALID_DISPLAY_ID, "tensions[0].id", NULL},
	{ROUND("'tensions_resolved':['P0001']"), PROBLEM_TYPE_ID_MISMATCH, "tensions_resolved[0].id", NULL},
	{ROUND("'recommendations_adopted':['T0001']"), PROBLEM_TYPE_ID_MISMATCH, "recommendations_adopted[0].id", NULL},
	/* targets */
	{ROUND("'refs':[{'source':'P0001','type':'support','target':'P0009'}]"), PROBLEM_TARGET_NOT_FOUND, "refs[0].target",
	 "P000"},
	{ROUND("'refs':[{'source':'P0101','type':'support','target':'P0001'}]"), PROBLEM_TARGET_NOT_FOUND, "refs[0].source",
	 NULL},
	{ROUND(
		 "'perspectives':[{'id':'MUFFIN-P0101','label':'x'}],'refs':[{'source':'P0101','type':'support','target':'P0001'}]"),
	 PROBLEM_TARGET_NOT_FOUND, "refs[0].source", NULL},
	{ROUND("'refs':[{'source':'SCONE-T0001','type':'support','target':'P0001'}]"), PROBLEM_TARGET_NOT_FOUND,
	 "refs[0].source", "T0002"},
	{ROUND("'refs':[{'source':'P0001','type':'support','target':'the budget'}]"), PROBLEM_INVALID_DISPLAY_ID,
	 "refs[0].target", NULL},
	{ROUND("'refs':[{'source':'P00001','type':'support','target':'P0001'}]"), PROBLEM_INVALID_DISPLAY_ID,
	 "refs[0].source", NULL},
	{ROUND("'updates':[{'id':'T0909','status':'resolved'}]"), PROBLEM_TARGET_NOT_FOUND, "updates[0].id", NULL},
	{ROUND("'updates':[{'id':'07','status':'completed'}]"), PROBLEM_TARGET_NOT_FOUND, "updates[0].id", NULL},
	{ROUND("'moves':[{'expert':'muffin','type':'defend','targets':['P0909']}]"), PROBLEM_TARGET_NOT_FOUND,
	 "moves[0].targets[0]", NULL},
	{ROUND("'moves':[{'expert':'muffin','type':'defend','targets':['SCONE-P0909']}]"), PROBLEM_TARGET_NOT_FOUND,
	 "moves[0].targets[0]", NULL},
	/* reference rules */
	{ROUND("'refs':[{'source':'R0001','type':'address','target':'P0001'}]"), PROBLEM_INVALID_REF_TARGET,
	 "refs[0].target", NULL},
	{ROUND("'refs':[{'source':'R0001','type':'resolve','target':'C0001'}]"), PROBLEM_INVALID_REF_TARGET,
	 "refs[0].target", NULL},
	{ROUND("'refs':[{'source':'R0001','type':'reopen','target':'E0001'}]"), PROBLEM_INVALID_REF_TARGET,
	 "refs[0].target", NULL},
	{ROUND("'refs':[{'source':'R0001','type':'refine','target':'P0001'}]"), PROBLEM_REFINE_TYPE_MISMATCH,
	 "refs[0].target", NULL},
	/* once */
	{ROUND("'refs':[{'source':'C0001','type':'support','target':'R0001'}]"), PROBLEM_DUPLICATE_ENTITY, "refs[0]", NULL},
	{ROUND("'tensions':[{'label':'x','id':'MUFFIN-T0101'},{'label':'y','id':'muffin-t0101'}]"),
	 PROBLEM_DUPLICATE_ENTITY, "tensions[1].id", NULL},
	{ROUND("'scores':[{'expert':'muffin','total':1},{'expert':'Muffin','total':1}]"), PROBLEM_DUPLICATE_ENTITY,
	 "scores[1].expert", NULL},
	{ROUND("'responses':[{'expert':'muffin','text':'x'},{'expert':'muffin','text':'y'}]"), PROBLEM_DUPLICATE_ENTITY,
	 "responses[1].expert", NULL},
	{"{'round':1,'panel':[{'expert':'muffin'},{'name':'Muffin'}]}", PROBLEM_DUPLICATE_ENTITY, "panel[1].expert", NULL},
	{"{'round':1,'panel':[{'expert':'eclair','name':'Scone'}]}", PROBLEM_DUPLICATE_ENTITY, "panel[0].name", NULL},
	/* lifecycle and order */
	{ROUND("'updates':[{'id':'T0001','status':'reopened'}]"), PROBLEM_INVALID_STATUS_TRANSITION, "updates[0].status",
	 NULL},
	{ROUND("'updates':[{'id':'T0001','status':'resolvd'}]"), PROBLEM_INVALID_VALUE, "updates[0].status", "resolved"},
	{ROUND("'updates':[{'id':'meta','status':'converged'}]"), PROBLEM_INVALID_STATUS_TRANSITION, "updates[0].status",
	 "final verdict"},
	{"{'round':2," PANEL "}", PROBLEM_ROUND_OUT_OF_ORDER, "round", NULL},
};

static const struct fault update_faults[] = {
	{"{'tensions':[{'label':'x'}]}", PROBLEM_MISSING_FIELD, "tensions[0].round", NULL},
	{"{'tensions':[{'label':'x','round':4}]}", PROBLEM_ROUND_OUT_OF_ORDER, "tensions[0].round", NULL},
	{"{'scores':[{'expert':'muffin','total':1}]}", PROBLEM_MISSING_FIELD, "scores[0].round", NULL},
	{"{'moves':[{'expert':'muffin','type':'defend','round':9}]}", PROBLEM_ROUND_OUT_OF_ORDER, "moves[0].round", NULL},
	{"{'tensions':[{'label':'x','id':'MUFFIN-T0001'}]}", PROBLEM_DUPLICATE_ENTITY, "tensions[0].id", NULL},
	{"{'updates':[{'id':'T0001','status':'addressed','round':8}]}", PROBLEM_ROUND_OUT_OF_ORDER, "updates[0].round",
	 NULL},
	{"{'panel':[]}", PROBLEM_UNKNOWN_FIELD, "panel", NULL},
	{"'x'", PROBLEM_INVALID_VALUE, "(update)", NULL},
	{"{'round':0}", PROBLEM_UNKNOWN_FIELD, "round", NULL},
	{"{'updates':[{'id':'T9','status':'open'}]}", PROBLEM_INVALID_DISPLAY_ID, "updates[0].id", NULL},
};

static void begin(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
}

static void provoke(const struct fault *faults, size_t count, enum hansard_status (*call)(struct desk *, const char *),
					const char *kind)
{
	begin();
	for (size_t i = 0; i < count; i++) {
		const enum hansard_status status = call(&desk, faults[i].source);
		const struct problem *problem = desk_problem(&desk, faults[i].code, faults[i].path);
		if (status != HANSARD_INVALID || problem == NULL || strcmp(desk.error.kind, kind) != 0)
			printf("# %s: %s %s\n", faults[i].source, desk.error.kind, desk.error.message);
		expect(status == HANSARD_INVALID && problem != NULL);
		expect_string(desk.error.kind, kind);
		expect(problem->message.size > 0);
		if (faults[i].suggestion != NULL) {
			expect(text_present(problem->suggestion));
			expect(text_find(problem->suggestion, text_of_string(faults[i].suggestion), 0) != SIZE_MAX);
		}
	}
	expect_integer(desk_open(&desk)->record.rev, 2);
	desk_finish(&desk);
}

static void shapes(void)
{
	provoke(shape_faults, sizeof(shape_faults) / sizeof(shape_faults[0]), desk_register, "batch_refused");
}

static void rules(void)
{
	provoke(rule_faults, sizeof(rule_faults) / sizeof(rule_faults[0]), desk_register, "batch_refused");
}

static void updates(void)
{
	provoke(update_faults, sizeof(update_faults) / sizeof(update_faults[0]), desk_update, "update_refused");
}

static void all_at_once(void)
{
	begin();
	expect_integer(desk_register(&desk,
								 "{'round':3," PANEL ",'titel':'x','tensions':[{'id':'MUFFIN-P0301'}],"
								 "'refs':[{'source':'R0001','type':'address','target':'P0001'},"
								 "{'source':'P0001','type':'support','target':'P0909'}],"
								 "'updates':[{'id':'T0001','status':'reopened'},{'id':'T0002','status':'reopened'}]}"),
				   HANSARD_INVALID);
	static const struct {
		enum problem_code code;
		const char *path;
	} wanted[] = {
		/* in the order of the checks */
		{PROBLEM_UNKNOWN_FIELD, "titel"},
		{PROBLEM_MISSING_FIELD, "tensions[0].label"},
		{PROBLEM_ROUND_OUT_OF_ORDER, "round"},
		{PROBLEM_TYPE_ID_MISMATCH, "tensions[0].id"},
		{PROBLEM_TARGET_NOT_FOUND, "refs[1].target"},
		{PROBLEM_INVALID_REF_TARGET, "refs[0].target"},
		{PROBLEM_INVALID_STATUS_TRANSITION, "updates[0].status"},
		{PROBLEM_INVALID_STATUS_TRANSITION, "updates[1].status"},
	};
	size_t count = sizeof(wanted) / sizeof(wanted[0]);
	expect_integer((int64_t)desk.problems.count, (int64_t)count);
	for (size_t i = 0; i < count; i++) {
		expect_string(problem_code_name(desk.problems.items[i].code), problem_code_name(wanted[i].code));
		expect_text(desk.problems.items[i].path, wanted[i].path);
	}
	expect_integer((int64_t)desk.commits, 2);
	desk_finish(&desk);
}

/* A batch that forgets its round is not taken for an update. */
static void no_round(void)
{
	begin();
	expect_integer(
		desk_register(&desk, "{" PANEL
							 ",'tensions':[{'id':'MUFFIN-T0101','label':'x'}],'scores':[{'expert':'muffin','total':1}],"
							 "'refs':[{'source':'MUFFIN-T0101','type':'support','target':'P0001'}]}"),
		HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_MISSING_FIELD, "round") != NULL);
	expect_integer((int64_t)desk.problems.count, 1);
	desk_finish(&desk);
}

static void problems_are_complete(void)
{
	begin();
	expect_integer(desk_register(&desk, ROUND("'updates':[{'id':'T0001','status':'reopened'}]")), HANSARD_INVALID);
	const struct problem *problem = desk_problem(&desk, PROBLEM_INVALID_STATUS_TRANSITION, "updates[0].status");
	expect(problem != NULL);
	expect_text(problem->value, "reopened");
	expect_text(problem->message, "T0001 is open and cannot become reopened");
	expect_text(problem->valid, "addressed, resolved, deferred, merged");
	expect_integer(desk_register(&desk, ROUND("'claims':[{'label':'x','contributors':['skone']}]")), HANSARD_INVALID);
	problem = desk_problem(&desk, PROBLEM_UNKNOWN_EXPERT, "claims[0].contributors[0]");
	expect(problem != NULL);
	expect_text(problem->valid, "muffin, scone");
	expect_text(problem->suggestion, "did you mean \"scone\"?");
	desk_finish(&desk);
}

/* The warning of this code at this path, or NULL when there is none. */
static const struct problem *warning_at(enum problem_code code, const char *path)
{
	const struct problem *problem = desk_problem(&desk, code, path);
	return problem != NULL && problem->warning ? problem : NULL;
}

static void newcomers(void)
{
	static const struct {
		const char *panel;
		const char *message; /* NULL: no warning */
	} cases[] = {
		{"{'name':'Scoone','role':'Operator'}", "\"scoone\" seats a new expert; did you mean scone?"},
		{"{'expert':'muffn'}", "\"muffn\" seats a new expert; did you mean muffin?"},
		{"{'expert':'eclair'}", "\"eclair\" seats a new expert without a role"},
		{"{'expert':'eclair','role':'Auditor'}", NULL},
		{"{'expert':'scone2','role':'Operator'}", NULL},
		{"{'expert':'scone'}", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char source[160];
		begin();
		snprintf(source, sizeof(source), "{'round':1,'panel':[{'expert':'muffin'},%s]}", cases[i].panel);
		expect_integer(desk_register(&desk, source), HANSARD_OK);
		expect_integer((int64_t)desk.problems.count, cases[i].message != NULL);
		if (cases[i].message != NULL) {
			const struct problem *warning = warning_at(PROBLEM_UNKNOWN_EXPERT, "panel[1]");
			expect(warning != NULL);
			expect_text(warning->message, cases[i].message);
			expect(text_present(warning->suggestion));
		}
		desk_finish(&desk);
	}
}

static void statements_of_nobody(void)
{
	begin();
	expect_integer(desk_register(&desk, ROUND("'tensions':[{'label':'x'},{'label':'y','contributors':['judge']},"
											  "{'label':'z','id':'MUFFIN-T0101'}],"
											  "'claims':[{'label':'x','contributors':[]}]")),
				   HANSARD_OK);
	expect_integer((int64_t)desk.problems.count, 2);
	const struct problem *warning = warning_at(PROBLEM_MISSING_FIELD, "tensions[0].contributors");
	expect(warning != NULL);
	expect_text(warning->message, "nobody is said to have contributed this tension");
	expect(warning_at(PROBLEM_MISSING_FIELD, "claims[0].contributors") != NULL);
	desk_finish(&desk);
}

static void no_object(void)
{
	begin();
	expect_integer(desk_register(&desk, "[]"), HANSARD_INVALID);
	expect_integer((int64_t)desk.problems.count, 1);
	expect_text(desk.problems.items[0].message, "a batch is a JSON object, this is an array");
	expect_string(desk.error.message,
				  "1 problem; the first: invalid_value at (batch): a batch is a JSON object, this is "
				  "an array");
	expect_integer(desk_update(&desk, "7"), HANSARD_INVALID);
	expect_text(desk.problems.items[0].message, "an update is a JSON object, this is a number");
	expect_integer(desk_register(&desk, "{'round':1,'panel':['muffin']}"), HANSARD_INVALID);
	expect_text(desk.problems.items[0].path, "panel[0]");
	expect_text(desk.problems.items[0].message, "a seat is a JSON object, this is a string");
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"every fault of shape and type is named with its path", shapes},
	{"every broken rule is named with its path", rules},
	{"an update is checked like a batch", updates},
	{"all problems come at once, in the order of the checks, and nothing is written", all_at_once},
	{"a batch without its round has that one problem", no_round},
	{"a new expert whose name is a slip of another's, or who has no role, is a warning", newcomers},
	{"a statement that nobody contributed is a warning", statements_of_nobody},
	{"what is no object is told what it is", no_object},
	{"a problem carries value, options and suggestion", problems_are_complete},
};

TAP_MAIN(tests)
