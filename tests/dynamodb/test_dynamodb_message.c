/*
 * Bodies of requests, byte for byte.
 */
#include "dynamodb_message.h"
#include "expect.h"

static struct dynamodb_message message;

#define CAPACITY "\"ReturnConsumedCapacity\":\"TOTAL\""

static void expect_body(bool good, const char *wanted)
{
	expect(good);
	expect_text(buffer_text(&message.body), wanted);
	expect_integer(message.scratch.size, 0);
}

static const struct dynamodb_message_key key = {.partition = {"t#dialogue#d", 12}, .sort = {"!head", 5}};
#define KEY_JSON "\"Key\":{\"PK\":{\"S\":\"t#dialogue#d\"},\"SK\":{\"S\":\"!head\"}}"

static void reading(void)
{
	static const struct dynamodb_message_field last[] = {
		{.name = "PK", .kind = DYNAMODB_MESSAGE_TEXT, .text = {"a", 1}},
		{.name = "p1", .kind = DYNAMODB_MESSAGE_NOTHING, .text = {NULL, 0}},
		{.name = "SK", .kind = DYNAMODB_MESSAGE_TEXT, .text = {"b", 1}}};
	expect_body(dynamodb_message_get(&message, TEXT("table"), key),
				"{\"TableName\":\"table\"," KEY_JSON ",\"ConsistentRead\":true," CAPACITY "}");
	expect_body(dynamodb_message_table(&message, TEXT("table")), "{\"TableName\":\"table\"}");
	expect_body(dynamodb_message_scan(&message, &(struct dynamodb_message_query){.table = TEXT("table")}),
				"{\"TableName\":\"table\",\"ConsistentRead\":true," CAPACITY "}");
	const struct dynamodb_message_query behind = {
		.table = TEXT("table"), .limit = 3, .start = DYNAMODB_MESSAGE_FIELDS(last)};
	expect_body(dynamodb_message_scan(&message, &behind),
				"{\"TableName\":\"table\",\"ConsistentRead\":true,\"Limit\":3,"
				"\"ExclusiveStartKey\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"}}," CAPACITY "}");
}

#define QUERY(condition, names, values)                                                                                \
	"{\"TableName\":\"table\",\"KeyConditionExpression\":\"#p = :p" condition "\","                                    \
	"\"ExpressionAttributeNames\":{\"#p\":\"PK\"" names "},\"ExpressionAttributeValues\":{\":p\":{\"S\":\"d\"}" values \
	"},\"ConsistentRead\":true," CAPACITY "}"
#define SORT ",\"#s\":\"SK\""

static void querying(void)
{
	static const struct {
		enum dynamodb_message_range range;
		const char *wanted;
	} rows[] = {
		{DYNAMODB_MESSAGE_ALL, QUERY("", "", "")},
		{DYNAMODB_MESSAGE_BELOW, QUERY(" AND #s < :to", SORT, ",\":to\":{\"S\":\"z\"}")},
		{DYNAMODB_MESSAGE_ABOVE, QUERY(" AND #s > :from", SORT, ",\":from\":{\"S\":\"a\"}")},
		{DYNAMODB_MESSAGE_BETWEEN,
		 QUERY(" AND #s BETWEEN :from AND :to", SORT, ",\":from\":{\"S\":\"a\"},\":to\":{\"S\":\"z\"}")},
	};
	struct dynamodb_message_query query = {.table = TEXT("table"),
										   .partition_name = "PK",
										   .sort_name = "SK",
										   .partition = TEXT("d"),
										   .from = TEXT("a"),
										   .to = TEXT("z")};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		query.range = rows[i].range;
		expect_body(dynamodb_message_query(&message, &query), rows[i].wanted);
	}
	static const struct dynamodb_message_field last[] = {
		{.name = "PK", .kind = DYNAMODB_MESSAGE_TEXT, .text = {"a", 1}}};
	const struct dynamodb_message_query of_index = {.table = TEXT("table"),
													.index = "ByStatus",
													.partition_name = "p1",
													.sort_name = "s1",
													.partition = TEXT("x"),
													.range = DYNAMODB_MESSAGE_BELOW,
													.to = TEXT("\x01\"y"),
													.backward = true,
													.count = true,
													.limit = 21,
													.start = DYNAMODB_MESSAGE_FIELDS(last)};
	expect_body(
		dynamodb_message_query(&message, &of_index),
		"{\"TableName\":\"table\",\"IndexName\":\"ByStatus\",\"KeyConditionExpression\":\"#p = :p AND #s < :to\","
		"\"ExpressionAttributeNames\":{\"#p\":\"p1\",\"#s\":\"s1\"},"
		"\"ExpressionAttributeValues\":{\":p\":{\"S\":\"x\"},\":to\":{\"S\":\"\\u0001\\\"y\"}},"
		"\"ScanIndexForward\":false,\"Select\":\"COUNT\",\"Limit\":21,"
		"\"ExclusiveStartKey\":{\"PK\":{\"S\":\"a\"}}," CAPACITY "}");
}

static void act(const struct dynamodb_message_action *action)
{
	dynamodb_message_act(&message, TEXT("table"), action);
}

#define TRANSACTION(actions) "{\"ClientRequestToken\":\"token\"," CAPACITY ",\"TransactItems\":[" actions "]}"
#define T "\"TableName\":\"table\","

