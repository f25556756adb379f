/* forbidden: a member of the vtable of copying outside the list of slots
 * room: store
 * edit: copying_store.h
 * behind: struct copying_store {
 * insert: enum hansard_status (*copy)(void *from, void *to, struct hansard_error *error);
 * expect: CopyingStore has eight slots and nothing else
 */
#include "copying_store.h"

extern const struct copying_store store;
