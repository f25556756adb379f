/*
 * What the files of this room share: the vault's inside, and reading what a partition holds.
 */
#ifndef VAULT_PRIVATE_H
#define VAULT_PRIVATE_H

#include "hash.h"
#include "item.h"
#include "keyring.h"
#include "limits.h"
#include "note.h"
#include "vault.h"

_Static_assert(!LIMIT_LOWERED, "a program has the ceilings at their true size");

/* Heads whose signatures have been found good, by the hash of their bytes: an open vault checks each once. */
enum { VAULT_NOTES = 16 };

struct vault {
	struct store_engine *engine;
	struct keyring *keyring;
	const struct vault_audit *audit;
	const struct vault_marks *marks;
	const struct vault_guard *guard;
	struct vault_keys_cache *keys;
	struct digest notes[VAULT_NOTES];
	size_t note_count; /* ever kept; the oldest makes room */
	struct text tenant;
	struct text actor;
	int64_t generation_revs;
	struct moment_clock clock;
	struct moment_entropy entropy;
	struct vault_advice advice;
	struct hash_context *hash;
	/* Why the mark of a commit could not be kept, the first since it was taken; HANSARD_OK: none. Of the dialogue that was committed to
	   last, until a later commit of it is marked; and of those before it. */
	struct {
		char last_id[LIMIT_DIALOGUE_ID + 1];
		struct hansard_error last, before;
	} unmarked;
	char texts[]; /* actor */
};

/* vault_partition(vault, dialogue_id): its handle. The text is borrowed. */
struct store_partition vault_partition(const struct vault *vault, struct text dialogue_id);

/* vault_crypto_failed(error): OpenSSL refused: HANSARD_FAILED. */
enum hansard_status vault_crypto_failed(struct hansard_error *error);

/* vault_remedies(vault): what is to be done about its store, for hints. */
const struct store_remedies *vault_remedies(const struct vault *vault);

/* vault_violated(error, address, what): HANSARD_VIOLATED, naming one address and a sentence about it. */
enum hansard_status vault_violated(struct hansard_error *error, struct text address, const char *what);

/* vault_address(arena, dialogue_id, key, ret_address): the canonical address, or what can be shown of a key that has
   none. False when memory is exhausted. */
bool vault_address(struct arena *arena, struct text dialogue_id, struct item_key key, struct text *ret_address);

/* Where a commit must be of. */
struct vault_commit_place {
	struct arena *arena;
	struct text dialogue_id;
	int64_t rev;
};

/* vault_read_commit(vault, place, stored, ret_commit, error): reads a commit and checks that it is of its place:
   tenant, dialogue, rev, and keys of leaves. Errors: HANSARD_VIOLATED, of another version, too; HANSARD_FAILED. */
enum hansard_status vault_read_commit(const struct vault *vault, const struct vault_commit_place *place,
									  struct bytes stored, struct commit *ret_commit, struct hansard_error *error);

/* What is said of a commit that nothing stands on, and of one that is not there though a restore stands on it. */
#define VAULT_COMMIT_OUTSIDE "stands outside the chain that the head ends"
#define VAULT_SURVIVOR_MISSING "is missing, or not the one that was committed: a restore stands on it"

/* Stored commits, by rev, of which a restore names one as the commit that it stands on. */
struct vault_below {
	struct text dialogue_id;
	const struct store_commit *commits;
	size_t count;
	struct digest hash; /* that the restore names */
};

/* vault_survivor(vault, below, arena, ret_count, error): how many commits are left when those above the one that a restore stands
   on are taken away; 0: it is not among them. It has the hash, and is a commit of its dialogue and rev. By the rule of the format
   it is the newest of them, so that a count below theirs is a violation, too: what stands above it is outside the chain.
   Errors: HANSARD_FAILED. */
enum hansard_status vault_survivor(struct vault *vault, const struct vault_below *below, struct arena *arena,
								   size_t *ret_count, struct hansard_error *error);

/* A chain that is read from its head backwards: what the next stored commit must be. Each is proved before anything is concluded
   from it, its rev included. */
struct vault_walk {
	struct vault *vault;
	struct text dialogue_id;             /* borrowed */
	const struct store_history *history; /* from rev 1 to the newest; borrowed */
	size_t left;                         /* commits of it that have not been looked at: its first */
	struct digest hash;                  /* of the next commit */
	int64_t rev; /* of it; behind a restore the highest that it may have; 0: the chain has begun */
	bool passed; /* it stands below a restore */
};

/* vault_walk_of(vault, state, history): a walk that begins with the newest commit. */
struct vault_walk vault_walk_of(struct vault *vault, const struct vault_state *state,
								const struct store_history *history);

/* vault_walk_next(walk, arena, ret_commit, error): holds the newest stored commit that has not been looked at to what the chain
   says of it, and steps behind it: it is commits[left] of the history then. Errors: HANSARD_VIOLATED; as vault_read_commit. */
enum hansard_status vault_walk_next(struct vault_walk *walk, struct arena *arena, struct commit *ret_commit,
									struct hansard_error *error);

/* vault_listed(operation): whether analytics find a dialogue whose newest commit is of this operation. */
bool vault_listed(struct text operation);

/* vault_stale_indexes(view, operation): copies in a view that are not what a newest commit of this operation makes of them. */
size_t vault_stale_indexes(const struct store_view *view, struct text operation);

/* vault_refresh(vault, ret_changed, error): brings the keys up to date; what was believed under others is forgotten. Errors: those
   of the guard. */
enum hansard_status vault_refresh(struct vault *vault, bool *ret_changed, struct hansard_error *error);

