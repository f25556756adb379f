/*
 * What DynamoDB would be paid for: dialogues are written and loaded through its engine, over a table in this process, and every row is
 * weighed. Recorded dialogues, and generated ones of 100, 1,000 and 4,000 items.
 */
#include "adopt.h"
#include "bench.h"
#include "create.h"
#include "decide.h"
#include "derive.h"
#include "display_id.h"
#include "dynamodb_cost.h"
#include "fixture.h"
#include "generated.h"
#include "layouts.h"
#include "limits.h"
#include "measure.h"
#include "served.h"
#include "sources.h"
#include "verdict_context.h"
#include "weigh.h"

enum { LARGE = 4000, MIDDLE = 1000, SMALL = 100, VERDICTS_MAX = 64 };

/* The computed members of a verdict, were they stored: they are taken to have changed when their size has. */
struct verdict_copy {
	bool known;
	size_t bytes;
};

/* One dialogue in a table of its own. */
struct costing {
	const struct fixture *fixture; /* whose keys it has */
	struct arena *arena;
	struct served *served;
	struct vault *vault;
	struct weigh weigh;
	struct verdict_copy copies[VERDICTS_MAX]; /* in the order of the record */
	size_t rewritten, rewritten_bytes;
};

static void begin(struct costing *costing, const struct fixture *fixture)
{
	struct hansard_error error = {.status = HANSARD_OK};
	*costing = (struct costing){.fixture = fixture, .arena = arena_create(LIMIT_ARENA)};
	if (costing->arena == NULL)
		measure_die("no memory");
	weigh_begin(&costing->weigh, costing->arena);
	costing->served = served_make(&fixture->platform, (struct served_watch){weigh_transaction, &costing->weigh});
	const struct vault_options options = {
		.engine = served_engine(costing->served),
		.keyring = fixture->keyring,
		.actor = TEXT("bench"),
		.clock = {.now = fixture->platform.now, .context = fixture->platform.context},
		.entropy = {.fill = fixture->platform.entropy, .context = fixture->platform.context}};
	fixture_must(vault_create(&options, &costing->vault, &error), &error);
}

static void end(struct costing *costing)
{
	vault_destroy(costing->vault);
	weigh_end(&costing->weigh);
	served_destroy(costing->served);
	arena_destroy(costing->arena);
}

/* ---- figures ---- */

static double percent(double part, double whole)
{
	return 100 * part / whole;
}

static void tell_transactions(const struct weigh *weigh)
{
	char line[256] = "";
	size_t size = 0;
	for (size_t i = 0; i < weigh->transactions && i < WEIGH_TRANSACTIONS; i++)
		size += (size_t)snprintf(line + size, sizeof(line) - size, " %lld", (long long)weigh->units[i]);
	measure_note("cost", "  write units of each transaction:%s", line);
}

/* Without it there would be so much less of everything. */
static void tell_share(struct costing *costing, enum weigh_layout layout, const char *what)
{
	const struct weigh *weigh = &costing->weigh;
	const struct weigh_load all = weigh_load(&costing->weigh, WEIGH_AS_SENT),
							load = weigh_load(&costing->weigh, layout);
	const int64_t units = weigh->written[WEIGH_AS_SENT] - weigh->written[layout];
	const size_t bytes = weigh->sent[WEIGH_AS_SENT] - weigh->sent[layout];
	measure_note(
		"cost",
		"  %-12s %4lld of %lld write units (%.0f %%), %zu bytes (%.0f %%); a load: %lld of %lld units, %zu bytes", what,
		(long long)units, (long long)weigh->written[WEIGH_AS_SENT],
		percent((double)units, (double)weigh->written[WEIGH_AS_SENT]), bytes,
		percent((double)bytes, (double)weigh->sent[WEIGH_AS_SENT]), (long long)(all.units - load.units),
		(long long)all.units, all.bytes - load.bytes);
}

/* References one by one, and as fields of what they begin at. */
static void tell_layouts(struct costing *costing)
{
	static const struct {
		const char *name;
		enum weigh_layout layout;
	} rows[] = {{"one by one", WEIGH_AS_SENT}, {"inline", WEIGH_INLINE}, {"none", WEIGH_UNREFERENCED}};
	const struct weigh *weigh = &costing->weigh;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct weigh_load load = weigh_load(&costing->weigh, rows[i].layout);
		measure_note(
			"cost", "  references %-10s  %6lld write units, %8zu bytes; a load: %zu request%s, %4lld units, %7zu bytes",
			rows[i].name, (long long)weigh->written[rows[i].layout], weigh->sent[rows[i].layout], load.requests,
			load.requests == 1 ? "" : "s", (long long)load.units, load.bytes);
	}
	measure_note("cost", "  %zu references of %zu bytes; inline, %zu statements would be written again for them",
				 weigh->references, weigh->reference_bytes, weigh->rewritten);
}

