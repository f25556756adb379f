/*
 * Moves between two stores that share their marks: what these know of a move, and what takes it back.
 */
#include "move_case.h"

/* Both stores share the mark, there and back again. */
static void marked(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		begin_marked(i);
		const struct vault_moving home = back();
		expect_integer(move(&moved), HANSARD_OK);
		expect(mark.rev == 9 && mark.moved_rev == 8);
		expect_failing(source_vault, HANSARD_INVALID, VAULT_MIGRATED, to.identity);
		expect_loading(target_vault);
		must_write(target_vault, fixture_put(&target, "tension", "00#03", 100));
		expect(mark.rev == 10 && mark.moved_rev == 8);
		expect_failing(source_vault, HANSARD_INVALID, VAULT_MIGRATED, to.identity);
		expect_good(source_vault, 8);
		expect_integer(move(&moved), HANSARD_OK);
		expect(moved.before);
		expect_integer(vault_move(&home, TEXT("d"), &moved, &error), HANSARD_OK);
		expect(mark.rev == 12 && mark.moved_rev == 11);
		expect_loading(source_vault);
		expect_failing(target_vault, HANSARD_INVALID, VAULT_MIGRATED, from.identity);
	}
	finish_marked();
}

/* Killed behind the publication, before the mark says so: the next run, a load of the target, and a walk up to a later commit see it. */
static void learnt(void)
{
	const struct vault_mark nothing = {.rev = 0};
	for (int how = 0; how < 4; how++) {
		struct vault_moved moved;
		struct vault_mark sealed = nothing;
		begin_marked(0);
		life.left = 1;
		life.after = true;
		expect_integer(move(&moved), HANSARD_FAILED);
		life.left = -1;
		expect_loading(source_vault);
		sealed = mark;
		expect(sealed.rev == 8 && sealed.moved_rev == 0);
		expect_integer(move(&moved), HANSARD_OK);
		must_write(target_vault, fixture_put(&target, "tension", "00#03", 100));
		mark = sealed;
		if (how == 0)
			expect_integer(move(&moved), HANSARD_OK);
		else if (how == 1)
			expect_loading(target_vault);
		else if (how == 2)
			must_write(target_vault, fixture_put(&target, "tension", "00#04", 100));
		else { /* seen before by a release that kept nothing of moves */
			expect_loading(target_vault);
			mark.moved_rev = 0;
			expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", to.identity);
			continue;
		}
		expect(mark.rev > 9 && mark.moved_rev == 8);
		expect_failing(source_vault, HANSARD_INVALID, VAULT_MIGRATED, to.identity);
	}
	finish_marked();
}

/* That the mark of the publication could not be kept is told of the target. */
static void unmarked(void)
{
	struct vault_moved moved;
	struct hansard_error why = {.status = HANSARD_OK};
	begin_marked(0);
	forgets = true;
	expect_integer(move(&moved), HANSARD_OK);
	forgets = false;
	expect(mark.rev == 8 && mark.moved_rev == 0);
	expect(!vault_take_unmarked(source_vault, &why));
	expect(vault_take_unmarked(target_vault, &why));
	expect_string(why.kind, "mark_io");
	expect_integer(move(&moved), HANSARD_OK);
	expect(moved.before && mark.rev == 9 && mark.moved_rev == 8);
	finish_marked();
}

/* Only the very commit from which the target has taken over is no older state. */
static void strict(void)
{
	struct vault_moved moved;
	int64_t rev;
	begin_marked(0);
	expect_integer(move(&moved), HANSARD_OK);
	mark.moved_rev = 7;
	expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	mark.moved_rev = 5;
	expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	/* What it was moved from, put in the place of what goes on. */
	mark.moved_rev = 8;
	expect_failing(source_vault, HANSARD_INVALID, VAULT_MIGRATED, to.identity);
	const char *own = from.identity;
	enum vault_mark_found found;
	expect_integer(vault_mark_found(source_vault, TEXT("d"), &mark, &found, &error), HANSARD_OK);
	expect_integer(found, VAULT_MARK_MOVED);
	from.identity = to.identity;
	expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	expect_integer(vault_mark_found(source_vault, TEXT("d"), &mark, &found, &error), HANSARD_OK);
	expect_integer(found, VAULT_MARK_LACKING);
	from.identity = own;
	/* It went on above, where nobody was told that it had moved. */
	begin_marked(0);
	life.left = 1;
	life.after = true;
	expect_integer(move(&moved), HANSARD_FAILED);
	life.left = -1;
	const struct vault_moving asked = moving(false);
	expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
	mark = (struct vault_mark){.rev = 9, .moved_rev = 8};
	expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	mark.rev = 12;
	expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	finish_marked();
}

/* The store that it was moved to is lost. */
static void taken_back(void)
{
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		struct vault_restored restored;
		struct vault_restoring asked = {.furthest = 1000};
		begin_marked(i);
		expect_integer(move(&moved), HANSARD_OK);
		must_write(target_vault, fixture_put(&target, "tension", "00#03", 100));
		expect_integer(vault_restore(source_vault, TEXT("d"), &asked, &restored, &error), HANSARD_INVALID);
		expect_string(error.kind, VAULT_MIGRATED);
		expect(mark.rev == 10 && mark.moved_rev == 8);
		asked.moved = true;
		expect_integer(vault_restore(source_vault, TEXT("d"), &asked, &restored, &error), HANSARD_OK);
		expect(restored.moved && restored.survived_rev == 8 && restored.rev == 11);
		expect(mark.rev == 11 && mark.moved_rev == 0);
		must_write(source_vault, fixture_put(&source, "tension", "00#03", 100));
		expect_good(source_vault, 12);
		expect_failing(target_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	}
	finish_marked();
}

