/* forbidden: a slot of analytics that takes anything for the engine
 * room: store
 * edit: analytics_store.h
 * replace: (*counts)(struct store_engine *engine,
 * with: (*counts)(void *engine,
 * expect: AnalyticsStore.counts must take the engine, first
 */
#include "analytics_store.h"

extern const struct analytics_store store;
