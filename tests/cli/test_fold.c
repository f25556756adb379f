/*
 * Folding at words: where a line is continued, and what stays whole.
 */
#include <tap.h>

#include <stdlib.h>

#include "fold.h"

static struct {
	char *data;
	size_t size;
} folded;

static const char *lines(const char *text, size_t width)
{
	free(folded.data);
	FILE *out = open_memstream(&folded.data, &folded.size);
	expect(out != NULL);
	fold_lines(out, text, strlen(text), width);
	expect(fclose(out) == 0);
	return folded.data;
}

static const char *paragraphs(const char *text, size_t indent, size_t width)
{
	free(folded.data);
	FILE *out = open_memstream(&folded.data, &folded.size);
	expect(out != NULL);
	fold_paragraphs((struct fold){.out = out, .indent = indent, .width = width}, text);
	expect(fclose(out) == 0);
	return folded.data;
}

static void what_fits_stays(void)
{
	static const char *const rows[] = {"",
									   "\n",
									   "a\n\n  b  c\n",
									   "no end",
									   "exactly twenty cols.\n",
									   "  blanks, the end \n",
									   "é è ê ë é è ê ë é è.\n"};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_string(lines(rows[i], 20), rows[i]);
}

static void a_line_goes_on_behind_its_label(void)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{"one two three four five six\n", "one two three four\n  five six\n"},
		{"  one two three four five six\n", "  one two three four\n    five six\n"},
		{"a one two three four five six\n", "a one two three four\n  five six\n"},
		{"  - one two three four five\n", "  - one two three\n    four five\n"},
		{"LEFT OUT  one two three four\n", "LEFT OUT  one two\n          three four\n"},
		{"BROKEN one two three four\n", "BROKEN one two three\n       four\n"},
		{"note: one two three four five\n", "note: one two three\n      four five\n"},
		{"  umk    one two three four\n", "  umk    one two\n         three four\n"},
		{"one two three four  five six\n", "one two three four\n  five six\n"},
		{"a  b  one two three four\n", "a  b  one two three\n      four\n"},
		{"a  b  one two /a/rather/long/path\n", "a  b  one two\n   /a/rather/long/path\n"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_string(lines(rows[i].text, 20), rows[i].wanted);
}

static void a_word_stays_whole(void)
{
	expect_string(lines("the key archive+0123456789abcdef is here\n", 20),
				  "the key\n  archive+0123456789abcdef\n  is here\n");
	expect_string(lines("  archive+0123456789abcdef\n", 20), "  archive+0123456789abcdef\n");
	expect_string(lines("LEFT OUT  archive+0123456789abcdef: it\n", 20),
				  "LEFT OUT  archive+0123456789abcdef:\n          it\n");
}

static void a_command_stays_whole(void)
{
	expect_string(lines("  hansard keys trust archive+0123456789abcdef\n", 20),
				  "  hansard keys trust archive+0123456789abcdef\n");
	expect_string(lines("  hansard verify archive says who has signed it\n", 20),
				  "  hansard verify\n    archive says who\n    has signed it\n");
	expect_string(lines("— tester 0123456789abcdef\n", 20), "— tester 0123456789abcdef\n");
	expect_string(lines("hansard: archive cannot be read\n", 20),
				  "hansard: archive\n         cannot be\n         read\n");
}

static void every_width_keeps_every_word(void)
{
	static const char text[] =
		"LEFT OUT  an-id-of-some-length: its head is signed by nobody\n    a  table  of words that are many\n"
		"hansard: neither HANSARD_AUDIT nor HOME\n  - an item, of a list: it is long\n\nthe end";
	for (size_t width = 1; width < 90; width++) {
		const char *at = text;
		for (const char *got = lines(text, width); *got != '\0'; got++) {
			if (*got == ' ' || *got == '\n')
				continue;
			at += strspn(at, " \n");
			expect_integer(*got, *at);
			at++;
			const bool ends = *at == ' ' || *at == '\n' || *at == '\0';
			expect(ends == (got[1] == ' ' || got[1] == '\n' || got[1] == '\0'));
		}
		expect_integer(*at, '\0');
	}
}

static void paragraphs_are_folded_behind_blanks(void)
{
	expect_string(paragraphs("one two  three\nfour\n\nfive six seven", 2, 12),
				  "  one two\n  three\n  four\n\n  five six\n  seven\n");
	expect_string(paragraphs("a bb ccc", 0, 80), "a bb ccc\n");
	expect_string(paragraphs("", 4, 80), "");
	expect_string(paragraphs("In order:\n1. one two\n2. three four\n\nfive six seven", 2, 12),
				  "  In order:\n  1. one two\n  2. three\n     four\n\n  five six\n  seven\n");
}

static const struct tap_test tests[] = {
	{"a line that fits stays as it is, byte for byte", what_fits_stays},
	{"a line that is too wide goes on behind its label", a_line_goes_on_behind_its_label},
	{"a word is never parted, however long", a_word_stays_whole},
	{"a command and a signature are never parted; prose that begins with a command is", a_command_stays_whole},
	{"at every width every word is there, once and in order", every_width_keeps_every_word},
	{"paragraphs are folded behind their blanks", paragraphs_are_folded_behind_blanks},
};
TAP_MAIN(tests)
