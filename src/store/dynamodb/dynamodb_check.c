/*
 * Findings. The shallow ones ask what the table is, the deep ones read all of it.
 */
#include "dynamodb_check.h"

#include "dynamodb_bundle.h"
#include "dynamodb_listing.h"
#include "dynamodb_load.h"
#include "dynamodb_occupant.h"
#include "dynamodb_table.h"
#include "error.h"
#include "limits.h"
#include "store_head.h"

enum { FINDINGS_MAX = 9, RESERVED_NAMED = 16 };

/* What is being collected. */
struct checkup {
	struct dynamodb_engine *engine;
	struct arena *arena;
	struct store_findings findings;
};

static bool add(struct checkup *checkup, bool good, const char *subject, struct text detail)
{
	struct store_finding *finding = &checkup->findings.items[checkup->findings.count];
	*finding = (struct store_finding){.good = good, .subject = text_of_string(subject)};
	if (!arena_copy_text(checkup->arena, detail, &finding->detail))
		return false;
	checkup->findings.count++;
	return true;
}

static enum hansard_status check_table(struct checkup *checkup, struct hansard_error *error)
{
	static const char *const recoveries[] = {
		[DYNAMODB_TABLE_RECOVERY_OFF] = "off: what is deleted is gone",
		[DYNAMODB_TABLE_RECOVERY_ON] = "on",
		[DYNAMODB_TABLE_RECOVERY_UNSUPPORTED] = "not supported by this endpoint",
	};
	struct dynamodb_table_status table = {.exists = false};
	struct text detail;
	const enum hansard_status status = dynamodb_table_look(checkup->engine, &table, error);
	if (status != HANSARD_OK)
		return status;
	const struct text name = checkup->engine->table;
	if (!arena_format(checkup->arena, &detail, "%.*s, %u shard%s", (int)name.size, name.data, checkup->engine->shards,
					  checkup->engine->shards == 1 ? "" : "s") ||
		!add(checkup, table.exists && table.active, "table", detail) ||
		!add(checkup, table.on_demand, "billing",
			 table.on_demand ? TEXT("on demand") : TEXT("by provisioned capacity: a burst may be refused")) ||
		!add(checkup, table.protected, "deletion protection", table.protected ? TEXT("on") : TEXT("off")) ||
		!add(checkup, table.recovery != DYNAMODB_TABLE_RECOVERY_OFF, "point-in-time recovery",
			 text_of_string(recoveries[table.recovery])))
		return error_memory(error);
	const bool restored = dynamodb_table_is_restored(&checkup->engine->base, &table);
	if (restored &&
		!add(
			checkup, false, "identity",
			TEXT(
				"the table was restored from another, whose store's identity it has: hansard table create gives it one of its own")))
		return error_memory(error);
	if (restored)
		checkup->findings.items[checkup->findings.count - 1].remedy = "hansard table create; then look again";
	return HANSARD_OK;
}

/* ---- every row ---- */

/* Rows of one partition that are being looked at. */
struct rows {
	struct dynamodb_engine *engine;
	struct arena *arena;          /* of one row */
	struct dynamodb_row_text key; /* PK of the partition whose head this is */
	struct dynamodb_load_head head;
	struct arena *names;                   /* of what is reserved, as it is said */
	struct text reserved;                  /* the first of them */
	size_t reserved_count;                 /* of all */
	struct dynamodb_row_text reserved_key; /* PK of the last, until something is found beneath it */
};

/* One more reservation. */
static bool add_reserved(struct rows *rows, const struct dynamodb_row_place *place)
{
	if (rows->reserved_count++ >= RESERVED_NAMED)
		return true;
	return dynamodb_row_partition(place->tenant, place->dialogue_id, &rows->reserved_key) &&
		   arena_format(rows->names, &rows->reserved, "%.*s%s" ERROR_TEXT "/" ERROR_TEXT, (int)rows->reserved.size,
						rows->reserved.data, rows->reserved_count > 1 ? ", " : "", ERROR_TEXT_ARGS(place->tenant),
						ERROR_TEXT_ARGS(place->dialogue_id));
}

/* A row beneath the last of them: a partition begins with its head. */
static bool add_beneath(struct rows *rows, struct text key)
{
	if (rows->reserved_count == 0 || !text_equal(key, dynamodb_row_view(&rows->reserved_key)))
		return true;
	rows->reserved_key = (struct dynamodb_row_text){0};
	return arena_format(rows->names, &rows->reserved, "%.*s, of which something was copied", (int)rows->reserved.size,
						rows->reserved.data);
}

