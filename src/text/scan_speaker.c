/*
 * Who or what is named right before a place on a line: the name behind which a move stands.
 */
#include "scan_parts.h"

/* Offset before the emphasis marks that stand right before an offset. */
static size_t before_emphasis(struct text text, size_t from, size_t at)
{
	while (at > from && (text.data[at - 1] == '*' || text.data[at - 1] == '_' || text.data[at - 1] == '~'))
		at--;
	return at;
}

static size_t before_blanks(struct text text, size_t from, size_t at)
{
	while (at > from && scan_text_blank(text.data[at - 1]))
		at--;
	return at;
}

/* Offset before a colon or dash that ends at `at`, or `at`. */
static size_t before_separator(struct text text, size_t from, size_t at)
{
	static const char *const separators[] = {":", "--", "-", "\u2014", "\u2013"};
	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++) {
		const size_t size = strlen(separators[i]);
		if (at - from >= size && scan_text_at(text, at - size, separators[i]))
			return at - size;
	}
	return at;
}

/* The bold label that ends at `at`, its closing marks included: text between two pairs of marks, near. */
static struct text bold_label(struct text text, size_t from, size_t at)
{
	if (at - from < 5 || text.data[at - 1] != text.data[at - 2] ||
		(text.data[at - 1] != '*' && text.data[at - 1] != '_'))
		return TEXT_ABSENT;
	const char c = text.data[at - 1];
	const size_t close = at - 2;
	const size_t least = close - from > SCAN_NAME_MAX ? close - SCAN_NAME_MAX : from;
	for (size_t open = close; open >= least + 2; open--) {
		if (text.data[open - 1] != c || text.data[open - 2] != c)
			continue;
		struct text label = text_trim(text_slice(text, open, close));
		if (label.size > 0 && label.data[label.size - 1] == ':')
			label = text_trim(text_slice(label, 0, label.size - 1));
		return label.size > 0 ? label : TEXT_ABSENT;
	}
	return TEXT_ABSENT;
}

/* The capitalised word that ends at `at`. */
static struct text capital_word(struct text text, size_t from, size_t at)
{
	size_t first = at;
	const size_t least = at - from > SCAN_NAME_MAX ? at - SCAN_NAME_MAX : from;
	while (first > least && (scan_text_word_before(text, first) || text.data[first - 1] == '-')) {
		first--;
		while (first > least && ((unsigned char)text.data[first] & 0xc0) == 0x80)
			first--;
	}
	const bool capital = first < at && (scan_text_upper(text.data[first]) || (unsigned char)text.data[first] >= 0x80);
	return capital && scan_text_letter(text, first) > 0 ? text_slice(text, first, at) : TEXT_ABSENT;
}

struct text scan_speaker_before(struct text text, size_t from, size_t at)
{
	at = before_blanks(text, from, at);
	struct text label = bold_label(text, from, at);
	if (text_present(label) && scan_text_at(text, at - 3, ":"))
		return label;
	at = before_blanks(text, from, before_emphasis(text, from, at));
	const size_t bare = before_blanks(text, from, before_separator(text, from, at));
	label = bold_label(text, from, bare);
	return text_present(label) && bare < at ? label : capital_word(text, from, bare);
}
