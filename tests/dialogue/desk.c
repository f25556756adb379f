/*
 * Store, vault, calls.
 */
#include "desk.h"

#include <unistd.h>

#include "fixed_keys.h"
#include "limits.h"
#include "memory_engine.h"
#include "passing_copying.h"
#include "sqlite_engine.h"

const char desk_round_0[] =
	"{'round':0,'title':'Opening','score':{'w':10,'c':9,'t':8,'r':7},'converge':0,"
	"'panel':[{'name':'Muffin','role':'Architect','tier':'core','relevance':0.95},"
	"{'expert':'scone','role':'Operator','tier':'Adjacent','relevance':0.6,'focus':'cost'}],"
	"'scores':[{'expert':'muffin','w':3,'c':3,'t':2,'r':2},{'expert':'Scone','total':9}],"
	"'responses':[{'expert':'muffin','text':'# Muffin\\n'},{'expert':'scone','text':'# Scone\\n'}],"
	"'prompts':[{'expert':'muffin','text':'You are Muffin.\\n'}],"
	"'perspectives':[{'id':'MUFFIN-P0001','label':'One store'},{'id':'SCONE-P0001','label':'Two stores'}],"
	"'tensions':[{'id':'MUFFIN-T0001','label':'Cost or safety','refs':[{'type':'question','target':'SCONE-P0001'}]},"
	"{'id':'SCONE-T0001','label':'Speed','contributors':['scone','muffin']}],"
	"'recommendations':[{'id':'MUFFIN-R0001','label':'Use one','parameters':[{'name':'n','value':'1'}],"
	"'refs':[{'type':'address','target':'muffin-t0001'}]}],"
	"'evidence':[{'label':'Measured','contributors':['judge']}],"
	"'claims':[{'id':'SCONE-C0001','label':'Cheap'}],"
	"'moves':[{'expert':'muffin','type':'challenge','targets':['@scone','SCONE-P0001','the budget']}],"
	"'refs':[{'source':'SCONE-C0001','type':'support','target':'MUFFIN-R0001'}]}";

const char desk_round_1[] = "{'round':1,'score':{'w':1,'c':2,'t':3,'r':4},"
							"'panel':[{'expert':'muffin','source':'retained'},{'expert':'scone','source':'retained'}],"
							"'moves':[{'expert':'muffin','type':'converge'},{'expert':'scone','type':'converge'},"
							"{'expert':'scone','type':'converge','context':'again'}],"
							"'updates':[{'id':'P0001','status':'refined'}]}";

/* What a test starts from must be there: without it no test of the program can tell anything. */
__attribute__((noreturn)) static void bail(int line, const char *what, const struct hansard_error *error)
{
	printf("Bail out! desk.c:%d: %s: %s %s\n", line, what, error->kind, error->message);
	exit(1);
}

#define require(desk, condition) ((condition) ? (void)0 : bail(__LINE__, #condition, &(desk)->error))

static int64_t tick(void *context)
{
	struct desk *desk = context;
	desk->now += desk->clock_stands ? 0 : 1000000;
	return desk->now;
}

static bool draw(void *context, uint8_t *data, size_t size)
{
	struct desk *desk = context;
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)((desk->draws >> 8 * (i % 4)) + i);
	desk->draws++;
	return true;
}

static struct desk *of(const struct store_partition *partition)
{
	return (struct desk *)partition->engine;
}

static struct store_partition inner_of(const struct store_partition *partition)
{
	return store_engine_partition(of(partition)->inner, partition->tenant, partition->dialogue_id);
}

static enum hansard_status load(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error)
{
	const struct store_partition inner = inner_of(partition);
	of(partition)->reads++;
	return inner.store->load(&inner, arena, ret_view, error);
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	const struct store_partition inner = inner_of(partition);
	of(partition)->reads++;
	return inner.store->history(&inner, request, arena, ret_history, error);
}

static enum hansard_status parts(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error)
{
	const struct store_partition inner = inner_of(partition);
	of(partition)->reads++;
	return inner.store->parts(&inner, request, arena, ret_parts, error);
}

static enum hansard_status commit(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	struct desk *desk = of(partition);
	const struct store_partition inner = inner_of(partition);
	if (++desk->commits == desk->commit_fails) {
		if (error != NULL)
			*error = (struct hansard_error){.status = HANSARD_UNREACHABLE, .kind = "killed", .message = "killed"};
		return HANSARD_UNREACHABLE;
	}
	if (desk->commits == desk->commit_loses) {
		*ret_result = STORE_CONFLICT;
		return HANSARD_OK;
	}
	return inner.store->commit(&inner, change, ret_result, error);
}

static enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	const struct store_partition inner = inner_of(partition);
	return inner.store->settle(&inner, attempt, ret_settled, error);
}

static struct text identity(struct store_engine *engine)
{
	struct store_engine *inner = ((struct desk *)engine)->inner;
	return inner->ops->identity(inner);
}

static void close_nothing(struct store_engine *engine)
{
	(void)engine;
}

