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

/* A finding, or that nothing could be found out: damage is a finding of its own, other errors end the check. */
static enum hansard_status conclude(struct checkup *checkup, struct text subject, enum hansard_status status,
									struct text detail, struct hansard_error *error)
{
	if (status != HANSARD_OK && status != HANSARD_VIOLATED)
		return status;
	const bool good = status == HANSARD_OK && !text_present(detail);
	return add(checkup, good, subject, good ? TEXT("good") : detail) ? HANSARD_OK : error_memory(error);
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
	bool copied = true;
	struct sqlite_query query = sqlite_query_once(&checkup->engine->db, "PRAGMA journal_mode");
	if (sqlite_query_row(&query))
		copied = arena_copy_text(checkup->arena, text_of_bytes(sqlite_query_column(&query, 0)), &mode);
	const enum hansard_status status = sqlite_query_end(&query, error);
	if (status != HANSARD_OK)
		return status;
	const bool safe = sqlite_schema_wal_safe();
	const bool good = text_is(mode, safe ? "wal" : "delete");
	struct text detail;
	if (!copied ||
		!arena_format(checkup->arena, &detail, "%.*s: %s", (int)mode.size, text_present(mode) ? mode.data : "",
					  safe ? "WAL is safe with this SQLite" : "WAL is safe from SQLite 3.51.3 on") ||
		!add(checkup, good || checkup->engine->read_only, TEXT("journal"), detail))
		return error_memory(error);
	return HANSARD_OK;
}

/* Runs a pragma whose rows are complaints, but for a single "ok". */
static enum hansard_status check_pragma(struct checkup *checkup, struct text subject, const char *sql,
										struct hansard_error *error)
{
	struct text complaint = TEXT_ABSENT;
	bool copied = true;
	struct hansard_error damage = {.status = HANSARD_OK};
	struct sqlite_query query = sqlite_query_once(&checkup->engine->db, sql);
	if (sqlite_query_row(&query)) {
		const struct text first = text_of_bytes(sqlite_query_column(&query, 0));
		if (!text_is(first, "ok"))
			copied = arena_copy_text(checkup->arena, text_present(first) ? first : TEXT("a row"), &complaint);
	}
	const enum hansard_status status = sqlite_query_end(&query, &damage);
	if (!copied)
		return error_memory(error);
	if (status != HANSARD_OK && error != NULL)
		*error = damage;
	return conclude(checkup, subject, status, status == HANSARD_OK ? complaint : text_of_string(damage.message), error);
}

/* Whether the copies of the current row are what its stored item gives. */
static bool copies_agree(const struct sqlite_query *query)
{
	const struct store_item item = {
		.key = {.type = text_of_bytes(sqlite_query_column(query, 2)),
				.subkey = text_of_bytes(sqlite_query_column(query, 3))},
		.stored = {.bytes = sqlite_query_column(query, 4)},
	};
	return text_present(item.key.type) &&
		   sqlite_dialogues_copies_agree(query, 5, &item, sqlite_query_column_integer(query, 8) != 0);
}

static enum hansard_status check_copies(struct checkup *checkup, struct hansard_error *error)
{
	struct text complaint = TEXT_ABSENT;
	bool copied = true;
	struct hansard_error damage = {.status = HANSARD_OK};
	struct sqlite_query query = sqlite_query_once(
		&checkup->engine->db, "SELECT tenant, dialogue, type, subkey, stored, status, updated_at, open_tension, listed "
							  "FROM items LEFT JOIN heads USING (tenant, dialogue)");
	while (!text_present(complaint) && copied && sqlite_query_row(&query)) {
		if (copies_agree(&query))
			continue;
		const struct bytes address[] = {sqlite_query_column(&query, 0), sqlite_query_column(&query, 1),
										sqlite_query_column(&query, 2), sqlite_query_column(&query, 3)};
		copied = arena_format(checkup->arena, &complaint, "%.*s/%.*s: %.*s/%.*s is listed with another status or time",
							  (int)address[0].size, (const char *)address[0].data, (int)address[1].size,
							  (const char *)address[1].data, (int)address[2].size, (const char *)address[2].data,
							  (int)address[3].size, (const char *)address[3].data);
	}
	const enum hansard_status status = sqlite_query_end(&query, &damage);
	if (!copied)
		return error_memory(error);
	if (status != HANSARD_OK && error != NULL)
		*error = damage;
	return conclude(checkup, TEXT("index copies"), status,
					status == HANSARD_OK ? complaint : text_of_string(damage.message), error);
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
	if (deep && status == HANSARD_OK)
		status = check_pragma(&checkup, TEXT("integrity"), "PRAGMA integrity_check(1)", error);
	if (deep && status == HANSARD_OK)
		status = check_pragma(&checkup, TEXT("references"), "PRAGMA foreign_key_check", error);
	if (deep && status == HANSARD_OK)
		status = check_copies(&checkup, error);
	if (status == HANSARD_OK)
		*ret_findings = checkup.findings;
	return status;
}
