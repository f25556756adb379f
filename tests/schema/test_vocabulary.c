/*
 * Vocabularies, names of entities and of problems: every table is whole.
 */
#include "entity.h"
#include "problem.h"
#include "tap.h"

/* Every vocabulary with its words in order, as record.md lists them. */
static const struct {
	const struct vocabulary *vocabulary;
	const char *words;
} expected[] = {
	{&vocabulary_dialogue_status, "open converging converged abandoned"},
	{&vocabulary_round_status, "open in_progress completed"},
	{&vocabulary_perspective_status, "open refined conceded merged"},
	{&vocabulary_tension_status, "open addressed resolved reopened deferred merged"},
	{&vocabulary_recommendation_status, "proposed amended adopted rejected"},
	{&vocabulary_evidence_status, "cited challenged confirmed refuted"},
	{&vocabulary_claim_status, "asserted supported opposed adopted withdrawn"},
	{&vocabulary_tier, "core adjacent wildcard"},
	{&vocabulary_seat_source, "pool retained created"},
	{&vocabulary_verdict_type, "interim final minority dissent"},
	{&vocabulary_confidence, "unanimous strong split contested"},
	{&vocabulary_ref_type, "support oppose refine address resolve reopen question depend"},
	{&vocabulary_move_type, "defend challenge bridge request concede refine resolve converge"},
	{&vocabulary_event_type,
	 "commented abandoned addressed adopted amended challenged completed conceded confirmed converged converging deferred "
	 "in_progress merged open opposed refined refuted rejected reopened resolved supported withdrawn"},
	{&vocabulary_file_kind, "response prompt pool panel summary scoreboard tensions verdict document other"},
	{&vocabulary_file_origin, "imported registered"},
};

enum { VOCABULARIES = sizeof(expected) / sizeof(expected[0]) };

static void every_vocabulary_is_expected(void)
{
	int count = 0;
#define VOCABULARY(name, prefix, what) count++;
#define WORD(name, prefix, value, word)
#define VOCABULARY_END(name)
#include "vocabularies.def"
#undef VOCABULARY
#undef WORD
#undef VOCABULARY_END
	expect_integer(count, VOCABULARIES);
}

static void words_stand_in_order(void)
{
	for (size_t i = 0; i < VOCABULARIES; i++) {
		char joined[512] = "";
		size_t size = 0;
		for (unsigned j = 0; j < expected[i].vocabulary->count; j++)
			size += (size_t)snprintf(joined + size, sizeof(joined) - size, "%s%s", j > 0 ? " " : "",
									 expected[i].vocabulary->words[j]);
		expect_string(joined, expected[i].words);
	}
}

static void each_word_reads_back(void)
{
	for (size_t i = 0; i < VOCABULARIES; i++) {
		const struct vocabulary *vocabulary = expected[i].vocabulary;
		for (unsigned value = 1; value <= vocabulary->count; value++) {
			unsigned found = 0;
			expect(vocabulary_find(vocabulary, vocabulary_word(vocabulary, value), &found));
			expect_integer(found, value);
		}
	}
	expect(text_is(vocabulary_word(&vocabulary_tension_status, TENSION_REOPENED), "reopened"));
	expect(text_is(vocabulary_word(&vocabulary_file_origin, FILE_ORIGIN_REGISTERED), "registered"));
}

static void values_outside_have_no_word(void)
{
	for (size_t i = 0; i < VOCABULARIES; i++) {
		const struct vocabulary *vocabulary = expected[i].vocabulary;
		expect(!text_present(vocabulary_word(vocabulary, 0)));
		expect(!text_present(vocabulary_word(vocabulary, vocabulary->count + 1)));
		expect(!text_present(vocabulary_word(vocabulary, UINT32_MAX)));
	}
}

