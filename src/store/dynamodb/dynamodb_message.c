/*
 * Bodies, compact JSON. A json_writer remembers its first failure, so that each body is checked once, at its end.
 */
#include "dynamodb_message.h"

void dynamodb_message_init(struct dynamodb_message *message)
{
	*message = (struct dynamodb_message){.actions = 0};
	buffer_init(&message->body, DYNAMODB_MESSAGE_MAX);
	buffer_init(&message->scratch, DYNAMODB_MESSAGE_MAX);
}

void dynamodb_message_finish(struct dynamodb_message *message)
{
	buffer_finish(&message->body);
	buffer_finish(&message->scratch);
	dynamodb_message_init(message);
}

void dynamodb_message_begin(struct dynamodb_message *message)
{
	message->body.size = 0;
	message->actions = message->item_bytes = 0;
	message->short_of_memory = false;
	json_write_begin(&message->json, &message->body, true);
	json_write_object(&message->json);
}

bool dynamodb_message_end(struct dynamodb_message *message)
{
	json_write_end(&message->json);
	return json_write_finish(&message->json) && !message->short_of_memory;
}

/* ---- parts of bodies ---- */

static void write_key(struct dynamodb_message *message, const char *key)
{
	json_write_key(&message->json, key);
}

static void write_member(struct dynamodb_message *message, const char *key, struct text text)
{
	write_key(message, key);
	json_write_text(&message->json, text);
}

static void write_flag(struct dynamodb_message *message, const char *key, bool value)
{
	write_key(message, key);
	json_write_boolean(&message->json, value);
}

/* What was put into the scratch buffer, as a string; then it is empty again. */
static void write_scratch(struct dynamodb_message *message, bool good)
{
	message->short_of_memory = message->short_of_memory || !good;
	json_write_text(&message->json, buffer_text(&message->scratch));
	message->scratch.size = 0;
}

/* {"S":"..."}, {"N":"..."} or {"B":"..."} */
static void write_value(struct dynamodb_message *message, const struct dynamodb_message_field *field)
{
	json_write_object(&message->json);
	switch (field->kind) {
	case DYNAMODB_MESSAGE_NOTHING:
		break;
	case DYNAMODB_MESSAGE_TEXT:
		write_member(message, "S", field->text);
		break;
	case DYNAMODB_MESSAGE_NUMBER:
		write_key(message, "N");
		write_scratch(message, buffer_append_integer(&message->scratch, field->number, 0));
		break;
	case DYNAMODB_MESSAGE_BYTES:
		write_key(message, "B");
		json_write_base64(&message->json, field->bytes);
		break;
	}
	json_write_end(&message->json);
}

static void write_fields(struct dynamodb_message *message, const char *key, struct dynamodb_message_fields fields)
{
	write_key(message, key);
	json_write_object(&message->json);
	for (size_t i = 0; i < fields.count; i++) {
		if (fields.items[i].kind == DYNAMODB_MESSAGE_NOTHING)
			continue;
		write_key(message, fields.items[i].name);
		write_value(message, &fields.items[i]);
	}
	json_write_end(&message->json);
}

static void write_row_key(struct dynamodb_message *message, struct dynamodb_message_key key)
{
	const struct dynamodb_message_field fields[] = {
		{.name = "PK", .kind = DYNAMODB_MESSAGE_TEXT, .text = key.partition},
		{.name = "SK", .kind = DYNAMODB_MESSAGE_TEXT, .text = key.sort}};
	write_fields(message, "Key", DYNAMODB_MESSAGE_FIELDS(fields));
}

static void write_capacity(struct dynamodb_message *message)
{
	write_member(message, "ReturnConsumedCapacity", TEXT("TOTAL"));
}

/* ---- reading requests ---- */

bool dynamodb_message_table(struct dynamodb_message *message, struct text table)
{
	dynamodb_message_begin(message);
	write_member(message, "TableName", table);
	return dynamodb_message_end(message);
}

bool dynamodb_message_get(struct dynamodb_message *message, struct text table, struct dynamodb_message_key key)
{
	dynamodb_message_begin(message);
	write_member(message, "TableName", table);
	write_row_key(message, key);
	write_flag(message, "ConsistentRead", true);
	write_capacity(message);
	return dynamodb_message_end(message);
}

/* How many rows a page has at most, where it begins, and the end of the body. */
static bool end_page(struct dynamodb_message *message, const struct dynamodb_message_query *query)
{
	if (query->limit > 0) {
		write_key(message, "Limit");
		json_write_integer(&message->json, (int64_t)query->limit);
	}
	if (query->start.count > 0)
		write_fields(message, "ExclusiveStartKey", query->start);
	write_capacity(message);
	return dynamodb_message_end(message);
}

