/*
 * What markers become besides statements: moves, changes of tensions, references, dissents (import.md, Markers).
 */
#include "derive_changes.h"

#include <string.h>

#include "derive_rules.h"
#include "derive_speech.h"
#include "derive_text.h"
#include "lifecycle.h"

/* Label and body in one. */
static struct text context_of(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	struct text context;
	bool label = text_present(marker->label) && marker->label.size > 0, body = text_present(speech->body);
	if (!label)
		return body ? speech->body : TEXT_ABSENT;
	if (!body)
		return marker->label;
	bool made = arena_format(work->arena, &context, "%.*s\n\n%.*s", (int)marker->label.size, marker->label.data,
							 (int)speech->body.size, speech->body.data);
	return derive_work_done(work, made) ? context : TEXT_ABSENT;
}

static void add_target(struct derive_work *work, struct work_move *move, struct text target)
{
	for (size_t i = 0; i < move->target_count; i++)
		if (text_equal(move->targets[i], target))
			return;
	move->targets[move->target_count++] = target;
	(void)work;
}

static struct text spell(struct derive_work *work, struct display_id id)
{
	char *text = derive_work_take(work, DISPLAY_ID_SIZE);
	return text != NULL ? display_id_format(id, text) : TEXT("");
}

/* What a marker does to a tension it names. */
static void change_tension(struct derive_work *work, const struct speech *speech, size_t tension, struct text reason)
{
	struct work_change change = {.tension = tension,
								 .round = speech->round,
								 .bound = true,
								 .actor = speech->expert,
								 .reason = reason,
								 .place = speech->place};
	switch (speech->marker->keyword) {
	case SCAN_RESOLVE:
		change.status = TENSION_RESOLVED;
		break;
	case SCAN_REFINE:
		change.status = TENSION_ADDRESSED;
		change.refinement = true;
		break;
	case SCAN_COMMENT:
		change.comment = true;
		break;
	case SCAN_MOVE:
		if (speech->marker->move == MOVE_RESOLVE) {
			change.status = TENSION_RESOLVED;
			break;
		}
		if (speech->marker->move == MOVE_REFINE) {
			change.status = TENSION_ADDRESSED;
			change.refinement = true;
			break;
		}
		return;
	case SCAN_STATEMENT:
	case SCAN_CONCEDE:
	case SCAN_VERDICT:
	case SCAN_REFERENCE:
	case SCAN_NEVER_SIGNAL:
	case SCAN_UNKNOWN:
		return;
	}
	derive_changes_add(work, &change);
}

/* Takes one id of a marker as a target; true when it names a tension. */
static bool aim(struct derive_work *work, const struct speech *speech, struct work_move *move,
				const struct scan_id *written)
{
	struct scan_id id = derive_experts_id(work, *written);
	struct work_speaker who = {.expert = speech->expert, .round = speech->round};
	struct display_id found;
	if (derive_experts_stranger(work, &id)) {
		derive_experts_report(work, &id, speech->place);
		return false;
	}
	if (id.letter == 'T') {
		size_t tension = derive_tensions_find(work, &id, who);
		if (tension == SIZE_MAX) {
			derive_work_report(work, PROBLEM_NO_TENSION, speech->place, id.written,
							   "no tension with this id is known: the move is kept without it");
			return false;
		}
		struct text target = spell(work, work->tensions[tension].id);
		bool known = false;
		for (size_t i = 0; i < move->target_count; i++)
			known |= text_equal(move->targets[i], target);
		add_target(work, move, target);
		if (!known)
			change_tension(work, speech, tension, move->context);
		return true;
	}
	if (derive_statements_find(work, &id, who, &found))
		add_target(work, move, spell(work, found));
	else
		derive_work_report(work, PROBLEM_TARGET_NOT_FOUND, speech->place, id.written,
						   "nothing with this id is known: the move is kept without it");
	return false;
}

/* One signal per expert and round; where the Judge tells of it and the expert gives it, the expert's own is kept. */
static bool converges_already(struct derive_work *work, const struct speech *speech)
{
	for (size_t i = 0; i < work->move_count; i++) {
		struct work_move *move = &work->moves[i];
		if (move->type != MOVE_CONVERGE || move->round != speech->round || !text_equal(move->expert, speech->expert))
			continue;
		if (derive_work_judges(move->place.file, move->place.offset) &&
			!derive_work_judges(speech->place.file, speech->place.offset)) {
			move->place = speech->place;
			move->context = context_of(work, speech);
		}
		return true;
	}
	return false;
}

