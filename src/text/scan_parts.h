/*
 * What the parts of the scanner share while one file is read: each part fills its lists of the file, in the order
 * lines, tables, items, inline marks, fields, markers.
 */
#ifndef SCAN_PARTS_H
#define SCAN_PARTS_H

#include "scan.h"

/* What a byte of the content stands in. */
enum scan_mark {
	SCAN_MARK_CODE = 1 << 0,   /* a span in backticks, these included */
	SCAN_MARK_BOLD = 1 << 1,   /* a bold run, its marks included */
	SCAN_MARK_STRUCK = 1 << 2, /* between ~~ or the tags that strike out, these included */
	SCAN_MARK_ESCAPED = 1 << 3 /* behind a backslash */
};

/* A bracket and its partner, SIZE_MAX when it is not closed. */
struct scan_bracket {
	size_t open;
	size_t close;
};

struct scan_reading {
	struct arena *arena;
	struct scan_file *file;
	uint8_t *marks; /* one enum scan_mark set per byte of the content */
	struct scan_bracket *brackets;
	size_t bracket_count;
	size_t range_budget; /* ids that ranges may still add: a short text must not become a long list */
};

enum {
	SCAN_RANGE_BUDGET = 4096, /* of one file; a range beyond it gives its two ends */
	SCAN_NAME_MAX = 64,       /* bytes of a name before an id, of a speaker, of a plain field's name */
};

/* scan_line_read(reading): lines, fences, headings and thematic breaks. False when memory is exhausted, as all below. */
bool scan_line_read(struct scan_reading *reading);

/* scan_line_items(reading): list items; tables are known. */
bool scan_line_items(struct scan_reading *reading);

/* scan_line_prefix(line): offset in the line behind blanks, heading, list and quote marks, and emphasis. */
size_t scan_line_prefix(struct text line);

/* scan_line_mark(line, ret_number, ret_size): the line, without its indent, begins with a list mark of ret_size bytes,
   the blank behind it included; ret_number is -1 for a bullet. */
bool scan_line_mark(struct text line, int *ret_number, size_t *ret_size);

/* scan_table_read(reading): tables and their cells. */
bool scan_table_read(struct scan_reading *reading);

/* scan_box_rule(line): a line drawn with box characters alone. */
bool scan_box_rule(struct text line);

/* scan_box_read(reading, first, padding, ret_table, ret_behind, ret_found): the box table whose first rule is line
   `first` (from 0), if there is a table; *ret_behind is the line behind all that is drawn. *padding is how many empty
   cells may still be added. */
bool scan_box_read(struct scan_reading *reading, size_t first, size_t *padding, struct scan_table *ret_table,
				   size_t *ret_behind, bool *ret_found);

/* scan_inline_read(reading): marks of bytes, brackets and bold runs. */
bool scan_inline_read(struct scan_reading *reading);

/* scan_inline_code(text, at, none): offset behind the code span that the backticks at `at` open, or behind the backticks
   when nothing closes them. *none, 0 at the start of a text, remembers run lengths that have no partner left. */
size_t scan_inline_code(struct text text, size_t at, uint32_t *none);

bool scan_field_read(struct scan_reading *reading);

bool scan_marker_read(struct scan_reading *reading);

/* A keyword as read at the start of a text. */
struct scan_keyword_found {
	enum scan_keyword keyword;
	enum entity_type entity;
	enum move_type move;
	enum verdict_type verdict;
	enum ref_type ref;
	size_t size;   /* bytes of the keyword */
	bool anywhere; /* its own form (MOVE:X, RE:X, CONVERGENCE CONFIRMED) tells it from a word in brackets */
};

/* scan_keyword_at(text, ret_found): the keyword, known or not, with which a text begins. False when the text does not
   begin as a keyword does: two capitals or more, words joined with '-', and then no other letter. */
bool scan_keyword_at(struct text text, struct scan_keyword_found *ret_found);

/* Where an id is read, which decides how much may be taken for part of it. */
enum scan_id_place {
	SCAN_ID_ZONE,  /* between keyword and label: any name, any tail */
	SCAN_ID_LABEL, /* leading a label: a name joined by a blank is in capitals or followed by a round */
	SCAN_ID_TEXT,  /* anywhere: names and tails in capitals as people write them */
};

