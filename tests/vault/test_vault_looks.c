/*
 * A store whose loads are no snapshots: what a commit is half visible in is looked at again, and only what is the same in
 * every look is a violation.
 */
#include "tap.h"
#include "vault_fixture.h"

static struct fixture fixture;

/* What the store does not show until so many pauses have passed. */
static struct {
	int64_t waited[16];
	size_t pauses;
	size_t late;
} world;

static void wait_for(void *context, int64_t micros)
{
	(void)context;
	expect(world.pauses < sizeof(world.waited) / sizeof(world.waited[0]));
	world.waited[world.pauses++] = micros;
}

/* A dialogue in a store whose loads are no snapshots. */
static void begin(size_t late)
{
	fixture_begin(&fixture, FIXTURE_MEMORY);
	fixture_story(&fixture);
	fixture.tampered.engine.capabilities.load_is_snapshot = false;
	fixture.tampered.engine.pause = (struct moment_pause){.wait = wait_for};
	world.pauses = 0;
	world.late = late;
}

/* The pauses of so many further looks, and no more. */
static void expect_pauses(size_t count)
{
	static const int64_t wanted[] = {50000, 200000, 800000, 3200000};
	expect_integer((int64_t)world.pauses, (int64_t)count);
	for (size_t i = 0; i < count; i++)
		expect_integer(world.waited[i], wanted[i]);
}

/* An item is not there yet. */
static void hide_item(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	if (world.pauses < world.late)
		view->item_count--;
}

/* Another item each time, in a view that is not the store's. */
static void hide_others(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	for (size_t i = world.pauses + 1; i < view->item_count; i++)
		view->items[i - 1] = view->items[i];
	view->item_count--;
}

static void hide_newest(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	if (world.pauses < world.late && history->count > 0)
		history->count--;
}

static void hide_parts(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered, (void)arena;
	if (world.pauses < world.late)
		parts->count = 0;
}

static bool lacks_head(const struct tampered_engine *tampered)
{
	(void)tampered;
	return world.pauses < world.late;
}

/* A creation whose items are visible before its head. */
static void heads_late(void)
{
	struct vault_report report;
	for (size_t late = 0; late <= 5; late++)
		for (int verified = 0; verified < 2; verified++) {
			begin(late);
			fixture.tampered.lacks_head = lacks_head;
			const enum hansard_status status =
				verified ? vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error)
						 : fixture_try(&fixture);
			expect_integer(status, late < 5 ? HANSARD_OK : HANSARD_VIOLATED);
			expect(late == 5 || !verified || report.good);
			if (late == 5)
				expect_string(fixture.error.kind, STORE_HEAD_MISSING);
			expect_pauses(late < 5 ? late : 4);
		}
	begin(5);
	fixture.tampered.engine.capabilities.load_is_snapshot = true;
	fixture.tampered.lacks_head = lacks_head;
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_VIOLATED);
	expect_string(fixture.error.kind, STORE_HEAD_MISSING);
	expect_pauses(0);
}

static void items_late(void)
{
	for (size_t late = 0; late <= 4; late++) {
		begin(late);
		fixture.tampered.on_load = hide_item;
		expect_integer(fixture_try(&fixture), HANSARD_OK);
		expect_pauses(late);
	}
	begin(5);
	fixture.tampered.on_load = hide_item;
	expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
	expect_string(fixture.error.kind, "integrity_violated");
	expect(strstr(fixture.error.message, "dialogue:d/entity:") != NULL);
	expect_pauses(4);
}

static void never_the_same(void)
{
	begin(0);
	fixture.tampered.on_load = hide_others;
	expect_integer(fixture_try(&fixture), HANSARD_BUSY);
	expect_string(fixture.error.kind, "not_settled");
	expect(fixture.error.hint[0] != '\0');
	expect_pauses(4);
}

static void snapshots(void)
{
	begin(5);
	fixture.tampered.engine.capabilities.load_is_snapshot = true;
	fixture.tampered.on_load = hide_item;
	expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
	expect_pauses(0);
}

