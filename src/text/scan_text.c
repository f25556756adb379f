/*
 * Characters and small texts: what is a letter, an emoji, a number, a placeholder; and texts without their decoration.
 */
#include "scan_parts.h"
#include "utf8.h"

bool scan_text_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool scan_text_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool scan_text_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool ascii_letter(char c)
{
	return scan_text_upper(c) || (c >= 'a' && c <= 'z');
}

static bool ascii_punctuation(char c)
{
	return c > ' ' && c < 0x7f && !ascii_letter(c) && !scan_text_digit(c);
}

/* Whether a code point beyond ASCII is a letter: what is no punctuation, symbol, arrow, box or emoji counts as one. */
static bool is_letter(uint32_t c)
{
	return (c >= 0xc0 && c != 0xd7 && c != 0xf7 && c < 0x2000) || (c >= 0x2c00 && c < 0x2e00) ||
		   (c >= 0x3040 && c < 0xe000) || (c >= 0xf900 && c < 0xfe00) || (c >= 0x10000 && c < 0x1d000) || c >= 0x20000;
}

size_t scan_text_letter(struct text text, size_t at)
{
	if (at >= text.size)
		return 0;
	if ((unsigned char)text.data[at] < 0x80)
		return ascii_letter(text.data[at]);
	size_t end = at;
	uint32_t c;
	return utf8_next(text, &end, &c) && is_letter(c) ? end - at : 0;
}

size_t scan_letter(struct text text, size_t at)
{
	return scan_text_letter(text, at);
}

bool scan_text_word_at(struct text text, size_t at)
{
	return at < text.size && (scan_text_digit(text.data[at]) || text.data[at] == '_' || scan_text_letter(text, at) > 0);
}

bool scan_text_word_before(struct text text, size_t at)
{
	size_t start = at;
	while (start > 0 && at - start < 4 && (at == start || ((unsigned char)text.data[start] & 0xc0) == 0x80))
		start--;
	return start < at && scan_text_word_at(text, start);
}

/* Ranges of code points that decorate a text: emoji with their joiners, ticks and crosses, bullets. Arrows are text. */
static const struct {
	uint32_t first, last;
} ornaments[] = {
	{0x200b, 0x200d}, {0x203c, 0x203c}, {0x2049, 0x2049},   {0x20e3, 0x20e3},   {0x2139, 0x2139},
	{0x231a, 0x231b}, {0x23e9, 0x23fa}, {0x25a0, 0x27be},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b55},
	{0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0x1f000, 0x1faff}, {0xe0020, 0xe007f},
};

static bool is_ornament(uint32_t c)
{
	if (c == 0x2794 || (c >= 0x2798 && c <= 0x27be && c != 0x27b0)) /* arrows among the dingbats */
		return false;
	for (size_t i = 0; i < sizeof(ornaments) / sizeof(ornaments[0]); i++) {
		if (c >= ornaments[i].first && c <= ornaments[i].last)
			return true;
	}
	return false;
}

size_t scan_text_ornament(struct text text, size_t at)
{
	if (at >= text.size || (unsigned char)text.data[at] < 0x80)
		return 0;
	size_t end = at;
	uint32_t c;
	return utf8_next(text, &end, &c) && is_ornament(c) ? end - at : 0;
}

bool scan_text_at(struct text text, size_t at, const char *string)
{
	return at <= text.size && text_starts_with(text_slice(text, at, text.size), text_of_string(string));
}

size_t scan_text_skip_blanks(struct text text, size_t at)
{
	while (at < text.size && scan_text_blank(text.data[at]))
		at++;
	return at;
}

size_t scan_text_separator(struct text text, size_t at)
{
	static const char *const separators[] = {":", "--", "\u2014", "\u2013"};
	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++) {
		if (scan_text_at(text, at, separators[i]))
			return strlen(separators[i]);
	}
	const bool dash = at > 0 && at + 1 < text.size && text.data[at] == '-' && scan_text_blank(text.data[at - 1]) &&
					  scan_text_blank(text.data[at + 1]);
	return dash;
}

/* A text under construction that never grows beyond what was allocated. Blanks are folded as they come. */
struct folded {
	char *data;
	size_t size;
	bool blank; /* one is due before the next character */
};

static void put(struct folded *out, struct text piece)
{
	if (out->blank && out->size > 0)
		out->data[out->size++] = ' ';
	out->blank = false;
	memcpy(out->data + out->size, piece.data, piece.size);
	out->size += piece.size;
}

/* Size of the emphasis mark at an offset, or 0: '*' that touches a text, and '~~'. */
static size_t emphasis(struct text text, size_t at)
{
	const bool blank_before = at == 0 || scan_text_blank(text.data[at - 1]);
	const bool blank_behind = at + 1 >= text.size || scan_text_blank(text.data[at + 1]);
	if (text.data[at] == '*')
		return !blank_before || !blank_behind || text.size == 1;
	return scan_text_at(text, at, "~~") ? 2 : 0;
}

/* Size of the run of '_' at an offset; *ret_within when it stands inside a word. */
static size_t underscores(struct text text, size_t at, bool *ret_within)
{
	size_t end = at;
	while (end < text.size && text.data[end] == '_')
		end++;
	*ret_within = scan_text_word_before(text, at) && scan_text_word_at(text, end);
	return end - at;
}

