/*
 * From the work to the entities of a record. Every entity carries the dialogue's time: when it was said is not known
 * better.
 */
#include <stdlib.h>

#include "derive_fact.h"
#include "derive_people_emit.h"
#include "derive_rules.h"
#include "derive_text.h"
#include "entity_codec.h"
#include "error.h"
#include "lifecycle.h"
#include "moment.h"
#include "slug.h"
#include "undated.h"

struct emission {
	struct derive_work *work;
	struct record *record;
	struct text time;
	bool dated; /* somebody states the time */
};

/* Adds an entity. One that no record can hold, as beyond the last number of a round, is reported and left out. */
static void add(struct emission *emission, struct entity_head *entity)
{
	if (entity == NULL)
		return;
	struct item_key key = {.type = text_of_string(entity_shape(entity->type)->name), .subkey = entity->subkey};
	enum hansard_status status = item_key_valid(key) ? record_add(emission->record, entity, NULL) : HANSARD_CONFLICT;
	if (status == HANSARD_CONFLICT)
		derive_work_report(emission->work, PROBLEM_DUPLICATE_ENTITY, (struct work_place){0}, entity->subkey,
						   "more than a record can hold: left out");
	derive_work_done(emission->work, status != HANSARD_FAILED);
}

static void *create(struct emission *emission, enum entity_type type, struct text subkey)
{
	struct entity_head *entity = entity_codec_create(emission->work->arena, type, subkey);
	derive_work_done(emission->work, entity != NULL);
	return entity;
}

static const struct record_origin *origin(struct derive_work *work, struct work_place place)
{
	struct record_origin *made = place.file != NULL ? derive_work_take(work, sizeof(*made)) : NULL;
	if (made != NULL)
		*made =
			(struct record_origin){.file = place.file->path, .line = {.value = place.line, .present = place.line > 0}};
	return made;
}

static struct text_list list_of(const struct text *items, size_t count)
{
	return (struct text_list){.items = items, .count = count, .present = count > 0};
}

static struct text_list one(struct derive_work *work, struct text text)
{
	struct text *item = derive_work_take(work, sizeof(*item));
	if (item == NULL)
		return (struct text_list){.present = false};
	*item = text;
	return list_of(item, 1);
}

static void emit_statement(struct emission *emission, struct display_id id, const struct record_statement *statement,
						   unsigned status)
{
	struct text subkey;
	if (!derive_work_done(emission->work, display_id_subkey(emission->work->arena, id, &subkey)))
		return;
	struct entity_head *entity = create(emission, id.type, subkey);
	if (entity == NULL)
		return;
	record_set_statement(entity, statement);
	lifecycle_set_status(entity, status);
	add(emission, entity);
}

static void emit_statements(struct emission *emission)
{
	struct derive_work *work = emission->work;
	for (size_t i = 0; i < work->statement_count; i++) {
		const struct work_statement *of = &work->statements[i];
		struct record_statement statement = {.label = of->label,
											 .body = of->body,
											 .contributors = one(work, of->expert),
											 .local_id = of->local_id,
											 .origin = origin(work, of->place),
											 .created_at = emission->time};
		emit_statement(emission, of->id, &statement, lifecycle_initial(of->type));
	}
}

static struct text target_of(struct emission *emission, struct display_id id)
{
	char *text = derive_work_take(emission->work, DISPLAY_ID_SIZE);
	return text != NULL ? display_id_format(id, text) : TEXT("");
}

/* An event; `n` orders those on one target. */
struct emitted_event {
	struct text target;
	int n;
	struct work_event event;
	struct text reference;
};

