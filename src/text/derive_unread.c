/*
 * Tables that no rule has read: what looked like one and was not understood is reported (import.md).
 */
#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_speech.h"
#include "derive_text.h"

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
