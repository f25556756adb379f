/*
 * Scores from tables (import.md, Tables and fields).
 */
#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_status.h"
#include "derive_table.h"
#include "derive_text.h"

struct number_column {
	enum table_column column;
	enum fact_kind of_round;
	enum fact_kind of_expert;
};
static const struct number_column numbers[] = {
	{COLUMN_W, FACT_ROUND_W, FACT_EXPERT_W},
	{COLUMN_C, FACT_ROUND_C, FACT_EXPERT_C},
	{COLUMN_T, FACT_ROUND_T, FACT_EXPERT_T},
	{COLUMN_R, FACT_ROUND_R, FACT_EXPERT_R},
	{COLUMN_TOTAL, FACT_ROUND_SCORE, FACT_EXPERT_TOTAL},
	{COLUMN_SCORE, FACT_ROUND_SCORE, FACT_EXPERT_TOTAL},
	{COLUMN_OPEN, FACT_ROUND_OPEN, FACT_KIND_COUNT},
	{COLUMN_NEW, FACT_ROUND_NEW, FACT_KIND_COUNT},
	{COLUMN_VELOCITY, FACT_ROUND_VELOCITY, FACT_KIND_COUNT},
	{COLUMN_CONVERGE, FACT_ROUND_CONVERGE, FACT_KIND_COUNT},
};
enum { NUMBER_COLUMNS = sizeof(numbers) / sizeof(numbers[0]) };

/* What a cell of numbers belongs to. */
struct cell_place {
	struct work_place place;
	int round;
	struct text expert;     /* absent for a round's */
	struct text difference; /* cell of the difference to the round before; absent without one */
};

/* "+95", "(+95)", "95": the cell of a difference. */
static bool read_difference(struct text cell, int64_t *ret_difference)
{
	struct text plain = text_present(cell) ? derive_text_stripped(cell) : TEXT("");
	return derive_text_difference(plain, ret_difference) || derive_text_integer(plain, ret_difference, NULL);
}

static bool is_signed(struct text cell)
{
	struct text plain = text_trim(cell);
	bool minus = text_starts_with(plain, TEXT("-")) || text_starts_with(plain, TEXT("\u2212"));
	return minus || text_starts_with(plain, TEXT("+")) || derive_text_arrow(cell) != SIZE_MAX;
}

static bool state_cell(struct derive_work *work, enum fact_kind kind, const struct cell_place *at, struct text whole)
{
	struct text cell = text_present(whole) ? text_trim(derive_status_unstruck(work, whole)) : whole;
	struct work_fact fact = {.kind = kind, .round = at->round, .key = at->expert, .text = cell, .place = at->place};
	struct text rest = TEXT("");
	if (!text_present(cell) || derive_text_nothing(cell))
		return false;
	bool read = kind == FACT_ROUND_CONVERGE ? derive_text_permille(cell, &fact.number)
											: derive_text_integer(derive_text_stripped(cell), &fact.number, &rest);
	if (!read || is_signed(cell)) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, at->place, cell,
						   kind == FACT_ROUND_VELOCITY && is_signed(cell)
							   ? "a signed or arrowed velocity is a difference of scores"
							   : "this is no number");
		return false;
	}
	if (kind == FACT_ROUND_SCORE)
		fact.has_difference =
			derive_text_difference(rest, &fact.difference) || read_difference(at->difference, &fact.difference);
	derive_fact_state(work, &fact);
	return true;
}

/* The round of a row of a table by rounds: "0", "R0", "Round 0". */
static bool row_round(struct derive_work *work, struct text cell, int *ret_round)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, cell));
	int64_t number;
	if (derive_text_integer(plain, &number, NULL) && derive_text_words(plain) == 0) {
		*ret_round = (int)number;
		return number >= 0 && number <= LIMIT_ROUND;
	}
	return derive_text_words(plain) <= 2 && derive_text_round(plain, ret_round);
}

/* A row with numbers that names nothing which they could be of is reported, unless it is one of sums. */
static void report_row(struct derive_work *work, const struct work_place *place, struct text named, const char *message)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, named));
	if (!derive_text_nothing(plain) && !derive_text_sums(plain) && !derive_experts_judge(plain))
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, *place, plain, message);
}

