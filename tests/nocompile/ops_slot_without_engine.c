/* forbidden: a slot of the third interface that takes anything for the engine
 * room: store
 * edit: store_engine.h
 * replace: (*backup)(struct store_engine *engine,
 * with: (*backup)(void *engine,
 * expect: store_engine_ops.backup must take the engine, first
 */
#include "store_engine.h"

extern const struct store_engine_ops ops;
