/*
 * Tables drawn with box characters or in ASCII: rules (of ─ ═ ┼ and their like, or + and -) with rows between them. A
 * logical row is all lines between two rules, unless each of several lines there plainly begins a row of its own: with
 * a number, Rn or an id, or with numbers in all other cells, or as one of many where the head alone is ruled off.
 * Columns are found by the bars alone: padding is often uneven.
 */
#include "scan_parts.h"
#include "utf8.h"

enum { BAR_SIZE = 3, BARS = 3, RULE_MIN = 3 };

/* Offset of the next bar (│ ┃ ║, or of an ASCII table |), or the size of the line. */
static size_t next_bar(struct text line, size_t at, bool ascii)
{
	if (ascii) {
		while (at < line.size && line.data[at] != '|')
			at++;
		return at;
	}
	static const char bars[BARS][BAR_SIZE + 1] = {"\u2502", "\u2503", "\u2551"};
	for (; at < line.size; at++) {
		for (size_t i = 0; line.data[at] == bars[i][0]; i++) {
			if (scan_text_at(line, at, bars[i]))
				return at;
			if (i + 1 == BARS)
				break;
		}
	}
	return line.size;
}

static size_t bar_size(bool ascii)
{
	return ascii ? 1 : BAR_SIZE;
}

/* Whether a line is a row; *ret_inside is what stands between its outer bars. */
static bool is_row(struct text line, bool ascii, struct text *ret_inside)
{
	const struct text text = text_trim(line);
	const size_t bar = bar_size(ascii);
	if (text.size < bar || next_bar(text, 0, ascii) != 0)
		return false;
	struct text inside = text_slice(text, bar, text.size);
	if (inside.size >= bar && next_bar(inside, inside.size - bar, ascii) == inside.size - bar)
		inside = text_slice(inside, 0, inside.size - bar);
	*ret_inside = inside;
	return true;
}

/* "+-----+----+": the rule of a table drawn in ASCII. */
static bool is_ascii_rule(struct text text)
{
	size_t corners = 0, lines = 0;
	for (size_t at = 0; at < text.size; at++) {
		corners += text.data[at] == '+';
		lines += text.data[at] == '-' || text.data[at] == '=';
	}
	return corners >= 2 && lines >= corners && corners + lines == text.size && text.data[0] == '+' &&
		   text.data[text.size - 1] == '+';
}

/* Whether a line is a rule: box characters alone and no bar in front, or one in ASCII. */
bool scan_box_rule(struct text line)
{
	const struct text text = text_trim(line);
	if (text.size > 0 && text.data[0] == '+')
		return is_ascii_rule(text);
	if (text.size < BAR_SIZE || (unsigned char)text.data[0] != 0xe2 || next_bar(text, 0, false) == 0)
		return false;
	size_t count = 0;
	uint32_t c;
	for (size_t at = 0; utf8_next(text, &at, &c); count++) {
		if ((c < 0x2500 || c > 0x257f) && c != ' ')
			return false;
	}
	return count >= RULE_MIN;
}

static size_t count_cells(struct text inside, bool ascii)
{
	size_t count = 1;
	for (size_t at = next_bar(inside, 0, ascii); at < inside.size; at = next_bar(inside, at + bar_size(ascii), ascii))
		count++;
	return count;
}

struct group {
	const struct scan_line *lines;
	size_t first, behind; /* its lines, all rows */
	size_t columns;       /* of its line with the most */
	bool ascii;           /* | are its bars */
	bool undivided;       /* no rules divide the rows of its table: any line with two filled cells begins one */
};

/* Goes over the pieces of a group. Without cells it adds up in sizes[] what each cell will take; with cells it writes
   them: each has room for that. */
static void go_over(const struct group *group, size_t *sizes, char **cells)
{
	size_t last = 0; /* the last cell that holds something */
	for (size_t i = group->first; i < group->behind; i++) {
		struct text inside = TEXT("");
		(void)is_row(group->lines[i].text, group->ascii, &inside);
		const bool undivided = i > group->first && group->columns > 1 && count_cells(inside, group->ascii) == 1;
		size_t at = 0;
		for (size_t column = 0; at <= inside.size; column++) {
			const size_t end = next_bar(inside, at, group->ascii);
			const struct text piece = text_trim(text_slice(inside, at, end));
			const size_t target = undivided ? last : column;
			at = end + (end < inside.size ? bar_size(group->ascii) : 1);
			if (piece.size == 0)
				continue;
			if (!undivided && column > last)
				last = column;
			if (cells != NULL && sizes[target] > 0)
				cells[target][sizes[target]] = ' ';
			sizes[target] += sizes[target] > 0;
			if (cells != NULL)
				memcpy(cells[target] + sizes[target], piece.data, piece.size);
			sizes[target] += piece.size;
		}
	}
}

static bool fill_row(struct arena *arena, const struct group *group, size_t columns, struct scan_row *row)
{
	*row = (struct scan_row){
		.written = group->columns, .line = (int64_t)group->first + 1, .offset = group->lines[group->first].offset};
	row->cell_count = group->columns > columns ? group->columns : columns;
	row->cells = arena_allocate_array(arena, row->cell_count, sizeof(*row->cells));
	size_t *sizes = arena_allocate_array(arena, row->cell_count, sizeof(*sizes));
	char **cells = arena_allocate_array(arena, row->cell_count, sizeof(*cells));
	if (row->cells == NULL || sizes == NULL || cells == NULL)
		return false;
	go_over(group, sizes, NULL);
	for (size_t i = 0; i < row->cell_count; i++) {
		cells[i] = arena_allocate(arena, sizes[i]);
		if (cells[i] == NULL)
			return false;
		row->cells[i] = (struct text){.data = cells[i], .size = sizes[i]};
		sizes[i] = 0;
	}
	go_over(group, sizes, cells);
	return true;
}

