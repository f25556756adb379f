/*
 * Statements that markers make: perspectives, tensions, recommendations, evidence, claims (import.md, Markers).
 */
#include "derive_rules.h"
#include "derive_speech.h"
#include "derive_text.h"
#include "error.h"

/* The first line of a body, for a statement without a label. Marks that end a bold run begun before it are none of it. */
static struct text first_line(struct text body)
{
	size_t end = derive_text_find_byte(body, '\n', 0);
	struct text line = text_trim(text_slice(body, 0, end == SIZE_MAX ? body.size : end));
	size_t bold = text_find(line, TEXT("**"), 0);
	return bold != SIZE_MAX && bold + 2 == line.size ? text_trim(text_slice(line, 0, bold)) : line;
}

static struct text label_of(const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	if (text_present(marker->label) && marker->label.size > 0)
		return marker->label;
	return text_present(speech->body) ? first_line(speech->body) : marker->written;
}

/* "Following Scone's [PERSPECTIVE P01], ...": an id within a sentence and no label is a mention. */
static bool is_mention(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	const struct scan_line *line = &speech->place.file->scan->lines[marker->line - 1];
	struct text before = derive_text_stripped(text_slice(line->text, 0, marker->offset - line->offset));
	if (!marker->bracketed || marker->id_count == 0 || (text_present(marker->label) && marker->label.size > 0) ||
		(marker->context & (SCAN_IN_TABLE | SCAN_IN_HEADING)) != 0 || text_present(derive_experts_find(work, before)))
		return false;
	struct text word;
	size_t at = 0;
	return derive_text_word(before, &at, &word) && !derive_text_ends(before, "]") && !derive_text_ends(before, ".");
}

/* The body of what the same expert said in the same file with the same id and the same words; NULL when that is new. */
static struct text *said_before(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	if (marker->id_count == 0 || !text_present(marker->label))
		return NULL;
	for (size_t i = work->statement_count; i-- > 0 && work->statements[i].place.file == speech->place.file;) {
		struct work_statement *it = &work->statements[i];
		if (it->type == marker->entity && it->round == speech->round && text_equal(it->expert, speech->expert) &&
			text_equal(it->local_id, marker->ids[0].written) && text_equal(it->label, marker->label))
			return &it->body;
	}
	for (size_t i = work->raised_count; i-- > 0 && work->raised[i].place.file == speech->place.file;) {
		struct work_raised *it = &work->raised[i];
		if (marker->entity == ENTITY_TENSION && it->round == speech->round && text_equal(it->expert, speech->expert) &&
			text_equal(it->local_id, marker->ids[0].written) && text_equal(it->label, marker->label))
			return &it->body;
	}
	return NULL;
}

/* An id that says another expert or round than the one whose statement it is: the statement stays where it stands. */
static void report_contradiction(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	if (marker->id_count == 0)
		return;
	const struct scan_id id = derive_experts_id(work, marker->ids[0]);
	const int round = id.round >= 0 ? id.round : id.digits.size == 4 ? id.number / 100 : speech->round;
	if (derive_experts_stranger(work, &id))
		derive_work_tell(work, PROBLEM_CONTRADICTION, speech->place,
						 ERROR_TEXT " is the id of nobody who takes part: kept as a statement of " ERROR_TEXT,
						 ERROR_TEXT_ARGS(marker->ids[0].written), ERROR_TEXT_ARGS(speech->expert));
	else if (text_present(id.name) && !text_equal(id.name, speech->expert))
		derive_work_tell(work, PROBLEM_CONTRADICTION, speech->place,
						 ERROR_TEXT " is an id of " ERROR_TEXT ", but stands where " ERROR_TEXT
									" speaks: kept as a statement of the latter",
						 ERROR_TEXT_ARGS(marker->ids[0].written), ERROR_TEXT_ARGS(id.name),
						 ERROR_TEXT_ARGS(speech->expert));
	if (round != speech->round)
		derive_work_tell(work, PROBLEM_CONTRADICTION, speech->place,
						 ERROR_TEXT " is an id of round %d, but stands in round %d: kept as of round %d",
						 ERROR_TEXT_ARGS(marker->ids[0].written), round, speech->round, speech->round);
}

static void raise_tension(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	const struct scan_id *id = marker->id_count > 0 ? &marker->ids[0] : NULL;
	struct work_raised raised = {
		.expert = speech->expert,
		.round = speech->round,
		.number = id != NULL ? id->number : -1,
		.tail = id != NULL ? id->tail : TEXT_ABSENT,
		.local_id = id != NULL ? id->written : TEXT_ABSENT,
		.label = label_of(speech),
		.body = speech->body,
		.place = speech->place,
		.tension = SIZE_MAX,
	};
	if (id != NULL && id->digits.size == 4)
		raised.number = id->number % 100;
	if (derive_speech_full(work, work->raised_count, WORK_TENSIONS_MAX, speech))
		return;
	raised.normal = derive_work_label(work, raised.label);
	if (derive_work_grow(work, &work->raised, work->raised_count, &work->raised_capacity, sizeof(*work->raised)))
		work->raised[work->raised_count++] = raised;
}

static void add_statement(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	if (is_mention(work, speech)) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, speech->place, marker->ids[0].written,
						   "this names a statement within a sentence and makes none");
		return;
	}
	struct text *body = said_before(work, speech);
	if (body != NULL) {
		*body = text_present(*body) ? *body : speech->body;
		return;
	}
	report_contradiction(work, speech);
	if (marker->entity == ENTITY_TENSION) {
		raise_tension(work, speech);
		return;
	}
	const struct scan_id *id = marker->id_count > 0 ? &marker->ids[0] : NULL;
	if (derive_speech_full(work, work->statement_count, WORK_MOVES_MAX, speech))
		return;
	if (!derive_work_grow(work, &work->statements, work->statement_count, &work->statement_capacity,
						  sizeof(*work->statements)))
		return;
	work->statements[work->statement_count++] = (struct work_statement){
		.type = marker->entity,
		.round = speech->round,
		.expert = speech->expert,
		.label = label_of(speech),
		.body = speech->body,
		.local_id = id != NULL ? id->written : TEXT_ABSENT,
		.number = id != NULL ? id->number : -1,
		.place = speech->place,
	};
}

void derive_statements_read(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		for (size_t j = 0; file->scan != NULL && j < file->scan->marker_count; j++) {
			struct speech speech;
			const struct scan_marker *marker = &file->scan->markers[j];
			if (marker->keyword == SCAN_STATEMENT && derive_speech_read(work, file, marker, &speech) == SPEECH_COUNTS)
				add_statement(work, &speech);
		}
	}
}
