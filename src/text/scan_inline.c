/*
 * What stands inside a paragraph, heading, item or row: code spans, bold and struck-out runs, brackets with their
 * partners. One pass over the content, block by block; what is not closed within its block is text.
 */
#include "scan_parts.h"

/* Code spans open with at most so many backticks: a mask of run lengths that have no partner keeps the search linear. */
enum { CODE_MARKS_MAX = 31 };

struct emphasis_run {
	char mark; /* '*' or '_'; 0 when none is open */
	size_t offset;
	size_t inside;
};

struct block {
	struct scan_reading *reading;
	struct text text; /* the content up to the block's end: offsets are those of the content */
	unsigned context;
	size_t bold_capacity;
	size_t top; /* innermost open bracket, or SIZE_MAX; its `close` is the one around it */
	struct emphasis_run bold;
	size_t struck; /* offset of the ~~ that is open, or SIZE_MAX */
	uint32_t no_code;
	unsigned no_tag; /* of each row of struck_tags a bit: nothing ends it behind the place being read */
};

static size_t backticks(struct text text, size_t at)
{
	size_t end = at;
	while (end < text.size && text.data[end] == '`')
		end++;
	return end - at;
}

size_t scan_inline_code(struct text text, size_t at, uint32_t *none)
{
	const size_t size = backticks(text, at);
	if (size > CODE_MARKS_MAX || (*none & (UINT32_C(1) << size)) != 0)
		return at + size;
	for (size_t end = at + size; end < text.size;) {
		const char *next = memchr(text.data + end, '`', text.size - end);
		if (next == NULL)
			break;
		end = (size_t)(next - text.data);
		const size_t closing = backticks(text, end);
		end += closing;
		if (closing == size)
			return end;
	}
	*none |= UINT32_C(1) << size;
	return at + size;
}

static void mark(struct block *block, size_t from, size_t to, enum scan_mark mark)
{
	for (size_t at = from; at < to; at++)
		block->reading->marks[at] |= (uint8_t)mark;
}

static void open_bracket(struct block *block, size_t at)
{
	struct scan_reading *reading = block->reading;
	reading->brackets[reading->bracket_count] = (struct scan_bracket){.open = at, .close = block->top};
	block->top = reading->bracket_count++;
}

static void close_bracket(struct block *block, size_t at, size_t base)
{
	if (block->top == base)
		return;
	struct scan_bracket *bracket = &block->reading->brackets[block->top];
	block->top = bracket->close;
	bracket->close = at;
}

/* Gives up the brackets that are still open above base. */
static void drop_brackets(struct block *block, size_t base)
{
	while (block->top != base)
		close_bracket(block, SIZE_MAX, base);
}

/* Brackets in code pair among themselves. */
static void read_code(struct block *block, size_t from, size_t to)
{
	mark(block, from, to, SCAN_MARK_CODE);
	const size_t base = block->top;
	for (size_t at = from; at < to; at++) {
		if (block->text.data[at] == '[')
			open_bracket(block, at);
		else if (block->text.data[at] == ']')
			close_bracket(block, at, base);
	}
	drop_brackets(block, base);
}

static bool add_bold(struct block *block, size_t inside_end, size_t end)
{
	struct scan_reading *reading = block->reading;
	struct scan_file *file = reading->file;
	if (!arena_grow(reading->arena, &file->bolds, file->bold_count, &block->bold_capacity, sizeof(*file->bolds)))
		return false;
	file->bolds[file->bold_count++] = (struct scan_bold){
		.text = text_slice(file->content, block->bold.inside, inside_end),
		.offset = block->bold.offset,
		.end = end,
		.context = block->context,
	};
	mark(block, block->bold.offset, end, SCAN_MARK_BOLD);
	block->bold.mark = 0;
	return true;
}

/* A run of '*' or '_': two or three may open or close bold. Underscores within a word do neither. */
static bool read_emphasis(struct block *block, size_t *at)
{
	const struct text text = block->text;
	const size_t from = *at;
	const char c = text.data[from];
	size_t end = from;
	while (end < text.size && text.data[end] == c)
		end++;
	*at = end;
	if (end - from < 2 || end - from > 3)
		return true;
	const bool touches_before = from > 0 && !scan_text_blank(text.data[from - 1]);
	const bool touches_behind = end < text.size && !scan_text_blank(text.data[end]);
	const bool may_close = touches_before && (c == '*' || !scan_text_word_at(text, end));
	const bool may_open = touches_behind && (c == '*' || !scan_text_word_before(text, from));
	if (block->bold.mark == c && may_close && from > block->bold.inside)
		return add_bold(block, from, end);
	if (may_open)
		block->bold = (struct emphasis_run){.mark = c, .offset = from, .inside = end};
	return true;
}

static void read_strike(struct block *block, size_t at)
{
	if (block->struck == SIZE_MAX) {
		block->struck = at;
		return;
	}
	mark(block, block->struck, at + 2, SCAN_MARK_STRUCK);
	block->struck = SIZE_MAX;
}

