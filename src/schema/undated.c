/*
 * Dialogues without a date.
 */
#include "undated.h"

bool undated_by(const struct entity_event *event, const struct entity_meta *meta)
{
	struct item_key_event key;
	return event->event_type == EVENT_COMMENTED && event->actors.count == 0 &&
		   text_is(event->reference, UNDATED_REFERENCE) && text_equal(event->created_at, meta->created_at) &&
		   item_key_read_event(event->head.subkey, &key) && text_is(key.target, "meta");
}

bool undated_record(const struct record *record)
{
	const struct entity_meta *meta = record_meta(record);
	const struct record_list *events = &record->lists[ENTITY_EVENT];
	for (size_t i = 0; meta != NULL && i < events->count; i++) {
		if (undated_by((const struct entity_event *)events->items[i], meta))
			return true;
	}
	return false;
}
