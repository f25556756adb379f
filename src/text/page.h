/*
 * Pages for a terminal: headings, folded paragraphs, aligned tables; plain UTF-8 without trailing blanks. What is shown
 * cannot drive a terminal: control characters, line separators and marks that turn the direction of writing appear as
 * visible replacements.
 */
#ifndef PAGE_H
#define PAGE_H

#include "draft.h"

struct page {
	struct draft draft;
	size_t width;
};

/* page_begin(page, arena, out, width): appends to out from here on; width in columns, 0: 80. */
void page_begin(struct page *page, struct arena *arena, struct buffer *out, size_t width);

/* page_finish(page, error): as draft_finish. */
enum hansard_status page_finish(struct page *page, struct hansard_error *error);

/* page_heading(page, title): a title at the margin, set off by an empty line from what stands before it. */
void page_heading(struct page *page, struct text title);

/* page_blank(page): an empty line; nothing at the beginning and behind an empty line. */
void page_blank(struct page *page);

/* page_fold(page, indent, text): the text, each of its lines folded at words,
   a long word behind a hyphen, slash or comma; lines that follow one another stay apart,
   empty ones are shown once. Nothing for an absent or empty text. */
void page_fold(struct page *page, size_t indent, struct text text);

/* page_line(page, text): the text on one line of its own, however long: for what is copied or read by programs. Line
   breaks in it become blanks. Nothing for an absent or empty text. */
void page_line(struct page *page, struct text text);

/* page_entry(page, indent, lead, lead_width, text): `lead` padded to lead_width columns and two more, and behind it
   the text folded and hanging. */
struct page_lead {
	size_t indent;
	size_t width;
	struct text text;
};
void page_entry(struct page *page, struct page_lead lead, struct text text);

/* A table: numbers to the right, texts to the left. Where it is too wide its widest columns of text are folded between
   words; where even that does not fit, each row is written as lines `title  cell`. */
struct page_column {
	const char *title;
	bool right;
};
struct page_table {
	struct page *page;
	const struct page_column *columns;
	size_t column_count;
	struct text *cells;
	size_t cell_count;
	size_t capacity;
};

/* page_table_begin(table, page, columns, count): an empty table; columns live as long as it. */
void page_table_begin(struct page_table *table, struct page *page, const struct page_column *columns, size_t count);

/* page_table_cell(table, text): the next cell, row by row; absent is empty. Line breaks in it become blanks. */
void page_table_cell(struct page_table *table, struct text text);

/* page_table_integer(table, value): the next cell as a number. */
void page_table_integer(struct page_table *table, int64_t value);

/* page_table_end(table): writes the table, indented by two; nothing when it has no rows. */
void page_table_end(struct page_table *table);

#endif
