/*
 * What is said of a tension's status by tables, headings, bold runs and list items (import.md, Status of a tension).
 */
#include "derive_changes.h"

#include <stdlib.h>

#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_status.h"
#include "derive_text.h"

void derive_changes_add(struct derive_work *work, const struct work_change *change)
{
	if (derive_work_full(work, work->change_count, 2 * WORK_MOVES_MAX, change->place))
		return;
	if (derive_work_grow(work, &work->changes, work->change_count, &work->change_capacity, sizeof(*work->changes)))
		work->changes[work->change_count++] = *change;
}

/* Below a heading of the last round that declares convergence stands how it was in the end, and not how it was in that
   round. */
static bool concludes(struct derive_work *work, struct work_place place)
{
	const struct work_file *file = place.file;
	for (size_t i = scan_heading_at(file->scan, place.offset); i != SIZE_MAX; i = file->parents[i])
		if (derive_status_declares(derive_work_plain(work, file->scan->headings[i].text)))
			return true;
	return false;
}

/* A change as the Judge states it at a place. */
static struct work_change stated(struct derive_work *work, struct work_place place)
{
	const struct work_part *part = derive_work_part(place.file, place.offset);
	bool bound = part != NULL && part->round != WORK_NO_ROUND &&
				 (part->round != derive_work_last_round(work) || !concludes(work, place));
	return (struct work_change){
		.round = bound ? part->round : derive_work_last_round(work), .bound = bound, .place = place};
}

static bool apply(struct work_change *change, struct status_reading reading)
{
	change->status = reading.meaning == STATUS_STATE ? reading.state : TENSION_ABSENT;
	change->accepted = reading.meaning == STATUS_ACCEPTED;
	change->comment = reading.meaning == STATUS_COMMENT;
	return reading.meaning == STATUS_STATE || change->accepted || change->comment;
}

/* "Resolved (R1)", "Resolved in R1", "Resolved - R1". A round in an id ("superseded by MUFFIN R1-T01") or in a sentence
   behind a dash ("Open - no R1 expert spoke") is none. */
static void name_round(struct derive_work *work, struct work_change *change, struct text text)
{
	int round;
	size_t ids;
	for (size_t at = 0; at < text.size; at++)
		if (derive_text_dash(text, at) > 0 && derive_text_words(text_slice(text, at, text.size)) > 3)
			text = text_slice(text, 0, at);
	derive_experts_ids(work, text, 'T', &ids);
	if (ids > 0)
		return;
	if (derive_text_round(text, &round) && round <= derive_work_last_round(work)) {
		change->round = round;
		change->named = true;
	}
}

static void state_for(struct derive_work *work, const struct scan_id *ids, size_t count, struct work_change change)
{
	struct work_speaker judge = {.round = change.bound ? change.round : WORK_NO_ROUND};
	for (size_t i = 0; i < count; i++) {
		change.tension = derive_tensions_find(work, &ids[i], judge);
		if (change.tension != SIZE_MAX)
			derive_changes_add(work, &change);
		else if (derive_experts_stranger(work, &ids[i]))
			derive_experts_report(work, &ids[i], change.place);
		else
			derive_work_report(work, PROBLEM_NO_TENSION, change.place, ids[i].written,
							   "no tension with this id is known, whose status is stated here");
	}
}

/* The reason of a row: its Resolution cell; "R1" alone is none. */
static struct text cell_reason(struct derive_work *work, struct text cell)
{
	struct text trimmed = text_trim(cell);
	if (!text_present(cell) || scan_placeholder(trimmed))
		return TEXT_ABSENT;
	int round;
	struct text plain = derive_text_stripped(derive_work_plain(work, trimmed));
	if (plain.size <= 3 && derive_text_round(plain, &round))
		return TEXT_ABSENT;
	bool bold = trimmed.size > 4 && text_starts_with(trimmed, TEXT("**")) &&
				text_find(trimmed, TEXT("**"), 2) == trimmed.size - 2;
	return bold ? text_slice(trimmed, 2, trimmed.size - 2) : trimmed;
}

static struct status_reading read_consensus(struct derive_work *work, struct text cell, struct work_place place)
{
	struct status_reading reading = derive_status_consensus(work, cell);
	if (reading.meaning == STATUS_UNKNOWN) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, cell, "this is no known status of a tension");
		derive_work_suggest(work, derive_status_nearest(derive_work_plain(work, cell)));
	}
	return reading;
}

