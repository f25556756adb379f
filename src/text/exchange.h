/*
 * The JSON export of a dialogue and its reading: lossless. Every entity with its references and events; files with
 * their content, as text where it is UTF-8 without U+0000 and as base64 otherwise.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "json_read.h"
#include "problem.h"
#include "record.h"

#define EXCHANGE_FORMAT "hansard-dialogue"
enum { EXCHANGE_VERSION = 1 };

/* exchange_write(arena, record, out, error): appends the export; the content of every file must be known. Errors:
   HANSARD_FAILED. */
enum hansard_status exchange_write(struct arena *arena, const struct record *record, struct buffer *out,
								   struct hansard_error *error);

/* exchange_write_rows(arena, record, out, error): as exchange_write, each entity on one line. */
enum hansard_status exchange_write_rows(struct arena *arena, const struct record *record, struct buffer *out,
										struct hansard_error *error);

/* exchange_read(arena, json, problems, ret_record, error): reads an export into a record. Every fault is a problem
   with its path; the record is usable only when none was added. Errors: HANSARD_FAILED. */
enum hansard_status exchange_read(struct arena *arena, const json_t *json, struct problem_list *problems,
								  struct record *ret_record, struct hansard_error *error);

#endif
