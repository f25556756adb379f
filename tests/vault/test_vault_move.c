/*
 * Moves between two stores, over pairs of engines: what is moved, what is refused, and what is left when a move
 * is killed at any call, and run again.
 */
#include "vault_move.h"

#include "error.h"
#include "limits.h"
#include "vault_fixture.h"

/* An engine that dies: of its calls that write only so many are carried out. */
struct mortal {
	struct store_engine engine;
	struct store_engine *inner;
	const char *identity;
};

static struct {
	int left;    /* calls until both stores are dead; negative: for ever */
	bool after;  /* the last of them is carried out, and its answer is lost */
	bool alters; /* what is looked at of a copy has another byte */
	bool halves; /* a load of the source shows all items but the last */
	bool spoils; /* the target's parts of files are altered: no load reads them */
	int tidied;
	void (*meanwhile)(void); /* what happens behind the next look at what occupies the target */
} life;

static struct fixture source, target;
static struct mortal from, to;
static struct vault *source_vault, *target_vault;
static struct arena *arena;
static struct hansard_error error;

/* The one mark of both stores, in memory, written as files of marks are. */
static bool remembers; /* marks are kept */
static bool forgets;   /* but of a move */
static struct vault_mark mark;

static enum hansard_status read_mark(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *ret_error)
{
	(void)context, (void)place, (void)ret_error;
	*ret_mark = mark;
	return HANSARD_OK;
}

static enum hansard_status write_mark(void *context, struct vault_mark_place place, const struct vault_mark *next,
									  struct hansard_error *ret_error)
{
	(void)context, (void)place;
	if (forgets && next->moved_rev > 0)
		return error_set(ret_error, HANSARD_FAILED, "mark_io", "no mark can be written");
	const int64_t moved_rev = next->undoes_move || next->moved_rev > mark.moved_rev ? next->moved_rev : mark.moved_rev;
	if (next->rev < mark.rev)
		return HANSARD_OK;
	mark = *next;
	mark.moved_rev = moved_rev;
	mark.undoes_move = false;
	return HANSARD_OK;
}

static const struct vault_marks marks = {.read = read_mark, .write = write_mark};

static enum hansard_status dead(struct hansard_error *ret_error)
{
	return error_set(ret_error, HANSARD_FAILED, "killed", "the process is dead");
}

/* Whether the call is carried out. */
static bool lives(void)
{
	if (life.left == 0)
		return false;
	life.left -= life.left > 0;
	return life.left != 0 || life.after;
}

static struct store_partition inner_of(const struct store_partition *partition)
{
	const struct mortal *mortal = (const struct mortal *)partition->engine;
	return store_engine_partition(mortal->inner, partition->tenant, partition->dialogue_id);
}

/* With its last bit another one. */
static struct bytes altered_of(struct arena *into, struct bytes stored)
{
	uint8_t *other = arena_allocate(into, stored.size);
	expect(other != NULL);
	memcpy(other, stored.data, stored.size);
	other[stored.size - 1] ^= 1;
	return (struct bytes){.data = other, .size = stored.size};
}

static enum hansard_status load(const struct store_partition *partition, struct arena *into,
								struct store_view *ret_view, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.store->load(&inner, into, ret_view, ret_error);
	if (status == HANSARD_OK && life.halves && partition->engine == &from.engine && ret_view->item_count > 0)
		ret_view->item_count--;
	return status;
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *into, struct store_history *ret_history,
								   struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	return inner.store->history(&inner, request, into, ret_history, ret_error);
}

static enum hansard_status parts(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *into, struct store_parts *ret_parts, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.store->parts(&inner, request, into, ret_parts, ret_error);
	for (size_t i = 0; status == HANSARD_OK && life.spoils && partition->engine == &to.engine && i < ret_parts->count;
		 i++)
		if (text_starts_with(ret_parts->items[i].key.subkey, TEXT("file#")))
			ret_parts->items[i].stored.bytes = altered_of(into, ret_parts->items[i].stored.bytes);
	return status;
}

static enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	return inner.store->settle(&inner, attempt, ret_settled, ret_error);
}

static enum hansard_status occupant(const struct store_partition *partition, struct store_occupant *ret_occupant,
									struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.engine->copying->occupant(&inner, ret_occupant, ret_error);
	void (*meanwhile)(void) = partition->engine == &to.engine ? life.meanwhile : NULL;
	if (meanwhile != NULL) {
		life.meanwhile = NULL;
		meanwhile();
	}
	return status;
}

static enum hansard_status look(const struct store_partition *partition, const struct store_reservation *mine,
								struct arena *into, struct store_view *ret_view, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.engine->copying->look(&inner, mine, into, ret_view, ret_error);
	if (status == HANSARD_OK && life.alters && ret_view->item_count > 0) {
		struct bytes *stored = &ret_view->items[0].stored.bytes;
		*stored = altered_of(into, *stored);
	}
	return status;
}

/* A slot that writes. */
#define MORTAL(slot, vtable, type)                                                                                     \
	static enum hansard_status slot(const struct store_partition *partition, const struct type *request,               \
									enum store_result *ret_result, struct hansard_error *ret_error)                    \
	{                                                                                                                  \
		const struct store_partition inner = inner_of(partition);                                                      \
		life.tidied += strcmp(#slot, "tidy") == 0;                                                                     \
		if (!lives())                                                                                                  \
			return dead(ret_error);                                                                                    \
		const enum hansard_status status = inner.engine->vtable->slot(&inner, request, ret_result, ret_error);         \
		return life.left == 0 ? dead(ret_error) : status;                                                              \
	}
MORTAL(commit, dialogues, store_change)
MORTAL(reserve, copying, store_reserve_request)
MORTAL(clear, copying, store_reservation)
MORTAL(put, copying, store_put_request)
MORTAL(publish, copying, store_publish_request)
MORTAL(tidy, copying, store_tidy_request)
MORTAL(release, copying, store_tidy_request)
#undef MORTAL

static const struct dialogue_store mortal_dialogues = {
	.load = load, .history = history, .parts = parts, .commit = commit, .settle = settle};
static const struct copying_store mortal_copying = {.occupant = occupant,
													.reserve = reserve,
													.clear = clear,
													.put = put,
													.look = look,
													.publish = publish,
													.tidy = tidy,
													.release = release};

static struct text identity(struct store_engine *engine)
{
	return text_of_string(((struct mortal *)engine)->identity);
}

static struct store_engine_ops mortal_ops;

static void wrap(struct mortal *mortal, struct fixture *fixture, const char *name, struct vault **ret_vault)
{
	mortal_ops = *fixture->inner->ops;
	mortal_ops.identity = identity;
	*mortal = (struct mortal){.engine = *fixture->inner, .inner = fixture->inner, .identity = name};
	mortal->engine.ops = &mortal_ops;
	mortal->engine.dialogues = &mortal_dialogues;
	mortal->engine.copying = &mortal_copying;
	fixture->options.engine = &mortal->engine;
	fixture->options.marks = remembers ? &marks : NULL;
	expect_integer(vault_create(&fixture->options, ret_vault, &error), HANSARD_OK);
}

static void finish(void)
{
	vault_destroy(source_vault);
	vault_destroy(target_vault);
	source_vault = target_vault = NULL;
	mark = (struct vault_mark){.rev = 0};
	fixture_finish(&source);
	fixture_finish(&target);
	arena_destroy(arena);
	arena = NULL;
}

/* Two empty stores. */
static void begin_empty(enum fixture_engine one, enum fixture_engine other)
{
	finish();
	life.left = -1;
	life.alters = life.halves = life.spoils = false;
	life.meanwhile = NULL;
	error = (struct hansard_error){0};
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	fixture_begin(&source, one);
	fixture_begin(&target, other);
	wrap(&from, &source, "memory:00000000000000000000000000000001", &source_vault);
	wrap(&to, &target, "sqlite:00000000000000000000000000000002", &target_vault);
}

/* A commit on "d"; the first creates it. */
static enum hansard_status write(struct vault *vault, struct vault_change change)
{
	struct vault_state *state;
	int64_t rev;
	const struct vault_commit made = {.operation = "create", .changes = &change, .change_count = 1};
	const struct vault_commit more = {.operation = "update", .changes = &change, .change_count = 1};
	enum hansard_status status = vault_load(vault, TEXT("d"), arena, &state, &error);
	if (status == HANSARD_NOT_FOUND)
		return vault_create_dialogue(vault, TEXT("d"), &made, &rev, &error);
	return status == HANSARD_OK ? vault_append(vault, state, &more, &rev, &error) : status;
}

static void must_write(struct vault *vault, struct vault_change change)
{
	const enum hansard_status status = write(vault, change);
	if (status != HANSARD_OK)
		printf("# %s\n", error.message);
	expect_integer(status, HANSARD_OK);
}

/* "d" of several revisions, with files, cut fields, and what was replaced and removed. */
static void begin(enum fixture_engine one, enum fixture_engine other)
{
	begin_empty(one, other);
	must_write(source_vault, fixture_put(&source, "meta", "", 400));
	must_write(source_vault, fixture_put(&source, "tension", "00#01", 300));
	must_write(source_vault, fixture_file(&source, "00001", 300000));
	must_write(source_vault, fixture_put(&source, "perspective", "00#01", 200000));
	must_write(source_vault, fixture_file(&source, "00001", 150000));
	must_write(source_vault, fixture_put(&source, "tension", "00#02", 300));
	must_write(source_vault, fixture_remove("tension", "00#02"));
}

static struct vault_moving moving(bool dry_run)
{
	return (struct vault_moving){.source = source_vault, .target = target_vault, .dry_run = dry_run};
}

static enum hansard_status move(struct vault_moved *ret_moved)
{
	const struct vault_moving asked = moving(false);
	return vault_move(&asked, TEXT("d"), ret_moved, &error);
}

static struct vault_moving back(void)
{
	return (struct vault_moving){.source = target_vault, .target = source_vault};
}

static void expect_good(struct vault *vault, int64_t rev)
{
	struct vault_report report;
	expect_integer(vault_verify(vault, TEXT("d"), arena, &report, &error), HANSARD_OK);
	for (size_t i = 0; i < report.fault_count; i++)
		printf("# %.*s %.*s\n", (int)report.faults[i].address.size, report.faults[i].address.data,
			   (int)report.faults[i].what.size, report.faults[i].what.data);
	expect(report.good && report.opened);
	expect_integer(report.rev, rev);
}

/* Every stored byte of two states, but for heads. */
static void expect_same(struct vault *one, struct vault *other)
{
	struct vault_state *a, *b;
	expect_integer(vault_load(one, TEXT("d"), arena, &a, &error), HANSARD_OK);
	expect_integer(vault_load(other, TEXT("d"), arena, &b, &error), HANSARD_OK);
	expect(a->item_count == b->item_count && a->item_count > 0);
	for (size_t i = 0; i < a->item_count && i < b->item_count; i++) {
		expect(item_key_compare(a->stored[i].key, b->stored[i].key) == 0);
		expect(bytes_equal(a->stored[i].stored.bytes, b->stored[i].stored.bytes));
	}
}

static size_t listed(struct vault *vault)
{
	struct analytics_page page;
	const struct analytics_request request = {.tenant = TEXT("acme"), .limit = 10};
	struct store_engine *engine = ((struct mortal *)vault_engine(vault))->inner;
	expect_integer(engine->analytics->dialogues(engine, &request, arena, &page, &error), HANSARD_OK);
	return page.count;
}

#ifdef VAULT_DYNAMODB
static const enum fixture_engine pairs[][2] = {{FIXTURE_SQLITE, FIXTURE_DYNAMODB}, {FIXTURE_DYNAMODB, FIXTURE_SQLITE}};
enum { STEP = 3 }; /* of the calls at which it is killed: each takes requests */
#else
static const enum fixture_engine pairs[][2] = {{FIXTURE_MEMORY, FIXTURE_MEMORY},
											   {FIXTURE_MEMORY, FIXTURE_SQLITE},
											   {FIXTURE_SQLITE, FIXTURE_MEMORY},
											   {FIXTURE_SQLITE, FIXTURE_SQLITE}};
enum { STEP = 1 };
#endif
enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

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
		expect_integer(moved.items, counted.items + 1); /* the commit that seals it */
		expect(moved.bytes > counted.bytes);
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
			for (int at = 1, more = 1; more; at += STEP) {
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

/* Killed at every call, then called off, which is killed at every call as well. */
static void called_off(void)
{
	for (size_t i = 0; i < PAIRS; i++)
		for (int at = 1; at < 6; at += STEP)
			for (int later = 1, more = 1; more; later += STEP) {
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
	expect_integer(vault_load(target_vault, TEXT("d"), arena, &state, &error), HANSARD_NOT_FOUND);
	life.alters = false;
	expect_integer(move(&moved), HANSARD_OK);
	expect_good(target_vault, 9);
	finish();
}

/* Loads "d", which has to fail so; what is said names the store that is meant. */
static void expect_failing(struct vault *vault, enum hansard_status status, const char *kind, const char *named)
{
	struct vault_state *state;
	expect_integer(vault_load(vault, TEXT("d"), arena, &state, &error), status);
	expect_string(error.kind, kind);
	expect(strstr(error.message, named) != NULL);
}

static void expect_loading(struct vault *vault)
{
	struct vault_state *state;
	expect_integer(vault_load(vault, TEXT("d"), arena, &state, &error), HANSARD_OK);
}

static void begin_marked(size_t pair)
{
	remembers = true;
	begin(pairs[pair][0], pairs[pair][1]);
}

static void finish_marked(void)
{
	remembers = false;
	finish();
}

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
		mark.moved_rev = 7;
		expect_failing(source_vault, HANSARD_VIOLATED, "rolled_back", "\"d\"");
	}
	finish_marked();
}

/* The source is sealed, and the one who did it killed behind that. */
static void seal(void)
{
	struct vault_moved moved;
	life.left = 1;
	life.after = true;
	expect_integer(move(&moved), HANSARD_FAILED);
	life.left = -1;
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
		life.tidied = 0;
		expect_integer(vault_move_cancel(&asked, TEXT("d"), &rev, &error), HANSARD_OK);
		expect_integer(rev, 0);
		expect(life.tidied > 0);
		expect_good(source_vault, 9);
	}
	finish();
}