static void strict_reading_wants_the_exact_word(void)
{
	static const char *const refused[] = {"", "Open", "open ", " open", "in progress", "in-progress", "ope", "opened"};
	unsigned value = 77;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		expect(!vocabulary_find(&vocabulary_round_status, text_of_string(refused[i]), &value));
	expect(!vocabulary_find(&vocabulary_round_status, TEXT_ABSENT, &value));
	expect_integer(value, 77);
}

static void relaxed_reading_takes_case_and_blanks(void)
{
	static const char *const taken[] = {"in_progress", "In Progress", "IN-PROGRESS", " in progress\n", "iN_pRoGrEsS"};
	static const char *const refused[] = {"", " ", "inprogress", "in  progress", "in.progress", "progress"};
	unsigned value = 0;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		value = 0;
		expect(vocabulary_find_relaxed(&vocabulary_round_status, text_of_string(taken[i]), &value));
		expect_integer(value, ROUND_IN_PROGRESS);
	}
	value = 77;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		expect(!vocabulary_find_relaxed(&vocabulary_round_status, text_of_string(refused[i]), &value));
	expect(!vocabulary_find_relaxed(&vocabulary_round_status, TEXT_ABSENT, &value));
	expect_integer(value, 77);
}

static void entity_types_are_named_in_address_order(void)
{
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		enum entity_type found = ENTITY_TYPE_COUNT;
		expect(entity_type_find(text_of_string(shape->name), &found));
		expect_integer(found, i);
		expect(i == 0 || strcmp(entity_shape((enum entity_type)(i - 1))->name, shape->name) < 0);
		expect(strlen(entity_plural((enum entity_type)i)) > strlen(shape->name));
		expect(strlen(shape->what) > 0 && shape->field_count > 0 && shape->size > sizeof(struct entity_head));
	}
	enum entity_type type;
	expect(!entity_type_find(TEXT("Tension"), &type) && !entity_type_find(TEXT("tensions"), &type));
	expect(!entity_type_find(TEXT("dek"), &type) && !entity_type_find(TEXT("part"), &type));
	expect(!entity_type_find(TEXT(""), &type) && !entity_type_find(TEXT_ABSENT, &type));
	expect_string(entity_plural(ENTITY_TENSION), "tensions");
}

/* What may be read without a key, type by type (record.md, What is stored). */
static void clear_fields_are_these(void)
{
	static const char *const clear[ENTITY_TYPE_COUNT] = {
		[ENTITY_META] = "status created_at updated_at converged_at total_rounds total_alignment max_rounds calibrated "
						"domain_id ethos_id",
		[ENTITY_EXPERT] = "tier source relevance first_round created_at",
		[ENTITY_ROUND] = "status score wisdom consistency truth relationships open_tensions new_perspectives velocity "
						 "converge_signals converge_permille panel_size created_at completed_at",
		[ENTITY_VERDICT] = "verdict_type round confidence forced created_at",
		[ENTITY_PERSPECTIVE] = "status created_at",
		[ENTITY_TENSION] = "status created_at accepted_by",
		[ENTITY_RECOMMENDATION] = "status created_at adopted_in_verdict",
		[ENTITY_EVIDENCE] = "status created_at",
		[ENTITY_CLAIM] = "status created_at",
		[ENTITY_MOVE] = "move_type created_at",
		[ENTITY_REF] = "created_at",
		[ENTITY_EVENT] = "event_type event_round created_at",
		[ENTITY_FILE] = "",
	};
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		char joined[512] = "";
		size_t size = 0;
		for (size_t j = 0; j < shape->field_count; j++) {
			if (shape->fields[j].clear)
				size += (size_t)snprintf(joined + size, sizeof(joined) - size, "%s%s", size > 0 ? " " : "",
										 shape->fields[j].name);
		}
		expect_string(joined, clear[i]);
	}
}

