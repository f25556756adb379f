/*
 * Who says a marker, and whether it is said at all.
 */
#include "derive_speech.h"

#include "derive_rules.h"
#include "derive_table.h"
#include "derive_text.h"

const struct scan_table *derive_speech_table(const struct work_file *file, size_t offset)
{
	size_t low = 0, high = file->scan->table_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (file->scan->tables[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && offset < file->scan->tables[low - 1].end ? &file->scan->tables[low - 1] : NULL;
}

static const struct scan_row *row_at(const struct scan_table *table, size_t offset)
{
	const struct scan_row *found = NULL;
	size_t low = 0, high = table->row_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (table->rows[middle].offset <= offset) {
			found = &table->rows[middle];
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return found;
}

/* A column of names under such a heading holds whom something is said to or about. */
static bool is_of_others(struct text heading)
{
	static const char *const names[] = {"to",   "target", "targets",      "with",      "for", "whom",
										"from", "about",  "addressed to", "addressee", "on",  "against"};
	const enum table_column kind = derive_table_kind(heading);
	bool of_others = kind != COLUMN_EXPERT && kind != COLUMN_COUNT && kind != COLUMN_ID;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		of_others |= derive_text_same(heading, names[i]);
	return of_others;
}

/* The column that says who speaks in each row. One headed Name is one of people only where it names a member. */
static size_t column_of_speakers(struct derive_work *work, const struct scan_table *table,
								 const struct table_columns *columns)
{
	const size_t column = derive_people_column(work, table, columns);
	if (column == SIZE_MAX)
		return SIZE_MAX;
	struct text heading = derive_text_stripped(derive_work_plain(work, table->header.cells[column]));
	if (!derive_text_same(heading, "name"))
		return is_of_others(heading) ? SIZE_MAX : column;
	for (size_t i = 0; i < table->row_count; i++)
		if (column < table->rows[i].cell_count && text_present(derive_experts_cell(work, table->rows[i].cells[column])))
			return column;
	return SIZE_MAX;
}

/* Columns of a table in which a marker stands, with that of the experts. */
static const struct table_columns *columns_of(struct derive_work *work, const struct scan_table *table)
{
	if (work->speech_columns == NULL)
		work->speech_columns = derive_work_take(work, sizeof(*work->speech_columns));
	if (work->speech_columns != NULL && work->speech_table != table) {
		derive_table_columns(work, table, work->speech_columns);
		work->speech_columns->at[COLUMN_EXPERT] = column_of_speakers(work, table, work->speech_columns);
		work->speech_table = table;
	}
	return work->speech_columns;
}

/* A table headed Marker, Move or Metric in a response sums up what stands elsewhere. */
bool derive_speech_sums_up(struct derive_work *work, const struct scan_table *table)
{
	const struct table_columns *columns = columns_of(work, table);
	return columns == NULL || columns->at[COLUMN_METRIC] == 0 || derive_table_has(columns, COLUMN_MARKER);
}

static void read_row(struct derive_work *work, const struct scan_table *table, struct speech *speech)
{
	const struct scan_row *row = row_at(table, speech->place.offset);
	const struct table_columns *columns = columns_of(work, table);
	if (row == NULL || columns == NULL)
		return;
	struct text named = derive_table_cell(row, columns, COLUMN_EXPERT);
	/* Whoever the row names, it is not the part's expert, also where it is nobody who is known. */
	if (text_present(named) && !scan_placeholder(named))
		speech->expert = derive_experts_cell(work, named);
	int round;
	struct text cell = derive_table_cell(row, columns, COLUMN_ROUND);
	int64_t number;
	if (text_present(cell) && derive_text_round(cell, &round) && work->rounds[round].held)
		speech->round = round;
	else if (text_present(cell) && scan_integer(cell, &number) && number >= 0 && number <= LIMIT_ROUND &&
			 work->rounds[number].held)
		speech->round = (int)number;
}

/* The text of the marker's line before it, without list, quote and heading marks. */
static struct text line_before(const struct work_file *file, const struct work_place *place)
{
	const struct scan_line *line = &file->scan->lines[place->line - 1];
	struct text text = text_slice(line->text, 0, place->offset - line->offset);
	size_t at = 0;
	while (at < text.size && (text.data[at] == ' ' || text.data[at] == '\t' || text.data[at] == '-' ||
							  text.data[at] == '>' || text.data[at] == '#' || text.data[at] == '+' ||
							  (text.data[at] == '*' && at + 1 < text.size && text.data[at + 1] == ' ')))
		at++;
	size_t digits = at;
	while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9')
		digits++;
	if (digits > at && digits < text.size && (text.data[digits] == '.' || text.data[digits] == ')'))
		at = digits + 1;
	return text_trim(text_slice(text, at, text.size));
}

/* The member whom a line names as the one who says what follows: "Scone:", "**Scone** (Miller) - she", "Scone [". What goes
   on otherwise, "Scone is right", is about a member. */
static struct text named_by(struct derive_work *work, struct text line)
{
	size_t end = 0;
	while (end < line.size && line.data[end] != ':' && line.data[end] != '[' && derive_text_dash(line, end) == 0)
		end++;
	return derive_experts_find(work, text_slice(line, 0, end));
}

/* Index of the list item in whose text an offset lies, SIZE_MAX outside lists. */
static size_t item_at(const struct work_file *file, size_t offset)
{
	size_t low = 0, high = file->scan->item_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (file->scan->items[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && offset < file->scan->items[low - 1].end ? low - 1 : SIZE_MAX;
}

/* How many items of a list are looked back over for the one below which another stands. */
enum { ITEMS_BACK = 64 };

/* Whom the item above an item names, where it holds nothing but a name: "- Scone:". */
static struct text named_above(struct derive_work *work, const struct work_file *file, size_t index)
{
	const struct scan_item *items = file->scan->items;
	int indent = items[index].indent;
	for (size_t i = index; i > 0 && index - i < ITEMS_BACK; i--) {
		struct text between = text_slice(file->scan->content, items[i - 1].end, items[i].offset);
		if (text_trim(between).size > 0)
			return TEXT_ABSENT;
		if (items[i - 1].indent >= indent)
			continue;
		struct text named = derive_experts_find(work, derive_text_stripped(items[i - 1].text));
		if (text_present(named))
			return named;
		indent = items[i - 1].indent;
	}
	return TEXT_ABSENT;
}

/* Whom the list item or line of a marker names as its speaker. To whom a marker speaks is not who says it. */
static struct text named_in_line(struct derive_work *work, const struct speech *speech)
{
	const struct work_file *file = speech->place.file;
	struct text named = named_by(work, line_before(file, &speech->place));
	const size_t item = item_at(file, speech->place.offset);
	if (!text_present(named) && item != SIZE_MAX) {
		named = file->scan->items[item].line < speech->place.line ? named_by(work, file->scan->items[item].text)
																  : TEXT_ABSENT;
		named = text_present(named) ? named : named_above(work, file, item);
	}
	for (size_t i = 0; i < speech->marker->to_count && text_present(named); i++)
		if (text_equal(named, derive_experts_find(work, speech->marker->to[i])))
			return TEXT_ABSENT;
	return named;
}

/* A marker in a part that another file says itself counts there. */
static bool says_nothing(struct derive_work *work, const struct work_file *file, const struct scan_marker *marker,
						 const struct work_part *part)
{
	if (file->kind == FILE_KIND_PROMPT || part == NULL || part->repeated)
		return true;
	bool response = text_present(part->expert);
	bool quoted = (marker->context & (SCAN_IN_FENCE | SCAN_IN_BACKTICKS | SCAN_IN_QUOTES)) != 0;
	if (quoted && (response || marker->keyword == SCAN_UNKNOWN))
		return true;
	if ((marker->context & SCAN_STRUCK_OUT) != 0)
		return true;
	const struct scan_table *table = response ? derive_speech_table(file, marker->offset) : NULL;
	return table != NULL && derive_speech_sums_up(work, table);
}

/* Whether a bold label stands right before a marker, or a word that a separator sets off. */
static bool is_labelled(const struct work_file *file, const struct scan_marker *marker, bool bold)
{
	struct text content = file->scan->content;
	if (!text_present(marker->speaker))
		return false;
	const size_t from = (size_t)(marker->speaker.data - content.data), to = from + marker->speaker.size;
	if (bold)
		return from >= 2 && content.data[from - 1] == content.data[from - 2] &&
			   (content.data[from - 1] == '*' || content.data[from - 1] == '_');
	bool set_off = false;
	for (size_t at = to; at < marker->offset; at++)
		set_off |= content.data[at] == ':' || derive_text_dash(content, at) > 0;
	return set_off;
}

/* A move without brackets that something follows: said behind a bold label or a member's name, or in a row that names who
   says it; a sentence otherwise, which in an expert's text may be meant as one, and in the Judge's tells of moves. */
static enum speech_verdict read_bare(struct derive_work *work, const struct speech *speech, bool in_table)
{
	const struct scan_marker *marker = speech->marker;
	const struct work_part *part = derive_work_part(speech->place.file, marker->offset);
	const bool response = text_present(part->expert), leads = (marker->context & SCAN_AT_START) != 0;
	bool known = text_present(marker->speaker) && text_present(derive_experts_find(work, marker->speaker));
	if (marker->bracketed || marker->alone || known || (in_table && leads && speech->named) ||
		is_labelled(speech->place.file, marker, true))
		return SPEECH_COUNTS;
	return response && (leads || is_labelled(speech->place.file, marker, false)) ? SPEECH_UNCLEAR : SPEECH_NONE;
}

/* Where the line or table of the next marker begins, if it says itself who speaks there; SIZE_MAX if not. */
static size_t other_speaks(struct derive_work *work, const struct work_file *file, const struct scan_marker *marker)
{
	const struct scan_marker *next = marker + 1;
	if (next == file->scan->markers + file->scan->marker_count || next->line == marker->line)
		return SIZE_MAX;
	const struct work_place place = {.file = file, .line = next->line, .offset = next->offset};
	const struct scan_table *table = derive_speech_table(file, next->offset);
	if (table == derive_speech_table(file, marker->offset))
		table = NULL;
	if (table != NULL && columns_of(work, table) != NULL && derive_table_has(columns_of(work, table), COLUMN_EXPERT))
		return table->offset;
	bool named = table == NULL && text_present(named_by(work, line_before(file, &place)));
	return named ? file->scan->lines[next->line - 1].offset : SIZE_MAX;
}

/* The body of a marker up to where another begins to speak. */
static struct text body_of(struct derive_work *work, const struct work_file *file, const struct scan_marker *marker,
						   const struct work_part *part)
{
	struct text content = file->scan->content, body = marker->body;
	if (!text_present(body))
		return TEXT_ABSENT;
	bool within = body.data >= content.data && body.data <= content.data + content.size;
	size_t from = within ? (size_t)(body.data - content.data) : 0, to = other_speaks(work, file, marker);
	to = to < part->to ? to : part->to;
	if (within && from + body.size > to)
		body = text_trim(text_slice(content, from, to > from ? to : from));
	return derive_work_plain(work, body).size > 0 ? body : TEXT_ABSENT;
}

enum speech_verdict derive_speech_read(struct derive_work *work, const struct work_file *file,
									   const struct scan_marker *marker, struct speech *ret_speech)
{
	const struct work_part *part = derive_work_part(file, marker->offset);
	if (says_nothing(work, file, marker, part))
		return SPEECH_NONE;
	struct speech speech = {
		.marker = marker,
		.place = {.file = file, .line = marker->line, .offset = marker->offset},
		.body = body_of(work, file, marker, part),
		.expert = part->expert,
		.round = part->round,
	};
	const struct scan_table *table = derive_speech_table(file, marker->offset);
	struct text named = table == NULL ? named_in_line(work, &speech) : TEXT_ABSENT;
	if (table != NULL)
		read_row(work, table, &speech);
	else if (text_present(named))
		speech.expert = named;
	if (!text_present(part->expert) && !text_present(speech.expert)) {
		if (table == NULL)
			speech.expert = derive_experts_first(work, line_before(file, &speech.place));
		if (!text_present(speech.expert) && text_present(marker->speaker))
			speech.expert = derive_experts_find(work, marker->speaker);
	}
	speech.named = text_present(speech.expert) && !text_equal(part->expert, speech.expert);
	*ret_speech = speech;
	const enum speech_verdict bare = read_bare(work, &speech, table != NULL);
	if (bare != SPEECH_COUNTS)
		return bare;
	if (marker->keyword == SCAN_UNKNOWN)
		return SPEECH_UNKNOWN;
	if (!text_present(speech.expert) && marker->keyword == SCAN_STATEMENT && marker->id_count == 1 &&
		text_present(marker->ids[0].name))
		ret_speech->expert = derive_experts_find(work, derive_experts_id(work, marker->ids[0]).name);
	if (ret_speech->round == WORK_NO_ROUND && text_present(ret_speech->expert))
		ret_speech->round = derive_work_last_round(work);
	/* An edge leaves from the statement above it, whoever made that. */
	if (marker->keyword == SCAN_REFERENCE && ret_speech->round == WORK_NO_ROUND)
		ret_speech->round = derive_work_last_round(work);
	if (marker->keyword == SCAN_REFERENCE)
		return SPEECH_COUNTS;
	bool told = text_present(ret_speech->expert) && ret_speech->round != WORK_NO_ROUND;
	return told ? SPEECH_COUNTS : SPEECH_NOBODY;
}

bool derive_speech_full(struct derive_work *work, size_t count, size_t max, const struct speech *speech)
{
	const bool full = derive_work_full(work, count, max, speech->place);
	work->left_out += full;
	return full;
}