/* Whether a row is a reservation, or lies beneath one; whatever else is wrong with it. False: memory is exhausted. */
static bool count_reserved(struct rows *rows, const json_t *row)
{
	struct dynamodb_row_place place = {.shards = rows->engine->shards};
	struct store_reservation reservation;
	const struct text key = dynamodb_answer_text(row, "PK");
	if (!dynamodb_row_read_partition(key, &place.tenant, &place.dialogue_id))
		return true;
	if (!text_is(dynamodb_answer_text(row, "SK"), DYNAMODB_ROW_HEAD_SORT))
		return add_beneath(rows, key);
	return !dynamodb_occupant_read_reservation(row, &reservation) || add_reserved(rows, &place);
}

/* The head of the partition of a row: of rows side by side it is asked for once. */
static enum hansard_status find_head(struct rows *rows, struct text key, const struct dynamodb_row_place *place,
									 struct hansard_error *error)
{
	if (text_equal(key, dynamodb_row_view(&rows->key)))
		return HANSARD_OK;
	const struct store_partition partition =
		store_engine_partition(&rows->engine->base, place->tenant, place->dialogue_id);
	const enum hansard_status status = dynamodb_load_head(&partition, &rows->head, error);
	if (status == HANSARD_OK)
		(void)dynamodb_row_partition(place->tenant, place->dialogue_id, &rows->key);
	return status;
}

static enum hansard_status check_bundle(struct rows *rows, const json_t *row, bool parts, struct hansard_error *error)
{
	struct dynamodb_bundle_reading reading;
	struct dynamodb_bundle_entry entry;
	struct bytes bytes;
	const enum hansard_status status = dynamodb_db_bytes(row, "c", rows->arena, &bytes, error);
	if (status != HANSARD_OK)
		return status;
	dynamodb_bundle_read(&reading, bytes, parts);
	while (dynamodb_bundle_next(&reading, &entry))
		continue;
	return dynamodb_bundle_good(&reading) ? HANSARD_OK
										  : dynamodb_db_invalid(row, "holds what hansard does not write", error);
}

/* An item's row, whose index keys follow from it once there is a head. */
static enum hansard_status check_item(struct rows *rows, const json_t *row, struct item_key key,
									  const struct dynamodb_row_place *place, struct hansard_error *error)
{
	struct store_item item = {.key = key};
	struct dynamodb_row_index index;
	enum hansard_status status = dynamodb_db_bytes(row, "c", rows->arena, &item.stored.bytes, error);
	if (status == HANSARD_OK)
		status = find_head(rows, dynamodb_answer_text(row, "PK"), place, error);
	if (status != HANSARD_OK)
		return status;
	if (!dynamodb_row_index(place, &item, rows->head.exists && rows->head.listed, &index))
		return dynamodb_db_invalid(row, "holds no item", error);
	return dynamodb_listing_agrees(row, &index)
			   ? HANSARD_OK
			   : dynamodb_db_invalid(row, "is listed with another status or time than it has", error);
}

/* A reservation lists nothing; the revision in one that is some says what its note says. */
static enum hansard_status check_head(struct rows *rows, const json_t *row, const struct dynamodb_row_place *place,
									  struct hansard_error *error)
{
	struct dynamodb_row_index index;
	struct store_head named;
	struct bytes note;
	int64_t rev;
	struct store_reservation reservation;
	if (dynamodb_occupant_read_reservation(row, &reservation))
		return HANSARD_OK;
	enum hansard_status status = find_head(rows, dynamodb_answer_text(row, "PK"), place, error);
	if (status == HANSARD_OK && !dynamodb_answer_has(row, "r"))
		return dynamodb_db_invalid(row, "is neither a head nor a reservation", error);
	if (status != HANSARD_OK || !rows->head.exists || !dynamodb_answer_number(row, "r", &rev))
		return status;
	status = dynamodb_db_bytes(row, "s", rows->arena, &note, error);
	if (status == HANSARD_OK && store_head_read(note, &named) && named.rev != rev)
		return dynamodb_db_invalid(row, "has another revision than the head in it", error);
	dynamodb_row_head_index(place, &index);
	return status != HANSARD_OK || dynamodb_listing_agrees(row, &index)
			   ? status
			   : dynamodb_db_invalid(row, "does not list its dialogue", error);
}

