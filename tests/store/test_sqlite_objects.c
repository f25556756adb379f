/*
 * Tables, indexes, views and triggers that somebody put into a store or changed there: nothing is written to it, what can be
 * read is read, and each is named.
 */
#include <dirent.h>

#include "place.h"
#include "sqlite_objects.h"

#define INDEXES                                                                                                        \
	"CREATE INDEX dialogues_by_time ON items (tenant, updated_at, dialogue) WHERE type = 'meta';"                      \
	"CREATE INDEX dialogues_by_status ON items (tenant, status, updated_at, dialogue) WHERE type = 'meta';"            \
	"CREATE INDEX open_tensions ON items (tenant, dialogue, subkey, status, open_tension) WHERE open_tension = 1;"

#define COLUMNS "tenant, dialogue, type, subkey, rev, status, updated_at, open_tension, stored"

/* Its perspectives take the place of a file, one after the other. */
#define REPLACING                                                                                                      \
	"PRAGMA foreign_keys = OFF; CREATE TABLE kept AS SELECT * FROM items; DROP TABLE items;"                           \
	"CREATE TABLE items (  tenant TEXT NOT NULL,  dialogue TEXT NOT NULL,  type TEXT NOT NULL,"                        \
	"  subkey TEXT NOT NULL,  rev INTEGER NOT NULL,  status TEXT,  updated_at TEXT,"                                   \
	"  open_tension INTEGER NOT NULL,  stored BLOB NOT NULL,  slot TEXT GENERATED ALWAYS AS"                           \
	"  (CASE type WHEN 'perspective' THEN 'file00003' ELSE type || subkey END) VIRTUAL,"                               \
	"  PRIMARY KEY (tenant, dialogue, type, subkey), UNIQUE (tenant, slot) ON CONFLICT REPLACE,"                       \
	"  FOREIGN KEY (tenant, dialogue) REFERENCES heads) STRICT, WITHOUT ROWID;"                                        \
	"INSERT INTO items (" COLUMNS ") SELECT " COLUMNS " FROM kept; DROP TABLE kept;" INDEXES

/* What is done to a store, and what is then said of the first object at fault. */
static const struct alteration {
	const char *sql;
	const char *says;
	bool readable; /* the dialogue can still be loaded */
} alterations[] = {
	{REPLACING, "table items is not the one that a store has", true},
	{"CREATE TRIGGER thief AFTER INSERT ON items BEGIN DELETE FROM items; END", "trigger thief has no place in a store",
	 true},
	{"CREATE VIEW titles AS SELECT 1", "view titles has no place in a store", true},
	{"CREATE TABLE more (a UNIQUE)", "table more has no place in a store", true},
	{"CREATE INDEX by_rev ON items (rev)", "index by_rev has no place in a store", true},
	{"DROP INDEX open_tensions", "index open_tensions is missing", true},
	{"DROP VIEW entity_list", "view entity_list is missing", true},
	{"DROP INDEX parts_by_rev; CREATE INDEX parts_by_rev ON parts (n)",
	 "index parts_by_rev is not the one that a store has", true},
	{"DROP INDEX open_tensions; CREATE INDEX open_tensions ON items (tenant, dialogue, subkey, status, open_tension) "
	 "WHERE open_tension = 1 AND dialogue <> 'kept'",
	 "index open_tensions is not the one that a store has", true},
	{"DROP VIEW open_tension_list; CREATE VIEW open_tension_list AS SELECT 1",
	 "view open_tension_list is not the one that a store has", true},
	{"ALTER TABLE items ADD COLUMN note TEXT", "table items is not the one that a store has", true},
	{"ALTER TABLE heads RENAME TO hats; ALTER TABLE hats RENAME TO heads",
	 "table heads is not the one that a store has", true},
	{"CREATE TABLE x (a); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'sqlite_stat4',"
	 "tbl_name = 'sqlite_stat4', sql = 'CREATE TABLE sqlite_stat4(a)' WHERE name = 'x'",
	 "table sqlite_stat4 is not the one that a store has", true},
	{"DROP TABLE commits", "table commits is missing", false},
};

/* The file takes no commit, keeps its revision, and says why. */
static void expect_refused(struct place *place, struct store_engine *engine, struct draft_head head, const char *says)
{
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	struct draft draft = place_second(place, engine);
	expect_integer(draft_try(&draft, &head, &result, &error), HANSARD_VIOLATED);
	expect_string(error.kind, "schema_altered");
	expect(strstr(error.message, place->path) != NULL && strstr(error.message, says) != NULL);
	expect(error.hint[0] != '\0');
}

/* How many findings of the schema a check has that are not good; *ret_first is what the first says. */
static size_t count_findings(struct place *place, struct store_engine *engine, struct text *ret_first)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_findings findings;
	size_t bad = 0;
	expect_good(engine->ops->check(engine, true, place->arena, &findings, &error), &error);
	*ret_first = TEXT_ABSENT;
	for (size_t i = 0; i < findings.count; i++) {
		if (!text_is(findings.items[i].subject, "schema") || findings.items[i].good)
			continue;
		*ret_first = bad == 0 ? findings.items[i].detail : *ret_first;
		bad++;
	}
	return bad;
}