/* vault_begin_commit(vault, error), vault_end_commit(vault): in between no key that signs or wraps is taken out of use. Errors: those
   of the guard. */
enum hansard_status vault_begin_commit(struct vault *vault, struct hansard_error *error);
void vault_end_commit(struct vault *vault);

/* vault_check_signer(vault, error): Errors: HANSARD_WRONG_KEY "no_signing_key" when there is no key to sign with. */
enum hansard_status vault_check_signer(const struct vault *vault, struct hansard_error *error);

/* vault_read_note(vault, dialogue_id, stored, ret_note, error): reads a head, checks that it is of this place, and that
   whom we trust has signed it. Errors: HANSARD_VIOLATED, of another version, too: the engine has said which one the store is of;
   HANSARD_VIOLATED, with *ret_note set, VAULT_RETIRED_KEY when all that is known of who signed it is retired, and
   VAULT_UNTRUSTED_SIGNER when nothing is known of them; HANSARD_WRONG_KEY "no_trusted_key" when we trust nobody;
   HANSARD_FAILED. */
enum hansard_status vault_read_note(struct vault *vault, struct text dialogue_id, struct bytes stored,
									struct note *ret_note, struct hansard_error *error);

/* vault_unbelieved(error): whether vault_read_note failed so for who signed alone, with *ret_note set. */
bool vault_unbelieved(const struct hansard_error *error);

/* vault_retired_key(vault, note, error): the head is signed by a retired key alone: HANSARD_VIOLATED VAULT_RETIRED_KEY. */
enum hansard_status vault_retired_key(const struct vault *vault, const struct note *note, struct hansard_error *error);

/* vault_signers(note, ret_names): names and ids of those who say that they signed it, as trusted lines begin with them, the first
   few. */
void vault_signers(const struct note *note, char ret_names[static VAULT_SIGNERS_SIZE]);

/* What a load is asked for besides. */
enum vault_load_how {
	VAULT_LOAD_UNMARKED = 1, /* whatever the mark says, which stays as it is */
	VAULT_LOAD_RETIRED =
		2, /* of a head that a retired key alone has signed, too; the state says so, and no later load believes it */
	VAULT_LOAD_PROVED =
		4, /* where there is no UMK, tags and boxes are left unchecked; no wraps then, nor what is sealed */
};

/* vault_load_so(vault, dialogue_id, how, arena, ret_state, error): as vault_load; `how` is any of vault_load_how together. */
enum hansard_status vault_load_so(struct vault *vault, struct text dialogue_id, unsigned how, struct arena *arena,
								  struct vault_state **ret_state, struct hansard_error *error);

/* vault_read_mark(vault, dialogue_id, ret_mark, error): the mark as it is before anything of the dialogue is read: a commit that arrives
   meanwhile is then no fault. Of rev 0 where there is none. Errors: those of the marks. */
enum hansard_status vault_read_mark(struct vault *vault, struct text dialogue_id, struct vault_mark *ret_mark,
									struct hansard_error *error);

/* vault_check_mark(vault, state, mark, error): holds a state whose root is proved against the mark that was read before it; moves the mark up to its head, unless a retired key alone has
   signed that: then the commit on it does. Errors:
   HANSARD_VIOLATED "rolled_back"; those of the marks and of the boundary. */
enum hansard_status vault_check_mark(struct vault *vault, struct vault_state *state, const struct vault_mark *mark,
									 struct hansard_error *error);

/* vault_check_unmarked(vault, dialogue_id, error): of a dialogue that has no head: that none of it was ever seen here. The mark is read now: one that was
   made since the store was looked at is to be looked for again. Errors:
   HANSARD_VIOLATED VAULT_HEAD_MISSING when one was, HANSARD_NOT_FOUND VAULT_LOST when it was declared to be lost, HANSARD_INVALID
   VAULT_SEEN_ELSEWHERE where its history lies in a store of another backend; those of the marks. */
enum hansard_status vault_check_unmarked(struct vault *vault, struct text dialogue_id, struct hansard_error *error);

/* vault_mark_commit(vault, dialogue_id, made, error): reads back a commit that the engine says is durable, and moves the mark up
   to it. Why it could not be read back, or the mark not be written, vault_take_unmarked() says. Errors:
   HANSARD_VIOLATED "not_kept" when it is not there. */
enum hansard_status vault_mark_commit(struct vault *vault, struct text dialogue_id, const struct vault_mark *made,
									  struct hansard_error *error);

/* vault_tell(vault, event, error): tells the audit log, where there is one; nothing of a count of 0. */
enum hansard_status vault_tell(const struct vault *vault, const struct vault_audit_event *event,
							   struct hansard_error *error);

/* vault_tell_derived(vault, error): tells of every KEK that was derived and not told of yet; after each use of the keyring. */
enum hansard_status vault_tell_derived(const struct vault *vault, struct hansard_error *error);

/* vault_tidy(vault, dialogue_id, error): what the newest commit had no room for: index copies, and what earlier revisions left and nobody
   asks for any more. Where another commit came meanwhile, that one has the duty. Errors: those of the boundary; HANSARD_UNREACHABLE
   "not_tidied" where a part of it is not known to be done: run again, it goes on. */
enum hansard_status vault_tidy(struct vault *vault, struct text dialogue_id, struct hansard_error *error);

/* vault_verify_name(vault, dialogue_id, view, arena, error): why this view of a partition does not hold: replays the
   history and returns HANSARD_VIOLATED, naming the addresses at fault. Errors: those of the boundary. */
enum hansard_status vault_verify_name(struct vault *vault, struct text dialogue_id, const struct store_view *view,
									  struct arena *arena, struct hansard_error *error);

#endif
