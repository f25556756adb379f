/*
 * JSON, over every row of entities.def: what is written reads back, and everything wrong is said at once, with its
 * path.
 */
#include "digest.h"
#include "entity_codec.h"
#include "entity_json.h"
#include "field.h"
#include "limits.h"
#include "sample.h"
#include "tap.h"

static struct sample sample;
static struct problem_list problems;

static void begin(uint64_t seed)
{
	sample = (struct sample){.arena = arena_create(LIMIT_ARENA), .state = seed};
	expect(sample.arena != NULL);
	problem_begin(&problems, sample.arena);
}

static void end(void)
{
	arena_destroy(sample.arena);
}

/* The JSON of an entity, in the arena. */
static struct text write(const struct entity_head *entity)
{
	struct buffer out;
	struct json_writer writer;
	struct bytes copy;
	buffer_init(&out, LIMIT_DOCUMENT);
	json_write_begin(&writer, &out, true);
	json_write_object(&writer);
	entity_json_write(&writer, entity_shape(entity->type), entity);
	json_write_end(&writer);
	expect(json_write_finish(&writer));
	expect(arena_copy(sample.arena, buffer_view(&out), &copy));
	buffer_finish(&out);
	return text_of_bytes(copy);
}

static struct entity_head *read_with(enum entity_type type, struct text written, const char *const *ignored)
{
	struct hansard_error error;
	json_t *json = NULL;
	if (json_read(TEXT("test"), bytes_of_text(written), &json, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	struct entity_head *entity = entity_codec_create(sample.arena, type, TEXT("01#03"));
	const bool done =
		entity_json_read(sample.arena, entity_shape(type), json, TEXT("items[2]"), ignored, entity, &problems);
	json_decref(json);
	expect(done);
	return entity;
}

static struct entity_head *read(enum entity_type type, const char *written)
{
	return read_with(type, text_of_string(written), NULL);
}

static void what_is_written_reads_back(void)
{
	for (uint64_t seed = 0; seed < 40; seed++) {
		begin(seed);
		for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
			struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
			expect(entity_equal(entity, read_with(entity->type, write(entity), NULL)));
		}
		expect_integer(problems.count, 0);
		end();
	}
}

static void each_field_may_be_absent(void)
{
	begin(100);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)i);
		for (size_t j = 0; j < shape->field_count; j++) {
			struct entity_head *entity = sample_entity(&sample, (enum entity_type)i);
			const size_t before = problems.count;
			char path[128];
			sample_clear(&shape->fields[j], entity);
			expect(entity_equal(entity, read_with(entity->type, write(entity), NULL)));
			expect_integer(problems.count - before, shape->fields[j].required);
			if (problems.count == before)
				continue;
			snprintf(path, sizeof(path), "items[2].%s", shape->fields[j].name);
			expect_integer(problems.items[before].code, PROBLEM_MISSING_FIELD);
			expect_text(problems.items[before].path, path);
		}
	}
	end();
}

static void keys_stand_in_the_order_of_rows(void)
{
	begin(101);
	struct entity_expert *expert =
		(struct entity_expert *)entity_codec_create(sample.arena, ENTITY_EXPERT, TEXT("muffin"));
	const struct record_expert_score scores[] = {
		{.round = {0, true}, .w = {-3, true}, .total = {12, true}},
		{.total = {0, true}},
	};
	expert->scores = (struct schema_groups){.items = scores, .count = 2, .present = true};
	expert->name = TEXT("Müffin");
	expert->tier = TIER_CORE;
	expert->relevance = (struct schema_integer){.value = 950000, .present = true};
	expert->created_at = TEXT("2026-11-20T09:00:04.000000Z");
	expect_text(write(&expert->head),
				"{\"tier\":\"core\",\"relevance\":0.95,\"created_at\":\"2026-11-20T09:00:04.000000Z\","
				"\"name\":\"Müffin\",\"scores\":[{\"round\":0,\"w\":-3,\"total\":12},{\"total\":0}]}");
	end();
}