static enum hansard_status check(struct store_engine *engine, bool deep, struct arena *arena,
								 struct store_findings *ret_findings, struct hansard_error *error)
{
	struct store_engine *inner = ((struct desk *)engine)->inner;
	return inner->ops->check(inner, deep, arena, ret_findings, error);
}

static enum hansard_status backup(struct store_engine *engine, struct text path, struct hansard_error *error)
{
	struct store_engine *inner = ((struct desk *)engine)->inner;
	return inner->ops->backup(inner, path, error);
}

static enum hansard_status dialogues(struct store_engine *engine, const struct analytics_request *request,
									 struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_engine *inner = ((struct desk *)engine)->inner;
	return inner->analytics->dialogues(inner, request, arena, ret_page, error);
}

static enum hansard_status tensions(struct store_engine *engine, const struct analytics_request *request,
									struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_engine *inner = ((struct desk *)engine)->inner;
	return inner->analytics->tensions(inner, request, arena, ret_page, error);
}

static enum hansard_status partitions(struct store_engine *engine, const struct analytics_request *request,
									  struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_engine *inner = ((struct desk *)engine)->inner;
	return inner->analytics->partitions(inner, request, arena, ret_page, error);
}

static enum hansard_status counts(struct store_engine *engine, struct text tenant, struct analytics_counts *ret_counts,
								  struct hansard_error *error)
{
	struct store_engine *inner = ((struct desk *)engine)->inner;
	return inner->analytics->counts(inner, tenant, ret_counts, error);
}

PASSING_COPYING(front_copying)

static const struct store_engine_ops front_ops = {
	.name = "desk", .close = close_nothing, .identity = identity, .check = check, .backup = backup};
static const struct dialogue_store front_dialogues = {
	.load = load, .history = history, .parts = parts, .commit = commit, .settle = settle};
static const struct analytics_store front_analytics = {
	.dialogues = dialogues, .tensions = tensions, .partitions = partitions, .counts = counts};

static void open_inner(struct desk *desk, bool sqlite)
{
	const struct moment_clock clock = {.now = tick, .context = desk};
	const struct moment_entropy entropy = {.fill = draw, .context = desk};
	if (!sqlite) {
		require(desk, memory_engine_open(clock, entropy, &desk->inner, &desk->error) == HANSARD_OK);
		return;
	}
	folder_make("dialogue", desk->folder);
	snprintf(desk->path, sizeof(desk->path), "%s/store.db", desk->folder);
	const struct sqlite_engine_options options = {
		.path = text_of_string(desk->path), .mode = SQLITE_ENGINE_CREATE, .clock = clock, .entropy = entropy};
	require(desk, sqlite_engine_open(&options, &desk->inner, &desk->error) == HANSARD_OK);
}

void desk_begin(struct desk *desk, bool sqlite)
{
	desk_finish(desk);
	desk->now = INT64_C(1795165200000000);
	desk->arena = arena_create(LIMIT_ARENA);
	require(desk, desk->arena != NULL);
	open_inner(desk, sqlite);
	desk->engine = *desk->inner;
	desk->engine.ops = &front_ops;
	desk->engine.dialogues = &front_dialogues;
	desk->engine.analytics = &front_analytics;
	desk->engine.copying = &front_copying;
	require(desk, fixed_keys_create(TEXT("acme"), 1, &desk->keyring, &desk->error) == HANSARD_OK);
	const struct vault_options options = {
		.engine = &desk->engine,
		.keyring = desk->keyring,
		.actor = TEXT("judge"),
		.clock = {.now = tick, .context = desk},
		.entropy = {.fill = draw, .context = desk},
	};
	require(desk, vault_create(&options, &desk->vault, &desk->error) == HANSARD_OK);
}

void desk_finish(struct desk *desk)
{
	vault_destroy(desk->vault);
	keyring_destroy(desk->keyring);
	if (desk->inner != NULL)
		desk->inner->ops->close(desk->inner);
	arena_destroy(desk->arena);
	for (size_t i = 0; i < desk->json_count; i++)
		json_decref(desk->jsons[i]);
	require(desk, folder_remove(desk->folder));
	*desk = (struct desk){0};
}

json_t *desk_json(struct desk *desk, const char *source)
{
	size_t size = strlen(source);
	char *copy = arena_allocate(desk->arena, size + 1);
	require(desk, copy != NULL && desk->json_count < DESK_JSON_MAX);
	for (size_t i = 0; i < size; i++)
		copy[i] = source[i] == '\'' ? '"' : source[i];
	json_t *json;
	const struct bytes input = {.data = (const uint8_t *)copy, .size = size};
	require(desk, json_read(TEXT("test"), input, &json, &desk->error) == HANSARD_OK);
	desk->jsons[desk->json_count++] = json;
	return json;
}

