/*
 * JSON: what is read, what is refused and where, and the bytes that are written.
 */
#include <tap.h>

#include "error.h"
#include "json_read.h"
#include "json_show.h"
#include "json_write.h"
#include "utf8.h"

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

static void put_sample(struct json_writer *writer)
{
	json_write_object(writer);
	json_write_key(writer, "name");
	json_write_text(writer, TEXT("\xc3\xa9\""));
	json_write_key(writer, "list");
	json_write_array(writer);
	json_write_integer(writer, -7);
	json_write_boolean(writer, true);
	json_write_boolean(writer, false);
	json_write_null(writer);
	json_write_object(writer);
	json_write_end(writer);
	json_write_array(writer);
	json_write_end(writer);
	json_write_array(writer);
	json_write_string(writer, "");
	json_write_end(writer);
	json_write_end(writer);
	json_write_key(writer, "relevance");
	json_write_scaled(writer, 950000, 1000000);
	json_write_end(writer);
}

static void documents_are_laid_out(void)
{
	struct buffer out;
	struct json_writer writer;
	buffer_init(&out, 4096);
	json_write_begin(&writer, &out, false);
	put_sample(&writer);
	expect(json_write_finish(&writer));
	expect_text(buffer_text(&out), "{\n"
								   "  \"name\": \"\xc3\xa9\\\"\",\n"
								   "  \"list\": [\n"
								   "    -7,\n"
								   "    true,\n"
								   "    false,\n"
								   "    null,\n"
								   "    {},\n"
								   "    [],\n"
								   "    [\n"
								   "      \"\"\n"
								   "    ]\n"
								   "  ],\n"
								   "  \"relevance\": 0.95\n"
								   "}\n");
	buffer_finish(&out);
}

static void compact_documents_have_no_blanks(void)
{
	struct buffer out;
	struct json_writer writer;
	buffer_init(&out, 4096);
	json_write_begin(&writer, &out, true);
	put_sample(&writer);
	expect(json_write_finish(&writer));
	expect_text(buffer_text(&out),
				"{\"name\":\"\xc3\xa9\\\"\",\"list\":[-7,true,false,null,{},[],[\"\"]],\"relevance\":0.95}");
	buffer_finish(&out);
}

static void rows_have_a_line_for_each_entity(void)
{
	struct buffer out;
	struct json_writer writer;
	buffer_init(&out, 4096);
	json_write_begin_rows(&writer, &out);
	json_write_object(&writer);
	json_write_key(&writer, "rows");
	json_write_array(&writer);
	for (int i = 0; i < 2; i++) {
		json_write_object(&writer);
		json_write_key(&writer, "a");
		json_write_integer(&writer, i);
		json_write_key(&writer, "b");
		json_write_array(&writer);
		json_write_string(&writer, "\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\xe2\x80\x8d");
		json_write_null(&writer);
		json_write_end(&writer);
		json_write_end(&writer);
	}
	json_write_end(&writer);
	json_write_key(&writer, "none");
	json_write_array(&writer);
	json_write_end(&writer);
	json_write_end(&writer);
	expect(json_write_finish(&writer));
	expect_text(buffer_text(&out), "{\n"
								   "  \"rows\": [\n"
								   "    {\"a\": 0, \"b\": [\"\\u202e\\u2066\\u061c\xe2\x80\x8d\", null]},\n"
								   "    {\"a\": 1, \"b\": [\"\\u202e\\u2066\\u061c\xe2\x80\x8d\", null]}\n"
								   "  ],\n"
								   "  \"none\": []\n"
								   "}\n");
	buffer_finish(&out);
}

