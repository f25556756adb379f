/*
 * Lifecycles and reference rules (record.md), as tables.
 */
#ifndef LIFECYCLE_H
#define LIFECYCLE_H

#include "arena.h"
#include "entity.h"

/* lifecycle_vocabulary(type): the states of an entity type, or NULL for one without a lifecycle. */
const struct vocabulary *lifecycle_vocabulary(enum entity_type type);

/* lifecycle_initial(type): the state a new entity has (tension: open). */
unsigned lifecycle_initial(enum entity_type type);

/* lifecycle_allows(type, from, to): the transition is listed. from == to is not a transition: it is a comment and
   always allowed. */
bool lifecycle_allows(enum entity_type type, unsigned from, unsigned to);

/* lifecycle_options(arena, type, from, ret_options): the states reachable from `from`, comma separated, for messages.
   False when memory is exhausted. */
bool lifecycle_options(struct arena *arena, enum entity_type type, unsigned from, struct text *ret_options);

/* lifecycle_event(type, to): the event type that records entering a state; EVENT_ABSENT for one that only creation
   gives (proposed, cited, asserted). */
enum event_type lifecycle_event(enum entity_type type, unsigned to);

/* lifecycle_status(entity): the status field of an entity with a lifecycle; 0 for others. */
unsigned lifecycle_status(const struct entity_head *entity);

/* lifecycle_set_status(entity, status): sets it. The entity must have a lifecycle. */
void lifecycle_set_status(struct entity_head *entity, unsigned status);

/* lifecycle_ref_allowed(source, type, target, ret_why): the reference rules: address, resolve, reopen only target
   tensions; refine joins two of one type. On false *ret_why is the rule. */
bool lifecycle_ref_allowed(enum entity_type source, enum ref_type type, enum entity_type target, const char **ret_why);

#endif
