/*
 * JSON: what is read, and what is refused and where.
 */
#include <tap.h>

#include "error.h"
#include "json_read.h"
#include "limits.h"

static struct hansard_error error;

static enum hansard_status read_text(struct text input, json_t **ret_value)
{
	memset(&error, 0, sizeof(error));
	return json_read(TEXT("in.json"), bytes_of_text(input), ret_value, &error);
}

static void values_of_every_kind_are_read(void)
{
	json_t *value = NULL;
	expect_integer(read_text(TEXT(" {\"a\": [1, -2.5, \"\xc3\xa9\\u00e9\\ud83d\\ude42\", true, null, {}]}\n"), &value),
				   HANSARD_OK);
	json_t *list = json_object_get(value, "a");
	expect_integer((int64_t)json_array_size(list), 6);
	expect_text(json_read_text(json_array_get(list, 2)), "\xc3\xa9\xc3\xa9\xf0\x9f\x99\x82");
	expect(!text_present(json_read_text(json_array_get(list, 0))));
	expect(!text_present(json_read_text(NULL)));
	json_decref(value);
	static const char *const scalars[] = {"0", "\"\"", "true", "null", "[]", "{}"};
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		expect_integer(read_text(text_of_string(scalars[i]), &value), HANSARD_OK);
		json_decref(value);
	}
}

static const struct {
	const char *input;
	const char *place; /* how the message begins */
} bad[] = {
	{"", "in.json:1:1: there is nothing to read"},
	{" \n ", "in.json:2:"},
	{"{\"a\": 1,\n \"a\": 2}", "in.json:2:"},
	{"{\"a\": 1,\n \"\\u0061\": 2}", "in.json:2:"},
	{"[1,\n 2,\n]", "in.json:3:1: "},
	{"[1 2]", "in.json:1:4: "},
	{"[1] 2", "in.json:1:5: "},
	{"[\"\xc3\xa9\xc3\xa9\", x]", "in.json:1:8: "},
	{"\"\\u0000\"", "in.json:1:"},
	{"{\"\\u0000\": 1}", "in.json:1:"},
	{"\"\\ud800\"", "in.json:1:"},
	{"\"\\udc00\"", "in.json:1:"},
	{"\"\\x\"", "in.json:1:"},
	{"\"a\nb\"", "in.json:1:"},
	{"\"open", "in.json:1:"},
	{"{'a': 1}", "in.json:1:"},
	{"{a: 1}", "in.json:1:"},
	{"01", "in.json:1:"},
	{"+1", "in.json:1:"},
	{".5", "in.json:1:"},
	{"1.", "in.json:1:"},
	{"NaN", "in.json:1:"},
	{"Infinity", "in.json:1:"},
	{"1e999", "in.json:1:"},
	{"9223372036854775808", "in.json:1:"},
	{"-9223372036854775809", "in.json:1:"},
	{"[1] // no comments", "in.json:1:"},
	{"\xef\xbb\xbf{}", "in.json:1:1: it begins with a byte order mark"},
	{"\n```json\n{}\n```", "in.json:2:1: it begins with a code fence"},
	{"{\"a\": {\"b c\": 1, \"b c\": 2}}", "in.json:1:18: \"b c\": this key is there already"},
	{"[1,\n\"\xc3\xa9\xff\"]", "in.json:2:3: not UTF-8"},
	{"\"\xed\xa0\x80\"", "in.json:1:2: not UTF-8"},
	{"\"\xc0\x80\"", "in.json:1:2: not UTF-8"},
};

static void what_is_no_json_is_refused_with_its_place(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *value = NULL;
		if (read_text(text_of_string(bad[i].input), &value) != HANSARD_INVALID)
			tap_fail(__FILE__, __LINE__, "not refused: %s", bad[i].input);
		expect(value == NULL);
		expect_string(error.kind, "invalid_json");
		if (strncmp(error.message, bad[i].place, strlen(bad[i].place)) != 0)
			tap_fail(__FILE__, __LINE__, "%s: not at %s", error.message, bad[i].place);
	}
	expect_integer(json_read(TEXT("x"), bytes_of_text(TEXT("[")), &(json_t *){NULL}, NULL), HANSARD_INVALID);
}

