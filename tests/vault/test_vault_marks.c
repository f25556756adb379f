/*
 * High-water marks: moved by every load and by every commit that was read back.
 */
#include "error.h"
#include "fixed_keys.h"
#include "limits.h"
#include "tap.h"
#include "vault_fixture.h"

static struct fixture fixture;

/* The one mark of these tests, in memory. */
static struct {
	struct vault_mark mark;
	size_t writes;
	enum hansard_status answer; /* of a write; HANSARD_OK: it is kept */
	void (*before_lose)(void);  /* what others do before a mark is given up */
} memory;

static enum hansard_status read_mark(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *error)
{
	(void)context, (void)place, (void)error;
	*ret_mark = memory.mark;
	return HANSARD_OK;
}

static enum hansard_status write_mark(void *context, struct vault_mark_place place, const struct vault_mark *mark,
									  struct hansard_error *error)
{
	(void)context;
	expect_text(place.tenant, "acme");
	expect_text(place.dialogue_id, "d");
	memory.writes++;
	if (memory.answer != HANSARD_OK)
		return error_set(error, memory.answer, "io", "the mark cannot be written");
	memory.mark = *mark;
	return HANSARD_OK;
}

static enum hansard_status lose_mark(void *context, struct vault_mark_place place, const struct vault_mark *seen,
									 struct hansard_error *error)
{
	(void)context, (void)place;
	if (memory.before_lose != NULL)
		memory.before_lose();
	if (memory.mark.rev != seen->rev)
		return error_set(error, HANSARD_CONFLICT, "mark_moved", "the mark has moved");
	memory.mark.lost = true;
	return HANSARD_OK;
}

/* A store of an engine, a vault with marks, and a first commit of "d". */
static void begin(enum fixture_engine engine)
{
	static const struct vault_marks marks = {.read = read_mark, .write = write_mark, .lose = lose_mark};
	fixture_begin(&fixture, engine);
	memset(&memory, 0, sizeof(memory));
	memory.answer = HANSARD_OK;
	vault_destroy(fixture.vault);
	fixture.vault = NULL;
	fixture.options.marks = &marks;
	expect_integer(vault_create(&fixture.options, &fixture.vault, &fixture.error), HANSARD_OK);
	const struct vault_change change = fixture_put(&fixture, "meta", "", 100);
	fixture_create(&fixture, &change, 1);
}

/* A further commit, on a loaded state. */
static enum hansard_status append(void)
{
	const struct vault_change change = fixture_put(&fixture, "tension", "00#01", 200);
	const struct vault_commit commit = {.operation = "update", .changes = &change, .change_count = 1};
	int64_t rev;
	return vault_append(fixture.vault, fixture_load(&fixture), &commit, &rev, &fixture.error);
}

static void moved_by_commits(void)
{
	for (int engine = 0; engine < FIXTURE_ENGINES; engine++) {
		begin((enum fixture_engine)engine);
		expect_integer(memory.mark.rev, 1);
		expect_integer(append(), HANSARD_OK);
		expect_integer(memory.mark.rev, 2);
		const size_t writes = memory.writes;
		const struct vault_state *state = fixture_load(&fixture);
		expect(state->rev == 2 && digest_equal(&state->hash, &memory.mark.hash));
		expect_integer((int64_t)memory.writes, (int64_t)writes);
	}
	fixture_finish(&fixture);
}

static struct store_view kept;

static void keep_view(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	kept = *view;
}

static void give_kept(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	*view = kept;
}

static void put_back(void)
{
	begin(FIXTURE_MEMORY);
	fixture.tampered.on_load = keep_view;
	expect_integer(append(), HANSARD_OK);
	fixture.tampered.on_load = give_kept;
	expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
	expect_string(fixture.error.kind, "rolled_back");
	fixture_finish(&fixture);
}

static void drop_commit(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	history->count = 0;
}

static void other_commit(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered;
	struct bytes *stored = &history->commits[0].stored;
	uint8_t *changed = arena_allocate(arena, stored->size);
	expect(changed != NULL);
	memcpy(changed, stored->data, stored->size);
	changed[stored->size - 1] ^= 1;
	stored->data = changed;
}

