/*
 * Findings. The shallow ones read the head of the file, the deep ones every page and every item.
 */
#include "sqlite_check.h"

#include "error.h"
#include "sqlite_dialogues.h"
#include "sqlite_schema.h"

enum { FINDINGS_MAX = 8 };

/* What is being collected. */
struct checkup {
	struct sqlite_engine *engine;
	struct arena *arena;
	struct store_findings findings;
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

/* Rows of a pragma are complaints, but for a single "ok". */
static struct text complain_of_row(struct sqlite_query *query, struct arena *arena)
{
	const struct text row = sqlite_query_copy_text(query, 0, arena);
	return text_is(row, "ok") ? TEXT_ABSENT : text_present(row) ? row : TEXT("a row");
}

/* Copies that are not what their stored item gives. */
static struct text complain_of_copies(struct sqlite_query *query, struct arena *arena)
{
	struct text complaint = TEXT_ABSENT;
	struct text address[4];
	for (int i = 0; i < 4; i++)
		address[i] = sqlite_query_column_text(query, i);
	if (!sqlite_dialogues_copies_agree(query, 2, sqlite_query_column_integer(query, 8) != 0))
		sqlite_query_enough(
			query, arena_format(arena, &complaint, "%.*s/%.*s: %.*s/%.*s is listed with another status or time",
								(int)address[0].size, address[0].data, (int)address[1].size, address[1].data,
								(int)address[2].size, address[2].data, (int)address[3].size, address[3].data));
	return complaint;
}

/* What a deep check looks at: the rows of a query, and what each gives to complain of. */
static const struct look {
	const char *subject;
	const char *sql;
	const char *good; /* what was found in order */
	struct text (*complain)(struct sqlite_query *query, struct arena *arena);
} deep_looks[] = {
	{"integrity", "PRAGMA integrity_check(1)", "good: the pages and indices of the file itself", complain_of_row},
	{"references", "PRAGMA foreign_key_check", "good: every row has its owner", complain_of_row},
	{"index copies",
	 "SELECT tenant, dialogue, type, subkey, stored, status, updated_at, open_tension, listed "
	 "FROM items LEFT JOIN heads USING (tenant, dialogue)",
	 "good: what lists are made of is what the items say", complain_of_copies},
};

/* Finds the first complaint. Damage is one too; other errors end the check. */
static enum hansard_status look_at(struct checkup *checkup, const struct look *look, struct hansard_error *error)
{
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
	return add(checkup, good, text_of_string(look->subject), good ? text_of_string(look->good) : complaint)
			   ? HANSARD_OK
			   : error_memory(error);
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
	for (size_t i = 0; deep && status == HANSARD_OK && i < sizeof(deep_looks) / sizeof(deep_looks[0]); i++)
		status = look_at(&checkup, &deep_looks[i], error);
	if (status == HANSARD_OK)
		*ret_findings = checkup.findings;
	return status;
}
