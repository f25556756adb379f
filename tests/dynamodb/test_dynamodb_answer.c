/*
 * Answers, good ones and hostile ones.
 */
#include "dynamodb_answer.h"
#include "expect.h"

static struct arena *arena;
static struct dynamodb_answer answer;
static struct hansard_error error;

static enum hansard_status read_answer(const char *body)
{
	dynamodb_answer_finish(&answer);
	error = (struct hansard_error){.status = HANSARD_OK};
	return dynamodb_answer_read(bytes_of_text(text_of_string(body)), &answer, &error);
}

static void rows(void)
{
	expect_integer(
		read_answer("{\"Items\":[{\"SK\":{\"S\":\"a\"}},{}],\"Count\":2,\"LastEvaluatedKey\":{\"SK\":{\"S\":\"b\"}}}"),
		HANSARD_OK);
	int64_t count;
	expect_integer(dynamodb_answer_rows(&answer), 2);
	expect_text(dynamodb_answer_text(dynamodb_answer_row(&answer, 0), "SK"), "a");
	expect(!text_present(dynamodb_answer_text(dynamodb_answer_row(&answer, 1), "SK")));
	const json_t *last = NULL;
	expect(dynamodb_answer_last(&answer, &last));
	expect_text(dynamodb_answer_text(last, "SK"), "b");
	expect(dynamodb_answer_count(&answer, &count));
	expect_integer(count, 2);
	expect(dynamodb_answer_item(&answer) == NULL);
	expect_integer(read_answer("{\"Items\":[],\"LastEvaluatedKey\":{}}"), HANSARD_OK);
	expect_integer(dynamodb_answer_rows(&answer), 0);
	expect(dynamodb_answer_last(&answer, &last) && last == NULL);
	static const char *const ends[] = {"null", "\"x\"", "[]", "true", "7"};
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char body[64];
		snprintf(body, sizeof(body), "{\"Items\":[],\"LastEvaluatedKey\":%s}", ends[i]);
		expect_integer(read_answer(body), HANSARD_OK);
		expect_integer(dynamodb_answer_last(&answer, &last), i == 0);
	}
	expect_integer(read_answer("{\"Item\":{\"i\":{\"S\":\"x\"}}}"), HANSARD_OK);
	expect_text(dynamodb_answer_text(dynamodb_answer_item(&answer), "i"), "x");
	expect(dynamodb_answer_has(dynamodb_answer_item(&answer), "i"));
	expect(!dynamodb_answer_has(dynamodb_answer_item(&answer), "j"));
}

static void answers_that_are_none(void)
{
	static const char *const bodies[] = {"",           "<html></html>",     "[]",           "\"Items\"", "{",
										 "{\"a\":1}x", "{\"a\":1,\"a\":2}", "{\"\xff\":1}", "null"};
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		expect_integer(read_answer(bodies[i]), HANSARD_FAILED);
		expect_string(error.kind, "invalid_answer");
		expect(error.hint[0] != '\0');
	}
	static const char *const others[] = {"{}",
										 "{\"Items\":{}}",
										 "{\"Items\":null}",
										 "{\"Count\":-1}",
										 "{\"Count\":1.5}",
										 "{\"Count\":\"1\"}",
										 "{\"Count\":9007199254740992}"};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		int64_t count;
		expect_integer(read_answer(others[i]), HANSARD_OK);
		expect(dynamodb_answer_rows(&answer) == SIZE_MAX);
		expect(!dynamodb_answer_count(&answer, &count));
		expect(dynamodb_answer_item(&answer) == NULL);
		const json_t *last = NULL;
		expect(dynamodb_answer_last(&answer, &last) && last == NULL);
	}
}

/* The attribute `a` of an item, as each kind. */
static void expect_value(const char *value, const char *text, int64_t number, const char *bytes)
{
	char body[256];
	int64_t read = -1;
	struct bytes read_bytes = {.data = NULL};
	snprintf(body, sizeof(body), "{\"Item\":{\"a\":%s}}", value);
	expect_integer(read_answer(body), HANSARD_OK);
	const json_t *row = dynamodb_answer_item(&answer);
	expect(text_equal(dynamodb_answer_text(row, "a"), text_of_string(text)));
	expect_integer(dynamodb_answer_number(row, "a", &read), number >= 0);
	expect_integer(read, number);
	expect_integer(dynamodb_answer_bytes(row, "a", arena, &read_bytes), bytes == NULL ? HANSARD_VIOLATED : HANSARD_OK);
	if (bytes != NULL)
		expect_text(text_of_bytes(read_bytes), bytes);
}