static void hashes_are_lower_case_hex(void)
{
	uint8_t hash[DIGEST_SIZE] = {0x00, 0x1f, 0xa0, 0xff};
	begin(102);
	struct entity_file *file = (struct entity_file *)entity_codec_create(sample.arena, ENTITY_FILE, TEXT("00001"));
	file->sha256 = (struct bytes){.data = hash, .size = sizeof(hash)};
	expect_text(write(&file->head),
				"{\"sha256\":\"001fa0ff00000000000000000000000000000000000000000000000000000000\"}");
	end();
}

static void words_are_read_in_any_case(void)
{
	begin(103);
	struct entity_round *round = (struct entity_round *)read(
		ENTITY_ROUND, "{\"status\":\"In Progress\",\"created_at\":\"2026-11-20T09:00:04.000000Z\","
					  "\"panel\":[{\"expert\":\"muffin\",\"tier\":\"WILDCARD\",\"relevance\":1}]}");
	expect_integer(problems.count, 0);
	expect_integer(round->status, ROUND_IN_PROGRESS);
	const struct record_seat *seats = round->panel.items;
	expect_integer(seats[0].tier, TIER_WILDCARD);
	expect_integer(seats[0].relevance.value, 1000000);
	end();
}

/* One JSON, the problem it has. */
static const struct {
	enum entity_type type;
	const char *json;
	enum problem_code code;
	const char *path;
	const char *value;
	const char *valid; /* NULL where the options cannot be listed */
} wrong[] = {
	{ENTITY_MOVE, "[]", PROBLEM_INVALID_VALUE, "items[2]", "[]", NULL},
	{ENTITY_MOVE, "{\"context\":1}", PROBLEM_INVALID_VALUE, "items[2].context", "1", NULL},
	{ENTITY_MOVE, "{\"context\":null}", PROBLEM_INVALID_VALUE, "items[2].context", "null", NULL},
	{ENTITY_MOVE, "{\"targets\":\"T0001\"}", PROBLEM_INVALID_VALUE, "items[2].targets", "T0001", NULL},
	{ENTITY_MOVE, "{\"targets\":[\"T0001\",2]}", PROBLEM_INVALID_VALUE, "items[2].targets[1]", "2", NULL},
	{ENTITY_MOVE, "{\"origin\":7}", PROBLEM_INVALID_VALUE, "items[2].origin", "7", NULL},
	{ENTITY_MOVE, "{\"origin\":{}}", PROBLEM_MISSING_FIELD, "items[2].origin.file", NULL, NULL},
	{ENTITY_MOVE, "{\"origin\":{\"file\":\"a\",\"line\":0}}", PROBLEM_INVALID_VALUE, "items[2].origin.line", "0", NULL},
	{ENTITY_MOVE, "{\"unheard\":{\"a\":[true]}}", PROBLEM_UNKNOWN_FIELD, "items[2].unheard", "{\"a\":[true]}",
	 "move_type, created_at, targets, context, origin"},
	{ENTITY_MOVE, "{\"Context\":\"x\"}", PROBLEM_UNKNOWN_FIELD, "items[2].Context", "x",
	 "move_type, created_at, targets, context, origin"},
	{ENTITY_MOVE, "{\"move_type\":\"attack\"}", PROBLEM_INVALID_VALUE, "items[2].move_type", "attack",
	 "defend, challenge, bridge, request, concede, refine, resolve, converge"},
	{ENTITY_MOVE, "{\"move_type\":3}", PROBLEM_INVALID_VALUE, "items[2].move_type", "3",
	 "defend, challenge, bridge, request, concede, refine, resolve, converge"},
	{ENTITY_MOVE, "{\"created_at\":\"2026-11-20\"}", PROBLEM_INVALID_VALUE, "items[2].created_at", "2026-11-20", NULL},
	{ENTITY_EXPERT, "{\"relevance\":1.5}", PROBLEM_INVALID_VALUE, "items[2].relevance", "1.5", NULL},
	{ENTITY_EXPERT, "{\"relevance\":-1}", PROBLEM_INVALID_VALUE, "items[2].relevance", "-1", NULL},
	{ENTITY_EXPERT, "{\"relevance\":\"0.5\"}", PROBLEM_INVALID_VALUE, "items[2].relevance", "0.5", NULL},
	{ENTITY_EXPERT, "{\"first_round\":100}", PROBLEM_INVALID_VALUE, "items[2].first_round", "100", NULL},
	{ENTITY_EXPERT, "{\"first_round\":1.5}", PROBLEM_INVALID_VALUE, "items[2].first_round", "1.5", NULL},
	{ENTITY_EXPERT, "{\"scores\":{}}", PROBLEM_INVALID_VALUE, "items[2].scores", "{}", NULL},
	{ENTITY_EXPERT, "{\"scores\":[{\"total\":1},5]}", PROBLEM_INVALID_VALUE, "items[2].scores[1]", "5", NULL},
	{ENTITY_EXPERT, "{\"scores\":[{\"total\":1},{\"w\":1}]}", PROBLEM_MISSING_FIELD, "items[2].scores[1].total", NULL,
	 NULL},
	{ENTITY_EXPERT, "{\"scores\":[{\"total\":9007199254740992}]}", PROBLEM_INVALID_VALUE, "items[2].scores[0].total",
	 "9007199254740992", NULL},
	{ENTITY_META, "{\"calibrated\":1}", PROBLEM_INVALID_VALUE, "items[2].calibrated", "1", NULL},
	{ENTITY_META, "{\"pool\":{\"members\":[{\"role\":\"x\",\"tier\":\"far\"}]}}", PROBLEM_INVALID_VALUE,
	 "items[2].pool.members[0].tier", "far", "core, adjacent, wildcard"},
	{ENTITY_ROUND, "{\"batch_sha256\":\"AB\"}", PROBLEM_INVALID_VALUE, "items[2].batch_sha256", "AB", NULL},
	{ENTITY_ROUND, "{\"batch_sha256\":\"001FA0ff00000000000000000000000000000000000000000000000000000000\"}",
	 PROBLEM_INVALID_VALUE, "items[2].batch_sha256", "001FA0ff00000000000000000000000000000000000000000000000000000000",
	 NULL},
	{ENTITY_ROUND, "{\"converge_permille\":1001}", PROBLEM_INVALID_VALUE, "items[2].converge_permille", "1001", NULL},
};