static void read_row(struct derive_work *work, const struct register_table *table, const struct scan_row *row)
{
	size_t count;
	struct scan_id *ids = derive_registers_ids(work, table, row, &count);
	struct work_change change =
		stated(work, (struct work_place){.file = table->file, .line = row->line, .offset = row->offset});
	struct text status = derive_table_cell(row, &table->columns, COLUMN_STATUS);
	struct text resolved = derive_table_cell(row, &table->columns, COLUMN_RESOLVED);
	struct text consensus = derive_table_cell(row, &table->columns, COLUMN_CONSENSUS);
	struct status_reading reading = {.meaning = STATUS_UNKNOWN};
	if (count == 0)
		return;
	if (text_present(status) && !scan_placeholder(status)) {
		reading = derive_status_cell(work, status);
		if (reading.meaning == STATUS_UNKNOWN) {
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, change.place, status,
							   "this is no known status of a tension");
			derive_work_suggest(work, derive_status_nearest(derive_work_plain(work, status)));
		}
		name_round(work, &change, derive_work_plain(work, status));
	}
	change.reason = cell_reason(work, resolved);
	if (text_present(resolved) && !change.named)
		name_round(work, &change, text_slice(derive_work_plain(work, resolved), 0, 10));
	if (reading.meaning == STATUS_UNKNOWN && text_present(resolved))
		reading = derive_status_resolution(work, resolved);
	else if (reading.meaning == STATUS_UNKNOWN && text_present(consensus) && !text_present(status) &&
			 !scan_placeholder(consensus))
		reading = read_consensus(work, consensus, change.place);
	if (!text_present(change.reason) && text_present(status))
		change.reason = cell_reason(work, reading.rest);
	if (apply(&change, reading))
		state_for(work, ids, count, change);
}

/* What the heading above says of all rows that say nothing themselves; false when it says nothing. */
static bool state_group(struct derive_work *work, const struct work_file *file, size_t offset,
						const struct scan_id *ids, size_t count)
{
	struct status_reading reading;
	size_t heading;
	if (!derive_registers_group(work, file, offset, &reading, &heading))
		return false;
	struct work_change change = stated(work, derive_work_place(file, file->scan->headings[heading].offset));
	apply(&change, reading);
	state_for(work, ids, count, change);
	return true;
}

/* Without a column for it a label may say how its tension stands, as a line would: "Speed (resolved)". */
static bool read_label(struct derive_work *work, const struct register_table *table, const struct scan_row *row)
{
	size_t count;
	struct scan_id *ids = derive_registers_ids(work, table, row, &count);
	struct text label = derive_table_plain(work, row, table->label_column), whole;
	struct register_line line;
	if (count == 0 || !derive_work_done(work, arena_format(work->arena, &whole, "%.*s: %.*s", (int)ids[0].written.size,
														   ids[0].written.data, (int)label.size, label.data)))
		return false;
	if (!derive_registers_line(work, whole, &line) || !line.stated || line.status == TENSION_ABSENT)
		return false;
	struct work_change change =
		stated(work, (struct work_place){.file = table->file, .line = row->line, .offset = row->offset});
	change.status = line.status;
	change.reason = line.reason;
	state_for(work, ids, count, change);
	return true;
}

static void read_tables(struct derive_work *work, const struct work_file *file)
{
	for (size_t i = 0; i < file->scan->table_count; i++) {
		struct register_table table;
		if (!derive_work_judges(file, file->scan->tables[i].offset) ||
			!derive_registers_table(work, file, &file->scan->tables[i], &table))
			continue;
		bool says = derive_table_has(&table.columns, COLUMN_STATUS) ||
					derive_table_has(&table.columns, COLUMN_RESOLVED) ||
					derive_table_has(&table.columns, COLUMN_CONSENSUS);
		for (size_t j = 0; j < table.table->row_count; j++) {
			size_t count;
			if (says)
				read_row(work, &table, &table.table->rows[j]);
			else if (!read_label(work, &table, &table.table->rows[j])) {
				struct scan_id *ids = derive_registers_ids(work, &table, &table.table->rows[j], &count);
				state_group(work, file, table.table->offset, ids, count);
			}
		}
	}
}

