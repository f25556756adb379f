/*
 * Replaying a dialogue's whole history, parts included: what `verify` and a failed load use to name what is at fault.
 */
#ifndef VAULT_VERIFY_H
#define VAULT_VERIFY_H

#include "vault.h"

/* One thing that is not as it was committed. */
struct vault_fault {
	struct text address; /* canonical address, "head", "commit {rev}", "commit {rev} to {rev}", "commit before {rev}" */
	struct text what;    /* a sentence */
};

struct vault_report {
	bool good;
	bool retired;   /* nothing is wrong but that a retired key alone has signed the head */
	bool untrusted; /* nothing is wrong with what the head names; but nobody who is known here has signed it */
	int64_t rev;
	struct digest hash;
	bool erased; /* as in struct vault_state; of what ends with a migrate-out only where an erasure of it is known */
	int64_t erased_rev; /* of the commit that took its last key, where it is erased and the chain is whole; else 0 */
	struct text erased_time; /* of that commit, as stored */
	int64_t moved_rev;       /* of the newest migrate-out that a migrate-in follows; or 0; meant where it is good */
	struct text
		target; /* of one that ends with a migrate-out: the store that this names; absent: it ends with another commit */
	bool released; /* and nothing else of it is there, so that no more than that commit could be checked */
	size_t commits, items, parts;
	const struct commit *chain; /* the commits, by rev; meant where it is good */
	bool opened;                /* tags and boxes were checked, too, not only what the public key proves */
	const struct hansard_error
		*locked;             /* why tags and boxes were not: HANSARD_WRONG_KEY "wrong_key"; no fault; or NULL */
	int64_t import_part_rev; /* as of vault_imports_part(); meant where it is good */
	size_t stale_indexes;    /* copies that are not what the record gives; no fault: they prove nothing */
	struct vault_fault *faults;
	size_t fault_count;
};

/* vault_verify(vault, dialogue_id, arena, ret_report, error): after each commit the replayed root and count are the
   commit's, times do not run backwards, each item equals its replayed leaf and carries the rev of the last commit
   naming it, parts equal their owner's root, no part is without owner, no commit outside the chain and no head without
   its items. What the chain cannot say for certain, because a commit is missing, is no fault of an item. A part whose owner its commit put, but a later one replaced or removed, is no fault where the engine
   keeps such parts (it has not the capability old_parts_go). Of one that was moved away and released head and migrate-out are all that is to be
   there. Parts are asked for
   by the revs of the commits, in the chain and outside, and of the items, by 0 and by the one behind the head. Faults
   are in the report, not an error. Errors: HANSARD_NOT_FOUND, and those of the boundary. */
enum hansard_status vault_verify(struct vault *vault, struct text dialogue_id, struct arena *arena,
								 struct vault_report *ret_report, struct hansard_error *error);

/* vault_verify_elsewhere(vault, report): whether the store that a dialogue of a good report lies in, as its commits say, has another backend than
   this one. */
bool vault_verify_elsewhere(const struct vault *vault, const struct vault_report *report);

/* vault_verify_other(vault, report, ret_store, error): the store that a dialogue of a good report belongs to, where that is another one, so
   that this is a copy and nothing is written to it; absent otherwise. The text lives as long as the chain of the report. Errors:
   HANSARD_VIOLATED "invalid_commit" where the chain does not say it. */
enum hansard_status vault_verify_other(const struct vault *vault, const struct vault_report *report,
									   struct text *ret_store, struct hansard_error *error);

#endif
