/*
 * Every allocation is made to fail once, in registering, updating, deciding, taking in, drawing and comparing: no
 * leak, no half commit, and the next try succeeds. The C library's allocator is replaced by one that counts.
 */
#include "allocations.h"
#include "desk.h"
#include "entity_codec.h"
#include "library.h"
#include "limits.h"
#include "panel.h"
#include "tap.h"
#include "vault_verify.h"

static struct desk desk;

/* One call whose memory is all given back, but for what the store keeps. */
struct use {
	const char *source; /* JSON, or NULL */
	enum hansard_status (*run)(struct dialogue *dialogue, struct arena *arena);
	void (*prepare)(void); /* brings the dialogue to where the call is made */
	bool stores;           /* it commits when it succeeds */
};

static const struct use *current;
static json_t *json;
static const struct record *wanted;

static long live;

/* Where allocations cannot be made to fail, one undisturbed call is all that is tested. */
__attribute__((noreturn)) static void skip(void)
{
	desk_finish(&desk);
	tap_skip("another allocator stands in front of the test's: that of a sanitizer or of valgrind");
}

static enum hansard_status run_register(struct dialogue *dialogue, struct arena *arena)
{
	struct problem_list problems;
	struct batch *batch;
	struct register_result result;
	struct hansard_error error = {0};
	problem_begin(&problems, arena);
	enum hansard_status status = batch_read(arena, json, &problems, &batch, &error);
	if (status == HANSARD_OK)
		status = register_round(dialogue, batch, &problems, &result, &error);
	return status;
}

static enum hansard_status run_update(struct dialogue *dialogue, struct arena *arena)
{
	struct problem_list problems;
	struct update_result result;
	struct hansard_error error = {0};
	problem_begin(&problems, arena);
	return update_apply(dialogue, json, &problems, &result, &error);
}

static enum hansard_status run_verdict(struct dialogue *dialogue, struct arena *arena)
{
	struct problem_list problems;
	struct decide_result result;
	struct hansard_error error = {0};
	problem_begin(&problems, arena);
	return decide_verdict(dialogue, json, &problems, &result, &error);
}

static enum hansard_status run_adopt(struct dialogue *dialogue, struct arena *arena)
{
	const struct adopt_request request = {.wanted = wanted};
	struct adopt_result result;
	struct hansard_error error = {0};
	return adopt_record(dialogue->vault, &request, arena, &result, &error);
}

static enum hansard_status run_panel(struct dialogue *dialogue, struct arena *arena)
{
	const struct panel_request request = {.size = 6};
	struct problem_list problems;
	struct panel_result result;
	problem_begin(&problems, arena);
	return panel_draw(&dialogue->record, &request, arena, &problems, &result) ? HANSARD_OK : HANSARD_FAILED;
}

static enum hansard_status run_library(struct dialogue *dialogue, struct arena *arena)
{
	struct library_stats stats;
	struct library_similar *similar;
	struct left_list left = {.arena = arena};
	size_t count;
	struct text id;
	struct hansard_error error = {0};
	enum hansard_status status = library_stats(dialogue->vault, &left, &stats, &error);
	if (status == HANSARD_OK)
		status = library_similar(dialogue, &(struct library_similar_request){.limit = 3, .left = &left}, arena,
								 &similar, &count, &error);
	if (status == HANSARD_OK && dialogue_find(dialogue->vault, TEXT("x"), arena, &id, &error) != HANSARD_NOT_FOUND)
		status = HANSARD_FAILED;
	return status;
}

/* Opens, calls and gives everything back. */
static enum hansard_status call(void)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct dialogue *dialogue;
	struct hansard_error error = {0};
	if (arena == NULL)
		return HANSARD_FAILED;
	enum hansard_status status = dialogue_open(desk.vault, TEXT("d"), arena, &dialogue, &error);
	if (status == HANSARD_OK)
		status = current->run(dialogue, arena);
	arena_destroy(arena);
	return status;
}

/* One call whose allocation number `number` fails; *ret_came: there were so many. */
static enum hansard_status call_failing(int number, bool *ret_came)
{
	const long before = allocations_live();
	allocations_fail_at(number);
	const enum hansard_status status = call();
	*ret_came = allocations_stop() >= number;
	live = allocations_live() - before;
	return status;
}

static void expect_whole(void)
{
	struct vault_report report;
	expect_integer(vault_verify(desk.vault, TEXT("d"), desk.arena, &report, &desk.error), HANSARD_OK);
	expect(report.good);
}

static void start(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	if (current->prepare != NULL)
		current->prepare();
	if (current->source != NULL)
		json = desk_json(&desk, current->source);
}

