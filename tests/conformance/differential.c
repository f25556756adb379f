/*
 * The same random steps on every engine of the table; after each, all of them must give the same answers. The first
 * engine is the executable specification. Seed and number of steps are printed and can be set: HANSARD_TEST_SEED, HANSARD_TEST_STEPS,
 * and HANSARD_TEST_FAR_STEPS for the run of all engines, in which one is over a network.
 */
#include <time.h>

#include "limits.h"
#include "subject.h"

enum {
	STEPS = 3000,
	KINDS_MAX = 4,
	PLACES = 6,
	REOPEN_EVERY = 97,
	DUMP_EVERY = 7,
	LIST_EVERY = 4 * DUMP_EVERY,
	FAR_SHARE = 30,
	FAR_RUN = 250,
	HEAVY_SHARE = 40,
};

static uint64_t state;

static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static const char *const places[PLACES][2] = {{"t", "a"}, {"t", "a-b"}, {"t", "ab"},
											  {"u", "a"}, {"u", "a-b"}, {"v", "z"}};
static const char *const statuses[] = {NULL,       "open",      "converging", "converged", "abandoned",
									   "resolved", "addressed", "reopened",   "",          "else"};
static const char *const times[] = {NULL, "2026-01-01T00:00:00.000000Z", "2026-01-02T00:00:00.000000Z",
									"2026-01-02T00:00:00.000001Z", "no time"};

#define DRAW_OF(array) (array)[draw(sizeof(array) / sizeof((array)[0]))]

static struct item_key draw_key(struct arena *arena)
{
	static const char *const formats[][2] = {{"file", "%05d"},   {"tension", "00#%02d"}, {"perspective", "01#%02d"},
											 {"expert", "x-%d"}, {"round", "%02d"},      {"dek", "%04d"},
											 {"verdict", "v%d"}};
	const size_t which = draw(sizeof(formats) / sizeof(formats[0]) + 1);
	if (which == sizeof(formats) / sizeof(formats[0]))
		return draft_key("meta", "");
	struct buffer subkey;
	struct item_key key = {.type = text_of_string(formats[which][0])};
	const char *format = formats[which][1];
	buffer_init(&subkey, 64);
	for (const char *at = format; *at != '\0'; at++) {
		if (*at != '%') {
			expect(buffer_append_byte(&subkey, (uint8_t)*at));
			continue;
		}
		const int width = at[1] == '0' ? at[2] - '0' : 0;
		expect(buffer_append_integer(&subkey, 1 + (int64_t)draw(12), width));
		at += at[1] == '0' ? 3 : 1;
	}
	expect(arena_copy_text(arena, buffer_text(&subkey), &key.subkey));
	buffer_finish(&subkey);
	return key;
}

/* Bytes of what is put: of a heavy draft up to the ceiling of one item, and sometimes one above it. */
static size_t draw_size(bool heavy)
{
	if (heavy && draw(6) == 0)
		return LIMIT_STORED_ITEM - 8 + (size_t)draw(10);
	return heavy ? 1000 + (size_t)draw(LIMIT_STORED_ITEM - 1000) : 400 + (size_t)draw(draw(10) == 0 ? 30000 : 2000);
}

/* A draft of a few puts, parts and removals; each key once. A heavy one fills several bundles. */
static void draw_draft(struct draft *draft, bool heavy)
{
	struct item_key used[12];
	const size_t count = draw(12);
	for (size_t i = 0; i < count; i++) {
		used[i] = draw_key(draft->arena);
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again = again || item_key_compare(used[k], used[i]) == 0;
		if (again)
			continue;
		if (draw(4) == 0) {
			draft_remove(draft, used[i]);
			continue;
		}
		const struct draft_attrs attrs = {.status = DRAW_OF(statuses),
										  .created_at = DRAW_OF(times),
										  .updated_at = DRAW_OF(times),
										  .accepted_by = draw(4) == 0 ? "final" : NULL};
		draft_put(draft, used[i], &attrs, draw_size(heavy));
		/* A wrapped key has no parts. */
		for (int n = 1; !text_is(used[i].type, "dek") && draw(3) == 0; n++)
			draft_part(draft, used[i], n, heavy ? draw_size(true) : 400 + (size_t)draw(5000));
	}
}