static void verify_late(void)
{
	struct vault_report report;
	for (size_t late = 0; late <= 4; late++) {
		for (int what = 0; what < 3; what++) {
			begin(late);
			fixture.tampered.on_load = what == 0 ? hide_item : NULL;
			fixture.tampered.on_history = what == 1 ? hide_newest : NULL;
			fixture.tampered.on_parts = what == 2 ? hide_parts : NULL;
			expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_OK);
			expect(report.good);
			expect_pauses(late);
		}
	}
	begin(5);
	fixture.tampered.on_history = hide_newest;
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_OK);
	expect(!report.good && report.fault_count > 0);
	expect_pauses(4);
	begin(0);
	fixture.tampered.on_load = hide_others;
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_BUSY);
	expect_string(fixture.error.kind, "not_settled");
}

static void history_late(void)
{
	struct commit *commits;
	size_t count;
	for (size_t late = 1; late <= 5; late++) {
		begin(late);
		const struct vault_state *state = fixture_load(&fixture);
		fixture.tampered.on_history = hide_newest;
		const enum hansard_status status =
			vault_history(fixture.vault, state, 1, state->rev, fixture.arena, &commits, &count, &fixture.error);
		expect_integer(status, late < 5 ? HANSARD_OK : HANSARD_VIOLATED);
		expect(late == 5 || count == (size_t)state->rev);
		expect_pauses(late < 5 ? late : 4);
	}
}

static void parts_late(void)
{
	for (size_t late = 1; late <= 5; late++) {
		struct bytes content;
		begin(late);
		const struct vault_state *state = fixture_load(&fixture);
		const struct vault_item *item = NULL;
		for (size_t i = 0; i < state->item_count; i++)
			if (text_is(state->items[i].key.type, "file") && state->items[i].parts > 0)
				item = &state->items[i];
		expect(item != NULL);
		fixture.tampered.on_parts = hide_parts;
		expect_integer(vault_content(fixture.vault, state, item, fixture.arena, &content, &fixture.error),
					   late < 5 ? HANSARD_OK : HANSARD_VIOLATED);
		expect_pauses(late < 5 ? late : 4);
	}
}

/* How many more commits arrive, each right after a load. */
static size_t arriving;

static void commit_meanwhile(const struct tampered_engine *tampered)
{
	(void)tampered;
	if (arriving == 0)
		return;
	arriving--;
	fixture.tampered.after_load = NULL;
	const struct vault_change change = fixture_file(&fixture, "00001", 2 + arriving);
	fixture_append(&fixture, &change, 1);
	fixture.tampered.after_load = commit_meanwhile;
}

/* A verification reads the head, then the history, then parts: commits that arrive in between are no fault, however many. */
static void verified_meanwhile(void)
{
	for (int engine = 0; engine < FIXTURE_ENGINES; engine++)
		for (size_t commits = 0; commits <= 24; commits += commits < 8 ? 1 : 8) {
			struct vault_report report = {.good = false};
			fixture_begin(&fixture, (enum fixture_engine)engine);
			fixture_story(&fixture);
			arriving = commits;
			fixture.tampered.after_load = commit_meanwhile;
			const enum hansard_status status =
				vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error);
			fixture.tampered.after_load = NULL;
			expect_integer(status, commits < 20 ? HANSARD_OK : HANSARD_BUSY);
			if (status == HANSARD_OK)
				expect(report.good && report.rev == 3 + (int64_t)commits);
			else
				expect_string(fixture.error.kind, "not_settled");
		}
}

static const struct tap_test tests[] = {
	{"a load waits for what is not visible yet, and the fifth look is believed", items_late},
	{"a load and a verification wait for a head whose items are there", heads_late},
	{"what is another thing in each look is busy, not violated", never_the_same},
	{"a snapshot is believed at once", snapshots},
	{"a verification waits for items, commits and parts", verify_late},
	{"commits that arrive while it reads are no fault to a verification: it looks again, and in the end is busy",
	 verified_meanwhile},
	{"a history waits for its commits", history_late},
	{"a content waits for its parts", parts_late},
};

TAP_MAIN(tests)
