/*
 * What the tests of moves start from: two stores over pairs of engines, of which either can die at any call that writes, and a dialogue
 * "d" that is moved between them.
 */
#ifndef MOVE_CASE_H
#define MOVE_CASE_H

#include "error.h"
#include "limits.h"
#include "store_head.h"
#include "vault_fixture.h"
#include "vault_move.h"

/* An engine that dies: of its calls that write only so many are carried out. */
struct mortal {
	struct store_engine engine;
	struct store_engine *inner;
	const char *identity;
	int writes; /* calls that write */
	int tidies; /* of them tidy */
};

static struct {
	int left;                          /* calls until both stores are dead; negative: for ever */
	bool after;                        /* the last of them is carried out, and its answer is lost */
	bool alters;                       /* what is looked at of a copy has another byte */
	bool halves;                       /* a load of the source shows all items but the last */
	bool spoils;                       /* the target's parts of files are altered: no load reads them */
	const char *unheard;               /* the slot whose answers are lost; NULL: none */
	bool lost;                         /* and what it is asked for, too */
	int shows;                         /* loads of the target until it shows nothing; negative: for ever */
	const struct store_view *put_back; /* what the target shows: an older state */
	void (*meanwhile)(void);           /* what happens behind the next look at what occupies the target */
	void (*looked)(void);              /* and behind the next look at a copy there */
	void (*copying)(void);             /* what happens before a later call that puts, or publishes, a copy */
	int wait;                          /* so many of these calls come before */
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

static inline enum hansard_status read_mark(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
											struct hansard_error *ret_error)
{
	(void)context, (void)place, (void)ret_error;
	*ret_mark = mark;
	return HANSARD_OK;
}

static inline enum hansard_status write_mark(void *context, struct vault_mark_place place,
											 const struct vault_mark *next, struct hansard_error *ret_error)
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

static inline enum hansard_status dead(struct hansard_error *ret_error)
{
	return error_set(ret_error, HANSARD_FAILED, "killed", "the process is dead");
}

/* Whether the call is carried out. */
static inline bool lives(void)
{
	if (life.left == 0)
		return false;
	life.left -= life.left > 0;
	return life.left != 0 || life.after;
}

static inline struct store_partition inner_of(const struct store_partition *partition)
{
	const struct mortal *mortal = (const struct mortal *)partition->engine;
	return store_engine_partition(mortal->inner, partition->tenant, partition->dialogue_id);
}

/* With its last bit another one. */
static inline struct bytes altered_of(struct arena *into, struct bytes stored)
{
	uint8_t *other = arena_allocate(into, stored.size);
	expect(other != NULL);
	memcpy(other, stored.data, stored.size);
	other[stored.size - 1] ^= 1;
	return (struct bytes){.data = other, .size = stored.size};
}

static inline enum hansard_status load(const struct store_partition *partition, struct arena *into,
									   struct store_view *ret_view, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	if (life.shows == 0 && partition->engine == &to.engine) {
		*ret_view = (struct store_view){.exists = false};
		return HANSARD_OK;
	}
	life.shows -= life.shows > 0 && partition->engine == &to.engine;
	if (life.put_back != NULL && partition->engine == &to.engine) {
		*ret_view = *life.put_back;
		return HANSARD_OK;
	}
	const enum hansard_status status = inner.store->load(&inner, into, ret_view, ret_error);
	if (status == HANSARD_OK && life.halves && partition->engine == &from.engine && ret_view->item_count > 1) {
		expect(text_is(ret_view->items[0].key.type, "dek"));
		ret_view->items++;
		ret_view->item_count -= 2;
	}
	return status;
}

static inline enum hansard_status history(const struct store_partition *partition,
										  const struct store_history_request *request, struct arena *into,
										  struct store_history *ret_history, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	return inner.store->history(&inner, request, into, ret_history, ret_error);
}

static inline enum hansard_status parts(const struct store_partition *partition,
										const struct store_parts_request *request, struct arena *into,
										struct store_parts *ret_parts, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.store->parts(&inner, request, into, ret_parts, ret_error);
	for (size_t i = 0; status == HANSARD_OK && life.spoils && partition->engine == &to.engine && i < ret_parts->count;
		 i++)
		if (text_starts_with(ret_parts->items[i].key.subkey, TEXT("file#")))
			ret_parts->items[i].stored.bytes = altered_of(into, ret_parts->items[i].stored.bytes);
	return status;
}

static inline enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
										 enum store_settled *ret_settled, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	return inner.store->settle(&inner, attempt, ret_settled, ret_error);
}

