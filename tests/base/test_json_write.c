/*
 * JSON: the bytes that are written.
 */
#include <tap.h>

#include "json_read.h"
#include "json_write.h"
#include "limits.h"

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
	expect_integer(json_read(TEXT("written"), buffer_view(&out), &value, NULL), HANSARD_OK);
	expect(text_equal(json_read_text(value), buffer_text(&text)));
	json_decref(value);
	buffer_finish(&text);
	buffer_finish(&out);
}

static void bytes_are_written_as_base64(void)
{
	static const uint8_t many[70];
	struct buffer out;
	struct json_writer writer;
	buffer_init(&out, 100);
	json_write_begin(&writer, &out, true);
	json_write_array(&writer);
	json_write_base64(&writer, (struct bytes){0});
	json_write_base64(&writer, bytes_of_text(TEXT("\xfb\xff\xbf and")));
	json_write_end(&writer);
	expect(json_write_finish(&writer));
	expect_text(buffer_text(&out), "[\"\",\"+/+/IGFuZA==\"]");
	json_write_begin(&writer, &out, true);
	json_write_base64(&writer, (struct bytes){.data = many, .size = sizeof(many)});
	expect(!json_write_finish(&writer));
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

static const struct tap_test tests[] = {
	{"documents are laid out with two spaces", documents_are_laid_out},
	{"compact documents have no blanks", compact_documents_have_no_blanks},
	{"rows have a line for each entity", rows_have_a_line_for_each_entity},
	{"strings are escaped", strings_are_escaped},
	{"every character reads back", every_character_reads_back},
	{"bytes are written as a string of base64, as far as there is room", bytes_are_written_as_base64},
	{"scaled numbers are exact and shortest", scaled_numbers_are_exact_and_shortest},
	{"a writer refuses what is no document", a_writer_refuses_what_is_no_document},
	{"a writer remembers that its buffer was full", a_writer_remembers_a_full_buffer},
};

TAP_MAIN(tests)
