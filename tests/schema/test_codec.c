/*
 * The codec, over every row of entities.def: what is made up at random reads back, and each way of being wrong is
 * refused and named. Bytes that the writer would not make are made by rewriting its own.
 */
#include "cbor_read.h"
#include "cbor_write.h"
#include "digest.h"
#include "entity_codec.h"
#include "field.h"
#include "limits.h"
#include "sample.h"
#include "tap.h"

enum { SEEDS = 40 };

/* An entity's bytes. */
struct encoded {
	struct buffer attrs;
	struct buffer sealed;
};

static struct sample sample;

static void begin(uint64_t seed)
{
	sample = (struct sample){.arena = arena_create(LIMIT_ARENA), .state = seed};
	expect(sample.arena != NULL);
}

static void end(void)
{
	arena_destroy(sample.arena);
}

static enum hansard_status encode(const struct entity_head *entity, struct encoded *ret_encoded,
								  struct hansard_error *error)
{
	buffer_init(&ret_encoded->attrs, LIMIT_PIECE);
	buffer_init(&ret_encoded->sealed, LIMIT_PIECE);
	const enum hansard_status status = entity_codec_attrs(entity, &ret_encoded->attrs, error);
	return status == HANSARD_OK ? entity_codec_sealed(entity, &ret_encoded->sealed, error) : status;
}

static void finish(struct encoded *encoded)
{
	buffer_finish(&encoded->attrs);
	buffer_finish(&encoded->sealed);
}

static enum hansard_status decode(enum entity_type type, const struct encoded *encoded, struct entity_head **ret_entity,
								  struct hansard_error *error)
{
	return entity_codec_read(sample.arena, type, TEXT("01#03"), buffer_view(&encoded->attrs),
							 buffer_view(&encoded->sealed), ret_entity, error);
}

/* It reads back equal, and is written again as the same bytes. */
static void round_trip(const struct entity_head *entity)
{
	struct encoded encoded, again;
	struct hansard_error error = {.kind = ""};
	struct entity_head *back = NULL;
	if (encode(entity, &encoded, &error) != HANSARD_OK || decode(entity->type, &encoded, &back, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	expect(entity_equal(entity, back) && entity_equal(back, entity));
	expect(encode(back, &again, &error) == HANSARD_OK);
	expect(bytes_equal(buffer_view(&encoded.attrs), buffer_view(&again.attrs)));
	expect(bytes_equal(buffer_view(&encoded.sealed), buffer_view(&again.sealed)));
	finish(&encoded);
	finish(&again);
}

static void expect_refused(enum hansard_status status, const struct hansard_error *error, const char *kind,
						   const char *name)
{
	expect_integer(status, HANSARD_INVALID);
	expect_string(error->kind, kind);
	if (strstr(error->message, name) == NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" does not name %s", error->message, name);
}

static void every_field_reads_back(void)
{
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		begin(seed);
		for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++)
			round_trip(sample_entity(&sample, (enum entity_type)i));
		end();
	}
}

static void each_optional_field_may_be_absent(void)
{
	begin(1);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		struct entity_head *least = sample_entity(&sample, (enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			if (shape->fields[j].required)
				continue;
			struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
			sample_clear(&shape->fields[j], entity);
			expect(!field_present(&shape->fields[j], entity));
			round_trip(entity);
			sample_clear(&shape->fields[j], least);
			round_trip(least);
		}
	}
	end();
}

/* Fields of groups too: a RECORD's one field is absent, in a GROUP or in an item of GROUPS. */
static void each_optional_field_of_a_group_may_be_absent(void)
{
	begin(2);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			const struct schema_field *field = &shape->fields[j];
			for (size_t k = 0; field->group != NULL && k < field->group->field_count; k++) {
				const struct schema_field *inner = &field->group->fields[k];
				struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
				uint8_t *group = arena_allocate(sample.arena, field->group->size);
				for (size_t m = 0; m < field->group->field_count; m++) {
					if (m != k)
						sample_field(&sample, &field->group->fields[m], group);
				}
				if (field->kind == SCHEMA_GROUP)
					field_set_group(field, entity, group);
				else
					*(struct schema_groups *)field_slot(field, entity) = (struct schema_groups){group, 1, true};
				if (!inner->required) {
					round_trip(entity);
					continue;
				}
				struct encoded encoded;
				struct hansard_error error = {.kind = ""};
				expect_refused(encode(entity, &encoded, &error), &error, "missing_field", inner->name);
				expect(strstr(error.message, field->group->name) != NULL);
				finish(&encoded);
			}
		}
	}
	end();
}