/* Whether a clause ends by taking back what follows: "I do not signal", "still withheld:", "no". */
static bool takes_back(struct text clause)
{
	static const char *const anywhere[] = {"not",       "never",    "cannot",     "withhold",
										   "withholds", "withheld", "withholding"};
	static const char *const last[] = {"no", "without", "before", "until", "unless"};
	struct text word = TEXT("");
	bool back = text_find(clause, TEXT("n't "), 0) != SIZE_MAX || text_find(clause, TEXT("n\u2019t "), 0) != SIZE_MAX;
	for (size_t at = 0; derive_text_word(clause, &at, &word);) {
		for (size_t i = 0; i < sizeof(anywhere) / sizeof(anywhere[0]); i++)
			back |= derive_text_same(word, anywhere[i]);
		for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++)
			back |=
				derive_text_same(word, last[i]) && derive_text_stripped(text_slice(clause, at, clause.size)).size == 0;
	}
	return back;
}

/* Whether what follows on the line makes it depend: "when T02 is tested", "- conditional on the price". */
static bool depends(struct text behind)
{
	static const char *const words[] = {"if",          "when",          "once", "unless",  "until",   "provided",
										"conditional", "conditionally", "not",  "pending", "subject", "withheld"};
	struct text word = derive_text_first_word(behind);
	bool depending = false;
	for (size_t i = 0; text_present(word) && i < sizeof(words) / sizeof(words[0]); i++)
		depending |= text_equal(word, text_of_string(words[i]));
	return depending;
}

/* A marker of convergence in a sentence that takes it back, that asks, or on which it depends. */
static bool is_withheld(const struct speech *speech)
{
	const struct scan_file *scan = speech->place.file->scan;
	const struct scan_marker *marker = speech->marker;
	const struct scan_line *line = &scan->lines[marker->line - 1];
	struct text clause = text_slice(scan->content, line->offset, marker->offset);
	if (marker->move != MOVE_CONVERGE)
		return false;
	const size_t last = marker->bracketed && marker->closed ? marker->end - 2 : marker->end;
	if (last > marker->offset && last < scan->content.size && scan->content.data[last] == '?')
		return true;
	for (size_t at = 0; at < clause.size; at++)
		if (strchr(".,;:(|", clause.data[at]) != NULL || derive_text_dash(clause, at) > 0)
			clause = text_slice(clause, at + 1, clause.size), at = 0;
	size_t end = line->offset + line->text.size;
	struct text behind = text_slice(scan->content, marker->end < end ? marker->end : end, end);
	bool back = takes_back(clause) || depends(behind);
	for (size_t at = 0; at < behind.size; at++)
		if (strchr(".,;:(|", behind.data[at]) != NULL || derive_text_dash(behind, at) > 0)
			behind = text_slice(behind, 0, at);
	return back || (!marker->bracketed && (takes_back(behind) || takes_back(marker->speaker)));
}

static void add_move(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	bool comment = marker->keyword == SCAN_COMMENT;
	struct work_move move = {.round = speech->round,
							 .expert = speech->expert,
							 .type = marker->move,
							 .context = context_of(work, speech),
							 .place = speech->place};
	if (derive_speech_full(work, work->move_count, WORK_MOVES_MAX, speech))
		return;
	if (!comment && is_withheld(speech)) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, speech->place, marker->written,
						   "these words take the signal to converge back or make it depend: not counted");
		return;
	}
	if (!comment && move.type == MOVE_CONVERGE && converges_already(work, speech))
		return;
	move.targets = derive_work_take(work, (marker->id_count + marker->label_id_count + marker->to_count + 1) *
											  sizeof(*move.targets));
	if (move.targets == NULL)
		return;
	for (size_t i = 0; i < marker->to_count; i++) {
		struct text to = derive_experts_find(work, marker->to[i]);
		if (text_present(to))
			add_target(work, &move, to);
		else if (!derive_experts_judge(marker->to[i]))
			derive_work_report(work, PROBLEM_TARGET_NOT_FOUND, speech->place, marker->to[i],
							   "nobody of this name takes part: the move is kept without it");
	}
	size_t named = 0;
	for (size_t i = 0; i < marker->id_count; i++)
		named += aim(work, speech, &move, &marker->ids[i]);
	for (size_t i = 0; i < marker->label_id_count; i++) {
		struct scan_id id = derive_experts_id(work, marker->label_ids[i]);
		bool other = derive_experts_stranger(work, &id) && id.letter != 'T';
		if (!other && (text_present(id.name) || id.round >= 0))
			named += aim(work, speech, &move, &id);
	}
	if (named == 0 && marker->id_count == 0 && (marker->keyword == SCAN_RESOLVE || comment))
		derive_work_report(work, PROBLEM_NO_TENSION, speech->place, marker->label,
						   comment ? "comments on no known tension: not kept as an event"
								   : "resolves no known tension: the move is kept without one");
	if (!comment && derive_work_grow(work, &work->moves, work->move_count, &work->move_capacity, sizeof(*work->moves)))
		work->moves[work->move_count++] = move;
}