bool dynamodb_message_scan(struct dynamodb_message *message, const struct dynamodb_message_query *query)
{
	dynamodb_message_begin(message);
	write_member(message, "TableName", query->table);
	write_flag(message, "ConsistentRead", true);
	return end_page(message, query);
}

/* The condition on the keys; a range names which of :from and :to it uses. */
static const struct {
	const char *condition;
	bool from, to;
} ranges[] = {
	[DYNAMODB_MESSAGE_ALL] = {"#p = :p", false, false},
	[DYNAMODB_MESSAGE_BELOW] = {"#p = :p AND #s < :to", false, true},
	[DYNAMODB_MESSAGE_ABOVE] = {"#p = :p AND #s > :from", true, false},
	[DYNAMODB_MESSAGE_BETWEEN] = {"#p = :p AND #s BETWEEN :from AND :to", true, true},
};

bool dynamodb_message_query(struct dynamodb_message *message, const struct dynamodb_message_query *query)
{
	const bool from = ranges[query->range].from, to = ranges[query->range].to;
	const struct dynamodb_message_field values[] = {
		{.name = ":p", .kind = DYNAMODB_MESSAGE_TEXT, .text = query->partition},
		{.name = ":from", .kind = from ? DYNAMODB_MESSAGE_TEXT : DYNAMODB_MESSAGE_NOTHING, .text = query->from},
		{.name = ":to", .kind = to ? DYNAMODB_MESSAGE_TEXT : DYNAMODB_MESSAGE_NOTHING, .text = query->to}};
	dynamodb_message_begin(message);
	write_member(message, "TableName", query->table);
	if (query->index != NULL)
		write_member(message, "IndexName", text_of_string(query->index));
	write_member(message, "KeyConditionExpression", text_of_string(ranges[query->range].condition));
	write_key(message, "ExpressionAttributeNames");
	json_write_object(&message->json);
	write_member(message, "#p", text_of_string(query->partition_name));
	if (from || to)
		write_member(message, "#s", text_of_string(query->sort_name));
	json_write_end(&message->json);
	write_fields(message, "ExpressionAttributeValues", DYNAMODB_MESSAGE_FIELDS(values));
	if (query->index == NULL)
		write_flag(message, "ConsistentRead", true);
	if (query->backward)
		write_flag(message, "ScanIndexForward", false);
	if (query->count)
		write_member(message, "Select", TEXT("COUNT"));
	return end_page(message, query);
}

/* ---- transactions ---- */

void dynamodb_message_transaction(struct dynamodb_message *message, struct text token)
{
	dynamodb_message_begin(message);
	write_member(message, "ClientRequestToken", token);
	write_capacity(message);
	write_key(message, "TransactItems");
	json_write_array(&message->json);
}

bool dynamodb_message_transaction_end(struct dynamodb_message *message)
{
	json_write_end(&message->json);
	return dynamodb_message_end(message);
}

/* Names and values as DynamoDB counts them: names and texts in UTF-8, bytes as such; a number at most 21 bytes. */
static size_t count_bytes(struct dynamodb_message_fields fields)
{
	size_t bytes = 0;
	for (size_t i = 0; i < fields.count; i++) {
		const struct dynamodb_message_field *field = &fields.items[i];
		const bool number = field->kind == DYNAMODB_MESSAGE_NUMBER;
		if (field->kind != DYNAMODB_MESSAGE_NOTHING)
			bytes += strlen(field->name) + field->text.size + field->bytes.size + (number ? 21 : 0);
	}
	return bytes;
}

/* An expression and what its placeholders stand for: those of the update are numbered from 0, those of the condition go on. */
static bool append_placeholder(struct buffer *out, char sigil, size_t number)
{
	return buffer_append_byte(out, (uint8_t)sigil) && buffer_append_integer(out, (int64_t)number, 0);
}

/* "SET #0 = :0, #1 = :1 REMOVE #2" */
static void write_update(struct dynamodb_message *message, struct dynamodb_message_fields fields)
{
	struct buffer *out = &message->scratch;
	bool good = true;
	for (int removing = 0; removing <= 1; removing++) {
		const char *before = removing ? (out->size > 0 ? " REMOVE " : "REMOVE ") : "SET ";
		for (size_t i = 0; good && i < fields.count; i++) {
			if ((fields.items[i].kind == DYNAMODB_MESSAGE_NOTHING) != (removing == 1))
				continue;
			good = buffer_append_string(out, before) && append_placeholder(out, '#', i) &&
				   (removing || (buffer_append_string(out, " = ") && append_placeholder(out, ':', i)));
			before = ", ";
		}
	}
	write_key(message, "UpdateExpression");
	write_scratch(message, good);
}

