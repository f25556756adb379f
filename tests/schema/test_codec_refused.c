/*
 * The codec, over every row of entities.def: each way of being wrong is refused and named. Bytes that the writer would not
 * make are made by rewriting its own.
 */
#include "cbor_read.h"
#include "cbor_write.h"
#include "digest.h"
#include "encoded.h"
#include "field.h"

static void a_missing_field_is_not_written(void)
{
	encoded_begin(3);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			if (!shape->fields[j].required)
				continue;
			struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
			sample_clear(&shape->fields[j], entity);
			struct encoded encoded;
			struct hansard_error error = {.kind = ""};
			encoded_expect_refused(encoded_make(entity, &encoded, &error), &error, "missing_field",
								   shape->fields[j].name);
			expect_integer(shape->fields[j].clear ? encoded.attrs.size : encoded.sealed.size, 0);
			encoded_finish(&encoded);
		}
	}
	encoded_end();
}

/* How one pair of an encoded map is changed. */
struct edit {
	struct text key;    /* of the pair */
	bool drop;          /* it is left out */
	struct bytes value; /* else what takes its value's place */
};

/* Writes an encoded map again with an edit; a pair that is not there is put in its place. */
static void rewrite(struct bytes from, struct edit edit, struct buffer *out)
{
	struct cbor_reader reader;
	struct cbor_writer writer;
	size_t pairs = 0;
	struct text keys[64];
	struct bytes values[64];
	size_t count = 0;
	bool placed = edit.drop;
	cbor_read_begin(&reader, from);
	expect(from.size == 0 || cbor_read_map(&reader, &pairs));
	for (size_t i = 0; i < pairs; i++) {
		struct text key;
		struct bytes value;
		expect(cbor_read_text(&reader, &key) && cbor_read_skip(&reader, &value));
		if (!placed && cbor_write_key_compare(key, edit.key) >= 0) {
			keys[count] = edit.key;
			values[count++] = edit.value;
			placed = true;
		}
		if (text_equal(key, edit.key))
			continue;
		keys[count] = key;
		values[count++] = value;
	}
	if (!placed) {
		keys[count] = edit.key;
		values[count++] = edit.value;
	}
	out->size = 0;
	cbor_write_begin(&writer, out);
	cbor_write_map(&writer, count);
	for (size_t i = 0; i < count; i++) {
		cbor_write_text(&writer, keys[i]);
		cbor_write_encoded(&writer, values[i]);
	}
	expect(cbor_write_finish(&writer));
}

/* Reads a random entity one of whose maps was edited. */
static enum hansard_status read_edited(enum entity_type type, bool clear, struct edit edit, struct hansard_error *error)
{
	struct encoded encoded;
	struct buffer edited;
	struct entity_head *back;
	expect(encoded_make(sample_entity(&sample, type), &encoded, error) == HANSARD_OK);
	buffer_init(&edited, LIMIT_PIECE);
	rewrite(buffer_view(clear ? &encoded.attrs : &encoded.sealed), edit, &edited);
	const struct bytes attrs = buffer_view(clear ? &edited : &encoded.attrs);
	const struct bytes sealed = buffer_view(clear ? &encoded.sealed : &edited);
	const enum hansard_status status =
		entity_codec_read(sample.arena, type, TEXT("01#03"), attrs, sealed, &back, error);
	buffer_finish(&edited);
	encoded_finish(&encoded);
	return status;
}

#define CBOR(...)                                                                                                      \
	((struct bytes){.data = (const uint8_t[]){__VA_ARGS__}, .size = sizeof((const uint8_t[]){__VA_ARGS__})})

static void a_missing_field_is_not_read(void)
{
	encoded_begin(4);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			const struct schema_field *field = &shape->fields[j];
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(field->name), .drop = true};
			const enum hansard_status status = read_edited((enum entity_type)i, field->clear, edit, &error);
			if (field->required)
				encoded_expect_refused(status, &error, "missing_field", field->name);
			else
				expect_integer(status, HANSARD_OK);
		}
	}
	encoded_end();
}