static void not_kept(void)
{
	for (int other = 0; other < 2; other++) {
		begin(FIXTURE_MEMORY);
		fixture.tampered.on_history = other ? other_commit : drop_commit;
		expect_integer(append(), HANSARD_VIOLATED);
		expect_string(fixture.error.kind, "not_kept");
		expect(strstr(fixture.error.message, "commit 2 of \"d\"") != NULL);
		expect_integer(memory.mark.rev, 1);
	}
	fixture_finish(&fixture);
}

/* What was written to a store that another took the place of is not in the one that is there. */
static void replaced(void)
{
	struct hansard_error why;
	begin(FIXTURE_MEMORY);
	fixture.tampered.history_answer = HANSARD_FAILED;
	fixture.tampered.history_kind = STORE_REPLACED;
	expect_integer(append(), HANSARD_UNKNOWN);
	expect_string(fixture.error.kind, STORE_REPLACED);
	expect(strstr(fixture.error.message, "commit 2 of \"d\"") != NULL &&
		   strstr(fixture.error.hint, "run it again") != NULL);
	expect_integer(memory.mark.rev, 1);
	expect(!vault_take_unmarked(fixture.vault, &why));
	fixture_finish(&fixture);
}

static void later(void)
{
	begin(FIXTURE_MEMORY);
	fixture.tampered.history_answer = HANSARD_BUSY;
	expect_integer(append(), HANSARD_OK);
	expect_integer(memory.mark.rev, 1);
	fixture.tampered.history_answer = HANSARD_OK;
	memory.answer = HANSARD_FAILED;
	expect_integer(fixture_try(&fixture), HANSARD_FAILED);
	expect_string(fixture.error.kind, "io");
	memory.answer = HANSARD_OK;
	expect_integer(fixture_try(&fixture), HANSARD_OK);
	expect_integer(memory.mark.rev, 2);
	memory.answer = HANSARD_FAILED;
	expect_integer(append(), HANSARD_OK);
	expect_integer(memory.mark.rev, 2);
	fixture_finish(&fixture);
}

static void lose_head(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	*view = (struct store_view){.exists = false};
}

static void gone(void)
{
	for (int engine = 0; engine < FIXTURE_ENGINES; engine++) {
		struct vault_restored restored;
		begin((enum fixture_engine)engine);
		expect_integer(append(), HANSARD_OK);
		fixture.tampered.on_load = lose_head;
		expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
		expect_string(fixture.error.kind, VAULT_HEAD_MISSING);
		expect(strstr(fixture.error.message, "\"d\" is missing: it was seen here at commit 2") != NULL);
		expect(strstr(fixture.error.hint, "backup") != NULL);
		expect_integer(vault_restore(fixture.vault, TEXT("d"), &(struct vault_restoring){.furthest = LIMIT_REV},
									 &restored, &fixture.error),
					   HANSARD_NOT_FOUND);
		memory.mark.rev = 0;
		expect_integer(fixture_try(&fixture), HANSARD_NOT_FOUND);
	}
	fixture_finish(&fixture);
}

static struct vault_mark made;

/* Another process makes the dialogue, and marks it. */
static void make_meanwhile(const struct tampered_engine *tampered)
{
	(void)tampered;
	memory.mark = made;
	fixture.tampered.on_load = NULL;
	fixture.tampered.after_load = NULL;
}

static void made_meanwhile(void)
{
	for (int way = 0; way < 3; way++) {
		struct vault_outlook outlook;
		struct vault_state *state;
		int64_t rev;
		begin(FIXTURE_MEMORY);
		made = memory.mark;
		memory.mark.rev = 0;
		fixture.tampered.on_load = lose_head;
		fixture.tampered.after_load = make_meanwhile;
		const enum hansard_status status =
			way == 0   ? fixture_try(&fixture)
			: way == 1 ? vault_look(fixture.vault, TEXT("d"), fixture.arena, &state, &outlook, &fixture.error)
					   : vault_declare_lost(fixture.vault, TEXT("d"), false, &rev, &fixture.error);
		expect_integer(status, way == 0 ? HANSARD_OK : HANSARD_NOT_FOUND);
		expect(way == 0 || strcmp(fixture.error.kind, "dialogue_not_found") == 0);
		expect(memory.mark.rev == 1 && !memory.mark.lost);
	}
	fixture_finish(&fixture);
}

static void bring_back(void)
{
	fixture.tampered.on_load = NULL;
	fixture.tampered.on_history = NULL;
}

static void bring_back_and_show(void)
{
	bring_back();
	expect_integer(fixture_try(&fixture), HANSARD_OK);
}

