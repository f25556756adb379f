/*
 * How a SQLite store is read: by which indexes and at which cost, by people, and under which settings.
 */
#include <sys/stat.h>

#include "place.h"
#include "sqlite_db.h"
#include "sqlite_schema.h"

/* Of many items of a partition, and of each its parts. */
#define REMOVE_ITEMS                                                                                                   \
	"SEARCH items USING PRIMARY KEY (tenant=? AND dialogue=?) | "                                                      \
	"SEARCH parts USING PRIMARY KEY (tenant=? AND dialogue=? AND type=? AND subkey=?)"

/* How SQLite reaches each row that a statement reads: by all that the statement says of it, in the order that is
   asked for. Steps are parted by " | "; a statement that is not here reaches none. */
static const char *const plans[SQLITE_DB_STATEMENT_COUNT] = {
	[SQLITE_DB_HEAD] = "SEARCH heads USING PRIMARY KEY (tenant=? AND dialogue=?)",
	[SQLITE_DB_HEADLESS] =
		"SCALAR SUBQUERY 4 | SEARCH heads USING PRIMARY KEY (tenant=? AND dialogue=?) | SCALAR SUBQUERY 1 | "
		"SEARCH items USING PRIMARY KEY (tenant=? AND dialogue=?) | SCALAR SUBQUERY 2 | "
		"SEARCH parts USING COVERING INDEX parts_by_rev (tenant=? AND dialogue=?) | SCALAR SUBQUERY 3 | "
		"SEARCH commits USING PRIMARY KEY (tenant=? AND dialogue=?)",
	[SQLITE_DB_ITEMS] = "SEARCH items USING PRIMARY KEY (tenant=? AND dialogue=?)",
	[SQLITE_DB_HISTORY] = "SEARCH commits USING PRIMARY KEY (tenant=? AND dialogue=? AND rev>? AND rev<?)",
	[SQLITE_DB_PARTS] = "SEARCH parts USING INDEX parts_by_rev (tenant=? AND dialogue=? AND rev=?)",
	[SQLITE_DB_ONE_COMMIT] = "SEARCH commits USING PRIMARY KEY (tenant=? AND dialogue=? AND rev=?)",
	[SQLITE_DB_REMOVE_ITEM] = "SEARCH items USING PRIMARY KEY (tenant=? AND dialogue=? AND type=? AND subkey=?) | "
							  "SEARCH parts USING PRIMARY KEY (tenant=? AND dialogue=? AND type=? AND subkey=?)",
	[SQLITE_DB_REMOVE_PARTS] = "SEARCH parts USING PRIMARY KEY (tenant=? AND dialogue=? AND type=? AND subkey=?)",
	[SQLITE_DB_REMOVE_REVISION] = REMOVE_ITEMS,
	[SQLITE_DB_REMOVE_COMMIT] = "SEARCH commits USING PRIMARY KEY (tenant=? AND dialogue=? AND rev=?)",
	[SQLITE_DB_REMOVE_ALL_PARTS] = "SEARCH parts USING COVERING INDEX parts_by_rev (tenant=? AND dialogue=?)",
	[SQLITE_DB_REMOVE_ALL_ITEMS] = REMOVE_ITEMS,
	[SQLITE_DB_REMOVE_OTHER_COMMITS] = "SEARCH commits USING PRIMARY KEY (tenant=? AND dialogue=?)",
	[SQLITE_DB_PUT_COPIES] = "SEARCH items USING PRIMARY KEY (tenant=? AND dialogue=? AND type=? AND subkey=?)",
	[SQLITE_DB_DIALOGUES] = "SEARCH items USING INDEX dialogues_by_time (tenant=? AND (updated_at,dialogue)<(?,?))",
	[SQLITE_DB_DIALOGUES_OF_STATUS] =
		"SEARCH items USING INDEX dialogues_by_status (tenant=? AND status=? AND (updated_at,dialogue)<(?,?))",
	[SQLITE_DB_TENSIONS] = "SEARCH items USING COVERING INDEX open_tensions (tenant=? AND (dialogue,subkey)>(?,?))",
	[SQLITE_DB_PARTITIONS] = "SEARCH heads USING PRIMARY KEY (tenant=? AND dialogue>? AND dialogue<?)",
	[SQLITE_DB_COUNTS] = "COMPOUND QUERY | LEFT-MOST SUBQUERY | "
						 "SEARCH items USING COVERING INDEX dialogues_by_status (tenant=?) | UNION ALL | "
						 "SEARCH items USING COVERING INDEX open_tensions (tenant=?)",
	[SQLITE_DB_OBJECTS] = "SCAN sqlite_schema",
};

