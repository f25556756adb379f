/*
 * Edit distance (Levenshtein), two rows of the table at a time.
 */
#include "nearest.h"

enum { COMPARED = 80, LIST_CEILING = 8192 };

size_t nearest_distance(struct text a, struct text b)
{
	size_t row[COMPARED + 1];
	size_t a_size = a.size < COMPARED ? a.size : COMPARED;
	size_t b_size = b.size < COMPARED ? b.size : COMPARED;
	for (size_t j = 0; j <= b_size; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			bool same = tolower((unsigned char)a.data[i - 1]) == tolower((unsigned char)b.data[j - 1]);
			size_t best = diagonal + (same ? 0 : 1);
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[b_size];
}

static bool ends_in(struct text text, struct text option)
{
	return text.size > option.size && text.data[text.size - option.size - 1] == '.' &&
		   text_equal(text_slice(text, text.size - option.size, text.size), option);
}

struct text nearest_of(struct text text, const struct text *options, size_t count)
{
	struct text best = TEXT_ABSENT;
	size_t limit = text.size / 3 + 2; /* the first distance that is too far to be a slip */
	for (size_t i = 0; i < count; i++) {
		if (ends_in(text, options[i]))
			return options[i];
		size_t distance = nearest_distance(text, options[i]);
		if (distance < limit && distance < options[i].size) {
			limit = distance;
			best = options[i];
		}
	}
	return best;
}

bool nearest_list(struct arena *arena, const struct text *options, size_t count, struct text *ret_list)
{
	struct buffer list;
	buffer_init(&list, LIST_CEILING);
	bool good = true;
	for (size_t i = 0; good && i < count; i++) {
		if (list.size + options[i].size + 8 > LIST_CEILING) {
			good = buffer_append_string(&list, ", ...");
			break;
		}
		good = buffer_append_string(&list, i == 0 ? "" : ", ") && buffer_append_text(&list, options[i]);
	}
	good = good && arena_copy_text(arena, buffer_text(&list), ret_list);
	buffer_finish(&list);
	return good;
}
