/*
 * Moves between two stores, over pairs of engines: what is moved, what is refused, and what is left when a move
 * is killed at any call, and run again.
 */
#include "move_case.h"
#include "vault_private.h"

static void there_and_back(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved = {0}, counted = {0};
		begin(pairs[i][0], pairs[i][1]);
		const struct vault_moving dry = moving(true), home = back();
		expect_integer(vault_move(&dry, TEXT("d"), &counted, &error), HANSARD_OK);
		expect(counted.out_rev == 0 && counted.in_rev == 0 && !counted.before && counted.items > 0);
		expect_good(source_vault, 7);
		expect(listed(source_vault) == 1 && listed(target_vault) == 0);
		expect_integer(move(&moved), HANSARD_OK);
		expect(moved.out_rev == 8 && moved.in_rev == 9 && !moved.before);
		expect_integer(moved.items, counted.items); /* with the commit that seals it */
		expect_integer(moved.bytes, counted.bytes);
		expect_good(source_vault, 8);
		expect_good(target_vault, 9);
		expect_same(source_vault, target_vault);
		expect(listed(source_vault) == 0 && listed(target_vault) == 1);
		expect_integer(write(source_vault, fixture_put(&source, "tension", "00#03", 100)), HANSARD_INVALID);
		expect_string(error.kind, "migrated");
		must_write(target_vault, fixture_put(&target, "tension", "00#03", 100));
		expect_integer(move(&moved), HANSARD_OK);
		expect(moved.before && moved.out_rev == 8 && moved.in_rev == 9);
		expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_OK);
		expect(moved.out_rev == 11 && moved.in_rev == 12 && !moved.before);
		expect_good(source_vault, 12);
		expect_same(source_vault, target_vault);
		must_write(source_vault, fixture_put(&source, "tension", "00#04", 100));
		expect_integer(move(&moved), HANSARD_OK);
		expect_good(target_vault, 15);
	}
	finish();
}

/* Killed at every call, before it or behind it, and run again: the end is the same. */
static void killed(void)
{
	for (size_t i = 0; i < PAIRS; i++)
		for (int after = 0; after < 2; after++)
			for (int at = 1, more = 1; more; at += step_of_kills()) {
				struct vault_moved moved = {0};
				begin(pairs[i][0], pairs[i][1]);
				life.left = at;
				life.after = after == 1;
				more = move(&moved) != HANSARD_OK;
				expect(!more || strcmp(error.kind, "killed") == 0);
				life.left = -1;
				expect_integer(move(&moved), HANSARD_OK);
				expect(moved.out_rev == 8 && moved.in_rev == 9);
				expect_good(target_vault, 9);
				expect_same(source_vault, target_vault);
				must_write(target_vault, fixture_put(&target, "tension", "00#03", 100));
				expect(at < 100);
			}
	finish();
}

static void refused(void)
{
	struct vault_moved moved;
	begin(FIXTURE_MEMORY, FIXTURE_MEMORY);
	must_write(target_vault, fixture_put(&target, "meta", "", 100));
	expect_integer(move(&moved), HANSARD_CONFLICT);
	expect_string(error.kind, "dialogue_exists");
	expect_good(source_vault, 7);
	must_write(source_vault, fixture_put(&source, "tension", "00#03", 100));
	const struct vault_moving same = {.source = source_vault, .target = source_vault};
	expect_integer(vault_move(&same, TEXT("d"), &moved, &error), HANSARD_INVALID);
	expect_string(error.kind, "same_store");
	expect_integer(vault_move(&same, TEXT("e"), &moved, &error), HANSARD_INVALID);
	const struct vault_moving asked = moving(false);
	expect_integer(vault_move(&asked, TEXT("e"), &moved, &error), HANSARD_NOT_FOUND);
	/* Where there is no target yet it is counted what would be moved, but for what was sent to another one. */
	const struct vault_moving nowhere = {.source = source_vault, .dry_run = true};
	expect_integer(vault_move(&nowhere, TEXT("d"), &moved, &error), HANSARD_OK);
	expect(moved.items > 0 && moved.out_rev == 0 && !moved.before);
	expect_good(source_vault, 8);
	/* On its way somewhere else. */
	begin(FIXTURE_MEMORY, FIXTURE_MEMORY);
	life.left = 1;
	life.after = true;
	expect_integer(move(&moved), HANSARD_FAILED);
	life.left = -1;
	to.identity = "dynamodb:00000000000000000000000000000003";
	expect_integer(move(&moved), HANSARD_INVALID);
	expect_string(error.kind, "migrated");
	const struct vault_moving elsewhere = {.source = source_vault, .dry_run = true};
	expect_integer(vault_move(&elsewhere, TEXT("d"), &moved, &error), HANSARD_INVALID);
	expect_string(error.kind, "migrated");
	finish();
}