/* Whoever has seen what it declares lost forgets the move, too, by a load. */
static void taken_back_elsewhere(void)
{
	struct vault_moved moved;
	struct vault_restored restored;
	const struct vault_restoring asked = {.furthest = 1000, .moved = true};
	begin_marked(0);
	expect_integer(move(&moved), HANSARD_OK);
	const struct vault_mark here = mark;
	expect_integer(vault_restore(source_vault, TEXT("d"), &asked, &restored, &error), HANSARD_OK);
	mark = here;
	expect_loading(source_vault);
	expect(mark.rev == 10 && mark.moved_rev == 0);
	/* Sealed for a target that is lost before it had taken over. */
	begin_marked(0);
	life.left = 1;
	life.after = true;
	expect_integer(move(&moved), HANSARD_FAILED);
	life.left = -1;
	const struct vault_restoring plain = {.furthest = 1000};
	expect_integer(vault_restore(source_vault, TEXT("d"), &plain, &restored, &error), HANSARD_INVALID);
	expect_string(error.kind, "nothing_lost");
	expect_integer(vault_restore(source_vault, TEXT("d"), &asked, &restored, &error), HANSARD_OK);
	expect(restored.survived_rev == 8 && restored.rev == 9);
	must_write(source_vault, fixture_put(&source, "tension", "00#03", 100));
	finish_marked();
}

/* A certificate is taken back, too, and can be sent on. */
static void taken_back_erased(void)
{
	for (int all = 0; all < 2; all++) {
		struct vault_moved moved;
		struct vault_restored restored;
		struct vault_state *state;
		int64_t rev;
		const struct vault_restoring plain = {.furthest = 1000}, asked = {.furthest = 1000, .moved = true};
		begin_marked(0);
		expect_integer(vault_erase(source_vault, TEXT("d"), all == 1, &rev, &error), HANSARD_OK);
		seal();
		expect_integer(vault_restore(source_vault, TEXT("d"), &plain, &restored, &error), HANSARD_INVALID);
		expect_string(error.kind, "nothing_lost");
		expect_integer(vault_restore(source_vault, TEXT("d"), &asked, &restored, &error), HANSARD_OK);
		expect(restored.moved && restored.rev == restored.survived_rev + 1);
		expect_integer(vault_load(source_vault, TEXT("d"), arena, &state, &error), HANSARD_OK);
		expect(state->erased);
		expect_integer(move(&moved), HANSARD_OK);
	}
	finish_marked();
}

/* One that was seen here and has no head any more is missing, and not unknown. */
static void missing(void)
{
	struct vault_moved moved;
	int64_t rev;
	bool done;
	for (int seen = 0; seen < 2; seen++) {
		const char *kind = seen == 1 ? VAULT_HEAD_MISSING : "dialogue_not_found";
		const enum hansard_status status = seen == 1 ? HANSARD_VIOLATED : HANSARD_NOT_FOUND;
		remembers = true;
		begin_empty(FIXTURE_MEMORY, FIXTURE_MEMORY);
		mark.rev = seen == 1 ? 7 : 0;
		const struct vault_moving asked = moving(false);
		expect_integer(vault_move(&asked, TEXT("d"), &moved, &error), status);
		expect_string(error.kind, kind);
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), status);
		expect_string(error.kind, kind);
		expect_integer(vault_move_release(&asked, TEXT("d"), &done, &error), status);
		expect_string(error.kind, kind);
	}
	finish_marked();
}

/* A copy can come to lie in any store: what a mark says of the backend is what the history says. */
static void of_its_history(void)
{
	static const char one[] = "memory:00000000000000000000000000000001",
					  other[] = "sqlite:00000000000000000000000000000002";
	for (size_t i = 0; i < PAIRS; i++) {
		struct vault_moved moved;
		begin_marked(i);
		const struct vault_mark made = mark;
		expect(!made.elsewhere);
		mark = (struct vault_mark){.rev = 0};
		expect_loading(source_vault); /* seen for the first time */
		expect(mark.rev == 7 && !mark.elsewhere);
		mark = (struct vault_mark){.rev = 0};
		from.identity = other;
		expect_loading(source_vault);
		expect(mark.rev == 7 && mark.elsewhere);
		from.identity = one;
		mark = made;
		expect_integer(move(&moved), HANSARD_OK);
		expect(mark.rev == 9 && !mark.elsewhere);
		mark = made; /* which it moves up from, over the move */
		to.identity = one;
		expect_loading(target_vault);
		expect(mark.rev == 9 && mark.elsewhere);
		to.identity = other;
		mark = (struct vault_mark){.rev = 0};
		expect_loading(target_vault);
		expect(mark.rev == 9 && !mark.elsewhere);
	}
	finish_marked();
}

static const struct tap_test tests[] = {
	{"a mark says of the backend what the history says, wherever a copy of it lies", of_its_history},
	{"an erased dialogue that was sent to a store that is lost is taken back, too", taken_back_erased},
	{"of one that was seen here and has no head any more a move, its calling off and its release say that it is missing",
	 missing},
	{"marks that source and target share know of the move: the source is no older state, and says where it went",
	 marked},
	{"a mark learns of a move by the next run, a load or a commit; one that did not is told where to look", learnt},
	{"that a mark could not be kept of a move that is done is told", unmarked},
	{"only the commit from which the target has taken over is no older state", strict},
	{"what was moved is taken back by a restore that says so alone, and the mark forgets the move", taken_back},
	{"a restore that takes back what was moved is believed elsewhere, and takes back what was only sealed",
	 taken_back_elsewhere},
};

TAP_MAIN(tests)
