/*
 * The closed lists of words (vocabularies.def) as enums, and reading and writing them. An unknown word is refused,
 * never mapped to a default.
 */
#ifndef VOCABULARY_H
#define VOCABULARY_H

#include "bytes.h"

/* enum tension_status { TENSION_ABSENT, TENSION_OPEN, ... }: one enum for each vocabulary; value 0 is absent. */
#define VOCABULARY(name, prefix, what) enum name { prefix##_ABSENT = 0,
#define WORD(name, prefix, value, word) prefix##_##value,
#define VOCABULARY_END(name)                                                                                           \
	}                                                                                                                  \
	;
#include "vocabularies.def"
#undef VOCABULARY
#undef WORD
#undef VOCABULARY_END

/* One vocabulary as data. words[i] is how value i + 1 is written. */
struct vocabulary {
	const char *name;
	const char *what;
	const char *const *words;
	unsigned count;
};

#define VOCABULARY(name, prefix, what) extern const struct vocabulary vocabulary_##name;
#define WORD(name, prefix, value, word)
#define VOCABULARY_END(name)
#include "vocabularies.def"
#undef VOCABULARY
#undef WORD
#undef VOCABULARY_END

/* vocabulary_word(vocabulary, value): how a value is written; the absent text for 0 and for values outside. */
struct text vocabulary_word(const struct vocabulary *vocabulary, unsigned value);

/* vocabulary_find(vocabulary, text, ret_value): the value written so, exactly. False for any other text. */
bool vocabulary_find(const struct vocabulary *vocabulary, struct text text, unsigned *ret_value);

/* vocabulary_find_relaxed(vocabulary, text, ret_value): as vocabulary_find, without regard to ASCII case and with
   blanks or '-' for '_'. */
bool vocabulary_find_relaxed(const struct vocabulary *vocabulary, struct text text, unsigned *ret_value);

#endif
