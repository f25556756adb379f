/* forbidden: a slot of analytics that takes a partition
 * room: store
 * edit: analytics_store.h
 * replace: (*counts)(struct store_engine *engine,
 * with: (*counts)(const struct store_partition *partition,
 * expect: AnalyticsStore.counts must take the engine, first
 */
#include "analytics_store.h"

extern const struct analytics_store store;
