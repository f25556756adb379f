/*
 * Recovery words.
 */
#include "key_words.h"

#include "tap.h"

static struct hash_context *hash;
static uint8_t secret[SECRET_SIZE], found[SECRET_SIZE];
static char words[KEY_WORDS_SIZE];
static size_t wrong;

static void begin(unsigned step)
{
	if (hash == NULL)
		hash = hash_create();
	expect(hash != NULL);
	for (size_t i = 0; i < SECRET_SIZE; i++)
		secret[i] = (uint8_t)(i * step + step);
	expect(key_words_write(hash, TEXT("umk"), secret, words));
}

static bool reads(const char *text, size_t size)
{
	memset(found, 0xee, sizeof(found));
	return key_words_read(hash, TEXT("umk"), (struct text){.data = text, .size = size}, found, &wrong);
}

static void expect_wiped(void)
{
	for (size_t i = 0; i < SECRET_SIZE; i++)
		expect(found[i] == 0);
}

static void round_trip(void)
{
	for (unsigned step = 0; step < 256; step++) {
		begin(step);
		expect(reads(words, sizeof(words)));
		expect(memcmp(found, secret, SECRET_SIZE) == 0);
	}
}

/* Known values of the encoding: 127.0.0.1 and 255.255.255.255. */
static void as_specified(void)
{
	begin(0);
	memset(secret, 0xff, sizeof(secret));
	memcpy(secret, "\x7f\x00\x00\x01", 4);
	expect(key_words_write(hash, TEXT("umk"), secret, words));
	expect(memcmp(words, "lusab babad zuzuz ", 18) == 0);
	for (size_t i = 5; i < KEY_WORDS_SIZE; i += 6)
		expect(words[i] == ' ');
}

static void typed_otherwise(void)
{
	char typed[KEY_WORDS_COUNT * 8];
	static const char *const between[] = {"-", "\n", "  ", " \t", "\r\n"};
	for (size_t b = 0; b < sizeof(between) / sizeof(between[0]); b++) {
		size_t size = 0;
		begin((unsigned)b + 3);
		for (size_t i = 0; i < KEY_WORDS_SIZE; i++) {
			const char c = words[i];
			if (c == ' ')
				size += (size_t)snprintf(typed + size, sizeof(typed) - size, "%s", between[b]);
			else
				typed[size++] = i % 2 == b % 2 ? (char)(c - 'a' + 'A') : c;
		}
		size += (size_t)snprintf(typed + size, sizeof(typed) - size, "%s", b == 1 ? "\n" : "");
		expect(reads(typed, size));
		expect(memcmp(found, secret, SECRET_SIZE) == 0);
	}
}

/* A letter that stands in no word at its place: the word is named. */
static void wrong_words(void)
{
	begin(5);
	for (size_t word = 0; word < KEY_WORDS_COUNT; word++)
		for (size_t at = 0; at < 5; at++) {
			char *letter = &words[word * 6 + at];
			const char kept = *letter;
			*letter = at % 2 == 0 ? 'a' : 'b';
			expect(!reads(words, sizeof(words)));
			expect_integer((int64_t)wrong, (int64_t)word + 1);
			expect_wiped();
			*letter = '7';
			expect(!reads(words, sizeof(words)));
			expect_integer((int64_t)wrong, (int64_t)word + 1);
			*letter = kept;
		}
}

/* Another word that is one: the check does not hold. One in 65,536 would go through; none of these does. */
static void other_words(void)
{
	begin(9);
	for (size_t word = 0; word < KEY_WORDS_COUNT; word++) {
		char *first = &words[word * 6];
		const char kept = *first;
		for (const char *other = "bdfghjklmnprstvz"; *other != '\0'; other++) {
			if (*other == kept)
				continue;
			*first = *other;
			expect(!reads(words, sizeof(words)));
			expect_integer((int64_t)wrong, 0);
			expect_wiped();
		}
		*first = kept;
	}
}

static void swapped_words(void)
{
	char kept[5];
	begin(11);
	for (size_t word = 0; word + 1 < KEY_WORDS_COUNT; word++) {
		char *a = &words[word * 6], *b = a + 6;
		memcpy(kept, a, 5), memcpy(a, b, 5), memcpy(b, kept, 5);
		expect(!reads(words, sizeof(words)));
		memcpy(kept, a, 5), memcpy(a, b, 5), memcpy(b, kept, 5);
	}
	expect(reads(words, sizeof(words)));
}

static void count_of_words(void)
{
	char more[KEY_WORDS_SIZE + 6];
	begin(13);
	for (size_t size = 0; size < KEY_WORDS_SIZE; size++) {
		expect(!reads(words, size));
		expect_wiped();
	}
	memcpy(more, words, KEY_WORDS_SIZE);
	memcpy(more + KEY_WORDS_SIZE, " babab", 6);
	expect(!reads(more, sizeof(more)));
	expect_integer((int64_t)wrong, 0);
	more[KEY_WORDS_SIZE] = '.';
	expect(!reads(more, KEY_WORDS_SIZE + 1));
}

static void other_kind(void)
{
	begin(17);
	expect(!key_words_read(hash, TEXT("signing"), (struct text){.data = words, .size = sizeof(words)}, found, &wrong));
	expect_integer((int64_t)wrong, 0);
	expect_wiped();
	hash_destroy(hash);
}

static const struct tap_test tests[] = {
	{"a secret is read from its words as it was written", round_trip},
	{"the words are those of the encoding, a blank between two", as_specified},
	{"letter case, blanks, dashes and line ends do not matter", typed_otherwise},
	{"a word that is none is named by its number", wrong_words},
	{"another word anywhere is found by the check", other_words},
	{"two words in the other order are found", swapped_words},
	{"too few and too many words are refused", count_of_words},
	{"the words of a key of one kind are none of another", other_kind},
};

TAP_MAIN(tests)
