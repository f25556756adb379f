/*
 * What stands in one markdown file, with its place: lines, headings and their sections, bold runs, list items, tables,
 * fields and markers. Pure syntax: nothing here knows what any of it means for the record. Texts point into the file's
 * content, except those put together from several places, which stand in the arena: a box table's cell of several
 * lines, a cell with an escaped pipe, a value that goes on behind its bold run, a label over several lines, a body with
 * references taken out.
 *
 * Offsets are bytes from the start of the content; lines count from 1. Everything is listed in order of offset.
 */
#ifndef SCAN_H
#define SCAN_H

#include "entity.h"
#include "problem.h"

/* Where something stands on its line. In a table the cell is the line. */
enum scan_context {
	SCAN_IN_FENCE = 1 << 0,
	SCAN_IN_BACKTICKS = 1 << 1,
	SCAN_IN_QUOTES = 1 << 2, /* a quotation mark before it on its line is not closed before it; never at the start */
	SCAN_IN_TABLE = 1 << 3,
	SCAN_IN_HEADING = 1 << 4,
	SCAN_IN_BOLD = 1 << 5,
	SCAN_AT_START = 1 << 6,    /* only blanks, heading, list, quote or bold marks before it on its line */
	SCAN_AT_END = 1 << 7,      /* only blanks, bold marks, punctuation or emoji after it */
	SCAN_STRUCK_OUT = 1 << 8,  /* between ~~, or <del>, <s> or <strike> and its end */
	SCAN_AFTER_NAME = 1 << 9,  /* a capitalised word, or a bold label with its colon, stands right before it */
	SCAN_FENCE_MARK = 1 << 10, /* the line that opens or closes a fence; it is SCAN_IN_FENCE too */
};

struct scan_line {
	struct text text; /* without line end */
	size_t offset;
	unsigned context; /* SCAN_IN_FENCE, SCAN_FENCE_MARK, SCAN_IN_TABLE, SCAN_IN_HEADING */
	bool blank;
	bool thematic_break; /* ---, ***, ___ outside fences and tables */
};

/* A heading (#..######, outside fences), and the section it begins: all up to the next heading of its level or
   above. */
struct scan_heading {
	int level;
	struct text text; /* without marks and trailing # */
	int64_t line;
	size_t offset;
	size_t body;        /* offset right behind the heading line */
	size_t section_end; /* offset where its section ends */
};

/* A bold run (**...** or __...__) outside fences and backticks, within one paragraph, heading, item or cell. */
struct scan_bold {
	struct text text; /* inside the marks */
	int64_t line;
	size_t offset;
	size_t end; /* behind the closing marks */
	unsigned context;
};

/* A list item (-, *, +, 1., 1)) outside fences and tables: its first line without the mark. */
struct scan_item {
	struct text text;
	int64_t line;
	size_t offset; /* of the mark */
	int indent;    /* columns before the mark */
	int number;    /* of an ordered list; -1 otherwise */
	size_t end;    /* offset where its text ends: the lines that follow belong to it up to a blank line, another item,
	                  heading, break, fence or table */
};

/* A table, pipe or box-drawing. Cells are trimmed; a box row's cell joins its lines with one blank, and a line of it
   that is not divided goes on the last cell. Short rows are filled with empty cells, longer ones keep theirs:
   cell_count differs. A pipe in backticks divides a row only where the row would otherwise be too short. */
struct scan_row {
	struct text *cells;
	size_t cell_count; /* at least column_count of the table */
	size_t written;    /* cells that stand there; those up to cell_count are empty */
	int64_t line;
	size_t offset;
};
struct scan_table {
	struct scan_row header; /* cells may be empty */
	struct scan_row *rows;
	size_t row_count;
	size_t column_count; /* of the header */
	int64_t line;
	size_t offset;
	size_t end; /* behind its last line */
	bool boxed;
	bool fenced;
	bool facts; /* its rows are fields */
};

/* A field: `**A**: x`, `**A:** x`, `**A: x**`, `**A**: x | **B**: y`, `A: x` for a name of at most four words at a
   line's start (after marks of list and quote), outside fences, headings and tables. Rows of a
   two-column table headed Metric, Value or with nothing are fields too, in fences as well. */
struct scan_field {
	struct text name;  /* without emphasis, emoji and colon */
	struct text value; /* as written, "" when nothing follows */
	int64_t line;
	size_t offset;
	bool bold;     /* the name stands in bold */
	bool of_table; /* a row of a two-column table */
	unsigned context;
};

/* An id as written by people: [NAME[-| ]][Rn[-.]]Tn with an optional tail, or with its round behind: `T01 (R0)`. A name
   is any capitalised word there: whether it is an expert's ("MUFFIN T01", "Resolves T01") only the reader knows. */
struct scan_id {
	struct text written; /* the whole of it; of an id from a range, the range */
	struct text name;    /* of an expert, absent when bare */
	int round;           /* as given with it (R1-T01, T01 (R1)); -1 when not. Digits are not taken apart for it */
	char letter;         /* 'P', 'R', 'T', 'E', 'C' */
	int number;          /* of all digits; -1 for an id without digits (T-NEW) */
	struct text digits;  /* as written: "01", "0103"; absent without digits */
	struct text tail;    /* ".1", "-R1", "-RESPONSE", "-NEW", "a"; absent when there is none */
	size_t offset;       /* in the content; of scan_ids(), in that text */
};