/* "5/6/7/8": W, C, T and R in one cell. False for any other. */
static bool state_parts(struct derive_work *work, const struct cell_place *at, struct text cell)
{
	static const struct number_column parts[] = {{COLUMN_W, FACT_ROUND_W, FACT_EXPERT_W},
												 {COLUMN_C, FACT_ROUND_C, FACT_EXPERT_C},
												 {COLUMN_T, FACT_ROUND_T, FACT_EXPERT_T},
												 {COLUMN_R, FACT_ROUND_R, FACT_EXPERT_R}};
	int64_t values[4];
	bool whose = text_present(at->expert);
	if (!text_present(cell) || !derive_text_parts(cell, values))
		return false;
	for (size_t i = 0; i < 4; i++)
		derive_fact_state(work, &(struct work_fact){.kind = whose ? parts[i].of_expert : parts[i].of_round,
													.round = at->round,
													.key = at->expert,
													.number = values[i],
													.text = cell,
													.place = at->place});
	if (whose && at->round != WORK_NO_ROUND)
		derive_people_seat(work, at->round, at->expert, SEAT_OF_SCORE);
	return true;
}

/* Columns headed with the names of experts: what each scored in the round of the row. */
static void read_named_columns(struct derive_work *work, struct cell_place at, const struct scan_table *table,
							   const struct scan_row *row)
{
	for (size_t i = 0; i < table->column_count; i++) {
		at.expert = derive_experts_find(work, table->header.cells[i]);
		if (text_present(at.expert) && state_cell(work, FACT_EXPERT_TOTAL, &at, row->cells[i]))
			derive_people_seat(work, at.round, at.expert, SEAT_OF_SCORE);
	}
}

/* The sum of all rounds below them: what the whole dialogue scored. */
static void read_total(struct derive_work *work, struct cell_place at, const struct scan_row *row,
					   const struct table_columns *columns)
{
	struct text which = derive_text_first_word(derive_work_plain(work, derive_table_cell(row, columns, COLUMN_ROUND)));
	bool whole = derive_text_begins(which, "total") || derive_text_same(which, "all") || derive_text_same(which, "sum");
	struct text cell =
		derive_table_cell(row, columns, derive_table_has(columns, COLUMN_SCORE) ? COLUMN_SCORE : COLUMN_TOTAL);
	struct work_fact fact = {.kind = FACT_TOTAL, .round = WORK_NO_ROUND, .text = cell, .place = at.place};
	if (whole && text_present(cell) && derive_text_integer(derive_text_stripped(cell), &fact.number, NULL) &&
		fact.number > 0)
		derive_fact_state(work, &fact);
}

/* False for a row of no round; else at->round is set. */
static bool read_round_row(struct derive_work *work, struct cell_place *at, const struct scan_row *row,
						   const struct table_columns *columns)
{
	struct text which = derive_table_cell(row, columns, COLUMN_ROUND);
	at->difference = derive_table_cell(row, columns, COLUMN_DELTA);
	if (!row_round(work, which, &at->round)) {
		read_total(work, *at, row, columns);
		report_row(work, &at->place, which, "this row of a table by rounds names no round: not read");
		return false;
	}
	bool any = state_parts(work, at, derive_table_cell(row, columns, COLUMN_PARTS)), filled = false;
	for (size_t i = 0; i < NUMBER_COLUMNS; i++) {
		bool doubled = numbers[i].column == COLUMN_TOTAL && derive_table_has(columns, COLUMN_SCORE);
		if (!doubled && state_cell(work, numbers[i].of_round, at, derive_table_cell(row, columns, numbers[i].column)))
			any = true;
	}
	for (size_t i = 0; i < row->cell_count; i++)
		filled |= i != columns->at[COLUMN_ROUND] && !scan_placeholder(row->cells[i]);
	struct work_round *round = &work->rounds[at->round];
	if (any) {
		round->held = true;
		round->answered = true;
	} else if (!filled) {
		round->announced_at = round->announced ? round->announced_at : at->place;
		round->announced = true;
	}
	return true;
}

