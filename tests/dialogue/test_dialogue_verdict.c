/*
 * The gate before a final verdict, and what verdicts bring.
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

#define FINAL(members) "{'type':'final','recommendation':'One.'" members "}"

static void refused_with_lists(void)
{
	begin();
	expect_integer(desk_verdict(&desk, FINAL("")), HANSARD_INVALID);
	expect_string(desk.error.kind, "verdict_refused");
	const struct problem *velocity = desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type");
	const struct problem *silent = desk_problem(&desk, PROBLEM_CONVERGENCE_NOT_UNANIMOUS, "type");
	expect(velocity != NULL && silent != NULL);
	expect_text(velocity->value, "T0001, T0002, P0001, P0002");
	expect_text(silent->value, "muffin, scone");
	expect_integer(desk_open(&desk)->record.rev, 2);
	desk_finish(&desk);
}

/* The Judge's claims say that all is done; the record says otherwise. */
static void claims_do_not_open_the_gate(void)
{
	begin();
	expect_integer(desk_register(&desk, "{'round':1,'panel':[{'expert':'muffin'}],'velocity':0,'open_tensions':0,"
										"'new_perspectives':0,'converge':100,'converge_signals':1}"),
				   HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL("")), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type") != NULL);
	expect(desk_problem(&desk, PROBLEM_CONVERGENCE_NOT_UNANIMOUS, "type") != NULL);
	desk_finish(&desk);
}

static void accepted_counts_as_settled(void)
{
	begin();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL(",'tensions_resolved':['T0001']")), HANSARD_INVALID);
	const struct problem *velocity = desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type");
	expect(velocity != NULL);
	expect_text(velocity->value, "T0002");
	expect_integer((int64_t)desk.problems.count, 1);
	expect_integer(desk_verdict(&desk, FINAL(",'tensions_resolved':['T0001'],'tensions_accepted':['t0002']")),
				   HANSARD_OK);
	const struct entity_tension *tension = (const struct entity_tension *)desk_statement(&desk, "T0002");
	expect_integer(tension->status, TENSION_OPEN);
	expect_text(tension->accepted_by, "final");
	const struct record *record = &desk_open(&desk)->record;
	const struct entity_verdict *verdict =
		(const struct entity_verdict *)record_find(record, ENTITY_VERDICT, TEXT("final"));
	expect_integer((int64_t)verdict->tensions_accepted.count, 1);
	expect_text(verdict->tensions_accepted.items[0], "T0002");
	expect(!verdict->forced.present);
	expect_integer(verdict->round.value, 1);
	expect_text(verdict->author, "judge");
	desk_finish(&desk);
}

/* An expert who may not resolve a tension does not open the gate by doing so in a verdict. */
static void authority_counts_at_the_gate(void)
{
	begin();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL(",'tensions_resolved':[{'id':'T0001','actors':['scone']},'T0002']")),
				   HANSARD_INVALID);
	const struct problem *velocity = desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type");
	expect(velocity != NULL);
	expect_text(velocity->value, "T0001");
	expect_integer(lifecycle_status(desk_statement(&desk, "T0001")), TENSION_OPEN);
	desk_finish(&desk);
}

static void forcing(void)
{
	begin();
	for (int round = 1; round < 9; round++) {
		char source[256];
		snprintf(source, sizeof(source), "{'round':%d,'panel':[{'expert':'muffin'}]}", round);
		expect_integer(desk_register(&desk, source), HANSARD_OK);
	}
	expect_integer(desk_verdict(&desk, FINAL(",'forced':true,'warning':'not agreed'")), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type") != NULL);
	expect_integer(desk_register(&desk, "{'round':9,'panel':[{'expert':'muffin'}]}"), HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL("")), HANSARD_INVALID);
	expect_integer(desk_verdict(&desk, FINAL(",'forced':true")), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_FORCED_CONVERGENCE_NO_WARNING, "warning") != NULL);
	expect_integer(desk_verdict(&desk, FINAL(",'forced':true,'warning':' '")), HANSARD_INVALID);
	expect_integer(desk_verdict(&desk, FINAL(",'forced':true,'warning':'not agreed'")), HANSARD_OK);
	const struct record *record = &desk_open(&desk)->record;
	const struct entity_verdict *verdict =
		(const struct entity_verdict *)record_find(record, ENTITY_VERDICT, TEXT("final"));
	expect(verdict->forced.present && verdict->forced.value);
	expect_integer(record_meta(record)->status, DIALOGUE_CONVERGED);
	desk_finish(&desk);
}

