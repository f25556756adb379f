/* forbidden: a slot of copying that takes two partitions: SLOT
 * each: occupant reserve clear put look publish tidy release
 * room: store
 * edit: copying_store.h
 * replace: (*SLOT)(const struct store_partition *partition,
 * with: (*SLOT)(const struct store_partition *partition, const struct store_partition *from,
 * expect: CopyingStore.SLOT must take exactly one partition, first
 */
#include "copying_store.h"

extern const struct copying_store store;
