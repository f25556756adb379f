/*
 * Bringing a partition in as it was stored elsewhere, and giving up what one that moved away has left. Like every operation on data each
 * takes exactly one partition, first.
 *
 * What is copied lies under a reservation until one commit publishes it: no reader sees it (load says that there is no such dialogue), and
 * no create takes its id. A reservation names one copy of one revision of the source. Nothing that was sent under another one is carried
 * out any more, so that a copy which was interrupted, or is still running somewhere, does no harm to the one that took its place. One that
 * is called off forbids every copy up to its revision, and stays.
 *
 *     nothing, or an older reservation ── reserve ──> a reservation ── put, put, … ── publish ──> a dialogue of this store
 *     what moved away from here, or a reservation ── reserve, called off ──> forbidden ── clear ──> nothing but the reservation
 *
 * Statuses are those of dialogue_store.h. Where the partition is not as the caller found it the result is STORE_CONFLICT, and nothing was
 * written; but put, clear, tidy and release may take several steps, of which the first were carried out while it was. What may or may not
 * have been carried out is STORE_UNKNOWN, and may be asked for again. So may, but for publish, what ended in any other status: some of it
 * may have been carried out, or all. One that is called off is another than the same that is not.
 */
#ifndef COPYING_STORE_H
#define COPYING_STORE_H

#include "dialogue_store.h"

/* What the slots are asked for. No request names a partition: below, its name does not compile. */
#define store_partition !"a request names no partition"

enum { STORE_RESERVATION_SIZE = 16 };

/* Names one copy. */
struct store_reservation {
	uint8_t id[STORE_RESERVATION_SIZE]; /* random */
	int64_t source_rev;                 /* of the commit migrate-out that the copy ends with */
	bool called_off;                    /* no revision up to that one is copied any more */
};

enum store_occupancy {
	STORE_FREE,      /* nothing, and there never was anything */
	STORE_RESERVED,  /* a reservation, and what was copied under it */
	STORE_PUBLISHED, /* a dialogue, which load shows */
};

/* What there is of a partition. */
struct store_occupant {
	enum store_occupancy what;
	struct store_reservation reservation; /* of one that is reserved */
	int64_t rev;                          /* of the head of one that is published, by its note */
	struct digest hash;
};

struct store_reserve_request {
	struct store_occupant found;   /* in whose place the reservation comes */
	struct store_reservation mine; /* its id is new */
};

/* What one revision of the source wrote and is still there, byte for byte: its commit, and items with their parts, both in address order.
   It keeps the ceilings of one change, as it did when it was written. Where nothing of a revision is left there is its commit. No item is
   of two revisions: each says which wrote it. */
struct store_copy_revision {
	int64_t rev;
	const struct store_item *items;
	size_t item_count;
	const struct store_item *parts; /* of these items */
	size_t part_count;
	struct bytes commit;
};

struct store_put_request {
	struct store_reservation mine;
	const struct store_copy_revision *revisions; /* by rev, at most source_rev */
	size_t count;
};

struct store_publish_request {
	struct store_reservation mine;
	/* The boundary commit: on source_rev, which is its expected_rev, with neither puts nor removals nor parts, listed. */
	struct store_change change;
};

/* The head that something is done to. */
struct store_tidy_request {
	int64_t rev;
	struct digest hash;
};

#undef store_partition

/* The slots. No slot is optional. */
struct copying_store {
	/*
	 * occupant: what there is, as it is now: whoever finds a reservation finds what was put under it, too. Where there is no head, and
	 * anything else: HANSARD_VIOLATED STORE_HEAD_MISSING; a head that names no commit is HANSARD_VIOLATED, too.
	 */
	enum hansard_status (*occupant)(const struct store_partition *partition, struct store_occupant *ret_occupant,
									struct hansard_error *error);

	/*
	 * reserve: puts the reservation in the place of what was found, where store_copy_may_reserve() allows that (else STORE_CONFLICT): of a
	 * dialogue that was published the head goes, and what is left of it is for clear. What was put under an older reservation stays: where
	 * that may be of another revision, or of one that was called off, the caller has it cleared first. Must: from then on nothing arrives
	 * that was sent under another reservation, or on the head that was there. The same request again, when it was carried out, is
	 * STORE_DONE. Where there is no head, and anything else: as occupant.
	 */
	enum hansard_status (*reserve)(const struct store_partition *partition, const struct store_reserve_request *request,
								   enum store_result *ret_result, struct hansard_error *error);

	/*
	 * clear: under a reservation that is called off: takes away everything but the reservation. Killed in between it is asked for again.
	 * Where what a transaction wrote may become visible later than its head, it waits first, a second in DynamoDB, so that nothing comes behind it.
	 */
	enum hansard_status (*clear)(const struct store_partition *partition, const struct store_reservation *mine,
								 enum store_result *ret_result, struct hansard_error *error);

	/*
	 * put: under a reservation that is not called off: adds revisions, each as a whole; killed in between, some of them are there. A revision
	 * that is there already is replaced.
	 */
	enum hansard_status (*put)(const struct store_partition *partition, const struct store_put_request *request,
							   enum store_result *ret_result, struct hansard_error *error);

