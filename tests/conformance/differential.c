/*
 * The same random steps on every engine of the table; after each, all of them must give the same answers. The first
 * engine is the executable specification. At the end every dialogue moves within its engine. Seed and number of steps are printed and can be
 * set: HANSARD_TEST_SEED, HANSARD_TEST_STEPS, and HANSARD_TEST_FAR_STEPS for the run of all engines, in which one is over a network. With
 * lowered ceilings a run of some length meets each of them and takes several pages of everything, or fails.
 */
#include <time.h>

#include "draws.h"
#include "dump.h"
#include "limits.h"
#include "moves.h"
#include "subject.h"
#include "walked.h"

enum {
	ENOUGH = 250, /* steps after which everything was walked */
	STEPS = LIMIT_OF(3000, ENOUGH),
	KINDS_MAX = 4,
	PLACES = 6,
	REOPEN_EVERY = 97,
	DUMP_EVERY = 7,
	LIST_EVERY = 4 * DUMP_EVERY,
	WHOLE_SHARE = 4, /* of so many histories one is read from its beginning */
	FAR_SHARE = 30,
	FAR_RUN = 250,
	NEAR_RUN = 5000,
};

static const char *const places[PLACES][3] = {{"t", "a", "t-a"}, {"t", "a-b", "t-a-b"}, {"t", "ab", "t-ab"},
											  {"u", "a", "u-a"}, {"u", "a-b", "u-a-b"}, {"v", "z", "v-z"}};

struct place {
	struct draft_head head;
	struct draft_head before; /* a head that is not the newest any more */
	struct dump_owners owners;
};

/* ---- refusals ---- */

/* Commits that were refused so far, by the ceiling. */
static size_t refused[DRAWS_EDGES];

/* A refusal of the first engine. */
static void count_refusal(const struct hansard_error *error)
{
	for (unsigned edge = 0; edge < DRAWS_EDGES; edge++) {
		const char *ceiling = draws_ceiling((enum draws_edge)edge);
		if (ceiling == NULL || strstr(error->message, ceiling) == NULL)
			continue;
		refused[edge]++;
		return;
	}
	expect_fail(__FILE__, __LINE__, "a refusal names a ceiling");
}

/* ---- steps ---- */

/* The engines of one run, the executable specification first. */
struct runners {
	struct subject subjects[KINDS_MAX];
	size_t count;
};

static void step(struct runners *runners, struct place *place, size_t at, uint64_t number)
{
	const uint64_t salt = number + 1;
	const uint64_t luck = draws_below(10);
	const bool unlisted = draws_below(6) == 0;
	const enum draws_edge edge = draws_edge();
	enum hansard_status first = HANSARD_OK;
	const uint64_t fork = draws_state;
	struct draft_head next = place->head;
	enum store_result results[KINDS_MAX] = {STORE_DONE};
	for (size_t i = 0; i < runners->count; i++) {
		struct arena *arena = arena_create((size_t)1 << 28);
		expect(arena != NULL);
		struct draft draft = draft_begin(arena, subject_partition(&runners->subjects[i], places[at][0], places[at][1]));
		struct draft_head head = luck == 0 ? place->before : place->head;
		struct hansard_error error = {.status = HANSARD_OK};
		draws_state = fork; /* each engine gets the same draft */
		draft.salt = salt;
		draft.rev = head.rev + 1;
		draft.unlisted = unlisted;
		draws_draft(&draft, edge);
		const enum hansard_status status = draft_try(&draft, &head, &results[i], &error);
		first = i == 0 ? status : first;
		expect_integer(status, first);
		if (status != HANSARD_OK) { /* above a ceiling: nothing was written */
			expect(edge != DRAWS_ORDINARY);
			expect_string(error.kind, "commit_too_large");
			if (i == 0)
				count_refusal(&error);
			results[i] = STORE_CONFLICT;
			arena_destroy(arena);
			continue;
		}
		expect_integer(results[i], results[0]);
		expect_integer(results[i],
					   head.rev == (luck == 0 ? place->before.rev : place->head.rev) ? STORE_CONFLICT : STORE_DONE);
		if (results[i] == STORE_DONE)
			next = head;
		if (results[i] == STORE_DONE && i == 0)
			dump_own(&place->owners, &draft.change);
		enum store_settled settled;
		expect_good(draft.partition.store->settle(&draft.partition, &draft.change.attempt, &settled, &error), &error);
		expect_integer(settled, results[i] == STORE_DONE ? STORE_COMMITTED : STORE_NOT_COMMITTED);
		arena_destroy(arena);
	}
	if (results[0] == STORE_DONE) {
		place->before = place->head;
		place->head = next;
	}
}

