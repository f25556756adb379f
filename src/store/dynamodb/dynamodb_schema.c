/*
 * Keys and indexes, once, as rows of a table: what is created and what is compared.
 */
#include "dynamodb_schema.h"

#include "json_read.h"

static const struct schema_keys {
	const char *index; /* NULL: of the table */
	const char *partition;
	const char *sort;
	const char *projection;
} keys[] = {
	{NULL, "PK", "SK", NULL},
	{DYNAMODB_SCHEMA_BY_STATUS, "p1", "s1", "ALL"},
	{DYNAMODB_SCHEMA_BY_TENSION_STATUS, "p2", "s2", "KEYS_ONLY"},
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

/* ---- writing ---- */

static void member(struct json_writer *json, const char *key, const char *value)
{
	json_write_key(json, key);
	json_write_string(json, value);
}

static void write_pair(struct json_writer *json, const char *name, const char *key, const char *value)
{
	json_write_object(json);
	member(json, "AttributeName", name);
	member(json, key, value);
	json_write_end(json);
}

static void write_keys(struct json_writer *json, const struct schema_keys *of)
{
	json_write_key(json, "KeySchema");
	json_write_array(json);
	write_pair(json, of->partition, "KeyType", "HASH");
	write_pair(json, of->sort, "KeyType", "RANGE");
	json_write_end(json);
}

static void write_index(struct json_writer *json, const struct schema_keys *index)
{
	json_write_object(json);
	member(json, "IndexName", index->index);
	write_keys(json, index);
	json_write_key(json, "Projection");
	json_write_object(json);
	member(json, "ProjectionType", index->projection);
	json_write_end(json);
	json_write_end(json);
}

bool dynamodb_schema_create(struct dynamodb_message *message, struct text table)
{
	struct json_writer *json = &message->json;
	dynamodb_message_begin(message);
	json_write_key(json, "TableName");
	json_write_text(json, table);
	member(json, "BillingMode", "PAY_PER_REQUEST");
	json_write_key(json, "DeletionProtectionEnabled");
	json_write_boolean(json, true);
	json_write_key(json, "AttributeDefinitions");
	json_write_array(json);
	for (size_t i = 0; i < KEYS; i++) {
		write_pair(json, keys[i].partition, "AttributeType", "S");
		write_pair(json, keys[i].sort, "AttributeType", "S");
	}
	json_write_end(json);
	write_keys(json, &keys[0]);
	json_write_key(json, "GlobalSecondaryIndexes");
	json_write_array(json);
	for (size_t i = 1; i < KEYS; i++)
		write_index(json, &keys[i]);
	json_write_end(json);
	return dynamodb_message_end(message);
}

bool dynamodb_schema_recovery(struct dynamodb_message *message, struct text table)
{
	struct json_writer *json = &message->json;
	dynamodb_message_begin(message);
	json_write_key(json, "TableName");
	json_write_text(json, table);
	json_write_key(json, "PointInTimeRecoverySpecification");
	json_write_object(json);
	json_write_key(json, "PointInTimeRecoveryEnabled");
	json_write_boolean(json, true);
	json_write_end(json);
	return dynamodb_message_end(message);
}

bool dynamodb_schema_protection(struct dynamodb_message *message, struct text table)
{
	struct json_writer *json = &message->json;
	dynamodb_message_begin(message);
	json_write_key(json, "TableName");
	json_write_text(json, table);
	json_write_key(json, "DeletionProtectionEnabled");
	json_write_boolean(json, true);
	return dynamodb_message_end(message);
}

/* ---- reading ---- */

static bool is(const json_t *of, const char *key, const char *value)
{
	return text_is(json_read_text(json_object_get(of, key)), value);
}

static bool has_key(const json_t *schema, size_t at, const char *name, const char *type)
{
	const json_t *key = json_array_get(schema, at);
	return is(key, "AttributeName", name) && is(key, "KeyType", type);
}

static bool has_keys(const json_t *of, const struct schema_keys *wanted)
{
	const json_t *schema = json_object_get(of, "KeySchema");
	return json_array_size(schema) == 2 && has_key(schema, 0, wanted->partition, "HASH") &&
		   has_key(schema, 1, wanted->sort, "RANGE");
}

/* The index of a table that is wanted, or NULL. */
static const json_t *find_index(const json_t *table, const struct schema_keys *wanted)
{
	const json_t *indexes = json_object_get(table, "GlobalSecondaryIndexes");
	for (size_t i = 0; i < json_array_size(indexes); i++) {
		const json_t *index = json_array_get(indexes, i);
		if (is(index, "IndexName", wanted->index))
			return has_keys(index, wanted) &&
						   is(json_object_get(index, "Projection"), "ProjectionType", wanted->projection)
					   ? index
					   : NULL;
	}
	return NULL;
}

static int64_t count_of(const json_t *table, const char *key)
{
	const json_t *count = json_object_get(table, key);
	return json_is_integer(count) && json_integer_value(count) > 0 ? json_integer_value(count) : 0;
}

bool dynamodb_schema_read(const struct dynamodb_answer *answer, struct dynamodb_schema_status *ret_status)
{
	const json_t *table = json_object_get(answer->root, "Table");
	if (!json_is_object(table))
		return false;
	*ret_status = (struct dynamodb_schema_status){
		.ours = has_keys(table, &keys[0]),
		.active = is(table, "TableStatus", "ACTIVE"),
		.on_demand = is(json_object_get(table, "BillingModeSummary"), "BillingMode", "PAY_PER_REQUEST"),
		.protected = json_is_true(json_object_get(table, "DeletionProtectionEnabled")),
		.state = json_read_text(json_object_get(table, "TableStatus")),
		.rows = count_of(table, "ItemCount"),
		.bytes = count_of(table, "TableSizeBytes"),
		.id = json_read_text(json_object_get(table, "TableId")),
	};
	for (size_t i = 1; i < KEYS; i++) {
		const json_t *index = find_index(table, &keys[i]);
		ret_status->ours = ret_status->ours && index != NULL;
		ret_status->active = ret_status->active && is(index, "IndexStatus", "ACTIVE");
	}
	return true;
}

bool dynamodb_schema_recovers(const struct dynamodb_answer *answer)
{
	const json_t *backups = json_object_get(answer->root, "ContinuousBackupsDescription");
	return is(json_object_get(backups, "PointInTimeRecoveryDescription"), "PointInTimeRecoveryStatus", "ENABLED");
}
