/*
 * Display ids and the subkeys they stand for.
 */
#include "display_id.h"

#include "limits.h"

/* The five types, in the order of display. */
static const struct {
	enum entity_type type;
	char letter;
} letters[] = {
	{ENTITY_PERSPECTIVE, 'P'}, {ENTITY_RECOMMENDATION, 'R'}, {ENTITY_TENSION, 'T'},
	{ENTITY_EVIDENCE, 'E'},    {ENTITY_CLAIM, 'C'},
};

enum { LETTERS = sizeof(letters) / sizeof(letters[0]) };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Two digits at text.data. */
static int two_digits(const char *digits)
{
	return (digits[0] - '0') * 10 + (digits[1] - '0');
}

/* `{round:02d}{seq}`: at least four digits, and beyond four none of seq is a leading zero. */
static bool parse_digits(const char *digits, size_t size, struct display_id *ret_id)
{
	if (size < 4 || size > 6)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!is_digit(digits[i]))
			return false;
	}
	if (size > 4 && digits[2] == '0')
		return false;
	ret_id->round = two_digits(digits);
	ret_id->seq = 0;
	for (size_t i = 2; i < size; i++)
		ret_id->seq = ret_id->seq * 10 + (digits[i] - '0');
	return true;
}

bool display_id_parse(struct text text, struct display_id *ret_id)
{
	char written[DISPLAY_ID_SIZE];
	size_t size = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == ' ' || text.data[i] == '\t')
			continue;
		if (size == sizeof(written))
			return false;
		written[size++] = text.data[i];
	}
	if (size == 0)
		return false;
	const char letter = written[0] >= 'a' && written[0] <= 'z' ? (char)(written[0] - 'a' + 'A') : written[0];
	for (size_t i = 0; i < LETTERS; i++) {
		struct display_id id = {.type = letters[i].type};
		if (letters[i].letter == letter && parse_digits(written + 1, size - 1, &id)) {
			*ret_id = id;
			return true;
		}
	}
	return false;
}

struct text display_id_format(struct display_id id, char ret_text[static DISPLAY_ID_SIZE])
{
	char written[32];
	int size = 0;
	if (display_id_letter(id.type) != 0 && id.round >= 0 && id.round <= LIMIT_ROUND && id.seq >= 0 &&
		id.seq <= LIMIT_SEQ)
		size = snprintf(written, sizeof(written), "%c%02d%02d", display_id_letter(id.type), id.round, id.seq);
	if (size > 0 && size < DISPLAY_ID_SIZE)
		memcpy(ret_text, written, (size_t)size);
	else
		size = 0;
	ret_text[size] = '\0';
	return (struct text){.data = ret_text, .size = (size_t)size};
}

bool display_id_subkey(struct arena *arena, struct display_id id, struct text *ret_subkey)
{
	return arena_format(arena, ret_subkey, "%02d#%02d", id.round, id.seq);
}

bool display_id_of(const struct entity_head *entity, struct display_id *ret_id)
{
	const struct text subkey = entity->subkey;
	char digits[DISPLAY_ID_SIZE];
	if (display_id_letter(entity->type) == 0 || subkey.size < 5 || subkey.size > 7 || subkey.data[2] != '#')
		return false;
	memcpy(digits, subkey.data, 2);
	memcpy(digits + 2, subkey.data + 3, subkey.size - 3);
	struct display_id id = {.type = entity->type};
	if (!parse_digits(digits, subkey.size - 1, &id))
		return false;
	*ret_id = id;
	return true;
}

char display_id_letter(enum entity_type type)
{
	for (size_t i = 0; i < LETTERS; i++) {
		if (letters[i].type == type)
			return letters[i].letter;
	}
	return 0;
}

static int rank(enum entity_type type)
{
	int i = 0;
	while (i < LETTERS && letters[i].type != type)
		i++;
	return i;
}

int display_id_compare(struct display_id a, struct display_id b)
{
	if (a.type != b.type)
		return rank(a.type) - rank(b.type);
	return a.round != b.round ? a.round - b.round : a.seq - b.seq;
}
