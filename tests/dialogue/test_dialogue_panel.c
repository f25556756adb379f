/*
 * The draw: sizes, tiers, weights, rotation, names; over many seeds.
 */
#include "desk.h"
#include "panel.h"
#include "tap.h"

enum { SEEDS = 20000 };

static struct desk desk;

static void begin(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
}

/* A record with a pool of these relevances, all of one tier by them. */
static struct record *pool_of(const int64_t *relevances, size_t count)
{
	struct record *record = arena_allocate(desk.arena, sizeof(*record));
	struct entity_meta *meta = arena_allocate(desk.arena, sizeof(*meta));
	struct record_pool *pool = arena_allocate(desk.arena, sizeof(*pool));
	struct record_pool_member *members = arena_allocate_array(desk.arena, count, sizeof(*members));
	expect(record != NULL && meta != NULL && pool != NULL && members != NULL);
	record_begin(record, desk.arena, TEXT("d"));
	meta->head = (struct entity_head){.type = ENTITY_META, .subkey = TEXT("")};
	for (size_t i = 0; i < count; i++) {
		members[i].tier = panel_tier(relevances[i]);
		members[i].relevance = (struct schema_integer){.value = relevances[i], .present = true};
		expect(arena_format(desk.arena, &members[i].role, "Role %zu", i));
	}
	pool->members = (struct schema_groups){.items = members, .count = count, .present = true};
	meta->pool = pool;
	expect_integer(record_add(record, &meta->head, &desk.error), HANSARD_OK);
	return record;
}

static struct panel_result draw(const struct record *record, struct panel_request request)
{
	struct panel_result result;
	problem_begin(&desk.problems, desk.arena);
	expect(panel_draw(record, &request, desk.arena, &desk.problems, &result));
	return result;
}

static size_t count_tier(const struct panel_result *result, enum tier tier)
{
	size_t count = 0;
	for (size_t i = 0; i < result->count; i++)
		count += result->seats[i].tier == tier;
	return count;
}

static void sizes(void)
{
	static const size_t wanted[][4] = {
		/* n, core, adjacent, wildcard */
		{0, 0, 0, 0}, {1, 1, 0, 0}, {2, 2, 0, 0}, {3, 1, 1, 1},  {4, 1, 2, 1},  {5, 1, 3, 1},
		{6, 2, 3, 1}, {7, 2, 4, 1}, {8, 2, 4, 2}, {12, 4, 5, 3}, {20, 6, 9, 5},
	};
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		size_t core, adjacent, wildcard;
		panel_sizes(wanted[i][0], &core, &adjacent, &wildcard);
		expect_integer((int64_t)core, (int64_t)wanted[i][1]);
		expect_integer((int64_t)adjacent, (int64_t)wanted[i][2]);
		expect_integer((int64_t)wildcard, (int64_t)wanted[i][3]);
	}
	expect_integer(panel_tier(800000), TIER_CORE);
	expect_integer(panel_tier(799999), TIER_ADJACENT);
	expect_integer(panel_tier(400000), TIER_ADJACENT);
	expect_integer(panel_tier(399999), TIER_WILDCARD);
}

static void name_list(void)
{
	begin();
	struct text name;
	expect(panel_name(0, desk.arena, &name));
	expect_text(name, "Muffin");
	expect(panel_name(19, desk.arena, &name));
	expect_text(name, "Religieuse");
	expect(panel_name(20, desk.arena, &name));
	expect_text(name, "Pastry21");
	desk_finish(&desk);
}

static void never_twice(void)
{
	begin();
	const struct record *record = &desk_open(&desk)->record;
	for (uint64_t seed = 0; seed < 2000; seed++) {
		struct panel_result result = draw(record, (struct panel_request){.size = 6, .seed = seed});
		expect_integer((int64_t)result.count, 6);
		expect_integer((int64_t)count_tier(&result, TIER_CORE), 2);
		expect_integer((int64_t)count_tier(&result, TIER_ADJACENT), 3);
		expect_integer((int64_t)count_tier(&result, TIER_WILDCARD), 1);
		for (size_t i = 0; i < result.count; i++) {
			for (size_t k = 0; k < i; k++)
				expect(!text_equal(result.seats[i].role, result.seats[k].role) &&
					   !text_equal(result.seats[i].expert, result.seats[k].expert));
		}
	}
	desk_finish(&desk);
}

