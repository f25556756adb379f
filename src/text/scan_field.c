/*
 * Fields: names with values. On a line they stand at its start, further ones behind a bar; in a table of two columns
 * each row is one.
 */
#include "scan_parts.h"

enum { PLAIN_NAME_WORDS = 4 };

struct fields {
	struct scan_reading *reading;
	size_t capacity;
	size_t bold; /* index of the first bold run that is not behind the place being read */
};

/* A field before its name is plain. Offsets are those of the content. */
struct raw_field {
	size_t offset;
	struct text name;
	struct text value;
	bool bold;
	bool ends_with_bold; /* its value ends where its bold run does, unless more follows before a bar */
	size_t value_at;     /* where the value begins, and of one in a bold run, where the rest begins */
};

static bool add_field(struct fields *fields, const struct raw_field *raw, unsigned context, bool of_table)
{
	struct scan_reading *reading = fields->reading;
	struct scan_file *file = reading->file;
	struct scan_field field = {.value = raw->value, .offset = raw->offset, .context = context};
	if (!arena_grow(reading->arena, &file->fields, file->field_count, &fields->capacity, sizeof(field)) ||
		!scan_plain(reading->arena, raw->name, &field.name))
		return false;
	if (field.name.size > 0 && field.name.data[field.name.size - 1] == ':')
		field.name = text_trim(text_slice(field.name, 0, field.name.size - 1));
	if (field.name.size == 0)
		return true;
	field.bold = raw->bold;
	field.of_table = of_table;
	file->fields[file->field_count++] = field;
	return true;
}

/* Offset behind list and quote marks, a checkbox and emoji: where a field's name may begin. */
static size_t skip_marks(struct text text, size_t at)
{
	for (size_t before = SIZE_MAX; at != before;) {
		before = at;
		int number;
		size_t size;
		at = scan_text_skip_blanks(text, at);
		if (at < text.size && text.data[at] == '>')
			at++;
		if (scan_line_mark(text_slice(text, at, text.size), &number, &size))
			at += size;
		if (scan_text_at(text, at, "[ ] ") || scan_text_at(text, at, "[x] ") || scan_text_at(text, at, "[X] "))
			at += 4;
		at += scan_text_ornament(text, at);
	}
	return at;
}

/* The bold run that begins exactly at an offset, or NULL. Asked for growing offsets. */
static const struct scan_bold *bold_at(struct fields *fields, size_t at)
{
	const struct scan_file *file = fields->reading->file;
	while (fields->bold < file->bold_count && file->bolds[fields->bold].offset < at)
		fields->bold++;
	return fields->bold < file->bold_count && file->bolds[fields->bold].offset == at ? &file->bolds[fields->bold]
																					 : NULL;
}

/* Offset of the first colon that ends a name: a blank or the end follows it; or of an equals sign between blanks. SIZE_MAX
   when there is none. */
static size_t name_colon(struct text text)
{
	for (size_t at = 0; at < text.size && at <= SCAN_NAME_MAX; at++) {
		if (text.data[at] == ':' &&
			(at + 1 == text.size || scan_text_blank(text.data[at + 1]) || text.data[at + 1] == '*'))
			return at;
		if (text.data[at] == '=' && at > 0 && scan_text_blank(text.data[at - 1]) && at + 1 < text.size &&
			scan_text_blank(text.data[at + 1]))
			return at;
	}
	return SIZE_MAX;
}

/* Whether a text can be the name of a plain field: it begins with a letter, has at most four words, and nothing of a
   sentence, a link or code in it. */
static bool is_plain_name(struct text text)
{
	size_t words = 0;
	bool in_word = false;
	for (size_t at = 0; at < text.size; at++) {
		if (strchr(".!?;,[]{}<>|`=\"", text.data[at]) != NULL)
			return false;
		const bool blank = scan_text_blank(text.data[at]);
		words += !blank && !in_word;
		in_word = !blank;
	}
	size_t at = 0;
	while (at < text.size && (text.data[at] == '*' || text.data[at] == '_'))
		at++;
	return words >= 1 && words <= PLAIN_NAME_WORDS && scan_text_letter(text, at) > 0;
}

