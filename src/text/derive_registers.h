/*
 * Registers of tensions: which table, heading or list item is a row, and whose (import.md, Which tension is T01).
 */
#ifndef DERIVE_REGISTERS_H
#define DERIVE_REGISTERS_H

#include "derive_status.h"
#include "derive_table.h"

/* What kind of register a table is. */
struct register_table {
	const struct work_file *file;
	const struct scan_table *table;
	struct table_columns columns;
	size_t id_column;
	size_t label_column; /* SIZE_MAX when there is none */
	bool own;            /* holds the experts' own tensions */
	bool defines;        /* its rows are tensions; else it only says how they stand */
};

/* derive_registers_table(work, file, table, ret_register): false for a table that is no register. */
bool derive_registers_table(struct derive_work *work, const struct work_file *file, const struct scan_table *table,
							struct register_table *ret_register);

/* derive_registers_initial(work, tail): slug of the one member whose initial or initials a tail is ("-M"), absent when
   there is none. */
struct text derive_registers_initial(const struct derive_work *work, struct text tail);

/* derive_registers_ids(work, register, row, ret_count): the ids of a row's id cell, each qualified with its expert
   and round where the table's own rows say them elsewhere. */
struct scan_id *derive_registers_ids(struct derive_work *work, const struct register_table *table,
									 const struct scan_row *row, size_t *ret_count);

/* derive_registers_group(work, file, offset, ret_reading, ret_heading): the status that the heading above says of all below it ("##
   Resolved Tensions"). */
bool derive_registers_group(struct derive_work *work, const struct work_file *file, size_t offset,
							struct status_reading *ret_reading, size_t *ret_heading);

/* derive_registers_listing(work, file, offset): a heading or list item here may be a row: a file of tensions, or
   below a heading that names them. */
bool derive_registers_listing(struct derive_work *work, const struct work_file *file, size_t offset);

/* A line that begins with tension ids: an optional title, and a status word set off (import.md, Status of a tension); or
   one whose status stands in front ("Resolved: T01, T02"). */
struct register_line {
	struct scan_id *ids;
	size_t id_count;
	struct text title; /* absent when there is none */
	bool stated;
	enum tension_status status; /* TENSION_ABSENT: see accepted and comment */
	bool accepted;
	bool comment;
	struct text when;    /* the word, or the bracket behind it, where a round may be named; absent without */
	struct text reason;  /* what follows the word */
	struct text unclear; /* where none is stated: what begins with a status word and goes on; absent without */
};

/* derive_registers_line(work, text, ret_line): reads it; false when the text does not begin with a tension id,
   or with a status and one. */
bool derive_registers_line(struct derive_work *work, struct text text, struct register_line *ret_line);

/* derive_registers_above(work, file, offset, ret_above): the row below which an offset stands: the heading of its section
   when that begins with ids, else the last line shortly before it that does. False when there is none. */
struct register_above {
	struct scan_id *ids;
	size_t id_count;
	size_t line; /* index of the row's line */
};
bool derive_registers_above(struct derive_work *work, const struct work_file *file, size_t offset,
							struct register_above *ret_above);

/* derive_registers_opening(file, line, ret_text, ret_ticked): the text of a heading, list item or line that begins in
   bold, without its marks, and whether it is an item that is ticked; ret_ticked may be NULL. False for any other line, and
   inside fences and tables. */
bool derive_registers_opening(const struct work_file *file, const struct scan_line *line, struct text *ret_text,
							  bool *ret_ticked);

#endif
