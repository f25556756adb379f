/* forbidden: a member of the vtable outside the list of slots
 * room: store
 * edit: dialogue_store.h
 * behind: struct dialogue_store {
 * insert: enum hansard_status (*list)(void *engine, struct hansard_error *error);
 * expect: DialogueStore has five slots and nothing else
 */
#include "dialogue_store.h"

extern const struct dialogue_store store;