/* ---- everything an engine answers, as bytes ---- */

static void dump_bytes(struct buffer *out, struct bytes bytes)
{
	expect(buffer_append_integer(out, (int64_t)bytes.size, 0) && buffer_append_byte(out, ':') &&
		   buffer_append(out, bytes));
}

static void dump_text(struct buffer *out, struct text text)
{
	expect(buffer_append_byte(out, text_present(text) ? '+' : '-'));
	dump_bytes(out, bytes_of_text(text));
}

static void dump_items(struct buffer *out, const struct store_item *items, size_t count)
{
	expect(buffer_append_integer(out, (int64_t)count, 0));
	for (size_t i = 0; i < count; i++) {
		dump_text(out, items[i].key.type);
		dump_text(out, items[i].key.subkey);
		dump_bytes(out, items[i].stored.bytes);
	}
}

/* The current revision of each item of a place, as the changes that were done have it: what tells current parts from
   others, which an engine may answer too. */
struct owner {
	struct item_key key;
	int64_t rev; /* 0: it is not there */
};
struct owners {
	struct arena *arena;
	struct owner *items;
	size_t count, capacity;
};

static struct owner *find_owner(struct owners *owners, struct item_key key)
{
	for (size_t i = 0; i < owners->count; i++)
		if (item_key_compare(owners->items[i].key, key) == 0)
			return &owners->items[i];
	return NULL;
}

static void own(struct owners *owners, struct item_key key, int64_t rev)
{
	struct owner *owner = find_owner(owners, key);
	if (owner == NULL) {
		expect(arena_grow(owners->arena, &owners->items, owners->count, &owners->capacity, sizeof(*owners->items)));
		owner = &owners->items[owners->count++];
		expect(arena_copy_text(owners->arena, key.type, &owner->key.type));
		expect(arena_copy_text(owners->arena, key.subkey, &owner->key.subkey));
	}
	owner->rev = rev;
}

static void own_change(struct owners *owners, const struct store_change *change)
{
	for (size_t i = 0; i < change->put_count; i++)
		own(owners, change->puts[i].key, change->rev);
	for (size_t i = 0; i < change->removal_count; i++)
		own(owners, change->removals[i], 0);
}

/* Keeps the parts whose owner's current revision is `rev`. */
static void drop_old_parts(struct store_parts *parts, struct owners *owners, int64_t rev)
{
	size_t kept = 0;
	for (size_t i = 0; i < parts->count; i++) {
		struct item_key key;
		int n;
		expect(item_key_owner(parts->items[i].key, &key, &n));
		const struct owner *owner = find_owner(owners, key);
		expect(owner != NULL);
		if (owner->rev == rev)
			parts->items[kept++] = parts->items[i];
	}
	parts->count = kept;
}

struct place {
	struct draft_head head;
	struct draft_head before; /* a head that is not the newest any more */
	struct owners owners;
};

static void dump_partition(struct buffer *out, struct arena *arena, struct store_partition partition,
						   struct place *place)
{
	const int64_t rev = place->head.rev;
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_history history;
	expect_good(partition.store->load(&partition, arena, &view, &error), &error);
	expect(buffer_append_byte(out, view.exists ? 'y' : 'n'));
	dump_bytes(out, view.note);
	dump_bytes(out, view.commit);
	dump_items(out, view.items, view.item_count);
	expect_integer(view.stale_indexes, 0);
	const struct store_history_request range = {.from = rev - 3, .to = rev};
	expect_good(partition.store->history(&partition, &range, arena, &history, &error), &error);
	for (size_t i = 0; i < history.count; i++)
		dump_bytes(out, history.commits[i].stored);
	for (int64_t at = rev > 3 ? rev - 3 : 1; at <= rev; at++) {
		struct store_parts parts;
		const struct store_parts_request request = {.rev = at};
		expect_good(partition.store->parts(&partition, &request, arena, &parts, &error), &error);
		drop_old_parts(&parts, &place->owners, at);
		dump_items(out, parts.items, parts.count);
	}
}

