/*
 * Allocations fail in turn, ours and SQLite's: an error and no crash, no leak, no half change. Ours are wrapped by the
 * linker, SQLite's through its own switch. The first ones fail one by one, later ones at growing distances; with
 * HANSARD_TEST_EVERY_ALLOCATION set, every single one.
 */
#include "memory_engine.h"
#include "place.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *data, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *data, size_t size);

/* The allocation that fails, from 1; 0: none. Later ones succeed, unless it lasts. */
static int failing;
static bool lasting;
static int allocations;

static bool fails(void)
{
	return failing != 0 && (++allocations == failing || (lasting && allocations > failing));
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *data, size_t size)
{
	return fails() ? NULL : __real_realloc(data, size);
}

static sqlite3_mem_methods system_memory;

static void *sqlite_malloc(int size)
{
	return fails() ? NULL : system_memory.xMalloc(size);
}

static void *sqlite_realloc(void *data, int size)
{
	return fails() ? NULL : system_memory.xRealloc(data, size);
}

static void fail_from(int at)
{
	failing = at;
	allocations = 0;
}

/* The allocation that fails next. */
static int after(int at)
{
	return getenv("HANSARD_TEST_EVERY_ALLOCATION") != NULL ? at + 1 : at + 1 + at / 30;
}

/* ---- what is done while memory is short ---- */

/* Everything that a store is asked, in one arena of its own. */
static enum hansard_status ask_everything(struct store_engine *engine, struct hansard_error *error)
{
	const struct store_partition partition = place_partition(engine);
	const struct store_history_request all = {.from = 1, .to = 9};
	const struct store_parts_request first = {.rev = 1};
	const struct analytics_request request = {.tenant = TEXT("t"), .limit = 3, .cursor = TEXT_ABSENT};
	struct store_view view;
	struct store_history history;
	struct store_parts parts;
	struct analytics_page page;
	struct analytics_counts counts;
	struct store_findings findings;
	struct arena *arena = arena_create((size_t)1 << 28);
	enum hansard_status status =
		arena == NULL ? HANSARD_FAILED : partition.store->load(&partition, arena, &view, error);
	if (status == HANSARD_OK)
		status = partition.store->history(&partition, &all, arena, &history, error);
	if (status == HANSARD_OK)
		status = partition.store->parts(&partition, &first, arena, &parts, error);
	if (status == HANSARD_OK)
		status = engine->analytics->dialogues(engine, &request, arena, &page, error);
	if (status == HANSARD_OK)
		status = engine->analytics->tensions(engine, &request, arena, &page, error);
	if (status == HANSARD_OK)
		status = engine->analytics->counts(engine, TEXT("t"), &counts, error);
	if (status == HANSARD_OK)
		status = engine->ops->check(engine, true, arena, &findings, error);
	arena_destroy(arena);
	return status;
}

/* A prepared second revision is committed while allocation `at` fails, then without, unless it is there. Returns whether the
   allocation came. */
static bool commit_short_of_memory(struct place *place, struct store_engine *engine, struct draft_head head, int at)
{
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	enum store_settled settled = STORE_STILL_UNKNOWN;
	struct draft draft = place_second(place, engine);
	const struct store_change *change = draft_make(&draft, &head);
	fail_from(at);
	const enum hansard_status status = draft.partition.store->commit(&draft.partition, change, &result, &error);
	const bool came = allocations >= at;
	fail_from(0);
	expect(status == HANSARD_OK || status == HANSARD_FAILED);
	expect_good(draft.partition.store->settle(&draft.partition, &change->attempt, &settled, &error), &error);
	if (status != HANSARD_OK)
		expect_integer(settled, STORE_NOT_COMMITTED);
	if (settled == STORE_COMMITTED) {
		result = STORE_DONE;
	} else {
		expect(status != HANSARD_OK || result == STORE_UNKNOWN);
		expect_good(draft.partition.store->commit(&draft.partition, change, &result, &error), &error);
	}
	expect_integer(result, STORE_DONE);
	return came;
}

static void memory_commits_survive(void)
{
	struct place place;
	place_begin(&place);
	bool came = true;
	int at = 1;
	for (; came; at = after(at)) {
		struct hansard_error error = {.status = HANSARD_OK};
		struct draft_head head = {.rev = 0};
		struct store_engine *sqlite = NULL;
		struct store_engine *engine = NULL;
		place_forget(&place);
		/* The clock and randomness of a place come with a SQLite engine. */
		sqlite = place_open(&place, at == 1 ? SQLITE_ENGINE_CREATE : SQLITE_ENGINE_OPEN);
		expect_good(memory_engine_open(sqlite->clock, sqlite->entropy, &engine, &error), &error);
		place_close(sqlite);
		place_write(&place, engine, &head);
		came = commit_short_of_memory(&place, engine, head, at);
		place_close(engine);
	}
	expect(at > 3);
	place_finish(&place);
}