/* Lists of display ids under their names, were they stored with a verdict. */
static size_t computed_bytes(const struct verdict_context *context)
{
	const struct {
		const char *name;
		size_t count;
	} lists[] = {{"tensions_resolved", context->tensions_resolved.count},
				 {"recommendations_adopted", context->recommendations_adopted.count},
				 {"key_evidence", context->key_evidence.count},
				 {"key_claims", context->key_claims.count}};
	size_t bytes = 0;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i].count > 0)
			bytes += 3 + strlen(lists[i].name) + lists[i].count * (1 + strlen("T0103"));
	return bytes;
}

/* After a commit: what the computed members of each verdict say now, and whether a stored copy would have to be written again. */
static void follow_verdicts(struct costing *costing, const struct record *record)
{
	const struct record_list *verdicts = &record->lists[ENTITY_VERDICT];
	struct hansard_error error = {.status = HANSARD_OK};
	const struct graph *graph;
	if (verdicts->count > VERDICTS_MAX)
		measure_die("more than %d verdicts", VERDICTS_MAX);
	fixture_must(graph_build(costing->arena, record, &graph, &error), &error);
	for (size_t i = 0; i < verdicts->count; i++) {
		const struct item_key key = {TEXT("verdict"), verdicts->items[i]->subkey};
		struct verdict_context context;
		fixture_must(verdict_context_of(costing->arena, graph, (const struct entity_verdict *)verdicts->items[i],
										&context, &error),
					 &error);
		const size_t bytes = computed_bytes(&context);
		struct verdict_copy *copy = &costing->copies[i];
		if (copy->known && copy->bytes != bytes) {
			costing->rewritten++;
			costing->rewritten_bytes += weigh_again(&costing->weigh, key, bytes);
		}
		*copy = (struct verdict_copy){.known = true, .bytes = bytes};
	}
}

static void tell_verdicts(struct costing *costing, const struct record *record)
{
	size_t bytes = 0;
	follow_verdicts(costing, record);
	for (size_t i = 0; i < VERDICTS_MAX; i++)
		bytes += costing->copies[i].bytes;
	measure_note(
		"cost",
		"  %zu verdicts whose computed members would be %zu bytes; kept true in %zu commits, they would be written "
		"again %zu times, %zu bytes, about %zu write units",
		record->lists[ENTITY_VERDICT].count, bytes, costing->weigh.transactions, costing->rewritten,
		costing->rewritten_bytes, costing->rewritten_bytes * DYNAMODB_COST_TRANSACTED / DYNAMODB_COST_WRITE_BYTES);
}

/* What was written, and one load of all of it. */
static void tell(struct costing *costing, struct text id, bool shares)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct served_count before = *served_count(costing->served);
	struct dialogue *dialogue;
	fixture_must(dialogue_open(costing->vault, id, costing->arena, &dialogue, &error), &error);
	const struct served_count *after = served_count(costing->served);
	const struct weigh_load load = weigh_load(&costing->weigh, WEIGH_AS_SENT);
	size_t parts = 0;
	for (size_t i = 0; i < dialogue->state->item_count; i++)
		parts += dialogue->state->items[i].parts;
	measure_note("cost", "%.*s: %zu items and %zu parts in %zu rows; %zu bytes of rows put, %zu stored", (int)id.size,
				 id.data, dialogue->state->item_count, parts, costing->weigh.count, before.bytes,
				 served_stored(costing->served));
	tell_transactions(&costing->weigh);
	measure_note("cost",
				 "  written: %zu transactions, %lld write units, indexes %lld + %lld; loads meanwhile %lld read units",
				 before.transactions, (long long)before.written, (long long)before.by_status,
				 (long long)before.by_tension_status, (long long)before.read);
	measure_note("cost", "  a load: %zu request%s, %zu bytes, %lld read units", after->queries - before.queries,
				 after->queries - before.queries == 1 ? "" : "s", load.bytes, (long long)(after->read - before.read));
	/* What is weighed is what was counted. */
	if (before.written != costing->weigh.written[WEIGH_AS_SENT] || before.bytes != costing->weigh.sent[WEIGH_AS_SENT] ||
		after->read - before.read != load.units || after->queries - before.queries != load.requests)
		measure_die("what was weighed is not what was sent");
	if (shares) {
		tell_share(costing, WEIGH_UNSEALED, "sealing");
		tell_share(costing, WEIGH_UNREFERENCED, "references");
		tell_share(costing, WEIGH_UNINDEXED, "index keys");
		tell_share(costing, WEIGH_FORGETFUL, "commits");
		tell_share(costing, WEIGH_FILELESS, "parts");
		measure_note("cost", "  of %zu bytes of items in bundles %zu are no newest versions",
					 costing->weigh.entry_bytes, costing->weigh.entry_bytes - costing->weigh.newest_bytes);
	}
	tell_layouts(costing);
	tell_verdicts(costing, &dialogue->record);
}

