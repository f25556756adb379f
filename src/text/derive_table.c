/*
 * Names of columns as rows of a table. A one-letter name counts only as the whole heading.
 */
#include "derive_table.h"

#include "derive_rules.h"
#include "derive_text.h"

struct column_row {
	const char *name;
	enum table_column column;
};
static const struct column_row columns_by_name[] = {
	{"agent", COLUMN_EXPERT},
	{"expert", COLUMN_EXPERT},
	{"pastry", COLUMN_EXPERT},
	{"panelist", COLUMN_EXPERT},
	{"member", COLUMN_EXPERT},
	{"participant", COLUMN_EXPERT},
	{"name", COLUMN_EXPERT},
	{"id", COLUMN_ID},
	{"tension id", COLUMN_ID},
	{"round", COLUMN_ROUND},
	{"rounds", COLUMN_ROUND},
	{"rd", COLUMN_ROUND},
	{"w", COLUMN_W},
	{"wisdom", COLUMN_W},
	{"c", COLUMN_C},
	{"consistency", COLUMN_C},
	{"t", COLUMN_T},
	{"truth", COLUMN_T},
	{"r", COLUMN_R},
	{"relationships", COLUMN_R},
	{"relationship", COLUMN_R},
	{"w/c/t/r", COLUMN_PARTS},
	{"w:c:t:r", COLUMN_PARTS},
	{"score", COLUMN_SCORE},
	{"points", COLUMN_SCORE},
	{"round score", COLUMN_SCORE},
	{"total", COLUMN_TOTAL},
	{"alignment", COLUMN_TOTAL},
	{"total alignment", COLUMN_TOTAL},
	{"alignment score", COLUMN_TOTAL},
	{"delta", COLUMN_DELTA},
	{"\xce\x94", COLUMN_DELTA},
	{"difference", COLUMN_DELTA},
	{"change", COLUMN_DELTA},
	{"open tensions", COLUMN_OPEN},
	{"open t", COLUMN_OPEN},
	{"tensions open", COLUMN_OPEN},
	{"new perspectives", COLUMN_NEW},
	{"new p", COLUMN_NEW},
	{"velocity", COLUMN_VELOCITY},
	{"alignment velocity", COLUMN_VELOCITY},
	{"converge %", COLUMN_CONVERGE},
	{"converge", COLUMN_CONVERGE},
	{"convergence", COLUMN_CONVERGE},
	{"convergence %", COLUMN_CONVERGE},
	{"% converge", COLUMN_CONVERGE},
	{"role", COLUMN_ROLE},
	{"domain", COLUMN_ROLE},
	{"expertise", COLUMN_ROLE},
	{"tier", COLUMN_TIER},
	{"relevance", COLUMN_RELEVANCE},
	{"source", COLUMN_SOURCE},
	{"focus", COLUMN_FOCUS},
	{"experts", COLUMN_EXPERTS},
	{"roles", COLUMN_EXPERTS},
	{"metric", COLUMN_METRIC},
	{"marker", COLUMN_MARKER},
	{"markers", COLUMN_MARKER},
	{"move", COLUMN_MARKER},
	{"moves", COLUMN_MARKER},
	{"tension", COLUMN_TENSION},
	{"tensions", COLUMN_TENSION},
	{"label", COLUMN_TENSION},
	{"title", COLUMN_TENSION},
	{"description", COLUMN_TENSION},
	{"issue", COLUMN_TENSION},
	{"perspective", COLUMN_PERSPECTIVE},
	{"perspectives", COLUMN_PERSPECTIVE},
	{"status", COLUMN_STATUS},
	{"state", COLUMN_STATUS},
	{"raised", COLUMN_RAISED},
	{"raised by", COLUMN_RAISED},
	{"raised in", COLUMN_RAISED},
	{"surfaced by", COLUMN_RAISED},
	{"resolved", COLUMN_RESOLVED},
	{"resolution", COLUMN_RESOLVED},
	{"consensus", COLUMN_CONSENSUS},
};

bool derive_table_has(const struct table_columns *columns, enum table_column column)
{
	return columns->at[column] != SIZE_MAX;
}

struct text derive_table_cell(const struct scan_row *row, const struct table_columns *columns, enum table_column column)
{
	size_t at = columns->at[column];
	return at < row->cell_count ? derive_text_claimed(row->cells[at]) : TEXT_ABSENT;
}

/* "R0", "Round 0", "R0 (W/C/T/R)", "R0 Score": what follows the round is its value. Others, such as "R0 Notes", begin
   with a round and hold something else. */
static bool names_round(struct text name, int *ret_round, bool *ret_value)
{
	static const char *const values[] = {"", "score", "total", "points", "alignment", "w/c/t/r"};
	struct text rest, bare = derive_text_unbracketed(name);
	if (!derive_text_round_heading(bare, ret_round, &rest)) {
		struct text word = derive_text_first_word(bare);
		if (word.size < 2 || word.data != bare.data || (word.data[0] != 'R' && word.data[0] != 'r') ||
			!derive_text_round(word, ret_round))
			return false;
		rest = derive_text_stripped(text_slice(bare, word.size, bare.size));
	}
	*ret_value = false;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		*ret_value |= derive_text_same(rest, values[i]);
	return true;
}

