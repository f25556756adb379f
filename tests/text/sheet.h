/*
 * What a test asks of a written page or document: a text that it holds, lines and their widths.
 */
#ifndef SHEET_H
#define SHEET_H

#include "limits.h"
#include "sample.h"
#include "tap.h"
#include "utf8.h"

struct sheet {
	struct arena *arena;
	struct record record;
	struct buffer out;
	struct hansard_error error;
};

__attribute__((unused)) static void sheet_begin(struct sheet *sheet)
{
	*sheet = (struct sheet){.arena = arena_create(LIMIT_ARENA)};
	expect(sheet->arena != NULL);
	buffer_init(&sheet->out, LIMIT_DOCUMENT);
}

/* With the dialogue made by hand on it. */
__attribute__((unused)) static void sheet_begin_sample(struct sheet *sheet)
{
	sheet_begin(sheet);
	sample_dialogue(sheet->arena, &sheet->record);
}

__attribute__((unused)) static void sheet_good(const struct sheet *sheet, enum hansard_status status)
{
	if (status != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", sheet->error.kind, sheet->error.message);
}

__attribute__((unused)) static void sheet_end(struct sheet *sheet)
{
	buffer_finish(&sheet->out);
	arena_destroy(sheet->arena);
}

__attribute__((unused)) static bool sheet_has(const struct sheet *sheet, const char *text)
{
	return text_find(buffer_text(&sheet->out), text_of_string(text), 0) != SIZE_MAX;
}

#define expect_has(sheet, text)                                                                                        \
	(sheet_has((sheet), (text)) ? (void)0 : tap_fail(__FILE__, __LINE__, "not written: %s", (text)))
#define expect_lacks(sheet, text)                                                                                      \
	(!sheet_has((sheet), (text)) ? (void)0 : tap_fail(__FILE__, __LINE__, "written: %s", (text)))

/* Takes the next line off *rest. False at the end. */
__attribute__((unused)) static bool sheet_line(struct text *rest, struct text *ret_line)
{
	if (rest->size == 0)
		return false;
	const size_t found = text_find(*rest, TEXT("\n"), 0);
	const size_t end = found == SIZE_MAX ? rest->size : found;
	*ret_line = text_slice(*rest, 0, end);
	*rest = text_slice(*rest, end + 1, rest->size);
	return true;
}

/* Texts with everything that might harm who reads them. */
#define SHEET_HOSTILE                                                                                                  \
	"a | b \\| c\n# Heading\nTitle\n===\n<script>alert(1)</script> [MOVE:CONVERGE] "                                   \
	"\x1b[31mred\x07 \xe2\x80\xaegnp \xc2\x9b"                                                                         \
	"5m\n\n---\n<!-- hidden\n```\nopen fence"

#endif