static void a_nul_byte_is_refused_anywhere(void)
{
	json_t *value = NULL;
	expect_integer(read_text(TEXT("[1]\n\0"), &value), HANSARD_INVALID);
	expect_string(error.message, "in.json:2:1: not UTF-8, or U+0000");
	expect_integer(read_text(TEXT("\"a\0b\""), &value), HANSARD_INVALID);
	expect_integer(read_text(TEXT("\0"), &value), HANSARD_INVALID);
	expect_integer(json_read(TEXT("x"), (struct bytes){0}, &value, &error), HANSARD_INVALID);
	expect(value == NULL);
}

static char *nested(size_t depth, const char *open, const char *close)
{
	const size_t open_size = strlen(open);
	char *text = calloc(depth * (open_size + 1) + 2, 1);
	expect(text != NULL);
	char *at = text;
	for (size_t i = 0; i < depth; i++, at += open_size)
		memcpy(at, open, open_size);
	*at++ = '0';
	memset(at, close[0], depth);
	return text;
}

static void nesting_stops_at_the_limit(void)
{
	static const struct {
		const char *open;
		const char *close;
	} rows[] = {{"[", "]"}, {"{\"[\\\"\":", "}"}};
	for (size_t i = 0; i < 2; i++) {
		json_t *value = NULL;
		char *text = nested(LIMIT_JSON_DEPTH, rows[i].open, rows[i].close);
		expect_integer(read_text(text_of_string(text), &value), HANSARD_OK);
		json_decref(value);
		free(text);
		static const size_t deep[] = {LIMIT_JSON_DEPTH + 1, 10000, 1000000};
		for (size_t j = 0; j < 3; j++) {
			value = NULL;
			text = nested(deep[j], rows[i].open, rows[i].close);
			expect_integer(read_text(text_of_string(text), &value), HANSARD_INVALID);
			free(text);
			char wanted[64];
			snprintf(wanted, sizeof(wanted), "in.json:1:%zu: nested too deep",
					 LIMIT_JSON_DEPTH * strlen(rows[i].open) + 1);
			expect_string(error.message, wanted);
			expect(value == NULL);
		}
	}
}

static void brackets_in_strings_do_not_nest(void)
{
	json_t *value = NULL;
	char text[400] = "[\"\\\\\\\"";
	size_t size = strlen(text);
	memset(text + size, '[', 300);
	memcpy(text + size + 300, "\\\\\"]", 5);
	expect_integer(read_text(text_of_string(text), &value), HANSARD_OK);
	json_decref(value);
}

/* `count` values: an array of numbers. */
static enum hansard_status read_values(size_t count, json_t **ret_value)
{
	const size_t size = 2 * count - 1; /* [0,0,0] are four */
	char *data = malloc(size);
	expect(data != NULL);
	for (size_t i = 0; i < size; i++)
		data[i] = i % 2 == 0 ? ',' : '0';
	data[0] = '[';
	data[size - 1] = ']';
	const enum hansard_status status =
		json_read(TEXT("many"), (struct bytes){.data = (const uint8_t *)data, .size = size}, ret_value, &error);
	free(data);
	return status;
}

static void as_many_values_as_the_limit_are_read(void)
{
	json_t *value = NULL;
	expect_integer(read_values(LIMIT_JSON_VALUES, &value), HANSARD_OK);
	expect_integer((int64_t)json_array_size(value), LIMIT_JSON_VALUES - 1);
	json_decref(value);
	value = NULL;
	expect_integer(read_values((size_t)LIMIT_JSON_VALUES + 1, &value), HANSARD_INVALID);
	expect_string(error.kind, "invalid_json");
	expect(strstr(error.message, "many:1:") != NULL && strstr(error.message, ": too many values") != NULL);
	expect(value == NULL);
	/* Commas and brackets in strings are none. */
	expect_integer(read_text(TEXT("[\"[,{,\", 1]"), &value), HANSARD_OK);
	json_decref(value);
}

