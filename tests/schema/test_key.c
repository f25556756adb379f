/*
 * Keys of stored items: every grammar both ways, addresses and their order.
 */
#include "item_key.h"
#include "limits.h"
#include "tap.h"

#define TIME "20261120T090004000000Z"
#define SLUG_40 "abcdefghi-abcdefghi-abcdefghi-abcdefghij"

struct written_key {
	const char *type;
	const char *subkey;
};

/* In the order of their addresses. */
static const struct written_key leaves[] = {
	{"claim", "00#00"},
	{"claim", "00#01"},
	{"claim", "99#9999"},
	{"dek", "0001"},
	{"dek", "9999"},
	{"event", "commented#meta#" TIME "#0000"},
	{"event", "in_progress#03#" TIME "#0001"},
	{"event", "resolved#T00100#" TIME "#0001"},
	{"event", "resolved#T0103#" TIME "#9999"},
	{"evidence", "07#10"},
	{"expert", "007"},
	{"expert", SLUG_40},
	{"expert", "muffin"},
	{"expert", "muffin-2"},
	{"file", "00000"},
	{"file", "99999"},
	{"meta", ""},
	{"move", "00#muffin#01"},
	{"move", "00#muffin#100"},
	{"move", "00#muffin-2#01"},
	{"perspective", "00#01"},
	{"perspective", "00#100"},
	{"perspective", "00#11"},
	{"recommendation", "00#01"},
	{"ref", "C0001#support#P00100"},
	{"ref", "P0001#address#T0103"},
	{"round", "00"},
	{"round", "99"},
	{"tension", "01#03"},
	{"verdict", "final"},
};

static const struct written_key parts[] = {
	{"part", "event#resolved#T0103#" TIME "#0001#0001"},
	{"part", "file#00012#0001"},
	{"part", "file#00012#9999"},
	{"part", "meta##0001"},
	{"part", "tension#01#03#0002"},
};

static const struct written_key refused[] = {
	/* no such type, or none that is an item */
	{"", ""},
	{"commit", "0000000001"},
	{"head", ""},
	{"Meta", ""},
	{"tensions", "00#01"},
	{"meta ", ""},
	{"topic", "x"},
	/* singletons and slugs */
	{"meta", "x"},
	{"meta", "#"},
	{"expert", ""},
	{"expert", "Muffin"},
	{"expert", "a--b"},
	{"expert", "-a"},
	{"expert", "a-"},
	{"expert", SLUG_40 "k"},
	{"expert", "a/b"},
	{"verdict", ""},
	{"verdict", "f#1"},
	{"verdict", "é"},
	/* numbers */
	{"round", ""},
	{"round", "0"},
	{"round", "000"},
	{"round", "+1"},
	{"round", " 1"},
	{"round", "1a"},
	{"file", "0001"},
	{"file", "000001"},
	{"file", "0000a"},
	{"dek", "0000"},
	{"dek", "001"},
	{"dek", "00001"},
	{"dek", "000a"},
	/* statements */
	{"perspective", ""},
	{"perspective", "00"},
	{"perspective", "00#"},
	{"perspective", "00#1"},
	{"perspective", "00#001"},
	{"perspective", "00#0001"},
	{"perspective", "00#10000"},
	{"perspective", "0#01"},
	{"perspective", "000#01"},
	{"perspective", "00-01"},
	{"perspective", "00#01#"},
	{"tension", "00#+1"},
	{"tension", "00#-1"},
	{"claim", "00# 1"},
	{"evidence", "#01"},
	{"recommendation", "00#0a"},
	/* moves */
	{"move", ""},
	{"move", "00"},
	{"move", "00#muffin"},
	{"move", "00#muffin#"},
	{"move", "00#muffin#1"},
	{"move", "00#muffin#001"},
	{"move", "00#muffin#01#"},
	{"move", "00#Muffin#01"},
	{"move", "00##01"},
	{"move", "0#muffin#01"},
	{"move", "00#" SLUG_40 "k#01"},
	/* refs */
	{"ref", ""},
	{"ref", "P0001"},
	{"ref", "P0001#support"},
	{"ref", "P0001#support#"},
	{"ref", "P0001#supports#T0103"},
	{"ref", "P0001#Support#T0103"},
	{"ref", "p0001#support#T0103"},
	{"ref", "P0001#support#t0103"},
	{"ref", "P0001#support#T00001"},
	{"ref", "P 0001#support#T0103"},
	{"ref", "X0001#support#T0103"},
	{"ref", "P0001#support#T0103#"},
	{"ref", "P0001#support#T0103 "},
	{"ref", "P0001##T0103"},
	/* events */
	{"event", ""},
	{"event", "resolved"},
	{"event", "resolved#T0103"},
	{"event", "resolved#T0103#" TIME},
	{"event", "resolved#T0103#" TIME "#"},
	{"event", "resolved#T0103#" TIME "#001"},
	{"event", "resolved#T0103#" TIME "#00001"},
	{"event", "resolved#T0103#" TIME "#0001#"},
	{"event", "resolved#t0103#" TIME "#0001"},
	{"event", "resolved#1#" TIME "#0001"},
	{"event", "resolved#Meta#" TIME "#0001"},
	{"event", "resolved##" TIME "#0001"},
	{"event", "unheard_of#T0103#" TIME "#0001"},
	{"event", "#T0103#" TIME "#0001"},
	{"event", "resolved#T0103#20261120T090004000000#0001"},
	{"event", "resolved#T0103#20261120t090004000000Z#0001"},
	{"event", "resolved#T0103#2026-11-20T09:00:04Z#0001"},
	{"event", "resolved#T0103#2026112xT090004000000Z#0001"},
	/* parts */
	{"part", ""},
	{"part", "file#00012"},
	{"part", "file#00012#0000"},
	{"part", "file#00012#001"},
	{"part", "file#00012#00001"},
	{"part", "file#0012#0001"},
	{"part", "dek#0001#0001"},
	{"part", "meta#0001"},
	{"part", "part#file#00012#0001#0001"},
	{"part", "commit#0000000001#0001"},
	{"part", "#00012#0001"},
	{"part", "0001"},
	{"part", "#0001"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct item_key key_of(struct written_key written)
{
	return (struct item_key){.type = text_of_string(written.type), .subkey = text_of_string(written.subkey)};
}

static void grammars_take_their_own(void)
{
	for (size_t i = 0; i < COUNT(leaves); i++) {
		if (!item_key_valid(key_of(leaves[i])) || !item_key_leaf(key_of(leaves[i])))
			tap_fail(__FILE__, __LINE__, "refused: %s/%s", leaves[i].type, leaves[i].subkey);
	}
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!item_key_valid(key_of(parts[i])) || item_key_leaf(key_of(parts[i])))
			tap_fail(__FILE__, __LINE__, "no part: %s/%s", parts[i].type, parts[i].subkey);
	}
}