/* Size of what scan_plain() leaves out at an offset outside backticks, or 0. */
static size_t decoration(struct text text, size_t at)
{
	const char c = text.data[at];
	if (c == '\\' && at + 1 < text.size && ascii_punctuation(text.data[at + 1]))
		return 1;
	const size_t size = emphasis(text, at);
	return size > 0 ? size : scan_text_ornament(text, at);
}

static size_t character_size(struct text text, size_t at)
{
	size_t end = at;
	uint32_t c;
	return utf8_next(text, &end, &c) ? end - at : 1;
}

/* A text that scan_plain() leaves as it is but for the blanks around it. */
static bool is_plain(struct text text)
{
	for (size_t at = 0; at < text.size; at++) {
		const char c = text.data[at];
		const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		const bool blank = c == ' ' && at > 0 && text.data[at - 1] != ' ';
		if (!alphanumeric && !blank && (c == '\0' || strchr(".,:;()/-+%'", c) == NULL))
			return false;
	}
	return true;
}

bool scan_plain(struct arena *arena, struct text text, struct text *ret_plain)
{
	if (!text_present(text)) {
		*ret_plain = TEXT_ABSENT;
		return true;
	}
	if (is_plain(text)) {
		*ret_plain = text_trim(text);
		return true;
	}
	struct folded out = {.data = arena_allocate(arena, text.size)};
	if (out.data == NULL)
		return false;
	bool code = false;
	bool escaped = false;
	for (size_t at = 0, size; at < text.size; at += size) {
		const char c = text.data[at];
		size = character_size(text, at);
		if (c == '`' && !escaped) {
			code = !code;
			continue;
		}
		bool within;
		if (c == '_' && !code && !escaped) {
			size = underscores(text, at, &within);
			if (within)
				put(&out, text_slice(text, at, at + size));
			continue;
		}
		const bool blank = scan_text_blank(c) || scan_text_at(text, at, "\u00a0");
		const size_t dropped = code || escaped || blank ? 0 : decoration(text, at);
		escaped = dropped == 1 && c == '\\';
		if (dropped > 0)
			size = dropped;
		else if (blank)
			out.blank = true;
		else
			put(&out, text_slice(text, at, at + size));
	}
	*ret_plain = (struct text){.data = out.data, .size = out.size};
	return true;
}

/* Whether a character is left out of a normalised label without parting what stands beside it. */
static bool is_apostrophe(struct text character)
{
	return text_is(character, "'") || text_is(character, "\u2019") || text_is(character, "\u2018");
}

/* A character in lower case, in as many bytes: ASCII and Latin-1. */
static void put_lower(struct folded *out, struct text character)
{
	char lower[4];
	memcpy(lower, character.data, character.size);
	if (character.size == 1 && scan_text_upper(lower[0]))
		lower[0] = (char)(lower[0] + ('a' - 'A'));
	else if (character.size == 2 && (unsigned char)lower[0] == 0xc3 && (unsigned char)lower[1] <= 0x9e &&
			 (unsigned char)lower[1] != 0x97)
		lower[1] = (char)(lower[1] + 0x20);
	put(out, (struct text){.data = lower, .size = character.size});
}

/* Whether a normalised label has a blank in place of this character. */
static bool is_punctuation(struct text character)
{
	if (character.size == 1)
		return scan_text_blank(character.data[0]) || ascii_punctuation(character.data[0]);
	size_t at = 0;
	uint32_t c = 0;
	(void)utf8_next(character, &at, &c);
	return (c >= 0x80 && c < 0xc0) || (c >= 0x2010 && c <= 0x205e) || (c >= 0x3000 && c <= 0x303f);
}

bool scan_label(struct arena *arena, struct text text, struct text *ret_normal)
{
	struct text plain;
	if (!scan_plain(arena, text, &plain))
		return false;
	if (!text_present(plain)) {
		*ret_normal = TEXT_ABSENT;
		return true;
	}
	struct folded out = {.data = arena_allocate(arena, plain.size)};
	if (out.data == NULL)
		return false;
	for (size_t at = 0, size; at < plain.size; at += size) {
		size = character_size(plain, at);
		const struct text character = text_slice(plain, at, at + size);
		if (is_apostrophe(character))
			continue;
		if (is_punctuation(character))
			out.blank = true;
		else
			put_lower(&out, character);
	}
	*ret_normal = (struct text){.data = out.data, .size = out.size};
	return true;
}

bool scan_text_unwrap(struct arena *arena, struct text *label)
{
	if (!text_present(*label) || memchr(label->data, '\n', label->size) == NULL)
		return true;
	char *data = arena_allocate(arena, label->size);
	if (data == NULL)
		return false;
	size_t size = 0;
	for (size_t at = 0; at < label->size; at++) {
		const bool folds = scan_text_blank(label->data[at]) && size > 0 && data[size - 1] == ' ';
		if (!folds)
			data[size++] = scan_text_blank(label->data[at]) ? ' ' : label->data[at];
	}
	*label = (struct text){.data = data, .size = size};
	return true;
}
