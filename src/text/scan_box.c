/*
 * Tables drawn with box characters: rules (of ─ ═ ┼ and their like) with rows between them. A logical row is all lines
 * between two rules, unless each of several lines there plainly begins a row of its own: with a number, Rn or an id, or
 * with numbers in all other cells. Columns are found by the bars alone: padding is often uneven.
 */
#include "scan_parts.h"
#include "utf8.h"

enum { BAR_SIZE = 3, BARS = 3, RULE_MIN = 3 };

/* Offset of the next bar (│ ┃ ║), or the size of the line. */
static size_t next_bar(struct text line, size_t at)
{
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

/* Whether a line is a row; *ret_inside is what stands between its outer bars. */
static bool is_row(struct text line, struct text *ret_inside)
{
	const struct text text = text_trim(line);
	if (text.size < BAR_SIZE || next_bar(text, 0) != 0)
		return false;
	struct text inside = text_slice(text, BAR_SIZE, text.size);
	if (inside.size >= BAR_SIZE && next_bar(inside, inside.size - BAR_SIZE) == inside.size - BAR_SIZE)
		inside = text_slice(inside, 0, inside.size - BAR_SIZE);
	*ret_inside = inside;
	return true;
}

/* Whether a line is a rule: box characters alone, and no bar in front. */
bool scan_box_rule(struct text line)
{
	const struct text text = text_trim(line);
	if (text.size < BAR_SIZE || (unsigned char)text.data[0] != 0xe2 || next_bar(text, 0) == 0)
		return false;
	size_t count = 0;
	uint32_t c;
	for (size_t at = 0; utf8_next(text, &at, &c); count++) {
		if ((c < 0x2500 || c > 0x257f) && c != ' ')
			return false;
	}
	return count >= RULE_MIN;
}

static size_t count_cells(struct text inside)
{
	size_t count = 1;
	for (size_t at = next_bar(inside, 0); at < inside.size; at = next_bar(inside, at + BAR_SIZE))
		count++;
	return count;
}

struct group {
	const struct scan_line *lines;
	size_t first, behind; /* its lines, all rows */
	size_t columns;       /* of its line with the most */
};

/* Goes over the pieces of a group. Without cells it adds up in sizes[] what each cell will take; with cells it writes
   them: each has room for that. */
static void go_over(const struct group *group, size_t *sizes, char **cells)
{
	size_t last = 0; /* the last cell that holds something */
	for (size_t i = group->first; i < group->behind; i++) {
		struct text inside = TEXT("");
		(void)is_row(group->lines[i].text, &inside);
		const bool undivided = i > group->first && group->columns > 1 && count_cells(inside) == 1;
		size_t at = 0;
		for (size_t column = 0; at <= inside.size; column++) {
			const size_t end = next_bar(inside, at);
			const struct text piece = text_trim(text_slice(inside, at, end));
			const size_t target = undivided ? last : column;
			at = end + (end < inside.size ? BAR_SIZE : 1);
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
	*row = (struct scan_row){.line = (int64_t)group->first + 1, .offset = group->lines[group->first].offset};
	row->written = group->columns;
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

/* Whether a line begins a row, to judge by its own cells. */
static bool begins_row(struct text line)
{
	struct text inside = TEXT("");
	if (!is_row(line, &inside))
		return false;
	size_t count = 0, keys = 0;
	bool first_is_key = false, first_holds = false;
	for (size_t at = 0; at <= inside.size; count++) {
		const size_t end = next_bar(inside, at);
		const struct text cell = text_trim(text_slice(inside, at, end));
		first_holds |= count == 0 && cell.size > 0;
		first_is_key |= count == 0 && is_key(cell);
		keys += count > 0 && is_key(cell);
		at = end + (end < inside.size ? BAR_SIZE : 1);
	}
	return first_is_key || (first_holds && count > 1 && keys == count - 1);
}

/* The next group of rows at or after line `at` of a table that ends before line `behind`. */
static bool next_group(const struct scan_file *file, size_t at, size_t behind, struct group *ret_group)
{
	struct text inside;
	while (at < behind && !is_row(file->lines[at].text, &inside))
		at++;
	*ret_group = (struct group){.lines = file->lines, .first = at, .behind = at};
	const bool begins = at < behind && begins_row(file->lines[at].text);
	for (; ret_group->behind < behind && is_row(file->lines[ret_group->behind].text, &inside); ret_group->behind++) {
		if (begins && ret_group->behind > at && begins_row(file->lines[ret_group->behind].text))
			break;
		const size_t columns = count_cells(inside);
		if (columns > ret_group->columns)
			ret_group->columns = columns;
	}
	return ret_group->behind > at;
}

/* The line behind the table that begins with the rule at line `first`. */
static size_t end_of(const struct scan_file *file, size_t first)
{
	const unsigned fenced = file->lines[first].context & SCAN_IN_FENCE;
	size_t behind = first + 1;
	struct text inside;
	while (behind < file->line_count && (file->lines[behind].context & SCAN_IN_FENCE) == fenced &&
		   (scan_box_rule(file->lines[behind].text) || is_row(file->lines[behind].text, &inside)))
		behind++;
	return behind;
}

static bool fill_rows(struct arena *arena, const struct scan_file *file, size_t *padding, struct scan_table *table,
					  struct group group, size_t behind)
{
	size_t capacity = 0;
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
	const size_t behind = end_of(file, first);
	*ret_behind = behind;
	struct group group = {.behind = first + 1};
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
