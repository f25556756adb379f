/*
 * Sets of changes (dialogue.h).
 */
#include "dialogue.h"

#include "entity_codec.h"
#include "error.h"

enum { EVENT_N_MAX = 9999 };

void dialogue_changes_begin(struct dialogue_changes *changes, struct arena *arena)
{
	*changes = (struct dialogue_changes){.arena = arena};
}

/* Place of a key in the set, or `count`. Sets are small: a round has some hundred changes. */
static size_t place_of(const struct dialogue_changes *changes, enum entity_type type, struct text subkey)
{
	size_t i = 0;
	while (i < changes->count && !(changes->items[i].entity->type == type &&
								   bytes_equal(bytes_of_text(changes->items[i].entity->subkey), bytes_of_text(subkey))))
		i++;
	return i;
}

bool dialogue_changes_put(struct dialogue_changes *changes, struct entity_head *entity)
{
	size_t at = place_of(changes, entity->type, entity->subkey);
	if (at == changes->count) {
		if (!arena_grow(changes->arena, &changes->items, changes->count, &changes->capacity, sizeof(*changes->items)))
			return false;
		changes->count++;
	}
	changes->items[at] = (struct dialogue_change){.entity = entity};
	return true;
}

struct entity_head *dialogue_changes_current(const struct dialogue_changes *changes, const struct record *record,
											 enum entity_type type, struct text subkey)
{
	size_t at = place_of(changes, type, subkey);
	if (at < changes->count)
		return changes->items[at].entity;
	return record_find(record, type, subkey);
}

struct entity_head *dialogue_changes_edit(struct dialogue_changes *changes, struct entity_head *entity)
{
	size_t at = place_of(changes, entity->type, entity->subkey);
	if (at < changes->count && changes->items[at].entity == entity)
		return entity;
	size_t size = entity_shape(entity->type)->size;
	struct entity_head *copy = arena_allocate(changes->arena, size);
	if (copy == NULL)
		return NULL;
	memcpy(copy, entity, size);
	return dialogue_changes_put(changes, copy) ? copy : NULL;
}

/* The `n` after that of an event on this target at this instant, of whatever type. */
static void go_past(struct item_key_event *key, const struct entity_head *entity)
{
	struct item_key_event other;
	if (entity->type == ENTITY_EVENT && item_key_read_event(entity->subkey, &other) &&
		text_equal(other.target, key->target) && text_equal(other.time, key->time) && other.n >= key->n)
		key->n = other.n + 1;
}

/* A subkey after all events on the target at the same instant, in record and changes: `n` tells the order in which they
   happened. */
static enum hansard_status next_subkey(const struct dialogue_changes *changes, const struct record *record,
									   const struct dialogue_event *event, struct text *ret_subkey,
									   struct hansard_error *error)
{
	char compact[MOMENT_COMPACT_SIZE];
	moment_compact(event->time.data, compact);
	struct item_key_event key = {
		.type = vocabulary_word(&vocabulary_event_type, event->type),
		.target = event->target,
		.time = {.data = compact, .size = MOMENT_COMPACT_SIZE},
	};
	const struct record_list *events = &record->lists[ENTITY_EVENT];
	for (size_t i = 0; i < events->count; i++)
		go_past(&key, events->items[i]);
	for (size_t i = 0; i < changes->count; i++)
		go_past(&key, changes->items[i].entity);
	if (key.n > EVENT_N_MAX)
		return error_set(error, HANSARD_INVALID, "too_many_events",
						 "more than %d events on " ERROR_TEXT " at one instant", EVENT_N_MAX + 1,
						 ERROR_TEXT_ARGS(event->target));
	return item_key_event_subkey(changes->arena, key, ret_subkey) ? HANSARD_OK : error_memory(error);
}

enum hansard_status dialogue_changes_event(struct dialogue_changes *changes, const struct record *record,
										   const struct dialogue_event *event, struct hansard_error *error)
{
	struct text subkey = TEXT_ABSENT;
	enum hansard_status status = next_subkey(changes, record, event, &subkey, error);
	if (status != HANSARD_OK)
		return status;
	struct entity_head *head = entity_codec_create(changes->arena, ENTITY_EVENT, subkey);
	if (head == NULL)
		return error_memory(error);
	struct entity_event *entity = (struct entity_event *)head;
	entity->event_type = event->type;
	entity->event_round =
		(struct schema_integer){.value = event->round < 0 ? 0 : event->round, .present = event->round >= 0};
	entity->created_at = event->time;
	entity->actors = event->actors;
	entity->reason = event->reason;
	entity->reference = event->reference;
	entity->result = event->result;
	return dialogue_changes_put(changes, head) ? HANSARD_OK : error_memory(error);
}