/* A certificate moves, too. */
static void erased(void)
{
	struct vault_moved moved;
	struct vault_state *state;
	int64_t rev;
	for (size_t i = 0; i < PAIRS; i++) {
		begin(pairs[i][0], pairs[i][1]);
		expect_integer(vault_erase(source_vault, TEXT("d"), i % 2 == 1, &rev, &error), HANSARD_OK);
		expect_integer(move(&moved), HANSARD_OK);
		expect_integer(vault_load(target_vault, TEXT("d"), arena, &state, &error), HANSARD_OK);
		expect(state->erased && state->rev == moved.in_rev);
		expect_integer(write(target_vault, fixture_put(&target, "meta", "", 100)), HANSARD_INVALID);
		expect_string(error.kind, "erased");
	}
	finish();
}

/* A copy that is altered while it lies there is not published. */
static void altered(void)
{
	struct vault_moved moved;
	struct vault_state *state;
	begin(FIXTURE_MEMORY, FIXTURE_MEMORY);
	life.alters = true;
	expect_integer(move(&moved), HANSARD_VIOLATED);
	expect_string(error.kind, "copy_broken");
	expect(strstr(error.hint, " --cancel; then move it anew") != NULL);
	expect_integer(vault_load(target_vault, TEXT("d"), arena, &state, &error), HANSARD_NOT_FOUND);
	life.alters = false;
	expect_integer(move(&moved), HANSARD_OK);
	expect_good(target_vault, 9);
	/* Called off, it is cleared, and copied anew. */
	begin(FIXTURE_MEMORY, FIXTURE_MEMORY);
	life.alters = true;
	expect_integer(move(&moved), HANSARD_VIOLATED);
	life.alters = false;
	const struct vault_moving asked = moving(false);
	int64_t rev;
	expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
	expect_integer(move(&moved), HANSARD_OK);
	expect_good(target_vault, 11);
	finish();
}

/* It would be undone by the target's taking over. */
static void sealed_is_not_erased(void)
{
	for (size_t i = 0; i < PAIRS; i++)
		for (int before = 0; before < 2; before++) {
			struct vault_moved moved;
			int64_t rev = 0;
			begin(pairs[i][0], pairs[i][1]);
			if (before == 1)
				expect_integer(vault_erase(source_vault, TEXT("d"), false, &rev, &error), HANSARD_OK);
			seal();
			expect_integer(vault_erase(source_vault, TEXT("d"), true, &rev, &error), HANSARD_INVALID);
			expect_string(error.kind, "migrated");
			expect(strstr(error.message, to.identity) != NULL);
			expect_integer(move(&moved), HANSARD_OK);
			expect_integer(vault_erase(target_vault, TEXT("d"), true, &rev, &error), HANSARD_OK);
		}
	finish();
}

/* What is broken takes no good copy away, neither by a move nor by a release. */
static void broken_takes_nothing(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		bool done = false;
		begin(pairs[i][0], pairs[i][1]);
		expect_integer(move(&moved), HANSARD_OK);
		const struct vault_moving asked = moving(false), home = back();
		life.spoils = true;
		expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_VIOLATED);
		expect_string(error.kind, "copy_broken");
		expect(strstr(error.message, to.identity) != NULL);
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), HANSARD_VIOLATED);
		expect(!done);
		life.spoils = false;
		expect_good(source_vault, 8);
		expect_good(target_vault, 9);
		/* Nor by calling a move off that was sealed before it broke. */
		int64_t rev = 0;
		life.left = 1;
		life.after = true;
		expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_FAILED);
		life.left = -1;
		life.spoils = true;
		expect_integer(vault_move_cancel(&home, TEXT("d"), &rev, &error), HANSARD_VIOLATED);
		expect_string(error.kind, "copy_broken");
		life.spoils = false;
		expect_good(source_vault, 8);
		expect_integer(vault_move_cancel(&home, TEXT("d"), &rev, &error), HANSARD_OK);
		expect_good(target_vault, 11);
	}
	finish();
}

/* What the first of two moves left in the store that the second comes back to makes room, whatever became of it meanwhile. */
static void removed_between(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		begin(pairs[i][0], pairs[i][1]);
		const struct vault_moving home = back();
		expect_integer(move(&moved), HANSARD_OK);
		must_write(target_vault, fixture_remove("tension", "00#01"));
		must_write(target_vault, fixture_file(&target, "00001", 10));
		expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_OK);
		expect_good(source_vault, moved.in_rev);
		expect_same(source_vault, target_vault);
	}
	finish();
}

/* Another machine calls the move off behind the copying: nothing is published then. */
static void call_off_here(void)
{
	struct vault_state *state;
	int64_t rev;
	const struct vault_commit commit = {.operation = "migrate-cancel"};
	expect_integer(vault_load(source_vault, TEXT("d"), arena, &state, &error), HANSARD_OK);
	expect_integer(vault_append(source_vault, state, &commit, &rev, &error), HANSARD_OK);
}