/* ---- recorded dialogues ---- */

static void cost_source(const struct bench *bench, const struct fixture *fixture, const struct source *source)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct costing costing;
	struct derive_result derived;
	struct adopt_result result;
	begin(&costing, fixture);
	const struct derive_request derive = {.dialogue_id = source->id,
										  .source_key = source->source_key,
										  .now = TEXT("2026-01-01T00:00:00.000000Z"),
										  .files = source->files,
										  .file_count = source->file_count};
	fixture_must(derive_record(costing.arena, &derive, &derived, &error), &error);
	const struct adopt_request adopt = {.wanted = &derived.record};
	fixture_must(adopt_record(costing.vault, &adopt, costing.arena, &result, &error), &error);
	const size_t size = strlen(bench->dialogue);
	tell(&costing, source->id, source->id.size >= size && memcmp(source->id.data, bench->dialogue, size) == 0);
	end(&costing);
}

static void cost_recordings(const struct bench *bench, const struct fixture *fixture)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct source_list sources;
	if (arena == NULL)
		measure_die("no memory");
	fixture_must(sources_collect(arena, text_of_string(bench->recordings), TEXT_ABSENT, &sources, &error), &error);
	for (size_t i = 0; i < sources.count; i++)
		cost_source(bench, fixture, &sources.items[i]);
	arena_destroy(arena);
}

/* ---- generated ones ---- */

/* The verdict after a round adopts its recommendations. */
static void decide(struct costing *costing, struct text id, int round)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct problem_list problems;
	struct dialogue *dialogue;
	struct decide_result result;
	json_t *adopted = json_array();
	problem_begin(&problems, costing->arena);
	fixture_must(dialogue_open(costing->vault, id, costing->arena, &dialogue, &error), &error);
	follow_verdicts(costing, &dialogue->record);
	for (size_t i = 0; i < dialogue->record.lists[ENTITY_RECOMMENDATION].count; i++) {
		char text[DISPLAY_ID_SIZE];
		struct display_id display;
		if (display_id_of(dialogue->record.lists[ENTITY_RECOMMENDATION].items[i], &display) && display.round == round)
			json_array_append_new(adopted, json_string(display_id_format(display, text).data));
	}
	json_t *verdict = json_pack("{s:s, s:s, s:o}", "type", "interim", "recommendation",
								"What this round recommends is done until another one says otherwise.",
								"recommendations_adopted", adopted);
	fixture_must(decide_verdict(dialogue, verdict, &problems, &result, &error), &error);
	json_decref(verdict);
}

static void cost_generated(const struct fixture *fixture, size_t items)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct costing costing;
	struct text title, id;
	begin(&costing, fixture);
	if (!arena_format(costing.arena, &title, "Generated %zu", items))
		measure_die("no memory");
	const struct create_options options = {.title = title, .operation = "create"};
	fixture_must(create_dialogue(costing.vault, &options, costing.arena, &id, &error), &error);
	for (int round = 0; round < GENERATED_ROUNDS; round++) {
		json_t *json = generated_round(round, generated_statements(items));
		fixture_register(costing.vault, id, json);
		json_decref(json);
		decide(&costing, id, round);
	}
	tell(&costing, id, true);
	end(&costing);
}

void cost_run(struct bench *bench)
{
	static const size_t items[] = {SMALL, MIDDLE, LARGE};
	struct fixture *fixture = fixture_make(bench->folder, "cost");
	if (bench->recordings != NULL)
		cost_recordings(bench, fixture);
	for (size_t i = 0; i < (bench->quick ? 1 : sizeof(items) / sizeof(items[0])); i++)
		cost_generated(fixture, items[i]);
	layouts_time(bench, fixture, items, bench->quick ? 1 : sizeof(items) / sizeof(items[0]));
	fixture_destroy(fixture);
}
