/*
 * Layout of pages for a terminal.
 */
#include "page.h"

#include "utf8.h"

enum { PAGE_WIDTH = 80, PAGE_INDENT = 2, PAGE_GAP = 2, PAGE_NARROW = 12, PAGE_LEAD_BLANKS = 8, PAGE_WORD = 24 };

void page_begin(struct page *page, struct arena *arena, struct buffer *out, size_t width)
{
	draft_begin(&page->draft, arena, out);
	page->width = width == 0 ? PAGE_WIDTH : width;
}

enum hansard_status page_finish(struct page *page, struct hansard_error *error)
{
	return draft_finish(&page->draft, error);
}

/* Appends what stands for a harmful code point: a control picture where there is one, else its number. */
static bool append_replacement(struct buffer *out, uint32_t code_point)
{
	if (code_point < 0x20 || code_point == 0x7f) {
		const uint32_t picture = code_point == 0x7f ? 0x2421 : 0x2400 + code_point;
		const uint8_t bytes[3] = {0xe2, (uint8_t)(0x80 | (picture >> 6 & 0x3f)), (uint8_t)(0x80 | (picture & 0x3f))};
		return buffer_append(out, (struct bytes){bytes, sizeof(bytes)});
	}
	char number[16];
	snprintf(number, sizeof(number), "<U+%04" PRIX32 ">", code_point);
	return buffer_append_string(out, number);
}

static bool plain(struct text text)
{
	size_t at = 0;
	for (uint32_t code_point; utf8_next(text, &at, &code_point);) {
		if (code_point != '\n' && (utf8_harmful(code_point) || code_point == 0xfffd))
			return false;
	}
	return true;
}

static bool append_safe(struct buffer *out, struct text text)
{
	size_t at = 0;
	for (size_t from = 0; from < text.size; from = at) {
		uint32_t code_point;
		utf8_next(text, &at, &code_point);
		bool done;
		if (code_point == '\n')
			done = buffer_append_byte(out, '\n');
		else if (code_point == '\t')
			done = buffer_append_byte(out, ' ');
		else if (code_point == '\r' && (at == text.size || text.data[at] == '\n'))
			done = true;
		else if (code_point == 0xfffd)
			done = buffer_append_text(out, TEXT("\xef\xbf\xbd"));
		else if (utf8_harmful(code_point))
			done = append_replacement(out, code_point);
		else
			done = buffer_append_text(out, text_slice(text, from, at));
		if (!done)
			return false;
	}
	return true;
}

/* The text as a terminal may have it; line breaks stay. */
static struct text safe(struct page *page, struct text text)
{
	text = text_trim(text);
	if (!text_present(text))
		return TEXT("");
	if (plain(text))
		return text;
	struct buffer buffer;
	buffer_init(&buffer, SIZE_MAX / 2);
	struct bytes copy = {NULL, 0};
	if (!append_safe(&buffer, text) || !arena_copy(page->draft.arena, buffer_view(&buffer), &copy))
		page->draft.failed = true;
	buffer_finish(&buffer);
	return copy.data == NULL ? TEXT("") : text_of_bytes(copy);
}

static struct text trim_blanks(struct text text)
{
	while (text.size > 0 && text.data[0] == ' ')
		text = text_slice(text, 1, text.size);
	while (text.size > 0 && text.data[text.size - 1] == ' ')
		text.size--;
	return text;
}

/* Whether a word may be parted here, behind a hyphen, slash or comma that joins two parts of it; not within a number. */
static bool joint(struct text text, size_t at)
{
	if (at < 2 || at >= text.size || (text.data[at - 1] != '-' && text.data[at - 1] != '/' && text.data[at - 1] != ','))
		return false;
	const char before = text.data[at - 2];
	const char after = text.data[at];
	if (text.data[at - 1] == ',' && after >= '0' && after <= '9')
		return false;
	return before != ' ' && after != ' ' && before != text.data[at - 1] && after != text.data[at - 1];
}

/* Takes a line of at most `width` columns off *rest: whole words, or as much of the first as fits, to a joint if there
   is one. */
static struct text take_line(struct text *rest, size_t width)
{
	size_t at = 0;
	size_t word = 0;
	size_t part = 0;
	size_t columns = 0;
	while (at < rest->size) {
		size_t next = at;
		uint32_t code_point;
		utf8_next(*rest, &next, &code_point);
		columns += utf8_width(text_slice(*rest, at, next));
		if (code_point == ' ')
			word = at;
		else if (joint(*rest, at))
			part = at;
		if (columns > width && at > 0)
			break;
		at = next;
	}
	const size_t end = at == rest->size ? at : word > 0 ? word : part > 0 ? part : at;
	const struct text line = trim_blanks(text_slice(*rest, 0, end));
	*rest = trim_blanks(text_slice(*rest, end, rest->size));
	return line;
}

static void blanks(struct page *page, size_t count)
{
	draft_repeat(&page->draft, TEXT(" "), count);
}

static size_t room(const struct page *page, size_t indent)
{
	return page->width > indent + PAGE_NARROW ? page->width - indent : PAGE_NARROW;
}