static void source_goes_on(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		struct vault_state *state;
		begin(pairs[i][0], pairs[i][1]);
		seal();
		life.looked = call_off_here;
		expect_integer(move(&moved), HANSARD_CONFLICT);
		expect_string(error.kind, "head_moved");
		expect(life.looked == NULL);
		expect_integer(vault_load(target_vault, TEXT("d"), arena, &state, &error), HANSARD_NOT_FOUND);
		expect_good(source_vault, 9);
		must_write(source_vault, fixture_put(&source, "tension", "00#09", 100));
		expect_integer(move(&moved), HANSARD_OK);
		expect_good(target_vault, 12);
	}
	finish();
}

/* A copy of a store moves nothing, of what was erased neither: it would go on twice. */
static void copies_stay(void)
{
	for (size_t i = 0; i < PAIRS; i++)
		for (int gone = 0; gone < 2; gone++) {
			struct vault_moved moved;
			int64_t rev = 0;
			begin(pairs[i][0], pairs[i][1]);
			if (gone == 1)
				expect_integer(vault_erase(source_vault, TEXT("d"), true, &rev, &error), HANSARD_OK);
			from.identity = "memory:00000000000000000000000000000003";
			expect_integer(move(&moved), HANSARD_INVALID);
			expect_string(error.kind, "other_store");
			from.identity = "memory:00000000000000000000000000000001";
			expect_integer(move(&moved), HANSARD_OK);
		}
	finish();
}

static void write_there(void)
{
	must_write(target_vault, fixture_put(&target, "tension", "00#07", 100));
}

/* A commit between look and call is no reason to leave what is to be taken away. */
static void tidied_again(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		begin(pairs[i][0], pairs[i][1]);
		expect_integer(move(&moved), HANSARD_OK);
		const int before = to.tidies;
		life.meanwhile = write_there;
		expect_integer(vault_tidy(target_vault, TEXT("d"), &error), HANSARD_OK);
		expect(life.meanwhile == NULL && to.tidies == before + 2);
	}
	finish();
}

/* Whether "d" of the source loads and verifies in so much memory. */
static bool has_room(size_t memory)
{
	struct vault_state *state;
	struct vault_report report;
	struct arena *loaded = arena_create(memory), *verified = arena_create(memory);
	expect(loaded != NULL && verified != NULL);
	const bool fits = vault_load(source_vault, TEXT("d"), loaded, &state, &error) == HANSARD_OK &&
					  vault_verify(source_vault, TEXT("d"), verified, &report, &error) == HANSARD_OK;
	arena_destroy(loaded);
	arena_destroy(verified);
	return fits;
}

/* What loads and verifies is moved in about as much memory, and where that is lacking nothing is sealed. */
static void room(void)
{
	enum { LEAP = 30000 };
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		size_t needed = 8 * LEAP, given;
		enum hansard_status status = HANSARD_FAILED;
		int failed = 0;
		begin(pairs[i][0], pairs[i][1]);
		while (!has_room(needed) && needed < 1000 * LEAP)
			needed += LEAP;
		for (given = needed / 2; status != HANSARD_OK && given < 3 * needed; given += LEAP) {
			struct vault_moving asked = moving(true);
			asked.memory = given;
			const enum hansard_status counted = vault_move(&asked, TEXT("d"), &moved, &error);
			asked.dry_run = false;
			status = vault_move(&asked, TEXT("d"), &moved, &error);
			expect_integer(status, counted);
			if (status == HANSARD_OK)
				break;
			expect_string(error.kind, "out_of_memory");
			expect_good(source_vault, 7);
			failed++;
		}
		expect(failed > 0 && given < needed + needed / 8);
		expect_good(target_vault, 9);
	}
	finish();
}

/* That a move was called off, and that is not ended, is told before anything is sealed or counted. */
static void called_off_before(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		int64_t rev = 0;
		begin(pairs[i][0], pairs[i][1]);
		const struct vault_moving asked = moving(false), dry = moving(true);
		seal();
		life.left = 1; /* reserved */
		life.after = true;
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_FAILED);
		life.left = -1;
		expect_integer(vault_move(&dry, TEXT("d"), &moved, &error), HANSARD_CONFLICT);
		expect_string(error.kind, "move_called_off");
		expect_integer(move(&moved), HANSARD_CONFLICT);
		expect_string(error.kind, "move_called_off");
	}
	finish();
}