static void values(void)
{
	static const struct {
		const char *value, *text;
		int64_t number;
		const char *bytes;
	} table[] = {
		{"{\"S\":\"x\"}", "x", -1, NULL},
		{"{\"S\":\"\"}", "", -1, NULL},
		{"{\"N\":\"0\"}", NULL, 0, NULL},
		{"{\"N\":\"7\"}", NULL, 7, NULL},
		{"{\"N\":\"9007199254740991\"}", NULL, 9007199254740991, NULL},
		{"{\"N\":\"9007199254740992\"}", NULL, -1, NULL},
		{"{\"N\":\"99999999999999999999999999\"}", NULL, -1, NULL},
		{"{\"N\":\"\"}", NULL, -1, NULL},
		{"{\"N\":\"-1\"}", NULL, -1, NULL},
		{"{\"N\":\"+1\"}", NULL, -1, NULL},
		{"{\"N\":\"01\"}", NULL, -1, NULL},
		{"{\"N\":\"1.0\"}", NULL, -1, NULL},
		{"{\"N\":\"1e3\"}", NULL, -1, NULL},
		{"{\"N\":\" 1\"}", NULL, -1, NULL},
		{"{\"N\":7}", NULL, -1, NULL},
		{"{\"B\":\"YWJj\"}", NULL, -1, "abc"},
		{"{\"B\":\"YWI=\"}", NULL, -1, "ab"},
		{"{\"B\":\"\"}", NULL, -1, ""},
		{"{\"B\":\"YWJ\"}", NULL, -1, NULL},
		{"{\"B\":\"YWJ=\"}", NULL, -1, NULL},
		{"{\"B\":\"YW\\nJj\"}", NULL, -1, NULL},
		{"{\"B\":\"!!!!\"}", NULL, -1, NULL},
		{"{\"B\":[]}", NULL, -1, NULL},
		{"{\"S\":\"x\",\"N\":\"7\"}", NULL, -1, NULL},
		{"{\"S\":null}", NULL, -1, NULL},
		{"{\"NULL\":true}", NULL, -1, NULL},
		{"{\"M\":{\"S\":\"x\"}}", NULL, -1, NULL},
		{"{}", NULL, -1, NULL},
		{"\"x\"", NULL, -1, NULL},
		{"null", NULL, -1, NULL},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		expect_value(table[i].value, table[i].text, table[i].number, table[i].bytes);
	struct bytes bytes;
	int64_t number;
	expect(!text_present(dynamodb_answer_text(NULL, "a")));
	expect(!dynamodb_answer_number(NULL, "a", &number));
	expect_integer(dynamodb_answer_bytes(NULL, "a", arena, &bytes), HANSARD_VIOLATED);
}

static void capacity(void)
{
	static const struct {
		const char *body;
		int64_t thousandths;
	} table[] = {
		{"{}", 0},
		{"{\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":0.5}}", 500},
		{"{\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":44}}", 44000},
		{"{\"ConsumedCapacity\":[{\"CapacityUnits\":12.0},{\"CapacityUnits\":0.5}]}", 12500},
		{"{\"ConsumedCapacity\":[]}", 0},
		{"{\"ConsumedCapacity\":{\"CapacityUnits\":-3}}", 0},
		{"{\"ConsumedCapacity\":{\"CapacityUnits\":\"3\"}}", 0},
		{"{\"ConsumedCapacity\":{\"CapacityUnits\":1e300}}", 0},
		{"{\"ConsumedCapacity\":7}", 0},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		expect_integer(read_answer(table[i].body), HANSARD_OK);
		expect_integer(dynamodb_answer_capacity(&answer), table[i].thousandths);
	}
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"rows, counts, items and the end of a page are found", rows},
		{"what is no answer is refused, and what is another one has no rows", answers_that_are_none},
		{"values are read in the one way that they are written", values},
		{"consumed capacity is added up", capacity},
	};
	arena = arena_create(1 << 20);
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	dynamodb_answer_finish(&answer);
	arena_destroy(arena);
	return code;
}
