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

static bool set_change(struct dialogue_changes *changes, struct entity_head *entity, bool remove)
{
	size_t at = place_of(changes, entity->type, entity->subkey);
	if (at == changes->count) {
		if (!arena_grow(changes->arena, &changes->items, changes->count, &changes->capacity, sizeof(*changes->items)))
			return false;
		changes->count++;
	}
	changes->items[at] = (struct dialogue_change){.entity = entity, .remove = remove};
	return true;
}

bool dialogue_changes_put(struct dialogue_changes *changes, struct entity_head *entity)
{
	return set_change(changes, entity, false);
}

bool dialogue_changes_remove(struct dialogue_changes *changes, struct entity_head *entity)
{
	return set_change(changes, entity, true);
}

struct entity_head *dialogue_changes_current(const struct dialogue_changes *changes, const struct record *record,
											 enum entity_type type, struct text subkey)
{
	size_t at = place_of(changes, type, subkey);
	if (at < changes->count)
		return changes->items[at].remove ? NULL : changes->items[at].entity;
	return record_find(record, type, subkey);
}

struct entity_head *dialogue_changes_edit(struct dialogue_changes *changes, struct entity_head *entity)
{
	size_t at = place_of(changes, entity->type, entity->subkey);
	if (at < changes->count && changes->items[at].entity == entity && !changes->items[at].remove)
		return entity;
	size_t size = entity_shape(entity->type)->size;
	struct entity_head *copy = arena_allocate(changes->arena, size);
	if (copy == NULL)
		return NULL;
	memcpy(copy, entity, size);
	return dialogue_changes_put(changes, copy) ? copy : NULL;
}

/* The first subkey of the event's instant that neither record nor changes have. */
static enum hansard_status free_subkey(struct dialogue_changes *changes, const struct record *record,
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
	for (key.n = 0; key.n <= EVENT_N_MAX; key.n++) {
		struct text subkey;
		if (!item_key_event_subkey(changes->arena, key, &subkey))
			return error_memory(error);
		if (dialogue_changes_current(changes, record, ENTITY_EVENT, subkey) == NULL) {
			*ret_subkey = subkey;
			return HANSARD_OK;
		}
	}
	return error_set(error, HANSARD_INVALID, "too_many_events",
					 "more than %d events of one kind on " ERROR_TEXT " at one instant", EVENT_N_MAX + 1,
					 ERROR_TEXT_ARGS(event->target));
}

enum hansard_status dialogue_changes_event(struct dialogue_changes *changes, const struct record *record,
										   const struct dialogue_event *event, struct hansard_error *error)
{
	struct text subkey = TEXT_ABSENT;
	enum hansard_status status = free_subkey(changes, record, event, &subkey, error);
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