/* A reservation that no move of the source has made is no move to be ended; a commit more gets past it. */
static void called_off_by_nobody(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		int64_t rev = 0;
		begin(pairs[i][0], pairs[i][1]);
		const struct store_partition partition = vault_partition(target_vault, TEXT("d"));
		const struct store_reserve_request planted = {.found = {.what = STORE_FREE},
													  .mine = {.id = {1}, .source_rev = 8, .called_off = true}};
		enum store_result result;
		expect_integer(to.engine.copying->reserve(&partition, &planted, &result, &error), HANSARD_OK);
		expect_integer(move(&moved), HANSARD_CONFLICT);
		expect_string(error.kind, "move_called_off");
		expect(strstr(error.message, "has made none") != NULL && strstr(error.hint, "--cancel") == NULL);
		expect(strstr(error.hint, "hansard keys rotate --dialogue d") != NULL);
		const struct vault_moving asked = moving(false);
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
		expect_integer(rev, 0);
		expect_good(source_vault, 7);
		must_write(source_vault, fixture_put(&source, "tension", "00#03", 100));
		expect_integer(move(&moved), HANSARD_OK);
		expect_good(target_vault, 10);
	}
	finish();
}

/* What either store was put back to is told from another dialogue. */
static void put_back(void)
{
	struct vault_moved moved;
	struct store_view older = {.exists = false};
	begin(FIXTURE_MEMORY, FIXTURE_MEMORY);
	const struct vault_moving home = back();
	expect_integer(move(&moved), HANSARD_OK);
	must_write(target_vault, fixture_put(&target, "tension", "00#03", 100));
	const struct store_partition partition = vault_partition(target_vault, TEXT("d"));
	expect_integer(partition.store->load(&partition, arena, &older, &error), HANSARD_OK);
	expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_OK);
	life.put_back = &older;
	expect_integer(move(&moved), HANSARD_CONFLICT);
	expect_string(error.kind, "dialogue_exists");
	expect(strstr(error.message, "as of its commit 10, from which it has gone on here: it was put back") != NULL);
	expect(strstr(error.hint, "hansard backup --put FILE") != NULL &&
		   strstr(error.hint, "another file or table") != NULL);
	expect_good(source_vault, 12);
	expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_CONFLICT);
	expect_string(error.kind, "dialogue_exists");
	expect(strstr(error.message, "has gone on there from commit 10, the newest one here: what is here was put back") !=
		   NULL);
	finish();
}

/* A target that stops showing what it has is no proof that there is none: at each of its loads, nothing is taken away. */
static void nothing_is_shown(void)
{
	for (int releases = 0; releases < 2; releases++) {
		int failed = 0;
		begin(FIXTURE_MEMORY, FIXTURE_MEMORY);
		struct vault_moved moved;
		const struct vault_moving asked = moving(false), home = back();
		expect_integer(move(&moved), HANSARD_OK);
		for (int at = 1 - releases, more = 1; more; at++) {
			bool done;
			error = (struct hansard_error){.status = HANSARD_OK};
			life.shows = at;
			const enum hansard_status status = releases == 1 ? vault_move_release(&asked, TEXT("d"), &done, &error)
															 : vault_move(&home, TEXT("d"), &moved, &error);
			more = status != HANSARD_OK;
			life.shows = -1;
			failed += more;
			expect(!more || status == HANSARD_BUSY || status == HANSARD_VIOLATED || status == HANSARD_CONFLICT);
			expect(status != HANSARD_BUSY || strcmp(error.kind, "not_shown") == 0);
			if (more && releases == 1)
				expect_good(source_vault, 8);
			expect(at < 40);
		}
		expect(failed > 1);
		if (releases == 1)
			expect_good(target_vault, 9);
		else
			expect_good(source_vault, moved.in_rev);
	}
	finish();
}

static const struct tap_test tests[] = {
	{"what loads and verifies moves in as much memory, and lacking that is told before anything is sealed", room},
	{"a move that was called off is told by a dry run, too", called_off_before},
	{"what is marked as called off, and was no move of the source, is told, with what gets past it",
	 called_off_by_nobody},
	{"a source or a target that was put back is called that", put_back},
	{"a store that shows nothing of what it has is no answer, whenever that is", nothing_is_shown},
	{"what was sent to another store is not erased here", sealed_is_not_erased},
	{"what is broken takes no good copy away, by a move, a release or a calling off", broken_takes_nothing},
	{"what was removed or cut in the target is gone when the dialogue comes back", removed_between},
	{"a source that goes on while it is copied is not taken over from", source_goes_on},
	{"a copy of a store moves nothing that is not its own, erased or not", copies_stay},
	{"what a commit came between is tidied all the same", tidied_again},
	{"a dialogue moves byte for byte, there and back and there again, and is written in one of the two alone",
	 there_and_back},
	{"a move that is killed at any call, before it or behind it, ends the same when it is run again", killed},
	{"a dialogue moves over no other, not onto itself, and to no third store on the way", refused},
	{"an erased dialogue moves with its certificate", erased},
	{"a copy is published as it was verified", altered},
};

TAP_MAIN(tests)
