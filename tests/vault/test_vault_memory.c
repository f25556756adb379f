/*
 * Every allocation is made to fail once, in creating, appending, loading, reading content, verifying and naming faults:
 * no leak, no half commit, and the next try succeeds. The C library's allocator is replaced by one that counts.
 */
#include "allocations.h"
#include "limits.h"
#include "tap.h"
#include "vault_fixture.h"
#include "vault_move.h"

static struct fixture fixture;

static enum hansard_status load(void);

static long live, calls;

/* One use whose allocation number `number` fails. */
static enum hansard_status use_failing(enum hansard_status (*use)(void), long number)
{
	const long before = allocations_live();
	allocations_fail_at((int)number);
	const enum hansard_status status = use();
	calls = allocations_stop();
	live = allocations_live() - before;
	return status;
}

/* What libraries keep once something has failed in a thread is allocated now. */
static void warm_up(enum hansard_status (*use)(void))
{
	for (long number = 1;; number++) {
		use_failing(use, number);
		if (calls < number)
			break;
	}
}

/* Runs one use with each of its allocations failing in turn, until it needs no more of them. `restart`: what
   begins anew after a use that leaves something behind when it succeeds, as it may though an allocation failed. */
static void fail_each(enum hansard_status (*use)(void), void (*restart)(void))
{
	long failed = 0;
	for (long number = 1;; number++) {
		enum hansard_status status = use_failing(use, number);
		/* What keys keep once they have sealed is no leak: it is not kept again. */
		if (live > 0 && status != HANSARD_OK)
			status = use_failing(use, number);
		if (calls < number) {
			expect_integer(status, HANSARD_OK);
			break;
		}
		/* The state of a hash may be gone, which one before left: never may there be one more block than before. */
		if (live > 0 && !(restart != NULL && status == HANSARD_OK))
			tap_fail(__FILE__, __LINE__, "allocation %ld: %ld blocks are not freed", number, live);
		if (status != HANSARD_OK) {
			expect_integer(status, HANSARD_FAILED);
			failed++;
		} else if (restart != NULL) {
			restart();
		}
		use_failing(load, 0);
	}
	expect(failed > 0);
}

static enum hansard_status open_vault(void)
{
	struct vault *vault = NULL;
	const struct vault_options options = {.engine = fixture.inner, .keyring = fixture.keyring, .actor = TEXT("judge")};
	const enum hansard_status status = vault_create(&options, &vault, NULL);
	vault_destroy(vault);
	return status;
}

static enum hansard_status load(void)
{
	struct hansard_error error = {0};
	struct vault_state *state;
	struct bytes content;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return HANSARD_FAILED;
	enum hansard_status status = vault_load(fixture.vault, TEXT("d"), arena, &state, &error);
	if (status == HANSARD_OK)
		status = vault_content(fixture.vault, state, fixture_find(state, "file", "00002"), arena, &content, &error);
	arena_destroy(arena);
	return status;
}

static enum hansard_status verify(void)
{
	struct hansard_error error = {0};
	struct vault_report report = {.good = true};
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return HANSARD_FAILED;
	const enum hansard_status status = vault_verify(fixture.vault, TEXT("d"), arena, &report, &error);
	const bool good = report.good;
	arena_destroy(arena);
	return good ? status : HANSARD_VIOLATED;
}

static struct vault_change appended[3];
static struct vault_state *state;

/* A commit is there whole or not at all; when it is there, the next try finds the head moved. */
static enum hansard_status append(void)
{
	struct hansard_error error = {0};
	int64_t rev;
	const struct vault_commit commit = {.operation = "update", .changes = appended, .change_count = 3};
	return vault_append(fixture.vault, state, &commit, &rev, &error);
}

static void hide_item(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	view->item_count--;
}

/* Naming what is at fault must never turn into another verdict: it is violated or memory failed. */
static enum hansard_status load_violated(void)
{
	const enum hansard_status status = load();
	return status == HANSARD_VIOLATED ? HANSARD_OK : status == HANSARD_OK ? HANSARD_CONFLICT : status;
}

static void begin(void)
{
	if (!allocations_counted())
		tap_skip("another allocator stands in front of the test's: that of a sanitizer or of valgrind");
	fixture_begin(&fixture, FIXTURE_MEMORY);
	fixture_story(&fixture);
	warm_up(load);
}