/* The event, or NULL where none was made. */
static struct entity_event *emit_event(struct emission *emission, const struct emitted_event *of)
{
	struct derive_work *work = emission->work;
	char compact[MOMENT_COMPACT_SIZE];
	moment_compact(emission->time.data, compact);
	struct item_key_event key = {.type = vocabulary_word(&vocabulary_event_type, of->event.type),
								 .target = of->target,
								 .time = {compact, MOMENT_COMPACT_SIZE},
								 .n = of->n};
	struct text subkey;
	if (of->n > 9999 || !derive_work_done(work, item_key_event_subkey(work->arena, key, &subkey)))
		return NULL;
	struct entity_event *event = create(emission, ENTITY_EVENT, subkey);
	if (event == NULL)
		return NULL;
	event->event_type = of->event.type;
	event->event_round = (struct schema_integer){.value = of->event.round, .present = of->event.round >= 0};
	event->created_at = emission->time;
	event->actors = one(work, text_present(of->event.actor) ? of->event.actor : TEXT("judge"));
	event->reason = of->event.reason;
	event->reference = of->reference;
	add(emission, &event->head);
	return event;
}

/* One label is the beginning of the other: it says less, and nothing else. */
static bool goes_further(struct text a, struct text b)
{
	struct text shorter = a.size < b.size ? a : b, longer = a.size < b.size ? b : a;
	return shorter.size > 0 && text_starts_with(longer, shorter) &&
		   (longer.size == shorter.size || longer.data[shorter.size] == ' ');
}

static const struct work_label *best_label(struct derive_work *work, const struct work_tension *tension)
{
	const struct work_label *best = NULL;
	for (size_t i = 0; i < tension->label_count; i++) {
		const struct work_label *label = &tension->labels[i];
		if (best == NULL || label->principal > best->principal ||
			(label->principal == best->principal && derive_work_before(best->place, label->place) < 0))
			best = label;
	}
	for (size_t i = 0; best != NULL && tension->judge && i < tension->label_count; i++) {
		const struct work_label *label = &tension->labels[i];
		struct text what;
		if (text_equal(label->normal, best->normal) || goes_further(label->normal, best->normal))
			continue;
		char spelled[DISPLAY_ID_SIZE];
		struct text id = display_id_format(tension->id, spelled);
		if (derive_work_done(work, arena_format(work->arena, &what, "label of %.*s", (int)id.size, id.data)))
			derive_work_differ(work, what, (struct work_said){label->text, label->place},
							   (struct work_said){best->text, best->place});
	}
	return best;
}

/* The round that raised a row of the Judge: the first that its cells name, else that of the first marker it is. */
static int raised_in(const struct derive_work *work, size_t index)
{
	const struct work_tension *of = &work->tensions[index];
	int first = of->raised_round;
	for (size_t i = 0; i < of->raiser_count; i++)
		if (of->raisers[i].round != WORK_NO_ROUND && (first == WORK_NO_ROUND || of->raisers[i].round < first))
			first = of->raisers[i].round;
	for (size_t i = 0; first == WORK_NO_ROUND && of->judge && i < work->raised_count; i++)
		if (work->raised[i].tension == index)
			return work->raised[i].round;
	return first <= derive_work_last_round(work) ? first : WORK_NO_ROUND;
}

static void emit_tension(struct emission *emission, size_t index)
{
	struct derive_work *work = emission->work;
	size_t count;
	struct work_event *events = derive_history_tell(work, index, &count);
	const struct work_tension *of = &work->tensions[index];
	const struct work_label *label = best_label(work, of);
	struct record_statement statement = {
		.label = label != NULL ? label->text : of->local_id,
		.body = of->body,
		.contributors = of->contributor_count > 0 ? list_of(of->contributors, of->contributor_count)
												  : one(work, of->judge ? TEXT("judge") : of->expert),
		.local_id = of->local_id,
		.origin = origin(work, label != NULL ? label->place : of->place),
		.created_at = emission->time,
	};
	if (!text_present(statement.label))
		statement.label = TEXT("");
	emit_statement(emission, of->id, &statement, of->status);
	struct entity_tension *tension = (struct entity_tension *)record_find_id(emission->record, of->id);
	if (tension != NULL && of->accepted)
		tension->accepted_by = TEXT("final");
	int raised = raised_in(work, index);
	if (tension != NULL && raised != WORK_NO_ROUND && raised != of->id.round)
		tension->raised_round = (struct schema_integer){.value = raised, .present = true};
	struct text target = target_of(emission, of->id);
	for (size_t i = 0; events != NULL && i < count; i++)
		emit_event(emission, &(struct emitted_event){.target = target, .n = (int)i, .event = events[i]});
}