static void unknown_fields_are_refused(void)
{
	static const char *const names[] = {"", "unknown", "Status", "a_name_longer_than_that_of_any_field_there_is"};
	encoded_begin(5);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		for (size_t j = 0; j < 2 * sizeof(names) / sizeof(names[0]); j++) {
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(names[j / 2]), .value = CBOR(0x01)};
			encoded_expect_refused(read_edited((enum entity_type)i, j % 2 == 0, edit, &error), &error, "unknown_field",
								   names[j / 2]);
		}
	}
	encoded_end();
}

static void fields_stay_where_they_belong(void)
{
	encoded_begin(6);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(shape->fields[j].name), .value = CBOR(0x61, 'x')};
			encoded_expect_refused(read_edited((enum entity_type)i, !shape->fields[j].clear, edit, &error), &error,
								   "unknown_field", shape->fields[j].name);
		}
	}
	encoded_end();
}

#define ENCODED(literal)                                                                                               \
	{                                                                                                                  \
		.data = literal, .size = sizeof(literal) - 1                                                                   \
	}

/* Values that a kind does not admit. */
static const struct {
	enum schema_kind kind;
	struct text encoded;
} wrong_values[] = {
	{SCHEMA_TEXT, ENCODED("\x41x")},
	{SCHEMA_TEXT, ENCODED("\x01")},
	{SCHEMA_TEXT, ENCODED("\x81\x61x")},
	{SCHEMA_TEXT, ENCODED("\x61\xff")},
	{SCHEMA_TEXT, ENCODED("\x61\x00")},
	{SCHEMA_TIME, ENCODED("\x60")},
	{SCHEMA_TIME, ENCODED("\x6a"
						  "2026-01-01")},
	{SCHEMA_TIME, ENCODED("\x78\x1b"
						  "2026-02-30T00:00:00.000000Z")},
	{SCHEMA_TIME, ENCODED("\x01")},
	{SCHEMA_HASH, ENCODED("\x40")},
	{SCHEMA_HASH, ENCODED("\x58\x1f"
						  "0123456789012345678901234567890")},
	{SCHEMA_HASH, ENCODED("\x58\x21"
						  "012345678901234567890123456789012")},
	{SCHEMA_HASH, ENCODED("\x78\x20"
						  "01234567890123456789012345678901")},
	{SCHEMA_TEXTS, ENCODED("\x61x")},
	{SCHEMA_TEXTS, ENCODED("\x81\x01")},
	{SCHEMA_TEXTS, ENCODED("\x82\x61x\xa0")},
	{SCHEMA_INTEGER, ENCODED("\x61"
							 "1")},
	{SCHEMA_INTEGER, ENCODED("\xf5")},
	{SCHEMA_BOOLEAN, ENCODED("\x01")},
	{SCHEMA_BOOLEAN, ENCODED("\x64true")},
	{SCHEMA_WORD, ENCODED("\x60")},
	{SCHEMA_WORD, ENCODED("\x64Open")},
	{SCHEMA_WORD, ENCODED("\x65openx")},
	{SCHEMA_WORD, ENCODED("\x01")},
	{SCHEMA_GROUP, ENCODED("\x01")},
	{SCHEMA_GROUP, ENCODED("\x80")},
	{SCHEMA_GROUP, ENCODED("\xa1\x63xyz\x01")},
	{SCHEMA_GROUPS, ENCODED("\xa0")},
	{SCHEMA_GROUPS, ENCODED("\x81\x01")},
	{SCHEMA_GROUPS, ENCODED("\x81\xa1\x63xyz\x01")},
};

enum { WRONG_VALUES = sizeof(wrong_values) / sizeof(wrong_values[0]) };

