/*
 * The health of a store in DynamoDB: how its table is set up, and whether its rows are whole.
 */
#ifndef DYNAMODB_CHECK_H
#define DYNAMODB_CHECK_H

#include "dynamodb_db.h"

/* dynamodb_check_run(engine, deep, arena, ret_findings, error): as `check` of store_engine.h. Deep reads every row of the table. What
   is damaged is a finding, not an error. */
enum hansard_status dynamodb_check_run(struct dynamodb_engine *engine, bool deep, struct arena *arena,
									   struct store_findings *ret_findings, struct hansard_error *error);

#endif
