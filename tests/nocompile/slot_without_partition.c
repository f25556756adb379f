/* forbidden: a slot that does not take the partition first
 * room: store
 * edit: dialogue_store.h
 * replace: (*settle)(const struct store_partition *partition,
 * with: (*settle)(void *partition,
 * expect: DialogueStore.settle must take exactly one partition, first
 */
#include "dialogue_store.h"

extern const struct dialogue_store store;
