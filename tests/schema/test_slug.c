/*
 * Slugs and display ids: their grammars both ways.
 */
#include "display_id.h"
#include "limits.h"
#include "slug.h"
#include "tap.h"

static struct arena *arena;

static const char *slug(const char *title, size_t limit)
{
	static char written[256];
	struct text made;
	expect(slug_make(arena, text_of_string(title), limit, &made));
	expect(made.data != NULL && made.size <= limit);
	expect(made.size == 0 || slug_valid(made, limit));
	snprintf(written, sizeof(written), "%.*s", (int)made.size, made.data);
	return written;
}

static void valid_slugs(void)
{
	static const char *const good[] = {"a", "0", "muffin", "a-b", "a-1-b", "007", "x0-y", "pastry21"};
	static const char *const bad[] = {"", "-", "-a", "a-", "a--b", "A", "a b", "a_b", "a.b", "é", "a\n", "a/b", "a#b"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		expect(slug_valid(text_of_string(good[i]), 40));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect(!slug_valid(text_of_string(bad[i]), 40));
	expect(!slug_valid(TEXT_ABSENT, 40));
	expect(!slug_valid((struct text){.data = "a\0b", .size = 3}, 40));
}

static void a_slug_ends_at_its_limit(void)
{
	expect(slug_valid(TEXT("0123456789"), 10));
	expect(!slug_valid(TEXT("0123456789"), 9));
	expect(!slug_valid(TEXT("a"), 0));
}

static void titles_become_slugs(void)
{
	arena = arena_create(1 << 20);
	expect_string(slug("Should We Adopt DynamoDB?", 80), "should-we-adopt-dynamodb");
	expect_string(slug("  --  RFC 0042: storage / engines  ", 80), "rfc-0042-storage-engines");
	expect_string(slug("don't", 80), "don-t");
	expect_string(slug("already-a-slug", 80), "already-a-slug");
	expect_string(slug("", 80), "");
	expect_string(slug("?!", 80), "");
	expect_string(slug("你好", 80), "");
	expect_string(slug("你 a 好 b 你", 80), "a-b");
	struct text made;
	expect(slug_make(arena, TEXT_ABSENT, 80, &made) && made.size == 0 && made.data != NULL);
	arena_destroy(arena);
}

static void letters_with_marks_are_folded(void)
{
	static const struct {
		const char *from;
		const char *to;
	} folded[] = {
		{"é", "e"},  {"ß", "ss"}, {"ø", "o"}, {"ł", "l"}, {"ñ", "n"},  {"Ç", "c"},  {"Æ", "ae"},
		{"œ", "oe"}, {"Þ", "th"}, {"đ", "d"}, {"ğ", "g"}, {"ı", "i"},  {"Ÿ", "y"},  {"ž", "z"},
		{"ẞ", "ss"}, {"ș", "s"},  {"ế", "e"}, {"Ơ", "o"}, {"ĳ", "ij"}, {"ŋ", "ng"}, {"e\u0301", "e"},
	};
	arena = arena_create(1 << 20);
	for (size_t i = 0; i < sizeof(folded) / sizeof(folded[0]); i++)
		expect_string(slug(folded[i].from, 80), folded[i].to);
	expect_string(slug("Crème brûlée", 80), "creme-brulee");
	expect_string(slug("Straße in Łódź", 80), "strasse-in-lodz");
	expect_string(slug("3×4÷2", 80), "3-4-2");
	arena_destroy(arena);
}

/* Every code point of Latin-1 and Latin Extended-A that is a letter. */
static void no_latin_letter_is_lost(void)
{
	arena = arena_create(1 << 20);
	for (unsigned c = 0xc0; c <= 0x17f; c++) {
		const char letter[] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f)), '\0'};
		const bool sign = c == 0xd7 || c == 0xf7;
		expect((slug(letter, 80)[0] == '\0') == sign);
	}
	arena_destroy(arena);
}

