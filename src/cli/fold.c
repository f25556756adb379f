/*
 * Folding.
 */
#include "fold.h"

#include <stdbool.h>

enum { COMMAND_WORDS = 6, HANG = 2 };

/* Columns of UTF-8. */
static size_t columns(const char *data, size_t size)
{
	size_t count = 0;
	for (size_t i = 0; i < size; i++)
		count += ((unsigned char)data[i] & 0xc0) != 0x80;
	return count;
}

static void print_blanks(FILE *out, size_t count)
{
	for (; count > 0; count--)
		fputc(' ', out);
}

/* A word behind `gap` blanks, or on a line of its own where the one under way has no room for it. */
static void print_word(struct fold *fold, size_t gap, const char *word, size_t size)
{
	const size_t wide = columns(word, size);
	if (fold->column > fold->indent && fold->column + gap + wide > fold->width) {
		fputc('\n', fold->out);
		fold->column = 0;
	}
	if (fold->column == 0)
		gap = fold->indent;
	print_blanks(fold->out, gap);
	fwrite(word, 1, size, fold->out);
	fold->column += gap + wide;
}

void fold_paragraphs(struct fold fold, const char *text)
{
	const size_t margin = fold.indent;
	bool begins = true;
	for (const char *at = text; *at != '\0';) {
		if (*at == '\n') {
			fputs(fold.column > 0 ? "\n" : "", fold.out);
			fold.column = 0;
			fold.indent = margin;
			begins = true;
			if (at[1] == '\n')
				fputc('\n', fold.out);
			at += strspn(at, "\n");
			continue;
		}
		const size_t size = strcspn(at, " \n");
		print_word(&fold, 1, at, size);
		if (begins && size == 2 && isdigit((unsigned char)at[0]) && at[1] == '.')
			fold.indent = margin + size + 1;
		begins = false;
		at += size;
		at += strspn(at, " ");
	}
	if (fold.column > 0)
		fputc('\n', fold.out);
}

static size_t run_of(const char *data, size_t size, bool blanks)
{
	size_t at = 0;
	while (at < size && (data[at] == ' ') == blanks)
		at++;
	return at;
}

/* Columns of the longest word. */
static size_t longest_word(const char *line, size_t size)
{
	size_t longest = 0;
	for (size_t at = 0; at < size;) {
		at += run_of(line + at, size - at, true);
		const size_t word = run_of(line + at, size - at, false);
		const size_t wide = columns(line + at, word);
		longest = wide > longest ? wide : longest;
		at += word;
	}
	return longest;
}

/* Where the text of a line begins behind a gap of two blanks in the left half: the last behind which every word has room, else the
   first; 0 without one. */
static size_t behind_gap(const char *line, size_t size, size_t margin, size_t width)
{
	size_t found = 0;
	for (size_t at = margin; at < size && at < width / 2;) {
		at += run_of(line + at, size - at, false);
		const size_t gap = run_of(line + at, size - at, true);
		at += gap;
		if (gap < 2 || at >= size || at >= width / 2)
			continue;
		if (found == 0 || at + longest_word(line + at, size - at) <= width)
			found = at;
	}
	return found;
}

/* A list's mark, words in capitals, or a word with a colon, and the blank behind. */
static size_t behind_label(const char *line, size_t size, size_t margin)
{
	size_t end = margin;
	for (size_t at = margin; at < size;) {
		const size_t word = run_of(line + at, size - at, false);
		size_t capitals = 0;
		while (capitals < word && line[at + capitals] >= 'A' && line[at + capitals] <= 'Z')
			capitals++;
		const bool first = at == margin;
		const bool mark = first && word == 1 && (line[at] == '-' || line[at] == '*');
		const bool colon = first && word > 1 && line[at + word - 1] == ':';
		if (at + word == size || !(mark || colon || (capitals == word && word > 1)))
			break;
		at += word;
		at += run_of(line + at, size - at, true);
		end = at;
		if (mark || colon)
			break;
	}
	return end;
}

/* A line that is copied as a whole: a command, or who signed a head, of which a certificate is made. */
static bool is_copied(const char *line, size_t size)
{
	static const char command[] = "hansard ", signature[] = "\xe2\x80\x94 ";
	size_t words = 0;
	if (size >= sizeof(signature) - 1 && memcmp(line, signature, sizeof(signature) - 1) == 0)
		return true;
	if (size < sizeof(command) - 1 || memcmp(line, command, sizeof(command) - 1) != 0)
		return false;
	for (size_t at = 0; at < size; words++) {
		at += run_of(line + at, size - at, false);
		at += run_of(line + at, size - at, true);
	}
	return words <= COMMAND_WORDS;
}

static void fold_line(FILE *out, const char *line, size_t size, size_t width)
{
	const size_t margin = run_of(line, size, true);
	if (columns(line, size) <= width || is_copied(line + margin, size - margin)) {
		fwrite(line, 1, size, out);
		return;
	}
	size_t label = behind_gap(line, size, margin, width);
	if (label == 0)
		label = behind_label(line, size, margin);
	const bool bare = label == margin || label > width / 2;
	if (bare)
		label = margin + run_of(line + margin, size - margin, false);
	fwrite(line, 1, label, out);
	struct fold fold = {.out = out, .width = width, .column = columns(line, label)};
	fold.indent = bare ? margin + HANG : fold.column;
	for (size_t at = label; at < size;) {
		const size_t gap = run_of(line + at, size - at, true);
		const size_t word = run_of(line + at + gap, size - at - gap, false);
		if (word > 0)
			print_word(&fold, gap, line + at + gap, word);
		at += gap + word;
	}
}

void fold_lines(FILE *out, const char *data, size_t size, size_t width)
{
	for (size_t at = 0; at < size;) {
		const char *end = memchr(data + at, '\n', size - at);
		const size_t length = end != NULL ? (size_t)(end - data) - at : size - at;
		fold_line(out, data + at, length, width);
		if (end != NULL)
			fputc('\n', out);
		at += length + 1;
	}
}
