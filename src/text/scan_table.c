/*
 * Tables. A pipe table is a row, an alignment row, and the rows that follow; where the alignment row is missing, two
 * rows or more with pipes on both sides will do outside fences. A box table is drawn with rules: a logical row is everything
 * between two rules.
 *
 * Padding short rows is bounded: a table whose rows would need more empty cells than the file has bytes ends there.
 */
#include "scan_parts.h"
#include "utf8.h"

struct tables {
	struct scan_reading *reading;
	size_t capacity;
	size_t padding; /* empty cells that may still be added */
};

/* A row of a pipe table without indent, quote marks and outer pipes. */
struct pipe_row {
	struct text text;
	bool left, right; /* it has outer pipes */
};

/* Offset of the next pipe that divides cells, or the size of the row. */
static size_t next_pipe(struct text row, size_t at, bool code_divides, uint32_t *none)
{
	while (at < row.size && row.data[at] != '|') {
		if (row.data[at] == '\\' && at + 1 < row.size)
			at += 2;
		else if (row.data[at] == '`' && !code_divides)
			at = scan_inline_code(row, at, none);
		else
			at++;
	}
	return at < row.size ? at : row.size;
}

static struct pipe_row read_pipe_row(struct text line)
{
	size_t from = 0;
	while (from < line.size && (scan_text_blank(line.data[from]) || line.data[from] == '>'))
		from++;
	struct pipe_row row = {.text = text_trim(text_slice(line, from, line.size))};
	if (row.text.size > 0 && row.text.data[0] == '|') {
		row.left = true;
		row.text = text_slice(row.text, 1, row.text.size);
	}
	size_t backslashes = 0;
	while (row.text.size > backslashes + 1 && row.text.data[row.text.size - 2 - backslashes] == '\\')
		backslashes++;
	if (row.text.size > 0 && row.text.data[row.text.size - 1] == '|' && backslashes % 2 == 0) {
		row.right = true;
		row.text = text_slice(row.text, 0, row.text.size - 1);
	}
	return row;
}

static size_t count_cells(struct text row, bool code_divides)
{
	uint32_t none = 0;
	size_t count = 1;
	for (size_t at = next_pipe(row, 0, code_divides, &none); at < row.size;
		 at = next_pipe(row, at + 1, code_divides, &none))
		count++;
	return count;
}

/* Whether a line is divided into cells. */
static bool is_divided(const struct scan_line *line)
{
	if (line->blank || (line->context & (SCAN_IN_HEADING | SCAN_FENCE_MARK)) != 0 ||
		memchr(line->text.data, '|', line->text.size) == NULL)
		return false;
	const struct pipe_row row = read_pipe_row(line->text);
	return row.left || row.right || count_cells(row.text, true) > 1;
}

/* `---`, `:--`, `--:` or `:-:`. */
static bool is_alignment(struct text cell)
{
	cell = text_trim(cell);
	size_t from = cell.size > 0 && cell.data[0] == ':';
	size_t to = cell.size > from && cell.data[cell.size - 1] == ':' ? cell.size - 1 : cell.size;
	for (size_t at = from; at < to; at++) {
		if (cell.data[at] != '-')
			return false;
	}
	return to > from;
}

static bool is_alignment_row(const struct scan_line *line)
{
	if (!is_divided(line))
		return false;
	const struct text row = read_pipe_row(line->text).text;
	for (size_t at = 0, end; at <= row.size; at = end + 1) {
		const char *pipe = memchr(row.data + at, '|', row.size - at);
		end = pipe == NULL ? row.size : (size_t)(pipe - row.data);
		if (!is_alignment(text_slice(row, at, end)))
			return false;
	}
	return true;
}

/* A cell without the backslashes of its escaped pipes. */
static bool unescape(struct arena *arena, struct text cell, struct text *ret_cell)
{
	*ret_cell = cell;
	if (text_find(cell, TEXT("\\|"), 0) == SIZE_MAX)
		return true;
	char *data = arena_allocate(arena, cell.size);
	if (data == NULL)
		return false;
	size_t size = 0;
	for (size_t at = 0; at < cell.size; at++) {
		if (!scan_text_at(cell, at, "\\|"))
			data[size++] = cell.data[at];
	}
	*ret_cell = (struct text){.data = data, .size = size};
	return true;
}

/* Makes room for the cells of a row of `columns` in its table. False when memory is exhausted. */
static bool make_cells(struct tables *tables, struct scan_row *row, size_t count, size_t columns)
{
	row->written = count;
	row->cell_count = count > columns ? count : columns;
	row->cells = arena_allocate_array(tables->reading->arena, row->cell_count, sizeof(*row->cells));
	if (row->cells == NULL)
		return false;
	for (size_t i = count; i < row->cell_count; i++)
		row->cells[i] = TEXT("");
	return true;
}

static bool may_pad(struct tables *tables, size_t count, size_t columns)
{
	const size_t needed = columns > count ? columns - count : 0;
	if (needed > tables->padding)
		return false;
	tables->padding -= needed;
	return true;
}

/* How a row is divided: pipes in code divide it unless it has too many cells with them, and just enough without. */
static bool code_divides_row(struct text row, size_t columns, size_t *ret_count)
{
	*ret_count = count_cells(row, true);
	if (columns == 0 || *ret_count <= columns)
		return true;
	const size_t count = count_cells(row, false);
	if (count != columns)
		return true;
	*ret_count = count;
	return false;
}

