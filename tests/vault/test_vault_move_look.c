/*
 * What the target of a move has under that id: what came from elsewhere, or is of a later move, stays whatever is asked for, and of what
 * was copied nothing stays behind a calling off.
 */
#include "fixed_keys.h"
#include "move_case.h"

/* Each engine once in either place; DynamoDB as the target. */
enum { FIRST = PAIRS == 4 ? 1 : 0, END = PAIRS == 4 ? 3 : 1 };

static struct store_occupant occupant_of(const struct mortal *store)
{
	const struct store_partition partition = store_engine_partition(store->inner, TEXT("acme"), TEXT("d"));
	struct store_occupant found;
	expect_integer(store->inner->copying->occupant(&partition, &found, &error), HANSARD_OK);
	return found;
}

/* Another dialogue of that id, of so many commits. */
static void create_there(int commits)
{
	for (int i = 0; i < commits; i++)
		must_write(target_vault, fixture_put(&target, "tension", "00#01", 100));
}

/* Neither a move nor a release touches what the target has, nor the source for its sake; it is called off, and both go on. */
static void expect_both_stay(int64_t source_rev, int64_t target_rev, int64_t called_off_rev)
{
	struct vault_moved moved;
	int64_t rev = -1;
	bool done = false;
	const struct vault_moving asked = moving(false), dry = moving(true);
	expect_integer(vault_move(&dry, TEXT("d"), &moved, &error), HANSARD_CONFLICT);
	expect_string(error.kind, "dialogue_exists");
	expect_integer(move(&moved), HANSARD_CONFLICT);
	expect_string(error.kind, "dialogue_exists");
	const enum hansard_status status = vault_move_release(&asked, TEXT("d"), &done, &error);
	expect(status != HANSARD_OK && !done);
	expect_string(error.kind, called_off_rev > 0 ? "dialogue_exists" : "not_moved");
	expect_good(source_vault, source_rev);
	expect_good(target_vault, target_rev);
	expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
	expect_integer(rev, called_off_rev);
	expect_good(source_vault, source_rev + (called_off_rev > 0));
	expect_good(target_vault, target_rev);
}

/* That it goes further than the source's end proves nothing: it is to have come from there. */
static void others_that_go_further(void)
{
	for (size_t i = FIRST; i < END; i++) {
		begin(pairs[i][0], pairs[i][1]);
		seal();
		create_there(12);
		expect_both_stay(8, 12, 9);
	}
	finish();
}

/* Nor that it was sent away from there makes room for one that it did not become. */
static void others_that_were_sent_away(void)
{
	static struct fixture third;
	static struct mortal further;
	for (size_t i = FIRST; i < END; i++)
		for (int sealed = 0; sealed < 2; sealed++) {
			struct vault *third_vault;
			struct vault_moved moved;
			begin(pairs[i][0], pairs[i][1]);
			fixture_begin(&third, FIXTURE_MEMORY);
			wrap(&further, &third, "memory:00000000000000000000000000000003", &third_vault);
			if (sealed == 1)
				seal();
			create_there(2);
			const struct vault_moving on = {.source = target_vault, .target = third_vault};
			expect_integer(vault_move(&on, TEXT("d"), &moved, &error), HANSARD_OK);
			expect_both_stay(7 + sealed, 3, sealed == 1 ? 9 : 0);
			vault_destroy(third_vault);
			fixture_finish(&third);
		}
	finish();
}

/* Nor does what is the very same, and was not sent away: it may be written there. */
static void same_that_stayed(void)
{
	for (size_t i = FIRST; i < END; i++) {
		struct vault_moved moved;
		begin(pairs[i][0], pairs[i][1]);
		to.inner = source.inner;
		expect_integer(move(&moved), HANSARD_CONFLICT);
		expect_string(error.kind, "dialogue_exists");
		expect_good(source_vault, 7);
	}
	finish();
}

/* What goes further under a retired key alone is believed in nothing: neither that it has taken over, nor that it has not. */
static void retired(void)
{
	for (size_t i = FIRST; i < END; i++) {
		struct keyring *keyring;
		struct vault *distrustful;
		struct vault_moved moved;
		int64_t rev;
		const struct keyring_options keys = {.tenant = TEXT("acme"), .epoch = 1};
		begin(pairs[i][0], pairs[i][1]);
		expect_integer(move(&moved), HANSARD_OK);
		expect_integer(keyring_create(&keys, &keyring, &error), HANSARD_OK);
		expect_integer(fixed_keys_add_signer(keyring, TEXT("second"), 0x60, &error), HANSARD_OK);
		keyring_retire(keyring, &keyring_trusted(target.keyring).keys[0]);
		struct vault_options options = target.options;
		options.keyring = keyring;
		expect_integer(vault_create(&options, &distrustful, &error), HANSARD_OK);
		const struct vault_moving asked = {.source = source_vault, .target = distrustful};
		const struct vault_moving dry = {.source = source_vault, .target = distrustful, .dry_run = true};
		expect_integer(vault_move(&dry, TEXT("d"), &moved, &error), HANSARD_VIOLATED);
		expect_string(error.kind, VAULT_RETIRED_KEY);
		expect_integer(vault_move(&asked, TEXT("d"), &moved, &error), HANSARD_VIOLATED);
		expect_string(error.kind, VAULT_RETIRED_KEY);
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_VIOLATED);
		expect_string(error.kind, VAULT_RETIRED_KEY);
		expect_good(source_vault, 8);
		expect_good(target_vault, 9);
		vault_destroy(distrustful);
		keyring_destroy(keyring);
	}
	finish();
}