/* Makes each allocation of the call fail in turn. */
static void exhaust(const struct use *use)
{
	current = use;
	start();
	if (!allocations_counted()) {
		expect_integer(call(), HANSARD_OK);
		expect_whole();
		skip();
	}
	int fail_at = 1;
	for (;; fail_at++) {
		int64_t rev = desk_open(&desk)->record.rev;
		bool came;
		enum hansard_status status = call_failing(fail_at, &came);
		/* What keys keep once they have sealed is no leak: it is not kept again. */
		if (status != HANSARD_OK && live > 0)
			status = call_failing(fail_at, &came);
		if (!came) {
			expect_integer(status, HANSARD_OK);
			break;
		}
		if (use->stores && status == HANSARD_OK) /* what failed could be done without */
			start();
		else if (status != HANSARD_OK)
			expect_integer(status, HANSARD_FAILED);
		if (status != HANSARD_OK && fail_at > 60) /* what libraries keep for ever is allocated at first ... */
			expect(live <= 0);                    /* ... and some of it is given back at a later call */
		if (status != HANSARD_OK)
			expect_integer(desk_open(&desk)->record.rev, rev);
	}
	expect(fail_at > 3);
	expect_whole();
	desk_finish(&desk);
}

static void prepare_round(void)
{
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
}

static void prepare_rounds(void)
{
	prepare_round();
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
}

static void registering(void)
{
	exhaust(&(struct use){.source = desk_round_0, .run = run_register, .stores = true});
}

static void registering_again(void)
{
	exhaust(&(struct use){.source = desk_round_0, .run = run_register, .prepare = prepare_round});
}

static const char update[] =
	"{'tensions':[{'id':'MUFFIN-T0009','label':'x','refs':[{'type':'oppose','target':'P0001'}]},"
	"{'label':'y','round':0}],'experts':[{'expert':'scoone'}],"
	"'updates':[{'id':'T0001','status':'resolved','actors':['scone']}],"
	"'scores':[{'expert':'muffin','round':0,'total':3}],"
	"'edits':[{'id':'R0001','label':'z','contributors':['muffin'],'parameters':[{'name':'n','value':'v'}]},"
	"{'id':'00','summary':'s'},{'id':'meta','insights':['i'],'links':[{'kind':'k','reference':'r'}],"
	"'background':{'subject':'b'},'pool':{'members':[{'role':'a','relevance':1}]}}]}";

static void updating(void)
{
	exhaust(&(struct use){.source = update, .run = run_update, .prepare = prepare_round, .stores = true});
}

static void prepare_update(void)
{
	prepare_round();
	expect_integer(desk_update(&desk, update), HANSARD_OK);
}

static void updating_again(void)
{
	exhaust(&(struct use){.source = update, .run = run_update, .prepare = prepare_update});
}

static void deciding(void)
{
	exhaust(&(struct use){.source = "{'type':'final','recommendation':'x','tensions_resolved':['T0001'],"
									"'tensions_accepted':['T0002'],'recommendations_adopted':['R0001']}",
						  .run = run_verdict,
						  .prepare = prepare_rounds,
						  .stores = true});
}

static void prepare_decided(void)
{
	prepare_rounds();
	expect_integer(desk_verdict(&desk, current->source), HANSARD_OK);
}

static void deciding_again(void)
{
	exhaust(&(struct use){.source = "{'type':'final','recommendation':'x','tensions_resolved':['T0001'],"
									"'tensions_accepted':['T0002'],'recommendations_adopted':['R0001']}",
						  .run = run_verdict,
						  .prepare = prepare_decided});
}

static enum hansard_status refused(enum hansard_status status)
{
	return status == HANSARD_INVALID ? HANSARD_OK : status == HANSARD_OK ? HANSARD_INVALID : status;
}

static enum hansard_status run_refused_register(struct dialogue *dialogue, struct arena *arena)
{
	return refused(run_register(dialogue, arena));
}

static enum hansard_status run_refused_verdict(struct dialogue *dialogue, struct arena *arena)
{
	return refused(run_verdict(dialogue, arena));
}

static void refusing_a_batch(void)
{
	exhaust(&(struct use){
		.source =
			"{'round':4,'titel':1,'panel':[{'expert':'muffin','tier':'cor'}],'score':{'w':1},"
			"'tensions':[{'id':'EKLAIR-P0101'}],'moves':[{'expert':'x','type':'defend','targets':['@y','P0909']}],"
			"'refs':[{'source':'P0001','type':'address','target':'P0002'},{'source':'P0909','type':'support','target':'?'}],"
			"'updates':[{'id':'T0001','status':'reopened'},{'id':'T0001','status':'odd'}]}",
		.run = run_refused_register,
		.prepare = prepare_round});
}

