/* forbidden: a slot that takes two partitions
 * room: store
 * edit: dialogue_store.h
 * replace: (*settle)(const struct store_partition *partition,
 * with: (*settle)(const struct store_partition *partition, const struct store_partition *other,
 * expect: DialogueStore.settle must take exactly one partition, first
 */
#include "dialogue_store.h"

extern const struct dialogue_store store;
