/*
 * Slugs: a grammar, and a way from any title to it.
 */
#include "slug.h"

#include "limits.h"
#include "utf8.h"

/* Latin letters with marks, by range of code points: Latin-1, Latin Extended-A, what is in use of Extended-B and of
   Extended Additional. Combining marks fold to nothing, so that both spellings of a letter give one slug. */
static const struct fold {
	uint32_t from;
	uint32_t to;
	const char *ascii;
} folds[] = {
	{0x00c0, 0x00c5, "a"},  {0x00c6, 0x00c6, "ae"}, {0x00c7, 0x00c7, "c"},  {0x00c8, 0x00cb, "e"},
	{0x00cc, 0x00cf, "i"},  {0x00d0, 0x00d0, "d"},  {0x00d1, 0x00d1, "n"},  {0x00d2, 0x00d6, "o"},
	{0x00d8, 0x00d8, "o"},  {0x00d9, 0x00dc, "u"},  {0x00dd, 0x00dd, "y"},  {0x00de, 0x00de, "th"},
	{0x00df, 0x00df, "ss"}, {0x00e0, 0x00e5, "a"},  {0x00e6, 0x00e6, "ae"}, {0x00e7, 0x00e7, "c"},
	{0x00e8, 0x00eb, "e"},  {0x00ec, 0x00ef, "i"},  {0x00f0, 0x00f0, "d"},  {0x00f1, 0x00f1, "n"},
	{0x00f2, 0x00f6, "o"},  {0x00f8, 0x00f8, "o"},  {0x00f9, 0x00fc, "u"},  {0x00fd, 0x00fd, "y"},
	{0x00fe, 0x00fe, "th"}, {0x00ff, 0x00ff, "y"},  {0x0100, 0x0105, "a"},  {0x0106, 0x010d, "c"},
	{0x010e, 0x0111, "d"},  {0x0112, 0x011b, "e"},  {0x011c, 0x0123, "g"},  {0x0124, 0x0127, "h"},
	{0x0128, 0x0131, "i"},  {0x0132, 0x0133, "ij"}, {0x0134, 0x0135, "j"},  {0x0136, 0x0138, "k"},
	{0x0139, 0x0142, "l"},  {0x0143, 0x0149, "n"},  {0x014a, 0x014b, "ng"}, {0x014c, 0x0151, "o"},
	{0x0152, 0x0153, "oe"}, {0x0154, 0x0159, "r"},  {0x015a, 0x0161, "s"},  {0x0162, 0x0167, "t"},
	{0x0168, 0x0173, "u"},  {0x0174, 0x0175, "w"},  {0x0176, 0x0178, "y"},  {0x0179, 0x017e, "z"},
	{0x017f, 0x017f, "s"},  {0x01a0, 0x01a1, "o"},  {0x01af, 0x01b0, "u"},  {0x01cd, 0x01ce, "a"},
	{0x01cf, 0x01d0, "i"},  {0x01d1, 0x01d2, "o"},  {0x01d3, 0x01dc, "u"},  {0x0218, 0x0219, "s"},
	{0x021a, 0x021b, "t"},  {0x0300, 0x036f, ""},   {0x1e9e, 0x1e9e, "ss"}, {0x1ea0, 0x1eb7, "a"},
	{0x1eb8, 0x1ec7, "e"},  {0x1ec8, 0x1ecb, "i"},  {0x1ecc, 0x1ee3, "o"},  {0x1ee4, 0x1ef1, "u"},
	{0x1ef2, 0x1ef9, "y"},
};

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool slug_valid(struct text text, size_t limit)
{
	if (text.size == 0 || text.size > limit)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		const bool between = i > 0 && i + 1 < text.size && text.data[i - 1] != '-';
		if (!is_plain(text.data[i]) && !(text.data[i] == '-' && between))
			return false;
	}
	return true;
}

/* What a code point becomes: ASCII letters and digits, nothing (""), or NULL: it separates. */
static const char *fold(uint32_t code_point, char ret_single[static 2])
{
	if (code_point < 0x80) {
		const char c = (char)code_point;
		ret_single[0] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		ret_single[1] = '\0';
		return is_plain(ret_single[0]) ? ret_single : NULL;
	}
	for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
		if (code_point >= folds[i].from && code_point <= folds[i].to)
			return folds[i].ascii;
	}
	return NULL;
}

/* Size of a slug of more than `limit` bytes when it is cut to them: before the last '-' among them, if there is one. */
static size_t cut(const char *slug, size_t limit)
{
	for (size_t i = limit; i > 0; i--) {
		if (slug[i] == '-')
			return i;
	}
	return limit;
}

bool slug_make(struct arena *arena, struct text text, size_t limit, struct text *ret_slug)
{
	/* Room for the first byte beyond the limit, a '-' before it and the longest fold. */
	char *slug = arena_allocate(arena, limit + 4);
	if (slug == NULL)
		return false;
	size_t size = 0;
	bool separated = false;
	uint32_t code_point;
	for (size_t at = 0; size <= limit && utf8_next(text, &at, &code_point);) {
		char single[2];
		const char *letters = fold(code_point, single);
		if (letters == NULL) {
			separated = true;
			continue;
		}
		if (separated && size > 0 && letters[0] != '\0')
			slug[size++] = '-';
		separated = separated && letters[0] == '\0';
		for (size_t i = 0; letters[i] != '\0'; i++)
			slug[size++] = letters[i];
	}
	*ret_slug = (struct text){.data = slug, .size = size > limit ? cut(slug, limit) : size};
	return true;
}

static bool is_number(struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	return text.size > 0;
}

bool slug_of_expert(struct arena *arena, struct text name, struct text *ret_slug)
{
	static const char prefix[] = "expert-";
	const struct text trimmed = text_trim(name);
	if (!is_number(trimmed))
		return slug_make(arena, name, LIMIT_SLUG, ret_slug);
	const size_t room = LIMIT_SLUG - (sizeof(prefix) - 1);
	return arena_format(arena, ret_slug, "%s%.*s", prefix, (int)(trimmed.size < room ? trimmed.size : room),
						trimmed.data);
}
