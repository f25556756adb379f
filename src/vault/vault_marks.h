/*
 * High-water marks: the newest head that was seen of each dialogue, kept apart from the store. A head must be the mark, or
 * reach it through the commits before it: a partition that was put back as a whole does not.
 */
#ifndef VAULT_MARKS_H
#define VAULT_MARKS_H

#include "digest.h"

struct vault_mark {
	int64_t rev; /* 0: there is none */
	struct digest hash;
	int64_t erased_rev; /* of a commit that was loaded or made and left no key of it, whatever came back; 0: none was */
	int64_t passed_rev; /* of a commit that a restore declared lost after it was seen, until that is told; 0: none */
	int64_t moved_rev;  /* of the newest migrate-out that a migrate-in which was seen follows; 0: none was */
	bool lost;          /* that the store has nothing of it any more was declared */
	bool
		elsewhere; /* the history of that head says that it lies in a store of another backend than the one that is read */
	bool
		undoes_move; /* of one to be written: a restore has passed over the migrate-in that the one before it knows of */
};

/* Which dialogue. */
struct vault_mark_place {
	struct text tenant;
	struct text dialogue_id;
};

/* Where marks are kept. */
struct vault_marks {
	/* read(context, place, ret_mark, error): the mark, of rev 0 when there is none. Errors: HANSARD_FAILED;
	   HANSARD_INVALID "invalid_mark". */
	enum hansard_status (*read)(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
								struct hansard_error *error);
	/* write(context, place, mark, error): replaces it, all or nothing, durable; never one of a higher rev. What the one that is
	   there says of an erasure stays, and the lower of what both say was declared lost; of a move the newest of both, or, where
	   it undoes that, what it says itself. Errors: HANSARD_VIOLATED
	   "rolled_back" when another hash has been marked at this rev; HANSARD_INVALID "invalid_mark" when what is there is none,
	   "unsafe_path"; HANSARD_BUSY when others keep the marks; HANSARD_FAILED. */
	enum hansard_status (*write)(void *context, struct vault_mark_place place, const struct vault_mark *mark,
								 struct hansard_error *error);
	/* told(context, place, passed_rev, error): takes this passed_rev away, if the mark has it. Errors: as write. */
	enum hansard_status (*told)(void *context, struct vault_mark_place place, int64_t passed_rev,
								struct hansard_error *error);
	/* lose(context, place, seen, error): adds that it is lost to the mark, if that is still what was seen, durable. Errors:
	   HANSARD_CONFLICT "mark_moved" when it is not; as write. */
	enum hansard_status (*lose)(void *context, struct vault_mark_place place, const struct vault_mark *seen,
								struct hansard_error *error);
	/* list(context, tenant, each, each_context, error): calls each with every marked dialogue id, until it returns another
	   status than HANSARD_OK. Errors: HANSARD_FAILED; those of each; after all of them HANSARD_INVALID "invalid_mark" where
	   something is there under a name that no dialogue can have. */
	enum hansard_status (*list)(void *context, struct text tenant,
								enum hansard_status (*each)(void *each_context, struct text dialogue_id),
								void *each_context, struct hansard_error *error);
	void *context;
};

/* What a mark or receipt says of a history. */
enum vault_standing {
	VAULT_REACHED = 1,   /* the history goes through it */
	VAULT_DECLARED_LOST, /* a restore has passed over it */
	VAULT_REPLACED,      /* another commit has its rev: violated */
	VAULT_ROLLED_BACK,   /* the history ends before it: violated */
};

#endif