static void a_missing_field_is_not_written(void)
{
	begin(3);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			if (!shape->fields[j].required)
				continue;
			struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
			sample_clear(&shape->fields[j], entity);
			struct encoded encoded;
			struct hansard_error error = {.kind = ""};
			expect_refused(encode(entity, &encoded, &error), &error, "missing_field", shape->fields[j].name);
			expect_integer(shape->fields[j].clear ? encoded.attrs.size : encoded.sealed.size, 0);
			finish(&encoded);
		}
	}
	end();
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
	expect(encode(sample_entity(&sample, type), &encoded, error) == HANSARD_OK);
	buffer_init(&edited, LIMIT_PIECE);
	rewrite(buffer_view(clear ? &encoded.attrs : &encoded.sealed), edit, &edited);
	const struct bytes attrs = buffer_view(clear ? &edited : &encoded.attrs);
	const struct bytes sealed = buffer_view(clear ? &encoded.sealed : &edited);
	const enum hansard_status status =
		entity_codec_read(sample.arena, type, TEXT("01#03"), attrs, sealed, &back, error);
	buffer_finish(&edited);
	finish(&encoded);
	return status;
}

#define CBOR(...)                                                                                                      \
	((struct bytes){.data = (const uint8_t[]){__VA_ARGS__}, .size = sizeof((const uint8_t[]){__VA_ARGS__})})

static void a_missing_field_is_not_read(void)
{
	begin(4);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			const struct schema_field *field = &shape->fields[j];
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(field->name), .drop = true};
			const enum hansard_status status = read_edited((enum entity_type)i, field->clear, edit, &error);
			if (field->required)
				expect_refused(status, &error, "missing_field", field->name);
			else
				expect_integer(status, HANSARD_OK);
		}
	}
	end();
}

static void unknown_fields_are_refused(void)
{
	static const char *const names[] = {"", "unknown", "Status", "a_name_longer_than_that_of_any_field_there_is"};
	begin(5);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		for (size_t j = 0; j < 2 * sizeof(names) / sizeof(names[0]); j++) {
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(names[j / 2]), .value = CBOR(0x01)};
			expect_refused(read_edited((enum entity_type)i, j % 2 == 0, edit, &error), &error, "unknown_field",
						   names[j / 2]);
		}
	}
	end();
}

static void fields_stay_where_they_belong(void)
{
	begin(6);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(shape->fields[j].name), .value = CBOR(0x61, 'x')};
			expect_refused(read_edited((enum entity_type)i, !shape->fields[j].clear, edit, &error), &error,
						   "unknown_field", shape->fields[j].name);
		}
	}
	end();
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
	begin(7);
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
	end();
}

/* Writes and reads a field with this integer. */
static void try_integer(enum entity_type type, const struct schema_field *field, int64_t value, bool good)
{
	struct hansard_error error = {.kind = ""};
	struct entity_head *entity = sample_entity(&sample, type);
	*(struct schema_integer *)field_slot(field, entity) = (struct schema_integer){.value = value, .present = true};
	struct encoded encoded;
	const enum hansard_status written = encode(entity, &encoded, &error);
	finish(&encoded);
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
		expect_refused(written, &error, "invalid_value", field->name);
		if (is_cbor)
			expect_refused(read_edited(type, field->clear, edit, &error), &error, "invalid_value", field->name);
	}
	buffer_finish(&number);
}

static void integers_end_at_their_range(void)
{
	begin(8);
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
	end();
}

/* A struct may hold what no field admits: the writer looks. */
static void the_writer_refuses_what_no_reader_takes(void)
{
	static const uint8_t hash[DIGEST_SIZE] = {0};
	begin(9);
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
			expect_refused(encode(entity, &encoded, &error), &error, "invalid_value", field->name);
			expect_integer(field->clear ? encoded.attrs.size : encoded.sealed.size, 0);
			finish(&encoded);
		}
	}
	end();
}

static void storage_pairs_are_passed_over(void)
{
	static const char *const reserved[] = {"parts", "parts_root"};
	begin(10);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		for (size_t j = 0; j < 2; j++) {
			struct hansard_error error = {.kind = ""};
			const struct edit edit = {.key = text_of_string(reserved[j]), .value = CBOR(0x61, '1')};
			expect_integer(read_edited((enum entity_type)i, true, edit, &error), HANSARD_OK);
			expect_refused(read_edited((enum entity_type)i, false, edit, &error), &error, "unknown_field", reserved[j]);
			const struct edit broken = {.key = text_of_string(reserved[j]), .value = CBOR(0xf6)};
			expect_integer(read_edited((enum entity_type)i, true, broken, &error), HANSARD_INVALID);
		}
	}
	end();
}