struct scan_id_list {
	struct arena *arena;
	struct scan_id *items;
	size_t count;
	size_t capacity;
	size_t *range_budget;
};

/* scan_id_take(list, text, at, place, ret_end): appends the id or range of ids that begins at offset `at` of a text;
   *ret_end is the offset behind it, or `at` when none begins there. False when memory is exhausted. */
bool scan_id_take(struct scan_id_list *list, struct text text, size_t at, enum scan_id_place place, size_t *ret_end);

/* scan_id_noise(word): a word that says nothing before an id, and is no name: "former", "Tension". */
bool scan_id_noise(struct text word);

/* scan_id_at(text, at, place, ret_id): size of the one id that begins there, or 0. */
size_t scan_id_at(struct text text, size_t at, enum scan_id_place place, struct scan_id *ret_id);

/* What stands behind a keyword. */
struct scan_zone {
	struct scan_id_list ids;
	struct scan_id_list label_ids;
	struct text *to; /* names, in the arena of ids */
	size_t to_count, to_capacity;
	struct text label; /* absent when there is none */
	bool colon;        /* the label stands behind a colon */
};

/* scan_zone_read(text, at, statement, zone): reads ids, `to NAME` and label from `at`, the offset behind the keyword, to
   the end of the text. `statement` is the letter of a statement's ids, whose label keeps its ids; 0 for any other
   keyword. zone has empty lists. False when memory is exhausted, as all three. */
bool scan_zone_read(struct text text, size_t at, char statement, struct scan_zone *zone);

/* scan_zone_label_ids(zone, text): ids with a name or round inside the label, which is a part of the text. */
bool scan_zone_label_ids(struct scan_zone *zone, struct text text);

/* scan_zone_behind(text, at, statement, zone): ids that follow the bracket, from *at, which is moved behind them when a
   colon or dash parts them from what follows. */
bool scan_zone_behind(struct text text, size_t *at, char statement, struct scan_zone *zone);

/* scan_speaker_before(text, from, at): the bold label or capitalised word that ends right before offset `at` of a line
   or cell that begins at `from`: `**Moves**: `, `**Muffin:** `, `Muffin: `, `Muffin `. Absent when there is none. */
struct text scan_speaker_before(struct text text, size_t from, size_t at);

/* scan_body_read(reading): bodies of markers. A marker comes with body_end where its body must end at the latest. */
bool scan_body_read(struct scan_reading *reading);

/* scan_text_blank(c): space, tab, CR or LF. */
bool scan_text_blank(char c);

/* scan_text_digit(c), scan_text_upper(c): an ASCII digit, an ASCII capital. */
bool scan_text_digit(char c);
bool scan_text_upper(char c);

/* scan_text_letter(text, at): size in bytes of the letter at an offset, or 0 when none begins there. */
size_t scan_text_letter(struct text text, size_t at);

/* scan_text_word_at(text, at), scan_text_word_before(text, at): a letter, digit or '_' begins at, or ends before, an
   offset. */
bool scan_text_word_at(struct text text, size_t at);
bool scan_text_word_before(struct text text, size_t at);

/* scan_text_ornament(text, at): size in bytes of the emoji, tick, cross, joiner or variation mark there, or 0. */
size_t scan_text_ornament(struct text text, size_t at);

/* scan_text_separator(text, at): size of the colon, `--`, dash, or of a '-' between blanks, there; 0 when none is. */
size_t scan_text_separator(struct text text, size_t at);

/* scan_text_skip_blanks(text, at): offset of the next byte that is not blank. */
size_t scan_text_skip_blanks(struct text text, size_t at);

/* scan_text_unwrap(arena, label): puts a label on one line: breaks become blanks. False when memory is short. */
bool scan_text_unwrap(struct arena *arena, struct text *label);

/* scan_text_at(text, at, string): the text continues with this string at the offset. */
bool scan_text_at(struct text text, size_t at, const char *string);

#endif
