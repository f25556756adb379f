/*
 * Findings. The shallow ones read the head of the file, the deep ones every page and every item.
 */
#include "sqlite_check.h"

#include "error.h"
#include "limits.h"
#include "sqlite_objects.h"
#include "sqlite_rows.h"
#include "sqlite_schema.h"
#include "store_index.h"

enum {
	FINDINGS_MAX = 13 + SQLITE_OBJECTS_NAMED,
	TENANTS_NAMED = 16,
	RESERVED_NAMED = 16,
	KEY_BYTES_MAX = 1024, /* of all columns of a row but its longest */
};

/* What is being collected. */
struct checkup {
	struct sqlite_engine *engine;
	struct arena *arena;
	struct store_findings findings;
	bool damaged; /* a page is damaged, or a row is larger than any that a store has */
};

static bool add(struct checkup *checkup, bool good, struct text subject, struct text detail)
{
	struct store_finding *finding = &checkup->findings.items[checkup->findings.count];
	*finding = (struct store_finding){.good = good, .subject = subject};
	if (!arena_copy_text(checkup->arena, detail, &finding->detail))
		return false;
	checkup->findings.count++;
	return true;
}

static enum hansard_status check_release(struct checkup *checkup, struct hansard_error *error)
{
	struct text detail;
	if (!arena_format(checkup->arena, &detail, "tables of version %d, stored items of version %d",
					  (int)SQLITE_SCHEMA_VERSION, (int)SQLITE_SCHEMA_STORED_FORMAT) ||
		!add(checkup, true, TEXT("file"), text_of_string((const char *)checkup->engine->db.path.data)) ||
		!add(checkup, true, TEXT("format"), detail) ||
		!add(checkup, true, TEXT("sqlite"), text_of_string(sqlite3_libversion())))
		return error_memory(error);
	return HANSARD_OK;
}

static enum hansard_status check_journal(struct checkup *checkup, struct hansard_error *error)
{
	struct text mode = TEXT_ABSENT;
	struct sqlite_query query = sqlite_query_once(&checkup->engine->db, "PRAGMA journal_mode");
	if (sqlite_query_row(&query))
		mode = sqlite_query_copy_text(&query, 0, checkup->arena);
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK)
		return status;
	const bool safe = sqlite_schema_wal_safe();
	const bool good = text_is(mode, safe ? "wal" : "delete");
	struct text detail;
	if (!arena_format(checkup->arena, &detail, "%.*s: %s", (int)mode.size, text_present(mode) ? mode.data : "",
					  safe ? "WAL is safe with this SQLite" : "WAL is safe from SQLite 3.51.3 on") ||
		!add(checkup, good || checkup->engine->read_only, TEXT("journal"), detail))
		return error_memory(error);
	return HANSARD_OK;
}

/* Each object that is missing, altered or planted. */
static enum hansard_status check_schema(struct checkup *checkup, struct hansard_error *error)
{
	struct sqlite_objects_faults faults;
	const enum hansard_status status = sqlite_objects_compare(&checkup->engine->db, &faults, error);
	if (status != HANSARD_OK)
		return status;
	struct text detail;
	bool enough = faults.count > 0 ||
				  add(checkup, true, TEXT("schema"), TEXT("good: tables, indexes and views are those of a store"));
	for (size_t i = 0; enough && i < faults.count && i < SQLITE_OBJECTS_NAMED; i++)
		enough = arena_format(checkup->arena, &detail, "%s %s", faults.named[i].name, faults.named[i].what) &&
				 add(checkup, false, TEXT("schema"), detail);
	if (enough && faults.count > SQLITE_OBJECTS_NAMED)
		enough = arena_format(checkup->arena, &detail, "and %zu more", faults.count - SQLITE_OBJECTS_NAMED) &&
				 add(checkup, false, TEXT("schema"), detail);
	return enough ? HANSARD_OK : error_memory(error);
}

/* Rows of a pragma are complaints, but for a single "ok". */
static struct text complain_of_row(struct sqlite_query *query, struct arena *arena)
{
	const struct text row = sqlite_query_copy_text(query, 0, arena);
	return text_is(row, "ok") ? TEXT_ABSENT : text_present(row) ? row : TEXT("a row");
}

