/*
 * The boundary. Every operation takes a handle on exactly one partition, that is one (tenant, dialogue), and returns
 * only what lies in it. Questions across partitions are analytics_store.h; opening, creating, checking and backing up
 * are store_engine.h.
 *
 * Every slot returns HANSARD_OK and sets its result, or another status with the error filled in and the result
 * untouched. HANSARD_BUSY: another holds the store, trying again may help; HANSARD_UNREACHABLE: no answer;
 * HANSARD_VIOLATED: the engine's own structure is broken; HANSARD_FAILED: I/O or memory.
 */
#ifndef DIALOGUE_STORE_H
#define DIALOGUE_STORE_H

#include "store_requests.h"

struct store_engine;

/* A partition: which (tenant, dialogue) of which engine. Plain data: it holds no resources. Texts are borrowed. */
struct store_partition {
	const struct dialogue_store *store;
	struct store_engine *engine;
	struct text tenant;
	struct text dialogue_id;
};

/* The kind of a violation: rows of a dialogue are there, and its head is not. */
#define STORE_HEAD_MISSING "head_missing"

/* The kind of HANSARD_FAILED where another store has taken the place of the one that was opened: what was written to that is not in it. */
#define STORE_REPLACED "store_replaced"

/* The five slots. No slot is optional. */
struct dialogue_store {
	/*
	 * load: head note, newest commit and every item of one revision, in address order; parts and history stay behind.
	 * Must: all of it belongs to one revision (a snapshot, or proved by the root above the boundary); views live in
	 * `arena`. On success: ret_view->exists tells whether there is such a dialogue. An item's key is the one under
	 * which the engine keeps it, whatever its bytes say. Where there is no head, and anything else that a load comes
	 * by: HANSARD_VIOLATED STORE_HEAD_MISSING, which names it. Index copies that lie are counted, or left to a deep check.
	 */
	enum hansard_status (*load)(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error);

	/*
	 * history: commits from request->from to request->to that exist, by rev.
	 */
	enum hansard_status (*history)(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error);

	/*
	 * parts: at least the parts of the items whose current rev is request->rev, in address order, each once. Parts of
	 * owners that revision wrote and that were replaced or removed since may appear too, as they were written, but
	 * where the engine has the capability old_parts_go.
	 */
	enum hansard_status (*parts)(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error);

	/*
	 * commit: if the head is rev expected_rev with hash expected_hash (0: absent), as its note says, puts, removals,
	 * parts, the commit and the new head become visible together and durable, or nothing does. A put replaces an item
	 * and all of its parts. Must: write nothing when the head differs (STORE_CONFLICT), or when a ceiling is exceeded
	 * (HANSARD_INVALID "commit_too_large", before the first byte). On success: ret_result; every doubt is
	 * STORE_UNKNOWN, of which the error may say why. Any other status means that nothing was written and that nothing can arrive any more:
	 * HANSARD_INVALID (no change, or too large), HANSARD_BUSY, HANSARD_UNREACHABLE, HANSARD_VIOLATED, HANSARD_FAILED
	 * (of an engine that only reads: "store_read_only").
	 */
	enum hansard_status (*commit)(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error);

	/*
	 * settle: what became of an attempt that ended in STORE_UNKNOWN, or whose process died, by the commit of its rev:
	 * it carries the attempt's id: STORE_COMMITTED; another id: STORE_NOT_COMMITTED; there is no such commit:
	 * STORE_NOT_COMMITTED where the attempt cannot arrive later (the capability outcome_definite), else
	 * STORE_STILL_UNKNOWN.
	 */
	enum hansard_status (*settle)(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error);
};

/* The law, proved by the compiler: each slot takes the partition first, and no member stands outside this list. */
#define DIALOGUE_STORE_SLOT(slot, ...)                                                                                 \
	_Static_assert(                                                                                                    \
		_Generic(((struct dialogue_store *)0)->slot,                                                                   \
				 enum hansard_status(*)(const struct store_partition *, __VA_ARGS__, struct hansard_error *) : 1,      \
				 default : 0),                                                                                         \
		"DialogueStore." #slot " must take exactly one partition, first")
DIALOGUE_STORE_SLOT(load, struct arena *, struct store_view *);
DIALOGUE_STORE_SLOT(history, const struct store_history_request *, struct arena *, struct store_history *);
DIALOGUE_STORE_SLOT(parts, const struct store_parts_request *, struct arena *, struct store_parts *);
DIALOGUE_STORE_SLOT(commit, const struct store_change *, enum store_result *);
DIALOGUE_STORE_SLOT(settle, const struct store_attempt *, enum store_settled *);
#undef DIALOGUE_STORE_SLOT
_Static_assert(sizeof(struct dialogue_store) == 5 * sizeof(void (*)(void)),
			   "DialogueStore has five slots and nothing else");

#endif
