/*
 * Drafts.
 */
#include "draws.h"

#include "expect.h"

/* Sizes and shares. With true ceilings a draft at one of them moves megabytes: there are fewer. */
enum {
	KEYS = 12,                         /* items of an ordinary draft, and numbers of a key */
	EDGE_SHARE = LIMIT_OF(40, 2),      /* one draft in so many comes close to a ceiling */
	FAR_EDGE_SHARE = LIMIT_OF(8, 1),   /* of these, one in so many to one that takes thousands of things */
	NEAR = 5,                          /* so near */
	SMALL = LIMIT_OF(400, 180),        /* bytes of an item, at least */
	COMMON = LIMIT_OF(2000, 400),      /* and so many more at most, */
	RARE = LIMIT_OF(30000, 1500),      /* or, of one in ten, so many */
	PART_COMMON = LIMIT_OF(5000, 800), /* likewise of a part */
};

uint64_t draws_state;

uint64_t draws_below(uint64_t below)
{
	draws_state ^= draws_state << 13;
	draws_state ^= draws_state >> 7;
	draws_state ^= draws_state << 17;
	return (draws_state >> 11) % below;
}

static const char *const statuses[] = {NULL,       "open",      "converging", "converged", "abandoned",
									   "resolved", "addressed", "reopened",   "",          "else"};
static const char *const times[] = {NULL, "2026-01-01T00:00:00.000000Z", "2026-01-02T00:00:00.000000Z",
									"2026-01-02T00:00:00.000001Z", "no time"};

#define DRAW_OF(array) (array)[draws_below(sizeof(array) / sizeof((array)[0]))]

/* Near a ceiling, on either side. */
static size_t near(size_t limit)
{
	return limit - NEAR + (size_t)draws_below(2 * NEAR);
}

static struct item_key numbered(struct arena *arena, const char *type, const char *format, int number)
{
	struct item_key key = {.type = text_of_string(type)};
	struct buffer subkey;
	buffer_init(&subkey, 64);
	for (const char *at = format; *at != '\0'; at++) {
		if (*at != '%') {
			expect(buffer_append_byte(&subkey, (uint8_t)*at));
			continue;
		}
		const int width = at[1] == '0' ? at[2] - '0' : 0;
		expect(buffer_append_integer(&subkey, number, width));
		at += at[1] == '0' ? 3 : 1;
	}
	expect(arena_copy_text(arena, buffer_text(&subkey), &key.subkey));
	buffer_finish(&subkey);
	return key;
}

static struct item_key draw_key(struct arena *arena)
{
	static const char *const formats[][2] = {{"file", "%05d"},   {"tension", "00#%02d"}, {"perspective", "01#%02d"},
											 {"expert", "x-%d"}, {"round", "%02d"},      {"dek", "%04d"},
											 {"verdict", "v%d"}};
	const size_t which = draws_below(sizeof(formats) / sizeof(formats[0]) + 1);
	if (which == sizeof(formats) / sizeof(formats[0]))
		return draft_key("meta", "");
	return numbered(arena, formats[which][0], formats[which][1], 1 + (int)draws_below(KEYS));
}

/* Bytes of what is put: of a heavy draft up to the ceiling of one item, and sometimes one above it. */
static size_t draw_size(bool heavy)
{
	if (heavy && draws_below(LIMIT_OF(6, 3)) == 0)
		return LIMIT_STORED_ITEM - LIMIT_OF(8, 6) + (size_t)draws_below(10);
	if (heavy)
		return LIMIT_STORED_ITEM / 4 + (size_t)draws_below(LIMIT_STORED_ITEM / 4 * 3);
	return SMALL + (size_t)draws_below(draws_below(10) == 0 ? RARE : COMMON);
}

/* A size that draft_item() can make: above each of these the head of the box grows. */
static size_t had(size_t size)
{
	static const size_t grows[] = {256, 65536};
	enum { BESIDE = 144 }; /* of an item, beside its box */
	for (size_t i = 0; i < sizeof(grows) / sizeof(grows[0]); i++)
		if (size >= grows[i] && size < grows[i] + BESIDE)
			return grows[i] + BESIDE;
	return size;
}

static void put(struct draft *draft, struct item_key key, size_t size)
{
	const struct draft_attrs attrs = {.status = DRAW_OF(statuses),
									  .created_at = DRAW_OF(times),
									  .updated_at = DRAW_OF(times),
									  .accepted_by = draws_below(4) == 0 ? "final" : NULL};
	draft_put(draft, key, &attrs, had(size));
}

