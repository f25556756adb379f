/*
 * Columns of a table found by name (import.md, Tables and fields). A table may have any other columns besides.
 */
#ifndef DERIVE_TABLE_H
#define DERIVE_TABLE_H

#include "derive_work.h"

enum table_column {
	COLUMN_EXPERT,
	COLUMN_ID,
	COLUMN_ROUND,
	COLUMN_W,
	COLUMN_C,
	COLUMN_T,
	COLUMN_R,
	COLUMN_PARTS, /* W, C, T and R in one cell */
	COLUMN_SCORE,
	COLUMN_TOTAL,
	COLUMN_DELTA, /* of the score to the row above */
	COLUMN_OPEN,
	COLUMN_NEW,
	COLUMN_VELOCITY,
	COLUMN_CONVERGE,
	COLUMN_ROLE,
	COLUMN_TIER,
	COLUMN_RELEVANCE,
	COLUMN_SOURCE,
	COLUMN_FOCUS,
	COLUMN_EXPERTS,
	COLUMN_METRIC,
	COLUMN_MARKER,
	COLUMN_TENSION,
	COLUMN_PERSPECTIVE,
	COLUMN_STATUS,
	COLUMN_RAISED,
	COLUMN_RESOLVED,
	COLUMN_CONSENSUS,
	COLUMN_COUNT,
};

struct table_columns {
	size_t at[COLUMN_COUNT];    /* index of the column, SIZE_MAX when there is none */
	size_t rounds[WORK_ROUNDS]; /* columns R0, R1, ...; SIZE_MAX when there is none */
	bool has_rounds;
	size_t other_round; /* the first column of a round that holds something else; SIZE_MAX when there is none */
	size_t known;       /* columns that have a known name */
};

/* derive_table_columns(work, table, ret_columns): finds the columns of a table. */
void derive_table_columns(struct derive_work *work, const struct scan_table *table, struct table_columns *ret_columns);

/* derive_table_kind(name): what a column of that name is; COLUMN_COUNT for a name that is not known. */
enum table_column derive_table_kind(struct text name);

/* derive_table_named(work, table, column, except): the first column of that name that is not `except`, SIZE_MAX when
   there is none. COLUMN_COUNT stands for names that are not known. */
size_t derive_table_named(struct derive_work *work, const struct scan_table *table, enum table_column column,
						  size_t except);

/* derive_table_has(columns, column): the table has this column. */
bool derive_table_has(const struct table_columns *columns, enum table_column column);

/* derive_table_cell(row, columns, column): the cell of a row, absent without the column or the cell. */
struct text derive_table_cell(const struct scan_row *row, const struct table_columns *columns,
							  enum table_column column);

/* derive_table_plain(work, row, column): a cell as plain text, of a link what it shows; "" without the cell. */
struct text derive_table_plain(struct derive_work *work, const struct scan_row *row, size_t column);

/* derive_table_ids(work, table, columns, letter): the column whose cells begin with ids of that letter, SIZE_MAX when
   there is none. */
size_t derive_table_ids(struct derive_work *work, const struct scan_table *table, const struct table_columns *columns,
						char letter);

/* derive_table_zeros(table, columns): the score columns hold nothing but zeros, dashes and blanks, and at least one
   zero. */
bool derive_table_zeros(const struct scan_table *table, const struct table_columns *columns);

#endif