static int compare_moves(const void *left, const void *right)
{
	const struct work_move *a = left, *b = right;
	int difference = a->round - b->round;
	if (difference == 0)
		difference = text_compare(a->expert, b->expert);
	if (difference == 0)
		difference = text_compare(a->place.file->path, b->place.file->path);
	return difference != 0 ? difference : (a->place.offset > b->place.offset) - (a->place.offset < b->place.offset);
}

static void emit_moves(struct emission *emission)
{
	struct derive_work *work = emission->work;
	if (work->move_count > 1)
		qsort(work->moves, work->move_count, sizeof(*work->moves), compare_moves);
	int seq = 0;
	for (size_t i = 0; i < work->move_count; i++) {
		const struct work_move *of = &work->moves[i];
		bool next = i > 0 && of[-1].round == of->round && text_equal(of[-1].expert, of->expert);
		seq = next ? seq + 1 : 1;
		struct text subkey;
		if (!derive_work_done(
				work, item_key_move_subkey(work->arena, (struct item_key_move){of->round, of->expert, seq}, &subkey)))
			return;
		struct entity_move *move = create(emission, ENTITY_MOVE, subkey);
		if (move == NULL)
			return;
		move->move_type = of->type;
		move->created_at = emission->time;
		move->targets = list_of(of->targets, of->target_count);
		move->context = of->context;
		move->origin = origin(work, of->place);
		add(emission, &move->head);
	}
}

static void emit_refs(struct emission *emission)
{
	struct derive_work *work = emission->work;
	for (size_t i = 0; i < work->ref_count; i++) {
		const struct work_ref *of = &work->refs[i];
		struct item_key_ref key = {
			.source = target_of(emission, of->source), .type = of->type, .target = target_of(emission, of->target)};
		struct text subkey;
		if (!derive_work_done(work, item_key_ref_subkey(work->arena, key, &subkey)))
			return;
		struct entity_ref *ref = create(emission, ENTITY_REF, subkey);
		if (ref == NULL)
			return;
		ref->created_at = emission->time;
		add(emission, &ref->head);
	}
}

static void emit_verdict(struct emission *emission)
{
	struct derive_work *work = emission->work;
	struct entity_verdict *verdict = work->verdict.present ? create(emission, ENTITY_VERDICT, TEXT("final")) : NULL;
	if (verdict == NULL)
		return;
	verdict->verdict_type = VERDICT_FINAL;
	verdict->round = (struct schema_integer){.value = derive_work_last_round(work), .present = true};
	verdict->created_at = emission->time;
	verdict->author = TEXT("judge");
	verdict->recommendation = work->verdict.recommendation;
	verdict->description = work->verdict.description;
	verdict->origin = origin(work, work->verdict.place);
	struct text *accepted = derive_work_take(work, (work->tension_count + 1) * sizeof(*accepted));
	size_t count = 0;
	const struct record_list *tensions = &emission->record->lists[ENTITY_TENSION];
	for (size_t i = 0; accepted != NULL && i < tensions->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)tensions->items[i];
		struct display_id id;
		if (text_present(tension->accepted_by) && display_id_of(&tension->head, &id))
			accepted[count++] = target_of(emission, id);
	}
	verdict->tensions_accepted = list_of(accepted, count);
	add(emission, &verdict->head);
}

static void emit_dissent(struct emission *emission, const struct work_dissent *of)
{
	struct derive_work *work = emission->work;
	const char *word = of->type == VERDICT_MINORITY ? "minority" : "dissent";
	for (int n = 1; n < 100; n++) {
		struct text id;
		bool made = n == 1 ? arena_format(work->arena, &id, "%s-r%02d-%.*s", word, of->round, (int)of->expert.size,
										  of->expert.data)
						   : arena_format(work->arena, &id, "%s-r%02d-%.*s-%d", word, of->round, (int)of->expert.size,
										  of->expert.data, n);
		if (!derive_work_done(work, made))
			return;
		id = text_slice(id, 0, LIMIT_SLUG);
		while (id.size > 0 && id.data[id.size - 1] == '-')
			id.size--;
		if (record_find(emission->record, ENTITY_VERDICT, id) != NULL)
			continue;
		struct entity_verdict *verdict = create(emission, ENTITY_VERDICT, id);
		if (verdict == NULL)
			return;
		verdict->verdict_type = of->type;
		verdict->round = (struct schema_integer){.value = of->round, .present = true};
		verdict->created_at = emission->time;
		verdict->author = of->expert;
		bool label = text_present(of->label) && of->label.size > 0;
		struct text body = text_present(of->body) ? of->body : TEXT("");
		verdict->recommendation = label ? of->label : derive_text_paragraph(body);
		verdict->description = of->body;
		verdict->origin = origin(work, of->place);
		add(emission, &verdict->head);
		return;
	}
}

