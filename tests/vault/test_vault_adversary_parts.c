/*
 * Whoever holds the database changes parts or history: who reads them names it, and clean loads and commits between two reads
 * raise no alarm. VAULT_ENGINE is the engine: one program for each.
 */
#include "adversary_case.h"

static void flip_part(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered;
	if (attack.item < parts->count)
		parts->items[attack.item].stored.bytes = flipped(arena, parts->items[attack.item].stored.bytes);
}

static enum hansard_status try_content(const char *subkey)
{
	struct bytes content;
	const struct vault_state *state = fixture_load(&fixture);
	const struct vault_item *item = fixture_find(state, "file", subkey);
	expect(item != NULL);
	return vault_content(fixture.vault, state, item, fixture.arena, &content, &fixture.error);
}

static void every_part_byte(void)
{
	begin_small();
	expect_integer(try_content("00001"), HANSARD_OK);
	attack.item = 0;
	attack.flip = 0x10;
	fixture.tampered.on_parts = flip_part;
	const struct store_partition partition = store_engine_partition(fixture.inner, TEXT("acme"), TEXT("d"));
	const struct store_parts_request request = {.rev = 2};
	struct store_parts stored;
	expect_integer(partition.store->parts(&partition, &request, fixture.arena, &stored, NULL), HANSARD_OK);
	expect_integer((int64_t)stored.count, 1);
	for (attack.byte = 0; attack.byte < stored.items[0].stored.bytes.size; attack.byte += fixture_step()) {
		expect_integer(try_content("00001"), HANSARD_VIOLATED);
		expect(strncmp(fixture.error.message, "dialogue:d/entity:part/file#00001#0001 ", 39) == 0 ||
			   strncmp(fixture.error.message, "dialogue:d/entity:file/00001 ", 29) == 0);
	}
}

static void drop_part(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered, (void)arena;
	parts->count -= parts->count > 0 ? 1 : 0;
}

/* Another part in place of one, as stored under its address, and with the owner's attrs as they are. */
static void older_part(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered, (void)arena;
	for (size_t i = 0; i < parts->count; i++)
		parts->items[i].stored.bytes = attack.bytes;
}

/* The very same content, written by an earlier commit: the part differs in its rev alone. */
static void part_of_another_commit(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change file = fixture_file(&fixture, "00001", 12);
	fixture_create(&fixture, &file, 1);
	const struct store_partition partition = store_engine_partition(fixture.inner, TEXT("acme"), TEXT("d"));
	const struct store_parts_request request = {.rev = 1};
	struct store_parts parts;
	expect_integer(partition.store->parts(&partition, &request, fixture.arena, &parts, NULL), HANSARD_OK);
	attack.bytes = parts.items[0].stored.bytes;
	fixture_append(&fixture, &file, 1);
	fixture.tampered.on_parts = older_part;
	expect_integer(try_content("00001"), HANSARD_VIOLATED);
	expect(strstr(fixture.error.message, "file#00001#0001 is of another commit") != NULL);
}

static void swap_parts(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered, (void)arena;
	const struct stored_bytes kept = parts->items[0].stored;
	parts->items[0].stored = parts->items[1].stored;
	parts->items[1].stored = kept;
}

static void parts_moved(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change changes[] = {fixture_put(&fixture, "claim", "00#01", LIMIT_PIECE + 7),
										   fixture_file(&fixture, "00001", 2 * LIMIT_PIECE),
										   fixture_put(&fixture, "meta", "", 30)};
	fixture_create(&fixture, changes, 3);
	fixture.tampered.on_parts = drop_part;
	expect_integer(try_content("00001"), HANSARD_VIOLATED);
	expect(strstr(fixture.error.message, "dialogue:d/entity:part/file#00001#0002 is missing") != NULL);
	fixture.tampered.on_parts = swap_parts;
	expect_named("dialogue:d/entity:claim/00#01");
	attack.item = 0;
	attack.byte = 9;
	attack.flip = 4;
	fixture.tampered.on_parts = flip_part;
	expect_named("claim");
}

/* Another writer replaces the item, and its parts with it, between the load and the reading of the parts. */
static void replace_meanwhile(const struct tampered_engine *tampered)
{
	(void)tampered;
	fixture.tampered.after_load = NULL;
	const struct vault_change changes[] = {fixture_put(&fixture, "claim", "00#01", 30),
										   fixture_file(&fixture, "00001", 2)};
	fixture_append(&fixture, changes, 2);
}

