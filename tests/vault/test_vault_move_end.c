/*
 * Ending moves between two stores: what is called off, and what is released behind a move, killed at any call, and run again.
 */
#include "move_case.h"

/* Killed at every call, then called off, which is killed at every call as well. */
static void called_off(void)
{
	for (size_t i = 0; i < PAIRS; i++)
		for (int at = 1; at < 6; at += step_of_kills())
			for (int later = 1, more = 1; more; later += step_of_kills()) {
				struct vault_moved moved = {0};
				int64_t rev = 0;
				begin(pairs[i][0], pairs[i][1]);
				const struct vault_moving asked = moving(false);
				life.left = at;
				life.after = true;
				const enum hansard_status status = move(&moved);
				struct store_occupant there;
				const struct store_partition partition = store_engine_partition(target.inner, TEXT("acme"), TEXT("d"));
				expect_integer(target.inner->copying->occupant(&partition, &there, &error), HANSARD_OK);
				if (status == HANSARD_OK || there.what == STORE_PUBLISHED) {
					life.left = -1;
					expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_CONFLICT);
					expect_string(error.kind, "already_moved");
					break;
				}
				life.left = later;
				more = vault_move_cancel(&asked, TEXT("d"), &rev, &error) != HANSARD_OK;
				life.left = -1;
				expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
				expect_good(source_vault, 9);
				must_write(source_vault, fixture_put(&source, "tension", "00#03", 100));
				expect(listed(source_vault) == 1);
				expect_integer(move(&moved), HANSARD_OK);
				expect_good(target_vault, 12);
				expect_same(source_vault, target_vault);
				expect(later < 50);
			}
	finish();
}

static void released(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		struct vault_state *state;
		bool done = true;
		begin(pairs[i][0], pairs[i][1]);
		const struct vault_moving asked = moving(false);
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), HANSARD_INVALID);
		expect_string(error.kind, "not_moved");
		expect_integer(move(&moved), HANSARD_OK);
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), HANSARD_OK);
		expect(done);
		expect_integer(vault_load(source_vault, TEXT("d"), arena, &state, &error), HANSARD_INVALID);
		expect_string(error.kind, VAULT_RELEASED);
		expect(strstr(error.message, to.identity) != NULL);
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), HANSARD_OK);
		expect(!done);
		expect_good(target_vault, 9);
		const struct vault_moving home = back();
		expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_OK);
		expect_good(source_vault, 11);
		expect_same(source_vault, target_vault);
	}
	finish();
}

/* Of what was released its end is proved, and held against the mark. */
static void left_behind(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		struct vault_report report;
		bool done = false;
		begin_marked(i);
		const struct vault_moving asked = moving(false);
		expect_integer(move(&moved), HANSARD_OK);
		life.halves = true; /* as a release that was killed leaves it */
		expect_failing(source_vault, HANSARD_INVALID, VAULT_RELEASED, to.identity);
		expect(strstr(error.hint, " --release --yes") != NULL);
		expect_integer(vault_verify(source_vault, TEXT("d"), arena, &report, &error), HANSARD_OK);
		expect(!report.good && !report.erased && report.rev == 8); /* its keys are where it went */
		const int64_t moved_rev = mark.moved_rev;
		mark.moved_rev = 0; /* nobody has seen that it moved */
		expect_failing(source_vault, HANSARD_VIOLATED, "integrity_violated", "");
		mark.moved_rev = moved_rev;
		const enum hansard_status status = vault_move_release(&asked, TEXT("d"), &done, &error);
		life.halves = false;
		expect_integer(status, HANSARD_OK);
		expect(done);
		expect_integer(vault_verify(source_vault, TEXT("d"), arena, &report, &error), HANSARD_OK);
		expect(report.good && report.released && !report.erased && report.rev == 8 && report.commits == 1);
		expect_text(report.target, to.identity);
		expect_failing(source_vault, HANSARD_INVALID, VAULT_RELEASED, to.identity);
		expect_integer(move(&moved), HANSARD_OK);
		expect(moved.before && moved.in_rev == 9);
		const struct vault_mark seen = mark;
		mark = (struct vault_mark){.rev = 0}; /* a release, or an end that was emptied */
		expect_failing(source_vault, HANSARD_INVALID, VAULT_RELEASED, "has taken over was not seen here");
		mark = seen;
		expect_failing(source_vault, HANSARD_INVALID, VAULT_RELEASED, "kept there alone");
		mark.moved_rev = 7;
		expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	}
	finish_marked();
}