void desk_create(struct desk *desk, const char *id)
{
	struct entity_meta *meta;
	struct text created;
	problem_begin(&desk->problems, desk->arena);
	json_t *json = desk_json(
		desk,
		"{'question':'Which store?','pool':{'domain':'storage','members':["
		"{'role':'Architect','tier':'Core','relevance':0.95},{'role':'Operator','relevance':0.6},"
		"{'role':'Core B','relevance':0.9},{'role':'Core C','relevance':0.85},{'role':'Core D','relevance':0.8},"
		"{'role':'Adjacent B','relevance':0.7},{'role':'Adjacent C','relevance':0.5},"
		"{'role':'Adjacent D','relevance':0.4},{'role':'Wild A','relevance':0.3},{'role':'Wild B','relevance':0.2},"
		"{'role':'Wild C','relevance':0.1},{'role':'Wild D','tier':'WILDCARD'}]}}");
	require(desk, create_read(desk->arena, json, &desk->problems, &meta, &desk->error) == HANSARD_OK);
	const struct create_options options = {
		.id = text_of_string(id), .title = TEXT("A store"), .meta = meta, .operation = "create"};
	require(desk, create_dialogue(desk->vault, &options, desk->arena, &created, &desk->error) == HANSARD_OK);
}

struct dialogue *desk_open(struct desk *desk)
{
	struct dialogue *dialogue = NULL;
	require(desk, dialogue_open(desk->vault, TEXT("d"), desk->arena, &dialogue, &desk->error) == HANSARD_OK);
	return dialogue;
}

enum hansard_status desk_register(struct desk *desk, const char *source)
{
	struct batch *batch;
	struct dialogue *dialogue = desk_open(desk);
	problem_begin(&desk->problems, desk->arena);
	desk->error = (struct hansard_error){0};
	enum hansard_status status =
		batch_read(desk->arena, desk_json(desk, source), &desk->problems, &batch, &desk->error);
	if (status == HANSARD_OK)
		status = register_round(dialogue, batch, &desk->problems, &desk->registered, &desk->error);
	return status;
}

enum hansard_status desk_update(struct desk *desk, const char *source)
{
	struct dialogue *dialogue = desk_open(desk);
	problem_begin(&desk->problems, desk->arena);
	desk->error = (struct hansard_error){0};
	return update_apply(dialogue, desk_json(desk, source), &desk->problems, &desk->updated, &desk->error);
}

enum hansard_status desk_verdict(struct desk *desk, const char *source)
{
	struct dialogue *dialogue = desk_open(desk);
	problem_begin(&desk->problems, desk->arena);
	desk->error = (struct hansard_error){0};
	return decide_verdict(dialogue, desk_json(desk, source), &desk->problems, &desk->decided, &desk->error);
}

enum hansard_status desk_status(struct desk *desk, const char *id, const char *status, const char *actor)
{
	struct dialogue *dialogue = desk_open(desk);
	const struct text actors[] = {text_of_string(actor)};
	const struct update_status update = {
		.id = text_of_string(id),
		.status = text_of_string(status),
		.actors = {.items = actors, .count = actor != NULL, .present = actor != NULL},
		.reason = TEXT("because"),
		.round = -1,
	};
	int64_t rev;
	problem_begin(&desk->problems, desk->arena);
	desk->error = (struct hansard_error){0};
	return update_status(dialogue, &update, &desk->problems, &rev, &desk->error);
}

enum hansard_status desk_adopt(struct desk *desk, const struct adopt_request *request)
{
	desk->error = (struct hansard_error){0};
	return adopt_record(desk->vault, request, desk->arena, &desk->adopted, &desk->error);
}

const struct problem *desk_problem(const struct desk *desk, enum problem_code code, const char *path)
{
	for (size_t i = 0; i < desk->problems.count; i++) {
		if (desk->problems.items[i].code == code && text_is(desk->problems.items[i].path, path))
			return &desk->problems.items[i];
	}
	for (size_t i = 0; i < desk->problems.count; i++) {
		const struct problem *problem = &desk->problems.items[i];
		printf("# %s at %.*s: %.*s\n", problem_code_name(problem->code), (int)problem->path.size, problem->path.data,
			   (int)problem->message.size, problem->message.data);
	}
	return NULL;
}

const struct entity_head *desk_statement(struct desk *desk, const char *id)
{
	struct display_id parsed;
	if (!display_id_parse(text_of_string(id), &parsed))
		return NULL;
	return record_find_id(&desk_open(desk)->record, parsed);
}

size_t desk_events(struct desk *desk, enum event_type type, const char *target)
{
	const struct record_list *events = &desk_open(desk)->record.lists[ENTITY_EVENT];
	size_t count = 0;
	for (size_t i = 0; i < events->count; i++) {
		struct item_key_event key;
		count += item_key_read_event(events->items[i]->subkey, &key) && text_is(key.target, target) &&
				 ((const struct entity_event *)events->items[i])->event_type == type;
	}
	return count;
}

bool desk_same(const struct record *a, const struct record *b)
{
	for (size_t t = 0; t < ENTITY_TYPE_COUNT; t++) {
		if (a->lists[t].count != b->lists[t].count) {
			printf("# %zu and %zu of type %zu\n", a->lists[t].count, b->lists[t].count, t);
			return false;
		}
		for (size_t i = 0; i < a->lists[t].count; i++) {
			if (!entity_equal(a->lists[t].items[i], b->lists[t].items[i])) {
				printf("# %.*s differs\n", (int)a->lists[t].items[i]->subkey.size, a->lists[t].items[i]->subkey.data);
				return false;
			}
		}
	}
	return true;
}