/* What is wrong with the row whose address its first columns are: tenant and dialogue, of an item type and subkey, too. */
static struct text complain(struct sqlite_query *query, struct arena *arena, int columns, const char *what)
{
	static const char *const between[] = {"", "/", ": ", "/"};
	struct text complaint = TEXT("");
	bool enough = true;
	for (int i = 0; enough && i < columns; i++) {
		const struct text column = sqlite_query_column_text(query, i);
		enough = arena_format(arena, &complaint, "%.*s%s" ERROR_TEXT, (int)complaint.size, complaint.data, between[i],
							  ERROR_TEXT_ARGS(column));
	}
	enough = enough && arena_format(arena, &complaint, "%.*s: %s", (int)complaint.size, complaint.data, what);
	return sqlite_query_enough(query, enough) ? complaint : TEXT_ABSENT;
}

/* A row that is larger than any that a store has. */
static struct text complain_of_size(struct sqlite_query *query, struct arena *arena)
{
	static const struct {
		const char *type;
		int64_t most;
	} rows[] = {
		{"head", LIMIT_NOTE},
		{"commit", LIMIT_COMMIT_BYTES},
		{"part", LIMIT_STORED_ITEM},
		{NULL, LIMIT_STORED_ITEM + LIMIT_ATTRS}, /* an item and its copies */
	};
	size_t row = 0;
	while (rows[row].type != NULL && !text_is(sqlite_query_column_text(query, 2), rows[row].type))
		row++;
	const bool fits = sqlite_query_column_integer(query, 4) <= rows[row].most + KEY_BYTES_MAX;
	return fits ? TEXT_ABSENT : complain(query, arena, 4, "is larger than any that a store has");
}

/* Rev and hash beside a head that are not what its note says; a reservation has no hash, and is not listed. */
static struct text complain_of_head(struct sqlite_query *query, struct arena *arena)
{
	const struct store_partition partition = {.tenant = sqlite_query_column_text(query, 0),
											  .dialogue_id = sqlite_query_column_text(query, 1)};
	const struct sqlite_rows_head head =
		sqlite_rows_read_head(&partition, sqlite_query_column(query, 4), sqlite_query_column_integer(query, 5) != 0);
	const bool reserved = head.is.what == STORE_RESERVED;
	const int64_t rev = reserved ? head.is.reservation.source_rev : head.is.rev;
	const bool agree = !head.unreadable && rev == sqlite_query_column_integer(query, 2) &&
					   bytes_equal(digest_view(&head.is.hash), sqlite_query_column(query, 3)) &&
					   !(reserved && head.listed);
	return agree ? TEXT_ABSENT : complain(query, arena, 2, "the copies beside the head differ");
}

/* Copies that are not what their stored item gives. */
static struct text complain_of_copies(struct sqlite_query *query, struct arena *arena)
{
	const bool listed = sqlite_query_column_integer(query, 8) != 0;
	const struct store_item item = {.key = {.type = sqlite_query_column_text(query, 2)},
									.stored = {.bytes = sqlite_query_column(query, 4)}};
	struct store_index index;
	const bool agree = sqlite_rows_copies_agree(query, 2, listed) && store_index_of(&item, listed, &index) &&
					   index.rev == sqlite_query_column_integer(query, 9);
	return agree ? TEXT_ABSENT : complain(query, arena, 4, "is listed with another status, time or rev");
}

/* How long a look may take. */
enum pace {
	FIRST,    /* in the order of the file, each byte once at most; what it complains of makes those FOR_EACH endless */
	ONCE,     /* likewise, but nothing depends on it */
	FOR_EACH, /* each row finds another by its key, and all of that one is read: again and again, however large it is */
};

/* A part of a revision without a commit, which no look at a dialogue comes by, or of one that its owner is not of. */
static struct text complain_of_part(struct sqlite_query *query, struct arena *arena)
{
	return complain(query, arena, 4,
					sqlite_query_column_integer(query, 4) != 0 ? "has a part of another revision than its own"
															   : "has a part of a revision that is not there");
}

/* What a deep check looks at: the rows of a query, and what each gives to complain of. The length of a blob is read without
   the blob. */
