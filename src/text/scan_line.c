/*
 * Lines and what a line is by itself: part of a fence, heading, thematic break, list item.
 *
 * A fence opens with three or more backticks or tildes and closes with as many of the same or more, alone on a line; one
 * that never closes runs to the end, as it does where the file is shown. A heading is marked by '#', or underlined.
 */
#include "scan_parts.h"

enum { HEADING_LEVELS = 6, FENCE_MARKS = 3, BREAK_MARKS = 3, TAB_WIDTH = 4, NUMBER_DIGITS = 9, INDENT_MAX = 1000000 };

struct fence {
	char mark; /* 0 outside */
	size_t size;
};

static size_t run_of(struct text text, size_t at, char c)
{
	size_t end = at;
	while (end < text.size && text.data[end] == c)
		end++;
	return end - at;
}

static size_t skip_quote_marks(struct text line)
{
	size_t at = 0;
	while (at < line.size && (scan_text_blank(line.data[at]) || line.data[at] == '>'))
		at++;
	return at;
}

/* Whether a line opens or closes a fence; *fence is changed so. */
static bool read_fence(struct text line, struct fence *fence)
{
	const size_t at = skip_quote_marks(line);
	if (at >= line.size || (line.data[at] != '`' && line.data[at] != '~'))
		return false;
	const char mark = line.data[at];
	const size_t size = run_of(line, at, mark);
	const struct text rest = text_trim(text_slice(line, at + size, line.size));
	if (fence->mark != 0) {
		if (mark != fence->mark || size < fence->size || rest.size > 0)
			return false;
		*fence = (struct fence){0};
		return true;
	}
	if (size < FENCE_MARKS || (mark == '`' && memchr(rest.data, '`', rest.size) != NULL))
		return false;
	*fence = (struct fence){.mark = mark, .size = size};
	return true;
}

/* Level of the heading that a line is, or 0; *ret_text is what it says. */
static int heading_level(struct text line, struct text *ret_text)
{
	const size_t indent = run_of(line, 0, ' ');
	const size_t level = run_of(line, indent, '#');
	const size_t at = indent + level;
	if (indent > 3 || level == 0 || level > HEADING_LEVELS || (at < line.size && !scan_text_blank(line.data[at])))
		return 0;
	struct text text = text_trim(text_slice(line, at, line.size));
	size_t end = text.size;
	while (end > 0 && text.data[end - 1] == '#')
		end--;
	if (end == 0 || scan_text_blank(text.data[end - 1]))
		text = text_trim(text_slice(text, 0, end));
	*ret_text = text;
	return (int)level;
}

/* Level of the heading that a line makes of the paragraph of one line above it, or 0. Three dashes are a break. */
static int underline_level(const struct scan_file *file, size_t index)
{
	const struct text text = text_trim(file->lines[index].text);
	const struct scan_line *above = index > 0 ? &file->lines[index - 1] : NULL;
	int number;
	size_t size;
	if (above == NULL || text.size == 0 || (text.data[0] != '=' && text.data[0] != '-') ||
		run_of(text, 0, text.data[0]) != text.size || text.size <= (size_t)BREAK_MARKS - (text.data[0] == '='))
		return 0;
	const struct text title = text_trim(above->text);
	const bool starts = index == 1 || file->lines[index - 2].blank || file->lines[index - 2].context != 0;
	if (!starts || above->blank || above->context != 0 || above->thematic_break || title.data[0] == '>' ||
		memchr(title.data, '|', title.size) != NULL || scan_line_mark(title, &number, &size))
		return 0;
	return text.data[0] == '=' ? 1 : 2;
}

static bool is_thematic_break(struct text line)
{
	const size_t first = scan_text_skip_blanks(line, 0);
	if (first >= line.size || (line.data[first] != '-' && line.data[first] != '*' && line.data[first] != '_'))
		return false;
	size_t count = 0;
	for (size_t at = first; at < line.size; at++) {
		if (line.data[at] != line.data[first] && !scan_text_blank(line.data[at]))
			return false;
		count += line.data[at] == line.data[first];
	}
	return count >= BREAK_MARKS;
}

static size_t count_lines(struct text content)
{
	size_t count = content.size > 0 && content.data[content.size - 1] != '\n';
	for (size_t at = 0; at < content.size; at++)
		count += content.data[at] == '\n';
	return count;
}

static void split_lines(struct scan_file *file)
{
	const struct text content = file->content;
	size_t at = text_starts_with(content, TEXT("\xef\xbb\xbf")) ? 3 : 0;
	size_t count = 0;
	for (size_t next; at < content.size; at = next) {
		const char *newline = memchr(content.data + at, '\n', content.size - at);
		size_t end = newline == NULL ? content.size : (size_t)(newline - content.data);
		next = newline == NULL ? end : end + 1;
		if (end > at && content.data[end - 1] == '\r')
			end--;
		const struct text text = text_slice(content, at, end);
		file->lines[count++] = (struct scan_line){.text = text, .offset = at, .blank = text_trim(text).size == 0};
	}
	file->line_count = count;
}

static size_t behind_line(const struct scan_file *file, size_t line)
{
	return line + 1 < file->line_count ? file->lines[line + 1].offset : file->content.size;
}

struct sections {
	size_t open[HEADING_LEVELS + 1]; /* index of the open heading of each level, or SIZE_MAX */
	size_t capacity;
};