void derive_emit_files(struct derive_work *work, struct record *record)
{
	struct emission emission = {.work = work, .record = record};
	for (size_t i = 0; i < work->file_count; i++) {
		const struct work_file *of = &work->files[i];
		struct text subkey;
		if (!derive_work_done(work, item_key_file_subkey(work->arena, (int)i + 1, &subkey)))
			return;
		struct entity_file *file = create(&emission, ENTITY_FILE, subkey);
		if (file == NULL)
			return;
		file->path = of->path;
		file->kind = of->kind;
		file->source = FILE_ORIGIN_IMPORTED;
		file->size = (struct schema_integer){.value = (int64_t)of->content.size, .present = true};
		file->head.content = of->content;
		file->head.content_known = true;
		add(&emission, &file->head);
	}
}

/* True when there was something to tell. */
static bool emit_convergence(struct emission *emission)
{
	const struct derive_work *work = emission->work;
	const struct entity_meta *meta = record_meta(emission->record);
	if (meta == NULL || meta->status == DIALOGUE_OPEN)
		return false;
	const struct work_fact *said = derive_fact_find(work, FACT_STATUS, WORK_NO_ROUND, TEXT_ABSENT);
	enum event_type type = lifecycle_event(ENTITY_META, meta->status);
	emit_event(emission, &(struct emitted_event){.target = TEXT("meta"),
												 .event = {.type = type,
														   .round = derive_work_last_round(work),
														   .reason = said != NULL ? said->text : TEXT_ABSENT},
												 .reference = work->verdict.present ? TEXT("final") : TEXT_ABSENT});
	return true;
}

/* That the time of everything is nobody's statement, which is said by nobody. */
static void emit_undated(struct emission *emission, int n)
{
	struct entity_event *event = emit_event(
		emission, &(struct emitted_event){
					  .target = TEXT("meta"),
					  .n = n,
					  .event = {.type = EVENT_COMMENTED, .round = WORK_NO_ROUND, .reason = TEXT(UNDATED_REASON)},
					  .reference = TEXT(UNDATED_REFERENCE)});
	if (event != NULL)
		event->actors = (struct text_list){.present = false};
}

enum hansard_status derive_emit_record(struct derive_work *work, struct record *record, struct hansard_error *error)
{
	struct emission emission = {.work = work, .record = record};
	emission.dated = derive_meta_time(work, &emission.time);
	record_begin(record, work->arena, work->request->dialogue_id);
	add(&emission, derive_people_emit_meta(work, emission.time, emission.dated));
	for (size_t i = 0; i < work->member_count; i++)
		add(&emission, derive_people_emit_expert(work, i, emission.time));
	for (int round = 0; round < WORK_ROUNDS; round++)
		if (work->rounds[round].held)
			add(&emission, derive_people_emit_round(work, round, emission.time));
	emit_statements(&emission);
	for (size_t i = 0; i < work->tension_count; i++)
		emit_tension(&emission, i);
	emit_moves(&emission);
	emit_refs(&emission);
	emit_verdict(&emission);
	for (size_t i = 0; i < work->dissent_count; i++)
		emit_dissent(&emission, &work->dissents[i]);
	derive_emit_files(work, record);
	const bool converged = emit_convergence(&emission);
	if (!emission.dated)
		emit_undated(&emission, converged ? 1 : 0);
	return work->exhausted ? error_memory(error) : HANSARD_OK;
}