static bool fill_pipe_row(struct tables *tables, size_t index, size_t columns, struct scan_row *row)
{
	const struct scan_line *line = &tables->reading->file->lines[index];
	const struct text text = read_pipe_row(line->text).text;
	size_t count;
	const bool code_divides = code_divides_row(text, columns, &count);
	*row = (struct scan_row){.line = (int64_t)index + 1, .offset = line->offset};
	if (!make_cells(tables, row, count, columns))
		return false;
	uint32_t none = 0;
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		const size_t end = next_pipe(text, at, code_divides, &none);
		if (!unescape(tables->reading->arena, text_trim(text_slice(text, at, end)), &row->cells[i]))
			return false;
		at = end + 1;
	}
	return true;
}

static bool add_table(struct tables *tables, struct scan_table *table, size_t first, size_t behind)
{
	struct scan_file *file = tables->reading->file;
	if (!arena_grow(tables->reading->arena, &file->tables, file->table_count, &tables->capacity, sizeof(*table)))
		return false;
	const struct scan_line *last = &file->lines[behind - 1];
	table->line = (int64_t)first + 1;
	table->offset = file->lines[first].offset;
	table->end = last->offset + last->text.size;
	table->fenced = (last->context & SCAN_IN_FENCE) != 0;
	for (size_t i = first; i < behind; i++)
		file->lines[i].context |= SCAN_IN_TABLE;
	file->tables[file->table_count++] = *table;
	return true;
}

/* Whether line `index` is a row of the pipe table that is being read. An item with a pipe in it is none. */
static bool continues(const struct scan_file *file, size_t index, unsigned fenced)
{
	if (index >= file->line_count)
		return false;
	const struct scan_line *line = &file->lines[index];
	if ((line->context & SCAN_IN_FENCE) != fenced || !is_divided(line))
		return false;
	int number;
	size_t size;
	return read_pipe_row(line->text).left || !scan_line_mark(text_trim(line->text), &number, &size);
}

/* Rows of the pipe table whose body begins at line `body`; *ret_behind is the line behind the last. */
static bool fill_body(struct tables *tables, struct scan_table *table, size_t body, size_t *ret_behind)
{
	const struct scan_file *file = tables->reading->file;
	const unsigned fenced = file->lines[body - 1].context & SCAN_IN_FENCE;
	size_t behind = body;
	while (continues(file, behind, fenced) &&
		   may_pad(tables, count_cells(read_pipe_row(file->lines[behind].text).text, true), table->column_count))
		behind++;
	table->rows = arena_allocate_array(tables->reading->arena, behind - body, sizeof(*table->rows));
	if (table->rows == NULL)
		return false;
	for (size_t i = body; i < behind; i++) {
		if (!fill_pipe_row(tables, i, table->column_count, &table->rows[table->row_count++]))
			return false;
	}
	*ret_behind = behind;
	return true;
}

static bool is_outer_piped(const struct scan_line *line)
{
	if (!is_divided(line))
		return false;
	const struct pipe_row row = read_pipe_row(line->text);
	return row.left && row.right && count_cells(row.text, true) > 1;
}

enum pipe_head {
	NO_TABLE,
	HEAD_ONLY,      /* rows without an alignment row */
	HEAD_ALIGNED,   /* a head, then the alignment row */
	ALIGNMENT_ONLY, /* an alignment row without a head */
};

static enum pipe_head pipe_head_at(const struct scan_file *file, size_t index)
{
	const struct scan_line *line = &file->lines[index];
	const unsigned fenced = line->context & SCAN_IN_FENCE;
	if (!continues(file, index, fenced) || !continues(file, index + 1, fenced))
		return NO_TABLE;
	if (is_alignment_row(line))
		return is_outer_piped(line) && is_outer_piped(line + 1) && fenced == 0 ? ALIGNMENT_ONLY : NO_TABLE;
	if (is_alignment_row(line + 1))
		return HEAD_ALIGNED;
	return fenced == 0 && is_outer_piped(line) && is_outer_piped(line + 1) ? HEAD_ONLY : NO_TABLE;
}

/* Reads the pipe table that begins at a line, if one does; *ret_behind is the line to go on with. */
static bool read_pipe_table(struct tables *tables, size_t first, size_t *ret_behind)
{
	const enum pipe_head head = pipe_head_at(tables->reading->file, first);
	*ret_behind = first + 1;
	if (head == NO_TABLE)
		return true;
	struct scan_table table = {0};
	if (!fill_pipe_row(tables, first, 0, &table.header))
		return false;
	for (size_t i = 0; head == ALIGNMENT_ONLY && i < table.header.cell_count; i++)
		table.header.cells[i] = TEXT("");
	table.column_count = table.header.cell_count;
	return fill_body(tables, &table, first + (head == HEAD_ALIGNED ? 2 : 1), ret_behind) &&
		   add_table(tables, &table, first, *ret_behind);
}

static bool read_box_table(struct tables *tables, size_t first, size_t *ret_behind)
{
	struct scan_table table;
	bool found;
	return scan_box_read(tables->reading, first, &tables->padding, &table, ret_behind, &found) &&
		   (!found || add_table(tables, &table, first, *ret_behind));
}

bool scan_table_read(struct scan_reading *reading)
{
	struct tables tables = {.reading = reading, .padding = reading->file->content.size};
	for (size_t i = 0, next; i < reading->file->line_count; i = next) {
		const bool boxed = scan_box_rule(reading->file->lines[i].text);
		if (!(boxed ? read_box_table : read_pipe_table)(&tables, i, &next))
			return false;
	}
	return true;
}
