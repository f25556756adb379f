/*
 * Finding registers and reading their rows, and lines that state how a tension stands.
 */
#include "derive_registers.h"

#include "derive_rules.h"
#include "derive_status.h"
#include "derive_text.h"

/* Whether a number stands twice among the bare ids of the table. */
static bool repeats(struct derive_work *work, const struct register_table *table)
{
	bool seen[1000] = {false};
	for (size_t i = 0; i < table->table->row_count; i++) {
		const struct scan_row *row = &table->table->rows[i];
		size_t count;
		struct text cell = derive_table_plain(work, row, table->id_column);
		struct scan_id *ids = derive_experts_ids(work, cell, 'T', &count);
		if (count != 1 || ids[0].number < 0 || ids[0].number >= 1000 || text_present(ids[0].tail) ||
			derive_experts_stranger(work, &ids[0]))
			continue;
		if (seen[ids[0].number])
			return true;
		seen[ids[0].number] = true;
	}
	return false;
}

struct text derive_registers_initial(const struct derive_work *work, struct text tail)
{
	struct text letters = tail.size > 0 && tail.data[0] == '-' ? text_slice(tail, 1, tail.size) : tail;
	struct text found = TEXT_ABSENT;
	for (size_t i = 0; letters.size > 0 && i < work->member_count; i++) {
		if (!text_equal_ignoring_case(text_slice(work->members[i].name, 0, letters.size), letters))
			continue;
		if (text_present(found))
			return TEXT_ABSENT;
		found = work->members[i].slug;
	}
	return found;
}

static bool is_own(struct derive_work *work, const struct register_table *table)
{
	if (repeats(work, table))
		return true;
	size_t initials = 0, rows = 0;
	for (size_t i = 0; i < table->table->row_count; i++) {
		const struct scan_row *row = &table->table->rows[i];
		size_t count;
		struct text cell = derive_table_plain(work, row, table->id_column);
		struct scan_id *ids = derive_experts_ids(work, cell, 'T', &count);
		if (count == 0)
			continue;
		if (derive_experts_stranger(work, &ids[0]))
			continue;
		rows++;
		if (text_present(ids[0].name))
			return true;
		initials += text_present(ids[0].tail) && ids[0].tail.size <= 3 &&
					text_present(derive_registers_initial(work, ids[0].tail));
	}
	return rows > 0 && initials == rows;
}

bool derive_registers_table(struct derive_work *work, const struct work_file *file, const struct scan_table *table,
							struct register_table *ret_register)
{
	struct register_table found = {.file = file, .table = table};
	derive_table_columns(work, table, &found.columns);
	found.id_column = derive_table_ids(work, table, &found.columns, 'T');
	if (found.id_column == SIZE_MAX)
		return false;
	found.label_column = derive_table_named(work, table, COLUMN_TENSION, found.id_column);
	bool label = found.label_column != SIZE_MAX;
	if (!label)
		found.label_column = derive_table_named(work, table, COLUMN_COUNT, found.id_column);
	bool lists = false;
	for (size_t i = 0; i < table->row_count && !lists; i++) {
		size_t count;
		struct text cell = derive_table_plain(work, &table->rows[i], found.id_column);
		derive_experts_ids(work, cell, 'T', &count);
		lists = count > 1;
	}
	found.own = is_own(work, &found);
	found.defines = (label || file->kind == FILE_KIND_TENSIONS) && !lists;
	*ret_register = found;
	return true;
}