static const struct look {
	const char *subject;
	const char *sql;
	const char *good; /* what was found in order */
	struct text (*complain)(struct sqlite_query *query, struct arena *arena);
	enum pace pace;
} deep_looks[] = {
	{"sizes",
	 "SELECT tenant, dialogue, 'head', '', length(tenant) + length(dialogue) + length(hash) + length(note) FROM heads "
	 "UNION ALL SELECT tenant, dialogue, type, subkey, length(tenant) + length(dialogue) + length(type) + "
	 "length(subkey) + coalesce(length(status), 0) + coalesce(length(updated_at), 0) + length(stored) FROM items "
	 "UNION ALL SELECT tenant, dialogue, 'part', type || '#' || subkey || '#' || n, length(tenant) + length(dialogue) + "
	 "length(type) + length(subkey) + length(stored) FROM parts "
	 "UNION ALL SELECT tenant, dialogue, 'commit', rev, length(tenant) + length(dialogue) + length(attempt) + "
	 "length(stored) FROM commits",
	 "good: no row is larger than any that a store has", complain_of_size, FIRST},
	{"integrity", "PRAGMA integrity_check(1)", "good: the pages and indices of the file itself", complain_of_row,
	 FIRST},
	{"references", "PRAGMA foreign_key_check", "good: every row has its owner", complain_of_row, FOR_EACH},
	{"head copies", "SELECT tenant, dialogue, rev, hash, note, listed FROM heads",
	 "good: rev and hash beside each head are what it says", complain_of_head, ONCE},
	{"index copies",
	 "SELECT tenant, dialogue, type, subkey, stored, status, updated_at, open_tension, listed, items.rev "
	 "FROM items LEFT JOIN heads USING (tenant, dialogue)",
	 "good: what lists are made of is what the items say", complain_of_copies, FOR_EACH},
	{"parts",
	 "SELECT tenant, dialogue, type, subkey, EXISTS (SELECT 1 FROM commits WHERE commits.tenant = parts.tenant AND "
	 "commits.dialogue = parts.dialogue AND commits.rev = parts.rev) AS committed FROM parts WHERE NOT committed OR "
	 "NOT EXISTS (SELECT 1 FROM items WHERE items.tenant = parts.tenant AND items.dialogue = parts.dialogue AND "
	 "items.type = parts.type AND items.subkey = parts.subkey AND items.rev = parts.rev)",
	 "good: every part is of the revision of its owner", complain_of_part, FOR_EACH},
};

_Static_assert(5 + SQLITE_OBJECTS_NAMED + sizeof(deep_looks) / sizeof(deep_looks[0]) <= FINDINGS_MAX,
			   "file, format, release, journal, objects and how many more, and the looks");

/* Finds the first complaint. Damage is one too; other errors end the check. */
static enum hansard_status look_at(struct checkup *checkup, const struct look *look, struct hansard_error *error)
{
	if (checkup->damaged && look->pace == FOR_EACH)
		return add(checkup, false, text_of_string(look->subject),
				   TEXT("not looked at: with what is named above it might take for ever"))
				   ? HANSARD_OK
				   : error_memory(error);
	struct hansard_error damage = {.status = HANSARD_OK};
	struct text complaint = TEXT_ABSENT;
	struct sqlite_query query = sqlite_query_once(&checkup->engine->db, look->sql);
	while (!text_present(complaint) && sqlite_query_row(&query))
		complaint = look->complain(&query, checkup->arena);
	const enum hansard_status status = sqlite_query_end(&query, &damage);
	if (status != HANSARD_OK && status != HANSARD_VIOLATED) {
		if (error != NULL)
			*error = damage;
		return status;
	}
	if (status == HANSARD_VIOLATED)
		complaint = text_of_string(damage.message);
	const bool good = !text_present(complaint);
	checkup->damaged = checkup->damaged || (!good && look->pace == FIRST);
	return add(checkup, good, text_of_string(look->subject), good ? text_of_string(look->good) : complaint)
			   ? HANSARD_OK
			   : error_memory(error);
}

