/*
 * The vocabularies as data, expanded from vocabularies.def, and the two ways of reading a word.
 */
#include "vocabulary.h"

#define VOCABULARY(name, prefix, what) static const char *const words_##name[] = {
#define WORD(name, prefix, value, word) word,
#define VOCABULARY_END(name)                                                                                           \
	}                                                                                                                  \
	;
#include "vocabularies.def"
#undef VOCABULARY
#undef WORD
#undef VOCABULARY_END

#define VOCABULARY(id, prefix, description)                                                                            \
	const struct vocabulary vocabulary_##id = {                                                                        \
		.name = #id,                                                                                                   \
		.what = description,                                                                                           \
		.words = words_##id,                                                                                           \
		.count = sizeof(words_##id) / sizeof(words_##id[0]),                                                           \
	};
#define WORD(name, prefix, value, word)
#define VOCABULARY_END(name)
#include "vocabularies.def"
#undef VOCABULARY
#undef WORD
#undef VOCABULARY_END

struct text vocabulary_word(const struct vocabulary *vocabulary, unsigned value)
{
	if (value == 0 || value > vocabulary->count)
		return TEXT_ABSENT;
	return text_of_string(vocabulary->words[value - 1]);
}

bool vocabulary_find(const struct vocabulary *vocabulary, struct text text, unsigned *ret_value)
{
	for (unsigned i = 0; i < vocabulary->count; i++) {
		if (text_is(text, vocabulary->words[i])) {
			*ret_value = i + 1;
			return true;
		}
	}
	return false;
}

static char relaxed(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == ' ' || c == '-' ? '_' : c;
}

static bool equal_relaxed(struct text text, struct text word)
{
	if (text.size != word.size)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (relaxed(text.data[i]) != word.data[i])
			return false;
	}
	return true;
}

bool vocabulary_find_relaxed(const struct vocabulary *vocabulary, struct text text, unsigned *ret_value)
{
	const struct text trimmed = text_trim(text);
	for (unsigned i = 0; i < vocabulary->count; i++) {
		if (equal_relaxed(trimmed, text_of_string(vocabulary->words[i]))) {
			*ret_value = i + 1;
			return true;
		}
	}
	return false;
}
