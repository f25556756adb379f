/*
 * Tables that no rule has read, and what is not closed or not whole: what looked like a marker or a table and may have been
 * read otherwise than it was meant is reported (import.md).
 */
#include <inttypes.h>
#include <string.h>

#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_speech.h"
#include "derive_text.h"
#include "error.h"

/* A marker stands in the table. */
static bool holds_marker(const struct work_file *file, const struct scan_table *table)
{
	size_t low = 0, high = file->scan->marker_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (file->scan->markers[middle].offset < table->offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < file->scan->marker_count && file->scan->markers[low].offset < table->end;
}

/* Nothing but dashes and placeholders stands below the head. */
static bool is_empty(const struct scan_table *table)
{
	for (size_t i = 0; i < table->row_count; i++)
		for (size_t j = 0; j < table->rows[i].cell_count; j++)
			if (!derive_text_nothing(table->rows[i].cells[j]))
				return false;
	return true;
}

/* Some rule takes a table with these columns. */
static bool is_read(struct derive_work *work, const struct work_file *file, const struct scan_table *table)
{
	struct table_columns columns;
	struct register_table of_tensions;
	derive_table_columns(work, table, &columns);
	bool people = derive_people_column(work, table, &columns) != SIZE_MAX;
	bool scores = derive_table_has(&columns, COLUMN_W) || derive_table_has(&columns, COLUMN_PARTS) ||
				  derive_table_has(&columns, COLUMN_SCORE) || derive_table_has(&columns, COLUMN_TOTAL) ||
				  columns.has_rounds;
	bool claims = derive_table_has(&columns, COLUMN_VELOCITY) || derive_table_has(&columns, COLUMN_OPEN) ||
				  derive_table_has(&columns, COLUMN_NEW) || derive_table_has(&columns, COLUMN_CONVERGE);
	bool panel = derive_table_has(&columns, COLUMN_ROLE) || derive_table_has(&columns, COLUMN_TIER) ||
				 derive_table_has(&columns, COLUMN_PERSPECTIVE);
	return holds_marker(file, table) || (people && (scores || panel)) ||
		   (derive_table_has(&columns, COLUMN_ROUND) && (scores || claims)) ||
		   derive_table_has(&columns, COLUMN_METRIC) ||
		   (derive_table_has(&columns, COLUMN_TIER) &&
			(derive_table_has(&columns, COLUMN_EXPERTS) || derive_table_has(&columns, COLUMN_ROLE))) ||
		   table->header.cell_count <= 1 || derive_table_ids(work, table, &columns, 'P') != SIZE_MAX ||
		   derive_registers_table(work, file, table, &of_tensions) ||
		   (derive_table_has(&columns, COLUMN_TENSION) && !derive_table_has(&columns, COLUMN_STATUS));
}

/* "Location | Confidence | Condition" */
static struct text heading_of(struct derive_work *work, const struct scan_table *table)
{
	struct text all = TEXT("");
	for (size_t i = 0; i < table->header.cell_count && all.size < 200; i++) {
		struct text cell = derive_work_plain(work, table->header.cells[i]);
		bool made = arena_format(work->arena, &all, "%.*s%s%.*s", (int)all.size, all.data, i > 0 ? " | " : "",
								 (int)cell.size, cell.data);
		if (!derive_work_done(work, made))
			return TEXT_ABSENT;
	}
	return all;
}

static bool has_perspectives(const struct derive_work *work)
{
	for (size_t i = 0; i < work->statement_count; i++)
		if (work->statements[i].type == ENTITY_PERSPECTIVE)
			return true;
	return false;
}

/* An inventory lists what markers say; where there are none, it is all there is of them. */
static bool is_inventory(struct derive_work *work, const struct scan_table *table)
{
	struct table_columns columns;
	derive_table_columns(work, table, &columns);
	return derive_table_ids(work, table, &columns, 'P') != SIZE_MAX && !has_perspectives(work);
}

/* A column of a round that holds something else than its scores. */
static void report_rounds(struct derive_work *work, const struct work_file *file, const struct scan_table *table)
{
	struct table_columns columns;
	derive_table_columns(work, table, &columns);
	if (columns.other_round != SIZE_MAX)
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
						   (struct work_place){.file = file, .line = table->line, .offset = table->offset},
						   table->header.cells[columns.other_round],
						   "this column of a round holds no scores alone: kept as text only");
}

