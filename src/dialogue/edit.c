/*
 * Edits held against the record. Which fields there are, and whether they differ, the rows of entities.def tell: an edit
 * is whatever the reading of it (edit_read.c) let through.
 */
#include "edit.h"

#include "complain.h"
#include "decide.h"
#include "entity_json.h"
#include "error.h"
#include "field.h"
#include "members.h"

/* More than any entity has. */
enum { FIELDS_MAX = 32 };

/* One edit being planned. */
struct editing {
	struct plan *plan;
	const struct batch_edit *edit;
	struct entity_head *entity;      /* as it will be without the edit */
	struct text target;              /* as events name it */
	struct text fields[FIELDS_MAX];  /* that become others */
	size_t field_count, given_count; /* given: whether they differ or not */
	struct text before;              /* what these fields said */
};

static struct text below(const struct editing *editing, const char *name)
{
	struct text path = members_path(editing->plan->arena, editing->edit->path, name);
	if (!text_present(path))
		editing->plan->problems->exhausted = true;
	return path;
}

/* The entity that the id names, or a problem. What this update brings itself is not there yet. */
static bool find_entity(struct editing *editing)
{
	struct plan *plan = editing->plan;
	const struct text trimmed = text_trim(editing->edit->id);
	struct entity_head *found = NULL;
	struct display_id id;
	char shown[DISPLAY_ID_SIZE];
	int round;
	editing->target = trimmed;
	if (text_equal_ignoring_case(trimmed, TEXT("meta"))) {
		editing->target = TEXT("meta");
		found = record_find(plan->record, ENTITY_META, TEXT(""));
	} else if (item_key_read_round(trimmed, &round)) {
		found = record_find(plan->record, ENTITY_ROUND, trimmed);
	} else if (display_id_parse(trimmed, &id)) {
		found = record_find_id(plan->record, id);
		if (!arena_copy_text(plan->arena, display_id_format(id, shown), &editing->target))
			return false;
	}
	if (found == NULL)
		complain_target(plan->problems, plan->record, below(editing, "id"), editing->edit->id);
	else
		editing->entity = dialogue_changes_current(plan->changes, plan->record, found->type, found->subkey);
	return !plan->problems->exhausted;
}

static void check_people(const struct editing *editing, const char *name, const struct text_list *people)
{
	const struct plan *plan = editing->plan;
	for (size_t i = 0; i < people->count; i++) {
		if (!text_is(people->items[i], "judge") && !plan_knows(plan, people->items[i]))
			complain_expert(plan->problems, plan->changes, plan->record,
							members_index(plan->arena, below(editing, name), i), people->items[i]);
	}
}

static bool names_same(struct text written, struct text target)
{
	struct display_id a, b;
	const struct text trimmed = text_trim(written);
	return text_equal_ignoring_case(trimmed, target) ||
		   (display_id_parse(trimmed, &a) && display_id_parse(target, &b) && a.type == b.type && a.round == b.round &&
			a.seq == b.seq);
}

/* Two edits of one thing would be two states, of which the first is nobody's. */
static void check_once(const struct editing *editing)
{
	struct plan *plan = editing->plan;
	for (const struct batch_edit *other = plan->batch->edits; other < editing->edit; other++) {
		if (text_present(other->id) && names_same(other->id, editing->target))
			complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, below(editing, "id"), editing->edit->id,
					 ERROR_TEXT " is edited by " ERROR_TEXT " already", ERROR_TEXT_ARGS(editing->target),
					 ERROR_TEXT_ARGS(other->path));
	}
}

/* From the first round on no edit opens the gate: max_rounds may be raised, never lowered. */
static void check_max_rounds(const struct editing *editing)
{
	const struct plan *plan = editing->plan;
	if (editing->entity->type != ENTITY_META || record_rounds(plan->record) == 0)
		return;
	const struct schema_integer given = ((const struct entity_meta *)editing->edit->given)->max_rounds;
	const int64_t now = decide_max_rounds(plan->record);
	if (given.present && given.value < now)
		complain_with(plan->problems,
					  &(struct problem){.code = PROBLEM_INVALID_VALUE,
										.path = below(editing, "max_rounds"),
										.constraint = TEXT("once a round is registered max_rounds may only be raised")},
					  "max_rounds is %" PRId64 " and cannot become %" PRId64, now, given.value);
}

/* What is given, and what of it is not there yet. */
static void compare(struct editing *editing)
{
	const struct entity_head *given = editing->edit->given;
	const struct schema_shape *shape = entity_shape(given->type);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		if (!field_present(field, given))
			continue;
		editing->given_count++;
		if (field->required && field->kind == SCHEMA_TEXT &&
			text_trim(*(const struct text *)field_view(field, given)).size == 0)
			complain(editing->plan->problems, PROBLEM_INVALID_VALUE, below(editing, field->name), TEXT(""),
					 "%s must be a text that is not blank", field->name);
		if (!field_same(field, given, editing->entity) && editing->field_count < FIELDS_MAX)
			editing->fields[editing->field_count++] = (struct text){.data = field->name, .size = field->name_size};
	}
	if (editing->given_count == 0)
		complain(editing->plan->problems, PROBLEM_MISSING_FIELD, editing->edit->path, TEXT_ABSENT,
				 "this edit says nothing that " ERROR_TEXT " could say instead", ERROR_TEXT_ARGS(editing->target));
}