static void cut_and_longer_bytes_are_refused(void)
{
	begin(11);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const enum entity_type type = (enum entity_type)i;
		struct encoded encoded;
		struct entity_head *back;
		expect(encode(sample_entity(&sample, type), &encoded, NULL) == HANSARD_OK);
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
		finish(&encoded);
	}
	end();
}

/* Any byte may be another: what is still read is written again as the same bytes, for the form is canonical. */
static void a_changed_byte_is_refused_or_canonical(void)
{
	begin(12);
	int read = 0;
	for (int round = 0; round < 4000; round++) {
		const enum entity_type type = (enum entity_type)sample_next(&sample, ENTITY_TYPE_COUNT);
		struct encoded encoded, again;
		struct entity_head *back;
		expect(encode(sample_entity(&sample, type), &encoded, NULL) == HANSARD_OK);
		struct buffer *changed =
			encoded.sealed.size > 0 && sample_next(&sample, 2) == 0 ? &encoded.sealed : &encoded.attrs;
		changed->data[sample_next(&sample, changed->size)] = (uint8_t)sample_next(&sample, 256);
		if (decode(type, &encoded, &back, NULL) == HANSARD_OK) {
			expect(encode(back, &again, NULL) == HANSARD_OK);
			expect(bytes_equal(buffer_view(&encoded.attrs), buffer_view(&again.attrs)));
			expect(bytes_equal(buffer_view(&encoded.sealed), buffer_view(&again.sealed)));
			finish(&again);
			read++;
		}
		finish(&encoded);
	}
	expect(read > 0 && read < 4000);
	end();
}

static void nothing_sealed_is_no_bytes(void)
{
	begin(13);
	struct encoded encoded;
	expect(encode(sample_entity(&sample, ENTITY_REF), &encoded, NULL) == HANSARD_OK);
	expect_integer(encoded.sealed.size, 0);
	finish(&encoded);
	struct entity_event *event = (struct entity_event *)entity_codec_create(sample.arena, ENTITY_EVENT, TEXT("01#03"));
	event->event_type = EVENT_RESOLVED;
	event->created_at = TEXT("2026-11-20T09:00:04.000000Z");
	expect(encode(&event->head, &encoded, NULL) == HANSARD_OK);
	expect_integer(encoded.sealed.size, 0);
	round_trip(&event->head);
	finish(&encoded);
	end();
}

static void bytes_are_as_they_have_always_been(void)
{
	begin(14);
	struct entity_event *event = (struct entity_event *)entity_codec_create(sample.arena, ENTITY_EVENT, TEXT("01#03"));
	event->event_type = EVENT_REFINED;
	event->event_round = (struct schema_integer){.value = 0, .present = true};
	event->created_at = TEXT("2026-11-20T09:00:04.000000Z");
	const struct text actors[] = {TEXT("judge")};
	event->actors = (struct text_list){.items = actors, .count = 1, .present = true};
	event->reason = TEXT("");
	struct encoded encoded;
	expect(encode(&event->head, &encoded, NULL) == HANSARD_OK);
	expect(bytes_equal(buffer_view(&encoded.attrs), bytes_of_text(TEXT("\xa3\x6a"
																	   "created_at\x78\x1b"
																	   "2026-11-20T09:00:04.000000Z\x6a"
																	   "event_type\x67refined\x6b"
																	   "event_round\x00"))));
	expect(bytes_equal(buffer_view(&encoded.sealed), bytes_of_text(TEXT("\xa2\x66"
																		"actors\x81\x65judge\x66reason\x60"))));
	finish(&encoded);
	end();
}

static void each_field_makes_a_difference(void)
{
	begin(15);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
		expect(entity_equal(entity, sample_copy(&sample, entity)));
		for (size_t j = 0; j < shape->field_count; j++) {
			struct entity_head *other = sample_copy(&sample, entity);
			sample_clear(&shape->fields[j], other);
			expect(!entity_equal(entity, other) && !entity_equal(other, entity));
			struct encoded a, b;
			expect(encode(entity, &a, NULL) == HANSARD_OK);
			sample_field(&sample, &shape->fields[j], other);
			expect(encode(other, &b, NULL) == HANSARD_OK);
			const bool same = bytes_equal(buffer_view(&a.attrs), buffer_view(&b.attrs)) &&
							  bytes_equal(buffer_view(&a.sealed), buffer_view(&b.sealed));
			expect_integer(entity_equal(entity, other), same);
			finish(&a);
			finish(&b);
		}
	}
	end();
}