static void strings_are_escaped(void)
{
	static const struct {
		const char *text;
		const char *wanted;
	} rows[] = {
		{"", "\"\""},
		{"plain / <script>", "\"plain / <script>\""},
		{"\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
		{"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
		{"\xc2\x80\xc2\x9f\xc2\xa0", "\"\\u0080\\u009f\xc2\xa0\""},
		{"a\xe2\x80\xa8"
		 "b\xe2\x80\xa9"
		 "c\xe2\x80\xaa"
		 "d\xe2\x80\xa7",
		 "\"a\\u2028b\\u2029c\\u202ad\xe2\x80\xa7\""},
		{"\xf0\x9f\x99\x82", "\"\xf0\x9f\x99\x82\""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer out;
		struct json_writer writer;
		buffer_init(&out, 4096);
		json_write_begin(&writer, &out, true);
		json_write_string(&writer, rows[i].text);
		expect(json_write_finish(&writer));
		expect_text(buffer_text(&out), rows[i].wanted);
		buffer_finish(&out);
	}
}

static void every_character_reads_back(void)
{
	struct buffer text;
	struct buffer out;
	struct json_writer writer;
	buffer_init(&text, 1 << 20);
	buffer_init(&out, 1 << 20);
	for (uint32_t c = 1; c < 0x3000; c++) {
		if (c >= 0x800)
			expect(buffer_append_byte(&text, (uint8_t)(0xe0 | c >> 12)));
		if (c >= 0x80)
			expect(buffer_append_byte(&text, (uint8_t)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6)));
		expect(buffer_append_byte(&text, (uint8_t)(c >= 0x80 ? 0x80 | (c & 0x3f) : c)));
	}
	json_write_begin(&writer, &out, true);
	json_write_text(&writer, buffer_text(&text));
	expect(json_write_finish(&writer));
	json_t *value = NULL;
	expect_integer(read_text(buffer_text(&out), &value), HANSARD_OK);
	expect(text_equal(json_read_text(value), buffer_text(&text)));
	json_decref(value);
	buffer_finish(&text);
	buffer_finish(&out);
}

static void scaled_numbers_are_exact_and_shortest(void)
{
	static const struct {
		int64_t value;
		int64_t scale;
		const char *wanted;
	} rows[] = {
		{950000, 1000000, "0.95"},
		{1000000, 1000000, "1"},
		{0, 1000, "0"},
		{1, 1000000, "0.000001"},
		{-500, 1000, "-0.5"},
		{-1500, 1000, "-1.5"},
		{1005, 1000, "1.005"},
		{-1, 1000000, "-0.000001"},
		{100, 1, "100"},
		{-2000000, 1000000, "-2"},
		{INT64_MIN, 10, "-922337203685477580.8"},
		{INT64_MAX, INT64_C(1000000000000000000), "9.223372036854775807"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer out;
		struct json_writer writer;
		buffer_init(&out, 64);
		json_write_begin(&writer, &out, true);
		json_write_scaled(&writer, rows[i].value, rows[i].scale);
		expect(json_write_finish(&writer));
		expect_text(buffer_text(&out), rows[i].wanted);
		buffer_finish(&out);
	}
}

static void refuse_nothing(struct json_writer *writer)
{
	(void)writer;
}

static void refuse_two_values(struct json_writer *writer)
{
	json_write_null(writer);
	json_write_null(writer);
}

static void refuse_two_containers(struct json_writer *writer)
{
	json_write_array(writer);
	json_write_end(writer);
	json_write_array(writer);
	json_write_end(writer);
}

static void refuse_open(struct json_writer *writer)
{
	json_write_array(writer);
}

static void refuse_end(struct json_writer *writer)
{
	json_write_null(writer);
	json_write_end(writer);
}

static void refuse_no_key(struct json_writer *writer)
{
	json_write_object(writer);
	json_write_null(writer);
	json_write_end(writer);
}

static void refuse_no_value(struct json_writer *writer)
{
	json_write_object(writer);
	json_write_key(writer, "a");
	json_write_end(writer);
}

static void refuse_two_keys(struct json_writer *writer)
{
	json_write_object(writer);
	json_write_key(writer, "a");
	json_write_key(writer, "b");
	json_write_null(writer);
	json_write_end(writer);
}

static void refuse_key_in_array(struct json_writer *writer)
{
	json_write_array(writer);
	json_write_key(writer, "a");
	json_write_end(writer);
}

static void refuse_key_alone(struct json_writer *writer)
{
	json_write_key(writer, "a");
	json_write_null(writer);
}

static void refuse_absent(struct json_writer *writer)
{
	json_write_text(writer, TEXT_ABSENT);
}

static void refuse_ill_formed(struct json_writer *writer)
{
	json_write_text(writer, TEXT("\xc3"));
}

static void refuse_scale(struct json_writer *writer)
{
	json_write_scaled(writer, 1, 20);
}

static void refuse_no_scale(struct json_writer *writer)
{
	json_write_scaled(writer, 1, 0);
}

static void refuse_depth(struct json_writer *writer)
{
	for (int i = 0; i <= LIMIT_JSON_DEPTH; i++)
		json_write_array(writer);
	for (int i = 0; i <= LIMIT_JSON_DEPTH; i++)
		json_write_end(writer);
}

static void a_writer_refuses_what_is_no_document(void)
{
	static void (*const refused[])(struct json_writer *) = {
		refuse_nothing, refuse_two_values, refuse_two_containers, refuse_open,         refuse_end,
		refuse_no_key,  refuse_no_value,   refuse_two_keys,       refuse_key_in_array, refuse_key_alone,
		refuse_absent,  refuse_ill_formed, refuse_scale,          refuse_no_scale,     refuse_depth,
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct buffer out;
		struct json_writer writer;
		buffer_init(&out, 1 << 16);
		json_write_begin(&writer, &out, i % 2 == 0);
		refused[i](&writer);
		if (json_write_finish(&writer) || writer.fault == NULL)
			tap_fail(__FILE__, __LINE__, "row %zu was written", i);
		buffer_finish(&out);
	}
}

static void a_writer_remembers_a_full_buffer(void)
{
	size_t ceiling = 0;
	for (;; ceiling++) {
		struct buffer out;
		struct json_writer writer;
		buffer_init(&out, ceiling);
		json_write_begin(&writer, &out, false);
		put_sample(&writer);
		const bool written = json_write_finish(&writer);
		const size_t size = out.size;
		buffer_finish(&out);
		if (written) {
			expect_integer((int64_t)size, (int64_t)ceiling);
			break;
		}
		expect_string(writer.fault, "out of memory");
		expect(ceiling < 4096);
	}
}

/* Every limit of a value of many kinds: whole where it fits, else a beginning of it and an ellipsis, nothing else. */
static void a_value_is_shown_up_to_a_limit(void)
{
	static const char whole[] =
		"{\"id\":\"x\xc3\xa9\xf0\x9f\x99\x82\",\"body\":[1,-2.5,null,{\"a\":\"yyyyyyyyyyyyyyyyyyyyyyyy\"}]}";
	json_t *value = NULL;
	expect_integer(read_text(text_of_string(whole), &value), HANSARD_OK);
	for (size_t limit = 3; limit < sizeof(whole) + 3; limit++) {
		struct arena *arena = arena_create(1 << 20);
		struct text shown;
		expect(json_show(arena, value, limit, &shown));
		expect(shown.size <= limit && utf8_valid(bytes_of_text(shown)));
		if (limit < sizeof(whole) - 1) {
			expect(memcmp(shown.data + shown.size - 3, "\xe2\x80\xa6", 3) == 0);
			expect(shown.size + 4 > limit && memcmp(shown.data, whole, shown.size - 3) == 0);
		} else {
			expect_text(shown, whole);
		}
		arena_destroy(arena);
	}
	json_decref(value);
}

static void a_string_is_shown_with_quotes_or_plain(void)
{
	struct arena *arena = arena_create(1 << 20);
	struct text shown;
	json_t *value = json_string("a \"b\" c");
	expect(json_show(arena, value, 40, &shown));
	expect_text(shown, "\"a \\\"b\\\" c\"");
	expect(json_show_plain(arena, value, 40, &shown));
	expect_text(shown, "a \"b\" c");
	expect(json_show_plain(arena, value, 6, &shown));
	expect_text(shown, "a \"\xe2\x80\xa6");
	json_decref(value);
	arena_destroy(arena);
}

static const struct tap_test tests[] = {
	{"a value is shown up to a limit, cut at a character", a_value_is_shown_up_to_a_limit},
	{"a string is shown with quotes or plain", a_string_is_shown_with_quotes_or_plain},
	{"values of every kind are read", values_of_every_kind_are_read},
	{"what is no JSON is refused, with line and column", what_is_no_json_is_refused_with_its_place},
	{"a NUL byte is refused anywhere", a_nul_byte_is_refused_anywhere},
	{"nesting stops at the limit, however deep", nesting_stops_at_the_limit},
	{"brackets in strings do not nest", brackets_in_strings_do_not_nest},
	{"as many values as the limit allows are read, and one more is refused", as_many_values_as_the_limit_are_read},
	{"input beyond the limit is refused", input_beyond_the_limit_is_refused},
	{"hostile names are shown harmless", hostile_names_are_shown_harmless},
	{"numbers are scaled to the nearest integer within limits", numbers_are_scaled_to_the_nearest_integer},
	{"documents are laid out with two spaces", documents_are_laid_out},
	{"compact documents have no blanks", compact_documents_have_no_blanks},
	{"rows have a line for each entity", rows_have_a_line_for_each_entity},
	{"strings are escaped", strings_are_escaped},
	{"every character reads back", every_character_reads_back},
	{"scaled numbers are exact and shortest", scaled_numbers_are_exact_and_shortest},
	{"a writer refuses what is no document", a_writer_refuses_what_is_no_document},
	{"a writer remembers that its buffer was full", a_writer_remembers_a_full_buffer},
};

TAP_MAIN(tests)