/* Every cell is a number, four of them (5/6/7/8), or says that there is none. */
static bool holds_numbers(const struct scan_table *table, size_t column)
{
	for (size_t i = 0; i < table->row_count; i++) {
		int64_t number, parts[4];
		struct text cell = column < table->rows[i].cell_count ? table->rows[i].cells[column] : TEXT("");
		if (!derive_text_nothing(cell) && !scan_integer(cell, &number) && !derive_text_permille(cell, &number) &&
			!derive_text_integer(cell, &number, NULL) && !derive_text_parts(cell, parts))
			return false;
	}
	return true;
}

/* "Expert (Role)" is known by what stands before the bracket. */
enum table_column derive_table_kind(struct text written)
{
	struct text name = derive_text_unbracketed(written);
	for (size_t i = 0; i < sizeof(columns_by_name) / sizeof(columns_by_name[0]); i++)
		if (derive_text_same(name, columns_by_name[i].name))
			return columns_by_name[i].column;
	return COLUMN_COUNT;
}

static struct text heading(struct derive_work *work, const struct scan_table *table, size_t column)
{
	return derive_text_stripped(derive_work_plain(work, table->header.cells[column]));
}

size_t derive_table_named(struct derive_work *work, const struct scan_table *table, enum table_column column,
						  size_t except)
{
	for (size_t i = 0; i < table->header.cell_count; i++) {
		int round;
		bool value;
		struct text name = heading(work, table, i);
		if (i != except && name.size > 0 && derive_table_kind(name) == column && !names_round(name, &round, &value))
			return i;
	}
	return SIZE_MAX;
}

void derive_table_columns(struct derive_work *work, const struct scan_table *table, struct table_columns *ret_columns)
{
	struct table_columns found = {.known = 0, .other_round = SIZE_MAX};
	size_t outcome = SIZE_MAX;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		found.at[i] = SIZE_MAX;
	for (size_t i = 0; i < WORK_ROUNDS; i++)
		found.rounds[i] = SIZE_MAX;
	for (size_t column = 0; column < table->header.cell_count; column++) {
		struct text name = heading(work, table, column);
		enum table_column kind = derive_table_kind(name);
		int round;
		bool value;
		if (names_round(name, &round, &value)) {
			if (value && holds_numbers(table, column)) {
				found.rounds[round] = column;
				found.has_rounds = true;
				found.known++;
			} else if (found.other_round == SIZE_MAX)
				found.other_round = column;
			continue;
		}
		if (derive_text_same(name, "outcome"))
			outcome = column;
		if (kind == COLUMN_COUNT)
			continue;
		found.known++;
		if (found.at[kind] == SIZE_MAX)
			found.at[kind] = column;
	}
	/* The outcome of a tension is its resolution; that of a round is prose. */
	if (found.at[COLUMN_TENSION] != SIZE_MAX && found.at[COLUMN_RESOLVED] == SIZE_MAX && outcome != SIZE_MAX) {
		found.at[COLUMN_RESOLVED] = outcome;
		found.known++;
	}
	*ret_columns = found;
}

struct text derive_table_plain(struct derive_work *work, const struct scan_row *row, size_t column)
{
	struct text cell = column < row->cell_count ? text_trim(row->cells[column]) : TEXT("");
	size_t close = cell.size > 0 && cell.data[0] == '[' ? text_find(cell, TEXT("]("), 0) : SIZE_MAX;
	size_t end = close != SIZE_MAX ? derive_text_find_byte(cell, ')', close) : SIZE_MAX;
	if (end != SIZE_MAX && end + 1 == cell.size)
		cell = text_slice(cell, 1, close);
	return derive_text_stripped(derive_work_plain(work, cell));
}

size_t derive_table_ids(struct derive_work *work, const struct scan_table *table, const struct table_columns *columns,
						char letter)
{
	for (size_t column = 0; column < table->header.cell_count; column++) {
		bool named = columns->at[COLUMN_ID] == column || columns->at[COLUMN_TENSION] == column;
		if (!named && column != 0)
			continue;
		size_t with = 0, without = 0;
		for (size_t i = 0; i < table->row_count; i++) {
			struct text cell = column < table->rows[i].cell_count ? table->rows[i].cells[column] : TEXT("");
			if (scan_placeholder(cell))
				continue;
			struct text plain = derive_table_plain(work, &table->rows[i], column);
			size_t count;
			struct scan_id *ids = derive_experts_ids(work, plain, letter, &count);
			bool begins = count > 0 && ids[0].offset == 0;
			with += begins;
			without += !begins;
		}
		if (with > 0 && with >= without)
			return column;
	}
	return SIZE_MAX;
}

bool derive_table_zeros(const struct scan_table *table, const struct table_columns *columns)
{
	static const enum table_column scores[] = {COLUMN_W, COLUMN_C, COLUMN_T, COLUMN_R, COLUMN_SCORE, COLUMN_TOTAL};
	bool zero = false;
	for (size_t i = 0; i < table->row_count; i++) {
		for (size_t j = 0; j < sizeof(scores) / sizeof(scores[0]) + WORK_ROUNDS; j++) {
			size_t kinds = sizeof(scores) / sizeof(scores[0]);
			size_t column = j < kinds ? columns->at[scores[j]] : columns->rounds[j - kinds];
			int64_t value;
			if (column >= table->rows[i].cell_count || !scan_integer(table->rows[i].cells[column], &value))
				continue;
			if (value != 0)
				return false;
			zero = true;
		}
	}
	return zero;
}
