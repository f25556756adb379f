/*
 * Edit distance (optimal string alignment).
 */
#include "words.h"

enum { WORD_SIZE = 64 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t words_distance(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);
	size_t rows[3][WORD_SIZE];
	if (m >= WORD_SIZE || n >= WORD_SIZE)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[m % 3][n];
}

void words_nearest(const char *wrong, const char *candidate, const char **best, size_t *distance)
{
	size_t size = strlen(candidate), wrong_size = strlen(wrong);
	size_t found = words_distance(wrong, candidate);
	bool begins = wrong_size >= 2 && strncmp(wrong, candidate, wrong_size) == 0;
	if (begins)
		found = 1;
	if (found < *distance && (begins || found <= (wrong_size < size ? wrong_size : size) / 3)) {
		*distance = found;
		*best = candidate;
	}
}

void words_nearest_of(const char *wrong, const char *list, const char **best, size_t *distance)
{
	for (const char *at = list; *at != '\0';) {
		size_t size = strcspn(at, " ");
		char word[WORD_SIZE];
		if (size > 0 && size < sizeof word) {
			const char *found = NULL;
			memcpy(word, at, size);
			word[size] = '\0';
			words_nearest(wrong, word, &found, distance);
			if (found != NULL)
				*best = at;
		}
		at += size + strspn(at + size, " ");
	}
}

bool words_contain(const char *list, const char *word)
{
	size_t size = strlen(word);
	for (const char *at = list; *at != '\0';) {
		size_t found = strcspn(at, " ");
		if (found == size && strncmp(at, word, size) == 0)
			return true;
		at += found + strspn(at + found, " ");
	}
	return false;
}