static void wrong_values_are_refused(void)
{
	encoded_begin(7);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			const struct schema_field *field = &shape->fields[j];
			int tried = 0;
			for (size_t k = 0; k < WRONG_VALUES; k++) {
				if (wrong_values[k].kind != field->kind)
					continue;
				struct hansard_error error = {.kind = ""};
				const struct edit edit = {
					.key = text_of_string(field->name),
					.value = bytes_of_text(wrong_values[k].encoded),
				};
				const enum hansard_status status = read_edited((enum entity_type)i, field->clear, edit, &error);
				expect_integer(status, HANSARD_INVALID);
				/* What is wrong inside a group is named by the group. */
				expect(strstr(error.message, field->name) != NULL || strstr(error.message, field->group->name) != NULL);
				tried++;
			}
			expect(tried >= 2);
		}
	}
	encoded_end();
}

/* Writes and reads a field with this integer. */
static void try_integer(enum entity_type type, const struct schema_field *field, int64_t value, bool good)
{
	struct hansard_error error = {.kind = ""};
	struct entity_head *entity = sample_entity(&sample, type);
	*(struct schema_integer *)field_slot(field, entity) = (struct schema_integer){.value = value, .present = true};
	struct encoded encoded;
	const enum hansard_status written = encoded_make(entity, &encoded, &error);
	encoded_finish(&encoded);
	struct buffer number;
	struct cbor_writer writer;
	buffer_init(&number, 16);
	cbor_write_begin(&writer, &number);
	cbor_write_integer(&writer, value);
	const bool is_cbor = cbor_write_finish(&writer);
	const struct edit edit = {.key = text_of_string(field->name), .value = buffer_view(&number)};
	if (good) {
		expect_integer(written, HANSARD_OK);
		expect(is_cbor && read_edited(type, field->clear, edit, &error) == HANSARD_OK);
	} else {
		encoded_expect_refused(written, &error, "invalid_value", field->name);
		if (is_cbor)
			encoded_expect_refused(read_edited(type, field->clear, edit, &error), &error, "invalid_value", field->name);
	}
	buffer_finish(&number);
}

static void integers_end_at_their_range(void)
{
	encoded_begin(8);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			const struct schema_field *field = &shape->fields[j];
			if (field->kind != SCHEMA_INTEGER)
				continue;
			try_integer((enum entity_type)i, field, field->unit->min, true);
			try_integer((enum entity_type)i, field, field->unit->max, true);
			try_integer((enum entity_type)i, field, field->unit->min - 1, false);
			try_integer((enum entity_type)i, field, field->unit->max + 1, false);
		}
	}
	encoded_end();
}

/* A struct may hold what no field admits: the writer looks. */
static void the_writer_refuses_what_no_reader_takes(void)
{
	static const uint8_t hash[DIGEST_SIZE] = {0};
	encoded_begin(9);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			const struct schema_field *field = &shape->fields[j];
			struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
			void *slot = field_slot(field, entity);
			struct text bad = TEXT("\xc3");
			if (field->kind == SCHEMA_TEXT)
				*(struct text *)slot = bad;
			else if (field->kind == SCHEMA_TIME)
				*(struct text *)slot = TEXT("2026-13-01T00:00:00.000000Z");
			else if (field->kind == SCHEMA_HASH)
				*(struct bytes *)slot = (struct bytes){.data = hash, .size = DIGEST_SIZE - 1};
			else if (field->kind == SCHEMA_TEXTS)
				*(struct text_list *)slot = (struct text_list){.items = &bad, .count = 1, .present = true};
			else if (field->kind == SCHEMA_WORD)
				field_set_word(field, entity, field->vocabulary->count + 1);
			else
				continue;
			struct encoded encoded;
			struct hansard_error error = {.kind = ""};
			encoded_expect_refused(encoded_make(entity, &encoded, &error), &error, "invalid_value", field->name);
			expect_integer(field->clear ? encoded.attrs.size : encoded.sealed.size, 0);
			encoded_finish(&encoded);
		}
	}
	encoded_end();
}