/* What HTML strikes out. Its text is read all the same: what stands in it is struck out too. */
static const struct {
	const char *open, *close;
} struck_tags[] = {{"<del>", "</del>"}, {"<s>", "</s>"}, {"<strike>", "</strike>"}};

static void read_tag(struct block *block, size_t at)
{
	for (size_t i = 0; i < sizeof(struck_tags) / sizeof(struck_tags[0]); i++) {
		if ((block->no_tag & (1U << i)) != 0 || !scan_text_at(block->text, at, struck_tags[i].open))
			continue;
		const struct text close = text_of_string(struck_tags[i].close);
		const size_t end = text_find(block->text, close, at);
		if (end == SIZE_MAX)
			block->no_tag |= 1U << i;
		else if ((block->reading->marks[at] & SCAN_MARK_STRUCK) == 0)
			mark(block, at, end + close.size, SCAN_MARK_STRUCK);
	}
}

/* A cell ends: nothing that is open goes over into the next. */
static void end_runs(struct block *block)
{
	block->bold.mark = 0;
	block->struck = SIZE_MAX;
	drop_brackets(block, SIZE_MAX);
}

/* Reads what begins at *at and moves behind it. */
static bool read_one(struct block *block, size_t *at)
{
	const struct text text = block->text;
	const size_t from = *at;
	const bool fenced = (block->context & SCAN_IN_FENCE) != 0;
	const bool escape = text.data[from] == '\\' && from + 1 < text.size && !fenced;
	*at = from + 1;
	if (escape) {
		mark(block, from + 1, from + 2, SCAN_MARK_ESCAPED);
		*at = from + 2;
	} else if (text.data[from] == '[') {
		open_bracket(block, from);
	} else if (text.data[from] == ']') {
		close_bracket(block, from, SIZE_MAX);
	} else if (text.data[from] == '|' && (block->context & SCAN_IN_TABLE) != 0) {
		end_runs(block);
	} else if (fenced) {
		return true;
	} else if (text.data[from] == '`') {
		*at = scan_inline_code(text, from, &block->no_code);
		if (*at > from + backticks(text, from))
			read_code(block, from, *at);
	} else if (text.data[from] == '*' || text.data[from] == '_') {
		*at = from;
		return read_emphasis(block, at);
	} else if (text.data[from] == '<') {
		read_tag(block, from);
	} else if (text.data[from] == '~' && scan_text_at(text, from, "~~")) {
		read_strike(block, from);
		*at = from + 2;
	}
	return true;
}

static bool read_block(struct block *block, size_t from, size_t to)
{
	block->text = text_slice(block->reading->file->content, 0, to);
	block->no_code = 0;
	block->no_tag = 0;
	for (size_t at = from; at < to;) {
		if (!read_one(block, &at))
			return false;
	}
	end_runs(block);
	return true;
}

static bool is_paragraph(const struct scan_line *line)
{
	return line->context == 0 && !line->blank && !line->thematic_break;
}

/* Their lines, and whether something around them strikes them out: which is known once that has ended. */
static void place_bolds(struct scan_file *file, const uint8_t *marks)
{
	size_t line = 0;
	for (size_t i = 0; i < file->bold_count; i++) {
		while (line + 1 < file->line_count && file->lines[line + 1].offset <= file->bolds[i].offset)
			line++;
		file->bolds[i].line = (int64_t)line + 1;
		if ((marks[file->bolds[i].offset] & SCAN_MARK_STRUCK) != 0)
			file->bolds[i].context |= SCAN_STRUCK_OUT;
	}
}

bool scan_inline_read(struct scan_reading *reading)
{
	struct scan_file *file = reading->file;
	size_t brackets = 0;
	for (size_t at = 0; at < file->content.size; at++)
		brackets += file->content.data[at] == '[';
	reading->marks = arena_allocate(reading->arena, file->content.size);
	reading->brackets = arena_allocate_array(reading->arena, brackets, sizeof(*reading->brackets));
	if (reading->marks == NULL || reading->brackets == NULL)
		return false;
	struct block block = {.reading = reading, .top = SIZE_MAX, .struck = SIZE_MAX};
	size_t item = 0;
	for (size_t first = 0, next; first < file->line_count; first = next) {
		const struct scan_line *line = &file->lines[first];
		next = first + 1;
		while (item < file->item_count && file->items[item].line <= (int64_t)first + 1)
			item++;
		/* A paragraph runs on to the next line that is none, or begins an item. */
		while (is_paragraph(line) && next < file->line_count && is_paragraph(&file->lines[next]) &&
			   (item == file->item_count || file->items[item].line != (int64_t)next + 1))
			next++;
		const struct scan_line *last = &file->lines[next - 1];
		block.context = line->context;
		if (!line->thematic_break && !read_block(&block, line->offset, last->offset + last->text.size))
			return false;
	}
	place_bolds(file, reading->marks);
	return true;
}