static void draw_some(struct draft *draft, bool heavy)
{
	struct item_key used[KEYS];
	const size_t count = draws_below(KEYS);
	for (size_t i = 0; i < count; i++) {
		used[i] = draw_key(draft->arena);
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again = again || item_key_compare(used[k], used[i]) == 0;
		if (again)
			continue;
		if (draws_below(4) == 0) {
			draft_remove(draft, used[i]);
			continue;
		}
		put(draft, used[i], draw_size(heavy));
		/* A wrapped key has no parts. */
		for (int n = 1; !text_is(used[i].type, "dek") && draws_below(3) == 0; n++)
			draft_part(draft, used[i], n, had(heavy ? draw_size(true) : SMALL + (size_t)draws_below(PART_COMMON)));
	}
}

/* Files, or parts of one, as large as they may be, and of the last as many bytes as are left. */
static void draw_full(struct draft *draft)
{
	enum { BESIDE_PART = 4 + 15 + 16, LEAST = 400 }; /* what a part counts beside its bytes */
	const bool parts = draws_below(2) == 0;
	const struct item_key file = numbered(draft->arena, "file", "%05d", 1);
	const size_t beside = parts ? BESIDE_PART : 0, most = LIMIT_STORED_ITEM;
	size_t left = near(LIMIT_COMMIT_STORED_BYTES);
	if (parts) {
		draft_put(draft, file, NULL, LEAST);
		left -= LEAST;
	}
	for (int n = 1; left > 0; n++) {
		size_t size = had(most / 2 + (size_t)draws_below(most / 2));
		if (left < size + 2 * beside + LEAST)
			size = left - beside <= most ? left - beside : most / 2;
		if (parts)
			draft_part(draft, file, n, size);
		else
			draft_put(draft, numbered(draft->arena, "file", "%05d", n), NULL, size);
		left -= size + beside;
	}
}

/* Files that are removed, most of which are not there, and some that are put. */
static void draw_changes(struct draft *draft)
{
	const int count = (int)near(LIMIT_COMMIT_CHANGES);
	for (int i = 1; i <= count; i++) {
		const struct item_key key = numbered(draft->arena, "file", "%05d", i);
		if (draws_below(8) == 0)
			put(draft, key, 0);
		else
			draft_remove(draft, key);
	}
}

static void draw_indexed(struct draft *draft)
{
	const int count = (int)near(LIMIT_COMMIT_INDEXED);
	for (int i = 1; i <= count; i++) {
		const bool dek = draws_below(3) == 0;
		const struct item_key key =
			dek ? numbered(draft->arena, "dek", "%04d", i) : numbered(draft->arena, "tension", "00#%02d", i);
		if (draws_below(4) == 0)
			draft_remove(draft, key);
		else
			put(draft, key, 0);
	}
}

enum draws_edge draws_edge(void)
{
	if (draws_below(EDGE_SHARE) != 0)
		return DRAWS_ORDINARY;
	if (draws_below(FAR_EDGE_SHARE) != 0)
		return DRAWS_HEAVY;
	return (enum draws_edge)(DRAWS_HEAVY + draws_below(DRAWS_EDGES - DRAWS_HEAVY));
}

const char *draws_ceiling(enum draws_edge edge)
{
	static const char *const ceilings[DRAWS_EDGES] = {
		[DRAWS_HEAVY] = "bytes in one stored item",
		[DRAWS_FULL] = "bytes of items and parts",
		[DRAWS_CHANGES] = "changes",
		[DRAWS_INDEXED] = "items of types meta, tension and dek",
		[DRAWS_COMMIT] = "bytes in the commit itself",
		[DRAWS_NOTE] = "bytes in its head",
	};
	return ceilings[edge];
}

void draws_draft(struct draft *draft, enum draws_edge edge)
{
	switch (edge) {
	case DRAWS_ORDINARY:
	case DRAWS_HEAVY:
		draw_some(draft, edge == DRAWS_HEAVY);
		break;
	case DRAWS_FULL:
		draw_full(draft);
		break;
	case DRAWS_CHANGES:
		draw_changes(draft);
		break;
	case DRAWS_INDEXED:
		draw_indexed(draft);
		break;
	case DRAWS_COMMIT:
	case DRAWS_NOTE:
		draw_some(draft, false);
		*(edge == DRAWS_NOTE ? &draft->note_size : &draft->commit_size) =
			near(edge == DRAWS_NOTE ? LIMIT_NOTE : LIMIT_COMMIT_BYTES);
		break;
	case DRAWS_EDGES:
		break;
	}
}