static void dump_page(struct buffer *out, const struct analytics_page *page)
{
	for (size_t i = 0; i < page->count; i++) {
		dump_text(out, page->items[i].dialogue_id);
		dump_text(out, page->items[i].key.type);
		dump_text(out, page->items[i].key.subkey);
		dump_bytes(out, page->items[i].stored.bytes);
		dump_text(out, page->items[i].status);
		dump_text(out, page->items[i].updated_at);
	}
	dump_text(out, page->next);
}

static void dump_analytics(struct buffer *out, struct arena *arena, struct store_engine *engine, size_t limit)
{
	static const char *const tenants[] = {"t", "u", "v"};
	struct hansard_error error = {.status = HANSARD_OK};
	for (size_t i = 0; i < sizeof(tenants) / sizeof(tenants[0]); i++) {
		struct analytics_counts counts;
		struct analytics_page page;
		const struct text tenant = text_of_string(tenants[i]);
		expect_good(engine->analytics->counts(engine, tenant, &counts, &error), &error);
		for (size_t k = 0; k < sizeof(counts.dialogues) / sizeof(counts.dialogues[0]); k++)
			expect(buffer_append_integer(out, counts.dialogues[k], 4));
		expect(buffer_append_integer(out, counts.tensions_open, 4));
		for (unsigned status = 0; status <= 4; status++) {
			struct analytics_request request = {.tenant = tenant, .status = status, .limit = limit};
			do {
				expect_good(engine->analytics->dialogues(engine, &request, arena, &page, &error), &error);
				dump_page(out, &page);
				request.cursor = page.next;
			} while (text_present(page.next));
		}
		struct analytics_request request = {.tenant = tenant, .limit = limit};
		do {
			expect_good(engine->analytics->tensions(engine, &request, arena, &page, &error), &error);
			dump_page(out, &page);
			request.cursor = page.next;
		} while (text_present(page.next));
	}
}

/* ---- the run ---- */

/* The engines of one run, the executable specification first. */
struct runners {
	struct subject subjects[KINDS_MAX];
	size_t count;
};

static void step(struct runners *runners, struct place *place, size_t at, uint64_t number)
{
	const uint64_t salt = number + 1;
	const uint64_t luck = draw(10);
	const bool unlisted = draw(6) == 0;
	const bool heavy = draw(HEAVY_SHARE) == 0;
	enum hansard_status first = HANSARD_OK;
	const uint64_t fork = state;
	struct draft_head next = place->head;
	enum store_result results[KINDS_MAX] = {STORE_DONE};
	for (size_t i = 0; i < runners->count; i++) {
		struct arena *arena = arena_create((size_t)1 << 28);
		expect(arena != NULL);
		struct draft draft = draft_begin(arena, subject_partition(&runners->subjects[i], places[at][0], places[at][1]));
		struct draft_head head = luck == 0 ? place->before : place->head;
		struct hansard_error error = {.status = HANSARD_OK};
		state = fork; /* each engine gets the same draft */
		draft.salt = salt;
		draft.unlisted = unlisted;
		draw_draft(&draft, heavy);
		const enum hansard_status status = draft_try(&draft, &head, &results[i], &error);
		first = i == 0 ? status : first;
		expect_integer(status, first);
		if (status != HANSARD_OK) { /* above a ceiling: nothing was written */
			expect(heavy);
			expect_string(error.kind, "commit_too_large");
			results[i] = STORE_CONFLICT;
			arena_destroy(arena);
			continue;
		}
		expect_integer(results[i], results[0]);
		expect_integer(results[i],
					   head.rev == (luck == 0 ? place->before.rev : place->head.rev) ? STORE_CONFLICT : STORE_DONE);
		if (results[i] == STORE_DONE)
			next = head;
		if (results[i] == STORE_DONE && i == 0)
			own_change(&place->owners, &draft.change);
		enum store_settled settled;
		expect_good(draft.partition.store->settle(&draft.partition, &draft.change.attempt, &settled, &error), &error);
		expect_integer(settled, results[i] == STORE_DONE ? STORE_COMMITTED : STORE_NOT_COMMITTED);
		arena_destroy(arena);
	}
	if (results[0] == STORE_DONE) {
		place->before = place->head;
		place->head = next;
	}
}