struct scan_id *derive_registers_ids(struct derive_work *work, const struct register_table *table,
									 const struct scan_row *row, size_t *ret_count)
{
	*ret_count = 0;
	struct text cell = derive_table_plain(work, row, table->id_column);
	if (scan_placeholder(cell))
		return NULL;
	struct scan_id *ids = derive_experts_ids(work, cell, 'T', ret_count);
	if (*ret_count > 0 && ids[0].offset != 0)
		*ret_count = 0;
	for (size_t i = 0; i < *ret_count && table->own; i++) {
		struct scan_id *id = &ids[i];
		size_t raisers = 0;
		enum table_column by = derive_table_has(&table->columns, COLUMN_EXPERT) ? COLUMN_EXPERT : COLUMN_RAISED;
		struct text raised = derive_table_cell(row, &table->columns, by);
		struct work_raiser *named = text_present(raised) ? derive_experts_listed(work, raised, &raisers) : NULL;
		struct text initial =
			text_present(id->tail) && id->tail.size <= 3 ? derive_registers_initial(work, id->tail) : TEXT_ABSENT;
		if (!text_present(id->name) && text_present(initial)) {
			id->name = initial;
			id->tail = TEXT_ABSENT;
		}
		if (!text_present(id->name) && raisers > 0)
			id->name = named[0].slug;
		int round;
		if (id->round < 0 && raisers > 0 && named[0].round != WORK_NO_ROUND)
			id->round = named[0].round;
		struct text said = derive_table_cell(row, &table->columns, COLUMN_RAISED);
		if (id->round < 0 && text_present(said) && derive_text_round(said, &round))
			id->round = round;
		said = derive_table_cell(row, &table->columns, COLUMN_ROUND);
		int64_t number;
		if (id->round < 0 && text_present(said) &&
			(derive_text_round(said, &round) || (scan_integer(said, &number) && number <= LIMIT_ROUND)))
			id->round = derive_text_round(said, &round) ? round : (int)number;
	}
	return ids;
}

/* "Resolved Tensions", "OPEN - Round 1 Tensions", "PARTIALLY ADDRESSED". */
static bool group_status(struct derive_work *work, struct text heading, struct status_reading *ret_reading)
{
	struct text plain =
		derive_text_stripped(derive_text_unbracketed(derive_text_stripped(derive_work_plain(work, heading))));
	for (size_t at = 0; at < plain.size; at++)
		if (derive_text_dash(plain, at) > 0) {
			plain = text_trim(text_slice(plain, 0, at));
			break;
		}
	if (derive_text_begins(plain, "tensions "))
		plain = text_slice(plain, 9, plain.size);
	else if (derive_text_ends(plain, " tensions"))
		plain = text_slice(plain, 0, plain.size - 9);
	*ret_reading = derive_status_whole(work, plain);
	return ret_reading->meaning == STATUS_STATE || ret_reading->meaning == STATUS_ACCEPTED;
}

bool derive_registers_group(struct derive_work *work, const struct work_file *file, size_t offset,
							struct status_reading *ret_reading, size_t *ret_heading)
{
	for (size_t i = scan_heading_at(file->scan, offset); i != SIZE_MAX; i = file->parents[i])
		if (group_status(work, file->scan->headings[i].text, ret_reading)) {
			*ret_heading = i;
			return true;
		}
	return false;
}

bool derive_registers_listing(struct derive_work *work, const struct work_file *file, size_t offset)
{
	if (file->kind == FILE_KIND_TENSIONS)
		return true;
	const struct work_part *part = derive_work_part(file, offset);
	if (part == NULL || part->round != WORK_NO_ROUND ||
		(file->kind != FILE_KIND_DOCUMENT && file->kind != FILE_KIND_OTHER))
		return false;
	for (size_t i = scan_heading_at(file->scan, offset); i != SIZE_MAX; i = file->parents[i]) {
		size_t ids;
		struct text above = file->scan->headings[i].text;
		derive_experts_ids(work, above, 'T', &ids);
		if (ids == 0)
			return derive_text_has_word(above, "tensions") || derive_text_has_word(above, "tension");
	}
	return false;
}

/* A text without the box of a task before it. */
static struct text unboxed(struct text text, bool *ret_ticked)
{
	bool box = text.size > 3 && text.data[0] == '[' && text.data[2] == ']' && text.data[3] == ' ';
	*ret_ticked = box && (text.data[1] == 'x' || text.data[1] == 'X');
	return *ret_ticked || (box && text.data[1] == ' ') ? text_trim(text_slice(text, 3, text.size)) : text;
}