/* An expert's line that states a tension as resolved is a move of theirs. */
static void read_expert_line(struct derive_work *work, const struct work_part *part, const struct register_line *line,
							 struct work_place place)
{
	if (part->repeated || part->round == WORK_NO_ROUND ||
		(line->status != TENSION_RESOLVED && line->status != TENSION_DEFERRED && !line->comment))
		return;
	struct text *targets = derive_work_take(work, (line->id_count + 1) * sizeof(*targets));
	size_t target_count = 0;
	bool resolves = line->status == TENSION_RESOLVED;
	for (size_t i = 0; targets != NULL && i < line->id_count; i++) {
		struct work_change change = {.round = part->round,
									 .bound = true,
									 .actor = part->expert,
									 .status = resolves ? TENSION_RESOLVED : TENSION_ABSENT,
									 .comment = !resolves,
									 .reason = line->reason,
									 .place = place};
		change.tension = derive_tensions_find(work, &line->ids[i], (struct work_speaker){part->expert, part->round});
		if (change.tension == SIZE_MAX && derive_experts_stranger(work, &line->ids[i]))
			derive_experts_report(work, &line->ids[i], place);
		else if (change.tension == SIZE_MAX)
			derive_work_report(work, PROBLEM_NO_TENSION, place, line->ids[i].written,
							   "no tension with this id is known, whose status is stated here");
		if (change.tension == SIZE_MAX)
			continue;
		derive_changes_add(work, &change);
		char *text = derive_work_take(work, DISPLAY_ID_SIZE);
		if (text != NULL)
			targets[target_count++] = display_id_format(work->tensions[change.tension].id, text);
	}
	if (resolves && target_count > 0 &&
		derive_work_grow(work, &work->moves, work->move_count, &work->move_capacity, sizeof(*work->moves)))
		work->moves[work->move_count++] = (struct work_move){.round = part->round,
															 .expert = part->expert,
															 .type = MOVE_RESOLVE,
															 .targets = targets,
															 .target_count = target_count,
															 .context = line->reason,
															 .place = place};
}

/* The heading above names tensions: "Resolved Tensions" in a summary. */
static bool below_tensions(const struct work_file *file, size_t offset)
{
	size_t heading = scan_heading_at(file->scan, offset);
	return heading != SIZE_MAX && derive_text_has_word(file->scan->headings[heading].text, "tensions");
}

/* A tick is no word: in a list of tensions it resolves one of which no word says how it stands, and one of a list of those
   that were open; elsewhere it may say anything. */
static void read_tick(struct derive_work *work, const struct register_line *line, struct work_place place, bool listed)
{
	if (!listed) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, line->ids[0].written,
						   "a tick outside a list of tensions says nothing of how this tension stands");
		return;
	}
	struct work_change change = stated(work, place);
	change.status = TENSION_RESOLVED;
	state_for(work, line->ids, line->id_count, change);
}

static void read_judge_line(struct derive_work *work, const struct register_line *line, struct work_place place,
							bool ticked)
{
	if (!line->stated) {
		bool listed =
			derive_registers_listing(work, place.file, place.offset) || below_tensions(place.file, place.offset);
		if (text_present(line->unclear))
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, line->unclear,
							   "a status of a tension that is not set off: not counted");
		struct status_reading above;
		size_t heading;
		ticked &= !text_present(line->unclear);
		bool done = ticked && derive_registers_group(work, place.file, place.offset, &above, &heading) &&
					above.meaning == STATUS_STATE && above.state == TENSION_OPEN;
		bool grouped = listed && !done && state_group(work, place.file, place.offset, line->ids, line->id_count);
		if (ticked && !grouped)
			read_tick(work, line, place, listed);
		return;
	}
	struct work_change change = stated(work, place);
	change.status = line->status;
	change.accepted = line->accepted;
	change.comment = line->comment;
	change.reason = line->reason;
	if (text_present(line->when))
		name_round(work, &change, line->when);
	state_for(work, line->ids, line->id_count, change);
}

static void read_lines(struct derive_work *work, const struct work_file *file)
{
	for (size_t i = 0; i < file->scan->line_count; i++) {
		const struct scan_line *line = &file->scan->lines[i];
		struct text text;
		bool ticked;
		struct register_line reading;
		const struct work_part *part = derive_work_part(file, line->offset);
		if (part == NULL || !derive_registers_opening(file, line, &text, &ticked) ||
			!derive_registers_line(work, text, &reading))
			continue;
		struct work_place place = {.file = file, .line = (int64_t)i + 1, .offset = line->offset};
		if (!text_present(part->expert))
			read_judge_line(work, &reading, place, ticked);
		else if (reading.stated)
			read_expert_line(work, part, &reading, place);
		else if (ticked)
			read_tick(work, &reading, place, false);
	}
}

