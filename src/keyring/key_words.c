/*
 * Words: 4 bits a consonant, 2 bits a vowel, from the most significant bit.
 */
#include "key_words.h"

static const char consonants[] = "bdfghjklmnprstvz";
static const char vowels[] = "aiou";

enum { WORD_SIZE = 5, CHECK_SIZE = 2 };

/* Whether letter i of a word is a vowel, and how many bits it bears. */
static const struct {
	const char *letters;
	unsigned bits;
} places[WORD_SIZE] = {{consonants, 4}, {vowels, 2}, {consonants, 4}, {vowels, 2}, {consonants, 4}};

static void write_word(const uint8_t pair[static 2], char word[static WORD_SIZE])
{
	const unsigned value = (unsigned)pair[0] << 8 | pair[1];
	unsigned shift = 16;
	for (size_t i = 0; i < WORD_SIZE; i++) {
		shift -= places[i].bits;
		word[i] = places[i].letters[value >> shift & ((1U << places[i].bits) - 1)];
	}
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool read_word(struct text word, uint8_t pair[static 2])
{
	unsigned value = 0;
	if (word.size != WORD_SIZE)
		return false;
	for (size_t i = 0; i < WORD_SIZE; i++) {
		const char *at = strchr(places[i].letters, lower(word.data[i]));
		if (at == NULL || *at == '\0')
			return false;
		value = value << places[i].bits | (unsigned)(at - places[i].letters);
	}
	pair[0] = (uint8_t)(value >> 8);
	pair[1] = (uint8_t)value;
	return true;
}

static bool check_of(struct hash_context *hash, struct text kind, const uint8_t *secret,
					 uint8_t check[static CHECK_SIZE])
{
	static const struct text label = {.data = "hansard/words/v1", .size = sizeof("hansard/words/v1") - 1};
	const struct bytes pieces[] = {bytes_of_text(label), bytes_of_text(kind), {.data = secret, .size = SECRET_SIZE}};
	struct digest digest;
	if (!hash_of(hash, pieces, 3, &digest))
		return false;
	memcpy(check, digest.bytes, CHECK_SIZE);
	secret_wipe(&digest, sizeof(digest));
	return true;
}

bool key_words_write(struct hash_context *hash, struct text kind, const uint8_t secret[static SECRET_SIZE],
					 char ret_words[static KEY_WORDS_SIZE])
{
	uint8_t check[CHECK_SIZE];
	if (!check_of(hash, kind, secret, check))
		return false;
	for (size_t i = 0; i < KEY_WORDS_COUNT; i++) {
		const bool last = i + 1 == KEY_WORDS_COUNT;
		write_word(last ? check : secret + 2 * i, ret_words + i * (WORD_SIZE + 1));
		if (!last)
			ret_words[i * (WORD_SIZE + 1) + WORD_SIZE] = ' ';
	}
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Takes the next word off rest; what is neither letter nor blank is part of no word, and so is refused by read_word. */
static struct text take_word(struct text *rest)
{
	size_t from = 0;
	while (from < rest->size && memchr(" \t\r\n-", rest->data[from], 5) != NULL)
		from++;
	size_t to = from;
	while (to < rest->size && is_letter(rest->data[to]))
		to++;
	if (to == from && to < rest->size)
		to++;
	const struct text word = text_slice(*rest, from, to);
	*rest = text_slice(*rest, to, rest->size);
	return word;
}

bool key_words_read(struct hash_context *hash, struct text kind, struct text words, uint8_t secret[static SECRET_SIZE],
					size_t *ret_wrong)
{
	uint8_t pairs[KEY_WORDS_COUNT][2];
	uint8_t check[CHECK_SIZE];
	struct text rest = words;
	bool good = true;
	*ret_wrong = 0;
	for (size_t i = 0; good && i < KEY_WORDS_COUNT; i++) {
		const struct text word = take_word(&rest);
		good = read_word(word, pairs[i]);
		if (!good && word.size > 0)
			*ret_wrong = i + 1;
	}
	memcpy(secret, pairs, SECRET_SIZE);
	good = good && take_word(&rest).size == 0 && check_of(hash, kind, secret, check) &&
		   memcmp(check, pairs[KEY_WORDS_COUNT - 1], CHECK_SIZE) == 0;
	secret_wipe(pairs, sizeof(pairs));
	if (!good)
		secret_wipe(secret, SECRET_SIZE);
	return good;
}