static void head_is_compared_but_for_what_storage_adds(void)
{
	begin(16);
	struct entity_head *claim = sample_entity(&sample, ENTITY_CLAIM);
	struct entity_head *other = sample_copy(&sample, claim);
	other->rev = 9;
	other->content_known = true;
	expect(entity_equal(claim, other));
	other->subkey = TEXT("01#04");
	expect(!entity_equal(claim, other));
	other->subkey = claim->subkey;
	other->type = ENTITY_EVIDENCE;
	expect(!entity_equal(claim, other));
	end();
}

/* Reads in arenas of growing ceilings until one suffices. */
static void too_little_memory_is_a_failure(void)
{
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		begin(17);
		struct encoded encoded;
		struct hansard_error error = {.kind = ""};
		struct entity_head *back = NULL;
		enum hansard_status status = HANSARD_FAILED;
		int failures = 0;
		expect(encode(sample_entity(&sample, (enum entity_type)i), &encoded, NULL) == HANSARD_OK);
		for (size_t ceiling = 0; status == HANSARD_FAILED; ceiling += 16) {
			struct arena *small = arena_create(ceiling);
			back = NULL;
			status = entity_codec_read(small, (enum entity_type)i, TEXT(""), buffer_view(&encoded.attrs),
									   buffer_view(&encoded.sealed), &back, &error);
			expect((back != NULL) == (status == HANSARD_OK));
			failures += status == HANSARD_FAILED;
			arena_destroy(small);
		}
		expect(status == HANSARD_OK && failures > 0);
		finish(&encoded);
		end();
	}
}

static void a_full_buffer_is_a_failure(void)
{
	begin(18);
	struct entity_head *meta = sample_entity(&sample, ENTITY_META);
	struct encoded encoded;
	struct hansard_error error = {.kind = ""};
	expect(encode(meta, &encoded, &error) == HANSARD_OK);
	for (size_t ceiling = 0; ceiling < encoded.sealed.size; ceiling += 7) {
		struct buffer out;
		buffer_init(&out, ceiling);
		expect_integer(entity_codec_sealed(meta, &out, &error), HANSARD_FAILED);
		expect_string(error.kind, "out_of_memory");
		expect_integer(out.size, 0);
		if (ceiling < encoded.attrs.size)
			expect_integer(entity_codec_attrs(meta, &out, &error), HANSARD_FAILED);
		buffer_finish(&out);
	}
	finish(&encoded);
	end();
}

static const struct tap_test tests[] = {
	{"every field of every entity reads back, and is written as the same bytes", every_field_reads_back},
	{"each optional field may be absent, and all of them", each_optional_field_may_be_absent},
	{"each optional field of a group may be absent, a required one is named",
	 each_optional_field_of_a_group_may_be_absent},
	{"an entity without a required field is not written", a_missing_field_is_not_written},
	{"an entity without a required field is not read", a_missing_field_is_not_read},
	{"an unknown field is refused and named", unknown_fields_are_refused},
	{"a clear field is refused among the sealed, and a sealed one in clear", fields_stay_where_they_belong},
	{"a value of another kind, form or vocabulary is refused and named", wrong_values_are_refused},
	{"each integer ends at its range", integers_end_at_their_range},
	{"the writer refuses what no reader would take", the_writer_refuses_what_no_reader_takes},
	{"parts and parts_root are passed over in attrs, nowhere else", storage_pairs_are_passed_over},
	{"bytes that are cut, or go on, are refused", cut_and_longer_bytes_are_refused},
	{"a changed byte is refused, or is another canonical form", a_changed_byte_is_refused_or_canonical},
	{"no sealed fields are no bytes", nothing_sealed_is_no_bytes},
	{"the bytes of an event are these", bytes_are_as_they_have_always_been},
	{"each field makes a difference to equality", each_field_makes_a_difference},
	{"rev and content make none, type and subkey do", head_is_compared_but_for_what_storage_adds},
	{"too little memory is a failure, and gives no entity", too_little_memory_is_a_failure},
	{"a full buffer is a failure, and nothing is appended", a_full_buffer_is_a_failure},
};

TAP_MAIN(tests)