static void long_titles_are_cut_at_a_word(void)
{
	arena = arena_create(1 << 20);
	expect_string(slug("one two three", 13), "one-two-three");
	expect_string(slug("one two three", 12), "one-two");
	expect_string(slug("one two three", 8), "one-two");
	expect_string(slug("one two three", 7), "one-two");
	expect_string(slug("one two three", 6), "one");
	expect_string(slug("abcdefgh", 5), "abcde");
	expect_string(slug("ab ßßß", 5), "ab");
	expect_string(slug("ßßß", 5), "sssss");
	expect_string(slug("abcde ", 5), "abcde");
	expect_string(slug("abcd \u0301x", 5), "abcd");
	for (size_t limit = 1; limit < 30; limit++)
		slug("Ein sehr langer Titel ßü ß œuvre - x", limit);
	arena_destroy(arena);
}

static void experts_have_slugs(void)
{
	arena = arena_create(1 << 20);
	struct text made;
	expect(slug_of_expert(arena, TEXT("Crème Brûlée"), &made));
	expect_text(made, "creme-brulee");
	expect(slug_of_expert(arena, TEXT(" 12 "), &made));
	expect_text(made, "expert-12");
	expect(slug_of_expert(arena, TEXT("Pastry21"), &made));
	expect_text(made, "pastry21");
	expect(slug_of_expert(arena, TEXT("1 2"), &made));
	expect_text(made, "1-2");
	expect(slug_of_expert(arena, TEXT("12345678901234567890123456789012345678901234567890"), &made));
	expect(made.size == LIMIT_SLUG && slug_valid(made, LIMIT_SLUG));
	expect(slug_of_expert(arena, TEXT("???"), &made) && made.size == 0);
	arena_destroy(arena);
	arena = arena_create(0);
	expect(!slug_of_expert(arena, TEXT("Muffin"), &made) && !slug_of_expert(arena, TEXT("7"), &made));
	arena_destroy(arena);
}

/* The id that is read from this, as it is written. */
static const char *read_id(const char *text)
{
	static char written[DISPLAY_ID_SIZE];
	struct display_id id = {.round = -1};
	if (!display_id_parse(text_of_string(text), &id))
		return id.round == -1 ? "refused" : "touched";
	display_id_format(id, written);
	return written;
}

static void ids_are_read_with_case_and_blanks(void)
{
	expect_string(read_id("P0001"), "P0001");
	expect_string(read_id("p0001"), "P0001");
	expect_string(read_id(" t 01 03 "), "T0103");
	expect_string(read_id("c\t99 9999"), "C999999");
	expect_string(read_id("P00100"), "P00100");
	expect_string(read_id("e0000"), "E0000");
	expect_string(read_id("R001000"), "R001000");
}

static void other_spellings_are_refused(void)
{
	static const char *const bad[] = {
		"",         " ",        "P",      "P0",    "P000",  "P00001", "P+1",     "P-1",
		"P000001",  "P0000001", "P00 +1", "X0001", "D0001", "00001",  "P001a",   "P0001x",
		"P-0001",   "P00-01",   "P00#01", "P00.1", "P0O01", "PP0001", "P0001\n", "P\u0661\u0661\u0661\u0661",
		"R0099999", "T1000000",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_string(read_id(bad[i]), "refused");
	struct display_id id;
	expect(!display_id_parse(TEXT_ABSENT, &id));
	expect(!display_id_parse((struct text){.data = "P0001\0", .size = 6}, &id));
}

static void every_id_reads_back(void)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_TENSION, ENTITY_RECOMMENDATION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	for (size_t t = 0; t < 5; t++) {
		for (int round = 0; round <= LIMIT_ROUND; round += 11) {
			for (int seq = 0; seq <= LIMIT_SEQ; seq += seq < 120 || seq > 990 ? 1 : 97) {
				const struct display_id id = {.type = types[t], .round = round, .seq = seq};
				char written[DISPLAY_ID_SIZE];
				struct display_id back = {.round = -1};
				expect(display_id_parse(display_id_format(id, written), &back));
				expect_integer(display_id_compare(id, back), 0);
				if (seq > 1100)
					seq += 500;
			}
		}
	}
}

