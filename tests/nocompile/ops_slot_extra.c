/* forbidden: a member of the third interface outside the list of slots
 * room: store
 * edit: store_engine.h
 * behind: struct store_engine_ops {
 * insert: enum hansard_status (*repair)(struct store_engine *engine, struct hansard_error *error);
 * expect: store_engine_ops has a name, four slots and nothing else
 */
#include "store_engine.h"

extern const struct store_engine_ops ops;