void page_blank(struct page *page)
{
	const struct buffer *out = page->draft.out;
	const size_t size = out->size - page->draft.start;
	if (size == 0 || (size >= 2 && out->data[out->size - 1] == '\n' && out->data[out->size - 2] == '\n'))
		return;
	draft_string(&page->draft, "\n");
}

void page_heading(struct page *page, struct text title)
{
	page_blank(page);
	page_fold(page, 0, title);
}

/* One line of the text, folded; `indent` is that of its first line, `hang` that of the lines that continue it. */
static void fold_line(struct page *page, size_t indent, size_t hang, struct text line)
{
	bool first = true;
	while (line.size > 0) {
		const size_t left = first ? indent : hang;
		const struct text piece = take_line(&line, room(page, left));
		blanks(page, left);
		draft_text(&page->draft, piece);
		draft_string(&page->draft, "\n");
		first = false;
	}
}

static size_t leading_blanks(struct text line)
{
	size_t count = 0;
	while (count < line.size && line.data[count] == ' ')
		count++;
	return count;
}

/* Columns of a list mark ("- ", "12. "), behind which its text hangs. */
static size_t mark_width(struct text line)
{
	size_t at = 0;
	while (at < line.size && at < 3 && line.data[at] >= '0' && line.data[at] <= '9')
		at++;
	if (at == 0 && line.size > 0 && (line.data[0] == '-' || line.data[0] == '*' || line.data[0] == '+'))
		return line.size > 1 && line.data[1] == ' ' ? 2 : 0;
	if (at > 0 && at + 1 < line.size && (line.data[at] == '.' || line.data[at] == ')') && line.data[at + 1] == ' ')
		return at + 2;
	return 0;
}

/* Folds every line of a safe text. The caller has written `used` columns of the first line already. */
static void fold_lines(struct page *page, size_t indent, bool started, struct text text)
{
	bool gap = false;
	for (size_t from = 0; from < text.size;) {
		const size_t found = text_find(text, TEXT("\n"), from);
		const size_t end = found == SIZE_MAX ? text.size : found;
		const struct text line = text_slice(text, from, end);
		const struct text words = trim_blanks(line);
		from = end + 1;
		if (words.size == 0) {
			gap = true;
			continue;
		}
		if (gap)
			page_blank(page);
		gap = false;
		size_t lead = leading_blanks(line);
		if (lead > PAGE_LEAD_BLANKS)
			lead = PAGE_LEAD_BLANKS;
		const size_t left = indent + lead;
		if (started) {
			struct text rest = words;
			draft_text(&page->draft, take_line(&rest, room(page, left)));
			draft_string(&page->draft, "\n");
			fold_line(page, left, left, rest);
		} else {
			fold_line(page, left, left + mark_width(words), words);
		}
		started = false;
	}
}

void page_fold(struct page *page, size_t indent, struct text text)
{
	fold_lines(page, indent, false, safe(page, text));
}

/* A safe text on one line. */
static struct text unbroken(struct page *page, struct text text)
{
	if (text_find(text, TEXT("\n"), 0) == SIZE_MAX)
		return text;
	char *data = arena_allocate(page->draft.arena, text.size);
	if (data == NULL) {
		page->draft.failed = true;
		return TEXT("");
	}
	for (size_t i = 0; i < text.size; i++)
		data[i] = text.data[i] == '\n' ? ' ' : text.data[i];
	return (struct text){.data = data, .size = text.size};
}

void page_line(struct page *page, struct text text)
{
	const struct text line = trim_blanks(unbroken(page, safe(page, text)));
	if (line.size == 0)
		return;
	draft_text(&page->draft, line);
	draft_string(&page->draft, "\n");
}

void page_entry(struct page *page, struct page_lead lead, struct text text)
{
	const struct text label = safe(page, lead.text);
	const struct text body = safe(page, text);
	const size_t width = utf8_width(label);
	if (label.size == 0 && body.size == 0)
		return;
	blanks(page, lead.indent);
	draft_text(&page->draft, label);
	if (body.size == 0 || width > lead.width)
		draft_string(&page->draft, "\n");
	else
		blanks(page, lead.width - width + PAGE_GAP);
	fold_lines(page, lead.indent + lead.width + PAGE_GAP, width <= lead.width, body);
}

void page_table_begin(struct page_table *table, struct page *page, const struct page_column *columns, size_t count)
{
	*table = (struct page_table){.page = page, .columns = columns, .column_count = count};
}

void page_table_cell(struct page_table *table, struct text text)
{
	struct page *page = table->page;
	if (page->draft.failed)
		return;
	const struct text cell = unbroken(page, safe(page, text));
	if (!arena_grow(page->draft.arena, &table->cells, table->cell_count, &table->capacity, sizeof(*table->cells))) {
		page->draft.failed = true;
		return;
	}
	table->cells[table->cell_count++] = cell;
}

void page_table_integer(struct page_table *table, int64_t value)
{
	page_table_cell(table, draft_format(&table->page->draft, "%" PRId64, value));
}