/* What the keyword of a marker means, as far as syntax goes (scan_keyword.c, table of keywords). */
enum scan_keyword {
	SCAN_STATEMENT,    /* PERSPECTIVE ... CLAIM or a local id; see `entity` */
	SCAN_REFINE,       /* REFINEMENT, REFINED */
	SCAN_CONCEDE,      /* CONCESSION */
	SCAN_RESOLVE,      /* RESOLVED, RESOLUTION, REFINED RESOLUTION */
	SCAN_COMMENT,      /* ACKNOWLEDGED, DEFER */
	SCAN_MOVE,         /* the eight moves; see `move` */
	SCAN_VERDICT,      /* DISSENT, MINORITY VERDICT; see `verdict` */
	SCAN_REFERENCE,    /* [RE:SUPPORT P0001]; see `ref` */
	SCAN_NEVER_SIGNAL, /* PROPOSAL, CONDITIONAL, PARTIAL, alone or with a move word: known, and never counted */
	SCAN_UNKNOWN,      /* has the form of a marker, its keyword is not known */
};

struct scan_marker {
	enum scan_keyword keyword;
	enum entity_type entity;   /* of SCAN_STATEMENT */
	enum move_type move;       /* of SCAN_MOVE, SCAN_REFINE, SCAN_CONCEDE, SCAN_RESOLVE */
	enum verdict_type verdict; /* of SCAN_VERDICT */
	enum ref_type ref;         /* of SCAN_REFERENCE */
	struct text written;       /* the keyword as written; of a local-id form, the id */
	struct text *to;           /* names after `to` or @, in order */
	size_t to_count;
	struct text speaker; /* the bold label or capitalised word right before it, absent otherwise */
	struct scan_id *ids; /* between keyword and label, leading the label, or right behind the bracket; of a
	                              statement only its own */
	size_t id_count;
	struct scan_id *label_ids; /* ids with a name or round elsewhere inside the label; none of a statement */
	size_t label_id_count;
	struct text label; /* without leading ids; absent when there is none */
	struct text
		body; /* from behind the bracket to the next marker, heading or thematic break, trimmed, without a leading
	                      colon or dash and without references; of a marker in a table its cell, of one without
	                      brackets its line. Absent when empty, and of a reference */
	int64_t line;
	size_t offset; /* of the bracket */
	size_t end;    /* behind the bracket */
	size_t body_end;
	unsigned context;
	bool bracketed; /* else MOVE:X or CONVERGENCE CONFIRMED alone */
	bool alone;     /* only emphasis, punctuation and emoji beside it in its cell or bold run, or at its line's end */
	bool closed;    /* its bracket is closed; else it ends with its line */
};

struct scan_file {
	struct text path;
	struct text content;
	struct scan_line *lines;
	size_t line_count;
	struct scan_heading *headings;
	size_t heading_count;
	struct scan_bold *bolds;
	size_t bold_count;
	struct scan_item *items;
	size_t item_count;
	struct scan_table *tables;
	size_t table_count;
	struct scan_field *fields;
	size_t field_count;
	struct scan_marker *markers; /* every candidate, in every context: who reads decides which count. One without
	                                brackets stands alone, at the start, or behind a speaker */
	size_t marker_count;
	int64_t open_fence_line; /* where a fence opens that is never closed: all behind it is code; 0 when there is none */
};

/* scan_read(arena, path, content, ret_file, error): scans one file whose content is valid UTF-8. Time and memory are
   linear in its size, whatever it holds (unclosed brackets and fences, missing cells). path and content are borrowed
   and must live as long as the arena. Errors: HANSARD_FAILED (memory). */
enum hansard_status scan_read(struct arena *arena, struct text path, struct text content,
							  const struct scan_file **ret_file, struct hansard_error *error);

/* scan_line_at(file, offset): the line (from 1) in which an offset lies. */
int64_t scan_line_at(const struct scan_file *file, size_t offset);

/* scan_heading_at(file, offset): index of the innermost heading whose section holds the offset, or SIZE_MAX. A
   heading's own line belongs to its section. */
size_t scan_heading_at(const struct scan_file *file, size_t offset);

/* scan_letter(text, at): bytes of the letter of any alphabet that stands at an offset, 0 when none does. */
size_t scan_letter(struct text text, size_t at);

/* scan_plain(arena, text, ret_plain): text without emphasis marks, backticks, emoji, ticks and crosses, blanks folded.
   It may be a part of text itself. Absent stays absent. False when memory is exhausted. */
bool scan_plain(struct arena *arena, struct text text, struct text *ret_plain);

/* scan_label(arena, text, ret_normal): scan_plain in lower case with punctuation dropped, for comparing labels. False
   when memory is exhausted. */
bool scan_label(struct arena *arena, struct text text, struct text *ret_normal);

/* scan_ids(arena, text, ret_ids, ret_count): every id in a text, ranges (T08-T11, T08--T11) expanded. False when memory
   is exhausted. */
bool scan_ids(struct arena *arena, struct text text, struct scan_id **ret_ids, size_t *ret_count);

/* scan_integer(text, ret_value): the integer that a cell or value is ("**415**", "45", "1,200", "~83%" is 83,
   "1 (minor)" is 1). Digits that are part of a word (R0) are no number. False when there is none, or more than one number. */
bool scan_integer(struct text text, int64_t *ret_value);

/* scan_integer_first(text, ret_value, ret_end): the first number of a text ("415 (W:135 C:104)" is 415), and the offset
   behind it. False when there is none or it is no integer. */
bool scan_integer_first(struct text text, int64_t *ret_value, size_t *ret_end);

/* scan_placeholder(text): a cell or paragraph that is only one bracketed phrase ("[Awaiting ...]") or a dash, or is
   empty. A marker is no placeholder. */
bool scan_placeholder(struct text text);

/* scan_keyword_nearest(written): the known keyword nearest to one that is not known, or absent when none is near enough. */
struct text scan_keyword_nearest(struct text written);

#endif
