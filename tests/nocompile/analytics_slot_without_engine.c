/* forbidden: a slot of analytics that takes anything for the engine: SLOT
 * each: dialogues tensions partitions counts
 * room: store
 * edit: analytics_store.h
 * replace: (*SLOT)(struct store_engine *engine,
 * with: (*SLOT)(void *engine,
 * expect: AnalyticsStore.SLOT must take the engine, first
 */
#include "analytics_store.h"

extern const struct analytics_store store;
