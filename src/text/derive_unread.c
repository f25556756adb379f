/*
 * Tables that no rule has read, and what is not closed or not whole: what looked like a marker or a table and may have been
 * read otherwise than it was meant is reported (import.md).
 */
#include <inttypes.h>

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

/* Every cell is a placeholder: nothing is said that could be lost. */
static bool is_empty(const struct scan_table *table)
{
	for (size_t i = 0; i < table->row_count; i++)
		for (size_t j = 0; j < table->rows[i].cell_count; j++)
			if (table->rows[i].cells[j].size > 0 && !scan_placeholder(table->rows[i].cells[j]))
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
	bool scores = derive_table_has(&columns, COLUMN_W) || derive_table_has(&columns, COLUMN_SCORE) ||
				  derive_table_has(&columns, COLUMN_TOTAL) || columns.has_rounds;
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
		   derive_registers_table(work, file, table, &of_tensions);
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
static bool is_inventory(struct derive_work *work, const struct scan_table *table, const struct table_columns *columns)
{
	return derive_table_ids(work, table, columns, 'P') != SIZE_MAX && !has_perspectives(work);
}

void derive_unread_tables(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		for (size_t j = 0; file->scan != NULL && file->kind != FILE_KIND_PROMPT && j < file->scan->table_count; j++) {
			const struct scan_table *table = &file->scan->tables[j];
			struct table_columns columns;
			derive_table_columns(work, table, &columns);
			bool judges = derive_work_judges(file, table->offset);
			bool statements =
				derive_table_ids(work, table, &columns, 'P') != SIZE_MAX || derive_table_has(&columns, COLUMN_STATUS);
			bool summary = derive_table_has(&columns, COLUMN_MARKER) || derive_table_has(&columns, COLUMN_METRIC);
			bool fields =
				table->header.cell_count == 2 &&
				(table->header.cells[0].size == 0 ||
				 derive_text_same(derive_text_stripped(derive_work_plain(work, table->header.cells[1])), "value"));
			bool inventory = judges && is_inventory(work, table, &columns);
			bool read = judges ? !inventory && is_read(work, file, table) : summary || !statements;
			if (fields || is_empty(table) || read)
				continue;
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
							   (struct work_place){.file = file, .line = table->line, .offset = table->offset},
							   heading_of(work, table),
							   inventory ? "these perspectives stand in no marker: kept as text only"
										 : "no rule reads a table with these columns: kept as text only");
		}
	}
}

/* The first row of a table that has other columns than its header. A box's lines are joined: what is written there is not told apart. */
static void report_rows(struct derive_work *work, const struct work_file *file, const struct scan_table *table)
{
	for (size_t i = 0; i < table->row_count && !table->boxed; i++) {
		const struct scan_row *row = &table->rows[i];
		if (row->written == table->column_count)
			continue;
		derive_work_tell(work, PROBLEM_NOT_UNDERSTOOD,
						 (struct work_place){.file = file, .line = row->line, .offset = row->offset},
						 "this row has %zu cell%s, its table %zu columns: %s", row->written,
						 row->written == 1 ? "" : "s", table->column_count,
						 row->written < table->column_count ? "those that are missing are read as empty"
															: "what is beyond them is kept as text only");
		return;
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
		for (size_t j = 0; j < file->scan->table_count; j++)
			report_rows(work, file, &file->scan->tables[j]);
	}
	report_statements_twice(work);
	report_tensions_twice(work);
}