/* Rn columns: running totals when their last is the Total that their sum is not. */
static void read_expert_rounds(struct derive_work *work, struct cell_place at, const struct scan_row *row,
							   const struct table_columns *columns)
{
	int64_t values[WORK_ROUNDS], sum = 0, last = 0, total = 0;
	bool known[WORK_ROUNDS], rising = true, counted = false;
	for (int round = 0; round < WORK_ROUNDS; round++) {
		size_t column = columns->rounds[round];
		known[round] = false;
		if (column >= row->cell_count)
			continue;
		at.round = round;
		state_parts(work, &at, row->cells[column]);
		known[round] = derive_text_integer(derive_text_stripped(row->cells[column]), &values[round], NULL);
		if (!known[round])
			continue;
		counted = true;
		rising &= values[round] >= last;
		last = values[round];
		sum += values[round];
	}
	struct text total_cell = derive_table_cell(row, columns, COLUMN_TOTAL);
	bool has_total = text_present(total_cell) && derive_text_integer(derive_text_stripped(total_cell), &total, NULL);
	bool running = has_total && rising && sum != total && last == total;
	if (has_total && counted && sum != total && !running)
		derive_work_tell(work, PROBLEM_CONTRADICTION, at.place,
						 "the total of %.*s is %lld, but the scores of the rounds add up to %lld", (int)at.expert.size,
						 at.expert.data, (long long)total, (long long)sum);
	int64_t before = 0;
	for (int round = 0; round < WORK_ROUNDS; round++) {
		if (!known[round])
			continue;
		derive_fact_state(work, &(struct work_fact){.kind = FACT_EXPERT_TOTAL,
													.round = round,
													.key = at.expert,
													.number = running ? values[round] - before : values[round],
													.text = row->cells[columns->rounds[round]],
													.place = at.place});
		derive_people_seat(work, round, at.expert, SEAT_OF_SCORE);
		before = values[round];
	}
}

static void read_expert_row(struct derive_work *work, const struct work_file *file, const struct scan_row *row,
							const struct table_columns *columns)
{
	struct cell_place at = {.place = {.file = file, .line = row->line, .offset = row->offset}, .round = WORK_NO_ROUND};
	const struct work_part *part = derive_work_part(file, row->offset);
	if (part != NULL)
		at.round = part->round;
	at.expert = derive_experts_cell(work, derive_table_cell(row, columns, COLUMN_EXPERT));
	if (!text_present(at.expert)) {
		report_row(work, &at.place, derive_table_cell(row, columns, COLUMN_EXPERT),
				   "this row of a table by experts names nobody known: not read");
		return;
	}
	if (derive_table_has(columns, COLUMN_ROUND) &&
		!row_round(work, derive_table_cell(row, columns, COLUMN_ROUND), &at.round))
		return;
	if (columns->has_rounds) {
		read_expert_rounds(work, at, row, columns);
		return;
	}
	state_parts(work, &at, derive_table_cell(row, columns, COLUMN_PARTS));
	int64_t sum = 0, total = 0;
	size_t parts = 0;
	for (size_t i = 0; i < NUMBER_COLUMNS; i++) {
		struct text cell = derive_table_cell(row, columns, numbers[i].column);
		int64_t value;
		if (numbers[i].of_expert == FACT_KIND_COUNT || !state_cell(work, numbers[i].of_expert, &at, cell))
			continue;
		if (numbers[i].of_expert == FACT_EXPERT_TOTAL)
			derive_text_integer(derive_text_stripped(cell), &total, NULL);
		else if (derive_text_integer(derive_text_stripped(cell), &value, NULL)) {
			sum += value;
			parts++;
		}
	}
	if (parts == 4 && total != 0 && sum != total)
		derive_work_tell(work, PROBLEM_CONTRADICTION, at.place, "the total of %.*s is %lld, but W + C + T + R is %lld",
						 (int)at.expert.size, at.expert.data, (long long)total, (long long)sum);
	if (at.round != WORK_NO_ROUND && (parts > 0 || total > 0))
		derive_people_seat(work, at.round, at.expert, SEAT_OF_SCORE);
}

/* Metric | R0 | R1: each row is a field of each round. */
static void read_metric_table(struct derive_work *work, const struct work_file *file, const struct scan_table *table,
							  const struct table_columns *columns)
{
	for (size_t i = 0; i < table->row_count; i++) {
		const struct scan_row *row = &table->rows[i];
		for (int round = 0; round < WORK_ROUNDS; round++) {
			struct work_value said = {.name = derive_table_cell(row, columns, COLUMN_METRIC),
									  .place = {.file = file, .line = row->line, .offset = row->offset},
									  .round = round};
			if (columns->rounds[round] >= row->cell_count || !text_present(said.name))
				continue;
			said.value = row->cells[columns->rounds[round]];
			if (scan_placeholder(said.value) || derive_fields_value(work, &said))
				continue;
			derive_fields_unknown(work, &said);
			break;
		}
	}
}