/* The statement above a reference in its part. */
struct source {
	struct display_id id;
	struct text expert; /* who said it */
	struct text label;
};
static bool source_of(struct derive_work *work, const struct speech *speech, struct source *ret_source)
{
	size_t best = 0;
	bool found = false;
	const struct work_part *part = derive_work_part(speech->place.file, speech->place.offset);
	for (size_t i = 0; i < work->statement_count; i++) {
		const struct work_statement *statement = &work->statements[i];
		bool above = statement->place.file == speech->place.file && statement->place.offset < speech->place.offset &&
					 statement->place.offset >= part->from;
		if (above && (!found || statement->place.offset > best)) {
			best = statement->place.offset;
			*ret_source = (struct source){statement->id, statement->expert, statement->label};
			found = true;
		}
	}
	for (size_t i = 0; i < work->raised_count; i++) {
		const struct work_raised *raised = &work->raised[i];
		bool above = raised->place.file == speech->place.file && raised->place.offset < speech->place.offset &&
					 raised->place.offset >= part->from;
		if (above && (!found || raised->place.offset > best)) {
			best = raised->place.offset;
			*ret_source = (struct source){work->tensions[raised->tension].id, raised->expert, raised->label};
			found = true;
		}
	}
	return found;
}

/* A local id is this id behind a name: DONUT-P0001 and P0001. */
static bool is_spelled(struct text local_id, struct text written)
{
	return text_present(local_id) && local_id.size > written.size &&
		   text_equal_ignoring_case(text_slice(local_id, local_id.size - written.size, local_id.size), written);
}

/* In a file the ids of its own round are the expert's own, also without the name before them: nobody has registered that
   round yet. */
static bool is_own(const struct derive_work *work, const struct scan_id *id, const struct speech *speech)
{
	bool own = false;
	if (text_present(id->name) || id->digits.size != 4 || id->number / 100 != speech->round)
		return false;
	for (size_t i = 0; i < work->statement_count && !own; i++)
		own = work->statements[i].place.file == speech->place.file &&
			  text_equal(work->statements[i].expert, speech->expert) &&
			  is_spelled(work->statements[i].local_id, id->written);
	for (size_t i = 0; i < work->raised_count && !own; i++)
		own = work->raised[i].place.file == speech->place.file && text_equal(work->raised[i].expert, speech->expert) &&
			  is_spelled(work->raised[i].local_id, id->written);
	return own;
}

static bool same_ref(const struct work_ref *a, const struct work_ref *b)
{
	return a->type == b->type && display_id_compare(a->source, b->source) == 0 &&
		   display_id_compare(a->target, b->target) == 0;
}

static void add_refs(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	struct work_ref ref = {.type = marker->ref, .place = speech->place};
	if (derive_speech_full(work, work->ref_count, WORK_MOVES_MAX, speech))
		return;
	struct source source;
	if (!source_of(work, speech, &source)) {
		derive_work_report(work, PROBLEM_TARGET_NOT_FOUND, speech->place, marker->written,
						   "a reference with no statement above it: no edge is made");
		return;
	}
	ref.source = source.id;
	for (size_t i = 0; i < marker->id_count; i++) {
		struct scan_id id = derive_experts_id(work, marker->ids[i]);
		struct work_speaker who = {.expert = source.expert, .round = speech->round};
		if (derive_experts_stranger(work, &id)) {
			derive_experts_report(work, &id, speech->place);
			continue;
		}
		if (is_own(work, &id, speech))
			id.name = speech->expert;
		size_t tension = id.letter == 'T' ? derive_tensions_find(work, &id, who) : SIZE_MAX;
		bool found = tension != SIZE_MAX || (id.letter != 'T' && derive_statements_find(work, &id, who, &ref.target));
		const char *why = "nothing with this id is known: no edge is made";
		if (tension != SIZE_MAX)
			ref.target = work->tensions[tension].id;
		if (!found || !lifecycle_ref_allowed(ref.source.type, ref.type, ref.target.type, &why)) {
			derive_work_report(work, found ? PROBLEM_INVALID_REF_TARGET : PROBLEM_TARGET_NOT_FOUND, speech->place,
							   id.written, why);
			continue;
		}
		if (ref.type == REF_REOPEN && tension != SIZE_MAX)
			derive_changes_add(work, &(struct work_change){.tension = tension,
														   .round = speech->round,
														   .bound = true,
														   .actor = source.expert,
														   .status = TENSION_REOPENED,
														   .reason = source.label,
														   .place = speech->place});
		bool known = false;
		for (size_t j = 0; j < work->ref_count; j++)
			known |= same_ref(&work->refs[j], &ref);
		if (!known && derive_work_grow(work, &work->refs, work->ref_count, &work->ref_capacity, sizeof(*work->refs)))
			work->refs[work->ref_count++] = ref;
	}
}

