/* forbidden: a slot that does not take the partition first: SLOT
 * each: load history parts commit settle
 * room: store
 * edit: dialogue_store.h
 * replace: (*SLOT)(const struct store_partition *partition,
 * with: (*SLOT)(void *partition,
 * expect: DialogueStore.SLOT must take exactly one partition, first
 */
#include "dialogue_store.h"

extern const struct dialogue_store store;