static void close_sections(struct scan_file *file, struct sections *sections, int level, size_t offset)
{
	for (; level <= HEADING_LEVELS; level++) {
		if (sections->open[level] != SIZE_MAX)
			file->headings[sections->open[level]].section_end = offset;
		sections->open[level] = SIZE_MAX;
	}
}

static bool add_heading(struct scan_reading *reading, struct sections *sections, size_t index,
						struct scan_heading heading)
{
	struct scan_file *file = reading->file;
	if (!arena_grow(reading->arena, &file->headings, file->heading_count, &sections->capacity, sizeof(heading)))
		return false;
	heading.line = (int64_t)index + 1;
	heading.offset = file->lines[index].offset;
	heading.body = behind_line(file, index);
	close_sections(file, sections, heading.level, heading.offset);
	sections->open[heading.level] = file->heading_count;
	file->headings[file->heading_count++] = heading;
	file->lines[index].context |= SCAN_IN_HEADING;
	return true;
}

bool scan_line_read(struct scan_reading *reading)
{
	struct scan_file *file = reading->file;
	file->lines = arena_allocate_array(reading->arena, count_lines(file->content), sizeof(*file->lines));
	if (file->lines == NULL)
		return false;
	split_lines(file);
	struct sections sections = {.capacity = 0};
	for (int level = 0; level <= HEADING_LEVELS; level++)
		sections.open[level] = SIZE_MAX;
	struct fence fence = {0};
	for (size_t i = 0; i < file->line_count; i++) {
		struct scan_line *line = &file->lines[i];
		struct scan_heading heading = {0};
		if (read_fence(line->text, &fence)) {
			line->context |= SCAN_IN_FENCE | SCAN_FENCE_MARK;
			file->open_fence_line = fence.mark != 0 ? (int64_t)i + 1 : 0;
		} else if (fence.mark != 0) {
			line->context |= SCAN_IN_FENCE;
		} else if ((heading.level = heading_level(line->text, &heading.text)) != 0) {
			if (!add_heading(reading, &sections, i, heading))
				return false;
		} else if ((heading.level = underline_level(file, i)) != 0) {
			heading.text = text_trim(file->lines[i - 1].text);
			if (!add_heading(reading, &sections, i - 1, heading))
				return false;
			file->headings[file->heading_count - 1].body = behind_line(file, i);
			line->context |= SCAN_IN_HEADING;
		} else {
			line->thematic_break = is_thematic_break(line->text);
		}
	}
	close_sections(file, &sections, 1, file->content.size);
	return true;
}

bool scan_line_mark(struct text line, int *ret_number, size_t *ret_size)
{
	if (line.size == 0)
		return false;
	size_t at = 0;
	int number = -1;
	if (line.data[0] == '-' || line.data[0] == '*' || line.data[0] == '+') {
		at = 1;
	} else {
		for (number = 0; at < line.size && at < NUMBER_DIGITS && scan_text_digit(line.data[at]); at++)
			number = number * 10 + (line.data[at] - '0');
		if (at == 0 || at >= line.size || (line.data[at] != '.' && line.data[at] != ')'))
			return false;
		at++;
	}
	if (at < line.size && !scan_text_blank(line.data[at]))
		return false;
	*ret_number = number;
	*ret_size = scan_text_skip_blanks(line, at);
	return true;
}

size_t scan_line_prefix(struct text line)
{
	size_t at = 0;
	for (size_t before = SIZE_MAX; at != before;) {
		before = at;
		int number;
		size_t size;
		at = scan_text_skip_blanks(line, at);
		while (at < line.size && line.data[at] == '>')
			at = scan_text_skip_blanks(line, at + 1);
		if (scan_line_mark(text_slice(line, at, line.size), &number, &size))
			at += size;
		const size_t level = run_of(line, at, '#');
		if (level > 0 && level <= HEADING_LEVELS && at + level < line.size && scan_text_blank(line.data[at + level]))
			at += level;
		while (at < line.size && (line.data[at] == '*' || line.data[at] == '_' || scan_text_at(line, at, "~~")))
			at += line.data[at] == '~' ? 2 : 1;
	}
	return at;
}

static int indent_of(struct text line, size_t *ret_at)
{
	int column = 0;
	size_t at = 0;
	for (; at < line.size && (line.data[at] == ' ' || line.data[at] == '\t') && column < INDENT_MAX; at++)
		column += line.data[at] == '\t' ? TAB_WIDTH - column % TAB_WIDTH : 1;
	*ret_at = at;
	return column;
}

bool scan_line_items(struct scan_reading *reading)
{
	struct scan_file *file = reading->file;
	size_t capacity = 0;
	bool open = false;
	for (size_t i = 0; i < file->line_count; i++) {
		const struct scan_line *line = &file->lines[i];
		if (line->context != 0 || line->blank || line->thematic_break) {
			open = false;
			continue;
		}
		struct scan_item item = {.line = (int64_t)i + 1};
		size_t at, size;
		item.indent = indent_of(line->text, &at);
		if (scan_line_mark(text_slice(line->text, at, line->text.size), &item.number, &size)) {
			if (!arena_grow(reading->arena, &file->items, file->item_count, &capacity, sizeof(item)))
				return false;
			item.text = text_trim(text_slice(line->text, at + size, line->text.size));
			item.offset = line->offset + at;
			file->items[file->item_count++] = item;
			open = true;
		}
		if (open)
			file->items[file->item_count - 1].end = line->offset + line->text.size;
	}
	return true;
}