/* The seed of the latest draw is no words either: it stays. */
static bool keep_seed(const struct editing *editing)
{
	if (editing->entity->type != ENTITY_META)
		return true;
	struct entity_meta *given = (struct entity_meta *)editing->edit->given;
	const struct record_pool *old = ((const struct entity_meta *)editing->entity)->pool;
	if (given->pool == NULL || old == NULL)
		return true;
	struct record_pool *pool = arena_allocate(editing->plan->arena, sizeof(*pool));
	if (pool == NULL)
		return false;
	*pool = *given->pool;
	pool->seed = old->seed;
	given->pool = pool;
	return true;
}

/* Appends what a field says: a text as it is, anything else as JSON. */
static bool append_field(struct buffer *out, const struct schema_field *field, const struct entity_head *entity)
{
	const struct schema_shape one = {.name = field->name, .fields = field, .field_count = 1};
	struct json_writer writer;
	if (!field_present(field, entity))
		return buffer_append_string(out, "nothing");
	if (field->kind == SCHEMA_TEXT)
		return buffer_append_text(out, *(const struct text *)field_view(field, entity));
	json_write_begin(&writer, out, true);
	json_write_object(&writer);
	entity_json_write(&writer, &one, entity);
	json_write_end(&writer);
	return json_write_finish(&writer);
}

/* "label was: A hybrid is cheaper", a line for each field that becomes another: the old words stay in the record. */
static bool keep_before(struct editing *editing)
{
	const struct schema_shape *shape = entity_shape(editing->entity->type);
	struct buffer out;
	bool good = true;
	buffer_init(&out, LIMIT_DOCUMENT);
	for (size_t i = 0; i < editing->field_count && good; i++)
		good = (i == 0 || buffer_append_string(&out, "\n")) && buffer_append_text(&out, editing->fields[i]) &&
			   buffer_append_string(&out, " was: ") &&
			   append_field(&out, field_find(shape, editing->fields[i]), editing->entity);
	good = good && arena_copy_text(editing->plan->arena, buffer_text(&out), &editing->before);
	buffer_finish(&out);
	return good;
}

static bool write_fields(struct editing *editing)
{
	struct plan *plan = editing->plan;
	struct entity_head *entity = dialogue_changes_edit(plan->changes, editing->entity);
	if (entity == NULL)
		return false;
	const struct schema_shape *shape = entity_shape(entity->type);
	for (size_t i = 0; i < editing->field_count; i++)
		field_copy(field_find(shape, editing->fields[i]), entity, editing->edit->given);
	if (entity->type == ENTITY_META)
		((struct entity_meta *)entity)->updated_at = plan->time;
	return true;
}

/* A comment that says who changed what, why, and what stood there. */
static bool add_event(struct editing *editing)
{
	struct plan *plan = editing->plan;
	struct text result = TEXT("edited: ");
	for (size_t i = 0; i < editing->field_count; i++) {
		if (!arena_format(plan->arena, &result, ERROR_TEXT "%s" ERROR_TEXT, ERROR_TEXT_ARGS(result), i > 0 ? ", " : "",
						  ERROR_TEXT_ARGS(editing->fields[i])))
			return false;
	}
	const struct dialogue_event event = {
		.type = EVENT_COMMENTED,
		.target = editing->target,
		.round = record_last_round(plan->record),
		.time = plan->time,
		.actors = editing->edit->actors,
		.reason = editing->edit->reason,
		.reference = editing->before,
		.result = result,
	};
	struct hansard_error error = {0};
	const enum hansard_status status = dialogue_changes_event(plan->changes, plan->record, &event, &error);
	if (status == HANSARD_INVALID)
		complain(plan->problems, PROBLEM_INVALID_VALUE, below(editing, "id"), editing->edit->id, "%s", error.message);
	return status == HANSARD_OK || status == HANSARD_INVALID;
}

static bool list_edit(const struct editing *editing, struct update_result *result)
{
	struct update_edit *made = &result->edits[result->edit_count++];
	struct text *fields = arena_allocate_array(editing->plan->arena, editing->field_count, sizeof(*fields));
	if (fields == NULL)
		return false;
	memcpy(fields, editing->fields, editing->field_count * sizeof(*fields));
	*made = (struct update_edit){.id = editing->target,
								 .fields = {.items = fields, .count = editing->field_count, .present = true}};
	return true;
}

static bool plan_edit(struct editing *editing, struct update_result *result)
{
	struct plan *plan = editing->plan;
	const size_t before = problem_errors(plan->problems);
	check_people(editing, "actors", &editing->edit->actors);
	struct record_statement statement;
	if (record_statement(editing->edit->given, &statement))
		check_people(editing, "contributors", &statement.contributors);
	if (!find_entity(editing))
		return false;
	if (editing->entity == NULL)
		return true;
	check_once(editing);
	check_max_rounds(editing);
	if (!keep_seed(editing))
		return false;
	compare(editing);
	if (plan->problems->exhausted)
		return false;
	if (editing->field_count == 0 || problem_errors(plan->problems) > before)
		return true;
	return keep_before(editing) && write_fields(editing) && add_event(editing) && list_edit(editing, result);
}

bool edit_plan(struct plan *plan, struct update_result *result)
{
	result->edits = arena_allocate_array(plan->arena, plan->batch->edit_count, sizeof(*result->edits));
	if (result->edits == NULL)
		return false;
	for (size_t i = 0; i < plan->batch->edit_count; i++) {
		struct editing editing = {.plan = plan, .edit = &plan->batch->edits[i]};
		if (text_present(editing.edit->id) && !plan_edit(&editing, result))
			return false;
	}
	return !plan->problems->exhausted;
}