/* Every filled cell of a column is a number, some are, and they are not the sum of the scores so far. */
static bool says_more(const struct scan_table *table, size_t column, size_t score)
{
	int64_t value, sum = 0;
	size_t filled = 0, numbers = 0;
	bool sums = true;
	for (size_t i = 0; i < table->row_count; i++) {
		const struct scan_row *row = &table->rows[i];
		struct text cell = row->cells[column];
		if (score < row->cell_count && derive_text_integer(derive_text_stripped(row->cells[score]), &value, NULL))
			sum += value;
		filled += !derive_text_nothing(cell);
		if (!derive_text_integer(derive_text_stripped(cell), &value, NULL))
			continue;
		numbers++;
		sums &= value == sum;
	}
	return numbers > 0 && numbers == filled && !sums;
}

/* Columns of numbers by rounds whose names no rule knows. */
static void report_numbers(struct derive_work *work, const struct work_file *file, const struct scan_table *table)
{
	static const char *const counts[] = {"#", "rank", "panel", "panel size"};
	struct table_columns columns;
	derive_table_columns(work, table, &columns);
	size_t score = columns.at[derive_table_has(&columns, COLUMN_SCORE) ? COLUMN_SCORE : COLUMN_TOTAL];
	for (size_t column = 0; derive_table_has(&columns, COLUMN_ROUND) && column < table->column_count; column++) {
		struct text name = derive_table_plain(work, &table->header, column);
		bool known =
			name.size == 0 || derive_table_kind(name) != COLUMN_COUNT || text_present(derive_experts_find(work, name));
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
			known |= derive_text_same(name, counts[i]);
		if (!known && says_more(table, column, score))
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
							   (struct work_place){.file = file, .line = table->line, .offset = table->offset}, name,
							   "no rule knows this column of numbers: kept as text only");
	}
}

/* What an expert's table states that only the Judge's may: scores, and how tensions stand. */
static bool is_judges_own(struct derive_work *work, const struct scan_table *table)
{
	struct table_columns columns;
	derive_table_columns(work, table, &columns);
	if (derive_table_has(&columns, COLUMN_MARKER) || derive_table_has(&columns, COLUMN_METRIC))
		return false;
	bool scored = columns.has_rounds || derive_table_has(&columns, COLUMN_W) ||
				  derive_table_has(&columns, COLUMN_SCORE) || derive_table_has(&columns, COLUMN_TOTAL);
	bool of_someone =
		derive_table_has(&columns, COLUMN_ROUND) || derive_people_column(work, table, &columns) != SIZE_MAX;
	return (scored && of_someone) || derive_table_has(&columns, COLUMN_STATUS) ||
		   derive_table_ids(work, table, &columns, 'P') != SIZE_MAX;
}

void derive_unread_tables(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		for (size_t j = 0; file->scan != NULL && file->kind != FILE_KIND_PROMPT && j < file->scan->table_count; j++) {
			const struct scan_table *table = &file->scan->tables[j];
			bool judges = derive_work_judges(file, table->offset);
			bool inventory = judges && is_inventory(work, table);
			bool read = table->facts || (judges && !inventory && is_read(work, file, table));
			if (judges)
				report_rounds(work, file, table);
			if (read && judges)
				report_numbers(work, file, table);
			if (read || is_empty(table) || (!judges && !is_judges_own(work, table)))
				continue;
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
							   (struct work_place){.file = file, .line = table->line, .offset = table->offset},
							   heading_of(work, table),
							   inventory ? "these perspectives stand in no marker: kept as text only"
										 : "no rule reads a table with these columns: kept as text only");
		}
	}
}

/* Whether something stands behind the columns of a table. */
static bool runs_over(const struct scan_table *table, const struct scan_row *row)
{
	for (size_t i = table->column_count; i < row->cell_count; i++)
		if (row->cells[i].size > 0)
			return true;
	return false;
}

/* Rows that have other columns than their header: which cell belongs where is a guess. A box's lines are joined: what is
   written there is not told apart. */
static void report_rows(struct derive_work *work, const struct work_file *file, const struct scan_table *table)
{
	for (size_t i = 0; i < table->row_count && !table->boxed; i++) {
		const struct scan_row *row = &table->rows[i];
		if (row->written >= table->column_count && !runs_over(table, row))
			continue;
		derive_work_tell(work, PROBLEM_NOT_UNDERSTOOD,
						 (struct work_place){.file = file, .line = row->line, .offset = row->offset},
						 "this row has %zu cell%s, its table %zu columns: %s", row->written,
						 row->written == 1 ? "" : "s", table->column_count,
						 row->written < table->column_count ? "those that are missing are read as empty"
															: "what is beyond them is kept as text only");
	}
}