static size_t count_files(const char *path)
{
	size_t count = 0;
	DIR *folder = opendir(path);
	expect(folder != NULL);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static bool loads(struct place *place, struct store_engine *engine)
{
	const struct store_partition partition = place_partition(engine);
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	return partition.store->load(&partition, place->arena, &view, &error) == HANSARD_OK && view.exists &&
		   view.item_count == 14 && draft_note_rev(view.note) == 1;
}

static void altered_stores_are_read_and_not_written(void)
{
	static const enum sqlite_engine_mode modes[] = {SQLITE_ENGINE_OPEN, SQLITE_ENGINE_READ_ONLY};
	for (size_t i = 0; i < sizeof(alterations) / sizeof(alterations[0]); i++) {
		struct place place;
		struct text first;
		const struct draft_head head = place_begin_written(&place);
		place_raw(&place, alterations[i].sql);
		for (size_t k = 0; k < sizeof(modes) / sizeof(modes[0]); k++) {
			struct store_engine *engine = place_open(&place, modes[k]);
			expect(loads(&place, engine) == alterations[i].readable);
			if (modes[k] == SQLITE_ENGINE_OPEN)
				expect_refused(&place, engine, head, alterations[i].says);
			expect(loads(&place, engine) == alterations[i].readable);
			expect(count_findings(&place, engine, &first) >= 1);
			expect_text(first, alterations[i].says);
			place_close(engine);
		}
		place_finish(&place);
	}
}

static void stores_altered_while_open_are_not_written(void)
{
	struct place place;
	struct draft_head head = place_begin_written(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	expect(loads(&place, engine));
	place_raw(&place, "CREATE TRIGGER thief AFTER INSERT ON items BEGIN DELETE FROM items; END");
	expect_refused(&place, engine, head, "trigger thief has no place in a store");
	place_raw(&place, "DROP TRIGGER thief");
	struct draft draft = place_second(&place, engine);
	draft_send(&draft, &head);
	place_close(engine);
	place_expect_rev(&place, 2);
	place_finish(&place);
}

/* What people do with their own files leaves the objects as they are. */
static void kept_stores_are_written(void)
{
	static const char *const uses[] = {"VACUUM", "ANALYZE", "REINDEX", "PRAGMA optimize",
									   "PRAGMA journal_mode = WAL; PRAGMA journal_mode = DELETE"};
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct place place;
		struct draft_head head = place_begin_written(&place);
		place_raw(&place, uses[i]);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		struct draft draft = place_second(&place, engine);
		draft_send(&draft, &head);
		place_close(engine);
		place_expect_rev(&place, 2);
		place_finish(&place);
	}
}

static void copies_are_written(void)
{
	for (int vacuumed = 0; vacuumed < 2; vacuumed++) {
		struct place place;
		struct draft_head head = place_begin_written(&place);
		struct hansard_error error = {.status = HANSARD_OK};
		struct text sql;
		char path[sizeof(place.path)];
		snprintf(path, sizeof(path), "%s/copy.db", place.folder);
		expect(arena_format(place.arena, &sql, "VACUUM INTO '%s'", path));
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		if (vacuumed)
			place_raw(&place, sql.data);
		else
			expect_good(engine->ops->backup(engine, text_of_string(path), &error), &error);
		place_close(engine);
		memcpy(place.path, path, sizeof(path));
		engine = place_open(&place, SQLITE_ENGINE_OPEN);
		struct draft draft = place_second(&place, engine);
		draft_send(&draft, &head);
		place_close(engine);
		place_expect_rev(&place, 2);
		place_finish(&place);
	}
}

/* A backup of an altered store would be one, too: none is made, and nothing is left of the attempt. */
static void altered_stores_are_not_copied(void)
{
	for (size_t i = 0; i < sizeof(alterations) / sizeof(alterations[0]); i++) {
		struct place place;
		struct hansard_error error = {.status = HANSARD_OK};
		char path[sizeof(place.path)];
		place_begin_written(&place);
		snprintf(path, sizeof(path), "%s/copy.db", place.folder);
		place_raw(&place, alterations[i].sql);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_READ_ONLY);
		const size_t files = count_files(place.folder);
		expect_integer(engine->ops->backup(engine, text_of_string(path), &error), HANSARD_VIOLATED);
		expect_string(error.kind, "schema_altered");
		expect(strstr(error.message, place.path) != NULL && strstr(error.message, alterations[i].says) != NULL);
		expect(strstr(error.message, "no backup is made") != NULL && error.hint[0] != '\0');
		expect_integer(count_files(place.folder), files);
		place_close(engine);
		place_finish(&place);
	}
}

static void many_objects_are_counted(void)
{
	struct place place;
	struct text first;
	place_begin_written(&place);
	for (int i = 0; i < SQLITE_OBJECTS_NAMED + 3; i++) {
		struct text sql;
		expect(arena_format(place.arena, &sql, "CREATE VIEW view_%02d AS SELECT 1", i));
		place_raw(&place, sql.data);
	}
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_READ_ONLY);
	expect_integer(count_findings(&place, engine, &first), SQLITE_OBJECTS_NAMED + 1);
	expect_text(first, "view view_00 has no place in a store");
	struct hansard_error error = {.status = HANSARD_OK};
	struct text path;
	expect(arena_format(place.arena, &path, "%s/copy.db", place.folder));
	expect_integer(engine->ops->backup(engine, path, &error), HANSARD_VIOLATED);
	expect(strstr(error.message, "view view_00 has no place in a store, and 18 more: ") != NULL);
	place_close(engine);
	place_finish(&place);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a store with objects that are altered, planted or missing is read, not written, and names them",
		 altered_stores_are_read_and_not_written},
		{"a store that is altered while it is open is not written", stores_altered_while_open_are_not_written},
		{"a store that was vacuumed, analysed or indexed anew is written", kept_stores_are_written},
		{"a copy of a store, vacuumed or not, is written", copies_are_written},
		{"of a store with objects that are altered, planted or missing no backup is made",
		 altered_stores_are_not_copied},
		{"of very many objects the first are named and all are counted", many_objects_are_counted},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