	/*
	 * look: what was put so far, as load would show it: every item, and the commit of source_rev, in `arena`; the note and `listed` stay
	 * empty. Where there is another reservation, or none, ret_view->exists is false. history and parts of dialogue_store.h show the rest of it.
	 */
	enum hansard_status (*look)(const struct store_partition *partition, const struct store_reservation *mine,
								struct arena *arena, struct store_view *ret_view, struct hansard_error *error);

	/*
	 * publish: under a reservation that is not called off: its commit and its note come beside what was put, and the reservation goes:
	 * together, durable, or nothing does. settle of dialogue_store.h tells what became of its attempt, which is not sent twice. Index
	 * copies may follow with tidy.
	 */
	enum hansard_status (*publish)(const struct store_partition *partition, const struct store_publish_request *request,
								   enum store_result *ret_result, struct hansard_error *error);

	/*
	 * tidy: while the head is this one: brings up to date what its commit had no room for, that is index copies, and takes away what
	 * earlier revisions left and nothing asks for any more. STORE_DONE when nothing of that is left.
	 */
	enum hansard_status (*tidy)(const struct store_partition *partition, const struct store_tidy_request *request,
								enum store_result *ret_result, struct hansard_error *error);

	/*
	 * release: while the head is this one, of a commit migrate-out: takes away everything but the head and that commit. Killed in between
	 * it is asked for again. It waits as clear does, but not where a release has taken everything away before.
	 */
	enum hansard_status (*release)(const struct store_partition *partition, const struct store_tidy_request *request,
								   enum store_result *ret_result, struct hansard_error *error);
};

/* The law, proved by the compiler: each slot takes the partition first, and no member stands outside this list. */
#define COPYING_STORE_SLOT(slot, ...)                                                                                  \
	_Static_assert(                                                                                                    \
		_Generic(((struct copying_store *)0)->slot,                                                                    \
				 enum hansard_status(*)(const struct store_partition *, __VA_ARGS__, struct hansard_error *) : 1,      \
				 default : 0),                                                                                         \
		"CopyingStore." #slot " must take exactly one partition, first")
COPYING_STORE_SLOT(occupant, struct store_occupant *);
COPYING_STORE_SLOT(reserve, const struct store_reserve_request *, enum store_result *);
COPYING_STORE_SLOT(clear, const struct store_reservation *, enum store_result *);
COPYING_STORE_SLOT(put, const struct store_put_request *, enum store_result *);
COPYING_STORE_SLOT(look, const struct store_reservation *, struct arena *, struct store_view *);
COPYING_STORE_SLOT(publish, const struct store_publish_request *, enum store_result *);
COPYING_STORE_SLOT(tidy, const struct store_tidy_request *, enum store_result *);
COPYING_STORE_SLOT(release, const struct store_tidy_request *, enum store_result *);
#undef COPYING_STORE_SLOT
_Static_assert(sizeof(struct copying_store) == 8 * sizeof(void (*)(void)),
			   "CopyingStore has eight slots and nothing else");

/* store_copy_may_reserve(found, mine): whether a reservation may come in the place of what was found: of nothing; of a reservation with a
   smaller source_rev; of one with the same that is not called off, or by one that is; and, by one that is called off alone, of a dialogue
   whose rev is not above source_rev: that it moved away from here is for the caller to see. */
bool store_copy_may_reserve(const struct store_occupant *found, const struct store_reservation *mine);

/* store_reservation_equal(a, b), store_occupant_equal(a, b): whether they are the same; of an occupant, what counts for its kind. */
bool store_reservation_equal(const struct store_reservation *a, const struct store_reservation *b);
bool store_occupant_equal(const struct store_occupant *a, const struct store_occupant *b);

/* store_copy_check_reserve(partition, request, error): what every engine checks before the first byte: a tenant and a dialogue id, and a
   source_rev that another can follow. Errors: HANSARD_INVALID "invalid_value", "invalid_change". */
enum hansard_status store_copy_check_reserve(const struct store_partition *partition,
											 const struct store_reserve_request *request, struct hansard_error *error);

/* store_copy_check_put(partition, request, error): the same of revisions: by rev, none twice and none above source_rev, each with a commit,
   its items of that rev, and of the shape and within the ceilings that store_engine_check_change() has for what one change puts. Errors:
   as there. */
enum hansard_status store_copy_check_put(const struct store_partition *partition,
										 const struct store_put_request *request, struct hansard_error *error);

/* store_copy_check_publish(partition, request, error): the same of a boundary commit: store_engine_check_change(), and nothing in it but
   the commit, on source_rev. Errors: HANSARD_INVALID "invalid_change". */
enum hansard_status store_copy_check_publish(const struct store_partition *partition,
											 const struct store_publish_request *request, struct hansard_error *error);

/* What an engine without columns of its own for a reservation keeps in the place of a head:
 *
 *     hansard reservation v1 LF {tenant}/{dialogue_id} LF {source_rev} LF {hex(id)} LF {"open" or "called off"} LF
 *
 * store_reservation_write(partition, reservation, out): appends it. False when memory is exhausted.
 * store_reservation_read(partition, note, ret_reservation): whether a note is one, of this partition, and what it says; strictly.
 */
enum { STORE_RESERVATION_TEXT = 256 };
bool store_reservation_write(const struct store_partition *partition, const struct store_reservation *reservation,
							 struct buffer *out);
bool store_reservation_read(const struct store_partition *partition, struct bytes note,
							struct store_reservation *ret_reservation);

#endif
