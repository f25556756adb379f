/*
 * The life of a dialogue: created, rounds registered, changed, decided, read again; in memory and in SQLite.
 */
#include "cite.h"
#include "desk.h"
#include "lifecycle.h"
#include "tap.h"

static struct desk desk;

static void begin(bool sqlite)
{
	desk_begin(&desk, sqlite);
	desk_create(&desk, "d");
}

/* A registered round 0, or the program's end. */
static void begin_round(bool sqlite)
{
	begin(sqlite);
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
}

static void whole(bool sqlite)
{
	begin_round(sqlite);
	expect_integer(desk.registered.round, 0);
	expect_integer(desk.registered.rev, 2);
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_status(&desk, "P0002", "merged", NULL), HANSARD_OK);
	expect_integer(desk_verdict(&desk, "{'type':'final','recommendation':'One store.','tensions_resolved':['T0001',"
									   "{'id':'T0002','reason':'fast enough'}],'recommendations_adopted':['R0001'],"
									   "'confidence':'unanimous','supporting_experts':['Muffin','scone']}"),
				   HANSARD_OK);
	expect_text(desk.decided.verdict_id, "final");
	const struct record *record = &desk_open(&desk)->record;
	const struct entity_meta *meta = record_meta(record);
	expect_integer(record->rev, 5);
	expect_integer(meta->status, DIALOGUE_CONVERGED);
	expect(text_present(meta->converged_at));
	expect_integer(meta->total_rounds.value, 2);
	expect_integer(meta->total_alignment.value, 44);
	expect_integer(lifecycle_status(desk_statement(&desk, "T0002")), TENSION_RESOLVED);
	const struct entity_recommendation *adopted = (const struct entity_recommendation *)desk_statement(&desk, "R0001");
	expect_integer(adopted->status, RECOMMENDATION_ADOPTED);
	expect_text(adopted->adopted_in_verdict, "final");
	expect_integer((int64_t)desk_events(&desk, EVENT_CONVERGED, "meta"), 1);
	expect_integer((int64_t)desk_events(&desk, EVENT_RESOLVED, "T0001"), 1);
	desk_finish(&desk);
}

static void whole_in_memory(void)
{
	whole(false);
}

static void whole_in_sqlite(void)
{
	whole(true);
}

static void local_ids_become_global(void)
{
	begin_round(false);
	static const char *const wanted[][3] = {
		{"MUFFIN-P0001", "P0001", "One store"}, {"SCONE-P0001", "P0002", "Two stores"},
		{"MUFFIN-R0001", "R0001", "Use one"},   {"MUFFIN-T0001", "T0001", "Cost or safety"},
		{"SCONE-T0001", "T0002", "Speed"},      {NULL, "E0001", "Measured"},
		{"SCONE-C0001", "C0001", "Cheap"},
	};
	expect_integer((int64_t)desk.registered.assigned_count, 7);
	for (size_t i = 0; i < 7; i++) {
		if (wanted[i][0] != NULL)
			expect_text(desk.registered.assigned[i].local_id, wanted[i][0]);
		else
			expect(!text_present(desk.registered.assigned[i].local_id));
		expect_text(desk.registered.assigned[i].display_id, wanted[i][1]);
		expect_text(desk.registered.assigned[i].label, wanted[i][2]);
	}
	struct record_statement statement;
	expect(record_statement(desk_statement(&desk, "P0001"), &statement));
	expect_text(statement.local_id, "MUFFIN-P0001");
	expect_integer((int64_t)statement.contributors.count, 1);
	expect_text(statement.contributors.items[0], "muffin");
	const struct record *record = &desk_open(&desk)->record;
	expect(record_find(record, ENTITY_REF, TEXT("T0001#question#P0002")) != NULL);
	expect(record_find(record, ENTITY_REF, TEXT("R0001#address#T0001")) != NULL);
	expect(record_find(record, ENTITY_REF, TEXT("C0001#support#R0001")) != NULL);
	const struct entity_move *move = (const struct entity_move *)record_find(record, ENTITY_MOVE, TEXT("00#muffin#01"));
	expect(move != NULL);
	expect_integer((int64_t)move->targets.count, 3);
	expect_text(move->targets.items[0], "scone");
	expect_text(move->targets.items[1], "P0002");
	expect_text(move->targets.items[2], "the budget");
	desk_finish(&desk);
}