static void grammars_refuse_all_else(void)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct item_key owner;
		int n;
		if (item_key_valid(key_of(refused[i])) || item_key_leaf(key_of(refused[i])) ||
			item_key_owner(key_of(refused[i]), &owner, &n))
			tap_fail(__FILE__, __LINE__, "taken: %s/%s", refused[i].type, refused[i].subkey);
	}
	expect(!item_key_valid((struct item_key){.type = TEXT_ABSENT, .subkey = TEXT_ABSENT}));
	expect(!item_key_valid((struct item_key){.type = TEXT("round"), .subkey = TEXT_ABSENT}));
	expect(!item_key_valid((struct item_key){.type = TEXT("round"), .subkey = {.data = "0\0", .size = 2}}));
}

static bool address(struct item_key key, struct buffer *out)
{
	out->size = 0;
	return item_key_address(TEXT("should-we"), key, out);
}

static void addresses_are_canonical(void)
{
	struct buffer out;
	buffer_init(&out, LIMIT_ADDRESS);
	expect(address(key_of((struct written_key){"tension", "01#03"}), &out));
	expect_text(buffer_text(&out), "dialogue:should-we/entity:tension/01#03");
	expect(address(key_of((struct written_key){"meta", ""}), &out));
	expect_text(buffer_text(&out), "dialogue:should-we/entity:meta/");
	expect(address((struct item_key){.type = TEXT("meta"), .subkey = TEXT_ABSENT}, &out));
	expect_text(buffer_text(&out), "dialogue:should-we/entity:meta/");
	expect(address(key_of((struct written_key){"part", "tension#01#03#0002"}), &out));
	expect_text(buffer_text(&out), "dialogue:should-we/entity:part/tension#01#03#0002");
	buffer_finish(&out);
}

static void no_address_of_what_does_not_match(void)
{
	static const char *const ids[] = {
		"",    "Should", "a--b",
		"a/b", "-a",     "abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-x"};
	struct buffer out;
	buffer_init(&out, LIMIT_ADDRESS);
	expect(buffer_append_string(&out, "before"));
	for (size_t i = 0; i < COUNT(ids); i++)
		expect(!item_key_address(text_of_string(ids[i]), key_of((struct written_key){"meta", ""}), &out));
	for (size_t i = 0; i < COUNT(refused); i++)
		expect(!item_key_address(TEXT("a"), key_of(refused[i]), &out));
	expect_text(buffer_text(&out), "before");
	buffer_finish(&out);
}