/* All engines answer alike, about one partition and, where that is wanted, about all tenants. */
static void compare(struct runners *runners, struct place *place, size_t at, bool tenants)
{
	const size_t limit = 1 + (size_t)draw(4);
	struct buffer first;
	struct buffer other;
	buffer_init(&first, (size_t)1 << 28);
	for (size_t i = 0; i < runners->count; i++) {
		struct arena *arena = arena_create((size_t)1 << 28);
		expect(arena != NULL);
		struct buffer *out = i == 0 ? &first : &other;
		buffer_init(out, (size_t)1 << 28);
		dump_partition(out, arena, subject_partition(&runners->subjects[i], places[at][0], places[at][1]), place);
		if (tenants)
			dump_analytics(out, arena, runners->subjects[i].engine, limit);
		expect(bytes_equal(buffer_view(&first), buffer_view(out)));
		if (i > 0)
			buffer_finish(&other);
		arena_destroy(arena);
	}
	buffer_finish(&first);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);
	return value == NULL ? otherwise : strtoull(value, NULL, 0);
}

/* Runs so many steps in stores that begin empty; the first step of the run as a whole has this number. */
static void run_anew(bool (*wanted)(const struct subject_kind *kind), uint64_t first, uint64_t steps)
{
	struct runners runners = {.count = 0};
	struct place where[PLACES] = {{.head = {.rev = 0}}};
	struct arena *arena = arena_create((size_t)1 << 28);
	expect(arena != NULL);
	for (size_t at = 0; at < PLACES; at++)
		where[at].owners.arena = arena;
	for (size_t i = 0; i < subject_kind_count; i++)
		if (i == 0 || wanted(&subject_kinds[i]))
			subject_begin(&runners.subjects[runners.count++], &subject_kinds[i]);
	expect(runners.count > 1);
	for (uint64_t number = first; number < first + steps; number++) {
		const size_t at = (size_t)draw(PLACES);
		step(&runners, &where[at], at, number);
		if (number % DUMP_EVERY == 0)
			compare(&runners, &where[at], at, number % LIST_EVERY == 0);
		for (size_t i = 0; number % REOPEN_EVERY == 0 && i < runners.count; i++)
			if (runners.subjects[i].kind->capabilities.durable)
				subject_reopen(&runners.subjects[i]);
	}
	for (size_t at = 0; at < PLACES; at++)
		compare(&runners, &where[at], at, at == 0);
	for (size_t i = 0; i < runners.count; i++)
		subject_finish(&runners.subjects[i]);
	arena_destroy(arena);
}

/* Runs so many steps on the specification and on what the filter lets pass, in new stores after each `anew` of them. */
static void run(bool (*wanted)(const struct subject_kind *kind), uint64_t steps, uint64_t anew)
{
	for (size_t i = 0; i < subject_kind_count; i++)
		if (wanted(&subject_kinds[i]) && subject_kinds[i].lacking() != NULL)
			expect_skip(subject_kinds[i].lacking());
	const uint64_t seed = setting("HANSARD_TEST_SEED", UINT64_C(20260101));
	state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	const time_t began = time(NULL);
	printf("# HANSARD_TEST_SEED=%llu, %llu steps\n", (unsigned long long)seed, (unsigned long long)steps);
	expect(subject_kind_count <= KINDS_MAX);
	for (uint64_t done = 0; done < steps; done += anew)
		run_anew(wanted, done, steps - done < anew ? steps - done : anew);
	printf("# %.0f s\n", difftime(time(NULL), began));
}

/* An engine over a network takes a fraction of the steps; one that keeps what every revision wrote reads more with each. */
static bool is_near(const struct subject_kind *kind)
{
	return kind->capabilities.load_is_snapshot;
}

static bool is_any(const struct subject_kind *kind)
{
	(void)kind;
	return true;
}

static void near_engines_agree(void)
{
	const uint64_t steps = setting("HANSARD_TEST_STEPS", STEPS);
	run(is_near, steps, steps);
}

static void all_engines_agree(void)
{
	run(is_any, setting("HANSARD_TEST_FAR_STEPS", setting("HANSARD_TEST_STEPS", STEPS) / FAR_SHARE), FAR_RUN);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"the engines of this machine answer alike after every random step", near_engines_agree},
		{"all engines, one over a network among them, answer alike after every random step", all_engines_agree},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