static void people_and_scores(void)
{
	begin_round(false);
	const struct record *record = &desk_open(&desk)->record;
	const struct entity_expert *muffin = record_expert(record, TEXT("muffin"));
	const struct entity_expert *scone = record_expert(record, TEXT("scone"));
	expect_text(muffin->name, "Muffin");
	expect_text(scone->name, "Scone");
	expect_integer(scone->tier, TIER_ADJACENT);
	expect_integer(scone->relevance.value, 600000);
	expect_integer(muffin->first_round.value, 0);
	const struct record_expert_score *score = muffin->scores.items;
	expect_integer((int64_t)muffin->scores.count, 1);
	expect_integer(score->round.value, 0);
	expect_integer(score->total.value, 10);
	expect_integer(desk_update(&desk, "{'scores':[{'expert':'scone','round':0,'w':1,'c':1,'t':1,'r':1},"
									  "{'expert':'muffin','round':0,'total':5}]}"),
				   HANSARD_OK);
	scone = record_expert(&desk_open(&desk)->record, TEXT("scone"));
	score = scone->scores.items;
	expect_integer((int64_t)scone->scores.count, 1);
	expect_integer(score->total.value, 4);
	expect_integer(score->w.value, 1);
	desk_finish(&desk);
}

static void claims_are_kept(void)
{
	begin_round(false);
	const struct entity_round *round = record_round(&desk_open(&desk)->record, 0);
	expect_integer(round->score.value, 34);
	expect_integer(round->wisdom.value, 10);
	expect_integer(round->relationships.value, 7);
	expect(round->converge_permille.present);
	expect_integer(round->converge_permille.value, 0);
	expect(!round->velocity.present);
	expect_integer(round->panel_size.value, 2);
	expect_integer(round->status, ROUND_COMPLETED);
	expect_integer((int64_t)round->batch_sha256.size, DIGEST_SIZE);
	desk_finish(&desk);
}

static void files_are_kept(bool sqlite)
{
	begin_round(sqlite);
	struct dialogue *dialogue = desk_open(&desk);
	const struct record_list *files = &dialogue->record.lists[ENTITY_FILE];
	static const struct {
		const char *path, *content;
		enum file_kind kind;
	} wanted[] = {
		{"round-0/muffin.md", "# Muffin\n", FILE_KIND_RESPONSE},
		{"round-0/scone.md", "# Scone\n", FILE_KIND_RESPONSE},
		{"round-0/muffin.prompt.md", "You are Muffin.\n", FILE_KIND_PROMPT},
	};
	expect_integer((int64_t)files->count, 3);
	expect_integer(dialogue_contents(dialogue, &desk.error), HANSARD_OK);
	for (size_t i = 0; i < 3; i++) {
		const struct entity_file *file = (const struct entity_file *)files->items[i];
		const struct bytes content = file->head.content;
		expect_text(file->path, wanted[i].path);
		expect_integer(file->kind, wanted[i].kind);
		expect_integer(file->source, FILE_ORIGIN_REGISTERED);
		expect_text(text_of_bytes(content), wanted[i].content);
		expect_integer(file->size.value, (int64_t)content.size);
	}
	desk_finish(&desk);
}

static void files_in_memory(void)
{
	files_are_kept(false);
}

static void files_in_sqlite(void)
{
	files_are_kept(true);
}

static void twice_is_once(void)
{
	begin_round(false);
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
	expect(desk.registered.unchanged);
	expect_integer(desk.registered.rev, 2);
	expect_integer((int64_t)desk.registered.assigned_count, 7);
	expect_text(desk.registered.assigned[4].display_id, "T0002");
	expect_integer((int64_t)desk.commits, 2);
	desk_finish(&desk);
}

static void spelling_makes_no_difference(void)
{
	begin(false);
	expect_integer(desk_register(&desk, "{'round':0,'panel':[{'expert':'muffin','relevance':1}],'title':'A'}"),
				   HANSARD_OK);
	expect_integer(
		desk_register(&desk, "{'title':'\\u0041',  'panel':[{'relevance':1.0,'expert':'muffin'}],\n'round':0}"),
		HANSARD_OK);
	expect(desk.registered.unchanged);
	expect_integer(desk_register(&desk, "{'round':0,'panel':[{'expert':'muffin','relevance':0.9}],'title':'A'}"),
				   HANSARD_CONFLICT);
	desk_finish(&desk);
}