/* What the engines say, one after the other: each must say what the first did. */
struct answers {
	struct buffer first, other;
	size_t count;
};

/* Where the next one answers; end_answer() compares. */
static struct buffer *begin_answer(struct answers *answers)
{
	struct buffer *out = answers->count == 0 ? &answers->first : &answers->other;
	buffer_init(out, (size_t)1 << 30);
	return out;
}

static void end_answer(struct answers *answers)
{
	if (answers->count++ == 0)
		return;
	expect(bytes_equal(buffer_view(&answers->first), buffer_view(&answers->other)));
	buffer_finish(&answers->other);
}

/* All engines answer alike, about one partition and, where that is wanted, about all tenants. */
static void compare(struct runners *runners, struct place *place, size_t at, bool tenants)
{
	const size_t limit = 1 + (size_t)draws_below(draws_below(4) == 0 ? LIMIT_PAGE : 4);
	const int64_t rev = place->head.rev;
	const struct dump_range range = {
		.from = draws_below(WHOLE_SHARE) == 0 ? 1 : rev - 3, .to = rev, .owners = &place->owners};
	struct answers answers = {.count = 0};
	for (size_t i = 0; i < runners->count; i++) {
		struct subject *subject = &runners->subjects[i];
		struct arena *arena = arena_create((size_t)1 << 30);
		struct buffer *out = begin_answer(&answers);
		expect(arena != NULL);
		dump_partition(out, arena, subject_partition(subject, places[at][0], places[at][1]), &range);
		if (tenants)
			dump_analytics(out, arena, subject->engine, limit);
		end_answer(&answers);
		arena_destroy(arena);
	}
	buffer_finish(&answers.first);
}

/* Every dialogue moves, within each engine. */
static void move(struct runners *runners, const struct place where[static PLACES])
{
	struct answers answers = {.count = 0};
	for (size_t i = 0; i < runners->count; i++) {
		struct subject *subject = &runners->subjects[i];
		struct buffer *out = begin_answer(&answers);
		struct arena *arena = arena_create((size_t)1 << 30);
		struct moves_dialogue dialogues[PLACES];
		size_t count = 0;
		expect(arena != NULL);
		for (size_t at = 0; at < PLACES; at++)
			if (where[at].head.rev > 0)
				dialogues[count++] = (struct moves_dialogue){.tenant = places[at][0],
															 .id = places[at][1],
															 .to = places[at][2],
															 .head = where[at].head,
															 .owners = &where[at].owners};
		for (size_t k = 0; k < count; k++)
			moves_copy(out, subject, &dialogues[k]);
		dump_analytics(out, arena, subject->engine, 2);
		dump_analytics(out, arena, subject->engine, LIMIT_PAGE / 2);
		moves_check(subject);
		for (size_t k = 0; k < count; k++)
			moves_away(out, subject, &dialogues[k]);
		dump_analytics(out, arena, subject->engine, LIMIT_PAGE / 2);
		moves_check(subject);
		end_answer(&answers);
		arena_destroy(arena);
	}
	buffer_finish(&answers.first);
}

/* ---- what was walked ---- */

/* Says what a run came by; with lowered ceilings, and steps enough, it came by all. */
static void expect_refusals(bool enough)
{
	for (unsigned edge = 0; edge < DRAWS_EDGES; edge++) {
		const char *ceiling = draws_ceiling((enum draws_edge)edge);
		if (ceiling == NULL)
			continue;
		printf("# refused by the ceiling of %s: %zu\n", ceiling, refused[edge]);
		expect(refused[edge] > 0 || !enough);
	}
}

static void expect_pages(bool enough)
{
	const struct dump_pages pages = dump_pages();
	printf("# pages of a listing, at most: %zu of dialogues, %zu of tensions, %zu of partitions\n", pages.dialogues,
		   pages.tensions, pages.partitions);
	expect((pages.dialogues > 1 && pages.tensions > 1 && pages.partitions > 1) || !enough);
}

