/*
 * What words mean: `hansard help words`, and the line of a command's help that says which of them it uses.
 */
#ifndef GLOSSARY_H
#define GLOSSARY_H

#include <stdbool.h>
#include <stddef.h>

struct glossary_word {
	const char *word;
	const char *what;
	bool named; /* help that uses it says where it is explained; the others are met everywhere */
};

/* glossary_words(ret_count): all of them, in the order of the alphabet. */
const struct glossary_word *glossary_words(size_t *ret_count);

/* glossary_uses(text, word): the text has the word, or its plural, as a word by itself. */
bool glossary_uses(const char *text, const char *word);

#endif
