/*
 * The recorded document of a dialogue as markdown, in the order of record.md (Markdown and JSON out). What the Judge
 * said is printed as said; where the record differs, `(record: ...)` stands beside it. It can be imported again.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "record.h"

/* document_write(arena, record, place, out, error): appends the document. `place` is where the dialogue lives (a line
   for people). Errors: HANSARD_FAILED. */
enum hansard_status document_write(struct arena *arena, const struct record *record, struct text place,
								   struct buffer *out, struct hansard_error *error);

#endif