/* How a clause is written: what stands before its name, and behind it before its value, where there is one. */
static const struct {
	const char *before, *behind;
	bool value;
} clause_forms[] = {
	[DYNAMODB_MESSAGE_EQUAL] = {"", " = ", true},
	[DYNAMODB_MESSAGE_AT_LEAST] = {"", " >= ", true},
	[DYNAMODB_MESSAGE_LESS] = {"", " < ", true},
	[DYNAMODB_MESSAGE_ABSENT] = {"attribute_not_exists(", ")", false},
	[DYNAMODB_MESSAGE_PRESENT] = {"attribute_exists(", ")", false},
};

/* "#0 = :0 AND attribute_not_exists(#1)" */
static void write_condition(struct dynamodb_message *message, struct dynamodb_message_condition condition, size_t first)
{
	struct buffer *out = &message->scratch;
	bool good = true;
	for (size_t i = 0; good && i < condition.count; i++) {
		const unsigned form = condition.clauses[i].holds;
		good = (i == 0 || buffer_append_string(out, " AND ")) && buffer_append_string(out, clause_forms[form].before) &&
			   append_placeholder(out, '#', first + i) && buffer_append_string(out, clause_forms[form].behind) &&
			   (!clause_forms[form].value || append_placeholder(out, ':', first + i));
	}
	write_key(message, "ConditionExpression");
	write_scratch(message, good);
}

/* The member `#number` or `:number` of an object. */
static void write_placeholder(struct dynamodb_message *message, char sigil, size_t number)
{
	char name[24];
	snprintf(name, sizeof(name), "%c%zu", sigil, number);
	write_key(message, name);
}

/* The i-th field of an action that an expression names. */
static const struct dynamodb_message_field *named(const struct dynamodb_message_action *action, size_t updated,
												  size_t i)
{
	return i < updated ? &action->fields.items[i] : &action->condition.clauses[i - updated].field;
}

static bool has_value(const struct dynamodb_message_action *action, size_t updated, size_t i)
{
	return i < updated ? action->fields.items[i].kind != DYNAMODB_MESSAGE_NOTHING
					   : clause_forms[action->condition.clauses[i - updated].holds].value;
}

static void write_expressions(struct dynamodb_message *message, const struct dynamodb_message_action *action)
{
	const size_t updated = action->what == DYNAMODB_MESSAGE_UPDATE ? action->fields.count : 0;
	const size_t count = updated + action->condition.count;
	size_t values = 0;
	if (updated > 0)
		write_update(message, action->fields);
	if (action->condition.count > 0)
		write_condition(message, action->condition, updated);
	if (count == 0)
		return;
	write_key(message, "ExpressionAttributeNames");
	json_write_object(&message->json);
	for (size_t i = 0; i < count; i++) {
		write_placeholder(message, '#', i);
		json_write_string(&message->json, named(action, updated, i)->name);
		values += has_value(action, updated, i);
	}
	json_write_end(&message->json);
	if (values == 0)
		return;
	write_key(message, "ExpressionAttributeValues");
	json_write_object(&message->json);
	for (size_t i = 0; i < count; i++) {
		if (!has_value(action, updated, i))
			continue;
		write_placeholder(message, ':', i);
		write_value(message, named(action, updated, i));
	}
	json_write_end(&message->json);
}

void dynamodb_message_act(struct dynamodb_message *message, struct text table,
						  const struct dynamodb_message_action *action)
{
	static const char *const names[] = {[DYNAMODB_MESSAGE_PUT] = "Put",
										[DYNAMODB_MESSAGE_DELETE] = "Delete",
										[DYNAMODB_MESSAGE_UPDATE] = "Update",
										[DYNAMODB_MESSAGE_CHECK] = "ConditionCheck"};
	message->actions++;
	json_write_object(&message->json);
	write_key(message, names[action->what]);
	json_write_object(&message->json);
	write_member(message, "TableName", table);
	if (action->what == DYNAMODB_MESSAGE_PUT) {
		write_fields(message, "Item", action->fields);
		message->item_bytes += count_bytes(action->fields);
	} else {
		write_row_key(message, action->key);
		message->item_bytes += action->key.partition.size + action->key.sort.size + 4;
	}
	write_expressions(message, action);
	json_write_end(&message->json);
	json_write_end(&message->json);
}