static void create_there(void)
{
	must_write(target_vault, fixture_put(&target, "meta", "", 100));
}

/* Somebody creates the same id in the target: that stays, whenever it came, and the source is not sealed for ever. */
static void others_stay(void)
{
	for (size_t i = 0; i < PAIRS; i++)
		for (int late = 0; late < 2; late++) {
			struct vault_moved moved;
			int64_t rev = 0;
			begin(pairs[i][0], pairs[i][1]);
			seal();
			const struct vault_moving asked = moving(false);
			if (late == 1)
				life.meanwhile = create_there;
			else
				create_there();
			if (late == 0) {
				expect_integer(move(&moved), HANSARD_CONFLICT);
				expect_string(error.kind, "dialogue_exists");
			}
			expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
			expect(rev == 9 && life.meanwhile == NULL);
			expect_good(target_vault, 1);
			expect_good(source_vault, 9);
			must_write(source_vault, fixture_put(&source, "tension", "00#09", 100));
		}
	finish();
}

static void call_off(void)
{
	const struct vault_moving asked = moving(false);
	struct hansard_error own = {.status = HANSARD_OK};
	int64_t rev = 0;
	expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &own), HANSARD_OK);
	expect_integer(rev, 9);
}

/* Whoever copies is told by whom it was ended: before the first of what is copied, and before it is published. */
static void called_off_meanwhile(void)
{
	for (size_t i = 0; i < PAIRS; i++)
		for (int wait = 0; wait < 2; wait++) {
			struct vault_moved moved;
			begin(pairs[i][0], pairs[i][1]);
			life.copying = call_off;
			life.wait = wait;
			expect_integer(move(&moved), HANSARD_CONFLICT);
			expect_string(error.kind, "move_called_off");
			expect(strstr(error.message, "was called off while it was copied") != NULL && life.copying == NULL);
			must_write(source_vault, fixture_put(&source, "tension", "00#09", 100));
			expect_integer(move(&moved), HANSARD_OK);
			expect_good(target_vault, 12);
		}
	finish();
}

static void ended_calls_are_completed(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		int64_t rev = 0;
		begin(pairs[i][0], pairs[i][1]);
		seal();
		const struct vault_moving asked = moving(false);
		life.left = 3; /* reserved, cleared, committed */
		life.after = true;
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_FAILED);
		life.left = -1;
		from.tidies = 0;
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
		expect_integer(rev, 0);
		expect(from.tidies > 0);
		expect_good(source_vault, 9);
	}
	finish();
}

/* Moved on from the target, which is released: the first is released where it went, and nothing false is said of it. */
static void moved_on(void)
{
	static struct fixture third;
	static struct mortal further;
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault *third_vault;
		struct vault_moved moved;
		struct vault_report report;
		int64_t rev = 0;
		bool done = false;
		begin(pairs[i][0], pairs[i][1]);
		fixture_begin(&third, FIXTURE_MEMORY);
		wrap(&further, &third, "memory:00000000000000000000000000000003", &third_vault);
		const struct vault_moving asked = moving(false);
		const struct vault_moving on = {.source = target_vault, .target = third_vault};
		const struct vault_moving along = {.source = source_vault, .target = third_vault};
		expect_integer(move(&moved), HANSARD_OK);
		expect_integer(vault_move_release(&along, TEXT("d"), &done, &error), HANSARD_INVALID);
		expect_string(error.kind, "migrated");
		expect_integer(vault_move(&on, TEXT("d"), &moved, &error), HANSARD_OK);
		const int64_t in_rev = moved.in_rev;
		expect_integer(vault_move_release(&on, TEXT("d"), &done, &error), HANSARD_OK);
		expect(done);
		expect_integer(move(&moved), HANSARD_CONFLICT);
		expect_string(error.kind, "moved_on");
		expect(strstr(error.message, further.identity) != NULL);
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_CONFLICT);
		expect_string(error.kind, "moved_on");
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), HANSARD_CONFLICT);
		expect_string(error.kind, "moved_on");
		const char *own = further.identity;
		further.identity = "memory:00000000000000000000000000000004"; /* of a copy */
		expect_integer(vault_move_release(&along, TEXT("d"), &done, &error), HANSARD_INVALID);
		expect_string(error.kind, "other_store");
		further.identity = own;
		expect_good(source_vault, 8);
		expect_integer(vault_move_release(&along, TEXT("d"), &done, &error), HANSARD_OK);
		expect(done);
		expect_integer(vault_move(&along, TEXT("d"), &moved, &error), HANSARD_INVALID); /* it was not sent there */
		expect_string(error.kind, "migrated");
		expect(strstr(error.message, to.identity) != NULL);
		expect_integer(vault_verify(source_vault, TEXT("d"), arena, &report, &error), HANSARD_OK);
		expect(report.good && report.released);
		expect_good(third_vault, in_rev);
		vault_destroy(third_vault);
		fixture_finish(&third);
	}
	finish();
}

