/*
 * What the Judge needs to go on after an interruption: everything comes from the store.
 */
#include "cite.h"
#include "decide.h"
#include "entity_json.h"
#include "error.h"
#include "session.h"
#include "tally.h"
#include "view.h"

/* The JSON of the context; the text face shows view_progress(), which says the same to a person. */
struct context {
	struct session_request *request;
	const struct record *record;
	struct json_writer json;
	int last; /* latest round, -1 when there is none */
};

static void pair_text(struct json_writer *json, const char *key, struct text value)
{
	if (!text_present(value))
		return;
	json_write_key(json, key);
	json_write_text(json, value);
}

static void pair_integer(struct json_writer *json, const char *key, int64_t value)
{
	json_write_key(json, key);
	json_write_integer(json, value);
}

static void write_statement(struct context *context, const struct entity_head *entity)
{
	struct display_id id;
	struct record_statement statement;
	char spelled[DISPLAY_ID_SIZE];
	if (!display_id_of(entity, &id) || !record_statement(entity, &statement))
		return;
	json_write_object(&context->json);
	pair_text(&context->json, "id", display_id_format(id, spelled));
	json_write_key(&context->json, "type");
	json_write_string(&context->json, entity_shape(entity->type)->name);
	entity_json_write(&context->json, entity_shape(entity->type), entity);
	json_write_end(&context->json);
}

static void write_panel(struct context *context)
{
	const struct entity_round *round = record_round(context->record, context->last);
	json_write_key(&context->json, "panel");
	json_write_array(&context->json);
	const struct record_seat *seats = round != NULL ? round->panel.items : NULL;
	for (size_t i = 0; round != NULL && i < round->panel.count; i++) {
		const struct entity_expert *expert = record_expert(context->record, seats[i].expert);
		json_write_object(&context->json);
		pair_text(&context->json, "expert", seats[i].expert);
		if (expert != NULL)
			pair_text(&context->json, "name", expert->name);
		pair_text(&context->json, "role", seats[i].role);
		pair_text(&context->json, "tier", vocabulary_word(&vocabulary_tier, seats[i].tier));
		pair_text(&context->json, "focus", seats[i].focus);
		json_write_key(&context->json, "signalled_converge");
		json_write_boolean(&context->json, tally_signals(context->record, context->last, seats[i].expert));
		json_write_end(&context->json);
	}
	json_write_end(&context->json);
}

static void write_open_tensions(struct context *context)
{
	const struct record_list *tensions = &context->record->lists[ENTITY_TENSION];
	json_write_key(&context->json, "open_tensions");
	json_write_array(&context->json);
	for (size_t i = 0; i < tensions->count; i++) {
		if (tally_tension_open((const struct entity_tension *)tensions->items[i]))
			write_statement(context, tensions->items[i]);
	}
	json_write_end(&context->json);
}

static void write_last_round(struct context *context)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	json_write_key(&context->json, "last_round_statements");
	json_write_array(&context->json);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		const struct record_list *list = &context->record->lists[types[i]];
		for (size_t j = 0; j < list->count; j++) {
			struct display_id id;
			if (display_id_of(list->items[j], &id) && id.round == context->last)
				write_statement(context, list->items[j]);
		}
	}
	json_write_end(&context->json);
}

static void write_next_ids(struct context *context)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	json_write_key(&context->json, "next_ids");
	json_write_array(&context->json);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		char spelled[DISPLAY_ID_SIZE];
		struct display_id id = {.type = types[i], .round = context->last + 1};
		if (id.round > LIMIT_ROUND)
			break;
		id.seq = cite_next_seq(context->record, types[i], id.round);
		json_write_text(&context->json, display_id_format(id, spelled));
	}
	json_write_end(&context->json);
}

static bool write_blockers(struct context *context)
{
	struct decide_blockers blockers;
	if (!decide_blockers(context->record, NULL, context->request->arena, &blockers))
		return false;
	json_write_key(&context->json, "final_verdict");
	json_write_object(&context->json);
	json_write_key(&context->json, "can_converge");
	json_write_boolean(&context->json, blockers.can_converge);
	pair_integer(&context->json, "open_tensions", (int64_t)blockers.open_tensions);
	pair_integer(&context->json, "new_perspectives", (int64_t)blockers.new_perspectives);
	pair_integer(&context->json, "panel_size", (int64_t)blockers.panel_size);
	json_write_key(&context->json, "not_signalled");
	json_write_array(&context->json);
	for (size_t i = 0; i < blockers.silent; i++)
		json_write_text(&context->json, blockers.silent_slugs[i]);
	json_write_end(&context->json);
	json_write_key(&context->json, "may_force");
	json_write_boolean(&context->json, blockers.may_force);
	json_write_end(&context->json);
	return true;
}

static enum hansard_status write_context(struct session_request *request, const struct record *record,
										 struct hansard_error *error)
{
	struct context context = {.request = request, .record = record, .last = record_last_round(record)};
	const struct entity_meta *meta = record_meta(record);
	json_write_begin(&context.json, &request->out, false);
	json_write_object(&context.json);
	pair_integer(&context.json, "schema_version", VIEW_SCHEMA_VERSION);
	json_write_key(&context.json, "kind");
	json_write_string(&context.json, "context");
	pair_text(&context.json, "dialogue_id", record->dialogue_id);
	pair_integer(&context.json, "rev", record->rev);
	if (meta != NULL) {
		json_write_key(&context.json, "meta");
		json_write_object(&context.json);
		entity_json_write(&context.json, entity_shape(ENTITY_META), meta);
		json_write_end(&context.json);
	}
	pair_integer(&context.json, "next_round", context.last + 1);
	write_panel(&context);
	write_open_tensions(&context);
	write_last_round(&context);
	write_next_ids(&context);
	bool good = write_blockers(&context);
	json_write_end(&context.json);
	return good && json_write_finish(&context.json) ? HANSARD_OK : error_memory(error);
}

enum hansard_status hansard_context(struct hansard *store, const char *name, struct hansard_output *ret_out,
									struct hansard_error *error)
{
	struct session_request request;
	struct dialogue *dialogue;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = session_dialogue(&request, name, &dialogue, error);
	if (status == HANSARD_OK && store->options.format == HANSARD_JSON) {
		status = write_context(&request, &dialogue->record, error);
	} else if (status == HANSARD_OK) {
		struct view_options options = {.json = false, .width = store->options.width};
		status = view_progress(request.arena, &dialogue->record, &options, &request.out, error);
	}
	return session_finish(&request, status, ret_out, error);
}