static void lose_all(void)
{
	fixture.tampered.on_load = lose_head;
	fixture.tampered.on_history = drop_commit;
}

/* What is declared lost comes back in between: seen up to the mark, seen beyond it, or not seen at all. */
static void given_up(void)
{
	static const struct given_up_row {
		void (*meanwhile)(void);
		int64_t seen_rev;
		enum hansard_status status;
	} rows[] = {
		{NULL, 2, HANSARD_OK},
		{bring_back, 2, HANSARD_CONFLICT},
		{bring_back_and_show, 2, HANSARD_CONFLICT},
		{bring_back_and_show, 1, HANSARD_CONFLICT},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t rev = 0;
		begin(FIXTURE_MEMORY);
		const struct vault_mark first = memory.mark;
		expect_integer(append(), HANSARD_OK);
		if (rows[i].seen_rev == 1)
			memory.mark = first;
		lose_all();
		memory.before_lose = rows[i].meanwhile;
		expect_integer(vault_declare_lost(fixture.vault, TEXT("d"), true, &rev, &fixture.error), HANSARD_OK);
		expect(rev == rows[i].seen_rev && !memory.mark.lost);
		const enum hansard_status status = vault_declare_lost(fixture.vault, TEXT("d"), false, &rev, &fixture.error);
		expect_integer(status, rows[i].status);
		expect(memory.mark.lost == (status == HANSARD_OK));
		expect_integer(memory.mark.rev, 2);
	}
	fixture_finish(&fixture);
}

/* Revs of a chain with a restore in its midst, and of the newest commit of it at each. */
enum { SURVIVOR = 2, LOST = 4, NEWEST = 6 };
static const int64_t at[NEWEST + 1] = {0, 1, 2, 2, 2, 5, 6};

/* Commits 1 and 2, a restore that declares 3 and 4 lost, and 6; ret_hashes: of those that are there, by rev. */
static void begin_restored(enum fixture_engine engine, struct digest ret_hashes[static NEWEST + 1])
{
	begin(engine);
	ret_hashes[1] = fixture_load(&fixture)->hash;
	expect_integer(append(), HANSARD_OK);
	const struct vault_state *state = fixture_load(&fixture);
	ret_hashes[SURVIVOR] = state->hash;
	const struct commit_detail detail = {.lost_rev = LOST, .lost_hash = state->hash};
	const struct vault_commit commit = {.operation = "restore", .detail = &detail};
	int64_t rev;
	expect_integer(vault_append(fixture.vault, state, &commit, &rev, &fixture.error), HANSARD_OK);
	expect_integer(rev, LOST + 1);
	ret_hashes[LOST + 1] = fixture_load(&fixture)->hash;
	expect_integer(append(), HANSARD_OK);
	ret_hashes[NEWEST] = fixture_load(&fixture)->hash;
}

static int64_t deleted;

static void delete_commit(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	size_t count = 0;
	for (size_t i = 0; i < history->count; i++)
		if (history->commits[i].rev != deleted)
			history->commits[count++] = history->commits[i];
	history->count = count;
}

/* Every commit deleted in turn (0: none), as SQLite shows it whose row is gone. */
static void below_restore(void)
{
	for (int engine = 0; engine < FIXTURE_ENGINES; engine++) {
		struct digest hashes[NEWEST + 1];
		struct commit *commits;
		size_t count;
		enum vault_standing standing;
		begin_restored((enum fixture_engine)engine, hashes);
		const struct vault_state *state = fixture_load(&fixture);
		fixture.tampered.on_history = delete_commit;
		for (deleted = 0; deleted <= NEWEST; deleted++) {
			const bool there = deleted == 0 || at[deleted] != deleted;
			for (int64_t from = 1; from <= NEWEST; from++) {
				const bool whole = there || deleted < at[from];
				expect_integer(
					vault_history(fixture.vault, state, from, NEWEST, fixture.arena, &commits, &count, &fixture.error),
					whole ? HANSARD_OK : HANSARD_VIOLATED);
				expect(!whole || (count > 0 && commits[0].rev >= from && commits[count - 1].rev == NEWEST));
			}
			for (int64_t rev = 1; rev < NEWEST; rev++) {
				const struct vault_mark mark = {.rev = rev, .hash = hashes[at[rev]]};
				const bool noticed = !there && deleted >= at[rev];
				expect_integer(vault_standing(fixture.vault, state, &mark, &standing, &fixture.error),
							   noticed ? HANSARD_VIOLATED : HANSARD_OK);
				expect(noticed || standing == (at[rev] == rev ? VAULT_REACHED : VAULT_DECLARED_LOST));
			}
		}
	}
	fixture_finish(&fixture);
}