static const struct tap_test tests[] = {
	{"another dialogue of that id in the target stays, whenever it was begun, and the move is called off", others_stay},
	{"what was sent to another store is not erased here", sealed_is_not_erased},
	{"what is broken takes no good copy away, by a move or a release", broken_takes_nothing},
	{"a call that was killed behind its commit is completed by the next", ended_calls_are_completed},
	{"a dialogue moves byte for byte, there and back and there again, and is written in one of the two alone",
	 there_and_back},
	{"a move that is killed at any call, before it or behind it, ends the same when it is run again", killed},
	{"a move that was not ended is called off, whatever was killed on the way, and the source goes on", called_off},
	{"what the target has taken over is released: head and boundary commit stay, and say where it is", released},
	{"a dialogue moves over no other, not onto itself, and to no third store on the way", refused},
	{"an erased dialogue moves with its certificate", erased},
	{"a copy is published as it was verified", altered},
	{"marks that source and target share know of the move: the source is no older state, and says where it went",
	 marked},
	{"a mark learns of a move by the next run, a load or a commit; one that did not is told where to look", learnt},
	{"that a mark could not be kept of a move that is done is told", unmarked},
	{"only the commit from which the target has taken over is no older state", strict},
	{"what was moved is taken back by a restore that says so alone, and the mark forgets the move", taken_back},
	{"a restore that takes back what was moved is believed elsewhere, and takes back what was only sealed",
	 taken_back_elsewhere},
	{"what was released is proved by its end, also where a release was killed, and held against the mark", left_behind},
};

TAP_MAIN(tests)
