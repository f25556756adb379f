/*
 * Verification names every fault, and nothing else: items, heads, copies. VAULT_ENGINE is the engine: one program for each.
 */
#include "verify_case.h"

static void clean(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct vault_report report = verify();
	expect(report.good);
	expect_integer(report.rev, 3);
	expect_integer((int64_t)report.commits, 3);
	expect_integer((int64_t)report.items, 8);
	expect_integer((int64_t)report.parts, 4);
	expect(digest_equal(&report.hash, &fixture_load(&fixture)->hash));
}

static void items(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change changes[] = {fixture_put(&fixture, "expert", "muffin", 20),
										   fixture_put(&fixture, "meta", "", 20)};
	fixture_create(&fixture, changes, 2);
	fixture.tampered.on_load = flip_item;
	at_flip = 2;
	static const char *const addresses[] = {"dialogue:d/entity:dek/0001", "dialogue:d/entity:expert/muffin",
											"dialogue:d/entity:meta/"};
	const struct store_view view = raw_view();
	expect_integer((int64_t)view.item_count, 3);
	for (at_index = 0; at_index < 3; at_index++)
		for (at_byte = 0; at_byte < view.items[at_index].stored.bytes.size; at_byte += fixture_step())
			expect_only(addresses[at_index]);
}

static void flip_note(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	view->note = flipped(arena, view->note);
}

static void heads(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_load = flip_note;
	at_flip = 2;
	const struct store_view view = raw_view();
	for (at_byte = 0; at_byte < view.note.size; at_byte += fixture_step())
		expect_only("head");
}

/* Index copies that lie are counted, and prove nothing either way. */
static void lie_of_copies(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	view->stale_indexes = 3;
}

static void stale_copies(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	expect_integer((int64_t)verify().stale_indexes, 0);
	expect_integer((int64_t)fixture_load(&fixture)->stale_indexes, 0);
	fixture.tampered.on_load = lie_of_copies;
	const struct vault_report report = verify();
	expect(report.good);
	expect_integer((int64_t)report.stale_indexes, 3);
	expect_integer((int64_t)fixture_load(&fixture)->stale_indexes, 3);
}

static const struct tap_test tests[] = {
	{"a clean dialogue is good, and everything of it is counted", clean},
	{"an altered byte of an item is that address and nothing else", items},
	{"an altered byte of the head is the head and nothing else", heads},
	{"index copies that lie are counted and are no fault", stale_copies},
};

TAP_MAIN(tests)