static void input_beyond_the_limit_is_refused(void)
{
	const size_t size = (size_t)LIMIT_JSON_BYTES + 1;
	uint8_t *data = malloc(size);
	expect(data != NULL);
	memset(data, ' ', size);
	data[0] = '1';
	json_t *value = NULL;
	const enum hansard_status over = json_read(TEXT("big"), (struct bytes){.data = data, .size = size}, &value, &error);
	expect_integer(over, HANSARD_INVALID);
	expect_string(error.message, "big: 268435457 bytes, more than 268435456");
	const enum hansard_status within =
		json_read(TEXT("big"), (struct bytes){.data = data, .size = size - 1}, &value, &error);
	expect_integer(within, HANSARD_OK);
	json_decref(value);
	free(data);
}

static void hostile_names_are_shown_harmless(void)
{
	json_t *value = NULL;
	expect_integer(json_read(TEXT("a\x1b[2J"), bytes_of_text(TEXT("[\x1b")), &value, &error), HANSARD_INVALID);
	expect(strchr(error.message, 0x1b) == NULL);
}

static const struct {
	const char *input;
	int64_t scale;
	bool read;
	int64_t wanted;
} numbers[] = {
	{"0.95", 1000000, true, 950000},
	{"1", 1000000, true, 1000000},
	{"-0.5", 1000, true, -500},
	{"0.0000004", 1000000, true, 0},
	{"0.0000005", 1000000, true, 1},
	{"-0.0000005", 1000000, true, -1},
	{"0.29", 100, true, 29},
	{"1.005e2", 1, true, 101},
	{"2.4999", 1, true, 2},
	{"-2.5", 1, true, -3},
	{"1e3", 1, true, 1000},
	{"9007199254740991", 1, true, LIMIT_INTEGER},
	{"-9007199254740991", 1, true, -LIMIT_INTEGER},
	{"9007199254740991.0", 1, true, LIMIT_INTEGER},
	{"9007199254740992", 1, false, 0},
	{"-9007199254740992", 1, false, 0},
	{"9007199254740992.0", 1, false, 0},
	{"9007199255", 1000000, false, 0},
	{"9007199254", 1000000, true, INT64_C(9007199254000000)},
	{"1e300", 1, false, 0},
	{"-1e300", 1000000, false, 0},
	{"1e308", 1000000, false, 0},
	{"9223372036854775807", 1000000, false, 0},
	{"-9223372036854775808", 1, false, 0},
	{"\"1\"", 1, false, 0},
	{"true", 1, false, 0},
	{"null", 1, false, 0},
	{"[1]", 1, false, 0},
};

static void numbers_are_scaled_to_the_nearest_integer(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		json_t *value = NULL;
		expect_integer(read_text(text_of_string(numbers[i].input), &value), HANSARD_OK);
		int64_t number = 0;
		const bool read = json_read_scaled(value, numbers[i].scale, &number);
		json_decref(value);
		if (read != numbers[i].read || number != numbers[i].wanted)
			tap_fail(__FILE__, __LINE__, "%s: %lld", numbers[i].input, (long long)number);
	}
	int64_t number;
	expect(!json_read_scaled(NULL, 1, &number));
}

static const struct tap_test tests[] = {
	{"values of every kind are read", values_of_every_kind_are_read},
	{"what is no JSON is refused, with line and column", what_is_no_json_is_refused_with_its_place},
	{"a NUL byte is refused anywhere", a_nul_byte_is_refused_anywhere},
	{"nesting stops at the limit, however deep", nesting_stops_at_the_limit},
	{"brackets in strings do not nest", brackets_in_strings_do_not_nest},
	{"as many values as the limit allows are read, and one more is refused", as_many_values_as_the_limit_are_read},
	{"input beyond the limit is refused", input_beyond_the_limit_is_refused},
	{"hostile names are shown harmless", hostile_names_are_shown_harmless},
	{"numbers are scaled to the nearest integer within limits", numbers_are_scaled_to_the_nearest_integer},
};

TAP_MAIN(tests)