static void ids_stand_in_display_order(void)
{
	static const char *const ordered[] = {"P0001", "P0002", "P0099", "P00100", "P001000", "P0101",
										  "R0001", "T0001", "E0000", "C9999",  "C999999"};
	for (size_t i = 0; i < sizeof(ordered) / sizeof(ordered[0]); i++) {
		for (size_t j = 0; j < sizeof(ordered) / sizeof(ordered[0]); j++) {
			struct display_id a, b;
			expect(display_id_parse(text_of_string(ordered[i]), &a) &&
				   display_id_parse(text_of_string(ordered[j]), &b));
			const int order = display_id_compare(a, b);
			expect((order > 0) - (order < 0) == (i > j) - (i < j));
		}
	}
}

static void ids_and_subkeys_are_one(void)
{
	static const struct {
		enum entity_type type;
		const char *subkey;
		const char *id;
	} pairs[] = {
		{ENTITY_PERSPECTIVE, "00#01", "P0001"},
		{ENTITY_TENSION, "01#03", "T0103"},
		{ENTITY_RECOMMENDATION, "99#100", "R99100"},
		{ENTITY_EVIDENCE, "10#9999", "E109999"},
		{ENTITY_CLAIM, "07#00", "C0700"},
	};
	arena = arena_create(1 << 20);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct entity_head entity = {.type = pairs[i].type, .subkey = text_of_string(pairs[i].subkey)};
		struct display_id id;
		char written[DISPLAY_ID_SIZE];
		struct text subkey;
		expect(display_id_of(&entity, &id));
		expect_text(display_id_format(id, written), pairs[i].id);
		expect(display_id_subkey(arena, id, &subkey));
		expect_text(subkey, pairs[i].subkey);
		expect_integer(display_id_letter(pairs[i].type), pairs[i].id[0]);
	}
	arena_destroy(arena);
}

static void others_have_no_ids(void)
{
	static const char *const bad[] = {"", "00", "00#1", "00#001", "00#00001", "0a#01", "00-01", "00#01 ", "00#0x"};
	struct display_id id;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct entity_head entity = {.type = ENTITY_CLAIM, .subkey = text_of_string(bad[i])};
		expect(!display_id_of(&entity, &id));
	}
	const struct entity_head round = {.type = ENTITY_ROUND, .subkey = TEXT("00#01")};
	expect(!display_id_of(&round, &id));
	expect_integer(display_id_letter(ENTITY_ROUND), 0);
	expect_integer(display_id_letter(ENTITY_TYPE_COUNT), 0);
}

static void ids_out_of_range_have_no_spelling(void)
{
	char written[DISPLAY_ID_SIZE];
	expect_integer(display_id_format((struct display_id){ENTITY_CLAIM, 100, 1}, written).size, 0);
	expect_integer(display_id_format((struct display_id){ENTITY_CLAIM, 1, 10000}, written).size, 0);
	expect_integer(display_id_format((struct display_id){ENTITY_CLAIM, -1, 1}, written).size, 0);
	expect_integer(display_id_format((struct display_id){ENTITY_ROUND, 1, 1}, written).size, 0);
}

static const struct tap_test tests[] = {
	{"a slug is words of a-z and 0-9 joined by single '-'", valid_slugs},
	{"a slug ends at its limit", a_slug_ends_at_its_limit},
	{"a title becomes a slug", titles_become_slugs},
	{"letters with marks are folded to ASCII", letters_with_marks_are_folded},
	{"no letter of Latin-1 and Latin Extended-A is lost", no_latin_letter_is_lost},
	{"a long title is cut at a word where there is one", long_titles_are_cut_at_a_word},
	{"an expert's slug; a bare number n is expert-n", experts_have_slugs},
	{"ids are read without regard to case and blanks", ids_are_read_with_case_and_blanks},
	{"P00001, P+1, P-1 and other spellings are refused", other_spellings_are_refused},
	{"every id reads back as it was written", every_id_reads_back},
	{"ids stand in display order", ids_stand_in_display_order},
	{"an id and a statement's subkey are one", ids_and_subkeys_are_one},
	{"other subkeys and types have no id", others_have_no_ids},
	{"an id out of range has no spelling", ids_out_of_range_have_no_spelling},
};

TAP_MAIN(tests)