/* As a later move of the same dialogue, by somebody else, reserves it. */
static void reserve_later(void)
{
	const struct store_partition partition = store_engine_partition(to.inner, TEXT("acme"), TEXT("d"));
	const struct store_reserve_request later = {.found = {.what = STORE_FREE}, .mine = {.id = {7}, .source_rev = 20}};
	enum store_result result;
	expect_integer(to.inner->copying->reserve(&partition, &later, &result, &error), HANSARD_OK);
	expect_integer(result, STORE_DONE);
}

/* A reservation of a later revision stays, whenever it came: nothing is even tried. */
static void later_moves_stay(void)
{
	for (size_t i = FIRST; i < END; i++)
		for (int how = 0; how < 4; how++) {
			struct vault_moved moved;
			int64_t rev;
			begin(pairs[i][0], pairs[i][1]);
			seal();
			if (how % 2 == 0)
				reserve_later();
			else
				life.meanwhile = reserve_later;
			const struct vault_moving asked = moving(false);
			expect_integer(how < 2 ? move(&moved) : vault_move_cancel(&asked, TEXT("d"), &rev, &error),
						   HANSARD_CONFLICT);
			expect_string(error.kind, "move_taken_over");
			const struct store_occupant found = occupant_of(&to);
			expect(found.what == STORE_RESERVED && found.reservation.source_rev == 20 && found.reservation.id[0] == 7);
			expect_integer(to.writes, 0);
			expect_good(source_vault, 8);
		}
	finish();
}

/* The mark has seen the source go on: what ends with the migrate-out was put back, and nothing is done on its word. */
static void put_back(void)
{
	for (size_t i = FIRST; i < END; i++) {
		struct vault_moved moved;
		int64_t rev;
		begin_marked(i);
		seal();
		const struct vault_mark sealed = mark;
		const struct vault_moving asked = moving(false);
		mark.rev = 10;
		to.writes = from.writes = 0;
		expect_integer(move(&moved), HANSARD_VIOLATED);
		expect_string(error.kind, "rolled_back");
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_VIOLATED);
		expect_string(error.kind, "rolled_back");
		expect(to.writes == 0 && from.writes == 0);
		mark = sealed;
		expect_integer(move(&moved), HANSARD_OK);
	}
	finish_marked();
}

/* Commits and items that a store has, whatever stands at their head. */
static size_t stored_in(const struct mortal *store)
{
	const struct store_partition partition = store_engine_partition(store->inner, TEXT("acme"), TEXT("d"));
	const struct store_history_request all = {.from = 1, .to = LIMIT_REV};
	const struct store_occupant found = occupant_of(store);
	struct store_history history;
	struct store_view view = {.exists = false};
	expect_integer(partition.store->history(&partition, &all, arena, &history, &error), HANSARD_OK);
	if (found.what == STORE_RESERVED)
		expect_integer(store->inner->copying->look(&partition, &found.reservation, arena, &view, &error), HANSARD_OK);
	return history.count + view.item_count;
}

/* Neither of the copy, nor, of a way back, of what was left there: an erasure of the source would not reach it. */
static void nothing_stays(void)
{
	for (size_t i = FIRST; i < END; i++)
		for (int home = 0; home < 2; home++) {
			struct vault_moved moved;
			int64_t rev = 0;
			begin(pairs[i][0], pairs[i][1]);
			const struct vault_moving asked = home == 1 ? back() : moving(false);
			const struct mortal *gone = home == 1 ? &from : &to;
			if (home == 1)
				expect_integer(move(&moved), HANSARD_OK);
			life.left = home == 1 ? 1 : 4; /* sealed; and tidied, reserved, put */
			life.after = true;
			expect_integer(vault_move(&asked, TEXT("d"), &moved, &error), HANSARD_FAILED);
			life.left = -1;
			expect(stored_in(gone) > 0);
			expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
			expect_integer(stored_in(gone), 0);
			const struct store_occupant found = occupant_of(gone);
			expect(found.what == STORE_RESERVED && found.reservation.called_off);
		}
	finish();
}

/* Each boundary commit is tidied in its store, also by the next call where the one that made it was killed. */
static void boundaries_are_tidied(void)
{
	for (size_t i = FIRST; i < END; i++) {
		struct vault_moved moved;
		int64_t rev = 0;
		begin(pairs[i][0], pairs[i][1]);
		const struct vault_moving asked = moving(false);
		seal();
		expect_integer(from.tidies, 0);
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
		expect(from.tidies == 1 && to.tidies == 0);
		expect_integer(move(&moved), HANSARD_OK);
		expect(from.tidies == 2 && to.tidies == 1);
		expect_integer(move(&moved), HANSARD_OK);
		expect(moved.before && from.tidies == 2 && to.tidies == 2);
		begin(pairs[i][0], pairs[i][1]);
		seal();
		expect_integer(move(&moved), HANSARD_OK);
		expect(from.tidies == 1 && to.tidies == 1);
	}
	finish();
}

static const struct tap_test tests[] = {
	{"another dialogue of that id stays, though it goes further than the source", others_that_go_further},
	{"another dialogue of that id stays, though it was sent away from there", others_that_were_sent_away},
	{"what is the same as the source, and was not sent away, stays", same_that_stayed},
	{"what goes further in the target under a retired key alone is not believed, whatever is asked", retired},
	{"what a later move has reserved stays, and nothing is tried", later_moves_stay},
	{"a source that was put back to its migrate-out is neither moved nor called off", put_back},
	{"behind a calling off the target holds nothing of the dialogue but what forbids its copy", nothing_stays},
	{"each boundary commit is tidied in its store", boundaries_are_tidied},
};

TAP_MAIN(tests)
