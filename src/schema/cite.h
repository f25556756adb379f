/*
 * Citations: what a display id stands for, or why for nothing.
 */
#ifndef CITE_H
#define CITE_H

#include "record.h"

/* cite_next_seq(record, type, round): the next free sequence number of a type in a round. */
int cite_next_seq(const struct record *record, enum entity_type type, int round);

/* cite_why(record, arena, id, ret_why): why the record has no statement of this id, as the end of a sentence that
   begins with the id; a help to one who guessed. False when memory is exhausted. */
bool cite_why(const struct record *record, struct arena *arena, struct display_id id, struct text *ret_why);

#endif
