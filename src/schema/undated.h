/*
 * Dialogues without a date. Everything that is stored has its moment; a recording that states none gets that of its
 * import, and with it a comment on the dialogue, of that very moment, that says so: of nobody, and its reference is the
 * name of the field that it is about.
 */
#ifndef UNDATED_H
#define UNDATED_H

#include "record.h"

#define UNDATED_REFERENCE "created_at"
#define UNDATED_REASON "no date is stated: the moment of the import stands in its place"

/* undated_by(event, meta): whether the event says that created_at of meta is no date that anybody stated. */
bool undated_by(const struct entity_event *event, const struct entity_meta *meta);

/* undated_record(record): whether an event of the record says so of its meta. */
bool undated_record(const struct record *record);

#endif
