/* forbidden: a slot of the third interface that takes anything for the engine: SLOT
 * each: close identity check backup
 * room: store
 * edit: store_engine.h
 * replace: (*SLOT)(struct store_engine *engine
 * with: (*SLOT)(void *engine
 * expect: store_engine_ops.SLOT must take the engine, first
 */
#include "store_engine.h"

extern const struct store_engine_ops ops;