static void another_batch_is_a_conflict(void)
{
	begin_round(false);
	expect_integer(desk_register(&desk, "{'round':0,'panel':[{'expert':'muffin'}]}"), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "round_exists");
	expect(desk.error.hint[0] != '\0');
	desk_finish(&desk);
}

static void a_moved_head_is_a_conflict(void)
{
	begin_round(false);
	struct dialogue *stale = desk_open(&desk);
	expect_integer(desk_status(&desk, "T0001", "addressed", NULL), HANSARD_OK);
	const struct update_status update = {.id = TEXT("T0002"), .status = TEXT("addressed"), .round = -1};
	int64_t rev;
	problem_begin(&desk.problems, desk.arena);
	expect_integer(update_status(stale, &update, &desk.problems, &rev, &desk.error), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "head_moved");
	desk_finish(&desk);
}

static void one_signal_each(void)
{
	begin_round(false);
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer((int64_t)desk_open(&desk)->record.lists[ENTITY_MOVE].count, 3);
	expect_integer(desk_update(&desk, "{'moves':[{'expert':'muffin','type':'converge','round':1}]}"), HANSARD_OK);
	expect(desk.updated.unchanged);
	expect_integer((int64_t)desk.commits, 3);
	desk_finish(&desk);
}

static void updates_add_statements(void)
{
	begin_round(false);
	expect_integer(
		desk_update(&desk,
					"{'experts':[{'name':'Eclair','role':'Guest'}],"
					"'tensions':[{'id':'ECLAIR-T0007','label':'Late','refs':[{'type':'oppose','target':'P0001'}]},"
					"{'round':0,'label':'Later','contributors':['judge']}],"
					"'moves':[{'expert':'eclair','type':'defend','round':0,'targets':['ECLAIR-T0007']}],"
					"'updates':[{'id':'ECLAIR-T0007','status':'deferred','reference':'ECLAIR-T0007'}]}"),
		HANSARD_OK);
	expect_integer((int64_t)desk.updated.assigned_count, 2);
	expect_text(desk.updated.assigned[0], "T0003");
	expect_text(desk.updated.assigned[1], "T0004");
	expect_integer(lifecycle_status(desk_statement(&desk, "T0003")), TENSION_DEFERRED);
	const struct record *record = &desk_open(&desk)->record;
	expect(record_find(record, ENTITY_REF, TEXT("T0003#oppose#P0001")) != NULL);
	expect_integer((int64_t)record->lists[ENTITY_EVENT].count, 1);
	expect_text(((const struct entity_event *)record->lists[ENTITY_EVENT].items[0])->reference, "T0003");
	expect(!record_expert(record, TEXT("eclair"))->first_round.present);
	desk_finish(&desk);
}

static void a_dry_run_writes_nothing(void)
{
	begin(false);
	struct batch *batch;
	struct dialogue *dialogue = desk_open(&desk);
	dialogue->dry_run = true;
	problem_begin(&desk.problems, desk.arena);
	expect_integer(batch_read(desk.arena, desk_json(&desk, desk_round_0), &desk.problems, &batch, &desk.error),
				   HANSARD_OK);
	expect_integer(register_round(dialogue, batch, &desk.problems, &desk.registered, &desk.error), HANSARD_OK);
	expect_integer((int64_t)desk.registered.assigned_count, 7);
	expect_integer(desk.registered.rev, 1);
	expect_integer(desk_open(&desk)->record.rev, 1);
	desk_finish(&desk);
}

static void ids_get_suffixes(void)
{
	desk_begin(&desk, false);
	struct text id, taken;
	struct create_options options = {.title = TEXT("Où est la Store?"), .operation = "create", .ret_taken = &taken};
	for (int n = 1; n <= 99; n++) {
		char wanted[32];
		snprintf(wanted, sizeof(wanted), n == 1 ? "ou-est-la-store" : "ou-est-la-store-%d", n);
		expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_OK);
		expect_text(id, wanted);
		expect(text_present(taken) == (n > 1));
		expect(n == 1 || text_is(taken, "ou-est-la-store"));
	}
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_CONFLICT);
	expect_string(desk.error.kind, "dialogue_exists");
	options.id = TEXT("ou-est-la-store");
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_CONFLICT);
	options.id = TEXT("Not An Id");
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_INVALID);
	options = (struct create_options){.title = TEXT("???"), .operation = "create"};
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_OK);
	expect_text(id, "dialogue");
	options = (struct create_options){.id = TEXT("dialogue"), .title = TEXT("x"), .operation = "create"};
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_CONFLICT);
	options.title = TEXT(" ");
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_INVALID);
	desk_finish(&desk);
}