static void add_dissent(struct derive_work *work, const struct speech *speech)
{
	const struct scan_marker *marker = speech->marker;
	if (derive_speech_full(work, work->dissent_count, WORK_DISSENTS_MAX, speech))
		return;
	if (derive_work_grow(work, &work->dissents, work->dissent_count, &work->dissent_capacity, sizeof(*work->dissents)))
		work->dissents[work->dissent_count++] = (struct work_dissent){.type = marker->verdict,
																	  .round = speech->round,
																	  .expert = speech->expert,
																	  .label = marker->label,
																	  .body = speech->body,
																	  .place = speech->place};
}

static void read_marker(struct derive_work *work, const struct speech *speech)
{
	switch (speech->marker->keyword) {
	case SCAN_REFINE:
	case SCAN_CONCEDE:
	case SCAN_RESOLVE:
	case SCAN_MOVE:
	case SCAN_COMMENT:
		add_move(work, speech);
		break;
	case SCAN_VERDICT:
		add_dissent(work, speech);
		break;
	case SCAN_REFERENCE:
		add_refs(work, speech);
		break;
	case SCAN_STATEMENT:
	case SCAN_NEVER_SIGNAL:
	case SCAN_UNKNOWN:
		break;
	}
}

/* Whether a place is in a section headed Verdict, outside the rounds. */
static bool in_verdict(const struct work_file *file, size_t offset)
{
	const struct work_part *part = derive_work_part(file, offset);
	if (part == NULL || part->round != WORK_NO_ROUND || text_present(part->expert))
		return false;
	for (size_t i = scan_heading_at(file->scan, offset); i != SIZE_MAX; i = file->parents[i])
		if (file->scan->headings[i].level > 1 && derive_text_has_word(file->scan->headings[i].text, "verdict"))
			return true;
	return false;
}

/* A signal to converge never counts from a verdict, which tells of signals given before. */
static bool told_in_verdict(const struct work_file *file, const struct scan_marker *marker)
{
	return marker->keyword == SCAN_MOVE && marker->move == MOVE_CONVERGE &&
		   (file->kind == FILE_KIND_VERDICT || in_verdict(file, marker->offset));
}

void derive_markers_read(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		for (size_t j = 0; file->scan != NULL && j < file->scan->marker_count; j++) {
			const struct scan_marker *marker = &file->scan->markers[j];
			struct speech speech;
			enum speech_verdict verdict = derive_speech_read(work, file, marker, &speech);
			if (verdict == SPEECH_NONE)
				continue;
			work->count.markers++;
			if (verdict == SPEECH_UNCLEAR) {
				derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, speech.place, marker->written,
								   "a move in a sentence, behind neither a bold label nor a name: not counted");
				continue;
			}
			if (told_in_verdict(file, marker) || (verdict == SPEECH_NOBODY && marker->keyword == SCAN_NEVER_SIGNAL)) {
				work->count.recognised++;
				continue;
			}
			if (verdict == SPEECH_UNKNOWN) {
				derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, speech.place, marker->written,
								   "this has the form of a marker, but no known keyword");
				derive_work_suggest(work, scan_keyword_nearest(marker->written));
			} else if (verdict == SPEECH_NOBODY)
				derive_work_report(work, PROBLEM_NO_AUTHOR, speech.place, marker->written,
								   "this marker does not say which expert it is of: not counted");
			if (verdict != SPEECH_COUNTS)
				continue;
			work->count.recognised++;
			if (speech.named && text_present(derive_work_part(file, marker->offset)->expert))
				derive_people_seat(work, speech.round, speech.expert, SEAT_OF_ANSWER);
			read_marker(work, &speech);
		}
	}
	work->count.recognised -= work->left_out;
}
