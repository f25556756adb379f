/*
 * What a store consists of. Why WITHOUT ROWID: docs/decisions/0001-sqlite-layout.md.
 */
#include "sqlite_objects.h"

#include "error.h"

/* One object, as sqlite_schema tells it. */
struct object {
	const char *type;
	const char *name;
	const char *table; /* that it belongs to */
	bool needed;
	const char *sql;
};

static const struct object objects[] = {
	{"table", "store_meta", "store_meta", true,
	 "CREATE TABLE store_meta ("
	 "  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
	 "  stored_format INTEGER NOT NULL,"
	 "  identity TEXT NOT NULL"
	 ") STRICT"},
	{"table", "heads", "heads", true,
	 "CREATE TABLE heads ("
	 "  tenant TEXT NOT NULL,"
	 "  dialogue TEXT NOT NULL,"
	 "  rev INTEGER NOT NULL,"
	 "  hash BLOB NOT NULL,"
	 "  note BLOB NOT NULL,"
	 "  listed INTEGER NOT NULL,"
	 "  PRIMARY KEY (tenant, dialogue)"
	 ") STRICT, WITHOUT ROWID"},
	{"table", "items", "items", true,
	 "CREATE TABLE items ("
	 "  tenant TEXT NOT NULL,"
	 "  dialogue TEXT NOT NULL,"
	 "  type TEXT NOT NULL,"
	 "  subkey TEXT NOT NULL,"
	 "  rev INTEGER NOT NULL,"
	 "  status TEXT,"
	 "  updated_at TEXT,"
	 "  open_tension INTEGER NOT NULL,"
	 "  stored BLOB NOT NULL,"
	 "  PRIMARY KEY (tenant, dialogue, type, subkey),"
	 "  FOREIGN KEY (tenant, dialogue) REFERENCES heads"
	 ") STRICT, WITHOUT ROWID"},
	{"index", "dialogues_by_time", "items", true,
	 "CREATE INDEX dialogues_by_time ON items (tenant, updated_at, dialogue) WHERE type = 'meta'"},
	{"index", "dialogues_by_status", "items", true,
	 "CREATE INDEX dialogues_by_status ON items (tenant, status, updated_at, dialogue) WHERE type = 'meta'"},
	/* Its last column is what lets it answer alone: a condition of a partial index is looked up in the row. */
	{"index", "open_tensions", "items", true,
	 "CREATE INDEX open_tensions ON items (tenant, dialogue, subkey, status, open_tension) WHERE open_tension = 1"},
	{"table", "parts", "parts", true,
	 "CREATE TABLE parts ("
	 "  tenant TEXT NOT NULL,"
	 "  dialogue TEXT NOT NULL,"
	 "  type TEXT NOT NULL,"
	 "  subkey TEXT NOT NULL,"
	 "  n INTEGER NOT NULL,"
	 "  rev INTEGER NOT NULL,"
	 "  stored BLOB NOT NULL,"
	 "  PRIMARY KEY (tenant, dialogue, type, subkey, n),"
	 "  FOREIGN KEY (tenant, dialogue, type, subkey) REFERENCES items ON DELETE CASCADE"
	 ") STRICT, WITHOUT ROWID"},
	{"index", "parts_by_rev", "parts", true,
	 "CREATE INDEX parts_by_rev ON parts (tenant, dialogue, rev, type, subkey, n)"},
	{"table", "commits", "commits", true,
	 "CREATE TABLE commits ("
	 "  tenant TEXT NOT NULL,"
	 "  dialogue TEXT NOT NULL,"
	 "  rev INTEGER NOT NULL,"
	 "  attempt BLOB NOT NULL,"
	 "  stored BLOB NOT NULL,"
	 "  PRIMARY KEY (tenant, dialogue, rev),"
	 "  FOREIGN KEY (tenant, dialogue) REFERENCES heads"
	 ") STRICT, WITHOUT ROWID"},
	/* For people at a SQL prompt. */
	{"view", "dialogue_list", "dialogue_list", true,
	 "CREATE VIEW dialogue_list AS"
	 "  SELECT tenant, dialogue, status, updated_at, heads.rev AS rev,"
	 "    (SELECT count(*) FROM items AS entry WHERE entry.tenant = items.tenant AND entry.dialogue = items.dialogue)"
	 "      AS items"
	 "  FROM items JOIN heads USING (tenant, dialogue) WHERE type = 'meta'"},
	{"view", "entity_list", "entity_list", true,
	 "CREATE VIEW entity_list AS"
	 "  SELECT tenant, dialogue, type,"
	 "    CASE type"
	 "      WHEN 'perspective' THEN 'P' || replace(subkey, '#', '')"
	 "      WHEN 'tension' THEN 'T' || replace(subkey, '#', '')"
	 "      WHEN 'recommendation' THEN 'R' || replace(subkey, '#', '')"
	 "      WHEN 'evidence' THEN 'E' || replace(subkey, '#', '')"
	 "      WHEN 'claim' THEN 'C' || replace(subkey, '#', '')"
	 "      ELSE subkey"
	 "    END AS id,"
	 "    status, updated_at AS time, rev, length(stored) AS bytes FROM items"},
	{"view", "open_tension_list", "open_tension_list", true,
	 "CREATE VIEW open_tension_list AS"
	 "  SELECT tenant, dialogue, 'T' || replace(subkey, '#', '') AS id, status FROM items WHERE open_tension = 1"},
	/* What ANALYZE makes, where a person ran it. */
	{"table", "sqlite_stat1", "sqlite_stat1", false, "CREATE TABLE sqlite_stat1(tbl,idx,stat)"},
	{"table", "sqlite_stat4", "sqlite_stat4", false, "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"},
};
enum { OBJECTS = sizeof(objects) / sizeof(objects[0]) };