static void a_full_buffer_is_left_as_it_was(void)
{
	for (size_t ceiling = 0; ceiling < sizeof("dialogue:a/entity:round/00") - 1; ceiling++) {
		struct buffer out;
		buffer_init(&out, ceiling);
		expect(!item_key_address(TEXT("a"), key_of((struct written_key){"round", "00"}), &out));
		expect_integer(out.size, 0);
		buffer_finish(&out);
	}
}

/* Of the i-th leaf, or of a part behind them. */
static struct written_key any_key(size_t i)
{
	return i < COUNT(leaves) ? leaves[i] : parts[i - COUNT(leaves)];
}

static void order_is_that_of_addresses(void)
{
	struct buffer a, b;
	buffer_init(&a, LIMIT_ADDRESS);
	buffer_init(&b, LIMIT_ADDRESS);
	for (size_t i = 0; i < COUNT(leaves) + COUNT(parts); i++) {
		for (size_t j = 0; j < COUNT(leaves) + COUNT(parts); j++) {
			expect(address(key_of(any_key(i)), &a) && address(key_of(any_key(j)), &b));
			const int bytewise = bytes_compare(buffer_view(&a), buffer_view(&b));
			const int order = item_key_compare(key_of(any_key(i)), key_of(any_key(j)));
			expect_integer((order > 0) - (order < 0), (bytewise > 0) - (bytewise < 0));
			expect((order == 0) == (i == j));
		}
	}
	for (size_t i = 1; i < COUNT(leaves); i++)
		expect(item_key_compare(key_of(leaves[i - 1]), key_of(leaves[i])) < 0);
	buffer_finish(&a);
	buffer_finish(&b);
}

/* Among none, one, two and more, with each key there and missing. */
static void items_are_found_by_their_keys(void)
{
	struct numbered {
		struct item_key key;
		size_t number;
	} items[COUNT(leaves)];
	for (size_t missing = 0; missing <= COUNT(leaves); missing++) {
		size_t count = 0;
		for (size_t i = 0; i <= COUNT(leaves); i++) {
			for (size_t j = 0; j < COUNT(leaves); j++) {
				const struct numbered *found = item_key_find(key_of(leaves[j]), items, count, sizeof(*items));
				expect((found != NULL) == (j < i && j != missing));
				expect(found == NULL || found->number == j);
			}
			if (i < COUNT(leaves) && i != missing)
				items[count++] = (struct numbered){.key = key_of(leaves[i]), .number = i};
		}
	}
	expect(item_key_find(key_of(leaves[0]), NULL, 0, sizeof(*items)) == NULL);
}

static void longest_keys_fit(void)
{
	char subkey[256];
	struct buffer out;
	buffer_init(&out, LIMIT_ADDRESS);
	snprintf(subkey, sizeof(subkey), "event#in_progress#C999999#%s#9999#9999", TIME);
	const struct item_key event = key_of((struct written_key){"part", subkey});
	expect(event.subkey.size <= LIMIT_SUBKEY);
	expect(item_key_address(TEXT("abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghij"),
							event, &out));
	buffer_finish(&out);
}

static void parts_know_their_owner(void)
{
	struct arena *arena = arena_create(1 << 20);
	for (size_t i = 0; i < COUNT(leaves); i++) {
		struct item_key part, owner;
		int n = 0;
		const bool dek = strcmp(leaves[i].type, "dek") == 0;
		expect(item_key_part(arena, key_of(leaves[i]), 17, &part));
		expect(item_key_valid(part) == !dek);
		if (dek)
			continue;
		expect(item_key_owner(part, &owner, &n));
		expect_integer(n, 17);
		expect_integer(item_key_compare(owner, key_of(leaves[i])), 0);
		expect(!item_key_owner(key_of(leaves[i]), &owner, &n));
	}
	arena_destroy(arena);
}

static void rounds_and_files_are_written(void)
{
	struct arena *arena = arena_create(1 << 20);
	struct text subkey;
	int round = -1;
	for (int i = 0; i <= LIMIT_ROUND; i++) {
		expect(item_key_round_subkey(arena, i, &subkey) && item_key_read_round(subkey, &round));
		expect_integer(round, i);
	}
	expect_text(subkey, "99");
	expect(item_key_file_subkey(arena, 12, &subkey));
	expect_text(subkey, "00012");
	arena_destroy(arena);
}