/* Two statements of one kind, expert, round and file under the same id are two; which one a reference means is not said. */
static void report_twice(struct derive_work *work, struct text id, struct work_place first, struct work_place again)
{
	derive_work_tell(work, PROBLEM_NOT_UNDERSTOOD, again,
					 ERROR_TEXT " stands on line %" PRId64 " already, with other words: both are kept",
					 ERROR_TEXT_ARGS(id), first.line);
}

/* The one before it that it repeats is the last of the same number: one report for each. At most LIMIT_SEQ of a kind are held. */
static void report_statements_twice(struct derive_work *work)
{
	for (size_t i = 0; i < work->statement_count; i++) {
		const struct work_statement *it = &work->statements[i];
		for (size_t j = i; j-- > 0 && it->number >= 0;) {
			const struct work_statement *other = &work->statements[j];
			if (other->number != it->number || other->round != it->round || other->type != it->type ||
				other->place.file != it->place.file || !text_equal(other->local_id, it->local_id) ||
				!text_equal(other->expert, it->expert))
				continue;
			if (!text_equal(other->label, it->label))
				report_twice(work, it->local_id, other->place, it->place);
			break;
		}
	}
}

static void report_tensions_twice(struct derive_work *work)
{
	for (size_t i = 0; i < work->raised_count; i++) {
		const struct work_raised *it = &work->raised[i];
		for (size_t j = i; j-- > 0 && it->number >= 0;) {
			const struct work_raised *other = &work->raised[j];
			if (other->number != it->number || other->round != it->round || other->place.file != it->place.file ||
				!text_equal(other->local_id, it->local_id) || !text_equal(other->expert, it->expert))
				continue;
			if (!text_equal(other->normal, it->normal))
				report_twice(work, it->local_id, other->place, it->place);
			break;
		}
	}
}

/* Behind a statement's keyword, if any, an id and what sets off a label: "PERSPECTIVE P01: a", "[P01: a"; or a colon right
   behind the keyword: "TENSION: a". */
static bool begins_as_statement(struct text text, bool bracketed)
{
	static const char *const keywords[] = {"PERSPECTIVE ", "TENSION ", "RECOMMENDATION ", "EVIDENCE ", "CLAIM "};
	bool keyword = false;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]) && !bracketed; i++) {
		const size_t size = strlen(keywords[i]) - 1;
		if (text.size > size && text_starts_with(text, text_slice(text_of_string(keywords[i]), 0, size)) &&
			text.data[size] == ':')
			return true;
	}
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]) && !bracketed && !keyword; i++) {
		keyword = text_starts_with(text, text_of_string(keywords[i]));
		if (keyword)
			text = text_slice(text, strlen(keywords[i]), text.size);
	}
	size_t at = 1;
	while (at < text.size && text.data[at] >= '0' && text.data[at] <= '9')
		at++;
	return (keyword || bracketed) && at > 1 && at < text.size && strchr("PTREC", text.data[0]) != NULL &&
		   (strchr(":*", text.data[at]) != NULL || derive_text_dash(text, at + (text.data[at] == ' ')) > 0);
}

/* What an expert wrote as a marker without its bracket, or without its keyword. */
static void report_bare(struct derive_work *work, const struct work_file *file)
{
	for (size_t i = 0; i < file->scan->line_count; i++) {
		const struct scan_line *line = &file->scan->lines[i];
		const struct work_part *part = derive_work_part(file, line->offset);
		if (part == NULL || !text_present(part->expert) || part->repeated ||
			(line->context & (SCAN_IN_FENCE | SCAN_IN_TABLE)) != 0)
			continue;
		size_t at = 0;
		while (at < line->text.size && strchr(" \t>#*_-", line->text.data[at]) != NULL)
			at++;
		bool bracketed = at < line->text.size && line->text.data[at] == '[';
		if (begins_as_statement(text_slice(line->text, at + bracketed, line->text.size), bracketed))
			derive_work_report(
				work, PROBLEM_NOT_UNDERSTOOD,
				(struct work_place){.file = file, .line = (int64_t)i + 1, .offset = line->offset}, line->text,
				bracketed ? "this has the form of a marker, but no keyword: kept as text only"
						  : "this begins as a marker does, but stands in no brackets: kept as text only");
	}
}