static void forcing_too_early(void)
{
	begin();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL(",'forced':true,'warning':'not agreed'")), HANSARD_INVALID);
	const struct problem *problem = desk_problem(&desk, PROBLEM_INVALID_VALUE, "forced");
	expect(problem != NULL);
	expect_text(problem->message, "forcing is allowed from round 9 on (max_rounds is 10), the latest is round 1");
	problem = desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type");
	expect(problem != NULL);
	expect(text_find(problem->suggestion, TEXT("from round 9 on"), 0) != SIZE_MAX);
	desk_finish(&desk);
}

/* The update that a suggestion shows, between its first and last brace. */
static const char *shown_update(const struct problem *problem)
{
	static char source[1024];
	expect(problem != NULL && text_present(problem->suggestion));
	struct text text = problem->suggestion;
	size_t from = text_find(text, TEXT("{"), 0);
	size_t to = text.size;
	expect(from != SIZE_MAX);
	while (to > from && text.data[to - 1] != '}')
		to--;
	expect(to - from < sizeof(source));
	memcpy(source, text.data + from, to - from);
	source[to - from] = '\0';
	return source;
}

static void suggestions_settle(void)
{
	begin();
	expect_integer(desk_verdict(&desk, FINAL("")), HANSARD_INVALID);
	const struct problem *velocity = desk_problem(&desk, PROBLEM_VELOCITY_NOT_ZERO, "type");
	const struct problem *silent = desk_problem(&desk, PROBLEM_CONVERGENCE_NOT_UNANIMOUS, "type");
	expect_string(shown_update(velocity),
				  "{\"updates\":[{\"id\":\"T0001\",\"status\":\"resolved\"},{\"id\":\"T0002\",\"status\":\"resolved\"},"
				  "{\"id\":\"P0001\",\"status\":\"refined\"},{\"id\":\"P0002\",\"status\":\"refined\"}]}");
	expect(text_find(velocity->suggestion, TEXT("perspectives: refined, conceded, merged"), 0) != SIZE_MAX);
	expect(text_find(velocity->suggestion, TEXT("tensions_accepted"), 0) != SIZE_MAX);
	expect_integer(desk_update(&desk, shown_update(velocity)), HANSARD_OK);
	expect_integer(desk_update(&desk, shown_update(silent)), HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL("")), HANSARD_OK);
	desk_finish(&desk);
}

/* What a verdict as a whole cannot do is no fault of a member. */
static void abandoned_stays(void)
{
	begin();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_status(&desk, "meta", "abandoned", NULL), HANSARD_OK);
	expect_integer(desk_verdict(&desk, FINAL(",'tensions_accepted':['T0001','T0002']")), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_INVALID_STATUS_TRANSITION, "(verdict)") != NULL);
	expect_integer(desk_verdict(&desk, "[]"), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_INVALID_VALUE, "(verdict)") != NULL);
	desk_finish(&desk);
}

static void one_final_verdict(void)
{
	begin();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	const char *first = FINAL(",'tensions_accepted':['T0001','T0002'],'recommendations_adopted':['R0001']");
	expect_integer(desk_verdict(&desk, first), HANSARD_OK);
	expect_integer(desk_verdict(&desk, first), HANSARD_OK);
	expect(desk.decided.unchanged);
	expect_integer(desk.decided.rev, 4);
	expect_integer(desk_verdict(&desk, FINAL(",'id':'second'")), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_VERDICT_EXISTS, "type") != NULL);
	expect_integer(desk_verdict(&desk, FINAL(",'description':'another'")), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_VERDICT_EXISTS, "type") != NULL);
	expect_integer(desk_verdict(&desk, "{'type':'dissent','author':'scone','recommendation':'Two.'}"), HANSARD_OK);
	expect_text(desk.decided.verdict_id, "dissent-r01-scone");
	expect_integer(desk_register(&desk, "{'round':2,'panel':[{'expert':'muffin'}]}"), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_INVALID_STATUS_TRANSITION, "round") != NULL);
	desk_finish(&desk);
}

static void others_are_not_gated(void)
{
	begin();
	expect_integer(desk_verdict(&desk, "{'type':'interim','recommendation':'Go on.'}"), HANSARD_OK);
	expect_text(desk.decided.verdict_id, "interim-r00");
	expect_integer(desk_verdict(&desk, "{'type':'interim','recommendation':'Stop.'}"), HANSARD_INVALID);
	expect(desk_problem(&desk, PROBLEM_DUPLICATE_ENTITY, "id") != NULL);
	expect_integer(desk_verdict(&desk, "{'type':'interim','id':'interim-b','recommendation':'Stop.'}"), HANSARD_OK);
	expect_integer(desk_verdict(&desk, "{'type':'minority','author':'Muffin','recommendation':'No.'}"), HANSARD_OK);
	expect_text(desk.decided.verdict_id, "minority-r00-muffin");
	expect_integer(record_meta(&desk_open(&desk)->record)->status, DIALOGUE_OPEN);
	desk_finish(&desk);
}

