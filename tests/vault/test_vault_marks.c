/*
 * High-water marks: moved by every load and by every commit that was read back.
 */
#include "error.h"
#include "limits.h"
#include "tap.h"
#include "vault_fixture.h"

static struct fixture fixture;

/* The one mark of these tests, in memory. */
static struct {
	struct vault_mark mark;
	size_t writes;
	enum hansard_status answer; /* of a write; HANSARD_OK: it is kept */
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

/* A store of an engine, a vault with marks, and a first commit of "d". */
static void begin(enum fixture_engine engine)
{
	static const struct vault_marks marks = {.read = read_mark, .write = write_mark};
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

static const struct tap_test tests[] = {
	{"a commit moves the mark up to itself, and the load after it need not", moved_by_commits},
	{"what was written last is marked though nobody has loaded it since", put_back},
	{"a commit that the store took and does not show is named", not_kept},
	{"a commit stands whose mark cannot be moved now: the next load moves it, or says why not", later},
};

TAP_MAIN(tests)