bool derive_registers_opening(const struct work_file *file, const struct scan_line *line, struct text *ret_text,
							  bool *ret_ticked)
{
	struct text text = text_trim(line->text);
	if ((line->context & (SCAN_IN_FENCE | SCAN_IN_TABLE)) != 0 || line->blank || file->scan == NULL)
		return false;
	size_t at = 0;
	bool marked = false;
	while (at < text.size && text.data[at] == '#')
		at++;
	marked = at > 0;
	if (!marked && text.size > 2 && (text.data[0] == '-' || text.data[0] == '+' || text.data[0] == '*') &&
		text.data[1] == ' ') {
		at = 2;
		marked = true;
	}
	size_t digits = 0;
	while (!marked && digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9')
		digits++;
	if (digits > 0 && digits + 1 < text.size && (text.data[digits] == '.' || text.data[digits] == ')') &&
		text.data[digits + 1] == ' ') {
		at = digits + 1;
		marked = true;
	}
	struct text rest = text_trim(text_slice(text, at, text.size));
	bool ticked = false;
	if (marked)
		rest = unboxed(rest, &ticked);
	if (ret_ticked != NULL)
		*ret_ticked = ticked;
	bool bold = text_starts_with(rest, TEXT("**")) || text_starts_with(rest, TEXT("__"));
	*ret_text = rest;
	return marked || bold;
}

/* Offset behind the ids that a text begins with, and how many they are. */
static size_t leading_ids(struct text text, const struct scan_id *ids, size_t count, size_t *ret_led)
{
	size_t at = 0, led = 0;
	while (led < count) {
		size_t from = at;
		if (led > 0) {
			while (from < text.size && (text.data[from] == ' ' || text.data[from] == ',' || text.data[from] == '/' ||
										text.data[from] == '&'))
				from++;
			if (derive_text_begins(text_slice(text, from, text.size), "and "))
				from += 4;
		}
		bool of_range = led > 0 && ids[led].offset == ids[led - 1].offset;
		if (!of_range && ids[led].offset != from)
			break;
		at = of_range ? at : from + ids[led].written.size;
		led++;
	}
	*ret_led = led;
	return at;
}

/* Size of what sets a word off at an offset: a colon, dash, bracket, full stop before a blank. */
static size_t set_off(struct text text, size_t at)
{
	char c = text.data[at];
	if (c == '(' || c == ')' || c == '[' || c == ']')
		return 1;
	if ((c == ':' || c == '.' || c == ';') && (at + 1 == text.size || text.data[at + 1] == ' '))
		return 1;
	return derive_text_dash(text, at);
}

/* The status that a segment of a line states: it is the whole of it, or it is set off in front and goes on to say how it
   came to be. */
static struct status_reading read_segment(struct derive_work *work, struct text segment, bool is_set_off)
{
	struct status_reading reading = {.meaning = STATUS_UNKNOWN};
	if (segment.size > 0)
		reading = derive_status_whole(work, segment);
	if (reading.meaning == STATUS_UNKNOWN && is_set_off && segment.size > 0)
		reading = derive_status_begun(work, segment);
	return reading;
}

/* Where a bracket right behind a status word ends that only names a round, "RESOLVED (R1)"; SIZE_MAX without one. */
static size_t round_behind(struct text plain, size_t at)
{
	int round;
	size_t close = at < plain.size && plain.data[at] == '(' ? derive_text_find_byte(plain, ')', at) : SIZE_MAX;
	if (close == SIZE_MAX)
		return SIZE_MAX;
	struct text inside = text_slice(plain, at + 1, close);
	return derive_text_round(inside, &round) && derive_text_words(inside) <= 2 ? close + 1 : SIZE_MAX;
}

/* What follows a status word: the rest of its segment, and of the line. */
static struct text reason_behind(struct text plain, struct status_reading reading, size_t end)
{
	uintptr_t rest = (uintptr_t)reading.rest.data, first = (uintptr_t)plain.data;
	bool inside = text_present(reading.rest) && rest >= first && rest <= first + plain.size;
	size_t from = inside ? (size_t)(rest - first) : end;
	struct text reason = derive_text_stripped(text_slice(plain, from, plain.size));
	return reason.size > 1 ? reason : TEXT_ABSENT;
}

/* "RESOLVED - T01: a title", "Tensions resolved: T01, T02": the status stands in front, set off, and behind the ids
   nothing but a title that is set off too. */
static bool read_led(struct derive_work *work, struct text plain, struct register_line *ret_line)
{
	size_t at = 0, size = 0, count, led;
	while (at < plain.size && (size = set_off(plain, at)) == 0)
		at++;
	struct status_reading reading;
	if (size == 0 || at == 0 || !group_status(work, text_slice(plain, 0, at), &reading))
		return false;
	struct text rest = derive_text_stripped(text_slice(plain, at + size, plain.size));
	struct scan_id *ids = derive_experts_ids(work, rest, 'T', &count);
	size_t end = leading_ids(rest, ids, count, &led);
	struct text title = text_trim(text_slice(rest, end, rest.size));
	if (led == 0 || (title.size > 0 && set_off(title, 0) == 0))
		return false;
	title = derive_text_stripped(title);
	*ret_line = (struct register_line){.ids = ids,
									   .id_count = led,
									   .title = title.size > 1 ? title : TEXT_ABSENT,
									   .stated = true,
									   .status = reading.state,
									   .accepted = reading.meaning == STATUS_ACCEPTED};
	return true;
}

bool derive_registers_line(struct derive_work *work, struct text text, struct register_line *ret_line)
{
	size_t count, led;
	struct text plain = derive_text_stripped(derive_work_plain(work, derive_status_unstruck(work, text)));
	struct scan_id *ids = derive_experts_ids(work, plain, 'T', &count);
	size_t at = leading_ids(plain, ids, count, &led);
	if (led == 0)
		return read_led(work, plain, ret_line);
	struct register_line line = {.ids = ids, .id_count = led};
	size_t from = at;
	bool is_set_off = false;
	for (; at <= plain.size; at++) {
		size_t size = at < plain.size ? set_off(plain, at) : 1;
		if (size == 0)
			continue;
		struct text segment = derive_text_stripped(text_slice(plain, from, at));
		struct status_reading reading = read_segment(work, segment, is_set_off);
		if (reading.meaning != STATUS_UNKNOWN) {
			line.stated = true;
			line.status = reading.state;
			line.accepted = reading.meaning == STATUS_ACCEPTED;
			line.comment = reading.meaning == STATUS_COMMENT;
			size_t close = round_behind(plain, at);
			line.when = close != SIZE_MAX ? text_slice(plain, at, close) : segment;
			line.reason = reason_behind(plain, reading, close != SIZE_MAX ? close : at + size);
			line.unclear = TEXT_ABSENT;
			break;
		}
		/* A full stop ends a status, and is otherwise part of a title: "Old vs. new". */
		if (at < plain.size && (plain.data[at] == '.' || plain.data[at] == ';'))
			continue;
		if (segment.size > 0 && !text_present(line.title))
			line.title = segment;
		struct text asked = segment;
		while (derive_text_ends(asked, "?"))
			asked.size--;
		if (!text_present(line.unclear) && derive_status_cell(work, asked).meaning != STATUS_UNKNOWN)
			line.unclear = segment;
		at += size - 1;
		from = at + 1;
		is_set_off = true;
	}
	*ret_line = line;
	return true;
}

/* A line that may be a row of a listing, with its ids. */
static bool is_row(struct derive_work *work, const struct work_file *file, size_t index,
				   struct register_above *ret_above)
{
	struct text text;
	struct register_line line;
	const struct scan_line *at = &file->scan->lines[index];
	if (!derive_registers_opening(file, at, &text, NULL) || !derive_work_judges(file, at->offset) ||
		!derive_registers_line(work, text, &line) || !derive_registers_listing(work, file, at->offset))
		return false;
	*ret_above = (struct register_above){.ids = line.ids, .id_count = line.id_count, .line = index};
	return true;
}

/* Of every line the row below which it stands: that of its section's heading, else the last one in the section. */
static const uint32_t *rows_of(struct derive_work *work, const struct work_file *file)
{
	struct work_file *held = &work->files[file - work->files];
	const struct scan_file *scan = file->scan;
	if (held->rows != NULL)
		return held->rows;
	held->rows = derive_work_take(work, (scan->line_count + 1) * sizeof(*held->rows));
	uint32_t row = 0;
	bool of_heading = false;
	struct register_above above;
	for (size_t i = 0, heading = 0; held->rows != NULL && i < scan->line_count; i++) {
		bool heads = heading < scan->heading_count && (size_t)scan->headings[heading].line == i + 1;
		heading += heads;
		row = heads ? 0 : row;
		of_heading &= !heads;
		if (!of_heading && is_row(work, file, i, &above)) {
			row = (uint32_t)i + 1;
			of_heading = heads;
		}
		held->rows[i] = row;
	}
	return held->rows;
}

bool derive_registers_above(struct derive_work *work, const struct work_file *file, size_t offset,
							struct register_above *ret_above)
{
	enum { NEAR = 12 };
	const uint32_t *rows = rows_of(work, file);
	size_t line = (size_t)scan_line_at(file->scan, offset) - 1;
	if (rows == NULL || line >= file->scan->line_count || rows[line] == 0)
		return false;
	size_t row = rows[line] - 1;
	bool heads = (file->scan->lines[row].context & SCAN_IN_HEADING) != 0;
	return row != line && (heads || line - row <= NEAR) && is_row(work, file, row, ret_above);
}