/* The field that begins with a bold run, in a line that ends at `to`. */
static bool bold_field(const struct scan_file *file, const struct scan_bold *bold, size_t to, struct raw_field *ret_raw)
{
	const struct text content = file->content;
	const struct text line = text_slice(content, 0, to);
	const struct text inside = text_trim(bold->text);
	*ret_raw = (struct raw_field){.offset = bold->offset, .name = inside, .bold = true};
	const size_t behind = scan_text_skip_blanks(line, bold->end);
	const bool equals = behind + 1 < to && content.data[behind] == '=' && scan_text_blank(content.data[behind + 1]);
	if (behind < to && (content.data[behind] == ':' || equals)) {
		ret_raw->value_at = behind + 1;
		return true;
	}
	if (inside.size > 0 && inside.data[inside.size - 1] == ':') {
		ret_raw->name = text_slice(inside, 0, inside.size - 1);
		ret_raw->value_at = bold->end;
		return true;
	}
	const size_t colon = name_colon(inside);
	if (colon == SIZE_MAX)
		return false;
	ret_raw->name = text_slice(inside, 0, colon);
	ret_raw->value = text_trim(text_slice(inside, colon + 1, inside.size));
	ret_raw->ends_with_bold = true;
	ret_raw->value_at = bold->end;
	return is_plain_name(ret_raw->name);
}

/* The field that begins in [at, to) of a line, its value still open. */
static bool begin_field(struct fields *fields, size_t at, size_t to, struct raw_field *ret_raw)
{
	const struct scan_file *file = fields->reading->file;
	const size_t first = skip_marks(text_slice(file->content, 0, to), at);
	const struct scan_bold *bold = bold_at(fields, first);
	if (bold != NULL && bold->end <= to && bold_field(file, bold, to, ret_raw))
		return true;
	const struct text text = text_slice(file->content, first, to);
	const size_t colon = name_colon(text);
	if (colon == SIZE_MAX || !is_plain_name(text_slice(text, 0, colon)))
		return false;
	*ret_raw = (struct raw_field){.offset = first, .name = text_slice(text, 0, colon), .value_at = first + colon + 1};
	return true;
}

/* Offset of the next bar between blanks, outside code, or `to`; `size` is the bar's. */
static size_t next_bar(const struct scan_reading *reading, size_t at, size_t to, size_t *ret_size)
{
	static const char *const bars[] = {"|", "\u00b7", "\u2022"};
	const struct text line = text_slice(reading->file->content, 0, to);
	for (; at < to; at++) {
		const unsigned char c = (unsigned char)line.data[at];
		if ((c != '|' && c < 0x80) || (reading->marks[at] & (SCAN_MARK_CODE | SCAN_MARK_ESCAPED)) != 0)
			continue;
		for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
			*ret_size = strlen(bars[i]);
			if (scan_text_at(line, at, bars[i]) && at > 0 && scan_text_blank(line.data[at - 1]) &&
				(at + *ret_size >= to || scan_text_blank(line.data[at + *ret_size])))
				return at;
		}
	}
	*ret_size = 0;
	return to;
}

/* The value of a field that ends at `to`. One inside a bold run goes on with what follows the run. */
static bool end_field(struct fields *fields, struct raw_field *raw, size_t to)
{
	const struct text rest = text_trim(text_slice(fields->reading->file->content, raw->value_at, to));
	if (!raw->ends_with_bold) {
		raw->value = rest;
		return true;
	}
	if (rest.size == 0)
		return true;
	char *data = arena_allocate(fields->reading->arena, raw->value.size + 1 + rest.size);
	if (data == NULL)
		return false;
	memcpy(data, raw->value.data, raw->value.size);
	data[raw->value.size] = ' ';
	memcpy(data + raw->value.size + 1, rest.data, rest.size);
	raw->value = text_trim((struct text){.data = data, .size = raw->value.size + 1 + rest.size});
	return true;
}

static unsigned inline_context(const struct scan_reading *reading, const struct scan_line *line, size_t offset)
{
	const uint8_t marks = reading->marks[offset];
	return line->context | ((marks & SCAN_MARK_BOLD) != 0 ? SCAN_IN_BOLD : 0) |
		   ((marks & SCAN_MARK_STRUCK) != 0 ? SCAN_STRUCK_OUT : 0) |
		   ((marks & SCAN_MARK_CODE) != 0 ? SCAN_IN_BACKTICKS : 0);
}

/* From a field to the next one on its line, which ends at `to`: *ret_end is where the value of the field ends,
   *ret_found whether another begins. A value goes on over a bar that no field follows, unless its bold run has ended. */