static void long_titles_leave_room(void)
{
	desk_begin(&desk, false);
	const struct create_options options = {
		.title =
			TEXT("aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg hhhhhhhhhhhhhhhhhhhhh"),
		.operation = "create"};
	struct text first, second;
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &first, &desk.error), HANSARD_OK);
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &second, &desk.error), HANSARD_OK);
	expect(first.size <= 80 && second.size <= 80);
	expect(!text_equal(first, second));
	desk_finish(&desk);
}

static void prefixes_find(void)
{
	desk_begin(&desk, false);
	struct text id;
	desk_create(&desk, "rfc-0058");
	desk_create(&desk, "rfc-0059-b");
	desk_create(&desk, "rfc-0059");
	expect_integer(dialogue_find(desk.vault, TEXT("rfc-0058"), desk.arena, &id, &desk.error), HANSARD_OK);
	expect_integer(dialogue_find(desk.vault, TEXT("RFC-0059-"), desk.arena, &id, &desk.error), HANSARD_OK);
	expect_text(id, "rfc-0059-b");
	expect_integer(dialogue_find(desk.vault, TEXT("rfc-0059"), desk.arena, &id, &desk.error), HANSARD_OK);
	expect_text(id, "rfc-0059");
	expect_integer(dialogue_find(desk.vault, TEXT("rfc"), desk.arena, &id, &desk.error), HANSARD_USAGE);
	expect_string(desk.error.kind, "ambiguous");
	expect(strstr(desk.error.message, "rfc-0058") != NULL && strstr(desk.error.message, "rfc-0059-b") != NULL);
	expect_integer(dialogue_find(desk.vault, TEXT("rcf-0058"), desk.arena, &id, &desk.error), HANSARD_NOT_FOUND);
	expect(strstr(desk.error.hint, "rfc-0058") != NULL);
	static const char *const far[] = {"banana", "xfc", "rfcxyz", "scf-0058x"};
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		expect_integer(dialogue_find(desk.vault, text_of_string(far[i]), desk.arena, &id, &desk.error),
					   HANSARD_NOT_FOUND);
		expect_string(desk.error.hint, "hansard list shows what there is");
	}
	expect_integer(dialogue_find(desk.vault, TEXT("sfc-0058"), desk.arena, &id, &desk.error), HANSARD_NOT_FOUND);
	expect_string(desk.error.hint, "did you mean rfc-0058?");
	desk_finish(&desk);
}

static void sequences_go_on(void)
{
	begin_round(false);
	const struct record *record = &desk_open(&desk)->record;
	expect_integer(cite_next_seq(record, ENTITY_TENSION, 0), 3);
	expect_integer(cite_next_seq(record, ENTITY_TENSION, 1), 1);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"a dialogue is created, held, changed, decided and read again, in memory", whole_in_memory},
	{"a dialogue is created, held, changed, decided and read again, in SQLite", whole_in_sqlite},
	{"local ids become global ones, everywhere", local_ids_become_global},
	{"experts get seat, role and scores; a later score of a round replaces", people_and_scores},
	{"what the Judge said is kept, and what was not said stays absent", claims_are_kept},
	{"responses and prompts are kept byte for byte, in memory", files_in_memory},
	{"responses and prompts are kept byte for byte, in SQLite", files_in_sqlite},
	{"the same batch again changes nothing, and says which ids it was given", twice_is_once},
	{"order, blanks, escapes and the form of numbers make no other batch", spelling_makes_no_difference},
	{"another batch of a round is a conflict with a hint", another_batch_is_a_conflict},
	{"a change on a state that is no longer the newest is a conflict", a_moved_head_is_a_conflict},
	{"an expert converges once a round, however often it is written", one_signal_each},
	{"an update adds experts, statements, references, moves and statuses to rounds that exist", updates_add_statements},
	{"a dry run answers like a registration and writes nothing", a_dry_run_writes_nothing},
	{"a taken slug gets -2 to -99; a taken id is an error", ids_get_suffixes},
	{"a suffixed id of a long title keeps within its limit", long_titles_leave_room},
	{"a dialogue is found by a unique prefix; else its candidates or the nearest are named", prefixes_find},
	{"the next number of a type in a round is known", sequences_go_on},
};

TAP_MAIN(tests)
