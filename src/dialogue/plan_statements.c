/*
 * One sequence per type and round, in the order of the batch.
 */
#include "plan_statements.h"

#include "cite.h"
#include "complain.h"
#include "error.h"
#include "lifecycle.h"
#include "limits.h"
#include "members.h"

bool plan_statements_round(struct plan *plan, int round, struct text path)
{
	if (!plan->batch->update)
		return true;
	if (round < 0) {
		complain(plan->problems, PROBLEM_MISSING_FIELD, members_path(plan->arena, path, "round"), TEXT_ABSENT,
				 "an update names the round that it belongs to");
		return false;
	}
	if (record_round(plan->record, round) != NULL)
		return true;
	complain(plan->problems, PROBLEM_ROUND_OUT_OF_ORDER, members_path(plan->arena, path, "round"), TEXT_ABSENT,
			 "there is no round %d: a new round is registered", round);
	return false;
}

static bool is_author(const struct plan *plan, struct text slug)
{
	return text_is(slug, "judge") || plan_knows(plan, slug);
}

/* The letter of a local id is that of the list it stands in, its round that of the batch, its expert one of the
   dialogue. */
static void check_local(struct plan *plan, size_t i)
{
	const struct batch_statement *statement = &plan->batch->statements[i];
	struct plan_place *place = &plan->places[i];
	struct text path = members_path(plan->arena, statement->path, "id");
	if (place->local.id.type != statement->type)
		complain_with(plan->problems,
					  &(struct problem){.code = PROBLEM_TYPE_ID_MISMATCH,
										.path = path,
										.value = statement->local_id,
										.constraint = TEXT("the letter of an id is that of its type"),
										.suggestion = TEXT("move it to the list of its type, or correct the letter")},
					  "\"" ERROR_TEXT "\" is not the id of a %s: those have the letter %c",
					  ERROR_TEXT_ARGS(statement->local_id), entity_shape(statement->type)->name,
					  display_id_letter(statement->type));
	int round = plan_round(plan, statement->round);
	if (round >= 0 && place->local.id.round != round)
		complain(plan->problems, PROBLEM_INVALID_DISPLAY_ID, path, statement->local_id,
				 "\"" ERROR_TEXT "\" is an id of round %d, not of round %d", ERROR_TEXT_ARGS(statement->local_id),
				 place->local.id.round, round);
	if (!is_author(plan, place->local.expert))
		complain_expert(plan->problems, plan->changes, plan->record, path, place->local.expert);
	for (size_t k = 0; k < i; k++) {
		if (plan->places[k].local_known && local_id_equal(&plan->places[k].local, &place->local))
			complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, path, statement->local_id,
					 "\"" ERROR_TEXT "\" is also the id of " ERROR_TEXT, ERROR_TEXT_ARGS(statement->local_id),
					 ERROR_TEXT_ARGS(plan->batch->statements[k].path));
	}
}

static bool read_local(struct plan *plan, size_t i)
{
	const struct batch_statement *statement = &plan->batch->statements[i];
	struct plan_place *place = &plan->places[i];
	if (!text_present(statement->local_id))
		return true;
	if (!local_id_parse(plan->arena, statement->local_id, &place->local, &place->local_known))
		return false;
	if (!place->local_known)
		complain_with(plan->problems,
					  &(struct problem){.code = PROBLEM_INVALID_DISPLAY_ID,
										.path = members_path(plan->arena, statement->path, "id"),
										.value = statement->local_id,
										.constraint = TEXT("EXPERT-{P|R|T|E|C}{round, two digits}{number, two digits}"),
										.suggestion = TEXT("write it like MUFFIN-P0101, or leave it out")},
					  "\"" ERROR_TEXT "\" is no local id", ERROR_TEXT_ARGS(statement->local_id));
	else
		check_local(plan, i);
	return !plan->problems->exhausted;
}

/* The round a statement comes to stand in, or -1. */
static int round_of(struct plan *plan, size_t i)
{
	const struct batch_statement *statement = &plan->batch->statements[i];
	if (!plan->batch->update)
		return plan->batch->round;
	int round = statement->round < 0 && plan->places[i].local_known ? plan->places[i].local.id.round : statement->round;
	return plan_statements_round(plan, round, statement->path) ? round : -1;
}

/* The first number is free in the record, unless this batch made the round: then its statements are there already,
   and numbering begins where it began. */
static int first_seq(const struct plan *plan, enum entity_type type, int round)
{
	return !plan->batch->update ? 1 : cite_next_seq(plan->record, type, round);
}

/* Without contributors, the expert of the local id is the one. */
static bool own_contributor(struct plan *plan, size_t i, struct record_statement *statement)
{
	if (statement->contributors.present || !plan->places[i].local_known)
		return true;
	struct text *items = arena_allocate(plan->arena, sizeof(*items));
	if (items == NULL)
		return false;
	*items = plan->places[i].local.expert;
	statement->contributors = (struct text_list){.items = items, .count = 1, .present = true};
	return true;
}