static void moves_are_written_and_read(void)
{
	struct arena *arena = arena_create(1 << 20);
	struct item_key_move move;
	struct text subkey;
	expect(item_key_move_subkey(arena, (struct item_key_move){2, TEXT("muffin-2"), 7}, &subkey));
	expect_text(subkey, "02#muffin-2#07");
	expect(item_key_read_move(subkey, &move));
	expect_integer(move.round, 2);
	expect_integer(move.seq, 7);
	expect_text(move.expert, "muffin-2");
	expect(item_key_move_subkey(arena, (struct item_key_move){99, TEXT("x"), 1234}, &subkey));
	expect(item_key_read_move(subkey, &move) && move.seq == 1234 && move.round == 99);
	arena_destroy(arena);
}

static void refs_are_written_and_read(void)
{
	struct arena *arena = arena_create(1 << 20);
	for (unsigned type = REF_SUPPORT; type <= REF_DEPEND; type++) {
		struct item_key_ref ref;
		struct text subkey;
		expect(item_key_ref_subkey(arena, (struct item_key_ref){TEXT("R0001"), (enum ref_type)type, TEXT("T00100")},
								   &subkey));
		expect(item_key_read_ref(subkey, &ref));
		expect_integer(ref.type, type);
		expect_text(ref.source, "R0001");
		expect_text(ref.target, "T00100");
	}
	arena_destroy(arena);
}

static void events_are_written_and_read(void)
{
	static const char *const targets[] = {"T0103", "C99100", "07", "meta"};
	struct arena *arena = arena_create(1 << 20);
	for (unsigned type = 1; type <= vocabulary_event_type.count; type++) {
		for (size_t t = 0; t < COUNT(targets); t++) {
			const struct item_key_event written = {.type = vocabulary_word(&vocabulary_event_type, type),
												   .target = text_of_string(targets[t]),
												   .time = TEXT(TIME),
												   .n = (int)type};
			struct item_key_event event;
			struct text subkey;
			expect(item_key_event_subkey(arena, written, &subkey) && item_key_read_event(subkey, &event));
			expect(text_equal(event.type, written.type));
			expect_text(event.target, targets[t]);
			expect_text(event.time, TIME);
			expect_integer(event.n, type);
		}
	}
	arena_destroy(arena);
}

/* What is there is read; what is made has a moment of the calendar. */
static void events_of_no_calendar_are_read(void)
{
	struct item_key_event event;
	const struct item_key stored = {TEXT("event"), TEXT("resolved#T0103#20260230T250004000000Z#0001")};
	expect(item_key_leaf(stored) && item_key_read_event(stored.subkey, &event));
	expect_text(event.time, "20260230T250004000000Z");
	expect(!item_key_event_dated(stored.subkey));
	expect(item_key_event_dated(TEXT("resolved#T0103#" TIME "#0001")) && !item_key_event_dated(TEXT("resolved")));
}

static void a_full_arena_is_said(void)
{
	struct arena *arena = arena_create(0);
	struct item_key key;
	struct text subkey = TEXT("untouched");
	expect(!item_key_part(arena, key_of(leaves[0]), 1, &key) && !item_key_round_subkey(arena, 1, &subkey));
	expect(!item_key_move_subkey(arena, (struct item_key_move){.expert = TEXT("x")}, &subkey));
	expect(!item_key_ref_subkey(arena, (struct item_key_ref){.type = REF_SUPPORT}, &subkey));
	expect(!item_key_event_subkey(arena, (struct item_key_event){.n = 1}, &subkey));
	expect(!item_key_file_subkey(arena, 1, &subkey));
	expect_text(subkey, "untouched");
	arena_destroy(arena);
}

static const struct tap_test tests[] = {
	{"each grammar takes what is its own", grammars_take_their_own},
	{"each grammar refuses all else", grammars_refuse_all_else},
	{"an event under a moment of no calendar is read, and not made", events_of_no_calendar_are_read},
	{"an address is dialogue:{id}/entity:{type}/{subkey}", addresses_are_canonical},
	{"no address of an id or key that does not match", no_address_of_what_does_not_match},
	{"a buffer too small for an address is left as it was", a_full_buffer_is_left_as_it_was},
	{"the order of keys is memcmp order of their addresses", order_is_that_of_addresses},
	{"among items in order, one is found by its key, and none where it is missing", items_are_found_by_their_keys},
	{"the longest key fits the limits", longest_keys_fit},
	{"a part knows its owner and its number", parts_know_their_owner},
	{"subkeys of rounds and files", rounds_and_files_are_written},
	{"subkeys of moves are written and read", moves_are_written_and_read},
	{"subkeys of refs are written and read, for each type", refs_are_written_and_read},
	{"subkeys of events are written and read, for each type and target", events_are_written_and_read},
	{"an arena that is full is said", a_full_arena_is_said},
};

TAP_MAIN(tests)
