/*
 * Who sat in which round: tables of people, participants, and who answered (import.md, Experts).
 */
#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_table.h"
#include "derive_text.h"

void derive_people_seat(struct derive_work *work, int round, struct text slug, enum seat_rank rank)
{
	if (work->seated == NULL)
		work->seated = derive_work_take(work, (WORK_ROUNDS + 1) * (size_t)WORK_MEMBERS_MAX);
	size_t member = 0;
	while (member < work->member_count && !text_equal(work->members[member].slug, slug))
		member++;
	if (work->seated == NULL || member == work->member_count)
		return;
	uint8_t *seated = &work->seated[(size_t)(round + 1) * WORK_MEMBERS_MAX + member];
	if ((*seated & 1U << rank) != 0)
		return;
	*seated |= (uint8_t)(1U << rank);
	if (derive_work_grow(work, &work->seats, work->seat_count, &work->seat_capacity, sizeof(*work->seats)))
		work->seats[work->seat_count++] = (struct work_seat){.round = round, .slug = slug, .rank = (int)rank};
}

struct text *derive_people_panel(struct derive_work *work, int round, size_t *ret_count)
{
	struct text *panel = derive_work_take(work, (work->seat_count + 1) * sizeof(*panel));
	size_t count = 0;
	int best = -1;
	for (size_t i = 0; panel != NULL && i < work->seat_count; i++) {
		const struct work_seat *seat = &work->seats[i];
		if (seat->round != round && seat->round != WORK_NO_ROUND)
			continue;
		if (seat->rank > best) {
			best = seat->rank;
			count = 0;
		}
		if (seat->rank == best)
			panel[count++] = seat->slug;
	}
	*ret_count = count;
	return panel;
}

size_t derive_people_column(struct derive_work *work, const struct scan_table *table,
							const struct table_columns *columns)
{
	if (derive_table_has(columns, COLUMN_EXPERT))
		return columns->at[COLUMN_EXPERT];
	for (size_t column = 0; column < table->header.cell_count; column++) {
		bool all = true;
		size_t members = 0;
		for (size_t i = 0; i < table->row_count && all; i++) {
			struct text cell = column < table->rows[i].cell_count ? table->rows[i].cells[column] : TEXT("");
			bool member = text_present(derive_experts_find(work, cell));
			all = member || scan_placeholder(cell) || derive_experts_judge(cell);
			members += member;
		}
		if (all && members > 0)
			return column;
	}
	return SIZE_MAX;
}

/* A table of people says what they are or what they scored. */
static bool is_panel(const struct table_columns *columns)
{
	return derive_table_has(columns, COLUMN_EXPERT) &&
		   (derive_table_has(columns, COLUMN_ROLE) || derive_table_has(columns, COLUMN_TIER) ||
			derive_table_has(columns, COLUMN_RELEVANCE));
}

static bool is_score(const struct table_columns *columns)
{
	return derive_table_has(columns, COLUMN_EXPERT) && !derive_table_has(columns, COLUMN_ROUND) &&
		   (derive_table_has(columns, COLUMN_W) || derive_table_has(columns, COLUMN_PARTS) ||
			derive_table_has(columns, COLUMN_TOTAL) || derive_table_has(columns, COLUMN_SCORE) || columns->has_rounds);
}

/* Some bold run of the file begins with this word: it is the name by which someone speaks. */
static bool speaks(struct derive_work *work, const struct work_file *file, struct text name)
{
	for (size_t i = 0; i < file->scan->bold_count; i++) {
		struct text bold = derive_text_stripped(
			derive_work_plain(work, derive_text_unbracketed(derive_text_stripped(file->scan->bolds[i].text))));
		if (text_equal(bold, name))
			return true;
	}
	return false;
}

/* Where the ID column holds the names by which people speak, the Expert column is their role. */
static bool names_by_id(struct derive_work *work, const struct work_file *file, const struct scan_table *table,
						const struct table_columns *columns)
{
	if (!derive_table_has(columns, COLUMN_ID) || !derive_table_has(columns, COLUMN_EXPERT) ||
		derive_table_has(columns, COLUMN_ROLE))
		return false;
	for (size_t i = 0; i < table->row_count && i < 3; i++)
		if (speaks(work, file, derive_work_plain(work, derive_table_cell(&table->rows[i], columns, COLUMN_ID))))
			return true;
	return false;
}

/* "Muffin and Scone": a cell of several members is nobody new. */
static bool names_several(struct derive_work *work, struct text cell)
{
	bool joined = derive_text_has_word(cell, "and");
	for (size_t i = 0; text_present(cell) && i < 3; i++)
		joined |= derive_text_find_byte(cell, ",/&"[i], 0) != SIZE_MAX;
	size_t count = 0;
	if (joined)
		derive_experts_listed(work, cell, &count);
	return count > 1;
}