static void transacting(void)
{
	static const struct dynamodb_message_field fields[] = {
		{.name = "PK", .kind = DYNAMODB_MESSAGE_TEXT, .text = {"d", 1}},
		{.name = "r", .kind = DYNAMODB_MESSAGE_NUMBER, .number = 9007199254740991},
		{.name = "u", .kind = DYNAMODB_MESSAGE_NOTHING},
		{.name = "c", .kind = DYNAMODB_MESSAGE_BYTES, .bytes = {(const uint8_t *)"\xff\x00", 2}},
		{.name = "e", .kind = DYNAMODB_MESSAGE_BYTES, .bytes = {NULL, 0}}};
	static const struct dynamodb_message_clause clauses[] = {
		{.holds = DYNAMODB_MESSAGE_EQUAL, .field = {.name = "r", .kind = DYNAMODB_MESSAGE_NUMBER, .number = 7}},
		{.holds = DYNAMODB_MESSAGE_ABSENT, .field = {.name = "u"}},
		{.holds = DYNAMODB_MESSAGE_PRESENT, .field = {.name = "h"}}};
	dynamodb_message_transaction(&message, TEXT("token"));
	act(&(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_PUT,
										  .fields = DYNAMODB_MESSAGE_FIELDS(fields),
										  .condition = {.clauses = clauses, .count = 3}});
	/* PK and its value, r and a number, c and two bytes, e. */
	expect_integer(message.item_bytes, 2 + 1 + 1 + 21 + 1 + 2 + 1);
	act(&(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_DELETE, .key = key});
	act(&(struct dynamodb_message_action){
		.what = DYNAMODB_MESSAGE_CHECK, .key = key, .condition = {.clauses = clauses + 1, .count = 1}});
	expect_integer(message.actions, 3);
	expect_body(
		dynamodb_message_transaction_end(&message),
		TRANSACTION("{\"Put\":{" T
					"\"Item\":{\"PK\":{\"S\":\"d\"},\"r\":{\"N\":\"9007199254740991\"},\"c\":{\"B\":\"/wA=\"},"
					"\"e\":{\"B\":\"\"}},\"ConditionExpression\":\"#0 = :0 AND attribute_not_exists(#1) AND "
					"attribute_exists(#2)\",\"ExpressionAttributeNames\":{\"#0\":\"r\",\"#1\":\"u\",\"#2\":\"h\"},"
					"\"ExpressionAttributeValues\":{\":0\":{\"N\":\"7\"}}}},"
					"{\"Delete\":{" T KEY_JSON "}},"
					"{\"ConditionCheck\":{" T KEY_JSON ",\"ConditionExpression\":\"attribute_not_exists(#0)\","
					"\"ExpressionAttributeNames\":{\"#0\":\"u\"}}}"));
}

static void updating(void)
{
	static const struct dynamodb_message_field set[] = {{.name = "p1", .kind = DYNAMODB_MESSAGE_TEXT, .text = {"a", 1}},
														{.name = "p2", .kind = DYNAMODB_MESSAGE_NOTHING},
														{.name = "s1", .kind = DYNAMODB_MESSAGE_TEXT, .text = {"b", 1}},
														{.name = "s2", .kind = DYNAMODB_MESSAGE_NOTHING}};
	static const struct dynamodb_message_clause there = {.holds = DYNAMODB_MESSAGE_PRESENT, .field = {.name = "PK"}};
	dynamodb_message_transaction(&message, TEXT("token"));
	act(&(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_UPDATE,
										  .key = key,
										  .fields = DYNAMODB_MESSAGE_FIELDS(set),
										  .condition = {.clauses = &there, .count = 1}});
	act(&(struct dynamodb_message_action){
		.what = DYNAMODB_MESSAGE_UPDATE, .key = key, .fields = {.items = set + 1, .count = 1}});
	act(&(struct dynamodb_message_action){
		.what = DYNAMODB_MESSAGE_UPDATE, .key = key, .fields = {.items = set, .count = 1}});
	expect_body(
		dynamodb_message_transaction_end(&message),
		TRANSACTION("{\"Update\":{" T KEY_JSON ",\"UpdateExpression\":\"SET #0 = :0, #2 = :2 REMOVE #1, #3\","
					"\"ConditionExpression\":\"attribute_exists(#4)\",\"ExpressionAttributeNames\":{\"#0\":\"p1\","
					"\"#1\":\"p2\",\"#2\":\"s1\",\"#3\":\"s2\",\"#4\":\"PK\"},"
					"\"ExpressionAttributeValues\":{\":0\":{\"S\":\"a\"},\":2\":{\"S\":\"b\"}}}},"
					"{\"Update\":{" T KEY_JSON ",\"UpdateExpression\":\"REMOVE #0\","
					"\"ExpressionAttributeNames\":{\"#0\":\"p2\"}}},"
					"{\"Update\":{" T KEY_JSON ",\"UpdateExpression\":\"SET #0 = :0\","
					"\"ExpressionAttributeNames\":{\"#0\":\"p1\"},\"ExpressionAttributeValues\":{\":0\":"
					"{\"S\":\"a\"}}}}"));
}

/* The same calls give the same bytes, and a body that does not fit is none. */
static void again_and_too_large(void)
{
	transacting();
	transacting();
	uint8_t *large = calloc(1, DYNAMODB_MESSAGE_MAX);
	expect(large != NULL);
	const struct dynamodb_message_field field = {
		.name = "c", .kind = DYNAMODB_MESSAGE_BYTES, .bytes = {large, DYNAMODB_MESSAGE_MAX}};
	dynamodb_message_transaction(&message, TEXT("token"));
	act(&(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_PUT, .fields = {.items = &field, .count = 1}});
	expect(!dynamodb_message_transaction_end(&message));
	free(large);
	transacting();
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"rows, tables and all rows are asked for", reading},
		{"ranges of a partition are asked for, of the table and of an index", querying},
		{"rows are put, deleted and checked in one transaction", transacting},
		{"attributes are set and removed", updating},
		{"the same calls give the same bytes, and what is too large is refused", again_and_too_large},
	};
	dynamodb_message_init(&message);
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	dynamodb_message_finish(&message);
	return code;
}