/* A number, R1, T01 or the like; or a dash. */
static bool is_key(struct text cell)
{
	size_t at = 0;
	if (text_is(cell, "-") || text_is(cell, "\u2014") || text_is(cell, "\u2013"))
		return true;
	at += cell.size > 1 && scan_text_upper(cell.data[0]);
	for (; at < cell.size && scan_text_digit(cell.data[at]); at++)
		;
	return at > 0 && at == cell.size;
}

/* Whether a line begins a row: it holds something in its first cell and in another, and, unless any line does that, its
   first cell or all others are numbers or ids. */
static bool begins_row(struct text line, bool ascii, bool any)
{
	struct text inside = TEXT("");
	if (!is_row(line, ascii, &inside))
		return false;
	size_t count = 0, keys = 0, filled = 0;
	bool first_is_key = false, first_holds = false;
	for (size_t at = 0; at <= inside.size; count++) {
		const size_t end = next_bar(inside, at, ascii);
		const struct text cell = text_trim(text_slice(inside, at, end));
		first_holds |= count == 0 && cell.size > 0;
		first_is_key |= count == 0 && is_key(cell);
		filled += count > 0 && cell.size > 0;
		keys += count > 0 && is_key(cell);
		at = end + (end < inside.size ? bar_size(ascii) : 1);
	}
	return first_holds && filled > 0 && (any || first_is_key || keys == count - 1);
}

/* The next group of rows at or after line `at` of a table that ends before line `behind`; it keeps what the group says
   of the table. */
static bool next_group(const struct scan_file *file, size_t at, size_t behind, struct group *ret_group)
{
	struct text inside;
	const bool ascii = ret_group->ascii, any = ret_group->undivided;
	while (at < behind && !is_row(file->lines[at].text, ascii, &inside))
		at++;
	*ret_group = (struct group){.lines = file->lines, .first = at, .behind = at, .ascii = ascii, .undivided = any};
	const bool begins = at < behind && begins_row(file->lines[at].text, ascii, any);
	for (; ret_group->behind < behind && is_row(file->lines[ret_group->behind].text, ascii, &inside);
		 ret_group->behind++) {
		if (begins && ret_group->behind > at && begins_row(file->lines[ret_group->behind].text, ascii, any))
			break;
		const size_t columns = count_cells(inside, ascii);
		if (columns > ret_group->columns)
			ret_group->columns = columns;
	}
	return ret_group->behind > at;
}

/* The line behind the table that begins with the rule at line `first`. */
static size_t end_of(const struct scan_file *file, size_t first, bool ascii)
{
	const unsigned fenced = file->lines[first].context & SCAN_IN_FENCE;
	size_t behind = first + 1;
	struct text inside;
	while (behind < file->line_count && (file->lines[behind].context & SCAN_IN_FENCE) == fenced &&
		   (scan_box_rule(file->lines[behind].text) || is_row(file->lines[behind].text, ascii, &inside)))
		behind++;
	return behind;
}

/* Whether lines are rows: the head alone is ruled off, and of the many lines below it every one begins a row. */
static bool is_undivided(const struct scan_file *file, struct group head, size_t behind)
{
	enum { MANY = 3 };
	struct text inside;
	size_t at = head.behind, first;
	while (at < behind && !is_row(file->lines[at].text, head.ascii, &inside))
		at++;
	for (first = at; at < behind && begins_row(file->lines[at].text, head.ascii, true); at++)
		;
	if (at - first < MANY)
		return false;
	while (at < behind && !is_row(file->lines[at].text, head.ascii, &inside))
		at++;
	return at == behind;
}

static bool fill_rows(struct arena *arena, const struct scan_file *file, size_t *padding, struct scan_table *table,
					  struct group group, size_t behind)
{
	size_t capacity = 0;
	group.undivided = is_undivided(file, group, behind);
	while (next_group(file, group.behind, behind, &group)) {
		const size_t missing = table->column_count > group.columns ? table->column_count - group.columns : 0;
		if (missing > *padding)
			break;
		*padding -= missing;
		if (!arena_grow(arena, &table->rows, table->row_count, &capacity, sizeof(*table->rows)) ||
			!fill_row(arena, &group, table->column_count, &table->rows[table->row_count]))
			return false;
		table->row_count++;
	}
	return true;
}

bool scan_box_read(struct scan_reading *reading, size_t first, size_t *padding, struct scan_table *ret_table,
				   size_t *ret_behind, bool *ret_found)
{
	const struct scan_file *file = reading->file;
	*ret_found = false;
	const bool ascii = text_trim(file->lines[first].text).data[0] == '+';
	const size_t behind = end_of(file, first, ascii);
	*ret_behind = behind;
	struct group group = {.behind = first + 1, .ascii = ascii};
	/* Lines over all columns in front of the head are its title. */
	do {
		if (!next_group(file, group.behind, behind, &group))
			return true;
	} while (group.columns < 2);
	struct scan_table table = {.column_count = group.columns, .boxed = true};
	if (!fill_row(reading->arena, &group, group.columns, &table.header) ||
		!fill_rows(reading->arena, file, padding, &table, group, behind))
		return false;
	*ret_table = table;
	*ret_found = true;
	return true;
}