/* Nothing was left of it before: that it was released its history tells. */
static void released_erased(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		struct vault_report report;
		int64_t rev;
		bool done = false;
		begin_marked(i);
		const struct vault_mark early = mark;
		const struct vault_moving asked = moving(false);
		expect_integer(vault_erase(source_vault, TEXT("d"), true, &rev, &error), HANSARD_OK);
		expect_integer(move(&moved), HANSARD_OK);
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), HANSARD_OK);
		expect(done);
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), HANSARD_OK);
		expect(!done);
		expect_integer(vault_verify(source_vault, TEXT("d"), arena, &report, &error), HANSARD_OK);
		expect(report.good && report.released && report.commits == 1);
		expect_failing(source_vault, HANSARD_INVALID, VAULT_RELEASED, to.identity);
		mark = early;
		expect_failing(source_vault, HANSARD_INVALID, VAULT_RELEASED, to.identity);
		expect_integer(move(&moved), HANSARD_OK);
		expect(moved.before);
	}
	finish_marked();
}

static enum hansard_status move_it(void)
{
	struct vault_moved moved;
	return move(&moved);
}

static enum hansard_status call_it_off(void)
{
	const struct vault_moving asked = moving(false);
	int64_t rev;
	return vault_move_cancel(&asked, TEXT("d"), &rev, &error);
}

static enum hansard_status release_it(void)
{
	const struct vault_moving asked = moving(false);
	bool done;
	return vault_move_release(&asked, TEXT("d"), &done, &error);
}

/* Nobody else moves it: what is said is that the store was not heard, and the same again ends as if it had been. */
static void unheard(void)
{
	static const struct {
		const char *slot, *before; /* what was lost before, so that there is something to be done */
		enum hansard_status (*run)(void);
		const char *kind;
		enum hansard_status status;
	} cases[] = {
		{"reserve", NULL, move_it, "outcome_unknown", HANSARD_UNKNOWN},
		{"put", NULL, move_it, "not_copied", HANSARD_UNREACHABLE},
		{"reserve", "put", call_it_off, "outcome_unknown", HANSARD_UNKNOWN},
		{"clear", "put", call_it_off, "outcome_unknown", HANSARD_UNKNOWN},
		{"release", "", release_it, "outcome_unknown", HANSARD_UNKNOWN},
	};
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		begin(pairs[0][0], pairs[0][1]);
		life.lost = i % 2 > 0;
		life.unheard = cases[i / 2].before;
		if (life.unheard != NULL)
			expect_integer(move_it(), life.unheard[0] == '\0' ? HANSARD_OK : HANSARD_UNREACHABLE);
		life.unheard = cases[i / 2].slot;
		const enum hansard_status status = cases[i / 2].run();
		if (status != HANSARD_OK || life.lost) { /* one that was carried out may be seen by the next look */
			expect_integer(status, cases[i / 2].status);
			expect_string(error.kind, cases[i / 2].kind);
			expect(strstr(error.hint, "run the same again") != NULL);
		}
		life.unheard = NULL;
		expect_integer(cases[i / 2].run(), HANSARD_OK);
		if (cases[i / 2].run == call_it_off)
			expect_good(source_vault, 9);
		else
			expect_good(target_vault, 9);
	}
	finish();
}

static const struct tap_test tests[] = {
	{"a move that is called off while it copies says so, and the dialogue stays where it was", called_off_meanwhile},
	{"what was erased with all, moved and released is good, and said to be released", released_erased},
	{"what the target sent on and released is released where it went, and said to be there", moved_on},
	{"a move that was not ended is called off, whatever was killed on the way, and the source goes on", called_off},
	{"what the target has taken over is released: head and boundary commit stay, and say where it is", released},
	{"what was released is proved by its end, also where a release was killed, and held against the mark", left_behind},
	{"a call that was killed behind its commit is completed by the next", ended_calls_are_completed},
	{"of a store that is not heard that is said, and no other mover; the same again ends the same", unheard},
	{"another dialogue of that id in the target stays, whenever it was begun, and the move is called off", others_stay},
};

TAP_MAIN(tests)