static void faults_of_a_verdict(void)
{
	static const struct {
		const char *source;
		enum problem_code code;
		const char *path;
	} faults[] = {
		{"{}", PROBLEM_MISSING_FIELD, "type"},
		{"{'type':'final'}", PROBLEM_MISSING_FIELD, "recommendation"},
		{"{'type':'last','recommendation':'x'}", PROBLEM_INVALID_VALUE, "type"},
		{"{'type':'interim','recommendation':'x','colour':1}", PROBLEM_UNKNOWN_FIELD, "colour"},
		{"{'type':'interim','recommendation':'x','confidence':'sure'}", PROBLEM_INVALID_VALUE, "confidence"},
		{"{'type':'interim','recommendation':'x','id':'No Id'}", PROBLEM_INVALID_VALUE, "id"},
		{"{'type':'interim','recommendation':'x','author':'eclair'}", PROBLEM_UNKNOWN_EXPERT, "author"},
		{"{'type':'interim','recommendation':'x','supporting_experts':['eclair']}", PROBLEM_UNKNOWN_EXPERT,
		 "supporting_experts[0]"},
		{"{'type':'interim','recommendation':'x','round':5}", PROBLEM_ROUND_OUT_OF_ORDER, "round"},
		{"{'type':'interim','recommendation':'x','forced':true}", PROBLEM_INVALID_VALUE, "forced"},
		{"{'type':'interim','recommendation':'x','tensions_accepted':['P0001']}", PROBLEM_TYPE_ID_MISMATCH,
		 "tensions_accepted[0]"},
		{"{'type':'interim','recommendation':'x','tensions_resolved':['T0909']}", PROBLEM_TARGET_NOT_FOUND,
		 "tensions_resolved[0]"},
		{"{'type':'interim','recommendation':'x','recommendations_adopted':['yes']}", PROBLEM_INVALID_DISPLAY_ID,
		 "recommendations_adopted[0]"},
	};
	begin();
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const enum hansard_status status = desk_verdict(&desk, faults[i].source);
		if (status != HANSARD_INVALID)
			printf("# %s\n", faults[i].source);
		expect_integer(status, HANSARD_INVALID);
		expect(desk_problem(&desk, faults[i].code, faults[i].path) != NULL);
	}
	expect_integer(desk_open(&desk)->record.rev, 2);
	desk_finish(&desk);
}

static void no_round_no_verdict(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	expect_integer(desk_verdict(&desk, FINAL("")), HANSARD_INVALID);
	expect_integer((int64_t)desk.problems.count, 1);
	const struct problem *problem = desk_problem(&desk, PROBLEM_ROUND_OUT_OF_ORDER, "(verdict)");
	expect(problem != NULL);
	expect_text(problem->message, "the dialogue has no round yet: register round 0 first");
	struct decide_blockers blockers;
	expect(decide_blockers(&desk_open(&desk)->record, NULL, desk.arena, &blockers));
	expect(!blockers.can_converge);
	desk_finish(&desk);
}

static void reworked_recommendations(void)
{
	begin();
	expect_integer(desk_verdict(&desk, "{'type':'interim','recommendation':'x','recommendations_adopted':['R0001']}"),
				   HANSARD_OK);
	expect_text(((const struct entity_recommendation *)desk_statement(&desk, "R0001"))->adopted_in_verdict,
				"interim-r00");
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(
		desk_verdict(&desk, FINAL(",'tensions_accepted':['T0001','T0002'],'recommendations_adopted':['R0001']")),
		HANSARD_OK);
	expect_text(((const struct entity_recommendation *)desk_statement(&desk, "R0001"))->adopted_in_verdict, "final");
	expect_integer((int64_t)desk_events(&desk, EVENT_ADOPTED, "R0001"), 1);
	expect_integer((int64_t)desk_events(&desk, EVENT_COMMENTED, "R0001"), 1);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"a final verdict too early is refused with what is open and who is silent", refused_with_lists},
	{"what the Judge claims does not open the gate", claims_do_not_open_the_gate},
	{"tensions that the verdict resolves or accepts count as settled", accepted_counts_as_settled},
	{"a resolution without authority does not count as settled", authority_counts_at_the_gate},
	{"from max_rounds on a verdict may be forced, with a warning", forcing},
	{"forced too early it is told from which round on", forcing_too_early},
	{"the updates that a refusal suggests open the gate", suggestions_settle},
	{"an abandoned dialogue takes no final verdict; what is no object is no verdict", abandoned_stays},
	{"a dialogue has one final verdict; the same one again is nothing", one_final_verdict},
	{"interim, minority and dissent are not gated", others_are_not_gated},
	{"every fault of a verdict is named with its path", faults_of_a_verdict},
	{"without a round there is no verdict", no_round_no_verdict},
	{"a recommendation belongs to the final verdict that adopts it", reworked_recommendations},
};

TAP_MAIN(tests)