/* A fork of the survivor was seen here: that its row is gone does not make it one that was declared lost. */
static void talked_down(void)
{
	for (int engine = 0; engine < FIXTURE_ENGINES; engine++) {
		struct digest hashes[NEWEST + 1];
		begin_restored((enum fixture_engine)engine, hashes);
		const struct vault_mark fork = {.rev = SURVIVOR, .hash = hashes[1]};
		memory.mark = fork;
		expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
		expect_string(fixture.error.kind, "rolled_back");
		fixture.tampered.on_history = delete_commit;
		deleted = SURVIVOR;
		expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
		expect(strstr(fixture.error.message, "commit before 5 is missing") != NULL);
		expect(memory.mark.rev == SURVIVOR && digest_equal(&memory.mark.hash, &fork.hash));
	}
	fixture_finish(&fixture);
}

/* What a retired key alone has signed, and cannot be signed anew for want of a UMK, is not seen. */
static void retired_moves_none(void)
{
	struct keyring *keyring;
	struct vault *vault;
	struct vault_resigned resigned;
	const struct keyring_options keys = {.tenant = TEXT("acme"), .epoch = 1};
	begin(FIXTURE_MEMORY);
	const struct vault_mark first = memory.mark;
	expect_integer(append(), HANSARD_OK);
	memory.mark = first;
	expect_integer(keyring_create(&keys, &keyring, NULL), HANSARD_OK);
	expect_integer(fixed_keys_add_signer(keyring, TEXT("second"), 0x60, &fixture.error), HANSARD_OK);
	keyring_retire(keyring, &keyring_trusted(fixture.keyring).keys[0]);
	struct vault_options options = fixture.options;
	options.keyring = keyring;
	expect_integer(vault_create(&options, &vault, &fixture.error), HANSARD_OK);
	expect_integer(vault_resign(vault, TEXT("d"), false, &resigned, &fixture.error), HANSARD_VIOLATED);
	expect_string(fixture.error.kind, VAULT_RETIRED_KEY);
	expect_integer(vault_resign(vault, TEXT("d"), true, &resigned, &fixture.error), HANSARD_WRONG_KEY);
	expect_integer(memory.mark.rev, 1);
	vault_destroy(vault);
	keyring_destroy(keyring);
	fixture_finish(&fixture);
}

static size_t pauses;

static void count_pause(void *context, int64_t micros)
{
	(void)context, (void)micros;
	pauses++;
}

static void show_late(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	if (pauses < 2)
		history->count = 0;
}

static void kept_late(void)
{
	begin(FIXTURE_MEMORY);
	fixture.tampered.engine.capabilities.load_is_snapshot = false;
	fixture.tampered.engine.pause = (struct moment_pause){.wait = count_pause};
	fixture.tampered.on_history = show_late;
	pauses = 0;
	expect_integer(append(), HANSARD_OK);
	expect_integer(memory.mark.rev, 2);
	expect_integer((int64_t)pauses, 2);
	fixture_finish(&fixture);
}

static const struct tap_test tests[] = {
	{"a commit moves the mark up to itself, and the load after it need not", moved_by_commits},
	{"what was written last is marked though nobody has loaded it since", put_back},
	{"a commit that the store took and does not show is named", not_kept},
	{"a head of a retired key that is not signed anew moves no mark", retired_moves_none},
	{"where loads are no snapshots a commit that is not shown yet is waited for", kept_late},
	{"a commit stands whose mark cannot be moved now: the next load moves it, or says why not", later},
	{"a commit to a store whose place another took at that moment is of unknown outcome, and is not said to be done",
	 replaced},
	{"a dialogue that has a mark and no head is violated, one that has neither is not found", gone},
	{"a dialogue that is made while it is looked for was not seen before, and is not said to be missing",
	 made_meanwhile},
	{"a dialogue that comes back while it is declared lost is not: the mark is as whoever saw it left it, and trying out writes none",
	 given_up},
	{"each commit that is deleted below a restore is missed by whoever walks past it, the survivor and the first too",
	 below_restore},
	{"a mark is not talked down to one that was declared lost", talked_down},
};

TAP_MAIN(tests)