/* A row of a panel whose name is taken for none. Rows of sums and of the Judge are meant as such. */
static void report_row(struct derive_work *work, const struct work_person *who, struct text cell)
{
	struct text name = derive_work_plain(work, cell);
	if (!text_present(cell) || scan_placeholder(cell) || derive_experts_judge(name) || derive_text_sums(name) ||
		names_several(work, cell))
		return;
	const char *why = derive_experts_refused(work, cell);
	if (why == NULL && !derive_text_names(name))
		why = "this has too many words for a name: nobody is added; a panel.json takes any";
	if (why != NULL)
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, who->place, cell, why);
}

static void read_people(struct derive_work *work, const struct work_file *file, const struct scan_table *table,
						struct table_columns columns)
{
	bool by_id = names_by_id(work, file, table, &columns);
	if (by_id) {
		columns.at[COLUMN_ROLE] = columns.at[COLUMN_EXPERT];
		columns.at[COLUMN_EXPERT] = columns.at[COLUMN_ID];
	}
	bool panel = is_panel(&columns);
	if ((!panel && !is_score(&columns)) || derive_table_has(&columns, COLUMN_TENSION))
		return;
	const struct work_part *part = derive_work_part(file, table->offset);
	int round = part != NULL ? part->round : WORK_NO_ROUND;
	for (size_t i = 0; i < table->row_count; i++) {
		const struct scan_row *row = &table->rows[i];
		struct work_person who = {.place = {.file = file, .line = row->line, .offset = row->offset}, .round = round};
		struct text cell = derive_table_cell(row, &columns, COLUMN_EXPERT);
		who.slug = derive_experts_cell(work, cell);
		if (!text_present(who.slug) && !names_several(work, cell))
			who.slug = derive_experts_add_read(work, cell);
		if (!text_present(who.slug) && panel)
			report_row(work, &who, cell);
		if (!text_present(who.slug))
			continue;
		derive_experts_state(work, FACT_SEAT_ROLE, &who, derive_table_cell(row, &columns, COLUMN_ROLE));
		derive_experts_state(work, FACT_SEAT_TIER, &who, derive_table_cell(row, &columns, COLUMN_TIER));
		derive_experts_state(work, FACT_SEAT_RELEVANCE, &who, derive_table_cell(row, &columns, COLUMN_RELEVANCE));
		derive_experts_state(work, FACT_SEAT_SOURCE, &who, derive_table_cell(row, &columns, COLUMN_SOURCE));
		derive_experts_state(work, FACT_SEAT_FOCUS, &who, derive_table_cell(row, &columns, COLUMN_FOCUS));
		if (panel)
			derive_experts_state(work, FACT_SEAT_FOCUS, &who, derive_table_cell(row, &columns, COLUMN_PERSPECTIVE));
		if (panel && !columns.has_rounds && file->kind != FILE_KIND_SCOREBOARD)
			derive_people_seat(work, round, who.slug, round != WORK_NO_ROUND ? SEAT_OF_TABLE : SEAT_OF_ANY);
	}
}

/* "Core | Relational Database Architect, SRE & Operations (On Call, Nights)": commas inside parentheses do not divide. */
static void read_pool_row(struct derive_work *work, const struct work_file *file, enum tier tier, struct text roles)
{
	int depth = 0;
	size_t from = 0;
	for (size_t at = 0; at <= roles.size; at++) {
		bool end = at == roles.size;
		if (!end && roles.data[at] == '(')
			depth++;
		else if (!end && roles.data[at] == ')')
			depth--;
		if (!end && (roles.data[at] != ',' || depth > 0))
			continue;
		struct record_pool_member member = {
			.role = derive_text_stripped(derive_work_plain(work, text_slice(roles, from, at))), .tier = tier};
		if (member.role.size > 0 && !scan_placeholder(member.role))
			derive_experts_pool(work, derive_work_rank(file), &member);
		from = at + 1;
	}
}

