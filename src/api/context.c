/*
 * What the Judge needs to go on after an interruption: everything comes from the store.
 */
#include "answer.h"
#include "cite.h"
#include "decide.h"
#include "entity_json.h"
#include "error.h"
#include "session.h"
#include "tally.h"
#include "undated.h"

/* The JSON of the context; view_context() says the same to a person. */
struct context {
	struct session_request *request;
	const struct record *record;
	struct answer answer;
	int last; /* latest round, -1 when there is none */
};

static void write_statement(struct context *context, const struct entity_head *entity)
{
	struct display_id id;
	struct record_statement statement;
	char spelled[DISPLAY_ID_SIZE];
	if (!display_id_of(entity, &id) || !record_statement(entity, &statement))
		return;
	answer_object(&context->answer, NULL);
	answer_text(&context->answer, "id", display_id_format(id, spelled));
	answer_string(&context->answer, "type", entity_shape(entity->type)->name);
	entity_json_write(&context->answer.writer, entity_shape(entity->type), entity);
	answer_end(&context->answer);
}

static void write_panel(struct context *context)
{
	const struct entity_round *round = record_round(context->record, context->last);
	answer_array(&context->answer, "panel");
	const struct record_seat *seats = round != NULL ? round->panel.items : NULL;
	for (size_t i = 0; round != NULL && i < round->panel.count; i++) {
		const struct entity_expert *expert = record_expert(context->record, seats[i].expert);
		answer_object(&context->answer, NULL);
		answer_text(&context->answer, "expert", seats[i].expert);
		if (expert != NULL)
			answer_text(&context->answer, "name", expert->name);
		answer_text(&context->answer, "role", seats[i].role);
		answer_text(&context->answer, "tier", vocabulary_word(&vocabulary_tier, seats[i].tier));
		answer_text(&context->answer, "focus", seats[i].focus);
		answer_boolean(&context->answer, "signalled_converge",
					   tally_signals(context->record, context->last, seats[i].expert));
		answer_end(&context->answer);
	}
	answer_end(&context->answer);
}

static void write_open_tensions(struct context *context)
{
	const struct record_list *tensions = &context->record->lists[ENTITY_TENSION];
	answer_array(&context->answer, "open_tensions");
	for (size_t i = 0; i < tensions->count; i++) {
		if (tally_tension_open((const struct entity_tension *)tensions->items[i]))
			write_statement(context, tensions->items[i]);
	}
	answer_end(&context->answer);
}

static void write_last_round(struct context *context)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	answer_array(&context->answer, "last_round_statements");
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		const struct record_list *list = &context->record->lists[types[i]];
		for (size_t j = 0; j < list->count; j++) {
			struct display_id id;
			if (display_id_of(list->items[j], &id) && id.round == context->last)
				write_statement(context, list->items[j]);
		}
	}
	answer_end(&context->answer);
}

/* The first free id of each type in the next round; none behind the last round that there may be. */
static bool next_ids(struct session_request *request, const struct record *record, struct text_list *ret_ids)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	enum { TYPES = sizeof types / sizeof types[0] };
	struct text *items = arena_allocate_array(request->arena, TYPES, sizeof *items);
	const int round = record_last_round(record) + 1;
	struct text_list ids = {.items = items, .present = true};
	if (items == NULL)
		return false;
	for (size_t i = 0; i < TYPES && round <= LIMIT_ROUND; i++) {
		char spelled[DISPLAY_ID_SIZE];
		const struct display_id id = {.type = types[i], .round = round, .seq = cite_next_seq(record, types[i], round)};
		if (!arena_copy_text(request->arena, display_id_format(id, spelled), &items[ids.count++]))
			return false;
	}
	*ret_ids = ids;
	return true;
}

static bool write_blockers(struct context *context)
{
	struct decide_blockers blockers;
	if (!decide_blockers(context->record, NULL, context->request->arena, &blockers))
		return false;
	answer_object(&context->answer, "final_verdict");
	answer_boolean(&context->answer, "can_converge", blockers.can_converge);
	answer_integer(&context->answer, "open_tensions", (int64_t)blockers.open_tensions);
	answer_integer(&context->answer, "new_perspectives", (int64_t)blockers.new_perspectives);
	answer_integer(&context->answer, "panel_size", (int64_t)blockers.panel_size);
	answer_array(&context->answer, "not_signalled");
	for (size_t i = 0; i < blockers.silent; i++)
		json_write_text(&context->answer.writer, blockers.silent_slugs[i]);
	answer_end(&context->answer);
	answer_boolean(&context->answer, "may_force", blockers.may_force);
	answer_end(&context->answer);
	return true;
}

static enum hansard_status write_context(struct session_request *request, const struct record *record,
										 struct hansard_error *error)
{
	struct text_list ids;
	struct context context = {.request = request, .record = record, .last = record_last_round(record)};
	const struct entity_meta *meta = record_meta(record);
	if (!next_ids(request, record, &ids))
		return error_memory(error);
	answer_begin(&context.answer, &request->out, "context");
	answer_text(&context.answer, "dialogue_id", record->dialogue_id);
	answer_integer(&context.answer, "rev", record->rev);
	if (meta != NULL) {
		answer_object(&context.answer, "meta");
		entity_json_write(&context.answer.writer, entity_shape(ENTITY_META), meta);
		answer_end(&context.answer);
		if (undated_record(record))
			answer_text(&context.answer, "imported_at", meta->created_at);
	}
	if (record->import_part_rev > 0)
		answer_integer(&context.answer, "import_part_rev", record->import_part_rev);
	answer_integer(&context.answer, "next_round", context.last + 1);
	write_panel(&context);
	write_open_tensions(&context);
	write_last_round(&context);
	answer_texts(&context.answer, "next_ids", &ids);
	return write_blockers(&context) ? answer_finish(&context.answer, error) : error_memory(error);
}

static enum hansard_status show_context(struct session_request *request, const struct record *record,
										struct hansard_error *error)
{
	const struct view_options options = session_view(request);
	struct decide_blockers blockers;
	struct view_next next;
	if (!next_ids(request, record, &next.ids) || !decide_blockers(record, NULL, request->arena, &blockers))
		return error_memory(error);
	next.may_force = blockers.may_force;
	return view_context(request->arena, record, &next, &options, &request->out, error);
}

enum hansard_status hansard_context(struct hansard *store, const char *name, struct hansard_output *ret_out,
									struct hansard_error *error)
{
	struct session_request request;
	struct dialogue *dialogue;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = session_dialogue(&request, name, &dialogue, error);
	if (status == HANSARD_OK)
		status = store->options.format == HANSARD_JSON ? write_context(&request, &dialogue->record, error)
													   : show_context(&request, &dialogue->record, error);
	return session_finish(&request, status, ret_out, error);
}