/* A field of this name beside one that stands below the same row, or NULL. */
static const struct scan_field *beside(struct derive_work *work, const struct work_file *file, size_t field,
									   const char *name, const struct register_above *above)
{
	enum { NEAR = 6 };
	const struct scan_file *scan = file->scan;
	for (size_t i = field > NEAR ? field - NEAR : 0; i < scan->field_count && i <= field + NEAR; i++) {
		struct register_above other;
		if (derive_text_same(derive_text_stripped(scan->fields[i].name), name) && !scan->fields[i].of_table &&
			derive_registers_above(work, file, scan->fields[i].offset, &other) && other.line == above->line)
			return &scan->fields[i];
	}
	return NULL;
}

/* A Resolution with no Status beside it. Below a heading that says how all its tensions stand, "## Deferred", it is only
   the reason. */
static struct status_reading read_resolution(struct derive_work *work, const struct work_file *file,
											 const struct scan_field *field)
{
	struct status_reading group, alone = derive_status_resolution(work, field->value);
	size_t heading;
	if (!derive_registers_group(work, file, field->offset, &group, &heading) ||
		(group.meaning == STATUS_STATE && group.state == TENSION_OPEN))
		return alone;
	group.rest = alone.meaning == STATUS_NOTHING ? TEXT_ABSENT : text_trim(field->value);
	return group;
}

/* Status and Resolution below a row: as the cells of those names (import.md, Status of a tension). */
static void read_field_below(struct derive_work *work, const struct work_file *file, size_t index)
{
	const struct scan_field *field = &file->scan->fields[index];
	struct text name = derive_text_stripped(field->name);
	bool status = derive_text_same(name, "status");
	struct register_above above;
	if ((!status && !derive_text_same(name, "resolution")) || field->of_table ||
		!derive_registers_above(work, file, field->offset, &above))
		return;
	const struct scan_field *other = beside(work, file, index, status ? "resolution" : "status", &above);
	if (!status && other != NULL)
		return;
	struct work_change change =
		stated(work, (struct work_place){.file = file, .line = field->line, .offset = field->offset});
	struct status_reading reading =
		status ? derive_status_cell(work, field->value) : read_resolution(work, file, field);
	change.reason = status && other != NULL ? cell_reason(work, other->value) : TEXT_ABSENT;
	if (!text_present(change.reason))
		change.reason = reading.rest;
	name_round(work, &change, status ? derive_work_plain(work, field->value) : TEXT(""));
	if (apply(&change, reading))
		state_for(work, above.ids, above.id_count, change);
	else if (status && !scan_placeholder(field->value)) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, change.place, field->value, "no known status of a tension");
		derive_work_suggest(work, derive_status_nearest(derive_work_plain(work, field->value)));
	}
}

static void read_below_rows(struct derive_work *work, const struct work_file *file)
{
	for (size_t i = 0; i < file->scan->field_count; i++)
		if (derive_work_judges(file, file->scan->fields[i].offset))
			read_field_below(work, file, i);
	for (size_t i = 0; i < file->scan->bold_count; i++) {
		const struct scan_bold *bold = &file->scan->bolds[i];
		struct text plain = derive_text_stripped(bold->text);
		if (!derive_work_opens(file, bold->offset) || (bold->context & (SCAN_IN_TABLE | SCAN_IN_HEADING)) != 0 ||
			derive_text_begins(plain, "status"))
			continue;
		struct register_above above;
		struct status_reading reading = {.meaning = STATUS_UNKNOWN};
		if (derive_registers_above(work, file, bold->offset, &above))
			reading = derive_status_begun(work, plain);
		struct work_change change =
			stated(work, (struct work_place){.file = file, .line = bold->line, .offset = bold->offset});
		if (!apply(&change, reading))
			continue;
		const struct scan_line *line = &file->scan->lines[bold->line - 1];
		struct text behind = derive_text_stripped(text_slice(line->text, bold->end - line->offset, line->text.size));
		change.reason = behind.size > 0 ? behind : TEXT_ABSENT;
		name_round(work, &change, plain);
		state_for(work, above.ids, above.id_count, change);
	}
}

static int compare_changes(const void *left, const void *right)
{
	const struct work_change *a = left, *b = right;
	int difference = (a->tension > b->tension) - (a->tension < b->tension);
	if (difference == 0)
		difference = a->round - b->round;
	if (difference == 0)
		difference = text_present(b->actor) - text_present(a->actor);
	if (difference == 0)
		difference = text_compare(a->actor, b->actor);
	return difference != 0 ? difference : derive_work_before(a->place, b->place);
}

void derive_changes_judge(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		if (file->scan == NULL || file->kind == FILE_KIND_PROMPT)
			continue;
		read_tables(work, file);
		read_lines(work, file);
		read_below_rows(work, file);
	}
	if (work->change_count > 1)
		qsort(work->changes, work->change_count, sizeof(*work->changes), compare_changes);
}