/* The steps of a statement's plan. */
static const char *plan_of(struct place *place, sqlite3_stmt *statement)
{
	struct text sql;
	struct text steps = TEXT("");
	sqlite3_stmt *plan;
	sqlite3 *handle = sqlite3_db_handle(statement);
	expect(arena_format(place->arena, &sql, "EXPLAIN QUERY PLAN %s", sqlite3_sql(statement)));
	expect(sqlite3_prepare_v2(handle, sql.data, (int)sql.size, &plan, NULL) == SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);
		expect(step != NULL);
		if (strcmp(step, "SCAN CONSTANT ROW") != 0) /* of INSERT */
			expect(arena_format(place->arena, &steps, "%s%s%s", steps.data, steps.size == 0 ? "" : " | ", step));
	}
	sqlite3_finalize(plan);
	return steps.data;
}

static void every_statement_uses_its_index(void)
{
	struct place place;
	place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	for (size_t i = 0; i < SQLITE_DB_STATEMENT_COUNT; i++) {
		struct sqlite_db *db = &((struct sqlite_engine *)engine)->db;
		expect_integer(sqlite_db_prepare(db, (enum sqlite_db_statement)i), SQLITE_OK);
		const char *steps = plan_of(&place, db->statements[i]);
		expect_string(steps, plans[i] == NULL ? "" : plans[i]);
	}
	place_close(engine);
	place_finish(&place);
}

/* What one load costs: steps of SQLite's machine, and pages asked for. */
struct cost {
	int steps;
	int pages;
};

/* Takes the steps that the statements ran since this was asked last; one that nothing has used has run none. */
static int take_steps(struct sqlite_db *db)
{
	int steps = 0;
	for (size_t i = 0; i < SQLITE_DB_STATEMENT_COUNT; i++)
		if (db->statements[i] != NULL)
			steps += sqlite3_stmt_status(db->statements[i], SQLITE_STMTSTATUS_VM_STEP, 1);
	return steps;
}

static struct cost cost_of_load(struct place *place, struct store_engine *engine)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct store_partition partition = place_partition(engine);
	struct sqlite_db *db = &((struct sqlite_engine *)engine)->db;
	struct store_view view;
	struct cost cost = {.steps = 0};
	int highest;
	int misses;
	take_steps(db);
	sqlite3_db_status(db->handle, SQLITE_DBSTATUS_CACHE_HIT, &cost.pages, &highest, 1);
	sqlite3_db_status(db->handle, SQLITE_DBSTATUS_CACHE_MISS, &misses, &highest, 1);
	expect_good(partition.store->load(&partition, place->arena, &view, &error), &error);
	expect(view.exists);
	cost.steps = take_steps(db);
	sqlite3_db_status(db->handle, SQLITE_DBSTATUS_CACHE_HIT, &cost.pages, &highest, 1);
	sqlite3_db_status(db->handle, SQLITE_DBSTATUS_CACHE_MISS, &misses, &highest, 1);
	cost.pages += misses;
	return cost;
}

