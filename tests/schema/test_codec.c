/*
 * The codec, over every row of entities.def: what is made up at random reads back, equal to itself and to nothing else.
 */
#include "encoded.h"
#include "field.h"

enum { SEEDS = 40 };

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
	if (encoded_make(entity, &encoded, &error) != HANSARD_OK ||
		decode(entity->type, &encoded, &back, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	expect(entity_equal(entity, back) && entity_equal(back, entity));
	expect(encoded_make(back, &again, &error) == HANSARD_OK);
	expect(bytes_equal(buffer_view(&encoded.attrs), buffer_view(&again.attrs)));
	expect(bytes_equal(buffer_view(&encoded.sealed), buffer_view(&again.sealed)));
	encoded_finish(&encoded);
	encoded_finish(&again);
}

static void every_field_reads_back(void)
{
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		encoded_begin(seed);
		for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++)
			round_trip(sample_entity(&sample, (enum entity_type)i));
		encoded_end();
	}
}

static void each_optional_field_may_be_absent(void)
{
	encoded_begin(1);
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
	encoded_end();
}

/* Fields of groups too: a RECORD's one field is absent, in a GROUP or in an item of GROUPS. */
static void each_optional_field_of_a_group_may_be_absent(void)
{
	encoded_begin(2);
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
				encoded_expect_refused(encoded_make(entity, &encoded, &error), &error, "missing_field", inner->name);
				expect(strstr(error.message, field->group->name) != NULL);
				encoded_finish(&encoded);
			}
		}
	}
	encoded_end();
}

/* Any byte may be another: what is still read is written again as the same bytes, for the form is canonical. */
static void a_changed_byte_is_refused_or_canonical(void)
{
	encoded_begin(12);
	int read = 0;
	for (int round = 0; round < 4000; round++) {
		const enum entity_type type = (enum entity_type)sample_next(&sample, ENTITY_TYPE_COUNT);
		struct encoded encoded, again;
		struct entity_head *back;
		expect(encoded_make(sample_entity(&sample, type), &encoded, NULL) == HANSARD_OK);
		struct buffer *changed =
			encoded.sealed.size > 0 && sample_next(&sample, 2) == 0 ? &encoded.sealed : &encoded.attrs;
		changed->data[sample_next(&sample, changed->size)] = (uint8_t)sample_next(&sample, 256);
		if (decode(type, &encoded, &back, NULL) == HANSARD_OK) {
			expect(encoded_make(back, &again, NULL) == HANSARD_OK);
			expect(bytes_equal(buffer_view(&encoded.attrs), buffer_view(&again.attrs)));
			expect(bytes_equal(buffer_view(&encoded.sealed), buffer_view(&again.sealed)));
			encoded_finish(&again);
			read++;
		}
		encoded_finish(&encoded);
	}
	expect(read > 0 && read < 4000);
	encoded_end();
}

static void nothing_sealed_is_no_bytes(void)
{
	encoded_begin(13);
	struct encoded encoded;
	expect(encoded_make(sample_entity(&sample, ENTITY_REF), &encoded, NULL) == HANSARD_OK);
	expect_integer(encoded.sealed.size, 0);
	encoded_finish(&encoded);
	struct entity_event *event = (struct entity_event *)entity_codec_create(sample.arena, ENTITY_EVENT, TEXT("01#03"));
	event->event_type = EVENT_RESOLVED;
	event->created_at = TEXT("2026-11-20T09:00:04.000000Z");
	expect(encoded_make(&event->head, &encoded, NULL) == HANSARD_OK);
	expect_integer(encoded.sealed.size, 0);
	round_trip(&event->head);
	encoded_finish(&encoded);
	encoded_end();
}