static void next_field(struct fields *fields, const struct raw_field *field, size_t to, size_t *ret_end,
					   struct raw_field *ret_next, bool *ret_found)
{
	size_t bar_size;
	size_t bar = next_bar(fields->reading, field->value_at, to, &bar_size);
	const size_t first_bar = bar;
	*ret_found = false;
	while (bar < to && !*ret_found) {
		*ret_end = bar;
		*ret_found = begin_field(fields, bar + bar_size, to, ret_next);
		if (!*ret_found)
			bar = next_bar(fields->reading, bar + bar_size, to, &bar_size);
	}
	if (field->ends_with_bold)
		*ret_end = first_bar;
	else if (!*ret_found)
		*ret_end = to;
}

/* Reads "| Status | Open |", a row of two cells that stands alone, as a row of a table of facts. *ret_row is whether the
   line is one. */
static bool read_lone_row(struct fields *fields, const struct scan_line *line, bool *ret_row)
{
	const struct text content = fields->reading->file->content, text = text_trim(line->text);
	*ret_row = false;
	if (text.size < 5 || text.data[0] != '|' || text.data[text.size - 1] != '|')
		return true;
	const size_t from = (size_t)(text.data - content.data) + 1, to = from + text.size - 2;
	size_t size, other;
	const size_t bar = next_bar(fields->reading, from, to, &size);
	if (bar == to || size != 1 || next_bar(fields->reading, bar + 1, to, &other) != to)
		return true;
	struct raw_field raw = {.offset = line->offset,
							.name = text_trim(text_slice(content, from, bar)),
							.value = text_trim(text_slice(content, bar + 1, to))};
	raw.bold = text_starts_with(raw.name, TEXT("**")) || text_starts_with(raw.name, TEXT("__"));
	*ret_row = raw.name.size > 0 && raw.value.size > 0;
	return !*ret_row || add_field(fields, &raw, line->context, true);
}

static bool read_line(struct fields *fields, const struct scan_line *line)
{
	const size_t to = line->offset + line->text.size;
	bool row;
	if (!read_lone_row(fields, line, &row))
		return false;
	if (row)
		return true;
	struct raw_field field;
	bool found = begin_field(fields, line->offset, to, &field);
	while (found) {
		struct raw_field next = {0};
		size_t end = to;
		next_field(fields, &field, to, &end, &next, &found);
		if (!end_field(fields, &field, end) ||
			!add_field(fields, &field, inline_context(fields->reading, line, field.offset), false))
			return false;
		field = next;
	}
	return true;
}

/* Judges whether the rows of a table are fields: two columns, headed Metric, Value or with nothing, or more behind Metric
   and Value. */
static bool judge_table(struct arena *arena, struct scan_table *table)
{
	if (table->column_count < 2)
		return true;
	struct text left, right;
	if (!scan_label(arena, table->header.cells[0], &left) || !scan_label(arena, table->header.cells[1], &right))
		return false;
	bool metric = text_is(left, "metric"), value = text_is(right, "value");
	table->facts = table->column_count == 2 ? metric || value || (left.size == 0 && right.size == 0) : metric && value;
	return true;
}

static bool read_table(struct fields *fields, struct scan_table *table)
{
	const struct scan_file *file = fields->reading->file;
	if (!judge_table(fields->reading->arena, table))
		return false;
	for (size_t i = 0; table->facts && i < table->row_count; i++) {
		const struct scan_row *row = &table->rows[i];
		const struct raw_field raw = {
			.offset = row->offset,
			.name = row->cells[0],
			.value = row->cells[1],
			.bold = text_starts_with(row->cells[0], TEXT("**")) || text_starts_with(row->cells[0], TEXT("__")),
		};
		if (!add_field(fields, &raw, file->lines[row->line - 1].context, true))
			return false;
	}
	return true;
}

static void place_fields(struct scan_file *file)
{
	size_t line = 0;
	for (size_t i = 0; i < file->field_count; i++) {
		while (line + 1 < file->line_count && file->lines[line + 1].offset <= file->fields[i].offset)
			line++;
		file->fields[i].line = (int64_t)line + 1;
	}
}

bool scan_field_read(struct scan_reading *reading)
{
	struct scan_file *file = reading->file;
	struct fields fields = {.reading = reading};
	size_t table = 0;
	for (size_t i = 0; i < file->line_count; i++) {
		const struct scan_line *line = &file->lines[i];
		if (table < file->table_count && file->tables[table].line == (int64_t)i + 1) {
			if (!read_table(&fields, &file->tables[table++]))
				return false;
		} else if (line->context == 0 && !line->blank && !line->thematic_break && !read_line(&fields, line)) {
			return false;
		}
	}
	place_fields(file);
	return true;
}