static enum hansard_status check_row(struct rows *rows, const json_t *row, struct hansard_error *error)
{
	const struct text sort = dynamodb_answer_text(row, "SK");
	struct dynamodb_row_place place = {.shards = rows->engine->shards};
	struct item_key key;
	struct bytes bytes;
	int64_t rev;
	unsigned n;
	if (text_is(dynamodb_answer_text(row, "PK"), DYNAMODB_ROW_CONFIG_PARTITION))
		return text_is(sort, DYNAMODB_ROW_CONFIG_SORT) ? HANSARD_OK : dynamodb_db_invalid(row, "is unknown", error);
	if (!dynamodb_row_read_partition(dynamodb_answer_text(row, "PK"), &place.tenant, &place.dialogue_id))
		return dynamodb_db_invalid(row, "is of no partition", error);
	if (dynamodb_row_read_item(sort, &key))
		return check_item(rows, row, key, &place, error);
	if (dynamodb_row_read_numbered(sort, DYNAMODB_ROW_BUNDLE, &rev, &n))
		return check_bundle(rows, row, false, error);
	if (dynamodb_row_read_numbered(sort, DYNAMODB_ROW_PARTS, &rev, &n))
		return check_bundle(rows, row, true, error);
	if (dynamodb_row_read_numbered(sort, DYNAMODB_ROW_COMMIT, &rev, &n))
		return dynamodb_db_bytes(row, "c", rows->arena, &bytes, error);
	return text_is(sort, DYNAMODB_ROW_HEAD_SORT) ? check_head(rows, row, &place, error)
												 : dynamodb_db_invalid(row, "is unknown", error);
}

/* The next row. Behind one that is damaged no other is looked at but for what is reserved. */
static enum hansard_status check_next(struct rows *rows, const json_t *row, struct hansard_error *damage,
									  struct hansard_error *error)
{
	struct hansard_error fault = {.status = HANSARD_OK};
	if (!count_reserved(rows, row))
		return error_memory(error);
	if (damage->status != HANSARD_OK)
		return HANSARD_OK;
	rows->arena = arena_create(LIMIT_ARENA);
	const enum hansard_status status = rows->arena == NULL ? error_memory(&fault) : check_row(rows, row, &fault);
	arena_destroy(rows->arena);
	if (status == HANSARD_VIOLATED)
		*damage = fault;
	else if (status != HANSARD_OK && error != NULL)
		*error = fault;
	return status == HANSARD_VIOLATED ? HANSARD_OK : status;
}

/* Finds the first row that is damaged, and all that is reserved. */
static enum hansard_status check_rows(struct checkup *checkup, struct hansard_error *error)
{
	struct rows rows = {.engine = checkup->engine, .names = checkup->arena, .reserved = TEXT("")};
	struct hansard_error damage = {.status = HANSARD_OK};
	struct dynamodb_db_walk walk = dynamodb_db_walk(checkup->engine, NULL);
	const json_t *row = NULL;
	struct text detail;
	enum hansard_status status;
	size_t count = 0;
	while ((status = dynamodb_db_walk_next(&walk, &row, error)) == HANSARD_OK && row != NULL) {
		status = check_next(&rows, row, &damage, error);
		if (status != HANSARD_OK)
			break;
		count++;
	}
	dynamodb_db_walk_end(&walk);
	if (status != HANSARD_OK)
		return status;
	const bool good = damage.status == HANSARD_OK;
	if (good && !arena_format(checkup->arena, &detail, "good: all %zu of them", count))
		return error_memory(error);
	if (!add(checkup, good, "rows", good ? detail : text_of_string(damage.message)))
		return error_memory(error);
	if (rows.reserved_count == 0)
		return HANSARD_OK;
	return arena_format(checkup->arena, &detail, "%zu: %.*s%s", rows.reserved_count, (int)rows.reserved.size,
						rows.reserved.data, rows.reserved_count > RESERVED_NAMED ? " and more" : "") &&
				   add(checkup, true, "reserved", detail)
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status dynamodb_check_run(struct dynamodb_engine *engine, bool deep, struct arena *arena,
									   struct store_findings *ret_findings, struct hansard_error *error)
{
	struct checkup checkup = {.engine = engine, .arena = arena};
	checkup.findings.items = arena_allocate_array(arena, FINDINGS_MAX, sizeof(*checkup.findings.items));
	if (checkup.findings.items == NULL)
		return error_memory(error);
	enum hansard_status status = check_table(&checkup, error);
	if (status == HANSARD_OK && deep)
		status = check_rows(&checkup, error);
	if (status == HANSARD_OK)
		*ret_findings = checkup.findings;
	return status;
}