/* What was given of a statement makes no difference to this one of the record. False when memory is exhausted. */
static bool compare_given(struct plan *plan, size_t i, const struct entity_head *old, bool *ret_same)
{
	const struct entity_head *given = plan->batch->statements[i].entity;
	struct record_statement said, known;
	size_t size = entity_shape(old->type)->size;
	*ret_same = false;
	if (!record_statement(given, &said) || !record_statement(old, &known) || !text_equal(said.label, known.label))
		return true;
	struct entity_head *copy = arena_allocate(plan->arena, size);
	if (copy == NULL || !own_contributor(plan, i, &said))
		return false;
	memcpy(copy, old, size);
	said.origin = known.origin;
	said.created_at = known.created_at;
	record_set_statement(copy, &said);
	if (old->type == ENTITY_RECOMMENDATION)
		((struct entity_recommendation *)copy)->parameters = ((const struct entity_recommendation *)given)->parameters;
	*ret_same = entity_equal(copy, old);
	return true;
}

/* The id of a statement that an update brings again, word for word. */
static bool find_repeated(struct plan *plan, size_t i, int round)
{
	struct plan_place *place = &plan->places[i];
	const struct record_list *list = &plan->record->lists[plan->batch->statements[i].type];
	for (size_t k = 0; plan->batch->update && !place->repeated && k < list->count; k++) {
		if (!display_id_of(list->items[k], &place->id) || place->id.round != round)
			continue;
		if (!compare_given(plan, i, list->items[k], &place->repeated))
			return false;
	}
	return true;
}

static bool place_statement(struct plan *plan, size_t i)
{
	const struct batch_statement *statement = &plan->batch->statements[i];
	struct plan_place *place = &plan->places[i];
	int round = round_of(plan, i);
	if (round < 0)
		return !plan->problems->exhausted;
	char shown[DISPLAY_ID_SIZE];
	if (!find_repeated(plan, i, round))
		return false;
	if (place->repeated) {
		place->placed = true;
		return arena_copy_text(plan->arena, display_id_format(place->id, shown), &place->shown);
	}
	int seq = first_seq(plan, statement->type, round);
	for (size_t k = 0; k < i; k++) {
		const struct plan_place *other = &plan->places[k];
		if (other->placed && !other->repeated && other->id.type == statement->type && other->id.round == round)
			seq = other->id.seq + 1;
	}
	if (seq > LIMIT_SEQ) {
		complain(plan->problems, PROBLEM_INVALID_VALUE, statement->path, TEXT_ABSENT,
				 "a round has at most %d statements of a type", LIMIT_SEQ);
		return true;
	}
	place->id = (struct display_id){.type = statement->type, .round = round, .seq = seq};
	place->placed = true;
	return arena_copy_text(plan->arena, display_id_format(place->id, shown), &place->shown);
}

bool plan_places(struct plan *plan)
{
	size_t count = plan->batch->statement_count;
	plan->places = arena_allocate_array(plan->arena, count, sizeof(*plan->places));
	if (plan->places == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!read_local(plan, i))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!place_statement(plan, i))
			return false;
	}
	return true;
}

/* An update that registers a local id a second time is a repetition. */
static void check_repeated(struct plan *plan, size_t i)
{
	const struct batch_statement *statement = &plan->batch->statements[i];
	const struct record_list *list = &plan->record->lists[statement->type];
	for (size_t k = 0; plan->places[i].local_known && k < list->count; k++) {
		struct record_statement other;
		struct display_id id;
		char shown[DISPLAY_ID_SIZE];
		if (!record_statement(list->items[k], &other) || !text_present(other.local_id) ||
			!display_id_of(list->items[k], &id) || id.round != plan->places[i].id.round ||
			!text_equal_ignoring_case(other.local_id, statement->local_id))
			continue;
		struct text as = display_id_format(id, shown);
		complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, members_path(plan->arena, statement->path, "id"),
				 statement->local_id, "\"" ERROR_TEXT "\" is registered as " ERROR_TEXT,
				 ERROR_TEXT_ARGS(statement->local_id), ERROR_TEXT_ARGS(as));
	}
}

static bool put_statement(struct plan *plan, size_t i)
{
	const struct batch_statement *given = &plan->batch->statements[i];
	struct record_statement statement;
	if (!record_statement(given->entity, &statement))
		return true;
	for (size_t k = 0; k < statement.contributors.count; k++) {
		struct text path = members_index(plan->arena, members_path(plan->arena, given->path, "contributors"), k);
		if (!is_author(plan, statement.contributors.items[k]))
			complain_expert(plan->problems, plan->changes, plan->record, path, statement.contributors.items[k]);
	}
	if (plan->places[i].repeated)
		return true;
	check_repeated(plan, i);
	if (!plan->places[i].placed)
		return true;
	statement.created_at = plan->time;
	if (!own_contributor(plan, i, &statement) ||
		!display_id_subkey(plan->arena, plan->places[i].id, &given->entity->subkey))
		return false;
	if (statement.contributors.count == 0)
		complain_with(plan->problems,
					  &(struct problem){.code = PROBLEM_MISSING_FIELD,
										.warning = true,
										.path = members_path(plan->arena, given->path, "contributors"),
										.suggestion = TEXT("name the contributors, or give a local id")},
					  "nobody is said to have contributed this %s", entity_shape(given->type)->name);
	record_set_statement(given->entity, &statement);
	lifecycle_set_status(given->entity, lifecycle_initial(given->type));
	return dialogue_changes_put(plan->changes, given->entity);
}

bool plan_statements(struct plan *plan)
{
	for (size_t i = 0; i < plan->batch->statement_count; i++) {
		if (!put_statement(plan, i))
			return false;
	}
	return !plan->problems->exhausted;
}