static inline enum hansard_status occupant(const struct store_partition *partition, struct store_occupant *ret_occupant,
										   struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.engine->copying->occupant(&inner, ret_occupant, ret_error);
	struct store_head named;
	if (life.put_back != NULL && partition->engine == &to.engine && store_head_read(life.put_back->note, &named))
		*ret_occupant = (struct store_occupant){.what = STORE_PUBLISHED, .rev = named.rev, .hash = named.hash};
	void (*meanwhile)(void) = partition->engine == &to.engine ? life.meanwhile : NULL;
	if (meanwhile != NULL) {
		life.meanwhile = NULL;
		meanwhile();
	}
	return status;
}

static inline enum hansard_status look(const struct store_partition *partition, const struct store_reservation *mine,
									   struct arena *into, struct store_view *ret_view, struct hansard_error *ret_error)
{
	const struct store_partition inner = inner_of(partition);
	const enum hansard_status status = inner.engine->copying->look(&inner, mine, into, ret_view, ret_error);
	void (*looked)(void) = life.looked;
	if (looked != NULL) {
		life.looked = NULL;
		looked();
	}
	if (status == HANSARD_OK && life.alters && ret_view->item_count > 0) {
		struct bytes *stored = &ret_view->items[0].stored.bytes;
		*stored = altered_of(into, *stored);
	}
	return status;
}

static inline void come_between(const char *slot)
{
	void (*copying)(void) = life.copying;
	if (copying == NULL || (strcmp(slot, "put") != 0 && strcmp(slot, "publish") != 0) || life.wait-- > 0)
		return;
	life.copying = NULL;
	copying();
}

