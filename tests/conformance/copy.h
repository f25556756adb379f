/*
 * Copies for tests of engines: a dialogue that moved away, what is sent of it elsewhere, and what must be there then. A slot that answers
 * STORE_UNKNOWN where an engine may doubt is asked again.
 */
#ifndef COPY_H
#define COPY_H

#include "subject.h"

enum { COPY_REVISIONS = 3 };

/* A dialogue whose last revision sealed it. */
struct copy_source {
	struct store_partition partition;
	struct draft_head head;
	struct store_view view;
	struct store_copy_revision revisions[COPY_REVISIONS];
};

/* copy_source(subject, dialogue): of three revisions in tenant "s": items, files with parts, one of which was replaced, a tension that was
   removed, and a commit without changes after which it is not listed. */
struct copy_source copy_source(struct subject *subject, const char *dialogue);

/* copy_reservation(mark, source_rev, called_off): one that a mark tells from others. */
struct store_reservation copy_reservation(uint8_t mark, int64_t source_rev, bool called_off);

/* copy_occupant(subject, partition): what there is. */
struct store_occupant copy_occupant(struct subject *subject, struct store_partition partition);

/* copy_reserve(subject, partition, found, mine), copy_clear(subject, partition, mine), copy_put(subject, partition, mine, source, count): the first `count` revisions,
   copy_publish(subject, partition, mine, draft, source), copy_tidy(subject, partition, head), copy_release(subject, partition, head): the result; an error fails the running test. */
enum store_result copy_reserve(struct subject *subject, struct store_partition partition, struct store_occupant found,
							   struct store_reservation mine);
enum store_result copy_clear(struct subject *subject, struct store_partition partition, struct store_reservation mine);
enum store_result copy_put(struct subject *subject, struct store_partition partition, struct store_reservation mine,
						   const struct copy_source *source, size_t count);
enum store_result copy_publish(struct subject *subject, struct store_reservation mine, struct draft *draft,
							   const struct copy_source *source);
enum store_result copy_tidy(struct subject *subject, struct store_partition partition, struct draft_head head);
enum store_result copy_release(struct subject *subject, struct store_partition partition, struct draft_head head);

/* copy_look(subject, partition, mine): what was put so far. */
struct store_view copy_look(struct subject *subject, struct store_partition partition, struct store_reservation mine);

/* copy_expect_occupant(subject, partition, wanted): that is what there is. */
void copy_expect_occupant(struct subject *subject, struct store_partition partition, struct store_occupant wanted);

/* copy_expect_items(view, source, count): the items of the first `count` revisions are there, byte for byte, and no others.
   copy_expect_rest(subject, partition, source, count): so are their parts and commits. */
void copy_expect_items(const struct store_view *view, const struct copy_source *source, size_t count);
void copy_expect_rest(struct subject *subject, struct store_partition partition, const struct copy_source *source,
					  size_t count);

#endif