static void a_load_costs_the_same_among_many(void)
{
	struct place place;
	place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	const struct cost alone = cost_of_load(&place, engine);
	for (int i = 0; i < 1000; i++) {
		struct text id;
		struct draft_head head = {.rev = 0};
		expect(arena_format(place.arena, &id, "other-%d", i));
		struct draft draft = draft_begin(place.arena, store_engine_partition(engine, TEXT("t"), id));
		for (int k = 1; k <= 5; k++) {
			struct text subkey;
			expect(arena_format(place.arena, &subkey, "%05d", k));
			draft_put(&draft, (struct item_key){.type = TEXT("file"), .subkey = subkey}, NULL, 1000);
		}
		draft_send(&draft, &head);
	}
	const struct cost among = cost_of_load(&place, engine);
	expect(alone.steps > 0 && alone.pages > 0);
	expect(among.steps <= alone.steps + 4); /* a neighbour ends the range, alone the end of the tree does */
	/* Each of three trees may have become one or two pages higher, and a partition may begin in the middle of a
	   page. */
	printf("# pages: alone %d, among 1,000 others %d\n", alone.pages, among.pages);
	expect(among.pages <= alone.pages + 8);
	place_close(engine);
	place_finish(&place);
}

/* Steps of SQLite's machine that a page of partitions, all open tensions, and the counts take. */
struct analytics_cost {
	int partitions;
	int tensions;
	int counts;
};

static struct analytics_cost cost_of_analytics(struct place *place, struct store_engine *engine, const char *prefix)
{
	struct hansard_error error = {.status = HANSARD_OK};
	sqlite3_stmt **statements = ((struct sqlite_engine *)engine)->db.statements;
	const struct analytics_request request = {
		.tenant = TEXT("t"), .limit = 10, .cursor = TEXT_ABSENT, .prefix = text_of_string(prefix)};
	struct analytics_page page;
	struct analytics_counts counts;
	expect_good(engine->analytics->partitions(engine, &request, place->arena, &page, &error), &error);
	expect_integer(page.count, 1);
	expect_good(engine->analytics->tensions(engine, &request, place->arena, &page, &error), &error);
	expect_integer(page.count, 10);
	expect_good(engine->analytics->counts(engine, TEXT("t"), &counts, &error), &error);
	expect_integer(counts.tensions_open, 10);
	return (struct analytics_cost){
		.partitions = sqlite3_stmt_status(statements[SQLITE_DB_PARTITIONS], SQLITE_STMTSTATUS_VM_STEP, 1),
		.tensions = sqlite3_stmt_status(statements[SQLITE_DB_TENSIONS], SQLITE_STMTSTATUS_VM_STEP, 1),
		.counts = sqlite3_stmt_status(statements[SQLITE_DB_COUNTS], SQLITE_STMTSTATUS_VM_STEP, 1),
	};
}

/* A hundred other dialogues without meta and tensions, in front of the one that is asked for. */
static void analytics_read_what_they_answer(void)
{
	struct place place;
	place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	const struct analytics_cost alone = cost_of_analytics(&place, engine, "kept");
	for (int i = 0; i < 100; i++) {
		struct text id;
		struct draft_head head = {.rev = 0};
		expect(arena_format(place.arena, &id, "before-%d", i));
		struct draft draft = draft_begin(place.arena, store_engine_partition(engine, TEXT("t"), id));
		draft_put(&draft, draft_key("round", "00"), NULL, 100);
		draft_send(&draft, &head);
	}
	const struct analytics_cost among = cost_of_analytics(&place, engine, "kept");
	expect_integer(among.partitions, alone.partitions);
	expect_integer(among.tensions, alone.tensions);
	expect_integer(among.counts, alone.counts);
	place_close(engine);
	place_finish(&place);
}