static bool converges(const struct derive_work *work, const struct work_part *part)
{
	for (size_t i = 0; i < work->move_count; i++)
		if (work->moves[i].type == MOVE_CONVERGE && work->moves[i].round == part->round &&
			text_equal(work->moves[i].expert, part->expert))
			return true;
	return false;
}

/* A cell that is a signal to converge and nothing else. */
static bool is_signal(struct derive_work *work, struct text cell)
{
	static const char *const words[] = {"MOVE:CONVERGE", "CONVERGE", "CONVERGENCE CONFIRMED"};
	struct text plain = derive_text_stripped(derive_work_plain(work, cell));
	if (plain.size > 1 && plain.data[0] == '[' && plain.data[plain.size - 1] == ']')
		plain = text_trim(text_slice(plain, 1, plain.size - 1));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (derive_text_same(plain, words[i]))
			return true;
	return false;
}

/* A row that counts no signals: "CONVERGE | 0". */
static bool counts_none(const struct scan_row *row)
{
	bool none = false;
	int64_t number;
	for (size_t i = 1; i < row->cell_count; i++)
		none |=
			(scan_integer(row->cells[i], &number) && number == 0) || derive_text_same(text_trim(row->cells[i]), "no");
	return none;
}

/* A signal to converge that stands in a summary, where nothing counts, and nowhere else. */
static void report_signals(struct derive_work *work, const struct work_file *file, const struct scan_table *table)
{
	const struct work_part *part = derive_work_part(file, table->offset);
	if (part == NULL || !text_present(part->expert) || part->repeated || part->round == WORK_NO_ROUND ||
		!derive_speech_sums_up(work, table) || converges(work, part))
		return;
	for (size_t i = 0; i < table->row_count; i++) {
		const struct scan_row *row = &table->rows[i];
		bool signal = false;
		for (size_t j = 0; j < row->cell_count && !signal; j++)
			signal = is_signal(work, row->cells[j]);
		if (signal && !counts_none(row))
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
							   (struct work_place){.file = file, .line = row->line, .offset = row->offset}, TEXT_ABSENT,
							   "this signal to converge stands only in a table that sums up: not counted");
	}
}

/* Where a round is first read. */
static struct work_place place_of_round(const struct derive_work *work, int round)
{
	for (size_t i = 0; i < work->file_count; i++) {
		const struct work_file *file = &work->files[i];
		if (file->round == round && file->kind != FILE_KIND_PROMPT)
			return (struct work_place){.file = file, .line = 1};
		for (size_t j = 0; j < file->part_count; j++)
			if (file->parts[j].round == round)
				return derive_work_place(file, file->parts[j].from);
	}
	return (struct work_place){0};
}

/* Rounds follow each other from 0: one that is not there was left out of the recording. One that is announced is reported as
   such. A dialogue may count its rounds from 1. */
static void report_gaps(struct derive_work *work)
{
	int before = 0;
	for (int round = 1; round < WORK_ROUNDS; round++) {
		if (!work->rounds[round].held)
			continue;
		int missing = before + 1;
		while (missing < round && work->rounds[missing].announced)
			missing++;
		if (missing < round)
			derive_work_tell(work, PROBLEM_ROUND_OUT_OF_ORDER, place_of_round(work, round),
							 "round %d is read, but not round %d before it: rounds follow each other from 0", round,
							 missing);
		before = round;
	}
}

void derive_unread_broken(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		if (file->scan == NULL || file->kind == FILE_KIND_PROMPT)
			continue;
		if (file->scan->open_fence_line > 0)
			derive_work_tell(work, PROBLEM_NOT_UNDERSTOOD,
							 (struct work_place){.file = file, .line = file->scan->open_fence_line},
							 "this fence is never closed: all behind it is code");
		for (size_t j = 0; j < file->scan->marker_count; j++) {
			const struct scan_marker *marker = &file->scan->markers[j];
			if (marker->bracketed && !marker->closed)
				derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
								   (struct work_place){.file = file, .line = marker->line, .offset = marker->offset},
								   marker->written, "this bracket is never closed: the marker ends with its line");
		}
		report_bare(work, file);
		for (size_t j = 0; j < file->scan->table_count; j++) {
			report_rows(work, file, &file->scan->tables[j]);
			report_signals(work, file, &file->scan->tables[j]);
		}
	}
	report_statements_twice(work);
	report_tensions_twice(work);
	report_gaps(work);
}