static void expect_walked(bool enough)
{
	for (unsigned thing = 0; thing < WALKED_THINGS; thing++) {
		const struct walked *walked = walked_thing((enum walked_name)thing);
		printf("# %s: several %zu times, at most %zu\n", walked->name, walked->several, walked->most);
		/* A case of the suite has more index keys than one transaction. */
		expect(walked->several > 0 || thing == WALKED_KEY_TRANSACTIONS || !enough);
	}
}

/* ---- the run ---- */

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);
	return value == NULL ? otherwise : strtoull(value, NULL, 0);
}

/* Runs so many steps in stores that begin empty; the first step of the run as a whole has this number. */
static void run_anew(bool (*wanted)(const struct subject_kind *kind), uint64_t first, uint64_t steps)
{
	struct runners runners = {.count = 0};
	struct place where[PLACES] = {{.head = {.rev = 0}}};
	struct arena *arena = arena_create((size_t)1 << 30);
	expect(arena != NULL);
	for (size_t at = 0; at < PLACES; at++)
		where[at].owners.arena = arena;
	for (size_t i = 0; i < subject_kind_count; i++)
		if (i == 0 || wanted(&subject_kinds[i]))
			subject_begin(&runners.subjects[runners.count++], &subject_kinds[i]);
	expect(runners.count > 1);
	for (uint64_t number = first; number < first + steps; number++) {
		const size_t at = (size_t)draws_below(PLACES);
		step(&runners, &where[at], at, number);
		if (number % DUMP_EVERY == 0)
			compare(&runners, &where[at], at, number % LIST_EVERY == 0);
		for (size_t i = 0; number % REOPEN_EVERY == 0 && i < runners.count; i++)
			if (runners.subjects[i].kind->capabilities.durable)
				subject_reopen(&runners.subjects[i]);
	}
	for (size_t at = 0; at < PLACES; at++)
		compare(&runners, &where[at], at, at == 0);
	move(&runners, where);
	for (size_t i = 0; i < runners.count; i++)
		subject_finish(&runners.subjects[i]);
	arena_destroy(arena);
}

/* An engine over a network takes a fraction of the steps; one that keeps what every revision wrote reads more with each. */
static bool is_near(const struct subject_kind *kind)
{
	return kind->capabilities.load_is_snapshot;
}

static bool is_any(const struct subject_kind *kind)
{
	(void)kind;
	return true;
}

/* Runs so many steps on the specification and on what the filter lets pass, in new stores after each `anew` of them. */
static void run(bool (*wanted)(const struct subject_kind *kind), uint64_t steps, uint64_t anew)
{
	for (size_t i = 0; i < subject_kind_count; i++)
		if (wanted(&subject_kinds[i]) && subject_kinds[i].lacking() != NULL)
			expect_skip(subject_kinds[i].lacking());
	const uint64_t seed = setting("HANSARD_TEST_SEED", UINT64_C(20260101));
	memset(refused, 0, sizeof(refused));
	draws_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	const time_t began = time(NULL);
	printf("# HANSARD_TEST_SEED=%llu, %llu steps\n", (unsigned long long)seed, (unsigned long long)steps);
	expect(subject_kind_count <= KINDS_MAX);
	for (uint64_t done = 0; done < steps; done += anew)
		run_anew(wanted, done, steps - done < anew ? steps - done : anew);
	const bool enough = LIMIT_LOWERED && steps >= ENOUGH;
	expect_refusals(enough);
	expect_pages(enough);
	if (wanted != is_near)
		expect_walked(enough);
	printf("# %.0f s\n", difftime(time(NULL), began));
}

static void near_engines_agree(void)
{
	const uint64_t steps = setting("HANSARD_TEST_STEPS", STEPS);
	run(is_near, steps, NEAR_RUN);
}

static void all_engines_agree(void)
{
	const uint64_t share = setting("HANSARD_TEST_STEPS", STEPS) / FAR_SHARE;
	run(is_any, setting("HANSARD_TEST_FAR_STEPS", LIMIT_LOWERED && share < ENOUGH ? ENOUGH : share), FAR_RUN);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"the engines of this machine answer alike after every random step", near_engines_agree},
		{"all engines, one over a network among them, answer alike after every random step", all_engines_agree},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