/* The problem at this path, or NULL. */
static const struct problem *find(const char *path)
{
	for (size_t i = 0; i < problems.count; i++) {
		if (text_is(problems.items[i].path, path))
			return &problems.items[i];
	}
	return NULL;
}

static void each_wrong_value_is_said(void)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(i);
		read(wrong[i].type, wrong[i].json);
		const struct problem *problem = find(wrong[i].path);
		if (problem == NULL)
			tap_fail(__FILE__, __LINE__, "nothing is said of %s", wrong[i].json);
		expect_integer(problem->code, wrong[i].code);
		expect(!problem->warning && problem->message.size > 0 && problem->suggestion.size > 0);
		expect(problem->constraint.size > 0 && text_starts_with(problem->message, problem->path));
		if (wrong[i].value != NULL)
			expect_text(problem->value, wrong[i].value);
		else
			expect(!text_present(problem->value));
		if (wrong[i].valid != NULL)
			expect_text(problem->valid, wrong[i].valid);
		else
			expect(!text_present(problem->valid));
		end();
	}
}

static void everything_wrong_is_said_at_once(void)
{
	begin(200);
	read(ENTITY_MOVE, "{\"move_type\":\"x\",\"targets\":[1,\"a\",2],\"origin\":{\"line\":-1,\"col\":2},\"more\":1}");
	expect_integer(problems.count, 8);
	expect_integer(problem_errors(&problems), 8);
	expect(find("items[2].move_type") && find("items[2].created_at") && find("items[2].targets[0]"));
	expect(find("items[2].targets[2]") && find("items[2].origin.file") && find("items[2].origin.line"));
	expect(find("items[2].origin.col") && find("items[2].more"));
	end();
}

static void ignored_keys_are_passed_over(void)
{
	static const char *const ignored[] = {"id", "context", NULL};
	begin(201);
	struct entity_move *move = (struct entity_move *)read_with(
		ENTITY_MOVE,
		TEXT("{\"id\":1,\"context\":2,\"move_type\":\"bridge\",\"created_at\":\"2026-11-20T09:00:04.000000Z\"}"),
		ignored);
	expect_integer(problems.count, 0);
	expect(!text_present(move->context) && move->move_type == MOVE_BRIDGE);
	end();
}

