/*
 * The record: a sorted list for each entity type.
 */
#include "record.h"

#include "error.h"

void record_begin(struct record *record, struct arena *arena, struct text dialogue_id)
{
	*record = (struct record){.arena = arena, .dialogue_id = dialogue_id};
}

/* Subkeys of these types end in a sequence number of two to four digits. */
static bool ends_in_seq(enum entity_type type)
{
	return type == ENTITY_MOVE || display_id_letter(type) != 0;
}

static size_t last_hash(struct text subkey)
{
	size_t at = subkey.size;
	while (at > 0 && subkey.data[at - 1] != '#')
		at--;
	return at;
}

/* Bytewise, but a sequence number as a number: of two without leading zeros the longer is the greater. */
static int compare_subkeys(enum entity_type type, struct text a, struct text b)
{
	if (ends_in_seq(type)) {
		const size_t i = last_hash(a);
		const size_t j = last_hash(b);
		const int heads = bytes_compare(bytes_of_text(text_slice(a, 0, i)), bytes_of_text(text_slice(b, 0, j)));
		if (heads != 0)
			return heads;
		if (a.size != b.size)
			return a.size < b.size ? -1 : 1;
	}
	return bytes_compare(bytes_of_text(a), bytes_of_text(b));
}

/* Index of the first entity whose subkey is not before this one. */
static size_t lower_bound(const struct record_list *list, enum entity_type type, struct text subkey)
{
	size_t low = 0;
	size_t high = list->count;
	/* A record is filled in order: look at the end first. */
	if (high > 0 && compare_subkeys(type, list->items[high - 1]->subkey, subkey) < 0)
		return high;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare_subkeys(type, list->items[middle]->subkey, subkey) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool holds(const struct record_list *list, size_t at, struct text subkey)
{
	return at < list->count && bytes_equal(bytes_of_text(list->items[at]->subkey), bytes_of_text(subkey));
}

enum hansard_status record_add(struct record *record, struct entity_head *entity, struct hansard_error *error)
{
	struct record_list *list = &record->lists[entity->type];
	const size_t at = lower_bound(list, entity->type, entity->subkey);
	if (holds(list, at, entity->subkey))
		return error_set(error, HANSARD_CONFLICT, "duplicate_entity", "%s/" ERROR_TEXT " is there already",
						 entity_shape(entity->type)->name, ERROR_TEXT_ARGS(entity->subkey));
	if (!arena_grow(record->arena, &list->items, list->count, &list->capacity, sizeof(*list->items)))
		return error_memory(error);
	memmove(list->items + at + 1, list->items + at, (list->count - at) * sizeof(*list->items));
	list->items[at] = entity;
	list->count++;
	return HANSARD_OK;
}

struct entity_head *record_find(const struct record *record, enum entity_type type, struct text subkey)
{
	const struct record_list *list = &record->lists[type];
	const size_t at = lower_bound(list, type, subkey);
	return holds(list, at, subkey) ? list->items[at] : NULL;
}

struct entity_head *record_find_id(const struct record *record, struct display_id id)
{
	char written[DISPLAY_ID_SIZE];
	const struct text text = display_id_format(id, written);
	if (text.size < 3)
		return NULL;
	/* P0001 is 00#01: the letter makes room for the '#'. */
	written[0] = written[1];
	written[1] = written[2];
	written[2] = '#';
	return record_find(record, id.type, text);
}

struct entity_meta *record_meta(const struct record *record)
{
	return (struct entity_meta *)record_find(record, ENTITY_META, TEXT(""));
}

struct entity_expert *record_expert(const struct record *record, struct text slug)
{
	return (struct entity_expert *)record_find(record, ENTITY_EXPERT, slug);
}

struct entity_round *record_round(const struct record *record, int round)
{
	char subkey[16];
	const int size = snprintf(subkey, sizeof(subkey), "%02d", round);
	return (struct entity_round *)record_find(record, ENTITY_ROUND,
											  (struct text){.data = subkey, .size = (size_t)size});
}

size_t record_rounds(const struct record *record)
{
	return record->lists[ENTITY_ROUND].count;
}

int record_last_round(const struct record *record)
{
	const struct record_list *rounds = &record->lists[ENTITY_ROUND];
	int round;
	if (rounds->count == 0 || !item_key_read_round(rounds->items[rounds->count - 1]->subkey, &round))
		return -1;
	return round;
}

/* Where the common part of each statement type stands. */
#define STATEMENT(name)                                                                                                \
	{                                                                                                                  \
		.label = offsetof(struct entity_##name, label), .body = offsetof(struct entity_##name, body),                  \
		.contributors = offsetof(struct entity_##name, contributors),                                                  \
		.local_id = offsetof(struct entity_##name, local_id), .origin = offsetof(struct entity_##name, origin),        \
		.created_at = offsetof(struct entity_##name, created_at),                                                      \
	}

static const struct statement_offsets {
	size_t label, body, contributors, local_id, origin, created_at;
} statements[ENTITY_TYPE_COUNT] = {
	[ENTITY_PERSPECTIVE] = STATEMENT(perspective),
	[ENTITY_TENSION] = STATEMENT(tension),
	[ENTITY_RECOMMENDATION] = STATEMENT(recommendation),
	[ENTITY_EVIDENCE] = STATEMENT(evidence),
	[ENTITY_CLAIM] = STATEMENT(claim),
};

bool record_statement(const struct entity_head *entity, struct record_statement *ret_statement)
{
	if (display_id_letter(entity->type) == 0)
		return false;
	const struct statement_offsets *at = &statements[entity->type];
	const uint8_t *base = (const uint8_t *)entity;
	memcpy(&ret_statement->label, base + at->label, sizeof(ret_statement->label));
	memcpy(&ret_statement->body, base + at->body, sizeof(ret_statement->body));
	memcpy(&ret_statement->contributors, base + at->contributors, sizeof(ret_statement->contributors));
	memcpy(&ret_statement->local_id, base + at->local_id, sizeof(ret_statement->local_id));
	memcpy(&ret_statement->origin, base + at->origin, sizeof(ret_statement->origin));
	memcpy(&ret_statement->created_at, base + at->created_at, sizeof(ret_statement->created_at));
	return true;
}

void record_set_statement(struct entity_head *entity, const struct record_statement *statement)
{
	if (display_id_letter(entity->type) == 0)
		return;
	const struct statement_offsets *at = &statements[entity->type];
	uint8_t *base = (uint8_t *)entity;
	memcpy(base + at->label, &statement->label, sizeof(statement->label));
	memcpy(base + at->body, &statement->body, sizeof(statement->body));
	memcpy(base + at->contributors, &statement->contributors, sizeof(statement->contributors));
	memcpy(base + at->local_id, &statement->local_id, sizeof(statement->local_id));
	memcpy(base + at->origin, &statement->origin, sizeof(statement->origin));
	memcpy(base + at->created_at, &statement->created_at, sizeof(statement->created_at));
}