/* Walks a shape and those of its groups. */
static void check_shape(const struct schema_shape *shape, bool record)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		expect_integer(strlen(field->name), field->name_size);
		expect(field->offset < shape->size && strlen(field->what) > 0);
		expect((field->vocabulary != NULL) == (field->kind == SCHEMA_WORD));
		expect((field->unit != NULL) == (field->kind == SCHEMA_INTEGER));
		expect((field->group != NULL) == (field->kind == SCHEMA_GROUP || field->kind == SCHEMA_GROUPS));
		/* attrs are text, integers and booleans (envelope.md). */
		expect(!field->clear ||
			   (!record && (field->kind == SCHEMA_TEXT || field->kind == SCHEMA_TIME || field->kind == SCHEMA_INTEGER ||
							field->kind == SCHEMA_BOOLEAN || field->kind == SCHEMA_WORD)));
		expect(!field->clear || (strcmp(field->name, "parts") != 0 && strcmp(field->name, "parts_root") != 0));
		for (size_t j = 0; j < i; j++)
			expect(strcmp(shape->fields[j].name, field->name) != 0 && shape->fields[j].offset < field->offset);
		if (field->group != NULL)
			check_shape(field->group, true);
	}
}

static void every_row_is_whole(void)
{
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++)
		check_shape(entity_shape((enum entity_type)i), false);
}

static void every_problem_has_a_name_of_its_own(void)
{
	for (unsigned i = 0; i <= PROBLEM_HISTORY; i++) {
		const char *name = problem_code_name((enum problem_code)i);
		expect(name != NULL && strlen(name) > 0 && strcmp(name, "unknown") != 0);
		for (unsigned j = 0; j < i; j++)
			expect(strcmp(problem_code_name((enum problem_code)j), name) != 0);
	}
	expect_string(problem_code_name(PROBLEM_FORCED_CONVERGENCE_NO_WARNING), "forced_convergence_no_warning");
	expect_string(problem_code_name((enum problem_code)1000), "unknown");
}

static void problems_are_copied_and_counted(void)
{
	struct arena *arena = arena_create(1 << 20);
	struct problem_list list;
	problem_begin(&list, arena);
	expect_integer(problem_errors(&list), 0);
	char path[] = "tensions[0].label";
	for (int i = 0; i < 40; i++)
		problem_add(&list, &(struct problem){
							   .code = PROBLEM_MISSING_FIELD, .warning = i % 4 == 0, .path = text_of_string(path)});
	path[9] = '9';
	expect_integer(list.count, 40);
	expect_integer(problem_errors(&list), 30);
	expect(!list.exhausted);
	expect_text(list.items[39].path, "tensions[0].label");
	expect(!text_present(list.items[39].valid));
	arena_destroy(arena);
}

static void a_full_arena_is_said(void)
{
	struct arena *arena = arena_create(0);
	struct problem_list list;
	problem_begin(&list, arena);
	problem_add(&list, &(struct problem){.path = TEXT("x")});
	expect(list.exhausted);
	expect_integer(list.count, 0);
	arena_destroy(arena);
}

static const struct tap_test tests[] = {
	{"every vocabulary is one that is expected", every_vocabulary_is_expected},
	{"the words of each vocabulary stand in their order", words_stand_in_order},
	{"each word reads back as its value", each_word_reads_back},
	{"0 and values outside have no word", values_outside_have_no_word},
	{"strict reading wants the exact word", strict_reading_wants_the_exact_word},
	{"relaxed reading takes any case, and blanks or '-' for '_'", relaxed_reading_takes_case_and_blanks},
	{"entity types are named, in the order of addresses", entity_types_are_named_in_address_order},
	{"the clear fields are these and no others", clear_fields_are_these},
	{"every row of every shape is whole", every_row_is_whole},
	{"every problem has a name of its own", every_problem_has_a_name_of_its_own},
	{"problems are copied, kept in order and counted", problems_are_copied_and_counted},
	{"a list whose arena is full says so", a_full_arena_is_said},
};

TAP_MAIN(tests)