static void writers_are_no_adversaries(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.after_load = replace_meanwhile;
	expect_integer(fixture_try(&fixture), HANSARD_OK);
	expect_integer(fixture_load(&fixture)->rev, 4);

	/* The parts of what was replaced are gone, or still those of the state that was loaded. */
	struct bytes content;
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct vault_state *state = fixture_load(&fixture);
	replace_meanwhile(NULL);
	const enum hansard_status status = vault_content(fixture.vault, state, fixture_find(state, "file", "00001"),
													 fixture.arena, &content, &fixture.error);
	expect_integer(status, fixture.inner->capabilities.old_parts_go ? HANSARD_CONFLICT : HANSARD_OK);
	if (status == HANSARD_OK)
		expect(bytes_equal(content, fixture_file(&fixture, "00001", 50).content.bytes));
	else
		expect_string(fixture.error.kind, "head_moved");

	struct vault_report report;
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.after_load = replace_meanwhile;
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_OK);
	expect(report.good && report.rev == 4);
}

/* All where that takes seconds; a share of them on engines of the disk and the network, and where every access is watched. */
static int clean_looks(void)
{
#if defined(__SANITIZE_ADDRESS__)
	const bool watched = true;
#else
	const bool watched = getenv("HANSARD_TEST_FEW") != NULL; /* valgrind */
#endif
	return getenv("HANSARD_TEST_EVERY") != NULL || (VAULT_ENGINE == FIXTURE_MEMORY && !watched) ? 10000 : 300;
}

static void no_false_alarm(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const char *seed = getenv("HANSARD_TEST_SEED");
	const int count = clean_looks();
	unsigned drawn = seed == NULL ? 1 : (unsigned)strtoul(seed, NULL, 10);
	printf("# seed %u, %d clean loads and verifies\n", drawn, count);
	for (int i = 0; i < count; i++) {
		struct vault_report report;
		struct arena *arena = arena_create(LIMIT_ARENA);
		drawn = drawn * 1664525 + 1013904223;
		const struct vault_change change = fixture_put(&fixture, "tension", "00#01", 40 + (drawn >> 16) % 5000);
		if ((drawn >> 8) % (i < 400 ? 4 : 100) == 0)
			fixture_append(&fixture, &change, 1);
		expect_integer(fixture_try(&fixture), HANSARD_OK);
		if (i % 10 == 0)
			expect_integer(try_content("00002"), HANSARD_OK);
		expect_integer(vault_verify(fixture.vault, TEXT("d"), arena, &report, &fixture.error), HANSARD_OK);
		expect(report.good && report.opened);
		arena_destroy(arena);
	}
	fixture_finish(&fixture);
}

static void cut_history(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	history->count--;
}

static void flip_history(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered;
	if (attack.item < history->count)
		history->commits[attack.item].stored = flipped(arena, history->commits[attack.item].stored);
}

static void history_of_a_state(void)
{
	struct commit *commits;
	size_t count, sizes[2];
	begin_small();
	const struct store_partition partition = store_engine_partition(fixture.inner, TEXT("acme"), TEXT("d"));
	const struct store_history_request request = {.from = 1, .to = 2};
	struct store_history stored;
	expect_integer(partition.store->history(&partition, &request, fixture.arena, &stored, NULL), HANSARD_OK);
	expect_integer((int64_t)stored.count, 2);
	for (size_t i = 0; i < 2; i++)
		sizes[i] = stored.commits[i].stored.size;
	const struct vault_state *state = fixture_load(&fixture);
	fixture.tampered.on_history = cut_history;
	expect_integer(vault_history(fixture.vault, state, 1, 2, fixture.arena, &commits, &count, &fixture.error),
				   HANSARD_VIOLATED);
	expect(strncmp(fixture.error.message, "commit 2 ", 9) == 0);
	fixture.tampered.on_history = flip_history;
	attack.flip = 1;
	for (attack.item = 0; attack.item < 2; attack.item++)
		for (attack.byte = 0; attack.byte < sizes[attack.item]; attack.byte += fixture_step()) {
			expect_integer(vault_history(fixture.vault, state, 1, 2, fixture.arena, &commits, &count, &fixture.error),
						   HANSARD_VIOLATED);
			expect(strncmp(fixture.error.message, attack.item == 0 ? "commit 1 " : "commit 2 ", 9) == 0);
		}
	fixture_finish(&fixture);
}

static const struct tap_test tests[] = {
	{"every flipped byte of a part is noticed when its content is read", every_part_byte},
	{"a part of an earlier commit is noticed, even with the same content", part_of_another_commit},
	{"parts that are missing or swapped are named", parts_moved},
	{"a commit between two reads is no violation", writers_are_no_adversaries},
	{"clean loads and verifies raise no alarm", no_false_alarm},
	{"a history that was cut or altered is not returned", history_of_a_state},
};

TAP_MAIN(tests)