enum hansard_status sqlite_objects_make(struct sqlite_db *db, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < OBJECTS; i++)
		if (objects[i].needed)
			status = sqlite_db_execute(db, objects[i].sql, error);
	return status;
}

/* A row of sqlite_schema. */
struct row {
	struct text type;
	struct text name;
	struct text table;
	struct text sql;
};

static void blame(struct sqlite_objects_faults *faults, struct text type, struct text name, const char *what)
{
	if (faults->count < SQLITE_OBJECTS_NAMED) {
		snprintf(faults->named[faults->count].name, SQLITE_OBJECTS_NAME_SIZE, ERROR_TEXT " " ERROR_TEXT,
				 ERROR_TEXT_ARGS(type), ERROR_TEXT_ARGS(name));
		faults->named[faults->count].what = what;
	}
	faults->count++;
}

/* The object of this name, or OBJECTS. */
static size_t find(struct text name)
{
	size_t at = 0;
	while (at < OBJECTS && !text_is(name, objects[at].name))
		at++;
	return at;
}

static bool is_same(const struct row *row, const struct object *object)
{
	return text_is(row->type, object->type) && text_is(row->table, object->table) && text_is(row->sql, object->sql);
}

/* The index of a constraint has no text of its own: it is part of a table, which is looked at. */
static bool is_of_table(const struct row *row)
{
	return text_is(row->type, "index") && !text_present(row->sql) &&
		   text_starts_with(row->name, TEXT("sqlite_autoindex_"));
}

enum hansard_status sqlite_objects_compare(struct sqlite_db *db, struct sqlite_objects_faults *ret_faults,
										   struct hansard_error *error)
{
	bool seen[OBJECTS] = {false};
	ret_faults->count = 0;
	struct sqlite_query query = sqlite_query_begin(db, SQLITE_DB_OBJECTS);
	while (sqlite_query_row(&query)) {
		const struct row row = {
			.type = sqlite_query_column_text(&query, 0),
			.name = sqlite_query_column_text(&query, 1),
			.table = sqlite_query_column_text(&query, 2),
			.sql = sqlite_query_column_text(&query, 3),
		};
		const size_t at = find(row.name);
		if (at == OBJECTS && !is_of_table(&row))
			blame(ret_faults, row.type, row.name, "has no place in a store");
		else if (at < OBJECTS && (seen[at] || !is_same(&row, &objects[at])))
			blame(ret_faults, row.type, row.name, "is not the one that a store has");
		if (at < OBJECTS)
			seen[at] = true;
	}
	for (size_t i = 0; i < OBJECTS; i++)
		if (objects[i].needed && !seen[i])
			blame(ret_faults, text_of_string(objects[i].type), text_of_string(objects[i].name), "is missing");
	return sqlite_query_end(&query, error);
}

/* Refuses what `read` holds, in the name of a store; `outcome` is what comes of it. */
static enum hansard_status refuse(struct sqlite_db *read, const struct sqlite_db *store, const char *outcome,
								  struct hansard_error *error)
{
	struct sqlite_objects_faults faults;
	char others[32] = "";
	const enum hansard_status status = sqlite_objects_compare(read, &faults, error);
	if (status != HANSARD_OK || faults.count == 0)
		return status;
	if (faults.count > 1)
		snprintf(others, sizeof(others), ", and %zu more", faults.count - 1);
	error_set(error, HANSARD_VIOLATED, "schema_altered", "%s: %s %s%s: %s", (const char *)store->path.data,
			  faults.named[0].name, faults.named[0].what, others, outcome);
	error_hint(error,
			   "hansard doctor names everything of the kind. What was added can be dropped again; where a table was "
			   "altered, keep a copy of the file, export every dialogue and import them into a new store.");
	return HANSARD_VIOLATED;
}

enum hansard_status sqlite_objects_refuse(struct sqlite_db *db, struct hansard_error *error)
{
	return refuse(db, db, "nothing is written to it", error);
}

enum hansard_status sqlite_objects_refuse_copy(struct sqlite_db *copy, const struct sqlite_db *from,
											   struct hansard_error *error)
{
	return refuse(copy, from, "no backup is made of it", error);
}
