/*
 * Writing markdown around texts of others. What people and agents wrote cannot break a table, begin a heading of the
 * document, close or open a fence, start HTML, or pose as a marker; else it stands as it was written.
 */
#ifndef MARKDOWN_H
#define MARKDOWN_H

#include "draft.h"
#include "entity.h"

/* markdown_inline(draft, text): in one line, for a list item, a heading, a field; markers are kept from being read as
   such. Appends nothing for an absent text. */
void markdown_inline(struct draft *draft, struct text text);

/* markdown_cell(draft, text): as markdown_inline, for a cell of a pipe table: pipes are escaped, a missing or empty
   text is a dash. */
void markdown_cell(struct draft *draft, struct text text);

/* markdown_quote(draft, text): a text of several lines as a block quote, each line behind `> ` (`>` where it is empty)
   and as it was written, with an empty line behind; nothing for an absent or blank text. Whatever it opens, a list, a
   fence, a heading, ends with the quote. */
void markdown_quote(struct draft *draft, struct text text);

/* A pipe table, filled row by row. In `align` each letter is a column: 'l' or 'r' for text or numbers; in capitals it
   is left out when none of its cells has anything. */
struct markdown_table {
	struct draft *draft;
	const char *const *titles;
	const char *align;
	struct text *cells;
	size_t cell_count;
	size_t capacity;
};

/* markdown_table_begin(table, draft, titles, align): an empty table; titles and align live as long as it. */
void markdown_table_begin(struct markdown_table *table, struct draft *draft, const char *const *titles,
						  const char *align);

/* markdown_table_cell(table, text): the next cell; markdown_table_integer: a number, absent is empty. */
void markdown_table_cell(struct markdown_table *table, struct text text);
void markdown_table_integer(struct markdown_table *table, struct schema_integer value);

/* markdown_table_end(table): writes it with an empty line behind; nothing when it has no rows. */
void markdown_table_end(struct markdown_table *table);

#endif
