/*
 * Safe markdown.
 */
#include "markdown.h"

#include "page.h"
#include "utf8.h"

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool alphanumeric(char c)
{
	return upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Whether a `[` at this offset begins what may be read as a marker: a word in capitals or an id. */
static bool marks(struct text text, size_t at)
{
	return at + 2 < text.size && text.data[at] == '[' && upper(text.data[at + 1]) &&
		   (upper(text.data[at + 2]) || (text.data[at + 2] >= '0' && text.data[at + 2] <= '9'));
}

/* Whether a `<` at this offset begins an HTML tag, comment or declaration. */
static bool opens_html(struct text text, size_t at)
{
	if (at + 1 >= text.size || text.data[at] != '<')
		return false;
	size_t next = at + 1;
	if (text.data[next] == '!' || text.data[next] == '?')
		return true;
	if (text.data[next] == '/')
		next++;
	if (next >= text.size || !alphanumeric(text.data[next]))
		return false;
	while (next < text.size && (alphanumeric(text.data[next]) || text.data[next] == '-'))
		next++;
	return next == text.size || text.data[next] == '>' || text.data[next] == '/' || text.data[next] == ' ' ||
		   text.data[next] == '\t' || text.data[next] == '\n';
}

/* Offset behind the run of backticks at an offset. */
static size_t ticks_end(struct text text, size_t at)
{
	while (at < text.size && text.data[at] == '`')
		at++;
	return at;
}

/* Offset behind the code span that begins at an offset, or behind its backticks when nothing closes it. */
static size_t code_end(struct text text, size_t at)
{
	const size_t open = ticks_end(text, at);
	for (size_t next = open; next < text.size;) {
		if (text.data[next] != '`') {
			next++;
			continue;
		}
		const size_t end = ticks_end(text, next);
		if (end - next == open - at)
			return end;
		next = end;
	}
	return open;
}

/* How a run of text is written. */
struct manner {
	bool cell;
	bool quote; /* nothing in it is read: what has the form of a marker may stand, and so may tabs */
	bool code;  /* all of it is code */
	bool plain; /* nothing of it counts as code, see unclear() */
};

/* Whether backslashes at this offset run up to a pipe: they would take its escape away. */
static bool backslashes_before_pipe(struct text text, size_t at)
{
	while (at < text.size && text.data[at] == '\\')
		at++;
	return at < text.size && text.data[at] == '|';
}

/* Whether a backslash before this offset would escape what is written there: it is not one of a pair. */
static bool is_escaped(struct text text, size_t at)
{
	size_t from = at;
	while (from > 0 && text.data[from - 1] == '\\')
		from--;
	return (at - from) % 2 == 1;
}

/* One character, escaped as the manner wants it; gives the offset behind it. */
static size_t append_one(struct draft *draft, struct text text, size_t at, struct manner manner)
{
	size_t next = at;
	uint32_t code_point;
	utf8_next(text, &next, &code_point);
	if (code_point == '\t' && manner.quote)
		draft_string(draft, "\t");
	else if (code_point == '\t' || code_point == '\r' || code_point == '\n')
		draft_string(draft, " ");
	else if (utf8_harmful(code_point))
		draft_string(draft, "\xef\xbf\xbd");
	else if (manner.cell && code_point == '|')
		draft_string(draft, "\\|");
	else if (manner.cell && code_point == '\\' && backslashes_before_pipe(text, at))
		draft_string(draft, "\\\\");
	else if (!manner.quote && marks(text, at))
		draft_string(draft, manner.code ? "[ " : "&#91;");
	else if (!manner.code && opens_html(text, at))
		draft_string(draft, is_escaped(text, at) ? "\\&lt;" : "&lt;");
	else
		draft_text(draft, text_slice(text, at, next));
	return next;
}

static void append_run(struct draft *draft, struct text text, struct manner manner)
{
	for (size_t at = 0; at < text.size;) {
		const size_t end = text.data[at] == '`' && !manner.code && !manner.plain ? code_end(text, at) : at;
		struct manner inner = manner;
		inner.code = manner.code || end > ticks_end(text, at);
		if (end == at) {
			at = append_one(draft, text, at, manner);
			continue;
		}
		while (at < end)
			at = append_one(draft, text, at, inner);
	}
}

/* A fence that is open while the lines of a quote are written. */
struct fence {
	char mark; /* 0 when none is */
	size_t size;
};

static size_t indent_of(struct text line)
{
	size_t at = 0;
	while (at < line.size && line.data[at] == ' ')
		at++;
	return at;
}

/* Characters of a fence at the start of a line, at least three; 0 when there is none. */
static size_t fence_of(struct text line, char *ret_fence)
{
	const size_t from = indent_of(line);
	size_t at = from;
	if (from > 3 || at >= line.size || (line.data[at] != '`' && line.data[at] != '~'))
		return 0;
	*ret_fence = line.data[at];
	while (at < line.size && line.data[at] == *ret_fence)
		at++;
	if (at - from < 3)
		return 0;
	/* A line with backticks behind the backticks is code in a paragraph. */
	return *ret_fence == '`' && text_find(line, TEXT("`"), at) != SIZE_MAX ? 0 : at - from;
}

static struct text without_end_blanks(struct text line)
{
	while (line.size > 0 &&
		   (line.data[line.size - 1] == ' ' || line.data[line.size - 1] == '\t' || line.data[line.size - 1] == '\r'))
		line.size--;
	return line;
}

/* Takes a line into account: whether it opens or closes a fence. */
static void pass_fence(struct fence *fence, struct text line)
{
	char mark = 0;
	const size_t size = fence_of(line, &mark);
	if (fence->mark == 0 && size > 0)
		*fence = (struct fence){.mark = mark, .size = size};
	else if (fence->mark != 0 && mark == fence->mark && size >= fence->size &&
			 without_end_blanks(line).size == indent_of(line) + size)
		fence->mark = 0;
}

/* As unclear(), of a line outside fences, or of one that is not at the start of a line. */
static bool unclear_line(struct text line)
{
	const bool ticks = text_find(line, TEXT("`"), 0) != SIZE_MAX;
	for (size_t at = 0; ticks && at < line.size;) {
		const char c = line.data[at];
		const char next = at + 1 < line.size ? line.data[at + 1] : ' ';
		if ((c == '\\' && next == '`') || (c == '<' && next != ' ' && !opens_html(line, at)))
			return true;
		const size_t end = c == '`' ? code_end(line, at) : at + 1;
		if (c == '`' && (end == ticks_end(line, at) || text_find(text_slice(line, at, end), TEXT("|"), 0) != SIZE_MAX))
			return true;
		at = end;
	}
	return false;
}

/* Whether only a parser of markdown could tell what is code: a span over several lines or cells, an escaped backtick, a
   link in angle brackets that may hold one, a fence that may belong to a list. What is code here may be none to a
   reader then, and a `<` left bare would begin HTML. */
static bool unclear(struct text text)
{
	struct fence fence = {.mark = 0};
	for (size_t from = 0; from < text.size;) {
		const size_t found = text_find(text, TEXT("\n"), from);
		const size_t end = found == SIZE_MAX ? text.size : found;
		const struct text line = text_slice(text, from, end);
		char mark;
		const size_t size = fence_of(line, &mark);
		if (size > 0 ? indent_of(line) > 0 : fence.mark == 0 && unclear_line(line))
			return true;
		pass_fence(&fence, line);
		from = end + 1;
	}
	return false;
}

/* Every run of blanks and line breaks one blank. */
static struct text one_line(struct draft *draft, struct text text)
{
	text = text_trim(text);
	if (!text_present(text))
		return TEXT("");
	char *data = arena_allocate(draft->arena, text.size);
	if (data == NULL) {
		draft->failed = true;
		return TEXT("");
	}
	size_t size = 0;
	for (size_t i = 0; i < text.size; i++) {
		const char c = text.data[i];
		const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
		if (!blank || data[size - 1] != ' ')
			data[size++] = blank ? ' ' : c;
	}
	return (struct text){.data = data, .size = size};
}

void markdown_inline(struct draft *draft, struct text text)
{
	const struct text line = one_line(draft, text);
	append_run(draft, line, (struct manner){.plain = unclear_line(line)});
}

void markdown_cell(struct draft *draft, struct text text)
{
	const struct text line = one_line(draft, text);
	if (line.size == 0)
		draft_string(draft, "—");
	else
		append_run(draft, line, (struct manner){.cell = true, .plain = unclear_line(line)});
}

void markdown_table_begin(struct markdown_table *table, struct draft *draft, const char *const *titles,
						  const char *align)
{
	*table = (struct markdown_table){.draft = draft, .titles = titles, .align = align};
}

void markdown_table_cell(struct markdown_table *table, struct text text)
{
	struct draft *draft = table->draft;
	if (draft->failed)
		return;
	if (arena_grow(draft->arena, &table->cells, table->cell_count, &table->capacity, sizeof(*table->cells)))
		table->cells[table->cell_count++] = text;
	else
		draft->failed = true;
}

void markdown_table_integer(struct markdown_table *table, struct schema_integer value)
{
	markdown_table_cell(table, value.present ? draft_format(table->draft, "%" PRId64, value.value) : TEXT_ABSENT);
}

/* Whether a column is left out: it may be, and has nothing to say. */
static bool left_out(const struct markdown_table *table, size_t column, size_t columns)
{
	if (!upper(table->align[column]))
		return false;
	for (size_t i = column; i < table->cell_count; i += columns) {
		if (text_trim(table->cells[i]).size > 0)
			return false;
	}
	return true;
}

static void write_titles(const struct markdown_table *table, size_t columns)
{
	struct draft *draft = table->draft;
	draft_string(draft, "|");
	for (size_t c = 0; c < columns; c++) {
		if (left_out(table, c, columns))
			continue;
		draft_string(draft, " ");
		draft_string(draft, table->titles[c]);
		draft_string(draft, " |");
	}
	draft_string(draft, "\n|");
	for (size_t c = 0; c < columns; c++) {
		if (!left_out(table, c, columns))
			draft_string(draft, table->align[c] == 'r' || table->align[c] == 'R' ? "---:|" : "---|");
	}
	draft_string(draft, "\n");
}

void markdown_table_end(struct markdown_table *table)
{
	struct draft *draft = table->draft;
	const size_t columns = strlen(table->align);
	if (table->cell_count == 0 || draft->failed)
		return;
	write_titles(table, columns);
	for (size_t from = 0; from + columns <= table->cell_count; from += columns) {
		draft_string(draft, "|");
		for (size_t c = 0; c < columns; c++) {
			if (left_out(table, c, columns))
				continue;
			draft_string(draft, " ");
			markdown_cell(draft, table->cells[from + c]);
			draft_string(draft, " |");
		}
		draft_string(draft, "\n");
	}
	draft_string(draft, "\n");
}

/* `[label]: target` at the start of a line would give every `[label]` of the document a target. */
static bool defines_link(struct text line)
{
	const size_t from = indent_of(line);
	return from <= 3 && from < line.size && line.data[from] == '[' && text_find(line, TEXT("]:"), from) != SIZE_MAX;
}

static void quote_line(struct draft *draft, struct text line, struct manner manner)
{
	draft_string(draft, line.size > 0 ? "> " : ">");
	if (!manner.code && defines_link(line)) {
		draft_string(draft, "\\");
		line = text_slice(line, indent_of(line), line.size);
	}
	append_run(draft, line, manner);
	draft_string(draft, "\n");
}

/* Without empty lines at either end; the indent of the first line stays. */
static struct text trim_lines(struct text text)
{
	const struct text trimmed = text_trim(text);
	if (trimmed.size == 0)
		return TEXT("");
	const char *from = trimmed.data;
	while (from > text.data && from[-1] == ' ')
		from--;
	return (struct text){.data = from, .size = (size_t)(trimmed.data + trimmed.size - from)};
}

void markdown_quote(struct draft *draft, struct text text)
{
	struct fence fence = {.mark = 0};
	text = trim_lines(text);
	const bool plain = unclear(text);
	for (size_t from = 0; from < text.size;) {
		const size_t found = text_find(text, TEXT("\n"), from);
		const size_t end = found == SIZE_MAX ? text.size : found;
		struct text line = text_slice(text, from, end);
		if (line.size > 0 && line.data[line.size - 1] == '\r')
			line.size--;
		quote_line(draft, line, (struct manner){.quote = true, .code = fence.mark != 0 && !plain, .plain = plain});
		pass_fence(&fence, line);
		from = end + 1;
	}
	if (text.size > 0)
		draft_string(draft, "\n");
}
