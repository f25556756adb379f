/*
 * Near words: what someone meant who typed another.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* words_distance(a, b): edits (insert, delete, replace, swap neighbours) from one to the other; words of at most 63 bytes, else SIZE_MAX. */
size_t words_distance(const char *a, const char *b);

/* words_nearest(wrong, candidate, best, distance): keeps the candidate in *best when it is nearer than *distance and near enough: at most a third of the
   shorter one's length, or the wrong word is its beginning. */
void words_nearest(const char *wrong, const char *candidate, const char **best, size_t *distance);

/* words_nearest_of(wrong, list, best, distance): as words_nearest for every word of a list separated by blanks; *best points into the list. */
void words_nearest_of(const char *wrong, const char *list, const char **best, size_t *distance);

/* words_contain(list, word): the word stands in a list separated by blanks. */
bool words_contain(const char *list, const char *word);

#endif