static enum hansard_status run_refused_update(struct dialogue *dialogue, struct arena *arena)
{
	return refused(run_update(dialogue, arena));
}

static void refusing_edits(void)
{
	exhaust(&(struct use){
		.source = "{'edits':[{'id':5},{'id':'T0909','label':' '},{'id':'t0001','contributors':['x'],'actors':['y']},"
				  "{'id':'T0001','body':'b'},{'id':'P0001'},{'id':'MUFFIN-C0009','labl':'c'},"
				  "{'id':'R0001','parameters':[{'name':'n'}]},{'id':'09','title':'t'},"
				  "{'id':'meta','title':'','pool':{'members':[{}]},'links':[{}],'background':{'a':1}}]}",
		.run = run_refused_update,
		.prepare = prepare_round});
}

static void refusing_a_verdict(void)
{
	exhaust(
		&(struct use){.source = "{'type':'final','recommendation':'x','author':'eclair','tensions_resolved':['P0001']}",
					  .run = run_refused_verdict,
					  .prepare = prepare_round});
}

static void drawing(void)
{
	exhaust(&(struct use){.run = run_panel, .prepare = prepare_round});
}

static void comparing(void)
{
	exhaust(&(struct use){.run = run_library, .prepare = prepare_round});
}

/* A record of two rounds with a file each, for the dialogue that `start` created. */
static void prepare_wanted(void)
{
	static const char *const paths[] = {"round-0/muffin.md", "round-1/muffin.md", "scoreboard.md"};
	struct record *record = arena_allocate(desk.arena, sizeof(*record));
	expect(record != NULL);
	record_begin(record, desk.arena, TEXT("d"));
	expect_integer(record_add(record, &record_meta(&desk_open(&desk)->record)->head, &desk.error), HANSARD_OK);
	for (int round = 0; round < 2; round++) {
		struct text subkey;
		expect(item_key_round_subkey(desk.arena, round, &subkey));
		struct entity_round *entity = (struct entity_round *)entity_codec_create(desk.arena, ENTITY_ROUND, subkey);
		expect(entity != NULL);
		entity->status = ROUND_COMPLETED;
		entity->created_at = TEXT("2026-01-28T20:46:00.000000Z");
		expect_integer(record_add(record, &entity->head, &desk.error), HANSARD_OK);
	}
	for (int n = 1; n <= 3; n++) {
		struct text subkey;
		expect(item_key_file_subkey(desk.arena, n, &subkey));
		struct entity_file *file = (struct entity_file *)entity_codec_create(desk.arena, ENTITY_FILE, subkey);
		expect(file != NULL);
		file->path = text_of_string(paths[n - 1]);
		file->kind = FILE_KIND_OTHER;
		file->source = FILE_ORIGIN_IMPORTED;
		file->head.content = bytes_of_text(TEXT("content"));
		file->head.content_known = true;
		expect_integer(record_add(record, &file->head, &desk.error), HANSARD_OK);
	}
	wanted = record;
}

/* Several commits: what was done before memory ran out stands, and the next try goes on from there. */
static void taking_in(void)
{
	static const struct use use = {.run = run_adopt, .prepare = prepare_wanted};
	current = &use;
	if (!allocations_counted()) {
		start();
		expect_integer(call(), HANSARD_OK);
		expect_whole();
		skip();
	}
	int fail_at = 1;
	for (;; fail_at++) {
		start();
		bool failed;
		enum hansard_status status = call_failing(fail_at, &failed);
		if (status != HANSARD_OK && live > 0 && desk.commits == 1)
			status = call_failing(fail_at, &failed);
		if (status != HANSARD_OK)
			expect_integer(status, HANSARD_FAILED);
		if (status != HANSARD_OK && fail_at > 60 && desk.commits == 1)
			expect(live <= 0);
		expect_whole();
		expect_integer(call(), HANSARD_OK);
		const struct record *record = &desk_open(&desk)->record;
		expect_integer((int64_t)record->lists[ENTITY_FILE].count, 3);
		expect_integer((int64_t)record->lists[ENTITY_ROUND].count, 2);
		expect_whole();
		if (!failed)
			break;
	}
	expect(fail_at > 10);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"registering a round", registering},
	{"registering the same round again", registering_again},
	{"an update", updating},
	{"the same update again", updating_again},
	{"a final verdict", deciding},
	{"the same verdict again", deciding_again},
	{"refusing a batch with many problems", refusing_a_batch},
	{"refusing a verdict", refusing_a_verdict},
	{"refusing edits", refusing_edits},
	{"drawing a panel", drawing},
	{"statistics, likeness and a search for an id", comparing},
	{"taking in a record", taking_in},
};

TAP_MAIN(tests)
