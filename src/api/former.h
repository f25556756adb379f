/*
 * Former texts of files that an import replaces. Each becomes a file of the dialogue beside the one that took its place,
 * of a name that no rule reads: "verdict.md.3f2a….replaced".
 */
#ifndef FORMER_H
#define FORMER_H

#include "record.h"
#include "sources.h"

struct former {
	struct text path;        /* of the file that is replaced */
	struct derive_file kept; /* its former text, and the path at which that is kept */
	bool known;              /* it is kept there already */
};

struct former_list {
	struct former *items;
	size_t count, capacity;
	struct source before; /* the files as they are stored, and the former texts beside them */
};

/* former_find(arena, record, replace, source, former): adds to the source, behind the files that arrived, those that the record has
   at other paths, and, with replace, the former texts of those that arrived with another, which are listed in former. Files that
   were registered are none of the source. The record holds the contents. False when memory is exhausted. */
bool former_find(struct arena *arena, const struct record *record, bool replace, struct source *source,
				 struct former_list *former);

/* former_known(former): each is kept already. */
bool former_known(const struct former_list *former);

#endif
