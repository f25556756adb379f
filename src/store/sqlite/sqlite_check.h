/*
 * The health of a SQLite store: what it is, and whether it is whole.
 */
#ifndef SQLITE_CHECK_H
#define SQLITE_CHECK_H

#include "sqlite_db.h"

/* sqlite_check_run(engine, deep, arena, ret_findings, error): as `check` of store_engine.h. What is damaged is a
   finding, not an error. */
enum hansard_status sqlite_check_run(struct sqlite_engine *engine, bool deep, struct arena *arena,
									 struct store_findings *ret_findings, struct hansard_error *error);

#endif
