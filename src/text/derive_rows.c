/*
 * The rows of registers as tensions: the Judge's by number, the experts' own by name, round and number.
 */
#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_status.h"
#include "derive_text.h"

/* One row, wherever it stands. */
struct row_reading {
	struct scan_id id;
	struct text label;
	struct text raised; /* cell, absent without one */
	bool own;
	bool principal; /* says who raised it or how it stands */
	struct work_place place;
};

static size_t find_tension(const struct derive_work *work, const struct work_tension *wanted)
{
	size_t i = SIZE_MAX;
	while ((i = derive_work_numbered(work, wanted->number, i)) != SIZE_MAX) {
		const struct work_tension *tension = &work->tensions[i];
		if (tension->judge == wanted->judge && tension->round == wanted->round && tension->number == wanted->number &&
			text_equal(tension->tail, wanted->tail) && text_equal(tension->expert, wanted->expert))
			return i;
	}
	return SIZE_MAX;
}

static struct work_tension *take_tension(struct derive_work *work, const struct work_tension *wanted)
{
	size_t found = find_tension(work, wanted);
	if (found != SIZE_MAX)
		return &work->tensions[found];
	if (derive_work_full(work, work->tension_count, WORK_TENSIONS_MAX, wanted->place))
		return NULL;
	return derive_work_tension(work, wanted);
}

static void add_label(struct derive_work *work, struct work_tension *tension, const struct row_reading *row)
{
	struct text label = derive_text_stripped(derive_work_plain(work, row->label));
	if (label.size == 0 || scan_placeholder(label))
		return;
	if (derive_work_grow(work, &tension->labels, tension->label_count, &tension->label_capacity,
						 sizeof(*tension->labels)))
		tension->labels[tension->label_count++] = (struct work_label){
			.text = label, .normal = derive_work_label(work, label), .place = row->place, .principal = row->principal};
}

/* "Multiple R1": several raised it in that round, and nobody is named. */
static bool says_several(struct text cell)
{
	static const char *const words[] = {"multiple", "several", "all", "various", "many", "most"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (derive_text_has_word(cell, words[i]))
			return true;
	return false;
}

static void add_raisers(struct derive_work *work, struct work_tension *tension, struct text cell)
{
	size_t count;
	struct work_raiser *named = derive_experts_listed(work, cell, &count);
	int round;
	if (count == 0 && derive_text_round(cell, &round)) {
		tension->raised_round = round;
		tension->several |= says_several(cell);
	}
	for (size_t i = 0; i < count; i++) {
		bool known = false;
		for (size_t j = 0; j < tension->raiser_count; j++)
			known |= text_equal(tension->raisers[j].slug, named[i].slug) && tension->raisers[j].round == named[i].round;
		if (!known && derive_work_grow(work, &tension->raisers, tension->raiser_count, &tension->raiser_capacity,
									   sizeof(*tension->raisers)))
			tension->raisers[tension->raiser_count++] = named[i];
	}
}

/* The round in which an expert raised what a register calls theirs: as given, else that of the newest marker. */
static int own_round(const struct derive_work *work, const struct scan_id *id, struct text slug)
{
	int round = id->round;
	for (size_t i = 0; id->round < 0 && i < work->raised_count; i++) {
		const struct work_raised *raised = &work->raised[i];
		if (text_equal(raised->expert, slug) && raised->number == id->number && text_equal(raised->tail, id->tail) &&
			raised->round > round)
			round = raised->round;
	}
	return round < 0 ? 0 : round;
}

static bool has_marker(const struct derive_work *work, const struct work_tension *wanted)
{
	for (size_t i = 0; i < work->raised_count; i++) {
		const struct work_raised *raised = &work->raised[i];
		if (text_equal(raised->expert, wanted->expert) && raised->round == wanted->round &&
			raised->number == wanted->number && text_equal(raised->tail, wanted->tail))
			return true;
	}
	return false;
}

static void add_row(struct derive_work *work, const struct row_reading *row)
{
	struct work_tension wanted = {.judge = !row->own,
								  .number = row->id.number,
								  .local_id = row->id.written,
								  .raised_round = WORK_NO_ROUND,
								  .place = row->place};
	if (derive_experts_stranger(work, &row->id)) {
		derive_experts_report(work, &row->id, row->place);
		return;
	}
	if (row->own) {
		wanted.expert = text_present(row->id.name) ? derive_experts_find(work, row->id.name) : TEXT_ABSENT;
		if (!text_present(wanted.expert)) {
			derive_work_report(work, PROBLEM_NO_AUTHOR, row->place, row->id.written,
							   "this tension does not say which expert raised it: left out");
			return;
		}
		wanted.round = own_round(work, &row->id, wanted.expert);
		wanted.tail = row->id.tail;
		if (has_marker(work, &wanted))
			return;
	} else {
		wanted.tail = row->id.tail;
		work->judge_register = true;
		if (!derive_tensions_number(&row->id, &wanted.round, &wanted.number)) {
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, row->place, row->id.written,
							   "this is no number of a tension");
			return;
		}
	}
	struct work_tension *tension = take_tension(work, &wanted);
	if (tension == NULL)
		return;
	add_label(work, tension, row);
	if (text_present(row->raised) && !row->own)
		add_raisers(work, tension, row->raised);
}