static void bytes_are_as_they_have_always_been(void)
{
	encoded_begin(14);
	struct entity_event *event = (struct entity_event *)entity_codec_create(sample.arena, ENTITY_EVENT, TEXT("01#03"));
	event->event_type = EVENT_REFINED;
	event->event_round = (struct schema_integer){.value = 0, .present = true};
	event->created_at = TEXT("2026-11-20T09:00:04.000000Z");
	const struct text actors[] = {TEXT("judge")};
	event->actors = (struct text_list){.items = actors, .count = 1, .present = true};
	event->reason = TEXT("");
	struct encoded encoded;
	expect(encoded_make(&event->head, &encoded, NULL) == HANSARD_OK);
	expect(bytes_equal(buffer_view(&encoded.attrs), bytes_of_text(TEXT("\xa3\x6a"
																	   "created_at\x78\x1b"
																	   "2026-11-20T09:00:04.000000Z\x6a"
																	   "event_type\x67refined\x6b"
																	   "event_round\x00"))));
	expect(bytes_equal(buffer_view(&encoded.sealed), bytes_of_text(TEXT("\xa2\x66"
																		"actors\x81\x65judge\x66reason\x60"))));
	encoded_finish(&encoded);
	encoded_end();
}

static void each_field_makes_a_difference(void)
{
	encoded_begin(15);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
		expect(entity_equal(entity, sample_copy(&sample, entity)));
		for (size_t j = 0; j < shape->field_count; j++) {
			struct entity_head *other = sample_copy(&sample, entity);
			sample_clear(&shape->fields[j], other);
			expect(!entity_equal(entity, other) && !entity_equal(other, entity));
			struct encoded a, b;
			expect(encoded_make(entity, &a, NULL) == HANSARD_OK);
			sample_field(&sample, &shape->fields[j], other);
			expect(encoded_make(other, &b, NULL) == HANSARD_OK);
			const bool same = bytes_equal(buffer_view(&a.attrs), buffer_view(&b.attrs)) &&
							  bytes_equal(buffer_view(&a.sealed), buffer_view(&b.sealed));
			expect_integer(entity_equal(entity, other), same);
			encoded_finish(&a);
			encoded_finish(&b);
		}
	}
	encoded_end();
}

static void head_is_compared_but_for_what_storage_adds(void)
{
	encoded_begin(16);
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
	encoded_end();
}

/* Reads in arenas of growing ceilings until one suffices. */
static void too_little_memory_is_a_failure(void)
{
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		encoded_begin(17);
		struct encoded encoded;
		struct hansard_error error = {.kind = ""};
		struct entity_head *back = NULL;
		enum hansard_status status = HANSARD_FAILED;
		int failures = 0;
		expect(encoded_make(sample_entity(&sample, (enum entity_type)i), &encoded, NULL) == HANSARD_OK);
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
		encoded_finish(&encoded);
		encoded_end();
	}
}

static void a_full_buffer_is_a_failure(void)
{
	encoded_begin(18);
	struct entity_head *meta = sample_entity(&sample, ENTITY_META);
	struct encoded encoded;
	struct hansard_error error = {.kind = ""};
	expect(encoded_make(meta, &encoded, &error) == HANSARD_OK);
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
	encoded_finish(&encoded);
	encoded_end();
}

static const struct tap_test tests[] = {
	{"every field of every entity reads back, and is written as the same bytes", every_field_reads_back},
	{"each optional field may be absent, and all of them", each_optional_field_may_be_absent},
	{"each optional field of a group may be absent, a required one is named",
	 each_optional_field_of_a_group_may_be_absent},
	{"a changed byte is refused, or is another canonical form", a_changed_byte_is_refused_or_canonical},
	{"no sealed fields are no bytes", nothing_sealed_is_no_bytes},
	{"the bytes of an event are these", bytes_are_as_they_have_always_been},
	{"each field makes a difference to equality", each_field_makes_a_difference},
	{"rev and content make none, type and subkey do", head_is_compared_but_for_what_storage_adds},
	{"too little memory is a failure, and gives no entity", too_little_memory_is_a_failure},
	{"a full buffer is a failure, and nothing is appended", a_full_buffer_is_a_failure},
};

TAP_MAIN(tests)
