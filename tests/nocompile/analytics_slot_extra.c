/* forbidden: a member of the analytics outside the list of slots
 * room: store
 * edit: analytics_store.h
 * behind: struct analytics_store {
 * insert: enum hansard_status (*search)(struct store_engine *engine, struct hansard_error *error);
 * expect: AnalyticsStore has [a-z]+ slots and nothing else
 */
#include "analytics_store.h"

extern const struct analytics_store store;