/* The last round that a register's cells name. */
static void cover(struct derive_work *work, const struct register_table *table, int *named)
{
	static const enum table_column telling[] = {COLUMN_RAISED, COLUMN_STATUS, COLUMN_RESOLVED, COLUMN_ROUND};
	for (size_t i = 0; i < table->table->row_count; i++)
		for (size_t j = 0; j < sizeof(telling) / sizeof(telling[0]); j++) {
			struct text cell =
				derive_work_plain(work, derive_table_cell(&table->table->rows[i], &table->columns, telling[j]));
			int round;
			if (telling[j] == COLUMN_RESOLVED)
				cell = text_slice(cell, 0, 10);
			if (derive_text_round(cell, &round) && round > *named)
				*named = round;
		}
}

/* A row that says something of a tension, but not of which. */
static void report_row(struct derive_work *work, const struct register_table *table, const struct scan_row *row)
{
	struct text said = derive_table_plain(work, row, table->columns.at[COLUMN_TENSION]);
	struct text id = derive_table_plain(work, row, table->id_column);
	if (derive_text_sums(id) || (derive_text_nothing(said) && derive_text_nothing(id)))
		return;
	derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
					   (struct work_place){.file = table->file, .line = row->line, .offset = row->offset},
					   id.size > 0 ? id : said, "this row of a register has no id of a tension: not read");
}

/* The label that follows the id in its cell: "T01: Speed", absent without one. */
static struct text behind_id(struct text plain, const struct scan_id *id)
{
	struct text rest = derive_text_stripped(text_slice(plain, id->written.size, plain.size));
	return rest.size > 0 && id->offset == 0 ? rest : TEXT_ABSENT;
}

/* Beside its id the row holds placeholders and nothing else. */
static bool is_awaited(const struct register_table *table, const struct scan_row *row)
{
	bool awaited = false;
	for (size_t i = 0; i < row->cell_count; i++) {
		struct text cell = text_trim(row->cells[i]);
		if (i == table->id_column || cell.size == 0)
			continue;
		if (!scan_placeholder(cell))
			return false;
		awaited = true;
	}
	return awaited;
}

static void read_register(struct derive_work *work, const struct register_table *table)
{
	for (size_t i = 0; i < table->table->row_count; i++) {
		const struct scan_row *row = &table->table->rows[i];
		size_t count;
		struct scan_id *ids = derive_registers_ids(work, table, row, &count);
		struct text id = derive_table_plain(work, row, table->id_column);
		if (count == 0 && table->defines)
			report_row(work, table, row);
		if (count != 1)
			continue;
		if (table->defines && is_awaited(table, row) && !text_present(behind_id(id, &ids[0]))) {
			derive_work_report(work, PROBLEM_PLACEHOLDER,
							   (struct work_place){.file = table->file, .line = row->line, .offset = row->offset}, id,
							   "this row of a register holds placeholders: no tension");
			continue;
		}
		enum table_column by = derive_table_has(&table->columns, COLUMN_RAISED) ? COLUMN_RAISED : COLUMN_EXPERT;
		struct row_reading reading = {
			.id = ids[0],
			.label = table->label_column < row->cell_count ? row->cells[table->label_column] : behind_id(id, &ids[0]),
			.raised = derive_table_cell(row, &table->columns, by),
			.own = table->own,
			.principal =
				derive_table_has(&table->columns, COLUMN_STATUS) || derive_table_has(&table->columns, COLUMN_RAISED),
			.place = {.file = table->file, .line = row->line, .offset = row->offset},
		};
		if (table->defines)
			add_row(work, &reading);
	}
}

/* Headings and list items of a file of tensions that begin with one id. */
static void read_listing(struct derive_work *work, const struct work_file *file, int *named)
{
	for (size_t i = 0; i < file->scan->line_count; i++) {
		const struct scan_line *line = &file->scan->lines[i];
		struct text text;
		struct register_line reading;
		if (!derive_registers_opening(file, line, &text, NULL) || !derive_work_judges(file, line->offset) ||
			!derive_registers_line(work, text, &reading) || reading.id_count != 1 ||
			!derive_registers_listing(work, file, line->offset))
			continue;
		struct row_reading row = {
			.id = reading.ids[0],
			.label = text_present(reading.title) ? reading.title : reading.reason,
			.own = text_present(reading.ids[0].name),
			.principal = true,
			.place = {.file = file, .line = (int64_t)i + 1, .offset = line->offset},
		};
		int round;
		if (derive_text_round(derive_work_plain(work, text), &round) && !row.own && round > *named)
			*named = round;
		add_row(work, &row);
	}
}

void derive_registers_read(struct derive_work *work)
{
	int named = WORK_NO_ROUND, summary = WORK_NO_ROUND;
	bool elsewhere = false;
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		if (file->scan == NULL || file->kind == FILE_KIND_PROMPT || file->kind == FILE_KIND_RESPONSE)
			continue;
		for (size_t j = 0; j < file->scan->table_count; j++) {
			struct register_table table;
			if (!derive_work_judges(file, file->scan->tables[j].offset) ||
				!derive_registers_table(work, file, &file->scan->tables[j], &table))
				continue;
			read_register(work, &table);
			if (table.own || !table.defines)
				continue;
			cover(work, &table, &named);
			const struct work_part *part = derive_work_part(file, table.table->offset);
			elsewhere |= part->round == WORK_NO_ROUND;
			summary = part->round > summary ? part->round : summary;
		}
		read_listing(work, file, &named);
	}
	if (named == WORK_NO_ROUND && !elsewhere)
		named = summary;
	work->register_until = named;
}
