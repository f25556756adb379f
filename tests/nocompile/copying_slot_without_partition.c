/* forbidden: a slot of copying that does not take the partition first: SLOT
 * each: occupant reserve clear put look publish tidy release
 * room: store
 * edit: copying_store.h
 * replace: (*SLOT)(const struct store_partition *partition,
 * with: (*SLOT)(void *partition,
 * expect: CopyingStore.SLOT must take exactly one partition, first
 */
#include "copying_store.h"

extern const struct copying_store store;