static void storage_pairs_are_passed_over(void)
{
	static const char *const reserved[] = {"parts", "parts_root"};
	encoded_begin(10);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		for (size_t j = 0; j < 2; j++) {
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(reserved[j]), .value = CBOR(0x61, '1')};
			expect_integer(read_edited((enum entity_type)i, true, edit, &error), HANSARD_OK);
			encoded_expect_refused(read_edited((enum entity_type)i, false, edit, &error), &error, "unknown_field",
								   reserved[j]);
			const struct edit broken = {.key = text_of_string(reserved[j]), .value = CBOR(0xf6)};
			expect_integer(read_edited((enum entity_type)i, true, broken, &error), HANSARD_INVALID);
		}
	}
	encoded_end();
}

static void cut_and_longer_bytes_are_refused(void)
{
	encoded_begin(11);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const enum entity_type type = (enum entity_type)i;
		struct encoded encoded;
		struct entity_head *back;
		expect(encoded_make(sample_entity(&sample, type), &encoded, NULL) == HANSARD_OK);
		const struct bytes attrs = buffer_view(&encoded.attrs);
		const struct bytes sealed = buffer_view(&encoded.sealed);
		for (size_t size = 0; size < attrs.size; size++)
			expect(entity_codec_read(sample.arena, type, TEXT(""), (struct bytes){attrs.data, size}, sealed, &back,
									 NULL) == HANSARD_INVALID);
		for (size_t size = 1; size < sealed.size; size++)
			expect(entity_codec_read(sample.arena, type, TEXT(""), attrs, (struct bytes){sealed.data, size}, &back,
									 NULL) == HANSARD_INVALID);
		expect(buffer_append_byte(&encoded.attrs, 0));
		expect(entity_codec_read(sample.arena, type, TEXT(""), buffer_view(&encoded.attrs),
								 buffer_view(&encoded.sealed), &back, NULL) == HANSARD_INVALID);
		encoded.attrs.size--;
		expect(buffer_append_byte(&encoded.sealed, 0));
		expect(entity_codec_read(sample.arena, type, TEXT(""), buffer_view(&encoded.attrs),
								 buffer_view(&encoded.sealed), &back, NULL) == HANSARD_INVALID);
		encoded_finish(&encoded);
	}
	encoded_end();
}

/* Nothing sealed is no bytes, as the writer has it. */
static void an_empty_map_is_refused(void)
{
	struct encoded encoded;
	struct entity_head *back;
	struct hansard_error error = {.kind = ""};
	encoded_begin(9);
	expect(encoded_make(sample_entity(&sample, ENTITY_REF), &encoded, &error) == HANSARD_OK);
	expect(encoded.sealed.size == 0);
	expect_integer(entity_codec_read(sample.arena, ENTITY_REF, TEXT(""), buffer_view(&encoded.attrs), (struct bytes){0},
									 &back, &error),
				   HANSARD_OK);
	encoded_expect_refused(
		entity_codec_read(sample.arena, ENTITY_REF, TEXT(""), buffer_view(&encoded.attrs), CBOR(0xa0), &back, &error),
		&error, "invalid_value", "*");
	encoded_finish(&encoded);
	encoded_end();
}

static const struct tap_test tests[] = {
	{"an entity without a required field is not written", a_missing_field_is_not_written},
	{"an entity without a required field is not read", a_missing_field_is_not_read},
	{"an unknown field is refused and named", unknown_fields_are_refused},
	{"a clear field is refused among the sealed, and a sealed one in clear", fields_stay_where_they_belong},
	{"a value of another kind, form or vocabulary is refused and named", wrong_values_are_refused},
	{"each integer ends at its range", integers_end_at_their_range},
	{"the writer refuses what no reader would take", the_writer_refuses_what_no_reader_takes},
	{"parts and parts_root are passed over in attrs, nowhere else", storage_pairs_are_passed_over},
	{"bytes that are cut, or go on, are refused", cut_and_longer_bytes_are_refused},
	{"an empty map of sealed fields is refused", an_empty_map_is_refused},
};

TAP_MAIN(tests)