/* A slot that writes. */
#define MORTAL(slot, vtable, type)                                                                                     \
	static enum hansard_status slot(const struct store_partition *partition, const struct type *request,               \
									enum store_result *ret_result, struct hansard_error *ret_error)                    \
	{                                                                                                                  \
		const struct store_partition inner = inner_of(partition);                                                      \
		struct mortal *mortal = (struct mortal *)partition->engine;                                                    \
		mortal->writes++;                                                                                              \
		mortal->tidies += strcmp(#slot, "tidy") == 0;                                                                  \
		come_between(#slot);                                                                                           \
		if (!lives())                                                                                                  \
			return dead(ret_error);                                                                                    \
		const bool unheard = life.unheard != NULL && strcmp(#slot, life.unheard) == 0;                                 \
		*ret_result = STORE_UNKNOWN;                                                                                   \
		if (unheard && life.lost)                                                                                      \
			return HANSARD_OK;                                                                                         \
		const enum hansard_status status = inner.engine->vtable->slot(&inner, request, ret_result, ret_error);         \
		if (unheard && status == HANSARD_OK)                                                                           \
			*ret_result = STORE_UNKNOWN;                                                                               \
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

static inline struct text identity(struct store_engine *engine)
{
	return text_of_string(((struct mortal *)engine)->identity);
}

static struct store_engine_ops mortal_ops;

static inline void wrap(struct mortal *mortal, struct fixture *fixture, const char *name, struct vault **ret_vault)
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

static inline void finish(void)
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
static inline void begin_empty(enum fixture_engine one, enum fixture_engine other)
{
	finish();
	life.left = -1;
	life.alters = life.halves = life.spoils = false;
	life.put_back = NULL;
	life.shows = -1;
	life.meanwhile = life.looked = life.copying = NULL;
	life.unheard = NULL;
	error = (struct hansard_error){0};
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	fixture_begin(&source, one);
	fixture_begin(&target, other);
	wrap(&from, &source, "memory:00000000000000000000000000000001", &source_vault);
	wrap(&to, &target, "sqlite:00000000000000000000000000000002", &target_vault);
}

/* A commit on "d"; the first creates it. */
static inline enum hansard_status write(struct vault *vault, struct vault_change change)
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

static inline void must_write(struct vault *vault, struct vault_change change)
{
	const enum hansard_status status = write(vault, change);
	if (status != HANSARD_OK)
		printf("# %s\n", error.message);
	expect_integer(status, HANSARD_OK);
}

/* "d" of several revisions, with files, cut fields, and what was replaced and removed. */
static inline void begin(enum fixture_engine one, enum fixture_engine other)
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

static inline struct vault_moving moving(bool dry_run)
{
	return (struct vault_moving){.source = source_vault, .target = target_vault, .dry_run = dry_run};
}

static inline enum hansard_status move(struct vault_moved *ret_moved)
{
	const struct vault_moving asked = moving(false);
	return vault_move(&asked, TEXT("d"), ret_moved, &error);
}

static inline struct vault_moving back(void)
{
	return (struct vault_moving){.source = target_vault, .target = source_vault};
}

static inline void expect_good(struct vault *vault, int64_t rev)
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
static inline void expect_same(struct vault *one, struct vault *other)
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

static inline size_t listed(struct vault *vault)
{
	struct analytics_page page;
	const struct analytics_request request = {.tenant = TEXT("acme"), .limit = 10};
	struct store_engine *engine = ((struct mortal *)vault_engine(vault))->inner;
	expect_integer(engine->analytics->dialogues(engine, &request, arena, &page, &error), HANSARD_OK);
	return page.count;
}

#ifdef VAULT_DYNAMODB
static const enum fixture_engine pairs[][2] = {{FIXTURE_SQLITE, FIXTURE_DYNAMODB}, {FIXTURE_DYNAMODB, FIXTURE_SQLITE}};
/* Of the calls at which it is killed: each takes requests. All of them with HANSARD_TEST_EVERY. */
__attribute__((unused)) static int step_of_kills(void)
{
	return getenv("HANSARD_TEST_EVERY") != NULL ? 1 : 3;
}
#else
static const enum fixture_engine pairs[][2] = {{FIXTURE_MEMORY, FIXTURE_MEMORY},
											   {FIXTURE_MEMORY, FIXTURE_SQLITE},
											   {FIXTURE_SQLITE, FIXTURE_MEMORY},
											   {FIXTURE_SQLITE, FIXTURE_SQLITE}};
__attribute__((unused)) static int step_of_kills(void)
{
	return 1;
}
#endif
enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

/* Loads "d", which has to fail so; what is said names the store that is meant. */
static inline void expect_failing(struct vault *vault, enum hansard_status status, const char *kind, const char *named)
{
	struct vault_state *state;
	expect_integer(vault_load(vault, TEXT("d"), arena, &state, &error), status);
	expect_string(error.kind, kind);
	expect(strstr(error.message, named) != NULL);
}

static inline void expect_loading(struct vault *vault)
{
	struct vault_state *state;
	expect_integer(vault_load(vault, TEXT("d"), arena, &state, &error), HANSARD_OK);
}

static inline void begin_marked(size_t pair)
{
	remembers = true;
	begin(pairs[pair][0], pairs[pair][1]);
}

static inline void finish_marked(void)
{
	remembers = false;
	finish();
}

/* The source is sealed, and the one who did it killed behind that. */
static inline void seal(void)
{
	struct vault_moved moved;
	life.left = 1;
	life.after = true;
	expect_integer(move(&moved), HANSARD_FAILED);
	life.left = -1;
}

#endif