/* One seat of three whose weights are as 9, 5 and 1 ... in a single tier: the share of each is its weight's. */
/* A panel of two is of the core; where that has one, the other seat goes to whoever is left, by relevance. */
static void says_why(void)
{
	static const int64_t relevances[] = {900000, 600000, 300000};
	size_t wildcards = 0;
	begin();
	const struct record *record = pool_of(relevances, 3);
	for (uint64_t seed = 0; seed < 600; seed++) {
		const struct panel_result result = draw(record, (struct panel_request){.size = 2, .seed = seed});
		expect_integer((int64_t)result.count, 2);
		expect(result.shares[TIER_CORE] == 2 && result.shares[TIER_ADJACENT] == 0 && result.shares[TIER_WILDCARD] == 0);
		expect(result.seats[0].tier == TIER_CORE && result.why[0] == PANEL_SHARE);
		expect_integer(result.why[1], PANEL_FILLS);
		wildcards += result.seats[1].tier == TIER_WILDCARD;
	}
	expect(wildcards > 150 && wildcards < 250);
	static const struct text role[] = {{"Role 2", 6}};
	const struct panel_result kept = draw(record, (struct panel_request){.size = 2, .keep = {role, 1, true}});
	expect(kept.why[0] == PANEL_SHARE && kept.why[1] == PANEL_KEPT);
	desk_finish(&desk);
}

static void weights(void)
{
	begin();
	static const int64_t relevances[] = {360000, 200000, 40000};
	struct record *record = pool_of(relevances, 3);
	int64_t hits[3] = {0};
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct panel_result result = draw(record, (struct panel_request){.size = 1, .seed = seed});
		expect_integer((int64_t)result.count, 1);
		hits[result.seats[0].role.data[5] - '0']++;
	}
	for (size_t i = 0; i < 3; i++) {
		int64_t expected = SEEDS * relevances[i] / 600000;
		int64_t off = hits[i] > expected ? hits[i] - expected : expected - hits[i];
		expect(off < SEEDS / 50); /* four standard deviations are 283 of 20,000 */
	}
	desk_finish(&desk);
}

/* The second seat is drawn from those that are left, by their weights. */
static void without_replacement(void)
{
	begin();
	static const int64_t relevances[] = {900000, 900000, 1};
	struct record *record = pool_of(relevances, 3);
	int64_t rare = 0;
	for (uint64_t seed = 0; seed < 5000; seed++) {
		struct panel_result result = draw(record, (struct panel_request){.size = 2, .seed = seed});
		expect_integer((int64_t)result.count, 2);
		rare += text_is(result.seats[1].role, "Role 2");
	}
	expect_integer(rare, 0);
	desk_finish(&desk);
}

static void repeatable(void)
{
	begin();
	const struct record *record = &desk_open(&desk)->record;
	struct panel_result one = draw(record, (struct panel_request){.size = 6, .seed = 42});
	struct panel_result two = draw(record, (struct panel_request){.size = 6, .seed = 42});
	bool differs = false;
	for (size_t i = 0; i < 6; i++) {
		expect(text_equal(one.seats[i].role, two.seats[i].role));
		expect(text_equal(one.names[i], two.names[i]));
	}
	for (uint64_t seed = 43; seed < 53; seed++) {
		two = draw(record, (struct panel_request){.size = 6, .seed = seed});
		for (size_t i = 0; i < 6; i++)
			differs |= !text_equal(one.seats[i].role, two.seats[i].role);
	}
	expect(differs);
	expect_integer((int64_t)one.seed, 42);
	expect_text(one.names[0], "Muffin");
	expect_text(one.seats[5].expert, "brioche");
	desk_finish(&desk);
}

static void default_size(void)
{
	begin();
	struct panel_result result = draw(&desk_open(&desk)->record, (struct panel_request){.seed = 1});
	expect_integer((int64_t)result.count, 12);
	expect_integer((int64_t)desk.problems.count, 0);
	static const int64_t relevances[] = {900000, 500000};
	result = draw(pool_of(relevances, 2), (struct panel_request){.seed = 1});
	expect_integer((int64_t)result.count, 2); /* a short tier is filled from the others */
	expect_integer((int64_t)desk.problems.count, 3);
	expect(desk.problems.items[0].warning);
	expect_string(problem_code_name(desk.problems.items[0].code), "pool_advice");
	desk_finish(&desk);
}