bool derive_scores_zero(const struct work_file *file)
{
	bool zero = false;
	for (size_t i = 0; i < file->scan->field_count; i++) {
		const struct scan_field *field = &file->scan->fields[i];
		int64_t value;
		if (derive_text_same(derive_text_stripped(field->name), "Total ALIGNMENT") &&
			derive_text_integer(field->value, &value, NULL))
			zero = value == 0;
	}
	return zero;
}

static bool scores(const struct table_columns *columns)
{
	return derive_table_has(columns, COLUMN_W) || derive_table_has(columns, COLUMN_PARTS) ||
		   derive_table_has(columns, COLUMN_SCORE) || derive_table_has(columns, COLUMN_TOTAL) || columns->has_rounds;
}

static bool rounds(const struct table_columns *columns)
{
	return derive_table_has(columns, COLUMN_ROUND) &&
		   (scores(columns) || derive_table_has(columns, COLUMN_VELOCITY) || derive_table_has(columns, COLUMN_OPEN) ||
			derive_table_has(columns, COLUMN_NEW) || derive_table_has(columns, COLUMN_CONVERGE));
}

/* A table of rounds whose cells are all placeholders announces them. */
static bool announces(const struct table_columns *columns)
{
	return derive_table_has(columns, COLUMN_ROUND) && columns->known == 1;
}

static void read_table(struct derive_work *work, const struct work_file *file, const struct scan_table *table)
{
	struct table_columns columns;
	derive_table_columns(work, table, &columns);
	if (derive_table_has(&columns, COLUMN_METRIC) && columns.has_rounds) {
		read_metric_table(work, file, table, &columns);
		return;
	}
	columns.at[COLUMN_EXPERT] = derive_people_column(work, table, &columns);
	bool by_expert =
		derive_table_has(&columns, COLUMN_EXPERT) && scores(&columns) && !derive_table_has(&columns, COLUMN_TENSION);
	bool by_round = !derive_table_has(&columns, COLUMN_EXPERT) && (rounds(&columns) || announces(&columns));
	if (!by_expert && !by_round)
		return;
	if (derive_table_zeros(table, &columns) && (by_expert || derive_scores_zero(file))) {
		derive_work_report(work, PROBLEM_PLACEHOLDER, (struct work_place){.file = file, .line = table->line},
						   TEXT_ABSENT, "all scores of this table are 0: placeholders, not scores");
		return;
	}
	for (size_t i = 0; i < table->row_count; i++) {
		struct cell_place at = {.place = {.file = file, .line = table->rows[i].line, .offset = table->rows[i].offset}};
		if (!by_round)
			read_expert_row(work, file, &table->rows[i], &columns);
		else if (read_round_row(work, &at, &table->rows[i], &columns))
			read_named_columns(work, at, table, &table->rows[i]);
	}
}

/* "Round 3 (6 experts - convergence)". */
static void read_panel_size(struct derive_work *work, const struct work_file *file, const struct scan_heading *heading)
{
	int round;
	struct text rest;
	int64_t size;
	if (!derive_text_round_heading(derive_text_stripped(derive_work_plain(work, heading->text)), &round, &rest))
		return;
	size_t open = derive_text_find_byte(rest, '(', 0);
	if (open == SIZE_MAX || !derive_text_integer(text_slice(rest, open + 1, rest.size), &size, &rest))
		return;
	size_t close = derive_text_begins(rest, "(record: ") ? derive_text_find_byte(rest, ')', 0) : SIZE_MAX;
	if (close != SIZE_MAX)
		rest = text_trim(text_slice(rest, close + 1, rest.size));
	if (!derive_text_begins(rest, "experts"))
		return;
	derive_fact_state(work,
					  &(struct work_fact){.kind = FACT_ROUND_PANEL_SIZE,
										  .round = round,
										  .number = size,
										  .text = heading->text,
										  .place = {.file = file, .line = heading->line, .offset = heading->offset}});
}

void derive_scores_read(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		if (file->scan == NULL || file->kind == FILE_KIND_PROMPT || file->kind == FILE_KIND_RESPONSE)
			continue;
		for (size_t j = 0; j < file->scan->table_count; j++)
			if (derive_work_judges(file, file->scan->tables[j].offset))
				read_table(work, file, &file->scan->tables[j]);
		for (size_t j = 0; j < file->scan->heading_count; j++)
			read_panel_size(work, file, &file->scan->headings[j]);
	}
}
