/*
 * AnalyticsStore over the two indexes of the table: a page is the beginning of each shelf (a status, a shard) merged. Indexes lag
 * behind the rows: where a row is found twice, under what it was and under what it is, the higher revision counts.
 */
#ifndef DYNAMODB_ANALYTICS_H
#define DYNAMODB_ANALYTICS_H

#include "analytics_store.h"

extern const struct analytics_store dynamodb_analytics_store;

#endif