static void commits_survive(bool for_good)
{
	struct place place;
	const struct draft_head head = place_begin_written(&place);
	place_keep(&place);
	bool came = true;
	int at = 1;
	for (; came; at = after(at)) {
		place_forget(&place);
		place_restore(&place);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		lasting = for_good;
		came = commit_short_of_memory(&place, engine, head, at);
		lasting = false;
		place_close(engine);
		place_expect_rev(&place, 2);
	}
	expect(at > 10);
	place_finish(&place);
}

static void sqlite_commits_survive(void)
{
	commits_survive(false);
}

static void sqlite_commits_survive_without_any_memory(void)
{
	commits_survive(true);
}

static void opening_and_asking_survive(void)
{
	struct place place;
	place_begin_written(&place);
	bool came = true;
	int at = 1;
	for (; came; at = after(at)) {
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_engine *engine = NULL;
		fail_from(at);
		enum hansard_status status = place_try(&place, SQLITE_ENGINE_OPEN, &engine, &error);
		if (status == HANSARD_OK)
			status = ask_everything(engine, &error);
		came = allocations >= at;
		fail_from(0);
		expect(status == HANSARD_OK || status == HANSARD_FAILED);
		place_close(engine);
	}
	expect(at > 50);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

/* A whole copy, given up again, while allocation `at` fails: what fails for it is asked for again. Returns whether the allocation came. */
static bool copy_short_of_memory(struct place *place, struct store_engine *engine, int at)
{
	struct place_copy copy = place_copy_begin(place, engine);
	bool came = false;
	fail_from(at);
	for (int step = 0; step < PLACE_COPY_STEPS; step++) {
		struct hansard_error error = {.status = HANSARD_OK};
		const enum hansard_status status = place_copy_step(&copy, step, &error);
		const int made = allocations;
		failing = 0;
		came = came || made >= at;
		if (status != HANSARD_OK) {
			expect_integer(status, HANSARD_FAILED);
			expect(came);
			expect_good(place_copy_step(&copy, step, &error), &error);
		}
		if (step == PLACE_COPY_PUBLISH)
			place_copy_expect_published(place, &copy);
		failing = came ? 0 : at;
		allocations = made;
	}
	fail_from(0);
	place_copy_expect_cleared(place, &copy);
	return came;
}

static void sqlite_copies_survive(void)
{
	struct place place;
	place_begin_written(&place);
	place_keep(&place);
	bool came = true;
	int at = 1;
	for (; came; at = after(at + at / 6)) {
		place_forget(&place);
		place_restore(&place);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		came = copy_short_of_memory(&place, engine, at);
		place_close(engine);
		place_expect_rev(&place, 1);
	}
	expect(at > 30);
	place_finish(&place);
}

static void memory_copies_survive(void)
{
	struct place place;
	place_begin(&place);
	struct store_engine *sqlite = place_open(&place, SQLITE_ENGINE_CREATE);
	bool came = true;
	int at = 1;
	for (; came; at = after(at + at / 6)) {
		struct hansard_error error = {.status = HANSARD_OK};
		struct draft_head head = {.rev = 0};
		struct store_engine *engine = NULL;
		place_forget(&place);
		expect_good(memory_engine_open(sqlite->clock, sqlite->entropy, &engine, &error), &error);
		place_write(&place, engine, &head);
		came = copy_short_of_memory(&place, engine, at);
		place_close(engine);
	}
	expect(at > 10);
	place_close(sqlite);
	place_finish(&place);
}

static void creations_survive(void)
{
	bool came = true;
	int at = 1;
	for (; came; at = after(at)) {
		struct place place;
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_engine *engine = NULL;
		struct draft_head head = {.rev = 0};
		place_begin(&place);
		fail_from(at);
		const enum hansard_status status = place_try(&place, SQLITE_ENGINE_CREATE, &engine, &error);
		came = allocations >= at;
		fail_from(0);
		if (status != HANSARD_OK) {
			expect_integer(status, HANSARD_FAILED);
			/* It may have been made and not opened. */
			if (place_try(&place, SQLITE_ENGINE_OPEN, &engine, &error) == HANSARD_NO_STORE)
				engine = place_open(&place, SQLITE_ENGINE_CREATE);
		}
		place_write(&place, engine, &head);
		place_close(engine);
		place_expect_rev(&place, 1);
		place_finish(&place);
	}
	expect(at > 50);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"memory: a commit that lacks memory changes nothing", memory_commits_survive},
		{"sqlite: a commit that lacks memory changes nothing", sqlite_commits_survive},
		{"sqlite: a commit that lacks all memory from one moment on changes nothing, and the engine commits later",
		 sqlite_commits_survive_without_any_memory},
		{"memory: a copy that lacks memory is gone on with", memory_copies_survive},
		{"sqlite: a copy that lacks memory is gone on with", sqlite_copies_survive},
		{"sqlite: opening and asking survive a lack of memory", opening_and_asking_survive},
		{"sqlite: creating survives a lack of memory", creations_survive},
	};
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory) != SQLITE_OK)
		return 1;
	sqlite3_mem_methods methods = system_memory;
	methods.xMalloc = sqlite_malloc;
	methods.xRealloc = sqlite_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK || sqlite3_initialize() != SQLITE_OK)
		return 1;
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