static void what_json_does_not_name_stays(void)
{
	begin(202);
	struct entity_move *move = (struct entity_move *)entity_codec_create(sample.arena, ENTITY_MOVE, TEXT(""));
	move->created_at = TEXT("2026-11-20T09:00:04.000000Z");
	move->context = TEXT("kept");
	json_t *json = json_pack("{s:s}", "move_type", "concede");
	expect(json != NULL);
	expect(entity_json_read(sample.arena, entity_shape(ENTITY_MOVE), json, TEXT(""), NULL, move, &problems));
	json_decref(json);
	expect_integer(problems.count, 0);
	expect_text(move->context, "kept");
	expect_integer(move->move_type, MOVE_CONCEDE);
	end();
}

static void paths_begin_without_a_dot(void)
{
	begin(203);
	json_t *json = json_pack("{s:i}", "context", 1);
	struct entity_head *move = entity_codec_create(sample.arena, ENTITY_MOVE, TEXT(""));
	expect(entity_json_read(sample.arena, entity_shape(ENTITY_MOVE), json, TEXT_ABSENT, NULL, move, &problems));
	json_decref(json);
	expect(find("context") != NULL && find("move_type") != NULL);
	end();
}

static void long_values_are_cut(void)
{
	begin(204);
	char json[2048] = "{\"context\":[\"";
	memset(json + strlen(json), 'x', 1500);
	memcpy(json + strlen(json), "\"]}", 4);
	read(ENTITY_MOVE, json);
	const struct problem *problem = find("items[2].context");
	expect(problem != NULL && problem->value.size < 200 && problem->value.size > 100);
	end();
}

/* Reads in arenas of growing ceilings until one suffices: never a crash, never a false success. */
static void too_little_memory_is_said(void)
{
	static const char *const texts[] = {
		"{\"scores\":[{\"total\":1},{\"x\":[1,2]},3],\"tier\":\"none\",\"relevance\":2,\"name\":\"M\",\"more\":null}",
		"{\"tier\":\"core\",\"name\":\"M\",\"created_at\":\"2026-11-20T09:00:04.000000Z\",\"scores\":[{\"total\":1}]}",
	};
	for (size_t i = 0; i < 2; i++) {
		json_t *json = json_loads(texts[i], 0, NULL);
		bool done = false;
		int failures = 0;
		expect(json != NULL);
		for (size_t ceiling = 1024; !done; ceiling += 8) {
			struct arena *small = arena_create(ceiling);
			struct problem_list list;
			problem_begin(&list, small);
			struct entity_head *entity = entity_codec_create(small, ENTITY_EXPERT, TEXT("m"));
			expect(entity != NULL);
			done = entity_json_read(small, entity_shape(ENTITY_EXPERT), json, TEXT("p"), NULL, entity, &list);
			expect(!done || !list.exhausted);
			failures += !done;
			arena_destroy(small);
		}
		expect(failures > 0 || i == 1);
		json_decref(json);
	}
}

static const struct tap_test tests[] = {
	{"every field of every entity reads back", what_is_written_reads_back},
	{"each field may be absent, a required one is a problem with its path", each_field_may_be_absent},
	{"keys stand in the order of the rows, numbers are scaled", keys_stand_in_the_order_of_rows},
	{"hashes are lower-case hex", hashes_are_lower_case_hex},
	{"words are read in any case", words_are_read_in_any_case},
	{"each wrong value is said, with path, value, options and advice", each_wrong_value_is_said},
	{"everything that is wrong is said at once", everything_wrong_is_said_at_once},
	{"ignored keys are passed over", ignored_keys_are_passed_over},
	{"what JSON does not name stays as it was", what_json_does_not_name_stays},
	{"paths from the top begin without a dot", paths_begin_without_a_dot},
	{"a long value is shown cut", long_values_are_cut},
	{"too little memory is said", too_little_memory_is_said},
};

TAP_MAIN(tests)