static void creating(void)
{
	begin();
	fail_each(open_vault, NULL);
}

static void loading(void)
{
	begin();
	fail_each(load, NULL);
	expect_integer(load(), HANSARD_OK);
}

static void verifying(void)
{
	begin();
	fail_each(verify, NULL);
}

static void naming(void)
{
	begin();
	fixture.tampered.on_load = hide_item;
	fail_each(load_violated, NULL);
}

static void begin_append(void)
{
	begin();
	appended[0] = fixture_put(&fixture, "claim", "00#02", LIMIT_PIECE + 30);
	appended[1] = fixture_file(&fixture, "00005", LIMIT_PIECE + 5);
	appended[2] = fixture_remove("file", "00001");
	state = fixture_load(&fixture);
}

static void appending(void)
{
	begin_append();
	fail_each(append, begin_append);
	const struct vault_state *after = fixture_load(&fixture);
	expect_integer(after->rev, 4);
	expect_integer((int64_t)after->item_count, (int64_t)state->item_count + 1);
	struct vault_report report;
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, NULL), HANSARD_OK);
	expect(report.good);
	fixture_finish(&fixture);
}

/* Where "d" is moved to, by an engine of another identity. */
static struct fixture other;

static enum hansard_status move(void)
{
	const struct vault_moving moving = {.source = fixture.vault, .target = other.vault};
	struct vault_moved moved;
	return vault_move(&moving, TEXT("d"), &moved, NULL);
}

static enum hansard_status call_off(void)
{
	const struct vault_moving moving = {.source = fixture.vault, .target = other.vault};
	int64_t rev;
	return vault_move_cancel(&moving, TEXT("d"), &rev, NULL);
}

static enum hansard_status release(void)
{
	const struct vault_moving moving = {.source = fixture.vault, .target = other.vault};
	bool released;
	return vault_move_release(&moving, TEXT("d"), &released, NULL);
}

static void begin_moves(void)
{
	fixture_finish(&other);
	fixture_begin(&fixture, FIXTURE_MEMORY);
	fixture_story(&fixture);
	fixture_begin(&other, FIXTURE_SQLITE);
}

/* Sealed, and nothing more. */
static void begin_sealed(void)
{
	begin_moves();
	for (long number = 1;; number++) {
		const enum hansard_status status = use_failing(move, number);
		if (status == HANSARD_FAILED && fixture_load(&fixture)->rev == 4)
			break;
		if (status == HANSARD_FAILED)
			continue;
		expect_integer(status, HANSARD_OK); /* it did without that one, and all is moved */
		fixture_finish(&fixture);
		begin_moves();
	}
}

static void begin_moved(void)
{
	begin_moves();
	expect_integer(move(), HANSARD_OK);
}

/* Whatever fails, what is asked for again ends the same. Each allocation takes stores of its own, on the disk: the more there were, the more
   are left out, but for HANSARD_TEST_EVERY. */
static void fail_each_anew(void (*anew)(void), enum hansard_status (*use)(void))
{
	const bool every = getenv("HANSARD_TEST_EVERY") != NULL;
	long failed = 0;
	for (long number = 1;; number += every ? 1 : 1 + number / 2) {
		anew();
		const enum hansard_status status = use_failing(use, number);
		const bool enough = calls < number;
		if (status != HANSARD_OK)
			expect_integer(status, HANSARD_FAILED);
		expect(!enough || status == HANSARD_OK);
		expect_integer(use(), HANSARD_OK);
		fixture_finish(&fixture);
		fixture_finish(&other);
		failed += status != HANSARD_OK;
		if (enough)
			break;
	}
	expect(failed > 0);
}

static void moving(void)
{
	begin();
	fail_each_anew(begin_moves, move);
	fail_each_anew(begin_sealed, call_off);
	fail_each_anew(begin_moved, release);
}

static const struct tap_test tests[] = {
	{"creating a vault survives every failing allocation", creating},
	{"loading and reading content survive every failing allocation", loading},
	{"verifying survives every failing allocation, and finds no fault in it", verifying},
	{"a violation stays one, or memory failed, with every allocation failing", naming},
	{"a commit is whole or not there with every allocation failing", appending},
	{"a move, its calling off and its release are run again after an allocation that failed, and end the same", moving},
};

TAP_MAIN(tests)