/* Whose dialogues are here: a command looks at those of one tenant alone. */
static enum hansard_status check_tenants(struct checkup *checkup, struct hansard_error *error)
{
	struct text named = TEXT("");
	bool enough = true;
	size_t count = 0;
	struct sqlite_query query =
		sqlite_query_once(&checkup->engine->db, "SELECT tenant, count(*) FROM heads GROUP BY tenant ORDER BY tenant");
	while (enough && count <= TENANTS_NAMED && sqlite_query_row(&query)) {
		const struct text tenant = sqlite_query_column_text(&query, 0);
		const char *comma = count > 0 ? ", " : "";
		enough = count++ == TENANTS_NAMED
					 ? arena_format(checkup->arena, &named, "%.*s and more", (int)named.size, named.data)
					 : arena_format(checkup->arena, &named, "%.*s%s" ERROR_TEXT " (%" PRId64 ")", (int)named.size,
									named.data, comma, ERROR_TEXT_ARGS(tenant), sqlite_query_column_integer(&query, 1));
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK)
		return status;
	return enough && (count == 0 || add(checkup, true, STORE_FINDING_TENANTS, named)) ? HANSARD_OK
																					  : error_memory(error);
}

/* What lies in the place of heads, and hides what is beneath from everything else that looks. */
static enum hansard_status check_reserved(struct checkup *checkup, struct hansard_error *error)
{
	struct text named = TEXT(""), detail;
	bool enough = true;
	size_t count = 0;
	struct sqlite_query query = sqlite_query_once(
		&checkup->engine->db,
		"SELECT tenant, dialogue, note, EXISTS (SELECT 1 FROM commits WHERE commits.tenant = heads.tenant AND "
		"commits.dialogue = heads.dialogue) OR EXISTS (SELECT 1 FROM items WHERE items.tenant = heads.tenant AND "
		"items.dialogue = heads.dialogue) FROM heads WHERE NOT listed ORDER BY tenant, dialogue");
	while (enough && sqlite_query_row(&query)) {
		const struct store_partition partition = {.tenant = sqlite_query_column_text(&query, 0),
												  .dialogue_id = sqlite_query_column_text(&query, 1)};
		const struct sqlite_rows_head head = sqlite_rows_read_head(&partition, sqlite_query_column(&query, 2), false);
		if (head.unreadable || head.is.what != STORE_RESERVED || ++count > RESERVED_NAMED)
			continue;
		enough = arena_format(checkup->arena, &named, "%.*s%s" ERROR_TEXT "/" ERROR_TEXT "%s", (int)named.size,
							  named.data, count > 1 ? ", " : "", ERROR_TEXT_ARGS(partition.tenant),
							  ERROR_TEXT_ARGS(partition.dialogue_id),
							  sqlite_query_column_integer(&query, 3) != 0 ? ", of which something was copied" : "");
	}
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK || (enough && count == 0))
		return status;
	enough = enough && arena_format(checkup->arena, &detail, "%zu: %.*s%s", count, (int)named.size, named.data,
									count > RESERVED_NAMED ? " and more" : "");
	return enough && add(checkup, true, STORE_FINDING_RESERVED, detail) ? HANSARD_OK : error_memory(error);
}

enum hansard_status sqlite_check_run(struct sqlite_engine *engine, bool deep, struct arena *arena,
									 struct store_findings *ret_findings, struct hansard_error *error)
{
	struct checkup checkup = {.engine = engine, .arena = arena};
	checkup.findings.items = arena_allocate_array(arena, FINDINGS_MAX, sizeof(*checkup.findings.items));
	if (checkup.findings.items == NULL)
		return error_memory(error);
	enum hansard_status status = check_release(&checkup, error);
	if (status == HANSARD_OK)
		status = check_journal(&checkup, error);
	if (status == HANSARD_OK)
		status = check_schema(&checkup, error);
	for (size_t i = 0; deep && status == HANSARD_OK && i < sizeof(deep_looks) / sizeof(deep_looks[0]); i++)
		status = look_at(&checkup, &deep_looks[i], error);
	if (deep && status == HANSARD_OK && !checkup.damaged)
		status = check_tenants(&checkup, error);
	if (deep && status == HANSARD_OK && !checkup.damaged)
		status = check_reserved(&checkup, error);
	if (status == HANSARD_OK)
		*ret_findings = checkup.findings;
	return status;
}