static void people_can_look_in(void)
{
	static const char *const questions[][2] = {
		{"SELECT dialogue || ' ' || status || ' ' || updated_at || ' ' || rev || ' ' || items FROM dialogue_list",
		 "kept open 2026-01-01T00:00:00.000000Z 1 14"},
		{"SELECT count(*) FROM entity_list WHERE type = 'tension' AND id = 'T0003' AND status = 'open'", "1"},
		{"SELECT min(id) || ' ' || max(id) FROM open_tension_list", "T0001 T0010"},
	};
	struct place place;
	place_begin_written(&place);
	sqlite3 *handle;
	expect(sqlite3_open(place.path, &handle) == SQLITE_OK);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		sqlite3_stmt *statement;
		expect(sqlite3_prepare_v2(handle, questions[i][0], -1, &statement, NULL) == SQLITE_OK);
		expect_integer(sqlite3_step(statement), SQLITE_ROW);
		expect_string((const char *)sqlite3_column_text(statement, 0), questions[i][1]);
		sqlite3_finalize(statement);
	}
	sqlite3_close(handle);
	place_finish(&place);
}

static void settings_are_what_they_should_be(void)
{
	static const struct {
		const char *pragma;
		int64_t value;
	} settings[] = {
		{"PRAGMA synchronous", 3},   {"PRAGMA foreign_keys", 1},  {"PRAGMA trusted_schema", 0},
		{"PRAGMA secure_delete", 1}, {"PRAGMA busy_timeout", 30}, {"PRAGMA cell_size_check", 1},
		{"PRAGMA page_size", 16384}, {"PRAGMA user_version", 1},  {"PRAGMA application_id", 0x68616e73},
	};
	struct place place;
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_findings findings;
	place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		int64_t value = -1;
		expect_good(sqlite_schema_integer(&((struct sqlite_engine *)engine)->db, settings[i].pragma, &value, &error),
					&error);
		expect_integer(value, settings[i].value);
	}
	expect_good(engine->ops->check(engine, false, place.arena, &findings, &error), &error);
	bool shown = false;
	for (size_t i = 0; i < findings.count; i++)
		if (text_is(findings.items[i].subject, "journal"))
			shown = text_starts_with(findings.items[i].detail,
									 text_of_string(sqlite3_libversion_number() >= 3051003 ? "wal" : "delete"));
	expect(shown);
	place_close(engine);
	place_finish(&place);
}

/* The bytes of a file, folded: what was written into it meanwhile shows. */
static uint64_t bytes_of(const char *path)
{
	uint64_t sum = 14695981039346656037u;
	FILE *file = fopen(path, "rb");
	expect(file != NULL);
	for (int byte = fgetc(file); byte != EOF; byte = fgetc(file))
		sum = (sum ^ (uint64_t)byte) * 1099511628211u;
	fclose(file);
	return sum;
}

static void readers_leave_logs_to_writers(void)
{
	struct place place;
	struct stat log;
	struct store_view view;
	struct hansard_error error = {.status = HANSARD_OK};
	char name[FOLDER_SIZE + 64];
	place_begin_written(&place);
	snprintf(name, sizeof(name), "%s-wal", place.path);
	place_raw(&place, "PRAGMA journal_mode = WAL");
	struct store_engine *reader = place_open(&place, SQLITE_ENGINE_READ_ONLY);
	const struct store_partition partition = place_partition(reader);
	expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
	const uint64_t before = bytes_of(place.path);
	place_raw(&place, "CREATE TABLE later (a)");
	expect(stat(name, &log) == 0 && log.st_size > 0);
	place_close(reader);
	expect(bytes_of(place.path) == before);
	expect(stat(name, &log) == 0 && log.st_size > 0);
	place_raw(&place, "DROP TABLE later");
	expect(stat(name, &log) != 0);
	/* Of a log that nobody wrote nothing stays. */
	reader = place_open(&place, SQLITE_ENGINE_READ_ONLY);
	place_close(reader);
	expect(stat(name, &log) != 0);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"every statement reaches its rows by its index", every_statement_uses_its_index},
		{"a load costs the same among a thousand dialogues", a_load_costs_the_same_among_many},
		{"analytics read what they answer, not the partitions beside it", analytics_read_what_they_answer},
		{"people at a SQL prompt see types, ids, statuses and times", people_can_look_in},
		{"settings are what they should be", settings_are_what_they_should_be},
		{"what others wrote to a log is not written into the database by who only reads",
		 readers_leave_logs_to_writers},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