/* Columns of the widest piece that take_line() would not part, up to PAGE_WORD. */
static size_t widest_word(struct text text)
{
	size_t widest = 0;
	size_t from = 0;
	for (size_t at = 0; at <= text.size; at++) {
		if (at < text.size && text.data[at] != ' ' && !joint(text, at))
			continue;
		const size_t width = utf8_width(text_slice(text, from, at));
		if (width > widest)
			widest = width;
		from = at < text.size && text.data[at] == ' ' ? at + 1 : at;
	}
	return widest < PAGE_WORD ? widest : PAGE_WORD;
}

struct widths {
	size_t full;  /* of the widest cell */
	size_t least; /* below which its words would be cut; of numbers: full */
};

static void widen(struct widths *widths, struct text cell, bool right)
{
	const size_t full = utf8_width(cell);
	const size_t least = right ? full : widest_word(cell);
	if (full > widths->full)
		widths->full = full;
	if (least > widths->least)
		widths->least = least;
}

/* Makes full widths fit the page: the widest column of text gives way first. False when that cuts words. */
static bool fit(const struct page_table *table, struct widths *widths)
{
	size_t total = PAGE_INDENT + PAGE_GAP * (table->column_count - 1);
	for (size_t c = 0; c < table->column_count; c++)
		total += widths[c].full;
	while (total > table->page->width) {
		size_t widest = SIZE_MAX;
		for (size_t c = 0; c < table->column_count; c++) {
			if (widths[c].full > widths[c].least && (widest == SIZE_MAX || widths[c].full > widths[widest].full))
				widest = c;
		}
		if (widest == SIZE_MAX)
			return false;
		widths[widest].full--;
		total--;
	}
	return true;
}

static bool measure(const struct page_table *table, struct widths *widths)
{
	for (size_t c = 0; c < table->column_count; c++) {
		widths[c] = (struct widths){0};
		widen(&widths[c], text_of_string(table->columns[c].title), table->columns[c].right);
		for (size_t i = c; i < table->cell_count; i += table->column_count)
			widen(&widths[c], table->cells[i], table->columns[c].right);
	}
	return fit(table, widths);
}

/* One row, as many lines as its tallest cell needs. Takes what it writes off `cells`. */
static void write_row(const struct page_table *table, const struct widths *widths, struct text *cells)
{
	struct page *page = table->page;
	bool more = true;
	while (more && !page->draft.failed) {
		more = false;
		size_t owed = PAGE_INDENT;
		for (size_t c = 0; c < table->column_count; c++) {
			const struct text piece = take_line(&cells[c], widths[c].full);
			const size_t width = utf8_width(piece);
			const size_t pad = width < widths[c].full ? widths[c].full - width : 0;
			if (piece.size > 0) {
				blanks(page, owed + (table->columns[c].right ? pad : 0));
				draft_text(&page->draft, piece);
				owed = PAGE_GAP + (table->columns[c].right ? 0 : pad);
			} else {
				owed += PAGE_GAP + widths[c].full;
			}
			more = more || cells[c].size > 0;
		}
		draft_string(&page->draft, "\n");
	}
}

static void write_header(const struct page_table *table, const struct widths *widths, struct text *line)
{
	for (size_t c = 0; c < table->column_count; c++)
		line[c] = text_of_string(table->columns[c].title);
	write_row(table, widths, line);
	blanks(table->page, PAGE_INDENT);
	for (size_t c = 0; c < table->column_count; c++) {
		blanks(table->page, c > 0 ? PAGE_GAP : 0);
		draft_repeat(&table->page->draft, TEXT("─"), widths[c].full);
	}
	draft_string(&table->page->draft, "\n");
}

/* A row as lines; the rows are set apart. */
static void stack_row(const struct page_table *table, const struct text *cells)
{
	size_t width = 0;
	for (size_t c = 0; c < table->column_count; c++) {
		const size_t title = utf8_width(text_of_string(table->columns[c].title));
		width = title > width ? title : width;
	}
	for (size_t c = 0; c < table->column_count; c++) {
		const struct page_lead lead = {PAGE_INDENT, width, text_of_string(table->columns[c].title)};
		if (cells[c].size > 0)
			page_entry(table->page, lead, cells[c]);
	}
}

void page_table_end(struct page_table *table)
{
	struct page *page = table->page;
	if (page->draft.failed || table->cell_count == 0)
		return;
	struct widths *widths = arena_allocate_array(page->draft.arena, table->column_count, sizeof(*widths));
	struct text *line = arena_allocate_array(page->draft.arena, table->column_count, sizeof(*line));
	if (widths == NULL || line == NULL) {
		page->draft.failed = true;
		return;
	}
	const bool fits = measure(table, widths);
	if (fits)
		write_header(table, widths, line);
	for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count) {
		if (fits) {
			write_row(table, widths, &table->cells[i]);
			continue;
		}
		if (i > 0)
			page_blank(page);
		stack_row(table, &table->cells[i]);
	}
}
