/*
 * Tables that no rule has read: what looked like one and was not understood is reported (import.md).
 */
#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_speech.h"

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
	for (size_t i = 0; i < file->scan->marker_count; i++)
		if (derive_speech_table(file, file->scan->markers[i].offset) == table)
			return true;
	return (people && (scores || panel)) || (derive_table_has(&columns, COLUMN_ROUND) && (scores || claims)) ||
		   derive_table_has(&columns, COLUMN_METRIC) ||
		   (derive_table_has(&columns, COLUMN_TIER) && derive_table_has(&columns, COLUMN_EXPERTS)) ||
		   table->header.cell_count <= 1 || derive_table_ids(work, table, &columns, 'P') != SIZE_MAX ||
		   derive_registers_table(work, file, table, &of_tensions) || derive_table_has(&columns, COLUMN_TENSION);
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
			bool fields = table->header.cell_count == 2 && table->header.cells[0].size == 0;
			if (fields || (judges ? is_read(work, file, table) : summary || !statements))
				continue;
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
							   (struct work_place){.file = file, .line = table->line, .offset = table->offset},
							   table->header.cell_count > 0 ? table->header.cells[0] : TEXT_ABSENT,
							   "a table that no rule reads");
		}
	}
}