/* A row for each role says what is known of it. */
static void read_candidate(struct derive_work *work, const struct work_file *file, const struct scan_row *row,
						   const struct table_columns *columns)
{
	struct text focus = derive_work_plain(work, derive_table_cell(row, columns, COLUMN_FOCUS));
	struct record_pool_member member = {
		.role = derive_text_stripped(derive_work_plain(work, derive_table_cell(row, columns, COLUMN_ROLE))),
		.focus = scan_placeholder(focus) ? TEXT_ABSENT : focus};
	const struct work_place place = {.file = file, .line = row->line, .offset = row->offset};
	struct text word = derive_text_stripped(derive_work_plain(work, derive_table_cell(row, columns, COLUMN_TIER)));
	struct text relevance =
		derive_text_stripped(derive_work_plain(work, derive_table_cell(row, columns, COLUMN_RELEVANCE)));
	if (member.role.size == 0 || scan_placeholder(member.role))
		return;
	member.relevance.present = derive_text_decimal(relevance, &member.relevance.value);
	if (!member.relevance.present) {
		member.relevance.value = 0;
		if (!derive_text_nothing(relevance))
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, relevance,
							   "this relevance is no number from 0 to 1: left out");
	}
	if (derive_experts_candidate(work, word, place, &member))
		derive_experts_pool(work, derive_work_rank(file), &member);
}

static void read_pool_table(struct derive_work *work, const struct work_file *file, const struct scan_table *table,
							const struct table_columns *columns)
{
	bool by_role = derive_table_has(columns, COLUMN_ROLE) &&
				   (derive_table_has(columns, COLUMN_TIER) || derive_table_has(columns, COLUMN_RELEVANCE));
	bool by_tier = derive_table_has(columns, COLUMN_TIER) && derive_table_has(columns, COLUMN_EXPERTS);
	if ((!by_role && !by_tier) || derive_table_has(columns, COLUMN_EXPERT))
		return;
	for (size_t i = 0; i < table->row_count; i++) {
		unsigned tier;
		struct text word =
			derive_text_stripped(derive_work_plain(work, derive_table_cell(&table->rows[i], columns, COLUMN_TIER)));
		if (by_role)
			read_candidate(work, file, &table->rows[i], columns);
		else if (vocabulary_find_relaxed(&vocabulary_tier, word, &tier))
			read_pool_row(work, file, (enum tier)tier, derive_table_cell(&table->rows[i], columns, COLUMN_EXPERTS));
		else if (!scan_placeholder(word))
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
							   (struct work_place){.file = file, .line = table->rows[i].line}, word,
							   "this is no known tier: core, adjacent or wildcard");
	}
}

/* Names of a list, divided by commas or bars. */
static void read_participants(struct derive_work *work, const struct work_file *file, const struct scan_field *field)
{
	struct text value = field->value;
	size_t from = 0;
	for (size_t at = 0; at <= value.size; at++)
		if (at == value.size || value.data[at] == ',' || value.data[at] == '|') {
			derive_experts_add_read(work, text_slice(value, from, at));
			from = at + 1;
		}
	derive_fact_state(work, &(struct work_fact){.kind = FACT_PARTICIPANTS,
												.round = WORK_NO_ROUND,
												.text = value,
												.place = {.file = file, .line = field->line, .offset = field->offset}});
}

/* Where nobody is listed anywhere, headings that are names of the list are people. */
static void read_headings(struct derive_work *work, const struct work_file *file)
{
	for (size_t i = 0; i < file->scan->heading_count; i++) {
		struct text name = derive_text_stripped(
			derive_text_unbracketed(derive_text_stripped(derive_work_plain(work, file->scan->headings[i].text))));
		if (derive_files_listed(name))
			derive_experts_add_read(work, name);
	}
}

void derive_people_tables(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		bool may_answer = file->kind == FILE_KIND_OTHER && file->in_round;
		if (file->scan == NULL || file->kind == FILE_KIND_PROMPT || may_answer)
			continue;
		for (size_t j = 0; j < file->scan->table_count; j++) {
			struct table_columns columns;
			derive_table_columns(work, &file->scan->tables[j], &columns);
			read_people(work, file, &file->scan->tables[j], columns);
			read_pool_table(work, file, &file->scan->tables[j], &columns);
		}
		for (size_t j = 0; j < file->scan->field_count; j++)
			if (derive_text_same(file->scan->fields[j].name, "Participants"))
				read_participants(work, file, &file->scan->fields[j]);
	}
	for (size_t i = 0; i < work->file_count && work->member_count == 0; i++)
		if (work->files[i].scan != NULL && work->files[i].kind != FILE_KIND_PROMPT)
			read_headings(work, &work->files[i]);
}

void derive_people_answers(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count; i++)
		for (size_t j = 0; j < work->files[i].part_count; j++) {
			const struct work_part *part = &work->files[i].parts[j];
			struct text content = text_slice(work->files[i].scan->content, part->from, part->to);
			bool answered = text_present(part->expert) && part->round != WORK_NO_ROUND && text_trim(content).size > 0;
			if (answered && work->files[i].kind != FILE_KIND_PROMPT && work->rounds[part->round].held)
				derive_people_seat(work, part->round, part->expert, SEAT_OF_ANSWER);
		}
}
