/*
 * The record: order, duplicates, finding.
 */
#include "entity_codec.h"
#include "limits.h"
#include "record.h"
#include "sample.h"
#include "tap.h"

static struct arena *arena;
static struct record record;

static void begin(void)
{
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	record_begin(&record, arena, TEXT("should-we"));
}

static void end(void)
{
	arena_destroy(arena);
}

static struct entity_head *add(enum entity_type type, const char *subkey)
{
	struct entity_head *entity = entity_codec_create(arena, type, text_of_string(subkey));
	struct hansard_error error = {.kind = ""};
	expect(entity != NULL);
	if (record_add(&record, entity, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	return entity;
}

/* The order of display: sequence numbers as numbers. */
static const struct {
	enum entity_type type;
	const char *subkeys[8];
} ordered[] = {
	{ENTITY_TENSION, {"00#01", "00#02", "00#11", "00#99", "00#100", "00#1000", "01#01", "99#9999"}},
	{ENTITY_CLAIM, {"00#00", "00#10", "00#100", "00#101", "00#999", "00#1000", "02#00", "10#00"}},
	{ENTITY_MOVE,
	 {"00#muffin#01", "00#muffin#99", "00#muffin#100", "00#muffin-2#01", "00#scone#01", "00#scone#100", "01#a#01",
	  "01#muffin#01"}},
	{ENTITY_EXPERT, {"brioche", "cupcake", "donut", "eclair", "muffin", "muffin-2", "muffin2", "scone"}},
	{ENTITY_ROUND, {"00", "01", "02", "03", "09", "10", "11", "99"}},
	{ENTITY_FILE, {"00000", "00001", "00002", "00010", "00099", "00100", "10000", "99999"}},
};

static void entities_stand_in_display_order(void)
{
	struct sample sample = {.state = 1};
	for (int turn = 0; turn < 200; turn++) {
		begin();
		for (size_t i = 0; i < sizeof(ordered) / sizeof(ordered[0]); i++) {
			size_t left[8] = {0, 1, 2, 3, 4, 5, 6, 7};
			for (size_t count = 8; count > 0; count--) {
				const size_t pick = sample_next(&sample, count);
				add(ordered[i].type, ordered[i].subkeys[left[pick]]);
				left[pick] = left[count - 1];
			}
			const struct record_list *list = &record.lists[ordered[i].type];
			expect_integer(list->count, 8);
			for (size_t j = 0; j < 8; j++)
				expect_text(list->items[j]->subkey, ordered[i].subkeys[j]);
		}
		end();
	}
}

static void each_is_found_and_no_other(void)
{
	begin();
	for (size_t i = 0; i < sizeof(ordered) / sizeof(ordered[0]); i++) {
		for (size_t j = 0; j < 8; j += 2)
			add(ordered[i].type, ordered[i].subkeys[j]);
		for (size_t j = 0; j < 8; j++) {
			const struct entity_head *found =
				record_find(&record, ordered[i].type, text_of_string(ordered[i].subkeys[j]));
			expect((found != NULL) == (j % 2 == 0));
			if (found != NULL)
				expect_text(found->subkey, ordered[i].subkeys[j]);
		}
		expect(record_find(&record, ordered[i].type, TEXT("")) == NULL);
		expect(record_find(&record, ordered[i].type, TEXT("zzz")) == NULL);
	}
	end();
}

static void a_taken_subkey_is_a_conflict(void)
{
	begin();
	struct entity_head *first = add(ENTITY_TENSION, "01#03");
	add(ENTITY_CLAIM, "01#03");
	struct entity_head *second = entity_codec_create(arena, ENTITY_TENSION, TEXT("01#03"));
	struct hansard_error error = {.kind = ""};
	expect_integer(record_add(&record, second, &error), HANSARD_CONFLICT);
	expect_string(error.kind, "duplicate_entity");
	expect(strstr(error.message, "tension/01#03") != NULL);
	expect(record_find(&record, ENTITY_TENSION, TEXT("01#03")) == first);
	expect_integer(record.lists[ENTITY_TENSION].count, 1);
	add(ENTITY_META, "");
	expect_integer(record_add(&record, entity_codec_create(arena, ENTITY_META, TEXT_ABSENT), NULL), HANSARD_CONFLICT);
	end();
}

static void statements_are_found_by_their_id(void)
{
	begin();
	add(ENTITY_TENSION, "00#01");
	add(ENTITY_TENSION, "00#100");
	add(ENTITY_PERSPECTIVE, "00#01");
	struct display_id id;
	expect(display_id_parse(TEXT("T00100"), &id));
	expect_text(record_find_id(&record, id)->subkey, "00#100");
	expect(display_id_parse(TEXT("T0001"), &id));
	expect_integer(record_find_id(&record, id)->type, ENTITY_TENSION);
	expect(display_id_parse(TEXT("P0001"), &id));
	expect_integer(record_find_id(&record, id)->type, ENTITY_PERSPECTIVE);
	expect(display_id_parse(TEXT("C0001"), &id) && record_find_id(&record, id) == NULL);
	expect(display_id_parse(TEXT("T0101"), &id) && record_find_id(&record, id) == NULL);
	expect(record_find_id(&record, (struct display_id){.type = ENTITY_ROUND}) == NULL);
	end();
}

static void rounds_are_counted_and_may_have_gaps(void)
{
	begin();
	expect(record_meta(&record) == NULL && record_expert(&record, TEXT("muffin")) == NULL);
	expect(record_round(&record, 0) == NULL);
	expect_integer(record_last_round(&record), -1);
	expect_integer(record_rounds(&record), 0);
	add(ENTITY_ROUND, "12");
	add(ENTITY_ROUND, "00");
	add(ENTITY_ROUND, "03");
	struct entity_head *meta = add(ENTITY_META, "");
	struct entity_head *muffin = add(ENTITY_EXPERT, "muffin");
	expect_integer(record_rounds(&record), 3);
	expect_integer(record_last_round(&record), 12);
	expect(record_round(&record, 3) != NULL && record_round(&record, 1) == NULL);
	expect(record_round(&record, -1) == NULL && record_round(&record, 100) == NULL);
	expect(&record_meta(&record)->head == meta && &record_expert(&record, TEXT("muffin"))->head == muffin);
	end();
}

static void statements_have_a_common_part(void)
{
	begin();
	struct sample sample = {.arena = arena, .state = 5};
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
		struct record_statement statement;
		const bool is = display_id_letter((enum entity_type)i) != 0;
		expect_integer(record_statement(entity, &statement), is);
		if (!is)
			continue;
		struct entity_head *copy = sample_copy(&sample, entity);
		expect(entity_equal(entity, copy));
		struct record_statement other = statement;
		other.label = TEXT("another label");
		record_set_statement(copy, &other);
		expect(!entity_equal(entity, copy));
		record_set_statement(copy, &statement);
		expect(entity_equal(entity, copy));
	}
	struct entity_claim *claim = (struct entity_claim *)sample_entity(&sample, ENTITY_CLAIM);
	struct record_statement statement;
	expect(record_statement(&claim->head, &statement));
	expect(text_equal(statement.label, claim->label) && text_equal(statement.body, claim->body));
	expect(statement.contributors.items == claim->contributors.items && statement.origin == claim->origin);
	expect(text_equal(statement.local_id, claim->local_id) && text_equal(statement.created_at, claim->created_at));
	end();
}

static void other_entities_have_no_common_part_to_set(void)
{
	begin();
	struct sample sample = {.arena = arena, .state = 6};
	struct entity_head *round = sample_entity(&sample, ENTITY_ROUND);
	struct entity_head *copy = sample_copy(&sample, round);
	record_set_statement(round, &(struct record_statement){.label = TEXT("x")});
	expect(entity_equal(round, copy));
	end();
}

static void a_full_arena_leaves_the_record_as_it_was(void)
{
	struct entity_head *entities[40];
	struct arena *other = arena_create(1 << 20);
	struct arena *small = arena_create(100);
	struct hansard_error error = {.kind = ""};
	enum hansard_status status = HANSARD_OK;
	size_t added = 0;
	record_begin(&record, small, TEXT("x"));
	for (; added < 40; added++) {
		char *subkey = arena_allocate(other, 8);
		snprintf(subkey, 8, "00#%02zu", added);
		entities[added] = entity_codec_create(other, ENTITY_CLAIM, text_of_string(subkey));
		status = record_add(&record, entities[added], &error);
		if (status != HANSARD_OK)
			break;
	}
	expect_integer(status, HANSARD_FAILED);
	expect_string(error.kind, "out_of_memory");
	expect(added > 0 && record.lists[ENTITY_CLAIM].count == added);
	for (size_t i = 0; i < added; i++)
		expect(record_find(&record, ENTITY_CLAIM, entities[i]->subkey) == entities[i]);
	arena_destroy(small);
	arena_destroy(other);
}

static const struct tap_test tests[] = {
	{"entities stand in display order, whatever the order they come in", entities_stand_in_display_order},
	{"each entity is found by its subkey, and no other", each_is_found_and_no_other},
	{"a subkey that is taken is a conflict, named", a_taken_subkey_is_a_conflict},
	{"statements are found by their display id", statements_are_found_by_their_id},
	{"rounds are counted and may have gaps", rounds_are_counted_and_may_have_gaps},
	{"the common part of a statement is read and set", statements_have_a_common_part},
	{"setting it on another entity changes nothing", other_entities_have_no_common_part_to_set},
	{"an arena that is full leaves the record as it was", a_full_arena_leaves_the_record_as_it_was},
};

TAP_MAIN(tests)