static void keep_and_exclude(void)
{
	begin();
	const struct record *record = &desk_open(&desk)->record;
	const struct text keep[] = {TEXT("wild d"), TEXT("Core D")};
	const struct text exclude[] = {TEXT("Architect")};
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct panel_result result = draw(
			record,
			(struct panel_request){.size = 6, .seed = seed, .keep = {keep, 2, true}, .exclude = {exclude, 1, true}});
		size_t kept = 0;
		for (size_t i = 0; i < result.count; i++) {
			kept += text_is(result.seats[i].role, "Wild D") || text_is(result.seats[i].role, "Core D");
			expect(!text_is(result.seats[i].role, "Architect"));
		}
		expect_integer((int64_t)kept, 2);
		expect_integer((int64_t)count_tier(&result, TIER_CORE), 2);
	}
	desk_finish(&desk);
}

static void faults(void)
{
	begin();
	const struct record *record = &desk_open(&desk)->record;
	const struct text unknown[] = {TEXT("Architekt")};
	const struct text architect[] = {TEXT("Architect"), TEXT("Operator")};
	draw(record, (struct panel_request){.size = 6, .keep = {unknown, 1, true}});
	const struct problem *problem = desk_problem(&desk, PROBLEM_UNKNOWN_EXPERT, "keep[Architekt]");
	expect(problem != NULL);
	expect_text(problem->suggestion, "did you mean \"Architect\"?");
	expect_text(problem->message, "nobody in the pool has the role or name \"Architekt\"");
	draw(record, (struct panel_request){.size = 6, .exclude = {unknown, 1, true}});
	expect(desk_problem(&desk, PROBLEM_UNKNOWN_EXPERT, "exclude[Architekt]") != NULL);
	draw(record, (struct panel_request){.size = 13});
	problem = desk_problem(&desk, PROBLEM_INVALID_VALUE, "size");
	expect(problem != NULL);
	expect_text(problem->message, "13 seats, but 12 experts are left");
	draw(record, (struct panel_request){.size = 1, .keep = {architect, 2, true}});
	problem = desk_problem(&desk, PROBLEM_INVALID_VALUE, "keep");
	expect(problem != NULL);
	expect_text(problem->message, "2 experts are kept, but the panel has 1 seat");
	draw(record, (struct panel_request){.size = 1, .keep = {architect, 1, true}, .exclude = {architect, 1, true}});
	expect(desk_problem(&desk, PROBLEM_INVALID_VALUE, "keep[Architect]") != NULL);
	const int64_t few[] = {900000, 500000, 100000};
	draw(pool_of(few, 3), (struct panel_request){.size = 9});
	expect(desk.problems.count > 1);
	expect_text(desk.problems.items[0].message, "9 seats, but 3 experts are left");
	for (size_t i = 1; i < desk.problems.count; i++)
		expect(desk.problems.items[i].warning);
	struct record empty;
	record_begin(&empty, desk.arena, TEXT("e"));
	for (size_t size = 0; size <= 3; size += 3) {
		draw(&empty, (struct panel_request){.size = size});
		problem = desk_problem(&desk, PROBLEM_MISSING_FIELD, "pool");
		expect(problem != NULL && desk_problem(&desk, PROBLEM_INVALID_VALUE, "size") == NULL);
		expect(text_find(problem->suggestion, TEXT("hansard create --file"), 0) != SIZE_MAX);
	}
	desk_finish(&desk);
}

/* Round 0 with Architect as Muffin, Wild A as Cupcake and one who is not of the pool. */
static const struct record *seated(void)
{
	begin();
	expect_integer(
		desk_register(&desk,
					  "{'round':0,'panel':[{'name':'Muffin','role':'Architect'},{'name':'Cupcake','role':'Wild A'},"
					  "{'name':'Gast','role':'Guest','tier':'adjacent','source':'created','reason':'asked'}]}"),
		HANSARD_OK);
	return &desk_open(&desk)->record;
}

static const struct record_seat *seat_of(const struct panel_result *result, const char *role)
{
	for (size_t i = 0; i < result->count; i++) {
		if (text_is(result->seats[i].role, role))
			return &result->seats[i];
	}
	return NULL;
}

static void rotation_none(void)
{
	const struct record *record = seated();
	struct panel_result result = draw(record, (struct panel_request){.rotation = PANEL_NONE, .seed = 3});
	expect_integer((int64_t)result.count, 3);
	expect(seat_of(&result, "Architect") != NULL && seat_of(&result, "Wild A") != NULL &&
		   seat_of(&result, "Guest") != NULL);
	expect_integer(seat_of(&result, "Guest")->source, SOURCE_RETAINED);
	for (size_t i = 0; i < result.count; i++)
		expect_integer(result.why[i], PANEL_STAYS);
	desk_finish(&desk);
}

static void rotation_graduated(void)
{
	const struct record *record = seated();
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct panel_result result = draw(record, (struct panel_request){.size = 6, .seed = seed});
		expect_integer((int64_t)result.count, 6);
		expect_text(seat_of(&result, "Architect")->expert, "muffin");
		expect_text(seat_of(&result, "Wild A")->expert, "cupcake");
		expect(seat_of(&result, "Guest") != NULL);
		for (size_t i = 0; i < 6; i++) /* names that were given are not given again */
			expect(result.seats[i].source == SOURCE_RETAINED ||
				   (!text_is(result.names[i], "Muffin") && !text_is(result.names[i], "Cupcake")));
	}
	desk_finish(&desk);
}

static void rotation_wildcards(void)
{
	const struct record *record = seated();
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct panel_result result =
			draw(record, (struct panel_request){.size = 4, .rotation = PANEL_WILDCARDS, .seed = seed});
		expect(seat_of(&result, "Architect") != NULL && seat_of(&result, "Guest") != NULL);
		expect(seat_of(&result, "Wild A") == NULL);
		expect_integer((int64_t)count_tier(&result, TIER_WILDCARD), 1);
	}
	desk_finish(&desk);
}

static void rotation_full(void)
{
	const struct record *record = seated();
	bool without = false;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct panel_result result =
			draw(record, (struct panel_request){.size = 4, .rotation = PANEL_FULL, .seed = seed});
		const struct record_seat *architect = seat_of(&result, "Architect");
		without |= architect == NULL;
		expect(seat_of(&result, "Guest") == NULL);
		if (architect != NULL)
			expect_text(architect->expert, "muffin"); /* a name stays with its person */
	}
	expect(without);
	desk_finish(&desk);
}

static void seed_is_recorded(void)
{
	begin();
	expect_integer(
		desk_register(&desk, "{'round':0,'panel':[{'expert':'muffin'}],'panel_seed':'18446744073709551615'}"),
		HANSARD_OK);
	const struct entity_meta *meta = record_meta(&desk_open(&desk)->record);
	expect_text(meta->pool->seed, "18446744073709551615");
	expect_integer((int64_t)meta->pool->members.count, 12);
	desk_finish(&desk);
}

static void seat_shape(void)
{
	const struct schema_shape *shape = panel_seat_shape();
	expect(shape != NULL);
	expect_string(shape->name, "seat");
}

static const struct tap_test tests[] = {
	{"panels are split by tier as record.md says, tiers by relevance", sizes},
	{"names come from the list of pastries", name_list},
	{"a draw fills each tier's share and seats nobody twice", never_twice},
	{"of everyone it is said why they sit", says_why},
	{"who is drawn follows relevance", weights},
	{"who is drawn is not drawn again", without_replacement},
	{"the same seed gives the same panel, another another", repeatable},
	{"a panel has twelve seats or as many as the pool; pools of odd sizes are advised against", default_size},
	{"who is kept sits, who is excluded does not", keep_and_exclude},
	{"what cannot be drawn is a problem", faults},
	{"without rotation the panel stays", rotation_none},
	{"graduated rotation retains the panel and fills it from the pool", rotation_graduated},
	{"rotation of wildcards draws them anew, unused ones first", rotation_wildcards},
	{"full rotation draws everybody anew, and names stay with their persons", rotation_full},
	{"the seed of a draw is recorded with the pool", seed_is_recorded},
	{"a seat's fields can be written out", seat_shape},
};

TAP_MAIN(tests)
